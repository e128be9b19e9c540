package parse

import (
	"bytes"
	"strings"
)

// maxLoose bounds what is read of each part that may hold what a report should
// have said in its proper part, and the number of such parts.
const (
	maxLoose      = 64 << 10
	maxLooseParts = 20
)

// report is what the parts of a delivery report, a read receipt or an abuse
// report hold.
type report struct {
	blocks    []map[string]string // groups of fields, in order
	originals []header            // of the mails that came back
	loose     [][]byte            // texts and files without a type that says more
}

// readBounce finds what a report says: what became of each recipient, and
// which mail it is about.
func (m *reader) readBounce(h *header, leaves []*leaf) error {
	r, err := m.readReport(leaves, false)
	if err != nil {
		return err
	}
	if !namesRecipient(r.blocks) && len(r.originals) > 0 && isReport(&r.originals[0]) {
		// A report around a report (gateways, postmasters who pass one on): the
		// inner one tells.
		if r, err = m.readReport(leaves, true); err != nil {
			return err
		}
	}
	if m.mail.Mentioned, err = m.mentioned(h, r); err != nil {
		return err
	}
	if n, ok := readNotification(m.mail.Text); ok {
		m.mail.Mentioned, m.mail.Recipients = append([]string{n.about()}, m.mail.Mentioned...), n.recipients()
	} else if m.mail.Kind == KindBounce {
		m.mail.Recipients = m.recipients(h, r)
	}
	if len(m.mail.Mentioned) > 0 {
		m.mail.About = m.mail.Mentioned[0]
	}
	m.mail.Failed = failedOf(m.mail.Recipients)
	return nil
}

// readReport reads the parts of the mail itself or, if inner, of the mails it
// carries.
func (m *reader) readReport(leaves []*leaf, inner bool) (report, error) {
	var r report
	for _, p := range leaves {
		if (p.member != "") != inner {
			continue
		}
		switch {
		case p.mediaType == "message/delivery-status", p.mediaType == "message/global-delivery-status",
			p.mediaType == "message/disposition-notification", p.mediaType == "message/global-disposition-notification", p.mediaType == "message/feedback-report":
			b, _, err := m.read(p, maxBody)
			if err != nil {
				return r, err
			}
			if len(r.blocks) < 2*maxFailed {
				r.blocks = append(r.blocks, statusBlocks(b)...)
			}
		case strings.HasPrefix(p.mediaType, "message/"), p.mediaType == "text/rfc822-headers", p.mediaType == "text/rfc822":
			if len(r.originals) >= maxLooseParts {
				continue
			}
			b, _, err := m.read(p, maxHeaderBlock)
			if err != nil {
				return r, err
			}
			o, err := headerOf(b)
			if err != nil {
				return r, err
			}
			r.originals = append(r.originals, o)
		case strings.HasPrefix(p.mediaType, "text/"), p.mediaType == "application/octet-stream":
			// Exchange and relays that rewrite: "ATT00001.txt", "original.eml".
			if len(r.loose) >= maxLooseParts {
				continue
			}
			b, _, err := m.read(p, maxLoose)
			if err != nil {
				return r, err
			}
			r.loose = append(r.loose, b)
		}
	}
	return r, nil
}

// isReport tells whether a mail that came back is itself a report.
func isReport(h *header) bool {
	list, _ := parseAddresses(h.get("from"))
	daemon := false
	for _, a := range list {
		local, _, _ := strings.Cut(strings.ToLower(a.Address), "@")
		daemon = daemon || reBounceFrom.MatchString(local)
	}
	return daemon || parseStructured(h.get("content-type")).Value == "multipart/report"
}

func headerOf(b []byte) (header, error) {
	h, _, err := readHeader(newLineReader(bytes.NewReader(b), 0, int64(len(b))), false, maxHeaderBlock, nil)
	return h, err
}

// recipients gives what the report says of each one. A delivery status decides;
// only without one is the text read, and where the text names nobody, the one
// recipient of the mail that came back is meant.
func (m *reader) recipients(h *header, r report) []Recipient {
	blocks := r.blocks
	if !namesRecipient(blocks) {
		// A delivery status that lost its part, by a relay or a broken boundary.
		for _, t := range append([][]byte{[]byte(m.mail.Text)}, r.loose...) {
			if i := reStatusInText.FindIndex(t); i != nil && !namesRecipient(blocks) {
				blocks = statusBlocks(t[i[0]:])
			}
		}
	}
	var out []Recipient
	seen := map[string]int{}
	add := func(x Recipient) {
		x.Address = strings.Trim(strings.TrimSpace(x.Address), `<>'.,;:`)
		key := strings.ToLower(x.Address + " " + x.Original)
		at, known := seen[key]
		switch {
		case !validAddress(x.Address):
		case known && out[at].Status == "" && x.Status != "":
			x.Full = x.Full || out[at].Full
			out[at] = x // named twice in a text, and the second time with a reason
		case !known && len(out) < maxFailed:
			seen[key] = len(out)
			out = append(out, x)
		}
	}
	if namesRecipient(blocks) {
		for _, b := range blocks {
			if x, ok := recipientOf(b); ok {
				add(x)
			}
		}
		return out
	}
	action := ActionFailed
	if delayOnly(m.mail) {
		action = ActionDelayed
	}
	text, named := recipientsInText(m.mail.Text)
	for _, v := range h.all("x-failed-recipients") {
		list, _ := parseAddresses(v)
		for _, a := range list {
			add(newRecipient(a.Address, action, "", diagnosticOf(text, a.Address, m.mail.Text)))
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, x := range text {
		if !m.sender(x.Address, named) {
			add(newRecipient(x.Address, action, x.Status, x.Diagnostic))
		}
	}
	if len(out) == 0 && len(r.originals) > 0 && !isReport(&r.originals[0]) {
		list, _ := parseAddresses(r.originals[0].get("to"))
		if len(list) == 1 {
			head, _ := cutText(m.mail.Text, 4096)
			add(newRecipient(list[0].Address, action, "", reStatusCode.FindString(head)))
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

// failedOf gives the addresses that failed for good, each once, the ones that
// the sender wrote to after those an alias led on to.
func failedOf(list []Recipient) []string {
	var out []string
	seen := map[string]bool{}
	for _, x := range list {
		for _, a := range []string{x.Address, x.Original} {
			if key := strings.ToLower(a); x.Action == ActionFailed && a != "" && !seen[key] && len(out) < maxFailed {
				seen[key] = true
				out = append(out, a)
			}
		}
	}
	return out
}
