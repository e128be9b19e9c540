package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestDemo: the rehearsal ends as its story says, in 80 columns.
func TestDemo(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var out, errs bytes.Buffer
	if code := runCommand(t.Context(), terminal{out: &out, err: &errs}, []string{"demo", "-exit"}); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, out.String(), errs.String())
	}
	for line := range strings.Lines(out.String()) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 && !strings.Contains(line, "/demo.toml") && !strings.Contains(line, "All of it is kept") {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}
