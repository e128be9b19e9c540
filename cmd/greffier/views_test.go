package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestViews: what everybody finds on the desk is kept from the command line; a
// query that cannot be understood is none.
func TestViews(t *testing.T) {
	path := staffConfig(t)
	run := func(code int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if got := runCommand(t.Context(), terminal{out: &out, err: &errs}, append([]string{"views", "-config", path}, args...)); got != code {
			t.Fatalf("%v: exit code %d, want %d: %s", args, got, code, errs.String())
		}
		return out.String() + errs.String()
	}
	run(0, "save", "À finir", "completeness:incomplete hub")
	if said := run(1, "save", "a finir", "hub"); !strings.Contains(said, "there is a view of that name") {
		t.Error(said)
	}
	run(2, "save", "Autre", "nulle:part")
	run(2, "save", "Autre")
	if said := run(0, "list"); !strings.Contains(said, "À finir  q=completeness:incomplete hub") {
		t.Error(said)
	}
	run(0, "drop", "À FINIR")
	run(1, "drop", "À finir")
}
