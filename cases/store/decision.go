package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"greffier/cases"
)

// decisionRow is a decision of staff as stored.
type decisionRow struct {
	id      int64
	kind    cases.DecisionKind
	caseID  int64
	otherID int64
	mailID  int64
	verdict string
	motive  string
	before  any // what taking it back restores; JSON
}

// decide writes down a decision and journals it under the case.
func (t *tx) decide(ref string, d *decisionRow) error {
	if d.before == nil {
		d.before = struct{}{}
	}
	before, err := json.Marshal(d.before)
	if err != nil {
		return fmt.Errorf("record decision: %w", err)
	}
	if err := t.row("INSERT INTO decision (kind, case_id, other_id, mail_id, verdict, motive, actor, at, before) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
		[]any{d.kind, d.caseID, nullable(d.otherID), nullable(d.mailID), nullable(d.verdict), d.motive, t.actor, instant(t.now), string(before)}, &d.id); err != nil {
		return fmt.Errorf("record decision: %w", err)
	}
	content := map[string]any{"decision": d.id, "kind": d.kind, "verdict": d.verdict, "motive": d.motive}
	if d.mailID != 0 {
		content["mail"] = d.mailID
	}
	return t.journal("decided", ref, content, thing{"decision", d.id})
}

// takeBack marks a decision as undone and journals it under the case.
func (t *tx) takeBack(ref string, id int64) error {
	if _, err := t.exec("UPDATE decision SET undone_at = ?, undone_by = ? WHERE id = ?", instant(t.now), t.actor, id); err != nil {
		return fmt.Errorf("take back decision %d: %w", id, err)
	}
	return t.journal("decision_undone", ref, map[string]any{"decision": id}, thing{"decision", id})
}

// lastDecision gives the newest decision of one of those kinds about a case that
// still holds. Its before is read into the value given, unless that is nil.
func (t *tx) lastDecision(c *caseRow, before any, kinds ...cases.DecisionKind) (*decisionRow, error) {
	d := &decisionRow{}
	var text string
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	err := t.row(`SELECT id, kind, case_id, COALESCE(other_id, 0), COALESCE(mail_id, 0), COALESCE(verdict, ''), motive, before FROM decision
		WHERE (case_id = ?1 OR kind = 'split' AND other_id = ?1) AND undone_at IS NULL AND instr(?2, ',' || kind || ',') > 0 ORDER BY id DESC LIMIT 1`,
		[]any{c.id, "," + strings.Join(names, ",") + ","}, &d.id, &d.kind, &d.caseID, &d.otherID, &d.mailID, &d.verdict, &d.motive, &text)
	if errors.Is(err, ErrNotFound) {
		return nil, refuse(WhyNothing, "case %s: there is no %s to take back", c.ref, strings.Join(names, " or "))
	}
	if err == nil && before != nil {
		err = json.Unmarshal([]byte(text), before)
	}
	if err != nil {
		return nil, fmt.Errorf("read decisions of %s: %w", c.ref, err)
	}
	return d, nil
}

// undecided loads and judges the case with that reference. The error says so
// when its fate is decided, or a candidate has been prepared to hear it.
func (t *tx) undecided(ref string) (*judgement, error) {
	c, err := t.caseRef("ref = ?", ref)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", ref, err)
	}
	j, err := t.judge(c.ID)
	if err != nil {
		return nil, err
	}
	if j.phase.Decided() || j.publication != cases.NotDecided {
		return nil, refuse(WhyDecided, "case %s has been decided (%s, %s): nothing can be changed under a decision", j.ref, j.phase, j.publication)
	}
	return j, nil
}

// alive is undecided, and the case is not set aside either.
func (t *tx) alive(ref string) (*judgement, error) {
	j, err := t.undecided(ref)
	if err != nil {
		return nil, err
	}
	if j.phase.SetAside() {
		return nil, refuse(WhySetAside, "case %s is %s: take that back first", j.ref, j.phase)
	}
	return j, nil
}

// early is alive, in a phase that mails and the deadline move.
func (t *tx) early(ref string) (*judgement, error) {
	j, err := t.alive(ref)
	if err == nil && !j.phase.Early() {
		return nil, refuse(WhyGoneOn, "case %s has gone on to %s: it is too late for that", j.ref, j.phase)
	}
	return j, err
}

// withMotive refuses a decision without a reason.
func withMotive(motive string) error {
	if strings.TrimSpace(motive) == "" {
		return refuse(WhyMotive, "a motive is missing: write why")
	}
	return nil
}

// decisions lists the decisions about a case, in order.
func (s *Store) decisions(ctx context.Context, q querier, id int64) ([]cases.Decision, error) {
	list, err := collect(ctx, q, func(r rowScanner) (d cases.Decision, err error) {
		var at, undone time.Time
		err = r.Scan(&d.ID, &d.Kind, &d.Case, &d.Other, &d.Mail, &d.Verdict, &d.Motive, &d.Actor, scanTime{&at}, scanTime{&undone}, &d.UndoneBy)
		d.At, d.UndoneAt = s.local(at), s.local(undone)
		return d, err
	}, `SELECT d.id, d.kind, c.ref, COALESCE(o.ref, ''), COALESCE(d.mail_id, 0), COALESCE(d.verdict, ''), d.motive, d.actor, d.at, d.undone_at, d.undone_by
		FROM decision d JOIN "case" c ON c.id = d.case_id LEFT JOIN "case" o ON o.id = d.other_id WHERE d.case_id = ?1 OR d.other_id = ?1 ORDER BY d.id`, id)
	if err != nil {
		return nil, fmt.Errorf("list decisions: %w", err)
	}
	if list == nil {
		list = []cases.Decision{}
	}
	return list, nil
}
