package parse

import (
	"regexp"
	"strings"
)

// words are what the subject and the head of the text say of the kind of mail.
type words struct {
	mail             *Mail
	subject          string // folded, without "Re:" and the tags of filters
	head             string // folded beginning of what the writer added
	answers, forward bool   // by the subject's prefix
	reply            bool   // by that or the thread
	bounce           bool   // the subject says that a mail was not delivered
}

var (
	reReplyPrefix   = regexp.MustCompile(`^(?:re|ref|rep|aw|sv|vs|antw|odp|ynt|res|r)(?:\[\d+\])? ?: ?`)
	reForwardPrefix = regexp.MustCompile(`^(?:tr|fw|fwd|wg|i|rv|enc|doorst|vl) ?: ?`)
	reTag           = regexp.MustCompile(`^(?:\[[^\[\]]{1,40}\]|\*{2,5}[^*]{1,30}\*{2,5}|\{[^{}]{1,30}\}|(?:external|externe|ext|spam) ?:) ?`)
)

func readWords(mail *Mail) words {
	w := words{mail: mail}
	subject, _ := cutText(mail.Subject, 1000)
	head, _ := cutText(mail.NewText, 4096)
	w.subject, w.head = fold(subject), fold(head)
	for range 10 {
		if x := reReplyPrefix.FindString(w.subject); x != "" {
			w.subject, w.answers = w.subject[len(x):], true
		} else if x := reForwardPrefix.FindString(w.subject); x != "" {
			w.subject, w.forward = w.subject[len(x):], true
		} else if x := reTag.FindString(w.subject); x != "" && !autoSubjects.begin(strings.TrimLeft(w.subject, "[*{ ")) {
			w.subject = w.subject[len(x):]
		} else {
			break
		}
	}
	w.subject = strings.TrimLeft(w.subject, "[*{<>=-! \"'«")
	w.reply = w.answers || len(mail.InReplyTo) > 0 || len(mail.References) > 0
	w.bounce = bounceSubjects.begin(w.subject) || bounceWords.in(w.subject)
	return w
}

// ownHead is the head of the text if a machine can have written it: a mail
// that shows or forwards another one, or asks a question, is a person's.
func (w words) ownHead() string {
	if w.forward || asksQuestion(w.head) || w.quotes() {
		return ""
	}
	return w.head
}

// asksQuestion looks for question marks outside addresses of pages.
func asksQuestion(s string) bool { return strings.Contains(s, "? ") || strings.HasSuffix(s, "?") }

// quotes tells whether the mail quotes another under the subject of an answer.
func (w words) quotes() bool {
	if !w.reply {
		return false
	}
	text, _ := cutText(w.mail.Text, 64<<10)
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if strings.HasPrefix(strings.TrimSpace(l), ">") || introLines(lines, i) > 0 || historyBegins(lines, i) {
			return true
		}
	}
	return false
}

// auto tells whether the wording of subject or text is a responder's.
func (w words) auto() bool { return w.autoWhy() != "" }

func (w words) autoWhy() string {
	const bySubject, byText = "its subject is that of an automatic reply", "its text is that of an automatic reply"
	if w.forward {
		return ""
	}
	if (autoSubjects.begin(w.subject) || reAutoTail.MatchString(w.subject) || reNotes.MatchString(w.subject) || reAbsence.MatchString(w.subject) && !hasFile(w.mail)) && !strings.HasSuffix(w.subject, "?") && !w.quotes() {
		return bySubject
	}
	if (machineTexts.in(w.head) || (forbidsAnswer(w.head) || reUnread.MatchString(w.head)) && !candidateWords.in(w.head)) && !tellsOfMachine.in(w.head) && !w.quotes() {
		return byText
	}
	head := w.ownHead()
	start := head[:min(len(head), 200)]
	switch {
	case meetingSubjects.begin(w.subject) && strings.TrimSpace(w.mail.NewText) == "" && !hasFile(w.mail):
		return "it is a calendar's answer to an invitation"
	case hasFile(w.mail) || candidateWords.in(head):
		return ""
	case (absenceSubjects.begin(w.subject) || goneWords.in(w.subject)) && absenceTexts.in(head):
		return bySubject
	case !w.answers && receiptMailSubjects.begin(w.subject) && receiptMailTexts.in(head) && receiptMailPromises.in(head):
		return "it is the receipt of an administration"
	case reRegistered.MatchString(head) && (reTicket.MatchString(head) || reTicket.MatchString(w.subject)):
		return "it is the receipt of a ticket system"
	case w.reply && (awayTexts.in(start) || goneWords.in(start)) && deputyTexts.in(head):
		return byText
	}
	return ""
}

// forbidsAnswer tells "do not reply to this message" from "do not reply to this
// message but to …".
func forbidsAnswer(head string) bool {
	x := reDoNotReply.FindStringIndex(head)
	return x != nil && !reElsewhere.MatchString(head[x[1]:min(len(head), x[1]+60)])
}

// receipt tells a read receipt that is written in words only.
func (w words) receipt() bool {
	return !w.forward && !hasFile(w.mail) && receiptSubjects.begin(w.subject) && receiptTexts.in(w.ownHead())
}
