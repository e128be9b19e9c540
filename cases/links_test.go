package cases

import (
	"slices"
	"testing"
)

// TestLinkedPieces: the words around a link say which piece is behind it
// (behaviour 21).
func TestLinkedPieces(t *testing.T) {
	c := small(t)
	const link, other = "https://we.tl/t-Qx81bNf3", "https://www.swisstransfer.com/d/1"
	for _, tc := range []struct {
		name          string
		links         []string
		subject, text string
		want          []string
	}{
		{"on its line", []string{link}, "", "Bonjour,\nnotre budget : " + link + " (7 jours)\nBien à vous", []string{"budget"}},
		{"several on its line", []string{link}, "", "Budget et RIB ici " + link, []string{"budget", "rib"}},
		{"above it", []string{link}, "", "Voici le RIB de l'association :\n\n" + link + "\n", []string{"rib"}},
		{"each its own", []string{link, other}, "", "Le budget : " + link + "\nLes statuts : " + other, []string{"budget", "statuts"}},
		{"the file name at its end", []string{"https://www.dropbox.com/s/x1/RIB_2018.pdf?dl=0"}, "", "Voir https://www.dropbox.com/s/x1/RIB_2018.pdf?dl=0", []string{"rib"}},
		{"a mail about one piece", []string{link}, "Notre RIB", "Bonjour,\nen pièce trop lourde pour un mail.\nTéléchargez-la ici : " + link, []string{"rib"}},
		{"a mail about several", []string{link}, "RIB", "Nos statuts sont joints.\nLe reste est ici :\n" + link, nil},
		{"two links that say nothing", []string{link, other}, "RIB", link + "\n" + other, nil},
		{"behind words", []string{link}, "Le RIB", "Télécharger", []string{"rib"}},
		{"weak words", []string{link}, "", "Le dossier : " + link, nil},
		{"no link", nil, "RIB", "le RIB", nil},
	} {
		if got := LinkedPieces(c, tc.links, tc.subject, tc.text); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// TestLink: a file of any kind tells more of a piece than a link.
func TestLink(t *testing.T) {
	c := small(t)
	f := File{MailID: 1, Part: "2", Filename: "rib.pdf", State: Unreadable, Timeliness: OnTime, Suggests: []Suggestion{{Piece: "rib"}}}
	d := NewDossier(c, []File{f})
	d.Link([]string{"rib", "budget", "statuts"})
	got := make(map[string]Status)
	for _, p := range d.Pieces {
		got[p.Piece.ID] = p.Status
	}
	if got["rib"] != Unreadable || got["budget"] != ByLink || got["statuts"] != ByLink || got["dossier"] != Missing || d.Complete() {
		t.Errorf("pieces %v, complete %v", got, d.Complete())
	}
	if got := d.ByLink(); !slices.Equal(got, []string{"Budget prévisionnel", "Statuts"}) {
		t.Errorf("by link: %q", got)
	}
	if missing := d.Missing(); !slices.Contains(missing, "Budget prévisionnel") {
		t.Errorf("a link does not stand for its piece: missing %q", missing)
	}
}

// TestSpeaksOfAttached: a mail says that files are attached in one of a few ways;
// to ask about them is not to say so.
func TestSpeaksOfAttached(t *testing.T) {
	for text, want := range map[string]bool{
		"Bonjour,\n\nVeuillez trouver ci-joint notre dossier complet.": true,
		"Vous trouverez en pièce jointe notre RIB.":                    true,
		"Je vous joins les statuts.":                                   true,
		"Les documents joints à ce courriel sont signés.":              true,
		"Budget en PJ": true,
		"Quelles pièces jointes faut-il envoyer ?": false,
		"Bonjour, comment candidater ?":            false,
		"Nous nous sommes joints à un hub voisin.": false,
		"": false,
	} {
		if got := SpeaksOfAttached(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestBlankForm: our own form sent back without an answer is known for what it is.
func TestBlankForm(t *testing.T) {
	c := edition1(t)
	c.Pieces = []Piece{{ID: "dossier_candidature"}, {ID: "budget"}}
	dossier := []Field{{Name: "siret"}, {Name: "representant_legal"}, {Name: "mode_candidature", Value: " "}, {Name: "projet_resume"}}
	budget := []Field{{Name: "annee_1", Value: "2019"}, {Name: "regime_tva"}, {Name: "total_charges", Value: "0"}, {Name: "total_produits", Value: "0"}, {Name: "equilibre", Value: "À remplir"}}
	with := func(fields []Field, name, value string) []Field {
		fields = slices.Clone(fields)
		for i := range fields {
			if fields[i].Name == name {
				fields[i].Value = value
			}
		}
		return fields
	}
	for _, tc := range []struct {
		name   string
		fields []Field
		want   bool
	}{
		{"the dossier", dossier, true},
		{"the dossier, begun", with(dossier, "projet_resume", "Un hub"), false},
		{"the budget", budget, true},
		{"the budget, with a sum", with(budget, "total_charges", "450000"), false},
		{"somebody else's form", []Field{{Name: "nom"}, {Name: "siret"}}, false},
		{"no form", nil, false},
	} {
		if got := BlankForm(c, tc.fields); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

// TestReceiptComesBack: our own receipt, forwarded with a deposit, is no piece,
// whatever it lists.
func TestReceiptComesBack(t *testing.T) {
	c := small(t)
	for _, text := range []string{"# " + ReceiptTitle + "\n#\n0123  RIB.pdf\n", ReceiptTitle + " HUB18-0042\nFichier Taille\nBudget.xlsx"} {
		if got := Recognise(c, Evidence{Filename: "recepisse-HUB18-0042.txt", Reading: Reading{Text: text}, Words: "le RIB", Place: 1, Files: 1}); got != nil {
			t.Errorf("%q is taken for %+v", text, got)
		}
	}
	if got := Recognise(c, Evidence{Filename: "RIB.pdf", Reading: Reading{Text: "Relevé d'identité"}}); len(got) != 1 {
		t.Errorf("a RIB is taken for %+v", got)
	}
}
