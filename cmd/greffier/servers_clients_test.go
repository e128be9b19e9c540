package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// clientMail is what a candidate writes in a mail client.
type clientMail struct {
	From    string
	To      string
	Subject string
	Text    string
	Files   []string // paths of the files attached
}

// runSwaks sends a mail with swaks to a server, host:port; extra options go to
// swaks as they are, e.g. "--xclient-name", "mail.asso.example" and "--tls". It
// returns the dialogue, and fails the test when the mail is not accepted.
func runSwaks(t testing.TB, addr string, mail clientMail, extra ...string) string {
	t.Helper()
	dialogue, err := trySwaks(t, addr, mail, extra...)
	if err != nil {
		t.Fatalf("swaks: %v\n%s", err, dialogue)
	}
	return dialogue
}

// trySwaks is runSwaks for a mail that may be refused.
func trySwaks(t testing.TB, addr string, mail clientMail, extra ...string) (string, error) {
	t.Helper()
	// By a file: swaks asks the terminal for an empty text, and opens a file for "@text".
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte(mail.Text), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{
		"--server", addr, "--from", mail.From, "--to", mail.To, "--ehlo", "poste.candidat.example",
		"--header", "Subject: " + mail.Subject, "--body", "@" + text,
	}
	for _, file := range mail.Files {
		args = append(args, "--attach-name", filepath.Base(file), "--attach", "@"+file)
	}
	return runClient(t, requireProgram(t, "swaks", "swaks"), "", append(args, extra...))
}

// runMutt sends a mail with mutt by its own SMTP client to a server, host:port,
// after STARTTLS, and fails the test when the mail is not accepted.
func runMutt(t testing.TB, addr string, trust *testCertificate, mail clientMail) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "muttrc")
	settings := []string{
		"set smtp_url = " + strconv.Quote("smtp://"+addr+"/"),
		"set from = " + strconv.Quote(mail.From),
		"set use_envelope_from = yes",
		"set hostname = poste.candidat.example",
		"set ssl_force_tls = yes",
		"set ssl_usesystemcerts = no",
		"set ssl_ca_certificates_file = " + strconv.Quote(trust.CAFile),
		"set user_agent = yes",
		"set copy = no",
		"set charset = utf-8",
	}
	if err := os.WriteFile(config, []byte(strings.Join(settings, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// -n: without the system's own settings; -x: as mailx, text from standard input.
	args := []string{"-n", "-F", config, "-x", "-s", mail.Subject}
	if len(mail.Files) > 0 {
		args = append(append(args, "-a"), mail.Files...)
	}
	args = append(args, "--", mail.To)
	if out, err := runClient(t, requireProgram(t, "mutt", "mutt"), mail.Text, args); err != nil {
		t.Fatalf("mutt: %v\n%s", err, out)
	}
}

// runClient runs a program to its end, in an empty home and a UTF-8 locale, and
// returns what it printed.
func runClient(t testing.TB, path, stdin string, args []string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), serverDeadline)
	defer cancel()
	command := exec.CommandContext(ctx, path, args...)
	command.WaitDelay = serverDeadline
	command.Dir = t.TempDir()
	command.Env = append(os.Environ(), "HOME="+command.Dir, "LC_ALL=C.UTF-8", "TERM=dumb")
	command.Stdin = strings.NewReader(stdin)
	out, err := command.CombinedOutput()
	return string(out), err
}
