package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/smtp"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/cases"
)

// TestDemo: the rehearsal ends as its story says, in 80 columns, and leaves
// nothing behind.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var out, errs bytes.Buffer
	if code := runCommand(t.Context(), terminal{out: &out, err: &errs}, []string{"demo", "-exit"}); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out.String(), errs.String())
	}
	for line := range strings.Lines(out.String()) {
		if n := columnsOf(strings.TrimRight(line, "\n")); n > 79 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if strings.Contains(out.String(), "\x1b") || errs.Len() > 0 {
		t.Errorf("colours or a bar without a terminal: %q", errs.String())
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	for _, want := range []string{
		"30 Nov 17:00:30 late?   hub@centre-val-inclusio… Hub Centre-Val de Loire +7\n",
		"30 Nov 17:04:00 late    contact@normandie-clic.… Hub Normandie +7\n",
		"30 Nov 17:15:00 ----                             dossiers are frozen\n",
		"10 Oct 09:05:00 refused contact@passerelles-loi… 550 no such user here\n",
		"08 Oct 15:00:00 retry   asso@clic-ardennes.exam… 451 busy, try again later\n",
		"HUB18-0001 La Mêlée           admissibility          on_time      7/7 ",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no line %q in\n%s", want, out.String())
		}
	}
}

// rehearse plays a story on a calendar and gives the open rehearsal.
func rehearse(t *testing.T, story []player, calendar []time.Time) *rehearsal {
	t.Helper()
	r := &rehearsal{dir: t.TempDir(), screen: &screen{out: io.Discard}, story: story}
	t.Cleanup(func() {
		if err := r.close(); err != nil {
			t.Error(err)
		}
	})
	if err := r.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.play(t.Context(), calendar); err != nil {
		t.Fatal(err)
	}
	return r
}

// state is all that a rehearsal comes to, but for what names this run: the key
// of its data folder and the instants of second attempts.
func (r *rehearsal) state(t *testing.T) string {
	t.Helper()
	list, err := r.daemon.store.Cases(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	letters, err := r.daemon.store.Outbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range letters {
		letters[i].MessageID, letters[i].SHA256, letters[i].SentAt = "", "", nil
	}
	waiting, err := r.daemon.store.Waiting(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var mails []cases.MailSheet
	for _, c := range list {
		sheet, err := r.daemon.store.Case(t.Context(), c.Ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range sheet.Mails {
			m.RawSHA256 = "" // a reply quotes the Message-ID of a letter
			mails = append(mails, m)
		}
	}
	text, err := json.MarshalIndent([]any{list, mails, letters, waiting}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDemoAnyCalendar: how often the daemon looks changes nothing, so long as
// it looks when something falls due.
func TestDemoAnyCalendar(t *testing.T) {
	var mondays []time.Time
	for _, day := range everyMorning() {
		if day.Weekday() == time.Monday {
			mondays = append(mondays, day)
		}
	}
	var daily, sparse []string
	t.Run("calendars", func(t *testing.T) {
		t.Run("every morning", func(t *testing.T) {
			t.Parallel()
			daily = strings.Split(rehearse(t, demoStory(), everyMorning()).state(t), "\n")
		})
		t.Run("on Mondays", func(t *testing.T) {
			t.Parallel()
			sparse = strings.Split(rehearse(t, demoStory(), mondays).state(t), "\n")
		})
	})
	for i := range min(len(daily), len(sparse)) {
		if daily[i] != sparse[i] {
			t.Fatalf("every morning:\n%s\non Mondays:\n%s", strings.Join(daily[max(0, i-5):i+1], "\n"), strings.Join(sparse[max(0, i-5):i+1], "\n"))
		}
	}
	if len(daily) != len(sparse) {
		t.Errorf("%d lines every morning, %d on Mondays", len(daily), len(sparse))
	}
}

// TestDemoSaysWhatWentWrong: each thing that did not go as the story says is
// named.
func TestDemoSaysWhatWentWrong(t *testing.T) {
	at := autumn(10, 1, 10, 0, 0)
	story := []player{
		{stands: "ends otherwise", address: "a@a.example", mails: []storyMail{{from: "a@a.example", at: at, subject: "Hub A"}}, ends: received("pack ack")},
		{stands: "has a case", address: "b@b.example", mails: []storyMail{{from: "b@b.example", at: at, subject: "Hub B"}}},
		{stands: "has none", address: "c@c.example", ends: received("pack"), hears: "closed"},
		{stands: "waits", address: "d@d.example", mails: []storyMail{{from: "d@d.example", at: at, subject: "HUB18-0001"}}, hears: "waiting"},
	}
	r := rehearse(t, story, nil)
	wrong, err := r.judge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"HUB18-0001, a@a.example (ends otherwise):",
		"b@b.example (has a case) has 1 cases, the story wants 0",
		"c@c.example (has none) has 0 cases, the story wants 1",
		`c@c.example (has none) hears "" outside of a case, the story wants "closed"`,
		`equipe@cdc.example hears "digest×`,
		`waiting for staff are ["d@d.example: HUB18-0001"], the story wants []`,
	} {
		if !strings.Contains(fmt.Sprint(wrong), want) {
			t.Errorf("not said: %s\n%v", want, wrong)
		}
	}
}

// TestDemoStaysUp: after its table, the demo answers who writes to it until it
// is stopped.
func TestDemoStaysUp(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out growing
	r := &rehearsal{dir: t.TempDir(), screen: &screen{out: &out}, story: []player{
		{stands: "signals itself", address: "a@a.example", mails: []storyMail{{from: "a@a.example", at: autumn(11, 28, 10, 0, 0), subject: "Hub A"}},
			ends: ending{phase: cases.NotDeposited, pieces: "0/7", letters: "pack closed"}},
		{stands: "staff", address: demoTeam, hears: "digest×11"},
	}}
	over := make(chan error, 1)
	go func() { over <- r.run(ctx, false) }()
	server := out.await(t, `--server (127\.0\.0\.1:\d+)`)[1]
	out.await(t, `Ctrl-C ends it`)
	raw := []byte("From: Moi <moi@visite.example>\r\nTo: <" + demoMailbox + ">\r\nSubject: =?utf-8?q?Une_visit=C3=A9?=\r\nMessage-ID: <1@visite.example>\r\n\r\nBonjour\r\n")
	if err := smtp.SendMail(server, nil, "moi@visite.example", []string{demoMailbox}, raw); err != nil {
		t.Fatal(err)
	}
	out.await(t, `01 Dec 09:\d\d:\d\d late    moi@visite\.example +Une visité\n`)
	out.await(t, `01 Dec 09:\d\d:\d\d out     moi@visite\.example +Aucun appel`)
	if err := smtp.SendMail(server, nil, "moi@visite.example", []string{"autre@cdc.example"}, raw); err == nil {
		t.Error("the server takes mail for others")
	}
	stop()
	if err := errors.Join(<-over, r.close()); err != nil {
		t.Error(err)
	}
	if !strings.Contains(out.text(), "Everything went as it must.\n") {
		t.Errorf("not a word of how it went:\n%s", out.text())
	}
}

// growing is a stream that a test reads while a command writes it.
type growing struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (g *growing) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.buf.Write(p)
}

func (g *growing) text() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.buf.String()
}

// await waits until the stream holds what a pattern matches.
func (g *growing) await(t *testing.T, pattern string) []string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if m := re.FindStringSubmatch(g.text()); m != nil {
			return m
		}
	}
	t.Fatalf("no %s in\n%s", pattern, g.text())
	return nil
}
