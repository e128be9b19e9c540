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
