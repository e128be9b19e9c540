package ingest_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// The mailbox is read over TLS, from the start or by STARTTLS, and from no server
// that cannot prove its name.
func TestSecurity(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate, of 127.0.0.1
	defer web.Close()
	certified := &tls.Config{Certificates: web.TLS.Certificates}
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())

	for security, wrap := range map[string]func(net.Listener) net.Listener{
		"tls":      func(l net.Listener) net.Listener { return tls.NewListener(l, certified) },
		"starttls": func(l net.Listener) net.Listener { return l },
	} {
		t.Run(security, func(t *testing.T) {
			user := imapmemserver.NewUser(username, password)
			if err := user.Create("INBOX", nil); err != nil {
				t.Fatal(err)
			}
			memory := imapmemserver.New()
			memory.AddUser(user)
			options := &imapserver.Options{
				NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
					return memory.NewSession(), nil, nil
				},
				Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, Logger: log.New(io.Discard, "", 0), // without InsecureAuth
			}
			if security == "starttls" {
				options.TLSConfig = certified
			}
			srv := imapserver.New(options)
			l := listen(t)
			done := make(chan error, 1)
			go func() { done <- srv.Serve(wrap(l)) }()
			defer func() {
				if err := srv.Close(); err != nil {
					t.Error(err)
				}
				<-done
			}()
			s := &server{t: t, user: user, port: l.Addr().(*net.TCPAddr).Port}
			s.deliver(letter(1))

			h := newHouse(t, s.port)
			h.cfg.Security = security
			if err := h.session().Once(t.Context()); err == nil {
				t.Error("a server whose certificate nobody vouches for is trusted")
			}
			h.cfg.TLS = &tls.Config{RootCAs: roots}
			h.read()
			if n := h.filed(); n != 1 {
				t.Errorf("%d filed, want 1", n)
			}
			h.cfg.Security = map[string]string{"tls": "starttls", "starttls": "tls"}[security]
			if err := h.session().Once(t.Context()); err == nil {
				t.Errorf("%s succeeds where the server speaks %s", h.cfg.Security, security)
			}
		})
	}
}
