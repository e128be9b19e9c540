package ingest_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"greffier/ingest"
)

// startSecure starts an embedded server that speaks TLS from the start or by
// STARTTLS.
func startSecure(t *testing.T, security string, config *tls.Config) *server {
	t.Helper()
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
	l := listen(t)
	port := l.Addr().(*net.TCPAddr).Port
	if security == "starttls" {
		options.TLSConfig = config
	} else {
		l = tls.NewListener(l, config)
	}
	srv := imapserver.New(options)
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	t.Cleanup(func() {
		if err := srv.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
		<-done
	})
	return &server{t: t, user: user, port: port}
}

// certificate makes a certificate of 127.0.0.1 that ends at that instant.
func certificate(t *testing.T, ends time.Time) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(ends.Unix()), NotBefore: ends.AddDate(-1, 0, 0), NotAfter: ends,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key, Leaf: leaf}
}

// A certificate that ends within two weeks is told with its date before it keeps
// us out, until it is renewed; never by a simulated calendar.
func TestCertificateNearItsEnd(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Second)
	old, renewed := certificate(t, now.AddDate(0, 0, 13)), certificate(t, now.AddDate(0, 0, 15))
	roots := x509.NewCertPool()
	roots.AddCert(old.Leaf)
	roots.AddCert(renewed.Leaf)
	for _, security := range []string{"tls", "starttls"} {
		for _, simulated := range []bool{false, true} {
			var shown atomic.Pointer[tls.Certificate]
			shown.Store(old)
			srv := startSecure(t, security, &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return shown.Load(), nil }})
			srv.deliver(letter(1))
			h := newHouse(t, srv.port)
			var told []string
			h.cfg.Security, h.cfg.TLS, h.cfg.Simulated = security, &tls.Config{RootCAs: roots}, simulated
			h.cfg.Now = func() time.Time { return now }
			h.cfg.Trouble = func(kind ingest.Trouble, err error) {
				if told = append(told, string(kind)); !strings.Contains(err.Error(), old.Leaf.NotAfter.Format(time.RFC3339)) {
					t.Errorf("told without the date: %v", err)
				}
			}
			h.cfg.Recovered = func(kind ingest.Trouble) { told = append(told, "no more "+string(kind)) }
			s := h.session()
			for _, certificate := range []*tls.Certificate{old, old, renewed, renewed} {
				shown.Store(certificate)
				if err := s.Once(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			want := []string{"certificate", "no more certificate"}
			if simulated {
				want = nil
			}
			if !slices.Equal(told, want) {
				t.Errorf("%s, simulated %v: told %v, want %v", security, simulated, told, want)
			}
		}
	}
}
