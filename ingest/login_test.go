package ingest_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"greffier/ingest"
)

// tokenLogin makes a scripted server offer mechanisms and take one token; it
// remembers what was said to it, base64 decoded, with "line " before what did not
// stand beside AUTHENTICATE.
type tokenLogin struct {
	good, refusal string // refusal: of another token, without its tag; empty: it hangs up

	mu   sync.Mutex
	said []string
}

func (l *tokenLogin) answer(cmd string, ask func(challenge string) string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	word := strings.Fields(cmd)
	first := decoded(word[len(word)-1])
	if len(word) == 2 {
		first = "line " + decoded(ask(""))
	}
	l.said = append(l.said, first)
	if strings.Contains(first, "\x01auth=Bearer "+l.good+"\x01\x01") {
		return "OK [CAPABILITY IMAP4rev1 UIDPLUS] logged in"
	}
	l.said = append(l.said, "line "+decoded(ask(base64.StdEncoding.EncodeToString([]byte(`{"status":"400","schemes":"Bearer"}`)))))
	return l.refusal
}

func decoded(line string) string {
	text, err := base64.StdEncoding.DecodeString(line)
	if err != nil {
		return "not base64: " + line
	}
	return string(text)
}

// passing is an error that may go by itself.
type passing struct{ error }

func (passing) Temporary() bool { return true }

// A mailbox is read by tokens: by OAUTHBEARER where it is offered, by XOAUTH2 else.
// A token that is refused is replaced once, over another connection; the server's
// reason is answered as the mechanism wants it. Only a refusal, or a token that
// cannot be had for good, is trouble with the login.
func TestLoginByToken(t *testing.T) {
	xoauth2 := func(token string) string {
		return "user=" + username + "\x01auth=Bearer " + token + "\x01\x01"
	}
	bearer := func(token string) string {
		return "n,a=" + username + ",\x01host=127.0.0.1\x01port=PORT\x01auth=Bearer " + token + "\x01\x01"
	}
	down, over := passing{errors.New("the endpoint is down")}, errors.New("the consent has ended")
	const no = "NO AUTHENTICATE failed."
	for name, test := range map[string]struct {
		caps   string
		login  *tokenLogin
		tokens []any // as they are given, one after the other; errors too
		want   []string
		kind   ingest.Trouble
		fails  string
	}{
		"XOAUTH2":             {"AUTH=PLAIN AUTH=XOAUTH2 SASL-IR", &tokenLogin{good: "a"}, []any{"a"}, []string{xoauth2("a")}, "", ""},
		"OAUTHBEARER":         {"AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR", &tokenLogin{good: "a"}, []any{"a"}, []string{bearer("a")}, "", ""},
		"two lines":           {"AUTH=XOAUTH2", &tokenLogin{good: "a"}, []any{"a"}, []string{"line " + xoauth2("a")}, "", ""},
		"refused once":        {"AUTH=XOAUTH2 SASL-IR", &tokenLogin{good: "b", refusal: no}, []any{"a", "b"}, []string{xoauth2("a"), "line ", xoauth2("b")}, "", ""},
		"refused, the other":  {"AUTH=OAUTHBEARER SASL-IR", &tokenLogin{good: "b", refusal: no}, []any{"a", "b"}, []string{bearer("a"), "line \x01", bearer("b")}, "", ""},
		"hung up on once":     {"AUTH=XOAUTH2 SASL-IR", &tokenLogin{good: "b"}, []any{"a", "b"}, []string{xoauth2("a"), "line ", xoauth2("b")}, "", ""},
		"refused twice":       {"AUTH=XOAUTH2 SASL-IR", &tokenLogin{good: "c", refusal: no}, []any{"a", "b", "c"}, []string{xoauth2("a"), "line ", xoauth2("b"), "line "}, ingest.TroubleLogin, `AUTHENTICATE failed. (status "400")`},
		"the same again":      {"AUTH=XOAUTH2 SASL-IR", &tokenLogin{good: "c", refusal: no}, []any{"a", "a"}, []string{xoauth2("a"), "line "}, ingest.TroubleLogin, "AUTHENTICATE failed."},
		"unavailable":         {"AUTH=XOAUTH2 SASL-IR", &tokenLogin{good: "c", refusal: "NO [UNAVAILABLE] later"}, []any{"a", "c"}, []string{xoauth2("a"), "line "}, ingest.TroubleConnection, "later"},
		"no other token":      {"AUTH=XOAUTH2 SASL-IR", &tokenLogin{good: "c", refusal: no}, []any{"a", down}, []string{xoauth2("a"), "line "}, ingest.TroubleLogin, "the endpoint is down"},
		"no token for now":    {"AUTH=XOAUTH2 SASL-IR", &tokenLogin{}, []any{down}, nil, ingest.TroubleConnection, "the endpoint is down"},
		"no token for good":   {"AUTH=XOAUTH2 SASL-IR", &tokenLogin{}, []any{over}, nil, ingest.TroubleLogin, "the consent has ended"},
		"no way to log in so": {"AUTH=PLAIN SASL-IR", &tokenLogin{}, []any{"a"}, nil, ingest.TroubleLogin, "takes no OAuth 2.0 token"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := startScripted(t, &scripted{greet: true, caps: test.caps, login: test.login.answer, mails: map[uint32]string{1: letter(1)}})
			h := newHouse(t, srv.port)
			last := ""
			h.cfg.Token = func(_ context.Context, refused string) (string, error) {
				if refused != last {
					t.Errorf("refused token %q, want %q", refused, last)
				}
				given := test.tokens[0]
				test.tokens = test.tokens[1:]
				if err, ok := given.(error); ok {
					return "", err
				}
				last = given.(string)
				return last, nil
			}
			var kind ingest.Trouble
			h.cfg.Trouble = func(k ingest.Trouble, _ error) { kind = k }
			err := h.session().Once(t.Context())
			if kind != test.kind || (err == nil) != (test.fails == "") || err != nil && !strings.Contains(err.Error(), test.fails) {
				t.Errorf("trouble %q: %v, want %q: %q", kind, err, test.kind, test.fails)
			}
			if err == nil && h.filed() != 1 {
				t.Errorf("%d mails filed", h.filed())
			}
			want := slices.Clone(test.want)
			for i := range want {
				want[i] = strings.Replace(want[i], "PORT", fmt.Sprint(srv.port), 1)
			}
			test.login.mu.Lock()
			defer test.login.mu.Unlock()
			if !slices.Equal(test.login.said, want) {
				t.Errorf("said %q\nwant %q", test.login.said, want)
			}
			if err != nil && strings.Contains(err.Error(), "Bearer") {
				t.Errorf("the error shows a token: %v", err)
			}
		})
	}
}
