package main

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"
)

// reader turns the tree of one file into a Config and collects every fault.
type reader struct {
	file     string // as given, for messages
	dir      string // absolute, what relative paths are relative to
	zone     *time.Location
	broken   bool // part of the file was not read: nothing is called missing
	faults   Faults
	warnings []string
	// asked is every key the program knows by its section, with list indexes
	// left out.
	asked map[string][]string
	// unknown are looked at last, when all known keys are known.
	unknown []unknownKey
}

type unknownKey struct {
	line           int
	table, section string
	key            string
}

func (r *reader) fault(line int, key, format string, args ...any) {
	r.faults = append(r.faults, Fault{File: r.file, Line: line, Key: key, Text: fmt.Sprintf(format, args...)})
}

// faultHere is a fault of the machine rather than of the file.
func (r *reader) faultHere(line int, key, format string, args ...any) {
	r.fault(line, key, format, args...)
	r.faults[len(r.faults)-1].Here = true
}

func (r *reader) warn(line int, key, format string, args ...any) {
	f := Fault{File: r.file, Line: line, Key: key, Text: fmt.Sprintf(format, args...)}
	r.warnings = append(r.warnings, f.String())
}

// table is one section being read. Its methods read one key each: a key that
// is absent leaves the value, which holds the default, as it is; a wrong one
// is a fault. They return the line of the key, or 0 when there is nothing
// further to check.
type table struct {
	*reader
	name    string // as in faults: call[1].piece[2]
	section string // without indexes: call.piece
	at      *entry
	absent  bool // the file has no such section
}

// sub opens a section below t.
func (t *table) sub(name string) *table {
	s := &table{reader: t.reader, name: joinKey(t.name, name), section: joinKey(t.section, name)}
	e := t.take(name)
	switch {
	case e == nil:
		s.at, s.absent = newTable(1), true
	case e.kind != unstable.Table:
		t.fault(e.line, s.name, "is %s, not a section: write [%s] on a line of its own, its keys below", kindName(e.kind), s.section)
		s.at = newTable(e.line)
	default:
		s.at = e
	}
	return s
}

// subs opens the sections [[name]] below t.
func (t *table) subs(name string) []*table {
	e := t.take(name)
	if e == nil {
		return nil
	}
	key, section := joinKey(t.name, name), joinKey(t.section, name)
	if e.kind != unstable.Array {
		t.fault(e.line, key, "wants double brackets: write [[%s]] on a line of its own, its keys below", section)
		return nil
	}
	var all []*table
	for i, item := range e.items {
		s := &table{reader: t.reader, name: fmt.Sprintf("%s[%d]", key, i+1), section: section, at: item}
		if item.kind != unstable.Table {
			t.fault(item.line, s.name, "is %s, not a section: write [[%s]] on a line of its own, its keys below", kindName(item.kind), section)
			continue
		}
		all = append(all, s)
	}
	return all
}

// take gives the entry of a key, nil without one, and remembers that the key
// is known.
func (t *table) take(key string) *entry {
	if !slices.Contains(t.asked[t.section], key) {
		t.asked[t.section] = append(t.asked[t.section], key)
	}
	return t.at.keys[key]
}

// close notes the keys that nobody asked for.
func (t *table) close() {
	for _, key := range slices.Sorted(maps.Keys(t.at.keys)) {
		if !slices.Contains(t.asked[t.section], key) {
			t.unknown = append(t.unknown, unknownKey{t.at.keys[key].line, t.name, t.section, key})
		}
	}
}

func (t *table) key(key string) string { return joinKey(t.name, key) }

// lineOf is the line of a key, of the section when the key is absent.
func (t *table) lineOf(key string) int {
	if e := t.at.keys[key]; e != nil {
		return e.line
	}
	return t.at.line
}

// wrongKind notes a value of the wrong type.
func (t *table) wrongKind(e *entry, key, want string) int {
	t.fault(e.line, t.key(key), "is %s: %s", kindName(e.kind), want)
	return 0
}

// missing notes that key, which has no default, has no value.
func (t *table) missing(key, example string) {
	if t.broken {
		return
	}
	where := ""
	if t.absent {
		where = fmt.Sprintf(" in a section [%s]", t.section)
	}
	t.fault(t.lineOf(key), t.key(key), "needs a value: write %s = %s%s", key, example, where)
}

// kindName says what a value is in words.
func kindName(kind unstable.Kind) string {
	switch kind {
	case unstable.String:
		return "a text"
	case unstable.Integer:
		return "a whole number"
	case unstable.Float:
		return "a number with a fraction"
	case unstable.Bool:
		return "true or false"
	case unstable.LocalDate:
		return "a date without an hour"
	case unstable.LocalTime:
		return "an hour without a date"
	case unstable.LocalDateTime, unstable.DateTime:
		return "a date and time"
	case unstable.Array:
		return "a list"
	case unstable.Table:
		return "a section"
	}
	return "something else"
}
