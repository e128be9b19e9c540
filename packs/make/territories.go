package main

import (
	"fmt"
	"time"
)

// localTimes returns, for each overseas territory, the date and hour there at
// the instant t, from west to east.
func localTimes(t time.Time) ([][2]string, error) {
	zones := []struct{ place, zone string }{
		{"Polynésie française (Tahiti)", "Pacific/Tahiti"},
		{"Guadeloupe, Martinique, Saint-Barthélemy, Saint-Martin", "America/Guadeloupe"},
		{"Guyane", "America/Cayenne"},
		{"Saint-Pierre-et-Miquelon", "America/Miquelon"},
		{"Mayotte", "Indian/Mayotte"},
		{"La Réunion", "Indian/Reunion"},
		{"Nouvelle-Calédonie", "Pacific/Noumea"},
		{"Wallis-et-Futuna", "Pacific/Wallis"},
	}
	out := make([][2]string, 0, len(zones))
	for _, z := range zones {
		loc, err := time.LoadLocation(z.zone)
		if err != nil {
			return nil, fmt.Errorf("load the time zone of %s: %w", z.place, err)
		}
		there := t.In(loc)
		out = append(out, [2]string{z.place, dayMonth(there) + ", " + frenchHour(there)})
	}
	return out, nil
}
