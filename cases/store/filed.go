package store

import (
	"strings"
	"time"

	"greffier/cases"
)

// filed is what assessing needs of a mail, as filed.
type filed struct {
	id         int64
	rawSHA256  string
	messageID  string
	from       cases.Address
	replyTo    []cases.Address
	subject    string
	refs       []string
	tokens     []string
	links      []string
	text       string
	signature  string
	kind       cases.Kind
	failed     []cases.Failure
	clocks     cases.Clocks
	at         time.Time
	callID     string
	timeliness cases.Timeliness
	caseID     int64
	place      cases.Place
	why        string
	byToken    bool
	added      bool
	answer     bool
	closed     bool
	oversize   bool
	size       int64
	copyOf     int64
	takenBack  int
	assessed   bool
	decision   int64 // of staff: its answer tells it
}

func (t *tx) filed(id int64) (*filed, error) {
	m := &filed{id: id}
	var callID, timeliness *string
	var caseID, copyOf *int64
	var assessed *string
	var offset *int
	err := t.row(`SELECT raw_sha256, message_id, from_name, from_address, reply_to, subject, refs, tokens, links, text, signature, kind, failed, boundary, internaldate, date, date_offset, fetched,
			instant, call_id, timeliness, case_id, place, why, by_token, added, answer, closed, oversize, size, copy_of, taken_back, assessed_at FROM mail WHERE id = ?`, []any{id},
		&m.rawSHA256, &m.messageID, &m.from.Name, &m.from.Address, asJSON{&m.replyTo}, &m.subject, asJSON{&m.refs}, asJSON{&m.tokens}, asJSON{&m.links}, &m.text, &m.signature, &m.kind, asJSON{&m.failed},
		scanTime{&m.clocks.Boundary}, scanTime{&m.clocks.InternalDate}, scanTime{&m.clocks.Date}, &offset, scanTime{&m.clocks.Fetched},
		scanTime{&m.at}, &callID, &timeliness, &caseID, &m.place, &m.why, &m.byToken, &m.added, &m.answer, &m.closed, &m.oversize, &m.size, &copyOf, &m.takenBack, &assessed)
	if err != nil {
		return nil, err
	}
	if offset != nil {
		m.clocks.Date = m.clocks.Date.In(time.FixedZone("", *offset))
	}
	m.assessed = assessed != nil
	m.callID, m.timeliness = deref(callID), cases.Timeliness(deref(timeliness))
	m.caseID, m.copyOf = deref(caseID), deref(copyOf)
	return m, nil
}

// byStaff reports whether a colleague sent the mail, to have it attached.
func (m *filed) byStaff() bool { return strings.HasPrefix(m.why, cases.WhyStaff) }

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
