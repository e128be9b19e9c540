package notify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

// login authenticates by the best mechanism that the server offers. Over an
// unsecured connection, which only a server on this machine may have, a
// mechanism that hides the password comes first.
type login struct {
	server   Server
	password string
	token    string // in place of a password; "": none
	chosen   smtp.Auth
}

func (l *login) Start(info *smtp.ServerInfo) (proto string, toServer []byte, err error) {
	srv, plainly := l.server, l.server.Security == "none"
	order := []string{"PLAIN", "LOGIN", "CRAM-MD5"}
	switch {
	case l.token != "":
		// The standard way comes before the older one, which Microsoft 365
		// offers alone.
		order = []string{"OAUTHBEARER", "XOAUTH2"}
	case plainly:
		order = []string{"CRAM-MD5", "PLAIN", "LOGIN"}
	}
	for _, mechanism := range order {
		if !slices.ContainsFunc(info.Auth, func(offered string) bool { return strings.EqualFold(offered, mechanism) }) {
			continue
		}
		switch mechanism {
		case "OAUTHBEARER", "XOAUTH2":
			l.chosen = newBearer(mechanism, srv, l.token)
		case "PLAIN":
			l.chosen = smtp.PlainAuth("", srv.Username, l.password, srv.Host, plainly)
		case "LOGIN":
			l.chosen = smtp.LoginAuth(srv.Username, l.password, srv.Host, plainly)
		case "CRAM-MD5":
			l.chosen = smtp.CRAMMD5Auth(srv.Username, l.password)
		}
		return l.chosen.Start(info)
	}
	if l.token != "" {
		return "", nil, fmt.Errorf("the server takes no OAuth 2.0 token, it offers: %s", strings.Join(info.Auth, " "))
	}
	return "", nil, fmt.Errorf("the server offers no login we know: %s", strings.Join(info.Auth, " "))
}

func (l *login) Next(fromServer []byte, more bool) ([]byte, error) {
	return l.chosen.Next(fromServer, more)
}

// refused reports whether a login that ended with err failed for its token: the
// server told why, or refuses for good.
func (l *login) refused(err error) bool {
	b, byToken := l.chosen.(*bearer)
	return byToken && (b.told || replyCode(err) >= 500)
}

// bearer logs in with a token: one word of ours and, if the server is not content
// and says why as a challenge, our last word to that; then it refuses.
type bearer struct {
	mechanism   string
	first, last []byte
	said        bool // first
	told        bool // why not
}

func newBearer(mechanism string, srv Server, token string) *bearer {
	b := &bearer{mechanism: mechanism}
	if mechanism == "XOAUTH2" {
		b.first, b.last = []byte("user="+srv.Username+"\x01auth=Bearer "+token+"\x01\x01"), []byte{}
		return b
	}
	// RFC 7628 sections 3.1 and 3.2.3; in a name , and = are written as RFC 5801
	// section 4 has it.
	name := strings.NewReplacer("=", "=3D", ",", "=2C").Replace(srv.Username)
	b.first = fmt.Appendf(nil, "n,a=%s,\x01host=%s\x01port=%d\x01auth=Bearer %s\x01\x01", name, srv.Host, srv.Port, token)
	b.last = []byte{1}
	return b
}

// shortCommand is how long our first word may be to stand beside AUTH itself: a
// command line has 512 bytes at most (RFC 4954 section 4), and a quarter of them
// goes to base64.
const shortCommand = 360

func (b *bearer) Start(*smtp.ServerInfo) (string, []byte, error) {
	if len(b.first) > shortCommand {
		return b.mechanism, nil, nil
	}
	b.said = true
	return b.mechanism, b.first, nil
}

func (b *bearer) Next(_ []byte, more bool) ([]byte, error) {
	switch {
	case !more:
		return nil, nil
	case !b.said:
		b.said = true
		return b.first, nil
	}
	b.told = true
	return b.last, nil
}
