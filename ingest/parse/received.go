package parse

import (
	"net/netip"
	"strings"
)

// parseReceived reads one Received field: from, by, the comment after from, and
// the time after the last semicolon. Every server words it its own way
// (RFC 5321 section 4.4 is a wish): Postfix and Exim write the verified name
// and address in a comment, Exchange the address alone, qmail puts
// "(HELO x)" there, Google writes the address bare in brackets.
func parseReceived(v []byte) Hop {
	var h Hop
	s := collapse(decodeGuess(unfold(v)))
	if len(s) > 8192 {
		s = s[:4096] + " " + s[len(s)-4096:]
	}
	if i := strings.LastIndexByte(s, ';'); i >= 0 {
		h.At = parseDate(s[i+1:])
		s = s[:i]
	}
	words := receivedWords(s)
	h.Local = true
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case strings.EqualFold(w, "from") && h.Local && h.By == "" && i+1 < len(words):
			h.Local = false
			i++
			if !strings.HasPrefix(words[i], "(") {
				h.FromClaimed = words[i]
			} else {
				i--
			}
			for i+1 < len(words) && (strings.HasPrefix(words[i+1], "(") || strings.HasPrefix(words[i+1], "[")) {
				i++
				h.comment(words[i])
			}
		case strings.EqualFold(w, "by") && h.By == "" && i+1 < len(words) && !strings.HasPrefix(words[i+1], "("):
			i++
			h.By = strings.Trim(words[i], "[];,")
		}
	}
	if !h.FromAddr.IsValid() {
		h.FromAddr = literalAddr(h.FromClaimed)
	}
	return h
}

// receivedWords splits at blanks, keeping each comment whole.
func receivedWords(s string) []string {
	var out []string
	for len(s) > 0 && len(out) < 200 {
		s = strings.TrimLeft(s, " ")
		if s == "" {
			break
		}
		n := 0
		if s[0] == '(' {
			depth := 0
			for n < len(s) {
				if s[n] == '(' {
					depth++
				} else if s[n] == ')' {
					depth--
				}
				n++
				if depth == 0 {
					break
				}
			}
		} else {
			for n < len(s) && s[n] != ' ' && (s[n] != '(' || n == 0) {
				n++
			}
		}
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

// comment reads "(name [1.2.3.4])", "([1.2.3.4])", "(1.2.3.4)",
// "(HELO x) (1.2.3.4)", "(name. [1.2.3.4]:25 helo=x)".
func (h *Hop) comment(c string) {
	words := strings.Fields(strings.Trim(c, "()"))
	// sendmail: the name of the address does not lead back to the address.
	forged := strings.Contains(c, "may be forged")
	for i, w := range words {
		if a := literalAddr(w); a.IsValid() {
			if !h.FromAddr.IsValid() {
				h.FromAddr = a
			}
			continue
		}
		// qmail and Exim put the verified name first and the HELO here.
		if helo, ok := heloOf(words, i); ok {
			// Both leave the HELO out when it is the verified name: where it
			// stands and is the same, nothing was verified.
			if name := strings.ToLower(h.FromClaimed); name != strings.ToLower(helo) && name != "unknown" && strings.Contains(name, ".") && hostName(name) {
				h.FromName = name
			}
			if !h.FromAddr.IsValid() { // Exim: "from [192.0.2.25] (helo=x)"
				h.FromAddr = literalAddr(h.FromClaimed)
			}
			h.FromClaimed = helo
			return
		}
		// "ident@host" (RFC 1413) counts as host; "key=value" and
		// "(HELO x)" are the client's words.
		if i != 0 || strings.Contains(w, "=") || strings.EqualFold(w, "helo") || strings.EqualFold(w, "ehlo") || h.FromName != "" || forged {
			continue
		}
		if k := strings.LastIndexByte(w, '@'); k >= 0 {
			w = w[k+1:]
		}
		if k := strings.IndexByte(w, '['); k > 0 { // "name[1.2.3.4]"
			if a := literalAddr(w[k:]); a.IsValid() && !h.FromAddr.IsValid() {
				h.FromAddr = a
			}
			w = w[:k]
		}
		w = strings.TrimRight(strings.ToLower(w), ".")
		if w != "unknown" && strings.Contains(w, ".") && hostName(w) {
			h.FromName = w
		}
	}
}

// heloOf reads "HELO x" and "helo=x" at words[i].
func heloOf(words []string, i int) (string, bool) {
	if (strings.EqualFold(words[i], "helo") || strings.EqualFold(words[i], "ehlo")) && i+1 < len(words) {
		return strings.Trim(words[i+1], ","), true
	}
	if len(words[i]) > 5 && strings.EqualFold(words[i][:5], "helo=") {
		return strings.Trim(words[i][5:], ","), true
	}
	return "", false
}

func hostName(w string) bool {
	for _, c := range w {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_') {
			return false
		}
	}
	return w != ""
}

// literalAddr reads "1.2.3.4", "[1.2.3.4]", "[IPv6:2001:db8::1]",
// "[1.2.3.4]:51234", each perhaps with a comma.
func literalAddr(w string) netip.Addr {
	w = strings.Trim(w, ",;()")
	if strings.HasPrefix(w, "[") {
		if i := strings.IndexByte(w, ']'); i > 0 {
			w = w[1:i]
		}
	}
	if len(w) > 5 && strings.EqualFold(w[:5], "ipv6:") {
		w = w[5:]
	}
	a, err := netip.ParseAddr(w)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap()
}
