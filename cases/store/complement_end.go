package store

import (
	"context"
	"fmt"

	"greffier/cases"
)

// EndComplements lets the due instants of complements pass, as FreezeDue does the
// deadline: once the mailbox has been read to its end by a reading begun at or
// after it plus the time for mail under way, and all that was read is assessed.
// The case is examined again with what came. It returns the references of such
// cases.
func (s *Store) EndComplements(ctx context.Context) (refs []string, err error) {
	var due bool
	if err := s.reader.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM complement WHERE outcome = '' AND due < ?)", instant(s.opts.Now())).Scan(&due); err != nil {
		return nil, fmt.Errorf("look for complements due: %w", err)
	}
	if !due {
		return nil, nil // spares a write transaction
	}
	err = s.write(ctx, func(t *tx) error {
		refs = nil
		begun, err := t.read()
		if err != nil || begun.IsZero() {
			return err
		}
		type dueCase struct {
			id     int64
			callID string
		}
		due, err := collect(t.ctx, t, func(r rowScanner) (d dueCase, err error) {
			err = r.Scan(&d.id, &d.callID)
			return d, err
		}, `SELECT c.id, c.call_id FROM complement k JOIN "case" c ON c.id = k.case_id WHERE k.outcome = '' AND k.due < ? ORDER BY k.id`, instant(begun))
		if err != nil {
			return fmt.Errorf("list complements due: %w", err)
		}
		for _, d := range due {
			if s.opts.Calls.ByID(d.callID) == nil {
				continue // nobody knows its pieces any more; the others go on
			}
			j, err := t.judge(d.id)
			if err != nil {
				return err
			}
			c := j.complements.Open()
			if begun.Before(c.Due.Add(j.call.Settle)) {
				continue
			}
			if err := t.endComplement(j, c, cases.ComplementPassed); err != nil {
				return err
			}
			refreeze := ""
			if j.phase, _ = cases.Next(j.phase, cases.ComplementEnded); j.phase != j.from {
				refreeze = "the due instant of a complement passed"
			}
			if err := t.settle(j, "case_reassessed", map[string]any{"complement": c.ID}, refreeze); err != nil {
				return err
			}
			refs = append(refs, j.ref)
		}
		return nil
	})
	return refs, err
}

// endMet ends the complement that stands once every piece asked for is here.
func (t *tx) endMet(j *judgement) (bool, error) {
	c := j.complements.Open()
	if c == nil || len(c.Missing(j.call, j.files)) > 0 {
		return false, nil
	}
	if err := t.endComplement(j, c, cases.ComplementMet); err != nil {
		return false, err
	}
	j.phase, _ = cases.Next(j.phase, cases.ComplementEnded)
	return true, nil
}

// endComplement writes down how a complement ended; what that makes of the case
// is for the caller. Staff hear of what they did not do themselves.
func (t *tx) endComplement(j *judgement, c *cases.Complement, outcome cases.ComplementOutcome) error {
	c.EndedAt, c.Outcome = t.now, outcome
	if _, err := t.exec("UPDATE complement SET ended_at = ?, outcome = ? WHERE id = ?", instant(c.EndedAt), c.Outcome, c.ID); err != nil {
		return fmt.Errorf("end complement of %s: %w", j.ref, err)
	}
	if err := t.noteComplement("complement_"+string(outcome), j.ref, c); err != nil {
		return err
	}
	if outcome == cases.ComplementWithdrawn || j.phase != cases.CompletionRequested {
		return nil
	}
	detail := "a complement is here: all pieces asked for"
	if outcome == cases.ComplementPassed {
		detail = "the due instant of a complement passed"
	}
	var letter int64
	if err := t.row("SELECT COALESCE(MAX(id), 0) FROM letter WHERE case_id = ? AND kind = ?", []any{j.id, cases.LetterComplement}, &letter); err != nil {
		return fmt.Errorf("look for letters of %s: %w", j.ref, err)
	}
	return t.openTask(taskRef{caseID: j.id, letterID: letter}, "complement", detail)
}
