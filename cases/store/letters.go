package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"greffier/cases"
)

// owed is a letter about to be owed.
type owed struct {
	about      cases.About
	kind       cases.LetterKind
	occurrence string
	cause      string // what its token hangs on; see cases.Token
	caseID     int64
	caseRef    string
	mailID     int64
	to         cases.Address
	inReplyTo  string
	refs       []string
	facts      cases.Facts
	author     string // of staff
	form       string // of the form that staff sent; "": none
}

// owe writes down that a letter is owed, in the transaction that causes it. The
// same letter is owed once.
func (t *tx) owe(o owed) error {
	_, err := t.oweOne(o)
	return err
}

// oweOne is owe, and gives the id of the letter; 0: it was owed before.
func (t *tx) oweOne(o owed) (id int64, err error) {
	tokens, err := t.tokens(o.kind, o.occurrence, o.cause)
	if err != nil {
		return 0, err
	}
	token, former := tokens[len(tokens)-1], tokens[:len(tokens)-1]
	res, err := t.exec(`INSERT INTO letter (about_kind, about_id, kind, occurrence, case_id, mail_id, call_id, to_name, to_address, to_key, to_bare, to_domain, token, message_id, in_reply_to, refs, facts, state, owed_at, next_at, author, form)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'owed', ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		o.about.Kind, o.about.ID, o.kind, o.occurrence, nullable(o.caseID), nullable(o.mailID), nullable(o.facts.CallID),
		o.to.Name, o.to.Address, o.to.Key(), cases.BareKey(o.to.Address), o.to.Domain(), token, cases.MessageID(token, t.s.opts.Mailbox), o.inReplyTo, asJSON{o.refs}, asJSON{o.facts},
		instant(t.now), instant(t.now), o.author, nullable(o.form))
	if err != nil {
		return 0, fmt.Errorf("owe letter %s: %w", o.kind, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return 0, err // owed before
	}
	if id, err = res.LastInsertId(); err != nil {
		return 0, fmt.Errorf("owe letter %s: %w", o.kind, err)
	}
	if err := t.journal("letter_owed", o.caseRef, map[string]any{"letter": id, "kind": o.kind, "occurrence": o.occurrence, "about": o.about.Kind, "to": o.to.Address}, thing{"letter", id}); err != nil {
		return 0, err
	}
	for _, old := range former {
		if _, err := t.exec("INSERT INTO former_token (token, letter_id) VALUES (?, ?) ON CONFLICT DO NOTHING", old, id); err != nil {
			return 0, fmt.Errorf("owe letter %s: %w", o.kind, err)
		}
	}
	var seen int
	if err := t.row("SELECT COUNT(*) FROM sent_copy WHERE token IN (SELECT ?1 UNION SELECT token FROM former_token WHERE letter_id = ?2)", []any{token, id}, &seen); err != nil {
		return 0, fmt.Errorf("look among letters sent: %w", err)
	}
	if seen > 0 {
		return id, t.foundSent(id)
	}
	return id, nil
}

// answer owes the letter of that kind in answer to a mail, unless the mail may
// not be answered.
func (t *tx) answer(m *filed, kind cases.LetterKind, caseRef string, facts cases.Facts) error {
	if !m.answer || kind == cases.NoLetter {
		return nil
	}
	o := owed{about: cases.About{Kind: "mail", ID: m.rawSHA256}, kind: kind, cause: m.rawSHA256, mailID: m.id,
		to: t.replyAddress(m), inReplyTo: m.messageID, facts: facts}
	// RFC 5322 section 3.6.4: the references of the mail answered, then itself.
	o.refs = slices.Clone(m.refs)
	slices.Reverse(o.refs)
	o.refs = lastUnique(append(o.refs, m.messageID), 20)
	if caseRef != "" {
		o.caseID, o.caseRef = m.caseID, caseRef
	}
	o.occurrence = m.occurrence(kind, t.s.opts.Location)
	switch kind {
	case cases.LetterReceived:
		// A short word once per case and day, however much was written.
		o.about = cases.About{Kind: "case", ID: caseRef}
	case cases.LetterResend:
		o.occurrence = facts.Files[0].SHA256 // a file is asked for again once
	case cases.LetterClosed:
		o.occurrence = "gap after " + facts.CallID
		var n int
		if err := t.row("SELECT COUNT(*) FROM letter WHERE kind = ? AND to_key = ? AND occurrence = ?", []any{kind, o.to.Key(), o.occurrence}, &n); err != nil {
			return fmt.Errorf("look for letter: %w", err)
		}
		if n > 0 {
			return nil
		}
	}
	return t.owe(o)
}

// occurrence tells apart the letters of one kind about the same thing: the day of
// a received, the decision of staff that it tells, each attachment of a mail that staff took back and attached again.
func (m *filed) occurrence(kind cases.LetterKind, zone *time.Location) string {
	switch {
	case kind == cases.LetterReceived:
		return m.at.In(zone).Format("2006-01-02")
	case m.decision != 0:
		return decided(m.decision)
	case m.takenBack > 0:
		return fmt.Sprintf("attached %d", m.takenBack+1)
	}
	return ""
}

// replyAddress is where answers to a mail go: Reply-To where given (RFC 5322
// section 3.6.2), but never to ourselves.
func (t *tx) replyAddress(m *filed) cases.Address {
	for _, a := range m.replyTo {
		if a.Address != "" && !t.s.ours(a) {
			return a
		}
	}
	return m.from
}

// ours reports whether an address is ours, tagged or not.
func (s *Store) ours(a cases.Address) bool {
	return slices.ContainsFunc(append([]string{s.opts.Mailbox}, s.opts.Own...), func(own string) bool { return cases.BareKey(own) == cases.BareKey(a.Address) })
}

// lastUnique keeps the last n different texts, in order, without empty ones.
func lastUnique(list []string, n int) []string {
	var out []string
	for _, s := range slices.Backward(list) {
		if s != "" && !slices.Contains(out, s) && len(out) < n {
			out = append(out, s)
		}
	}
	slices.Reverse(out)
	return out
}

// mailFacts is what every answer tells of the mail answered.
func (t *tx) mailFacts(m *filed) cases.Facts {
	at, clock := m.clocks.Decision()
	f := cases.Facts{CallID: m.callID, Candidate: cases.Quote(m.from.Name), Territory: cases.TerritoryOf(m.from.Address), Subject: cases.Quote(m.subject), ReceivedAt: at, Clock: clock,
		SentAt: m.clocks.Date, Timeliness: m.timeliness, Links: m.links}
	if m.oversize {
		f.Size = m.size
	}
	return f
}

// sayClosed tells the sender of a mail outside every edition that no call takes
// it, once per address and gap.
func (t *tx) sayClosed(m *filed) error {
	if !m.closed {
		return nil
	}
	facts := t.mailFacts(m)
	if latest := t.s.opts.Calls.Latest(m.at); latest != nil {
		facts.CallID = latest.ID
	}
	if next := t.s.opts.Calls.Next(m.at); next != nil {
		facts.NextCall = next.ID
	}
	return t.answer(m, cases.LetterClosed, "", facts)
}

// caseFacts is what the answer to a mail in a case tells, but for its files: of
// the case only to its candidate.
func (t *tx) caseFacts(m *filed, c *caseRow, call *cases.Call, d cases.Dossier) cases.Facts {
	facts := t.mailFacts(m)
	facts.Receipt = m.from.Key() != cases.AddressKey(c.address)
	if !facts.Receipt { // else the case is not its reader's
		facts.Ref, facts.Phase = c.ref, c.phase
		// What tells of more than the mail answered goes to the candidate itself:
		// anybody may write in its name and ask for answers elsewhere.
		if m.place != cases.Opens {
			m.replyTo = nil
		}
		t.dossierFacts(&facts, call, d)
	}
	return facts
}

// tell owes the answer to a mail in a case.
func (t *tx) tell(m *filed, j *judgement, mine []cases.File, e cases.Event, kind cases.LetterKind) error {
	var err error
	c, call, d := j.caseRow, j.call, j.dossier
	facts := t.caseFacts(m, c, call, d)
	if len(mine) > 0 && m.timeliness == cases.Late {
		j.complementFacts(&facts, m.at)
	}
	if facts.Files, err = t.fileFacts(m, call, mine); err != nil {
		return err
	}
	facts.Files, facts.FilesMore = cases.Bounded(facts.Files, cases.FilesAtMost)
	if err := t.beside(m, call, &facts); err != nil {
		return err
	}
	if m.oversize {
		kind = cases.LetterOversize
	}
	// Who never had the pack, since its first mail brought files or was too
	// large, has it with the first acknowledgement that asks for something.
	if (kind == cases.LetterPack || kind == cases.LetterAck && !facts.Receipt && !d.Complete()) && !m.at.After(call.Deadline) {
		sent, err := t.packSent(t.replyAddress(m), call.ID)
		if err != nil {
			return err
		}
		facts.Pack = !sent
		if sent && kind == cases.LetterPack {
			kind = cases.LetterReceived
		}
	}
	return t.answer(m, kind, c.ref, facts)
}

// pictureLeast is how many bytes a picture within a text has at least to be taken
// for what its sender wants to show; smaller ones are logos.
const pictureLeast = 20 << 10

// beside tells what came with a mail and is no deposit, where its sender may
// think that it is: our own documents, pictures within the text, nothing at all.
func (t *tx) beside(m *filed, call *cases.Call, facts *cases.Facts) error {
	type part struct {
		name, sha256 string
		pictured     bool
	}
	parts, err := collect(t.ctx, t, func(r rowScanner) (p part, err error) {
		err = r.Scan(&p.name, &p.sha256, &p.pictured)
		return p, err
	}, "SELECT filename, sha256, inline = 1 AND media_type LIKE 'image/%' AND size >= ? FROM part WHERE mail_id = ? AND role = '' ORDER BY id", pictureLeast, m.id)
	if err != nil {
		return fmt.Errorf("list what is no deposit: %w", err)
	}
	for _, p := range parts {
		if call.InPack(p.sha256) {
			facts.Ours = append(facts.Ours, cases.Quote(p.name))
		}
		facts.Pictured = facts.Pictured || p.pictured
	}
	facts.Announced = len(facts.Files)+len(facts.Links)+len(facts.Ours) == 0 && !facts.Pictured && !m.oversize && cases.SpeaksOfAttached(m.text)
	return nil
}

// fileFacts tells the files of a mail as they were received: an archive before
// its members.
func (t *tx) fileFacts(m *filed, call *cases.Call, mine []cases.File) (facts []cases.FileFact, err error) {
	type container struct {
		part string
		fact cases.FileFact
	}
	containers, err := collect(t.ctx, t, func(r rowScanner) (c container, err error) {
		err = r.Scan(&c.part, &c.fact.Name, &c.fact.Size, &c.fact.SHA256)
		return c, err
	}, "SELECT part, filename, size, sha256 FROM part WHERE mail_id = ? AND role = 'container' ORDER BY id", m.id)
	if err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	told := make(map[string]bool)
	for _, c := range containers {
		c.fact.Archive = true
		facts = append(facts, c.fact)
		for _, f := range mine {
			if strings.HasPrefix(f.Part, c.part+memberStep) {
				told[f.Part] = true
				fact := t.fileFact(call, f)
				fact.In = c.fact.Name
				facts = append(facts, fact)
			}
		}
	}
	for _, f := range mine {
		if !told[f.Part] {
			facts = append(facts, t.fileFact(call, f))
		}
	}
	return facts, nil
}

// filesAlone tells the files of a mail that is in no case: what arrived, and not
// what it would stand for there.
func (t *tx) filesAlone(m *filed) ([]cases.FileFact, error) {
	files, err := collect(t.ctx, t, func(r rowScanner) (f cases.File, err error) {
		err = r.Scan(&f.Part, &f.Filename, &f.Size, &f.SHA256, &f.State, &f.Fault)
		return f, err
	}, "SELECT part, filename, size, sha256, "+stateColumns+" FROM part WHERE mail_id = ? AND role = 'deposit' ORDER BY id", m.id)
	if err != nil {
		return nil, fmt.Errorf("list files of mail: %w", err)
	}
	return t.fileFacts(m, &cases.Call{}, files)
}

func (t *tx) fileFact(call *cases.Call, f cases.File) cases.FileFact {
	f = f.Fit(call)
	fact := cases.FileFact{Name: f.Filename, Size: f.Size, SHA256: f.SHA256, Pieces: f.Labels(call)}
	if f.State != cases.Present {
		fact.State = cmp.Or(f.Fault, string(f.State))
	}
	return fact
}

// dossierFacts tells a dossier as a whole: for its candidate only.
func (t *tx) dossierFacts(facts *cases.Facts, call *cases.Call, d cases.Dossier) {
	facts.Complete = d.Complete()
	facts.Present, facts.Missing, facts.ByLink, facts.Unfilled = d.Present(), d.Missing(), d.ByLink(), d.Unfilled()
	type held struct{ sha256, name string }
	told := make(map[held]bool)
	for _, p := range d.Pieces {
		if p.Piece.Because != "" && !p.Status.Counts() {
			if facts.Because == nil {
				facts.Because = make(map[string]cases.Circumstance)
			}
			facts.Because[p.Piece.Label] = p.Piece.Because
		}
		for _, f := range p.Files {
			// A file that stands for several pieces is held once.
			if h := (held{f.SHA256, f.Filename}); !told[h] {
				told[h] = true
				facts.Held = append(facts.Held, t.fileFact(call, f))
			}
		}
	}
	for _, f := range d.Unsorted {
		facts.Held = append(facts.Held, t.fileFact(call, f))
	}
	facts.Held, facts.HeldMore = cases.Bounded(facts.Held, cases.HeldAtMost)
}

// packSent reports whether the pack of an edition went, or is about to go, to
// that address: it does so once unless staff send it again.
func (t *tx) packSent(to cases.Address, callID string) (bool, error) {
	var n int
	err := t.row("SELECT COUNT(*) FROM letter WHERE to_key = ? AND call_id = ? AND state <> 'cancelled' AND json_extract(facts, '$.pack') = 1", []any{to.Key(), callID}, &n)
	if err != nil {
		return false, fmt.Errorf("look for pack: %w", err)
	}
	return n > 0, nil
}

// cancelOvertaken cancels letters that have not left and that what happened since
// has made wrong: a reminder to a case that needs none any more, a deadline's
// letter to a case that has moved on.
func (t *tx) cancelOvertaken(c *caseRow) error {
	var wrong []cases.LetterKind
	if !c.phase.Reminds() {
		wrong = append(wrong, cases.LetterReminder)
	}
	if c.phase != cases.NotDeposited {
		wrong = append(wrong, cases.LetterClosed)
	}
	if c.phase != cases.IncompleteAtDeadline {
		wrong = append(wrong, cases.LetterIncomplete)
	}
	for _, kind := range wrong {
		ids, err := collect(t.ctx, t, one[int64], "SELECT id FROM letter WHERE case_id = ? AND kind = ? AND next_at IS NOT NULL", c.id, kind)
		if err != nil {
			return fmt.Errorf("look for overtaken letters of %s: %w", c.ref, err)
		}
		for _, id := range ids {
			if err := t.cancelLetter(id, "overtaken by events"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tx) cancelLetter(id int64, why string) error {
	if _, err := t.exec("UPDATE letter SET state = 'cancelled', next_at = NULL, last_answer = ? WHERE id = ?", why, id); err != nil {
		return fmt.Errorf("cancel letter %d: %w", id, err)
	}
	return t.journalLetter(id, "letter_cancelled", map[string]any{"why": why})
}
