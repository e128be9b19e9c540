package ingest

import (
	"context"
	"math/rand/v2"
	"time"
)

// limits are the limits of a Session; times are on the monotonic clock.
type limits struct {
	dial       time.Duration // to connect, TLS included
	answer     time.Duration // silence of the server while it owes an answer
	exchange   time.Duration // of one exchange; longer if much comes
	bytes      int64         // that may come in one exchange, beside the bodies wanted
	session    time.Duration // of one connection, before another is made
	steady     time.Duration // from which on a connection was a good one
	reconcile  time.Duration // between two listings of the whole folder
	missing    time.Duration // a mail that is listed and never given is set aside after
	keepAlive  time.Duration // of an IDLE, before the line is tried
	retryMin   time.Duration // first pause before connecting again
	retryMax   time.Duration // longest pause
	retryLogin time.Duration // pause after a refused login
	parse      time.Duration // reading one mail
}

func defaultLimits() limits {
	return limits{
		dial: 30 * time.Second, answer: time.Minute, exchange: 10 * time.Minute, bytes: 32 << 20, keepAlive: 5 * time.Minute,
		session: 24 * time.Hour, steady: time.Minute, reconcile: 10 * time.Minute, missing: time.Hour,
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
