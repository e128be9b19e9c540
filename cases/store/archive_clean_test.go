package store

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCleanArchive: what a dead process left is removed at once, whatever its age;
// what a living one writes can be kept all the same.
func TestCleanArchive(t *testing.T) {
	a, err := openArchive(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	in, err := a.Create()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write([]byte("From: a@asso.example\r\n")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"mail-1", "part-2"} {
		if err := os.WriteFile(filepath.Join(a.incoming, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Clean(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(a.incoming)
	if err != nil || len(left) != 1 || left[0].Name() != filepath.Base(in.file.Name()) {
		t.Errorf("left: %v, %v; want what is being written alone", left, err)
	}
	sum, err := in.Keep()
	if err != nil {
		t.Fatal(err)
	}
	f, err := a.Open(sum)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(a.incoming); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
