package store

import (
	"fmt"
	"testing"

	"greffier/cases"
)

// TestTerritories: a case counts once in each territory that it covers, in its own
// edition; a count is what a search for dept: finds, before the index is made too.
func TestTerritories(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@a.fr", "2018-10-01 09:00:00"), d.mail("b@b.fr", "2018-10-02 09:00:00"), d.mail("c@c.fr", "2020-12-01 09:00:00"))
	for ref, territories := range map[string]string{"HUB18-0001": "35, 2A", "HUB18-0002": "35, 974", "HUB20-0001": "35"} {
		d.must(d.SetFact(t.Context(), "C. Martin", ref, cases.FactTerritory, territories))
	}
	want := func(callID, want string) {
		t.Helper()
		counts, err := d.Territories(t.Context(), callID)
		d.must(err)
		for code, n := range counts {
			if n == 0 {
				delete(counts, code)
			}
		}
		if got := fmt.Sprint(counts); got != want {
			t.Errorf("%s: %s, want %s", callID, got, want)
		}
	}
	want("hubs-2018", "map[]")
	if got := d.found("dept:35"); got != "1 2 HUB20-0001" {
		t.Fatalf("dept:35 finds %s", got)
	}
	want("hubs-2018", "map[2A:1 35:2 974:1]")
	want("hubs-2020", "map[35:1]")
	want("hubs-2022", "map[]")
}
