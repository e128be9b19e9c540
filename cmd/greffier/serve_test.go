package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestFirstContactFromRealClients: mails written with swaks and mutt come in by
// a real Postfix and Dovecot; the pack leaves by STARTTLS and login, its files
// as they were; the deposit is acknowledged in the same case.
func TestFirstContactFromRealClients(t *testing.T) {
	d := startDovecot(t)
	p := startPostfix(t, d)
	g := newProgram(t, d, p, nil, editionNow, "")
	g.ok("check", "-connect")
	daemon := g.serve()

	runSwaks(t, p.Addr(), clientMail{From: "hub@asso.example", To: d.User, Subject: "Candidature", Text: "Bonjour, nous candidatons."})
	letter := p.Delivered(t, 1, serverDeadline)[0]
	if letter.To[0] != "hub@asso.example" || letter.From != d.User {
		t.Errorf("the pack went from %s to %s", letter.From, letter.To)
	}
	files := attachedFiles(t, withoutTrace(t, letter.Raw))
	pack, err := os.ReadDir(filepath.Join(g.dir, "pack"))
	g.must(err)
	if len(files) != len(pack) {
		t.Errorf("the letter carries %v", slices.Collect(maps.Keys(files)))
	}
	for _, f := range pack {
		want, err := os.ReadFile(filepath.Join(g.dir, "pack", f.Name()))
		g.must(err)
		if digest(files[f.Name()]) != digest(want) {
			t.Errorf("%s is not the file of the pack", f.Name())
		}
	}

	deposit := t.TempDir()
	for _, name := range []string{"Budget prévisionnel.xlsx", "RIB.pdf"} {
		g.must(os.WriteFile(filepath.Join(deposit, name), []byte(pdfSaying(name)), 0o600))
	}
	runMutt(t, p.Addr(), d.Certificate, clientMail{From: "hub@asso.example", To: d.User, Subject: "Dossier", Text: "Voici.",
		Files: []string{filepath.Join(deposit, "Budget prévisionnel.xlsx"), filepath.Join(deposit, "RIB.pdf")}})
	p.Delivered(t, 2, serverDeadline)
	awaitCondition(t, "acknowledgement settled", func() error {
		if c := g.sheet("ESSAI-0001"); len(c.Letters) != 2 || c.Letters[1].State != "sent" {
			return fmt.Errorf("letters %+v", c.Letters)
		}
		return nil
	})
	c := g.sheet("ESSAI-0001")
	if c.Phase != "submitted" || *c.Timeliness != "on_time" || c.Completeness != "complete" || g.kinds("ESSAI-0001") != "pack ack" {
		t.Errorf("case %+v, letters %s", c.Summary, g.kinds("ESSAI-0001"))
	}
	if c.Mails[0].Clocks.Boundary == nil || c.Mails[0].Clock != "boundary" {
		t.Errorf("our own server's clock was not found: %+v", c.Mails[0].Clocks)
	}
	daemon.stop()
	if code := daemon.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d after the first signal", code)
	}
	g.wantSound()
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// TestDeadlineOnEvidence: the verdicts of real mailbox content, the same whether
// the daemon ran at the deadline or was off for three days.
func TestDeadlineOnEvidence(t *testing.T) {
	for _, now := range []string{"2018-11-30T16:20:00Z", "2018-12-03T09:00:00Z"} {
		t.Run(now, func(t *testing.T) {
			d, sink := startDovecot(t), startSink(t)
			g := newProgram(t, d, nil, sink, edition2018, "")
			for _, m := range []struct{ from, taken, internal, date string }{
				{"intime@asso.example", "2018-11-30T15:59:58Z", "2018-11-30T16:02:00Z", "2018-11-30T15:59:00Z"},
				{"edge@asso.example", "2018-11-30T16:00:30Z", "2018-11-30T16:00:31Z", "2018-11-30T15:59:00Z"},
				{"late@asso.example", "2018-11-30T16:04:00Z", "2018-11-30T16:04:01Z", "2018-11-30T12:00:00Z"},
				{"nohop@asso.example", "", "2018-11-30T16:04:00Z", "2018-11-30T15:58:00Z"},
			} {
				d.Append(candidateMail(m.from, "Dossier", m.taken, m.date, "budget.pdf", "rib.pdf"), instant(t, m.internal))
			}
			d.Append(candidateMail("silent@asso.example", "Candidature", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z"), instant(t, "2018-10-01T09:00:00Z"))
			g.once(now)
			want := map[string]string{
				"intime@asso.example": "admissibility on_time ack",
				"edge@asso.example":   "submitted to_arbitrate ack",
				"late@asso.example":   "late late late",
				"nohop@asso.example":  "submitted to_arbitrate ack",
				"silent@asso.example": "not_deposited none pack closed",
			}
			got := make(map[string]string)
			for _, c := range g.cases() {
				verdict := "none"
				if c.Timeliness != nil {
					verdict = string(*c.Timeliness)
				}
				got[c.Candidate.Address] = fmt.Sprintf("%s %s %s", c.Phase, verdict, g.kinds(c.Ref))
			}
			if !maps.Equal(got, want) {
				t.Errorf("got %v\nwant %v", got, want)
			}
			before := len(sink.Mails())
			g.once(now) // the same mailbox read again
			if after := len(sink.Mails()); after != before || after != 6 {
				t.Errorf("%d letters, then %d, want 6", before, after)
			}
			g.wantSound()
		})
	}
}

// TestRemindersOverRuns: two missed Mondays give one reminder; a complete case
// gets none.
func TestRemindersOverRuns(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	d.Append(candidateMail("a@asso.example", "Candidature", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z"), instant(t, "2018-10-01T09:00:00Z"))
	d.Append(candidateMail("b@asso.example", "Dossier", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget rib.pdf"), instant(t, "2018-10-01T09:00:00Z"))
	for _, now := range []string{"2018-10-01T10:00:00Z", "2018-11-14T10:00:00Z", "2018-11-14T11:00:00Z", "2018-11-19T08:00:30Z", "2018-11-19T07:00:00Z"} {
		g.once(now)
	}
	if got := g.kinds("ESSAI-0001"); got != "pack reminder reminder" {
		t.Errorf("letters %s", got)
	}
	if got := g.kinds("ESSAI-0002"); got != "ack" {
		t.Errorf("letters of a complete case %s", got)
	}
}

// TestKilledInTheMiddle: kill -9 again and again while a backlog is read and
// answered. Nobody has two cases, nobody goes unanswered, and a letter that
// arrives twice has the same Message-ID.
// Behaviours 1 and 5.
func TestKilledInTheMiddle(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	const candidates = 150
	var raws [][]byte
	for i := range candidates {
		from := fmt.Sprintf("c%03d@asso%d.example", i, i)
		raws = append(raws, candidateMail(from, "Dossier", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf"))
	}
	d.AppendAll(raws, instant(t, "2018-10-01T09:00:00Z"))
	random := rand.New(rand.NewPCG(1, 2))
	for range 12 {
		p := g.serve("-now", "2018-10-01T10:00:00Z")
		time.Sleep(time.Duration(random.IntN(250)) * time.Millisecond)
		p.kill()
	}
	g.once("2018-10-02T10:00:00Z")
	list := g.cases()
	if len(list) != candidates {
		t.Errorf("%d cases, want %d", len(list), candidates)
	}
	ids := make(map[string]map[string]int) // reader: Message-ID: times
	for _, m := range sink.Mails() {
		to := m.To[0]
		if ids[to] == nil {
			ids[to] = make(map[string]int)
		}
		ids[to][messageID(t, m.Raw)]++
	}
	again := 0
	for to, letters := range ids {
		if len(letters) != 1 {
			t.Errorf("%s had %d different letters", to, len(letters))
		}
		for _, n := range letters {
			again += n - 1
		}
	}
	if len(ids) != candidates {
		t.Errorf("%d of %d candidates were answered", len(ids), candidates)
	}
	t.Logf("%d letters were sent again with the same Message-ID", again)
	g.wantSound()
}

func messageID(t *testing.T, raw []byte) string {
	t.Helper()
	for line := range strings.SplitSeq(string(raw), "\r\n") {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(name, "Message-ID") {
			return strings.TrimSpace(value)
		}
	}
	t.Fatal("a letter without Message-ID")
	return ""
}

// TestLargeMail: reading a mail of 50 MB takes the daemon less than 64 MB.
// Behaviour 10.
func TestLargeMail(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	raw := candidateMail("a@asso.example", "Gros dossier", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf")
	end := []byte("--b--\r\n")
	raw = append(raw[:len(raw)-len(end)], "--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"rib.bin\"\r\n\r\n"...)
	line := strings.Repeat("QUJD", 19) + "\r\n"
	for len(raw) < 50_000_000 {
		raw = append(raw, line...)
	}
	raw = append(append(raw, "\r\n"...), end...)
	d.Append(raw, instant(t, "2018-10-01T09:00:00Z"))
	daemon := g.serve("-now", "2018-10-01T10:00:00Z")
	sink.Delivered(t, 1, serverDeadline)
	peak := peakMemory(t, daemon.cmd.Process.Pid)
	t.Logf("peak memory %d MiB", peak)
	if peak >= 64 {
		t.Errorf("peak memory %d MiB", peak)
	}
	daemon.stop()
	c := g.sheet("ESSAI-0001")
	if c.Completeness != "complete" || len(sink.Mails()) != 1 {
		t.Errorf("case %+v, %d letters", c.Summary, len(sink.Mails()))
	}
	g.wantSound()
}

// peakMemory is the most memory that a process has held at once, in MiB.
func peakMemory(t *testing.T, pid int) int { return statusMemory(t, pid, "VmHWM:") }

// statusMemory is what the kernel tells of the memory of a process, in MiB.
func statusMemory(t *testing.T, pid int, field string) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, field); ok {
			var kib int
			if _, err := fmt.Sscanf(value, "%d kB", &kib); err != nil {
				t.Fatal(err)
			}
			return kib / 1024
		}
	}
	t.Fatal("the kernel does not tell the memory of a process")
	return 0
}

// TestTooLargeMail: filed by its header, answered with how to split, staff told.
// Behaviour 10.
func TestTooLargeMail(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, `max_size = "1MB"`)
	raw := candidateMail("a@asso.example", "Trop gros", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf")
	d.Append(append(raw, make([]byte, 1_100_000)...), instant(t, "2018-10-01T09:00:00Z"))
	d.Append(candidateMail("b@autre.example", "Petit", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf"), instant(t, "2018-10-01T09:00:00Z"))
	g.once("2018-10-01T10:00:00Z")
	g.once("2018-10-01T10:00:00Z")
	if got := g.kinds("ESSAI-0001"); got != "oversize" {
		t.Errorf("letters %q", got)
	}
	if tasks := g.sheet("ESSAI-0001").Tasks; len(tasks) != 1 || tasks[0].Kind != "oversize" {
		t.Errorf("tasks %+v", tasks)
	}
	if got := g.kinds("ESSAI-0002"); got != "ack" {
		t.Errorf("the next mail's letters %q", got)
	}
}

// TestNewUIDValidity: the server renumbers the mailbox; nobody hears twice.
// Behaviour 3.
func TestNewUIDValidity(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	d.Append(candidateMail("a@asso.example", "Candidature", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z"), instant(t, "2018-10-01T09:00:00Z"))
	g.once("2018-10-01T10:00:00Z")
	before := d.UIDValidity()
	d.ResetUIDValidity()
	if d.UIDValidity() == before {
		t.Fatal("the UIDVALIDITY did not change")
	}
	g.once("2018-10-01T11:00:00Z")
	if len(g.cases()) != 1 || len(sink.Mails()) != 1 {
		t.Errorf("%d cases, %d letters", len(g.cases()), len(sink.Mails()))
	}
}

// TestMarkedOnTheServer: people who look into the mailbox see what is filed; the
// mail stays unread.
// Behaviour 2.
func TestMarkedOnTheServer(t *testing.T) {
	for _, folder := range []string{"", "Traités"} {
		t.Run("folder "+folder, func(t *testing.T) {
			d, sink := startDovecot(t), startSink(t)
			g := newProgram(t, d, nil, sink, edition2018, fmt.Sprintf("processed_folder = %q", folder))
			uid := d.Append(candidateMail("a@asso.example", "Candidature", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z"), instant(t, "2018-10-01T09:00:00Z"))
			g.once("2018-10-01T10:00:00Z")
			if folder == "" {
				flags := d.Flags(uid)
				if len(flags) != 1 || !strings.HasPrefix(string(flags[0]), "$") {
					t.Errorf("flags %v", flags)
				}
				return
			}
			if n, m := len(d.List("INBOX")), len(d.List(folder)); n != 0 || m != 1 {
				t.Errorf("%d mails in INBOX, %d in %s", n, m, folder)
			}
		})
	}
}

// TestOneOwner: a second daemon on the data folder stops and says who holds it.
// Behaviour 6.
func TestOneOwner(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	first := g.serve()
	awaitCondition(t, "first daemon", func() error {
		if _, err := os.Stat(filepath.Join(g.dir, "data", "greffier.db")); err != nil {
			return err
		}
		return first.running()
	})
	_, errs, code := g.run("serve", "-once")
	if want := fmt.Sprintf("process %d", first.cmd.Process.Pid); code != 1 || !strings.Contains(errs, want) {
		t.Errorf("exit code %d, %q does not name %s", code, errs, want)
	}
	g.ok("cases") // commands that read are safe beside it
}

// TestWrongPassword: the run fails, says why without the password, and the
// letters that were owed leave all the same.
func TestWrongPassword(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	g.must(os.WriteFile(filepath.Join(g.dir, "password"), []byte("not-the-password\n"), 0o600))
	for _, args := range [][]string{{"serve", "-once"}, {"check", "-connect"}} {
		out, errs, code := g.run(args[0], args[1:]...)
		if code != 1 || strings.Contains(out+errs, "not-the-password") || !strings.Contains(errs, "login") && !strings.Contains(errs, "log in") {
			t.Errorf("%v: exit code %d, %s%s", args, code, out, errs)
		}
	}
}

// TestUsage: wrong usage and wrong configuration are exit code 2.
func TestUsage(t *testing.T) {
	binary, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "broken.toml")
	if err := os.WriteFile(broken, []byte("data_dri = \"x\"\n[mailbox]\nport = \"a\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		args []string
		code int
		says string
	}{
		{nil, 2, "usage"},
		{[]string{"-h"}, 0, "usage"},
		{[]string{"sevre"}, 2, "no command"},
		{[]string{"serve"}, 2, "-config"},
		{[]string{"serve", "-h"}, 0, "-once"},
		{[]string{"serve", "-config", broken}, 2, broken + ":1: data_dri: "},
		{[]string{"serve", "-config", broken}, 2, broken + ":3: mailbox.port: "},
		{[]string{"check", "-config", broken + ".none"}, 2, "broken.toml.none"},
		{[]string{"serve", "-config", broken, "-now", "noon"}, 2, "noon"},
		{[]string{"inspect"}, 2, "FILE.eml"},
		{[]string{"inspect", "/nonexistent.eml"}, 1, "/nonexistent.eml"},
		{[]string{"version"}, 0, "greffier"},
	} {
		cmd := exec.Command(binary, tc.args...)
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		if code := cmd.ProcessState.ExitCode(); code != tc.code || !strings.Contains(string(out), tc.says) {
			t.Errorf("greffier %v: exit code %d, want %d and %q in\n%s", tc.args, code, tc.code, tc.says, out)
		}
	}
}

// TestFlagsAnywhere: flags may stand before, between and behind the words.
func TestFlagsAnywhere(t *testing.T) {
	for _, args := range [][]string{{"-x", "1", "accept", "7"}, {"accept", "-x", "1", "7"}, {"accept", "7", "-x", "1"}} {
		var x string
		flags, err := parseFlags(terminal{err: io.Discard}, "attach", args, func(f *flag.FlagSet) { f.StringVar(&x, "x", "", "") })
		if err != nil || x != "1" || !slices.Equal(flags.Args(), []string{"accept", "7"}) {
			t.Errorf("%v: x is %q, words %v, %v", args, x, flags.Args(), err)
		}
	}
}

// TestOldMailbox: the first connection to a mailbox in use files everything
// silently and tells how far it is; interrupted, it goes on where it was.
// Behaviour 8.
func TestOldMailbox(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "answer_since = 2018-11-01T00:00:00")
	var raws [][]byte
	for i := range 1200 {
		raws = append(raws, candidateMail(fmt.Sprintf("c%d@asso%d.example", i, i), "Ancien", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z", "budget.pdf"))
	}
	d.AppendAll(raws, instant(t, "2018-10-01T09:00:00Z"))
	first := g.serve("-now", "2018-11-05T10:00:00Z")
	awaitCondition(t, "some mails filed", func() error {
		if exists, err := os.Stat(filepath.Join(g.dir, "data", "archive")); err != nil || !exists.IsDir() {
			return errors.New("no archive yet")
		}
		if len(g.cases()) == 0 {
			return errors.New("no case yet")
		}
		return nil
	})
	first.kill()
	_, errs, code := g.run("serve", "-once", "-now", "2018-11-06T10:00:00Z")
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	log, err := os.ReadFile(filepath.Join(g.dir, "serve.log"))
	g.must(err)
	if !strings.Contains(string(log)+errs, "reading the mailbox") {
		t.Error("nobody is told how far it is")
	}
	if n := len(g.cases()); n != len(raws) || len(sink.Mails()) != 0 {
		t.Errorf("%d cases, %d letters", n, len(sink.Mails()))
	}
	g.wantSound()
}
