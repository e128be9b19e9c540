package parse

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// readBounce finds what a delivery report says: which addresses failed for good
// and which mail it is about.
func (m *reader) readBounce(h *header, leaves []*leaf) error {
	var blocks []map[string]string
	var original *header
	for _, p := range leaves {
		if p.member != "" {
			continue
		}
		switch p.mediaType {
		case "message/delivery-status", "message/global-delivery-status", "message/disposition-notification", "message/feedback-report":
			b, _, err := m.read(p, maxBody)
			if err != nil {
				return err
			}
			if len(blocks) < 2*maxFailed {
				blocks = append(blocks, statusBlocks(b)...)
			}
		case "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/rfc822-headers":
			if original != nil {
				continue
			}
			b, _, err := m.read(p, maxHeaderBlock)
			if err != nil {
				return err
			}
			o, err := headerOf(b)
			if err != nil {
				return err
			}
			original = &o
		}
	}
	var err error
	if m.mail.About, err = m.about(blocks, original); err != nil {
		return err
	}
	if n, ok := readNotification(m.mail.Text); ok {
		m.mail.About, m.mail.Failed = n.about(), n.failed()
		return nil
	}
	if m.mail.Kind == KindBounce {
		m.mail.Failed = m.failed(h, blocks)
	}
	return nil
}

func headerOf(b []byte) (header, error) {
	h, _, err := readHeader(newLineReader(bytes.NewReader(b), 0, int64(len(b))), false, maxHeaderBlock, nil)
	return h, err
}

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

// failed gives the addresses that failed for good. A delivery status decides
// per recipient; only without one is the text searched.
func (m *reader) failed(h *header, blocks []map[string]string) []string {
	var out []string
	seen := map[string]bool{}
	add := func(a string) {
		a = strings.Trim(strings.TrimSpace(a), `<>'.,;:`)
		key := strings.ToLower(a)
		if validAddress(a) && !seen[key] && len(out) < maxFailed {
			seen[key] = true
			out = append(out, a)
		}
	}
	perRecipient := false
	if i := reStatusInText.FindStringIndex(m.mail.Text); i != nil && len(blocks) == 0 {
		// A delivery status that lost its part, by a relay or a broken boundary.
		blocks = statusBlocks([]byte(m.mail.Text[i[0]:]))
	}
	for _, b := range blocks {
		final, original := typedAddress(b["final-recipient"]), typedAddress(b["original-recipient"])
		if final == "" && original == "" {
			continue
		}
		perRecipient = true
		if !failedForGood(b["action"], b["status"]) {
			continue
		}
		if final == "" || !validAddress(final) {
			final = original
		}
		add(final)
		// RFC 3464 section 2.3.1: the address that the sender wrote to, where
		// an alias led on to the final one.
		if validAddress(original) {
			add(original)
		}
	}
	if perRecipient {
		return out
	}
	for _, v := range h.all("x-failed-recipients") {
		list, _ := parseAddresses(v)
		for _, a := range list {
			add(a.Address)
		}
	}
	if len(out) == 0 && !delayOnly(m.mail) {
		list, named := failedInText(m.mail.Text)
		for _, a := range list {
			if !m.sender(a, named) {
				add(a)
			}
		}
	}
	return out
}

// sender tells whether a is of those a report goes to or comes from: it is not
// the address that failed. An address that a line of its own names may well be
// the one the report goes to: people write to themselves.
func (m *reader) sender(a string, named bool) bool {
	for _, o := range m.opts.OwnAddresses {
		if sameMailbox(a, o) {
			return true
		}
	}
	for _, t := range m.mail.To {
		if !named && strings.EqualFold(a, t.Address) {
			return true
		}
	}
	return strings.EqualFold(a, m.mail.From.Address)
}

// failedForGood reads Action and Status (RFC 3464 sections 2.3.3 and 2.3.4).
// "failed" with a 4.x.x status is final all the same: the queue gave up.
func failedForGood(action, status string) bool {
	action, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(action)), " ")
	switch strings.Trim(action, ".;") {
	case "failed", "failure":
		return true
	case "delayed", "delivered", "relayed", "expanded":
		return false
	}
	return !strings.HasPrefix(strings.TrimSpace(status), "2") && !strings.HasPrefix(strings.TrimSpace(status), "4")
}

// typedAddress reads "rfc822; user@host", with or without type and brackets.
func typedAddress(v string) string {
	if i := strings.IndexByte(v, ';'); i >= 0 {
		v = v[i+1:]
	}
	v = strings.TrimSpace(v)
	if i, j := strings.LastIndexByte(v, '<'), strings.LastIndexByte(v, '>'); i >= 0 && j > i {
		v = v[i+1 : j]
	}
	if f := strings.Fields(string(stripComment([]byte(v)))); len(f) > 0 {
		v = f[0]
	}
	return strings.Trim(v, "<>,;")
}

// about is the Message-ID of the mail a report speaks of: from the returned
// mail or its header, a field of the report, the returned text, or the thread.
func (m *reader) about(blocks []map[string]string, original *header) (string, error) {
	if original != nil {
		if ids := parseIDs(original.get("message-id")); len(ids) > 0 {
			return ids[0], nil
		}
	}
	for _, b := range blocks {
		for _, n := range []string{"original-message-id", "x-original-message-id"} {
			if ids := parseIDs([]byte(b[n])); len(ids) > 0 {
				return ids[0], nil
			}
		}
	}
	if x := reOriginalMID.FindStringSubmatch(m.mail.Text); x != nil {
		return x[1], nil
	}
	raw := make([]byte, min(m.size, 1<<20))
	n, err := readAt(m.src, raw, 0)
	if err != nil {
		return "", err
	}
	for _, x := range reOriginalMID.FindAllSubmatch(raw[:n], 20) {
		if id := string(x[1]); id != m.mail.MessageID {
			return id, nil
		}
	}
	for _, list := range [][]string{m.mail.InReplyTo, m.mail.References} {
		if len(list) > 0 {
			return list[len(list)-1], nil
		}
	}
	return "", nil
}
