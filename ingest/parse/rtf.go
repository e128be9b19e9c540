package parse

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// rtfPrebuffer is the dictionary every compressed RTF begins with
// (MS-OXRTFCP section 2.1.3.1.2).
const rtfPrebuffer = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` +
	"\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

// inflateRTF undoes the compression of PR_RTF_COMPRESSED, up to maxBody bytes.
func inflateRTF(b []byte) []byte {
	if len(b) < 16 {
		return nil
	}
	kind := binary.LittleEndian.Uint32(b[8:])
	b = b[16:]
	if kind == 0x414c454d { // "MELA": stored
		return b
	}
	if kind != 0x75465a4c { // "LZFu"
		return nil
	}
	var dict [4096]byte
	write := copy(dict[:], rtfPrebuffer)
	var out []byte
	for i := 0; i < len(b) && len(out) < maxBody; {
		control := b[i]
		i++
		for bit := 0; bit < 8 && i < len(b); bit++ {
			if control&(1<<bit) == 0 {
				out = append(out, b[i])
				dict[write] = b[i]
				write = (write + 1) % 4096
				i++
				continue
			}
			if i+1 >= len(b) {
				return out
			}
			ref := int(b[i])<<8 | int(b[i+1])
			i += 2
			off, n := ref>>4, ref&15+2
			if off == write {
				return out
			}
			for ; n > 0; n-- {
				c := dict[off]
				off = (off + 1) % 4096
				out = append(out, c)
				dict[write] = c
				write = (write + 1) % 4096
			}
		}
	}
	return out
}

// rtfText gives the readable text of an RTF document. RTF made from HTML
// (\fromhtml1) holds the HTML in \htmltag groups and is skipped over there, so
// that both kinds read as text.
func rtfText(b []byte) string {
	var out strings.Builder
	type state struct {
		skip bool
		uc   int
	}
	cur := state{uc: 1}
	var stack []state
	var raw []byte
	charset := "windows-1252"
	flush := func() {
		if len(raw) > 0 {
			if isASCII(raw) {
				out.Write(raw)
			} else {
				t, _ := decodeCharset(raw, charset)
				out.WriteString(t)
			}
			raw = raw[:0]
		}
	}
	ignore := 0
	emit := func(c byte) {
		switch {
		case ignore > 0:
			ignore--
		case !cur.skip:
			raw = append(raw, c)
		}
	}
	for i := 0; i < len(b) && out.Len() < maxText; {
		switch c := b[i]; c {
		case '{':
			if len(stack) < 1000 {
				stack = append(stack, cur)
			}
			i++
		case '}':
			if n := len(stack); n > 0 {
				cur, stack = stack[n-1], stack[:n-1]
			}
			i++
		case '\r', '\n':
			i++
		case '\\':
			word, arg, next := rtfControl(b, i+1)
			i = next
			switch word {
			case "'":
				emit(byte(arg))
			case "\\", "{", "}":
				emit(word[0])
			case "~":
				emit(' ')
			case "*", "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "htmltag":
				cur.skip = true
			case "par", "line", "row":
				emit('\n')
			case "tab", "cell":
				emit('\t')
			case "htmlrtf":
				cur.skip = arg != 0
			case "ansicpg":
				charset = "windows-" + strconv.Itoa(arg)
			case "uc":
				cur.uc = min(max(arg, 0), 10)
			case "u":
				if !cur.skip {
					flush()
					if arg < 0 {
						arg += 65536
					}
					out.WriteRune(rune(arg))
					ignore = cur.uc
				}
			}
		default:
			emit(c)
			i++
		}
	}
	flush()
	return out.String()
}

// rtfControl reads a control word or symbol at b[i]; arg is -1 without digits
// for words that mean "on".
func rtfControl(b []byte, i int) (word string, arg, next int) {
	if i >= len(b) {
		return "", 0, i
	}
	if c := b[i] | 0x20; c < 'a' || c > 'z' {
		if b[i] == '\'' && i+2 < len(b) {
			hi, ok1 := unhex(b[i+1])
			lo, ok2 := unhex(b[i+2])
			if ok1 && ok2 {
				return "'", int(hi)<<4 | int(lo), i + 3
			}
		}
		return string(b[i : i+1]), 0, i + 1
	}
	j := i
	for j < len(b) && (b[j]|0x20) >= 'a' && (b[j]|0x20) <= 'z' && j-i < 32 {
		j++
	}
	word = string(b[i:j])
	k := j
	if k < len(b) && b[k] == '-' {
		k++
	}
	for k < len(b) && b[k] >= '0' && b[k] <= '9' && k-j < 10 {
		k++
	}
	arg = 1
	if n, err := strconv.Atoi(string(b[j:k])); err == nil {
		arg = n
		j = k
	}
	if j < len(b) && b[j] == ' ' {
		j++
	}
	return word, arg, j
}
