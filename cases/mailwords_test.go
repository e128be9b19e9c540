package cases

import (
	"slices"
	"testing"
)

// TestMailSays: what a mail says of files whose names say nothing.
func TestMailSays(t *testing.T) {
	for _, tc := range []struct {
		about string
		words string
		files []string
		want  []string // a piece a file; weak ones end in ?
	}{
		{"a file a line", "Notre dossier\nscan0001.pdf : nos statuts\nscan0002 = le RIB", []string{"scan0001.pdf", "scan0002.pdf"}, []string{"statuts", "rib"}},
		{"files in one line", "Pièces\nscan1.pdf (statuts), scan2.pdf (RIB) ; scan3.pdf : photo", []string{"scan1.pdf", "scan2.pdf", "scan3.pdf"}, []string{"statuts", "rib", ""}},
		{"numbers that the names bear", "Bonjour\nPJ1 : statuts ; PJ2 : RIB", []string{"PJ 2.pdf", "pj1_scan.pdf"}, []string{"rib", "statuts"}},
		{"numbers with a word", "Envoi\nPièce n°1 : le budget prévisionnel\nPièce n°2 : les statuts", []string{"piece_1.pdf", "piece_2.pdf"}, []string{"budget", "statuts"}},
		{"numbers, and the names bear none: the files stand in no sure order", "Envoi\n1. Statuts\n2. RIB", []string{"scan7.pdf", "scan8.pdf"}, []string{"statuts?", "rib?"}},
		{"numbers for more files than came", "Envoi\n1. Statuts\n2. RIB\n3. Budget", []string{"scan7.pdf", "scan8.pdf"}, []string{"", ""}},
		{"an order that is said", "Pièces\nVous trouverez dans l'ordre : les statuts, le RIB et le budget.", []string{"a.pdf", "b.pdf", "c.pdf"}, []string{"statuts", "rib", "budget"}},
		{"an order of other files", "Pièces\nVous trouverez dans l'ordre : les statuts, le RIB et le budget.", []string{"a.pdf", "b.pdf"}, []string{"", ""}},
		{"a list without an order", "Pièces\nCi-joint les statuts, le RIB et le budget.", []string{"a.pdf", "b.pdf", "c.pdf"}, []string{"", "", ""}},
		{"a subject", "RIB manquant\nBonjour, comme convenu. Cordialement", []string{"scan.pdf"}, []string{"rib?"}},
		{"a subject about the application", "Candidature hub - complément\nVeuillez trouver ci-joint notre RIB.", []string{"scan.pdf"}, []string{"rib?"}},
		{"what will come is not what came", "Hub\nCi-joint les statuts. Je vous enverrai le RIB demain.", []string{"scan.pdf"}, []string{"statuts?"}},
		{"several pieces and one file", "Hub\nCi-joint les statuts et le RIB", []string{"scan.pdf"}, []string{""}},
		{"a mail that says nothing", "Bonjour\nBonne réception", []string{"scan.pdf"}, []string{""}},
	} {
		for i, file := range tc.files {
			got := ""
			if found := Recognise(small(t), Evidence{Filename: file, Words: tc.words, Place: i + 1, Files: len(tc.files)}); len(found) > 0 {
				got = found[0].Piece
				if found[0].Weak {
					got += "?"
				}
				if found[0].By != ByMail {
					t.Errorf("%s: %s is taken for %s by its %s", tc.about, file, got, found[0].By)
				}
			}
			if got != tc.want[i] {
				t.Errorf("%s: %s is taken for %q, want %q", tc.about, file, got, tc.want[i])
			}
		}
	}
}

// TestMailSpeaksOfPieces: a mail that lists pieces says nothing of the files that
// have the names of some of them.
func TestMailSpeaksOfPieces(t *testing.T) {
	for _, words := range []string{"Hub\nVoici le RIB et les statuts.", "Hub\nVous trouverez ci-joint : le RIB et les statuts", "Hub\nVoici le RIB, les statuts suivront.", "Hub\nRIB.pdf et statuts.pdf", "RIB et statuts\nBonjour"} {
		for i, want := range []string{"rib", "statuts"} {
			file := []string{"RIB.pdf", "Statuts.pdf"}[i]
			for _, s := range Recognise(small(t), Evidence{Filename: file, Words: words, Place: i + 1, Files: 2}) {
				if s.Piece != want && !s.Weak {
					t.Errorf("%q: %s is taken for %s too", words, file, s.Piece)
				}
			}
		}
	}
	got := Recognise(small(t), Evidence{Filename: "RIB.pdf", Words: "Hub\n- RIB.pdf : nos statuts, mal nommés", Place: 1, Files: 2})
	if !slices.ContainsFunc(got, func(s Suggestion) bool { return s.Piece == "statuts" }) {
		t.Errorf("what is said of the very file: %v", got)
	}
}

// TestMailBesideName: the mail does not overrule a name or a title.
func TestMailBesideName(t *testing.T) {
	got := Recognise(small(t), Evidence{Filename: "Statuts.pdf", Words: "RIB manquant\nci-joint", Place: 1, Files: 1})
	if len(got) == 0 || got[0].Piece != "statuts" || slices.ContainsFunc(got, func(s Suggestion) bool { return s.Piece == "rib" && !s.Weak }) {
		t.Errorf("Statuts.pdf in a mail about a RIB: %v", got)
	}
}
