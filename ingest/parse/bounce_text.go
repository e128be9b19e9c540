package parse

import (
	"regexp"
	"strings"
)

var (
	reDelay  = regexp.MustCompile(`(?i)(warning: (?:message|could not send)|delay(?:ed)?\b|retard de remise|remise retard|will (?:keep|continue) (?:on )?trying|still being retried|verzögert)`)
	reGaveUp = regexp.MustCompile(`(?i)(failed|failure|gave up|giving up|permanent|undeliver|could not be delivered|n'a pas pu être|échec)`)

	// A line that names a recipient and nothing else: "<a@b>:", "  a@b",
	// "Recipient address: a@b", "Final-Recipient: rfc822;a@b".
	reNamed = regexp.MustCompile(`(?i)^\s*(?:(?:recipient(?: address| e-?mail)?|final-recipient|failed recipient|destinataire|adresse)\s*:\s*(?:rfc822\s*;\s*)?)?<?(` + bounceAddr + `)>?\s*(?::.*|\(.*|\[.*|\.\.\..*)?$`)
	reAddr  = regexp.MustCompile(bounceAddr)

	// The returned mail begins here.
	reReturned = regexp.MustCompile(`(?i)^[- _=*>]*(?:below this line is a copy|this is a copy of|original message|returned message|message d['’]origine|unsent message|message (?:headers?|follows)|the (?:header|body|text) of|copy of (?:the|your) |included is a copy|en-t[êe]tes? d|received: (?:from|by) |return-path: )`)

	reStatusInText = regexp.MustCompile(`(?im)^(?:reporting-mta|final-recipient)[ \t]*:`)

	reOriginalMID = regexp.MustCompile(`(?im)^[ \t>]*(?:original-)?message-id:[ \t]*<([^<>\s]+)>`)
)

const bounceAddr = `[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`

// delayOnly tells a warning from a failure by the subject.
func delayOnly(mail *Mail) bool {
	return reDelay.MatchString(mail.Subject) && !reGaveUp.MatchString(mail.Subject)
}

// failedInText collects the addresses that a report without delivery status
// names above the returned mail. Lines that hold a recipient alone (qmail,
// Exim, Postfix, sendmail, iPlanet) are believed first; only without one is
// any address in the prose taken, and
// named is false ("There was an error delivering your mail to
// <a@b>").
func failedInText(t string) (list []string, named bool) {
	var alone, loose []string
	head, _ := cutText(t, 32<<10)
	for i, l := range strings.Split(head, "\n") {
		if i > 200 || len(alone)+len(loose) > 200 || reReturned.MatchString(strings.TrimSpace(l)) {
			break
		}
		if m := reNamed.FindStringSubmatch(l); m != nil {
			alone = append(alone, m[1])
			continue
		}
		lower := strings.ToLower(l)
		if strings.Contains(lower, "mail from:") || strings.Contains(lower, "contact") || strings.Contains(lower, "message-id") || strings.Contains(lower, "from:") {
			continue
		}
		for _, a := range reAddr.FindAllString(l, 20) {
			local, _, _ := strings.Cut(strings.ToLower(a), "@")
			if reBounceFrom.MatchString(local) && !strings.Contains(l, "<"+a+">") {
				continue
			}
			loose = append(loose, a)
		}
	}
	if len(alone) > 0 {
		return alone, true
	}
	return loose, false
}
