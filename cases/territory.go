package cases

import (
	"fmt"
	"strings"
	"time"
)

// Territory is a French territory that keeps another time than Paris.
type Territory struct {
	Code  string // as in postal and INSEE codes, "971" to "988"
	Where string // within a sentence: "en Guadeloupe"
	Zone  *time.Location
}

// Territories are those of a zone database, in the order of their codes.
type Territories []Territory

// territories names each territory, its zone, and its top-level domain where
// one is in use.
func territories() [][4]string {
	return [][4]string{
		{"971", "en Guadeloupe", "America/Guadeloupe", "gp"},
		{"972", "en Martinique", "America/Martinique", "mq"},
		{"973", "en Guyane", "America/Cayenne", "gf"},
		{"974", "à La Réunion", "Indian/Reunion", "re"},
		{"975", "à Saint-Pierre-et-Miquelon", "America/Miquelon", "pm"},
		{"976", "à Mayotte", "Indian/Mayotte", "yt"},
		{"977", "à Saint-Barthélemy", "America/St_Barthelemy", ""},
		{"978", "à Saint-Martin", "America/Marigot", ""},
		{"986", "à Wallis-et-Futuna", "Pacific/Wallis", "wf"},
		{"987", "à Tahiti", "Pacific/Tahiti", "pf"},
		{"988", "en Nouvelle-Calédonie", "Pacific/Noumea", "nc"},
	}
}

// LoadTerritories fails only without a zone database.
func LoadTerritories() (Territories, error) {
	var out Territories
	for _, t := range territories() {
		zone, err := time.LoadLocation(t[2])
		if err != nil {
			return nil, fmt.Errorf("load time zone: %w", err)
		}
		out = append(out, Territory{Code: t[0], Where: t[1], Zone: zone})
	}
	return out, nil
}

// ByCode gives the territory with that code, or nil.
func (ts Territories) ByCode(code string) *Territory {
	for i := range ts {
		if ts[i].Code == code {
			return &ts[i]
		}
	}
	return nil
}

// Keeps reports whether some territory keeps, at the instant t, the offset from
// UTC with which t is written. It may be the clock of other countries too.
func (ts Territories) Keeps(t time.Time) bool {
	_, offset := t.Zone()
	for _, o := range ts {
		if _, there := t.In(o.Zone).Zone(); there == offset {
			return true
		}
	}
	return false
}

// TerritoryOf gives the code of the territory whose top-level domain an address
// is in, or "". Most people overseas write from other domains.
func TerritoryOf(address string) string {
	domain := Address{Address: address}.Domain()
	top := domain[strings.LastIndexByte(domain, '.')+1:]
	for _, t := range territories() {
		if t[3] != "" && t[3] == top && top != domain {
			return t[0]
		}
	}
	return ""
}
