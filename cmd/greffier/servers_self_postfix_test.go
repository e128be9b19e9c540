package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// submitLetter sends a letter as greffier does: STARTTLS, AUTH PLAIN, one recipient.
func submitLetter(p *postfixServer, d *dovecotServer, password, to string, raw []byte) error {
	client, err := smtp.DialStartTLS(p.SubmissionAddr(), d.Certificate.clientConfig())
	if err != nil {
		return err
	}
	defer client.Close()
	client.CommandTimeout, client.SubmissionTimeout = serverDeadline, serverDeadline
	if err := client.Auth(sasl.NewPlainClient("", d.User, password)); err != nil {
		return err
	}
	return client.SendMail(d.User, []string{to}, bytes.NewReader(raw))
}

// awaitInbox waits until INBOX holds n mails, and returns the bytes of the last.
func awaitInbox(t *testing.T, d *dovecotServer, n int) []byte {
	t.Helper()
	var last imap.UID
	awaitCondition(t, "mail in INBOX", func() error {
		list := d.List("INBOX")
		if len(list) < n {
			return fmt.Errorf("%d mails, want %d", len(list), n)
		}
		last = list[len(list)-1].UID
		return nil
	})
	return d.Raw(last)
}

func awaitEmptyQueue(t *testing.T, p *postfixServer) {
	t.Helper()
	awaitCondition(t, "empty queue", func() error {
		if !p.QueueEmpty() {
			return errors.New("mail is still in the queue")
		}
		return nil
	})
}

func TestPostfixBringsMailIn(t *testing.T) {
	d := startDovecot(t)
	p := startPostfix(t, d)
	raw := testMail("premier contact")
	if err := p.Inject("candidat@example.org", d.User, raw); err != nil {
		t.Fatal(err)
	}
	got := awaitInbox(t, d, 1)
	if !bytes.Contains(got, []byte("\r\nReceived: from mail.candidat.example (unknown [127.0.0.1])\r\n\tby mx.greffier.test (Postfix) with ESMTP id ")) {
		t.Errorf("no Received line by mx.greffier.test:\n%s", got)
	}
	if rest := withoutTrace(t, got); !bytes.Equal(rest, raw) {
		t.Errorf("arrived as %q", rest)
	}
	if err := p.Inject("", strings.Replace(d.User, "@", "+jeton@", 1), testMail("retour")); err != nil {
		t.Fatal(err)
	}
	got = awaitInbox(t, d, 2)
	if !bytes.HasPrefix(got, []byte("Return-Path: <>\r\nDelivered-To: aap+jeton@greffier.test\r\n")) {
		t.Errorf("a tagged address or a null sender is lost:\n%s", got)
	}
}

func TestPostfixTakesLettersOut(t *testing.T) {
	d := startDovecot(t)
	p := startPostfix(t, d)
	for n := range 4 {
		if err := submitLetter(p, d, d.Password, fmt.Sprintf("candidat%d@example.org", n), testMail(fmt.Sprint("lettre ", n))); err != nil {
			t.Fatal(err)
		}
		awaitEmptyQueue(t, p)
	}
	for n, mail := range p.Delivered(t, 4, serverDeadline) {
		if mail.From != d.User || !slices.Equal(mail.To, []string{fmt.Sprintf("candidat%d@example.org", n)}) {
			t.Errorf("letter %d went from %q to %q", n, mail.From, mail.To)
		}
		if rest := withoutTrace(t, mail.Raw); !bytes.Equal(rest, testMail(fmt.Sprint("lettre ", n))) {
			t.Errorf("letter %d went out as %q", n, rest)
		}
	}
	if err := submitLetter(p, d, "wrong", "candidat@example.org", testMail("refusé")); smtpCode(err) != 535 {
		t.Errorf("wrong password: %v, want 535", err)
	}
	letter := clientMail{From: d.User, To: "candidat@example.org", Text: "Bonjour"}
	if dialogue, err := trySwaks(t, p.SubmissionAddr(), letter); err == nil || !strings.Contains(dialogue, "530 5.7.0 Must issue a STARTTLS") {
		t.Errorf("a letter without TLS: %v\n%s", err, dialogue)
	}
	if dialogue, err := trySwaks(t, p.SubmissionAddr(), letter, "--tls"); err == nil || !strings.Contains(dialogue, "Access denied") {
		t.Errorf("a letter without password: %v\n%s", err, dialogue)
	}
	for domain, code := range map[string]int{"refused.example": 550, "later.example": 450} {
		if err := submitLetter(p, d, d.Password, "candidat@"+domain, testMail("refusé")); smtpCode(err) != code {
			t.Errorf("%s: %v, want %d", domain, err, code)
		}
	}
}

func TestPostfixRetriesAndBounces(t *testing.T) {
	d := startDovecot(t)
	p := startPostfix(t, d)
	p.Sink.RefuseFirst(1)
	if err := submitLetter(p, d, d.Password, "candidat@example.org", testMail("plus tard")); err != nil {
		t.Fatal(err)
	}
	awaitCondition(t, "first attempt", func() error {
		if p.Sink.Attempts("candidat@example.org") == 0 {
			return errors.New("none yet")
		}
		return nil
	})
	p.Stop() // a stop keeps the queue
	p.Start()
	p.Delivered(t, 1, serverDeadline)

	if err := submitLetter(p, d, d.Password, "candidat@bounced.example", testMail("sans adresse")); err != nil {
		t.Fatal(err)
	}
	bounce := awaitInbox(t, d, 1)
	for _, want := range []string{
		"Return-Path: <>\r\n", "Content-Type: multipart/report; report-type=delivery-status",
		"Final-Recipient: rfc822; candidat@bounced.example", "Status: 5.1.1", "Message-ID: <sans.adresse@example.org>",
	} {
		if !strings.Contains(string(bounce), want) {
			t.Errorf("the bounce does not hold %q:\n%s", want, bounce)
		}
	}
	awaitEmptyQueue(t, p)
}

func TestRealClientsSendFiles(t *testing.T) {
	d := startDovecot(t)
	p := startPostfix(t, d)
	dir := t.TempDir()
	files := map[string][]byte{
		"Kbis+RIB (2).pdf":      append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte{0, 0xff, '\r', '\n', '.'}, 5000)...),
		"Cœur de ville été.pdf": append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("été\n.\n"), 50)...),
	}
	mail := clientMail{From: "candidat@example.org", To: d.User, Subject: "Dossier Hubs", Text: "Bonjour,\n.\nVoici.\n"}
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		mail.Files = append(mail.Files, path)
	}
	t.Run("swaks", func(t *testing.T) {
		dialogue := runSwaks(t, p.Addr(), mail, "--tls", "--tls-verify", "--tls-ca-path", d.Certificate.CAFile,
			"--xclient-name", "mail.asso.example", "--xclient-addr", "192.0.2.25")
		if !strings.Contains(dialogue, "TLS started") {
			t.Errorf("no TLS in:\n%s", dialogue)
		}
		raw := awaitInbox(t, d, 1)
		if !bytes.Contains(raw, []byte("(mail.asso.example [192.0.2.25])")) {
			t.Errorf("the Received line does not tell the sending host:\n%s", raw[:min(len(raw), 2000)])
		}
		if got := attachedFiles(t, raw); !bytes.Equal(got["Kbis+RIB (2).pdf"], files["Kbis+RIB (2).pdf"]) || len(got) != 2 {
			t.Errorf("files arrived: %v", slices.Sorted(maps.Keys(got)))
		}
	})
	t.Run("mutt", func(t *testing.T) {
		runMutt(t, p.Addr(), d.Certificate, mail)
		raw := awaitInbox(t, d, 2)
		if !bytes.Contains(raw, []byte("User-Agent: Mutt/")) {
			t.Errorf("not written by mutt:\n%s", raw[:min(len(raw), 2000)])
		}
		got := attachedFiles(t, raw)
		for name, content := range files {
			if !bytes.Equal(got[name], content) {
				t.Errorf("%s did not arrive as sent; arrived: %v", name, slices.Sorted(maps.Keys(got)))
			}
		}
	})
}

// attachedFiles returns the decoded files of a mail by name.
func attachedFiles(t *testing.T, raw []byte) map[string][]byte {
	t.Helper()
	mail, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string][]byte)
	err = mail.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil {
			return err
		}
		disposition, parameters, err := part.Header.ContentDisposition()
		if err != nil || disposition != "attachment" {
			return nil // a body text
		}
		content, err := io.ReadAll(part.Body)
		files[parameters["filename"]] = content
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
