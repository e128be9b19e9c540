package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestBackupIsADataFolder: the copy opens, is sound, and files mail; what comes
// into the one is not in the other.
func TestBackupIsADataFolder(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 10:00:00", "budget.pdf"))
	dir := filepath.Join(t.TempDir(), "with space % ? #", "copy")
	var done, total int
	r, err := d.Backup(t.Context(), dir, func(d, t int) { done, total = d, t })
	d.must(err)
	if len(r.Faults) > 0 || r.Files != 1 || done != total || total != 1 {
		t.Errorf("report %+v, progress %d of %d", r, done, total)
	}
	d.file(d.mail("b@asso.example", "2018-10-01 10:00:00", "budget.pdf"))

	c := &desk{t: t, dir: dir, now: d.now, calls: d.calls, uid: 100}
	if c.Store, err = Open(t.Context(), dir, d.opts); err != nil {
		t.Fatal(err)
	}
	defer func() { d.must(c.Close()) }()
	c.file(c.mail("c@asso.example", "2018-10-01 10:00:00", "rib.pdf"))
	for name, s := range map[string]*Store{"original": d.Store, "copy": c.Store} {
		report, err := s.Verify(t.Context(), "", nil, nil)
		d.must(err)
		if len(report.Faults) > 0 || report.Cases != 2 || len(report.Notes) > 0 {
			t.Errorf("%s: %+v", name, report)
		}
	}
	for name, private := range map[string]os.FileMode{"": 0o700, databaseFile: 0o600, keyFile: 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		d.must(err)
		if info.Mode().Perm() != private {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

// TestBackupBrokenOff: a copy cut short is no data folder, and its folder is not
// taken for another copy.
func TestBackupBrokenOff(t *testing.T) {
	d := newDesk(t)
	for range 3 {
		d.file(d.mail("a@asso.example", "2018-10-01 10:00:00", "budget.pdf"))
	}
	dir := filepath.Join(t.TempDir(), "copy")
	ctx, cancel := context.WithCancel(t.Context())
	_, err := d.Backup(ctx, dir, func(done, _ int) {
		if done == 1 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if exists, err := Exists(dir); exists || err != nil {
		t.Errorf("half a copy looks like a data folder: %v, %v", exists, err)
	}
	if _, err := d.Backup(t.Context(), dir, nil); err == nil {
		t.Error("copied into a folder that is not empty")
	}
	d.file(d.mail("b@asso.example", "2018-10-01 10:00:00")) // the store goes on
}
