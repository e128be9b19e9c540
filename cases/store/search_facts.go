package store

import (
	"context"

	"greffier/cases"
)

// hasFact is the condition that anything is told of the candidate of "case" c, by
// staff, also of a case that went into it, or by a mail of the case.
const hasFact = "EXISTS (SELECT 1 FROM fact f WHERE f.case_id IN (WITH RECURSIVE merged(id) AS (SELECT c.id UNION SELECT k.id FROM \"case\" k JOIN merged m ON k.merged_into = m.id) SELECT id FROM merged)) OR EXISTS (SELECT 1 FROM mail m JOIN fact f ON f.mail_id = m.id WHERE m.case_id = c.id AND m.place IN ('opens', 'joins'))"

// factsToFind gives what stands of the candidate of a case, as words to look for,
// and the codes of its territories.
func factsToFind(ctx context.Context, q querier, caseID int64) (values, territories []string, err error) {
	facts, err := establish(ctx, q, caseID)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range facts {
		values = append(values, f.Value)
	}
	return values, cases.ValuesOf(facts, cases.FactTerritory), nil
}
