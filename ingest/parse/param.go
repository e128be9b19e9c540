package parse

import (
	"bytes"
	"sort"
	"strconv"
	"strings"
)

// structured is a value with parameters: Content-Type, Content-Disposition.
type structured struct {
	Value  string // lower case, comments removed
	params map[string]string
	raw    map[string]string // undecoded bytes, for boundary
}

func (s structured) param(name string) string { return s.params[name] }

// parseStructured reads "value; name=value; …". Beyond RFC 2045 section 5.1 it
// takes unquoted values with any character up to ";" (Apple Mail and many
// scripts write file names so), an unclosed quote, RFC 2047 words where section
// 5 of that RFC forbids them (Outlook, Gmail for old receivers), and RFC 2231
// pieces in any charset and any order. Of two parameters of one name the first
// counts, and RFC 2231 ones win over plain ones.
func parseStructured(v []byte) structured {
	out := structured{params: map[string]string{}, raw: map[string]string{}}
	s := unfold(v)
	main := s
	var rest []byte
	if i := bytes.IndexByte(s, ';'); i >= 0 {
		main, rest = s[:i], s[i+1:]
	}
	out.Value = strings.ToLower(strings.TrimSpace(decodeGuess(stripComment(main))))
	type piece struct {
		n       int
		value   []byte
		encoded bool
	}
	continued := map[string][]piece{}
	for count := 0; len(rest) > 0 && count < 200; count++ {
		var name string
		var val []byte
		var ok bool
		name, val, rest, ok = nextParam(rest)
		if !ok {
			continue
		}
		base, n, enc := splitContinuation(name)
		if n >= 0 {
			continued[base] = append(continued[base], piece{n, val, enc})
			continue
		}
		if _, dup := out.params[base]; dup {
			continue
		}
		out.raw[base] = string(val)
		out.params[base] = decodeWords(val)
	}
	for name, pieces := range continued {
		sort.SliceStable(pieces, func(i, j int) bool { return pieces[i].n < pieces[j].n })
		var charset string
		var buf []byte
		for i, p := range pieces {
			val := p.value
			if i == 0 && p.encoded {
				if a := bytes.SplitN(val, []byte{'\''}, 3); len(a) == 3 {
					charset, val = string(a[0]), a[2]
				}
			}
			if p.encoded {
				val = unpercent(val)
			}
			buf = append(buf, val...)
		}
		text, _ := decodeCharset(buf, charset)
		if strings.Contains(text, "=?") {
			text = decodeWords([]byte(text))
		}
		out.params[name] = text
		out.raw[name] = string(buf)
	}
	return out
}

// nextParam cuts one parameter off s. ok is false for an empty or senseless
// stretch, which is skipped.
func nextParam(s []byte) (name string, val, rest []byte, ok bool) {
	s = bytes.TrimLeft(s, "; \t")
	i := bytes.IndexAny(s, "=;")
	if i < 0 {
		return "", nil, nil, false
	}
	if s[i] == ';' {
		return "", nil, s[i+1:], false
	}
	// An odd word before the name ("foo filename=x") is not part of it.
	f := strings.Fields(string(s[:i]))
	if len(f) > 0 {
		name = strings.ToLower(strings.Trim(f[len(f)-1], `"`))
	}
	s = bytes.TrimLeft(s[i+1:], " \t")
	if len(s) > 0 && s[0] == '"' {
		var b []byte
		j := 1
		for j < len(s) && s[j] != '"' {
			// Only \" and \\ are escapes: Windows senders write bare paths.
			if s[j] == '\\' && j+1 < len(s) && (s[j+1] == '"' || s[j+1] == '\\') {
				j++
			}
			b = append(b, s[j])
			j++
		}
		if j < len(s) {
			j++
		}
		rest = s[j:]
		return name, b, rest, name != ""
	}
	j := bytes.IndexByte(s, ';')
	if j < 0 {
		j = len(s)
	}
	val, rest = bytes.TrimSpace(s[:j]), s[j:]
	if k := bytes.LastIndexByte(val, '('); k > 0 && val[len(val)-1] == ')' && (val[k-1] == ' ' || val[k-1] == '\t') {
		// A comment after a token, unless the name itself ends so: "a (2)".
		if name != "filename" && name != "name" {
			val = bytes.TrimSpace(val[:k])
		}
	}
	return name, val, rest, name != ""
}

// splitContinuation reads the RFC 2231 name forms a*0, a*0*, a*; n is -1 for a
// plain name.
func splitContinuation(name string) (base string, n int, encoded bool) {
	i := strings.IndexByte(name, '*')
	if i < 0 {
		return name, -1, false
	}
	base, tail := name[:i], name[i+1:]
	if tail == "" {
		return base, 0, true
	}
	if strings.HasSuffix(tail, "*") {
		encoded, tail = true, tail[:len(tail)-1]
	}
	n, err := strconv.Atoi(tail)
	if err != nil || n < 0 || n > 999 {
		return name, -1, false
	}
	return base, n, encoded
}

// unpercent undoes %XX; a bad escape stays as it is.
func unpercent(s []byte) []byte {
	if bytes.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, ok1 := unhex(s[i+1])
			lo, ok2 := unhex(s[i+2])
			if ok1 && ok2 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

func unhex(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// stripComment removes RFC 5322 comments, which nest; an unclosed one runs to
// the end.
func stripComment(s []byte) []byte {
	if bytes.IndexByte(s, '(') < 0 {
		return s
	}
	var out []byte
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && depth > 0:
			i++
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			out = append(out, c)
		}
	}
	return out
}
