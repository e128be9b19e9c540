package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestCasesQuery: cases finds what a query asks for, without a daemon and from
// nothing but the data folder; a fault is shown where it stands.
func TestCasesQuery(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	g.imports(0, "2 mails imported", lay(t, map[string][]byte{
		"1.eml": candidateMail("melee@asso.example", "Hub de l'Économie", "2018-10-01T09:00:00Z", "2018-10-01T08:59:00Z", "budget.pdf", "rib.pdf"),
		"2.eml": candidateMail("ping@asso.example", "Candidature", "2018-10-02T09:00:00Z", "2018-10-02T08:59:00Z", "budget.pdf"),
	}))
	refs := regexp.MustCompile(`(?m)^ESSAI-000(\d)`)
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "12"},
		{[]string{"economie"}, "1"},
		{[]string{"file:budget -from:ping"}, "1"},
		{[]string{"file:budget", "-from:ping"}, "1"},
		{[]string{"-economie candidature"}, "2"},
		{[]string{"--", "-economie"}, "2"},
		{[]string{"-received:>=2018-10-02"}, "1"},
		{[]string{"missing:rib"}, "2"},
		{[]string{`"melee asso example budget pdf"`}, "1"}, // stands in a PDF, read once
		{[]string{"-json", "ref:essai-0002"}, ""},
	} {
		out, errs, code := g.run("cases", c.args...)
		got := ""
		for _, m := range refs.FindAllStringSubmatch(out, -1) {
			got += m[1]
		}
		if code != 0 || got != c.want || errs != "" {
			t.Errorf("%q: exit code %d, found %q, want %q\n%s", c.args, code, got, c.want, errs)
		}
	}
	g.must(os.RemoveAll(filepath.Join(g.dir, "data", "cache")))
	const inPDF = `"melee asso example budget pdf"`
	if out, errs, code := g.run("cases", inPDF); code != 0 || strings.Contains(out, "ESSAI-") || !strings.Contains(errs, "2 mails were searched by their names alone") {
		t.Errorf("without its cache: exit code %d\n%s%s", code, out, errs)
	}
	if out := g.ok("cases", "economie"); !strings.Contains(out, "ESSAI-0001") {
		t.Errorf("without its cache: %s", out)
	}
	g.once("2018-10-05T10:00:00Z") // the daemon reads the files again
	if out := g.ok("cases", inPDF); !strings.Contains(out, "ESSAI-0001") {
		t.Errorf("once the files were read again: %s", out)
	}
	out, errs, code := g.run("cases", "file:budget phse:late")
	if code != 2 || out != "" || !strings.Contains(errs, "there is no field \"phse\"") || !strings.Contains(errs, "\n  file:budget phse:late\n              ^\n") {
		t.Errorf("a fault: exit code %d\n%s%s", code, out, errs)
	}
	if _, errs, code := g.run("cases", "-h"); code != 0 || !strings.Contains(errs, "\n  missing:") || !strings.Contains(errs, "\n  received:") {
		t.Errorf("help: exit code %d\n%s", code, errs)
	}
}
