package store

import (
	"context"
	"fmt"

	"greffier/cases"
)

// Territories counts the cases of a call by the territories that they cover. A
// count is what a search for dept: finds, as far as the full-text index is made;
// ErrNoIndex when there is none and none can be made.
func (s *Store) Territories(ctx context.Context, callID string) (map[string]int, error) {
	ids, err := collect(ctx, s.reader, one[int64], `SELECT id FROM "case" WHERE call_id = ?`, callID)
	if err != nil {
		return nil, fmt.Errorf("count territories: %w", err)
	}
	ofCall := make(map[int64]bool, len(ids))
	for _, id := range ids {
		ofCall[id] = true
	}
	counts := make(map[string]int)
	for _, region := range cases.Regions() {
		for _, area := range region.Territories {
			found, err := s.indexed(ctx, "territory", cases.Fold(area.Code))
			if err != nil {
				return nil, fmt.Errorf("count territories: %w", err)
			}
			for _, id := range found {
				if ofCall[id] {
					counts[area.Code]++
				}
			}
		}
	}
	return counts, nil
}
