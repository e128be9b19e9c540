package main

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"greffier/cases"
)

var (
	idForm        = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)
	referenceForm = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,15}$`)
	formatForm    = regexp.MustCompile(`^[a-z0-9]{1,16}$`)
)

// firstAt remembers on which line each name was first seen.
type firstAt map[string]int

// unique notes a fault if name was seen before.
func (f firstAt) unique(t *table, key, name string) {
	line := t.lineOf(key)
	if first, seen := f[name]; seen {
		t.fault(line, t.key(key), "%q is already the %s at line %d: write another one", name, key, first)
		return
	}
	f[name] = line
}

// calls reads every [[call]] and checks them against each other.
func (r *reader) calls(tables []*table) []Call {
	ids, references := firstAt{}, firstAt{}
	calls := make([]Call, len(tables))
	for i, t := range tables {
		calls[i] = defaultCall()
		calls[i].Line = t.at.line
		r.call(t, &calls[i], ids, references)
	}
	r.checkWindows(tables, calls)
	return calls
}

func (r *reader) call(t *table, c *Call, ids, references firstAt) {
	defer t.close()
	r.id(t, &c.ID, `"hubs-2018"`, ids)
	t.needText("name", &c.Name, `"Appel à projets Hubs France Connectée"`)
	for _, m := range t.members("aliases", `"Hubs Territoriaux pour un Numérique Inclusif"`) {
		c.Aliases = append(c.Aliases, m.text)
	}
	if line := t.needText("reference", &c.Reference, `"HUB18"`); line > 0 {
		if referenceForm.MatchString(c.Reference) {
			references.unique(t, "reference", c.Reference)
		} else {
			t.fault(line, t.key("reference"), `%q cannot begin a case reference: write 2 to 16 capital letters and digits, such as "HUB18"`, c.Reference)
		}
	}
	t.needInstant("opens", &c.Opens, "2018-09-13T00:00:00")
	t.needInstant("deadline", &c.Deadline, "2018-11-30T17:00:00")
	if !c.Opens.IsZero() && !c.Deadline.IsZero() && !c.Opens.Before(c.Deadline) {
		t.fault(t.lineOf("deadline"), t.key("deadline"), "is not after opens (%s): write the last second of the call", c.Opens.Format(wallFormat))
	}
	t.duration("arbitration", &c.Arbitration)
	t.duration("settle", &c.Settle)
	t.duration("late_until", &c.LateUntil)
	if line := t.needText("pack", &c.Pack, `"packs/hubs-2018"`); line > 0 {
		c.Pack = r.abs(c.Pack)
		r.checkPack(line, t.key("pack"), c.Pack)
	}
	if line := t.path("letters", &c.Letters); line > 0 && c.Letters != "" {
		r.checkFolder(line, t.key("letters"), c.Letters, `write the folder of your letter templates, or "" for the built-in ones`)
	}
	t.amount("envelope", &c.Envelope, 0, math.MaxInt64, "5000000")
	c.PriorityRegions = r.regions(t)
	pieceIDs := firstAt{}
	for _, sub := range t.subs("piece") {
		c.Pieces = append(c.Pieces, r.piece(sub, pieceIDs))
	}
	reminderIDs := firstAt{}
	for _, sub := range t.subs("reminder") {
		c.Reminders = append(c.Reminders, r.reminder(sub, reminderIDs))
	}
}

const wallFormat = "2006-01-02 15:04:05 MST"

// id reads an identifier: it stands in addresses, paths and commands.
func (r *reader) id(t *table, dst *string, example string, seen firstAt) {
	line := t.needText("id", dst, example)
	switch {
	case line == 0:
	case !idForm.MatchString(*dst):
		t.fault(line, t.key("id"), "%q is no identifier: write small letters without accents, digits, - and _, such as %s", *dst, example)
	default:
		seen.unique(t, "id", *dst)
	}
}

func (t *table) needInstant(key string, dst *time.Time, example string) {
	t.instant(key, dst)
	if t.at.keys[key] == nil {
		t.missing(key, example)
	}
}

// checkWindows wants at most one call open at any instant.
func (r *reader) checkWindows(tables []*table, calls []Call) {
	var order []int
	for i, c := range calls {
		if !c.Opens.IsZero() && c.Opens.Before(c.Deadline) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return calls[a].Opens.Compare(calls[b].Opens) })
	last := -1 // the call with the latest deadline so far
	for _, i := range order {
		if last >= 0 && !calls[i].Opens.After(calls[last].Deadline) {
			// The fault is told at the one that stands later in the file.
			first, second := min(i, last), max(i, last)
			t := tables[second]
			t.fault(t.lineOf("opens"), t.key("opens"), "the call is open while %s (line %d) is, until %s: write windows that do not overlap",
				cmp.Or(calls[first].ID, tables[first].name), tables[first].at.line, calls[first].Deadline.Format(wallFormat))
		}
		if last < 0 || calls[i].Deadline.After(calls[last].Deadline) {
			last = i
		}
	}
}

func (r *reader) piece(t *table, seen firstAt) Piece {
	defer t.close()
	p := defaultPiece()
	r.id(t, &p.ID, `"rib"`, seen)
	if t.text("label", &p.Label); p.Label == "" {
		p.Label = p.ID
		r.warn(t.lineOf("label"), t.key("label"), "is empty, candidates will read %q: write how letters shall call the piece", p.ID)
	}
	t.flag("required", &p.Required)
	p.RequiredIf = r.circumstances(t)
	if len(p.RequiredIf) > 0 && p.Required {
		t.fault(t.lineOf("required_if"), t.key("required_if"), "says when the piece is required, but it always is: write required = false beside it")
	}
	for _, m := range t.members("formats", `"pdf", "xlsx"`) {
		format := strings.ToLower(m.text)
		if !formatForm.MatchString(format) {
			t.fault(m.line, m.key, `%q is no format: write a file name extension without its dot, such as "pdf"`, m.text)
		}
		p.Formats = append(p.Formats, format)
	}
	p.Match = r.patterns(t, "match")
	p.Unless = r.patterns(t, "unless")
	p.Weak = r.patterns(t, "weak")
	p.Content = r.patterns(t, "content")
	return p
}

// circumstances reads when a piece is required that not every dossier needs.
func (r *reader) circumstances(t *table) []cases.Circumstance {
	var known []string
	for _, c := range cases.AllCircumstances() {
		known = append(known, string(c))
	}
	var all []cases.Circumstance
	for _, m := range t.members("required_if", `"groupement"`) {
		if name, ok := r.oneOf(m, known, "circumstance"); ok {
			all = append(all, cases.Circumstance(name))
		}
	}
	return all
}

// regions reads the regions served first.
func (r *reader) regions(t *table) []string {
	var all []string
	for _, m := range t.members("priority_regions", `"Bretagne", "Normandie"`) {
		if name, ok := r.oneOf(m, cases.RegionNames(), "region"); ok {
			all = append(all, name)
		}
	}
	return all
}

// oneOf gives the known name that a member of a list means, however its accents
// are typed; else it notes a fault that tells the nearest, or all of a few.
func (r *reader) oneOf(m member, known []string, what string) (string, bool) {
	near := known[0]
	for _, k := range known {
		if cases.Fold(k) == cases.Fold(m.text) {
			return k, true
		}
		if editDistance(cases.Fold(m.text), cases.Fold(k)) < editDistance(cases.Fold(m.text), cases.Fold(near)) {
			near = k
		}
	}
	want := fmt.Sprintf("%q", near)
	if len(known) <= 3 {
		want = `"` + strings.Join(known, `", "`) + `"`
		want = strings.Replace(want, `, "`+known[len(known)-1], ` or "`+known[len(known)-1], 1)
	}
	r.fault(m.line, m.key, "%q is no %s: write %s", m.text, what, want)
	return "", false
}

// patterns reads a list of patterns over folded names or texts.
func (r *reader) patterns(t *table, key string) []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, m := range t.members(key, `'\brib\b'`) {
		re, err := parsePattern(m.text)
		if err != nil {
			t.fault(m.line, m.key, "%q %v", m.text, err)
			continue
		}
		if stray, ok := strayRune(m.text); ok {
			r.warn(m.line, m.key, "%q looks for %q, which no name or text holds once folded: write small letters without accents, digits and spaces", m.text, stray)
		}
		all = append(all, re)
	}
	return all
}

func (r *reader) reminder(t *table, seen firstAt) Reminder {
	defer t.close()
	m := defaultReminder()
	r.id(t, &m.ID, `"weekly"`, seen)
	if t.schedule("cron", &m.Cron, &m.CronText) == 0 && t.at.keys["cron"] == nil {
		t.missing("cron", `"0 9 * * MON"`)
	}
	good := true
	for _, window := range []struct {
		key string
		dst *int
	}{{"from", &m.FromDays}, {"until", &m.UntilDays}} {
		good = t.days(window.key, window.dst) > 0 == (t.at.keys[window.key] != nil) && good
	}
	if good && m.FromDays <= m.UntilDays {
		t.fault(t.lineOf("from"), t.key("from"), `"%dd" is not before until, "%dd": days count back from the deadline, write %s`,
			m.FromDays, m.UntilDays, fmt.Sprintf(`from = "%dd" or more`, m.UntilDays+1))
	}
	return m
}
