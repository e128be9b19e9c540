package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"greffier/cases"
)

// seen is a case as somebody saw it: up to that entry of its journal.
type seen struct {
	ref string
	seq int64
}

type seenKey struct{}

// IfUnchanged gives a context under which any method of the store that writes
// does so only while nobody else has changed the case since the entry seq of the
// journal, the last one that was read (see cases.Sheet.Seq). It is checked within
// the same transaction as the change. Where something happened, the method
// changes nothing and fails with a *Changed.
//
// A change is an entry of another person, a mail that came or waits beside the
// case, and the deadline; what the same person did elsewhere, what happens to
// letters, that somebody read a file, and labels, is none; a note is, as it may say
// why not. Of an act on two cases, call it for both.
func IfUnchanged(ctx context.Context, ref string, seq int64) context.Context {
	before, _ := ctx.Value(seenKey{}).([]seen)
	return context.WithValue(ctx, seenKey{}, append(before[:len(before):len(before)], seen{strings.ToUpper(ref), seq}))
}

// Changed says that a case is not as it was seen any more, and what happened to
// it since. To do it all the same, show that and ask again up to its last entry.
type Changed struct {
	Ref   string
	Since []cases.EntrySheet // never empty
}

func (c *Changed) Error() string {
	return fmt.Sprintf("case %s has changed since it was seen: %s by %s", c.Ref, c.Since[0].Event, c.Since[0].Actor)
}

// unchanged fails when a case is not as the context says it was seen.
func (t *tx) unchanged() error {
	known, _ := t.ctx.Value(seenKey{}).([]seen)
	for _, v := range known {
		since, err := collect(t.ctx, t, t.s.scanEntry, "SELECT "+entryColumns+` FROM journal WHERE case_ref = ? AND seq > ? AND event NOT IN `+readEvents+` AND event NOT IN `+labelEvents+` AND
			(actor NOT IN (?, ?) OR event IN ('mail_opens', 'mail_joins', 'mail_waiting', 'deadline_passed', 'case_reopened')) ORDER BY seq`, v.ref, v.seq, machine, t.actor)
		if err != nil {
			return fmt.Errorf("look for changes of %s: %w", v.ref, err)
		}
		if len(since) > 0 {
			return &Changed{v.ref, since}
		}
	}
	return nil
}

// labelEvents are entries by which nothing is decided.
const labelEvents = "('case_labelled', 'case_unlabelled')"

const entryColumns = "seq, at, actor, event, content, hash"

func (s *Store) scanEntry(r rowScanner) (e cases.EntrySheet, err error) {
	var at time.Time
	var content string
	err = r.Scan(&e.Seq, scanTime{&at}, &e.Actor, &e.Event, &content, &e.Hash)
	e.At, e.Content = s.local(at), json.RawMessage(content)
	return e, err
}
