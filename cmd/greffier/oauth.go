package main

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"time"
)

// tokens gives the access tokens (RFC 6749) by which one or both servers are
// logged in to. It asks the token endpoint when there is none, when the one at
// hand is about to end, and when a server refused it; else it answers from
// memory. Access tokens are never written anywhere. A refresh token that the
// endpoint gives in place of the last one is kept in the data folder.
//
// It is ours rather than golang.org/x/oauth2, which tells nobody of a refresh
// token that was replaced, has no limits of its own, and puts what the endpoint
// answers, whatever is in it, into its errors.
type tokens struct {
	settings OAuth
	kept     string // path of the refresh token that replaces the configured one
	client   *http.Client
	now      func() time.Time // of the machine: what tokens end by
	log      *slog.Logger

	mu      sync.Mutex
	access  Secret
	until   time.Time  // when another access token is asked for; zero: not known
	unsaved *keptToken // a refresh token that could not be written
}

// tokenPatience is how long the endpoint may take to answer, and how long another
// process may take to be done with it.
const tokenPatience = 30 * time.Second

// tokenGrace is how long a refresh under way may still take when the program
// stops: its answer may hold the only refresh token that is good from then on.
const tokenGrace = 5 * time.Second

// tokenMargin is how long before its end a token is replaced, if it lasts long
// enough: a quarter of its time at most.
const tokenMargin = 5 * time.Minute

func newTokens(settings OAuth, kept string, log *slog.Logger) *tokens {
	return &tokens{settings: settings, kept: kept, now: time.Now, log: log, client: &http.Client{
		Timeout: tokenPatience,
		// Secrets go to the endpoint that is configured and nowhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Token gives an access token other than refused. It blocks for twice
// tokenPatience at most, and tokenGrace after ctx ended. Of its errors those of type passingError may go by themselves. No error
// shows a secret.
func (t *tokens) Token(ctx context.Context, refused string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if access := t.access.Reveal(); access != "" && access != refused && (t.until.IsZero() || t.now().Before(t.until)) {
		return access, nil
	}
	t.access = Secret{}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	asked := t.now()
	answer, err := t.ask(ctx)
	if err != nil {
		return "", err
	}
	t.access, t.until = NewSecret(answer.AccessToken), time.Time{}
	if lasts := answer.lasts(); lasts > 0 {
		t.until = asked.Add(lasts - min(tokenMargin, lasts/4))
	}
	t.log.Debug("access token fetched", "until", t.until)
	return answer.AccessToken, nil
}

// passingError is trouble that is not known to last.
type passingError struct{ error }

func (e passingError) Unwrap() error { return e.error }

// Temporary says so to those who log in.
func (passingError) Temporary() bool { return true }

// accesses are the tokens of the two servers; nil: the server is logged in to by
// password. They are the same where the settings are.
type accesses struct{ mailbox, smtp *tokens }

func newAccesses(cfg *Config, log *slog.Logger) accesses {
	var a accesses
	if cfg.Mailbox.Auth == AuthOAuth2 {
		a.mailbox = newTokens(cfg.Mailbox.OAuth, filepath.Join(cfg.DataDir, "oauth-mailbox.key"), log)
	}
	switch {
	case cfg.SMTP.Auth != AuthOAuth2:
	case a.mailbox != nil && cfg.SMTP.OAuth == cfg.Mailbox.OAuth:
		a.smtp = a.mailbox
	default:
		a.smtp = newTokens(cfg.SMTP.OAuth, filepath.Join(cfg.DataDir, "oauth-smtp.key"), log)
	}
	return a
}

// function is Token as the two parts that log in want it; nil for a nil t.
func (t *tokens) function() func(ctx context.Context, refused string) (string, error) {
	if t == nil {
		return nil
	}
	return t.Token
}

// secretLeft is how long a client's secret must still be good for.
const secretLeft = 14 * day

// secretEnds gives when the first of the clients' secrets ends; zero: not known.
func (c *Config) secretEnds() time.Time {
	ends := c.Mailbox.OAuth.SecretExpires
	if other := c.SMTP.OAuth.SecretExpires; ends.IsZero() || !other.IsZero() && other.Before(ends) {
		ends = other
	}
	return ends
}
