package content

import (
	"bufio"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// Limits of a mail sent as a file.
const (
	maxEML      = 64 << 20 // bytes that are read
	emlParts    = 100
	emlDepth    = 4
	emlTextPart = 1 << 20 // bytes of one text
)

// readEML reads the headers that people see of a mail sent as a file, and its
// text. The files it carries are named: a mail attached as a mail is taken
// apart where mails are, one that hides in an archive is not.
func readEML(in input, f *File) {
	m, err := mail.ReadMessage(bufio.NewReader(io.NewSectionReader(in, 0, min(in.size, maxEML))))
	if err != nil {
		readPlain(in, f)
		return
	}
	text := newProse(maxText)
	words := new(mime.WordDecoder)
	for _, name := range []string{"From", "To", "Date", "Subject"} {
		value := m.Header.Get(name)
		if decoded, err := words.DecodeHeader(value); err == nil {
			value = decoded
		}
		if value != "" {
			text.line(name + ": " + value)
		}
	}
	r := emlReader{f: f, text: text, words: words}
	r.part(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body, 0)
	f.Text = text.String()
	if len(r.files) > 0 {
		f.warn("The mail carries files that are not looked into: %s.", strings.Join(r.files, ", "))
	}
}

type emlReader struct {
	f     *File
	text  *prose
	words *mime.WordDecoder
	parts int
	files []string
}

func (r *emlReader) part(contentType, encoding, disposition string, body io.Reader, depth int) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind, params = typeText, nil
	}
	_, more, err := mime.ParseMediaType(disposition)
	if err == nil && (more["filename"] != "" || strings.HasPrefix(strings.ToLower(disposition), "attachment")) || params["name"] != "" && !strings.HasPrefix(kind, "multipart/") {
		name := more["filename"]
		if name == "" {
			name = params["name"]
		}
		if decoded, err := r.words.DecodeHeader(name); err == nil {
			name = decoded
		}
		if len(r.files) < 20 {
			r.files = append(r.files, tidy(name))
		}
		return
	}
	switch {
	case strings.HasPrefix(kind, "multipart/") && depth < emlDepth && params["boundary"] != "":
		parts := multipart.NewReader(body, params["boundary"])
		for ; r.parts < emlParts; r.parts++ {
			p, err := parts.NextRawPart()
			if err != nil {
				return // the end, or damage: what came before was read
			}
			r.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p, depth+1)
		}
	case kind == typeText:
		switch strings.ToLower(strings.TrimSpace(encoding)) {
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, body)
		case "quoted-printable":
			body = quotedprintable.NewReader(body)
		}
		// What could be decoded before any damage is the text.
		b, _ := io.ReadAll(io.LimitReader(body, emlTextPart))
		r.text.line(decodePlain(b))
	}
}
