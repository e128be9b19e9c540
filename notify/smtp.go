package notify

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/wneessen/go-mail/smtp"
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
	// Token gives an OAuth 2.0 access token (RFC 6749) to log in with; nil: login
	// by Password. It is called before each login with "", and after a refused
	// one with the token that was refused, to get another. It may block as long
	// as ctx allows.
	Token    func(ctx context.Context, refused string) (string, error)
	EHLO     string      // our name; "": that of the machine
	TLS      *tls.Config // nil: the system's authorities
	Patience Patience
}

// A session is one connection to the server, logged in, that many letters may
// share one after the other.
type session struct {
	client   *smtp.Client
	conn     *watchedConn
	answers  *bareCodes
	patience Patience
	idle     time.Time // since when
	used     bool      // a letter went over it
	dead     bool      // nothing more can be said over it
}

// errToken marks a login whose token was refused.
var errToken = errors.New("log in")

// dial connects, secures the connection and logs in. It blocks no longer than
// Patience says, the asking for a token apart, and ends with ctx. Where a token
// is refused, another one is tried, over another connection.
func (srv Server) dial(ctx context.Context) (*session, error) {
	token, err := srv.token(ctx, "")
	if err != nil {
		return nil, err
	}
	c, err := srv.dialWith(ctx, token)
	if !errors.Is(err, errToken) {
		return c, err
	}
	another, tokenErr := srv.token(ctx, token)
	switch {
	case tokenErr != nil:
		return nil, fmt.Errorf("%w; %w", err, tokenErr)
	case another == token:
		return nil, err
	}
	return srv.dialWith(ctx, another)
}

// token gives the access token to log in with; "": by password, or not at all.
func (srv Server) token(ctx context.Context, refused string) (string, error) {
	if srv.Token == nil || srv.Username == "" {
		return "", nil
	}
	token, err := srv.Token(ctx, refused)
	if err != nil {
		return "", fmt.Errorf("log in: %w", err)
	}
	return token, nil
}

func (srv Server) dialWith(ctx context.Context, token string) (*session, error) {
	c := &session{patience: srv.Patience.orDefaults()}
	by := time.Now().Add(c.patience.Connect)
	dialer := net.Dialer{Deadline: by}
	raw, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(srv.Host, strconv.Itoa(srv.Port)))
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", srv.Host, err)
	}
	c.conn = &watchedConn{Conn: raw, block: c.patience.Block}
	stop := context.AfterFunc(ctx, c.conn.abort)
	defer stop()
	if err := srv.open(ctx, c, by, token); err != nil {
		return nil, fmt.Errorf("connect to %s: %w", srv.Host, errors.Join(err, shut(c.conn)))
	}
	c.idle = time.Now()
	return c, nil
}

// open says hello, secures the connection and logs in. Nothing of us but our
// name is told before the connection is secured.
func (srv Server) open(ctx context.Context, c *session, by time.Time, token string) error {
	if err := c.conn.SetDeadline(by); err != nil {
		return err
	}
	config := srv.tlsConfig()
	var conn net.Conn = c.conn
	if srv.Security == "tls" {
		secured := tls.Client(c.conn, config)
		if err := secured.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("secure the connection: %w", err)
		}
		conn = secured
	}
	var err error
	if c.client, err = smtp.NewClient(conn, srv.Host); err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	name := srv.EHLO
	if name == "" {
		name = ownName()
	}
	if err := c.client.Hello(name); err != nil {
		return err
	}
	switch srv.Security {
	case "tls", "none":
	case "starttls":
		if offered, _ := c.client.Extension("STARTTLS"); !offered {
			return errors.New("the server does not offer STARTTLS: nothing more is said to it, the password neither")
		}
		if err := c.client.StartTLS(config); err != nil {
			return fmt.Errorf("secure the connection: %w", err)
		}
	default:
		return fmt.Errorf("unknown security %q", srv.Security)
	}
	c.answers = &bareCodes{from: c.client.Text.R}
	c.client.Text.R = bufio.NewReader(c.answers)
	if srv.Username == "" {
		return nil
	}
	how := &login{server: srv, token: token}
	if token == "" {
		if how.password, err = srv.Password(); err != nil {
			return fmt.Errorf("log in: %w", err)
		}
	}
	switch err := c.client.Auth(how); {
	case err == nil:
		return nil
	case how.refused(err):
		return fmt.Errorf("%w: %w", errToken, err)
	default:
		return fmt.Errorf("log in: %w", err)
	}
}

func (srv Server) tlsConfig() *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if srv.TLS != nil {
		config = srv.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = srv.Host
	}
	return config
}

// Check connects, logs in and leaves again, as an operator's trial.
func (srv Server) Check(ctx context.Context) error {
	c, err := srv.dial(ctx)
	if err != nil {
		return err
	}
	return c.quit()
}

// ready reports whether the session can take another letter: RSET forgets what
// the last one left and shows that the server is still there.
func (c *session) ready() bool {
	if time.Since(c.idle) > c.patience.Idle || c.speaks() != nil {
		return false
	}
	return c.command(c.client.Reset) == nil
}

// command sends a command and waits for its answer. Any answer of the class of
// success is one (RFC 5321 section 4.3.2). A server that has said something
// before it was asked is not asked: its answers would be taken for others.
func (c *session) command(say func() error) error {
	if c.client.Text.R.Buffered() > 0 || c.answers.waiting() {
		c.dead = true
		return errOutOfTurn
	}
	if err := c.conn.SetReadDeadline(time.Now().Add(c.patience.Command)); err != nil {
		c.dead = true
		return err
	}
	err := say()
	switch code := replyCode(err); {
	case err == nil, code/100 == 2:
		return nil
	case code < 400:
		c.dead = true
	}
	return err
}

var errOutOfTurn = errors.New("the server speaks before it is asked")

// speaks listens for a server that speaks though it was not asked, or has hung
// up; nil: it is silent, as it should be.
func (c *session) speaks() error {
	if err := c.conn.SetReadDeadline(time.Now().Add(outOfTurn)); err != nil {
		return err
	}
	_, err := c.client.Text.R.Peek(1)
	switch {
	case err == nil, c.answers.waiting():
		return errOutOfTurn
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil
	}
	return err
}

// quit ends the session. A server that does not say goodbye is not waited for.
func (c *session) quit() error {
	if !c.dead && c.conn.SetReadDeadline(time.Now().Add(c.patience.Quit)) == nil && c.client.Quit() == nil {
		return nil
	}
	return shut(c.conn)
}
