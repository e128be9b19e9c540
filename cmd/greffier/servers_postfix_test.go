package main

import (
	"bytes"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/emersion/go-smtp"
)

// postfixServer is a private Postfix, mx.greffier.test, in front of one Dovecot:
//
//   - on MXPort it takes mail from the world, for anyone, without authentication;
//     its Received line is the trusted hop of the mail;
//   - on SubmissionPort it takes letters, after STARTTLS and AUTH as the Dovecot user;
//   - mail for the address of the Dovecot user (with or without +detail) goes by
//     LMTP into its INBOX; all other mail goes by SMTP to Sink, one at a time;
//   - @refused.example is refused with 550 and @later.example with 450 at RCPT;
//     @bounced.example is accepted, then refused by Sink: a bounce (RFC 3464) goes
//     to the envelope sender.
//
// A mail that the Sink refuses for now is tried again each second or so.
type postfixServer struct {
	Host           string // 127.0.0.1
	MXPort         int
	SubmissionPort int

	Sink    *smtpSink
	LogFile string

	t       testing.TB
	dir     string
	process *serverProcess
}

// Addr is host:port where the world delivers.
func (p *postfixServer) Addr() string { return loopbackAddr(p.MXPort) }

// SubmissionAddr is host:port where letters go out.
func (p *postfixServer) SubmissionAddr() string { return loopbackAddr(p.SubmissionPort) }

// startPostfix starts a Postfix that is ready when it returns and stopped when
// the test ends, with the certificate and the accounts of the Dovecot given.
// Postfix changes between users for its own safety: it needs root.
func startPostfix(t testing.TB, inbox *dovecotServer) *postfixServer {
	t.Helper()
	postfix := requireProgram(t, "postfix", "postfix")
	if os.Geteuid() != 0 {
		t.Fatal("the tests with Postfix must be run by root: its master process starts under no other user")
	}
	ports := freePorts(t, 2)
	p := &postfixServer{
		Host: "127.0.0.1", MXPort: ports[0], SubmissionPort: ports[1],
		Sink: startSink(t), t: t, dir: serverFolder(t),
	}
	p.Sink.Refuse("@bounced.example", 550, "no such mailbox")
	p.LogFile = filepath.Join(p.dir, "postfix.log")
	p.writeConfig(inbox)
	t.Cleanup(func() {
		p.Stop()
		printLogOnFailure(t, "postfix", p.LogFile)
	})
	// "check" makes the queue folders; after it the master can run by itself, in
	// the foreground, where "start" would leave it on its own.
	check := exec.Command(postfix, "-c", p.configDir(), "check")
	if out, err := check.CombinedOutput(); err != nil {
		t.Fatalf("check postfix: %v\n%s", err, out)
	}
	p.Start()
	return p
}

func (p *postfixServer) configDir() string { return filepath.Join(p.dir, "etc") }
func (p *postfixServer) queueDir() string  { return filepath.Join(p.dir, "queue") }

func (p *postfixServer) writeConfig(inbox *dovecotServer) {
	p.t.Helper()
	owner, err := user.Lookup("postfix")
	if err != nil {
		p.t.Fatalf("prepare postfix: %v: run `make deps`", err)
	}
	uid, err := strconv.Atoi(owner.Uid)
	if err != nil {
		p.t.Fatal(err)
	}
	data := filepath.Join(p.dir, "data")
	for _, dir := range []string{p.configDir(), p.queueDir(), data} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := os.Chown(data, uid, -1); err != nil {
		p.t.Fatal(err)
	}
	values := struct {
		Dir, Config, Queue, Data string
		Server                   *postfixServer
		Inbox                    *dovecotServer
	}{p.dir, p.configDir(), p.queueDir(), data, p, inbox}
	for name, text := range map[string]string{
		"main.cf": postfixMain, "master.cf": postfixMaster, "transport": postfixTransport, "access": postfixAccess,
	} {
		var config bytes.Buffer
		if err := template.Must(template.New(name).Parse(text)).Execute(&config, values); err != nil {
			p.t.Fatalf("prepare postfix: %v", err)
		}
		if err := os.WriteFile(filepath.Join(p.configDir(), name), config.Bytes(), 0o644); err != nil {
			p.t.Fatal(err)
		}
	}
}

// Start starts a stopped server again, with its queue and its ports.
func (p *postfixServer) Start() {
	p.t.Helper()
	out, err := exec.Command(requireProgram(p.t, "postconf", "postfix"), "-c", p.configDir(), "-h", "daemon_directory").Output()
	if err != nil {
		p.t.Fatalf("ask postfix for its daemons: %v", err)
	}
	master := filepath.Join(strings.TrimSpace(string(out)), "master")
	p.process = startProcess(p.t, p.LogFile, os.Environ(), master, "-c", p.configDir(), "-d")
	awaitCondition(p.t, "start postfix", func() error {
		if err := p.process.running(); err != nil {
			p.t.Fatal(err)
		}
		return errors.Join(greets(p.MXPort, "220 mx.greffier.test "), greets(p.SubmissionPort, "220 mx.greffier.test "))
	})
}

// Stop ends the server; what is in its queue stays there.
func (p *postfixServer) Stop() {
	p.t.Helper()
	if p.process != nil {
		p.process.stop()
	}
}

// Delivered waits until the candidates' server has got n mails in all, and
// returns all that came, in order. Postfix puts its own lines before each: see
// withoutTrace.
func (p *postfixServer) Delivered(t testing.TB, n int, limit time.Duration) []deliveredMail {
	t.Helper()
	return p.Sink.Delivered(t, n, limit)
}

// QueueEmpty reports whether nothing is on its way: all has been delivered,
// bounced or refused.
func (p *postfixServer) QueueEmpty() bool {
	p.t.Helper()
	for _, queue := range []string{"maildrop", "incoming", "active", "deferred", "hold"} {
		var found bool
		err := filepath.WalkDir(filepath.Join(p.queueDir(), queue), func(_ string, entry fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil // it went on while we looked
			case err != nil:
				return err
			case !entry.IsDir():
				found = true
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			p.t.Fatalf("look into the queue: %v", err)
		}
		if found {
			return false
		}
	}
	return true
}

// withoutTrace cuts the lines that our own servers put before a mail: what is
// left are the bytes that its author sent.
func withoutTrace(t testing.TB, raw []byte) []byte {
	t.Helper()
	for {
		field := raw[:headerFieldLength(raw)]
		name, value, _ := strings.Cut(string(field), ":")
		switch {
		case name == "Return-Path", name == "Delivered-To":
		case name == "Received" && strings.Contains(value, ".greffier.test "):
		default:
			return raw
		}
		raw = raw[len(field):]
	}
}

// headerFieldLength is the length of the first header field, folded lines included.
func headerFieldLength(raw []byte) int {
	length := 0
	for length < len(raw) {
		end := bytes.IndexByte(raw[length:], '\n')
		if end < 0 {
			return len(raw)
		}
		length += end + 1
		if length < len(raw) && raw[length] != ' ' && raw[length] != '\t' {
			break
		}
	}
	return length
}

// Inject hands a mail to the MX as the server of a candidate would. The error of
// a refusal is a *smtp.SMTPError.
func (p *postfixServer) Inject(from, to string, raw []byte) error {
	conn, err := net.DialTimeout("tcp", p.Addr(), serverDeadline)
	if err != nil {
		return err
	}
	client := smtp.NewClient(conn)
	defer client.Close()
	client.CommandTimeout, client.SubmissionTimeout = serverDeadline, serverDeadline
	if err := client.Hello("mail.candidat.example"); err != nil {
		return err
	}
	if err := client.SendMail(from, []string{to}, bytes.NewReader(raw)); err != nil {
		return err
	}
	return client.Quit()
}
