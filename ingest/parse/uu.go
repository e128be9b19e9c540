package parse

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// uuBlock is a uuencoded file within a text: text[off:end).
type uuBlock struct {
	name     string
	off, end int
}

// findUU finds the blocks "begin 644 name … end". A begin line without lines of
// the right length after it is prose.
func findUU(text []byte) []uuBlock {
	var out []uuBlock
	if !bytes.Contains(text, []byte("begin ")) {
		return nil
	}
	var cur *uuBlock
	lines := 0
	for pos := 0; pos < len(text); {
		end := len(text)
		if i := bytes.IndexByte(text[pos:], '\n'); i >= 0 {
			end = pos + i + 1
		}
		line := trimEOL(text[pos:end])
		switch {
		case cur == nil:
			if name, ok := uuBegin(line); ok {
				cur, lines = &uuBlock{name: name, off: pos}, 0
			}
		case string(bytes.TrimSpace(line)) == "end":
			cur.end = end
			if lines > 0 {
				out = append(out, *cur)
			}
			cur = nil
		case len(line) == 0:
		case !uuPlausible(line):
			cur = nil
		default:
			lines++
		}
		pos = end
	}
	return out
}

// oldBlocks finds the files that other old methods wrote into a text: yEnc
// (Usenet) and BinHex 4.0 (RFC 1741, Mac OS of old). They are listed as they
// came: nobody has sent a dossier so since the turn of the century.
func oldBlocks(text []byte) []oldBlock {
	var out []oldBlock
	if !bytes.Contains(text, []byte("=ybegin ")) && !bytes.Contains(text, []byte(binHexLine)) {
		return nil
	}
	var cur *oldBlock
	for pos := 0; pos < len(text); {
		end := len(text)
		if i := bytes.IndexByte(text[pos:], '\n'); i >= 0 {
			end = pos + i + 1
		}
		line := trimEOL(text[pos:end])
		if b, ok := oldBegin(line); ok {
			b.off = pos
			cur = &b
		} else if cur != nil && cur.ends(line) {
			cur.end = end
			out = append(out, *cur)
			cur = nil
		}
		pos = end
	}
	return out
}

type oldBlock struct {
	uuBlock
	method string
}

const binHexLine = "(This file must be converted with BinHex"

func oldBegin(line []byte) (oldBlock, bool) {
	if rest, ok := bytes.CutPrefix(line, []byte("=ybegin ")); ok {
		_, name, _ := bytes.Cut(rest, []byte(" name="))
		return oldBlock{uuBlock{name: strings.TrimSpace(decodeGuess(name))}, "yEnc"}, true
	}
	return oldBlock{method: "BinHex"}, bytes.HasPrefix(line, []byte(binHexLine))
}

func (b *oldBlock) ends(line []byte) bool {
	if b.method == "yEnc" {
		return bytes.HasPrefix(line, []byte("=yend"))
	}
	return len(line) > 1 && line[len(line)-1] == ':'
}

func uuPlausible(line []byte) bool {
	if line[0] < ' ' || line[0] > '`' || len(line) > 90 {
		return false
	}
	n := int(line[0]-' ') & 63
	return len(line)-1 <= (n+2)/3*4+4
}

// uuReader decodes the first uuencoded block of its source.
type uuReader struct {
	src *bufio.Reader
	on  bool
	buf [64]byte
	out []byte // what of buf is not yet read
	eof error
}

func (u *uuReader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.eof != nil {
			return 0, u.eof
		}
		u.fill()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

func (u *uuReader) fill() {
	line, err := u.src.ReadSlice('\n')
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
		u.eof = err
	}
	line = trimEOL(line)
	if !u.on {
		_, u.on = uuBegin(line)
		return
	}
	if len(line) == 0 || string(bytes.TrimSpace(line)) == "end" {
		if len(line) > 0 {
			u.eof = io.EOF
		}
		return
	}
	u.out = uuLine(u.buf[:0], line)
}

// uuBegin reads "begin 644 name".
func uuBegin(line []byte) (name string, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte("begin "))
	if !ok {
		return "", false
	}
	mode, file, ok := bytes.Cut(rest, []byte(" "))
	if !ok || len(mode) < 3 || len(mode) > 4 || len(bytes.Trim(mode, "01234567")) > 0 {
		return "", false
	}
	name = strings.TrimSpace(decodeGuess(file))
	return name, name != ""
}

// uuLine appends the bytes of one line. A line cut short by a relay that drops
// trailing blanks counts as if padded with them.
func uuLine(out, line []byte) []byte {
	n := int(line[0]-' ') & 63
	at := func(i int) byte {
		if i < len(line) {
			return (line[i] - ' ') & 63
		}
		return 0
	}
	for i := 1; n > 0; i += 4 {
		a, b, c, d := at(i), at(i+1), at(i+2), at(i+3)
		trio := [3]byte{a<<2 | b>>4, b<<4 | c>>2, c<<6 | d}
		out = append(out, trio[:min(n, 3)]...)
		n -= 3
	}
	return out
}
