package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

// TestQueryFaults: whatever is wrong with a search is said in French.
func TestQueryFaults(t *testing.T) {
	calls := cases.Calls{{ID: "hubs", Reference: "HUB18", Pieces: []cases.Piece{{ID: "rib"}}}}
	queries := []string{"nulle:part", "phase:x", "phase:>x", `"ouvert`, "received:demain", "dept:nulle-part", "call:x", "piece:x", "missing:x", "from:!", "file:…",
		"assigned:!", "label:!", strings.Repeat("a ", 101), "file:\"" + strings.Repeat("a ", 101) + "\""}
	for _, f := range cases.QueryFields() {
		queries = append(queries, f.Name+":")
	}
	for _, q := range queries {
		_, err := cases.ParseQuery(q, calls, time.UTC)
		var fault *cases.QueryError
		if !errors.As(err, &fault) {
			t.Errorf("%.40q is understood: %v", q, err)
			continue
		}
		got := queryFaultWord(fault.What)
		if got.English || strings.Contains(got.Text, "write") || strings.Contains(got.Text, " its ") || breakable.MatchString(got.Text) {
			t.Errorf("%.40q: %q becomes %q", q, fault.What, got.Text)
		}
	}
}

// Staff are told fields and values in French, and the help lists them.
func TestSearchInFrench(t *testing.T) {
	for query, want := range map[string]string{"nulle:part": "manque, pièce", "phase:x": "dossier-déposé", "tâche:": "à-lire", "reçu:x": "2018-11", "avant:": "échéance", "étiquette:!": "étiquette:MOT", "reçu:": "reçu:>2018-11-30"} {
		_, err := cases.ParseQuery(query, nil, time.UTC)
		var fault *cases.QueryError
		if !errors.As(err, &fault) {
			t.Errorf("%q is understood: %v", query, err)
		} else if got := queryFaultWord(fault.What).Text; !strings.Contains(got, want) || strings.Contains(got, "missing") || strings.Contains(got, "submitted") {
			t.Errorf("%q: %s", query, got)
		}
	}
	for _, f := range searchFields() {
		if f.Name == "" || f.Says == "" {
			t.Errorf("the help does not tell a field: %+v", f)
		}
	}
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	if french, plain := rowsOf(t, b.get("/dossiers?q=délai:hors-délai").body), rowsOf(t, b.get("/dossiers?q=timeliness:late").body); french == 0 || french != plain {
		t.Errorf("in French %d cases are found, by the words of the programs %d", french, plain)
	}
}
