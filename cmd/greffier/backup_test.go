package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"greffier/cases"
)

// TestBackupUnderLoad: while the daemon reads and answers a backlog, each copy
// of the data folder is sound. One taken in the middle and put in the place of
// the lost folder catches up from the mailbox: the same cases, and each letter
// that leaves again has the Message-ID of the first time.
func TestBackupUnderLoad(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	const candidates = 300
	var raws [][]byte
	for i := range candidates {
		files := [][]string{{"budget.pdf"}, {"budget.pdf", "rib.pdf"}, nil}[i%3]
		raws = append(raws, candidateMail(fmt.Sprintf("c%03d@asso%d.example", i, i), "Dossier", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", files...))
	}
	d.AppendAll(raws, instant(t, "2018-10-01T09:00:00Z"))

	daemon := g.serve("-now", "2018-10-01T10:00:00Z")
	awaitCondition(t, "first letters", func() error {
		if n := len(sink.Mails()); n < 10 {
			return fmt.Errorf("%d letters", n)
		}
		return daemon.running()
	})
	copies := make([]*program, 4)
	for i := range copies {
		dir := filepath.Join(t.TempDir(), "copy")
		g.ok("backup", dir)
		copies[i] = g.restored(dir)
		info, err := os.Stat(dir)
		g.must(err)
		if info.Mode().Perm() != 0o700 {
			t.Errorf("the copy has mode %v", info.Mode())
		}
	}
	sink.Delivered(t, candidates, serverDeadline)
	daemon.stop()
	for i, c := range copies {
		c.wantSound()
		t.Logf("copy %d: %d cases, %d letters", i, len(c.cases()), len(c.letters()))
	}

	middle := copies[0]
	settled := 0
	for _, l := range middle.letters() {
		if l.State == cases.LetterSent {
			settled++
		}
	}
	if settled == candidates {
		t.Error("the first copy was taken after the work: nothing is proven")
	}
	middle.once("2018-10-01T11:00:00Z")
	middle.wantSound()
	if got, want := middle.facts(), g.facts(); !maps.Equal(got, want) || len(want) != candidates {
		t.Errorf("after the restore %d cases, without loss %d:\n%v\n%v", len(got), len(want), got, want)
	}
	sent := make(map[string]string) // Message-ID: reader
	again := 0
	for _, m := range sink.Mails() {
		id := messageID(t, m.Raw)
		if to, known := sent[id]; known {
			again++
			if to != m.To[0] {
				t.Errorf("%s and %s got letters with one Message-ID", to, m.To[0])
			}
		}
		sent[id] = m.To[0]
	}
	if len(sent) != candidates {
		t.Errorf("%d different letters for %d candidates", len(sent), candidates)
	}
	t.Logf("%d letters left again, each with its first Message-ID", again)
}

// restored is the same program with a copy as its data folder.
func (g *program) restored(dir string) *program {
	g.t.Helper()
	c := *g
	c.config = filepath.Join(g.dir, "restored-"+strings.ReplaceAll(dir, string(filepath.Separator), "_")+".toml")
	text, err := os.ReadFile(g.config)
	g.must(err)
	g.must(os.WriteFile(c.config, []byte(strings.Replace(string(text), `data_dir = "data"`, fmt.Sprintf("data_dir = %q", dir), 1)), 0o600))
	return &c
}

// facts are what a candidate sees of a case, by address.
func (g *program) facts() map[string]string {
	g.t.Helper()
	facts := make(map[string]string)
	for _, c := range g.cases() {
		facts[c.Candidate.Address] += fmt.Sprintf("%s %s ", c.Phase, c.Completeness)
	}
	return facts
}

// TestBackupFaults: a folder that holds something is left alone; an altered or a
// lost file is told by name, after all the rest has been copied.
func TestBackupFaults(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	if _, errs, code := g.run("backup", t.TempDir()); code != 1 || !strings.Contains(errs, "no data") {
		t.Errorf("without data: exit code %d, %s", code, errs)
	}
	for _, from := range []string{"a", "b", "c"} {
		d.Append(candidateMail(from+"@asso.example", "Dossier", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf"), instant(t, "2018-10-01T09:00:00Z"))
	}
	g.once("2018-10-01T10:00:00Z")

	full := t.TempDir()
	g.must(os.WriteFile(filepath.Join(full, "mine"), nil, 0o600))
	data := filepath.Join(g.dir, "data")
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{nil, 2, "name one folder"},
		{[]string{"a", "b"}, 2, "name one folder"},
		{[]string{full}, 1, "not empty"},
		{[]string{filepath.Join(data, "copy")}, 1, "inside the data folder"},
		{[]string{filepath.Join(full, "mine", "copy")}, 1, "not a directory"},
	} {
		if _, errs, code := g.run("backup", c.args...); code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("backup %q: exit code %d, %s", c.args, code, errs)
		}
	}

	altered, lost := g.sheet("ESSAI-0001").Mails[0].RawSHA256, g.sheet("ESSAI-0002").Mails[0].RawSHA256
	path := filepath.Join(data, "archive", altered[:2], altered)
	g.must(os.WriteFile(path, []byte("something else"), 0o600))
	g.must(os.Remove(filepath.Join(data, "archive", lost[:2], lost)))
	dir := filepath.Join(t.TempDir(), "new", "copy")
	_, errs, code := g.run("backup", dir)
	if code != 1 || !strings.Contains(errs, altered+" was altered") || !strings.Contains(errs, lost+" is missing") {
		t.Errorf("exit code %d, %s", code, errs)
	}
	c := g.restored(dir)
	if len(c.cases()) != 3 {
		t.Errorf("the copy has %d cases", len(c.cases()))
	}
	if out, _, code := c.run("verify"); code != 1 || !strings.Contains(out, altered) || !strings.Contains(out, lost) {
		t.Errorf("verify of the copy: exit code %d, %s", code, out)
	}
}
