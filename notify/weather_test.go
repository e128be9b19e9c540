package notify

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

// TestGreylisting: refused at the first sight, taken minutes later by the
// calendar, whatever the clock of the machine.
func TestGreylisting(t *testing.T) {
	server, m := &sea{waves: []wave{{at: "RCPT", what: "451 4.7.1 come back in five minutes", times: 2}}}, newMemory(t)
	s := seaSender(t, m, server.start(t), nil)
	l := m.owe("contact@lamelee.example", nil)
	deliver(t, s)
	deliver(t, s)
	m.want(l, cases.LetterRetrying, "temporary 451") // not due yet
	m.pass(2 * time.Minute)
	deliver(t, s)
	m.want(l, cases.LetterRetrying, "temporary 451", "temporary 451")
	m.pass(7 * time.Minute)
	deliver(t, s)
	m.want(l, cases.LetterSent, "temporary 451", "temporary 451", "delivered")
	if n := len(server.got("")); n != 1 {
		t.Errorf("%d copies", n)
	}
}

// TestSize: the server is told the size of a letter; one that it cannot take is
// not even named to it.
func TestSize(t *testing.T) {
	server, m := &sea{offers: []string{"SIZE 100000", "8BITMIME"}}, newMemory(t)
	s := seaSender(t, m, server.start(t), nil)
	big := m.owe("contact@lamelee.example", func(l *cases.Letter) { l.Facts.Subject = strings.Repeat("long ", 60_000) })
	small := m.owe("contact@ping.example", nil)
	deliver(t, s)
	size := len(assemble(t, big.wording.Segments, nil))
	m.want(big, cases.LetterRefused, fmt.Sprintf("permanent too big: the letter has %d bytes, our server takes 100000 at most", size))
	m.want(small, cases.LetterSent, "delivered")
	if n := server.heard("MAIL"); n != 1 {
		t.Errorf("%d letters were named to the server", n)
	}
	if want := fmt.Sprintf("MAIL FROM:<aap@example.org> SIZE=%d BODY=8BITMIME", len(assemble(t, small.wording.Segments, nil))); server.heard(strings.ToUpper(want)) != 1 {
		t.Errorf("not heard: %s", want)
	}
}

// TestSlowServer: one byte at a time is slow, but within the limits.
func TestSlowServer(t *testing.T) {
	server, m := &sea{slow: 2 * time.Millisecond, offers: []string{"SIZE 1000000"}}, newMemory(t)
	s := seaSender(t, m, server.start(t), nil)
	for i := range 3 {
		m.owe(fmt.Sprintf("c%d@lamelee.example", i), nil)
	}
	deliver(t, s)
	for i := range 3 {
		m.want(m.find(int64(i+1)), cases.LetterSent, "delivered 250 taken")
	}
	if n := server.connections(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

// TestHundredLetters: one connection carries them all, and a refusal in the
// middle disturbs neither the letters before nor those after it.
func TestHundredLetters(t *testing.T) {
	server, m := &sea{waves: []wave{{at: "RCPT", what: "250 well", times: 50}, {at: "RCPT", what: "550 5.1.1 no such user"}}}, newMemory(t)
	s := seaSender(t, m, server.start(t), nil)
	for i := range 100 {
		m.owe(fmt.Sprintf("c%d@d%d.example", i, i), func(l *cases.Letter) {
			l.CaseID = int64(i + 1)
			l.MessageID = fmt.Sprintf("greffier.%026d@example.org", i)
		})
	}
	deliver(t, s)
	ids := make(map[string]int)
	for _, r := range server.got("") {
		ids[messageID(r.raw)]++
	}
	if len(ids) != 99 || server.connections() != 1 {
		t.Errorf("%d letters over %d connections", len(ids), server.connections())
	}
	for id, n := range ids {
		if n != 1 {
			t.Errorf("%s arrived %d times", id, n)
		}
	}
	m.want(m.find(51), cases.LetterRefused, "permanent 550 5.1.1")
}

// TestIdleDrop: a server that hangs up between letters, with or without a word,
// costs no letter an attempt.
func TestIdleDrop(t *testing.T) {
	for _, last := range []string{hangUp, "421 idle for too long", stall, "well"} {
		t.Run(strings.Trim(last, "\x00"), func(t *testing.T) {
			t.Parallel()
			server, m := &sea{}, newMemory(t)
			srv := server.start(t)
			srv.Patience = Patience{Command: 400 * time.Millisecond, Quit: 50 * time.Millisecond}
			s := seaSender(t, m, srv, nil)
			for _, at := range []string{"RSET", "MAIL"} {
				first := m.owe("contact@lamelee.example", nil)
				deliver(t, s)
				m.want(first, cases.LetterSent, "delivered")
				server.mu.Lock()
				server.waves = []wave{{at: at, what: last}}
				server.mu.Unlock()
				second := m.owe("contact@ping.example", nil)
				deliver(t, s)
				m.want(second, cases.LetterSent, "delivered")
			}
			if n := len(server.got("")); n != 4 {
				t.Errorf("%d letters arrived, want 4", n)
			}
		})
	}
}

// TestCertificates: no letter and no password goes to a server that cannot show
// who it is, or that does not secure the connection.
func TestCertificates(t *testing.T) {
	ours, theirs := newCertificates(t), newCertificates(t)
	for _, c := range []struct {
		name   string
		cert   *tls.Config
		offers string
		answer string
	}{
		{"good", ours.leaf(t, "127.0.0.1", time.Hour), "STARTTLS", ""},
		{"expired", ours.leaf(t, "127.0.0.1", -time.Hour), "STARTTLS", "expired"},
		{"another name", ours.leaf(t, "smtp.example.net", time.Hour), "STARTTLS", "127.0.0.1"},
		{"unknown authority", theirs.leaf(t, "127.0.0.1", time.Hour), "STARTTLS", "unknown authority"},
		{"STARTTLS stripped", ours.leaf(t, "127.0.0.1", time.Hour), "8BITMIME", "does not offer STARTTLS"},
		{"no TLS behind STARTTLS", nil, "STARTTLS", "not look like a TLS handshake"},
	} {
		for _, security := range []string{"starttls", "tls"} {
			if security == "tls" && (c.cert == nil || c.offers != "STARTTLS") {
				continue
			}
			t.Run(c.name+" "+security, func(t *testing.T) {
				server, m := &sea{offers: []string{c.offers, "AUTH PLAIN"}, tls: c.cert, direct: security == "tls"}, newMemory(t)
				srv := server.start(t)
				srv.Security, srv.TLS, srv.Username, srv.Password = security, ours.trust(), "aap", func() (string, error) { return "secret", nil }
				s := seaSender(t, m, srv, nil)
				l := m.owe("contact@lamelee.example", nil)
				deliver(t, s)
				if c.answer == "" {
					m.want(l, cases.LetterSent, "delivered")
					return
				}
				m.want(l, cases.LetterRetrying, "temporary no connection: ")
				if _, err := s.Trouble(); err == nil || !strings.Contains(err.Error(), c.answer) {
					t.Errorf("trouble: %v", err)
				}
				if server.heard("AUTH") > 0 || server.heard("MAIL") > 0 {
					t.Error("the server heard our password, or of the letter")
				}
				if err := srv.Check(t.Context()); err == nil || !strings.Contains(err.Error(), c.answer) {
					t.Errorf("check: %v", err)
				}
			})
		}
	}
}

// TestNullSender: a server that takes no null sender takes the other letters.
func TestNullSender(t *testing.T) {
	server, m := &sea{waves: []wave{{at: "MAIL", what: "550 5.7.1 sender must be yours"}}}, newMemory(t)
	s := seaSender(t, m, server.start(t), nil)
	null := m.owe("contact@lamelee.example", func(l *cases.Letter) { l.EnvelopeFrom = "" })
	next := m.owe("contact@ping.example", nil)
	deliver(t, s)
	m.want(null, cases.LetterRetrying, "temporary 550")
	m.want(next, cases.LetterSent, "delivered")
}

// TestOursIsNeverGivenUp: letters outlive weeks in which our login is refused,
// and leave within the hour once it is mended.
func TestOursIsNeverGivenUp(t *testing.T) {
	for _, w := range []wave{{"MAIL", "550 5.7.1 account suspended", -1}, {"RCPT", "554 5.7.1 Relay access denied", -1}, {"greeting", "554 not you", -1}} {
		server, m := &sea{waves: []wave{w}}, newMemory(t)
		s := seaSender(t, m, server.start(t), nil)
		l := m.owe("contact@lamelee.example", nil)
		for range 40 {
			deliver(t, s)
			m.pass(12 * time.Hour)
		}
		if got := m.read(l); got.State != cases.LetterRetrying || got.begun < giveUpAttempts {
			t.Errorf("%s: %s after %d attempts", w.what, got.State, got.begun)
		}
		deliver(t, s)
		server.calm()
		m.pass(20 * time.Minute)
		deliver(t, s)
		if got := m.read(l); got.State != cases.LetterSent {
			t.Errorf("%s: %s after it was mended", w.what, got.State)
		}
	}
}

// TestUnheard: while no answer ever comes, a reader is not flooded: ten copies
// in twelve days at most.
func TestUnheard(t *testing.T) {
	server, m := &sea{waves: []wave{{at: "end", what: hangUp, times: -1}}}, newMemory(t)
	s := seaSender(t, m, server.start(t), nil)
	l := m.owe("contact@lamelee.example", nil)
	for range 12 * 24 * 2 {
		deliver(t, s)
		m.pass(30 * time.Minute)
	}
	got := server.got("")
	if len(got) < 5 || len(got) > 18 || len(got) != m.read(l).begun {
		t.Errorf("%d copies after %d attempts", len(got), m.read(l).begun)
	}
	for _, r := range got {
		if r.raw != got[0].raw {
			t.Error("the copies differ")
		}
	}
}

// TestStop: once the context ends, no letter is begun; the letter in hand has
// Grace to arrive, and no more than that.
func TestStop(t *testing.T) {
	for _, c := range []struct {
		name  string
		grace time.Duration
		waves []wave
		log   []string
		state cases.LetterState
	}{
		{"with grace", 20 * time.Second, nil, []string{"delivered"}, cases.LetterSent},
		{"with grace, refused", 20 * time.Second, []wave{{at: "end", what: "550 no"}}, []string{"permanent 550 no"}, cases.LetterRefused},
		{"with grace, refused for now", 20 * time.Second, []wave{{at: "end", what: "451 later"}}, []string{"temporary 451 later"}, cases.LetterRetrying},
		{"without grace", 0, nil, []string{"temporary broken off: we stopped"}, cases.LetterRetrying},
		{"grace too short", 50 * time.Millisecond, []wave{{at: "end", what: stall}}, []string{"unknown "}, cases.LetterRetrying},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server, m := &sea{waves: c.waves, slow: 30 * time.Millisecond}, newMemory(t)
			ctx, cancel := context.WithCancel(t.Context())
			s := seaSender(t, m, server.start(t), func(cfg *SenderConfig) { cfg.Grace = c.grace })
			l := m.owe("contact@lamelee.example", nil)
			next := m.owe("contact@ping.example", nil)
			done := make(chan error, 1)
			go func() { done <- s.Run(ctx) }()
			until := func() bool { return server.heard("MAIL") == 1 }
			if c.waves != nil && c.waves[0].what == stall {
				until = func() bool { return len(server.got("")) == 1 }
			}
			wait(t, until)
			cancel()
			select {
			case err := <-done:
				if err != nil {
					t.Errorf("run: %v", err)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("the loop does not end")
			}
			m.want(l, c.state, c.log...)
			m.want(next, cases.LetterOwed)
		})
	}
}
