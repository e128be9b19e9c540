package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"greffier/cases"
)

func testSender(t *testing.T, m *memory, srv Server, limits Limits) *Sender {
	t.Helper()
	s, err := NewSender(m, testLetters(t, nil), SenderConfig{Server: srv, Limits: limits, Now: m.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.closeIdle(true) })
	return s
}

func deliver(t *testing.T, s *Sender) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := s.DeliverDue(ctx); err != nil {
		t.Fatal(err)
	}
}

func (m *memory) want(s *stored, state cases.LetterState, log ...string) {
	m.t.Helper()
	got := m.read(s)
	ok := got.State == state && len(got.log) == len(log) && got.begun == len(log)
	for i := range min(len(log), len(got.log)) {
		ok = ok && strings.HasPrefix(got.log[i], log[i])
	}
	if !ok {
		m.t.Errorf("letter %d is %s after %q (%d begun), want %s after %q", got.ID, got.State, got.log, got.begun, state, log)
	}
}

func TestDelivered(t *testing.T) {
	server, m := &scripted{}, newMemory(t)
	s := testSender(t, m, server.start(t, nil), Limits{})
	a := m.owe("contact@lamelee.example", nil)
	b := m.owe("contact@ping.example", func(l *cases.Letter) { l.EnvelopeFrom = "" })
	deliver(t, s)
	m.want(a, cases.LetterSent, "delivered 250 ")
	m.want(b, cases.LetterSent, "delivered 250 ")
	got := server.got()
	if len(got) != 2 || got[0].to != "contact@lamelee.example" || got[0].from != "aap@example.org" || got[1].from != "" {
		t.Fatalf("%+v", got)
	}
	if want := string(assemble(t, a.wording.Segments, nil)); got[0].raw != want {
		t.Error("the bytes that arrived are not those that were worded")
	}
	if a.worded != 1 {
		t.Errorf("worded %d times", a.worded)
	}
}

// TestRefusals: what the server says of a letter decides what becomes of it.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name, at string
		err      error
		state    cases.LetterState
		log      []string
		trouble  bool
	}{
		{"unknown mailbox", "rcpt", &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}, cases.LetterRefused, []string{"permanent 550 5.1.1 no such user"}, false},
		{"greylisted", "rcpt", &smtp.SMTPError{Code: 451, Message: "come back later"}, cases.LetterRetrying, []string{"temporary 451 "}, false},
		{"content refused", "data", &smtp.SMTPError{Code: 554, Message: "spam"}, cases.LetterRefused, []string{"permanent 554 "}, false},
		{"disk full", "data", &smtp.SMTPError{Code: 452, Message: "no room"}, cases.LetterRetrying, []string{"temporary 452 "}, false},
		{"our address refused", "mail", &smtp.SMTPError{Code: 553, Message: "not your address"}, cases.LetterRetrying, []string{"temporary 553 "}, true},
		{"login forgotten", "rcpt", &smtp.SMTPError{Code: 554, Message: "Relay access denied"}, cases.LetterRetrying, []string{"temporary 554 "}, true},
		{"login wanted", "mail", &smtp.SMTPError{Code: 530, Message: "authentication required"}, cases.LetterRetrying, []string{"temporary 530 "}, true},
		{"server closes", "rcpt", &smtp.SMTPError{Code: 421, Message: "closing"}, cases.LetterRetrying, []string{"temporary 421 "}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			server, m := &scripted{}, newMemory(t)
			switch c.at {
			case "mail":
				server.onMail = func(string) error { return c.err }
			case "rcpt":
				server.onRcpt = func(to string) error {
					if to == "contact@lamelee.example" {
						return c.err
					}
					return nil
				}
			case "data":
				server.onData = func(_ *smtp.Conn, n int) error {
					if n == 1 {
						return c.err
					}
					return nil
				}
			}
			s := testSender(t, m, server.start(t, nil), Limits{})
			l := m.owe("contact@lamelee.example", nil)
			other := m.owe("contact@ping.example", nil)
			deliver(t, s)
			m.want(l, c.state, c.log...)
			_, trouble := s.Trouble()
			if (trouble != nil) != c.trouble {
				t.Errorf("trouble: %v", trouble)
			}
			if c.trouble {
				m.want(other, cases.LetterOwed) // no second try at a server that does not want us
			} else {
				m.want(other, cases.LetterSent, "delivered")
			}
		})
	}
}

// TestPatience: refused for now, a letter comes back later and later, with the
// same bytes, and is given up after days, not after a count.
func TestPatience(t *testing.T) {
	server, m := &scripted{}, newMemory(t)
	refuse := true
	server.onRcpt = func(string) error {
		if refuse {
			return &smtp.SMTPError{Code: 451, Message: "later"}
		}
		return nil
	}
	s := testSender(t, m, server.start(t, nil), Limits{})
	l := m.owe("contact@lamelee.example", nil)
	for i, d := range []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 2 * time.Hour} {
		deliver(t, s)
		wait := m.read(l).next.Sub(m.Now())
		if wait < d*4/5 || wait > d*6/5 {
			t.Errorf("after attempt %d: waits %v, want about %v", i+1, wait, d)
		}
		deliver(t, s)
		if n := m.read(l).begun; n != i+1 {
			t.Fatalf("tried %d times, want %d", n, i+1)
		}
		m.pass(wait)
	}
	refuse = false
	deliver(t, s)
	if got := m.read(l); got.State != cases.LetterSent || got.worded != 1 {
		t.Errorf("%s, worded %d times", got.State, got.worded)
	}

	refuse = true
	l = m.owe("contact@lamelee.example", nil)
	for m.read(l).State != cases.LetterRefused {
		if m.Now().Sub(l.OwedAt) > 6*24*time.Hour {
			t.Fatal("never given up")
		}
		deliver(t, s)
		m.pass(time.Hour)
	}
	got := m.read(l)
	if age := m.Now().Sub(l.OwedAt); age < giveUpAfter || !strings.Contains(got.log[len(got.log)-1], "permanent gave up after") {
		t.Errorf("after %v: %s", age, got.log[len(got.log)-1])
	}
}

// TestUnknown: the connection ends between the letter and the answer. The
// letter is sent again with the same Message-ID.
// Behaviour 27.
func TestUnknown(t *testing.T) {
	server, m := &scripted{}, newMemory(t)
	server.onData = func(c *smtp.Conn, n int) error {
		if n == 1 {
			return errors.Join(c.Conn().Close(), errors.New("gone"))
		}
		return nil
	}
	s := testSender(t, m, server.start(t, nil), Limits{})
	l := m.owe("contact@lamelee.example", nil)
	deliver(t, s)
	m.want(l, cases.LetterRetrying, "unknown ")
	m.pass(2 * time.Minute)
	deliver(t, s)
	m.want(l, cases.LetterSent, "unknown ", "delivered ")
	got := server.got()
	if len(got) != 2 || got[0].raw != got[1].raw || messageID(got[0].raw) == "" {
		t.Errorf("%d letters, %s and %s", len(got), messageID(got[0].raw), messageID(got[len(got)-1].raw))
	}
	if _, trouble := s.Trouble(); trouble != nil {
		t.Errorf("trouble stays: %v", trouble)
	}
}

// TestCut: the connection ends in the middle of a letter. The letter cannot
// have arrived; it waits as after a refusal for now.
func TestCut(t *testing.T) {
	server, m := &scripted{cut: true}, newMemory(t)
	s := testSender(t, m, server.start(t, nil), Limits{})
	l := m.owe("contact@lamelee.example", func(l *cases.Letter) { l.Facts.Subject = strings.Repeat("long ", 600_000) })
	deliver(t, s)
	m.want(l, cases.LetterRetrying, "temporary broken off before its end")
	if wait := m.read(l).next.Sub(m.Now()); wait < 45*time.Second {
		t.Errorf("waits %v", wait)
	}
	if _, trouble := s.Trouble(); trouble == nil {
		t.Error("no trouble seen")
	}
}

// TestReuse: fifty letters share one connection; one that the server dropped
// meanwhile is made anew without a word on the letter.
func TestReuse(t *testing.T) {
	server, m := &scripted{}, newMemory(t)
	var last *smtp.Conn
	server.onData = func(c *smtp.Conn, _ int) error { last = c; return nil }
	s := testSender(t, m, server.start(t, nil), Limits{})
	for i := range 60 {
		m.owe(fmt.Sprintf("c%d@lamelee.example", i), nil)
	}
	deliver(t, s)
	if n, conns := len(server.got()), server.connections(); n != 60 || conns != 1 {
		t.Errorf("%d letters over %d connections", n, conns)
	}
	if err := last.Conn().Close(); err != nil {
		t.Fatal(err)
	}
	l := m.owe("contact@ping.example", nil)
	deliver(t, s)
	m.want(l, cases.LetterSent, "delivered")
	if conns := server.connections(); conns != 2 {
		t.Errorf("%d connections", conns)
	}
}

func TestLogin(t *testing.T) {
	right := false
	server, m := &scripted{login: func(user, password string) error {
		if right && user == "aap" && password == "secret" {
			return nil
		}
		return smtp.ErrAuthFailed
	}}, newMemory(t)
	srv := server.start(t, nil)
	srv.Username, srv.Password = "aap", func() (string, error) { return "secret", nil }
	s := testSender(t, m, srv, Limits{})
	for i := range 3 {
		m.owe(fmt.Sprintf("c%d@lamelee.example", i), nil)
	}
	deliver(t, s)
	m.want(m.find(1), cases.LetterRetrying, "temporary no connection: 535 ")
	m.want(m.find(2), cases.LetterOwed)
	if _, err := s.Trouble(); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("trouble: %v", err)
	}
	right = true
	m.pass(time.Minute)
	deliver(t, s)
	for i := range 3 {
		if got := m.read(m.find(int64(i + 1))); got.State != cases.LetterSent {
			t.Errorf("letter %d is %s: %q", i+1, got.State, got.log)
		}
	}
}

// TestSecurity: with starttls and tls the login travels encrypted, and a
// certificate that nobody vouches for ends the attempt.
func TestSecurity(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate and authority
	defer web.Close()
	certs := &tls.Config{Certificates: web.TLS.Certificates}
	trust := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "example.com"}
	trust.RootCAs.AddCert(web.Certificate())
	for _, security := range []string{"starttls", "tls"} {
		for _, trusted := range []bool{true, false} {
			server, m := &scripted{login: func(string, string) error { return nil }}, newMemory(t)
			srv := server.start(t, func(s *smtp.Server) {
				s.AllowInsecureAuth = false
				s.TLSConfig = certs
			})
			if security == "tls" {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				implicit := smtp.NewServer(server)
				implicit.Domain, implicit.ErrorLog = "localhost", quiet{}
				go implicit.Serve(tls.NewListener(l, certs))
				defer implicit.Close()
				srv.Port = l.Addr().(*net.TCPAddr).Port
			}
			srv.Security, srv.Username, srv.Password = security, "aap", func() (string, error) { return "secret", nil }
			if trusted {
				srv.TLS = trust
			}
			s := testSender(t, m, srv, Limits{})
			l := m.owe("contact@lamelee.example", nil)
			deliver(t, s)
			if trusted {
				m.want(l, cases.LetterSent, "delivered")
			} else {
				m.want(l, cases.LetterRetrying, "temporary no connection: ")
			}
		}
	}
	_, err := NewSender(newMemory(t), testLetters(t, nil), SenderConfig{Server: Server{Host: "smtp.example.net", Security: "none"}})
	if err == nil {
		t.Error("an unsecured connection to another machine is taken")
	}
}

func TestAddressOfLetter(t *testing.T) {
	for _, offered := range []bool{true, false} {
		server, m := &scripted{}, newMemory(t)
		s := testSender(t, m, server.start(t, func(s *smtp.Server) { s.EnableSMTPUTF8 = offered }), Limits{})
		ascii := m.owe("contact@lamelee.example", nil)
		domain := m.owe("contact@médiation.fr", nil)
		local := m.owe("rené@lamelee.example", nil)
		broken := m.owe("rené", nil)
		deliver(t, s)
		m.want(ascii, cases.LetterSent, "delivered")
		m.want(domain, cases.LetterSent, "delivered")
		m.want(broken, cases.LetterRefused, "permanent ")
		if offered {
			m.want(local, cases.LetterSent, "delivered")
		} else {
			m.want(local, cases.LetterRefused, "permanent our server does not take addresses")
		}
		for _, r := range server.got() {
			if r.utf8 != strings.Contains(r.to, "é") {
				t.Errorf("SMTPUTF8 %v for %s", r.utf8, r.to)
			}
			if strings.Contains(r.to, "médiation") {
				t.Errorf("domain not in ASCII: %s", r.to)
			}
		}
	}
}

// TestLimits: over a limit letters wait, acknowledgements of one case become
// one, staff letters go, and everything leaves in the end.
// Behaviour 24.
func TestLimits(t *testing.T) {
	server, m := &scripted{}, newMemory(t)
	s := testSender(t, m, server.start(t, nil), Limits{DailyAddress: 3, DailyDomain: 5})
	for i := range 6 {
		m.owe("contact@lamelee.example", func(l *cases.Letter) { l.Facts.Files = []cases.FileFact{{Name: fmt.Sprintf("f%d.pdf", i)}} })
	}
	for i := range 6 {
		m.owe(fmt.Sprintf("c%d@orange.fr", i), nil)
	}
	for i := range 4 {
		m.owe(fmt.Sprintf("c%d@lamelee.example", i), func(l *cases.Letter) { l.CaseID = int64(100 + i) })
	}
	staff := m.owe("contact@lamelee.example", func(l *cases.Letter) {
		l.Kind, l.CaseID = cases.LetterAlarm, 0
		l.Facts = cases.Facts{Alarm: &cases.AlarmFact{Kind: "x"}}
	})
	deliver(t, s)
	count := func() map[cases.LetterState]int {
		n := make(map[cases.LetterState]int)
		for _, l := range m.letters {
			n[m.read(l).State]++
		}
		return n
	}
	// 3 to the address, 6 to free mail, 2 more to the domain, the alarm; of the
	// 3 other acknowledgements of the case one waits.
	if n := count(); n[cases.LetterSent] != 12 || n[cases.LetterCancelled] != 2 || n[cases.LetterHeld] != 3 {
		t.Errorf("%v", n)
	}
	m.want(staff, cases.LetterSent, "delivered")
	last := m.read(m.find(6))
	if last.State != cases.LetterHeld || len(last.Facts.Files) != 3 || !strings.Contains(last.why, "limit is 3") {
		t.Errorf("%s, %d files, %s", last.State, len(last.Facts.Files), last.why)
	}
	m.pass(25 * time.Hour)
	deliver(t, s)
	if n := count(); n[cases.LetterHeld] != 0 || n[cases.LetterSent] != 15 {
		t.Errorf("a day later: %v", n)
	}
	merged := server.got()
	if raw := merged[len(merged)-1].raw + merged[len(merged)-2].raw + merged[len(merged)-3].raw; !strings.Contains(raw, "f3.pdf") || !strings.Contains(raw, "f5.pdf") {
		t.Error("the merged acknowledgement does not tell the files of the others")
	}
}

// TestBreaker: behaviour 24.
func TestBreaker(t *testing.T) {
	server, m := &scripted{}, newMemory(t)
	s := testSender(t, m, server.start(t, nil), Limits{Hourly: 10})
	for i := range 25 {
		m.owe(fmt.Sprintf("c@d%d.example", i), func(l *cases.Letter) { l.CaseID = int64(i + 1) })
	}
	for _, want := range []int{10, 10, 20, 20, 25} {
		deliver(t, s)
		if n := len(server.got()); n != want {
			t.Fatalf("%d letters left, want %d", n, want)
		}
		m.pass(31 * time.Minute)
	}
}

// TestRun: a kick brings a letter out at once, a stop in the middle of a letter
// ends promptly and leaves it to be sent again.
func TestRun(t *testing.T) {
	server, m := &scripted{}, newMemory(t)
	stall, stalled := make(chan struct{}), make(chan struct{})
	server.onData = func(_ *smtp.Conn, n int) error {
		if n == 2 {
			close(stalled)
			<-stall
		}
		return nil
	}
	s := testSender(t, m, server.start(t, nil), Limits{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	first := m.owe("contact@lamelee.example", nil)
	s.Kick()
	wait(t, func() bool { return m.read(first).State == cases.LetterSent })
	second := m.owe("contact@ping.example", nil)
	s.Kick()
	<-stalled
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("run: %v", err)
		}
	case <-time.After(3 * time.Second):
		t.Fatal("a stop waits for the server")
	}
	close(stall)
	m.want(second, cases.LetterRetrying, "unknown ")
}

// TestStopWhileConnecting: a server that never says hello does not hold us.
func TestStopWhileConnecting(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	m := newMemory(t)
	s := testSender(t, m, Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: "none"}, Limits{})
	letter := m.owe("contact@lamelee.example", nil)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := s.DeliverDue(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if d := time.Since(began); d > 2*time.Second {
		t.Errorf("stopped after %v", d)
	}
	m.want(letter, cases.LetterRetrying, "temporary broken off")
	if due := m.read(letter).next; due.After(m.Now()) {
		t.Errorf("waits until %v for our own stop", due)
	}
}

// TestLogDiscretion: above debug no log line names a reader or a subject.
func TestLogDiscretion(t *testing.T) {
	server, m := &scripted{}, newMemory(t)
	server.onRcpt = func(to string) error { return &smtp.SMTPError{Code: 550, Message: "unknown " + to} }
	var log bytes.Buffer
	s := testSender(t, m, server.start(t, nil), Limits{})
	s.cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	m.owe("contact@lamelee.example", func(l *cases.Letter) { l.Facts.Subject = "SUJET" })
	m.owe("rené", nil)
	deliver(t, s)
	if text := log.String(); strings.Contains(text, "lamelee") || strings.Contains(text, "ren") || strings.Contains(text, "SUJET") || !strings.Contains(text, "outcome=permanent") {
		t.Error(text)
	}
}

func wait(t *testing.T, until func() bool) {
	t.Helper()
	for range 500 {
		if until() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("waited in vain")
}
