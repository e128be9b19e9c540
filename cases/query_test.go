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
		"Coll'in -Haute-Loire":                 "coll-in|-haute-loire",
		"« Coll'in » “le hub”":                 `"coll in"|"le hub"`,
		`file:«a "b" c» file:">x"`:             `file:“a "b" c”|file:">x"`,
	} {
		q, err := ParseQuery(in, nil, paris)
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
		q, err := ParseQuery(in, nil, paris)
		if err != nil || len(q) != 1 || !q[0].From.Equal(at(want[0])) || !q[0].Until.Equal(at(want[1])) {
			t.Errorf("%q: %v, %v", in, q, err)
		}
	}
}

// TestQueryFaults: a fault is shown where it stands.
func TestQueryFaults(t *testing.T) {
	calls := Calls{{ID: "hubs-2018", Reference: "HUB18", Pieces: []Piece{{ID: "rib"}, {ID: "budget"}}}}
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
		"missing:ribs":        {8, "one of rib, budget"},
		"piece:any":           {6, "no edition has a piece"},
		"a call:hubs-2019":    {7, "hubs-2018"},
		"dept:99":             {5, "no territory"},
		"dept:Bretange":       {5, "no territory"},
		"letter:acks":         {7, "ack, received"},
		"from:...":            {5, "no letter"},
		`file:"` + strings.Repeat("x ", 101) + `"`: {5, "at most 100 words"},
		"« sans fin":              {0, "write » at its end"},
		strings.Repeat("a ", 101): {200, "at most 100 terms"},
	} {
		_, err := ParseQuery(in, calls, time.UTC)
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

// FuzzParseQuery: what is read is written back so that it is read the same, and
// a fault stands within the query.
func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{`phase:depositing missing:any -has:link`, `"a b" -c received:>=2018-11-30`, `file:«a "b"»`, `dept:"Haute-Loire" from:'x`, `-"`, `a:b`, `-- - -`, "\xff\x00 file:\u00a0",
		`"; DROP TABLE "case"; --`, `NEAR/2 OR a* ^b (c) sender:x`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := ParseQuery(s, nil, time.UTC)
		if err != nil {
			var fault *QueryError
			if !errors.As(err, &fault) || fault.At > len([]rune(s)) || fault.What == "" {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		again, err := ParseQuery(q.String(), nil, time.UTC)
		if err != nil || again.String() != q.String() || len(again) != len(q) {
			t.Fatalf("%q is written %q, which reads %q, %v", s, q.String(), again.String(), err)
		}
		for i := range q {
			if q[i] != again[i] {
				t.Fatalf("%q: term %d reads %+v, then %+v", s, i, q[i], again[i])
			}
		}
	})
}
