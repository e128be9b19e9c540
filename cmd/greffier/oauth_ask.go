package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxTokenAnswer bounds what the token endpoint may answer, in bytes.
const maxTokenAnswer = 64 << 10

// tokenAnswer is what the endpoint answers (RFC 6749 sections 5.1 and 5.2).
type tokenAnswer struct {
	AccessToken  string      `json:"access_token"`
	TokenType    string      `json:"token_type"`
	ExpiresIn    json.Number `json:"expires_in"` // seconds; some endpoints put it between quotes
	RefreshToken string      `json:"refresh_token"`

	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// lasts is how long the access token is good for; 0: not told.
func (a tokenAnswer) lasts() time.Duration {
	seconds, err := a.ExpiresIn.Float64()
	if err != nil || !(seconds > 0) {
		return 0
	}
	return time.Duration(min(seconds, (365*day).Seconds()) * float64(time.Second))
}

// ask asks the endpoint for an access token: by the refresh token where there is
// one, else in the name of the client. t.mu is held.
func (t *tokens) ask(ctx context.Context) (tokenAnswer, error) {
	form := url.Values{"client_id": {t.settings.ClientID}}
	if t.settings.Scopes != "" {
		form.Set("scope", t.settings.Scopes)
	}
	secret, err := t.settings.ClientSecret.Read()
	if err != nil {
		return tokenAnswer{}, fmt.Errorf("read the client's secret: %w", err)
	}
	if value := secret.Reveal(); value != "" {
		form.Set("client_secret", value)
	}
	if !t.settings.RefreshToken.IsSet() {
		form.Set("grant_type", "client_credentials")
		return t.post(ctx, form)
	}
	form.Set("grant_type", "refresh_token")
	return t.refresh(ctx, form)
}

// post sends a form to the endpoint and sorts its answer.
func (t *tokens) post(ctx context.Context, form url.Values) (tokenAnswer, error) {
	var answer tokenAnswer
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.settings.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return answer, fmt.Errorf("ask for a token: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	response, err := t.client.Do(request)
	if err != nil {
		return answer, passingError{fmt.Errorf("ask for a token: %w", err)}
	}
	defer response.Body.Close() // what was to be read is read
	body, err := io.ReadAll(io.LimitReader(response.Body, maxTokenAnswer+1))
	wrong := func(format string, args ...any) (tokenAnswer, error) {
		return tokenAnswer{}, passingError{fmt.Errorf("ask %s for a token: it "+format, append([]any{t.settings.TokenURL}, args...)...)}
	}
	switch {
	case err != nil:
		return wrong("breaks off: %w", err)
	case len(body) > maxTokenAnswer:
		return wrong("answers more than %d bytes", maxTokenAnswer)
	case response.StatusCode/100 == 3:
		return wrong("answers %d, which points elsewhere: secrets are not sent there; is oauth_token_url right?", response.StatusCode)
	case json.Unmarshal(body, &answer) != nil:
		return wrong("answers %d and something else than a token: is oauth_token_url right?", response.StatusCode)
	case answer.Error != "":
		return tokenAnswer{}, t.refusal(response.StatusCode, answer, form)
	case response.StatusCode != http.StatusOK:
		return wrong("answers %d", response.StatusCode)
	case answer.TokenType != "" && !strings.EqualFold(answer.TokenType, "Bearer"):
		return wrong("gives a token of another type than Bearer")
	case answer.AccessToken == "" || strings.ContainsFunc(answer.AccessToken, func(c rune) bool { return c <= ' ' || c > '~' }):
		return wrong("answers without a token that can be used")
	}
	return answer, nil
}

// refusal puts the error of an endpoint into words (RFC 6749 section 5.2, OpenID
// Connect Core section 3.1.2.6), with what to do.
func (t *tokens) refusal(status int, answer tokenAnswer, form url.Values) error {
	passing := status >= 500 || status == http.StatusTooManyRequests
	var what string
	switch consent, secret := t.settings.RefreshToken, t.settings.ClientSecret; answer.Error {
	case "temporarily_unavailable", "server_error", "slow_down":
		passing = true
	case "invalid_grant", "interaction_required", "consent_required", "login_required":
		what = "the client is not allowed in: look at its permissions where it is registered"
		if consent.IsSet() {
			what = "the consent has ended: sign in again and put a new refresh token into " + consent.place()
		}
	case "invalid_client":
		what = "the client is refused: check oauth_client_id"
		if secret.IsSet() {
			what += ", and put a secret that has not ended into " + secret.place()
		}
	case "unauthorized_client", "unsupported_grant_type":
		what = "the client may not get tokens in this way: allow it where the client is registered, and check oauth_client_id and oauth_token_url"
	case "invalid_scope":
		what = "the scopes are refused: check oauth_scopes"
	default:
		what = "the request is refused: check every oauth_ key"
	}
	if passing {
		return passingError{fmt.Errorf("ask for a token: the endpoint is out of order and says %s", quote(answer, form))}
	}
	return fmt.Errorf("ask for a token: %s (the endpoint says %s)", what, quote(answer, form))
}

// quote gives the endpoint's own words on one short line, unless they repeat a
// secret of ours.
func quote(answer tokenAnswer, form url.Values) string {
	words := strings.Join(strings.Fields(strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return ' '
		}
		return c
	}, answer.Error+" "+answer.Description)), " ")
	for _, key := range []string{"client_secret", "refresh_token"} {
		if secret := form.Get(key); secret != "" && strings.Contains(words, secret) {
			return "something that repeats a secret"
		}
	}
	if r := []rune(words); len(r) > 300 {
		words = string(r[:300]) + "…"
	}
	return fmt.Sprintf("%q", words)
}

// place is where a secret is kept, in words.
func (s SecretRef) place() string {
	if s.File != "" {
		return s.File
	}
	return "the environment variable " + s.Env
}

// refresh asks by the refresh token: the one that the endpoint gave last, if it
// descends from the one configured, else that. Two processes never do it at the
// same time: a refresh token may be good for one use alone.
func (t *tokens) refresh(ctx context.Context, form url.Values) (tokenAnswer, error) {
	waiting, cancel := context.WithTimeout(ctx, tokenPatience)
	defer cancel()
	unlock, err := lockFolder(waiting, t.kept)
	if err != nil {
		return tokenAnswer{}, fmt.Errorf("ask for a token: %w", err)
	}
	asking, done := outlive(ctx, tokenGrace)
	defer done()
	answer, err := t.refreshAlone(asking, form)
	if unlockErr := unlock(); unlockErr != nil {
		// The lock ends with the process at the latest; the answer is good.
		t.log.Warn("data folder not unlocked", "error", unlockErr)
	}
	return answer, err
}

// outlive gives a context that ends some time after ctx does.
func outlive(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(grace, cancel)
		context.AfterFunc(longer, func() { timer.Stop() })
	})
	return longer, func() { stop(); cancel() }
}

func (t *tokens) refreshAlone(ctx context.Context, form url.Values) (tokenAnswer, error) {
	configured, err := t.settings.RefreshToken.Read()
	if err != nil {
		return tokenAnswer{}, fmt.Errorf("read the refresh token: %w", err)
	}
	origin := t.settings.origin(configured)
	last, err := t.lastRefreshToken(origin)
	if err != nil {
		return tokenAnswer{}, err
	}
	if last == "" {
		last = configured.Reveal()
	}
	form.Set("refresh_token", last)
	answer, err := t.post(ctx, form)
	if err != nil {
		return tokenAnswer{}, err
	}
	if next := answer.RefreshToken; next != "" && next != last {
		t.unsaved = &keptToken{Origin: origin, RefreshToken: next}
	}
	if t.unsaved != nil {
		if err := t.save(); err != nil {
			// The access token is good, and so is the refresh token in memory; it
			// is written the next time.
			t.log.Error("the refresh token that replaces the last one is not written, and would be lost with this process", "file", t.kept, "error", err)
		}
	}
	return answer, nil
}
