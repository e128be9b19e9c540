package cases

import "time"

// Due gives the latest instant of a schedule that is after the given one and
// not after now; false when there is none. However many instants passed in
// between, it is one: a missed run is made up once.
func Due(s Schedule, after, now time.Time) (time.Time, bool) {
	var due time.Time
	for t := s.Next(after); !t.IsZero() && !t.After(now); t = s.Next(t) {
		due = t
	}
	return due, !due.IsZero()
}

// ReminderDue gives the instant for which a case is owed a reminder of rule r:
// the latest of the schedule that is not after now, inside the window, after
// the case was opened, after the store began to keep schedules, and after the
// last reminder sent. None once the deadline has passed.
func ReminderDue(c *Call, r Reminder, begun, opened, last, now time.Time) (time.Time, bool) {
	if now.After(c.Deadline) {
		return time.Time{}, false
	}
	from, until := c.Window(r)
	after := from.Add(-time.Second) // an instant at midnight of the first day is inside
	for _, t := range []time.Time{begun, opened, last} {
		if t.After(after) {
			after = t
		}
	}
	if now.Before(until) {
		until = now
	}
	return Due(r.Schedule, after, until)
}

// Window gives the first and the last second in which rule r may remind.
func (c *Call) Window(r Reminder) (from, until time.Time) {
	y, m, d := c.Deadline.In(c.Location).Date()
	return time.Date(y, m, d-r.FromDays, 0, 0, 0, 0, c.Location), time.Date(y, m, d-r.UntilDays+1, 0, 0, 0, 0, c.Location).Add(-time.Second)
}

// DaysLeft counts the calendar days from the day of now to the day of the
// deadline, in the call's zone; negative once that day has passed.
func (c *Call) DaysLeft(now time.Time) int {
	y, m, d := c.Deadline.In(c.Location).Date()
	ny, nm, nd := now.In(c.Location).Date()
	// In UTC every day has 24 hours.
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(time.Date(ny, nm, nd, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
}

// Reminds reports whether a case in that phase may be reminded: never a
// complete or a withdrawn one.
func (p Phase) Reminds() bool { return p == Declared || p == Depositing }
