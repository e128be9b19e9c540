package main

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/cases"
	"greffier/packs"
)

func mustEditions(t *testing.T) []edition {
	t.Helper()
	all, err := editions()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// documents returns every text document of an edition.
func documents(t *testing.T, e edition) []document {
	t.Helper()
	rules, err := reglement(e)
	if err != nil {
		t.Fatal(err)
	}
	return []document{rules, piecesList(e), dossier(e, false), dossier(e, true), engagement(e)}
}

func TestDeadlineOfEachEdition(t *testing.T) {
	want := []struct{ folder, instant, text string }{
		{"hubs-2018", "2018-11-30T16:00:00Z", "vendredi 30 novembre 2018 à 17 h 00, heure de Paris"},
		{"hubs-2020", "2021-06-30T21:59:59Z", "mercredi 30 juin 2021 à 23 h 59 min 59 s, heure de Paris"},
	}
	typo := newTypographer()
	for i, e := range mustEditions(t) {
		w := want[i]
		if e.folder != w.folder {
			t.Fatalf("edition %d is %s, want %s", i, e.folder, w.folder)
		}
		if got := e.deadline.UTC().Format(time.RFC3339); got != w.instant {
			t.Errorf("%s: deadline %s, want %s", e.folder, got, w.instant)
		}
		for _, d := range documents(t, e)[:4] {
			if !strings.Contains(d.text(), typo.set(w.text)) {
				t.Errorf("%s: « %s » does not say %q", e.folder, d.title, w.text)
			}
			if !strings.Contains(d.text(), "AAP-Hubsinclusifs@caissedesdepots.fr") {
				t.Errorf("%s: « %s » does not say where to send", e.folder, d.title)
			}
		}
	}
}

func TestRulesStateThePublishedFacts(t *testing.T) {
	facts := map[string][]string{
		"hubs-2018": {"5 000 000 €", "jeudi 13 septembre 2018", "Recenser et coordonner", "Lever des fonds", "Mutualiser", "Évaluer", "plusieurs départements", "Début décembre 2018 à mi-janvier 2019", "Fin janvier 2019"},
		"hubs-2020": {"2 300 000 €", "250 000 €", "50 000 €", "mardi 17 novembre 2020", "Animer le territoire", "Accompagner des projets", "Bretagne, Normandie, Grand Est et Centre-Val de Loire", "Action cœur de ville", "QPV"},
	}
	typo := newTypographer()
	for _, e := range mustEditions(t) {
		text := strings.ToLower(documents(t, e)[0].text())
		for _, fact := range facts[e.folder] {
			if !strings.Contains(text, strings.ToLower(typo.set(fact))) {
				t.Errorf("%s: the rules do not say %q", e.folder, fact)
			}
		}
	}
}

func TestListNamesEveryPiece(t *testing.T) {
	for _, e := range mustEditions(t) {
		text := piecesList(e).text()
		rules := documents(t, e)[0].text()
		for _, piece := range pieces(e) {
			label := newTypographer().set(piece.label)
			if !strings.Contains(text, label) {
				t.Errorf("%s: the list does not name %q", e.folder, label)
			}
			if piece.need != optional && !strings.Contains(rules, label) {
				t.Errorf("%s: the rules do not name %q", e.folder, label)
			}
			for _, name := range strings.Split(piece.files, " ; ") {
				if !regexp.MustCompile(`^[A-Za-z0-9.-]+\.(pdf|xlsx)$`).MatchString(name) {
					t.Errorf("file name %q is not plain ASCII", name)
				}
			}
		}
	}
}

// The letters quote the labels of the configuration: the documents must use
// the same words for the same piece.
func TestPiecesAreNamedAsInTheExampleConfiguration(t *testing.T) {
	config, err := os.ReadFile(filepath.Join("..", "..", "config.example.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range mustEditions(t) {
		for _, piece := range pieces(e) {
			if !bytes.Contains(config, []byte(`label = "`+piece.label+`"`)) {
				t.Errorf("no piece of the configuration is named %q", piece.label)
			}
		}
	}
}

func TestLocalTimesAtTheFirstDeadline(t *testing.T) {
	want := map[string]string{
		"Polynésie française (Tahiti)": "30 novembre, 6 h 00",
		"Guyane":                       "30 novembre, 13 h 00",
		"La Réunion":                   "30 novembre, 20 h 00",
		"Nouvelle-Calédonie":           "1er décembre, 3 h 00",
		"Guadeloupe, Martinique, Saint-Barthélemy, Saint-Martin": "30 novembre, 12 h 00",
	}
	times, err := localTimes(mustEditions(t)[0].deadline)
	if err != nil {
		t.Fatal(err)
	}
	for _, lt := range times {
		if w, ok := want[lt[0]]; ok && lt[1] != w {
			t.Errorf("%s: %q, want %q", lt[0], lt[1], w)
		}
		delete(want, lt[0])
	}
	if len(want) != 0 {
		t.Errorf("not told: %v", want)
	}
}

func TestTerritoriesAreCompleteAndDistinct(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range cases.Regions() {
		for _, place := range r.Territories {
			if seen[place.Code] {
				t.Errorf("code %s stands twice", place.Code)
			}
			seen[place.Code] = true
		}
	}
	const departements, collectivities = 101, 6
	if len(seen) != departements+collectivities {
		t.Errorf("%d territories, want %d", len(seen), departements+collectivities)
	}
	if seen["20"] {
		t.Error("20 is not a département since 1976")
	}
	for _, code := range []string{"01", "2A", "2B", "95", "971", "974", "976", "975", "977", "978", "986", "987", "988"} {
		if !seen[code] {
			t.Errorf("code %s is missing", code)
		}
	}
}

func TestTypography(t *testing.T) {
	typo := newTypographer()
	for in, want := range map[string]string{
		"à 17 h 00, heure":         "à 17\u00a0h\u00a000, heure",
		"23 h 59 min 59 s, heure":  "23\u00a0h\u00a059\u00a0min\u00a059\u00a0s, heure",
		"5 000 000 € pour":         "5\u00a0000\u00a0000\u00a0€ pour",
		"« Hubs » : oui ; non ?":   "«\u00a0Hubs\u00a0»\u00a0: oui\u00a0; non\u00a0?",
		"l'appel d''x' 1/3":        "l’appel d’'x’ 1/3",
		"30 novembre 2018":         "30 novembre 2018",
		"les 4 scénarios, 2 hubs":  "les 4 scénarios, 2 hubs",
		"de 2019 à 2021 ensemble.": "de 2019 à 2021 ensemble.",
	} {
		if got := typo.set(in); got != want {
			t.Errorf("set(%q) = %q, want %q", in, got, want)
		}
	}
	plainSpace := regexp.MustCompile(` [:;!?»]|« |\d [€h]\b`)
	for _, e := range mustEditions(t) {
		for _, d := range documents(t, e) {
			if bad := plainSpace.FindString(d.text()); bad != "" {
				t.Errorf("%s: « %s » has a breaking space in %q", e.folder, d.title, bad)
			}
		}
	}
}

// TestRepositoryHoldsWhatTheProgramMakes fails when a text was changed and
// the files were not made again: run go run ./packs/make.
func TestRepositoryHoldsWhatTheProgramMakes(t *testing.T) {
	var folders []string
	for _, e := range mustEditions(t) {
		folders = append(folders, e.folder)
		held, err := packs.FS(e.folder)
		if err != nil {
			t.Fatal(err)
		}
		made, err := packFiles(e)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range made {
			names = append(names, f.name)
			data, err := fs.ReadFile(held, f.name)
			if err != nil {
				t.Error(err)
				continue
			}
			if f.toPDF {
				checkPDFIsOf(t, e, f, data)
				continue
			}
			if path.Ext(f.name) == ".pdf" {
				if !bytes.Equal(plainPDF(t, data), plainPDF(t, f.data)) {
					t.Errorf("%s/%s is not what the program makes", e.folder, f.name)
				}
				continue
			}
			checkSameParts(t, e.folder+"/"+f.name, data, f.data)
		}
		entries, err := fs.ReadDir(held, ".")
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(names)
		for i, entry := range entries {
			if i >= len(names) || entry.Name() != names[i] {
				t.Errorf("%s: %s is not made by the program, which makes %q", e.folder, entry.Name(), names)
			}
		}
	}
	if !slices.Equal(folders, packs.Names()) {
		t.Errorf("the program makes %q, the package offers %q", folders, packs.Names())
	}
}

// checkPDFIsOf compares the fingerprint kept in a PDF with its text.
func checkPDFIsOf(t *testing.T, e edition, f packFile, pdf []byte) {
	t.Helper()
	parts, err := unzipParts(f.data)
	if err != nil {
		t.Fatal(err)
	}
	mark := regexp.MustCompile(`texte-[0-9a-f]{16}`)
	for _, part := range parts {
		if part.name == "docProps/core.xml" {
			if want := mark.Find(part.data); len(want) == 0 || !bytes.Contains(pdf, want) {
				t.Errorf("%s/%s was made from another text (want %s)", e.folder, f.name, want)
			}
			return
		}
	}
	t.Errorf("%s/%s has no properties", e.folder, f.name)
}

// checkSameParts compares what two Office files hold; how they are
// compressed may change with the compiler.
func checkSameParts(t *testing.T, name string, held, made []byte) {
	t.Helper()
	a, err := unzipParts(held)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	b, err := unzipParts(made)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if !slices.EqualFunc(a, b, func(x, y zipPart) bool { return x.name == y.name && bytes.Equal(x.data, y.data) }) {
		t.Errorf("%s is not what the program makes", name)
	}
}

func TestSameTextGivesSameBytes(t *testing.T) {
	for _, e := range mustEditions(t) {
		first, err := packFiles(e)
		if err != nil {
			t.Fatal(err)
		}
		second, err := packFiles(e)
		if err != nil {
			t.Fatal(err)
		}
		for i := range first {
			if !bytes.Equal(first[i].data, second[i].data) {
				t.Errorf("%s/%s differs from one run to the next", e.folder, first[i].name)
			}
		}
	}
}

func TestRunKeepsThePDFFilesWhenAsked(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "hubs-2018", "reglement.pdf")
	if err := os.MkdirAll(filepath.Dir(old), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(old, []byte("the real one"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), dir, true); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(old); err != nil || string(data) != "the real one" {
		t.Errorf("the PDF is now %q (%v)", data, err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "hubs-2018"))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 5 {
		t.Errorf("%d files, want the PDF and four others", len(entries))
	}
}

func TestMissingLibreOfficeIsSaidPlainly(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := pdfOf(t.Context(), nil, time.Unix(0, 0))
	if err == nil || !strings.Contains(err.Error(), "libreoffice-writer") {
		t.Errorf("error %v, want one that names the package to install", err)
	}
}
