package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
)

// Cases lists the cases for which all terms of a query hold, in the order of
// their references; all cases for the empty query. Words, file:, from: and dept:
// are looked for in the full-text index as far as it is made (see UpdateIndex);
// ErrNoIndex when there is none and none can be made.
func (s *Store) Cases(ctx context.Context, q cases.Query) (list []cases.Summary, err error) {
	where, args, err := s.where(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("search cases: %w", err)
	}
	err = s.reading(ctx, func(t *sql.Tx) error {
		ids := make(map[string]int64)
		list, err = s.summaries(ctx, t, ids, "SELECT "+caseColumns+` FROM "case" c JOIN call l ON l.id = c.call_id`+where+" ORDER BY l.reference, length(c.ref), c.ref", args...)
		if err != nil {
			return fmt.Errorf("search cases: %w", err)
		}
		return s.completeAll(ctx, t, list, ids)
	})
	return list, err
}

// where is the condition of a query on "case" c and its call l.
func (s *Store) where(ctx context.Context, q cases.Query) (string, []any, error) {
	var conditions []string
	var args []any
	add := func(not bool, condition string, more ...any) {
		if not {
			condition = "NOT " + condition
		}
		conditions = append(conditions, condition)
		args = append(args, more...)
	}
	for _, t := range q {
		if column, match := matchOf(t); column != "" {
			if match == "" {
				continue // an article: it stands everywhere
			}
			found, err := s.indexed(ctx, column, match)
			if err != nil {
				return "", nil, err
			}
			add(t.Not, "(c.id IN (SELECT value FROM json_each(?)))", asJSON{found})
			continue
		}
		condition, more, err := conditionOf(t)
		if err != nil {
			return "", nil, err
		}
		add(t.Not, "("+condition+")", more...)
	}
	if conditions == nil {
		return "", nil, nil
	}
	return " WHERE " + strings.Join(conditions, " AND "), args, nil
}

// indexed gives the ids of the cases of which a document matches in a column, or
// in any for "words".
func (s *Store) indexed(ctx context.Context, column, match string) (ids []int64, err error) {
	err = s.searching(ctx, func(db *sql.DB) error {
		ids, err = collect(ctx, db, one[int64], fmt.Sprintf("SELECT DISTINCT docid >> %d FROM words WHERE %s MATCH ?", caseBits, column), match)
		return err
	})
	return ids, err
}

// searching runs f on the full-text index; it may run again, as a damaged index is
// made anew at the next use, empty.
func (s *Store) searching(ctx context.Context, f func(*sql.DB) error) (err error) {
	for range 3 {
		if err = s.index.use(ctx, f); !isDamage(err) {
			break
		}
	}
	return err
}

// matchOf is a term as the full-text index understands it, with the column to
// look in: no column where the term is not looked for there, no match where it
// asks for nothing. Nothing but a–z, 0–9 and spaces of what people wrote stands
// in it, so none of it is syntax.
func matchOf(t cases.Term) (column, match string) {
	value := cases.Fold(t.Value)
	switch t.Field {
	case "":
		switch {
		case t.Phrase:
			return "words", `"` + value + `"`
		case cases.IsStopWord(value):
			return "words", ""
		}
		return "words", alternatives(value)
	case "from":
		// An address or a domain is meant as it stands, a name may be its beginning.
		if strings.ContainsAny(t.Value, "@.") {
			return "sender", `"` + value + `"`
		}
		return "sender", alternatives(value)
	case "file":
		var all []string
		for _, w := range strings.Fields(value) {
			if !cases.IsStopWord(w) {
				all = append(all, alternatives(w))
			}
		}
		return "name", strings.Join(all, " ")
	case "dept":
		return "territory", strings.Join(territoryWords(t.Value), " OR ")
	}
	return "", ""
}

// territoryWords are the codes of the territories that a text names, folded.
func territoryWords(text string) []string {
	codes := cases.FindTerritories(text, true)
	for i := range codes {
		codes[i] = cases.Fold(codes[i])
	}
	return codes
}

// NeedsIndex reports whether a query looks for something in the full-text index.
func NeedsIndex(q cases.Query) bool {
	return slices.ContainsFunc(q, func(t cases.Term) bool {
		_, match := matchOf(t)
		return match != ""
	})
}

// alternatives is a word with its other forms, or some words in a row.
func alternatives(folded string) string {
	var row, forms []string
	for _, k := range cases.Keywords(folded) {
		w := k.Word
		if k.Prefix {
			w += "*"
		}
		row, forms = append(row, w), append(forms, k.Forms...)
	}
	switch {
	case len(row) > 1:
		return `"` + strings.Join(row, " ") + `"`
	case forms == nil:
		return row[0]
	}
	return "(" + strings.Join(append(row, forms...), " OR ") + ")"
}

const (
	mailIn   = `SELECT 1 FROM mail m WHERE m.case_id = c.id AND m.direction = 'in' AND m.` + inCase
	deposit  = `SELECT 1 FROM mail m WHERE m.case_id = c.id AND m.carries = 1 AND m.direction = 'in' AND m.` + inCase + ` AND EXISTS (SELECT 1 FROM part p WHERE p.mail_id = m.id AND p.role = 'deposit'`
	unsorted = `p.suggests = '[]' AND NOT EXISTS (SELECT 1 FROM sorting k WHERE k.part_id = p.id AND k.verdict IN ('pieces', 'none'))` // see cases.File.Unsorted
	openTask = `SELECT 1 FROM task k WHERE k.case_id = c.id AND k.done_at IS NULL`
	counts   = `('` + string(cases.Present) + `', '` + string(cases.Doubtful) + `')`
)

// has are the conditions of has:, by its values.
var has = map[string]string{
	"link":     "EXISTS (" + mailIn + " AND m.links <> '[]')",
	"file":     "EXISTS (" + deposit + "))",
	"unsorted": "EXISTS (" + deposit + " AND " + unsorted + "))",
	"task":     "EXISTS (" + openTask + ")",
	"waiting":  "EXISTS (SELECT 1 FROM mail m WHERE m.case_id = c.id AND m.place = 'waiting')",
	"bounce":   "EXISTS (SELECT 1 FROM sender s WHERE s.case_id = c.id AND s.bounced = 1) OR EXISTS (SELECT 1 FROM letter t WHERE t.case_id = c.id AND t.state = 'bounced')",
	"fact":     hasFact,
	"note":     "EXISTS (SELECT 1 FROM note n WHERE n.case_id = c.id)",
}

// conditionOf is a term as a condition on "case" c and its call l; never NULL.
func conditionOf(t cases.Term) (condition string, args []any, err error) {
	is := func(condition string, args ...any) (string, []any, error) { return condition, args, nil }
	between := func(column string) (string, []any) {
		condition, args := column+" IS NOT NULL", []any{}
		if !t.From.IsZero() {
			condition, args = condition+" AND "+column+" >= ?", append(args, instant(t.From))
		}
		if !t.Until.IsZero() {
			condition, args = condition+" AND "+column+" < ?", append(args, instant(t.Until))
		}
		return condition, args
	}
	switch t.Field {
	case "phase":
		return is("c.phase = ?", t.Value)
	case "call":
		id := strings.ToLower(t.Value)
		return is("lower(l.id) = ? OR lower(l.reference) = ?", id, id)
	case "ref":
		ref := strings.ToUpper(t.Value)
		return is("substr(c.ref, 1, length(?)) = ?", ref, ref)
	case "timeliness":
		if t.Value == "none" {
			return is("c.timeliness IS NULL")
		}
		return is("c.timeliness IS ?", t.Value)
	case "completeness":
		return is("c.completeness = ?", t.Value)
	case "missing":
		const missing = "EXISTS (SELECT 1 FROM piece e WHERE e.case_id = c.id AND e.required = 1 AND e.status NOT IN " + counts
		if t.Value == cases.AnyValue {
			return is(missing + ")")
		}
		// By case, not by the index of all that have the piece (the + says so).
		return is(missing+" AND +e.piece = ?)", t.Value)
	case "piece":
		return is("EXISTS (SELECT 1 FROM piece e WHERE e.case_id = c.id AND e.piece = ? AND e.status IN "+counts+")", t.Value)
	case "status":
		return is("EXISTS (SELECT 1 FROM piece e WHERE e.case_id = c.id AND e.status = ?)", t.Value)
	case "task":
		if t.Value == cases.AnyValue {
			return is("EXISTS (" + openTask + ")")
		}
		return is("EXISTS ("+openTask+" AND k.kind = ?)", t.Value)
	case "assigned":
		switch key := cases.Fold(t.Value); key {
		case cases.Nobody:
			return is("c.assigned_to IS NULL")
		case cases.AnyValue:
			return is("c.assigned_to IS NOT NULL")
		default:
			return is("EXISTS (SELECT 1 FROM staff f WHERE f.id = c.assigned_to AND f.key = ?)", key)
		}
	case "label":
		if t.Value == cases.AnyValue {
			return is("EXISTS (SELECT 1 FROM label b WHERE b.case_id = c.id)")
		}
		return is("EXISTS (SELECT 1 FROM label b WHERE b.case_id = c.id AND b.key = ?)", cases.Fold(t.Value))
	case "letter":
		return is("EXISTS (SELECT 1 FROM letter t WHERE t.case_id = c.id AND t.kind = ? AND t.state <> 'cancelled')", t.Value)
	case "has":
		return is(has[t.Value])
	case "received":
		within, args := between("m.instant")
		return is("EXISTS ("+mailIn+" AND "+within+")", args...)
	case "opened":
		within, args := between("c.opened_at")
		return is(within, args...)
	case "deposited":
		within, args := between("c.deposited_at")
		return is(within, args...)
	case "before":
		return is("EXISTS (" + deposit + ") AND m.instant <= l.deadline)")
	case "after":
		return is("EXISTS (" + deposit + ") AND m.instant > l.deadline)")
	}
	return "", nil, fmt.Errorf("a term of field %q", t.Field)
}
