package main

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Ways to log in to a mail server.
const (
	AuthPassword = "password"
	AuthOAuth2   = "oauth2" // by an access token: OAUTHBEARER (RFC 7628) or XOAUTH2
)

// OAuth is how access tokens are had (RFC 6749). Two that are equal share theirs.
// The zero value means that there are none.
type OAuth struct {
	ClientID string
	// TokenURL is the token endpoint: https, or http on this very machine.
	TokenURL string
	// Scopes stand as they are asked for, with a space between; empty: none.
	Scopes string
	// ClientSecret may be missing where there is a RefreshToken.
	ClientSecret SecretRef
	// RefreshToken is what access tokens are had for. Without one, the client
	// asks in its own name (client credentials).
	RefreshToken SecretRef
	// SecretExpires is the first day on which the secret is no good any more, at
	// its beginning; zero: not known.
	SecretExpires time.Time
}

// auth reads how to log in. like are the settings that hold where t has none.
func (r *reader) auth(t *table, s server, like OAuth) {
	if line := t.text("auth", s.Auth); *s.Auth != AuthPassword && *s.Auth != AuthOAuth2 {
		t.fault(line, t.key("auth"), `%q is unknown: write "password" or "oauth2"`, *s.Auth)
	}
	r.password(t, s)
	before := len(r.faults)
	o := r.oauth(t)
	set := t.filled("oauth_client_id", "oauth_token_url", "oauth_scopes", "oauth_client_secret_file", "oauth_client_secret_env",
		"oauth_refresh_token_file", "oauth_refresh_token_env", "oauth_secret_expires")
	switch {
	case *s.Auth == AuthPassword && set != "":
		t.fault(t.lineOf(set), t.key(set), `stands without auth = "oauth2": write that too, or remove it`)
	case *s.Auth != AuthOAuth2:
	case *s.Username == "" && !r.broken:
		t.fault(t.lineOf("auth"), t.key("username"), `needs a value beside auth = "oauth2": write the address of the mailbox`)
	case set == "" && like != (OAuth{}):
		*s.OAuth = like
	default:
		if len(r.faults) == before && !r.broken {
			t.incomplete(o)
		}
		*s.OAuth = o
	}
}

// oauth reads how access tokens are had.
func (r *reader) oauth(t *table) OAuth {
	var o OAuth
	t.noSecretHere("oauth_client_secret", "client_secret")
	t.noSecretHere("oauth_refresh_token", "refresh_token", "oauth_access_token", "access_token")
	t.text("oauth_client_id", &o.ClientID)
	if line := t.text("oauth_token_url", &o.TokenURL); o.TokenURL != "" {
		r.checkTokenURL(line, t.key("oauth_token_url"), o.TokenURL)
	}
	var scopes []string
	for _, m := range t.members("oauth_scopes", `"https://outlook.office365.com/.default"`) {
		// RFC 6749 section 3.3.
		if m.text == "" || strings.ContainsFunc(m.text, func(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '\\' }) {
			t.fault(m.line, m.key, "is no scope: write each one alone between quotes, as the provider names it")
		}
		scopes = append(scopes, m.text)
	}
	o.Scopes = strings.Join(scopes, " ")
	r.secret(t, "oauth_client_secret", &o.ClientSecret)
	r.secret(t, "oauth_refresh_token", &o.RefreshToken)
	t.date("oauth_secret_expires", &o.SecretExpires)
	return o
}

// filled gives the first of some keys that has a value, "" where none has.
func (t *table) filled(keys ...string) string {
	for _, key := range keys {
		if e := t.at.keys[key]; e != nil && (e.text != "" || e.kind != unstable.String && e.kind != unstable.Array || len(e.items) > 0) {
			return key
		}
	}
	return ""
}

// incomplete tells what is missing.
func (t *table) incomplete(o OAuth) {
	for _, need := range []struct {
		missing   bool
		key, want string
	}{
		{o.ClientID == "", "oauth_client_id", "the identifier that the provider gave to this program"},
		{o.TokenURL == "", "oauth_token_url", `the token endpoint of the provider, such as "https://oauth2.googleapis.com/token"`},
		{!o.ClientSecret.IsSet() && !o.RefreshToken.IsSet(), "oauth_client_secret_file",
			"the path of a file with the client's secret, or oauth_refresh_token_file where a person consents"},
	} {
		if need.missing {
			t.fault(t.lineOf("auth"), t.key(need.key), `needs a value beside auth = "oauth2": write %s`, need.want)
		}
	}
}

// checkTokenURL wants https, or http on this very machine: secrets go there.
func (r *reader) checkTokenURL(line int, key, address string) {
	u, err := url.Parse(address)
	switch {
	case strings.ContainsAny(address, "{}<>"):
		r.fault(line, key, "has a gap: put the name of your tenant where %s has its brackets", address)
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		r.fault(line, key, `is no web address: write it whole, such as "https://oauth2.googleapis.com/token"`)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		r.fault(line, key, "holds a login, a query or a fragment: write the address alone")
	case u.Scheme == "http" && !loopbackHost(u.Hostname()):
		r.fault(line, key, "would send secrets in clear over the network: write https://")
	}
}

// date reads a day, at whose beginning in the time zone it gives; "" is none.
func (t *table) date(key string, dst *time.Time) int {
	e := t.take(key)
	switch {
	case e == nil, e.kind == unstable.String && e.text == "":
		return 0
	case e.kind != unstable.LocalDate:
		return t.wrongKind(e, key, "write a day, without quotes: "+key+" = 2027-01-31")
	}
	at, err := time.ParseInLocation(time.DateOnly, e.text, t.zone)
	if err != nil {
		t.fault(e.line, t.key(key), "%s is no day of the calendar: write it as 2027-01-31", e.text)
		return 0
	}
	*dst = at
	return e.line
}

// noSecretHere refuses secrets that stand in the file itself, and never repeats
// them.
func (t *table) noSecretHere(name string, keys ...string) {
	for _, key := range slices.Concat([]string{name}, keys) {
		if e := t.at.keys[key]; e != nil {
			t.fault(e.line, t.key(key), `has no place in this file: put it into a file of mode 0600 and write %s_file = "…", or into the environment and write %s_env = "…"`, name, name)
			delete(t.at.keys, key)
		}
	}
}
