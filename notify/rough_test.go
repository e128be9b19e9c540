package notify

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

// A storm is one behaviour of a server and what becomes of the letter in hand:
// its first attempt, whether the others wait, and how often it arrives in all.
type storm struct {
	at, what string
	outcome  string // the beginning of outcome and answer
	trouble  bool   // it is no fault of the letter: the round stops
	copies   int    // that arrive in the end
}

// storms: the letter's fault is what the server says of the reader (RCPT), of
// the letter (after its end), or of its size. All else is the connection's.
func storms() []storm {
	out := []storm{
		{"MAIL", "550 5.7.1 not with this sender", "temporary 550 5.7.1 not with", true, 1},
		{"MAIL", "451 slowly", "temporary 451 slowly", true, 1},
		{"MAIL", "452 4.3.1 disk full", "temporary 452 4.3.1", true, 1},
		{"MAIL", "530 5.7.0 who are you?", "temporary 530 ", true, 1},
		{"MAIL", "552 5.3.4 too big", "permanent 552 5.3.4 too big", false, 0},
		{"RCPT", "550 5.1.1 no such user", "permanent 550 5.1.1 no such user", false, 0},
		{"RCPT", "550-5.1.1 no\r\n550 such user", "permanent 550 5.1.1 no such user", false, 0},
		{"RCPT", "550 5.1.1 User unknown in relay recipient table", "permanent 550 5.1.1 ", false, 0},
		{"RCPT", "550", "permanent 550", false, 0},
		{"RCPT", "552 5.2.2 mailbox full", "permanent 552 ", false, 0},
		{"RCPT", "451 4.7.1 greylisted", "temporary 451 4.7.1", false, 1},
		{"RCPT", "452 4.5.3 too many recipients", "temporary 452 4.5.3", false, 1},
		{"RCPT", "554 5.7.1 Relay access denied", "temporary 554 5.7.1", true, 1},
		{"RCPT", "554 5.7.1 <contact@lamelee.example>: Relay access denied", "temporary 554 5.7.1", true, 1},
		{"RCPT", "contact@lamelee.example is welcome", "temporary connection lost: answer not understood: ", true, 1},
		{"end", "contact@lamelee.example is happy", "unknown ", true, 2},
		{"RCPT", "454 4.7.1 Relay access denied", "temporary 454 4.7.1", true, 1},
		{"RCPT", "554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied", "temporary 554 5.7.1", true, 1},
		{"RCPT", "553 5.7.1 Sender address rejected: not owned by user aap", "temporary 553 5.7.1", true, 1},
		{"RCPT", "502 not implemented", "temporary 502 ", true, 1},
		{"DATA", "451 later", "temporary 451 later", false, 1},
		{"DATA", "554 no valid recipients", "temporary 554 ", true, 1},
		{"DATA", "250 well", "temporary connection lost: the server takes", true, 1},
		{"end", "451 later", "temporary 451 later", false, 1},
		{"end", "554 5.6.0 not this", "permanent 554 5.6.0", false, 1},
		{"end", "552 5.3.4 too big", "permanent 552 ", false, 1},
		{"end", "251 taken, somehow", "delivered 251 ", false, 1},
		{"end", "250", "delivered 250", false, 1},
		{"end", "250-taken\r\n250-and\r\n250 well", "delivered 250 taken and well", false, 1},
		{"end", "354 go on", "unknown ", true, 2},
		{"end", "well done", "unknown the whole letter was handed over, but no answer came: answer not understood", true, 2},
		{"end", endless, "unknown ", true, 2},
		{"end", stall, "unknown ", true, 2},
		{"end", hangUp, "unknown ", true, 2},
		{"end", "421 down", "temporary 421 down", true, 2},
		{"end", "250 taken\r\n550 or not", "delivered 250 taken", false, 1},
		{"RCPT", "250 well\r\n550 or not", "temporary connection lost: the server speaks before", true, 1},
		{"DATA", "354 go on\r\n250 taken", "temporary broken off before its end: the server speaks before", true, 1},
		{"body", "552 5.3.4 too big already", "permanent 552 5.3.4", false, 0},
		{"body", "421 down", "temporary 421 down", true, 1},
		{"body", hangUp, "temporary broken off before its end", true, 1},
		{"body", stall, "temporary broken off before its end", true, 1},
		{"EHLO", "502 what?", "delivered", false, 1}, // HELO does
		{"greeting", "554 not you", "temporary no connection: 554", true, 1},
		{"greeting", "450 later", "temporary no connection: 450", true, 1},
		{"STARTTLS", "454 no TLS now", "temporary no connection: 454", true, 1},
		{"STARTTLS", "501 no", "temporary no connection: 501", true, 1},
		{"STARTTLS", "220 go on\r\n250 injected", "delivered 250 taken", false, 1}, // what came before the handshake is forgotten
		{"AUTH", "454 later", "temporary no connection: 454", true, 1},
		{"AUTH", "535 5.7.8 wrong", "temporary no connection: 535", true, 1},
		{"AUTH", "535", "temporary no connection: 535", true, 1},
		{"AUTH", "334 !!!", "temporary no connection: ", true, 1},
		{"AUTH", "250 well", "temporary no connection: 250", true, 1},
	}
	for _, at := range []string{"greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"} {
		before := "temporary no connection: "
		switch at {
		case "MAIL", "RCPT", "DATA":
			before = "temporary connection lost: "
		}
		for _, what := range []string{hangUp, stall, endless, "well"} {
			if at == "EHLO" && what == "well" {
				continue // then HELO does
			}
			out = append(out, storm{at, what, before, true, 1})
		}
		if at != "EHLO" {
			down := "temporary 421 down"
			if before == "temporary no connection: " {
				down = "temporary no connection: 421 down"
			}
			out = append(out, storm{at, "421 down", down, true, 1})
		}
	}
	for _, at := range []string{"MAIL", "RCPT"} {
		out = append(out, storm{at, "354 go on", "temporary answer out of place: 354", true, 1})
	}
	return append(out, storm{"EHLO", "421 down", "temporary no connection: 421 down", true, 1})
}

// seaSender makes a sender that tries again soon.
func seaSender(t *testing.T, m *memory, srv Server, change func(*SenderConfig)) *Sender {
	t.Helper()
	cfg := SenderConfig{Server: srv, Now: m.Now, Grace: 10 * time.Second, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Pause: func(int) time.Duration { return 20 * time.Millisecond }}
	if change != nil {
		change(&cfg)
	}
	s, err := NewSender(m, testLetters(t, nil), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.closeIdle(true) })
	return s
}

// healing runs the sender as the daemon does while the calendar goes on, until
// a letter has that state; then it is stopped.
func healing(t *testing.T, s *Sender, m *memory, l *stored, want cases.LetterState) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	for range 2000 {
		if m.read(l).State == want {
			break
		}
		m.pass(time.Minute)
		s.Kick()
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("run: %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the loop does not end")
	}
	if got := m.read(l); got.State != want {
		t.Errorf("letter %d to end %s: %s after %q", l.ID, want, got.State, got.log)
	}
}

// TestRoughSea: whatever the server does once, the letter in hand ends as it
// must, the next ones leave, and none arrives twice but after an unknown
// outcome (or a refusal of what had arrived), with the same bytes.
func TestRoughSea(t *testing.T) {
	for i, c := range storms() {
		name := strings.NewReplacer("\x00", "", "\r\n", "|", "/", " ").Replace(fmt.Sprintf("%d %s %.24s", i, c.at, c.what))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, m := &sea{waves: []wave{{at: c.at, what: c.what}}}, newMemory(t)
			if c.at == "EHLO" && !strings.HasPrefix(c.outcome, "delivered") {
				server.waves = append(server.waves, wave{at: "HELO", what: c.what})
			}
			certs := newCertificates(t)
			server.offers, server.tls = []string{"STARTTLS", "AUTH PLAIN", "SIZE 50000000"}, certs.leaf(t, "127.0.0.1", time.Hour)
			srv := server.start(t)
			srv.Username, srv.Password = "aap", func() (string, error) { return "secret", nil }
			if c.at == "EHLO" {
				srv.Username = "" // HELO offers no login
			} else {
				srv.Security, srv.TLS = "starttls", certs.trust()
			}
			if c.what == stall {
				srv.Patience = Patience{Connect: 500 * time.Millisecond, Command: 500 * time.Millisecond, Block: 500 * time.Millisecond, Answer: 500 * time.Millisecond, Quit: 50 * time.Millisecond}
			}
			var log bytes.Buffer
			s := seaSender(t, m, srv, func(cfg *SenderConfig) { cfg.Log = slog.New(slog.NewTextHandler(&log, nil)) })
			first := m.owe("contact@lamelee.example", func(l *cases.Letter) {
				if c.at == "body" {
					l.Facts.Subject = strings.Repeat("long ", 600_000)
				}
			})
			next := m.owe("contact@ping.example", nil)
			began := time.Now()
			deliver(t, s)
			if d := time.Since(began); d > 15*time.Second {
				t.Errorf("took %v", d)
			}
			outcome, _, _ := strings.Cut(c.outcome, " ")
			state := map[string]cases.LetterState{"temporary": cases.LetterRetrying, "unknown": cases.LetterRetrying, "permanent": cases.LetterRefused, "delivered": cases.LetterSent}[outcome]
			m.want(first, state, c.outcome)
			if _, trouble := s.Trouble(); (trouble != nil) != c.trouble {
				t.Errorf("trouble: %v", trouble)
			}
			if c.trouble {
				m.want(next, cases.LetterOwed)
			} else {
				m.want(next, cases.LetterSent, "delivered")
			}

			server.calm()
			end := cases.LetterSent
			if state == cases.LetterRefused {
				end = cases.LetterRefused
			}
			healing(t, s, m, next, cases.LetterSent)
			healing(t, s, m, first, end)
			if _, trouble := s.Trouble(); trouble != nil {
				t.Errorf("trouble stays: %v", trouble)
			}
			if state == cases.LetterRefused {
				m.pass(24 * time.Hour)
				deliver(t, s)
				m.want(first, end, c.outcome) // no second attempt
			}
			want := c.copies
			if c.at == "end" && strings.HasPrefix(c.outcome, "temporary") {
				want = 2 // the server had it, and refused it
			}
			if strings.Contains(log.String(), "lamelee") {
				t.Errorf("the log names a reader: %s", log.String())
			}
			got := server.got("contact@lamelee.example")
			if len(got) != want || len(server.got("contact@ping.example")) != 1 {
				t.Errorf("%d copies, want %d; %d of the next", len(got), want, len(server.got("contact@ping.example")))
			}
			for _, r := range got {
				if r.raw != string(assemble(t, first.wording.Segments, nil)) || messageID(r.raw) == "" {
					t.Error("the bytes that arrived are not those that were worded")
				}
			}
		})
	}
}
