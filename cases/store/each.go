package store

import (
	"context"
	"database/sql"
	"fmt"

	"greffier/cases"
)

// eachBatch is how many cases EachCase reads at once.
const eachBatch = 200

// EachCase calls f with each case for which all terms of a query hold, in the order
// of Cases, a few at a time in memory. It ends with the error of f.
func (s *Store) EachCase(ctx context.Context, q cases.Query, f func(cases.Summary) error) error {
	where, args, err := s.where(ctx, q)
	if err != nil {
		return fmt.Errorf("search cases: %w", err)
	}
	ids, err := collect(ctx, s.reader, one[int64], `SELECT c.id FROM "case" c JOIN call l ON l.id = c.call_id`+where+" ORDER BY l.reference, length(c.ref), c.ref", args...)
	if err != nil {
		return fmt.Errorf("search cases: %w", err)
	}
	for len(ids) > 0 {
		n := min(eachBatch, len(ids))
		var list []cases.Summary
		err := s.reading(ctx, func(t *sql.Tx) error {
			byRef := make(map[string]int64)
			list, err = s.summaries(ctx, t, byRef, "SELECT "+caseColumns+` FROM "case" c JOIN json_each(?) e ON e.value = c.id ORDER BY e.key`, asJSON{ids[:n]})
			if err != nil {
				return fmt.Errorf("read cases: %w", err)
			}
			return s.completeAll(ctx, t, list, byRef)
		})
		if err != nil {
			return err
		}
		for _, c := range list {
			if err := f(c); err != nil {
				return err
			}
		}
		ids = ids[n:]
	}
	return nil
}
