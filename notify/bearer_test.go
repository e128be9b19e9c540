package notify

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
)

// tokenServer is an SMTP server that offers mechanisms, takes one token, and
// remembers what was said to it while logging in.
type tokenServer struct {
	mechanisms, good, refusal string // refusal: what it answers to another token
	untold                    bool   // it refuses without saying why

	mu   sync.Mutex
	said []string // lines of logins, base64 decoded
}

func (s *tokenServer) start(t *testing.T) Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { defer c.Close(); s.serve(c) })
		}
	})
	t.Cleanup(func() { l.Close(); conns.Wait() })
	return Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: "none", EHLO: "greffier.example", Username: "aap@greffier.test"}
}

func (s *tokenServer) serve(c net.Conn) {
	r := bufio.NewReader(c)
	say := func(line string) { fmt.Fprint(c, line+"\r\n") }
	hear := func() string {
		line, err := r.ReadString('\n')
		if err != nil {
			return "QUIT"
		}
		return strings.TrimSuffix(line, "\r\n")
	}
	note := func(line string) string {
		text, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			text = []byte("not base64: " + line)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.said = append(s.said, string(text))
		return string(text)
	}
	say("220 localhost")
	for {
		line := hear()
		switch word := strings.Fields(line); {
		case strings.HasPrefix(line, "EHLO"):
			say("250-localhost\r\n250 AUTH " + s.mechanisms)
		case strings.HasPrefix(line, "AUTH") && len(line) > 510:
			say("500 line too long")
		case strings.HasPrefix(line, "AUTH"):
			first := ""
			if len(word) == 3 {
				first = note(word[2])
			} else {
				say("334 ")
				first = note(hear())
			}
			if strings.Contains(first, "\x01auth=Bearer "+s.good+"\x01\x01") {
				say("235 welcome")
				continue
			}
			if !s.untold {
				say("334 " + base64.StdEncoding.EncodeToString([]byte(`{"status":"400"}`)))
				note(hear())
			}
			say(s.refusal)
		case line == "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

// TestLoginByToken: by OAUTHBEARER where it is offered, by XOAUTH2 else. A token
// that is refused is replaced once, whatever code the server has for it; the
// server's reason is answered as the mechanism wants it. No command line is longer
// than SMTP allows.
func TestLoginByToken(t *testing.T) {
	long := strings.Repeat("long", 500)
	xoauth2 := func(token string) string { return "user=aap@greffier.test\x01auth=Bearer " + token + "\x01\x01" }
	bearer := func(token string) string {
		return "n,a=aap@greffier.test,\x01host=127.0.0.1\x01port=PORT\x01auth=Bearer " + token + "\x01\x01"
	}
	for name, test := range map[string]struct {
		server *tokenServer
		tokens []string // as they are given, one after the other
		want   []string // said; PORT stands for the port
		fails  string
	}{
		"XOAUTH2":                 {&tokenServer{mechanisms: "PLAIN LOGIN XOAUTH2", good: "a"}, []string{"a"}, []string{xoauth2("a")}, ""},
		"OAUTHBEARER":             {&tokenServer{mechanisms: "XOAUTH2 OAUTHBEARER", good: "a"}, []string{"a"}, []string{bearer("a")}, ""},
		"long":                    {&tokenServer{mechanisms: "XOAUTH2", good: long}, []string{long}, []string{xoauth2(long)}, ""},
		"refused once":            {&tokenServer{mechanisms: "XOAUTH2", good: "b", refusal: "535 5.7.3 no"}, []string{"a", "b"}, []string{xoauth2("a"), "", xoauth2("b")}, ""},
		"refused once, long":      {&tokenServer{mechanisms: "XOAUTH2", good: "b", refusal: "535 5.7.3 no"}, []string{long, "b"}, []string{xoauth2(long), "", xoauth2("b")}, ""},
		"refused, OAUTHBEARER":    {&tokenServer{mechanisms: "OAUTHBEARER", good: "b", refusal: "535 5.7.3 no"}, []string{"a", "b"}, []string{bearer("a"), "\x01", bearer("b")}, ""},
		"refused for now":         {&tokenServer{mechanisms: "XOAUTH2", good: "b", refusal: "454 4.7.0 no"}, []string{"a", "b"}, []string{xoauth2("a"), "", xoauth2("b")}, ""},
		"refused without reason":  {&tokenServer{mechanisms: "XOAUTH2", good: "b", refusal: "535 5.7.3 no", untold: true}, []string{"a", "b"}, []string{xoauth2("a"), xoauth2("b")}, ""},
		"out of order":            {&tokenServer{mechanisms: "XOAUTH2", good: "b", refusal: "454 4.3.0 busy", untold: true}, []string{"a", "b"}, []string{xoauth2("a")}, "454"},
		"refused twice":           {&tokenServer{mechanisms: "XOAUTH2", good: "c", refusal: "535 5.7.3 no"}, []string{"a", "b", "c"}, []string{xoauth2("a"), "", xoauth2("b"), ""}, `535 "5.7.3 no"`},
		"the same again":          {&tokenServer{mechanisms: "XOAUTH2", good: "c", refusal: "535 5.7.3 no"}, []string{"a", "a"}, []string{xoauth2("a"), ""}, `535 "5.7.3 no"`},
		"no other token":          {&tokenServer{mechanisms: "XOAUTH2", good: "c", refusal: "535 5.7.3 no"}, []string{"a"}, []string{xoauth2("a"), ""}, `535 "5.7.3 no"; log in: the endpoint is down`},
		"no token":                {&tokenServer{mechanisms: "XOAUTH2"}, nil, nil, "log in: the endpoint is down"},
		"the server knows no way": {&tokenServer{mechanisms: "PLAIN LOGIN"}, []string{"a"}, nil, "takes no OAuth 2.0 token, it offers: PLAIN LOGIN"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := test.server.start(t)
			left, last := test.tokens, ""
			srv.Token = func(_ context.Context, refused string) (string, error) {
				if refused != last {
					t.Errorf("refused token %q, want %q", refused, last)
				}
				if len(left) == 0 {
					return "", errors.New("the endpoint is down")
				}
				last, left = left[0], left[1:]
				return last, nil
			}
			err := srv.Check(t.Context())
			if (err == nil) != (test.fails == "") || err != nil && !strings.Contains(err.Error(), test.fails) {
				t.Errorf("got %v, want %q", err, test.fails)
			}
			want := slices.Clone(test.want)
			for i := range want {
				want[i] = strings.Replace(want[i], "PORT", fmt.Sprint(srv.Port), 1)
			}
			test.server.mu.Lock()
			defer test.server.mu.Unlock()
			if !slices.Equal(test.server.said, want) {
				t.Errorf("said %q\nwant %q", test.server.said, want)
			}
			if err != nil && strings.Contains(err.Error(), "Bearer") {
				t.Errorf("the error shows a token: %v", err)
			}
		})
	}
}
