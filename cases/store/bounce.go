package store

import (
	"errors"
	"fmt"
	"slices"

	"greffier/cases"
)

// bounced records that letters did not arrive. A bounce that carries no token
// of ours changes nothing.
func (t *tx) bounced(m *filed) error {
	if len(m.failed) == 0 {
		return nil // a delay, or nothing that one could act upon
	}
	for _, token := range m.tokens {
		var letterID int64
		var caseID *int64
		var to, toKey, state string
		err := t.row("SELECT id, case_id, to_address, to_key, state FROM letter WHERE "+letterOf, []any{token}, &letterID, &caseID, &to, &toKey, &state)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("look up bounced letter: %w", err)
		}
		i := slices.IndexFunc(m.failed, func(f cases.Failure) bool { return cases.AddressKey(f.Address) == toKey })
		if i < 0 {
			// It was forwarded, and did not arrive there: the reader may have it.
			return t.openTask(taskRef{caseID: deref(caseID), mailID: m.id, letterID: letterID}, "bounce_elsewhere", "our letter to "+to+" was forwarded to an address that cannot be reached")
		}
		addresses := make([]string, len(m.failed))
		for i, f := range m.failed {
			addresses[i] = f.Address
		}
		ref, about := "", []thing{{"letter", letterID}, {"mail", m.id}}
		if caseID != nil {
			c, err := t.loadCase(*caseID)
			if err != nil {
				return err
			}
			ref = c.ref
			about = append(about, thing{"case", ref})
			if _, err := t.exec("UPDATE sender SET bounced = 1 WHERE case_id = ? AND address = ?", *caseID, toKey); err != nil {
				return fmt.Errorf("record bounce: %w", err)
			}
			if _, err := t.exec("UPDATE mail SET case_id = ? WHERE id = ?", *caseID, m.id); err != nil {
				return fmt.Errorf("link bounce: %w", err)
			}
		}
		if _, err := t.exec("UPDATE letter SET state = 'bounced', next_at = NULL WHERE id = ?", letterID); err != nil {
			return fmt.Errorf("record bounce: %w", err)
		}
		if err := t.journal("letter_bounced", ref, map[string]any{"letter": letterID, "mail": m.id, "failed": addresses}, about...); err != nil {
			return err
		}
		return t.openTask(taskRef{caseID: deref(caseID), mailID: m.id, letterID: letterID}, "bounce", "our letter to "+to+" did not arrive"+why(m.failed[i]))
	}
	return nil
}

// why tells staff what to do next: a full mailbox may be tried again, a dead
// address needs another one.
func why(f cases.Failure) string {
	out := ""
	if f.Full {
		out = ": the mailbox is full"
	}
	if f.Said != "" {
		out += ": " + f.Said
	}
	return out
}
