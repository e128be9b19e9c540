package cases

import (
	"regexp"
	"slices"
	"testing"
)

func TestFoldName(t *testing.T) {
	for in, want := range map[string]string{
		"Délibération_n°12.pdf":              "deliberation n 12",
		"De\u0301libe\u0301ration.PDF":       "deliberation", // as macOS writes accents
		"AAP HUBS - Réponse X VDEF (2).pdf":  "aap hubs reponse x vdef 2",
		"Œuvres & cœur.docx":                 "oeuvres coeur",
		"BP_2019_2021_HUB.xlsx":              "bp 2019 2021 hub",
		"Statuts signés v2.1 def":            "statuts signes v2 1 def",
		"C:\\Users\\moi\\RIB.pdf":            "rib",
		"dossier/sous/Kbis.pdf":              "kbis",
		".pdf":                               "pdf",
		"CR 30.11.2018":                      "cr 30 11 2018",
		"":                                   "",
		"ﬁnancement.pdf":                     "financement", // a ligature
		"Attestation\u00a0URSSAF\u202f1.pdf": "attestation urssaf 1",
	} {
		if got := FoldName(in); got != want {
			t.Errorf("FoldName(%q) = %q, want %q", in, got, want)
		}
	}
}

func res(exprs ...string) []*regexp.Regexp {
	var out []*regexp.Regexp
	for _, e := range exprs {
		out = append(out, regexp.MustCompile(e))
	}
	return out
}

// small is a call with a few pieces, three of them required.
func small(t *testing.T) *Call {
	t.Helper()
	c := edition1(t)
	c.Pieces = []Piece{
		{ID: "rapport_activite", Label: "Rapport d'activité", Match: res(`\bbilans? (d )?activites?\b`)},
		{ID: "budget", Label: "Budget prévisionnel", Required: true, Match: res(`\bbudgets?\b`, `\bbp ?[0-9]{4}`)},
		{ID: "comptes_annuels", Label: "Bilans", Match: res(`\bbilans?\b`), Unless: res(`\bcarbone\b`)},
		{ID: "rib", Label: "Relevé d'identité bancaire", Required: true, Match: res(`\brib\b`)},
		{ID: "statuts", Label: "Statuts", Match: res(`\bstatuts?\b`)},
		{ID: "dossier", Label: "Dossier de candidature", Required: true, Match: res(`\bcandidatures?\b`), Weak: res(`\bdossiers?\b`, `\bhubs?\b`)},
	}
	return c
}

func TestSuggest(t *testing.T) {
	for _, tc := range []struct {
		name string
		want []string // weak ones end in ?
	}{
		{"RIB.pdf", []string{"rib"}},
		{"BP_2019_2021_HUB.xlsx", []string{"budget", "dossier?"}},
		{"Statuts et RIB.pdf", []string{"statuts", "rib"}},
		{"RIB+statuts.pdf", []string{"rib", "statuts"}},
		{"Bilan d'activité 2017.pdf", []string{"rapport_activite"}}, // its "bilan" is not the accounts
		{"Bilan 2017 et rapport.pdf", []string{"comptes_annuels"}},
		{"Bilan carbone.pdf", nil},
		{"Dossier Hub Bretagne.pdf", []string{"dossier?"}},
		{"Dossier de candidature.pdf", []string{"dossier"}},
		{"scan0001.pdf", nil},
		{"contributions.pdf", nil}, // no "rib" inside a word
	} {
		var got []string
		for _, s := range Recognise(small(t), Evidence{Filename: tc.name}) {
			if s.Reason() == "" {
				t.Errorf("%s: suggestion %s has no reason", tc.name, s.Piece)
			}
			if s.Weak {
				s.Piece += "?"
			}
			got = append(got, s.Piece)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.name, got, tc.want)
		}
	}
}

// file makes a readable file with the suggestions of its name.
func file(c *Call, name string, v Timeliness) File {
	return File{Filename: name, SHA256: name, State: Present, Timeliness: v, Suggests: Recognise(c, Evidence{Filename: name})}
}

func TestDossier(t *testing.T) {
	c := small(t)
	unreadable := file(c, "RIB.pdf", OnTime)
	unreadable.State = Unreadable
	blank := file(c, "RIB.pdf", OnTime)
	blank.State = Doubtful
	added := file(c, "rib de quelqu'un.pdf", OnTime)
	added.Added = true
	for _, tc := range []struct {
		name     string
		files    []File
		complete bool
		statuses map[string]Status
		first    map[string]string // piece: name of its best file
	}{
		{"nothing", nil, false, map[string]Status{"budget": Missing, "statuts": NotRequired}, nil},
		{"all required pieces", []File{file(c, "budget.xls", OnTime), file(c, "rib.pdf", OnTime), file(c, "candidature.pdf", OnTime)}, true, map[string]Status{"budget": Present}, nil},
		{"one file that is several pieces", []File{file(c, "candidature budget rib.pdf", OnTime)}, true, nil, nil},
		{"a weak word completes where nothing stronger is", []File{file(c, "budget.xls", OnTime), file(c, "rib.pdf", OnTime), file(c, "dossier.pdf", OnTime)}, true, map[string]Status{"dossier": Present}, nil},
		{"a weak word beside a strong one says nothing", []File{file(c, "budget du hub.xls", OnTime), file(c, "rib.pdf", OnTime)}, false, map[string]Status{"dossier": Missing}, nil},
		{"unreadable does not count", []File{unreadable}, false, map[string]Status{"rib": Unreadable}, nil},
		{"blank counts, doubtful", []File{blank}, false, map[string]Status{"rib": Doubtful}, nil},
		{"the best file decides", []File{file(c, "rib.pdf", OnTime), unreadable}, false, map[string]Status{"rib": Present}, map[string]string{"rib": "rib.pdf"}},
		{"a new send replaces", []File{file(c, "rib v1.pdf", OnTime), file(c, "rib v2.pdf", OnTime)}, false, nil, map[string]string{"rib": "rib v2.pdf"}},
		{"the file of an added sender replaces nothing", []File{file(c, "rib v1.pdf", OnTime), added}, false, nil, map[string]string{"rib": "rib v1.pdf"}},
		{"a late piece never completes an on-time dossier", []File{file(c, "budget.xls", OnTime), file(c, "candidature.pdf", OnTime), file(c, "rib.pdf", Late)}, false, map[string]Status{"rib": Missing}, nil},
		{"a piece to arbitrate counts like one in time", []File{file(c, "budget candidature.pdf", OnTime), file(c, "rib.pdf", ToArbitrate)}, true, nil, nil},
		{"where all is late, the late pieces are shown", []File{file(c, "rib.pdf", Late)}, false, map[string]Status{"rib": Present}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := NewDossier(c, tc.files)
			if d.Complete() != tc.complete {
				t.Errorf("complete %v, missing %v", d.Complete(), d.Missing())
			}
			for _, p := range d.Pieces {
				if want, ok := tc.statuses[p.Piece.ID]; ok && p.Status != want {
					t.Errorf("%s is %s, want %s", p.Piece.ID, p.Status, want)
				}
				if want, ok := tc.first[p.Piece.ID]; ok && p.Files[0].Filename != want {
					t.Errorf("best file of %s is %s, want %s", p.Piece.ID, p.Files[0].Filename, want)
				}
			}
		})
	}
	if d := NewDossier(c, []File{file(c, "scan0001.pdf", OnTime)}); len(d.Unsorted) != 1 || d.Empty() {
		t.Error("an unrecognised file is not kept to be sorted")
	}
	picky := small(t)
	picky.Pieces[3].Formats = []string{"pdf", ".jpg"}
	for name, want := range map[string]Status{"rib.PDF": Present, "rib.jpg": Present, "rib.docx": Doubtful, "rib": Doubtful} {
		d := NewDossier(picky, []File{file(picky, name, OnTime)})
		if got := d.Pieces[3].Status; got != want || got == Doubtful && d.Pieces[3].Files[0].Fault != FaultFormat {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	bare := edition1(t)
	if !NewDossier(bare, []File{file(bare, "x.pdf", OnTime)}).Complete() || NewDossier(bare, nil).Complete() {
		t.Error("a call without pieces is complete with its first file, and not before")
	}
}
