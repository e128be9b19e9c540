package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/cases"
)

// buildOnce builds the program as an operator does, without the race detector,
// so that its memory can be measured.
var buildOnce = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "greffier-bin-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "greffier")
	out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
})

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == lookCommand { // a child of the daemon under test
		os.Exit(runCommand(context.Background(), terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr}, os.Args[1:]))
	}
	code := m.Run()
	if binary, err := buildOnce(); err == nil {
		if err := os.RemoveAll(filepath.Dir(binary)); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(code)
}

// program is greffier, configured for the servers of a test.
type program struct {
	t      testing.TB
	binary string
	dir    string
	config string
	env    []string
}

// edition is what a test says of its call.
type edition struct{ opens, deadline string } // local date-times

var (
	edition2018 = edition{"2018-09-13T00:00:00", "2018-11-30T17:00:00"}
	// Mail that real clients send now falls in a call that is open now.
	editionNow = edition{time.Now().AddDate(0, 0, -30).Format("2006-01-02T15:04:05"), time.Now().AddDate(0, 0, 30).Format("2006-01-02T15:04:05")}
)

// newProgram writes a configuration for a mailbox on d and submission on the
// address smtp: with login over STARTTLS where p is given, plain otherwise.
func newProgram(t testing.TB, d *dovecotServer, p *postfixServer, sink *smtpSink, e edition, extra string) *program {
	t.Helper()
	binary, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	g := &program{t: t, binary: binary, dir: t.TempDir(), env: append(os.Environ(), "SSL_CERT_FILE="+d.Certificate.CAFile)}
	pack := filepath.Join(g.dir, "pack")
	g.must(os.Mkdir(pack, 0o755))
	g.must(os.WriteFile(filepath.Join(pack, "reglement.pdf"), bytes.Repeat([]byte("règlement\n"), 2000), 0o644))
	g.must(os.WriteFile(filepath.Join(pack, "Liste des pièces.docx"), []byte("pièces"), 0o644))
	g.must(os.WriteFile(filepath.Join(g.dir, "password"), []byte(d.Password+"\n"), 0o600))
	smtp := ""
	if p != nil {
		host, port, _ := strings.Cut(p.SubmissionAddr(), ":")
		smtp = fmt.Sprintf("host = %q\nport = %s\nsecurity = \"starttls\"\nusername = %q\npassword_file = \"password\"\n", host, port, d.User)
	} else {
		smtp = fmt.Sprintf("host = \"127.0.0.1\"\nport = %d\nsecurity = \"none\"\n", sink.Port)
	}
	g.config = filepath.Join(g.dir, "greffier.toml")
	text := fmt.Sprintf(`data_dir = "data"
[service]
name = "Service des appels à projets"
email = "service@greffier.test"
[mailbox]
address = %q
host = %q
port = %d
security = "tls"
username = %q
password_file = "password"
received_by = ["mx.greffier.test", "imap.greffier.test"]
poll_every = "2s"
%s
[desk]
listen = "127.0.0.1:0"
[smtp]
%s
[[call]]
id = "essai"
name = "Appel à projets d'essai"
reference = "ESSAI"
opens = %s
deadline = %s
pack = "pack"
  [[call.piece]]
  id = "budget"
  label = "Budget prévisionnel"
  match = ['\bbudget\b']
  [[call.piece]]
  id = "rib"
  label = "Relevé d'identité bancaire"
  match = ['\brib\b']
  [[call.reminder]]
  id = "weekly"
  cron = "0 9 * * MON"
  from = "30d"
  until = "0d"
`, d.User, d.Host, d.TLSPort, d.User, extra, smtp, e.opens, e.deadline)
	g.must(os.WriteFile(g.config, []byte(text), 0o600))
	return g
}

func (g *program) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

// run runs a command with -config after its name, and gives what it printed and
// its exit code.
func (g *program) run(name string, args ...string) (stdout, stderr string, code int) {
	g.t.Helper()
	cmd := exec.Command(g.binary, append([]string{name, "-config", g.config}, args...)...)
	cmd.Env = g.env
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		g.t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// ok runs a command that must succeed and gives what it printed on stdout.
func (g *program) ok(name string, args ...string) string {
	g.t.Helper()
	out, errs, code := g.run(name, args...)
	if code != 0 {
		g.t.Fatalf("greffier %s %q: exit code %d\n%s%s", name, args, code, out, errs)
	}
	return out
}

// once is serve -once with the calendar at an instant; "" for now.
func (g *program) once(now string) {
	g.t.Helper()
	args := []string{"-once"}
	if now != "" {
		args = append(args, "-now", now)
	}
	g.ok("serve", args...)
}

// serve starts the daemon; it is stopped at the end of the test.
func (g *program) serve(args ...string) *serverProcess {
	g.t.Helper()
	log := filepath.Join(g.dir, "serve.log")
	p := startProcess(g.t, log, g.env, g.binary, append([]string{"serve", "-config", g.config}, args...)...)
	g.t.Cleanup(func() {
		p.kill()
		printLogOnFailure(g.t, "greffier", log)
	})
	return p
}

func (g *program) cases(query ...string) []cases.Summary {
	g.t.Helper()
	var list []cases.Summary
	g.must(json.Unmarshal([]byte(g.ok("cases", append([]string{"-json"}, query...)...)), &list))
	return list
}

func (g *program) sheet(ref string) cases.Sheet {
	g.t.Helper()
	var sheet cases.Sheet
	g.must(json.Unmarshal([]byte(g.ok("case", "-json", ref)), &sheet))
	return sheet
}

func (g *program) letters() []cases.LetterSheet {
	g.t.Helper()
	var list []cases.LetterSheet
	g.must(json.Unmarshal([]byte(g.ok("outbox", "-json")), &list))
	return list
}

// kinds are the kinds of the letters of a case, in order.
func (g *program) kinds(ref string) string {
	g.t.Helper()
	var kinds []string
	for _, l := range g.sheet(ref).Letters {
		kinds = append(kinds, string(l.Kind))
	}
	return strings.Join(kinds, " ")
}

// wantSound runs verify.
func (g *program) wantSound() {
	g.t.Helper()
	if out, errs, code := g.run("verify"); code != 0 {
		g.t.Errorf("verify: exit code %d\n%s%s", code, out, errs)
	}
}

// candidateMail is a mail that our own server took from outside at one instant;
// the Date header may say another.
func candidateMail(from, subject, taken, date string, files ...string) []byte {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	if taken != "" {
		line("Received: from mail.asso.example (mail.asso.example [203.0.113.9])\r\n\tby mx.greffier.test with ESMTPS id X; %s", rfc5322(taken))
	}
	line("Received: from pc (pc [192.0.2.1]) by mail.asso.example; Thu, 1 Jan 2015 00:00:00 +0000")
	line("From: Asso <%s>\r\nTo: aap@greffier.test\r\nSubject: %s\r\nMessage-ID: <%s.%d@asso.example>", from, subject, strings.ReplaceAll(taken+date, ":", ""), len(subject)+len(from))
	line("Date: %s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n", rfc5322(date))
	for _, f := range files {
		line("--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=%q\r\n\r\n%s", f, pdfSaying(from+" "+f))
	}
	line("--b--")
	return []byte(b.String())
}

// pdfSaying is a PDF of one page with a line of ASCII text, in lines of a mail.
func pdfSaying(text string) string {
	draws := "BT /F 12 Tf 72 700 Td (" + strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`()\`, r) {
			return '.'
		}
		return r
	}, text) + ") Tj ET"
	return fmt.Sprintf("%%PDF-1.4\r\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\r\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\r\n"+
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\r\n"+
		"4 0 obj<</Length %d>>stream\r\n%s\r\nendstream endobj\r\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\r\n"+
		"trailer<</Root 1 0 R/Size 6>>\r\n%%%%EOF\r\n", len(draws), draws)
}

func rfc5322(rfc3339 string) string {
	at, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		panic(err) // a test that writes a wrong instant
	}
	return at.Format(time.RFC1123Z)
}

func instant(t testing.TB, rfc3339 string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
