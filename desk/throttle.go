package desk

import (
	"sync"
	"time"
)

// How much is let through: at once, and then one every so often.
const (
	requestsAtOnce = 300
	requestEvery   = 50 * time.Millisecond
	guessesAtOnce  = 10
	guessEvery     = 30 * time.Second
)

// throttle lets so many happenings of a key through at once and then one every
// so often. Its memory is bounded: under a flood of keys, new ones share one
// allowance.
type throttle struct {
	most  int
	every time.Duration
	now   func() time.Time

	mu    sync.Mutex
	free  map[string]time.Time // when the key has its whole allowance again
	swept time.Time            // when those that have it were last forgotten
}

const throttleKeys = 10_000

func newThrottle(most int, every time.Duration) *throttle {
	return &throttle{most: most, every: every, now: time.Now, free: make(map[string]time.Time)}
}

// take reports whether one more is let through, and counts it if so.
func (t *throttle) take(key string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if _, known := t.free[key]; !known && len(t.free) >= throttleKeys {
		t.sweep(now)
		if len(t.free) >= throttleKeys {
			key = ""
		}
	}
	free := t.free[key]
	if free.Before(now) {
		free = now
	}
	if free.Sub(now) > time.Duration(t.most-1)*t.every {
		return false
	}
	t.free[key] = free.Add(t.every)
	return true
}

// sweep forgets the keys that have their whole allowance, at most once a second.
func (t *throttle) sweep(now time.Time) {
	if now.Sub(t.swept) < time.Second {
		return
	}
	t.swept = now
	for k, at := range t.free {
		if !at.After(now) {
			delete(t.free, k)
		}
	}
}

// giveBack takes back one that take let through.
func (t *throttle) giveBack(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if free, ok := t.free[key]; ok {
		t.free[key] = free.Add(-t.every)
	}
}
