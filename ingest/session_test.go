package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"greffier/ingest"
)

// TestIdlePicksUpNewMail: behaviour 7.
func TestIdlePicksUpNewMail(t *testing.T) {
	srv := startServer(t)
	h := newHouse(t, srv.port)
	h.cfg.PollEvery = time.Hour
	run(t, h.session())
	for n := 1; n <= 3; n++ {
		// The embedded server tells an IDLE only of what comes after its start.
		await(t, "the session to wait", func() bool { return srv.said.count("+ idling") == n })
		time.Sleep(20 * time.Millisecond)
		srv.deliver(letter(n))
		await(t, "a mail announced by IDLE", func() bool { return h.filed() == n })
	}
}

func TestPollWithoutIdle(t *testing.T) {
	srv := startScripted(t, &scripted{greet: true, mails: map[uint32]string{1: letter(1)}})
	h := newHouse(t, srv.port)
	h.cfg.PollEvery = 20 * time.Millisecond
	run(t, h.session())
	await(t, "several polls", func() bool { return srv.count("UID SEARCH") > 5 })
	if h.filed() != 1 || srv.count("UID FETCH") != 3 {
		t.Errorf("%d filed by %d fetches, want 1 by 3 (size, body, one list of the folder)", h.filed(), srv.count("UID FETCH"))
	}
}

func TestKickLooksNow(t *testing.T) {
	srv := startScripted(t, &scripted{greet: true})
	h := newHouse(t, srv.port)
	h.cfg.PollEvery = time.Hour
	s := h.session()
	run(t, s)
	await(t, "first reading", h.readToEnd)
	before := srv.count("UID SEARCH")
	s.Kick()
	await(t, "reading after Kick", func() bool { return srv.count("UID SEARCH") > before })
}

func TestSilentServer(t *testing.T) {
	for name, srv := range map[string]*scripted{
		"no greeting":        {},
		"no login answer":    {greet: true, silence: func(cmd string) bool { return strings.HasPrefix(cmd, "AUTH") }},
		"no select answer":   {greet: true, silence: func(cmd string) bool { return strings.HasPrefix(cmd, "SELECT") }},
		"no search answer":   {greet: true, silence: func(cmd string) bool { return strings.HasPrefix(cmd, "UID SEARCH") }},
		"no fetch answer":    {greet: true, mails: map[uint32]string{1: letter(1)}, silence: func(cmd string) bool { return strings.HasPrefix(cmd, "UID FETCH") }},
		"stuck in a body":    {greet: true, mails: map[uint32]string{1: letter(1)}, bodies: stuck},
		"no farewell at all": {greet: true, silence: func(cmd string) bool { return strings.HasPrefix(cmd, "LOGOUT") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			startScripted(t, srv)
			h := newHouse(t, srv.port)
			s := h.session()
			s.Quick(100 * time.Millisecond)
			done := make(chan error, 1)
			go func() { done <- s.Once(t.Context()) }()
			select {
			case err := <-done:
				if wanted := name == "no farewell at all"; (err == nil) != wanted {
					t.Errorf("Once: %v", err)
				}
			case <-time.After(30 * time.Second):
				t.Fatal("Once hangs on a silent server")
			}
		})
	}
}

// stuck begins a body and goes silent until the client leaves.
func stuck(b *body) bool {
	fmt.Fprintf(b.w, "* %d FETCH (UID %d BODY[] {1000}\r\nFrom: x", b.uid, b.uid)
	b.w.Flush()
	time.Sleep(150 * time.Millisecond)
	return true
}

// A quiet line is no trouble: between readings the server owes no answer.
func TestQuietLineIsKept(t *testing.T) {
	srv := startServer(t)
	h := newHouse(t, srv.port)
	h.cfg.PollEvery = time.Hour
	var troubles atomic.Int32
	h.cfg.Trouble = func(ingest.Trouble, error) { troubles.Add(1) }
	s := h.session()
	s.Quick(100 * time.Millisecond)
	s.KeepAlive(400 * time.Millisecond) // the line is tried without any mail
	run(t, s)
	await(t, "first reading", h.readToEnd)
	time.Sleep(time.Second)
	if n := troubles.Load(); n != 0 {
		t.Errorf("%d troubles told on a quiet line", n)
	}
}

func TestContextEndsPromptly(t *testing.T) {
	for name, srv := range map[string]*scripted{
		"no greeting":     {},
		"waiting to poll": {greet: true},
		"stuck in a body": {greet: true, mails: map[uint32]string{1: letter(1)}, bodies: func(b *body) bool { stuck(b); time.Sleep(time.Second); return true }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			startScripted(t, srv)
			h := newHouse(t, srv.port)
			s := h.session()
			s.Quick(time.Minute)
			stop := run(t, s)
			time.Sleep(200 * time.Millisecond)
			stop() // fails if it takes long
		})
	}
}

func TestWrongPassword(t *testing.T) {
	srv := startServer(t)
	srv.deliver(letter(1))
	h := newHouse(t, srv.port)
	var mu sync.Mutex
	var told []string
	tries, right := 0, "wrong"
	h.cfg.Password = func() (string, error) {
		mu.Lock()
		defer mu.Unlock()
		tries++
		return right, nil
	}
	h.cfg.Trouble = func(kind ingest.Trouble, err error) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, string(kind))
		if strings.Contains(err.Error(), right) {
			t.Errorf("the error tells the password: %v", err)
		}
	}
	h.cfg.Recovered = func(kind ingest.Trouble) { mu.Lock(); defer mu.Unlock(); told = append(told, "no more "+string(kind)) }
	if err := h.session().Once(t.Context()); err == nil {
		t.Error("Once succeeds with a wrong password")
	}
	if err := h.session().Check(t.Context()); err == nil {
		t.Error("Check succeeds with a wrong password")
	}
	mu.Lock()
	told, tries = nil, 0
	mu.Unlock()
	s := h.session()
	s.RetryLogin(time.Hour)
	run(t, s)
	await(t, "the trouble", func() bool { mu.Lock(); defer mu.Unlock(); return len(told) == 1 })
	time.Sleep(100 * time.Millisecond)
	mu.Lock()
	if tries != 1 {
		t.Errorf("%d logins tried within moments", tries)
	}
	right = password
	mu.Unlock()
	s.Kick()
	await(t, "the mail filed with the right password", func() bool { return h.filed() == 1 })
	await(t, "the trouble to end", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return slices.Equal(told, []string{"imap_login", "no more imap_login"})
	})
}

func TestCheck(t *testing.T) {
	srv := startServer(t)
	h := newHouse(t, srv.port)
	if err := h.session().Check(t.Context()); err != nil {
		t.Error(err)
	}
	h.cfg.Folder = "Nowhere"
	if err := h.session().Check(t.Context()); err == nil {
		t.Error("a folder that does not exist passes")
	}
}
