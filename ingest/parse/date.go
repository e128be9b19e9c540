package parse

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var reFrenchClock = regexp.MustCompile(`\b(\d{1,2})[ \x{00a0}\x{202f}]*h(?:[ \x{00a0}\x{202f}]*(\d{2}))?\b`)

// parseDate reads a date as mailers write it, which is far from RFC 5322
// section 3.3 alone (scripts print dates by their locale, JavaScript and
// databases in ISO 8601, old Unix mailers as asctime does): names of months in several languages and in full, no
// weekday, no seconds, no zone (taken as UTC), "+02:00", "GMT+0200", ISO 8601,
// asctime, RFC 850. A date that can be read in two ways (01/02/2018) or that
// does not exist is no date: the zero time. The result keeps the offset.
func parseDate(s string) time.Time {
	var d dateParts
	d.month, d.day, d.year, d.hour = -1, -1, -1, -1
	if len(s) > 200 {
		s = s[:200]
	}
	plain := stripComment([]byte(s))
	plain = reFrenchClock.ReplaceAll(plain, []byte("${1}h$2")) // "10 h 04" in one word
	for _, t := range dateTokens(string(plain)) {
		d.take(t)
	}
	if d.zone == nil && len(plain) < len(s) { // a zone name in the comment only
		for _, t := range dateTokens(strings.NewReplacer("(", " ", ")", " ").Replace(s)) {
			if off, ok := zoneName(t); ok {
				d.setZone(off, t)
			}
		}
	}
	return d.time()
}

// dateTokens splits at blanks and commas.
func dateTokens(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\u00a0' || r == ';' })
}

type dateParts struct {
	year, month, day  int
	hour, minute, sec int
	nanos             int
	pm, am            bool
	zone              *time.Location
	early             bool // the month's name came before the day
	bad               bool // can be read in two ways
}

func (d *dateParts) setZone(seconds int, name string) {
	if d.zone == nil {
		d.zone = time.FixedZone(name, seconds)
	}
}

// take reads one word of a date into what is still unknown.
func (d *dateParts) take(t string) {
	switch {
	case strings.Contains(t, ":") && t[0] >= '0' && t[0] <= '9' && d.hour < 0:
		date, clock, iso := strings.Cut(strings.ToUpper(t), "T")
		if iso && strings.Contains(date, "-") {
			d.takeDate(date)
			t = clock
		}
		d.takeClock(t)
	case (t[0] == '+' || t[0] == '-') && len(t) > 1:
		if off, ok := zoneOffset(t); ok && d.hour >= 0 {
			d.setZone(off, "")
		}
	case t[0] >= '0' && t[0] <= '9':
		d.takeNumber(t)
	default:
		d.takeWord(t)
	}
}

func (d *dateParts) takeWord(t string) {
	w := strings.ToLower(strings.TrimRight(t, "."))
	if m := monthNumber(w); m > 0 {
		// "mar. 14 nov. 2018": what looks like March is a French Tuesday.
		if d.month < 0 || d.day < 0 || d.early {
			d.month, d.early = m, d.day < 0
		}
		return
	}
	switch w {
	case "am", "a.m":
		d.am = true
		return
	case "pm", "p.m":
		d.pm = true
		return
	}
	if off, ok := zoneName(t); ok && d.hour >= 0 {
		d.setZone(off, t)
	}
}

func (d *dateParts) takeNumber(t string) {
	if strings.Count(t, "-") == 2 || strings.Count(t, "/") == 2 {
		d.takeDate(t)
		return
	}
	if strings.Count(t, ".") == 2 && d.day < 0 && d.month < 0 {
		d.takeDate(t)
		return
	}
	if c := strings.Count(t, "."); (c == 2 || c == 1) && d.hour < 0 && d.day >= 0 && !strings.HasSuffix(t, ".") {
		d.takeClock(strings.ReplaceAll(t, ".", ":"))
		return
	}
	if hour, minute, ok := strings.Cut(strings.ToLower(t), "h"); ok && d.hour < 0 { // 17h05, 17h
		if minute == "" {
			minute = "00"
		}
		d.takeClock(hour + ":" + minute)
		return
	}
	n := 0
	for n < len(t) && t[n] >= '0' && t[n] <= '9' {
		n++
	}
	v, err := strconv.Atoi(t[:n])
	if err != nil {
		return
	}
	switch tail := strings.ToLower(t[n:]); {
	case tail != "" && tail != "." && tail != "st" && tail != "nd" && tail != "rd" && tail != "th" && tail != "er":
	case d.day < 0 && (n <= 2 || n == 3 && t[0] == '0'):
		d.day = v
	case d.year < 0 && (n == 4 || n <= 3 && d.day >= 0):
		d.year = fullYear(v, n)
	}
}

// takeDate reads 2018-11-30, 30-Nov-18, 30/11/2018, 30.11.2018.
func (d *dateParts) takeDate(t string) {
	p := strings.FieldsFunc(t, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(p) != 3 || d.day >= 0 {
		return
	}
	if m := monthNumber(strings.ToLower(p[1])); m > 0 {
		day, err1 := strconv.Atoi(p[0])
		year, err2 := strconv.Atoi(p[2])
		if err1 == nil && err2 == nil {
			d.day, d.month, d.year = day, m, fullYear(year, len(p[2]))
		}
		return
	}
	var v [3]int
	for i := range p {
		n, err := strconv.Atoi(p[i])
		if err != nil {
			return
		}
		v[i] = n
	}
	switch {
	case len(p[0]) == 4:
		d.year, d.month, d.day = v[0], v[1], v[2]
	case strings.Contains(t, "."), v[0] > 12, v[0] == v[1]:
		d.day, d.month, d.year = v[0], v[1], fullYear(v[2], len(p[2]))
	case v[1] > 12:
		d.month, d.day, d.year = v[0], v[1], fullYear(v[2], len(p[2]))
	default:
		d.bad = true
	}
}

// takeClock reads 17:00, 17:00:00, 17:00:00.5, each with a zone stuck to it or not.
func (d *dateParts) takeClock(t string) {
	if i := strings.IndexAny(t, "+-Zz"); i > 0 {
		if off, ok := zoneOffset(t[i:]); ok {
			d.setZone(off, "")
		} else if off, ok := zoneName(t[i:]); ok {
			d.setZone(off, t[i:])
		}
		t = t[:i]
	}
	lower := strings.ToLower(t)
	switch {
	case strings.HasSuffix(lower, "am"):
		d.am, t = true, t[:len(t)-2]
	case strings.HasSuffix(lower, "pm"):
		d.pm, t = true, t[:len(t)-2]
	}
	p := strings.Split(t, ":")
	if len(p) < 2 || len(p) > 3 {
		return
	}
	var v [3]int
	for i := range p {
		whole, frac, _ := strings.Cut(strings.Replace(p[i], ",", ".", 1), ".")
		n, err := strconv.Atoi(whole)
		if err != nil || n < 0 {
			return
		}
		v[i] = n
		if frac != "" && len(frac) <= 9 {
			if f, err := strconv.Atoi(frac + "000000000"[:9-len(frac)]); err == nil {
				d.nanos = f
			}
		}
	}
	d.hour, d.minute, d.sec = v[0], v[1], v[2]
}

func (d *dateParts) time() time.Time {
	if d.bad || d.year < 1900 || d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 {
		return time.Time{}
	}
	h := max(d.hour, 0)
	if d.pm && h < 12 {
		h += 12
	} else if d.am && h == 12 {
		h = 0
	}
	if h > 24 || d.minute > 59 || d.sec > 60 || h == 24 && d.minute+d.sec > 0 {
		return time.Time{}
	}
	zone := d.zone
	if zone == nil {
		zone = time.UTC
	}
	t := time.Date(d.year, time.Month(d.month), d.day, h, d.minute, d.sec, d.nanos, zone)
	if h < 24 && d.sec < 60 && t.Day() != d.day { // 30 February
		return time.Time{}
	}
	return t
}

// fullYear applies RFC 5322 section 4.3 to two- and three-digit years.
func fullYear(v, digits int) int {
	switch {
	case digits <= 2 && v < 50:
		return 2000 + v
	case digits <= 3:
		return 1900 + v
	}
	return v
}
