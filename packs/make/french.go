package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const nbsp = "\u00a0"

// typographer sets French typography on plain text.
type typographer struct{ thousands, unit, hour *regexp.Regexp }

func newTypographer() typographer {
	return typographer{
		thousands: regexp.MustCompile(`(\d) (\d{3})\b`),
		unit:      regexp.MustCompile(`(\d) (€|%|h|min|s|Mo)([^\pL]|$)`),
		hour:      regexp.MustCompile(`\b(h|min) (\d)`),
	}
}

// set returns s with a no-break space (U+00A0) before « : ; ! ? », inside
// guillemets, in numbers and in hours, and with typographic apostrophes
// between letters. The texts of this program are typed with plain spaces and
// straight apostrophes.
func (t typographer) set(s string) string {
	s = strings.NewReplacer(" :", nbsp+":", " ;", nbsp+";", " !", nbsp+"!", " ?", nbsp+"?",
		"« ", "«"+nbsp, " »", nbsp+"»").Replace(s)
	// Twice: in "5 000 000" the digit before the second group belongs to the first match.
	s = t.thousands.ReplaceAllString(t.thousands.ReplaceAllString(s, "$1"+nbsp+"$2"), "$1"+nbsp+"$2")
	s = t.unit.ReplaceAllString(s, "$1"+nbsp+"$2$3")
	s = t.hour.ReplaceAllString(s, "$1"+nbsp+"$2")
	return apostrophes(s)
}

func apostrophes(s string) string {
	var b strings.Builder
	previous := ' '
	for _, r := range s {
		if r == '\'' && unicode.IsLetter(previous) {
			r = '’'
		}
		b.WriteRune(r)
		previous = r
	}
	return b.String()
}

// frenchDate is the date of t in its own zone: "vendredi 30 novembre 2018".
func frenchDate(t time.Time) string {
	days := [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	return days[t.Weekday()] + " " + dayMonth(t) + " " + strconv.Itoa(t.Year())
}

// dayMonth is the day and month of t: "1er décembre", "30 novembre".
func dayMonth(t time.Time) string {
	months := [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
		"août", "septembre", "octobre", "novembre", "décembre"}
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day += "er"
	}
	return day + " " + months[t.Month()-1]
}

// frenchHour is the time of day of t in its own zone: "17 h 00", or with
// seconds where they matter, "23 h 59 min 59 s".
func frenchHour(t time.Time) string {
	if t.Second() != 0 {
		return fmt.Sprintf("%d h %02d min %02d s", t.Hour(), t.Minute(), t.Second())
	}
	return fmt.Sprintf("%d h %02d", t.Hour(), t.Minute())
}

// euros writes a whole amount with its groups of three digits: "5 000 000 €".
func euros(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s + " €"
}

// capital returns s with its first letter in upper case.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// uncapital returns s with its first letter in lower case.
func uncapital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}

// endList closes the last item of a list whose items end in " ;" with a
// full stop.
func endList(items []string) []string {
	if n := len(items); n > 0 {
		items[n-1] = strings.TrimSuffix(items[n-1], " ;") + "."
	}
	return items
}
