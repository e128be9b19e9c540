package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// deliveredMail is a mail as a server of candidates received it.
type deliveredMail struct {
	From string   // envelope sender, empty for the null sender
	To   []string // envelope recipients, as accepted
	Raw  []byte   // the bytes between DATA and the final dot, dots unstuffed
	At   time.Time

	// Answered is false when the sink cut the connection instead of saying that
	// it has taken the mail: the sender cannot know, and may send it again.
	Answered bool
}

// sinkOptions are the knobs of startSink; all off by default.
type sinkOptions struct {
	Certificate *testCertificate // offers STARTTLS
	Username    string           // demands AUTH PLAIN before any mail
	Password    string
	// Bearer demands AUTH OAUTHBEARER instead, and says which token it takes.
	Bearer sasl.OAuthBearerAuthenticator

	// AllowPlainAuth lets clients authenticate before STARTTLS.
	AllowPlainAuth bool
	// Server changes what the server announces, e.g. EnableSMTPUTF8 or MaxMessageBytes.
	Server func(*smtp.Server)
}

// smtpSink is an SMTP server inside the test that keeps what it is given, in
// order of arrival, and can be told to misbehave at any time.
type smtpSink struct {
	Host string // 127.0.0.1
	Port int

	t       testing.TB
	options sinkOptions
	closed  chan struct{} // the sink is stopped

	mu       sync.Mutex
	mails    []deliveredMail
	attempts map[string]int             // RCPT commands by recipient, refused ones too
	refused  map[string]*smtp.SMTPError // by recipient or @domain
	busy     int                        // RCPT commands still to be answered 451
	drops    int                        // mails still to be taken without an answer
	stalled  chan struct{}              // not nil: answers after DATA wait until it is closed
	stalling int                        // answers that wait now
}

// Addr is host:port of the sink.
func (s *smtpSink) Addr() string { return loopbackAddr(s.Port) }

// startSink starts a sink that is stopped when the test ends.
func startSink(t testing.TB, set ...func(*sinkOptions)) *smtpSink {
	t.Helper()
	s := &smtpSink{
		Host: "127.0.0.1", t: t, closed: make(chan struct{}),
		attempts: make(map[string]int), refused: make(map[string]*smtp.SMTPError),
	}
	for _, change := range set {
		change(&s.options)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Port = listener.Addr().(*net.TCPAddr).Port
	server := smtp.NewServer(smtp.BackendFunc(func(conn *smtp.Conn) (smtp.Session, error) {
		return &sinkSession{sink: s, conn: conn, trusted: s.options.Username == "" && s.options.Bearer == nil}, nil
	}))
	server.Domain = "sink.example"
	server.ReadTimeout, server.WriteTimeout = serverDeadline, serverDeadline
	server.AllowInsecureAuth = s.options.AllowPlainAuth
	server.ErrorLog = discardLog{} // cut connections are wanted here
	if c := s.options.Certificate; c != nil {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{c.Server}, MinVersion: tls.VersionTLS12}
	}
	if s.options.Server != nil {
		s.options.Server(server)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		close(s.closed)
		if err := server.Close(); err != nil {
			t.Errorf("stop sink: %v", err)
		}
		if err := <-served; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Errorf("sink: %v", err)
		}
	})
	return s
}

// Mails returns what was delivered until now, in order of arrival.
func (s *smtpSink) Mails() []deliveredMail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// Delivered waits until n mails have come in all, and returns all that came.
func (s *smtpSink) Delivered(t testing.TB, n int, limit time.Duration) []deliveredMail {
	t.Helper()
	awaitWithin(t, "delivery to sink", limit, func() error {
		if got := len(s.Mails()); got < n {
			return fmt.Errorf("%d mails of %d", got, n)
		}
		return nil
	})
	return s.Mails()
}

// Attempts counts the RCPT commands for a recipient, refused ones too.
func (s *smtpSink) Attempts(recipient string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attempts[recipient]
}

// Refuse answers RCPT for a recipient, or for all of an "@domain", with a code,
// e.g. 550 or 450, from now on.
func (s *smtpSink) Refuse(recipient string, code int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused[recipient] = &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
}

// Accept undoes Refuse.
func (s *smtpSink) Accept(recipient string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.refused, recipient)
}

// RefuseFirst answers the next n RCPT commands, whatever the recipient, with 451.
func (s *smtpSink) RefuseFirst(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = n
}

// DropAfterData takes the next n mails and cuts the connection instead of answering.
func (s *smtpSink) DropAfterData(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drops = n
}

// Stall makes the answers after DATA wait until release is called (once) or the
// sink stops. A mail counts as delivered only when its answer goes out.
func (s *smtpSink) Stall() (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	gate := make(chan struct{})
	s.stalled = gate
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.stalled = nil
		close(gate)
	}
}

// Stalling counts the senders that wait at present because of Stall.
func (s *smtpSink) Stalling() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stalling
}

// wait blocks while the sink is told to stall.
func (s *smtpSink) wait() error {
	s.mu.Lock()
	gate := s.stalled
	if gate == nil {
		s.mu.Unlock()
		return nil
	}
	s.stalling++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.stalling--
		s.mu.Unlock()
	}()
	select {
	case <-gate:
		return nil
	case <-s.closed:
		return &smtp.SMTPError{Code: 421, Message: "stopping"}
	}
}

// sinkSession is one SMTP connection.
type sinkSession struct {
	sink    *smtpSink
	conn    *smtp.Conn
	trusted bool // authenticated, or nobody has to

	from string
	to   []string
}

func (c *sinkSession) AuthMechanisms() []string {
	switch o := c.sink.options; {
	case o.Bearer != nil:
		return []string{sasl.OAuthBearer}
	case o.Username == "":
		return nil
	}
	return []string{sasl.Plain}
}

func (c *sinkSession) Auth(string) (sasl.Server, error) {
	if bearer := c.sink.options.Bearer; bearer != nil {
		return sasl.NewOAuthBearerServer(func(given sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
			err := bearer(given)
			c.trusted = err == nil
			return err
		}), nil
	}
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != c.sink.options.Username || password != c.sink.options.Password {
			return smtp.ErrAuthFailed
		}
		c.trusted = true
		return nil
	}), nil
}

func (c *sinkSession) Mail(from string, _ *smtp.MailOptions) error {
	if !c.trusted {
		return smtp.ErrAuthRequired
	}
	c.from = from
	return nil
}

func (c *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s := c.sink
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts[to]++
	if s.busy > 0 {
		s.busy--
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "busy, come again"}
	}
	domain := to[strings.LastIndexByte(to, '@')+1:]
	for _, refusal := range []*smtp.SMTPError{s.refused[to], s.refused["@"+domain]} {
		if refusal != nil {
			return refusal
		}
	}
	c.to = append(c.to, to)
	return nil
}

func (c *sinkSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s := c.sink
	if err := s.wait(); err != nil {
		return err
	}
	s.mu.Lock()
	mail := deliveredMail{From: c.from, To: slices.Clone(c.to), Raw: raw, At: time.Now(), Answered: s.drops == 0}
	s.mails = append(s.mails, mail)
	if !mail.Answered {
		s.drops--
	}
	s.mu.Unlock()
	if !mail.Answered {
		return c.conn.Conn().Close() // what the server writes next goes nowhere
	}
	return nil
}

func (c *sinkSession) Reset() { c.from, c.to = "", nil }

func (c *sinkSession) Logout() error { return nil }

// discardLog takes the server's complaints about cut connections.
type discardLog struct{}

func (discardLog) Printf(string, ...any) {}
func (discardLog) Println(...any)        {}
