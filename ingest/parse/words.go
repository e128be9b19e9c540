package parse

import (
	"bytes"
	"strings"
	"unicode"
)

// encodedWord is one RFC 2047 word found at [start,end) of a value.
type encodedWord struct {
	start, end int
	charset    string
	data       []byte // transfer-decoded
}

// findWords finds the encoded words of s. Blanks within a word, missing base64
// padding and raw 8-bit are taken: webmailers and mailing robots write them.
// Only "?=" ends a word, so that a "?" in Q text does not.
func findWords(s []byte) []encodedWord {
	var out []encodedWord
	pos := 0
	for {
		i := bytes.Index(s[pos:], []byte("=?"))
		if i < 0 {
			return out
		}
		i += pos
		pos = i + 2
		head := s[i+2 : min(len(s), i+2+64)]
		q := bytes.IndexByte(head, '?')
		if q <= 0 || bytes.ContainsAny(head[:q], " \t\"") || i+2+q+2 >= len(s) {
			continue
		}
		enc := s[i+2+q+1]
		if s[i+2+q+2] != '?' || !strings.ContainsRune("bBqQ", rune(enc)) {
			continue
		}
		from := i + 2 + q + 3
		j := bytes.Index(s[from:], []byte("?="))
		if j < 0 {
			return out // no word can end any more
		}
		text := s[from : from+j]
		cs, _, _ := strings.Cut(string(head[:q]), "*") // RFC 2231 section 5: language tag
		w := encodedWord{start: i, end: from + j + 2, charset: strings.ToLower(cs)}
		if enc == 'b' || enc == 'B' {
			w.data = looseBase64(text)
		} else {
			w.data = wordQ(text)
		}
		out = append(out, w)
		pos = w.end
	}
}

// decodeWords turns a raw header value into text: encoded words decoded
// wherever they stand (also inside quotes, which RFC 2047 section 5 forbids and
// Outlook does), blanks between two of them dropped, a character split over
// two words joined, and raw bytes between them read as UTF-8 or windows-1252.
func decodeWords(s []byte) string {
	words := findWords(s)
	if len(words) == 0 {
		return decodeGuess(s)
	}
	var b strings.Builder
	pos := 0
	for i := 0; i < len(words); {
		gap := s[pos:words[i].start]
		if i == 0 || len(bytes.TrimSpace(gap)) > 0 {
			b.WriteString(decodeGuess(gap))
		}
		j := i + 1
		for j < len(words) && words[j].charset == words[i].charset &&
			len(bytes.TrimSpace(s[words[j-1].end:words[j].start])) == 0 {
			j++
		}
		b.WriteString(joinWords(words[i:j]))
		pos = words[j-1].end
		i = j
	}
	b.WriteString(decodeGuess(s[pos:]))
	return b.String()
}

// joinWords decodes each word alone if that works, and their bytes together if
// not: RFC 2047 section 5 wants whole characters in a word, many mailers cut
// anywhere, and ISO-2022-JP words each begin anew in ASCII.
func joinWords(words []encodedWord) string {
	var b strings.Builder
	clean := true
	for _, w := range words {
		t, how := decodeCharset(w.data, w.charset)
		if how != asDeclared || strings.ContainsRune(t, unicode.ReplacementChar) {
			clean = false
			break
		}
		b.WriteString(t)
	}
	if clean {
		return b.String()
	}
	var all []byte
	for _, w := range words {
		all = append(all, w.data...)
	}
	t, _ := decodeCharset(all, words[0].charset)
	return t
}

func wordQ(s []byte) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			out = append(out, ' ')
		case c == '=' && i+2 < len(s):
			hi, ok1 := unhex(s[i+1])
			lo, ok2 := unhex(s[i+2])
			if ok1 && ok2 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
			out = append(out, c)
		default:
			out = append(out, c)
		}
	}
	return out
}

// collapse makes one line of s: runs of white space become one space, control
// characters go.
func collapse(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = true
		case unicode.IsControl(r):
		default:
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		}
	}
	return b.String()
}
