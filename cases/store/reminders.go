package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"greffier/cases"
)

// read gives the calendar instant at which the last complete reading of the
// mailbox began, if every mail filed has been assessed: all mail received
// before that instant has had its effect. Else the zero time.
func (t *tx) read() (time.Time, error) {
	var open int
	if err := t.row("SELECT COUNT(*) FROM mail WHERE assessed_at IS NULL", nil, &open); err != nil {
		return time.Time{}, fmt.Errorf("count mails to assess: %w", err)
	}
	if open > 0 {
		return time.Time{}, nil
	}
	var begun time.Time
	err := t.row("SELECT begun_at FROM reading WHERE mailbox = ? AND ? IN ('', folder) ORDER BY begun_at DESC LIMIT 1", []any{t.s.opts.Mailbox, t.s.opts.Folder}, scanTime{&begun})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return time.Time{}, fmt.Errorf("read last reading: %w", err)
	}
	return begun, nil
}

// atDeadline is the occurrence of a letter that the deadline causes.
const atDeadline = "deadline"

// oweToCase owes a letter that a date causes to the candidate of a case; none
// where all its mails were filed silently.
func (t *tx) oweToCase(c *caseRow, call *cases.Call, kind cases.LetterKind, occurrence string, tell func(*cases.Facts)) error {
	if kind == cases.NoLetter {
		return nil
	}
	var cause, messageID, subject string
	var replyTo []cases.Address
	err := t.row(`SELECT m.raw_sha256, m.message_id, m.subject, m.reply_to FROM "case" c JOIN mail m ON m.id = c.opened_by WHERE c.id = ?`, []any{c.id}, &cause, &messageID, &subject, asJSON{&replyTo})
	if err != nil {
		return fmt.Errorf("load opening mail of %s: %w", c.ref, err)
	}
	var answered int
	if err := t.row("SELECT COUNT(*) FROM mail WHERE case_id = ? AND answer = 1 AND place IN ('opens', 'joins')", []any{c.id}, &answered); err != nil {
		return fmt.Errorf("count answerable mails of %s: %w", c.ref, err)
	}
	if answered == 0 {
		return nil
	}
	var bounced bool
	if err := t.row("SELECT bounced FROM sender WHERE case_id = ? AND address = ?", []any{c.id, cases.AddressKey(c.address)}, &bounced); err != nil {
		return fmt.Errorf("load candidate of %s: %w", c.ref, err)
	}
	if bounced && kind == cases.LetterReminder {
		return nil
	}
	facts := cases.Facts{CallID: call.ID, Ref: c.ref, Candidate: cases.Quote(c.name), Territory: cases.TerritoryOf(c.address), Subject: cases.Quote(subject), Phase: c.phase, DaysLeft: call.DaysLeft(t.now)}
	tell(&facts)
	return t.owe(owed{about: cases.About{Kind: "case", ID: c.ref}, kind: kind, occurrence: occurrence, cause: cause, caseID: c.id, caseRef: c.ref,
		to: cases.Address{Name: c.name, Address: c.address}, refs: lastUnique([]string{messageID}, 1), facts: facts})
}

// OweReminders owes the reminders due. Nobody is reminded of what may already
// lie in the mailbox: the instant that counts is that of the last complete
// reading.
func (s *Store) OweReminders(ctx context.Context) error {
	now := s.opts.Now()
	if s.opts.Calls.At(now) == nil {
		return nil
	}
	p, err := s.Pulse(ctx)
	if err != nil || !s.reminderMayBeDue(p.LastReading) {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		begun, err := t.read()
		if err != nil || begun.IsZero() {
			return err
		}
		s.remindedUpTo.Store(&begun)
		var made time.Time
		if err := t.row("SELECT made_at FROM origin", nil, scanTime{&made}); err != nil {
			return fmt.Errorf("read the origin: %w", err)
		}
		for _, call := range s.opts.Calls {
			if len(call.Reminders) == 0 || t.now.After(call.Deadline) || t.now.Before(call.Opens) {
				continue
			}
			ids, err := collect(ctx, t, one[int64], `SELECT id FROM "case" WHERE call_id = ? AND phase IN (?, ?) ORDER BY id`, call.ID, cases.Declared, cases.Depositing)
			if err != nil {
				return fmt.Errorf("list cases to remind: %w", err)
			}
			for _, id := range ids {
				if err := t.remind(call, id, made, begun); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// reminderMayBeDue reports whether an instant of some schedule has come since
// reminders were last looked after, which spares looking at every case each time
// something is written.
func (s *Store) reminderMayBeDue(begun time.Time) bool {
	last := s.remindedUpTo.Load()
	if last == nil || begun.Before(*last) {
		return true
	}
	for _, call := range s.opts.Calls {
		for _, r := range call.Reminders {
			if _, due := cases.Due(r.Schedule, *last, begun); due {
				return true
			}
		}
	}
	return false
}

// remind owes a case its reminder: one, whichever rules are due.
func (t *tx) remind(call *cases.Call, caseID int64, made, now time.Time) error {
	c, err := t.loadCase(caseID)
	if err != nil {
		return err
	}
	if !c.phase.Reminds() {
		return nil
	}
	var lastText *string
	if err := t.row("SELECT MAX(occurrence) FROM letter WHERE case_id = ? AND kind = ?", []any{caseID, cases.LetterReminder}, &lastText); err != nil {
		return fmt.Errorf("look for reminders of %s: %w", c.ref, err)
	}
	var last time.Time
	if lastText != nil {
		if last, err = time.Parse(time.RFC3339, *lastText); err != nil {
			return fmt.Errorf("read reminder of %s: %w", c.ref, err)
		}
	}
	var due time.Time
	for _, r := range call.Reminders {
		if at, ok := cases.ReminderDue(call, r, made, c.openedAt, last, now); ok && at.After(due) {
			due = at
		}
	}
	if due.IsZero() {
		return nil
	}
	call, files, err := t.askedOf(c, call)
	if err != nil {
		return err
	}
	d, err := t.dossier(call, caseID, files)
	if err != nil {
		return err
	}
	return t.oweToCase(c, call, cases.LetterReminder, due.UTC().Format(time.RFC3339), func(f *cases.Facts) { t.dossierFacts(f, call, d) })
}
