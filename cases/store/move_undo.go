package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"greffier/cases"
)

// UndoMerge takes the merge of a case into another one back: the mails that moved
// return as they were, with what was written about them, and both cases are
// judged anew. Mails that arrived since stay where they are, but for those that
// answer a letter of the case or come from a sender that only it knew. Mails that
// staff attached or took out since stay too. Each case has again what staff said
// of it. It gives the other case.
func (s *Store) UndoMerge(ctx context.Context, actor, ref string) (other string, err error) {
	return s.undoMove(ctx, actor, ref, cases.DecideMerge, "merge_undone")
}

// UndoSplit takes the newest split of a case back, in the way of UndoMerge; ref
// is either of the two cases. A case that the split opened becomes a duplicate of
// the one that its mails return to, all of them, and what staff said of it since
// counts there as after a merge.
func (s *Store) UndoSplit(ctx context.Context, actor, ref string) (other string, err error) {
	return s.undoMove(ctx, actor, ref, cases.DecideSplit, "split_undone")
}

func (s *Store) undoMove(ctx context.Context, actor, ref string, kind cases.DecisionKind, event string) (other string, err error) {
	err = s.writeAs(ctx, actor, func(t *tx) error {
		c, err := t.undecided(ref)
		if err != nil {
			return err
		}
		var mv moved
		d, err := t.lastDecision(c.caseRow, &mv, kind)
		if err != nil {
			return err
		}
		from, to, err := t.both(d)
		if err != nil {
			return err
		}
		other = to.ref
		back, err := t.moveBack(&mv, from, to)
		if err != nil {
			return err
		}
		if err := t.sendersBack(&mv, from, to, back); err != nil {
			return err
		}
		if err := t.reopenTasks(mv.Proposals); err != nil {
			return err
		}
		if err := t.revive(mv.Cancelled); err != nil {
			return err
		}
		gone := kind == cases.DecideSplit && mv.Opened
		switch {
		case gone:
			_, err = t.exec(`UPDATE "case" SET merged_into = ? WHERE id = ?`, from.id, to.id)
		case kind == cases.DecideMerge:
			_, err = t.exec(`UPDATE "case" SET merged_into = NULL WHERE id = ?`, from.id)
		}
		if err != nil {
			return fmt.Errorf("take the %s back: %w", kind, err)
		}
		if err := t.takeBack(from.ref, d.id); err != nil {
			return err
		}
		newer := len(back) > len(mv.Mails)
		if from, err = t.judge(from.id); err != nil {
			return err
		}
		if kind == cases.DecideMerge {
			from.phase = mv.FromPhase
			if newer || from.frozen != mv.Frozen {
				from.stand()
			}
		} else {
			from.asBefore(mv.FromPhase, !newer && from.frozen == mv.Frozen)
		}
		if err := t.settle(from, event, map[string]any{"other": to.ref}, "what had been decided about its mails was taken back"); err != nil {
			return err
		}
		if to, err = t.judge(to.id); err != nil {
			return err
		}
		var since int
		if err := t.row("SELECT COUNT(*) FROM mail WHERE case_id = ? AND id > ?", []any{to.id, mv.LastMail}, &since); err != nil {
			return fmt.Errorf("look for newer mails: %w", err)
		}
		if gone {
			to.phase = cases.Duplicate
		} else {
			to.asBefore(mv.ToPhase, to.phase == mv.ToAfter && since == 0 && to.frozen == mv.Frozen)
		}
		return t.settle(to, event, map[string]any{"other": from.ref}, "what had been decided about its mails was taken back")
	})
	return other, err
}

// asBefore puts an early case back into the phase in which it was, if nothing else
// happened to it, else where its files put it.
func (j *judgement) asBefore(before cases.Phase, untouched bool) {
	if untouched && j.phase.Early() && before != cases.NewCase {
		j.phase = before
		return
	}
	j.stand()
}

// both loads the two cases of a decision, none of which has been decided, or
// merged or split since.
func (t *tx) both(d *decisionRow) (from, to *judgement, err error) {
	var refs []string
	for _, id := range []int64{d.caseID, d.otherID} {
		c, err := t.loadCase(id)
		if err != nil {
			return nil, nil, err
		}
		refs = append(refs, c.ref)
	}
	if from, err = t.undecided(refs[0]); err != nil {
		return nil, nil, err
	}
	if to, err = t.undecided(refs[1]); err != nil {
		return nil, nil, err
	}
	var later, of string
	err = t.row(`SELECT d.kind, c.ref FROM decision d JOIN "case" c ON c.id = d.case_id WHERE d.id > ?1 AND d.undone_at IS NULL AND d.kind IN ('merge', 'split')
		AND (d.case_id IN (?2, ?3) OR d.other_id IN (?2, ?3)) ORDER BY d.id DESC LIMIT 1`, []any{d.id, from.id, to.id}, &later, &of)
	switch {
	case err == nil:
		return nil, nil, refuse(WhyLater, "a later %s of %s stands upon it: take that back first", later, of)
	case !errors.Is(err, ErrNotFound):
		return nil, nil, fmt.Errorf("look for later decisions: %w", err)
	}
	return from, to, nil
}

// moveBack returns mails to the case that they left, with letters and tasks, and
// gives them: those that moved, then those that arrived since and belong to it.
func (t *tx) moveBack(mv *moved, from, to *judgement) ([]int64, error) {
	done := &moved{}
	var back []int64
	for _, m := range mv.Mails {
		res, err := t.exec("UPDATE mail SET case_id = ?, place = ?, why = ? WHERE id = ? AND case_id = ? AND (place = ? OR ? AND place = 'opens')", from.id, m.Place, m.Why, m.ID, to.id, m.movedTo(), mv.Opened)
		if err != nil {
			return nil, fmt.Errorf("move mail %d back: %w", m.ID, err)
		}
		if n, err := res.RowsAffected(); err != nil {
			return nil, fmt.Errorf("move mail %d back: %w", m.ID, err)
		} else if n > 0 {
			back = append(back, m.ID)
			done.Mails = append(done.Mails, m)
		}
	}
	since, err := t.belonging(mv, to)
	if err != nil {
		return nil, err
	}
	for _, id := range since {
		if _, err := t.exec("UPDATE mail SET case_id = ?, why = why || ? WHERE id = ?", from.id, fmt.Sprintf("; moved from %s by %s", to.ref, t.actor), id); err != nil {
			return nil, fmt.Errorf("move mail %d back: %w", id, err)
		}
		back = append(back, id)
		done.Mails = append(done.Mails, movedMail{ID: id})
	}
	all := mv.Opened
	if done.Letters, err = collect(t.ctx, t, one[int64], `UPDATE letter SET case_id = ?1 WHERE case_id = ?2 AND (?3 OR id IN (SELECT value FROM json_each(?4)) OR mail_id IN (SELECT value FROM json_each(?5))) RETURNING id`,
		from.id, to.id, all, asJSON{mv.Letters}, asJSON{back}); err != nil {
		return nil, fmt.Errorf("move letters back: %w", err)
	}
	if done.Tasks, err = collect(t.ctx, t, one[int64], `UPDATE task SET case_id = ?1 WHERE case_id = ?2 AND other_id IS NULL AND (?3 OR id IN (SELECT value FROM json_each(?4)) OR mail_id IN (SELECT value FROM json_each(?5))) RETURNING id`,
		from.id, to.id, all, asJSON{mv.Tasks}, asJSON{back}); err != nil {
		return nil, fmt.Errorf("move tasks back: %w", err)
	}
	if done.Notes, err = t.careBack(mv, from.id, to.id); err != nil {
		return nil, err
	}
	return back, t.journalMove(done, to, from)
}

// belonging gives the mails that joined a case since others were moved to it, and
// that would have joined the one that those came from: answers to its letters,
// else mails of senders that only it knew. A case opened for the mails keeps none.
func (t *tx) belonging(mv *moved, to *judgement) ([]int64, error) {
	type row struct {
		id     int64
		from   string
		tokens []string
	}
	rows, err := collect(t.ctx, t, func(r rowScanner) (v row, err error) {
		err = r.Scan(&v.id, &v.from, asJSON{&v.tokens})
		return v, err
	}, "SELECT id, from_key, tokens FROM mail WHERE case_id = ? AND (id > ? OR ?) ORDER BY id", to.id, mv.LastMail, mv.Opened)
	if err != nil {
		return nil, fmt.Errorf("look for newer mails: %w", err)
	}
	var out []int64
	for _, m := range rows {
		theirs := mv.Opened || hasSender(mv.Left, m.from) && !hasSender(mv.Joined, m.from)
		for _, token := range m.tokens {
			var letter, mail int64
			err := t.row("SELECT id, COALESCE(mail_id, 0) FROM letter WHERE case_id = ?2 AND "+letterOf, []any{token, to.id}, &letter, &mail)
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("look up token: %w", err)
			}
			theirs = mv.Opened || slices.Contains(mv.Letters, letter) || slices.Contains(out, mail)
			break
		}
		if theirs {
			out = append(out, m.id)
		}
	}
	return out, nil
}

// sendersBack restores who was known to two cases before mails moved. Senders
// that one of them came to know since stay known where their mails are.
func (t *tx) sendersBack(mv *moved, from, to *judgement, back []int64) error {
	now, err := t.senders(to.id)
	if err != nil {
		return err
	}
	for _, v := range mv.Left {
		if _, err := t.exec("INSERT INTO sender (case_id, address, role, bounced) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", from.id, v.Address, v.Role, v.Bounced); err != nil {
			return fmt.Errorf("restore sender: %w", err)
		}
	}
	for _, v := range now {
		i := slices.IndexFunc(mv.Joined, func(old senderRow) bool { return old.Address == v.Address })
		if i >= 0 {
			if _, err := t.exec("UPDATE sender SET role = ? WHERE case_id = ? AND address = ?", mv.Joined[i].Role, to.id, v.Address); err != nil {
				return fmt.Errorf("restore sender: %w", err)
			}
			continue
		}
		var here, there int
		if err := t.row("SELECT COALESCE(SUM(case_id = ?1), 0), COALESCE(SUM(case_id = ?2), 0) FROM mail WHERE from_key = ?3 AND place IN ('opens', 'joins') AND (case_id = ?1 OR id IN (SELECT value FROM json_each(?4)))",
			[]any{to.id, from.id, v.Address, asJSON{back}}, &here, &there); err != nil {
			return fmt.Errorf("look for mails of a sender: %w", err)
		}
		if there > 0 {
			if v.Role == "candidate" {
				v.Role = "known"
			}
			if _, err := t.exec("INSERT INTO sender (case_id, address, role, bounced) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET bounced = MAX(sender.bounced, excluded.bounced)", from.id, v.Address, v.Role, v.Bounced); err != nil {
				return fmt.Errorf("restore sender: %w", err)
			}
		}
		// A case opened for the mails keeps its candidate, though it is none any more.
		if here == 0 && !mv.Opened && (there > 0 || hasSender(mv.Left, v.Address)) {
			if _, err := t.exec("DELETE FROM sender WHERE case_id = ? AND address = ?", to.id, v.Address); err != nil {
				return fmt.Errorf("forget sender: %w", err)
			}
		}
	}
	return nil
}
