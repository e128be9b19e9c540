package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/mail"
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

// demoSMTP takes every letter, but for one address that it does not know.
type demoSMTP struct {
	server *smtp.Server
	port   int
	done   chan error

	mu      sync.Mutex
	letters []demoLetter
}

type demoLetter struct{ to, subject, messageID string }

func startDemoSMTP() (*demoSMTP, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the SMTP server: %w", err)
	}
	d := &demoSMTP{port: listener.Addr().(*net.TCPAddr).Port, done: make(chan error, 1)}
	d.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &demoDelivery{sink: d}, nil }))
	d.server.Domain = "mx.cdc.example"
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

// since gives the letters taken after the first n.
func (d *demoSMTP) since(n int) []demoLetter {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.letters[n:]
}

// last gives the Message-ID of the last letter to an address, with its angle
// brackets; "" when none was taken.
func (d *demoSMTP) last(address string) string {
	id := ""
	for _, l := range d.since(0) {
		if l.to == address {
			id = l.messageID
		}
	}
	return id
}

// demoDelivery is one SMTP session.
type demoDelivery struct {
	sink *demoSMTP
	to   string
}

func (s *demoDelivery) Mail(string, *smtp.MailOptions) error { return nil }

func (s *demoDelivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	if to == demoUnknown {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user here"}
	}
	s.to = to
	return nil
}

func (s *demoDelivery) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, m.Body); err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		subject = m.Header.Get("Subject")
	}
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.letters = append(s.sink.letters, demoLetter{strings.ToLower(s.to), subject, m.Header.Get("Message-Id")})
	return nil
}

func (s *demoDelivery) Reset()        { s.to = "" }
func (s *demoDelivery) Logout() error { return nil }
