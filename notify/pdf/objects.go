package main

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// pdfObjects collects the indirect objects of a PDF file, numbered from 1.
type pdfObjects struct{ bodies []string }

// reserve returns the number of an object whose body is set later.
func (o *pdfObjects) reserve() int {
	o.bodies = append(o.bodies, "")
	return len(o.bodies)
}

func (o *pdfObjects) set(n int, format string, args ...any) {
	o.bodies[n-1] = fmt.Sprintf(format, args...)
}

func (o *pdfObjects) add(format string, args ...any) int {
	n := o.reserve()
	o.set(n, format, args...)
	return n
}

// stream adds a stream; entries stand in its dictionary beside the length.
func (o *pdfObjects) stream(entries, data string) int {
	return o.add("<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

// compressed adds the same as stream, deflated.
func (o *pdfObjects) compressed(entries, data string) (int, error) {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(data)); err != nil {
		return 0, fmt.Errorf("compress a stream: %w", err)
	}
	if err := w.Close(); err != nil {
		return 0, fmt.Errorf("compress a stream: %w", err)
	}
	return o.stream(entries+"/Filter/FlateDecode", b.String()), nil
}

// file writes the objects with their table of offsets; the identifier of the
// file is drawn from its content.
func (o *pdfObjects) file(root, info int) []byte {
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

// pdfText is a text string outside page content: a title, a tooltip, a
// choice.
func pdfText(s string) string {
	for _, r := range s {
		if r < ' ' || r > '~' {
			out := "<FEFF"
			for _, unit := range utf16.Encode([]rune(s)) {
				out += fmt.Sprintf("%04X", unit)
			}
			return out + ">"
		}
	}
	return pdfLiteral(s)
}

// pdfLiteral writes bytes between parentheses.
func pdfLiteral(s string) string {
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

// winAnsi returns s in the encoding of the fonts of the form, which is
// Windows-1252; a character outside it is an error.
func winAnsi(s string) (string, error) {
	out, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil {
		return "", fmt.Errorf("write %q in Windows-1252: %w", s, err)
	}
	return out, nil
}

// pdfColor turns RRGGBB into the three numbers of a PDF colour.
func pdfColor(rgb string) string {
	var r, g, b int
	if _, err := fmt.Sscanf(rgb, "%02x%02x%02x", &r, &g, &b); err != nil {
		return "0 0 0"
	}
	return fmt.Sprintf("%.3f %.3f %.3f", float64(r)/255, float64(g)/255, float64(b)/255)
}
