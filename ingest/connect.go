package ingest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// link is one connection to the server, logged in, the folder selected. It is
// used by one goroutine.
type link struct {
	client      *imapclient.Client
	conn        *patientConn
	answer      time.Duration
	uidValidity uint32
	exists      int           // mails in the folder, when it was opened
	opened      bool          // and not read since
	keyword     bool          // the folder takes Keyword
	byNumber    bool          // bodies must be asked for by sequence number
	noIdle      bool          // the server refuses the IDLE it offers
	certificate time.Time     // when the server's certificate ends; zero: it showed none
	changed     chan struct{} // the server spoke of new mail
	release     func() bool   // ends the watch over the context
}

// errLogin and errFolder mark why a link could not be made.
var (
	errLogin  = errors.New("log in")
	errFolder = errors.New("open folder")
)

// connect makes a link. The end of ctx cuts it, at any time.
func (s *Session) connect(ctx context.Context) (*link, error) {
	l := &link{answer: s.limits.answer, changed: make(chan struct{}, 1)}
	if err := s.enter(ctx, l); err != nil {
		return nil, err
	}
	if err := s.open(l); err != nil {
		return nil, errors.Join(l.blame(err), l.cut())
	}
	// Those after the login count: the library may still be asking for them.
	if err := l.exchange(func() error { return known(l.client.Caps()) }); err != nil {
		return nil, errors.Join(l.blame(err), l.cut())
	}
	return l, nil
}

func known(caps imap.CapSet) error {
	if caps == nil {
		return errors.New("ask for capabilities: the server gives none")
	}
	return nil
}

func (s *Session) dial(ctx context.Context, l *link) error {
	dialing, cancel := context.WithTimeout(ctx, s.limits.dial)
	defer cancel()
	address := net.JoinHostPort(s.cfg.Host, strconv.Itoa(s.cfg.Port))
	raw, err := new(net.Dialer).DialContext(dialing, "tcp", address)
	if err != nil {
		return fmt.Errorf("connect to %s: %w", address, err)
	}
	config := new(tls.Config)
	if s.cfg.TLS != nil {
		config = s.cfg.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = s.cfg.Host
	}
	verify := config.VerifyConnection
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if len(state.PeerCertificates) > 0 {
			l.certificate = state.PeerCertificates[0].NotAfter
		}
		if verify != nil {
			return verify(state)
		}
		return nil
	}
	l.conn = &patientConn{Conn: raw, raw: raw, exchange: s.limits.exchange, bytes: s.limits.bytes}
	if err := l.conn.expect(l.answer); err != nil {
		return errors.Join(fmt.Errorf("connect to %s: %w", address, err), raw.Close())
	}
	l.release = context.AfterFunc(ctx, func() {
		if err := l.conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			s.log.Debug("close connection", logError, err)
		}
	})
	options := &imapclient.Options{
		TLSConfig: config,
		// Called by the goroutine that reads from the server: must not block.
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: func(m *imapclient.UnilateralDataMailbox) {
			if m.NumMessages != nil {
				notify(l.changed)
			}
		}},
	}
	switch s.cfg.Security {
	case "tls":
		secure := tls.Client(raw, config)
		l.conn.Conn = secure
		if err = secure.HandshakeContext(dialing); err == nil {
			l.client = imapclient.New(l.conn, options)
		}
	case "starttls":
		l.client, err = imapclient.NewStartTLS(l.conn, options)
	case "none":
		l.client = imapclient.New(l.conn, options)
	default:
		err = fmt.Errorf("unknown security %q", s.cfg.Security)
	}
	if err == nil {
		err = l.client.WaitGreeting()
	}
	if err != nil {
		return errors.Join(l.blame(fmt.Errorf("connect to %s: %w", address, err)), l.cut())
	}
	return nil
}

// notify leaves a signal in c unless there is one already.
func notify(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// open opens the folder, anew if it is open.
func (s *Session) open(l *link) error {
	var selected *imap.SelectData
	err := l.exchange(func() (err error) {
		selected, err = l.client.Select(s.cfg.Folder, nil).Wait()
		return err
	})
	if err != nil {
		if refused(err) {
			return fmt.Errorf("%w %s: %w", errFolder, s.cfg.Folder, err)
		}
		return fmt.Errorf("select folder %s: %w", s.cfg.Folder, err)
	}
	if selected.UIDValidity == 0 {
		// RFC 3501 section 2.3.1.1: such a server keeps no UIDs.
		return fmt.Errorf("%w %s: the server gives no UIDVALIDITY", errFolder, s.cfg.Folder)
	}
	l.uidValidity, l.exists, l.opened = selected.UIDValidity, int(selected.NumMessages), true
	l.keyword = slices.ContainsFunc(selected.PermanentFlags, func(f imap.Flag) bool {
		return f == imap.FlagWildcard || strings.EqualFold(string(f), Keyword)
	})
	return nil
}
