package desk

import (
	"html/template"
	"time"

	"greffier/cases/french"
)

// span tells a duration in its two largest units: "6 jours et 4 heures".
func span(d time.Duration) string {
	minutes := int(d.Abs() / time.Minute)
	days, hours, rest := minutes/1440, minutes/60%24, minutes%60
	switch {
	case days > 0 && hours > 0:
		return french.Plural(days, "jour", "jours") + " et " + french.Plural(hours, "heure", "heures")
	case days > 0:
		return french.Plural(days, "jour", "jours")
	case hours > 0 && rest == 0:
		return french.Plural(hours, "heure", "heures")
	case hours > 0:
		return french.Plural(hours, "heure", "heures") + " et " + french.Plural(rest, "minute", "minutes")
	case rest > 0:
		return french.Plural(rest, "minute", "minutes")
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
