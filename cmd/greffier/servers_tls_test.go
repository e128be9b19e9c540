package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// testCertificate is a server certificate of a certificate authority made for
// one test. It is good for localhost, 127.0.0.1 and every host of greffier.test.
type testCertificate struct {
	CertFile string // PEM: the server's certificate
	KeyFile  string // PEM: its private key, mode 0600
	CAFile   string // PEM: the authority; a child process trusts it by SSL_CERT_FILE

	Pool   *x509.CertPool  // the authority, for clients in this process
	Server tls.Certificate // for servers in this process
}

// newTestCertificate makes an authority and a server certificate, valid for a
// day either side of now, and writes them below dir.
func newTestCertificate(t testing.TB, dir string) *testCertificate {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("make test certificate: %v", err)
		}
	}
	now := time.Now()
	authority := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "greffier test authority"},
		NotBefore:             now.Add(-24 * time.Hour),
		NotAfter:              now.Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "localhost"},
		NotBefore:    authority.NotBefore,
		NotAfter:     authority.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost", "*.greffier.test"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	serverKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	authorityDER, err := x509.CreateCertificate(rand.Reader, authority, authority, &authorityKey.PublicKey, authorityKey)
	must(err)
	serverDER, err := x509.CreateCertificate(rand.Reader, server, authority, &serverKey.PublicKey, authorityKey)
	must(err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(serverKey)
	must(err)

	c := &testCertificate{
		CertFile: filepath.Join(dir, "server.crt"),
		KeyFile:  filepath.Join(dir, "server.key"),
		CAFile:   filepath.Join(dir, "ca.crt"),
		Pool:     x509.NewCertPool(),
	}
	authorityPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authorityDER})
	serverPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: serverDER})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	must(os.WriteFile(c.CAFile, authorityPEM, 0o644))
	must(os.WriteFile(c.CertFile, serverPEM, 0o644))
	must(os.WriteFile(c.KeyFile, keyPEM, 0o600))
	if !c.Pool.AppendCertsFromPEM(authorityPEM) {
		t.Fatal("make test certificate: authority not accepted")
	}
	c.Server, err = tls.X509KeyPair(serverPEM, keyPEM)
	must(err)
	return c
}

// clientConfig trusts the authority and asks for the given server name.
func (c *testCertificate) clientConfig() *tls.Config {
	return &tls.Config{RootCAs: c.Pool, ServerName: "localhost", MinVersion: tls.VersionTLS12}
}
