package cases

import (
	"testing"
	"time"
)

// TestTerritories: the hour overseas at the deadline of both editions. Only
// Saint-Pierre-et-Miquelon has a summer time of its own.
func TestTerritories(t *testing.T) {
	ts, err := LoadTerritories()
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2018, 11, 30, 16, 0, 0, 0, time.UTC)   // 17:00 in Paris
	second := time.Date(2021, 6, 30, 21, 59, 59, 0, time.UTC) // 23:59:59 in Paris
	for code, want := range map[string][2]string{
		"971": {"2018-11-30T12:00:00-04:00", "2021-06-30T17:59:59-04:00"},
		"972": {"2018-11-30T12:00:00-04:00", "2021-06-30T17:59:59-04:00"},
		"973": {"2018-11-30T13:00:00-03:00", "2021-06-30T18:59:59-03:00"},
		"974": {"2018-11-30T20:00:00+04:00", "2021-07-01T01:59:59+04:00"},
		"975": {"2018-11-30T13:00:00-03:00", "2021-06-30T19:59:59-02:00"},
		"976": {"2018-11-30T19:00:00+03:00", "2021-07-01T00:59:59+03:00"},
		"977": {"2018-11-30T12:00:00-04:00", "2021-06-30T17:59:59-04:00"},
		"978": {"2018-11-30T12:00:00-04:00", "2021-06-30T17:59:59-04:00"},
		"986": {"2018-12-01T04:00:00+12:00", "2021-07-01T09:59:59+12:00"},
		"987": {"2018-11-30T06:00:00-10:00", "2021-06-30T11:59:59-10:00"},
		"988": {"2018-12-01T03:00:00+11:00", "2021-07-01T08:59:59+11:00"},
	} {
		here := ts.ByCode(code)
		if here == nil {
			t.Fatalf("%s is missing", code)
		}
		if got := [2]string{first.In(here.Zone).Format(time.RFC3339), second.In(here.Zone).Format(time.RFC3339)}; got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
	if len(ts) != 11 || ts.ByCode("75") != nil {
		t.Errorf("%d territories, and Paris is %v", len(ts), ts.ByCode("75"))
	}
}

// TestTerritoryKeeps: an offset is overseas only if a territory keeps it on that
// day; never that of Paris, nor UTC, in which many servers write.
func TestTerritoryKeeps(t *testing.T) {
	ts, err := LoadTerritories()
	if err != nil {
		t.Fatal(err)
	}
	for written, want := range map[string]bool{
		"2018-11-30T12:00:00-04:00": true, "2018-11-30T13:00:00-03:00": true, "2018-11-30T20:00:00+04:00": true, "2018-11-30T06:00:00-10:00": true,
		"2018-11-30T17:00:00+01:00": false, "2018-11-30T16:00:00Z": false, "2018-11-30T14:00:00-02:00": false,
		"2021-06-30T23:59:59+02:00": false, "2021-06-30T21:59:59Z": false, "2021-06-30T19:59:59-02:00": true, "2021-07-01T08:59:59+11:00": true,
	} {
		at, err := time.Parse(time.RFC3339, written)
		if err != nil {
			t.Fatal(err)
		}
		if got := ts.Keeps(at); got != want {
			t.Errorf("%s: %v", written, got)
		}
	}
}

func TestTerritoryOf(t *testing.T) {
	for address, want := range map[string]string{
		"contact@guyaclic.gf": "973", "x@mairie.Saint-Denis.RE": "974", "x@biodesir.gp": "971", "x@anis.mq": "972", "x@a.pm": "975", "x@a.yt": "976",
		"x@a.wf": "986", "x@face.pf": "987", "x@province-sud.nc": "988",
		"x@guadeloupe.fr": "", "re@gmail.com": "", "x@re": "", "x@": "", "re": "", "": "", "x@bl": "", "x@exemple.": "",
	} {
		if got := TerritoryOf(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
