package notify

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"greffier/cases"
)

// Limits keep a mistake small: over one of them letters wait. A limit of 0 is
// none. Letters to staff are exempt.
type Limits struct {
	DailyAddress int // letters in 24 hours to one address
	DailyDomain  int // letters in 24 hours to one domain, free-mail domains left out
	Hourly       int // letters in an hour in all
}

// Over a limit, it is looked again after these times: letters sent earlier
// leave the window one by one.
const (
	dailyPause  = time.Hour
	hourlyPause = 10 * time.Minute
)

// over tells whether a letter must wait, until when, and why, for staff.
func (s *Sender) over(ctx context.Context, l cases.Letter, now time.Time) (why string, until time.Time, err error) {
	if l.Kind == cases.LetterDigest || l.Kind == cases.LetterAlarm {
		return "", time.Time{}, nil
	}
	limits := s.cfg.Limits
	if limits.Hourly > 0 {
		_, _, all, err := s.outbox.SentSince(ctx, l.To, now.Add(-time.Hour))
		if err != nil {
			return "", time.Time{}, err
		}
		if all >= limits.Hourly {
			return fmt.Sprintf("%d letters left within an hour, the limit is %d in all", all, limits.Hourly), now.Add(hourlyPause), nil
		}
	}
	if limits.DailyAddress <= 0 && limits.DailyDomain <= 0 {
		return "", time.Time{}, nil
	}
	address, domain, _, err := s.outbox.SentSince(ctx, l.To, now.Add(-24*time.Hour))
	switch {
	case err != nil:
		return "", time.Time{}, err
	case limits.DailyAddress > 0 && address >= limits.DailyAddress:
		return fmt.Sprintf("%d letters left within a day to this address, the limit is %d", address, limits.DailyAddress), now.Add(dailyPause), nil
	case limits.DailyDomain > 0 && domain >= limits.DailyDomain && !cases.FreeMail(l.To.Domain()):
		return fmt.Sprintf("%d letters left within a day to this domain, the limit is %d", domain, limits.DailyDomain), now.Add(dailyPause), nil
	}
	return "", time.Time{}, nil
}

// A letter that the server does not take yet is tried for giveUpAfter, and at
// least giveUpAttempts times: days in which we were off count for nothing.
const (
	giveUpAfter    = 5 * 24 * time.Hour
	giveUpAttempts = 12
)

// backoff is how long to wait after the nth attempt, the first being 1, with a
// jitter of a fifth, so that letters refused together do not come back
// together.
func backoff(n int) time.Duration {
	steps := []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour}
	return jitter(steps[min(max(n, 1), len(steps))-1])
}

// unheard is how long to wait after the nth attempt when nobody knows whether
// the letter arrived: a reader may get it as often as it is sent.
func unheard(n int) time.Duration {
	wait := time.Minute
	for range min(max(n, 1), 8) - 1 {
		wait *= 4
	}
	return jitter(min(wait, 24*time.Hour))
}

// oursPause bounds the wait of a letter that was refused because of us: once
// that is mended it has no reason to wait.
const oursPause = 15 * time.Minute

// reconnect is how long to wait after the nth failure of the connection.
func reconnect(n int) time.Duration {
	steps := []time.Duration{5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute}
	return jitter(steps[min(max(n, 1), len(steps))-1])
}

func jitter(d time.Duration) time.Duration {
	return d + time.Duration((rand.Float64()*2-1)*float64(d)/5)
}
