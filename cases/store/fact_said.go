package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
)

// SetFact has a member of staff say what a fact of a case is, against whatever
// mails and files tell; see cases.ReadSaid for what may be written. The case is
// judged anew by it. ErrNotFound when there is no such case.
func (s *Store) SetFact(ctx context.Context, actor, ref string, name cases.FactName, written string) error {
	values, err := cases.ReadSaid(name, written)
	if err != nil {
		return refuse(WhyValue, "fact %s: %v", name, err)
	}
	return s.sayFact(ctx, actor, ref, "fact_set", name, func(*tx, int64) ([]string, error) { return values, nil })
}

// ConfirmFact has a member of staff say that a fact is what was read: nothing that
// arrives later changes it. A value that cannot be right is not confirmed.
func (s *Store) ConfirmFact(ctx context.Context, actor, ref string, name cases.FactName) error {
	return s.sayFact(ctx, actor, ref, "fact_confirmed", name, func(t *tx, caseID int64) ([]string, error) {
		facts, err := establish(t.ctx, t, caseID)
		if err != nil {
			return nil, err
		}
		for _, f := range facts {
			if f.Name == name && f.Doubt != "" {
				return nil, refuse(WhyDoubtful, "what was read is doubtful (%s): set it", f.Doubt)
			}
		}
		values := cases.ValuesOf(facts, name)
		if len(values) == 0 {
			return nil, refuse(WhyUntold, "nothing tells it: set it")
		}
		return values, nil
	})
}

// UnsetFact takes back what staff said of a fact, of the case and of those that
// went into it: what was read stands again.
func (s *Store) UnsetFact(ctx context.Context, actor, ref string, name cases.FactName) error {
	return s.sayFact(ctx, actor, ref, "fact_unset", name, func(t *tx, caseID int64) ([]string, error) {
		said, err := t.said(caseID, name)
		if err != nil {
			return nil, err
		}
		carried, err := t.unsetMerged(caseID, name)
		if err == nil && len(said)+carried == 0 {
			err = refuse(WhyNothing, "staff said nothing of it")
		}
		return nil, err
	})
}

// unsetMerged takes back what staff said of a fact of cases that went into this
// one, and tells of how many.
func (t *tx) unsetMerged(caseID int64, name cases.FactName) (int, error) {
	refs, err := collect(t.ctx, t, one[string], `SELECT DISTINCT c.ref FROM fact f JOIN "case" c ON c.id = f.case_id WHERE f.name = ?2 AND c.id <> ?1 AND c.id IN (`+mergedInto+`) ORDER BY c.id`, caseID, name)
	if err != nil {
		return 0, fmt.Errorf("look for what staff said: %w", err)
	}
	for _, ref := range refs {
		if _, err := t.exec(`DELETE FROM fact WHERE name = ? AND case_id = (SELECT id FROM "case" WHERE ref = ?)`, name, ref); err != nil {
			return 0, fmt.Errorf("take back fact %s of %s: %w", name, ref, err)
		}
		if err := t.journal("fact_unset", ref, map[string]any{"fact": name, "values": []string{}}, thing{"case", ref}); err != nil {
			return 0, err
		}
	}
	return len(refs), nil
}

func (t *tx) said(caseID int64, name cases.FactName) ([]string, error) {
	said, err := collect(t.ctx, t, one[string], "SELECT value FROM fact WHERE case_id = ? AND name = ? ORDER BY id", caseID, name)
	if err != nil {
		return nil, fmt.Errorf("look for what staff said: %w", err)
	}
	return said, nil
}

// sayFact replaces what staff said of a fact of a case by values, and judges the
// case anew. What they have said already changes nothing.
func (s *Store) sayFact(ctx context.Context, actor, ref, event string, name cases.FactName, values func(*tx, int64) ([]string, error)) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		r, err := t.caseRef("ref = ?", strings.ToUpper(ref))
		if err != nil {
			return fmt.Errorf("case %s: %w", ref, err)
		}
		var into string
		err = t.row(`SELECT ref FROM "case" WHERE id = (SELECT merged_into FROM "case" WHERE id = ?)`, []any{r.ID}, &into)
		if err == nil {
			return refuse(WhyMerged, "case %s went into %s: say it of that one", r.Ref, into)
		}
		if !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("case %s: %w", ref, err)
		}
		wanted, err := values(t, r.ID)
		if err != nil {
			return fmt.Errorf("fact %s: %w", name, err)
		}
		said, err := t.said(r.ID, name)
		if err != nil || wanted != nil && slices.Equal(said, wanted) {
			return err
		}
		if _, err := t.exec("DELETE FROM fact WHERE case_id = ? AND name = ?", r.ID, name); err != nil {
			return fmt.Errorf("replace fact %s: %w", name, err)
		}
		for _, v := range wanted {
			if _, err := t.exec("INSERT INTO fact (case_id, name, value, source, actor, at) VALUES (?, ?, ?, ?, ?, ?)",
				r.ID, name, v, cases.FromPerson, actor, instant(t.now)); err != nil {
				return fmt.Errorf("keep fact %s: %w", name, err)
			}
		}
		if wanted == nil {
			wanted = []string{}
		}
		j, err := t.judge(r.ID)
		if err != nil {
			return err
		}
		// Staff alone let a complete dossier fall back, and only before it is frozen.
		found := cases.FoundIncomplete
		if j.dossier.Complete() {
			found = cases.FoundComplete
		}
		if !j.frozen {
			j.phase, _ = cases.Next(j.phase, found)
		}
		return t.settle(j, event, map[string]any{"fact": name, "values": wanted}, "staff said what a fact is")
	})
}
