package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
)

// mboxReader gives the mails of an mbox file (RFC 4155), one after the other, as
// an IMAP server would send them: lines that were quoted as ">From " unquoted
// (the variant called mboxrd), the empty line that ends each mail left out.
// Memory is bounded whatever the size of the file, of a mail, or of a line.
//
// Programs that write mbox files differ in where they quote and in what follows
// "From ". A line beginning so parts two mails when two of these three hold: an
// empty line stands above, a weekday and a time of day follow, a header field
// stands below.
type mboxReader struct {
	r     *bufio.Reader
	begun bool
	more  bool // the line that parts the next mail from the last has been read
}

// mboxLine is how much of a line is held at once.
const mboxLine = 64 << 10

var (
	mboxDate    = regexp.MustCompile(`\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\b\d?\d:\d\d`)
	mboxQuoted  = regexp.MustCompile(`^>+From `)
	headerField = regexp.MustCompile(`^(>?From |[!-9;-~]+[ \t]*:)`)
)

var errNotMbox = errors.New(`not an mbox file: it does not begin with "From "`)

func newMboxReader(r io.Reader) *mboxReader {
	return &mboxReader{r: bufio.NewReaderSize(r, mboxLine)}
}

// next goes to the next mail, which copyTo must have been called for before next
// is called again. io.EOF: there is none.
func (m *mboxReader) next() error {
	if m.begun {
		if !m.more {
			return io.EOF
		}
		return nil
	}
	m.begun = true
	line, err := m.line()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !bytes.HasPrefix(line.text, []byte("From ")) {
		return errNotMbox
	}
	for !line.ends {
		if line, err = m.line(); err != nil {
			return err
		}
	}
	return nil
}

// copyTo copies the mail to w.
func (m *mboxReader) copyTo(w io.Writer) error {
	m.more = false
	var held []byte // an empty line, which may be the one that ends the mail
	begins := true
	for {
		line, err := m.line()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if begins {
			if bytes.HasPrefix(line.text, []byte("From ")) && line.ends {
				text := bytes.Clone(line.text) // looking ahead overwrites it
				if m.parts(text, held != nil) {
					m.more = true
					return nil
				}
				line.text = text
			}
			if mboxQuoted.Match(line.text) {
				line.text = line.text[1:]
			}
		}
		if _, err := w.Write(held); err != nil {
			return err
		}
		held = nil
		if begins && line.ends && len(bytes.TrimRight(line.text, "\r\n")) == 0 {
			held = bytes.Clone(line.text)
		} else if _, err := w.Write(line.text); err != nil {
			return err
		}
		begins = line.ends
	}
}

// parts reports whether a line that begins with "From " parts two mails.
func (m *mboxReader) parts(line []byte, afterEmpty bool) bool {
	below, err := m.r.Peek(256)
	field := (err == nil || len(below) > 0) && headerField.Match(below) // reading on meets an error again
	dated := mboxDate.Match(line)
	return afterEmpty && (dated || field) || dated && field
}

// line is a line with its end, or a piece of one that is too long.
type line struct {
	text []byte // valid until the next reading
	ends bool   // with these bytes
}

func (m *mboxReader) line() (line, error) {
	text, err := m.r.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return line{text: text}, nil
	case errors.Is(err, io.EOF) && len(text) > 0:
		return line{text: text, ends: true}, nil
	}
	return line{text: text, ends: true}, err
}

// wireLines writes lines as they go over the network, ended by CRLF (RFC 5322
// section 2.3), where a file system keeps them with LF alone.
type wireLines struct {
	w    io.Writer
	last byte
}

// Write implements io.Writer.
func (l *wireLines) Write(p []byte) (int, error) {
	from := 0
	for i, c := range p {
		if c == '\n' && l.last != '\r' {
			if _, err := l.w.Write(p[from:i]); err != nil {
				return from, err
			}
			if _, err := io.WriteString(l.w, "\r"); err != nil {
				return i, err
			}
			from = i
		}
		l.last = c
	}
	if n, err := l.w.Write(p[from:]); err != nil {
		return from + n, err
	}
	return len(p), nil
}
