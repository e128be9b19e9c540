package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"greffier/cases"
)

// OpenTasks lists what staff have to do, the oldest first.
func (s *Store) OpenTasks(ctx context.Context) ([]cases.OpenTask, error) {
	return s.tasks(ctx, "k.done_at IS NULL ORDER BY k.opened_at, k.id")
}

// TasksOf gives a part of the open tasks of some kinds, the oldest first: at most
// most, those after skip. What it costs depends on the part.
func (s *Store) TasksOf(ctx context.Context, kinds []string, skip, most int) ([]cases.OpenTask, error) {
	return s.tasks(ctx, `k.id IN (SELECT id FROM task WHERE done_at IS NULL AND kind IN (SELECT value FROM json_each(?)) ORDER BY opened_at, id LIMIT ? OFFSET ?)
		ORDER BY k.opened_at, k.id`, asJSON{kinds}, most, skip)
}

// tasks lists tasks; where may say their order too.
func (s *Store) tasks(ctx context.Context, where string, args ...any) ([]cases.OpenTask, error) {
	list, err := collect(ctx, s.reader, func(r rowScanner) (k cases.OpenTask, err error) {
		err = r.Scan(&k.ID, &k.Kind, scanTime{&k.OpenedAt}, &k.Ref, &k.Candidate, &k.Other, &k.MailID, &k.From.Name, &k.From.Address, &k.Subject, &k.Place,
			&k.LetterID, &k.LetterKind, &k.LetterTo, &k.LastAnswer, &k.Detail, scanTime{&k.DoneAt}, &k.DoneBy, &k.Word)
		k.OpenedAt, k.DoneAt = s.inZone(k.OpenedAt), s.inZone(k.DoneAt)
		return k, err
	}, `SELECT k.id, k.kind, k.opened_at, COALESCE(c.ref, ''), COALESCE(NULLIF(c.organisation, ''), c.name, ''), COALESCE(o.ref, ''),
		COALESCE(m.id, 0), COALESCE(m.from_name, ''), COALESCE(m.from_address, ''), COALESCE(m.subject, ''), COALESCE(m.place, ''),
		COALESCE(l.id, 0), COALESCE(l.kind, ''), COALESCE(l.to_address, ''), COALESCE(l.last_answer, ''), k.detail, k.done_at, k.done_by, k.word
		FROM task k LEFT JOIN "case" c ON c.id = k.case_id LEFT JOIN "case" o ON o.id = k.other_id LEFT JOIN mail m ON m.id = k.mail_id LEFT JOIN letter l ON l.id = k.letter_id WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("list tasks: %w", err)
	}
	return list, nil
}

// Contents gives what mails say and carry, by their ids.
func (s *Store) Contents(ctx context.Context, ids []int64) (map[int64]cases.MailContent, error) {
	contents := make(map[int64]cases.MailContent, len(ids))
	err := s.reading(ctx, func(t *sql.Tx) error {
		for _, id := range ids {
			var c cases.MailContent
			if err := t.QueryRowContext(ctx, "SELECT text, rest, answer, links FROM mail WHERE id = ?", id).Scan(&c.Text, &c.Rest, &c.Answer, asJSON{&c.Links}); err != nil {
				return fmt.Errorf("read mail %d: %w", id, err)
			}
			var err error
			if c.Files, err = collect(ctx, t, func(r rowScanner) (f cases.FileContent, err error) {
				f.Mail = id
				err = r.Scan(&f.Part, &f.Filename, &f.Type, &f.Size, &f.SHA256, &f.Deposit, &f.State, &f.Fault, asJSON{&f.Suggests}, asJSON{&f.Warnings}, &f.Scan, &f.ScanDetail, &f.MemberOf)
				return f, err
			}, "SELECT p.part, p.filename, COALESCE(NULLIF(p.detected_type, ''), p.media_type), p.size, p.sha256, p.role = 'deposit', "+stateColumns+
				", p.suggests, p.warnings, p.scan, p.scan_detail, p.member_of FROM part p WHERE p.mail_id = ? AND p.furniture = 0 ORDER BY p.id", id); err != nil {
				return fmt.Errorf("list files of mail %d: %w", id, err)
			}
			contents[id] = c
		}
		return nil
	})
	return contents, err
}

// Deposits counts the mails with a deposit for the call, by the quarter of an hour
// (UTC) in which they were received: days of every time zone are made of these.
func (s *Store) Deposits(ctx context.Context, callID string) ([]cases.DepositCount, error) {
	list, err := collect(ctx, s.reader, func(r rowScanner) (d cases.DepositCount, err error) {
		err = r.Scan(scanTime{&d.First}, &d.Mails)
		d.First = s.inZone(d.First)
		return d, err
	}, `SELECT MIN(instant), COUNT(*) FROM mail m WHERE call_id = ? AND carries = 1 AND direction = 'in' AND place IN ('opens', 'joins')
		AND EXISTS (SELECT 1 FROM part p WHERE p.mail_id = m.id AND p.role = 'deposit')
		GROUP BY substr(instant, 1, 14), substr(instant, 15, 2) / 15 ORDER BY 1`, callID)
	if err != nil {
		return nil, fmt.Errorf("count deposits: %w", err)
	}
	return list, nil
}

// TaskCounts counts the open tasks of each kind. It is cheap however much is stored.
func (s *Store) TaskCounts(ctx context.Context) (map[string]int, error) {
	n := make(map[string]int)
	err := s.count(ctx, []counting{{"SELECT kind, COUNT(*) FROM task WHERE done_at IS NULL GROUP BY kind", func(r rowScanner) error {
		var kind string
		var tasks int
		err := r.Scan(&kind, &tasks)
		n[kind] = tasks
		return err
	}}})
	return n, err
}

// PieceCounts counts the states of each piece over the cases of a call, in the
// call's order. Withdrawn cases and those that are none are left out.
func (s *Store) PieceCounts(ctx context.Context, callID string) ([]cases.PieceCount, error) {
	list, err := collect(ctx, s.reader, func(r rowScanner) (p cases.PieceCount, err error) {
		err = r.Scan(&p.ID, &p.Label, &p.Required, &p.Status, &p.Cases)
		return p, err
	}, `SELECT p.piece, MIN(p.label), MAX(p.required), p.status, COUNT(*) FROM piece p
		WHERE p.case_id NOT IN (SELECT id FROM "case" WHERE call_id <> ? OR phase IN (?, ?, ?)) GROUP BY p.piece, p.status ORDER BY MIN(p.position)`,
		callID, cases.Withdrawn, cases.Duplicate, cases.NotApplication)
	if err != nil {
		return nil, fmt.Errorf("count pieces: %w", err)
	}
	return list, nil
}

// WaitingDecisions lists what staff last decided of waiting mails and can take back,
// the latest first, at most limit.
func (s *Store) WaitingDecisions(ctx context.Context, limit int) ([]cases.WaitingDecision, error) {
	var list []cases.WaitingDecision
	err := s.reading(ctx, func(t *sql.Tx) error {
		type entry struct {
			cases.WaitingDecision
			event string
		}
		entries, err := collect(ctx, t, func(r rowScanner) (e entry, err error) {
			var content struct {
				Mail int64 `json:"mail"`
			}
			var text string
			if err := r.Scan(scanTime{&e.At}, &e.Actor, &e.event, &e.Ref, &text); err != nil {
				return e, err
			}
			e.At = s.inZone(e.At)
			err = json.Unmarshal([]byte(text), &content)
			e.MailID = content.Mail
			return e, err
		}, "SELECT at, actor, event, case_ref, content FROM journal WHERE event IN ('mail_attached', 'mail_refused') ORDER BY seq DESC LIMIT ?", limit)
		if err != nil {
			return fmt.Errorf("list decisions: %w", err)
		}
		for _, e := range entries {
			var place cases.Place
			var attached bool
			if err := t.QueryRowContext(ctx, "SELECT place, beside_call IS NOT NULL, from_name, from_address, subject FROM mail WHERE id = ?", e.MailID).
				Scan(&place, &attached, &e.From.Name, &e.From.Address, &e.Subject); err != nil {
				return fmt.Errorf("read mail %d: %w", e.MailID, err)
			}
			standing := e.event == "mail_refused" && place == cases.Turns || e.event == "mail_attached" && attached && (place == cases.Opens || place == cases.Joins)
			if standing && !slices.ContainsFunc(list, func(d cases.WaitingDecision) bool { return d.MailID == e.MailID }) {
				list = append(list, e.WaitingDecision)
			}
		}
		return nil
	})
	return list, err
}

// ToDo counts what waits for staff.
type ToDo struct{ Waiting, Tasks, Aside int }

// ToDo counts what waits for staff. It is cheap however much is stored.
func (s *Store) ToDo(ctx context.Context) (ToDo, error) {
	var n ToDo
	err := s.count(ctx, []counting{
		{"SELECT COUNT(*) FROM mail WHERE place = 'waiting'", func(r rowScanner) error { return r.Scan(&n.Waiting) }},
		{"SELECT COUNT(*) FROM task WHERE done_at IS NULL AND kind <> 'to_attach'", func(r rowScanner) error { return r.Scan(&n.Tasks) }},
		{"SELECT COUNT(*) FROM source WHERE mail_id IS NULL", func(r rowScanner) error { return r.Scan(&n.Aside) }},
	})
	return n, err
}
