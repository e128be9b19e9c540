package desk

import (
	"fmt"
	"strings"
	"testing"

	"greffier/cases"
	"greffier/cases/french"
)

// TestMap: every territory has one place on the board and no other has one; the
// count on a tile is what its link leads to.
func TestMap(t *testing.T) {
	m := mapOf(&cases.Call{ID: "hubs-2018"}, map[string]int{"2A": 1, "35": 9, "974": 2})
	at := make(map[string]bool)
	for _, tile := range m.Tiles {
		if at[tile.Code] || cases.RegionOf(tile.Code) == "" {
			t.Errorf("%s stands twice, or is no territory", tile.Code)
		}
		at[tile.Code] = true
		if (tile.N > 0) != (tile.Level > 0) || tile.Level > 3 {
			t.Errorf("%s: %d cases at level %d", tile.Code, tile.N, tile.Level)
		}
	}
	for _, r := range cases.Regions() {
		for _, area := range r.Territories {
			if !at[area.Code] {
				t.Errorf("%s has no place", area.Code)
			}
		}
	}
	if m.Covered != 3 || len(m.Regions) != 3 {
		t.Errorf("%d territories in %d regions", m.Covered, len(m.Regions))
	}
}

func TestMapLinks(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	for ref, territories := range map[string]string{"HUB18-0001": "22, 35", "HUB18-0002": "35, 2A", "HUB18-0003": "974"} {
		o.must(o.store.SetFact(t.Context(), "Camille Martin", ref, cases.FactTerritory, territories))
	}
	o.must(o.store.UpdateIndex(t.Context(), nil))
	b := o.staff("Camille Martin")
	day := b.get("/").body
	for code, want := range map[string]int{"22": 1, "35": 2, "2A": 1, "974": 1} {
		link := fmt.Sprintf(`<a href="/dossiers?edition=hubs-2018&amp;q=dept%%3A%s"><title>%s (%s)%s: %s</title>`, code, cases.TerritoryName(code), code, french.NBSP, french.Plural(want, "dossier", "dossiers"))
		if !strings.Contains(strings.ReplaceAll(day, "&#39;", "'"), link) {
			t.Errorf("no %s", link)
		}
		if n := rowsOf(t, b.get("/dossiers?edition=hubs-2018&q=dept%3A"+code).body); n != want {
			t.Errorf("%s leads to %d cases, not %d", code, n, want)
		}
	}
	if strings.Contains(day, "q=dept%3A56") {
		t.Error("a territory without a case is a link")
	}
}
