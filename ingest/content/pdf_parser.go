package content

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"
)

// The objects of a PDF that a trailer and an encryption dictionary are made
// of (ISO 32000-2 section 7.3). A value is a pdfDict, []any, pdfName, []byte (a
// string), int64, bool, pdfRef, or pdfOther.
type (
	pdfDict  map[string]any
	pdfName  string
	pdfRef   struct{ number, generation int64 }
	pdfOther string
)

const (
	pdfWhite  = "\x00\t\n\f\r "
	pdfDelims = "()<>[]{}/%"
	pdfDepth  = 16 // nesting that is followed
)

// pdfParser reads objects from bytes that may be cut anywhere: what is missing
// at the end is left out of the value.
type pdfParser struct {
	b   []byte
	pos int
}

func (p *pdfParser) rest() []byte { return p.b[p.pos:] }

// white skips white space and comments.
func (p *pdfParser) white() {
	for p.pos < len(p.b) {
		switch c := p.b[p.pos]; {
		case strings.IndexByte(pdfWhite, c) >= 0:
			p.pos++
		case c == '%':
			i := bytes.IndexAny(p.rest(), "\r\n")
			if i < 0 {
				p.pos = len(p.b)
				return
			}
			p.pos += i
		default:
			return
		}
	}
}

func (p *pdfParser) keyword(word string) bool {
	p.white()
	if !bytes.HasPrefix(p.rest(), []byte(word)) {
		return false
	}
	p.pos += len(word)
	return true
}

// token reads a run of regular characters.
func (p *pdfParser) token() string {
	start := p.pos
	for p.pos < len(p.b) && strings.IndexByte(pdfWhite+pdfDelims, p.b[p.pos]) < 0 {
		p.pos++
	}
	return string(p.b[start:p.pos])
}

func (p *pdfParser) integer() (int64, bool) {
	p.white()
	start := p.pos
	n, err := strconv.ParseInt(p.token(), 10, 64)
	if err != nil {
		p.pos = start
		return 0, false
	}
	return n, true
}

// object reads "12 0 obj" and the dictionary after it; nil without one.
func (p *pdfParser) object() pdfDict {
	_, ok1 := p.integer()
	_, ok2 := p.integer()
	if !ok1 || !ok2 || !p.keyword("obj") {
		return nil
	}
	v, _ := p.value(0)
	d, _ := v.(pdfDict)
	return d
}

// value reads one object; ok is false where none begins.
func (p *pdfParser) value(depth int) (v any, ok bool) {
	p.white()
	if p.pos >= len(p.b) || depth > pdfDepth {
		return nil, false
	}
	switch c := p.b[p.pos]; {
	case bytes.HasPrefix(p.rest(), []byte("<<")):
		p.pos += 2
		return p.dict(depth), true
	case c == '<':
		return p.hexString(), true
	case c == '(':
		return p.literal(), true
	case c == '[':
		p.pos++
		return p.array(depth), true
	case c == '/':
		p.pos++
		return p.name(), true
	case strings.IndexByte(pdfDelims, c) >= 0:
		return nil, false
	}
	if n, ok := p.integer(); ok {
		after := p.pos
		if g, ok := p.integer(); ok && p.keyword("R") {
			return pdfRef{n, g}, true
		}
		p.pos = after
		return n, true
	}
	switch word := p.token(); word {
	case "true", "false":
		return word == "true", true
	default:
		return pdfOther(word), true
	}
}

func (p *pdfParser) dict(depth int) pdfDict {
	d := pdfDict{}
	for {
		if p.keyword(">>") || !p.keyword("/") {
			return d
		}
		key := p.name()
		v, ok := p.value(depth + 1)
		if !ok {
			return d
		}
		if v != pdfOther("null") { // the same as no entry (ISO 32000-2 section 7.3.9)
			d[string(key)] = v
		}
	}
}

func (p *pdfParser) array(depth int) []any {
	var a []any
	for !p.keyword("]") {
		v, ok := p.value(depth + 1)
		if !ok {
			break
		}
		a = append(a, v)
	}
	return a
}

// name reads a name after its slash; "#20" stands for a byte.
func (p *pdfParser) name() pdfName {
	raw := p.token()
	if !strings.Contains(raw, "#") {
		return pdfName(raw)
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if n, err := strconv.ParseUint(raw[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(raw[i])
	}
	return pdfName(b.String())
}

func (p *pdfParser) hexString() []byte {
	p.pos++
	var digits []byte
	for p.pos < len(p.b) {
		c := p.b[p.pos]
		p.pos++
		if c == '>' {
			break
		}
		if strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 {
			digits = append(digits, c)
		}
	}
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	n, err := hex.Decode(digits, digits)
	if err != nil {
		return nil
	}
	return digits[:n]
}

// literal reads a string in parentheses with its escapes (ISO 32000-2 table 3).
func (p *pdfParser) literal() []byte {
	p.pos++
	var s []byte
	for depth := 1; p.pos < len(p.b); {
		c := p.b[p.pos]
		p.pos++
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return s
			}
		case '\r': // an end of line counts as LF however written
			if p.pos < len(p.b) && p.b[p.pos] == '\n' {
				p.pos++
			}
			c = '\n'
		case '\\':
			var ok bool
			if c, ok = p.escape(); !ok {
				continue
			}
		}
		s = append(s, c)
	}
	return s
}

// escape reads what follows a backslash; ok is false when it stands for nothing.
func (p *pdfParser) escape() (c byte, ok bool) {
	if p.pos >= len(p.b) {
		return 0, false
	}
	c = p.b[p.pos]
	p.pos++
	if i := strings.IndexByte("nrtbf", c); i >= 0 {
		return "\n\r\t\b\f"[i], true
	}
	switch {
	case c == '\n':
		return 0, false
	case c == '\r':
		if p.pos < len(p.b) && p.b[p.pos] == '\n' {
			p.pos++
		}
		return 0, false
	case c < '0' || c > '7':
		return c, true
	}
	n := int(c - '0')
	for i := 0; i < 2 && p.pos < len(p.b) && p.b[p.pos] >= '0' && p.b[p.pos] <= '7'; i++ {
		n = n<<3 | int(p.b[p.pos]-'0')
		p.pos++
	}
	return byte(n), true
}
