package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"greffier/cases"
)

// filledDossier is the application form of the pack with answers written into it
// as Word does; "☒" ticks a box.
func filledDossier(t *testing.T, answers map[string]string) []byte {
	t.Helper()
	blank, err := os.ReadFile("../../packs/hubs-2018/dossier-de-candidature.docx")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	zr, err := zip.NewReader(bytes.NewReader(blank), int64(len(blank)))
	must(err)
	control, tag := regexp.MustCompile(`(?s)<w:sdt>.*?</w:sdt>`), regexp.MustCompile(`<w:tag w:val="([^"]+)"`)
	inside := regexp.MustCompile(`(?s)<w:sdtContent>.*</w:sdtContent>`)
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, member := range zr.File {
		r, err := member.Open()
		must(err)
		content, err := io.ReadAll(r)
		must(err)
		must(r.Close())
		if member.Name == "word/document.xml" {
			content = control.ReplaceAllFunc(content, func(sdt []byte) []byte {
				switch answer := answers[string(tag.FindSubmatch(sdt)[1])]; answer {
				case "":
					return sdt
				case "☒":
					return []byte(strings.NewReplacer(`<w14:checked w14:val="0">`, `<w14:checked w14:val="1">`, "☐", "☒").Replace(string(sdt)))
				default:
					sdt = bytes.Replace(sdt, []byte("<w:showingPlcHdr></w:showingPlcHdr>"), nil, 1)
					return inside.ReplaceAllLiteral(sdt, []byte("<w:sdtContent><w:r><w:t>"+answer+"</w:t></w:r></w:sdtContent>"))
				}
			})
		}
		w, err := zw.Create(member.Name)
		must(err)
		_, err = w.Write(content)
		must(err)
	}
	must(zw.Close())
	return out.Bytes()
}

// filledBudget is the workbook of the pack with numbers in some of its cells.
func filledBudget(t *testing.T) []byte {
	t.Helper()
	book, err := excelize.OpenFile("../../packs/hubs-2018/budget-previsionnel.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	for cell, v := range map[string]any{"B3": "La Melee", "B4": "TTC", "B24": 150000, "C24": 150000.5} {
		if err := book.SetCellValue("Budget", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// askForms has the call of a program ask for the application, and groupings for
// their agreement, and serve one region first.
func askForms(t *testing.T, g *program) {
	t.Helper()
	text, err := os.ReadFile(g.config)
	g.must(err)
	text = bytes.Replace(text, []byte("  [[call.reminder]]"), []byte("  [[call.piece]]\n  id = \"accord_consortium\"\n  label = \"Accord de groupement\"\n  required = false\n  required_if = [\"groupement\"]\n"+
		"  [[call.piece]]\n  id = \"dossier_candidature\"\n  label = \"Dossier\"\n  match = ['\\bdossier\\b']\n  [[call.reminder]]"), 1)
	text = bytes.Replace(text, []byte("pack = \"pack\""), []byte("pack = \"pack\"\npriority_regions = [\"Bretagne\"]"), 1)
	g.must(os.WriteFile(g.config, text, 0o600))
}

// TestFormsReadBack: the forms of the pack come back filled in, and the program
// knows who candidates, asks a grouping for its agreement, and takes the word of
// staff against what it read.
func TestFormsReadBack(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	askForms(t, g)
	if _, said, code := g.run("check"); code != 0 || !strings.Contains(said, "essai: accord_consortium is asked for if several bodies candidate together") || !strings.Contains(said, "served first: Bretagne") {
		t.Errorf("check: exit code %d\n%s", code, said)
	}

	d.Append(fileMail("asso@asso.example", "Notre dossier", map[string][]byte{
		"dossier.docx": filledDossier(t, map[string]string{"organisation": "La Mêlée", "siret": "732 829 320 00074", "mode_candidature": "Groupement", "partenaire_1_nom": "Coll'in",
			"territoire_42": "☒", "territoire_987": "☒", "montant_demande": "450 000 €"}),
		"budget.xlsx": filledBudget(t), "rib.pdf": []byte(pdfSaying("IBAN")),
	}), instant(t, "2018-10-01T09:00:05Z"))
	g.once("2018-10-01T10:00:00Z")
	c := g.sheet("ESSAI-0001")
	if c.Phase != cases.Depositing || c.Candidate.Organisation != "La Mêlée" || c.Perimeter == nil || c.Perimeter.Verdict != cases.PerimeterWider {
		t.Errorf("%s, organisation %q, perimeter %+v", c.Phase, c.Candidate.Organisation, c.Perimeter)
	}
	out := g.ok("fact", "ESSAI-0001")
	for _, want := range []string{`organisation +La Mêlée +form`, `siret +73282932000074 +form`, `siren +732829320 +form`, `grouping +yes +form`, `territory +42 Loire, 987 Polynésie française +form`,
		`amount +450000\.00 +form +budget: 300000\.50`, `partner +Coll'in +form`, `perimeter +wider`} {
		if !regexp.MustCompile(`(?m)^` + want).MatchString(out) {
			t.Errorf("%s is not in\n%s", want, out)
		}
	}
	if out := g.ok("case", "ESSAI-0001"); !strings.Contains(out, "\nFacts\n") {
		t.Errorf("a case without its facts:\n%s", out)
	}
	letters := sink.Mails()
	if len(letters) != 1 || !strings.Contains(plainText(t, letters[0].Raw), "Accord de groupement") {
		t.Errorf("%d letters", len(letters))
	}

	for _, wrong := range [][]string{{}, {"ESSAI-0001", "deny", "siret"}, {"ESSAI-0001", "confirm", "colour"}, {"ESSAI-0001", "set", "siret", "73282932000075"}, {"ESSAI-0001", "set", "email", "voir", "plus", "haut"}, {"ESSAI-0001", "set", "phone", "idem"}, {"ESSAI-0001", "confirm", "siret", "more"}} {
		if _, _, code := g.run("fact", wrong...); code != 2 {
			t.Errorf("fact %q: exit code %d", wrong, code)
		}
	}
	if _, _, code := g.run("fact", "ESSAI-0001", "confirm", "phone"); code != 1 {
		t.Errorf("confirmed what nobody told: exit code %d", code)
	}
	g.ok("fact", "ESSAI-0001", "confirm", "organisation")
	g.ok("fact", "ESSAI-0001", "set", "grouping", "non")
	if c := g.sheet("ESSAI-0001"); c.Phase != cases.Submitted || c.Completeness != cases.Complete || !c.Facts[0].Confirmed {
		t.Errorf("%s, %s, %+v", c.Phase, c.Completeness, c.Facts[0])
	}
	g.ok("fact", "ESSAI-0001", "unset", "grouping")
	if c := g.sheet("ESSAI-0001"); c.Phase != cases.Depositing {
		t.Errorf("phase %s", c.Phase)
	}
	g.wantSound()
}

// TestFormThatAsksForMore: a form that arrives after a complete dossier makes it
// lack a piece; its acknowledgement says which, and why, and staff have a task.
func TestFormThatAsksForMore(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	askForms(t, g)
	d.Append(fileMail("asso@asso.example", "Notre dossier", map[string][]byte{"budget.xlsx": filledBudget(t), "rib.pdf": []byte(pdfSaying("IBAN")),
		"dossier.docx": filledDossier(t, map[string]string{"projet_titre": "Hub"})}), instant(t, "2018-10-01T09:00:05Z"))
	g.once("2018-10-01T10:00:00Z")
	if p := g.sheet("ESSAI-0001").Phase; p != cases.Submitted {
		t.Fatalf("%s", p)
	}
	d.Append(bytes.Replace(fileMail("asso@asso.example", "Le formulaire", map[string][]byte{"dossier.docx": filledDossier(t, map[string]string{"mode_candidature": "Groupement", "projet_titre": "Hub"})}), []byte("Message-ID: <"), []byte("Message-ID: <2."), 1), instant(t, "2018-10-02T09:00:05Z"))
	g.once("2018-10-02T10:00:00Z")
	c := g.sheet("ESSAI-0001")
	if c.Phase != cases.Submitted || c.Completeness != cases.Incomplete || !slices.ContainsFunc(c.Tasks, func(k cases.Task) bool { return k.Kind == "asks_more" && k.DoneAt == nil }) {
		t.Errorf("%s, %s, tasks %+v", c.Phase, c.Completeness, c.Tasks)
	}
	letters := sink.Mails()
	text := strings.Join(strings.Fields(plainText(t, letters[len(letters)-1].Raw)), " ")
	for _, want := range []string{"Votre dépôt était complet.", "Accord de groupement : cette pièce est demandée car votre dossier indique une candidature en groupement", "Si ce n’est pas votre cas"} {
		if !strings.Contains(text, want) {
			t.Errorf("the acknowledgement does not say %q:\n%s", want, text)
		}
	}
	g.wantSound()
}
