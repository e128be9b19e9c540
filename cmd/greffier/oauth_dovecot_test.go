package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
)

// withOAuth makes a program log in to both servers by tokens of an authority.
func (g *program) withOAuth(a *authority, keys string) {
	g.t.Helper()
	text, err := os.ReadFile(g.config)
	g.must(err)
	g.must(os.WriteFile(filepath.Join(g.dir, "secret"), []byte(authoritySecret+"\n"), 0o600))
	oauth := fmt.Sprintf("auth = \"oauth2\"\noauth_client_id = %q\noauth_token_url = %q\noauth_client_secret_file = \"secret\"\n%s", authorityClient, a.url+"/token", keys)
	changed := strings.Replace(string(text), "password_file = \"password\"\n", oauth, 1)
	changed = strings.Replace(changed, "[smtp]\n", "[smtp]\nauth = \"oauth2\"\nusername = \"aap@greffier.test\"\n", 1)
	g.must(os.WriteFile(g.config, []byte(changed), 0o600))
}

// consent puts a refresh token where the configuration says.
func (g *program) consent(token string) {
	g.t.Helper()
	g.must(os.WriteFile(filepath.Join(g.dir, "consent"), []byte(token+"\n"), 0o600))
}

// bearerSink is a sink that wants a token of an authority.
func bearerSink(t testing.TB, a *authority) *smtpSink {
	return startSink(t, func(o *sinkOptions) {
		o.AllowPlainAuth = true
		o.Bearer = func(given sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
			if given.Username != "aap@greffier.test" || !a.good(given.Token) {
				return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer"}
			}
			return nil
		}
	})
}

// TestOAuthLife: mail is fetched and answered by tokens alone, on a real Dovecot.
// A token that ends early is replaced; each refresh token replaces the last one,
// over restarts, and none is used twice; one token serves both servers. When the
// consent ends it is told in words, and a new one is taken up where it is put. No
// secret shows anywhere.
func TestOAuthLife(t *testing.T) {
	a := startAuthority(t)
	d := startDovecot(t, a.dovecot)
	sink := bearerSink(t, a)
	g := newProgram(t, d, nil, sink, editionNow, "")
	g.withOAuth(a, "oauth_refresh_token_file = \"consent\"\n")
	g.consent(a.refresh)
	_, said, code := g.run("check", "-connect")
	if code != 0 || strings.Count(said, "logged in") != 2 {
		t.Fatalf("check -connect: exit code %d, %s", code, said)
	}
	if n := a.requests("ok"); n != 1 {
		t.Errorf("%d tokens were asked for, want one for both servers", n)
	}
	file := filepath.Join(g.dir, "data", "oauth-mailbox.key")
	info, err := os.Stat(file)
	g.must(err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s has mode %v", file, info.Mode())
	}

	now := time.Now().UTC().Add(-time.Minute).Format(time.RFC3339)
	d.Append(candidateMail("a@asso.example", "Candidature", now, now), time.Now())
	daemon := g.serve()
	sink.Delivered(t, 1, serverDeadline)
	if n := a.requests("ok"); n != 2 {
		t.Errorf("%d tokens in all after the start, want 2", n)
	}

	a.revoke(false) // and the connection breaks: the token in memory is refused
	d.Restart()
	d.Append(candidateMail("b@asso.example", "Candidature", now, now), time.Now())
	sink.Delivered(t, 2, serverDeadline)
	if n := a.requests("ok"); n != 3 {
		t.Errorf("%d tokens in all after a refusal, want 3", n)
	}
	daemon.stop()

	copied := filepath.Join(t.TempDir(), "copy")
	g.ok("backup", copied)
	if kept, err := os.ReadFile(filepath.Join(copied, "oauth-mailbox.key")); err != nil || !strings.Contains(string(kept), a.lastRefresh()) {
		t.Errorf("the backup holds %q, %v, not the last refresh token", kept, err)
	}

	g.once("") // another process, with the refresh token that came last
	if n := a.requests("invalid_grant"); n != 0 {
		t.Errorf("a refresh token was used twice: %d refusals", n)
	}

	a.revoke(true)
	out, said, code := g.run("check", "-connect")
	if want := "the consent has ended: sign in again and put a new refresh token into " + filepath.Join(g.dir, "consent"); code != 1 || !strings.Contains(said, want) {
		t.Errorf("without consent: exit code %d, %s, want %s", code, said, want)
	}
	everything := out + said
	lost := g.serve()
	awaitCondition(t, "alarm of the login", func() error {
		text, err := os.ReadFile(filepath.Join(g.dir, "serve.log"))
		g.must(err)
		if !strings.Contains(string(text), "kind=imap_login") {
			return fmt.Errorf("log: %s", text)
		}
		return nil
	})
	lost.stop()
	g.consent(a.consent())
	g.ok("check", "-connect")
	g.once("")
	if out, said, code := g.run("verify"); code != 0 || strings.Contains(out+said, "oauth-mailbox.key") {
		t.Errorf("verify: exit code %d\n%s%s", code, out, said)
	}

	log, err := os.ReadFile(filepath.Join(g.dir, "serve.log"))
	g.must(err)
	if everything += string(log); strings.Contains(everything, "hunter2") {
		t.Errorf("a secret shows in\n%s", everything)
	}
}

// TestOAuthClientCredentials: without a refresh token the client asks in its own
// name, and nothing is kept. The server knows XOAUTH2 alone, as that of Microsoft
// 365 does.
func TestOAuthClientCredentials(t *testing.T) {
	a := startAuthority(t)
	d := startDovecot(t, a.dovecot, func(o *dovecotOptions) {
		o.Settings = strings.Replace(o.Settings, "xoauth2 oauthbearer\np", "xoauth2\np", 1)
	})
	g := newProgram(t, d, nil, bearerSink(t, a), edition2018, "")
	g.withOAuth(a, "oauth_scopes = [\"mail/.default\"]\noauth_secret_expires = 2018-12-01\n")
	if _, said, code := g.run("check"); code != 0 || !strings.Contains(said, "the secret ends on 2018-12-01: have a new one made") {
		t.Errorf("check: exit code %d, %s", code, said)
	}
	d.Append(candidateMail("a@asso.example", "Candidature", "2018-10-01T09:00:00Z", "2018-10-01T09:00:00Z"), instant(t, "2018-10-01T09:00:00Z"))
	filed := func(cases, tokens int) {
		t.Helper()
		awaitCondition(t, "mails filed", func() error {
			if got, asked := len(g.cases()), a.requests("ok"); got != cases || asked != tokens {
				return fmt.Errorf("%d cases by %d tokens, want %d by %d", got, asked, cases, tokens)
			}
			return nil
		})
	}
	g.once("2018-10-01T10:00:00Z")
	filed(1, 1)
	g.serve("-now", "2018-10-01T11:00:00Z")
	filed(1, 2)
	a.revoke(false)
	d.Restart()
	d.Append(candidateMail("b@asso.example", "Candidature", "2018-10-01T09:30:00Z", "2018-10-01T09:30:00Z"), instant(t, "2018-10-01T09:30:00Z"))
	filed(2, 3)
	if _, err := os.Stat(filepath.Join(g.dir, "data", "oauth-mailbox.key")); !os.IsNotExist(err) {
		t.Errorf("something was kept: %v", err)
	}
}
