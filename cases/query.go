package cases

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Query is a search for cases: all its terms must hold.
type Query []Term

// Term is one condition of a query.
type Term struct {
	Not   bool
	Field string // "" for free text
	Op    string // ":" or, of instants, ">", ">=", "<", "<="
	Value string // folded for free text, as written else
	// From and Until bound an instant term: From ≤ instant < Until; zero: open.
	From, Until time.Time
}

// QueryError is a fault in a query: At is where, in characters from 0.
type QueryError struct {
	Query string
	At    int
	What  string
}

func (e *QueryError) Error() string {
	return e.What + "\n  " + e.Query + "\n  " + strings.Repeat(" ", e.At) + "^"
}

// QueryField is a field that a query may ask for.
type QueryField struct {
	Name    string
	Says    string   // for help
	Values  []string // the only ones allowed; nil: any
	Instant bool     // takes dates and comparisons
}

// QueryFields lists the fields of the search language.
func QueryFields() []QueryField {
	var phases []string
	for _, p := range Phases() {
		phases = append(phases, string(p))
	}
	return []QueryField{
		{Name: "phase", Says: "the phase", Values: phases},
		{Name: "call", Says: "the edition, by its id or reference"},
		{Name: "ref", Says: "the reference, or its beginning"},
		{Name: "timeliness", Says: "the verdict against the deadline", Values: []string{string(OnTime), string(ToArbitrate), string(Late), "none"}},
		{Name: "completeness", Says: "complete or incomplete", Values: []string{string(Complete), string(Incomplete)}},
		{Name: "missing", Says: "a required piece that does not count yet, by its id; any: one at least"},
		{Name: "piece", Says: "a piece that is there, by its id"},
		{Name: "status", Says: "the state of a piece", Values: []string{string(Missing), string(Present), string(Doubtful), string(Unreadable), string(ByLink), string(Infected), string(Refused)}},
		{Name: "dept", Says: "a territory of the candidacy, by code or name"},
		{Name: "from", Says: "an address, domain or name that wrote to the case"},
		{Name: "file", Says: "words of a file name"},
		{Name: "task", Says: "an open task of that kind; any: one at least"},
		{Name: "letter", Says: "a letter of that kind"},
		{Name: "has", Says: "something the case has", Values: []string{"link", "file", "unsorted", "task", "waiting", "bounce", "note", "fact"}},
		{Name: "received", Says: "when a mail of the case was received", Instant: true},
		{Name: "opened", Says: "when the case was opened", Instant: true},
		{Name: "deposited", Says: "when the dossier was deposited", Instant: true},
		{Name: "before", Says: "before:deadline, a deposit was received by the deadline", Values: []string{"deadline"}},
		{Name: "after", Says: "after:deadline, a deposit was received after the deadline", Values: []string{"deadline"}},
	}
}

// ParseQuery reads a search: words, "words in a row", and field:value terms, each
// with - before it for those that do not have it. Dates are 2018-11-30,
// 2018-11-30T17:00, 2018-11 or 2018 in loc. Its error is a *QueryError.
func ParseQuery(s string, loc *time.Location) (Query, error) {
	fields := QueryFields()
	var q Query
	for at := 0; at < len(s); {
		r, size := utf8.DecodeRuneInString(s[at:])
		if unicode.IsSpace(r) {
			at += size
			continue
		}
		fault := func(byteAt int, format string, args ...any) error {
			return &QueryError{Query: s, At: utf8.RuneCountInString(s[:byteAt]), What: fmt.Sprintf(format, args...)}
		}
		var t Term
		start := at
		if r == '-' && at+1 < len(s) && !strings.ContainsRune(" \t", rune(s[at+1])) {
			t.Not = true
			at++
		}
		var field *QueryField
		if m := fieldHead.FindStringSubmatch(s[at:]); m != nil {
			name := strings.ToLower(m[1])
			i := slices.IndexFunc(fields, func(f QueryField) bool { return f.Name == name })
			if i < 0 {
				return nil, fault(at, "there is no field %q: write one of %s, or \"%s\" for the words themselves", m[1], fieldNames(fields), m[0])
			}
			field = &fields[i]
			t.Field, t.Op = name, ":"
			at += len(m[0])
			if op := fieldOp.FindString(s[at:]); op != "" {
				if !field.Instant {
					return nil, fault(at, "%s is no date: write %s:VALUE without %s", name, name, op)
				}
				t.Op = op
				at += len(op)
			}
		}
		valueAt := at
		if at < len(s) && s[at] == '"' {
			end := strings.IndexByte(s[at+1:], '"')
			if end < 0 {
				return nil, fault(at, "the quotation is not closed: write another \" at its end")
			}
			t.Value = s[at+1 : at+1+end]
			at += end + 2
		} else {
			end := strings.IndexFunc(s[at:], unicode.IsSpace)
			if end < 0 {
				end = len(s) - at
			}
			t.Value = s[at : at+end]
			at += end
		}
		if field == nil {
			if t.Value = Fold(t.Value); t.Value != "" { // a lone dash or comma asks for nothing
				q = append(q, t)
			}
			continue
		}
		if strings.TrimSpace(t.Value) == "" {
			return nil, fault(start, "%s: of what? write %s", t.Field, wanted(field))
		}
		if field.Values != nil {
			t.Value = strings.ToLower(t.Value)
			if !slices.Contains(field.Values, t.Value) {
				return nil, fault(valueAt, "%s cannot be %q: write %s", t.Field, t.Value, wanted(field))
			}
		}
		if field.Instant {
			from, until, ok := span(t.Value, loc)
			if !ok {
				return nil, fault(valueAt, "%q is no date: write 2018-11-30, 2018-11-30T17:00, 2018-11 or 2018", t.Value)
			}
			switch t.Op {
			case ":":
				t.From, t.Until = from, until
			case ">":
				t.From = until
			case ">=":
				t.From = from
			case "<":
				t.Until = from
			case "<=":
				t.Until = until
			}
		}
		q = append(q, t)
	}
	return q, nil
}

var (
	fieldHead = regexp.MustCompile(`^([A-Za-z_]+):`)
	fieldOp   = regexp.MustCompile(`^[<>]=?`)
)

func fieldNames(fields []QueryField) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

func wanted(f *QueryField) string {
	switch {
	case f.Values != nil:
		return strings.Join(f.Values, ", ")
	case f.Instant:
		return f.Name + ":2018-11-30 or " + f.Name + ":>2018-11-30"
	}
	return f.Says
}

// span gives the time that a date means: a minute, a day, a month, a year.
func span(s string, loc *time.Location) (from, until time.Time, ok bool) {
	for _, f := range []struct {
		layout string
		until  func(time.Time) time.Time
	}{
		{"2006-01-02T15:04:05", func(t time.Time) time.Time { return t.Add(time.Second) }},
		{"2006-01-02T15:04", func(t time.Time) time.Time { return t.Add(time.Minute) }},
		{"2006-01-02", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
		{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
		{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
	} {
		if t, err := time.ParseInLocation(f.layout, s, loc); err == nil {
			return t, f.until(t), true
		}
	}
	return from, until, false
}

// String writes a term back as ParseQuery reads it.
func (t Term) String() string {
	value := t.Value
	if strings.ContainsFunc(value, unicode.IsSpace) {
		value = strconv.Quote(value)
	}
	sign := ""
	if t.Not {
		sign = "-"
	}
	if t.Field == "" {
		return sign + value
	}
	op := strings.TrimPrefix(t.Op, ":")
	return sign + t.Field + ":" + op + value
}
