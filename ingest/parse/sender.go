package parse

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// reAside is what is not syntax in an address list: comments, and quoted strings
// but those that are a local part.
var reAside = regexp.MustCompile(`"(?:\\.|[^"\\])*"@?|\([^()]*\)`)

// withoutAsides puts as much of filler, one byte, in the place of each.
func withoutAsides(list, filler string) string {
	return reAside.ReplaceAllStringFunc(list, func(s string) string {
		if strings.HasSuffix(s, "@") {
			return s
		}
		return strings.Repeat(filler, len(s))
	})
}

// fromDoubt tells why the sender that From names is nobody's word, "" where
// there is no doubt. The server that checks a sender (DMARC, RFC 7489 section
// 6.6.1) and the programs that show it read the field each in its own way: a
// From that can be read in two ways may have been checked as one address and be
// taken for another.
func fromDoubt(fields [][]byte, list []Address, from Address) string {
	senders := make(map[string]bool)
	for _, a := range list {
		if validAddress(a.Address) {
			senders[strings.ToLower(a.Address)] = true
		}
	}
	written := false
	for _, f := range fields {
		text := strings.ToLower(decodeGuess(unfold(f)))
		written = written || strings.Contains(text, strings.ToLower(from.Address))
		for _, m := range reAngleAt.FindAllStringSubmatch(withoutAsides(text, " "), -1) {
			addr := reRoute.ReplaceAllString(strings.TrimSpace(m[1]), "")
			senders[strings.TrimPrefix(addr, "mailto:")] = true
		}
	}
	switch {
	case !validAddress(from.Address):
		return "" // told elsewhere: it cannot be answered
	case len(senders) > 1:
		return "it names several senders"
	case !written:
		return "its sender's address is hidden in encoded words"
	case !plainDomain(from.Address[strings.LastIndexByte(from.Address, '@')+1:]):
		return "its sender's domain is not written as domains are"
	}
	return ""
}

// plainDomain reports whether a domain is written in the one form that it is
// looked up and shown in (RFC 5891 section 5): full-width letters, invisible
// characters and a dot at the end lead to the same servers and look like
// another sender to whoever compares.
func plainDomain(domain string) bool {
	if strings.HasSuffix(domain, ".") {
		return false
	}
	if !strings.ContainsFunc(domain, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return true
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return false
	}
	shown, err := idna.Lookup.ToUnicode(ascii)
	return err == nil && shown == strings.ToLower(domain)
}
