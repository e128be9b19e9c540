package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"greffier/cases"
)

// Report is what a verification found. It is sound when there are no Faults.
type Report struct {
	Entries, Mails, Files, Letters, Snapshots, Cases int // looked at

	Faults []string // what is wrong, each a sentence
	Notes  []string // what is odd and harms nothing
}

// OpenPart gives the bytes of a part of a raw mail by its locator.
type OpenPart func(raw io.ReaderAt, size int64, locator string) (io.ReadCloser, error)

// Verify checks what the data folder holds against itself: the chain of the
// journal and its head; the cases, mails, letters and editions against what the
// journal says of them; every archived file against its name, every part and
// every letter against its SHA-256, every snapshot against its digest. With a
// reference, only that case and the journal are checked. Nothing is judged
// against today. progress, if not nil, is told how much of the work is done.
func (s *Store) Verify(ctx context.Context, ref string, open OpenPart, progress func(done, total int)) (Report, error) {
	v := verifier{s: s, ctx: ctx, ref: strings.ToUpper(ref), open: open, referenced: make(map[string]bool)}
	err := s.reading(ctx, func(t *sql.Tx) error {
		v.t = t
		if v.ref != "" {
			var id int64
			err := t.QueryRowContext(ctx, `SELECT id FROM "case" WHERE ref = ?`, v.ref).Scan(&id)
			if errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("case %s: %w", ref, ErrNotFound)
			}
			if err != nil {
				return fmt.Errorf("case %s: %w", ref, err)
			}
		}
		for _, step := range []func() error{v.integrity, v.chain, v.key, v.origin, v.seals, v.cases, v.calls, v.mails, v.snapshots, v.letters, v.sources} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = v.files(progress)
	}
	return v.report, err
}

type verifier struct {
	s    *Store
	ctx  context.Context
	t    *sql.Tx
	ref  string
	open OpenPart

	report     Report
	referenced map[string]bool // SHA-256 of files that some row names
	bad        map[string]bool // of those, known to be missing or altered
	said       journalSays
}

func (v *verifier) fault(format string, args ...any) {
	v.report.Faults = append(v.report.Faults, fmt.Sprintf(format, args...))
}

func (v *verifier) note(format string, args ...any) {
	v.report.Notes = append(v.report.Notes, fmt.Sprintf(format, args...))
}

// integrity lets SQLite check its own pages and references.
func (v *verifier) integrity() error {
	lines, err := collect(v.ctx, v.t, one[string], "PRAGMA quick_check")
	if err != nil {
		return fmt.Errorf("check database: %w", err)
	}
	for _, line := range lines {
		if line != "ok" {
			v.fault("database: %s", line)
		}
	}
	orphans, err := collect(v.ctx, v.t, func(r rowScanner) (text string, err error) {
		var table, parent string
		var row, key any
		err = r.Scan(&table, &row, &parent, &key)
		return fmt.Sprintf("database: row %v of table %s names a row of %s that is not there", row, table, parent), err
	}, "PRAGMA foreign_key_check")
	if err != nil {
		return fmt.Errorf("check database: %w", err)
	}
	v.report.Faults = append(v.report.Faults, orphans...)
	return nil
}

// cases compares each case with what the journal last said of it.
func (v *verifier) cases() error {
	seen := make(map[string]bool)
	_, err := collect(v.ctx, v.t, func(r rowScanner) (struct{}, error) {
		var ref string
		var timeliness *string
		var got caseState
		if err := r.Scan(&ref, &got.Phase, &timeliness, &got.Completeness, &got.Publication, scanTime{&got.DepositedAt}); err != nil {
			return struct{}{}, err
		}
		got.Timeliness = cases.Timeliness(deref(timeliness))
		seen[ref] = true
		if v.ref != "" && ref != v.ref {
			return struct{}{}, nil
		}
		v.report.Cases++
		want, ok := v.said.cases[ref]
		switch {
		case !v.said.opened[ref]:
			v.fault("case %s: the journal does not know it", ref)
		case !ok && got.Phase != cases.NewCase:
			v.fault("case %s: its phase is %q and the journal never said so", ref, got.Phase)
		case ok:
			for _, d := range []struct{ what, got, want string }{
				{"phase", string(got.Phase), string(want.Phase)},
				{"timeliness", string(got.Timeliness), string(want.Timeliness)},
				{"completeness", string(got.Completeness), string(want.Completeness)},
				{"publication", string(got.Publication), string(want.Publication)},
				{"instant of deposit", showTime(got.DepositedAt), showTime(want.DepositedAt)},
			} {
				if d.got != d.want {
					v.fault("case %s: its %s is %q, the journal says %q", ref, d.what, d.got, d.want)
				}
			}
		}
		return struct{}{}, nil
	}, `SELECT ref, phase, timeliness, completeness, publication, deposited_at FROM "case" ORDER BY id`)
	if err != nil {
		return fmt.Errorf("read cases: %w", err)
	}
	for _, ref := range slices.Sorted(maps.Keys(v.said.opened)) {
		if !seen[ref] {
			v.fault("case %s: the journal says that it was opened, it is not there", ref)
		}
	}
	return v.pieces()
}

func (v *verifier) pieces() error {
	got := make(map[string]map[string]string)
	_, err := collect(v.ctx, v.t, func(r rowScanner) (struct{}, error) {
		var ref, piece, status string
		if err := r.Scan(&ref, &piece, &status); err != nil {
			return struct{}{}, err
		}
		if got[ref] == nil {
			got[ref] = make(map[string]string)
		}
		got[ref][piece] = status
		return struct{}{}, nil
	}, `SELECT c.ref, p.piece, p.status FROM piece p JOIN "case" c ON c.id = p.case_id`)
	if err != nil {
		return fmt.Errorf("read pieces: %w", err)
	}
	for _, ref := range slices.Sorted(maps.Keys(v.said.cases)) {
		if (v.ref == "" || ref == v.ref) && !maps.Equal(got[ref], v.said.cases[ref].Pieces) {
			v.fault("case %s: its pieces are not those that the journal says", ref)
		}
	}
	return nil
}

func showTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(instantLayout)
}

// calls compares the editions with the journal.
func (v *verifier) calls() error {
	_, err := collect(v.ctx, v.t, func(r rowScanner) (struct{}, error) {
		var id string
		var opens, deadline, frozen time.Time
		if err := r.Scan(&id, scanTime{&opens}, scanTime{&deadline}, scanTime{&frozen}); err != nil {
			return struct{}{}, err
		}
		said := v.said.calls[id]
		if !said.Opens.Equal(opens) || !said.Deadline.Equal(deadline) {
			v.fault("call %s: its dates are %s to %s, the journal says %s to %s", id, showTime(opens), showTime(deadline), showTime(said.Opens), showTime(said.Deadline))
		}
		if said.frozen != !frozen.IsZero() {
			v.fault("call %s: whether its deadline has passed is not what the journal says", id)
		}
		return struct{}{}, nil
	}, "SELECT id, opens, deadline, frozen_at FROM call ORDER BY id")
	if err != nil {
		return fmt.Errorf("read calls: %w", err)
	}
	return nil
}
