package main

import "time"

// clock is the calendar clock of a daemon.
type clock struct {
	now func() time.Time
	// simulated: it does not tell the world's time, and nothing of the world is
	// to be compared with it.
	simulated bool
}

// calendar gives the calendar clock: the machine's, or one that starts at the
// instant given by -now and goes on from there.
func calendar(start string) (clock, error) {
	if start == "" {
		return clock{now: time.Now}, nil
	}
	at, err := time.Parse(time.RFC3339, start)
	if err != nil {
		return clock{}, usagef("-now: %q is not an instant: write one such as 2018-11-30T16:00:00Z", start)
	}
	begun := time.Now()
	return clock{now: func() time.Time { return at.Add(time.Since(begun)) }, simulated: true}, nil
}

// showInstant is an instant as commands print it.
func showInstant(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.Format("2006-01-02 15:04:05 -07:00")
}
