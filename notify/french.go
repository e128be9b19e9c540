package notify

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// nbsp is U+00A0, which French puts before : ; ! ? » and after «, and between
// a number and its unit.
const nbsp = "\u00a0"

// thin is U+202F, the narrow no-break space between the thousands of a number.
const thin = "\u202f"

// Day tells a calendar day: "vendredi 30 novembre 2018".
func Day(t time.Time) string {
	days := [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	months := [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
		"août", "septembre", "octobre", "novembre", "décembre"}
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day += "er"
	}
	return days[t.Weekday()] + " " + day + nbsp + months[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// Hour tells a time of day, with its seconds where it has any: "17 h 00",
// "23 h 59 min 59 s".
func Hour(t time.Time) string {
	if t.Second() == 0 {
		return fmt.Sprintf("%d%sh%s%02d", t.Hour(), nbsp, nbsp, t.Minute())
	}
	return exactHour(t)
}

// exactHour tells a time of day to the second: "17 h 00 min 00 s".
func exactHour(t time.Time) string {
	return fmt.Sprintf("%d%sh%s%02d%smin%s%02d%ss", t.Hour(), nbsp, nbsp, t.Minute(), nbsp, nbsp, t.Second(), nbsp)
}

// Date tells a day and an hour in the zone of t: "vendredi 30 novembre 2018 à
// 17 h 00 (heure de Paris)".
func Date(t time.Time) string {
	return Day(t) + " à " + Hour(t) + " (" + zoneName(t.Location()) + ")"
}

// Instant tells an instant to the second, as Date does, where seconds decide.
func Instant(t time.Time) string {
	return Day(t) + " à " + exactHour(t) + " (" + zoneName(t.Location()) + ")"
}

// zoneName names a zone by the city of its IANA name.
func zoneName(loc *time.Location) string {
	name := loc.String()
	switch name {
	case "UTC", "Local", "":
		return "heure " + name
	}
	return "heure de " + strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
}

// Number groups the digits of n by thousands: "5 000 000".
func Number(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + thin + digits[i:]
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
	return strings.Replace(text, ".", ",", 1) + nbsp + unit
}

// Plural counts: "1 fichier", "3 fichiers". In French, zero is singular.
func Plural(n int, one, many string) string {
	if n > 1 || n < -1 {
		return Number(int64(n)) + nbsp + many
	}
	return Number(int64(n)) + nbsp + one
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
	return strings.Join(said, nbsp)
}
