package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

// unixLines is a mail as Unix programs keep it in files.
func unixLines(raw []byte) []byte { return bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")) }

// mboxOf puts mails into an mbox file with LF, quoting as mboxrd does.
func mboxOf(raws ...[]byte) []byte {
	var box bytes.Buffer
	for _, raw := range raws {
		box.WriteString("From MAILER-DAEMON Mon Oct  1 09:00:00 2018\n")
		for line := range bytes.Lines(unixLines(raw)) {
			if bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
				box.WriteByte('>')
			}
			box.Write(line)
		}
		box.WriteString("\n")
	}
	return box.Bytes()
}

// lay writes files by their paths below a new folder.
func lay(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// imports runs import and checks how it ends and what it says in its last lines.
func (g *program) imports(code int, says string, paths ...string) {
	g.t.Helper()
	if out, errs, got := g.run("import", paths...); got != code || !strings.Contains(errs, says) {
		g.t.Errorf("import %q: exit code %d, want %d and %q\n%s%s", paths, got, code, says, out, errs)
	}
}

// verdicts are phase and timeliness by the address of the candidate.
func (g *program) verdicts() map[string]string {
	g.t.Helper()
	got := make(map[string]string)
	for _, c := range g.cases() {
		verdict := "none"
		if c.Timeliness != nil {
			verdict = string(*c.Timeliness)
		}
		got[c.Candidate.Address] = fmt.Sprintf("%s %s", c.Phase, verdict)
	}
	return got
}

// TestImport: every form of file gives the mails that are in it, with the
// verdict that their evidence supports; nobody is answered, then or when
// reminders and the deadline fall due; a second import finds all of it known.
func TestImport(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	dossier := func(from, taken string) []byte {
		return candidateMail(from+"@asso.example", "Dossier", taken, "2018-10-01T08:59:00Z", "budget.pdf", "rib.pdf")
	}
	contact := candidateMail("contact@asso.example", "From the first line", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf")
	contact = bytes.Replace(contact, []byte("Bonjour\r\n"), []byte("Bonjour\r\n\r\nFrom here on\r\n>From there\r\n"), 1)
	dir := lay(t, map[string][]byte{
		"une mail.EML":                   dossier("eml", "2018-10-01T09:00:00Z"),
		"deep/er/lf.eml":                 unixLines(dossier("lf", "2018-10-01T09:00:00Z")),
		"archive 2018":                   mboxOf(dossier("mbox1", "2018-10-01T09:00:00Z"), contact, dossier("mbox2", "2018-11-30T16:00:01Z")),
		"box/cur/1538384400.M1.host:2,S": unixLines(dossier("seen", "2018-11-30T16:04:00Z")),
		"box/new/1538384401.M2.host":     unixLines(dossier("new", "")),
		"box/tmp/1538384402.M3.host":     unixLines(dossier("halfway", "2018-10-01T09:00:00Z")),
		"box/.Sent/cur/1.M4.host:2,S":    unixLines(dossier("sent", "2018-10-01T09:00:00Z")),
		"box/.Sent/new/.keep":            nil,
		"box/dovecot-uidlist":            []byte("3 V1\n"),
		"again/same.eml":                 dossier("eml", "2018-10-01T09:00:00Z"),
		"notes.txt":                      []byte("Received: no mail\n"),
	})
	g.imports(0, "7 mails imported, 1 known already, 0 failed; 1 other files passed over", dir)
	want := map[string]string{
		"eml@asso.example":     "submitted on_time",
		"lf@asso.example":      "submitted on_time",
		"mbox1@asso.example":   "submitted on_time",
		"contact@asso.example": "depositing on_time",
		"mbox2@asso.example":   "submitted to_arbitrate",
		"seen@asso.example":    "late late",
		"new@asso.example":     "submitted to_arbitrate",
	}
	if got := g.verdicts(); !maps.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	for _, c := range g.cases() {
		for _, m := range g.sheet(c.Ref).Mails {
			if m.Clocks.InternalDate != nil {
				t.Errorf("%s: a file has no INTERNALDATE: %+v", c.Candidate.Address, m.Clocks)
			}
			// From a mailbox the same mail comes with CRLF: known then by its bytes.
			if c.Candidate.Address == "contact@asso.example" && m.RawSHA256 != digest(contact) {
				t.Error("the mail out of the mbox is not the one that was put in")
			}
		}
	}
	g.imports(0, "0 mails imported, 8 known already, 0 failed", dir)

	for _, now := range []string{"2018-11-05T10:00:00Z", "2018-11-14T10:00:00Z", "2018-11-30T16:20:00Z", "2018-12-03T09:00:00Z"} {
		g.once(now)
	}
	if n := len(sink.Mails()) + len(g.letters()); n != 0 {
		t.Errorf("%d letters to people who are known from an import alone", n)
	}
	if got := g.verdicts()["contact@asso.example"]; got != "incomplete_at_deadline on_time" {
		t.Errorf("at the deadline an imported case is %s", got)
	}
	g.wantSound()
}

// TestImportBadFiles: what is no mail or cannot be read is told by its path and
// stops nothing.
func TestImportBadFiles(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	dir := lay(t, map[string][]byte{
		"a.eml":       candidateMail("a@asso.example", "Dossier", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf"),
		"noise.eml":   bytes.Repeat([]byte{0, 0xff, 7, '\n'}, 50_000),
		"empty.eml":   nil,
		"prose.eml":   []byte("Bonjour,\n\nceci n'est pas un mail.\n"),
		"broken.mbox": []byte("From x\n\nFrom y Mon Oct  1 09:00:00 2018\nnothing\n"),
		"z.eml":       candidateMail("z@asso.example", "Dossier", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf"),
	})
	if err := os.Symlink("nowhere", filepath.Join(dir, "dangling.eml")); err != nil {
		t.Fatal(err)
	}
	out, errs, code := g.run("import", dir, filepath.Join(dir, "missing.eml"), os.DevNull)
	if code != 1 || !strings.Contains(errs, "2 mails imported, 0 known already, 8 failed") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	for _, name := range []string{"noise.eml: not a mail", "empty.eml", "prose.eml", "broken.mbox, mail 1", "broken.mbox, mail 2", "dangling.eml", "missing.eml: no such file", os.DevNull} {
		if !strings.Contains(errs, name) {
			t.Errorf("%s is not told:\n%s", name, errs)
		}
	}
	if len(g.cases()) != 2 {
		t.Errorf("%d cases", len(g.cases()))
	}
	if _, _, code := g.run("import"); code != 2 {
		t.Errorf("nothing to import: exit code %d", code)
	}
	g.wantSound()
}

// TestImportInterrupted: an import that is broken off, or killed, is finished by
// running it again beside the daemon: each mail is filed once, none answered,
// and mail that comes in meanwhile is answered as ever.
func TestImportInterrupted(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	const mails = 120
	var raws [][]byte
	for i := range mails {
		raws = append(raws, candidateMail(fmt.Sprintf("c%03d@asso%d.example", i, i), "Dossier", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf"))
	}
	dir := lay(t, map[string][]byte{"box": mboxOf(raws[:mails/2]...)})
	for i, raw := range raws[mails/2:] {
		g.must(os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.eml", i)), raw, 0o600))
	}
	daemon := g.serve("-now", "2018-10-01T10:00:00Z")
	awaitCondition(t, "daemon", func() error {
		_, err := os.Stat(filepath.Join(g.dir, "data", "greffier.db"))
		return err
	})
	for i, end := range []func(*serverProcess){(*serverProcess).stop, (*serverProcess).kill, (*serverProcess).stop} {
		log := filepath.Join(g.dir, fmt.Sprintf("import-%d.log", i))
		p := startProcess(t, log, g.env, g.binary, "import", "-config", g.config, dir)
		awaitCondition(t, "first mails imported", func() error {
			if n := len(g.cases()); n <= i*mails/4 && p.running() == nil {
				return fmt.Errorf("%d cases", n)
			}
			return nil
		})
		end(p)
		text, err := os.ReadFile(log)
		g.must(err)
		if code := p.cmd.ProcessState.ExitCode(); code == 1 && !strings.Contains(string(text), "run it again") && !strings.Contains(string(text), "the daemon goes on with it") {
			t.Errorf("interrupted import says %s", text)
		}
		t.Logf("interrupted with %d cases", len(g.cases()))
	}
	d.Append(candidateMail("live@asso.example", "Candidature", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z"), instant(t, "2018-10-01T09:00:00Z"))
	g.imports(0, " 0 failed", dir)
	g.imports(0, fmt.Sprintf("0 mails imported, %d known already, 0 failed", mails), dir)
	sink.Delivered(t, 1, serverDeadline)
	daemon.stop()
	if len(g.cases()) != mails+1 || len(sink.Mails()) != 1 || sink.Mails()[0].To[0] != "live@asso.example" {
		t.Errorf("%d cases, %d letters", len(g.cases()), len(sink.Mails()))
	}
	for _, c := range g.cases() {
		if c.Phase == "" || c.Candidate.Address != "live@asso.example" && c.Phase != "depositing" {
			t.Errorf("%s is not assessed: %q", c.Candidate.Address, c.Phase)
		}
	}
	if left, err := filepath.Glob(filepath.Join(g.dir, "data", "cache", "import-*", "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	g.wantSound()
}

// TestImportDovecotMaildir: the Maildir of a real server gives the very mails
// that the server sends: read from there, all are known, and nobody is answered.
func TestImportDovecotMaildir(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	for i := range 5 {
		raw := candidateMail(fmt.Sprintf("c%d@asso.example", i), "Dossier", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf")
		if i == 4 {
			raw = bytes.ReplaceAll(raw, []byte("Message-ID"), []byte("X-Other-ID")) // known by its bytes alone
		}
		var flags []imap.Flag
		if i%2 == 0 {
			flags = []imap.Flag{imap.FlagSeen, imap.FlagAnswered}
		}
		d.Append(raw, instant(t, "2018-10-01T09:00:00Z"), flags...)
	}
	d.Deliver(candidateMail("now@asso.example", "Dossier", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf"))
	if files, err := fs.Glob(os.DirFS(d.MaildirPath), "cur/*"); err != nil || len(files) == 0 {
		t.Fatalf("no mails in the Maildir: %v", err)
	}
	g.imports(0, "6 mails imported, 0 known already, 0 failed", d.MaildirPath)
	before := g.verdicts()
	g.once("2018-10-01T10:00:00Z")
	if after := g.verdicts(); !maps.Equal(after, before) {
		t.Errorf("after reading the mailbox %v, before %v", after, before)
	}
	n := 0
	for _, c := range g.cases() {
		n += len(g.sheet(c.Ref).Mails)
	}
	if n != 6 || len(sink.Mails()) != 0 {
		t.Errorf("%d mails filed, %d letters", n, len(sink.Mails()))
	}
	g.wantSound()
}

// TestImportLargeMbox: an mbox file is never held in memory, however large it or
// one of its mails or lines is.
func TestImportLargeMbox(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	path := filepath.Join(t.TempDir(), "large")
	f, err := os.Create(path)
	g.must(err)
	line := strings.Repeat("QUJD", 19) + "\n"
	for i, text := range []string{line, strings.Repeat("QUJD", 1<<20)} {
		raw := unixLines(candidateMail(fmt.Sprintf("c%d@asso.example", i), "Gros dossier", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf"))
		raw = bytes.TrimSuffix(raw, []byte("--b--\n"))
		raw = append(raw, "--b\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"rib.bin\"\n\n"...)
		_, err := f.Write(bytes.TrimSuffix(mboxOf(raw), []byte("\n")))
		g.must(err)
		chunk := strings.Repeat(text, max(1, 1<<20/len(text)))
		for n := 0; n < 100_000_000; n += len(chunk) {
			_, err := f.WriteString(chunk)
			g.must(err)
		}
		_, err = f.WriteString("\n--b--\n\n")
		g.must(err)
	}
	g.must(f.Close())
	log := filepath.Join(g.dir, "import.log")
	p := startProcess(t, log, g.env, g.binary, "import", "-config", g.config, path)
	defer p.kill()
	peak := 0
	for deadline := time.Now().Add(2 * time.Minute); p.running() == nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not done after two minutes")
		}
		if status := peakSoFar(p.cmd.Process.Pid); status > 0 {
			peak = int(status >> 20)
		}
	}
	text, err := os.ReadFile(log)
	g.must(err)
	t.Logf("peak memory %d MiB: %s", peak, text)
	if peak >= 96 || p.cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("peak memory %d MiB, exit code %d", peak, p.cmd.ProcessState.ExitCode())
	}
	if got := g.verdicts(); len(got) != 2 || got["c0@asso.example"] != "submitted on_time" {
		t.Errorf("cases %v", got)
	}
}

// TestMboxForms: what parts two mails, by the habits of those who write mbox
// files.
func TestMboxForms(t *testing.T) {
	for _, c := range []struct {
		name, box string
		want      []string
	}{
		{"LF", "From a Mon Oct  1 09:00:00 2018\nA: 1\n\none\n\nFrom b Mon Oct  1 09:00:00 2018\nB: 2\n\ntwo\n", []string{"A: 1\r\n\r\none\r\n", "B: 2\r\n\r\ntwo\r\n"}},
		{"CRLF", "From - Mon, 1 Oct 2018 09:00:00\r\nA: 1\r\n\r\none\r\n\r\nFrom - Mon, 1 Oct 2018 09:00:00\r\nB: 2\r\n\r\n", []string{"A: 1\r\n\r\none\r\n", "B: 2\r\n"}},
		{"quoted", "From a\nA: 1\n\n>From x\n>>From y\n>Fromage\n", []string{"A: 1\r\n\r\nFrom x\r\n>From y\r\n>Fromage\r\n"}},
		{"no date", "From a\nA: 1\n\none\n\nFrom b\nB: 2\n\ntwo\n", []string{"A: 1\r\n\r\none\r\n", "B: 2\r\n\r\ntwo\r\n"}},
		{"no empty line", "From a Mon Oct  1 09:00:00 2018\nA: 1\n\none\nFrom b Mon Oct  1 09:00:00 2018\nB: 2\n", []string{"A: 1\r\n\r\none\r\n", "B: 2\r\n"}},
		{"unquoted prose", "From a\nA: 1\n\nHello\n\nFrom here on\nwe walk\nFrom Mon 09:00 on\nwe run\n", []string{"A: 1\r\n\r\nHello\r\n\r\nFrom here on\r\nwe walk\r\nFrom Mon 09:00 on\r\nwe run\r\n"}},
		{"empty lines of a mail", "From a\nA: 1\n\n\n\none\n\n\n\nFrom b\nB: 2\n\n\n", []string{"A: 1\r\n\r\n\r\n\r\none\r\n\r\n\r\n", "B: 2\r\n\r\n"}},
		{"no end of line", "From a\nA: 1\n\none", []string{"A: 1\r\n\r\none"}},
		{"nothing follows", "From a\n", []string{""}},
		{"long lines", "From " + strings.Repeat("a", 3*mboxLine) + "\nA: " + strings.Repeat("b", 3*mboxLine) + "\n\nFrom " + strings.Repeat("c", 3*mboxLine) + "\n",
			[]string{"A: " + strings.Repeat("b", 3*mboxLine) + "\r\n\r\nFrom " + strings.Repeat("c", 3*mboxLine) + "\r\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			r := newMboxReader(strings.NewReader(c.box))
			for r.next() == nil {
				var mail strings.Builder
				if err := r.copyTo(&wireLines{w: &mail}); err != nil {
					t.Fatal(err)
				}
				got = append(got, mail.String())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %.300q\nwant %.300q", got, c.want)
			}
		})
	}
	if err := newMboxReader(strings.NewReader("Received: by x\n")).next(); err == nil {
		t.Error("a mail was taken for an mbox")
	}
}
