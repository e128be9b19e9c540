package packs_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"greffier/packs"
)

// Limits that keep a letter with its whole pack well under what any mailbox
// accepts: of one file, and of a pack.
const (
	sizeLimit = 200_000
	packLimit = 600_000
)

// fileNames is what a candidate receives, in the order of the names.
var fileNames = []string{
	"budget-previsionnel.xlsx",
	"dossier-de-candidature.docx",
	"dossier-de-candidature.pdf",
	"liste-des-pieces.pdf",
	"modele-lettre-engagement.docx",
	"reglement.pdf",
}

func TestEveryPackHoldsItsFilesAndNothingElse(t *testing.T) {
	for _, name := range packs.Names() {
		t.Run(name, func(t *testing.T) {
			if got := list(t, open(t, name)); !slices.Equal(got, fileNames) {
				t.Errorf("embedded files %q, want %q", got, fileNames)
			}
			// The daemon attaches what lies in the folder, hidden files included.
			if got := list(t, os.DirFS(name)); !slices.Equal(got, fileNames) {
				t.Errorf("files in the folder %q, want %q", got, fileNames)
			}
			whole := 0
			for _, file := range fileNames {
				size := len(read(t, name, file))
				whole += size
				if size == 0 || size > sizeLimit {
					t.Errorf("%s has %d bytes, want 1 to %d", file, size, sizeLimit)
				}
			}
			if whole > packLimit {
				t.Errorf("the pack has %d bytes, want at most %d", whole, packLimit)
			}
		})
	}
}

func TestUnknownPack(t *testing.T) {
	for _, name := range []string{"", "hubs-2019", ".", "../packs", "make"} {
		if _, err := packs.FS(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("FS(%q): error %v, want fs.ErrNotExist", name, err)
		}
	}
}

func TestPDFFilesAreWholeTaggedAndFrench(t *testing.T) {
	for _, name := range packs.Names() {
		for _, file := range []string{"reglement.pdf", "liste-des-pieces.pdf", "dossier-de-candidature.pdf"} {
			data := read(t, name, file)
			if !bytes.HasPrefix(data, []byte("%PDF-1.")) {
				t.Errorf("%s/%s does not begin as a PDF", name, file)
			}
			if !bytes.HasSuffix(bytes.TrimSpace(data), []byte("%%EOF")) {
				t.Errorf("%s/%s does not end as a PDF", name, file)
			}
			for _, mark := range []string{"/StructTreeRoot", "/Marked true", "/Lang(fr-FR)", "/DisplayDocTitle true"} {
				if !bytes.Contains(data, []byte(mark)) {
					t.Errorf("%s/%s has no %s: not readable by all", name, file, mark)
				}
			}
		}
	}
}

func TestWordFilesAreWellFormedAndAccessible(t *testing.T) {
	for _, name := range packs.Names() {
		for _, file := range []string{"dossier-de-candidature.docx", "modele-lettre-engagement.docx"} {
			t.Run(name+"/"+file, func(t *testing.T) {
				parts := unzip(t, read(t, name, file))
				for part, data := range parts {
					elements(t, part, data, func(xml.StartElement) {})
				}
				if !bytes.Contains(parts["word/styles.xml"], []byte(`w:lang w:val="fr-FR"`)) {
					t.Error("the language of the text is not French")
				}
				if !bytes.Contains(parts["docProps/core.xml"], []byte("<dc:title>")) {
					t.Error("the file has no title")
				}
				tables, heads := 0, 0
				elements(t, "word/document.xml", parts["word/document.xml"], func(e xml.StartElement) {
					switch e.Name.Local {
					case "tbl":
						tables++
					case "tblHeader":
						heads++
					}
				})
				if heads != tables {
					t.Errorf("%d tables, %d header rows", tables, heads)
				}
			})
		}
	}
}

func TestFormFields(t *testing.T) {
	common := []string{
		"organisation", "forme_juridique", "siren", "siret", "representant_legal",
		"contact_nom", "contact_courriel", "contact_telephone", "mode_candidature", "chef_de_file",
		"partenaire_1_nom", "partenaire_1_siret", "territoire_01", "territoire_2A", "territoire_971",
		"territoire_987", "territoire_988", "projet_titre", "projet_presentation", "public", "gouvernance",
		"etape_1_debut", "montant_demande", "montant_regime", "signature", "signature_date",
	}
	for name, more := range map[string][]string{
		"hubs-2018": {"mission_recenser", "mission_fonds", "mission_mutualiser", "mission_evaluer"},
		"hubs-2020": {"mission_animer", "mission_accompagner", "bonus_qpv", "qpv_liste", "bonus_action_coeur_de_ville", "action_coeur_de_ville_liste"},
	} {
		tags := formTags(t, read(t, name, "dossier-de-candidature.docx"))
		for _, want := range append(slices.Clone(common), more...) {
			if tags[want] != 1 {
				t.Errorf("%s: field %q found %d times, want once", name, want, tags[want])
			}
		}
		for tag, n := range tags {
			if n != 1 {
				t.Errorf("%s: tag %q names %d fields", name, tag, n)
			}
		}
	}
	if tags := formTags(t, read(t, "hubs-2018", "dossier-de-candidature.docx")); tags["bonus_qpv"] != 0 {
		t.Error("the first edition has no bonus, its form must not ask for one")
	}
}

func TestBudgetComputes(t *testing.T) {
	for _, name := range packs.Names() {
		t.Run(name, func(t *testing.T) {
			f, err := excelize.OpenReader(bytes.NewReader(read(t, name, "budget-previsionnel.xlsx")))
			if err != nil {
				t.Fatalf("open the workbook: %v", err)
			}
			defer f.Close()
			cells := map[string][2]string{}
			for _, n := range f.GetDefinedName() {
				sheet, cell, ok := strings.Cut(n.RefersTo, "!")
				if !ok {
					t.Fatalf("name %s refers to %q", n.Name, n.RefersTo)
				}
				cells[n.Name] = [2]string{strings.Trim(sheet, "'"), strings.ReplaceAll(cell, "$", "")}
			}
			value := func(name string) string {
				t.Helper()
				c, ok := cells[name]
				if !ok {
					t.Fatalf("no cell is named %s", name)
				}
				v, err := f.CalcCellValue(c[0], c[1], excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatalf("compute %s: %v", name, err)
				}
				return v
			}
			set := func(sheet, cell string, v any) {
				t.Helper()
				if err := f.SetCellValue(sheet, cell, v); err != nil {
					t.Fatal(err)
				}
			}
			expect := func(step string, want map[string]string) {
				t.Helper()
				for name, w := range want {
					if got := value(name); got != w {
						t.Errorf("%s: %s is %q, want %q", step, name, got, w)
					}
				}
			}
			formula, err := f.GetCellFormula(cells["total_charges"][0], cells["total_charges"][1])
			if err != nil || !strings.HasPrefix(formula, "SUM(") {
				t.Errorf("total_charges is %q (%v), want a sum", formula, err)
			}
			expect("empty", map[string]string{"equilibre": "À remplir", "concordance": "À remplir", "part_demandee": "0"})

			charges, request := row(t, f, "Charges de personnel"), row(t, f, "Montant demandé au titre de l’appel")
			set("Budget", "B"+charges, 60000.10)
			set("Budget", "C"+charges, 40000)
			set("Budget", "B"+request, 50000.10)
			expect("unbalanced", map[string]string{
				"total_charges": "100000.1", "total_charges_1": "60000.1", "total_produits": "50000.1",
				"montant_demande": "50000.1", "ecart": "-50000", "equilibre": "À corriger"})

			set("Budget", "B"+row(t, f, "Régions"), 10000)
			set("Budget", "C"+row(t, f, "Départements"), 40000)
			plan := "Plan de financement"
			set(plan, "B6", "Acquis")
			set(plan, "C6", 10000)
			set(plan, "B7", "Sollicité")
			set(plan, "C7", 40000)
			expect("balanced", map[string]string{
				"equilibre": "Équilibré", "concordance": "Concordant", "total_plan": "100000.1",
				"cofinancements_acquis": "10000", "cofinancements_sollicites": "40000"})
		})
	}
}

// row finds the row of the sheet Budget that begins with label.
func row(t *testing.T, f *excelize.File, label string) string {
	t.Helper()
	found, err := f.SearchSheet("Budget", label)
	if err != nil || len(found) != 1 {
		t.Fatalf("line %q: found at %v (%v), want once", label, found, err)
	}
	return strings.TrimPrefix(found[0], "A")
}

func open(t *testing.T, name string) fs.FS {
	t.Helper()
	fsys, err := packs.FS(name)
	if err != nil {
		t.Fatal(err)
	}
	return fsys
}

func list(t *testing.T, fsys fs.FS) []string {
	t.Helper()
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func read(t *testing.T, name, file string) []byte {
	t.Helper()
	data, err := fs.ReadFile(open(t, name), path.Clean(file))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// unzip returns the parts of an Office file by name.
func unzip(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatalf("open the archive: %v", err)
	}
	parts := map[string][]byte{}
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatalf("open %s: %v", f.Name, err)
		}
		if parts[f.Name], err = io.ReadAll(rc); err != nil {
			t.Fatalf("read %s: %v", f.Name, err)
		}
		if err := rc.Close(); err != nil {
			t.Fatalf("close %s: %v", f.Name, err)
		}
	}
	return parts
}

// elements calls visit for every element of a part and fails when the part
// is not well-formed.
func elements(t *testing.T, part string, data []byte, visit func(xml.StartElement)) {
	t.Helper()
	if len(data) == 0 {
		t.Fatalf("%s is missing or empty", part)
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s is not well-formed: %v", part, err)
		}
		if e, ok := token.(xml.StartElement); ok {
			visit(e)
		}
	}
}

// formTags counts the tags of the form fields of a Word file.
func formTags(t *testing.T, data []byte) map[string]int {
	t.Helper()
	tags := map[string]int{}
	elements(t, "word/document.xml", unzip(t, data)["word/document.xml"], func(e xml.StartElement) {
		if e.Name.Local == "tag" {
			tags[e.Attr[0].Value]++
		}
	})
	return tags
}
