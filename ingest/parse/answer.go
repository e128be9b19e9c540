package parse

import (
	"regexp"
	"strings"
)

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
	if why := autoFields(h); why != "" && mail.Kind != KindAutoReply {
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
	if mail.FromDoubt != "" {
		no(mail.FromDoubt)
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
	if subject := fold(mail.Subject); mail.Kind == KindPerson && failureSubjects.begin(subject) && !strings.HasSuffix(subject, "?") {
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

// failureSubjects begin the subject of a bounce that gives no other sign: it is
// filed as a person's mail, and a machine does not answer it.
var failureSubjects = phraseList(`
undeliverable | undelivered | non remis | non distribue | returned mail | mail delivery failed | delivery status notification
failure notice | echec de remise | echec de la remise | echec de distribution | echec de la distribution | unzustellbar
`)

var (
	// reNoReply is the local part of a sender that reads no answer, whole or
	// between separators: "service-noreply", but not "noreplica".
	reNoReply = regexp.MustCompile(`(?:^|[-_.])(?:no[-_.]?reply|no[-_.]?replay|do[-_.]?not[-_.]?(?:reply|respond)|ne[-_.]?pas[-_.]?r[eé]pondre|n[oe][-_.]?pas[-_.]?repondre|no[-_.]?r[eé]ponse|non[-_.]?r[eé]ponse|pas[-_.]?de[-_.]?r[eé]ponse|sans[-_.]?r[eé]ponse|no[-_.]?responder?|nicht[-_.]?antworten|unattended)(?:$|[-_.+0-9])`)

	// reNoReplyHost is the same for a host below the sender's domain
	// ("x@noreply.example.org"), not for a domain that merely begins so.
	reNoReplyHost = regexp.MustCompile(`^(?:no-?reply|do-?not-?reply|ne-?pas-?repondre)\.[^.]+\.`)

	// reMachineSender are senders that stand for a program.
	reMachineSender = regexp.MustCompile(`^(?:mailer[-_]?daemon|postmaster|notifications?|notify|newsletters?|robot|automate|listserv|majordomo|mailman|sympa|nobody|www-data|apache|cron|nagios|bounces?|mailscanner|quarantaine|quarantine|antispam|antivirus)(?:$|[-_.+0-9])`)
)

// roleSender tells senders that read no answer, and ourselves.
func (m *reader) roleSender() string {
	addr := strings.ToLower(m.mail.From.Address)
	local, domain, _ := strings.Cut(addr, "@")
	local, _, _ = strings.Cut(strings.Trim(local, `"`), "+")
	if reMachineSender.MatchString(local) {
		return "its sender is a program"
	}
	if reNoReply.MatchString(local) || reNoReplyHost.MatchString(domain) {
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
