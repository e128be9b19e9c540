package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
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
// only when mail has been filed, or staff have moved some, since it last did.
func (s *Store) Propose(ctx context.Context) error {
	var found []proposal
	var upTo int64
	err := s.reading(ctx, func(t *sql.Tx) error {
		var open bool
		if err := t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM mail WHERE assessed_at IS NULL),
			COALESCE((SELECT MAX(seq) FROM journal WHERE event IN ('mail_read', 'mails_moved', 'mail_attached')), 0)`).Scan(&open, &upTo); err != nil {
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

// kinOf gives the merges to propose among the cases of an edition.
func kinOf(ctx context.Context, q querier, callID string) (out []proposal, err error) {
	var parties []cases.Party
	index := make(map[int64]int)
	type row struct {
		id    int64
		value string
	}
	scan := func(r rowScanner) (v row, err error) { err = r.Scan(&v.id, &v.value); return v, err }
	refs := make(map[int64]string)
	list, err := collect(ctx, q, scan, `SELECT c.id, c.ref FROM "case" c WHERE c.call_id = ? AND `+live+` ORDER BY c.id`, callID)
	if err != nil {
		return nil, fmt.Errorf("list cases to compare: %w", err)
	}
	for _, v := range list {
		index[v.id], refs[v.id] = len(parties), v.value
		parties = append(parties, cases.Party{CaseID: v.id})
	}
	for _, clue := range []struct {
		query string
		into  func(*cases.Party) *[]string
	}{
		{`SELECT c.id, s.address FROM sender s JOIN "case" c ON c.id = s.case_id WHERE c.call_id = ? AND s.role IN ('candidate', 'known')`, func(p *cases.Party) *[]string { return &p.Addresses }},
		{`SELECT c.id, c.name FROM "case" c WHERE c.call_id = ? AND c.name <> ''`, func(p *cases.Party) *[]string { return &p.Names }},
		{`SELECT c.id, c.organisation FROM "case" c WHERE c.call_id = ? AND c.organisation <> ''`, func(p *cases.Party) *[]string { return &p.Organisations }},
		{`SELECT DISTINCT c.id, p.sha256 FROM part p JOIN mail m ON m.id = p.mail_id JOIN "case" c ON c.id = m.case_id
			WHERE c.call_id = ? AND p.role = 'deposit' AND p.sha256 <> '' AND p.size > 0 AND m.place IN ('opens', 'joins')`, func(p *cases.Party) *[]string { return &p.Files }},
	} {
		rows, err := collect(ctx, q, scan, clue.query, callID)
		if err != nil {
			return nil, fmt.Errorf("compare cases: %w", err)
		}
		for _, v := range rows {
			if i, ok := index[v.id]; ok {
				list := clue.into(&parties[i])
				*list = append(*list, v.value)
			}
		}
	}
	known, err := collect(ctx, q, func(r rowScanner) (pair [2]int64, err error) {
		err = r.Scan(&pair[0], &pair[1])
		return pair, err
	}, "SELECT case_id, other_id FROM task WHERE kind = ?", mergeProposed)
	if err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	for _, k := range cases.Kinships(parties) {
		if slices.Contains(known, [2]int64{k.A, k.B}) {
			continue
		}
		why := strings.Join(k.Reasons, "; ")
		out = append(out, proposal{taskRef{caseID: k.A, otherID: k.B}, mergeProposed, "may be one candidacy with " + refs[k.B] + ": " + why},
			proposal{taskRef{caseID: k.B, otherID: k.A}, mergeProposed, "may be one candidacy with " + refs[k.A] + ": " + why})
	}
	return out, nil
}

// othersOf gives the mails to propose to split off their case: those that name
// another candidate than the mails before them, and were put there for no other
// reason than who sent them. Cases of which the journal says nothing since that
// entry are passed over.
func othersOf(ctx context.Context, q querier, call *cases.Call, since int64) (out []proposal, err error) {
	type row struct {
		caseID, mailID int64
		subject, text  string
		opens, alone   bool // alone: nothing but its sender brought it here
	}
	rows, err := collect(ctx, q, func(r rowScanner) (v row, err error) {
		err = r.Scan(&v.caseID, &v.mailID, &v.subject, &v.text, &v.opens, &v.alone)
		return v, err
	}, `SELECT c.id, m.id, m.subject, substr(m.text, 1, 1000), m.id = c.opened_by, m.place = 'joins' AND m.by_token = 0 AND m.beside_call IS NULL
			AND NOT EXISTS (SELECT 1 FROM task k WHERE k.kind = ? AND k.mail_id = m.id)
			AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.kind IN ('merge', 'split') AND c.id IN (d.case_id, d.other_id))
		FROM mail m JOIN "case" c ON c.id = m.case_id
		WHERE c.call_id = ? AND c.ref IN (SELECT case_ref FROM journal WHERE seq > ?) AND `+live+` AND m.kind = 'person' AND m.direction = 'in' AND m.copy_of IS NULL AND m.place IN ('opens', 'joins') ORDER BY c.id, m.instant, m.id`, splitProposed, call.ID, since)
	if err != nil {
		return nil, fmt.Errorf("list mails to compare: %w", err)
	}
	var caseID int64
	var named [][]string
	for _, m := range rows {
		if m.caseID != caseID {
			caseID, named = m.caseID, nil
		}
		name := cases.NamedCandidate(call, m.subject, m.text)
		if name == nil {
			continue
		}
		another := len(named) > 0 && !m.opens && m.alone
		for _, before := range named {
			another = another && cases.AnotherCandidate(before, name)
		}
		if another {
			out = append(out, proposal{taskRef{caseID: m.caseID, mailID: m.mailID}, splitProposed,
				fmt.Sprintf("may be another candidacy: the mail names %q, earlier ones %q", strings.Join(name, " "), strings.Join(named[0], " "))})
		}
		named = append(named, name)
	}
	return out, nil
}

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
