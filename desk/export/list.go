package export

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"greffier/cases"
)

// List writes lists of cases.
type List struct {
	Calls    cases.Calls // each of their pieces has a column
	Words    Words
	Location *time.Location // dates are told in it
}

// column is a column of a list. A value is a string, an int, an amount, an instant
// (*time.Time), or nil for an empty cell.
type column struct {
	head  string
	wide  float64 // characters
	value func(c *cases.Summary) any
}

// amount is a sum of money in euros.
type amount float64

// columns are those of a list, in order.
func (l List) columns() []column {
	list := []column{
		{"Référence", 12, func(c *cases.Summary) any { return c.Ref }},
		{"Appel", 14, func(c *cases.Summary) any { return l.callName(c.Call) }},
		{"Phase", 24, func(c *cases.Summary) any { return c.Phase.Label() }},
		{"Délai", 16, func(c *cases.Summary) any { return l.Words.Timeliness(c.Timeliness) }},
		{"Complétude", 12, func(c *cases.Summary) any { return l.Words.Completeness(c.Completeness) }},
		{"Pièces requises présentes", 10, func(c *cases.Summary) any { return required(c, true) }},
		{"Pièces requises", 10, func(c *cases.Summary) any { return required(c, false) }},
		{"Organisation", 36, func(c *cases.Summary) any { return c.Candidate.Organisation }},
		{"Forme juridique", 16, factOf(cases.FactLegalForm)},
		{"SIREN", 12, factOf(cases.FactSIREN)},
		{"SIRET", 18, factOf(cases.FactSIRET)},
		{"Contact", 24, func(c *cases.Summary) any { return c.Candidate.Name }},
		{"Adresse électronique", 32, func(c *cases.Summary) any { return c.Candidate.Address }},
		{"Téléphone", 16, factOf(cases.FactPhone)},
		{"Territoires", 32, territories},
		{"Montant demandé (€)", 16, amountOf(cases.FactAmount)},
		{"Coût du projet (€)", 16, amountOf(cases.FactCost)},
		{"HT ou TTC", 10, factOf(cases.FactTax)},
		{"Ouvert le", 18, func(c *cases.Summary) any { return c.OpenedAt }},
		{"Déposé le", 18, func(c *cases.Summary) any { return c.DepositedAt }},
	}
	seen := make(map[string]bool)
	for _, call := range l.Calls {
		for _, p := range call.Pieces {
			if seen[p.ID] {
				continue
			}
			seen[p.ID] = true
			list = append(list, column{"Pièce\u00a0: " + p.Label, 16, func(c *cases.Summary) any {
				for _, have := range c.Pieces {
					if have.ID == p.ID {
						return l.Words.Status(have.Status)
					}
				}
				return nil
			}})
		}
	}
	return append(list, column{"Étiquettes", 24, func(c *cases.Summary) any { return strings.Join(c.Labels, ", ") }},
		column{"Suivi par", 20, func(c *cases.Summary) any { return c.Assigned }}, column{"Tâches ouvertes", 32, func(c *cases.Summary) any {
			var open []string
			for _, k := range c.Tasks {
				if k.DoneAt == nil {
					open = append(open, l.Words.Task(k.Kind))
				}
			}
			return strings.Join(open, ", ")
		}})
}

func (l List) callName(id string) string {
	if call := l.Calls.ByID(id); call != nil {
		return call.Name
	}
	return id
}

// required counts the required pieces, those that are there or all.
func required(c *cases.Summary, there bool) int {
	n := 0
	for _, p := range c.Pieces {
		if p.Required && (!there || p.Status.Counts()) {
			n++
		}
	}
	return n
}

func factOf(name cases.FactName) func(*cases.Summary) any {
	return func(c *cases.Summary) any {
		for _, f := range c.Facts {
			if f.Name == name {
				return f.Value
			}
		}
		return nil
	}
}

// amountOf gives a fact as a number; a value that is not to be believed stays what
// was written.
func amountOf(name cases.FactName) func(*cases.Summary) any {
	of := factOf(name)
	return func(c *cases.Summary) any {
		text, ok := of(c).(string)
		if !ok {
			return nil
		}
		// A NaN, an infinity or a hexadecimal number is none that a person wrote.
		if n, err := strconv.ParseFloat(text, 64); err == nil && strings.Trim(text, "0123456789.-") == "" {
			return amount(n)
		}
		return text
	}
}

// territories names each: a code alone, such as 01, would be read as a number.
func territories(c *cases.Summary) any {
	var list []string
	for _, f := range c.Facts {
		if f.Name != cases.FactTerritory {
			continue
		}
		name := f.Value
		if known := cases.TerritoryName(f.Value); known != "" {
			name = known + " (" + f.Value + ")"
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return strings.Join(list, ", ")
}

// CSV writes a list as Excel in French opens it by a double click: UTF-8 with its
// mark, semicolons between values, commas in amounts, day/month/year, CRLF. Text
// that a spreadsheet would take for a formula has an apostrophe before it.
func (l List) CSV(w io.Writer, each Each) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	columns := l.columns()
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = Plain(c.head)
	}
	if err := out.Write(row); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	err := each(func(c cases.Summary) error {
		for i, col := range columns {
			row[i] = l.text(col.value(&c))
		}
		return out.Write(row)
	})
	if err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	if out.Flush(); out.Error() != nil {
		return fmt.Errorf("write CSV: %w", out.Error())
	}
	return nil
}

func (l List) text(value any) string {
	switch v := value.(type) {
	case string:
		return Plain(v)
	case int:
		return strconv.Itoa(v)
	case amount:
		return strings.Replace(strconv.FormatFloat(float64(v), 'f', 2, 64), ".", ",", 1)
	case *time.Time:
		if v != nil {
			return v.In(l.Location).Format("02/01/2006 15:04:05")
		}
	}
	return ""
}

// Plain keeps a text from being taken for a formula: one that begins, behind white
// space or not, with a character that begins formulas in some spreadsheet, gets an
// apostrophe before it.
func Plain(text string) string {
	if text == "" {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(text))
	if strings.ContainsRune("\t\r\n", rune(text[0])) || strings.ContainsRune("=+-@＝＋－＠", first) { // the latter as East Asian programs write them
		return "'" + text
	}
	return text
}

// JSON writes a list as an array, with the fields that `greffier cases -json` has.
func JSON(w io.Writer, each Each) error {
	between := "[\n"
	err := each(func(c cases.Summary) error {
		b, err := json.Marshal(c)
		if err == nil {
			_, err = fmt.Fprintf(w, "%s%s", between, b)
		}
		between = ",\n"
		return err
	})
	if err == nil {
		if between == "[\n" {
			_, err = io.WriteString(w, "[]\n")
		} else {
			_, err = io.WriteString(w, "\n]\n")
		}
	}
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
