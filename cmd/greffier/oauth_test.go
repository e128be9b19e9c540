package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"greffier/cases"
	"greffier/ingest"
	"greffier/notify"
)

// endpoint is a token endpoint that answers as a test says, and remembers what
// was asked.
type endpoint struct {
	answer func(n int, form url.Values) (status int, body string)

	mu    sync.Mutex
	asked []url.Values
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	e.asked = append(e.asked, r.PostForm)
	n := len(e.asked)
	e.mu.Unlock()
	status, body := e.answer(n, r.PostForm)
	if status == http.StatusFound {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

// tokensOf makes tokens of a refresh token and an endpoint.
func tokensOf(t *testing.T, e *endpoint) (made *tokens, logged *bytes.Buffer) {
	t.Helper()
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	for name, text := range map[string]string{"secret": "secret-hunter2\n", "consent": "consent-hunter2\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	logged = new(bytes.Buffer)
	settings := OAuth{ClientID: "client", TokenURL: server.URL, Scopes: "mail offline",
		ClientSecret: SecretRef{File: filepath.Join(dir, "secret")}, RefreshToken: SecretRef{File: filepath.Join(dir, "consent")}}
	return newTokens(settings, filepath.Join(dir, "data", "oauth-mailbox.key"), slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))), logged
}

// again makes tokens of the same settings, as another process does.
func (t *tokens) again() *tokens { return newTokens(t.settings, t.kept, t.log) }

// mustGive gives the token.
func (t *tokens) mustGive(tb testing.TB, refused string) string {
	tb.Helper()
	token, err := t.Token(context.Background(), refused)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

// given answers with the nth token, which lasts for some seconds, 0: it does not say.
func given(n, seconds int, refresh string) (int, string) {
	answer := map[string]any{"access_token": fmt.Sprintf("access-%d", n), "token_type": "bearer"}
	if seconds > 0 {
		answer["expires_in"] = seconds
	}
	if refresh != "" {
		answer["refresh_token"] = refresh
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return http.StatusInternalServerError, err.Error()
	}
	return http.StatusOK, string(body)
}

// TestTokenIsRenewedInTime: a token is used until some time before its end, at
// once replaced when a server refused it, and asked for once however many want it.
func TestTokenIsRenewedInTime(t *testing.T) {
	for _, test := range []struct {
		lasts int           // seconds, as the endpoint says
		fresh time.Duration // it is used for so long, and no longer
	}{
		{3600, 55 * time.Minute}, {600, 450 * time.Second}, {4, 3 * time.Second}, {0, 365 * day}, {-5, 365 * day},
	} {
		t.Run(fmt.Sprint(test.lasts), func(t *testing.T) {
			e := &endpoint{answer: func(n int, _ url.Values) (int, string) { return given(n, test.lasts, "") }}
			tokens, _ := tokensOf(t, e)
			start := time.Now()
			at := start
			tokens.now = func() time.Time { return at }
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					if token, err := tokens.Token(t.Context(), ""); err != nil || token != "access-1" {
						t.Errorf("got %q, %v", token, err)
					}
				})
			}
			all.Wait()
			at = start.Add(test.fresh - time.Millisecond)
			if token := tokens.mustGive(t, ""); token != "access-1" {
				t.Errorf("replaced too early by %s", token)
			}
			if token := tokens.mustGive(t, "another"); token != "access-1" {
				t.Errorf("replaced by %s, although another one was refused", token)
			}
			if at = start.Add(test.fresh); test.lasts > 0 {
				if token := tokens.mustGive(t, ""); token != "access-2" {
					t.Errorf("%s is used too long", token)
				}
			} else if token := tokens.mustGive(t, "access-1"); token != "access-2" {
				t.Errorf("%s is given again, which was refused", token)
			}
			want := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"consent-hunter2"}, "client_id": {"client"},
				"client_secret": {"secret-hunter2"}, "scope": {"mail offline"}}
			for _, form := range e.asked {
				if form.Encode() != want.Encode() {
					t.Errorf("asked %v", form)
				}
			}
		})
	}
}

// TestRefreshTokenRotates: the refresh token that came last is used, over
// restarts, until another one is configured. It is in no log, and only its owner
// may read it.
func TestRefreshTokenRotates(t *testing.T) {
	e := &endpoint{answer: func(n int, _ url.Values) (int, string) {
		if n == 3 {
			return given(n, 1, "") // this one keeps the last
		}
		return given(n, 1, fmt.Sprintf("rotated-hunter2-%d", n))
	}}
	tokens, log := tokensOf(t, e)
	token := tokens.mustGive(t, "")
	token = tokens.mustGive(t, token)
	tokens = tokens.again()
	token = tokens.mustGive(t, token)
	tokens.mustGive(t, token)
	configured := tokens.settings.RefreshToken.File
	if err := os.WriteFile(configured, []byte("second-hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	tokens = tokens.again()
	tokens.mustGive(t, "")
	tokens.again().mustGive(t, "")
	var used []string
	for _, form := range e.asked {
		used = append(used, form.Get("refresh_token"))
	}
	want := []string{"consent-hunter2", "rotated-hunter2-1", "rotated-hunter2-2", "rotated-hunter2-2", "second-hunter2", "rotated-hunter2-5"}
	if !slices.Equal(used, want) {
		t.Errorf("used %q\nwant %q", used, want)
	}
	info, err := os.Stat(tokens.kept)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	content, err := os.ReadFile(tokens.kept)
	if err != nil || strings.Contains(string(content), "second-hunter2") {
		t.Errorf("the file holds more than it needs: %s, %v", content, err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(tokens.kept), "*")); err != nil || len(left) != 1 {
		t.Errorf("left over: %q, %v", left, err)
	}
	if strings.Contains(log.String(), "hunter2") || strings.Contains(log.String(), "access-") {
		t.Errorf("a secret shows in\n%s", log)
	}
}

// TestRefreshUnderWay: a program that stops in the middle of a refresh still takes
// the refresh token that is good from then on.
func TestRefreshUnderWay(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	e := &endpoint{answer: func(n int, _ url.Values) (int, string) {
		stop()
		time.Sleep(20 * time.Millisecond)
		return given(n, 3600, fmt.Sprintf("rotated-%d", n))
	}}
	tokens, _ := tokensOf(t, e)
	if _, err := tokens.Token(ctx, ""); err != nil {
		t.Error(err)
	}
	tokens.again().mustGive(t, "")
	if got := e.asked[1].Get("refresh_token"); got != "rotated-1" {
		t.Errorf("used %s after the stop", got)
	}
}

// TestRefreshTokenNotWritten: where the refresh token cannot be written the token
// is good all the same, the log says so, and it is written as soon as that is
// possible. A file that was spoilt is told with what to do.
func TestRefreshTokenNotWritten(t *testing.T) {
	e := &endpoint{answer: func(n int, _ url.Values) (int, string) {
		return given(n, 3600, map[bool]string{true: "rotated-hunter2"}[n == 1])
	}}
	tokens, log := tokensOf(t, e)
	blocked := tokens.kept + ".partial" // a folder that is not empty
	if err := os.MkdirAll(filepath.Join(blocked, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	token := tokens.mustGive(t, "")
	if !strings.Contains(log.String(), "is not written") {
		t.Errorf("log: %s", log)
	}
	if err := os.RemoveAll(blocked); err != nil {
		t.Fatal(err)
	}
	tokens.mustGive(t, token)
	tokens.again().mustGive(t, "")
	for i, want := range []string{"consent-hunter2", "rotated-hunter2", "rotated-hunter2"} {
		if got := e.asked[i].Get("refresh_token"); got != want {
			t.Errorf("request %d used %s, want %s", i+1, got, want)
		}
	}
	if err := os.WriteFile(tokens.kept, []byte("{hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := tokens.again().Token(t.Context(), "")
	if err == nil || !strings.Contains(err.Error(), tokens.kept+" cannot be understood: remove it") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("of a spoilt file: %v", err)
	}
}

// TestRefreshTokenOfTheDaemon: what root writes by a command, the daemon can read.
func TestRefreshTokenOfTheDaemon(t *testing.T) {
	if os.Getuid() != 0 {
		return // nobody else can write for others
	}
	e := &endpoint{answer: func(n int, _ url.Values) (int, string) { return given(n, 3600, "rotated") }}
	tokens, _ := tokensOf(t, e)
	const nobody = 65534
	dir := filepath.Dir(tokens.kept)
	if err := errors.Join(os.Mkdir(dir, 0o700), os.Chown(dir, nobody, nobody)); err != nil {
		t.Fatal(err)
	}
	tokens.mustGive(t, "")
	info, err := os.Stat(tokens.kept)
	if err != nil {
		t.Fatal(err)
	}
	if owner := info.Sys().(*syscall.Stat_t); owner.Uid != nobody || owner.Gid != nobody {
		t.Errorf("it belongs to %d:%d", owner.Uid, owner.Gid)
	}
}

// TestOneRefreshAtATime: two processes never use a refresh token together.
func TestOneRefreshAtATime(t *testing.T) {
	var inside, most int
	var mu sync.Mutex
	e := &endpoint{answer: func(n int, _ url.Values) (int, string) {
		mu.Lock()
		inside++
		most = max(most, inside)
		mu.Unlock()
		time.Sleep(20 * time.Millisecond)
		mu.Lock()
		inside--
		mu.Unlock()
		return given(n, 3600, fmt.Sprintf("rotated-%d", n))
	}}
	tokens, _ := tokensOf(t, e)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := tokens.again().Token(t.Context(), ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	used := make(map[string]bool)
	for _, form := range e.asked {
		used[form.Get("refresh_token")] = true
	}
	if most != 1 || len(used) != 4 {
		t.Errorf("%d at a time, refresh tokens %v", most, used)
	}
}

// TestTokenErrors: what goes wrong is told in words, with what to do; what may go
// by itself is told apart; no secret is repeated, whatever the endpoint says.
func TestTokenErrors(t *testing.T) {
	for _, test := range []struct {
		name, body string
		status     int
		passing    bool
		want       string // CONSENT and SECRET stand for the files
	}{
		{"consent ended", `{"error":"invalid_grant","error_description":"AADSTS70008: expired."}`, 400, false, `the consent has ended: sign in again and put a new refresh token into CONSENT (the endpoint says "invalid_grant AADSTS70008: expired.")`},
		{"sign in again", `{"error":"interaction_required"}`, 400, false, "the consent has ended"},
		{"secret ended", `{"error":"invalid_client"}`, 401, false, "the client is refused: check oauth_client_id, and put a secret that has not ended into SECRET"},
		{"wrong grant", `{"error":"unauthorized_client"}`, 400, false, "allow it where the client is registered"},
		{"wrong scope", `{"error":"invalid_scope"}`, 400, false, "check oauth_scopes"},
		{"other refusal", `{"error":"invalid_request"}`, 400, false, "check every oauth_ key"},
		{"refusal without its status", `{"error":"invalid_grant"}`, 200, false, "the consent has ended"},
		{"secrets repeated", `{"error":"invalid_grant","error_description":"bad token consent-hunter2"}`, 400, false, "something that repeats a secret"},
		{"lines in the text", `{"error":"invalid_grant","error_description":"a\r\nb\u0000c"}`, 400, false, `"invalid_grant a b c"`},
		{"busy", `{"error":"temporarily_unavailable"}`, 400, true, "out of order"},
		{"broken", `{"error":"invalid_grant"}`, 500, true, "out of order"},
		{"too many", `{"error":"invalid_request"}`, 429, true, "out of order"},
		{"a web page", `<html>hunter2</html>`, 200, true, "answers 200 and something else than a token: is oauth_token_url right?"},
		{"nothing", ``, 503, true, "answers 503"},
		{"not found", `{}`, 404, true, "answers 404"},
		{"elsewhere", ``, 302, true, "points elsewhere"},
		{"no token", `{"token_type":"Bearer"}`, 200, true, "without a token that can be used"},
		{"a token with a newline", `{"access_token":"hunter2\r\nA LOGOUT"}`, 200, true, "without a token that can be used"},
		{"another type", `{"access_token":"hunter2","token_type":"mac"}`, 200, true, "another type than Bearer"},
		{"huge", `{"access_token":"` + strings.Repeat("hunter2", 100_000) + `"}`, 200, true, "answers more than 65536 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := &endpoint{answer: func(int, url.Values) (int, string) { return test.status, test.body }}
			tokens, log := tokensOf(t, e)
			_, err := tokens.Token(t.Context(), "")
			wantTokenError(t, tokens, err, test.passing, test.want)
			if len(e.asked) != 1 {
				t.Errorf("%d requests", len(e.asked))
			}
			if strings.Contains(log.String(), "hunter2") {
				t.Errorf("a secret shows in\n%s", log)
			}
		})
	}
}

func wantTokenError(t *testing.T, tokens *tokens, err error, passing bool, want string) {
	t.Helper()
	want = strings.NewReplacer("CONSENT", tokens.settings.RefreshToken.File, "SECRET", tokens.settings.ClientSecret.File).Replace(want)
	var temporary interface{ Temporary() bool }
	switch {
	case err == nil || !strings.Contains(err.Error(), want):
		t.Errorf("got %v\nwant %s", err, want)
	case (errors.As(err, &temporary) && temporary.Temporary()) != passing:
		t.Errorf("%v: passing %t, want %t", err, !passing, passing)
	case strings.Contains(err.Error(), "hunter2"):
		t.Errorf("the error shows a secret: %v", err)
	}
}

// TestTokenEndpointUnreachable: an endpoint that is down or silent is trouble that
// passes, and holds nothing up for ever; a secret that is missing is not.
func TestTokenEndpointUnreachable(t *testing.T) {
	release := make(chan struct{})
	e := &endpoint{answer: func(int, url.Values) (int, string) { <-release; return 200, "" }}
	tokens, _ := tokensOf(t, e)
	t.Cleanup(func() { close(release) })

	tokens.client.Timeout = 50 * time.Millisecond
	_, err := tokens.Token(t.Context(), "")
	wantTokenError(t, tokens, err, true, "Client.Timeout exceeded")
	tokens.client.Timeout = tokenPatience

	tokens.settings.TokenURL = "http://127.0.0.1:1/token"
	_, err = tokens.Token(t.Context(), "")
	wantTokenError(t, tokens, err, true, "connection refused")

	secure := httptest.NewUnstartedServer(e) // nobody vouches for it
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	tokens.settings.TokenURL = secure.URL
	_, err = tokens.Token(t.Context(), "")
	wantTokenError(t, tokens, err, true, "certificate")

	unlock, err := lockFolder(t.Context(), tokens.kept)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = tokens.Token(ctx, "")
	wantTokenError(t, tokens, err, true, "another process is at it")
	if err := unlock(); err != nil {
		t.Fatal(err)
	}

	if err := os.Remove(tokens.settings.RefreshToken.File); err != nil {
		t.Fatal(err)
	}
	_, err = tokens.Token(t.Context(), "")
	wantTokenError(t, tokens, err, false, "read the refresh token")
	if err := os.Remove(tokens.settings.ClientSecret.File); err != nil {
		t.Fatal(err)
	}
	_, err = tokens.Token(t.Context(), "")
	wantTokenError(t, tokens, err, false, "read the client's secret")
}

// TestSharedTokens: both servers share their tokens where the settings are the
// same, and keep them apart where they are not.
func TestSharedTokens(t *testing.T) {
	one, two := OAuth{ClientID: "a"}, OAuth{ClientID: "b"}
	with := func(mailbox, smtp OAuth) *Config {
		return &Config{Mailbox: Mailbox{Auth: AuthOAuth2, OAuth: mailbox}, SMTP: SMTP{Auth: AuthOAuth2, OAuth: smtp}}
	}
	if a := newAccesses(with(one, one), quiet()); a.mailbox == nil || a.mailbox != a.smtp {
		t.Error("the same settings give two tokens")
	}
	if a := newAccesses(with(one, two), quiet()); a.mailbox == a.smtp || a.mailbox.kept == a.smtp.kept {
		t.Error("other settings share their tokens")
	}
	if a := newAccesses(&Config{Mailbox: Mailbox{Auth: AuthPassword}, SMTP: SMTP{Auth: AuthPassword}}, quiet()); a.mailbox.function() != nil || a.smtp.function() != nil {
		t.Error("passwords give tokens")
	}
}

// TestSecretEnds: an alarm begins fourteen days before the first secret ends, and
// none where the calendar is not the world's or nothing is known.
func TestSecretEnds(t *testing.T) {
	sender, err := notify.NewSender(nil, nil, notify.SenderConfig{Server: notify.Server{Security: "tls"}})
	if err != nil {
		t.Fatal(err)
	}
	ends := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		now           time.Time
		mailbox, smtp time.Time
		simulated     bool
		want          bool
	}{
		{ends.AddDate(0, 0, -14), ends, ends, false, false},
		{ends.AddDate(0, 0, -14).Add(time.Second), ends, ends, false, true},
		{ends.AddDate(0, 0, 1), ends, time.Time{}, false, true},
		{ends.AddDate(0, 0, -1), ends.AddDate(1, 0, 0), ends, false, true},
		{ends.AddDate(0, 0, -1), time.Time{}, ends, false, true},
		{ends, time.Time{}, time.Time{}, false, false},
		{ends, ends, ends, true, false},
	} {
		c := &Config{DataDir: t.TempDir(), Mailbox: Mailbox{OAuth: OAuth{SecretExpires: test.mailbox}}, SMTP: SMTP{OAuth: OAuth{SecretExpires: test.smtp}}}
		d := &daemon{cfg: c, clock: clock{now: func() time.Time { return test.now }, simulated: test.simulated}, sender: sender, assessor: new(ingest.Assessor)}
		wrong, err := d.wrong(cases.Pulse{})
		if err != nil {
			t.Fatal(err)
		}
		if wrong[alarmSecret] != test.want {
			t.Errorf("%+v: alarm %t", test, wrong[alarmSecret])
		}
	}
}
