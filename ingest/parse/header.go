package parse

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// field is one header field as it stands: Name in lower case, Value still
// folded and encoded.
type field struct {
	Name  string
	Value []byte
}

// header is a block of fields in the order of the mail.
type header struct {
	fields []field
	cut    bool // something over a limit was left out
}

// get gives the first field of that name, which is the one the last relay or
// the composer put on top; nil if none.
func (h *header) get(name string) []byte {
	for i := range h.fields {
		if h.fields[i].Name == name {
			return h.fields[i].Value
		}
	}
	return nil
}

func (h *header) has(name string) bool {
	for i := range h.fields {
		if h.fields[i].Name == name {
			return true
		}
	}
	return false
}

func (h *header) all(name string) [][]byte {
	var v [][]byte
	for i := range h.fields {
		if h.fields[i].Name == name {
			v = append(v, h.fields[i].Value)
		}
	}
	return v
}

// text is the first field of that name, decoded, on one line.
func (h *header) text(name string) string {
	v := h.get(name)
	if v == nil {
		return ""
	}
	return collapse(decodeWords(unfold(v)))
}

// needed are the fields that are kept even when a block is over its limit.
func needed(name string) bool {
	switch name {
	case "from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "sender",
		"return-path", "auto-submitted", "precedence", "x-auto-response-suppress", "received",
		"authentication-results", "mime-version", "x-failed-recipients",
		"content-type", "content-transfer-encoding", "content-disposition", "content-id":
		return true
	}
	return strings.HasPrefix(name, "list-")
}

// unfold joins a folded value (RFC 5322 section 2.2.3) and drops NUL.
func unfold(v []byte) []byte {
	if bytes.IndexByte(v, '\n') < 0 && bytes.IndexByte(v, '\r') < 0 && bytes.IndexByte(v, 0) < 0 {
		return v
	}
	out := make([]byte, 0, len(v))
	for _, c := range v {
		if c != '\r' && c != '\n' && c != 0 {
			out = append(out, c)
		}
	}
	return out
}

var bom = []byte("\xef\xbb\xbf")

// readHeader reads a header block and leaves l at the first byte of the body;
// body is that offset. With part, a block that does not begin with a field is
// no header at all: the part is all body (RFC 2046 section 5.1 lets a part
// have no header, but then wants a blank line, which careless scripts forget).
//
// Departures from RFC 5322 section 2.2, each for mail that exists: a byte order
// mark or blank lines before the first field (scripts), an mbox "From " line
// (imports), lines without a colon (broken relays; they are skipped when more
// fields follow, else they begin the body), blanks before the colon (obsolete
// syntax, section 4.5), a parameter line that lost its leading blank (anti-spam
// relays re-folding Content-Type). A line for which stop is true, that is a
// boundary of an enclosing multipart, ends the block too.
func readHeader(l *lineReader, part bool, limit int, stop func(line []byte) bool) (h header, body int64, err error) {
	var (
		kept    int
		cur     []byte
		name    string
		first   = true
		lookups = 0
	)
	flush := func() {
		if name == "" {
			return
		}
		if len(cur) > maxField {
			cur = squeeze(cur)
			h.cut = true
		}
		if kept+len(cur) <= limit || needed(name) && kept+len(cur) <= 4*limit {
			kept += len(cur) + len(name) + 64 // and what a field costs
			h.fields = append(h.fields, field{name, cur})
		} else {
			h.cut = true
		}
		name, cur = "", nil
	}
	add := func(b []byte) {
		if name == "" {
			return
		}
		if len(cur)+len(b) > 4*maxField {
			cur = squeeze(cur)
			h.cut = true
		}
		cur = append(cur, b...)
	}
	body = l.pos
	for {
		line, off, cont, e := l.next()
		if errors.Is(e, io.EOF) {
			flush()
			return h, l.pos, nil
		}
		if e != nil {
			return h, 0, e
		}
		if cont {
			add(line)
			continue
		}
		if first && !part && off == body {
			line = bytes.TrimPrefix(line, bom)
		}
		s := trimEOL(line)
		if stop != nil && stop(s) {
			flush()
			l.unread(line, off)
			return h, off, nil
		}
		if len(s) == 0 || !part && first && len(bytes.TrimSpace(s)) == 0 {
			if first && !part { // blank lines before the header
				continue
			}
			flush()
			return h, l.pos, nil
		}
		if first && (bytes.HasPrefix(s, []byte("From ")) || bytes.HasPrefix(s, []byte(">From "))) {
			first = part
			if part {
				l.unread(line, off)
				return h, off, nil
			}
			continue
		}
		if s[0] == ' ' || s[0] == '\t' {
			if first && part {
				l.unread(line, off)
				return h, off, nil
			}
			first = false
			add(line)
			continue
		}
		n, v, ok := splitField(line)
		if !ok {
			if first && part {
				begins, e := contentFieldAhead(l, stop)
				if e != nil {
					return h, 0, e
				}
				if begins {
					continue
				}
				l.unread(line, off)
				return h, off, nil
			}
			first = false
			if name != "" && bytes.HasSuffix(bytes.TrimSpace(cur), []byte(";")) && looksLikeParameter(s) {
				add([]byte(" "))
				add(line)
				continue
			}
			lookups++
			goesOn := true
			if lookups <= 50 {
				if goesOn, e = headerGoesOn(l, len(h.fields) > 0 || name != ""); e != nil {
					return h, 0, e
				}
			}
			if goesOn {
				continue
			}
			flush()
			l.unread(line, off)
			return h, off, nil
		}
		first = false
		flush()
		name = n
		cur = append(make([]byte, 0, len(v)), v...)
	}
}

// unread steps back to the line just read.
func (l *lineReader) unread(line []byte, off int64) {
	l.start -= int(l.pos - off)
	l.pos = off
	l.cont = false
}

// splitField cuts "Name: value". Names are visible ASCII (RFC 5322 section
// 2.2); blanks before the colon are obsolete but seen.
func splitField(line []byte) (name string, value []byte, ok bool) {
	i := bytes.IndexByte(line, ':')
	if i <= 0 {
		return "", nil, false
	}
	n := bytes.TrimRight(line[:i], " \t")
	if len(n) == 0 || len(n) > 200 {
		return "", nil, false
	}
	for _, c := range n {
		if c <= ' ' || c > '~' {
			return "", nil, false
		}
	}
	return strings.ToLower(string(n)), line[i+1:], true
}

func looksLikeParameter(s []byte) bool {
	i := bytes.IndexByte(s, '=')
	if i <= 0 {
		return false
	}
	for _, c := range bytes.TrimRight(s[:i], " \t") {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '*' || c == '-') {
			return false
		}
	}
	return true
}

// headerGoesOn looks past a line that is no field: is there another field
// before the next blank line, or a blank line with a body after it?
func headerGoesOn(l *lineReader, seen bool) (bool, error) {
	p := make([]byte, min(4096, max(l.end-l.pos, 0)))
	n, err := readAt(l.r, p, l.pos)
	if err != nil {
		return false, err
	}
	p = p[:n]
	anyLine := false
	for len(p) > 0 {
		i := bytes.IndexByte(p, '\n')
		line := p
		if i >= 0 {
			line, p = p[:i+1], p[i+1:]
		} else {
			p = nil
		}
		s := trimEOL(line)
		if len(bytes.TrimSpace(s)) == 0 {
			// The blank line that ends the header: it does, if nothing but
			// the odd line stood before it and a body follows.
			return seen && !anyLine && len(bytes.TrimSpace(p)) > 0, nil
		}
		anyLine = true
		if _, v, ok := splitField(line); ok && s[0] != ' ' && len(v) > 0 && (v[0] == ' ' || v[0] == '\t') {
			return true, nil
		}
	}
	return false, nil
}

// contentFieldAhead tells whether a field that only the header of a part has
// stands before the next blank line or boundary: what came before it is then a
// stray line of a relay, and not the text of a part without a header.
func contentFieldAhead(l *lineReader, stop func(line []byte) bool) (bool, error) {
	p := make([]byte, min(1024, max(l.end-l.pos, 0)))
	n, err := readAt(l.r, p, l.pos)
	if err != nil {
		return false, err
	}
	for line := range bytes.Lines(p[:n]) {
		s := trimEOL(line)
		if len(bytes.TrimSpace(s)) == 0 || stop != nil && stop(s) {
			break
		}
		if name, _, ok := splitField(line); ok && (name == "content-type" || name == "content-transfer-encoding" || name == "content-disposition") {
			return true, nil
		}
	}
	return false, nil
}

// squeeze keeps, in place, the head and the tail of an overlong value, where
// Received, References and address lists have what counts.
func squeeze(v []byte) []byte {
	if len(v) <= maxField {
		return v
	}
	v[maxField/2] = ' '
	n := copy(v[maxField/2+1:], v[len(v)-maxField/2:])
	return v[:maxField/2+1+n]
}
