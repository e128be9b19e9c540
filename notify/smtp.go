package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Time limits of the conversation (RFC 5321 section 4.5.3.2).
const (
	dialTimeout    = time.Minute
	commandTimeout = 5 * time.Minute
	dataTimeout    = 10 * time.Minute
	quitTimeout    = 2 * time.Second
	idleTimeout    = 30 * time.Second // after that an unused connection is closed
)

// Server is the submission server that letters leave by.
type Server struct {
	Host     string
	Port     int
	Security string // "tls", "starttls", or "none" for a server on this machine
	Username string // "": no login
	// Password gives the password; it is called at each login, so that a new
	// one is taken without a restart. nil where there is no Username.
	Password func() (string, error)
	EHLO     string      // our name; "": that of the machine
	TLS      *tls.Config // nil: the system's authorities
}

// A session is one connection to the server, logged in, that many letters may
// share one after the other.
type session struct {
	client *smtp.Client
	conn   *watchedConn
	idle   time.Time // since when
	used   bool      // a letter went over it
}

// watchedConn remembers a failed write: a letter whose end was never written
// cannot have arrived.
type watchedConn struct {
	net.Conn
	cut atomic.Bool
}

func (c *watchedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if err != nil {
		c.cut.Store(true)
	}
	return n, err
}

// abort makes whatever waits on the connection end with an error, which says
// all there is to say; that of closing is dropped.
func (c *watchedConn) abort() { c.Close() }

// dial connects, secures the connection and logs in. It blocks for a minute at
// most, and ends with ctx.
func (srv Server) dial(ctx context.Context) (*session, error) {
	config := &tls.Config{ServerName: srv.Host, MinVersion: tls.VersionTLS12}
	if srv.TLS != nil {
		config = srv.TLS.Clone()
	}
	var conn *watchedConn
	var stop func() bool
	opts := []mail.Option{mail.WithPort(srv.Port), mail.WithTimeout(dialTimeout), mail.WithTLSConfig(config)}
	if srv.EHLO != "" {
		opts = append(opts, mail.WithHELO(srv.EHLO))
	}
	switch srv.Security {
	case "tls":
		opts = append(opts, mail.WithSSL())
	case "starttls":
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	case "none":
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		return nil, fmt.Errorf("connect: unknown security %q", srv.Security)
	}
	if srv.Username != "" {
		password, err := srv.Password()
		if err != nil {
			return nil, fmt.Errorf("log in to %s: %w", srv.Host, err)
		}
		opts = append(opts, mail.WithSMTPAuthCustom(&login{server: srv, password: password}))
	}
	opts = append(opts, mail.WithDialContextFunc(func(dialing context.Context, network, address string) (net.Conn, error) {
		raw, err := (&net.Dialer{}).DialContext(dialing, network, address)
		if err != nil {
			return nil, err
		}
		conn = &watchedConn{Conn: raw}
		// The library heeds the context only while it dials.
		stop = context.AfterFunc(ctx, conn.abort)
		if srv.Security != "tls" {
			return conn, nil
		}
		secured := tls.Client(conn, config)
		if err := secured.HandshakeContext(dialing); err != nil {
			return nil, errors.Join(err, shut(conn))
		}
		return secured, nil
	}))
	dialer, err := mail.NewClient(srv.Host, opts...)
	if err != nil {
		return nil, fmt.Errorf("set up connection: %w", err)
	}
	client, err := dialer.DialToSMTPClientWithContext(ctx)
	if stop != nil {
		stop()
	}
	if err != nil {
		if conn != nil {
			err = errors.Join(err, shut(conn)) // the library leaves it open
		}
		return nil, fmt.Errorf("connect to %s: %w", srv.Host, err)
	}
	return &session{client: client, conn: conn, idle: time.Now()}, nil
}

// Check connects, logs in and leaves again, as an operator's trial.
func (srv Server) Check(ctx context.Context) error {
	c, err := srv.dial(ctx)
	if err != nil {
		return err
	}
	return c.quit()
}

// shut closes a connection; one that is closed already is fine.
func shut(conn net.Conn) error {
	if err := conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close connection: %w", err)
	}
	return nil
}

// login authenticates by the best mechanism that the server offers. Over an
// unsecured connection, which only a server on this machine may have, a
// mechanism that hides the password comes first.
type login struct {
	server   Server
	password string
	chosen   smtp.Auth
}

func (l *login) Start(info *smtp.ServerInfo) (proto string, toServer []byte, err error) {
	srv, plainly := l.server, l.server.Security == "none"
	order := []string{"PLAIN", "LOGIN", "CRAM-MD5"}
	if plainly {
		order = []string{"CRAM-MD5", "PLAIN", "LOGIN"}
	}
	for _, mechanism := range order {
		if !slices.ContainsFunc(info.Auth, func(offered string) bool { return strings.EqualFold(offered, mechanism) }) {
			continue
		}
		switch mechanism {
		case "PLAIN":
			l.chosen = smtp.PlainAuth("", srv.Username, l.password, srv.Host, plainly)
		case "LOGIN":
			l.chosen = smtp.LoginAuth(srv.Username, l.password, srv.Host, plainly)
		case "CRAM-MD5":
			l.chosen = smtp.CRAMMD5Auth(srv.Username, l.password)
		}
		return l.chosen.Start(info)
	}
	return "", nil, fmt.Errorf("the server offers no login we know: %s", strings.Join(info.Auth, " "))
}

func (l *login) Next(fromServer []byte, more bool) ([]byte, error) {
	return l.chosen.Next(fromServer, more)
}

// ready reports whether the session can take another letter: RSET forgets what
// the last one left and shows that the server is still there.
func (c *session) ready() bool {
	if time.Since(c.idle) > idleTimeout {
		return false
	}
	return c.client.UpdateDeadline(dialTimeout) == nil && c.client.Reset() == nil
}

// quit ends the session. A server that does not say goodbye is not waited for.
func (c *session) quit() error {
	if c.client.UpdateDeadline(quitTimeout) == nil && c.client.Quit() == nil {
		return nil
	}
	return shut(c.conn)
}
