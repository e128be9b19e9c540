package notify

import (
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// scripted is an SMTP server on loopback that does what a test says.
type scripted struct {
	// Nil functions accept.
	onMail func(from string) error
	onRcpt func(to string) error
	onData func(c *smtp.Conn, n int) error // n counts the letters received, the first is 1
	login  func(user, password string) error
	cut    bool // hang up when the letter begins

	mu    sync.Mutex
	conns int
	mails []received
}

type received struct {
	from, to string
	utf8     bool
	raw      string
}

func (s *scripted) start(t *testing.T, change func(*smtp.Server)) Server {
	t.Helper()
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth, srv.ErrorLog = "localhost", true, quiet{}
	if change != nil {
		change(srv)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	return Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: "none", EHLO: "greffier.example"}
}

func (s *scripted) got() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.mails...)
}

func (s *scripted) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

func (s *scripted) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns++
	return &scriptedSession{s: s, c: c}, nil
}

type scriptedSession struct {
	s  *scripted
	c  *smtp.Conn
	in received
	ok bool
}

func (x *scriptedSession) Reset()        { x.in = received{} }
func (x *scriptedSession) Logout() error { return nil }

func (x *scriptedSession) Mail(from string, opts *smtp.MailOptions) error {
	if x.s.login != nil && !x.ok {
		return &smtp.SMTPError{Code: 530, Message: "authentication required"}
	}
	x.in = received{from: from, utf8: opts.UTF8}
	if x.s.onMail != nil {
		return x.s.onMail(from)
	}
	return nil
}

func (x *scriptedSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.in.to = to
	if x.s.onRcpt != nil {
		return x.s.onRcpt(to)
	}
	return nil
}

func (x *scriptedSession) Data(r io.Reader) error {
	if x.s.cut {
		return errors.Join(x.c.Conn().Close(), errors.New("gone"))
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	x.in.raw = string(raw)
	x.s.mu.Lock()
	x.s.mails = append(x.s.mails, x.in)
	n := len(x.s.mails)
	x.s.mu.Unlock()
	if x.s.onData != nil {
		return x.s.onData(x.c, n)
	}
	return nil
}

func (x *scriptedSession) AuthMechanisms() []string {
	if x.s.login == nil {
		return nil
	}
	return []string{sasl.Plain}
}

func (x *scriptedSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		err := x.s.login(user, password)
		x.ok = err == nil
		return err
	}), nil
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// messageID gives the Message-ID line of a mail.
func messageID(raw string) string {
	for line := range strings.Lines(raw) {
		if strings.HasPrefix(line, "Message-ID:") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}
