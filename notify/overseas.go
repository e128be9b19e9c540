package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"greffier/cases"
	"greffier/cases/french"
)

// overseas tells an instant in the local times of the territories, earliest
// first: "12 h 00 en Guadeloupe et en Martinique", "3 h 00 le lendemain en
// Nouvelle-Calédonie".
func overseas(t time.Time, territories cases.Territories) []string {
	type local struct {
		offset int // seconds east of Greenwich
		hour   string
		where  []string
	}
	var said []local
	for _, o := range territories {
		_, offset := t.In(o.Zone).Zone()
		i := slices.IndexFunc(said, func(l local) bool { return l.offset == offset })
		if i < 0 {
			i = len(said)
			said = append(said, local{offset: offset, hour: elsewhere(t, o.Zone)})
		}
		said[i].where = append(said[i].where, o.Where)
	}
	slices.SortFunc(said, func(a, b local) int { return cmp.Compare(a.offset, b.offset) })
	var out []string
	for _, l := range said {
		last := len(l.where) - 1
		where := l.where[last]
		if last > 0 {
			where = strings.Join(l.where[:last], ", ") + " et " + where
		}
		out = append(out, l.hour+" "+where)
	}
	return out
}

// elsewhere tells the hour of t in another zone, and on which day it is where
// that is another one.
func elsewhere(t time.Time, zone *time.Location) string {
	there := t.In(zone)
	switch day := there.Format(time.DateOnly); {
	case day < t.Format(time.DateOnly):
		return french.Hour(there) + " la veille"
	case day > t.Format(time.DateOnly):
		return french.Hour(there) + " le lendemain"
	}
	return french.Hour(there)
}

// placeOf tells where the reader's clock stands: in the territory that its
// address names, else where the Date field of its mail says. Several territories
// and other countries share an offset, so that only the clock is named then.
func (ls *Letters) placeOf(f cases.Facts) (*time.Location, string) {
	if t := ls.territories.ByCode(f.Territory); t != nil {
		return t.Zone, t.Where
	}
	if f.SentAt.IsZero() || !ls.territories.Keeps(f.SentAt) {
		return nil, ""
	}
	_, offset := f.SentAt.Zone()
	sign, hours := "+", offset/3600
	if hours < 0 {
		sign, hours = "\u2212", -hours
	}
	return time.FixedZone("", offset), fmt.Sprintf("à l’heure de votre messagerie (UTC%s%d)", sign, hours)
}
