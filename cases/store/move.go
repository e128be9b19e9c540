package store

import (
	"fmt"
	"slices"

	"greffier/cases"
)

// moved is what was moved from one case to another, and what taking that back
// restores.
type moved struct {
	Mails     []movedMail       `json:"mails"`
	Letters   []int64           `json:"letters"`
	Tasks     []int64           `json:"tasks"`
	Notes     []int64           `json:"notes,omitempty"`
	Labels    []string          `json:"labels,omitempty"`    // keys of those that the other case got
	Proposals []int64           `json:"proposals,omitempty"` // tasks closed, for the case they were about is none any more
	Cancelled []cancelledLetter `json:"cancelled,omitempty"`
	Left      []senderRow       `json:"left"`   // senders of the case that the mails left, before
	Joined    []senderRow       `json:"joined"` // of the other one
	FromPhase cases.Phase       `json:"from_phase"`
	ToPhase   cases.Phase       `json:"to_phase"`
	ToAfter   cases.Phase       `json:"to_after"`
	Frozen    bool              `json:"frozen"`
	LastMail  int64             `json:"last_mail"` // the newest mail of all
	Opened    bool              `json:"opened"`    // the other case was opened for the mails
}

type movedMail struct {
	ID    int64       `json:"id"`
	Place cases.Place `json:"place"`
	Why   string      `json:"why"`
}

type cancelledLetter struct {
	ID    int64             `json:"id"`
	State cases.LetterState `json:"state"`
}

type senderRow struct {
	Address string `json:"address"`
	Role    string `json:"role"`
	Bounced bool   `json:"bounced"`
}

func (t *tx) senders(caseID int64) ([]senderRow, error) {
	list, err := collect(t.ctx, t, func(r rowScanner) (v senderRow, err error) {
		err = r.Scan(&v.Address, &v.Role, &v.Bounced)
		return v, err
	}, "SELECT address, role, bounced FROM sender WHERE case_id = ? ORDER BY address", caseID)
	if err != nil {
		return nil, fmt.Errorf("list senders: %w", err)
	}
	return list, nil
}

func hasSender(list []senderRow, address string) bool {
	return slices.ContainsFunc(list, func(v senderRow) bool { return v.Address == address })
}

// beginMove notes what is before mails move between two cases.
func (t *tx) beginMove(from, to *judgement) (mv *moved, err error) {
	mv = &moved{FromPhase: from.from, ToPhase: to.from, Frozen: from.frozen}
	if mv.Left, err = t.senders(from.id); err != nil {
		return nil, err
	}
	if mv.Joined, err = t.senders(to.id); err != nil {
		return nil, err
	}
	if err := t.row("SELECT MAX(id) FROM mail", nil, &mv.LastMail); err != nil {
		return nil, fmt.Errorf("look for the newest mail: %w", err)
	}
	return mv, nil
}

// moveMails moves mails with the letters and open tasks about them. mails are all
// that belong to the case or wait beside it where whole is set, and then its other
// letters and tasks move too.
func (t *tx) moveMails(mv *moved, from, to *judgement, mails []int64, whole bool) error {
	about := "mail_id IN (SELECT value FROM json_each(?2))"
	if whole {
		about = "?2 IS NOT NULL"
	}
	var err error
	for _, id := range mails {
		m := movedMail{ID: id}
		if err := t.row("SELECT place, why FROM mail WHERE id = ?", []any{id}, &m.Place, &m.Why); err != nil {
			return fmt.Errorf("move mail %d: %w", id, err)
		}
		if _, err := t.exec("UPDATE mail SET case_id = ?, place = ?, why = ? WHERE id = ?", to.id, m.movedTo(), fmt.Sprintf("%s; moved from %s by %s", m.Why, from.ref, t.actor), id); err != nil {
			return fmt.Errorf("move mail %d: %w", id, err)
		}
		mv.Mails = append(mv.Mails, m)
	}
	args := []any{from.id, asJSON{mails}, to.id}
	if mv.Letters, err = collect(t.ctx, t, one[int64], "UPDATE letter SET case_id = ?3 WHERE case_id = ?1 AND "+about+" RETURNING id", args...); err != nil {
		return fmt.Errorf("move letters: %w", err)
	}
	if mv.Tasks, err = collect(t.ctx, t, one[int64], "UPDATE task SET case_id = ?3 WHERE case_id = ?1 AND other_id IS NULL AND done_at IS NULL AND "+about+" RETURNING id", args...); err != nil {
		return fmt.Errorf("move tasks: %w", err)
	}
	return t.journalMove(mv, from, to)
}

// movedTo is the place that the mail has in the case it was moved to.
func (m movedMail) movedTo() cases.Place {
	if m.Place == cases.Opens {
		return cases.Joins
	}
	return m.Place
}

func (t *tx) journalMove(mv *moved, from, to *judgement) error {
	var ids []int64
	var about []thing
	for _, m := range mv.Mails {
		ids = append(ids, m.ID)
		about = append(about, thing{"mail", m.ID})
	}
	for _, id := range mv.Letters {
		about = append(about, thing{"letter", id})
	}
	for _, id := range mv.Tasks {
		about = append(about, thing{"task", id})
	}
	for _, id := range mv.Notes {
		about = append(about, thing{"note", id})
	}
	content := map[string]any{"from": from.ref, "to": to.ref, "mails": ids, "letters": mv.Letters, "tasks": mv.Tasks, "notes": mv.Notes}
	return t.journal("mails_moved", to.ref, content, about...)
}

// bringSenders makes senders of a case known to another one. What staff decide
// confirms those that only a token had brought.
func (t *tx) bringSenders(to int64, senders []senderRow) error {
	for _, v := range senders {
		if v.Role == "candidate" {
			v.Role = "known"
		}
		if _, err := t.exec(`INSERT INTO sender (case_id, address, role, bounced) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
			role = CASE WHEN sender.role = 'added' THEN excluded.role ELSE sender.role END, bounced = MAX(sender.bounced, excluded.bounced)`, to, v.Address, v.Role, v.Bounced); err != nil {
			return fmt.Errorf("bring sender: %w", err)
		}
	}
	return nil
}

// waitingLetters gives the letters of two cases that have yet to leave.
func (t *tx) waitingLetters(a, b *judgement) ([]cancelledLetter, error) {
	list, err := collect(t.ctx, t, func(r rowScanner) (l cancelledLetter, err error) {
		err = r.Scan(&l.ID, &l.State)
		return l, err
	}, "SELECT id, state FROM letter WHERE case_id IN (?, ?) AND next_at IS NOT NULL ORDER BY id", a.id, b.id)
	if err != nil {
		return nil, fmt.Errorf("list letters that wait: %w", err)
	}
	return list, nil
}

// nowCancelled gives those of the letters that do not wait any more.
func (t *tx) nowCancelled(waited []cancelledLetter) (out []cancelledLetter, err error) {
	for _, l := range waited {
		var state cases.LetterState
		if err := t.row("SELECT state FROM letter WHERE id = ?", []any{l.ID}, &state); err != nil {
			return nil, fmt.Errorf("look up letter %d: %w", l.ID, err)
		}
		if state == cases.LetterCancelled {
			out = append(out, l)
		}
	}
	return out, nil
}

// revive owes letters again that a move had cancelled. Reminders are not: the
// next one comes on its day.
func (t *tx) revive(letters []cancelledLetter) error {
	for _, l := range letters {
		res, err := t.exec("UPDATE letter SET state = ?, next_at = ?, last_answer = '' WHERE id = ? AND state = 'cancelled' AND kind <> 'reminder'", l.State, instant(t.now), l.ID)
		if err != nil {
			return fmt.Errorf("owe letter %d again: %w", l.ID, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			if err != nil {
				return fmt.Errorf("owe letter %d again: %w", l.ID, err)
			}
			continue
		}
		if err := t.journalLetter(l.ID, "letter_revived", map[string]any{}); err != nil {
			return err
		}
	}
	return nil
}

// bothOfOneCall refuses to move anything between these two cases.
func bothOfOneCall(from, to *judgement) error {
	switch {
	case from.id == to.id:
		return refuse(WhySameCase, "one case is named twice")
	case from.callID != to.callID:
		return refuse(WhyOtherEdition, "%s and %s belong to different editions: each keeps its own case", from.ref, to.ref)
	}
	return nil
}
