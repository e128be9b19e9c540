package parse

import "strings"

// answerable decides whether a machine may answer the mail: any reason against
// wins. It follows RFC 3834 section 2 and goes further out of caution: a loop
// between two responders is worse than a letter that a person must send.
func (m *reader) answerable(h *header, root structured) bool {
	mail := m.mail
	before := len(mail.Reasons)
	no := func(why string) { mail.Reasons = append(mail.Reasons, why) }
	if mail.Kind != KindPerson {
		no("only mail of persons is answered")
	}
	if auto, why := autoReply(h, mail); auto && mail.Kind != KindAutoReply {
		no(why)
	}
	for _, v := range h.all("x-auto-response-suppress") {
		if suppresses(string(stripComment(unfold(v)))) {
			no("X-Auto-Response-Suppress asks for no automatic answer")
			break
		}
	}
	if why := listMail(h); why != "" && mail.Kind != KindList {
		no(why)
	}
	for _, n := range []string{"x-loop", "x-autoreply", "x-autorespond", "x-autoreply-type"} {
		if h.has(n) {
			no("the field " + n + " marks it as a machine's")
		}
	}
	if !validAddress(mail.From.Address) {
		no("the sender has no valid address")
	}
	if m.nullSender(h) {
		no("it has the null sender")
	}
	if root.Value == "multipart/report" || strings.HasPrefix(root.Value, "message/") && root.Value != "message/rfc822" && root.Value != "message/partial" && root.Value != "message/external-body" ||
		m.signals.deliveryStatus || m.signals.disposition || m.signals.feedback {
		no("it is a report")
	}
	if why := m.roleSender(); why != "" {
		no(why)
	}
	if m.mail.Kind == KindPerson && reBounceStart.MatchString(mail.Subject) {
		no("its subject is that of a delivery failure")
	}
	if mail.DMARC == "fail" {
		no("our server says that the sender is forged (DMARC)")
	}
	if mail.Spam {
		no("our server says that it is spam")
	}
	return len(mail.Reasons) == before && mail.Kind == KindPerson
}

// suppresses tells whether X-Auto-Response-Suppress (MS-OXCMAIL section
// 2.2.3.2.14) holds a word that stops us.
func suppresses(v string) bool {
	for _, w := range strings.FieldsFunc(strings.ToLower(v), func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\t' }) {
		switch w {
		case "all", "oof", "autoreply", "dr", "rn", "nrn":
			return true
		}
	}
	return false
}

// roleSender tells senders that read no answer, and ourselves.
func (m *reader) roleSender() string {
	addr := strings.ToLower(m.mail.From.Address)
	local, _, _ := strings.Cut(addr, "@")
	local, _, _ = strings.Cut(strings.Trim(local, `"`), "+")
	switch local {
	case "mailer-daemon", "postmaster", "mailerdaemon", "mailer_daemon":
		return "it comes from a mail server"
	}
	if reNoReply.MatchString(local) {
		return "its sender reads no answers"
	}
	for _, own := range m.opts.OwnAddresses {
		if sameMailbox(addr, own) {
			return "it comes from one of our own addresses"
		}
	}
	return ""
}

// sameMailbox compares two addresses without case and without a "+tag".
func sameMailbox(a, b string) bool {
	return bareAddress(a) == bareAddress(b)
}

func bareAddress(a string) string {
	local, domain, ok := strings.Cut(strings.ToLower(strings.TrimSpace(a)), "@")
	if !ok {
		return local
	}
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + strings.TrimSuffix(domain, ".")
}
