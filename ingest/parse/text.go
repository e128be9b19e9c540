package parse

import (
	"strings"
	"unicode/utf8"
)

// plainText makes Mail.Text of a decoded text/plain body: LF line ends, no
// control characters, flowed lines joined (RFC 3676).
func plainText(s string, flowed, delSp bool) string {
	s = normalizeText(s)
	if flowed {
		s = unflow(s, delSp)
	}
	return s
}

// normalizeText gives LF line ends (CR CR LF counts as one), no trailing
// blanks, no control characters, no empty lines around.
func normalizeText(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	start := 0
	line := func(l string) {
		l = strings.TrimRight(l, "\r")
		l = strings.ReplaceAll(l, "\r", "\n")
		b.WriteString(strings.TrimRight(dropControls(l), " \t"))
	}
	// Trailing blanks matter to flowed text, so only CR goes here when they do.
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' {
			l := strings.TrimRight(s[start:i], "\r")
			keep := strings.HasSuffix(l, " ")
			line(l)
			if keep {
				b.WriteByte(' ')
			}
			b.WriteByte('\n')
			start = i + 1
		}
	}
	line(s[start:])
	return strings.Trim(b.String(), "\n")
}

func dropControls(s string) string {
	if strings.IndexFunc(s, isJunk) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isJunk(r) {
			return -1
		}
		return r
	}, s)
}

func isJunk(r rune) bool { return r < ' ' && r != '\t' && r != '\n' || r == 0x7f }

// unflow joins the lines of format=flowed (RFC 3676 section 4.2): a line that
// ends in a blank goes on in the next one of the same quote depth.
func unflow(s string, delSp bool) string {
	var b strings.Builder
	depth, open := 0, false
	for i, l := range strings.Split(s, "\n") {
		q := len(l) - len(strings.TrimLeft(l, ">"))
		l = strings.TrimPrefix(l[q:], " ") // the quote's blank, or space-stuffing
		if i > 0 && !(open && q == depth) {
			b.WriteByte('\n')
		}
		if i == 0 || !(open && q == depth) {
			b.WriteString(strings.Repeat(">", q))
			if q > 0 {
				b.WriteByte(' ')
			}
		}
		depth = q
		open = strings.HasSuffix(l, " ") && l != "-- "
		if open && delSp {
			l = l[:len(l)-1]
		}
		b.WriteString(l)
	}
	return b.String()
}

// trimLines drops the blanks at line ends.
func trimLines(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i, l := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		if l == "-- " {
			b.WriteString(l)
			continue
		}
		b.WriteString(strings.TrimRight(l, " \t"))
	}
	return strings.Trim(b.String(), "\n")
}

// cutText cuts s to at most n bytes at a character; the rest of a long s is not
// held any more.
func cutText(s string, n int) (string, bool) {
	if len(s) <= n {
		return s, false
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.Clone(s[:n]), true
}
