package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
)

// enter dials and logs in. Where a token is refused, another one is tried, over
// another connection: some servers hang up after a refusal.
func (s *Session) enter(ctx context.Context, l *link) error {
	token, err := s.token(ctx, "")
	if err != nil {
		return err
	}
	err = s.enterWith(ctx, l, token)
	if token == "" || !errors.Is(err, errLogin) || errors.Is(err, errNoWay) {
		return err
	}
	another, tokenErr := s.token(ctx, token)
	switch {
	case tokenErr != nil:
		return fmt.Errorf("%w; %w", err, tokenErr)
	case another == token:
		return err
	}
	return s.enterWith(ctx, l, another)
}

func (s *Session) enterWith(ctx context.Context, l *link, token string) error {
	if err := s.dial(ctx, l); err != nil {
		return err
	}
	if err := s.login(l, token); err != nil {
		return errors.Join(l.blame(err), l.cut())
	}
	return nil
}

// token gives the access token to log in with; "": by password, or not at all.
func (s *Session) token(ctx context.Context, refused string) (string, error) {
	if s.cfg.Token == nil || s.cfg.Username == "" {
		return "", nil
	}
	token, err := s.cfg.Token(ctx, refused)
	var passing interface{ Temporary() bool }
	switch {
	case err == nil:
		return token, nil
	case ctx.Err() != nil, errors.As(err, &passing) && passing.Temporary():
		return "", err
	}
	return "", fmt.Errorf("%w: %w", errLogin, err)
}

// login authenticates, by the best way that the server offers.
func (s *Session) login(l *link, token string) error {
	if s.cfg.Username == "" || l.client.State() != imap.ConnStateNotAuthenticated {
		return nil
	}
	caps := l.client.Caps()
	if err := known(caps); err != nil {
		return err
	}
	ways := caps.AuthMechanisms()
	offers := func(way string) bool {
		return slices.ContainsFunc(ways, func(w string) bool { return strings.EqualFold(w, way) })
	}
	var err error
	if token != "" {
		err = s.loginByToken(l, offers, token)
	} else {
		err = s.loginByPassword(l, offers, !caps.Has(imap.CapLoginDisabled))
	}
	var refusal *imap.Error
	switch {
	case err == nil, errors.Is(err, errLogin):
		return err
	// RFC 5530 section 3: these say nothing about the password.
	case errors.As(err, &refusal) && !slices.Contains([]imap.ResponseCode{
		imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeLimit, imap.ResponseCodeServerBug}, refusal.Code):
		return fmt.Errorf("%w as %s: %w", errLogin, s.cfg.Username, err)
	}
	return fmt.Errorf("try to log in: %w", err)
}

// loginByPassword gives errLogin, or what the server answers.
func (s *Session) loginByPassword(l *link, offers func(string) bool, loginCommand bool) error {
	password, err := s.cfg.Password()
	if err != nil {
		return fmt.Errorf("%w: read the password: %w", errLogin, err)
	}
	switch {
	case offers(sasl.Plain):
		return l.client.Authenticate(sasl.NewPlainClient("", s.cfg.Username, password))
	case loginCommand:
		return l.client.Login(s.cfg.Username, password).Wait()
	case offers(sasl.Login):
		return l.client.Authenticate(sasl.NewLoginClient(s.cfg.Username, password))
	}
	return fmt.Errorf("%w: the server takes no password on this connection", errLogin)
}

var errNoWay = fmt.Errorf("%w: the server takes no OAuth 2.0 token on this connection, by OAUTHBEARER or XOAUTH2", errLogin)

// loginByToken gives errLogin, or what the server answers. The standard way comes
// before the older one, which Microsoft 365 offers alone.
func (s *Session) loginByToken(l *link, offers func(string) bool, token string) error {
	way := new(bearer)
	switch {
	case offers(sasl.OAuthBearer):
		var err error
		name := strings.NewReplacer("=", "=3D", ",", "=2C").Replace(s.cfg.Username) // RFC 5801 section 4
		if _, way.first, err = sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{
			Username: name, Token: token, Host: s.cfg.Host, Port: s.cfg.Port}).Start(); err != nil {
			return err
		}
		way.name, way.last = sasl.OAuthBearer, []byte{1} // RFC 7628 section 3.2.3
	case offers("XOAUTH2"):
		way.name, way.first, way.last = "XOAUTH2", []byte("user="+s.cfg.Username+"\x01auth=Bearer "+token+"\x01\x01"), []byte{}
	default:
		return errNoWay
	}
	l.conn.emptyLines = true
	err := l.client.Authenticate(way)
	l.conn.emptyLines = false
	switch {
	case err == nil || way.reason == "":
		return err
	case !refused(err): // it hung up once it had said why
		return fmt.Errorf("%w as %s: %s: %w", errLogin, s.cfg.Username, way.reason, err)
	}
	return fmt.Errorf("%w (%s)", err, way.reason)
}

// bearer logs in with a token: one word of ours, and if the server is not
// content, its reason as a challenge, our last word to that, and its refusal.
type bearer struct {
	name        string
	first, last []byte
	reason      string
}

func (b *bearer) Start() (string, []byte, error) { return b.name, b.first, nil }

func (b *bearer) Next(challenge []byte) ([]byte, error) {
	var why sasl.OAuthBearerError
	if json.Unmarshal(challenge, &why) != nil || why.Status == "" {
		why.Status = "not told"
	}
	b.reason = fmt.Sprintf("status %.60q", why.Status)
	return b.last, nil
}
