package store

import (
	"context"
	"fmt"
	"time"

	"greffier/cases"
)

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
