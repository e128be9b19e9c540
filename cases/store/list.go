package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
)

// Order is what a list of cases is sorted by; among equals, by reference.
type Order int

// The orders of a list.
const (
	ByRef Order = iota
	ByCandidate
	ByPhase
	ByDeposit
	ByPieces // required pieces that lack
	ByTasks  // open ones
	ByColleague
)

// Listing asks for a part of the cases.
type Listing struct {
	Query    cases.Query
	Refs     []string       // these only; nil: any
	Piece    string         // by its id: cases that have it in one of
	Statuses []cases.Status // these states; "": any case

	Order Order
	Down  bool
	Skip  int
	Most  int // 0: all
}

// List gives the part of the cases that is asked for, and how many there are in
// all. What it costs depends on the part, not on all; its errors are those of Cases.
func (s *Store) List(ctx context.Context, l Listing) (list []cases.Summary, total int, err error) {
	where, args, err := s.where(ctx, l.Query)
	if err != nil {
		return nil, 0, fmt.Errorf("list cases: %w", err)
	}
	also := func(condition string, more ...any) {
		where += map[bool]string{true: " WHERE ", false: " AND "}[where == ""] + condition
		args = append(args, more...)
	}
	if l.Refs != nil {
		also("c.ref IN (SELECT value FROM json_each(?))", asJSON{l.Refs})
	}
	if l.Piece != "" {
		also("EXISTS (SELECT 1 FROM piece e WHERE e.case_id = c.id AND e.piece = ? AND e.status IN ("+strings.Repeat("?, ", len(l.Statuses))+"''))", l.Piece)
		for _, s := range l.Statuses {
			args = append(args, s)
		}
	}
	from := ` FROM "case" c JOIN call l ON l.id = c.call_id` + where
	err = s.reading(ctx, func(t *sql.Tx) error {
		var ids []int64
		ids, total, err = l.ids(ctx, t, from, args)
		if err == nil && len(ids) == 0 && l.Skip > 0 { // past the end
			err = t.QueryRowContext(ctx, "SELECT COUNT(*)"+from, args...).Scan(&total)
		}
		if err != nil {
			return fmt.Errorf("list cases: %w", err)
		}
		idOf := make(map[string]int64)
		list, err = s.summaries(ctx, t, idOf, "SELECT "+caseColumns+` FROM "case" c WHERE c.id IN (SELECT value FROM json_each(?))`, asJSON{ids})
		if err != nil {
			return fmt.Errorf("list cases: %w", err)
		}
		at := make(map[int64]int, len(ids))
		for i, id := range ids {
			at[id] = i
		}
		slices.SortFunc(list, func(a, b cases.Summary) int { return cmp.Compare(at[idOf[a.Ref]], at[idOf[b.Ref]]) })
		return s.completeAll(ctx, t, list, idOf)
	})
	return list, total, err
}

const byRef = "l.reference, length(c.ref), c.ref"

// ids gives the ids of the part, in order, and how many there are in all; 0 when
// the part is empty.
func (l Listing) ids(ctx context.Context, t *sql.Tx, from string, args []any) (ids []int64, total int, err error) {
	most := l.Most
	if most == 0 {
		most = -1
	}
	if l.Order == ByCandidate {
		return l.byCandidate(ctx, t, from, args)
	}
	key := map[Order]string{
		ByRef:     "",
		ByPhase:   phaseOrder(),
		ByDeposit: "c.deposited_at",
		ByPieces:  "-(SELECT COUNT(*) FROM piece e WHERE e.case_id = c.id AND e.required = 1 AND e.status NOT IN " + counts + ")",
		ByTasks:   "(SELECT COUNT(*) FROM task k WHERE k.case_id = c.id AND k.done_at IS NULL)",

		ByColleague: "COALESCE((SELECT f.key FROM staff f WHERE f.id = c.assigned_to), '')",
	}[l.Order]
	order := byRef
	switch {
	case key == "" && l.Down:
		order = "l.reference DESC, length(c.ref) DESC, c.ref DESC"
	case l.Down:
		order = key + " DESC, " + byRef
	case key != "":
		order = key + ", " + byRef
	}
	ids, err = collect(ctx, t, func(r rowScanner) (id int64, err error) {
		err = r.Scan(&id, &total)
		return id, err
	}, "SELECT c.id, COUNT(*) OVER ()"+from+" ORDER BY "+order+" LIMIT ? OFFSET ?", append(slices.Clone(args), most, l.Skip)...)
	return ids, total, err
}

// phaseOrder numbers the phases as a case goes through them.
func phaseOrder() string {
	var b strings.Builder
	b.WriteString("CASE c.phase")
	for i, p := range cases.Phases() {
		fmt.Fprintf(&b, " WHEN '%s' THEN %d", p, i)
	}
	return b.String() + " END"
}

// byCandidate sorts by the names that people see, folded, which SQL cannot do.
func (l Listing) byCandidate(ctx context.Context, t *sql.Tx, from string, args []any) (ids []int64, total int, err error) {
	type row struct {
		id   int64
		name string
	}
	rows, err := collect(ctx, t, func(r rowScanner) (v row, err error) {
		err = r.Scan(&v.id, &v.name)
		v.name = cases.Fold(v.name)
		return v, err
	}, "SELECT c.id, COALESCE(NULLIF(c.organisation, ''), NULLIF(c.name, ''), c.address)"+from+" ORDER BY "+byRef, args...)
	if err != nil {
		return nil, 0, err
	}
	total = len(rows)
	slices.SortStableFunc(rows, func(a, b row) int {
		if l.Down {
			a, b = b, a
		}
		return strings.Compare(a.name, b.name)
	})
	rows = rows[min(l.Skip, len(rows)):]
	if l.Most > 0 {
		rows = rows[:min(l.Most, len(rows))]
	}
	for _, r := range rows {
		ids = append(ids, r.id)
	}
	return ids, total, nil
}
