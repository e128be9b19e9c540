package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode/utf16"
)

// Objects collects the indirect objects of a PDF file, numbered from 1.
type Objects struct{ bodies []string }

// Reserve returns the number of an object whose body is set later.
func (o *Objects) Reserve() int {
	o.bodies = append(o.bodies, "")
	return len(o.bodies)
}

// Set writes the body of an object.
func (o *Objects) Set(n int, format string, args ...any) {
	o.bodies[n-1] = fmt.Sprintf(format, args...)
}

// Add adds an object and returns its number.
func (o *Objects) Add(format string, args ...any) int {
	n := o.Reserve()
	o.Set(n, format, args...)
	return n
}

// Stream adds a stream; entries stand in its dictionary beside the length.
func (o *Objects) Stream(entries, data string) int {
	return o.Add("<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

// Compressed adds the same as Stream, deflated.
func (o *Objects) Compressed(entries, data string) (int, error) {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(data)); err != nil {
		return 0, fmt.Errorf("compress a stream: %w", err)
	}
	if err := w.Close(); err != nil {
		return 0, fmt.Errorf("compress a stream: %w", err)
	}
	return o.Stream(entries+"/Filter/FlateDecode", b.String()), nil
}

// File writes the objects with their table of offsets; the identifier of the
// file is drawn from its content.
func (o *Objects) File(root, info int) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(o.bodies))
	for i, body := range o.bodies {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	id := sha256.Sum256(b.Bytes())
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(o.bodies)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%x><%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(o.bodies)+1, root, info, id[:16], id[:16], start)
	return b.Bytes()
}

// Text is a text string outside page content: a title, a tooltip, a
// choice.
func Text(s string) string {
	for _, r := range s {
		if r < ' ' || r > '~' {
			return "<FEFF" + utf16Text(s)[1:]
		}
	}
	return Literal(s)
}

// utf16Text writes text in UTF-16, as hexadecimal digits between angle brackets.
func utf16Text(s string) string {
	var b strings.Builder
	b.WriteByte('<')
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	b.WriteByte('>')
	return b.String()
}

// Literal writes bytes between parentheses.
func Literal(s string) string {
	var b bytes.Buffer
	b.WriteByte('(')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '(' || c == ')' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte(')')
	return b.String()
}
