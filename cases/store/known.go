package store

import (
	"context"
	"fmt"
)

// Filed reports whether a mail with those bytes is filed, wherever it was found.
func (s *Store) Filed(ctx context.Context, rawSHA256 string) (bool, error) {
	var filed bool
	err := s.reader.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM mail WHERE raw_sha256 = ?)", rawSHA256).Scan(&filed)
	if err != nil {
		return false, fmt.Errorf("look for mail %s: %w", rawSHA256, err)
	}
	return filed, nil
}
