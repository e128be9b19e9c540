package main

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/robfig/cron/v3"
)

var (
	durationForm = regexp.MustCompile(`^(?:([0-9]{1,5})d)?([0-9hmsuµn.]*)$`)
	sizeForm     = regexp.MustCompile(`^([0-9]+) ?(B|kB|KB|MB|GB|KiB|MiB|GiB)$`)
	daysForm     = regexp.MustCompile(`^([0-9]{1,5})d$`)
)

var sizeUnits = map[string]int64{
	"B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9,
	"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
}

var errNoDuration = errors.New(`is no length of time: write a number with its unit (s, m, h, d), such as "60s", "15m" or "30d"`)

// parseDuration reads "60s", "15m", "1h30m" as Go does, and days of 24 hours
// before them: "30d", "1d12h". Nothing is negative.
func parseDuration(s string) (time.Duration, error) {
	parts := durationForm.FindStringSubmatch(s)
	if parts == nil || s == "" {
		return 0, errNoDuration
	}
	var d time.Duration
	if parts[1] != "" {
		days, err := strconv.Atoi(parts[1])
		if err != nil {
			return 0, err
		}
		d = time.Duration(days) * day
	}
	if parts[2] != "" {
		rest, err := time.ParseDuration(parts[2])
		if err != nil {
			return 0, errNoDuration
		}
		d += rest
	}
	if d < 0 || d > 36500*day {
		return 0, errors.New(`is beyond a hundred years: write a shorter time`)
	}
	return d, nil
}

// parseDays reads a whole number of calendar days, "30d".
func parseDays(s string) (int, error) {
	parts := daysForm.FindStringSubmatch(s)
	if parts == nil {
		return 0, errors.New(`is no number of days: write whole days before the deadline, such as "30d" or "0d"`)
	}
	return strconv.Atoi(parts[1])
}

// parseSize reads "60MB" (1 MB = 1,000,000 bytes) or "60MiB" (1 MiB =
// 1,048,576 bytes) as bytes.
func parseSize(s string) (int64, error) {
	parts := sizeForm.FindStringSubmatch(s)
	if parts == nil {
		return 0, errors.New(`is no size: write a whole number with its unit (kB, MB, GB, KiB, MiB, GiB), such as "60MB"`)
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	unit := sizeUnits[parts[2]]
	if err != nil || n > math.MaxInt64/unit {
		return 0, errors.New(`is too large: write a size such as "60MB"`)
	}
	return n * unit, nil
}

// parseLocal reads a date-time without offset as the wall clock of zone. An
// hour that the change to summer time skips, or that the change to winter
// time brings twice, is refused.
func parseLocal(s string, zone *time.Location) (time.Time, error) {
	var wall toml.LocalDateTime
	if err := wall.UnmarshalText([]byte(s)); err != nil {
		return time.Time{}, errors.New("is no date and time of the calendar: write it as 2018-11-30T17:00:00")
	}
	utc := wall.AsTime(time.UTC)
	// Every instant with this wall clock is found with one of the offsets in
	// force a day before and a day after.
	_, before := utc.Add(-day).In(zone).Zone()
	_, after := utc.Add(day).In(zone).Zone()
	var found []time.Time
	for i, offset := range []int{before, after} {
		if i > 0 && after == before {
			break
		}
		t := utc.Add(-time.Duration(offset) * time.Second).In(zone)
		if _, real := t.Zone(); real == offset {
			found = append(found, t)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return time.Time{}, fmt.Errorf("does not exist in %s, where clocks skip that hour: write another hour", zone)
	}
	return time.Time{}, fmt.Errorf("comes twice in %s, where clocks go back: write it with its offset, such as %s",
		zone, found[0].Format(time.RFC3339))
}

// parseOffset reads a date-time with its offset (RFC 3339) and gives it in zone.
func parseOffset(s string, zone *time.Location) (time.Time, error) {
	// TOML also allows a space or a small t between date and hour.
	if len(s) > len(time.DateOnly) {
		s = s[:len(time.DateOnly)] + "T" + s[len(time.DateOnly)+1:]
	}
	t, err := time.Parse(time.RFC3339Nano, strings.ToUpper(s))
	if err != nil {
		return time.Time{}, errors.New("is no date and time of the calendar: write it as 2018-11-30T17:00:00+01:00")
	}
	return t.In(zone), nil
}

// parseCron reads a schedule of five fields, or one of @hourly, @daily,
// @weekly, @monthly, @yearly, in zone. A schedule that never runs is an error.
func parseCron(s string, zone *time.Location) (schedule cron.Schedule, err error) {
	const want = `write five fields, minute hour day month weekday, such as "0 9 * * MON"`
	if strings.HasPrefix(s, "TZ=") || strings.HasPrefix(s, "CRON_TZ=") {
		return nil, errors.New("may not name a time zone, time_zone holds for all: " + want)
	}
	if strings.HasPrefix(s, "@every") {
		return nil, errors.New("counts from the start of the program, which nobody can foresee: " + want)
	}
	// The library panics on some malformed expressions.
	defer func() {
		if recover() != nil {
			schedule, err = nil, errors.New("is no schedule: "+want)
		}
	}()
	parsed, err := cron.ParseStandard(s)
	if err != nil {
		return nil, fmt.Errorf("is no schedule (%w): %s", err, want)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return nil, errors.New("is no schedule: " + want)
	}
	spec.Location = zone
	// The library looks five years ahead; these hold a 29 February.
	if spec.Next(time.Date(2020, 1, 1, 0, 0, 0, 0, zone)).IsZero() {
		return nil, errors.New("never runs, no year has such a day: " + want)
	}
	return spec, nil
}

// parsePattern compiles a pattern over folded file names.
func parsePattern(s string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(s)
	if err != nil {
		var fault *syntax.Error
		reason := err.Error()
		if errors.As(err, &fault) {
			reason = strings.TrimSpace(fault.Code.String() + " " + fault.Expr)
		}
		return nil, fmt.Errorf(`is no RE2 pattern (%s): write one such as '\brib\b'; what must not stand in the name goes to unless`, reason)
	}
	if re.MatchString("") {
		return nil, errors.New(`fits every file name: write the word to look for, such as '\brib\b'`)
	}
	return re, nil
}

// strayRune finds a literal character that no folded file name holds: such
// names have only a-z, 0-9 and single spaces.
func strayRune(pattern string) (rune, bool) {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0, false
	}
	return strayIn(tree)
}

func strayIn(re *syntax.Regexp) (rune, bool) {
	if re.Op == syntax.OpLiteral {
		for _, r := range re.Rune {
			folded := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == ' '
			anyCase := re.Flags&syntax.FoldCase != 0 && r >= 'A' && r <= 'Z'
			if !folded && !anyCase {
				return r, true
			}
		}
	}
	for _, sub := range re.Sub {
		if r, ok := strayIn(sub); ok {
			return r, true
		}
	}
	return 0, false
}
