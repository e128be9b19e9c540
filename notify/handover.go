package notify

import (
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"regexp"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"greffier/cases"
)

// A result is how an attempt ended.
type result struct {
	outcome cases.Outcome
	answer  string // of the server, or what happened, for staff
	// trouble, when not nil, lies with the connection, our login or our own
	// address, not with the letter: no other letter would fare better.
	trouble error
	// early: nothing of the letter had been told when the trouble came, or it
	// is our login that is refused. It does not count against the letter.
	early bool
	// stale, too: the server had left a connection used before.
	stale bool
	// reached: the server answered, whatever it said of the letter.
	reached bool
}

// An envelope is a letter as SMTP sees it.
type envelope struct {
	from, to string // as paths, in angle brackets
	utf8     bool   // an address needs SMTPUTF8
	body     io.Reader
}

// send hands one letter over. A session that met trouble is of no further use.
func (c *session) send(e envelope) result {
	defer func() { c.idle, c.used = time.Now(), true }()
	if e.utf8 {
		if offered, _ := c.client.Extension("SMTPUTF8"); !offered {
			return result{outcome: cases.Permanent, answer: "our server does not take addresses with other than ASCII letters before the @ (SMTPUTF8)"}
		}
	}
	// The library would ask for SMTPUTF8 wherever it is offered, and bind every
	// further server to it for nothing (RFC 6531 section 3.4).
	c.client.SkipSMTPUTF8(!e.utf8)
	if err := c.client.UpdateDeadline(commandTimeout); err != nil {
		return lost(err, c.used)
	}
	if err := c.client.Mail(e.from); err != nil {
		if code := replyCode(err); code == 0 || code == 421 {
			return lost(err, c.used)
		}
		return result{outcome: cases.Temporary, answer: answerOf(err), trouble: fmt.Errorf("our sender address is refused: %w", err)}
	}
	if err := c.client.Rcpt(e.to); err != nil {
		return refusal(err, true)
	}
	w, err := c.client.Data()
	if err != nil {
		return refusal(err, true)
	}
	if err := c.client.UpdateDeadline(dataTimeout); err != nil {
		return lost(err, false)
	}
	if err := c.stream(w, e.body); err != nil {
		return result{outcome: cases.Temporary, answer: "broken off before its end: " + answerOf(err), trouble: err}
	}
	if err := c.client.UpdateDeadline(dataTimeout); err != nil {
		return lost(err, false)
	}
	if err := w.Close(); err != nil {
		switch {
		case replyCode(err) != 0:
			return refusal(err, false)
		case c.conn.cut.Load():
			return result{outcome: cases.Temporary, answer: "broken off before its end: " + answerOf(err), trouble: err}
		}
		return result{outcome: cases.Unknown, answer: "the connection ended before the answer: " + answerOf(err), trouble: err}
	}
	answer := "250"
	if d, ok := w.(*smtp.DataCloser); ok {
		answer = oneLine("250 " + d.ServerResponse())
	}
	return result{outcome: cases.Delivered, answer: answer}
}

// stream copies the letter. When that fails, on either side, the connection is
// cut: ending the data would deliver half a letter.
func (c *session) stream(w io.Writer, body io.Reader) error {
	if _, err := io.Copy(w, body); err != nil {
		return errors.Join(fmt.Errorf("hand over: %w", err), shut(c.conn))
	}
	return nil
}

// lost is the result when the connection ended before the letter was told.
func lost(err error, used bool) result {
	return result{outcome: cases.Temporary, answer: "connection lost: " + answerOf(err), trouble: err, early: true, stale: used}
}

var speaksOfRelay = regexp.MustCompile(`(?i)\brelay`)

// refusal sorts a server's answer to RCPT or to the letter itself (RFC 5321
// section 4.2.1). Answers that speak of us, not of the recipient, are trouble:
// no letter may be given up because our login was forgotten.
func refusal(err error, early bool) result {
	code := replyCode(err)
	r := result{outcome: cases.Temporary, answer: answerOf(err)}
	switch {
	case code == 0:
		return lost(err, false)
	case code == 421:
		r.trouble, r.early = errors.New("421: the server closes the connection"), early
	case code == 503, code == 530, code == 535, code == 538, code >= 500 && speaksOfRelay.MatchString(err.Error()):
		r.trouble, r.early = fmt.Errorf("%d: the server does not take letters from us", code), true
	case code >= 500:
		r.outcome = cases.Permanent
	}
	return r
}

// replyCode gives the code of a server's answer, 0 when there was none.
func replyCode(err error) int {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return reply.Code
	}
	return 0
}

func answerOf(err error) string {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return oneLine(fmt.Sprintf("%d %s", reply.Code, reply.Msg))
	}
	return oneLine(err.Error())
}

// oneLine makes one short line of what a server said.
func oneLine(s string) string {
	s = strings.TrimSpace(flatten(s))
	if r := []rune(s); len(r) > 500 {
		s = string(r[:500]) + "…"
	}
	return s
}
