package store

import (
	"context"
	"fmt"
	"slices"

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
		err = r.Scan(&u.MailID, &u.RawSHA256, &u.Size)
		return u, err
	}, "SELECT id, raw_sha256, size FROM mail WHERE assessed_at IS NULL ORDER BY id LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("list mails to assess: %w", err)
	}
	for i := range mails {
		if mails[i].Parts, err = s.partsToAssess(ctx, mails[i].MailID); err != nil {
			return nil, err
		}
	}
	return mails, nil
}

// partsToAssess gives the files of a mail that are looked into, each with all
// that is in it.
func (s *Store) partsToAssess(ctx context.Context, mailID int64) ([]cases.Part, error) {
	parts, err := collect(ctx, s.reader, scanPart,
		"SELECT "+partColumns+" FROM part WHERE mail_id = ? AND role <> '' AND locator NOT LIKE '%|zip:%' ORDER BY id", mailID)
	if err != nil {
		return nil, fmt.Errorf("list parts to assess: %w", err)
	}
	return parts, nil
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

func (t *tx) assess(a cases.Assessment) error {
	m, err := t.filed(a.MailID)
	if err != nil || m.assessed {
		return err
	}
	call := t.s.opts.Calls.ByID(m.callID)
	var scanned []cases.ScannedFile // what staff are to hear of
	if err := t.readMailFacts(m); err != nil {
		return err
	}
	for i, f := range a.Findings {
		if err := t.find(m, call, f, i+1, len(a.Findings)); err != nil {
			return fmt.Errorf("record part %s: %w", f.PartID, err)
		}
		for _, member := range f.Members {
			p := member.Part
			if _, err := t.exec(`INSERT INTO part (mail_id, part, filename, media_type, size, sha256, inline, furniture, member_of, locator, role, warnings)
				VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
				m.id, p.ID, p.Filename, p.MediaType, p.Size, p.SHA256, p.MemberOf, p.Locator, memberRole(call, p), asJSON{p.Warnings}); err != nil {
				return fmt.Errorf("insert member %s: %w", p.ID, err)
			}
			place, files := 0, 0 // a list in the mail is of its files, not of what is in them
			if len(a.Findings) == 1 && len(f.Members) == 1 {
				place, files = 1, 1
			}
			if err := t.find(m, call, member.Finding, place, files); err != nil {
				return fmt.Errorf("record member %s: %w", p.ID, err)
			}
		}
		scan := cases.ScannedFile{PartID: f.PartID, Scan: f.Scan}
		if _, err := t.keepScan(m.id, scan); err != nil {
			return err
		}
		if f.Scan.State == cases.ScanInfected || f.Scan.GaveUp {
			scanned = append(scanned, scan)
		}
	}
	if _, err := t.exec("UPDATE mail SET assessed_at = ?, tells = EXISTS (SELECT 1 FROM fact WHERE mail_id = mail.id) WHERE id = ?", instant(t.now), m.id); err != nil {
		return err
	}
	about := []thing{{"mail", m.id}}
	if len(a.Findings) > 0 {
		about = append(about, thing{"files", m.id})
	}
	if err := t.journal("mail_read", "", map[string]any{"mail": m.id}, about...); err != nil {
		return err
	}
	if err := t.sayScanned(m, scanned); err != nil {
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
		facts := t.mailFacts(m)
		if facts.Files, err = t.filesAlone(m); err != nil {
			return err
		}
		facts.Files, facts.FilesMore = cases.Bounded(facts.Files, cases.FilesAtMost)
		return t.answer(m, cases.LetterWaiting, "", facts)
	case m.place == cases.Keeps || m.place == cases.Turns:
		return t.sayClosed(m)
	case call == nil:
		return fmt.Errorf("its call %q is no longer configured", m.callID)
	}
	return t.move(m)
}

// memberRole: a member identical to a file of the pack is no deposit.
func memberRole(call *cases.Call, p cases.Part) string {
	if call != nil && call.InPack(p.SHA256) {
		return ""
	}
	return roleDeposit
}

// find records what a file is. The names of a member say more than that of the
// archive around it, which then stands for nothing by itself. place is that of
// the file among the files of its mail.
func (t *tx) find(m *filed, call *cases.Call, f cases.Finding, place, files int) error {
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
		suggests = cases.Recognise(call, cases.Evidence{Filename: name, Reading: f.Reading, Words: m.subject + "\n" + m.text, Place: place, Files: files})
	}
	if f.State == cases.Present && call != nil && cases.BlankForm(call, f.Reading.Fields) {
		f.State, f.Fault = cases.Doubtful, cases.FaultBlankForm
	}
	_, err := t.exec(`UPDATE part SET detected_type = ?, state = ?, fault = ?, suggests = ?, role = CASE role WHEN '' THEN '' ELSE ? END,
		warnings = ? WHERE mail_id = ? AND part = ?`,
		f.DetectedType, f.State, f.Fault, asJSON{suggests}, role, asJSON{f.Warnings}, m.id, f.PartID)
	if err != nil {
		return err
	}
	return t.readFacts(m, f, suggests)
}

// move applies a mail that belongs to a case: its event, the phase, the letter.
func (t *tx) move(m *filed) error {
	j, err := t.judge(m.caseID)
	if err != nil {
		return err
	}
	call := j.call
	c, files, dossier, frozen := j.caseRow, j.files, j.dossier, j.frozen
	mine := slices.DeleteFunc(slices.Clone(files), func(f cases.File) bool { return f.MailID != m.id })
	event := t.event(m, j, mine)
	inTime := event == cases.Deposit || event == cases.CompleteDeposit

	found := false
	// What a person has yet to judge does not reopen what is in order without it.
	if inTime && (m.timeliness == cases.OnTime || cases.Undecided(call, files)) {
		before := c.phase
		c.phase, _ = cases.Next(c.phase, cases.FoundOnTime)
		found = c.phase != before || frozen && before == cases.CompletionRequested
	}
	var letter cases.LetterKind
	c.phase, letter = cases.Next(c.phase, event)
	// The deadline has passed for a case that is opened or reopened behind it.
	passed := frozen || m.at.After(call.Deadline)
	if (inTime && frozen || event == cases.Contact && passed) && !cases.Undecided(call, files) {
		var closing cases.LetterKind
		c.phase, closing = cases.Next(c.phase, cases.DeadlinePassed)
		if event == cases.Contact {
			letter = closing
		}
	}
	refreeze := ""
	if found || event == cases.Contact || inTime && m.timeliness == cases.OnTime {
		refreeze = "a mail received in time was found after the deadline transition"
	}
	if event == cases.ComplementDeposit && c.phase != cases.CompletionRequested {
		refreeze = "files came that a complement had asked for"
	}
	if err := t.settle(j, "mail_assessed", map[string]any{"mail": m.id, "event": event}, refreeze); err != nil {
		return err
	}
	if found {
		if err := t.openTask(taskRef{caseID: c.id, mailID: m.id}, "found_on_time", "a deposit received in time was found after the deadline transition"); err != nil {
			return err
		}
	}
	if c.completed && !dossier.Complete() {
		if err := t.openTask(taskRef{caseID: c.id, mailID: m.id}, "asks_more", "the dossier was complete; by what it tells now, more pieces are asked for: confirm the fact that asks for them, or set it right"); err != nil {
			return err
		}
	}
	if err := t.tasksOf(m, c, event, mine); err != nil {
		return err
	}
	if event == cases.Contact && letter == cases.LetterClosed && !m.oversize {
		return t.oweToCase(c, call, letter, atDeadline, func(f *cases.Facts) { t.dossierFacts(f, call, dossier) })
	}
	return t.tell(m, j, mine, event, letter)
}

// event says what a mail means to its case.
func (t *tx) event(m *filed, j *judgement, mine []cases.File) cases.Event {
	c, d := j.caseRow, j.dossier
	answered, verdict := j.complements.Answered(m.at)
	switch {
	case cases.GivesUp(cases.FirstLine(m.text)) && m.byToken && m.from.Key() == cases.AddressKey(c.address):
		return cases.Withdrawal
	case len(mine) > 0 && m.timeliness == cases.Late && answered != nil && verdict == cases.OnTime:
		return cases.ComplementDeposit
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

// dossier gives a case's dossier from its deposited files, and from the links
// that came instead of files.
func (t *tx) dossier(call *cases.Call, caseID int64, files []cases.File) (cases.Dossier, error) {
	d := cases.NewDossier(call, files)
	best := cases.BestTimeliness(files)
	linked, err := collect(t.ctx, t, func(r rowScanner) (pieces []string, err error) {
		var links []string
		var subject, text string
		var timeliness cases.Timeliness
		if err := r.Scan(asJSON{&links}, &subject, &text, &timeliness); err != nil {
			return nil, err
		}
		if timeliness == cases.Late && best != cases.Late && best != "" {
			return nil, nil // as late files stand beside the dossier
		}
		return cases.LinkedPieces(call, links, subject, text), nil
	}, "SELECT links, subject, text, COALESCE(timeliness, '') FROM mail WHERE case_id = ? AND links <> '[]' AND direction = 'in' AND place IN ('opens', 'joins') AND assessed_at IS NOT NULL ORDER BY id", caseID)
	if err != nil {
		return d, fmt.Errorf("list links of case: %w", err)
	}
	d.Link(slices.Concat(linked...))
	return d, nil
}

// files gives the deposited files of a case in order of arrival.
func (t *tx) files(caseID int64) ([]cases.File, error) { return filesOf(t.ctx, t, caseID) }

func filesOf(ctx context.Context, q querier, caseID int64) ([]cases.File, error) {
	files, err := collect(ctx, q, func(r rowScanner) (f cases.File, err error) {
		err = r.Scan(&f.MailID, &f.Part, &f.Filename, &f.Size, &f.SHA256, scanTime{&f.At}, &f.Timeliness, &f.Evidence, &f.Added, &f.State, &f.Fault, asJSON{&f.Suggests},
			&f.Said.Verdict, asJSON{&f.Said.Pieces})
		return f.Judged(), err
	}, `SELECT m.id, p.part, p.filename, p.size, p.sha256, m.instant, COALESCE(d.verdict, m.timeliness, ''), COALESCE(m.timeliness, ''), m.added, `+stateColumns+`, p.suggests,
			COALESCE(k.verdict, ''), COALESCE(k.pieces, '[]')
		FROM part p JOIN mail m ON m.id = p.mail_id LEFT JOIN decision d ON d.mail_id = m.id AND d.undone_at IS NULL LEFT JOIN sorting k ON k.part_id = p.id
		WHERE m.case_id = ? AND m.carries = 1 AND m.direction = 'in' AND m.place IN ('opens', 'joins') AND m.assessed_at IS NOT NULL AND p.role = 'deposit' ORDER BY m.instant, m.id, p.id`, caseID)
	if err != nil {
		return nil, fmt.Errorf("list files of case: %w", err)
	}
	complements, err := complementsOf(ctx, q, caseID)
	if err != nil {
		return nil, err
	}
	return complements.Mark(files), nil
}
