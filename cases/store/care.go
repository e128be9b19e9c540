package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"greffier/cases"
)

// What staff keep on a case, whatever its phase: notes, to whom it is assigned,
// labels. None of it changes what the case is, and nobody is written to. Where a
// case goes into another one, its notes go along and its labels are given to the
// other one too; both come back when that is taken back. The case that is left
// by some of its mails keeps all of them. Each stays assigned as it was.

// Note writes a note down on a case. ErrNotFound when there is no such case.
func (s *Store) Note(ctx context.Context, actor, ref, text string) error {
	text, ok := cases.ReadNote(text)
	if !ok {
		return refuse(WhyText, "a note has 1 to %d characters", cases.NoteMost)
	}
	return s.care(ctx, actor, ref, func(t *tx, id int64, ref string) error {
		var note int64
		if err := t.row("INSERT INTO note (case_id, text, actor, at) VALUES (?, ?, ?, ?) RETURNING id", []any{id, text, t.actor, instant(t.now)}, &note); err != nil {
			return fmt.Errorf("write note: %w", err)
		}
		t.dirty = true
		return t.journal("note_written", ref, map[string]any{"note": note, "text": text}, thing{"note", note})
	})
}

// Assign gives a case to the colleague of that name, or to nobody where it is "".
// ErrNotFound when there is no such case; a *Refusal when nobody of that name may
// sign in.
func (s *Store) Assign(ctx context.Context, actor, ref, name string) error {
	return s.care(ctx, actor, ref, func(t *tx, id int64, ref string) error {
		var to cases.Colleague
		if name != "" {
			var err error
			to, err = t.colleague(name)
			if errors.Is(err, ErrNotFound) || err == nil && !to.Disabled.IsZero() {
				return refuse(WhyNobody, "no colleague of the name %q may sign in", name)
			}
			if err != nil {
				return err
			}
		}
		var now int64
		if err := t.row(`SELECT COALESCE(assigned_to, 0) FROM "case" WHERE id = ?`, []any{id}, &now); err != nil {
			return fmt.Errorf("assign %s: %w", ref, err)
		}
		if now == to.ID {
			return nil
		}
		if _, err := t.exec(`UPDATE "case" SET assigned_to = ? WHERE id = ?`, nullable(to.ID), id); err != nil {
			return fmt.Errorf("assign %s: %w", ref, err)
		}
		return t.journal("case_assigned", ref, map[string]any{"to": to.Name}, thing{"case", ref})
	})
}

// Label gives a case a label: a few free words. One that it has, however it is
// spelt, stays as it is.
func (s *Store) Label(ctx context.Context, actor, ref, word string) error {
	label, key, ok := cases.ReadLabel(word)
	if !ok {
		return refuse(WhyText, "a label has 1 to %d characters, a letter or a digit among them", cases.LabelMost)
	}
	return s.care(ctx, actor, ref, func(t *tx, id int64, ref string) error {
		res, err := t.exec("INSERT INTO label (case_id, key, word) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", id, key, label)
		if err != nil {
			return fmt.Errorf("label %s: %w", ref, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return t.journal("case_labelled", ref, map[string]any{"label": label}, thing{"case", ref})
	})
}

// Unlabel takes a label off a case, however it is spelt.
func (s *Store) Unlabel(ctx context.Context, actor, ref, word string) error {
	_, key, _ := cases.ReadLabel(word)
	return s.care(ctx, actor, ref, func(t *tx, id int64, ref string) error {
		var label string
		if err := t.row("DELETE FROM label WHERE case_id = ? AND key = ? RETURNING word", []any{id, key}, &label); err != nil {
			if errors.Is(err, ErrNotFound) {
				return refuse(WhyNothing, "case %s has no label %q", ref, word)
			}
			return fmt.Errorf("take a label off %s: %w", ref, err)
		}
		t.dirty = true
		return t.journal("case_unlabelled", ref, map[string]any{"label": label}, thing{"case", ref})
	})
}

// care changes what staff keep on a case.
func (s *Store) care(ctx context.Context, actor, ref string, change func(t *tx, id int64, ref string) error) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		c, err := t.caseRef("ref = ?", strings.ToUpper(ref))
		if err != nil {
			return fmt.Errorf("case %s: %w", ref, err)
		}
		return change(t, c.ID, c.Ref)
	})
}

// Labels lists the labels in use, in alphabetical order.
func (s *Store) Labels(ctx context.Context) ([]string, error) {
	list, err := collect(ctx, s.reader, one[string], "SELECT MIN(word) FROM label GROUP BY key ORDER BY key")
	if err != nil {
		return nil, fmt.Errorf("list labels: %w", err)
	}
	return list, nil
}

// bringCare brings notes of a case that goes into another one along, and its labels.
func (t *tx) bringCare(mv *moved, from, to int64) (err error) {
	if mv.Notes, err = collect(t.ctx, t, one[int64], "UPDATE note SET case_id = ? WHERE case_id = ? RETURNING id", to, from); err != nil {
		return fmt.Errorf("move notes: %w", err)
	}
	if mv.Labels, err = collect(t.ctx, t, one[string], "INSERT INTO label (case_id, key, word) SELECT ?, key, word FROM label WHERE case_id = ? ON CONFLICT DO NOTHING RETURNING key", to, from); err != nil {
		return fmt.Errorf("bring labels: %w", err)
	}
	return nil
}

// careBack takes what bringCare did back, and gives the notes that return: all of
// a case that was opened for the mails and is none any more.
func (t *tx) careBack(mv *moved, from, to int64) (notes []int64, err error) {
	if notes, err = collect(t.ctx, t, one[int64], "UPDATE note SET case_id = ?1 WHERE case_id = ?2 AND (?3 OR id IN (SELECT value FROM json_each(?4))) RETURNING id", from, to, mv.Opened, asJSON{mv.Notes}); err != nil {
		return nil, fmt.Errorf("move notes back: %w", err)
	}
	if _, err := t.exec("DELETE FROM label WHERE case_id = ? AND key IN (SELECT value FROM json_each(?))", to, asJSON{mv.Labels}); err != nil {
		return nil, fmt.Errorf("take labels back: %w", err)
	}
	return notes, nil
}

// addCare completes cases as they are shown with their labels.
func addCare(ctx context.Context, q querier, of map[int64]*cases.Summary, all []int64) error {
	type label struct {
		caseID int64
		word   string
	}
	labels, err := collect(ctx, q, func(r rowScanner) (l label, err error) {
		err = r.Scan(&l.caseID, &l.word)
		return l, err
	}, "SELECT case_id, word FROM label WHERE case_id IN (SELECT value FROM json_each(?)) ORDER BY key", asJSON{all})
	if err != nil {
		return fmt.Errorf("list labels: %w", err)
	}
	for _, l := range labels {
		of[l.caseID].Labels = append(of[l.caseID].Labels, l.word)
	}
	return nil
}

// notes lists the notes of a case, the oldest first.
func (s *Store) notes(ctx context.Context, q querier, id int64) ([]cases.Note, error) {
	list, err := collect(ctx, q, func(r rowScanner) (n cases.Note, err error) {
		var at time.Time
		err = r.Scan(&n.ID, &n.Text, &n.Actor, scanTime{&at})
		n.At = s.local(at)
		return n, err
	}, "SELECT id, text, actor, at FROM note WHERE case_id = ? ORDER BY id", id)
	if err != nil {
		return nil, fmt.Errorf("list notes: %w", err)
	}
	if list == nil {
		list = []cases.Note{}
	}
	return list, nil
}
