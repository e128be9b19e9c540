package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/ingest"
)

const (
	mailbox  = "AAP-Hubsinclusifs@caissedesdepots.fr"
	username = "greffe"
	password = "s3cret"
)

// server is an embedded IMAP server with one user.
type server struct {
	t    *testing.T
	user *imapmemserver.User
	port int
	said *transcript
}

// transcript counts what goes over the line.
type transcript struct {
	mu   sync.Mutex
	text []byte
}

func (w *transcript) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, p...)
	return len(p), nil
}

func (w *transcript) count(s string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Count(w.text, []byte(s))
}

func startServer(t *testing.T, caps ...imap.Cap) *server {
	t.Helper()
	set := imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}, imap.CapMove: {}, imap.CapESearch: {}}
	if caps != nil {
		set = imap.CapSet{imap.CapIMAP4rev1: {}}
		for _, c := range caps {
			set[c] = struct{}{}
		}
	}
	user := imapmemserver.NewUser(username, password)
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory := imapmemserver.New()
	memory.AddUser(user)
	said := new(transcript)
	srv := imapserver.New(&imapserver.Options{
		DebugWriter: said,
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps: set, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
	listener := listen(t)
	done := make(chan error, 1)
	go func() { done <- srv.Serve(listener) }()
	t.Cleanup(func() {
		if err := srv.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
		<-done
	})
	return &server{t: t, user: user, said: said, port: listener.Addr().(*net.TCPAddr).Port}
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var arrived = time.Date(2018, 11, 20, 10, 0, 0, 0, time.UTC)

// literal is a mail to append.
type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

func (s *server) deliver(raw string) {
	s.t.Helper()
	if _, err := s.user.Append("INBOX", literal{strings.NewReader(raw)}, &imap.AppendOptions{Time: arrived}); err != nil {
		s.t.Fatal(err)
	}
}

// replaceInbox makes the folder anew: another UIDVALIDITY.
func (s *server) replaceInbox() {
	s.t.Helper()
	if err := errors.Join(s.user.Delete("INBOX"), s.user.Create("INBOX", nil)); err != nil {
		s.t.Fatal(err)
	}
}

// flags gives the flags of each mail of a folder, in lower case.
func (s *server) flags(folder string) [][]string {
	s.t.Helper()
	c, err := imapclient.DialInsecure(net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(username, password).Wait(); err != nil {
		s.t.Fatal(err)
	}
	selected, err := c.Select(folder, nil).Wait()
	if err != nil {
		s.t.Fatal(err)
	}
	var out [][]string
	if selected.NumMessages == 0 {
		return out
	}
	messages, err := c.Fetch(imap.SeqSet{{Start: 1}}, &imap.FetchOptions{Flags: true}).Collect()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range messages {
		var flags []string
		for _, f := range m.Flags {
			flags = append(flags, strings.ToLower(string(f)))
		}
		out = append(out, flags)
	}
	return out
}

// house is a store in a folder of its own, and what is read into it.
type house struct {
	t     testing.TB
	store *store.Store
	cfg   ingest.Config
}

func newHouse(t testing.TB, port int) *house {
	t.Helper()
	call := &cases.Call{
		ID: "hubs-2018", Name: "Hubs", Reference: "HUB18", Location: time.UTC,
		Opens: time.Date(2018, 9, 13, 0, 0, 0, 0, time.UTC), Deadline: time.Date(2018, 11, 30, 16, 0, 0, 0, time.UTC),
	}
	now := func() time.Time { return arrived.Add(time.Hour) }
	s, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "data"), store.Options{Mailbox: mailbox, Calls: cases.Calls{call}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &house{t: t, store: s, cfg: ingest.Config{
		Mailbox: mailbox, Host: "127.0.0.1", Port: port, Security: "none", Username: username,
		Password: func() (string, error) { return password, nil },
		Folder:   "INBOX", PollEvery: time.Minute, MaxSize: 60_000_000, Now: now,
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}}
}

func (h *house) session() *ingest.Session {
	s := ingest.New(h.cfg, h.store, ingest.ArchiveOf(h.store.Archive))
	s.Quick(5 * time.Second)
	return s
}

// read reads the mailbox once, to its end.
func (h *house) read() {
	h.t.Helper()
	if err := h.session().Once(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// filed gives how many mails are filed; nothing assesses them here.
func (h *house) filed() int { h.t.Helper(); return len(h.unassessed()) }

func (h *house) unassessed() []cases.Unassessed {
	h.t.Helper()
	mails, err := h.store.ToAssess(context.Background(), 10_000)
	if err != nil {
		h.t.Fatal(err)
	}
	return mails
}

func (h *house) aside() []cases.AsideMail {
	h.t.Helper()
	list, err := h.store.Aside(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func (h *house) readToEnd() bool {
	h.t.Helper()
	pulse, err := h.store.Pulse(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	return !pulse.LastReading.IsZero()
}

// await waits until a condition holds; only a defect makes it wait to the end.
func await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("still waiting: %s", what)
		}
	}
}

// run runs a Session until the test ends, and checks that it then stops.
func run(t *testing.T, s *ingest.Session) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(5 * time.Second):
			t.Error("Run does not end when its context does")
		}
	})
	t.Cleanup(stop)
	return stop
}

// letter makes a small mail.
func letter(n int) string {
	return crlf(fmt.Sprintf(`Received: from out.example (out.example [192.0.2.1]) by mx.caissedesdepots.fr; Tue, 20 Nov 2018 10:59:%02d +0100
From: Asso %d <asso%d@example.org>
To: %s
Subject: Candidature %d
Date: Tue, 20 Nov 2018 10:58:00 +0100
Message-ID: <m%d@example.org>

Bonjour, voici notre candidature.
`, n%60, n, n, mailbox, n, n))
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
