package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"greffier/cases"
)

// Arbitrate decides, by a member of staff and with a motive, whether deposits of
// a case that the evidence leaves to a person are on time or late: those of one
// mail, or with mailID 0 of every mail not yet decided upon. The case is judged
// anew and passes the deadline if its edition has. What a late verdict and the
// deadline cause is told as if it had been so from the beginning.
func (s *Store) Arbitrate(ctx context.Context, actor, ref string, mailID int64, verdict cases.Timeliness, motive string) error {
	if verdict != cases.OnTime && verdict != cases.Late {
		return fmt.Errorf("%q is no verdict: write on_time or late", verdict)
	}
	if err := withMotive(motive); err != nil {
		return err
	}
	return s.writeAs(ctx, actor, func(t *tx) error {
		j, err := t.early(ref)
		if err != nil {
			return err
		}
		var mails []int64
		for _, f := range j.files {
			if f.Timeliness == cases.ToArbitrate && (mailID == 0 || f.MailID == mailID) && !slices.Contains(mails, f.MailID) {
				mails = append(mails, f.MailID)
			}
		}
		if len(mails) == 0 {
			return t.notToArbitrate(j, mailID)
		}
		var decided []decisionRow
		for _, id := range mails {
			d := decisionRow{kind: cases.DecideArbitration, caseID: j.id, mailID: id, verdict: string(verdict), motive: motive, before: together{mails}}
			if err := t.decide(j.ref, &d); err != nil {
				return err
			}
			if err := t.doneTasks("kind = 'arbitrate' AND mail_id = ?", id); err != nil {
				return err
			}
			decided = append(decided, d)
		}
		if j, err = t.judge(j.id); err != nil {
			return err
		}
		j.stand()
		if err := t.settle(j, "deposits_arbitrated", map[string]any{"mails": mails, "verdict": verdict}, "staff arbitrated a deposit"); err != nil {
			return err
		}
		if verdict == cases.Late {
			for _, d := range decided {
				if err := t.tellLate(j, d); err != nil {
					return err
				}
			}
		}
		return t.tellDeadline(j, decided[0].id)
	})
}

// notToArbitrate says why there is nothing to arbitrate: of the deposits of a case,
// or of that of one mail.
func (t *tx) notToArbitrate(j *judgement, mailID int64) error {
	if mailID == 0 {
		return refuse(WhyNothing, "case %s: nothing is left to arbitrate", j.ref)
	}
	var of, verdict string
	var evidence cases.Timeliness
	var place cases.Place
	err := t.row(`SELECT COALESCE(c.ref, ''), m.place, COALESCE(m.timeliness, ''), COALESCE(d.verdict, '') FROM mail m LEFT JOIN "case" c ON c.id = m.case_id
		LEFT JOIN decision d ON d.mail_id = m.id AND d.kind = ? AND d.undone_at IS NULL WHERE m.id = ?`, []any{cases.DecideArbitration, mailID}, &of, &place, &evidence, &verdict)
	switch {
	case errors.Is(err, ErrNotFound):
		return refuse(WhyNotItsMail, "there is no mail %d: write an ID that greffier case %s shows", mailID, j.ref)
	case err != nil:
		return fmt.Errorf("mail %d: %w", mailID, err)
	case place != cases.Opens && place != cases.Joins:
		return refuse(WhyNotItsMail, "mail %d belongs to no case: it is %s", mailID, place)
	case of != j.ref:
		return refuse(WhyNotItsMail, "mail %d is a mail of %s, not of %s", mailID, of, j.ref)
	case verdict != "":
		return refuse(WhyNothing, "mail %d was found %s already: take that back first", mailID, verdict)
	case evidence == cases.ToArbitrate:
		return refuse(WhyNothing, "mail %d brought no file: there is nothing to arbitrate", mailID)
	}
	return refuse(WhyNothing, "mail %d is %s by the evidence: there is nothing to arbitrate", mailID, cmp.Or(string(evidence), "without a verdict"))
}

// together are the mails that were arbitrated at once.
type together struct {
	Mails []int64 `json:"mails"`
}

// tellLate answers a mail that staff found late.
func (t *tx) tellLate(j *judgement, d decisionRow) error {
	m, err := t.filed(d.mailID)
	if err != nil {
		return fmt.Errorf("load mail %d: %w", d.mailID, err)
	}
	facts := t.caseFacts(m, j.caseRow, j.call, j.dossier)
	facts.Timeliness = cases.Late
	j.complementFacts(&facts, m.at)
	mine := slices.DeleteFunc(slices.Clone(j.files), func(f cases.File) bool { return f.MailID != m.id })
	if facts.Files, err = t.fileFacts(m, j.call, mine); err != nil {
		return err
	}
	m.decision = d.id
	return t.answer(m, cases.LetterLate, j.ref, facts)
}

// tellDeadline owes what the deadline causes to a case that passed it by a
// decision of staff, unless its candidate was told before.
func (t *tx) tellDeadline(j *judgement, decision int64) error {
	if j.phase != cases.IncompleteAtDeadline || j.from == j.phase {
		return nil
	}
	occurrence := atDeadline
	var cancelled, told int
	if err := t.row("SELECT COALESCE(SUM(state = 'cancelled'), 0), COALESCE(SUM(state <> 'cancelled'), 0) FROM letter WHERE case_id = ? AND kind = ?", []any{j.id, cases.LetterIncomplete}, &cancelled, &told); err != nil {
		return fmt.Errorf("look for letters of %s: %w", j.ref, err)
	}
	if told > 0 {
		return nil
	}
	if cancelled > 0 {
		occurrence = decided(decision)
	}
	return t.oweToCase(j.caseRow, j.call, cases.LetterIncomplete, occurrence, func(f *cases.Facts) { t.dossierFacts(f, j.call, j.dossier) })
}

// decided is the occurrence of a letter that a decision causes.
func decided(id int64) string { return fmt.Sprintf("decision %d", id) }

// UndoArbitration takes back the newest arbitration of a case, with all verdicts
// given at once. What was told of it and has not left never leaves.
func (s *Store) UndoArbitration(ctx context.Context, actor, ref string) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		j, err := t.early(ref)
		if err != nil {
			return err
		}
		last, err := t.lastDecision(j.caseRow, nil, cases.DecideArbitration)
		if err != nil {
			return err
		}
		type verdict struct{ id, mail int64 }
		all, err := collect(ctx, t, func(r rowScanner) (v verdict, err error) {
			err = r.Scan(&v.id, &v.mail)
			return v, err
		}, "SELECT d.id, d.mail_id FROM decision d JOIN decision l ON l.id = ? WHERE d.kind = l.kind AND d.case_id = l.case_id AND d.before = l.before AND d.undone_at IS NULL ORDER BY d.id", last.id)
		if err != nil {
			return fmt.Errorf("read decisions of %s: %w", j.ref, err)
		}
		for _, v := range all {
			if err := t.takeBack(j.ref, v.id); err != nil {
				return err
			}
			if err := t.reopenTask("arbitrate", v.mail); err != nil {
				return err
			}
			if err := t.cancelOccurrence(decided(v.id), "the decision that it tells was taken back"); err != nil {
				return err
			}
		}
		if j, err = t.judge(j.id); err != nil {
			return err
		}
		j.stand()
		return t.settle(j, "arbitration_undone", map[string]any{}, "staff took an arbitration back")
	})
}

// cancelOccurrence cancels the letters of a decision that have not left.
func (t *tx) cancelOccurrence(occurrence, why string) error {
	ids, err := collect(t.ctx, t, one[int64], "SELECT id FROM letter WHERE occurrence = ? AND next_at IS NOT NULL AND attempts = 0", occurrence)
	if err != nil {
		return fmt.Errorf("look for letters of a decision: %w", err)
	}
	for _, id := range ids {
		if err := t.cancelLetter(id, why); err != nil {
			return err
		}
	}
	return nil
}

// Derogate admits a late case, by a member of staff and with a motive. What the
// evidence says of its deposits stays.
func (s *Store) Derogate(ctx context.Context, actor, ref, motive string) error {
	if err := withMotive(motive); err != nil {
		return err
	}
	return s.writeAs(ctx, actor, func(t *tx) error {
		j, err := t.alive(ref)
		if err != nil {
			return err
		}
		if j.phase != cases.PhaseLate {
			return refuse(WhyNotLate, "case %s is %s: only a late case is admitted by derogation", j.ref, j.phase)
		}
		if err := t.decide(j.ref, &decisionRow{kind: cases.DecideDerogation, caseID: j.id, motive: motive}); err != nil {
			return err
		}
		j.phase, _ = cases.Next(j.phase, cases.Derogation)
		return t.settle(j, "case_derogated", map[string]any{}, "staff admitted the case though it is late")
	})
}

// UndoDerogation takes the derogation of a case back.
func (s *Store) UndoDerogation(ctx context.Context, actor, ref string) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		j, err := t.early(ref)
		if err != nil {
			return err
		}
		d, err := t.lastDecision(j.caseRow, nil, cases.DecideDerogation)
		if err != nil {
			return err
		}
		if err := t.takeBack(j.ref, d.id); err != nil {
			return err
		}
		j.derogated = false
		j.stand()
		return t.settle(j, "derogation_undone", map[string]any{}, "staff took a derogation back")
	})
}

// Put sets a case aside, or takes one up again, by a member of staff and with a
// motive. It gives the phase that the case then has; no letter is owed.
func (s *Store) Put(ctx context.Context, actor, ref string, act cases.Act, motive string) (phase cases.Phase, err error) {
	if err := withMotive(motive); err != nil {
		return "", err
	}
	err = s.writeAs(ctx, actor, func(t *tx) error {
		j, err := t.undecided(ref)
		if err != nil {
			return err
		}
		if act == cases.ActReinstate {
			err = t.reinstate(j)
		} else if j.phase.SetAside() {
			err = refuse(WhySetAside, "case %s is %s already: reinstate it first", j.ref, j.phase)
		} else if j.phase, _ = cases.Next(j.phase, act.Event()); j.phase == j.from {
			err = refuse(WhyGoneOn, "case %s is %s: it cannot be set aside like that", j.ref, j.phase)
		}
		if err != nil {
			return err
		}
		phase = j.phase
		if err := t.decide(j.ref, &decisionRow{kind: cases.DecidePhase, caseID: j.id, verdict: string(phase), motive: motive, before: asideBefore{j.from}}); err != nil {
			return err
		}
		return t.settle(j, "phase_decided", map[string]any{"act": act}, "")
	})
	return phase, err
}

// asideBefore is the phase from which a decision of staff moved a case.
type asideBefore struct {
	Phase cases.Phase `json:"phase"`
}

// reinstate moves a case that was set aside back to where it would stand.
func (t *tx) reinstate(j *judgement) error {
	if !j.phase.SetAside() {
		return refuse(WhyNotAside, "case %s is %s: it was not set aside", j.ref, j.phase)
	}
	if j.mergedInto != 0 {
		return refuse(WhyMerged, "case %s went into another one: take the merge back instead", j.ref)
	}
	var mails int
	if err := t.row("SELECT COUNT(*) FROM mail WHERE case_id = ? AND direction = 'in' AND place IN ('opens', 'joins')", []any{j.id}, &mails); err != nil {
		return fmt.Errorf("count mails of %s: %w", j.ref, err)
	}
	if mails == 0 {
		return refuse(WhyEmpty, "case %s has no mail: attach one to it", j.ref)
	}
	var before asideBefore
	d, err := t.lastDecision(j.caseRow, &before, cases.DecidePhase)
	// One that was set aside by its candidate, or by an attachment taken back, has none.
	if err != nil || d.verdict != string(j.phase) || before.Phase.Early() || before.Phase.SetAside() {
		j.phase = cases.NewCase
		j.stand()
		return nil
	}
	j.phase = before.Phase
	return nil
}
