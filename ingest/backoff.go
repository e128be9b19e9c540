package ingest

import (
	"context"
	"math/rand/v2"
	"time"
)

// limits are the limits of time of a Session, on the monotonic clock.
type limits struct {
	dial       time.Duration // to connect, TLS included
	answer     time.Duration // silence of the server while it owes an answer
	keepAlive  time.Duration // of an IDLE, before the line is tried
	retryMin   time.Duration // first pause before connecting again
	retryMax   time.Duration // longest pause
	retryLogin time.Duration // pause after a refused login
	parse      time.Duration // reading one mail
}

func defaultLimits() limits {
	return limits{
		dial: 30 * time.Second, answer: time.Minute, keepAlive: 5 * time.Minute,
		retryMin: time.Second, retryMax: 5 * time.Minute, retryLogin: 5 * time.Minute,
		parse: 30 * time.Second,
	}
}

// backoff gives growing pauses between min and max.
type backoff struct {
	min, max time.Duration
	next     time.Duration
}

// pause gives the next pause, changed by up to a quarter either way, so that
// clients which lost the same server do not come back together.
func (b *backoff) pause() time.Duration {
	d := min(max(b.next, b.min), b.max)
	b.next = 2 * d
	return d - d/4 + rand.N(d/2+1)
}

func (b *backoff) reset() { b.next = 0 }

// sleep waits for d, for a kick or for the end of ctx, whichever comes first.
func sleep(ctx context.Context, d time.Duration, kick <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-kick:
	case <-t.C:
	}
}
