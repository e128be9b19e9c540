package store

import (
	"fmt"
	"slices"
)

// closeProposals closes what is proposed about a case that goes into another one,
// and gives the tasks about third cases: those open again if it comes back.
func (t *tx) closeProposals(from, to int64) (others []int64, err error) {
	between, err := collect(t.ctx, t, one[int64], "SELECT id FROM task WHERE done_at IS NULL AND (case_id = ?1 AND other_id = ?2 OR case_id = ?2 AND other_id = ?1)", from, to)
	if err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	all, err := collect(t.ctx, t, one[int64], "SELECT id FROM task WHERE done_at IS NULL AND other_id IS NOT NULL AND ?1 IN (case_id, other_id)", from)
	if err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	for _, id := range all {
		if err := t.doneTasks("id = ?", id); err != nil {
			return nil, err
		}
		if !slices.Contains(between, id) {
			others = append(others, id)
		}
	}
	return others, nil
}
