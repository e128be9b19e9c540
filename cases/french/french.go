// Package french writes instants, numbers and amounts as careful French does, for
// letters and for the desk: no-break spaces, « 1er », "17 h 00".
package french

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// NBSP is U+00A0, which French puts before : ; ! ? » and after «, and between
// a number and its unit.
const NBSP = "\u00a0"

// Thin is U+202F, the narrow no-break space between the thousands of a number.
const Thin = "\u202f"

// Day tells a calendar day: "vendredi 30 novembre 2018".
func Day(t time.Time) string {
	days := [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	months := [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
		"août", "septembre", "octobre", "novembre", "décembre"}
	return days[t.Weekday()] + " " + dayNumber(t) + NBSP + months[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// ShortDay tells a day in a table: "30 nov. 2018".
func ShortDay(t time.Time) string {
	months := [...]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc."}
	return dayNumber(t) + NBSP + months[t.Month()-1] + NBSP + strconv.Itoa(t.Year())
}

func dayNumber(t time.Time) string {
	if t.Day() == 1 {
		return "1er"
	}
	return strconv.Itoa(t.Day())
}

// HourMinute tells a time of day without its seconds: "17 h 00".
func HourMinute(t time.Time) string {
	return fmt.Sprintf("%d%sh%s%02d", t.Hour(), NBSP, NBSP, t.Minute())
}

// Hour tells a time of day, with its seconds where it has any: "17 h 00",
// "23 h 59 min 59 s".
func Hour(t time.Time) string {
	if t.Second() == 0 {
		return HourMinute(t)
	}
	return ExactHour(t)
}

// ExactHour tells a time of day to the second: "17 h 00 min 00 s".
func ExactHour(t time.Time) string {
	return HourMinute(t) + fmt.Sprintf("%smin%s%02d%ss", NBSP, NBSP, t.Second(), NBSP)
}

// Date tells a day and an hour in the zone of t: "vendredi 30 novembre 2018 à
// 17 h 00 (heure de Paris)".
func Date(t time.Time) string {
	return Day(t) + " à " + Hour(t) + " (" + ZoneName(t.Location()) + ")"
}

// Instant tells an instant to the second, as Date does, where seconds decide.
func Instant(t time.Time) string {
	return Day(t) + " à " + ExactHour(t) + " (" + ZoneName(t.Location()) + ")"
}

// ZoneName names a zone by the city of its IANA name.
func ZoneName(loc *time.Location) string {
	name := loc.String()
	switch name {
	case "UTC", "Local", "":
		return "heure " + name
	}
	return "heure de " + strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
}

// Number groups the digits of n by thousands: "5 000 000".
func Number[N int | int64](n N) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := strconv.FormatInt(int64(n), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + Thin + digits[i:]
	}
	return sign + digits
}

// Size tells a number of bytes in decimal units: "812 octets", "12,7 ko",
// "1,2 Mo".
func Size(n int64) string {
	if n < 1000 {
		return Plural(int(n), "octet", "octets")
	}
	value, unit := float64(n)/1000, "ko"
	if n >= 999_950 {
		value, unit = float64(n)/1e6, "Mo"
	}
	// One decimal says enough; a whole number needs none.
	text := strings.TrimSuffix(strconv.FormatFloat(value, 'f', 1, 64), ".0")
	return strings.Replace(text, ".", ",", 1) + NBSP + unit
}

// Plural counts: "1 fichier", "3 fichiers". In French, zero is singular.
func Plural(n int, one, many string) string {
	if n > 1 || n < -1 {
		return Number(n) + NBSP + many
	}
	return Number(n) + NBSP + one
}

// Span tells a duration in its two largest units: "4 min 12 s", "2 jours 3 h".
func Span(d time.Duration) string {
	seconds := int64(d.Round(time.Second) / time.Second)
	if seconds < 0 {
		seconds = -seconds
	}
	units := []struct {
		name, names string
		seconds     int64
	}{{"jour", "jours", 86400}, {"h", "h", 3600}, {"min", "min", 60}, {"s", "s", 1}}
	var said []string
	for _, u := range units {
		n := seconds / u.seconds
		seconds %= u.seconds
		if n > 0 {
			said = append(said, Plural(int(n), u.name, u.names))
		} else if len(said) > 0 {
			break // "2 jours 40 s" would say more than it means
		}
		if len(said) == 2 {
			break
		}
	}
	if len(said) == 0 {
		return Plural(0, "s", "s")
	}
	return strings.Join(said, NBSP)
}
