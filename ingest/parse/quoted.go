package parse

import (
	"bufio"
	"errors"
	"io"
)

// quotedFront makes canonical quoted-printable (RFC 2045 section 6.7): bytes
// that may not stand raw are escaped, blanks between "=" and the line end
// dropped, endless lines broken softly, a last lone "=" dropped. Form mailers
// leave "=" unescaped and lines endless; relays append blanks.
type quotedFront struct {
	src *bufio.Reader
	buf []byte
	out []byte // what of buf is not yet read
	col int
	eof error
}

func (q *quotedFront) Read(p []byte) (int, error) {
	for len(q.out) == 0 {
		if q.eof != nil {
			return 0, q.eof
		}
		q.fill()
	}
	n := copy(p, q.out)
	q.out = q.out[n:]
	return n, nil
}

func (q *quotedFront) fill() {
	if q.buf == nil {
		q.buf = make([]byte, 0, 4096)
	}
	q.out = q.buf[:0]
	for len(q.out) < 4000 {
		c, err := q.src.ReadByte()
		if err != nil {
			q.eof = err
			return
		}
		if q.col > 1000 && c != '\n' && c != '\r' {
			q.out = append(q.out, '=', '\r', '\n')
			q.col = 0
		}
		switch {
		case c == '\n':
			q.out = append(q.out, c)
			q.col = 0
		case c == '=':
			if !q.escape() {
				return
			}
		case c < ' ' && c != '\t' && c != '\r' || c == 0x7f:
			q.hex(c)
		default:
			q.out = append(q.out, c)
			q.col++
		}
	}
}

func (q *quotedFront) hex(c byte) {
	const digits = "0123456789ABCDEF"
	q.out = append(q.out, '=', digits[c>>4], digits[c&15])
	q.col += 3
}

// escape handles what follows "="; false at the end of input.
func (q *quotedFront) escape() bool {
	next, err := q.src.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		q.eof = err
		return false
	}
	if len(next) == 2 {
		hi, ok1 := unhex(next[0])
		lo, ok2 := unhex(next[1])
		if ok1 && ok2 {
			if _, err := q.src.Discard(2); err != nil {
				q.eof = err
				return false
			}
			q.hex(hi<<4 | lo)
			return true
		}
	}
	// A soft break, with blanks before its line end or not?
	blanks, err := q.src.Peek(80)
	if err != nil && !errors.Is(err, io.EOF) {
		q.eof = err
		return false
	}
	i := 0
	for i < len(blanks) && (blanks[i] == ' ' || blanks[i] == '\t' || blanks[i] == '\r') {
		i++
	}
	switch {
	case i < len(blanks) && blanks[i] == '\n':
		if _, err := q.src.Discard(i + 1); err != nil {
			q.eof = err
			return false
		}
		q.out = append(q.out, '=', '\r', '\n')
		q.col = 0
	case i == len(blanks) && len(blanks) < 80: // the end
		if _, err := q.src.Discard(i); err != nil {
			q.eof = err
			return false
		}
	default:
		q.hex('=')
	}
	return true
}
