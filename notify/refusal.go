package notify

import (
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"regexp"
	"strings"

	"greffier/cases"
)

// A result is how an attempt ended.
type result struct {
	outcome cases.Outcome
	answer  string // of the server, or what happened, for staff
	// trouble, when not nil, lies with the connection, our login or our own
	// address, not with the letter: no other letter would fare better.
	trouble error
	// early: nothing of the letter had been told when the trouble came. It is
	// tried again as soon as the server is, and that does not count against it.
	early bool
	// ours: the server does not want us, whatever the letter. It is never given
	// up for that.
	ours bool
	// stale, too: the server had left a connection used before.
	stale bool
	// reached: the server answered, whatever it said of the letter.
	reached bool
	// stopped: it is our own stop that broke the attempt off.
	stopped bool
}

// replyError is an answer of the server.
type replyError = textproto.Error

// A stage is where in the conversation an answer came.
type stage int

const (
	atMail stage = iota
	atRcpt
	atData // the command
	atEnd  // of the letter
)

// refusal sorts a server's answer that is no success (RFC 5321 section 4.2.1).
// Answers that speak of us, not of the reader or of the letter, are trouble: no
// letter may be given up because our login was forgotten.
func (c *session) refusal(err error, at stage, nullSender bool) result {
	code, r := replyCode(err), result{outcome: cases.Temporary, answer: answerOf(err)}
	switch {
	case code < 400:
		c.dead = true
		return lost(err, at, c.used)
	case code == 421:
		r.trouble = troubleOf("the server closes the connection", err, at)
		r.early, r.stale = at == atMail, at == atMail && c.used
	case code == 552, code >= 500 && strings.HasPrefix(textOf(err), "5.3.4 "):
		r.outcome = cases.Permanent // the letter is too big, or the reader's mailbox full
	case ofUs(code, textOf(err)):
		r.trouble, r.ours = troubleOf("the server does not take letters from us", err, at), true
	case at == atMail && nullSender:
		// Some servers refuse every null sender: no reason to stop the others.
	case at == atMail && code < 500:
		r.trouble, r.ours = troubleOf("the server takes no letter for now", err, at), true
	case at == atMail:
		r.trouble, r.ours = troubleOf("our sender address is refused", err, at), true
	case code < 500:
	case at == atData, at == atRcpt && (code == 500 || code == 502):
		r.trouble = troubleOf("the server does not follow the conversation", err, at)
	default:
		r.outcome = cases.Permanent
	}
	return r
}

// lost is the result when the connection ended, or could not be understood any
// more, before the letter was handed over.
func lost(err error, at stage, used bool) result {
	r := result{outcome: cases.Temporary, answer: "connection lost: " + answerOf(err), trouble: troubleOf("connection lost", err, at)}
	if replyCode(err) != 0 {
		r.answer = "answer out of place: " + answerOf(err)
	}
	r.early, r.stale = at == atMail, at == atMail && used
	return r
}

// troubleOf words trouble, which is logged. From RCPT on, what a server says may
// name the reader: then the log has the code alone.
func troubleOf(what string, err error, at stage) error {
	var garbage textproto.ProtocolError
	switch code := replyCode(err); {
	case at == atMail:
		return fmt.Errorf("%s: %w", what, err)
	case code != 0:
		return fmt.Errorf("%s: answer %d", what, code)
	case errors.As(err, &garbage):
		return fmt.Errorf("%s: answer not understood", what)
	}
	return fmt.Errorf("%s: %w", what, err)
}

var (
	// Enhanced status codes (RFC 3463) that speak of the reader's address or
	// mailbox, and of the sender's.
	ofReader = regexp.MustCompile(`^[45]\.(1\.[1-6]|2\.\d+)\b`)
	ofSender = regexp.MustCompile(`^[45]\.1\.[78]\b`)
	// What servers say of a client that may not send, often only once they hear
	// of the reader.
	ofClient = regexp.MustCompile(`(?i)\brelay|\b(client host|sender address|helo command)\b.*\b(rejected|blocked)\b|\bauthentication (is )?required\b|\bnot owned by user\b`)
)

// ofUs reports whether a refusal is for us whatever the letter.
func ofUs(code int, text string) bool {
	switch code {
	case 503, 530, 534, 535, 538:
		return true
	}
	return !ofReader.MatchString(text) && (ofSender.MatchString(text) || ofClient.MatchString(text))
}

// replyCode gives the code of a server's answer, 0 when there was none.
func replyCode(err error) int {
	var reply *replyError
	if errors.As(err, &reply) {
		return reply.Code
	}
	return 0
}

func textOf(err error) string {
	var reply *replyError
	if errors.As(err, &reply) {
		return reply.Msg
	}
	return ""
}

// answerOf tells staff what the server said, or what became of the connection.
func answerOf(err error) string {
	var reply *replyError
	var garbage textproto.ProtocolError
	switch {
	case errors.As(err, &reply):
		return oneLine(fmt.Sprintf("%d %s", reply.Code, reply.Msg))
	case errors.As(err, &garbage):
		return oneLine("answer not understood: " + string(garbage))
	case errors.Is(err, os.ErrDeadlineExceeded):
		return oneLine("no answer in time: " + err.Error())
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return oneLine("the server hung up: " + err.Error())
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
