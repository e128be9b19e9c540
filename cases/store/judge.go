package store

import (
	"fmt"

	"greffier/cases"
)

// judgement is a case as all that it holds makes it.
type judgement struct {
	*caseRow
	call    *cases.Call  // as it asks pieces of this candidate
	files   []cases.File // in order of arrival
	dossier cases.Dossier
	frozen  bool        // its edition has passed the deadline transition
	from    cases.Phase // as loaded

	derogated   bool // staff admit it though it is late
	complements cases.Complements
}

// judge loads a case and judges it anew: its pieces, timeliness, completeness
// and instant of deposit. The phase is for the caller to move, or to stand. Nothing
// is written before settle.
func (t *tx) judge(caseID int64) (*judgement, error) {
	c, err := t.loadCase(caseID)
	if err != nil {
		return nil, err
	}
	j := &judgement{caseRow: c, call: t.s.opts.Calls.ByID(c.callID), from: c.phase}
	if j.call == nil {
		return nil, fmt.Errorf("case %s: its call %q is no longer configured", c.ref, c.callID)
	}
	if j.call, j.files, err = t.askedOf(c, j.call); err != nil {
		return nil, err
	}
	if j.complements, err = complementsOf(t.ctx, t, caseID); err != nil {
		return nil, err
	}
	if j.frozen, err = t.frozen(c.callID); err != nil {
		return nil, err
	}
	if err := t.row("SELECT EXISTS (SELECT 1 FROM decision WHERE case_id = ? AND kind = ? AND undone_at IS NULL)", []any{caseID, cases.DecideDerogation}, &j.derogated); err != nil {
		return nil, fmt.Errorf("look for decisions of %s: %w", c.ref, err)
	}
	if j.dossier, err = t.dossier(j.call, caseID, j.files); err != nil {
		return nil, err
	}
	c.timeliness, c.completeness, c.depositedAt = cases.BestEvidence(j.files), j.dossier.Completeness(), cases.DepositedAt(j.call, j.files)
	return j, nil
}

// stand puts a case of which nobody has decided anything yet where its files
// alone put it, whatever it went through.
func (j *judgement) stand() {
	if !j.phase.Early() && j.phase != cases.NewCase {
		return
	}
	j.phase = cases.PhaseOf(j.call, j.files, j.frozen)
	if j.derogated {
		j.phase, _ = cases.Next(j.phase, cases.Derogation)
	}
	j.phase = j.complements.Apply(j.phase)
}

// settle writes a case as judged and journals it as that event. A complement ends
// once all that it asked for is here. Letters that the case overtakes never leave.
// A reason freezes the dossier once more, where its edition has passed the deadline.
func (t *tx) settle(j *judgement, event string, content map[string]any, refreeze string) error {
	met, err := t.endMet(j)
	if err != nil {
		return err
	}
	if met {
		refreeze = "all that a complement asked for is here"
	}
	content["from"] = j.from
	if err := t.saveCase(j.caseRow, j.call, j.dossier, event, content); err != nil {
		return err
	}
	if j.frozen && refreeze != "" {
		if err := t.snapshot(j.caseRow, j.call, j.dossier, refreeze); err != nil {
			return err
		}
	}
	return t.cancelOvertaken(j.caseRow)
}
