package notify

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"greffier/cases"
)

// An envelope is a letter as SMTP sees it.
type envelope struct {
	from, to string // as paths, in angle brackets
	utf8     bool   // an address needs SMTPUTF8
	size     int64  // of the body, in bytes
	body     io.Reader
}

// send hands one letter over. It leaves the session dead where nothing more can
// be said over it.
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
	from := e.from
	if offered, most := c.client.Extension("SIZE"); offered { // RFC 1870
		if n, err := strconv.ParseInt(strings.TrimSpace(most), 10, 64); err == nil && n > 0 && e.size > n {
			return result{outcome: cases.Permanent, answer: fmt.Sprintf("too big: the letter has %d bytes, our server takes %d at most", e.size, n)}
		}
		from += fmt.Sprintf(" SIZE=%d", e.size)
	}
	if err := c.command(func() error { return c.client.Mail(from) }); err != nil {
		return c.refusal(err, atMail, e.from == "<>")
	}
	if err := c.command(func() error { return c.client.Rcpt(e.to) }); err != nil {
		return c.refusal(err, atRcpt, false)
	}
	var w io.WriteCloser
	err := c.command(func() (err error) {
		w, err = c.client.Data()
		return err
	})
	if err != nil {
		return c.refusal(err, atData, false)
	}
	if w == nil {
		// Success in place of "go on": the letter is not wanted, nor refused.
		c.dead = true
		return lost(errors.New("the server takes a letter for ended that has not begun"), atData, false)
	}
	return c.handOver(w, e.body)
}

// handOver streams a letter and waits for the answer.
func (c *session) handOver(w io.WriteCloser, body io.Reader) result {
	c.conn.until = time.Now().Add(c.patience.Letter)
	defer func() { c.conn.until = time.Time{} }()
	source := &watchedReader{from: body}
	if _, err := io.Copy(w, source); err != nil {
		return c.breakOff(err, source)
	}
	// Ending the data to a server that has said something already, or left,
	// would prove nothing.
	if err := c.speaks(); err != nil {
		return c.breakOff(err, source)
	}
	if err := c.conn.SetReadDeadline(time.Now().Add(c.patience.Answer)); err != nil {
		return c.breakOff(err, source)
	}
	err := w.Close()
	code := replyCode(err)
	switch {
	case err == nil:
		answer := "250"
		if d, ok := w.(*smtp.DataCloser); ok {
			answer = oneLine("250 " + d.ServerResponse())
		}
		return result{outcome: cases.Delivered, answer: answer}
	case code/100 == 2:
		return result{outcome: cases.Delivered, answer: answerOf(err)}
	case code >= 400:
		return c.refusal(err, atEnd, false)
	}
	c.dead = true
	if c.conn.cut.Load() {
		return result{outcome: cases.Temporary, answer: "broken off before its end: " + answerOf(err), trouble: troubleOf("letter broken off", err, atEnd)}
	}
	return result{outcome: cases.Unknown, answer: "the whole letter was handed over, but no answer came: " + answerOf(err), trouble: troubleOf("no answer to a letter", err, atEnd)}
}

// breakOff ends the connection in the middle of a letter: ending the data would
// deliver half a letter. A server that stopped taking the letter may have said
// why.
func (c *session) breakOff(err error, source *watchedReader) result {
	c.dead = true
	r := result{outcome: cases.Temporary, answer: "broken off before its end: " + answerOf(err), trouble: troubleOf("letter broken off", err, atEnd)}
	switch {
	case source.err != nil:
		r.answer, r.trouble = oneLine("our copy cannot be read: "+source.err.Error()), nil
	case c.conn.SetReadDeadline(time.Now().Add(lastWords)) == nil:
		code, text, readErr := c.client.Text.ReadResponse(0)
		if readErr == nil && code >= 400 {
			r = c.refusal(&replyError{Code: code, Msg: text}, atEnd, false)
		}
	}
	if source.err == nil {
		// The files of a letter are closed at their end.
		if _, err := io.Copy(io.Discard, source.from); err != nil {
			r.answer = oneLine(r.answer + "; " + err.Error())
		}
	}
	if err := shut(c.conn); err != nil {
		r.answer = oneLine(r.answer + "; " + err.Error())
	}
	return r
}

// watchedReader remembers that the fault was on our side.
type watchedReader struct {
	from io.Reader
	err  error
}

func (r *watchedReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}
