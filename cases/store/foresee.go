package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"greffier/cases"
)

// Foreseen is what an act would cause.
type Foreseen struct {
	Letters   []cases.LetterSheet // that would be owed
	Cancelled []cases.LetterSheet // that wait and would never leave
	Cases     []PhaseMove         // that would be judged anew, in order
}

// PhaseMove is where a case stood before an act and where it would after it; From
// and To may be the same.
type PhaseMove struct {
	Ref          string
	From, To     cases.Phase
	Completeness cases.Completeness
}

type foreseeKey struct{}

// errForeseen ends a transaction that was only to be looked at.
var errForeseen = errors.New("foreseen: nothing was done")

// Foresee tells what an act would cause, without doing it: act calls one method
// of the store that writes, with the context that it is given; all of it is done
// in a transaction that is then rolled back. An error is that of the act: it
// cannot be done. What is only found out when a mail is assessed is not foreseen.
func (s *Store) Foresee(ctx context.Context, act func(context.Context) error) (Foreseen, error) {
	var f Foreseen
	err := act(context.WithValue(ctx, foreseeKey{}, &f))
	switch {
	case errors.Is(err, errForeseen):
		return f, nil
	case err == nil:
		return f, errors.New("foresee: the act wrote nothing")
	}
	return f, err
}

// foresee fills what a happening would cause, and then fails with errForeseen.
func (t *tx) foresee(f *Foreseen, happen func(*tx) error) error {
	var after int64
	if err := t.row("SELECT COALESCE(MAX(seq), 0) FROM journal_head", nil, &after); err != nil {
		return fmt.Errorf("foresee: %w", err)
	}
	if err := happen(t); err != nil {
		return err
	}
	type entry struct {
		ref, event, content string
	}
	entries, err := collect(t.ctx, t, func(r rowScanner) (e entry, err error) {
		err = r.Scan(&e.ref, &e.event, &e.content)
		return e, err
	}, "SELECT case_ref, event, content FROM journal WHERE seq > ? ORDER BY seq", after)
	if err != nil {
		return fmt.Errorf("foresee: %w", err)
	}
	var owed, cancelled []int64
	for _, e := range entries {
		var c struct {
			Letter int64      `json:"letter"`
			From   any        `json:"from"` // a phase, where there is a state
			State  *caseState `json:"state"`
		}
		if err := json.Unmarshal([]byte(e.content), &c); err != nil {
			return fmt.Errorf("foresee: %w", err)
		}
		switch {
		case e.event == "letter_owed" || e.event == "letter_revived":
			owed = append(owed, c.Letter)
		case e.event == "letter_cancelled" && slices.Contains(owed, c.Letter):
			owed = slices.DeleteFunc(owed, func(id int64) bool { return id == c.Letter })
		case e.event == "letter_cancelled":
			cancelled = append(cancelled, c.Letter)
		case c.State != nil:
			from, _ := c.From.(string)
			f.Cases = append(f.Cases, PhaseMove{e.ref, cases.Phase(from), c.State.Phase, c.State.Completeness})
		}
	}
	for _, l := range []struct {
		ids  []int64
		into *[]cases.LetterSheet
	}{{owed, &f.Letters}, {cancelled, &f.Cancelled}} {
		if *l.into, err = t.s.letters(t.ctx, t, "l.id IN (SELECT value FROM json_each(?))", asJSON{l.ids}); err != nil {
			return fmt.Errorf("foresee: %w", err)
		}
	}
	return errForeseen
}
