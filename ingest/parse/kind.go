package parse

import (
	"regexp"
	"strings"
)

// signals are what the parts of the mail say about its kind.
type signals struct {
	deliveryStatus, disposition, feedback bool
	returned                              bool // a whole mail is attached
	meetingAnswer                         bool // a calendar answers an invitation (RFC 5546 section 3.2.3)
	aggregate                             bool // a DMARC or TLS report is attached
}

// The senders and the wordings of bounces that stand apart from the lists of
// kind_words.go because their form matters.
var (
	reBounceFrom = regexp.MustCompile(`(?i)^(mailer[-_. ]?daemon|postmaster|mail[-_.]?delivery[-_.]?(?:subsystem|system)?|mdaemon|post_master|mail-?system|bounces?|delivery-?failure|maildelivery|mmdf|double-bounce|microsoftexchange[0-9a-f]{10,})(?:$|[-_.+=])`)
	reDaemonName = regexp.MustCompile(`(?i)(mail delivery (?:sub)?system|mail(?:er)?[ -]?daemon)`)
	reSMTPText   = regexp.MustCompile(`(?i)\b(?:55[0-9]|421|45[0-2])[ -](?:\d\.\d\.\d|[a-z<#(\[])|\b[45]\.\d\.\d{1,3}\b|user unknown|unknown user|mailbox (?:is )?(?:full|unavailable)|could not be delivered|undeliverable|was not delivered|(?:wasn't|couldn't be) delivered|no such user|n['’](?:a|ont) (?:pas )?(?:pu|été) (?:être )?(?:remis|délivré|distribué|livré|acheminé)|a été (?:rejeté|refusé|bloqué)|bo[iî]te (?:aux lettres )?(?:est )?pleine|échec de (?:la )?remise|la remise a échoué|remise (?:a été )?(?:différée|retardée)|delivery (?:has )?failed|unable to deliver|unzustellbar|nicht zugestellt|no se ha podido entregar|did not reach the following`)
	reComplaint  = regexp.MustCompile(`(?i)^complaint about message from [0-9a-f.:]+$`)

	// reAggregate is the subject of a DMARC report (RFC 7489 section 7.2.1.1) or
	// of a TLS report (RFC 8460 section 5.3).
	reAggregate = regexp.MustCompile(`(?i)\breport domain:.*\bsubmitter:`)
)

// classify decides Kind, Answerable, Recipients, Failed and About.
func (m *reader) classify(h *header, leaves []*leaf) error {
	if err := m.readSignals(h, leaves); err != nil {
		return err
	}
	root := parseStructured(h.get("content-type"))
	reportType := strings.ToLower(root.param("report-type"))
	if root.Value == "multipart/report" {
		switch reportType {
		case "delivery-status", "delivery-report":
			m.signals.deliveryStatus = m.signals.deliveryStatus || !m.signals.disposition
		case "disposition-notification":
			m.signals.disposition = !m.signals.deliveryStatus
		case "feedback-report":
			m.signals.feedback = true
		}
	}
	notified, _ := readNotification(m.mail.Text)
	kind, why := m.kind(h, root, notified)
	m.mail.Kind = kind
	if why != "" {
		m.mail.Reasons = append(m.mail.Reasons, why)
	}
	if kind == KindBounce || kind == KindReport {
		if err := m.readBounce(h, leaves); err != nil {
			return err
		}
	} else if kind != KindPerson && len(m.mail.InReplyTo) > 0 {
		m.mail.About = m.mail.InReplyTo[0]
	}
	m.mail.Answerable = m.answerable(h, root)
	return nil
}

// readSignals looks at the parts of the mail itself, not at those of a mail it
// carries.
func (m *reader) readSignals(h *header, leaves []*leaf) error {
	s := &m.signals
	for _, p := range leaves {
		if p.member != "" {
			continue
		}
		switch p.mediaType {
		case "message/delivery-status", "message/global-delivery-status":
			s.deliveryStatus = true
		case "message/disposition-notification", "message/global-disposition-notification":
			s.disposition = true
		case "message/feedback-report":
			s.feedback = true
		case "message/rfc822", "message/global":
			s.returned = true
		case "application/tlsrpt+gzip", "application/tlsrpt+json":
			s.aggregate = true
		case "text/calendar", "application/ics":
			b, _, err := m.read(p, 4096)
			if err != nil {
				return err
			}
			s.meetingAnswer = s.meetingAnswer || reMeetingAnswer.Match(b)
		}
	}
	s.aggregate = s.aggregate || h.has("tls-report-domain") || reAggregate.MatchString(m.mail.Subject) && hasFile(m.mail)
	return nil
}

// reMeetingAnswer: METHOD says what an iCalendar object is for.
var reMeetingAnswer = regexp.MustCompile(`(?im)^METHOD[ \t]*:[ \t]*(?:REPLY|COUNTER)[ \t]*\r?$`)

// kind is the first that fits.
func (m *reader) kind(h *header, root structured, notified sesNotification) (Kind, string) {
	mail := m.mail
	w := readWords(mail)
	local, _, _ := strings.Cut(strings.ToLower(mail.From.Address), "@")
	null := m.nullSender(h)
	noAddress := !validAddress(mail.From.Address)
	daemon := reBounceFrom.MatchString(local) || reDaemonName.MatchString(mail.From.Name) && (null || noAddress)
	head, _ := cutText(mail.NewText, 16<<10)                             // not what a person quotes
	smtp := (null || daemon || w.bounce) && reSMTPText.MatchString(head) // slow, and asked for only then
	forward := w.forward && !null && !daemon && root.Value != "multipart/report"
	auto, autoWhy := m.autoReply(h, w)
	report := m.signals.disposition || m.signals.feedback
	switch {
	case forward:
		// A person who shows us a report, perhaps with its parts (Apple Mail
		// attaches the delivery status anew).
	case m.signals.deliveryStatus && !report:
		return KindBounce, "it carries a delivery status"
	case h.has("x-failed-recipients"):
		return KindBounce, "it names failed recipients"
	case m.signals.feedback:
		return KindReport, "it is an abuse report"
	case m.signals.disposition:
		return KindReport, "it is a read receipt"
	case m.signals.returned && reComplaint.MatchString(mail.Subject):
		return KindReport, "it is an abuse report" // Outlook.com's junk reports carry no RFC 5965 part
	case notified.complaint():
		return KindReport, "it is an abuse report"
	case notified.kind() != "":
		return KindBounce, "it is a notification of a delivery"
	case h.has("x-ms-exchange-message-is-ndr"):
		return KindBounce, "Exchange marks it as a delivery report"
	case m.signals.aggregate:
		return KindReport, "it is a report about mail of our domain"
	case w.receipt():
		return KindReport, "it is a read receipt in words"
	case w.bounce && (null || daemon || noAddress || smtp && !w.reply && !hasFile(mail) && !asksForHelp.in(w.head) && !asksQuestion(w.head) && !candidateWords.in(w.head) || m.signals.returned && reNoReply.MatchString(local)):
		return KindBounce, "its subject says that a mail was not delivered"
	case daemon && !(auto && !smtp) && (null || smtp || w.bounce || !hasFile(mail)):
		return KindBounce, "it comes from a mail server"
	case null && smtp && !w.auto() && (m.signals.returned || !hasFile(mail)):
		return KindBounce, "it has the null sender and speaks of a failed delivery"
	case root.Value == "multipart/report": // those to come
		return KindReport, "it is a report"
	}
	if challenge(mail, w) {
		return KindChallenge, "an anti-spam service asks for a confirmation"
	}
	if auto {
		return KindAutoReply, autoWhy
	}
	if why := listMail(h); why != "" {
		return KindList, why
	}
	if null && !hasFile(mail) {
		// Sieve's vacation and its kin use the null reverse-path as bounces do
		// (RFC 3834 section 3.3), and leave From as it is.
		return KindAutoReply, "it has the null sender"
	}
	return KindPerson, ""
}

func (m *reader) nullSender(h *header) bool {
	for _, v := range h.all("return-path") {
		s := strings.Join(strings.Fields(decodeGuess(stripComment(unfold(v)))), "")
		if s == "<>" || s == "" {
			return true
		}
	}
	return false
}

// hasFile tells whether the mail carries a file that its sender chose.
func hasFile(mail *Mail) bool {
	for i := range mail.Parts {
		if p := &mail.Parts[i]; !p.Inline && !p.Signature && !strings.HasPrefix(p.MediaType, "message/") {
			return true
		}
	}
	return false
}

// listMail tells a mailing list or bulk sender.
func listMail(h *header) string {
	for i := range h.fields {
		n := h.fields[i].Name
		switch {
		case strings.HasPrefix(n, "list-"), strings.HasPrefix(n, "x-linkedin-"), strings.HasPrefix(n, "x-facebook"):
			return "the field " + n + " marks it as list mail"
		case n == "precedence":
			switch strings.ToLower(strings.TrimSpace(string(stripComment(unfold(h.fields[i].Value))))) {
			case "bulk", "list", "junk":
				return "Precedence marks it as bulk mail"
			}
		}
		switch n {
		case "mailing-list", "feedback-id", "x-mailing-list", "x-beenthere", "x-mailman-version", "x-mlserver",
			"x-campaign", "x-campaign-id", "x-campaignid", "x-mailjet-campaign", "x-mailin-campaign", "x-csa-complaints", "x-newsletter":
			return "the field " + n + " marks it as list mail"
		}
	}
	return ""
}
