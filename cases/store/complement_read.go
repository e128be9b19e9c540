package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"greffier/cases"
)

// complementsOf gives the complements of a case in the order in which they were
// asked.
func complementsOf(ctx context.Context, q querier, caseID int64) (cases.Complements, error) {
	list, err := collect(ctx, q, func(r rowScanner) (c cases.Complement, err error) {
		err = r.Scan(&c.ID, asJSON{&c.Pieces}, &c.Message, scanTime{&c.AskedAt}, &c.AskedBy, scanTime{&c.Due}, scanTime{&c.EndedAt}, &c.Outcome)
		return c, err
	}, "SELECT id, pieces, message, asked_at, asked_by, due, ended_at, outcome FROM complement WHERE case_id = ? ORDER BY id", caseID)
	if err != nil {
		return nil, fmt.Errorf("list complements: %w", err)
	}
	return list, nil
}

// addComplements completes a case as it is shown with its complements, and each
// mail with what it is to them.
func (s *Store) addComplements(ctx context.Context, t *sql.Tx, sheet *cases.Sheet, id int64) error {
	sheet.Complements = []cases.ComplementSheet{}
	complements, err := complementsOf(ctx, t, id)
	if err != nil || len(complements) == 0 {
		return err
	}
	files, err := filesOf(ctx, t, id)
	if err != nil {
		return err
	}
	call := s.opts.Calls.ByID(sheet.Call)
	for _, c := range complements {
		out := cases.ComplementSheet{ID: c.ID, Message: c.Message, AskedAt: s.local(c.AskedAt), AskedBy: c.AskedBy, Due: s.local(c.Due), EndedAt: s.local(c.EndedAt), Outcome: c.Outcome}
		missing := c.Pieces
		if call != nil {
			missing = c.Missing(call, files)
		}
		for _, a := range c.Pieces {
			out.Pieces = append(out.Pieces, cases.AskedSheet{ID: a.Piece, Label: labelOf(call, a.Piece), Why: a.Why, Here: !slices.Contains(missing, a)})
		}
		sheet.Complements = append(sheet.Complements, out)
	}
	for i := range sheet.Mails {
		m := &sheet.Mails[i]
		if m.Timeliness == nil || *m.Timeliness != cases.Late || m.ReceivedAt == nil || !slices.ContainsFunc(files, func(f cases.File) bool { return f.MailID == m.ID }) {
			continue
		}
		if c, verdict := complements.Answered(*m.ReceivedAt); c != nil {
			m.Complement = &cases.ComplementVerdict{ID: c.ID, Due: s.local(c.Due), Timeliness: verdict}
		}
	}
	return nil
}
