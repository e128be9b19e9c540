package parse

import (
	"regexp"
	"strings"
)

// signals are what the parts of the mail say about its kind.
type signals struct {
	deliveryStatus, disposition, feedback bool
	returned                              bool // a whole mail is attached
}

var (
	reAutoSubject = regexp.MustCompile(`(?i)^\s*(?:(?:re|aw|sv|rép|antw)\s*:\s*)*\[?(auto(?:matic(?:ally)?)?[ :-]*(?:reply|response|responder|generated)|auto-?re(?:ply|sponse)|auto\s*:|out[ -]of[ -](?:the )?office|ooo\b|abwesen(?:d|heit)|automatische (?:antwort|abwesenheit)|r[ée]ponse[ -]auto|absen(?:ce|te?) (?:du|de mon|au) bureau|absen(?:ce|te?) (?:pour |- )?cong[ée]s?\b|absence\s*(?:$|[:(-]\s*(?:du\b|jusqu|de\s+\d|\d|re\s*:))|message d['’]absence|notification d['’]absence|en cong[ée]s?\b|respuesta autom|fuera de (?:la )?oficina|risposta automatica|fuori ufficio|resposta autom|ausência|automatisch antwoord|afwezig|automatisk svar|automaattinen|automatyczna odpowied|automatick[áa] odpov|vacation\b|on (?:annual )?leave|away from|i am (?:currently )?(?:away|out of)|i'm out of|自動応答|自動返信|不在通知|自动回复|自動回覆|автоответ|автоматический ответ|автоматична відповідь|odpowied[zź] automatyczna|automatiskt svar|automatikus v[áa]lasz|r[ăa]spuns automat|αυτόματη απάντηση|자동 회신|automatski odgovor|samodejni odgovor|otomatik yan[ıi]t)`)
	reBounceSubj  = regexp.MustCompile(`(?i)(undeliver(?:able|ed)|returned mail|return(?:ed)? to sender|delivery (?:status notification|failure|failed|problem|error|report|has failed|unsuccessful|delayed|notification|incomplete)|mail delivery (?:failed|failure|problem|system|subsystem|error)|failure notice|failed mail|mail (?:system )?error|could not (?:be delivered|send)|not delivered|non[- ]?deliver|nondeliverable|message (?:delivery )?(?:delayed|failure|undeliverable)|message status|warning: (?:message|could not send)|unzustellbar|nicht zugestellt|mail failure|delayed mail|delivery delay|^(?:re: *)?unknown (?:user|address|recipient)|user unknown|配信(?:できません|不能|エラー)|未送達|送信エラー|[ée]chec (?:de (?:la )?(?:remise|distribution|livraison)|d['’]envoi|de l['’]envoi)|non remis|non distribu|impossible de remettre|message non d[ée]livr|retard de remise|remise retard|no se pudo entregar|mancat[oa] (?:recapito|consegna)|niet bezorgd|недоставлен|не доставлен|退信|メールエラー|配信エラー|メールが送信できません)`)
	reBounceFrom  = regexp.MustCompile(`(?i)^(mailer[-_. ]?daemon|postmaster|mail[-_.]?delivery[-_.]?(?:subsystem|system)?|mdaemon|post_master|mail-?system|bounces?|delivery-?failure|maildelivery|mmdf|double-bounce|microsoftexchange[0-9a-f]{10,})(?:$|[-_.+=])`)
	reDaemonName  = regexp.MustCompile(`(?i)(mail delivery (?:sub)?system|mail(?:er)?[ -]?daemon)`)
	reSMTPText    = regexp.MustCompile(`(?i)\b(?:55[0-9]|421|45[0-2])[ -](?:\d\.\d\.\d|[a-z<#(\[])|\b[45]\.\d\.\d{1,3}\b|user unknown|unknown user|mailbox (?:is )?(?:full|unavailable)|could not be delivered|undeliverable|was not delivered|no such user|n'a pas pu être (?:remis|délivré|distribué)|delivery (?:has )?failed|unable to deliver`)
	reNoReply     = regexp.MustCompile(`(?i)(?:^|[-_.])(no[-_.]?reply|do[-_.]?not[-_.]?reply|ne[-_.]?pas[-_.]?r[eé]pondre|no[-_.]?r[eé]ponse|pas[-_.]?de[-_.]?r[eé]ponse)(?:$|[-_.+0-9])`)
	reComplaint   = regexp.MustCompile(`(?i)^complaint about message from [0-9a-f.:]+$`)
	reChallenge   = regexp.MustCompile(`(?i)(mail ?in ?black|vade ?secure|vaderetro|\bboxbe\b|spam ?arrest|spamblocker|bluebottle|\bsendio\b|\btmda\b|choicemail|altospam|antispam.*(?:valid|authentif|confirm)|challenge[-/ ]response|(?:demande|requête) (?:d['’]authentification|de validation|de confirmation) (?:de l['’]exp[ée]diteur|de votre)|authentifi(?:ez|er|cation).{0,40}(?:exp[ée]diteur|message|e?-?mail|\bvous\b)|vous authentifier|(?:message|e?-?mail|courriel) (?:est |a été )?(?:mis )?en (?:attente|quarantaine).{0,60}(?:valid|authentif|confirm|captcha)|confirm(?:ez|er) (?:votre|l['’]) ?(?:envoi|identit[ée]).{0,60}|prouve[rz] que vous (?:êtes|n['’]êtes)|verify (?:that )?you are (?:a )?(?:human|real)|sender (?:address )?verification|please confirm your (?:e-?mail )?(?:message|address)|confirm that you (?:are|sent))`)
)

// classify decides Kind, Answerable, Failed and About.
func (m *reader) classify(h *header, leaves []*leaf) error {
	for _, p := range leaves {
		if p.member != "" {
			continue
		}
		switch p.mediaType {
		case "message/delivery-status", "message/global-delivery-status":
			m.signals.deliveryStatus = true
		case "message/disposition-notification", "message/global-disposition-notification":
			m.signals.disposition = true
		case "message/feedback-report":
			m.signals.feedback = true
		case "message/rfc822":
			m.signals.returned = true
		}
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

// kind is the first that fits.
func (m *reader) kind(h *header, root structured, notified sesNotification) (Kind, string) {
	mail := m.mail
	local, _, _ := strings.Cut(strings.ToLower(mail.From.Address), "@")
	null := m.nullSender(h)
	daemon := reBounceFrom.MatchString(local) || reDaemonName.MatchString(mail.From.Name) && (null || local == "" || !validAddress(mail.From.Address))
	subject := reBounceSubj.MatchString(mail.Subject)
	head, _ := cutText(mail.NewText, 16<<10) // not what a person quotes
	smtp := reSMTPText.MatchString(head)
	reply := (len(mail.InReplyTo) > 0 || len(mail.References) > 0 || reReplySubject.MatchString(mail.Subject)) && !null && !daemon
	noAddress := !validAddress(mail.From.Address)
	auto, autoWhy := autoReply(h, mail)
	report := m.signals.disposition || m.signals.feedback
	switch {
	case m.signals.deliveryStatus && !report:
		return KindBounce, "it carries a delivery status"
	case h.has("x-failed-recipients"):
		return KindBounce, "it names failed recipients"
	case m.signals.feedback:
		return KindReport, "it is an abuse report"
	case m.signals.disposition:
		return KindReport, "it is a read receipt"
	case m.signals.deliveryStatus:
		return KindBounce, "it carries a delivery status"
	case m.signals.returned && reComplaint.MatchString(mail.Subject):
		return KindReport, "it is an abuse report" // Outlook.com's junk reports carry no RFC 5965 part
	case notified.complaint():
		return KindReport, "it is an abuse report"
	case notified.kind() != "":
		return KindBounce, "it is a notification of a delivery"
	case subject && (null || daemon || noAddress || smtp && !reply && !hasFile(mail) || m.signals.returned && reNoReply.MatchString(local)):
		return KindBounce, "its subject says that a mail was not delivered"
	case daemon && !(auto && !smtp) && (null || smtp || subject || !hasFile(mail)):
		return KindBounce, "it comes from a mail server"
	case null && smtp && !auto && (m.signals.returned || !hasFile(mail)):
		return KindBounce, "it has the null sender and speaks of a failed delivery"
	case root.Value == "multipart/report": // DMARC and TLS reports (RFC 8460 section 5.3), and those to come
		return KindReport, "it is a report"
	}
	if challenge(mail) {
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

// challenge looks at the sender, and at the subject and the beginning of the
// text if there is a link to follow: a candidate who mentions such a service is
// still a person.
func challenge(mail *Mail) bool {
	if reChallenge.MatchString(mail.From.Address + " " + mail.From.Name) {
		return true
	}
	head, _ := cutText(mail.NewText, 4096)
	if !strings.Contains(head, "http") {
		return false
	}
	return reChallenge.MatchString(mail.Subject) || reChallenge.MatchString(head) && reChallengeAsk.MatchString(head)
}

var reChallengeAsk = regexp.MustCompile(`(?i)(cliqu(?:ez|er|ant)|\bclick\b|lien (?:suivant|ci-dessous)|captcha|répond(?:ez|re) simplement|simply reply)`)

// autoReply tells whether a responder wrote the mail, and how one knows.
func autoReply(h *header, mail *Mail) (bool, string) {
	for _, v := range h.all("auto-submitted") {
		s := strings.ToLower(string(stripComment(unfold(v))))
		s, _, _ = strings.Cut(s, ";")
		if s = strings.Trim(strings.TrimSpace(s), `"`); s != "no" && s != "" {
			return true, "Auto-Submitted says that a machine sent it"
		}
	}
	for _, v := range h.all("precedence") {
		switch strings.ToLower(strings.TrimSpace(string(stripComment(unfold(v))))) {
		case "auto_reply", "auto-reply", "autoreply":
			return true, "Precedence says that a machine sent it"
		}
	}
	for _, n := range []string{"x-autoreply", "x-autorespond", "x-autoreply-type", "x-autoresponder", "x-auto-reply-from", "x-autoreply-from",
		"x-mail-autoreply", "x-autogenerated", "x-vacation", "x-php-vacation", "x-fc-machinegenerated", "x-auto-reply", "x-pmx-autoreply", "x-apple-action"} {
		for _, v := range h.all(n) {
			switch strings.ToLower(strings.TrimSpace(string(unfold(v)))) {
			case "", "no", "false", "0", "-1":
			default:
				return true, "the field " + n + " marks it as an automatic reply"
			}
		}
	}
	if reAutoSubject.MatchString(mail.Subject) {
		return true, "its subject is that of an automatic reply"
	}
	return false, ""
}

// listMail tells a mailing list or bulk sender.
func listMail(h *header) string {
	for i := range h.fields {
		n := h.fields[i].Name
		switch {
		case strings.HasPrefix(n, "list-"), n == "mailing-list", n == "feedback-id", n == "x-mailing-list", n == "x-beenthere", n == "x-mailman-version", n == "x-mlserver":
			return "the field " + n + " marks it as list mail"
		case n == "precedence":
			switch strings.ToLower(strings.TrimSpace(string(stripComment(unfold(h.fields[i].Value))))) {
			case "bulk", "list", "junk":
				return "Precedence marks it as bulk mail"
			}
		}
	}
	return ""
}

// reReplySubject is the subject of an answer or a forward.
var reReplySubject = regexp.MustCompile(`(?i)^\s*(re|réf|rép|rep|tr|fw|fwd|aw|wg|sv|antw|rv)\s*:`)

// reBounceStart is the subject a bounce begins with; a person who writes about
// one says more before it.
var reBounceStart = regexp.MustCompile(`(?i)^\s*(undeliver(?:able|ed)\b|non remis|non distribu|returned mail|mail delivery failed|delivery status notification|failure notice|[ée]chec de (?:la )?(?:remise|distribution))`)
