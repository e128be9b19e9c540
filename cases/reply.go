package cases

import (
	"errors"
	"strings"
)

// ReplyTemplate is a ready-made text that staff may start a reply from.
type ReplyTemplate struct {
	Name  string // of its file, without extension
	Title string // in French
}

// Why what staff wrote cannot be sent.
var (
	ErrNoText   = errors.New("the text is empty")
	ErrLongText = errors.New("the text is too long: 20 000 characters at most")
	ErrBlank    = errors.New("the text still has a place to fill in: " + Blank + " …]")
)

// Blank begins a place in a ready-made text that staff have to fill in.
const Blank = "[à compléter"

const textAtMost = 20_000 // characters

// CheckText gives what staff wrote with plain line ends and without blank lines
// around it. It fails with ErrNoText, ErrLongText or ErrBlank.
func CheckText(text string) (string, error) {
	text = strings.Trim(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n\t ")
	switch {
	case text == "":
		return "", ErrNoText
	case len([]rune(text)) > textAtMost:
		return "", ErrLongText
	case strings.Contains(text, Blank):
		return "", ErrBlank
	}
	return text, nil
}

// ReplySubject gives the subject of an answer: that of the mail answered after
// one "Re: " (RFC 5322 section 3.6.5), whatever prefixes it had.
func ReplySubject(subject string) string {
	subject = strings.TrimSpace(subject)
	for {
		at := strings.IndexByte(subject, ':')
		if at < 0 {
			break
		}
		prefix := Fold(subject[:at])
		if prefix != "re" && prefix != "rep" && prefix != "aw" && prefix != "r" {
			break
		}
		subject = strings.TrimSpace(subject[at+1:])
	}
	if subject == "" {
		return "Re: votre message"
	}
	return "Re: " + Quote(subject)
}

// Reply is an answer of staff to a mail of a case.
type Reply struct {
	Ref  string
	Mail int64  // 0: the newest of its reader
	To   string // an address that the case knows; "": the sender of the mail
	Text string // paragraphs parted by blank lines
	Form string // of the form that was sent; "": none. Sent twice, it owes one letter
}
