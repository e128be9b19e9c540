package parse

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// statusBlocks reads the groups of fields of RFC 3464 section 2, RFC 8098
// section 3.1 and RFC 5965 section 3. Field values are unfolded; the first of a
// name counts.
func statusBlocks(b []byte) []map[string]string {
	var out []map[string]string
	var cur map[string]string
	var name string
	sc := bufio.NewReader(bytes.NewReader(b))
	for len(out) < 2*maxFailed {
		line, err := sc.ReadBytes('\n')
		s := trimEOL(line)
		switch {
		case len(bytes.TrimSpace(s)) == 0:
			if cur != nil {
				out = append(out, cur)
			}
			cur, name = nil, ""
		case s[0] == ' ' || s[0] == '\t':
			if cur != nil && name != "" && len(cur[name]) < 4096 {
				cur[name] += " " + strings.TrimSpace(decodeGuess(s))
			}
		default:
			n, v, ok := splitField(s)
			if !ok {
				break
			}
			if cur == nil {
				cur = map[string]string{}
			}
			if _, dup := cur[n]; dup && n == "final-recipient" {
				// Groups without the empty line between them (RFC 3464 section
				// 2.3): seen where a relay squeezed the blank lines.
				out = append(out, cur)
				cur = map[string]string{}
			}
			name = n
			if _, dup := cur[n]; dup {
				name = ""
				break
			}
			if strings.HasSuffix(n, "-recipient") { // RFC 2047 section 5: no encoded words in addresses
				cur[n] = collapse(decodeGuess(unfold(v)))
			} else {
				cur[n] = collapse(decodeWords(unfold(v)))
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if cur != nil {
		out = append(out, cur)
	}
	return out
}

func namesRecipient(blocks []map[string]string) bool {
	for _, b := range blocks {
		if b["final-recipient"] != "" || b["original-recipient"] != "" {
			return true
		}
	}
	return false
}

// recipientOf reads a per-recipient group (RFC 3464 section 2.3). Where the
// final recipient is no address (a display name, an X.400 name, a local user),
// the one the sender wrote to stands for it, or sendmail's X-Actual-Recipient.
func recipientOf(b map[string]string) (Recipient, bool) {
	final, original := typedAddress(b["final-recipient"]), typedAddress(b["original-recipient"])
	if final == "" && original == "" {
		return Recipient{}, false
	}
	for _, other := range []string{original, typedAddress(b["x-actual-recipient"])} {
		if !validAddress(final) {
			final = other
		}
	}
	_, diagnostic, typed := strings.Cut(b["diagnostic-code"], ";")
	if !typed {
		diagnostic = b["diagnostic-code"]
	}
	if diagnostic == "" {
		diagnostic = b["x-display-diagnostic"]
	}
	x := newRecipient(final, actionOf(b["action"], b["status"]), b["status"], diagnostic)
	if validAddress(original) && !strings.EqualFold(original, final) {
		x.Original = original
	}
	return x, true
}

// actionOf reads Action and Status (RFC 3464 sections 2.3.3 and 2.3.4).
// "failed" with a 4.x.x status is final all the same: the queue gave up.
func actionOf(action, status string) Action {
	action, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(action)), " ")
	status = strings.TrimSpace(status)
	switch a := Action(strings.Trim(action, ".;")); a {
	case ActionFailed, ActionDelayed, ActionDelivered, ActionRelayed, ActionExpanded:
		return a
	case "failure":
		return ActionFailed
	}
	switch {
	case strings.HasPrefix(status, "2"):
		return ActionDelivered
	case strings.HasPrefix(status, "4"):
		return ActionDelayed
	}
	return ActionFailed
}

var (
	// reStatusCode is an enhanced status code (RFC 3463) or a reply code of SMTP
	// with the text behind it.
	reStatusCode = regexp.MustCompile(`(?:\b[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b)[^\n]*`)
	reEnhanced   = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)

	// reFull are the words of a mailbox that takes no more, where the status is
	// a general one (Gmail and Yahoo say 5.2.1 or 4.2.1, Orange and Free none).
	reFull = regexp.MustCompile(`\b(?:(?:mail)?box(?: \S+)? is full|mailbox full|inbox (?:is )?full|(?:over|exceeded|exceeds|out of|above)(?: \S+){0,2} (?:quota|storage|allocation|space)|over[- ]?quota|quota (?:\S+ )?(?:exceeded|violation|reached|full)|quota(?: \S+){0,2} (?:depasse|atteint)|depasse(?: \S+){0,2} quota|mailbox size limit|too many messages in|insufficient (?:disk|mailbox|user) (?:space|storage|quota)|boite(?: aux lettres| de reception| mail| \S+)? (?:est |du destinataire est )?(?:pleine|saturee)|messagerie (?:est )?(?:pleine|saturee)|espace (?:de stockage )?(?:insuffisant|sature)|postfach (?:ist )?voll|buzon (?:esta )?lleno|casella (?:e )?piena)`)
)

// reRate tells the quota of a sender from that of a mailbox.
var reRate = regexp.MustCompile(`\b(?:hourly|daily|rate|sending|sender|per (?:hour|day|minute))\b`)

// newRecipient fills in what status and diagnostic tell.
func newRecipient(address string, action Action, status, diagnostic string) Recipient {
	diagnostic, _ = cutText(collapse(diagnostic), 500)
	x := Recipient{Address: address, Action: action, Status: reEnhanced.FindString(status), Diagnostic: diagnostic}
	if told := reEnhanced.FindString(diagnostic); x.Status == "" || strings.HasSuffix(x.Status, ".0.0") && told != "" {
		// Exim and qmail say 5.0.0 where the server they quote said more.
		x.Status = told
	}
	x.Full = strings.HasSuffix(x.Status, ".2.2") || reFull.MatchString(fold(diagnostic)) && !reRate.MatchString(fold(diagnostic))
	return x
}

// typedAddress reads "rfc822; user@host", with or without type and brackets,
// and "utf-8; …" with its escapes (RFC 6533 section 3).
func typedAddress(v string) string {
	kind, rest, typed := strings.Cut(v, ";")
	if typed {
		v = rest
	}
	v = strings.TrimSpace(v)
	if i, j := strings.LastIndexByte(v, '<'), strings.LastIndexByte(v, '>'); i >= 0 && j > i {
		v = v[i+1 : j]
	}
	if f := strings.Fields(string(stripComment([]byte(v)))); len(f) > 0 {
		v = f[0]
	}
	v = strings.Trim(v, "<>,;")
	if strings.EqualFold(strings.TrimSpace(kind), "utf-8") {
		v = reUTF8Escape.ReplaceAllStringFunc(v, func(e string) string {
			n, err := strconv.ParseUint(e[3:len(e)-1], 16, 32)
			if err != nil || n < ' ' || n > 0x10ffff {
				return e
			}
			return string(rune(n))
		})
	}
	if !strings.Contains(v, "@") {
		v = strings.Replace(v, "+40", "@", 1) // left in the xtext of RFC 3461 section 4.2
	}
	return v
}

var reUTF8Escape = regexp.MustCompile(`\\x\{[0-9A-Fa-f]{1,6}\}`)
