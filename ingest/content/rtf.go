package content

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// maxRTF is how much of a Rich Text file is read, in bytes: pictures stand in
// it as digits and can be long.
const maxRTF = 32 << 20

// readRTF reads the text of a Rich Text file (RTF specification 1.9.1). What
// stands in a group with a destination of its own is not the document's text,
// but for the few that are.
func readRTF(in input, f *File) {
	r := rtfReader{in: bufio.NewReaderSize(io.NewSectionReader(in, 0, min(in.size, maxRTF)), 32<<10), text: newProse(maxText), state: rtfState{unicodeSkip: 1}}
	for !r.text.full() && r.step() {
	}
	r.flush()
	f.Text = r.text.String()
	f.Blank = f.Text == "" && !r.pictures
}

type rtfReader struct {
	in       *bufio.Reader
	text     *prose
	state    rtfState
	stack    []rtfState
	skip     int    // characters that stand for a \u before
	bytes    []byte // 8-bit text not yet decoded
	pictures bool
}

type rtfState struct {
	ignored     bool
	fresh       bool // the group has just begun
	unicodeSkip int  // \uc
}

// rtfIgnored are groups whose text is not the document's.
var rtfIgnored = map[string]bool{
	"fonttbl": true, "colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true, "fldinst": true, "filetbl": true,
	"listtable": true, "listoverridetable": true, "revtbl": true, "rsidtbl": true, "generator": true, "themedata": true, "datastore": true,
	"latentstyles": true, "xmlnstbl": true, "pgdsctbl": true, "bkmkstart": true, "bkmkend": true, "annotation": true, "datafield": true,
}

// step reads one token; false at the end.
func (r *rtfReader) step() bool {
	c, err := r.in.ReadByte()
	if err != nil {
		return false
	}
	switch c {
	case '{':
		r.flush()
		if len(r.stack) < 1_000 {
			r.stack = append(r.stack, r.state)
		}
		r.state.fresh = true
	case '}':
		r.flush()
		if n := len(r.stack); n > 0 {
			r.state, r.stack = r.stack[n-1], r.stack[:n-1]
		}
	case '\\':
		return r.control()
	case '\r', '\n', 0:
	default:
		r.byte(c)
	}
	return true
}

// byte adds a character of 8-bit text.
func (r *rtfReader) byte(c byte) {
	r.state.fresh = false
	switch {
	case r.skip > 0:
		r.skip--
	case !r.state.ignored:
		r.bytes = append(r.bytes, c)
		if len(r.bytes) >= 4096 {
			r.flush()
		}
	}
}

// flush decodes 8-bit text; French writers have windows-1252.
func (r *rtfReader) flush() {
	for _, c := range r.bytes {
		r.text.text(string(charmap.Windows1252.DecodeByte(c)))
	}
	r.bytes = r.bytes[:0]
}

// control reads a control word or symbol after its backslash.
func (r *rtfReader) control() bool {
	c, err := r.in.ReadByte()
	if err != nil {
		return false
	}
	if c < 'a' || c > 'z' {
		return r.symbol(c)
	}
	word := []byte{c}
	var param []byte
	for {
		c, err = r.in.ReadByte()
		if err != nil {
			break
		}
		if len(param) == 0 && c >= 'a' && c <= 'z' && len(word) < 32 {
			word = append(word, c)
			continue
		}
		if (c >= '0' && c <= '9' || c == '-' && len(param) == 0) && len(param) < 12 {
			param = append(param, c)
			continue
		}
		if c != ' ' {
			if err := r.in.UnreadByte(); err != nil {
				return false
			}
		}
		break
	}
	n, errParam := strconv.Atoi(string(param))
	r.word(string(word), n, errParam == nil)
	return true
}

func (r *rtfReader) symbol(c byte) bool {
	switch c {
	case '\'':
		var digits [2]byte
		if _, err := io.ReadFull(r.in, digits[:]); err != nil {
			return false
		}
		if n, err := strconv.ParseUint(string(digits[:]), 16, 8); err == nil {
			r.byte(byte(n))
		}
	case '*':
		r.state.ignored = true // a destination that a reader may not know
	case '\\', '{', '}':
		r.byte(c)
	case '~':
		r.byte(' ')
	case '_':
		r.byte('-')
	case '\n', '\r':
		r.flush()
		r.text.end()
	}
	r.state.fresh = false
	return true
}

func (r *rtfReader) word(word string, n int, has bool) {
	if r.state.fresh && rtfIgnored[word] {
		r.state.ignored = true
	}
	r.state.fresh = false
	switch word {
	case "pict", "object":
		r.pictures = true
	case "bin": // n raw bytes
		if has && n > 0 {
			if _, err := r.in.Discard(min(n, maxRTF)); err != nil {
				return // the next step meets the end
			}
		}
	case "uc":
		if has && n >= 0 && n < 16 {
			r.state.unicodeSkip = n
		}
	case "u":
		if has && !r.state.ignored {
			r.flush()
			r.text.text(string(rune(uint16(n))))
		}
		r.skip = r.state.unicodeSkip
	}
	if r.state.ignored {
		return
	}
	if s := rtfText[word]; s != "" {
		r.flush()
		r.text.text(s)
	}
}

// rtfText are control words that stand for text.
var rtfText = map[string]string{
	"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t", "cell": "\t", "nestcell": "\t",
	"emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
	"emspace": " ", "enspace": " ",
}

// isRTF says whether a text is Rich Text.
func isRTF(t string) bool { return strings.HasSuffix(t, "/rtf") }
