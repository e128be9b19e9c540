package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/pelletier/go-toml/v2/unstable"
	"github.com/robfig/cron/v3"
)

// text reads one line of text.
func (t *table) text(key string, dst *string) int {
	line := t.lines(key, dst)
	if line > 0 && strings.ContainsFunc(*dst, unicode.IsControl) {
		t.fault(line, t.key(key), "holds a line break or another control character: write it on one line")
		return 0
	}
	return line
}

// lines reads text of one or more lines.
func (t *table) lines(key string, dst *string) int {
	e := t.take(key)
	switch {
	case e == nil:
		return 0
	case e.kind != unstable.String:
		return t.wrongKind(e, key, "write a text between quotes")
	}
	*dst = e.text
	return e.line
}

// needText reads one line of text that must be given.
func (t *table) needText(key string, dst *string, example string) int {
	given := t.at.keys[key]
	line := t.text(key, dst)
	if given == nil || line > 0 && strings.TrimSpace(*dst) == "" {
		t.missing(key, example)
		return 0
	}
	return line
}

// path reads a file or folder name and makes it absolute; empty stays empty.
func (t *table) path(key string, dst *string) int {
	line := t.text(key, dst)
	if line > 0 && *dst != "" {
		*dst = t.abs(*dst)
	}
	return line
}

// abs resolves a path of the file.
func (r *reader) abs(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(r.dir, path)
}

// flag reads true or false.
func (t *table) flag(key string, dst *bool) int {
	e := t.take(key)
	switch {
	case e == nil:
		return 0
	case e.kind != unstable.Bool:
		return t.wrongKind(e, key, "write true or false, without quotes")
	}
	*dst = e.text == "true"
	return e.line
}

// whole reads a whole number from low to high.
func (t *table) whole(key string, dst *int, low, high int64, example string) int {
	n := int64(*dst)
	line := t.amount(key, &n, low, high, example)
	if line > 0 {
		*dst = int(n)
	}
	return line
}

// amount is whole for numbers that may pass 32 bits.
func (t *table) amount(key string, dst *int64, low, high int64, example string) int {
	e := t.take(key)
	switch {
	case e == nil:
		return 0
	case e.kind != unstable.Integer:
		return t.wrongKind(e, key, fmt.Sprintf("write a whole number without quotes, such as %s", example))
	}
	n, err := strconv.ParseInt(e.text, 0, 64)
	if err != nil || n < low || n > high {
		want := fmt.Sprintf("from %d to %d", low, high)
		if high >= math.MaxInt32 {
			want = fmt.Sprintf("not below %d", low)
		}
		t.fault(e.line, t.key(key), "is %s: write a whole number %s, such as %s", e.text, want, example)
		return 0
	}
	*dst = n
	return e.line
}

// member is one text of a list.
type member struct {
	line int
	key  string
	text string
}

// members reads a list of texts, none of them empty.
func (t *table) members(key, example string) []member {
	e := t.take(key)
	if e == nil {
		return nil
	}
	want := fmt.Sprintf("write a list of texts in brackets, such as [%s]", example)
	if e.kind != unstable.Array {
		t.wrongKind(e, key, want)
		return nil
	}
	var all []member
	for i, item := range e.items {
		name := fmt.Sprintf("%s[%d]", t.key(key), i+1)
		switch {
		case item.kind != unstable.String:
			t.fault(item.line, name, "is %s: %s", kindName(item.kind), want)
		case strings.TrimSpace(item.text) == "":
			t.fault(item.line, name, "is empty: remove it, or %s", want)
		case strings.ContainsFunc(item.text, unicode.IsControl):
			t.fault(item.line, name, "holds a control character, which a backslash between double quotes may have made: %s, backslashes between single quotes", want)
		default:
			all = append(all, member{item.line, name, item.text})
		}
	}
	return all
}

// duration reads a time such as "60s"; see parseDuration.
func (t *table) duration(key string, dst *time.Duration) int {
	return read(t, key, dst, parseDuration, `write a time with its unit between quotes, such as "60s", "15m" or "30d"`)
}

// days reads whole days such as "30d".
func (t *table) days(key string, dst *int) int {
	return read(t, key, dst, parseDays, `write whole days before the deadline between quotes, such as "30d"`)
}

// size reads a size such as "60MB" as bytes.
func (t *table) size(key string, dst *int64) int {
	return read(t, key, dst, parseSize, `write a size with its unit between quotes, such as "60MB"`)
}

// read reads a text that parse understands.
func read[T any](t *table, key string, dst *T, parse func(string) (T, error), want string) int {
	e := t.take(key)
	switch {
	case e == nil:
		return 0
	case e.kind != unstable.String:
		return t.wrongKind(e, key, want)
	}
	value, err := parse(e.text)
	if err != nil {
		t.fault(e.line, t.key(key), "%q %v", e.text, err)
		return 0
	}
	*dst = value
	return e.line
}

// schedule reads a cron expression.
func (t *table) schedule(key string, dst *cron.Schedule, text *string) int {
	parse := func(s string) (cron.Schedule, error) { return parseCron(s, t.zone) }
	line := read(t, key, dst, parse, `write five fields between quotes, minute hour day month weekday, such as "0 9 * * MON"`)
	if line > 0 {
		*text = t.at.keys[key].text
	}
	return line
}

// instant reads a date with its hour and whole seconds.
func (t *table) instant(key string, dst *time.Time) int {
	const want = "write a date with its hour, without quotes: %s = 2018-11-30T17:00:00"
	e := t.take(key)
	if e == nil {
		return 0
	}
	var value time.Time
	var err error
	switch e.kind {
	case unstable.LocalDateTime:
		value, err = parseLocal(e.text, t.zone)
	case unstable.DateTime:
		value, err = parseOffset(e.text, t.zone)
	default:
		return t.wrongKind(e, key, fmt.Sprintf(want, key))
	}
	switch {
	case err != nil:
		t.fault(e.line, t.key(key), "%s %v", e.text, err)
		return 0
	case value.Nanosecond() != 0:
		t.fault(e.line, t.key(key), "%s has a fraction of a second: write whole seconds", e.text)
		return 0
	}
	*dst = value
	return e.line
}
