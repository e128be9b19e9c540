package cases

import (
	"strings"
	"testing"
)

// TestReadPrinted: the lines of our application tell what its fields did; hints,
// answers that may go on below and other documents tell nothing.
func TestReadPrinted(t *testing.T) {
	const form = "Dossier de candidature\nAppel à projets\nNom de l’organisation La Mêlée\nNom court ou sigle [Nom court]\nForme juridique Association\nNuméro SIREN [9 chiffres]\n" +
		"Numéro SIRET du siège 732 829 320 00074\nPrénom et nom Claire Martin\nPrénom et nom Paul Durand\nAdresse électronique\nTéléphone 05 61 00 00 00\nMode de candidature Groupement\n" +
		"Chef de file du groupement *\nCorse ☒ 2A – Corse-du-Sud ☐ 2B – Haute-Corse\n☒ 31 – Haute-Garonne\nMontant demandé, en euros 450 000 € TTC\nPrénom et nom du signataire Claire MARTIN\nTéléphone 01 58 50 00 00\n"
	read := func(text string) string {
		var got []string
		for _, p := range ReadPrinted(text) {
			if p.Source != FromText {
				t.Errorf("%s is told by %s", p.Name, p.Source)
			}
			got = append(got, string(p.Name)+"="+p.Value)
		}
		return strings.Join(got, " ")
	}
	if got, want := read(form), "territory=2A territory=31 organisation=La Mêlée legal_form=Association contact=Paul Durand representative=Claire Martin signatory=Claire MARTIN phone=05 61 00 00 00 "+
		"siren=732829320 siret=73282932000074 amount=450000.00 tax=TTC grouping=yes"; got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
	if got := read(strings.Replace(form, "La Mêlée", "Association pour le développement du numérique", 1)); strings.Contains(got, "organisation=") {
		t.Errorf("half a name: %q", got)
	}
	for _, other := range []string{"", "Règlement\n" + form[strings.Index(form, "\n"):], "Dossier de candidature\nMode de candidature Groupement\n"} {
		if got := read(other); got != "" {
			t.Errorf("%.40q tells %q", other, got)
		}
	}
}
