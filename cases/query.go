package cases

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Query is a search for cases: all its terms must hold.
type Query []Term

// Term is one condition of a query.
type Term struct {
	Not    bool
	Field  string // "" for free text
	Op     string // ":" or, of instants, ">", ">=", "<", "<="
	Value  string // folded for free text, as written else
	Phrase bool   // free text: the very words in a row, as a quotation asks
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
	var letters []string
	for _, k := range LetterKinds() {
		letters = append(letters, string(k))
	}
	return []QueryField{
		{Name: "phase", Says: "the phase", Values: phases},
		{Name: "call", Says: "the edition, by its id or reference"},
		{Name: "ref", Says: "the reference, or its beginning"},
		{Name: "timeliness", Says: "the verdict against the deadline", Values: []string{string(OnTime), string(ToArbitrate), string(Late), "none"}},
		{Name: "completeness", Says: "whether every required piece is there", Values: []string{string(Complete), string(Incomplete)}},
		{Name: "missing", Says: "a required piece that does not count yet, by its id; any: one at least"},
		{Name: "piece", Says: "a piece that is there, by its id"},
		{Name: "status", Says: "the state of a piece", Values: []string{string(Missing), string(Present), string(Doubtful), string(Unreadable), string(ByLink), string(Infected), string(Refused)}},
		{Name: "dept", Says: "a territory of the candidacy, by code or name; a region: one of its own"},
		{Name: "from", Says: "an address, domain or name that wrote to the case"},
		{Name: "file", Says: "words of a file name"},
		{Name: "task", Says: "an open task of that kind; any: one at least"},
		{Name: "assigned", Says: "the colleague it is assigned to, by name; me, on the desk; nobody; any"},
		{Name: "label", Says: "a label that staff gave it; any: one at least"},
		{Name: "letter", Says: "a letter of that kind, unless it was cancelled", Values: letters},
		{Name: "has", Says: "something the case has", Values: []string{"link", "file", "unsorted", "task", "waiting", "bounce", "fact", "note"}},
		{Name: "received", Says: "when a mail of the case was received", Instant: true},
		{Name: "opened", Says: "when the case was opened", Instant: true},
		{Name: "deposited", Says: "when the dossier was deposited", Instant: true},
		{Name: "before", Says: "before:deadline, a deposit was received by the deadline", Values: []string{"deadline"}},
		{Name: "after", Says: "after:deadline, a deposit was received after the deadline", Values: []string{"deadline"}},
	}
}

// mostTerms is how many terms a query may have.
const mostTerms = 100

// quotations are the marks between which words stand in a row.
var quotations = []struct {
	opening rune
	closing string
}{{'"', `"`}, {'“', "”"}, {'«', "»"}}

// closingOf gives the mark that ends the quotation with which s begins, if any.
func closingOf(s string) string {
	for _, q := range quotations {
		if strings.HasPrefix(s, string(q.opening)) {
			return q.closing
		}
	}
	return ""
}

// ParseQuery reads a search: words, "words in a row", and field:value terms, each
// with - before it for those that do not have it. Fields and the words among their
// values may be written in French. Dates are 2018-11-30,
// 2018-11-30T17:00, 2018-11 or 2018 in loc; editions and pieces are those of
// calls, any where there is none. Its error is a *QueryError.
func ParseQuery(s string, calls Calls, loc *time.Location) (Query, error) {
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
		if len(q) == mostTerms {
			return nil, fault(at, "a query has at most %d terms", mostTerms)
		}
		var t Term
		start := at
		if r == '-' && at+1 < len(s) && !strings.ContainsRune(" \t", rune(s[at+1])) {
			t.Not = true
			at++
		}
		var field *QueryField
		if m := fieldHead.FindStringSubmatch(s[at:]); m != nil {
			i := fieldNamed(fields, m[1])
			if i < 0 {
				return nil, fault(at, "there is no field %q: write one of %s, or \"%s\" for the words themselves", m[1], fieldNames(fields), m[0])
			}
			field = &fields[i]
			name := field.Name
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
		if closing := closingOf(s[at:]); closing != "" {
			_, width := utf8.DecodeRuneInString(s[at:])
			end := strings.Index(s[at+width:], closing)
			if end < 0 {
				return nil, fault(at, "the quotation is not closed: write %s at its end", closing)
			}
			t.Value, t.Phrase = s[at+width:at+width+end], field == nil
			at += width + end + len(closing)
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
		t.Value = plainValue(field, t.Value, calls)
		if field.Values != nil {
			t.Value = strings.ToLower(t.Value)
			if !slices.Contains(field.Values, t.Value) {
				return nil, fault(valueAt, "%s cannot be %q: write %s", t.Field, t.Value, wanted(field))
			}
		}
		if what := t.unknown(calls); what != "" {
			return nil, fault(valueAt, "%s", what)
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
	fieldHead = regexp.MustCompile(`^([\p{L}_]+):`)
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

// unknown says why the value of a term can fit no case, whatever its state; "" where it can.
func (t Term) unknown(calls Calls) string {
	switch t.Field {
	case "from", "file":
		switch words := len(strings.Fields(Fold(t.Value))); {
		case words == 0:
			return "no letter and no digit in it: write " + t.Field + ":WORD"
		case words > mostTerms:
			return fmt.Sprintf("%s: has at most %d words", t.Field, mostTerms)
		}
	case "assigned", "label":
		if Fold(t.Value) == "" {
			return "no letter and no digit in it: write " + t.Field + ":WORD"
		}
	case "dept":
		if len(FindTerritories(t.Value, true)) == 0 {
			return fmt.Sprintf("%q is no territory: write a code such as 35 or 2A, or the name of a département, a region or an overseas territory", t.Value)
		}
	case "call":
		var known []string
		for _, c := range calls {
			if known = append(known, c.ID); strings.EqualFold(t.Value, c.ID) || strings.EqualFold(t.Value, c.Reference) {
				return ""
			}
		}
		if known != nil {
			return fmt.Sprintf("there is no edition %q: write %s", t.Value, strings.Join(known, ", "))
		}
	case "missing", "piece":
		if t.Field == "missing" && t.Value == AnyValue {
			return ""
		}
		var known []string
		for _, c := range calls {
			for _, p := range c.Pieces {
				if !slices.Contains(known, p.ID) {
					known = append(known, p.ID)
				}
			}
		}
		if known != nil && !slices.Contains(known, t.Value) {
			return fmt.Sprintf("no edition has a piece %q: write one of %s", t.Value, strings.Join(known, ", "))
		}
	}
	return ""
}

// AnyValue is the value of missing, task, assigned and label for one at least.
const AnyValue = "any"

// String writes a term back as ParseQuery reads it.
func (t Term) String() string {
	value := t.Value
	switch {
	case t.Field == "" && !t.Phrase:
		value = strings.ReplaceAll(value, " ", "-") // one word, such as Haute-Loire
	case t.Phrase, strings.ContainsFunc(value, unicode.IsSpace), strings.ContainsAny(value[:min(1, len(value))], "<>"), closingOf(value) != "":
		for _, q := range quotations { // one at least does not end within
			if !strings.Contains(value, q.closing) {
				value = string(q.opening) + value + q.closing
				break
			}
		}
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

// String writes a query back as ParseQuery reads it.
func (q Query) String() string {
	var terms []string
	for _, t := range q {
		terms = append(terms, t.String())
	}
	return strings.Join(terms, " ")
}
