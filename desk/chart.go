package desk

import (
	"time"

	"greffier/cases"
)

// chart is the deposits of an edition, a bar a day, drawn by the server.
type chart struct {
	Bars        []bar
	Width       int // of the drawing, in its own units
	Total, Most int
	First, Last time.Time // days
	Deadline    int       // where its line stands; -1: not drawn
}

// bar is a day. X, Y, H are in the units of the drawing, Y from its top.
type bar struct {
	Day     time.Time
	N       int
	X, Y, H int
	Late    bool // the day after the deadline, and later
}

// The drawing: its height, and how wide a day is with the gap behind it.
const (
	chartHeight = 100
	dayWidth    = 10
)

// depositChart counts deposits by day, from the opening of the call to now or to
// its last deposit, or deadline if that is later.
func depositChart(call *cases.Call, zone *time.Location, now time.Time, deposits []cases.DepositCount) chart {
	c := chart{First: dayOf(call.Opens, zone), Deadline: -1}
	count := make(map[time.Time]int)
	c.Last = dayOf(call.Deadline, zone)
	if today := dayOf(now, zone); today.Before(c.Last) {
		c.Last = today
	}
	for _, d := range deposits {
		day := dayOf(d.First, zone)
		count[day] += d.Mails
		c.Total += d.Mails
		c.Most = max(c.Most, count[day])
		if day.Before(c.First) {
			c.First = day
		}
		if day.After(c.Last) {
			c.Last = day
		}
	}
	for day := c.First; !day.After(c.Last); day = day.AddDate(0, 0, 1) {
		b := bar{Day: day, N: count[day], X: len(c.Bars) * dayWidth, Y: chartHeight, Late: day.After(dayOf(call.Deadline, zone))}
		if b.N > 0 {
			b.H = max(2, b.N*chartHeight/c.Most)
			b.Y -= b.H
		}
		c.Bars = append(c.Bars, b)
		if day.Equal(dayOf(call.Deadline, zone)) {
			c.Deadline = b.X + dayWidth - 1
		}
	}
	c.Width = max(1, len(c.Bars)) * dayWidth
	return c
}

// dayOf gives the first instant of a day in a zone.
func dayOf(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}
