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
	"github.com/emersion/go-sasl"
)

// link is one connection to the server, logged in, the folder selected. It is
// used by one goroutine.
type link struct {
	client      *imapclient.Client
	conn        *patientConn
	answer      time.Duration
	uidValidity uint32
	keyword     bool          // the folder takes Keyword
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
	if err := s.dial(ctx, l); err != nil {
		return nil, err
	}
	if err := s.login(l); err != nil {
		return nil, errors.Join(err, l.cut())
	}
	if err := s.selectFolder(l); err != nil {
		return nil, errors.Join(err, l.cut())
	}
	return l, nil
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
	l.conn = &patientConn{Conn: raw, raw: raw, patience: l.answer}
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
		return errors.Join(fmt.Errorf("connect to %s: %w", address, err), l.cut())
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

// login authenticates by password, by the best way that the server offers.
func (s *Session) login(l *link) error {
	if s.cfg.Username == "" || l.client.State() != imap.ConnStateNotAuthenticated {
		return nil
	}
	password, err := s.cfg.Password()
	if err != nil {
		return fmt.Errorf("%w: read the password: %w", errLogin, err)
	}
	caps := l.client.Caps()
	if caps == nil {
		return errors.New("ask for capabilities: the server gives none")
	}
	ways := caps.AuthMechanisms()
	offers := func(way string) bool {
		return slices.ContainsFunc(ways, func(w string) bool { return strings.EqualFold(w, way) })
	}
	switch {
	case offers(sasl.Plain):
		err = l.client.Authenticate(sasl.NewPlainClient("", s.cfg.Username, password))
	case !caps.Has(imap.CapLoginDisabled):
		err = l.client.Login(s.cfg.Username, password).Wait()
	case offers(sasl.Login):
		err = l.client.Authenticate(sasl.NewLoginClient(s.cfg.Username, password))
	default:
		return fmt.Errorf("%w: the server takes no password on this connection", errLogin)
	}
	var refusal *imap.Error
	switch {
	case err == nil:
		return nil
	// RFC 5530 section 3: these say nothing about the password.
	case errors.As(err, &refusal) && !slices.Contains([]imap.ResponseCode{
		imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeLimit, imap.ResponseCodeServerBug}, refusal.Code):
		return fmt.Errorf("%w as %s: %w", errLogin, s.cfg.Username, err)
	}
	return fmt.Errorf("try to log in: %w", err)
}

func (s *Session) selectFolder(l *link) error {
	selected, err := l.client.Select(s.cfg.Folder, nil).Wait()
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
	l.uidValidity = selected.UIDValidity
	l.keyword = slices.ContainsFunc(selected.PermanentFlags, func(f imap.Flag) bool {
		return f == imap.FlagWildcard || strings.EqualFold(string(f), Keyword)
	})
	return l.conn.expect(0)
}

// exchange runs commands and their answers under the limit of silence. Between
// exchanges the server may be silent for as long as it likes.
func (l *link) exchange(f func() error) error {
	if err := l.conn.expect(l.answer); err != nil {
		return fmt.Errorf("connection lost: %w", err)
	}
	err := f()
	if err != nil && !refused(err) {
		return err
	}
	if quiet := l.conn.expect(0); err == nil && quiet != nil {
		err = fmt.Errorf("connection lost: %w", quiet)
	}
	return err
}

// search gives the UIDs of the folder that are among uids, or all.
func (l *link) search(uids imap.UIDSet) ([]imap.UID, error) {
	criteria := new(imap.SearchCriteria)
	if uids != nil {
		criteria.UID = []imap.UIDSet{uids}
	}
	var options *imap.SearchOptions
	if l.client.Caps().Has(imap.CapESearch) {
		options = &imap.SearchOptions{ReturnAll: true} // ranges, not a long list
	}
	var found []imap.UID
	err := l.exchange(func() error {
		data, err := l.client.UIDSearch(criteria, options).Wait()
		if err != nil {
			return fmt.Errorf("search folder: %w", err)
		}
		found = data.AllUIDs()
		return nil
	})
	return found, err
}

// logout takes leave of the server, and cuts the connection whatever it says.
func (l *link) logout() error {
	err := l.exchange(func() error { return l.client.Logout().Wait() })
	if err != nil {
		err = fmt.Errorf("log out: %w", err)
	}
	return errors.Join(err, l.cut())
}

// cut ends the connection. No command may be under way.
func (l *link) cut() error {
	l.release()
	err := l.conn.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	if l.client != nil {
		// Waits for the library's reader, which has nothing left to read; what
		// it read last is of no interest any more.
		<-l.client.Closed()
	}
	if err != nil {
		return fmt.Errorf("close connection: %w", err)
	}
	return nil
}

// refused reports whether the server answered NO or BAD, the connection being
// sound.
func refused(err error) bool {
	var e *imap.Error
	return errors.As(err, &e)
}
