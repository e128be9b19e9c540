package ingest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"greffier/ingest"
)

// TestSpoolFolder: the folder for large parts is a cache, which may be deleted
// while the daemon runs; it is made again.
func TestSpoolFolder(t *testing.T) {
	const size = 4 << 20
	s, err := ingest.Spool(filepath.Join(t.TempDir(), "cache", "incoming"), size)(strings.NewReader(strings.Repeat("x", size)))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
