package notify

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"greffier/cases"
)

// ErrAddress is wrapped by the errors about an address that no mail can be sent
// to; waiting will not mend it.
var ErrAddress = errors.New("address cannot be written to")

// maxName is where display names are cut, in characters: a header line has an
// end (RFC 5322 section 2.1.1).
const maxName = 200

// mailAddress makes of an address from outside one that can stand in a header
// and in an envelope: its domain in ASCII (RFC 5890), its name on one line.
func mailAddress(a cases.Address) (*mail.Address, error) {
	at := strings.LastIndexByte(a.Address, '@')
	if at <= 0 {
		return nil, fmt.Errorf("%w: no local part or no domain", ErrAddress)
	}
	local, domain := a.Address[:at], a.Address[at+1:]
	if len(local) > 1 && local[0] == '"' && local[len(local)-1] == '"' {
		local = local[1 : len(local)-1] // net/mail quotes again where it must
	}
	if !utf8.ValidString(local) || strings.ContainsFunc(local, unicode.IsControl) || len(local) > 64 {
		return nil, fmt.Errorf("%w: local part with a control character, or too long", ErrAddress)
	}
	domain, err := asciiDomain(domain)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSpace(flatten(a.Name))
	if r := []rune(name); len(r) > maxName {
		name = string(r[:maxName])
	}
	return &mail.Address{Name: name, Address: local + "@" + domain}, nil
}

func asciiDomain(domain string) (string, error) {
	if strings.ContainsFunc(domain, func(r rune) bool { return r >= utf8.RuneSelf }) {
		ascii, err := idna.Lookup.ToASCII(domain)
		if err != nil {
			return "", fmt.Errorf("%w: domain: %w", ErrAddress, err)
		}
		domain = ascii
	}
	valid := domain != "" && len(domain) <= 253
	for _, r := range domain {
		valid = valid && (r == '.' || r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' ||
			r == '[' || r == ']' || r == ':')
	}
	if !valid {
		return "", fmt.Errorf("%w: its domain is not one", ErrAddress)
	}
	return domain, nil
}

// envelopePath gives an address as it stands in MAIL FROM and RCPT TO, and
// whether it needs SMTPUTF8 (RFC 6531). The empty address is the null sender.
func envelopePath(address string) (path string, utf8Local bool, err error) {
	if address == "" {
		return "<>", false, nil
	}
	a, err := mailAddress(cases.Address{Address: address})
	if err != nil {
		return "", false, err
	}
	path = a.String()
	return path, strings.ContainsFunc(path, func(r rune) bool { return r >= utf8.RuneSelf }), nil
}

// messageIDs gives ids in angle brackets (RFC 5322 section 3.6.4). An id that
// could break a header is left out: the thread is then a little thinner.
func messageIDs(ids ...string) string {
	var out []string
	for _, id := range ids {
		bad := func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' }
		if id != "" && len(id) <= 250 && !strings.ContainsFunc(id, bad) {
			out = append(out, "<"+id+">")
		}
	}
	return strings.Join(out, " ")
}
