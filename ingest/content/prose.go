package content

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what is told of one file, and of a file with all its members.
const (
	maxText    = 64 << 10  // bytes of text of one file
	maxAllText = 512 << 10 // bytes of text and form fields over all members
	maxFields  = 1_000     // form fields of one file
	maxField   = 4 << 10   // bytes of one answer
	maxSheets  = 200
)

// prose gathers text: white space is tidied to single spaces and line ends,
// what cannot be seen is dropped, and nothing is kept after limit bytes.
type prose struct {
	b     strings.Builder
	limit int
	gap   byte // white space to write before the next word; 0: none
}

func newProse(limit int) *prose { return &prose{limit: limit} }

// full says whether more text would be dropped.
func (p *prose) full() bool { return p.b.Len() >= p.limit }

// text adds text as it runs on: pieces of one word may come one by one.
func (p *prose) text(s string) {
	for len(s) > 0 && !p.full() {
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f':
			p.end()
		case r == '\t':
			p.cell()
		case unicode.IsSpace(r):
			if p.gap == 0 {
				p.gap = ' '
			}
		case unicode.IsControl(r), r == '\u00ad', r == '\ufeff', r == '\u200b', r == '\ufffe', isBidiControl(r):
			// a soft hyphen, a byte order mark, what has no width
		default:
			if p.gap != 0 && p.b.Len() > 0 {
				p.b.WriteByte(p.gap)
			}
			p.gap = 0
			if p.b.Len()+utf8.RuneLen(r) > p.limit {
				p.limit = p.b.Len() // full: no shorter rune may follow
				return
			}
			p.b.WriteRune(r)
		}
	}
}

// end ends a line; lines without text leave no trace.
func (p *prose) end() { p.gap = '\n' }

// cell ends a cell of a table: a tab parts it from the next one of its line.
func (p *prose) cell() {
	if p.gap != '\n' {
		p.gap = '\t'
	}
}

// line adds text as a line of its own.
func (p *prose) line(s string) {
	p.end()
	p.text(s)
	p.end()
}

func (p *prose) String() string { return p.b.String() }

// tidy is one answer as it is told of.
func tidy(s string) string {
	p := newProse(maxField)
	p.text(s)
	return p.String()
}

// field adds an answer, as far as the limits go.
func (f *File) field(name, label, value string) {
	name, label = tidy(name), tidy(label)
	if name == "" {
		name = label
	}
	if name != "" && len(f.Fields) < maxFields {
		f.Fields = append(f.Fields, Field{Name: name, Label: label, Value: tidy(value)})
	}
}

// sheet adds the name of a workbook's sheet, as far as the limits go.
func (f *File) sheet(name string) {
	if name = tidy(name); name != "" && len(f.Sheets) < maxSheets {
		f.Sheets = append(f.Sheets, name)
	}
}
