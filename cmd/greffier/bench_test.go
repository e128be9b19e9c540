package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

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

// backlogTaken is when our server took every mail of the backlog.
var backlogTaken = time.Date(2018, time.October, 1, 9, 0, 0, 0, time.UTC)

// measured is one run of a program over the backlog.
type measured struct {
	took    time.Duration
	peak    int64   // resident bytes at most
	letters float64 // a second, from the first arrival to the last; 0: there were none
}

// contender is a way to bring the backlog home.
type contender struct {
	name string
	run  func() measured
}

// BenchmarkBacklog reads a mailbox of 1000 mails of some 20 KB, each with one or
// two attachments from another candidate, into a fresh data folder.
//
//   - answered: serve -once; each mail becomes a case, each candidate gets a
//     letter, half of them with the pack (letters/s is the rate once they leave);
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
	d.AppendAll(raws, backlogTaken)
	contenders := []contender{
		{"answered", func() measured { return runGreffier(b, d, true) }},
		{"silent", func() measured { return runGreffier(b, d, false) }},
		{"mbsync", func() measured { return runMbsync(b, d, mbsync, "no") }},
		{"mbsync-fsync", func() measured { return runMbsync(b, d, mbsync, "yes") }},
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
				rounds[c.name] = append(rounds[c.name], c.run())
			}
		}
	}
	for _, c := range contenders {
		var speeds, peaks, letters []float64
		for _, m := range rounds[c.name] {
			speeds = append(speeds, backlogMails/m.took.Seconds())
			peaks = append(peaks, float64(m.peak)/(1<<20))
			letters = append(letters, m.letters)
		}
		b.Logf("%-12s mails/s in each round %.0f", c.name, speeds)
		b.ReportMetric(median(speeds), c.name+"-mails/s")
		b.ReportMetric(median(speeds)*float64(size)/backlogMails/1e6, c.name+"-MB/s")
		b.ReportMetric(slices.Max(peaks), c.name+"-peak-MiB")
		if rate := median(letters); rate > 0 {
			b.ReportMetric(rate, "letters/s")
		}
	}
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
	m := measure(b, g.env, g.binary, "serve", "-config", g.config, "-once", "-now", "2018-10-01T10:00:00Z")

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
	packs := 0
	for _, mail := range mails {
		reached[mail.To[0]] = true
		if bytes.Contains(mail.Raw, []byte("reglement.pdf")) {
			packs++
		}
	}
	if packs != want/2 {
		b.Fatalf("%d letters carry the pack, want %d", packs, want/2)
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
	if answered {
		m.letters = float64(want-1) / mails[want-1].At.Sub(mails[0].At).Seconds()
	}
	return m
}

// runMbsync fetches the backlog with mbsync, with FSync yes or no, and checks that
// each mail is there.
func runMbsync(b *testing.B, d *dovecotServer, path, fsync string) measured {
	b.Helper()
	dir := b.TempDir()
	// A password with blanks and quotes is beyond mbsync's own syntax.
	password := filepath.Join(dir, "password")
	config := filepath.Join(dir, "mbsyncrc")
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
`, fsync, d.TLSPort, d.User, password, d.Certificate.CAFile, filepath.Join(dir, "mail"))
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
//   - announced-ms: from the moment at which it tells the daemon, which waits in
//     IDLE. Dovecot itself takes half a second to do so.
func BenchmarkOneMail(b *testing.B) {
	d, sink := startDovecot(b), startSink(b)
	relay := startIdleRelay(b, d)
	g := newProgram(b, d, nil, sink, editionNow, "")
	// Over the relay, and without polling: the server's announcement alone brings
	// the daemon to look.
	g.reconfigure(`poll_every = "2s"`, `poll_every = "10m"`)
	g.reconfigure(`security = "tls"`, `security = "none"`)
	g.reconfigure(fmt.Sprintf("port = %d\n", d.TLSPort), fmt.Sprintf("port = %d\n", relay.port))
	g.serve()
	relay.next(b, relay.idle, "IDLE")

	var delivered, announced []float64 // milliseconds
	for b.Loop() {
		for range oneMails {
			n := len(delivered)
			d.Deliver(backlogMail(n, time.Now()))
			taken := time.Now()
			told := relay.next(b, relay.announced, "announcement")
			answer := sink.Delivered(b, n+1, serverDeadline)[n]
			delivered = append(delivered, answer.At.Sub(taken).Seconds()*1e3)
			announced = append(announced, answer.At.Sub(told).Seconds()*1e3)
			relay.next(b, relay.idle, "IDLE")
		}
	}
	if list := g.cases(); len(list) != len(delivered) || len(sink.Mails()) != len(delivered) {
		b.Fatalf("%d mails, %d cases, %d letters", len(delivered), len(list), len(sink.Mails()))
	}
	g.wantSound()
	b.Logf("ms from delivery     %.0f", delivered)
	b.Logf("ms from announcement %.0f", announced)
	b.ReportMetric(median(delivered), "delivered-ms")
	b.ReportMetric(median(announced), "announced-ms")
	b.ReportMetric(0, "ns/op")
}

// reconfigure replaces a text of the configuration, which must be there once.
func (g *program) reconfigure(from, to string) {
	g.t.Helper()
	config, err := os.ReadFile(g.config)
	g.must(err)
	if n := bytes.Count(config, []byte(from)); n != 1 {
		g.t.Fatalf("%q stands %d times in the configuration", from, n)
	}
	g.must(os.WriteFile(g.config, bytes.Replace(config, []byte(from), []byte(to), 1), 0o600))
}

// idleRelay stands between the daemon and Dovecot and notes when the one begins
// to wait in IDLE (RFC 2177) and when the other announces a mail.
type idleRelay struct {
	port            int
	idle, announced chan time.Time
}

// startIdleRelay starts a relay that is stopped when the test ends.
func startIdleRelay(b *testing.B, d *dovecotServer) *idleRelay {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	r := &idleRelay{port: listener.Addr().(*net.TCPAddr).Port, idle: make(chan time.Time, 16), announced: make(chan time.Time, 16)}
	var relaying sync.WaitGroup
	relaying.Go(func() {
		for {
			daemon, err := listener.Accept()
			if err != nil {
				return // stopped
			}
			relaying.Go(func() { r.relay(b, daemon, d.IMAPAddr()) })
		}
	})
	b.Cleanup(func() {
		if err := listener.Close(); err != nil {
			b.Errorf("stop relay: %v", err)
		}
		relaying.Wait()
	})
	return r
}

// relay carries one connection until either side ends it.
func (r *idleRelay) relay(b *testing.B, daemon net.Conn, addr string) {
	defer daemon.Close()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		b.Errorf("relay: %v", err)
		return
	}
	defer server.Close()
	// How the connection ends is for the daemon to judge: each side hears it.
	go func() {
		io.Copy(server, daemon)
		server.Close()
	}()
	waiting := false
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		// Dovecot writes these short lines whole.
		switch said := buf[:n]; {
		case bytes.HasPrefix(said, []byte("+ idling\r\n")):
			waiting = true
			r.idle <- time.Now()
		case waiting && bytes.Contains(said, []byte(" EXISTS\r\n")):
			waiting = false
			r.announced <- time.Now()
		}
		if _, werr := daemon.Write(buf[:n]); err != nil || werr != nil {
			return
		}
	}
}

// next waits for something to happen on the line, and gives the instant.
func (r *idleRelay) next(b *testing.B, event <-chan time.Time, what string) time.Time {
	b.Helper()
	select {
	case at := <-event:
		return at
	case <-time.After(serverDeadline):
		b.Fatalf("no %s after %v", what, serverDeadline)
		return time.Time{}
	}
}

// unmark takes the marks of an earlier run off the mails, so that each run finds
// the mailbox as the candidates left it.
func unmark(b *testing.B, d *dovecotServer) {
	b.Helper()
	s := d.Session(nil)
	defer s.end()
	if _, err := s.Select("INBOX", nil).Wait(); err != nil {
		b.Fatal(err)
	}
	none := &imap.StoreFlags{Op: imap.StoreFlagsSet, Silent: true}
	if err := s.Store(imap.UIDSet{imap.UIDRange{Start: 1}}, none, nil).Close(); err != nil {
		b.Fatal(err)
	}
}

// backlog is n mails from as many candidates.
func backlog(n int) [][]byte {
	raws := make([][]byte, n)
	for i := range raws {
		raws[i] = backlogMail(i, backlogTaken)
	}
	return raws
}

// backlogMail is the mail of candidate i, of some 20 KB: an even one brings all
// pieces in two files, an odd one lacks a piece. No two files are the same.
func backlogMail(i int, sent time.Time) []byte {
	files, size := []string{"Budget prévisionnel.pdf", "RIB.pdf"}, 7000
	if i%2 == 1 {
		files, size = files[:1], 14000
	}
	var m bytes.Buffer
	fmt.Fprintf(&m, "Received: from mail.asso%[1]d.example (mail.asso%[1]d.example [203.0.113.9])\r\n\tby mx.greffier.test with ESMTPS id X%[1]d; %[2]s\r\n", i, sent.Format(time.RFC1123Z))
	fmt.Fprintf(&m, "From: Association %[1]d <contact@asso%[1]d.example>\r\nTo: aap@greffier.test\r\nSubject: Candidature %[1]d\r\n", i)
	fmt.Fprintf(&m, "Message-ID: <candidature.%d@asso%d.example>\r\nDate: %s\r\nMIME-Version: 1.0\r\n", i, i, sent.Format(time.RFC1123Z))
	fmt.Fprintf(&m, "Content-Type: multipart/mixed; boundary=piece\r\n\r\n--piece\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBonjour,\r\n\r\nveuillez trouver notre candidature.\r\n")
	random := rand.New(rand.NewPCG(1, uint64(i)))
	for _, name := range files {
		fmt.Fprintf(&m, "\r\n--piece\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*=utf-8''%s\r\n\r\n", url.PathEscape(name))
		text := base64.StdEncoding.EncodeToString(scannedPDF(random, size))
		for len(text) > 76 {
			m.WriteString(text[:76] + "\r\n")
			text = text[76:]
		}
		m.WriteString(text + "\r\n")
	}
	m.WriteString("--piece--\r\n")
	return m.Bytes()
}

// scannedPDF is a sound PDF around bytes that do not compress, as a scan is.
func scannedPDF(random *rand.Rand, size int) []byte {
	noise := make([]byte, size)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	var pdf bytes.Buffer
	pdf.WriteString("%PDF-1.4\n")
	var offsets []int
	for n, object := range []string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(noise), noise),
	} {
		offsets = append(offsets, pdf.Len())
		fmt.Fprintf(&pdf, "%d 0 obj\n%s\nendobj\n", n+1, object)
	}
	start := pdf.Len()
	fmt.Fprintf(&pdf, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&pdf, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&pdf, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return pdf.Bytes()
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
