package ingest_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http/httptest"
	"testing"
)

// The mailbox is read over TLS, from the start or by STARTTLS, and from no server
// that cannot prove its name.
func TestSecurity(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate, of 127.0.0.1
	defer web.Close()
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())

	for _, security := range []string{"tls", "starttls"} {
		t.Run(security, func(t *testing.T) {
			s := startSecure(t, security, &tls.Config{Certificates: web.TLS.Certificates})
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
