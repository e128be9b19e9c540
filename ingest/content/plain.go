package content

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// readPlain reads the beginning of a text in the encoding that its bytes show.
func readPlain(in input, f *File) {
	text := newProse(maxText)
	text.text(decodePlain(in.at(0, 4*maxText)))
	f.Text = text.String()
	if in.size < 4<<10 && onlyLink(f.Text) {
		f.Unreadable = UnreadableLink
		f.warn("The file only holds a link: what it leads to was not sent.")
	}
}

// decodePlain tells UTF-16 by its mark, UTF-8 by its validity, and takes the
// rest for windows-1252, as French programs write it.
func decodePlain(b []byte) string {
	order := 0
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		order = 1
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		order = 2
	}
	if order > 0 {
		units := make([]uint16, 0, len(b)/2)
		for i := 2; i+1 < len(b); i += 2 {
			lo, hi := uint16(b[i]), uint16(b[i+1])
			if order == 2 {
				lo, hi = hi, lo
			}
			units = append(units, lo|hi<<8)
		}
		return string(utf16.Decode(units))
	}
	whole := b
	for cut := 0; cut < utf8.UTFMax && len(whole) > 0 && !utf8.Valid(whole); cut++ {
		whole = b[:len(b)-cut-1] // the last character may be cut
	}
	if utf8.Valid(whole) && len(b)-len(whole) < utf8.UTFMax {
		return string(whole)
	}
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = charmap.Windows1252.DecodeByte(c)
	}
	return string(out)
}

// isPlain says whether a type is text that people read as it stands.
func isPlain(t string) bool {
	switch t {
	case typeText, "text/csv", "text/tab-separated-values", typeCalendar, typeCard, "text/xml", "application/json":
		return true
	}
	return false
}
