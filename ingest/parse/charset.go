package parse

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
)

// decoding says which rung of the ladder gave the text.
type decoding int

const (
	asDeclared decoding = iota
	asGuessed           // none declared, or a name that says nothing
	asFallback          // the declared one is unknown or does not fit
	asReplaced          // U+FFFD stands for what could not be read
)

// decodeGuess reads bytes nobody declared: UTF-8, else windows-1252.
func decodeGuess(b []byte) string {
	t, _ := guessCharset(b)
	return t
}

func guessCharset(b []byte) (string, decoding) {
	if isASCII(b) {
		if bytes.Contains(b, []byte("\x1b$")) || bytes.Contains(b, []byte("\x1b(")) {
			if t, ok := convert(b, "iso-2022-jp"); ok {
				return t, asGuessed
			}
		}
		return string(b), asGuessed
	}
	if t, ok := decodeBOM(b); ok {
		return t, asGuessed
	}
	if utf8.Valid(b) {
		return string(b), asGuessed
	}
	t, _ := convert(b, "windows-1252")
	return t, asGuessed
}

// decodeCharset is the ladder: the declared charset, a byte order mark, UTF-8,
// windows-1252; and the declared one with replacement characters where that
// spoils little. RFC 2046 section 4.1.2 has the declaration decide; PHP forms
// that declare UTF-8 and send Latin-1, and relays that declare US-ASCII for all
// (RFC 2045 section 5.2) would lose every accent. UTF-8 declared as Latin-1
// cannot be seen to fail, and is read as declared.
func decodeCharset(b []byte, label string) (string, decoding) {
	name := charsetName(label)
	switch name {
	case "":
		return guessCharset(b)
	case "us-ascii":
		if isASCII(b) {
			t, _ := guessCharset(b)
			return t, asDeclared
		}
		t, _ := guessCharset(b)
		return t, asFallback
	case "utf-8":
		if utf8.Valid(b) {
			return string(bytes.TrimPrefix(b, bom)), asDeclared
		}
	}
	declared, ok := convert(b, name)
	if ok {
		return declared, asDeclared
	}
	if t, ok := decodeBOM(b); ok {
		return t, asFallback
	}
	if name != "utf-8" && utf8.Valid(b) && !isASCII(b) {
		return string(b), asFallback
	}
	if name == "iso-2022-jp" && !isASCII(b) {
		if t, ok := convert(b, "shift_jis"); ok {
			return t, asFallback
		}
	}
	if declared != "" {
		bad := strings.Count(declared, "\ufffd")
		all := utf8.RuneCountInString(declared)
		if bad*20 <= all || name == "utf-8" && bad*5 <= all {
			return declared, asReplaced
		}
	}
	t, _ := guessCharset(b)
	return t, asFallback
}

// convert decodes b; ok is false if the charset is unknown (the text is empty)
// or does not fit (the text has replacement characters).
func convert(b []byte, name string) (text string, ok bool) {
	switch name {
	case "utf-8":
		t := strings.ToValidUTF8(string(bytes.TrimPrefix(b, bom)), "\ufffd")
		return t, utf8.Valid(b)
	case "utf-7":
		return decodeUTF7(b)
	case "iso-2022-kr":
		b, name = korean7(b), "euc-kr"
	}
	r, err := charset.Reader(name, bytes.NewReader(b))
	if err != nil {
		return "", false
	}
	out, err := io.ReadAll(r)
	if err != nil && len(out) == 0 {
		return "", false
	}
	return string(out), err == nil && (!bytes.Contains(out, []byte("\ufffd")) || bytes.Contains(b, []byte("\xef\xbf\xbd")))
}

func decodeBOM(b []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(b, bom):
		return string(b[3:]), utf8.Valid(b)
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return convert(b[2:], "utf-16le")
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return convert(b[2:], "utf-16be")
	}
	return "", false
}

// charsetName maps what mailers write to the names the decoder knows; "" for a
// name that says nothing. The supersets stand for what they extend, as in
// every mail client: windows-1252 for ISO-8859-1, GB 18030 for GB 2312.
func charsetName(label string) string {
	s := strings.ToLower(strings.Trim(strings.TrimSpace(label), `"'`))
	s = strings.TrimPrefix(s, "charset=")
	if n, ok := charsetAlias(s); ok {
		return n
	}
	switch {
	case strings.HasPrefix(s, "windows125"):
		return "windows-125" + s[len("windows125"):]
	case strings.HasPrefix(s, "win-125"), strings.HasPrefix(s, "cp-125"):
		return "windows-125" + s[strings.Index(s, "125")+3:]
	case strings.HasPrefix(s, "cp125"):
		return "windows-125" + s[len("cp125"):]
	case strings.HasPrefix(s, "iso8859-"):
		return "iso-8859-" + s[len("iso8859-"):]
	case strings.HasPrefix(s, "iso_8859-"):
		return "iso-8859-" + s[len("iso_8859-"):]
	case strings.HasPrefix(s, "iso-8859-") && (strings.HasSuffix(s, "-i") || strings.HasSuffix(s, "-e")):
		return s[:len(s)-2]
	}
	return s
}

func charsetAlias(s string) (string, bool) {
	switch s {
	case "", "unknown-8bit", "unknown", "x-unknown", "default", "default_charset", "binary", "8bit", "none", "null", "x-user-defined":
		return "", true
	case "us-ascii", "ascii", "us", "646", "7bit", "ansi_x3.4-1968", "iso646-us":
		return "us-ascii", true
	case "utf-8", "utf8", "utf-8n", "utf8mb4", "unicode-1-1-utf-8":
		return "utf-8", true
	case "utf-7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7":
		return "utf-7", true
	case "iso-8859-1", "iso8859-1", "iso_8859-1", "iso88591", "latin1", "latin-1", "8859-1", "x-ansi", "ansi", "windows-sami-2", "cp1252":
		return "windows-1252", true
	case "iso-8859-15", "iso8859-15", "iso_8859-15", "latin9", "latin-9", "8859-15":
		return "iso-8859-15", true
	case "iso-8859-9":
		return "windows-1254", true
	case "iso-8859-11", "tis-620", "cp874":
		return "windows-874", true
	case "gb2312", "gb_2312-80", "iso-gb2312", "gbk", "x-gbk", "cp936", "gb-2312":
		return "gb18030", true
	case "hz":
		return "hz-gb-2312", true
	case "ks_c_5601-1987", "ks_c_5601-1989", "ks_c_5601", "ksc5601", "ksc_5601", "euckr", "windows-949", "x-windows-949", "cp949", "5601", "korean":
		return "euc-kr", true
	case "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "cp932":
		return "shift_jis", true
	case "x-euc-jp":
		return "euc-jp", true
	case "iso-2022-jp-1", "iso-2022-jp-2", "cp50220", "cp50221", "csiso2022jp":
		return "iso-2022-jp", true
	case "big-5", "big5-hkscs", "x-big5", "cn-big5":
		return "big5", true
	case "x-mac-roman", "macroman":
		return "macintosh", true
	case "cp-850", "cp850":
		return "ibm850", true
	case "cp437":
		return "ibm437", true
	case "koi8r", "koi8":
		return "koi8-r", true
	case "unicode", "iso-10646-ucs-2", "ucs-2":
		return "utf-16", true // Windows writes it little-endian, behind a byte order mark
	}
	return "", false
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decodeUTF7 reads RFC 2152, which old Exchange servers still write in
// delivery reports.
func decodeUTF7(b []byte) (string, bool) {
	var out strings.Builder
	for i := 0; i < len(b); {
		if b[i] != '+' {
			if b[i] >= utf8.RuneSelf {
				return "", false
			}
			out.WriteByte(b[i])
			i++
			continue
		}
		j := i + 1
		for j < len(b) && isBase64(b[j]) {
			j++
		}
		if j == i+1 {
			if j < len(b) && b[j] == '-' {
				j++
			}
			out.WriteByte('+')
			i = j
			continue
		}
		raw := b[i+1 : j]
		d := make([]byte, base64.RawStdEncoding.DecodedLen(len(raw)))
		n, err := base64.RawStdEncoding.Decode(d, raw)
		if err != nil && n == 0 {
			return "", false
		}
		units := make([]uint16, 0, n/2)
		for k := 0; k+1 < n; k += 2 {
			units = append(units, uint16(d[k])<<8|uint16(d[k+1]))
		}
		for _, r := range utf16.Decode(units) {
			if r == unicode.ReplacementChar {
				return "", false
			}
			out.WriteRune(r)
		}
		if j < len(b) && b[j] == '-' {
			j++
		}
		i = j
	}
	return out.String(), true
}

// korean7 turns ISO-2022-KR (RFC 1557) into EUC-KR: between SO and SI each
// byte gets its high bit. No library decoder reads it: they replace the whole
// text by one U+FFFD.
func korean7(b []byte) []byte {
	b = bytes.ReplaceAll(b, []byte("\x1b$)C"), nil)
	out := make([]byte, 0, len(b))
	high := false
	for _, c := range b {
		switch {
		case c == 0x0e:
			high = true
		case c == 0x0f:
			high = false
		case c == '\n':
			high = false
			out = append(out, c)
		case high && c > ' ' && c < 0x7f:
			out = append(out, c|0x80)
		default:
			out = append(out, c)
		}
	}
	return out
}
