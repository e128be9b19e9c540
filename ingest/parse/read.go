package parse

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
)

// reader is the state of one Read.
type reader struct {
	opts       Options
	mail       *Mail
	src        *watched
	size       int64
	guesses    int
	total      int // parts so far, those that only hold others included
	packed     int // decoded containers around what is being read
	signatures int // detached ones compared with what they sign
	buf        []byte
	cids       map[string]bool // images the HTML shows
	partCID    map[string]string
	bodies     bodies
	signals    signals
}

// watched remembers the first I/O error of the mail, to tell it from bytes
// that cannot be decoded.
type watched struct {
	r   io.ReaderAt
	err atomic.Pointer[error]
}

func (w *watched) ReadAt(p []byte, off int64) (int, error) {
	n, err := w.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err.CompareAndSwap(nil, &err)
	}
	return n, err
}

// Read reads a mail of size bytes. Whatever the mail contains, there is a
// result: what could not be read is told in Warnings. The error is an I/O
// error of r. Memory is bounded whatever the size; r is read about twice, and
// what an S/MIME signature stands behind once more.
func Read(r io.ReaderAt, size int64, o Options) (*Mail, error) {
	src, err := lineEnds(r, size)
	if err != nil {
		return nil, err
	}
	m := &reader{opts: o, mail: &Mail{Kind: KindPerson}, src: &watched{r: src}, size: size, cids: map[string]bool{}, partCID: map[string]string{}}
	h, leaves, err := m.split(&source{r: m.src, size: size}, 0, size, "", "", 0)
	if err != nil {
		return nil, err
	}
	m.fields(&h)
	if err := m.leaves(leaves); err != nil {
		return nil, err
	}
	m.finishText()
	m.finishParts()
	if err := m.classify(&h, leaves); err != nil {
		return nil, err
	}
	if e := m.src.err.Load(); e != nil {
		return nil, fmt.Errorf("read mail: %w", *e)
	}
	return m.mail, nil
}

func (m *reader) warn(s string) {
	if len(m.mail.Warnings) >= maxWarnings {
		return
	}
	for _, w := range m.mail.Warnings {
		if w == s {
			return
		}
	}
	m.mail.Warnings = append(m.mail.Warnings, s)
}

// fields reads the header of the mail itself.
func (m *reader) fields(h *header) {
	mail := m.mail
	if h.cut {
		m.warn(warnHeaderCut)
	}
	if v := h.get("message-id"); v != nil {
		if ids := parseIDs(v); len(ids) > 0 {
			mail.MessageID = ids[0]
		}
	}
	from := m.addresses(h, "from")
	for _, a := range from {
		if validAddress(a.Address) {
			mail.From = a
			break
		}
	}
	if mail.From.Address == "" && len(from) > 0 {
		mail.From = from[0]
	}
	switch {
	case len(from) == 0:
		m.warn(warnNoSender)
	case len(from) > 1:
		m.warn(warnSenders)
	}
	mail.FromDoubt = fromDoubt(h.all("from"), from, mail.From)
	mail.ReplyTo = m.addresses(h, "reply-to")
	mail.To = m.addresses(h, "to")
	mail.Cc = m.addresses(h, "cc")
	if v := h.get("return-path"); v != nil {
		rp := strings.TrimSpace(decodeGuess(stripComment(unfold(v))))
		rp, _ = cutText(strings.TrimSpace(strings.Trim(rp, "<>")), maxName)
		mail.ReturnPath = &rp
	}
	var long bool
	if mail.Subject, long = cutText(h.text("subject"), maxSubject); long {
		m.warn(warnSubjectCut)
	}
	if v := h.get("date"); v != nil {
		if mail.Date = parseDate(collapse(decodeWords(unfold(v)))); mail.Date.IsZero() {
			m.warn(warnDate)
		}
	}
	cut := false
	mail.InReplyTo, cut = capIDs(parseIDs(h.get("in-reply-to")))
	var refs []string
	for _, v := range h.all("references") {
		refs = append(refs, parseIDs(v)...)
	}
	var cut2 bool
	if mail.References, cut2 = capIDs(refs); cut || cut2 {
		m.warn(warnReferences)
	}
	for _, v := range h.all("received") {
		if len(mail.Received) >= maxHops {
			m.warn(fmt.Sprintf(warnHops, maxHops))
			break
		}
		mail.Received = append(mail.Received, parseReceived(v))
	}
	mail.DMARC = dmarcVerdict(h.all("authentication-results"), m.opts.AuthservID)
	mail.Spam = isSpam(h, m.opts.SpamHeader)
}

func (m *reader) addresses(h *header, name string) []Address {
	var out []Address
	for _, v := range h.all(name) {
		list, cut := parseAddresses(v)
		if out = append(out, list...); cut || len(out) > maxAddresses {
			m.warn(fmt.Sprintf(warnAddresses, name, maxAddresses))
			return out[:min(len(out), maxAddresses)]
		}
	}
	return out
}
