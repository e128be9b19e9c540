package store

import (
	"context"
	"fmt"

	"greffier/cases"
)

// Undo takes back what staff decided of a mail that had waited. One that was
// refused waits again. One that was attached waits again where it did before,
// and so do the mails of the same sender that joined the case since for no other
// reason than that its sender had become known; the case is assessed without
// them, and letters about them that have not left never leave. A case that the
// decision opened becomes not_application, until the mail is attached again.
// It gives the reference of the case that the mails were taken from, "" after a
// refusal, and how many they were. ErrNoUndo: there is nothing to take back.
func (s *Store) Undo(ctx context.Context, actor string, mailID int64) (ref string, mails int, err error) {
	err = s.writeAs(ctx, actor, func(t *tx) error {
		var place cases.Place
		var attached bool
		var caseID *int64
		var sender string
		err := t.row("SELECT place, beside_call IS NOT NULL, case_id, from_key FROM mail WHERE id = ?", []any{mailID}, &place, &attached, &caseID, &sender)
		switch {
		case err == nil && place == cases.Turns:
			mails = 1
			return t.waitAgain(mailID, "its refusal was taken back")
		case err == nil && (!attached || caseID == nil || place != cases.Joins && place != cases.Opens):
			err = ErrNoUndo
		}
		if err != nil {
			return fmt.Errorf("mail %d: %w", mailID, err)
		}
		ids := []int64{mailID}
		followers, err := t.forgetSender(*caseID, mailID, sender)
		if err != nil {
			return err
		}
		for _, id := range append(ids, followers...) {
			if err := t.waitAgain(id, "attached by mistake"); err != nil {
				return err
			}
			mails++
		}
		ref, err = t.withoutThem(*caseID, mailID)
		return err
	})
	return ref, mails, err
}

// waitAgain makes a mail wait where it did before staff decided.
func (t *tx) waitAgain(id int64, why string) error {
	var call, besideCall *string
	var clocks cases.Clocks
	if err := t.row("SELECT call_id, beside_call, boundary, internaldate, date, fetched FROM mail WHERE id = ?", []any{id},
		&call, &besideCall, scanTime{&clocks.Boundary}, scanTime{&clocks.InternalDate}, scanTime{&clocks.Date}, scanTime{&clocks.Fetched}); err != nil {
		return fmt.Errorf("take back mail %d: %w", id, err)
	}
	if deref(besideCall) == "" {
		besideCall = call // it was never attached
	}
	var timeliness cases.Timeliness
	if c := t.s.opts.Calls.ByID(deref(besideCall)); c != nil {
		timeliness = cases.Judge(c, clocks)
	}
	if _, err := t.exec(`UPDATE mail SET place = 'waiting', case_id = CASE WHEN beside_call IS NULL OR place = 'opens' THEN case_id ELSE beside_id END,
		call_id = ?, timeliness = ?, beside_call = NULL, beside_id = NULL, taken_back = taken_back + 1, why = why || ? WHERE id = ?`,
		nullable(deref(besideCall)), nullable(timeliness), "; taken back by "+t.actor, id); err != nil {
		return fmt.Errorf("take back mail %d: %w", id, err)
	}
	letters, err := collect(t.ctx, t, one[int64], "SELECT id FROM letter WHERE mail_id = ? AND kind <> 'waiting' AND next_at IS NOT NULL AND attempts = 0", id)
	if err != nil {
		return fmt.Errorf("look for letters about mail %d: %w", id, err)
	}
	for _, letter := range letters {
		if err := t.cancelLetter(letter, "the mail that it answers was taken back"); err != nil {
			return err
		}
	}
	if err := t.doneTasks("kind <> 'to_attach' AND mail_id = ?", id); err != nil {
		return err
	}
	if err := t.reopenTask("to_attach", id); err != nil {
		return err
	}
	return t.journal("mail_taken_back", "", map[string]any{"mail": id, "why": why, "timeliness": timeliness}, thing{"mail", id})
}

// forgetSender takes from a case a sender that staff made known to it by
// attaching a mail, and gives the later mails that joined for that alone. One
// that staff have other reasons to know stays.
func (t *tx) forgetSender(caseID, mailID int64, sender string) (followers []int64, err error) {
	var other int
	if err := t.row("SELECT COUNT(*) FROM mail WHERE case_id = ? AND from_key = ? AND id <> ? AND place IN ('opens', 'joins') AND (beside_call IS NOT NULL OR id < ?)",
		[]any{caseID, sender, mailID, mailID}, &other); err != nil {
		return nil, fmt.Errorf("look for mails of the sender: %w", err)
	}
	if other > 0 {
		return nil, nil
	}
	res, err := t.exec("DELETE FROM sender WHERE case_id = ? AND address = ? AND role = 'known'", caseID, sender)
	if err != nil {
		return nil, fmt.Errorf("forget sender: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return nil, err // the candidate, or one that a token brought
	}
	followers, err = collect(t.ctx, t, one[int64], "SELECT id FROM mail WHERE case_id = ? AND from_key = ? AND id > ? AND place = 'joins' AND by_token = 0 ORDER BY id", caseID, sender, mailID)
	if err != nil {
		return nil, fmt.Errorf("list mails of the sender: %w", err)
	}
	return followers, nil
}

// withoutThem assesses a case anew after mails were taken from it.
func (t *tx) withoutThem(caseID, mailID int64) (string, error) {
	j, err := t.judge(caseID)
	if err != nil {
		return "", err
	}
	var left int
	if err := t.row("SELECT COUNT(*) FROM mail WHERE case_id = ? AND direction = 'in' AND place IN ('opens', 'joins')", []any{caseID}, &left); err != nil {
		return "", fmt.Errorf("count mails of %s: %w", j.ref, err)
	}
	if j.stand(); left == 0 {
		j.phase = cases.NotApplication
	}
	return j.ref, t.settle(j, "case_reassessed", map[string]any{"taken_back": mailID}, "a mail attached by mistake was taken back")
}
