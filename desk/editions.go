package desk

import (
	"net/http"
	"time"

	"greffier/cases"
)

// editionsPage shows each edition as it is configured, the latest first, with what
// has come in.
type editionsPage struct{ Editions []editionCard }

type editionCard struct {
	*cases.Call
	State     mark
	Left      string // until the deadline; "": it has passed, or it is not open yet
	Late      time.Time
	Reminders []reminderCard
	Phases    []phaseCount
	Cases     int
	Deposits  int
	PackSize  int64
}

// reminderCard is a schedule of reminders.
type reminderCard struct {
	ID          string
	From, Until time.Time
	Times       int
	Next        time.Time // zero: there is none any more
}

// remindersMost bounds how many instants of a schedule are counted.
const remindersMost = 1000

func (d *Desk) showEditions(w http.ResponseWriter, r *http.Request, v visit) error {
	figures, err := d.store.Figures(r.Context())
	if err != nil {
		return err
	}
	now := d.o.Now()
	var p editionsPage
	for i := range d.o.Calls {
		call := d.o.Calls[len(d.o.Calls)-1-i]
		c := editionCard{Call: call, Late: call.Deadline.Add(call.LateUntil)}
		switch {
		case call.Open(now):
			c.State, c.Left = right("ouverte"), span(call.Deadline.Sub(now))
		case now.Before(call.Opens):
			c.State = calm("à venir")
		default:
			c.State = calm("close")
		}
		for _, rule := range call.Reminders {
			c.Reminders = append(c.Reminders, reminderOf(call, rule, now))
		}
		for _, phase := range cases.Phases() {
			if n := figures.Cases[cases.CallPhase{Call: call.ID, Phase: phase}]; n > 0 {
				c.Phases = append(c.Phases, phaseCount{phase, n})
				c.Cases += n
			}
		}
		deposits, err := d.store.Deposits(r.Context(), call.ID)
		if err != nil {
			return err
		}
		for _, d := range deposits {
			c.Deposits += d.Mails
		}
		for _, f := range call.Pack {
			c.PackSize += f.Size
		}
		p.Editions = append(p.Editions, c)
	}
	return d.show(w, r, v, http.StatusOK, "editions", "Éditions", p)
}

func reminderOf(call *cases.Call, rule cases.Reminder, now time.Time) reminderCard {
	c := reminderCard{ID: rule.ID}
	c.From, c.Until = call.Window(rule)
	for t := rule.Schedule.Next(c.From.Add(-time.Second)); !t.IsZero() && !t.After(c.Until) && !t.After(call.Deadline) && c.Times < remindersMost; t = rule.Schedule.Next(t) {
		c.Times++
		if c.Next.IsZero() && t.After(now) {
			c.Next = t
		}
	}
	return c
}
