package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
)

// Merge joins, by a member of staff, the case ref into another one of the same
// edition: its mails, those beside it, its senders, letters, notes and open tasks go
// there, its labels are given to that one too, answers to its letters follow, and it becomes a duplicate that names the
// other. What staff said of its candidate counts for the other as long as the merge
// holds: where they said nothing of a fact of that one it stands there, where they
// said otherwise it is shown against what they said, so that nothing is lost.
// The other is judged anew from all evidence. Answers owed to mails still
// leave; letters that a date caused to the duplicate, and have not left, do not.
// Nobody is written to. UndoMerge takes it back.
func (s *Store) Merge(ctx context.Context, actor, ref, into, motive string) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		to, err := t.alive(into)
		if err != nil {
			return err
		}
		from, err := t.early(ref)
		if err != nil {
			return err
		}
		if err := bothOfOneCall(from, to); err != nil {
			return err
		}
		if len(from.complements) > 0 {
			return refuse(WhyComplement, "a complement was asked of case %s, which stays with it: merge %s into it", from.ref, to.ref)
		}
		mv, err := t.beginMove(from, to)
		if err != nil {
			return err
		}
		waited, err := t.waitingLetters(from, to)
		if err != nil {
			return err
		}
		onDates, err := collect(ctx, t, one[int64], "SELECT id FROM letter WHERE case_id = ? AND mail_id IS NULL AND next_at IS NOT NULL", from.id)
		if err != nil {
			return fmt.Errorf("list letters that wait: %w", err)
		}
		for _, id := range onDates {
			if err := t.cancelLetter(id, "the case went into "+to.ref); err != nil {
				return err
			}
		}
		mails, err := collect(ctx, t, one[int64], "SELECT id FROM mail WHERE case_id = ? ORDER BY id", from.id)
		if err != nil {
			return fmt.Errorf("list mails of %s: %w", from.ref, err)
		}
		if err := t.bringCare(mv, from.id, to.id); err != nil {
			return err
		}
		if err := t.moveMails(mv, from, to, mails, true); err != nil {
			return err
		}
		if err := t.bringSenders(to.id, mv.Left); err != nil {
			return err
		}
		if mv.Proposals, err = t.closeProposals(from.id, to.id); err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE "case" SET merged_into = ? WHERE id = ?`, to.id, from.id); err != nil {
			return fmt.Errorf("merge %s: %w", from.ref, err)
		}
		if from, err = t.judge(from.id); err != nil {
			return err
		}
		from.phase, _ = cases.Next(from.phase, cases.FoundDuplicate)
		if err := t.settle(from, "case_merged", map[string]any{"into": to.ref}, "the case went into "+to.ref); err != nil {
			return err
		}
		if to, err = t.judge(to.id); err != nil {
			return err
		}
		to.stand()
		if err := t.settle(to, "case_joined", map[string]any{"other": from.ref}, from.ref+" went into the case"); err != nil {
			return err
		}
		mv.ToAfter = to.phase
		if mv.Cancelled, err = t.nowCancelled(waited); err != nil {
			return err
		}
		return t.decide(from.ref, &decisionRow{kind: cases.DecideMerge, caseID: from.id, otherID: to.id, motive: motive, before: mv})
	})
}

// Split takes mails out of a case, by a member of staff, with their files, their
// senders and what was written about them: to the case into, or without one to a
// new case of the sender of the first. Facts that staff said stay with the case of
// which they said them; the other has what its own mails tell. Both cases are
// judged anew. Nobody is written to. It gives the reference of the case that took them; UndoSplit takes
// it back.
func (s *Store) Split(ctx context.Context, actor, ref string, mails []int64, into, motive string) (other string, err error) {
	err = s.writeAs(ctx, actor, func(t *tx) error {
		from, err := t.alive(ref)
		if err != nil {
			return err
		}
		if mails, err = t.leaving(from, mails); err != nil {
			return err
		}
		opened := into == ""
		if opened {
			if into, err = t.openFor(from, mails[0]); err != nil {
				return err
			}
		}
		to, err := t.alive(into)
		if err != nil {
			return err
		}
		if err := bothOfOneCall(from, to); err != nil {
			return err
		}
		other = to.ref
		mv, err := t.beginMove(from, to)
		if err != nil {
			return err
		}
		mv.Opened = opened
		waited, err := t.waitingLetters(from, to)
		if err != nil {
			return err
		}
		if err := t.moveMails(mv, from, to, mails, false); err != nil {
			return err
		}
		if opened {
			if _, err := t.exec("UPDATE mail SET place = 'opens' WHERE id = ?", mails[0]); err != nil {
				return fmt.Errorf("open %s: %w", to.ref, err)
			}
			if err := t.journal("mail_opened", to.ref, map[string]any{"mail": mails[0]}, thing{"mail", mails[0]}); err != nil {
				return err
			}
		}
		if err := t.splitSenders(mv, from, to); err != nil {
			return err
		}
		for _, id := range mails {
			if err := t.doneTasks("kind = '"+splitProposed+"' AND mail_id = ?", id); err != nil {
				return err
			}
		}
		if err := t.apart(from.id, to.id); err != nil {
			return err
		}
		for _, j := range []**judgement{&from, &to} {
			if *j, err = t.judge((*j).id); err != nil {
				return err
			}
			(*j).stand()
			if err := t.settle(*j, "case_split", map[string]any{"from_case": from.ref, "to_case": to.ref}, "mails went from "+from.ref+" to "+to.ref); err != nil {
				return err
			}
		}
		mv.ToAfter = to.phase
		if mv.Cancelled, err = t.nowCancelled(waited); err != nil {
			return err
		}
		return t.decide(from.ref, &decisionRow{kind: cases.DecideSplit, caseID: from.id, otherID: to.id, motive: motive, before: mv})
	})
	return other, err
}

// leaving checks that mails may leave a case, and adds the copies of them.
func (t *tx) leaving(from *judgement, mails []int64) ([]int64, error) {
	if len(mails) == 0 {
		return nil, refuse(WhyNoMail, "no mail is named")
	}
	var out []int64
	for _, id := range mails {
		var caseID, opener int64
		var place cases.Place
		err := t.row(`SELECT COALESCE(m.case_id, 0), m.place, c.opened_by FROM mail m JOIN "case" c ON c.id = ? WHERE m.id = ?`, []any{from.id, id}, &caseID, &place, &opener)
		switch {
		case err == nil && (caseID != from.id || place != cases.Opens && place != cases.Joins):
			err = refuse(WhyNotItsMail, "is not a mail of %s", from.ref)
		case err == nil && id == opener:
			err = refuse(WhyOpener, "opened %s: take the others out of it", from.ref)
		}
		if err != nil {
			return nil, fmt.Errorf("mail %d: %w", id, err)
		}
		copies, err := collect(t.ctx, t, one[int64], "SELECT id FROM mail WHERE case_id = ? AND copy_of = ? ORDER BY id", from.id, id)
		if err != nil {
			return nil, fmt.Errorf("look for copies of mail %d: %w", id, err)
		}
		for _, id := range append([]int64{id}, copies...) {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out, nil
}

// openFor opens a case of the edition for the sender of a mail.
func (t *tx) openFor(from *judgement, mailID int64) (ref string, err error) {
	m, err := t.filed(mailID)
	if err != nil {
		return "", fmt.Errorf("mail %d: %w", mailID, err)
	}
	if m.kind != cases.Person || strings.HasPrefix(m.why, cases.WhyStaff) {
		return "", refuse(WhyNoCandidate, "mail %d was not sent by a candidate: name the case that it goes to", mailID)
	}
	return t.openCase(mailID, &cases.Mail{From: m.from, Clocks: m.clocks}, cases.Route{Call: from.call})
}

// splitSenders makes the senders of moved mails known where they went. The case
// that they left knows those no more of whom it has no mail.
func (t *tx) splitSenders(mv *moved, from, to *judgement) error {
	for _, v := range mv.Left {
		var here, there int
		if err := t.row("SELECT COALESCE(SUM(case_id = ?), 0), COALESCE(SUM(case_id = ?), 0) FROM mail WHERE from_key = ? AND place IN ('opens', 'joins')",
			[]any{from.id, to.id, v.Address}, &here, &there); err != nil {
			return fmt.Errorf("look for mails of a sender: %w", err)
		}
		if there > 0 {
			if err := t.bringSenders(to.id, []senderRow{v}); err != nil {
				return err
			}
		}
		if there > 0 && here == 0 && v.Role != "candidate" {
			if _, err := t.exec("DELETE FROM sender WHERE case_id = ? AND address = ?", from.id, v.Address); err != nil {
				return fmt.Errorf("forget sender: %w", err)
			}
		}
	}
	if mv.Opened {
		mv.Joined = nil // the case had no senders before
	}
	return nil
}
