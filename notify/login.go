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
	chosen   smtp.Auth
}

func (l *login) Start(info *smtp.ServerInfo) (proto string, toServer []byte, err error) {
	srv, plainly := l.server, l.server.Security == "none"
	order := []string{"PLAIN", "LOGIN", "CRAM-MD5"}
	if plainly {
		order = []string{"CRAM-MD5", "PLAIN", "LOGIN"}
	}
	for _, mechanism := range order {
		if !slices.ContainsFunc(info.Auth, func(offered string) bool { return strings.EqualFold(offered, mechanism) }) {
			continue
		}
		switch mechanism {
		case "PLAIN":
			l.chosen = smtp.PlainAuth("", srv.Username, l.password, srv.Host, plainly)
		case "LOGIN":
			l.chosen = smtp.LoginAuth(srv.Username, l.password, srv.Host, plainly)
		case "CRAM-MD5":
			l.chosen = smtp.CRAMMD5Auth(srv.Username, l.password)
		}
		return l.chosen.Start(info)
	}
	return "", nil, fmt.Errorf("the server offers no login we know: %s", strings.Join(info.Auth, " "))
}

func (l *login) Next(fromServer []byte, more bool) ([]byte, error) {
	return l.chosen.Next(fromServer, more)
}
