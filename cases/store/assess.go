package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"greffier/cases"
)

// What a part is to its mail.
const (
	roleDeposit   = "deposit"
	roleContainer = "container" // an archive whose members are the deposits
)

// ToAssess gives the mails to assess, in the order in which they were filed.
func (s *Store) ToAssess(ctx context.Context, limit int) ([]cases.Unassessed, error) {
	mails, err := collect(ctx, s.reader, func(r rowScanner) (u cases.Unassessed, err error) {
		return u, r.Scan(&u.MailID, &u.RawSHA256, &u.Size)
	}, "SELECT id, raw_sha256, size FROM mail WHERE assessed_at IS NULL ORDER BY id LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("list mails to assess: %w", err)
	}
	for i := range mails {
		mails[i].Parts, err = collect(ctx, s.reader, scanPart,
			"SELECT "+partColumns+" FROM part WHERE mail_id = ? AND role <> '' AND locator NOT LIKE '%|zip:%' ORDER BY id", mails[i].MailID)
		if err != nil {
			return nil, fmt.Errorf("list parts to assess: %w", err)
		}
	}
	return mails, nil
}

const partColumns = "part, filename, media_type, size, sha256, inline, furniture, member_of, locator, warnings"

func scanPart(rows rowScanner) (p cases.Part, err error) {
	err = rows.Scan(&p.ID, &p.Filename, &p.MediaType, &p.Size, &p.SHA256, &p.Inline, &p.Furniture, &p.MemberOf, &p.Locator, asJSON{&p.Warnings})
	return p, err
}

// Assess writes down the opinion formed of each mail and what follows from it,
// in one transaction and in the order given: the pieces recognised, the phase
// of its case, the letter owed, the tasks for staff. A mail that was assessed
// meanwhile is passed over.
func (s *Store) Assess(ctx context.Context, assessments []cases.Assessment) error {
	return s.write(ctx, func(t *tx) error {
		for _, a := range assessments {
			if err := t.assess(a); err != nil {
				return fmt.Errorf("assess mail %d: %w", a.MailID, err)
			}
		}
		return nil
	})
}

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
	firstLine  string
	kind       cases.Kind
	failed     []string
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
}

func (t *tx) filed(id int64) (*filed, error) {
	m := &filed{id: id}
	var callID, timeliness *string
	var caseID, copyOf *int64
	var assessed *string
	err := t.row(`SELECT raw_sha256, message_id, from_name, from_address, reply_to, subject, refs, tokens, links, first_line, kind, failed, boundary, internaldate, date, fetched,
			instant, call_id, timeliness, case_id, place, why, by_token, added, answer, closed, oversize, size, copy_of, assessed_at FROM mail WHERE id = ?`, []any{id},
		&m.rawSHA256, &m.messageID, &m.from.Name, &m.from.Address, asJSON{&m.replyTo}, &m.subject, asJSON{&m.refs}, asJSON{&m.tokens}, asJSON{&m.links}, &m.firstLine, &m.kind, asJSON{&m.failed},
		scanTime{&m.clocks.Boundary}, scanTime{&m.clocks.InternalDate}, scanTime{&m.clocks.Date}, scanTime{&m.clocks.Fetched},
		scanTime{&m.at}, &callID, &timeliness, &caseID, &m.place, &m.why, &m.byToken, &m.added, &m.answer, &m.closed, &m.oversize, &m.size, &copyOf, &assessed)
	if err != nil {
		return nil, err
	}
	if assessed != nil {
		return nil, errAssessed
	}
	m.callID, m.timeliness = deref(callID), cases.Timeliness(deref(timeliness))
	m.caseID, m.copyOf = deref(caseID), deref(copyOf)
	return m, nil
}

var errAssessed = errors.New("already assessed")

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func (t *tx) assess(a cases.Assessment) error {
	m, err := t.filed(a.MailID)
	if errors.Is(err, errAssessed) {
		return nil
	}
	if err != nil {
		return err
	}
	call := t.s.opts.Calls.ByID(m.callID)
	for _, f := range a.Findings {
		if err := t.find(m, call, f, ""); err != nil {
			return fmt.Errorf("record part %s: %w", f.PartID, err)
		}
		for _, member := range f.Members {
			p := member.Part
			if _, err := t.exec(`INSERT INTO part (mail_id, part, filename, media_type, size, sha256, inline, furniture, member_of, locator, role, warnings)
				VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
				m.id, p.ID, p.Filename, p.MediaType, p.Size, p.SHA256, p.MemberOf, p.Locator, memberRole(call, p), asJSON{p.Warnings}); err != nil {
				return fmt.Errorf("insert member %s: %w", p.ID, err)
			}
			if err := t.find(m, call, member.Finding, p.Filename); err != nil {
				return fmt.Errorf("record member %s: %w", p.ID, err)
			}
		}
	}
	if _, err := t.exec("UPDATE mail SET assessed_at = ? WHERE id = ?", instant(t.now), m.id); err != nil {
		return err
	}
	switch {
	case m.copyOf != 0:
		return nil
	case m.kind == cases.Bounce:
		return t.bounced(m)
	case m.kind == cases.Challenge:
		return t.openTask(taskRef{caseID: m.caseID, mailID: m.id}, "challenge", "an anti-spam service asks to confirm that a person wrote")
	case m.oversize && m.kind == cases.Person && m.place != cases.Opens && m.place != cases.Joins:
		if err := t.openTask(taskRef{caseID: m.caseID, mailID: m.id}, "oversize", "a mail too large to be fetched: only its header is held"); err != nil {
			return err
		}
	}
	switch {
	case m.place == cases.Waits:
		if err := t.openTask(taskRef{caseID: m.caseID, mailID: m.id}, "to_attach", m.why); err != nil {
			return err
		}
		return t.answer(m, cases.LetterWaiting, "", t.mailFacts(m))
	case m.place == cases.Keeps || m.place == cases.Turns:
		return t.sayClosed(m)
	case call == nil:
		return fmt.Errorf("its call %q is no longer configured", m.callID)
	}
	return t.move(m, call)
}

// memberRole: a member identical to a file of the pack is no deposit.
func memberRole(call *cases.Call, p cases.Part) string {
	if call != nil && call.InPack(p.SHA256) {
		return ""
	}
	return roleDeposit
}

// find records what a file is. The names of a member say more than that of the
// archive around it, which then stands for nothing by itself.
func (t *tx) find(m *filed, call *cases.Call, f cases.Finding, memberName string) error {
	var name string
	if err := t.row("SELECT filename FROM part WHERE mail_id = ? AND part = ?", []any{m.id, f.PartID}, &name); err != nil {
		return err
	}
	var suggests []cases.Suggestion
	role := roleDeposit
	switch {
	case len(f.Members) > 0:
		role = roleContainer
	case call != nil:
		suggests = cases.Suggest(call, name)
	}
	_, err := t.exec(`UPDATE part SET detected_type = ?, state = ?, fault = ?, suggests = ?, role = CASE role WHEN '' THEN '' ELSE ? END,
		warnings = ? WHERE mail_id = ? AND part = ?`,
		f.DetectedType, f.State, f.Fault, asJSON{suggests}, role, asJSON{f.Warnings}, m.id, f.PartID)
	return err
}

// move applies a mail that belongs to a case: its event, the phase, the letter.
func (t *tx) move(m *filed, call *cases.Call) error {
	c, err := t.loadCase(m.caseID)
	if err != nil {
		return err
	}
	from := c.phase
	files, err := t.files(c.id)
	if err != nil {
		return err
	}
	dossier := cases.NewDossier(call, files)
	mine := slices.DeleteFunc(slices.Clone(files), func(f cases.File) bool { return f.MailID != m.id })
	event := t.event(m, c, dossier, mine)

	found := false
	if event == cases.Deposit || event == cases.CompleteDeposit {
		before := c.phase
		c.phase, _ = cases.Next(c.phase, cases.FoundOnTime)
		found = c.phase != before
	}
	var letter cases.LetterKind
	c.phase, letter = cases.Next(c.phase, event)
	frozen, err := t.frozen(call.ID)
	if err != nil {
		return err
	}
	if frozen && len(mine) > 0 && event != cases.LateDeposit && !undecided(files) {
		c.phase, _ = cases.Next(c.phase, cases.DeadlinePassed)
	}
	c.timeliness = cases.BestTimeliness(files)
	c.completeness = dossier.Completeness()
	if len(mine) > 0 && c.timeliness != "" {
		if c.depositedAt.IsZero() || c.completeness == cases.Complete && !c.completed {
			c.depositedAt = m.at
		}
	}
	if err := t.saveCase(c, call, dossier, "mail_assessed", map[string]any{"mail": m.id, "event": event, "from": from}); err != nil {
		return err
	}
	if frozen && len(mine) > 0 && event != cases.LateDeposit {
		if err := t.snapshot(c, call, dossier, "a deposit received in time was found later"); err != nil {
			return err
		}
	}
	if found {
		if err := t.openTask(taskRef{caseID: c.id, mailID: m.id}, "found_on_time", "a deposit received in time was found after the deadline transition"); err != nil {
			return err
		}
	}
	if err := t.tasksOf(m, c, event, mine); err != nil {
		return err
	}
	return t.tell(m, c, call, dossier, mine, event, letter)
}

// event says what a mail means to its case.
func (t *tx) event(m *filed, c *caseRow, d cases.Dossier, mine []cases.File) cases.Event {
	switch {
	case cases.GivesUp(m.firstLine) && m.byToken && m.from.Key() == cases.AddressKey(c.address):
		return cases.Withdrawal
	case len(mine) > 0 && m.timeliness == cases.Late:
		return cases.LateDeposit
	case len(mine) > 0 && d.Complete():
		return cases.CompleteDeposit
	case len(mine) > 0:
		return cases.Deposit
	case c.phase == cases.NewCase:
		return cases.Contact
	}
	return cases.FollowUp
}

// undecided reports whether a deposit is still to arbitrate.
func undecided(files []cases.File) bool {
	return slices.ContainsFunc(files, func(f cases.File) bool { return f.Timeliness == cases.ToArbitrate })
}

// files gives the deposited files of a case in order of arrival.
func (t *tx) files(caseID int64) ([]cases.File, error) {
	files, err := collect(t.ctx, t, func(r rowScanner) (f cases.File, err error) {
		return f, r.Scan(&f.MailID, &f.Part, &f.Filename, &f.Size, &f.SHA256, &f.Timeliness, &f.Added, &f.State, &f.Fault, asJSON{&f.Suggests})
	}, `SELECT m.id, p.part, p.filename, p.size, p.sha256, COALESCE(m.timeliness, ''), m.added, p.state, p.fault, p.suggests
		FROM part p JOIN mail m ON m.id = p.mail_id
		WHERE m.case_id = ? AND m.place IN ('opens', 'joins') AND m.assessed_at IS NOT NULL AND p.role = 'deposit' ORDER BY m.instant, m.id, p.id`, caseID)
	if err != nil {
		return nil, fmt.Errorf("list files of case: %w", err)
	}
	return files, nil
}

// bounced records that letters did not arrive. A bounce that carries no token
// of ours changes nothing.
func (t *tx) bounced(m *filed) error {
	if len(m.failed) == 0 {
		return nil // a delay, or nothing that one could act upon
	}
	for _, token := range m.tokens {
		var letterID int64
		var caseID *int64
		var to, toKey, state string
		err := t.row("SELECT id, case_id, to_address, to_key, state FROM letter WHERE token = ?", []any{token}, &letterID, &caseID, &to, &toKey, &state)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("look up bounced letter: %w", err)
		}
		ref := ""
		if caseID != nil {
			c, err := t.loadCase(*caseID)
			if err != nil {
				return err
			}
			ref = c.ref
			if _, err := t.exec("UPDATE sender SET bounced = 1 WHERE case_id = ? AND address = ?", *caseID, toKey); err != nil {
				return fmt.Errorf("record bounce: %w", err)
			}
			if _, err := t.exec("UPDATE mail SET case_id = ? WHERE id = ?", *caseID, m.id); err != nil {
				return fmt.Errorf("link bounce: %w", err)
			}
		}
		if _, err := t.exec("UPDATE letter SET state = 'bounced', next_at = NULL WHERE id = ?", letterID); err != nil {
			return fmt.Errorf("record bounce: %w", err)
		}
		if err := t.journal("letter_bounced", ref, map[string]any{"letter": letterID, "mail": m.id, "failed": m.failed}); err != nil {
			return err
		}
		return t.openTask(taskRef{caseID: deref(caseID), mailID: m.id, letterID: letterID}, "bounce", "our letter to "+to+" did not arrive")
	}
	return nil
}
