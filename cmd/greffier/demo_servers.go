package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"
)

// demoIMAP is a mailbox in memory, served on loopback.
type demoIMAP struct {
	server *imapserver.Server
	user   *imapmemserver.User
	port   int
	done   chan error
}

func startDemoIMAP() (*demoIMAP, error) {
	user := imapmemserver.NewUser(demoMailbox, demoPassword)
	if err := user.Create("INBOX", nil); err != nil {
		return nil, fmt.Errorf("make the mailbox: %w", err)
	}
	mem := imapmemserver.New()
	mem.AddUser(user)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the IMAP server: %w", err)
	}
	d := &demoIMAP{user: user, port: listener.Addr().(*net.TCPAddr).Port, done: make(chan error, 1)}
	d.server = imapserver.New(&imapserver.Options{InsecureAuth: true, Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}},
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		}})
	go func() { d.done <- d.server.Serve(listener) }()
	return d, nil
}

// deliver puts a mail into the mailbox as received at that instant.
func (d *demoIMAP) deliver(raw []byte, at time.Time) error {
	_, err := d.user.Append("INBOX", literal{bytes.NewReader(raw)}, &imap.AppendOptions{Time: at})
	return err
}

// literal is a mail of known size (RFC 3501 section 4.3).
type literal struct{ *bytes.Reader }

func (d *demoIMAP) close() error {
	err := d.server.Close()
	if serr := <-d.done; serr != nil && !errors.Is(serr, net.ErrClosed) {
		err = errors.Join(err, serr)
	}
	return err
}

// demoSMTP is an SMTP server on loopback.
type demoSMTP struct {
	server *smtp.Server
	port   int
	done   chan error
}

func startDemoSMTP(session func() smtp.Session) (*demoSMTP, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the SMTP server: %w", err)
	}
	d := &demoSMTP{port: listener.Addr().(*net.TCPAddr).Port, done: make(chan error, 1)}
	d.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return session(), nil }))
	d.server.Domain = demoHost
	d.server.MaxMessageBytes = 50 << 20
	d.server.MaxRecipients = 100
	go func() { d.done <- d.server.Serve(listener) }()
	return d, nil
}

func (d *demoSMTP) close() error {
	err := d.server.Close()
	if serr := <-d.done; serr != nil && !errors.Is(serr, smtp.ErrServerClosed) {
		err = errors.Join(err, serr)
	}
	return err
}

// demoLetters takes the letters that the daemon sends, for all the servers of
// the world, and keeps them as a Maildir.
type demoLetters struct {
	maildir string
	answers map[string]reception // by address; takes where none is given
	show    func(w way, to, what string)

	mu    sync.Mutex
	taken int
	last  map[string]string // Message-ID of the last letter to an address
	tried map[string]bool   // by address
}

func newDemoLetters(maildir string, answers map[string]reception, show func(w way, to, what string)) (*demoLetters, error) {
	for _, name := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(maildir, name), 0o700); err != nil {
			return nil, fmt.Errorf("make a folder for letters: %w", err)
		}
	}
	return &demoLetters{maildir: maildir, answers: answers, show: show, last: make(map[string]string), tried: make(map[string]bool)}, nil
}

// lastTo gives the Message-ID of the last letter to an address, with its angle
// brackets; "" when none was taken.
func (d *demoLetters) lastTo(address string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.last[address]
}

// accept says whether the server of an address takes a letter now.
func (d *demoLetters) accept(to string) error {
	d.mu.Lock()
	first := !d.tried[to]
	d.tried[to] = true
	d.mu.Unlock()
	switch answer := d.answers[to]; {
	case answer == unknown:
		d.show(wayRefused, to, "550 no such user here")
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user here"}
	case answer == busy && first:
		d.show(wayRetry, to, "451 busy, try again later")
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "busy, try again later"}
	}
	return nil
}

// take keeps a letter.
func (d *demoLetters) take(to string, raw []byte) error {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("read a letter: %w", err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		subject = m.Header.Get("Subject")
	}
	d.mu.Lock()
	d.taken++
	name := fmt.Sprintf("%06d.%s", d.taken, demoHost)
	d.last[to] = m.Header.Get("Message-Id")
	d.mu.Unlock()
	tmp := filepath.Join(d.maildir, "tmp", name)
	if err := os.WriteFile(tmp, raw, 0o600); err != nil {
		return fmt.Errorf("keep a letter: %w", err)
	}
	if err := os.Rename(tmp, filepath.Join(d.maildir, "new", name)); err != nil {
		return fmt.Errorf("keep a letter: %w", err)
	}
	d.show(wayOut, to, subject)
	return nil
}

// session is one connection of the daemon.
func (d *demoLetters) session() smtp.Session {
	return &demoSession{rcpt: d.accept, data: func(_ string, to []string, raw []byte) error {
		var errs []error
		for _, a := range to {
			errs = append(errs, d.take(a, raw))
		}
		return errors.Join(errs...)
	}}
}

// demoSession is one SMTP connection; rcpt says whether a recipient is taken,
// data takes a mail.
type demoSession struct {
	rcpt func(to string) error
	data func(from string, to []string, raw []byte) error

	from string
	to   []string
}

func (s *demoSession) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *demoSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	to = strings.ToLower(to)
	if err := s.rcpt(to); err != nil {
		return err
	}
	s.to = append(s.to, to)
	return nil
}

func (s *demoSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return s.data(s.from, s.to, raw)
}

func (s *demoSession) Reset()        { s.from, s.to = "", nil }
func (s *demoSession) Logout() error { return nil }
