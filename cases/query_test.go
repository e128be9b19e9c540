package cases

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestParseQuery(t *testing.T) {
	paris := edition1(t).Location
	for in, want := range map[string]string{
		"":                                     "",
		"  Hub  BRETAGNE ":                     "hub|bretagne",
		`"Coll'in, Occitanie" -brouillon`:      `"coll in occitanie"|-brouillon`,
		"phase:depositing missing:rib":         "phase:depositing|missing:rib",
		"Phase:Submitted -has:link":            "phase:submitted|-has:link",
		`dept:"Haute-Loire" dept:42`:           "dept:Haute-Loire|dept:42",
		"received:>2018-11-29 before:deadline": "received:>2018-11-29|before:deadline",
		"from:hub.example -- ,":                "from:hub.example",
	} {
		q, err := ParseQuery(in, paris)
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		var got []string
		for _, term := range q {
			got = append(got, term.String())
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q reads %q, want %q", in, strings.Join(got, "|"), want)
		}
	}
}

// TestQueryInstants: a date means the whole of it, in the zone of the funder.
func TestQueryInstants(t *testing.T) {
	paris := edition1(t).Location
	at := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for in, want := range map[string][2]string{
		"received:2018-11-30":         {"2018-11-30T00:00:00+01:00", "2018-12-01T00:00:00+01:00"},
		"received:>2018-11-30":        {"2018-12-01T00:00:00+01:00", ""},
		"received:>=2018-11-30T17:00": {"2018-11-30T17:00:00+01:00", ""},
		"received:<2018-11":           {"", "2018-11-01T00:00:00+01:00"},
		"received:<=2018":             {"", "2019-01-01T00:00:00+01:00"},
		"deposited:2021-06-30":        {"2021-06-30T00:00:00+02:00", "2021-07-01T00:00:00+02:00"},
	} {
		q, err := ParseQuery(in, paris)
		if err != nil || len(q) != 1 || !q[0].From.Equal(at(want[0])) || !q[0].Until.Equal(at(want[1])) {
			t.Errorf("%q: %v, %v", in, q, err)
		}
	}
}

// TestQueryFaults: a fault is shown where it stands.
func TestQueryFaults(t *testing.T) {
	for in, want := range map[string]struct {
		at   int
		what string
	}{
		"é phse:late":         {2, "no field"},
		"phase:depositting":   {6, "declared, depositing"},
		"rib received:demain": {13, "no date"},
		`texte "sans fin`:     {6, "not closed"},
		"missing: rib":        {0, "of what"},
		"missing:>3":          {8, "no date"},
	} {
		_, err := ParseQuery(in, time.UTC)
		var fault *QueryError
		if !errors.As(err, &fault) || fault.At != want.at || !strings.Contains(fault.What, want.what) {
			t.Errorf("%q: %v, want %q at %d", in, err, want.what, want.at)
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != 3 || !strings.HasSuffix(lines[2], "^") || len([]rune(lines[2])) != 3+want.at {
			t.Errorf("%q is shown as\n%s", in, err)
		}
	}
}
