package notify

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"path"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"greffier/cases"
)

// Word makes the mail of a letter: its exact bytes, as segments. A file of the
// pack is named by its SHA-256 alone and stands in base64 where the segments
// are put together. An address that cannot be written to gives an error that
// wraps ErrAddress; any other error lies with us.
func (ls *Letters) Word(l cases.Letter, now time.Time) (cases.Wording, error) {
	p, err := ls.Preview(l.Kind, l.Facts, now)
	if err != nil {
		return cases.Wording{}, err
	}
	msg, err := ls.message(l, p, now)
	if err != nil {
		return cases.Wording{}, fmt.Errorf("word letter %d: %w", l.ID, err)
	}
	if p.Calendar != "" {
		if err := attachBytes(msg, calendarName, "text/calendar; charset=utf-8; method=PUBLISH", []byte(p.Calendar)); err != nil {
			return cases.Wording{}, fmt.Errorf("word letter %d: %w", l.ID, err)
		}
	}
	for _, r := range p.Receipts {
		if err := attachBytes(msg, r.Name, r.MediaType, r.Content); err != nil {
			return cases.Wording{}, fmt.Errorf("word letter %d: %w", l.ID, err)
		}
	}
	markers, err := attach(msg, p.Files)
	if err != nil {
		return cases.Wording{}, fmt.Errorf("word letter %d: %w", l.ID, err)
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return cases.Wording{}, fmt.Errorf("render letter %d: %w", l.ID, err)
	}
	segments, err := cutAt(raw.Bytes(), markers, p.Files)
	if err != nil {
		return cases.Wording{}, fmt.Errorf("word letter %d: %w", l.ID, err)
	}
	return cases.Wording{Template: p.Template, Subject: p.Subject, Segments: segments}, nil
}

// message sets the headers and the two texts.
func (ls *Letters) message(l cases.Letter, p Preview, now time.Time) (*mail.Msg, error) {
	from, err := mailAddress(ls.cfg.Mailbox)
	if err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	to, err := mailAddress(l.To)
	if err != nil {
		return nil, err
	}
	id := messageIDs(l.MessageID)
	if id == "" {
		return nil, errors.New("its Message-ID cannot stand in a header")
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithEncoding(mail.EncodingQP), mail.WithCharset(mail.CharsetUTF8))
	msg.FromMailAddress(from)
	msg.ToMailAddress(to)
	msg.Subject(flatten(p.Subject))
	msg.SetDateWithValue(now.In(ls.cfg.Location))
	msg.SetGenHeader(mail.HeaderMessageID, id)
	if ids := messageIDs(l.InReplyTo); ids != "" {
		msg.SetGenHeader(mail.HeaderInReplyTo, ids)
	}
	if ids := messageIDs(l.References...); ids != "" {
		msg.SetGenHeader(mail.HeaderReferences, ids)
	}
	// RFC 3834 section 5; the second header is what Exchange looks at. What a
	// person wrote is not automatic.
	if l.Kind != cases.LetterReply {
		submitted := "auto-replied"
		if l.MailID == 0 {
			submitted = "auto-generated"
		}
		msg.SetGenHeader("Auto-Submitted", submitted)
		msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	}
	msg.SetGenHeader("Content-Language", "fr")
	msg.SetBodyString(mail.TypeTextPlain, p.Text)
	msg.AddAlternativeString(mail.TypeTextHTML, p.HTML)
	return msg, nil
}

// attach attaches a marker in place of each file: 57 random bytes, which make
// one whole line of base64.
func attach(msg *mail.Msg, files []cases.PackFile) (markers [][]byte, err error) {
	for _, f := range files {
		marker := make([]byte, 57)
		if _, err := rand.Read(marker); err != nil {
			return nil, fmt.Errorf("make a marker: %w", err)
		}
		name := strings.ReplaceAll(flatten(f.Name), "/", "_")
		if err := attachBytes(msg, name, mediaType(name), marker); err != nil {
			return nil, err
		}
		markers = append(markers, []byte(base64.StdEncoding.EncodeToString(marker)+"\r\n"))
	}
	return markers, nil
}

// attachBytes attaches a file, in base64.
func attachBytes(msg *mail.Msg, name, mediaType string, content []byte) error {
	err := msg.AttachReader(name, bytes.NewReader(content), mail.WithFileEncoding(mail.EncodingB64), func(file *mail.File) {
		// RFC 2231 for the name, and for older readers RFC 2047 in the media
		// type.
		file.Header.Set("Content-Disposition", fold(mime.FormatMediaType("attachment", map[string]string{"filename": name})))
		file.Header.Set("Content-Type", mediaType+";\r\n name=\""+quoteName(name)+"\"")
	})
	if err != nil {
		return fmt.Errorf("attach: %w", err)
	}
	return nil
}

// fold puts each parameter of a header on its own line.
func fold(value string) string { return strings.ReplaceAll(value, "; ", ";\r\n ") }

func quoteName(name string) string {
	if encoded := mime.QEncoding.Encode("utf-8", name); encoded != name {
		return strings.ReplaceAll(encoded, "?= =?", "?=\r\n =?")
	}
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
}

// mediaType names the type of a pack's file. A table of our own gives the same
// answer on every machine.
func mediaType(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".pdf":
		return "application/pdf"
	case ".docx":
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case ".xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case ".pptx":
		return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	case ".odt":
		return "application/vnd.oasis.opendocument.text"
	case ".ods":
		return "application/vnd.oasis.opendocument.spreadsheet"
	case ".doc":
		return "application/msword"
	case ".xls":
		return "application/vnd.ms-excel"
	case ".zip":
		return "application/zip"
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".ics":
		return "text/calendar"
	case ".txt", ".csv":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}

// cutAt cuts rendered bytes at the markers, which stand in the order of the
// files.
func cutAt(raw []byte, markers [][]byte, files []cases.PackFile) ([]cases.Segment, error) {
	var out []cases.Segment
	for i, marker := range markers {
		before, after, found := bytes.Cut(raw, marker)
		if !found {
			return nil, fmt.Errorf("attach: the place of file %d was lost", i+1)
		}
		out = append(out, cases.Segment{Literal: before}, cases.Segment{SHA256: files[i].SHA256})
		raw = after
	}
	return append(out, cases.Segment{Literal: raw}), nil
}
