package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"greffier/cases"
)

// TestExport: an edition is written as folders that sha256sum accepts, with lists; a
// folder that holds something is refused, and what cannot be written whole leaves
// nothing behind.
func TestExport(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	g.imports(0, "2 mails imported", lay(t, map[string][]byte{
		"1.eml": candidateMail("melee@asso.example", "Hub de l'Économie", "2018-10-01T09:00:00Z", "2018-10-01T08:59:00Z", "budget.pdf", "rib.pdf"),
		"2.eml": candidateMail("ping@asso.example", "Candidature", "2018-10-02T09:00:00Z", "2018-10-02T08:59:00Z", "budget.pdf", "divers.pdf"),
	}))
	out := filepath.Join(t.TempDir(), "copie")
	g.ok("export", "-call", "essai", "-out", out)
	for _, name := range []string{"cases.csv", "cases.xlsx", "cases.json"} {
		if info, err := os.Stat(filepath.Join(out, name)); err != nil || info.Size() == 0 || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", name, err)
		}
	}
	text, err := os.ReadFile(filepath.Join(out, "cases.json"))
	g.must(err)
	var list []cases.Summary
	if err := json.Unmarshal(text, &list); err != nil || len(list) != 2 || list[0].Ref != "ESSAI-0001" {
		t.Errorf("%d cases, %v", len(list), err)
	}
	dossiers, err := filepath.Glob(filepath.Join(out, "dossiers", "ESSAI-000*"))
	g.must(err)
	if len(dossiers) != 2 {
		t.Fatalf("%q", dossiers)
	}
	for _, dossier := range dossiers {
		cmd := exec.Command("sha256sum", "--strict", "-c", "SHA256SUMS")
		cmd.Dir = dossier
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", dossier, err, said)
		}
	}
	for _, file := range []string{"01 Budget prévisionnel/budget.pdf", "02 Relevé d'identité bancaire/rib.pdf", "fiche.html", "LISEZMOI.txt"} {
		if _, err := os.Stat(filepath.Join(dossiers[0], file)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dossiers[1], "À classer", "divers.pdf")); err != nil {
		t.Error(err)
	}

	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-call", "essai", "-out", out}, 1, "is not empty"},
		{[]string{"-out", out + "2"}, 2, "which edition?"},
		{[]string{"-call", "essai"}, 2, "where to?"},
		{[]string{"-call", "autre", "-out", out + "2"}, 2, `no edition "autre"`},
	} {
		if _, errs, code := g.run("export", c.args...); code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("%q: exit code %d, %s", c.args, code, errs)
		}
	}

	raw := g.sheet("ESSAI-0002").Mails[0].RawSHA256
	path := filepath.Join(g.dir, "data", "archive", raw[:2], raw)
	bytes, err := os.ReadFile(path)
	g.must(err)
	for i := len(bytes) - 400; i < len(bytes)-300; i++ {
		if bytes[i] >= 'A' && bytes[i] <= 'Y' {
			bytes[i]++
		}
	}
	g.must(os.WriteFile(path, bytes, 0o600))
	if _, errs, code := g.run("export", "-call", "essai", "-out", out+"2"); code != 1 || !strings.Contains(errs, "not those that were received") || !strings.Contains(errs, "ESSAI-0002") {
		t.Errorf("an altered mail: exit code %d, %s", code, errs)
	}
	if left, err := filepath.Glob(out + "2*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}
