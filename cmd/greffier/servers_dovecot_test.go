package main

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// dovecotOptions are the knobs of startDovecot. The zero value of each means
// Dovecot's own default unless said.
type dovecotOptions struct {
	User     string // login name and mail address; default aap@greffier.test
	Password string // default is a fixed one with blanks and quotes in it

	Quota                string   // of the user's whole mail, e.g. "100k"; none by default
	MaxUserIPConnections int      // logins at a time of one user from one address
	WithoutCapabilities  []string // e.g. "IDLE", "MOVE": not announced after login (but understood)
	ID                   string   // answer to the ID command after login, e.g. "name Exchange version 1"
	Settings             string   // further lines for the end of dovecot.conf
}

// dovecotServer is a private Dovecot 2.3 with one user: IMAP in the clear and
// with STARTTLS, IMAP over TLS, LMTP, and an authentication socket for Postfix.
type dovecotServer struct {
	Host     string // 127.0.0.1
	IMAPPort int    // in the clear, STARTTLS offered
	TLSPort  int    // TLS from the first byte
	LMTPPort int
	User     string
	Password string

	Certificate *testCertificate
	MaildirPath string // the INBOX of the user
	AuthSocket  string // speaks Dovecot's authentication protocol, for smtpd_sasl_path
	LogFile     string

	t       testing.TB
	dir     string
	path    string
	process *serverProcess
}

// IMAPAddr is host:port in the clear and for STARTTLS.
func (d *dovecotServer) IMAPAddr() string { return loopbackAddr(d.IMAPPort) }

// TLSAddr is host:port for TLS from the first byte.
func (d *dovecotServer) TLSAddr() string { return loopbackAddr(d.TLSPort) }

// LMTPAddr is host:port for deliveries.
func (d *dovecotServer) LMTPAddr() string { return loopbackAddr(d.LMTPPort) }

// startDovecot starts a Dovecot that is ready when it returns and stopped when
// the test ends. Started by root, it keeps mail as nobody; else as the one who
// runs the tests.
func startDovecot(t testing.TB, set ...func(*dovecotOptions)) *dovecotServer {
	t.Helper()
	options := dovecotOptions{User: "aap@greffier.test", Password: `mot de "passe"`}
	for _, change := range set {
		change(&options)
	}
	path := requireProgram(t, "dovecot", "dovecot-imapd")
	requireDovecot23(t, path)

	dir := serverFolder(t)
	ports := freePorts(t, 3)
	d := &dovecotServer{
		Host: "127.0.0.1", IMAPPort: ports[0], TLSPort: ports[1], LMTPPort: ports[2],
		User: options.User, Password: options.Password,
		Certificate: newTestCertificate(t, dir),
		MaildirPath: filepath.Join(dir, "mail", options.User, "Maildir"),
		AuthSocket:  filepath.Join(dir, "auth"),
		LogFile:     filepath.Join(dir, "dovecot.log"),
		t:           t, dir: dir, path: path,
	}
	d.writeConfig(options)
	t.Cleanup(func() {
		d.Stop()
		printLogOnFailure(t, "dovecot", d.LogFile)
	})
	d.Start()
	return d
}

// requireDovecot23 refuses other versions: 2.4 has another configuration language.
func requireDovecot23(t testing.TB, path string) {
	t.Helper()
	version, err := exec.Command(path, "--version").Output()
	if err != nil {
		t.Fatalf("ask the version of dovecot: %v", err)
	}
	if !strings.HasPrefix(string(version), "2.3.") {
		t.Fatalf("these tests are written for Dovecot 2.3, as in Debian 12; found %s", version)
	}
}

func (d *dovecotServer) configFile() string { return filepath.Join(d.dir, "dovecot.conf") }

// Start starts a stopped server again: same ports, same mail. It returns when
// all its ports answer.
func (d *dovecotServer) Start() {
	d.t.Helper()
	d.process = startProcess(d.t, d.LogFile, os.Environ(), d.path, "-F", "-c", d.configFile())
	awaitCondition(d.t, "start dovecot", func() error {
		if err := d.process.running(); err != nil {
			d.t.Fatal(err)
		}
		tlsPort, err := net.Dial("tcp", d.TLSAddr())
		if err != nil {
			return err
		}
		return errors.Join(tlsPort.Close(), greets(d.IMAPPort, "* OK "), greets(d.LMTPPort, "220 "))
	})
}

// Stop ends the server in order: connected clients hear BYE.
func (d *dovecotServer) Stop() {
	d.t.Helper()
	if d.process != nil {
		d.process.stop()
	}
}

// Kill ends the server at once, in the middle of whatever it does.
func (d *dovecotServer) Kill() {
	d.t.Helper()
	d.process.kill()
}

// Restart stops the server and starts it again.
func (d *dovecotServer) Restart() {
	d.t.Helper()
	d.Stop()
	d.Start()
}
