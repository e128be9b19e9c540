package desk

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"regexp"
	"strings"
	"time"

	"greffier/cases"
)

// Letters words letters as the daemon does; notify.Letters fills it.
type Letters interface {
	// Word makes the mail of a letter.
	Word(l cases.Letter, now time.Time) (cases.Wording, error)
	// Replies lists the ready-made texts of a call; ReplyText fills one.
	Replies(callID string) []cases.ReplyTemplate
	ReplyText(name string, f cases.Facts, now time.Time) (string, error)
}

// letterView is a letter as its reader sees it.
type letterView struct {
	From, To, Subject string
	Headers           []field // all, in order
	Text, HTML        string
	Files             []letterFile
}

// letterFile is a file that a letter carries.
type letterFile struct {
	Name, Type string
	Size       int64
}

// viewLetter reads the bytes of a letter of ours.
func viewLetter(raw io.Reader) (*letterView, error) {
	m, err := mail.ReadMessage(raw)
	if err != nil {
		return nil, fmt.Errorf("read the letter: %w", err)
	}
	v := &letterView{}
	words := &mime.WordDecoder{}
	header := func(name string) string {
		text, err := words.DecodeHeader(m.Header.Get(name))
		if err != nil {
			return m.Header.Get(name)
		}
		return text
	}
	v.From, v.To, v.Subject = header("From"), header("To"), header("Subject")
	for _, name := range []string{"Date", "From", "To", "Subject", "Message-Id", "In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language", "Content-Type"} {
		if text := header(name); text != "" {
			v.Headers = append(v.Headers, field{name, text})
		}
	}
	if err := v.part(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body); err != nil {
		return nil, fmt.Errorf("read the letter: %w", err)
	}
	return v, nil
}

// part reads a part of a letter, and those within it.
func (v *letterView) part(contentType, encoding, disposition string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextPart() // decodes quoted-printable
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := v.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p); err != nil {
				return err
			}
		}
	}
	if strings.EqualFold(encoding, "base64") {
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	if disposition != "" {
		f := letterFile{Type: kind}
		if _, named, err := mime.ParseMediaType(disposition); err == nil {
			f.Name = named["filename"]
		}
		if f.Size, err = io.Copy(io.Discard, body); err != nil {
			return err
		}
		v.Files = append(v.Files, f)
		return nil
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if kind == "text/html" {
		v.HTML = string(text)
	} else {
		v.Text += strings.ReplaceAll(string(text), "\r\n", "\n")
	}
	return nil
}

var styleElement = regexp.MustCompile(`(?s)<style>(.*?)</style>`)

// allowLook lets the page show the letter in a frame of its own: what is in it runs
// nothing, loads nothing, and has the styles that stand in our own letter and no
// others (they are named by their hash, CSP level 3 section 6.7.3.3).
func (v *letterView) allowLook(w http.ResponseWriter) {
	styles := ""
	for _, m := range styleElement.FindAllStringSubmatch(v.HTML, -1) {
		sum := sha256.Sum256([]byte(m[1]))
		styles += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	w.Header().Set("Content-Security-Policy", strings.Replace(policy, "style-src 'self'", "style-src 'self'"+styles, 1))
}

// draftView words a draft as the daemon would now, and reads that.
func (d *Desk) draftView(draft cases.Letter) (*letterView, error) {
	w, err := d.o.Letters.Word(draft, d.o.Now())
	if err != nil {
		return nil, err
	}
	return viewLetter(d.store.Compose(w))
}
