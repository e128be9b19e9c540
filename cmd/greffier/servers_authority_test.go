package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// authority is an authorization server inside the test: a token endpoint whose
// refresh tokens are good for one use each, as the strictest are, and a resource
// by which a mail server looks into access tokens (RFC 7662).
type authority struct {
	t   testing.TB
	url string

	mu      sync.Mutex
	serial  int             // of the tokens given
	refresh string          // the one that is good
	access  map[string]bool // those given; true: good
	asked   []string        // grants asked for, and how it ended
}

const (
	authorityClient = "greffier-client"
	authoritySecret = "client-secret-hunter2"
)

func startAuthority(t testing.TB) *authority {
	t.Helper()
	a := &authority{t: t, access: make(map[string]bool)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", a.token)
	mux.HandleFunc("POST /introspect", a.introspect)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	a.url = server.URL
	a.consent()
	return a
}

// consent gives a new refresh token, as a person who signs in does.
func (a *authority) consent() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.serial++
	a.refresh = fmt.Sprintf("refresh-hunter2-%d", a.serial)
	return a.refresh
}

// revoke makes every access token bad; with consent, the refresh token too.
func (a *authority) revoke(consent bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for token := range a.access {
		a.access[token] = false
	}
	if consent {
		a.refresh = ""
	}
}

// requests counts the tokens asked for, by how it ended: "ok", or an error.
func (a *authority) requests(ended string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 0
	for _, e := range a.asked {
		if e == ended {
			n++
		}
	}
	return n
}

// good reports whether an access token opens the mailbox.
func (a *authority) good(token string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.access[token]
}

func (a *authority) token(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	fail := ""
	switch {
	case r.PostFormValue("client_id") != authorityClient || r.PostFormValue("client_secret") != authoritySecret:
		fail = "invalid_client"
	case r.PostFormValue("grant_type") == "refresh_token" && (a.refresh == "" || r.PostFormValue("refresh_token") != a.refresh):
		fail = "invalid_grant"
	case r.PostFormValue("grant_type") != "refresh_token" && r.PostFormValue("scope") != "mail/.default":
		fail = "invalid_scope"
	}
	w.Header().Set("Content-Type", "application/json")
	if fail != "" {
		a.asked = append(a.asked, fail)
		w.WriteHeader(http.StatusBadRequest)
		a.write(w, map[string]any{"error": fail, "error_description": "You sent " + r.PostFormValue("refresh_token")})
		return
	}
	a.asked = append(a.asked, "ok")
	a.serial++
	access := fmt.Sprintf("access-hunter2-%d", a.serial)
	a.access[access] = true
	answer := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 3600}
	if r.PostFormValue("grant_type") == "refresh_token" {
		a.refresh = fmt.Sprintf("refresh-hunter2-%d", a.serial)
		answer["refresh_token"] = a.refresh
	}
	a.write(w, answer)
}

// lastRefresh is the refresh token that was given last.
func (a *authority) lastRefresh() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.refresh
}

func (a *authority) introspect(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if !a.good(r.PostFormValue("token")) {
		a.write(w, map[string]any{"active": false})
		return
	}
	a.write(w, map[string]any{"active": true, "username": "aap@greffier.test"})
}

func (a *authority) write(w http.ResponseWriter, answer map[string]any) {
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		a.t.Error(err)
	}
}

// dovecot makes a Dovecot log in by tokens of the authority too.
func (a *authority) dovecot(o *dovecotOptions) {
	file := filepath.Join(serverFolder(a.t), "oauth2.conf.ext")
	text := fmt.Sprintf("introspection_mode = post\nintrospection_url = %s/introspect\nusername_attribute = username\nactive_attribute = active\nactive_value = true\n", a.url)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		a.t.Fatal(err)
	}
	o.Settings += fmt.Sprintf("auth_mechanisms = plain login xoauth2 oauthbearer\npassdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = %s\n}\n", file)
}
