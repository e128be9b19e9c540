package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"greffier/cases"
)

// TestFormsOfOtherPrograms: whatever program a candidate fills our forms in with,
// and whatever it calls the file, the form is known for what it is and tells the
// same of the candidate; one saved without an answer is known as such.
func TestFormsOfOtherPrograms(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	askForms(t, g)
	dossier := []string{"organisation=La Mêlée", "legal_form=Association", "siren=732829320", "siret=73282932000074", "grouping=yes", "lead=La Mêlée", "partner=Coll’in, 35600000000048",
		"project=Hub Occitanie", "territory=2A", "territory=31", "territory=987", "amount=450000.00", "cost=1200000.00", "tax=TTC", "representative=Claire Martin", "signatory=Claire MARTIN",
		"contact=Paul Durand", "email=contact@lamelee.example", "phone=05 61 00 00 00"}
	printed := slices.DeleteFunc(slices.Clone(dossier), func(f string) bool { return strings.HasPrefix(f, "partner=") })
	for i, form := range []struct {
		file  string
		piece string // it is recognised as; "" only doubtful
		facts []string
	}{
		{"pdftk.pdf", "dossier_candidature", dossier},
		{"libreoffice.docx", "dossier_candidature", dossier},
		// OpenDocument keeps no label for the partners, which stand in a table.
		{"libreoffice.odt", "dossier_candidature", printed},
		{"libreoffice.xlsx", "budget", []string{"organisation=La Melee", "amount=300000.50", "tax=TTC"}},
		{"libreoffice-blank.docx", "", nil},
		// Printed to be signed: the lines still tell it, but for the partners.
		{"libreoffice-printed.pdf", "dossier_candidature", printed},
		// Its fields flattened, the answers stand nowhere near their questions.
		{"pdftk-flat.pdf", "dossier_candidature", nil},
	} {
		content, err := os.ReadFile("testdata/forms/" + form.file)
		g.must(err)
		_, extension, _ := strings.Cut(form.file, ".")
		from := string(rune('a'+i)) + "@" + string(rune('a'+i)) + ".example"
		d.Append(fileMail(from, "Envoi", map[string][]byte{"scan0001." + extension: content}), instant(t, "2018-10-01T09:00:05Z"))
		g.once("2018-10-01T10:00:00Z")
		c := g.sheet(fmt.Sprintf("ESSAI-%04d", i+1))
		var got []string
		for _, f := range c.Facts {
			got = append(got, string(f.Name)+"="+f.Value)
		}
		if !slices.Equal(got, form.facts) {
			t.Errorf("%s: facts\n%q, want\n%q", form.file, got, form.facts)
		}
		for _, p := range c.Pieces {
			switch {
			case p.ID == form.piece && p.Status != cases.Present, form.piece == "" && p.ID == "dossier_candidature" && p.Status != cases.Doubtful:
				t.Errorf("%s: %s is %s", form.file, p.ID, p.Status)
			}
		}
		reads := form.piece != "" && filepath.Ext(form.file) != ".pdf" || form.file == "pdftk.pdf"
		if out := g.ok("piece", c.Ref); reads && !strings.Contains(out, "it is the form of the pack, filled in") {
			t.Errorf("%s: recognised for another reason:\n%s", form.file, out)
		}
	}
	g.wantSound()
}
