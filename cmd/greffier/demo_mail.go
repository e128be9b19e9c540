package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
	"time"
)

// storyMail is a mail that somebody of the story sends.
type storyMail struct {
	from, name string        // its sender; empty: the player
	at         time.Time     // when our server took it from outside
	delay      time.Duration // until it lay in the mailbox
	twice      time.Duration // delivered again, byte for byte, so much later; 0: once
	claims     time.Duration // what its Date header is off by
	zone       string        // of its Date header; empty: Paris

	subject, text string
	files         []storyFile
	header        []string // further header lines, those of our own server too

	reply    bool   // it answers our last letter to the player
	letterOf string // it answers our last letter to that address
	id       string // its Message-ID; empty: one of its own
	report   report

	waits bool // it is to wait until staff attach it
}

// report is what a machine reports of one of our letters.
type report string

const (
	bounced report = "bounced" // it did not arrive (RFC 3464)
	seen    report = "seen"    // it was displayed (RFC 8098)
)

func (m storyMail) inMailbox() time.Time { return m.at.Add(m.delay) }

// demoHost is our server, which takes mail from outside.
const demoHost = "mx.cdc.example"

// boundary stands between the parts of a mail; the same each time, so that the
// same story gives the same bytes.
const boundary = "=_greffier_demo"

// compose writes the mail as our server would hand it on: with the Received
// line of the host that took it from outside. letter is the Message-ID of the
// letter that it answers, with angle brackets.
func (m storyMail) compose(letter string) ([]byte, error) {
	zone := m.at.Location()
	if m.zone != "" {
		var err error
		if zone, err = time.LoadLocation(m.zone); err != nil {
			return nil, fmt.Errorf("load time zone: %w", err)
		}
	}
	domain := m.from[strings.LastIndexByte(m.from, '@')+1:]
	id := m.id
	if id == "" {
		id = fmt.Sprintf("<%d.%d@%s>", m.at.Unix(), len(m.subject), domain)
	}
	var raw bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&raw, format+"\r\n", args...) }
	line("Received: from mail.%s (mail.%s [203.0.113.7])\r\n\tby %s with ESMTPS; %s", domain, domain, demoHost, m.at.Format(time.RFC1123Z))
	for _, h := range m.header {
		line("%s", h)
	}
	line("From: %s <%s>", mime.QEncoding.Encode("utf-8", m.name), m.from)
	line("To: <%s>", demoMailbox)
	line("Subject: %s", mime.QEncoding.Encode("utf-8", m.subject))
	line("Date: %s", m.at.Add(m.claims).In(zone).Format(time.RFC1123Z))
	line("Message-ID: %s", id)
	if letter != "" && m.report == "" {
		line("In-Reply-To: %s", letter)
		line("References: %s", letter)
	}
	line("MIME-Version: 1.0")
	if m.report != "" && letter == "" {
		letter = "<somebody@elsewhere.example>" // not one of ours
	}
	var err error
	switch {
	case m.report == bounced:
		line("Content-Type: multipart/report; report-type=delivery-status; boundary=%q\r\n", boundary)
		err = m.writeParts(&raw,
			mailPart{typ: "message/delivery-status", body: "Reporting-MTA: dns; mail." + domain + "\r\n\r\nFinal-Recipient: rfc822; " + m.letterOf + "\r\nAction: failed\r\nStatus: 5.1.1\r\n"},
			mailPart{typ: "text/rfc822-headers", body: "Message-ID: " + letter + "\r\n"})
	case m.report == seen:
		line("Content-Type: multipart/report; report-type=disposition-notification; boundary=%q\r\n", boundary)
		err = m.writeParts(&raw, mailPart{typ: "message/disposition-notification",
			body: "Final-Recipient: rfc822; " + m.from + "\r\nOriginal-Message-ID: " + letter + "\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n"})
	case len(m.files) > 0:
		line("Content-Type: multipart/mixed; boundary=%q\r\n", boundary)
		err = m.writeParts(&raw)
	default:
		line("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n")
		err = writeQuoted(&raw, m.text)
	}
	return raw.Bytes(), err
}

// mailPart is a part of a report.
type mailPart struct{ typ, body string }

// writeParts writes the text, the parts of a report and the files.
func (m storyMail) writeParts(w io.Writer, parts ...mailPart) error {
	mw := multipart.NewWriter(w)
	if err := mw.SetBoundary(boundary); err != nil {
		return err
	}
	text, err := mw.CreatePart(textproto.MIMEHeader{"Content-Type": {"text/plain; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
	if err != nil {
		return err
	}
	if err := writeQuoted(text, m.text); err != nil {
		return err
	}
	for _, p := range parts {
		part, err := mw.CreatePart(textproto.MIMEHeader{"Content-Type": {p.typ}})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(part, p.body); err != nil {
			return err
		}
	}
	for _, f := range m.files {
		content, err := f.content(m.name)
		if err != nil {
			return fmt.Errorf("make %s: %w", f.name, err)
		}
		part, err := mw.CreatePart(textproto.MIMEHeader{
			"Content-Type":              {f.mediaType()},
			"Content-Transfer-Encoding": {"base64"},
			"Content-Disposition":       {mime.FormatMediaType("attachment", map[string]string{"filename": f.name})},
		})
		if err != nil {
			return err
		}
		if err := writeBase64(part, content); err != nil {
			return err
		}
	}
	return mw.Close()
}

func writeQuoted(w io.Writer, text string) error {
	q := quotedprintable.NewWriter(w)
	_, err := io.WriteString(q, strings.ReplaceAll(text, "\n", "\r\n")+"\r\n")
	return errors.Join(err, q.Close())
}

// writeBase64 writes lines of 76 columns (RFC 2045 section 6.8).
func writeBase64(w io.Writer, content []byte) error {
	text := base64.StdEncoding.EncodeToString(content)
	for len(text) > 0 {
		n := min(76, len(text))
		if _, err := io.WriteString(w, text[:n]+"\r\n"); err != nil {
			return err
		}
		text = text[n:]
	}
	return nil
}
