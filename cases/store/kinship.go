package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"greffier/cases"
)

// Kinds of tasks that propose something.
const (
	mergeProposed = "merge_proposed" // on both cases; other_id is the other
	splitProposed = "split_proposed" // on the case, about the mail
)

// Propose gives staff to decide which cases may be one candidacy, and which mails
// another one than that of their case. What was proposed once is never proposed
// again, whatever became of it. It waits until all mail is assessed, and looks
// only when mail has been filed, or staff have moved some or said a fact, since it
// last did.
func (s *Store) Propose(ctx context.Context) error {
	var found []proposal
	var upTo int64
	err := s.reading(ctx, func(t *sql.Tx) error {
		var open bool
		if err := t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM mail WHERE assessed_at IS NULL),
			COALESCE((SELECT MAX(seq) FROM journal WHERE event IN ('mail_read', 'mails_moved', 'mail_attached', 'fact_set', 'fact_confirmed', 'fact_unset')), 0)`).Scan(&open, &upTo); err != nil {
			return fmt.Errorf("look for new mail: %w", err)
		}
		if open || upTo <= s.proposedUpTo.Load() {
			upTo = 0
			return nil
		}
		for _, call := range s.opts.Calls {
			merges, err := kinOf(ctx, t, call.ID)
			if err != nil {
				return err
			}
			splits, err := othersOf(ctx, t, call, s.proposedUpTo.Load())
			if err != nil {
				return err
			}
			found = append(append(found, merges...), splits...)
		}
		return nil
	})
	if err != nil || upTo == 0 {
		return err
	}
	if len(found) > 0 {
		if err := s.write(ctx, func(t *tx) error {
			for _, p := range found {
				if err := t.openTask(p.about, p.kind, p.detail); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return fmt.Errorf("propose: %w", err)
		}
	}
	s.proposedUpTo.Store(upTo)
	return nil
}

// proposal is a task that proposes something.
type proposal struct {
	about        taskRef
	kind, detail string
}

// live is a condition for cases c of which staff may still move mails.
const live = `c.merged_into IS NULL AND c.publication = 'not_decided' AND c.phase NOT IN ('withdrawn', 'duplicate', 'not_application', 'inadmissible', 'ineligible', 'not_shortlisted', 'awarded', 'reserve', 'rejected', 'contracted', '')`

// closeProposals closes what is proposed about a case that goes into another one,
// and gives the tasks about third cases: those open again if it comes back.
func (t *tx) closeProposals(from, to int64) (others []int64, err error) {
	if err := t.apart(from, to); err != nil {
		return nil, err
	}
	if others, err = collect(t.ctx, t, one[int64], "SELECT id FROM task WHERE done_at IS NULL AND other_id IS NOT NULL AND ? IN (case_id, other_id)", from); err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	for _, id := range others {
		if err := t.doneTasks("id = ?", id); err != nil {
			return nil, err
		}
	}
	return others, nil
}

// apart settles whether two cases are one candidacy: staff have decided, and are
// not asked again.
func (t *tx) apart(a, b int64) error {
	for _, about := range []taskRef{{caseID: a, otherID: b}, {caseID: b, otherID: a}} {
		if err := t.openTask(about, mergeProposed, "staff decided of both"); err != nil {
			return err
		}
		var id int64
		if err := t.row("SELECT id FROM task WHERE kind = ? AND case_id = ? AND other_id = ?", []any{mergeProposed, about.caseID, about.otherID}, &id); err != nil {
			return fmt.Errorf("look for proposal: %w", err)
		}
		if err := t.doneTasks("id = ?", id); err != nil {
			return err
		}
	}
	return nil
}

// DismissMerge decides, by a member of staff, that two cases are not one
// candidacy: it is not proposed, or not again.
func (s *Store) DismissMerge(ctx context.Context, actor, ref, other string) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		a, err := t.caseRef("ref = ?", ref)
		if err != nil {
			return fmt.Errorf("case %s: %w", ref, err)
		}
		b, err := t.caseRef("ref = ?", other)
		if err != nil {
			return fmt.Errorf("case %s: %w", other, err)
		}
		if a.ID == b.ID {
			return refuse(WhySameCase, "case %s is named twice", ref)
		}
		return t.apart(a.ID, b.ID)
	})
}

// DismissSplit decides, by a member of staff, that a mail belongs to its case.
func (s *Store) DismissSplit(ctx context.Context, actor string, mailID int64) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		var n int
		if err := t.row("SELECT COUNT(*) FROM task WHERE done_at IS NULL AND kind = ? AND mail_id = ?", []any{splitProposed, mailID}, &n); err != nil {
			return fmt.Errorf("look for proposal: %w", err)
		}
		if n == 0 {
			return refuse(WhyNothing, "mail %d: nobody proposes to take it out of its case", mailID)
		}
		return t.doneTasks("kind = '"+splitProposed+"' AND mail_id = ?", mailID)
	})
}

// Proposals lists what is proposed and not decided, the oldest first.
func (s *Store) Proposals(ctx context.Context) ([]cases.Proposed, error) {
	list, err := collect(ctx, s.reader, func(r rowScanner) (p cases.Proposed, err error) {
		var at time.Time
		err = r.Scan(&p.Kind, &p.Case, &p.Other, &p.Mail, scanTime{&at}, &p.Reason)
		p.Kind, p.ProposedAt = strings.TrimSuffix(p.Kind, "_proposed"), s.local(at)
		return p, err
	}, `SELECT k.kind, c.ref, COALESCE(o.ref, ''), COALESCE(k.mail_id, 0), k.opened_at, k.detail FROM task k JOIN "case" c ON c.id = k.case_id LEFT JOIN "case" o ON o.id = k.other_id
		WHERE k.done_at IS NULL AND (k.kind = ? AND k.case_id < k.other_id OR k.kind = ?) ORDER BY k.id`, mergeProposed, splitProposed)
	if err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	if list == nil {
		list = []cases.Proposed{}
	}
	return list, nil
}
