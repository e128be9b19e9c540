package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"greffier/cases"
)

// The benchmarks run the program as an operator does, against real servers, and
// fail when a single mail, case or letter is missing: a fast run that lost
// something measures nothing. What each measures is one whole iteration, however
// long, so that -benchtime=1x says as much as the default.

const (
	backlogMails  = 1000
	backlogRounds = 3 // of every contender in turn
	oneMails      = 30
	runLimit      = 10 * time.Minute // for one run of a contender
)

var (
	backlogTaken = "2018-10-01T09:00:00Z"
	backlogNow   = "2018-10-01T10:00:00Z"
)

// measured is one run of a program over the backlog.
type measured struct {
	took time.Duration
	peak int64 // resident bytes at most
}

// contender is a way to bring the backlog home.
type contender struct {
	name string
	run  func(b *testing.B, d *dovecotServer) measured
}

// BenchmarkBacklog reads a mailbox of 1000 mails of some 20 KB, each with one or
// two attachments from another candidate, into a fresh data folder.
//
//   - answered: serve -once; each mail becomes a case, each candidate gets a
//     letter, half of them with the pack;
//   - silent: the same mails received before answer_since: cases, no letters;
//   - mbsync and mbsync-fsync: isync fetches the same mailbox into a fresh
//     Maildir, without and with syncing it to the disk.
//
// The machine's own speed means little, so all run in turn, and the ratios
// (answered/mbsync and so on: mails per second of the one over the other) are
// medians over the rounds. Only silent and mbsync-fsync promise alike: what has
// been fetched survives a power cut.
func BenchmarkBacklog(b *testing.B) {
	mbsync := requireProgram(b, "mbsync", "isync")
	d := startDovecot(b)
	raws := backlog(backlogMails)
	var size int
	for _, raw := range raws {
		size += len(raw)
	}
	d.AppendAll(raws, instant(b, backlogTaken))
	contenders := []contender{
		{"answered", func(b *testing.B, d *dovecotServer) measured { return runGreffier(b, d, true) }},
		{"silent", func(b *testing.B, d *dovecotServer) measured { return runGreffier(b, d, false) }},
		{"mbsync", func(b *testing.B, d *dovecotServer) measured { return runMbsync(b, mbsync, d, false) }},
		{"mbsync-fsync", func(b *testing.B, d *dovecotServer) measured { return runMbsync(b, mbsync, d, true) }},
	}
	if _, err := buildOnce(); err != nil {
		b.Fatal(err)
	}
	rounds := make(map[string][]measured)
	for b.Loop() {
		for range backlogRounds {
			for _, c := range contenders {
				unmark(b, d)
				// What another run left to be written would be written, and paid
				// for, by the next one that syncs.
				syscall.Sync()
				rounds[c.name] = append(rounds[c.name], c.run(b, d))
			}
		}
	}
	for _, c := range contenders {
		var speeds, peaks []float64
		for _, m := range rounds[c.name] {
			speeds = append(speeds, backlogMails/m.took.Seconds())
			peaks = append(peaks, float64(m.peak)/(1<<20))
		}
		b.Logf("%-12s mails/s in each round %.0f", c.name, speeds)
		b.ReportMetric(median(speeds), c.name+"-mails/s")
		b.ReportMetric(slices.Max(peaks), c.name+"-peak-MiB")
	}
	seconds := func(m measured) float64 { return m.took.Seconds() }
	b.ReportMetric(float64(size)/1e6/median(each(rounds["answered"], seconds)), "answered-MB/s")
	b.ReportMetric(float64(size)/1e6/median(each(rounds["silent"], seconds)), "silent-MB/s")
	// One letter a mail, which runGreffier has made sure of.
	b.ReportMetric(backlogMails/median(each(rounds["answered"], seconds)), "letters/s")
	for _, ours := range contenders[:2] {
		for _, theirs := range contenders[2:] {
			var ratios []float64
			for i, m := range rounds[ours.name] {
				ratios = append(ratios, rounds[theirs.name][i].took.Seconds()/m.took.Seconds())
			}
			b.ReportMetric(median(ratios), ours.name+"/"+theirs.name)
		}
	}
	b.ReportMetric(0, "ns/op") // of a whole comparison: says nothing
}

// runGreffier reads the backlog with serve -once, and checks that each mail has
// its case and, if answered, its letter, sent and arrived.
func runGreffier(b *testing.B, d *dovecotServer, answered bool) measured {
	b.Helper()
	extra := ""
	if !answered {
		extra = "answer_since = 2018-10-02T00:00:00"
	}
	sink := startSink(b)
	g := newProgram(b, d, nil, sink, edition2018, extra)
	m := measure(b, g.env, g.binary, "serve", "-config", g.config, "-once", "-now", backlogNow)

	candidates := make(map[string]bool)
	phases := make(map[cases.Phase]int)
	for _, c := range g.cases() {
		candidates[c.Candidate.Address] = true
		phases[c.Phase]++
	}
	if len(candidates) != backlogMails || phases[cases.Submitted] != backlogMails/2 || phases[cases.Depositing] != backlogMails/2 {
		b.Fatalf("%d candidates of %d have a case, phases %v", len(candidates), backlogMails, phases)
	}
	want := 0
	if answered {
		want = backlogMails
	}
	sent := 0
	for _, l := range g.letters() {
		if l.State == cases.LetterSent {
			sent++
		}
	}
	mails := sink.Mails()
	reached := make(map[string]bool)
	for _, mail := range mails {
		reached[mail.To[0]] = true
	}
	if sent != want || len(mails) != want || len(reached) != want {
		b.Fatalf("%d letters sent, %d arrived for %d candidates, want %d", sent, len(mails), len(reached), want)
	}
	for _, entry := range d.List("INBOX") {
		if len(entry.Flags) == 0 {
			b.Fatalf("mail %d is not marked on the server", entry.UID)
		}
	}
	g.wantSound()
	if err := os.RemoveAll(g.dir); err != nil {
		b.Fatal(err)
	}
	return m
}

// runMbsync fetches the backlog with mbsync, and checks that each mail is there.
func runMbsync(b *testing.B, path string, d *dovecotServer, fsync bool) measured {
	b.Helper()
	dir := b.TempDir()
	// A password with blanks and quotes is beyond mbsync's own syntax.
	password := filepath.Join(dir, "password")
	config := filepath.Join(dir, "mbsyncrc")
	sync := map[bool]string{true: "yes", false: "no"}[fsync]
	text := fmt.Sprintf(`FSync %s
IMAPStore far
Host localhost
Port %d
User %s
PassCmd "cat %s"
SSLType IMAPS
CertificateFile %s

MaildirStore near
Path %[6]s/
Inbox %[6]s/INBOX

Channel backlog
Far :far:
Near :near:
Patterns INBOX
Sync Pull
Create Near
SyncState *
`, sync, d.TLSPort, d.User, password, d.Certificate.CAFile, filepath.Join(dir, "mail"))
	for name, content := range map[string]string{password: d.Password + "\n", config: text} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "mail"), 0o700); err != nil {
		b.Fatal(err)
	}
	m := measure(b, os.Environ(), path, "-q", "-c", config, "backlog")

	fetched := 0
	for _, folder := range []string{"cur", "new"} {
		entries, err := os.ReadDir(filepath.Join(dir, "mail", "INBOX", folder))
		if err != nil {
			b.Fatal(err)
		}
		fetched += len(entries)
	}
	if fetched != backlogMails {
		b.Fatalf("mbsync fetched %d mails of %d", fetched, backlogMails)
	}
	if err := os.RemoveAll(dir); err != nil {
		b.Fatal(err)
	}
	return m
}

// measure runs a program that must succeed, and tells how long it took and the
// most memory it held. The kernel's own maximum for a child that has ended
// (ru_maxrss) will not do: it counts what this process held when it forked.
func measure(b *testing.B, env []string, path string, args ...string) measured {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), runLimit)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &out, &out
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var m measured
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			m.took = time.Since(begun)
			if err != nil {
				b.Fatalf("%s: %v\n%s", filepath.Base(path), err, out.Bytes())
			}
			return m
		case <-look.C:
			m.peak = max(m.peak, peakSoFar(cmd.Process.Pid))
		}
	}
}

// peakSoFar is the most memory that a process has held, in bytes; 0 once it ends.
func peakSoFar(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, found := strings.Cut(string(status), "VmHWM:")
	var kib int64
	if !found {
		return 0
	}
	if _, err := fmt.Sscanf(after, "%d kB", &kib); err != nil {
		return 0
	}
	return kib << 10
}

// BenchmarkOneMail is how long a candidate waits for the answer of a daemon that
// has nothing else to do: medians over 30 mails given to LMTP one by one.
//
//   - delivered-ms: from the moment at which the server has taken the mail;
//   - announced-ms: from the moment at which it tells a client that waits in
//     IDLE, as the daemon does. Dovecot takes up to half a second for that.
func BenchmarkOneMail(b *testing.B) {
	d, sink := startDovecot(b), startSink(b)
	g := newProgram(b, d, nil, sink, editionNow, "")
	// Without polling: the server's announcement alone brings the daemon to look.
	config, err := os.ReadFile(g.config)
	g.must(err)
	patient := bytes.Replace(config, []byte(`poll_every = "2s"`), []byte(`poll_every = "10m"`), 1)
	if bytes.Equal(patient, config) {
		b.Fatal("the configuration does not say how often to poll")
	}
	g.must(os.WriteFile(g.config, patient, 0o600))
	g.serve()
	w := watchInbox(b, d)

	var delivered, announced []float64
	milliseconds := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	for b.Loop() {
		for range oneMails {
			n := len(delivered)
			raw := backlogMail(n, time.Now())
			drainTimes(w.announced)
			drainTimes(w.marked)
			taken := d.deliverAt(b, raw)
			told := w.next(b, w.announced, "announcement")
			answer := sink.Delivered(b, n+1, serverDeadline)[n]
			delivered = append(delivered, milliseconds(answer.At.Sub(taken)))
			announced = append(announced, milliseconds(answer.At.Sub(told)))
			// The daemon is back in IDLE, and the server has told all it knew, so
			// that the next mail waits for an announcement of its own.
			w.next(b, w.marked, "mark on the server")
		}
	}
	if list := g.cases(); len(list) != len(delivered) || len(sink.Mails()) != len(delivered) {
		b.Fatalf("%d mails, %d cases, %d letters", len(delivered), len(list), len(sink.Mails()))
	}
	g.wantSound()
	b.ReportMetric(median(delivered), "delivered-ms")
	b.ReportMetric(median(announced), "announced-ms")
	b.ReportMetric(0, "ns/op")
}
