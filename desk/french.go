package desk

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
)

// nbsp is U+00A0, which French puts before : ; ! ? » and between a number and
// its unit.
const nbsp = "\u00a0"

// thin is U+202F, the narrow no-break space between the thousands of a number.
const thin = "\u202f"

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
var shortMonths = [...]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc."}
var weekdays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

func dayNumber(t time.Time) string {
	if t.Day() == 1 {
		return "1er"
	}
	return strconv.Itoa(t.Day())
}

// longDay tells a day: "vendredi 30 novembre 2018".
func longDay(t time.Time) string {
	return weekdays[t.Weekday()] + " " + dayNumber(t) + nbsp + months[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// shortDay tells a day in a table: "30 nov. 2018".
func shortDay(t time.Time) string {
	return dayNumber(t) + nbsp + shortMonths[t.Month()-1] + nbsp + strconv.Itoa(t.Year())
}

// hour tells a time of day: "17 h 00".
func hour(t time.Time) string { return fmt.Sprintf("%d%sh%s%02d", t.Hour(), nbsp, nbsp, t.Minute()) }

// exactHour tells a time of day to the second: "17 h 00 min 30 s".
func exactHour(t time.Time) string {
	return hour(t) + fmt.Sprintf("%smin%s%02d%ss", nbsp, nbsp, t.Second(), nbsp)
}

// city names the zone of the desk: "heure de Paris".
func city(zone *time.Location) string {
	name := zone.String()
	if !strings.Contains(name, "/") {
		return "heure " + name
	}
	return "heure de " + strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
}

// number groups the digits by thousands: "5 000 000".
func number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + thin + digits[i:]
	}
	return digits
}

// plural counts: "1 fichier", "3 fichiers". In French, zero is singular.
func plural(n int, one, many string) string {
	if n > 1 {
		return number(n) + nbsp + many
	}
	return number(n) + nbsp + one
}

// size tells a number of bytes in decimal units: "812 octets", "12,7 ko".
func size(n int64) string {
	if n < 1000 {
		return plural(int(n), "octet", "octets")
	}
	value, unit := float64(n)/1000, "ko"
	if n >= 999_950 {
		value, unit = float64(n)/1e6, "Mo"
	}
	text := strings.TrimSuffix(strconv.FormatFloat(value, 'f', 1, 64), ".0")
	return strings.Replace(text, ".", ",", 1) + nbsp + unit
}

// span tells a duration in its two largest units: "6 jours et 4 heures".
func span(d time.Duration) string {
	minutes := int(d.Abs() / time.Minute)
	days, hours, rest := minutes/1440, minutes/60%24, minutes%60
	switch {
	case days > 0 && hours > 0:
		return plural(days, "jour", "jours") + " et " + plural(hours, "heure", "heures")
	case days > 0:
		return plural(days, "jour", "jours")
	case hours > 0 && rest == 0:
		return plural(hours, "heure", "heures")
	case hours > 0:
		return plural(hours, "heure", "heures") + " et " + plural(rest, "minute", "minutes")
	case rest > 0:
		return plural(rest, "minute", "minutes")
	}
	return "moins d’une minute"
}

// timeElement marks an instant up for machines and people.
func timeElement(at time.Time, text string) template.HTML {
	if at.IsZero() {
		return "—"
	}
	return template.HTML(`<time datetime="` + at.Format(time.RFC3339) + `">` + template.HTMLEscapeString(text) + `</time>`)
}
