package store

import (
	"context"
	"fmt"

	"greffier/cases"
)

// frozen reports whether an edition has passed its deadline transition.
func (t *tx) frozen(callID string) (bool, error) {
	var at *string
	if err := t.row("SELECT frozen_at FROM call WHERE id = ?", []any{callID}, &at); err != nil {
		return false, fmt.Errorf("read call %s: %w", callID, err)
	}
	return at != nil, nil
}

// FreezeDue lets the deadline pass for each edition where it is due: once the
// mailbox has been read to its end by a reading begun at or after the deadline
// plus the time for mail under way, and all that was read is assessed. Every
// dossier is frozen as a snapshot; every case but those to arbitrate moves on.
// It returns the editions frozen now.
func (s *Store) FreezeDue(ctx context.Context) (frozen []string, err error) {
	due, err := s.freezeMayBeDue(ctx)
	if err != nil || !due {
		return nil, err
	}
	err = s.write(ctx, func(t *tx) error {
		frozen = nil
		begun, err := t.read()
		if err != nil || begun.IsZero() {
			return err
		}
		for _, call := range s.opts.Calls {
			done, err := t.frozen(call.ID)
			if err != nil {
				return err
			}
			if done || begun.Before(call.Deadline.Add(call.Settle)) {
				continue
			}
			if err := t.freeze(call); err != nil {
				return fmt.Errorf("freeze %s: %w", call.ID, err)
			}
			frozen = append(frozen, call.ID)
		}
		return nil
	})
	return frozen, err
}

// freezeMayBeDue spares a write transaction while nothing can be due.
func (s *Store) freezeMayBeDue(ctx context.Context) (bool, error) {
	open, err := collect(ctx, s.reader, one[string], "SELECT id FROM call WHERE frozen_at IS NULL")
	if err != nil {
		return false, fmt.Errorf("list open editions: %w", err)
	}
	now := s.opts.Now()
	for _, id := range open {
		if c := s.opts.Calls.ByID(id); c != nil && !now.Before(c.Deadline.Add(c.Settle)) {
			return true, nil
		}
	}
	return false, nil
}

func (t *tx) freeze(call *cases.Call) error {
	ids, err := collect(t.ctx, t, one[int64], `SELECT id FROM "case" WHERE call_id = ? ORDER BY id`, call.ID)
	if err != nil {
		return fmt.Errorf("list cases: %w", err)
	}
	for _, id := range ids {
		j, err := t.judge(id)
		if err != nil {
			return err
		}
		call := j.call
		if err := t.snapshot(j.caseRow, call, j.dossier, "the deadline passed"); err != nil {
			return err
		}
		if cases.Undecided(call, j.files) {
			continue // until staff decide
		}
		var letter cases.LetterKind
		j.phase, letter = cases.Next(j.phase, cases.DeadlinePassed)
		if j.phase == j.from {
			continue
		}
		if err := t.settle(j, "deadline_passed", map[string]any{}, ""); err != nil {
			return err
		}
		if err := t.oweToCase(j.caseRow, call, letter, atDeadline, func(f *cases.Facts) { t.dossierFacts(f, call, j.dossier) }); err != nil {
			return err
		}
	}
	if _, err := t.exec("UPDATE call SET frozen_at = ? WHERE id = ?", instant(t.now), call.ID); err != nil {
		return err
	}
	return t.journal("call_frozen", "", map[string]any{"call": call.ID, "deadline": call.Deadline.UTC(), "cases": len(ids)}, thing{"call", call.ID})
}
