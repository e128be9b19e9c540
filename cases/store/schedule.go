package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"greffier/cases"
)

// frozen reports whether an edition has passed its deadline transition.
func (t *tx) frozen(callID string) (bool, error) {
	var at *string
	if err := t.row("SELECT frozen_at FROM call WHERE id = ?", []any{callID}, &at); err != nil {
		return false, fmt.Errorf("read call %s: %w", callID, err)
	}
	return at != nil, nil
}

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
	err := t.row("SELECT begun_at FROM reading WHERE mailbox = ? ORDER BY begun_at LIMIT 1", []any{t.s.opts.Mailbox}, scanTime{&begun})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return time.Time{}, fmt.Errorf("read last reading: %w", err)
	}
	return begun, nil
}

// FreezeDue lets the deadline pass for each edition where it is due: once the
// mailbox has been read to its end by a reading begun at or after the deadline
// plus the time for mail under way, and all that was read is assessed. Every
// dossier is frozen as a snapshot; every case but those to arbitrate moves on.
// It returns the editions frozen now.
func (s *Store) FreezeDue(ctx context.Context) (frozen []string, err error) {
	due, err := s.freezeMayBeDue(ctx)
	if err != nil || !due {
		return nil, err
	}
	err = s.write(ctx, func(t *tx) error {
		frozen = nil
		begun, err := t.read()
		if err != nil || begun.IsZero() {
			return err
		}
		for _, call := range s.opts.Calls {
			done, err := t.frozen(call.ID)
			if err != nil {
				return err
			}
			if done || begun.Before(call.Deadline.Add(call.Settle)) {
				continue
			}
			if err := t.freeze(call); err != nil {
				return fmt.Errorf("freeze %s: %w", call.ID, err)
			}
			frozen = append(frozen, call.ID)
		}
		return nil
	})
	return frozen, err
}

// freezeMayBeDue spares a write transaction while nothing can be due.
func (s *Store) freezeMayBeDue(ctx context.Context) (bool, error) {
	open, err := collect(ctx, s.reader, one[string], "SELECT id FROM call WHERE frozen_at IS NULL")
	if err != nil {
		return false, fmt.Errorf("list open editions: %w", err)
	}
	now := s.opts.Now()
	for _, id := range open {
		if c := s.opts.Calls.ByID(id); c != nil && !now.Before(c.Deadline.Add(c.Settle)) {
			return true, nil
		}
	}
	return false, nil
}

func (t *tx) freeze(call *cases.Call) error {
	ids, err := collect(t.ctx, t, one[int64], `SELECT id FROM "case" WHERE call_id = ? ORDER BY id`, call.ID)
	if err != nil {
		return fmt.Errorf("list cases: %w", err)
	}
	for _, id := range ids {
		c, err := t.loadCase(id)
		if err != nil {
			return err
		}
		files, err := t.files(id)
		if err != nil {
			return err
		}
		d := cases.NewDossier(call, files)
		if err := t.snapshot(c, call, d, "the deadline passed"); err != nil {
			return err
		}
		if undecided(files) {
			continue // until staff decide
		}
		from := c.phase
		var letter cases.LetterKind
		c.phase, letter = cases.Next(c.phase, cases.DeadlinePassed)
		if c.phase == from {
			continue
		}
		if err := t.saveCase(c, call, d, "deadline_passed", map[string]any{"from": from}); err != nil {
			return err
		}
		if err := t.oweToCase(c, call, letter, "deadline", func(f *cases.Facts) { t.dossierFacts(f, call, d) }); err != nil {
			return err
		}
	}
	if _, err := t.exec("UPDATE call SET frozen_at = ? WHERE id = ?", instant(t.now), call.ID); err != nil {
		return err
	}
	return t.journal("call_frozen", "", map[string]any{"call": call.ID, "deadline": call.Deadline.UTC(), "cases": len(ids)})
}

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
	facts := cases.Facts{CallID: call.ID, Ref: c.ref, Candidate: c.name, Subject: subject, Phase: c.phase, DaysLeft: call.DaysLeft(t.now)}
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
	return s.write(ctx, func(t *tx) error {
		begun, err := t.read()
		if err != nil || begun.IsZero() {
			return err
		}
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
	files, err := t.files(caseID)
	if err != nil {
		return err
	}
	d := cases.NewDossier(call, files)
	return t.oweToCase(c, call, cases.LetterReminder, due.UTC().Format(time.RFC3339), func(f *cases.Facts) { t.dossierFacts(f, call, d) })
}

// OweDigest owes each staff address the digest of the latest instant of the
// schedule that has come, once.
func (s *Store) OweDigest(ctx context.Context, schedule cases.Schedule) error {
	if len(s.opts.AlertsTo) == 0 || schedule == nil {
		return nil
	}
	for _, to := range s.opts.AlertsTo {
		if err := s.oweDigest(ctx, schedule, to); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) oweDigest(ctx context.Context, schedule cases.Schedule, to string) error {
	about := "digest " + cases.AddressKey(to)
	var last, made time.Time
	rows, err := collect(ctx, s.reader, one[string], "SELECT MAX(occurrence) FROM letter WHERE about_kind = 'schedule' AND about_id = ? HAVING MAX(occurrence) IS NOT NULL", about)
	if err != nil {
		return fmt.Errorf("look for digests: %w", err)
	}
	if len(rows) > 0 {
		if last, err = time.Parse(time.RFC3339, rows[0]); err != nil {
			return fmt.Errorf("read digest: %w", err)
		}
	}
	if err := s.reader.QueryRowContext(ctx, "SELECT made_at FROM origin").Scan(scanTime{&made}); err != nil {
		return fmt.Errorf("read the origin: %w", err)
	}
	since := made
	if last.After(since) {
		since = last
	}
	now := s.opts.Now()
	due, ok := cases.Due(schedule, since, now)
	if !ok {
		return nil
	}
	return s.write(ctx, func(t *tx) error {
		digest, err := t.digest(since, t.now)
		if err != nil {
			return fmt.Errorf("count for digest: %w", err)
		}
		return t.owe(owed{about: cases.About{Kind: "schedule", ID: about}, kind: cases.LetterDigest, occurrence: due.UTC().Format(time.RFC3339), cause: about,
			to: cases.Address{Address: to}, facts: cases.Facts{Digest: digest}})
	})
}

// digest counts a period for staff.
func (t *tx) digest(since, until time.Time) (*cases.DigestFact, error) {
	d := &cases.DigestFact{Since: since, Until: until}
	count := func(into *int, query string, args ...any) error { return t.row(query, args, into) }
	for _, q := range []struct {
		into  *int
		query string
		args  []any
	}{
		{&d.Received, "SELECT COUNT(*) FROM mail WHERE kind = 'person' AND copy_of IS NULL AND fetched >= ? AND fetched < ?", []any{instant(since), instant(until)}},
		{&d.Answered, "SELECT COUNT(DISTINCT m.id) FROM mail m JOIN letter l ON l.mail_id = m.id WHERE m.kind = 'person' AND l.state = 'sent' AND m.fetched >= ? AND m.fetched < ?", []any{instant(since), instant(until)}},
		{&d.Stuck, "SELECT COUNT(*) FROM letter WHERE state IN ('refused', 'held', 'retrying')", nil},
		{&d.Tasks, "SELECT COUNT(*) FROM task WHERE done_at IS NULL", nil},
		{&d.Waiting, "SELECT COUNT(*) FROM mail WHERE place = 'waiting'", nil},
		{&d.SetAside, "SELECT COUNT(*) FROM source WHERE mail_id IS NULL", nil},
	} {
		if err := count(q.into, q.query, q.args...); err != nil {
			return nil, err
		}
	}
	var oldest time.Time
	err := t.row("SELECT MIN(m.instant) FROM task k JOIN mail m ON m.id = k.mail_id WHERE k.done_at IS NULL", nil, scanTime{&oldest})
	if err != nil {
		return nil, err
	}
	d.OldestOpen = oldest
	for _, c := range t.s.opts.Calls {
		if until.Before(c.Opens) {
			continue
		}
		dc := cases.DigestCall{Name: c.Name, DaysLeft: c.DaysLeft(until)}
		dc.Phases, err = collect(t.ctx, t, func(r rowScanner) (p cases.DigestPhase, err error) {
			var phase cases.Phase
			err = r.Scan(&phase, &p.Cases)
			p.Label = phase.Label()
			return p, err
		}, `SELECT phase, COUNT(*) FROM "case" WHERE call_id = ? GROUP BY phase ORDER BY MIN(id)`, c.ID)
		if err != nil {
			return nil, err
		}
		if len(dc.Phases) > 0 {
			d.Calls = append(d.Calls, dc)
		}
	}
	d.Alarms, err = collect(t.ctx, t, one[string], "SELECT detail FROM alarm WHERE ended_at IS NULL ORDER BY began_at")
	return d, err
}

// Reading gives when the mailbox was last read to its end; zero: never.
func (s *Store) Reading(ctx context.Context) (begun time.Time, err error) {
	err = s.reader.QueryRowContext(ctx, "SELECT MAX(begun_at) FROM reading").Scan(scanTime{&begun})
	if err != nil {
		err = fmt.Errorf("read last reading: %w", err)
	}
	return begun, err
}
