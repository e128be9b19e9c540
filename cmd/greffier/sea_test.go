package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"greffier/ingest"
)

// smallDisk mounts a file system of so many bytes in memory.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+strconv.Itoa(size)); err != nil {
		t.Fatalf("a small file system cannot be mounted: %v (this test needs root)", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount the small disk: %v", err)
		}
	})
	return dir
}

// onDisk puts the data folder of a program on a small disk.
func (g *program) onDisk(disk string) {
	g.t.Helper()
	text, err := os.ReadFile(g.config)
	g.must(err)
	g.must(os.WriteFile(g.config, []byte(strings.Replace(string(text), `data_dir = "data"`, fmt.Sprintf("data_dir = %q", filepath.Join(disk, "data")), 1)), 0o600))
}

// TestDiskFull: nothing is marked on the server, the error is clear, and when
// there is room again everybody is answered.
func TestDiskFull(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	disk := smallDisk(t, 3<<20)
	g.onDisk(disk)
	at := "2018-10-01T09:00:00Z"
	g.once("2018-10-01T08:00:00Z")
	filler := filepath.Join(disk, "filler")
	f, err := os.Create(filler)
	g.must(err)
	for _, size := range []int{1 << 16, 1 << 12} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	g.must(f.Close())
	for i := range 5 {
		d.Append(candidateMail(fmt.Sprintf("c%d@asso.example", i), "Dossier", at, at, "budget.pdf"), instant(t, at))
	}
	out, errs, code := g.run("serve", "-once", "-now", "2018-10-01T10:00:00Z")
	if code != 1 || !strings.Contains(errs, "space") && !strings.Contains(errs, "full") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	for _, m := range d.List("INBOX") {
		for _, flag := range m.Flags {
			if strings.EqualFold(string(flag), ingest.Keyword) {
				t.Errorf("mail %d is marked although it could not be filed", m.UID)
			}
		}
	}
	g.must(os.Remove(filler))
	g.once("2018-10-01T11:00:00Z")
	if n := len(g.cases()); n != 5 || len(sink.Mails()) != 5 {
		t.Errorf("%d cases, %d letters, want 5 of each", n, len(sink.Mails()))
	}
	g.wantSound()
}

// TestReadOnlyDisk: the daemon does not start, and says why.
func TestReadOnlyDisk(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	disk := smallDisk(t, 8<<20)
	g.onDisk(disk)
	g.once("2018-10-01T08:00:00Z")
	g.must(syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	if out, errs, code := g.run("serve", "-once"); code != 2 || !strings.Contains(errs, "may not be written") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

// TestTwoAtOnce: of two daemons started together, on one data folder or on two
// for one mailbox, one serves and the other says so.
func TestTwoAtOnce(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	other := newProgram(t, d, nil, sink, edition2018, "")
	daemons := []*serverProcess{g.serve(), g.serve(), other.serve()}
	running := func() (n int) {
		for _, p := range daemons {
			if p.running() == nil {
				n++
			}
		}
		return n
	}
	awaitCondition(t, "one daemon left", func() error {
		if n := running(); n != 1 {
			return fmt.Errorf("%d daemons run", n)
		}
		return nil
	})
}

// TestSea: under load, with a real Dovecot and a real Postfix, the daemon is
// killed at random instants, again and again. GREFFIER_KILLS says how often;
// `make soak` says 500. Nobody is lost, nobody has two cases, and what arrives
// twice has the same Message-ID.
func TestSea(t *testing.T) {
	kills := 8
	if text := os.Getenv("GREFFIER_KILLS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("GREFFIER_KILLS: %v", err)
		}
		kills = n
	}
	d := startDovecot(t)
	p := startPostfix(t, d)
	g := newProgram(t, d, p, nil, edition2018, "")
	at := "2018-10-01T09:00:00Z"
	random := rand.New(rand.NewPCG(uint64(kills), 7))
	candidates := 0
	for range kills {
		var raws [][]byte
		for range 1 + random.IntN(8) {
			raws = append(raws, candidateMail(fmt.Sprintf("c%05d@asso%d.example", candidates, candidates), "Dossier", at, at, "budget.pdf"))
			candidates++
		}
		d.AppendAll(raws, instant(t, at))
		daemon := g.serve("-now", "2018-10-01T10:00:00Z")
		time.Sleep(time.Duration(random.IntN(600)) * time.Millisecond)
		daemon.kill()
	}
	g.once("2018-10-02T10:00:00Z")
	awaitEmptyQueue(t, p)
	ids := make(map[string]map[string]int)
	letters := 0
	for _, m := range p.Sink.Mails() {
		letters++
		to := m.To[0]
		if ids[to] == nil {
			ids[to] = make(map[string]int)
		}
		ids[to][messageID(t, m.Raw)]++
	}
	if n := len(g.cases()); n != candidates {
		t.Errorf("%d cases, want %d", n, candidates)
	}
	if len(ids) != candidates {
		t.Errorf("%d of %d candidates were answered", len(ids), candidates)
	}
	for to, different := range ids {
		if len(different) != 1 {
			t.Errorf("%s had %d different letters", to, len(different))
		}
	}
	t.Logf("%d kills, %d candidates, %d letters sent again with the same Message-ID", kills, candidates, letters-candidates)
	g.wantSound()
}
