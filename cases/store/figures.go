package store

import (
	"context"
	"database/sql"
	"fmt"

	"greffier/cases"
)

// counting is a query and what takes its rows.
type counting struct {
	query string
	take  func(rowScanner) error
}

func (s *Store) count(ctx context.Context, queries []counting) error {
	return s.reading(ctx, func(t *sql.Tx) error {
		for _, q := range queries {
			if _, err := collect(ctx, t, func(r rowScanner) (struct{}, error) { return struct{}{}, q.take(r) }, q.query); err != nil {
				return fmt.Errorf("count: %w", err)
			}
		}
		return nil
	})
}

// Pulse tells whether the work is done. It is cheap however much is stored.
func (s *Store) Pulse(ctx context.Context) (cases.Pulse, error) {
	var p cases.Pulse
	err := s.count(ctx, pulse(&p))
	return p, err
}

func pulse(p *cases.Pulse) []counting {
	return []counting{
		{"SELECT MAX(begun_at) FROM reading", func(r rowScanner) error { return r.Scan(scanTime{&p.LastReading}) }},
		{"SELECT MIN(owed_at) FROM letter WHERE next_at IS NOT NULL AND state <> 'held'", func(r rowScanner) error { return r.Scan(scanTime{&p.OldestLetter}) }},
		{"SELECT kind, detail, began_at FROM alarm WHERE ended_at IS NULL ORDER BY began_at", func(r rowScanner) error {
			var a cases.Alarm
			err := r.Scan(&a.Kind, &a.Detail, scanTime{&a.Began})
			p.Alarms = append(p.Alarms, a)
			return err
		}},
	}
}

// Figures counts the state of the work, in one consistent view.
func (s *Store) Figures(ctx context.Context) (cases.Figures, error) {
	f := cases.Figures{Mails: make(map[cases.Kind]int), Cases: make(map[cases.CallPhase]int), Letters: make(map[cases.LetterState]int), Scans: make(map[cases.ScanState]int)}
	err := s.count(ctx, append(pulse(&f.Pulse), []counting{
		{"SELECT kind, COUNT(*) FROM mail GROUP BY kind", func(r rowScanner) error {
			var kind cases.Kind
			var n int
			err := r.Scan(&kind, &n)
			f.Mails[kind] = n
			return err
		}},
		{`SELECT call_id, phase, COUNT(*) FROM "case" GROUP BY call_id, phase`, func(r rowScanner) error {
			var of cases.CallPhase
			var n int
			err := r.Scan(&of.Call, &of.Phase, &n)
			f.Cases[of] = n
			return err
		}},
		countLetters(f.Letters),
		{"SELECT scan, COUNT(*) FROM part WHERE role = 'deposit' GROUP BY scan", func(r rowScanner) error {
			var state cases.ScanState
			var n int
			err := r.Scan(&state, &n)
			f.Scans[state] = n
			return err
		}},
		{"SELECT COUNT(*) FROM task WHERE done_at IS NULL", func(r rowScanner) error { return r.Scan(&f.Tasks) }},
		{"SELECT COUNT(*) FROM mail WHERE place = 'waiting'", func(r rowScanner) error { return r.Scan(&f.Waiting) }},
		{"SELECT COUNT(*) FROM source WHERE mail_id IS NULL", func(r rowScanner) error { return r.Scan(&f.SetAside) }},
		{"SELECT COUNT(*) FROM mail WHERE assessed_at IS NULL", func(r rowScanner) error { return r.Scan(&f.ToAssess) }},
	}...))
	return f, err
}

// countLetters counts letters by their state into n.
func countLetters(n map[cases.LetterState]int) counting {
	return counting{"SELECT state, COUNT(*) FROM letter GROUP BY state", func(r rowScanner) error {
		var state cases.LetterState
		var letters int
		err := r.Scan(&state, &letters)
		n[state] = letters
		return err
	}}
}
