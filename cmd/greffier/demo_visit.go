package main

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"os"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"greffier/cases"
	"greffier/desk"
)

// demoClock is the simulated calendar: it stands still until it is let run.
// Its methods may be called from any goroutine.
type demoClock struct {
	mu  sync.Mutex
	at  time.Time
	ran time.Time // since when it runs, by the monotonic clock; zero: it stands
}

func (c *demoClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ran.IsZero() {
		return c.at
	}
	return c.at.Add(time.Since(c.ran))
}

func (c *demoClock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// run lets the calendar go on from where it stands.
func (c *demoClock) run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ran = time.Now()
}

// stayUp keeps the daemon running until ctx ends and takes mail for it from
// anybody on this machine.
func (r *rehearsal) stayUp(ctx context.Context) (err error) {
	door, err := startDemoSMTP(r.visitor)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := door.close(); err == nil {
			err = cerr
		}
	}()
	if err := checkFree(ctx, r.daemon.cfg.Desk.Listen); err != nil {
		return err
	}
	r.clock.run()
	link, err := r.loginLink(ctx)
	if err != nil {
		return err
	}
	here, err := os.Executable()
	if err != nil {
		here = "greffier"
	}
	r.screen.print(fmt.Sprintf(`
The daemon stays up; its calendar goes on from %s.
The staff's desk, in French; the link signs in once, as %s:

  %s

Look around with another terminal:

  G="%s"
  C="%s/demo.toml"
  $G case -config $C HUB18-0001
  $G cases -config $C grand est
  $G attach -config $C list
  $G verify -config $C
  mutt -R -f %s/letters

Write to it, as a candidate: the letter that answers shows here as a line. The
call is closed by now: a file comes late, a question hears that no call is open.

  echo Bonjour > /tmp/rib.pdf
  swaks --server 127.0.0.1:%d --from you@example.org --to %s \
    --header "Subject: Notre dossier" --attach @/tmp/rib.pdf
  mutt -e 'set smtp_url=smtp://127.0.0.1:%d ssl_force_tls=no' \
    -e 'set from=you@example.org' -s "Une question" %s

Ctrl-C ends it.

`, demoEnds().Format("2 January 2006, 15:04"), demoColleague, link, here, r.dir, r.dir, door.port, demoMailbox, door.port, demoMailbox))
	return r.daemon.Run(ctx)
}

// checkFree reports whether one can listen on an address, before a link to it is
// told.
func checkFree(ctx context.Context, address string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("the desk cannot listen on %s, write another address with -listen: %w", address, err)
	}
	return listener.Close()
}

// demoColleague is who reads the desk of the demo.
const demoColleague = "Camille Martin"

// loginLink makes an account without a password, and the link that signs it in.
func (r *rehearsal) loginLink(ctx context.Context) (string, error) {
	s := r.daemon.store
	if err := s.AddStaff(ctx, "demo", demoColleague, ""); err != nil {
		return "", err
	}
	return desk.LoginLink(ctx, s, "demo", demoColleague, "http://"+r.daemon.cfg.Desk.Listen, r.clock.now().Add(cases.SessionMost))
}

// visitor is one connection of somebody who writes to the mailbox.
func (r *rehearsal) visitor() smtp.Session {
	return &demoSession{
		rcpt: func(to string) error {
			if to != demoMailbox {
				return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "this server takes mail for " + demoMailbox + " alone"}
			}
			return nil
		},
		data: func(from string, _ []string, raw []byte) error { return r.takeIn(from, raw) },
	}
}

// takeIn puts the mail of a visitor into the mailbox, with the trace lines of
// the server that took it (RFC 5321 section 4.4).
func (r *rehearsal) takeIn(from string, raw []byte) error {
	now := r.clock.now()
	traced := fmt.Appendf(nil, "Return-Path: <%s>\r\nReceived: from visitor.example (visitor.example [203.0.113.99])\r\n\tby %s with ESMTP; %s\r\n",
		from, demoHost, now.In(demoZone).Format(time.RFC1123Z))
	if err := r.imap.deliver(append(traced, raw...), now); err != nil {
		return fmt.Errorf("deliver a mail from outside: %w", err)
	}
	subject := "(a mail that cannot be read)"
	if m, err := mail.ReadMessage(bytes.NewReader(raw)); err == nil {
		subject = m.Header.Get("Subject")
		if decoded, err := new(mime.WordDecoder).DecodeHeader(subject); err == nil {
			subject = decoded
		}
	}
	r.screen.line(now, wayOf(now), from, subject)
	return nil
}

// wayOf tells mail by when our server took it.
func wayOf(at time.Time) way {
	switch {
	case !at.After(demoDeadline()):
		return wayIn
	case at.Before(demoDeadline().Add(time.Minute)):
		return wayMaybe
	}
	return wayLate
}
