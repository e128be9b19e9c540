package parse

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	reAngleAt    = regexp.MustCompile(`<([^<>]*@[^<>]*)>`)
	reAngleAny   = regexp.MustCompile(`<([^<>]*)>[^<>]*$`)
	reAngleOpen  = regexp.MustCompile(`<([^<>]*)$`)
	reCommentEnd = regexp.MustCompile(`\(([^()]*)\)\s*$`)
	reComment    = regexp.MustCompile(`\(([^()]*)\)`)
	reAddrSpec   = regexp.MustCompile(`[^\s<>"]+@[^\s<>"]+|"[^"]+"@[^\s<>"]+`)
	reAddrBlank  = regexp.MustCompile(`\s*([@.])\s*`)
	reRoute      = regexp.MustCompile(`^@[^:]*:`)
	reHeld       = regexp.MustCompile("\x01[0-9]+\x02(?:\\s*\x01[0-9]+\x02)*")
	reQuoted     = regexp.MustCompile(`(?s)^"((?:\\.|[^"\\])*)"$`)
	reEscape     = regexp.MustCompile(`(?s)\\(.)`)
	reValidAddr  = regexp.MustCompile(`^(?:[^@\s<>,;:"()]+|"[^"]*")@(?:[^@\s<>,;:"()\[\].]+(?:\.[^@\s<>,;:"()\[\].]+)*\.?|\[[^\[\]\s]+\])$`)
)

// validAddress tells whether a mail could be sent to a: a local part, one "@",
// a domain. Dots where RFC 5322 has none ("a..b@", "a.@") pass: carriers of
// old Japanese phones gave out such addresses.
func validAddress(a string) bool { return len(a) <= 320 && reValidAddr.MatchString(a) }

// parseAddresses reads an address list. It takes what RFC 5322 section 3.4
// does not: names with bare specials ("X, Y <a@b>"), a second mailbox as the name, "mailto:", single
// quotes, semicolons between addresses (Outlook), raw 8-bit, encoded words
// that hold commas. cut says that there were more than maxAddresses.
func parseAddresses(raw []byte) (list []Address, cut bool) {
	s, words := holdWords(unfold(raw))
	for _, p := range splitAddresses(s) {
		if len(list) >= maxAddresses {
			return list, true
		}
		if a, ok := parseMailbox(p, words); ok {
			list = append(list, a)
		}
	}
	return list, false
}

// holdWords puts a mark in the place of each encoded word, so that what a word
// holds cannot be taken for syntax.
func holdWords(raw []byte) (string, []encodedWord) {
	words := findWords(raw)
	var b strings.Builder
	pos := 0
	for i, w := range words {
		b.WriteString(dropMarks(decodeGuess(raw[pos:w.start])))
		b.WriteString("\x01" + strconv.Itoa(i) + "\x02")
		pos = w.end
	}
	b.WriteString(dropMarks(decodeGuess(raw[pos:])))
	return b.String(), words
}

func dropMarks(s string) string {
	if strings.ContainsAny(s, "\x01\x02") {
		return strings.NewReplacer("\x01", "", "\x02", "").Replace(s)
	}
	return s
}

// releaseWords undoes holdWords in s.
func releaseWords(s string, words []encodedWord) string {
	if !strings.Contains(s, "\x01") {
		return s
	}
	return reHeld.ReplaceAllStringFunc(s, func(m string) string {
		var b strings.Builder
		var run []encodedWord
		for _, n := range strings.FieldsFunc(m, func(r rune) bool { return r < '0' || r > '9' }) {
			i, err := strconv.Atoi(n)
			if err != nil || i >= len(words) {
				continue
			}
			if len(run) > 0 && run[0].charset != words[i].charset {
				b.WriteString(joinWords(run))
				run = nil
			}
			run = append(run, words[i])
		}
		if len(run) > 0 {
			b.WriteString(joinWords(run))
		}
		return b.String()
	})
}

// splitAddresses cuts a list at its commas and semicolons, minding quotes,
// comments, angle brackets and groups (RFC 5322 section 3.4: "team: a@b, c@d;").
func splitAddresses(s string) []string {
	var parts []string
	lastSemi := strings.LastIndexByte(s, ';')
	lastQuote := strings.LastIndexByte(s, '"')
	lastParen := strings.LastIndexByte(s, ')')
	start, depth := 0, 0
	quoted, angle, group, at := false, false, false, false
	cut := func(end int) {
		if p := strings.TrimSpace(s[start:end]); p != "" {
			parts = append(parts, p)
		}
		start, at, angle = end+1, false, false
	}
	for i := 0; i < len(s) && len(parts) <= maxAddresses; i++ {
		c := s[i]
		switch {
		case quoted:
			if c == '\\' {
				i++
			} else if c == '"' {
				quoted = false
			}
		case c == '"' && i < lastQuote:
			quoted = true
		case c == '(' && (depth > 0 || i < lastParen):
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case c == '@':
			at = true
		case c == ':' && !angle && !at && !group && i < lastSemi && !strings.EqualFold(strings.TrimSpace(s[start:i]), "mailto"):
			group = true
			start = i + 1
		case c == ';' && group:
			group = false
			cut(i)
		case c == ',' && !angle && !at && !group && namesGoOn(s[i+1:]):
		case (c == ',' || c == ';') && !angle:
			cut(i)
		}
	}
	cut(len(s))
	return parts
}

// namesGoOn tells whether what follows a comma with no address before it is the
// rest of a name: "Lefèvre, Claire <a@b>" (address books of directories).
func namesGoOn(s string) bool {
	i := strings.IndexAny(s, ",;<@\"(:")
	return i > 0 && s[i] == '<' && strings.TrimSpace(s[:i]) != ""
}

// parseMailbox reads one entry of a list.
func parseMailbox(p string, words []encodedWord) (Address, bool) {
	var name, addr string
	// What stands between quotes is a name, even "<a@b>".
	m := reAngleAt.FindStringSubmatchIndex(withoutAsides(p, "x"))
	if m == nil {
		m = reAngleAt.FindStringSubmatchIndex(p)
	}
	if m == nil {
		m = reAngleAny.FindStringSubmatchIndex(p)
	}
	if m == nil {
		m = reAngleOpen.FindStringSubmatchIndex(p)
	}
	if m != nil {
		addr = strings.TrimSpace(p[m[2]:m[3]])
		name = strings.TrimRight(strings.TrimSpace(p[:m[0]]), "<")
		if name == "" {
			if c := reComment.FindStringSubmatch(p[m[1]:]); c != nil {
				name = c[1]
			}
		}
		addr = reRoute.ReplaceAllString(addr, "")
	} else {
		name, addr = bareMailbox(p)
	}
	name = strings.TrimSpace(name)
	if q := reQuoted.FindStringSubmatch(name); q != nil {
		name = collapse(releaseWords(reEscape.ReplaceAllString(q[1], "$1"), words))
	} else {
		if strings.Count(name, `"`)%2 == 0 {
			name = strings.ReplaceAll(name, `"`, "")
		} else {
			name = strings.Trim(name, `"`)
		}
		name = collapse(releaseWords(name, words))
		if len(name) > 1 && name[0] == '\'' && name[len(name)-1] == '\'' {
			name = name[1 : len(name)-1]
		}
	}
	addr = collapse(releaseWords(addr, words))
	if !strings.HasPrefix(addr, `"`) { // RFC 5322 section 4.4: folded at its "@" or a dot
		addr = reAddrBlank.ReplaceAllString(addr, "$1")
	}
	if !strings.HasPrefix(addr, `"`) {
		addr = strings.Trim(addr, `'"`)
	}
	if len(addr) > 7 && strings.EqualFold(addr[:7], "mailto:") {
		addr = addr[7:]
	}
	if addr == "" && strings.Contains(name, "@") {
		addr = reAddrSpec.FindString(name)
	}
	name, _ = cutText(name, maxName)
	addr, _ = cutText(addr, maxName)
	return Address{name, addr}, name != "" || addr != ""
}

// bareMailbox reads an entry without angle brackets: "a@b", "a@b (Name)",
// "Name (a@b)", "Name a@b", or words only.
func bareMailbox(p string) (name, addr string) {
	if c := reCommentEnd.FindStringSubmatchIndex(p); c != nil {
		inner, before := p[c[2]:c[3]], p[:c[0]]
		if strings.Contains(inner, "@") && !strings.Contains(before, "@") {
			return strings.TrimSpace(before), strings.TrimSpace(inner)
		}
		name, p = inner, strings.TrimSpace(before)
	}
	switch {
	case strings.Contains(p, "@"):
		x := reAddrSpec.FindStringIndex(p)
		if x == nil {
			return name, p
		}
		if name == "" {
			name = strings.TrimSpace(p[:x[0]] + p[x[1]:])
		}
		return name, p[x[0]:x[1]]
	case strings.Contains(p, "\x01"):
		return p, ""
	case !strings.Contains(p, " "):
		return name, p
	case name == "":
		return p, ""
	}
	return name, ""
}
