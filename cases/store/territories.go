package store

import (
	"context"
	"database/sql"
	"fmt"

	"greffier/cases"
)

// Territories counts the cases of a call by the territories that they cover. A
// count is what a search for dept: finds, as far as the full-text index is made;
// ErrNoIndex when there is none and none can be made.
func (s *Store) Territories(ctx context.Context, callID string) (map[string]int, error) {
	var ids string // of the cases of the call, as JSON
	if err := s.reader.QueryRowContext(ctx, `SELECT json_group_array(id) FROM "case" WHERE call_id = ?`, callID).Scan(&ids); err != nil {
		return nil, fmt.Errorf("count territories: %w", err)
	}
	var words []string
	codes := make(map[string]string) // by the word in the index
	for _, region := range cases.Regions() {
		for _, area := range region.Territories {
			word := cases.Fold(area.Code)
			words, codes[word] = append(words, word), area.Code
		}
	}
	var counts map[string]int
	err := s.searching(ctx, func(db *sql.DB) error {
		counts = make(map[string]int)
		_, err := collect(ctx, db, func(r rowScanner) (struct{}, error) {
			var word string
			var n int
			err := r.Scan(&word, &n)
			counts[codes[word]] = n
			return struct{}{}, err
		}, fmt.Sprintf(`SELECT t.value, (SELECT COUNT(DISTINCT docid >> %[1]d) FROM words
				WHERE territory MATCH t.value AND docid >> %[1]d IN (SELECT value FROM json_each(?))) FROM json_each(?) t`, caseBits), ids, asJSON{words})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count territories: %w", err)
	}
	return counts, nil
}
