package parse

import (
	"regexp"
	"strings"
)

var (
	reDelay  = regexp.MustCompile(`warning: (?:message|could not send)|warning--|notification: warning|\bdelay(?:ed)?\b|\bdiffere|retard|will (?:keep|continue)(?: on)? (?:trying|to try)|still being retried|verzogert|avertissement`)
	reGaveUp = regexp.MustCompile(`failed|failure|gave up|giving up|permanent|undeliver|could not be delivered|n'a pas pu etre|echec|non remis|n'a pas ete remis|cannot send message for|returned mail`)

	// What the text of a warning says where its subject says nothing.
	reStillTrying = regexp.MustCompile(`this is a warning message only|warning message only|you do not need to resend|do not need to resend|not yet been delivered|has not been delivered yet|has been delayed|delivery (?:attempts )?will (?:continue|be retried)|will (?:keep|continue) (?:trying|to try)|il s'agit d'un avertissement|inutile de (?:le )?renvoyer|n'avez pas besoin de (?:le )?renvoyer|n'a pas encore (?:pu )?etre? ?(?:remis|delivre|distribue)|n'a pas encore ete|(?:les )?tentatives (?:de remise )?(?:se poursui|vont se poursuivre|continu)|de nouvelles tentatives`)
	reForGood     = regexp.MustCompile(`permanent|giving up|gave up|failed permanently|fatal error|no further|echec definitif|erreur permanente|abandonne|has failed`)

	// A line that names a recipient and nothing else: "<a@b>:", "  a@b",
	// "Recipient address: a@b", "Final-Recipient: rfc822;a@b".
	reNamed = regexp.MustCompile(`(?i)^\s*(?:(?:recipients?(?: address| e-?mail)?|final-recipient|failed (?:recipient|address)|(?:adresse (?:du |e-?mail du )?)?destinataires?|adresse(?: e-?mail)?|user|utilisateur|mailbox)\s*:\s*(?:rfc822\s*;\s*)?)?<?(` + bounceAddr + `)>?\s*(?::.*|\(.*|\[.*|\.\.\..*)?$`)
	reAddr  = regexp.MustCompile(bounceAddr)

	// The returned mail begins here.
	reReturned = regexp.MustCompile(`(?i)^[- _=*>]*(?:below this line is a copy|this is a copy of|original message|returned message|message d['’]origine|unsent message|message (?:headers?|follows)|the (?:header|body|text) of|copy of (?:the|your) |included is a copy|en-t[êe]tes? (?:d|du message)|voici (?:une copie|le message|les? en-t)|copie du message|ci-(?:dessous|joint),? (?:une copie|le message|votre message)|message (?:initial|retourn[ée])|original message headers|en-t[êe]tes de message d|received: (?:from|by) |return-path: )`)

	// A line of prose whose addresses are not of those that failed.
	reNotRecipient = regexp.MustCompile(`(?i)mail from:|contact|message-id|\bfrom ?:|https?:|sender|exp[ée]diteur|assistance|\bde ?: `)

	reStatusInText = regexp.MustCompile(`(?im)^(?:reporting-mta|final-recipient)[ \t]*:`)

	// A Message-ID in a text: quoted or not, folded (Exchange folds its own long
	// ones), in a log line ("message-id=<…>"), with a translated colon, without
	// brackets (gateways that tell it in a sentence).
	reOriginalMID = regexp.MustCompile(`(?i)\bmessage[- ]?id\s*(?:[:=][\s>]*<([^<>\s]{1,900})>|[:=]?\s*([^<>\s"'(),;:]{1,900}@[a-z0-9.-]{0,250}[a-z0-9]))`)
)

const bounceAddr = `[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`

// delayOnly tells a warning from a failure, in words: by the subject, or by the
// text where the subject is open.
func delayOnly(mail *Mail) bool {
	subject := fold(mail.Subject)
	if reGaveUp.MatchString(subject) {
		return false
	}
	if reDelay.MatchString(subject) {
		return true
	}
	head, _ := cutText(mail.Text, 4096)
	head = fold(head)
	return reStillTrying.MatchString(head) && !reForGood.MatchString(head)
}

// recipientsInText collects the addresses that a report without delivery status
// names above the returned mail, with what is said of each. Lines that hold a
// recipient alone (qmail, Exim, Postfix, sendmail, iPlanet) are believed first;
// only without one is any address in the prose taken, and named is false
// ("There was an error delivering your mail to <a@b>").
func recipientsInText(t string) (list []Recipient, named bool) {
	var alone, loose []Recipient
	head, _ := cutText(t, 32<<10)
	lines := strings.Split(head, "\n")
	for i, l := range lines {
		if i > 200 || len(alone)+len(loose) > 200 || reReturned.MatchString(strings.TrimSpace(l)) {
			break
		}
		if m := reNamed.FindStringSubmatch(l); m != nil {
			alone = append(alone, newRecipient(m[1], ActionFailed, "", diagnosticAt(lines, i)))
			continue
		}
		if reNotRecipient.MatchString(l) {
			continue
		}
		for _, a := range reAddr.FindAllString(l, 20) {
			local, _, _ := strings.Cut(strings.ToLower(a), "@")
			if reBounceFrom.MatchString(local) && !strings.Contains(l, "<"+a+">") {
				continue
			}
			loose = append(loose, newRecipient(a, ActionFailed, "", diagnosticAt(lines, i)))
		}
	}
	if len(alone) > 0 {
		return alone, true
	}
	return loose, false
}

// diagnosticAt is what is said of the recipient that line i names: that line
// and those below it, up to the next recipient.
func diagnosticAt(lines []string, i int) string {
	out := lines[i]
	blank := 0
	for _, l := range lines[i+1 : min(len(lines), i+8)] {
		l = strings.TrimSpace(l)
		if l == "" {
			blank++
		}
		if blank > 1 || reReturned.MatchString(l) || reNamed.MatchString(l) {
			break
		}
		out += " " + l
	}
	return out
}

// diagnosticOf is what the text says of an address that a field named.
func diagnosticOf(text []Recipient, address, all string) string {
	for _, x := range text {
		if strings.EqualFold(x.Address, address) {
			return x.Diagnostic
		}
	}
	head, _ := cutText(all, 4096)
	return reStatusCode.FindString(head)
}
