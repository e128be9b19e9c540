package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbook fills one sheet after the other and keeps the first error: after
// an error every method does nothing.
type workbook struct {
	file  *excelize.File
	sheet string
	typo  typographer
	style styleIDs
	sums  [][2]string // sheet and cell of each formula
	err   error
}

// styleIDs are the cell styles of the workbook.
type styleIDs struct {
	title, subtitle, prose, label, entry int
	head, headRight, year                int
	amount, sum, share, check            int
	totalLabel, total                    int
	good, bad                            int // of conditional formats
}

func newWorkbook() (*workbook, error) {
	w := &workbook{file: excelize.NewFile(), typo: newTypographer()}
	w.do("rename the first sheet", func() error { return w.file.SetSheetName("Sheet1", guideSheet) })
	for _, name := range []string{budgetSheet, planSheet} {
		w.do("add sheet "+name, func() error { _, err := w.file.NewSheet(name); return err })
	}
	w.defineStyles()
	return w, w.err
}

// do runs f unless something failed before.
func (w *workbook) do(what string, f func() error) {
	if w.err != nil {
		return
	}
	if err := f(); err != nil {
		w.err = fmt.Errorf("%s: %w", what, err)
	}
}

func (w *workbook) defineStyles() {
	font := func(size float64, bold bool, color string) *excelize.Font {
		return &excelize.Font{Family: "Arial", Size: size, Bold: bold, Color: color}
	}
	var border []excelize.Border
	for _, side := range []string{"left", "top", "right", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: colorLine, Style: 1})
	}
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	wrap := &excelize.Alignment{WrapText: true, Vertical: "center"}
	right := &excelize.Alignment{Horizontal: "right", Vertical: "center"}
	euro, percent, year := `#,##0.00\ "€"`, "0.0%", "0"
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&w.style.title, excelize.Style{Font: font(16, true, colorAccent)}},
		{&w.style.subtitle, excelize.Style{Font: font(11, false, colorInk)}},
		{&w.style.prose, excelize.Style{Font: font(10, false, colorInk), Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&w.style.label, excelize.Style{Font: font(10, false, colorInk), Border: border, Alignment: wrap}},
		{&w.style.entry, excelize.Style{Font: font(10, false, colorInk), Border: border, Fill: fill(colorEntry), Alignment: wrap}},
		{&w.style.head, excelize.Style{Font: font(10, true, colorAccent), Border: border, Fill: fill(colorTint), Alignment: wrap}},
		{&w.style.headRight, excelize.Style{Font: font(10, true, colorAccent), Border: border, Fill: fill(colorTint), Alignment: right}},
		{&w.style.year, excelize.Style{Font: font(10, true, colorAccent), Border: border, Fill: fill(colorTint), Alignment: right, CustomNumFmt: &year}},
		{&w.style.amount, excelize.Style{Font: font(10, false, colorInk), Border: border, Fill: fill(colorEntry), Alignment: right, CustomNumFmt: &euro}},
		{&w.style.sum, excelize.Style{Font: font(10, false, colorInk), Border: border, Alignment: right, CustomNumFmt: &euro}},
		{&w.style.share, excelize.Style{Font: font(10, false, colorInk), Border: border, Alignment: right, CustomNumFmt: &percent}},
		{&w.style.check, excelize.Style{Font: font(10, true, colorInk), Border: border, Alignment: right}},
		{&w.style.totalLabel, excelize.Style{Font: font(10, true, colorInk), Border: border, Fill: fill(colorTint), Alignment: wrap}},
		{&w.style.total, excelize.Style{Font: font(10, true, colorInk), Border: border, Fill: fill(colorTint), Alignment: right, CustomNumFmt: &euro}},
	} {
		w.do("define a style", func() (err error) { *s.id, err = w.file.NewStyle(&s.style); return err })
	}
	w.do("define a style", func() (err error) {
		w.style.good, err = w.file.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: "1B5E20"}})
		return err
	})
	w.do("define a style", func() (err error) {
		w.style.bad, err = w.file.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: "9B1C1C"}})
		return err
	})
}

// at is the name of a cell, column and row counted from 1.
func at(column, row int) string {
	return string(rune('A'+column-1)) + fmt.Sprint(row)
}

// put writes a value, text with its typography; nil leaves the cell empty.
func (w *workbook) put(column, row int, value any, style int) {
	if s, ok := value.(string); ok {
		value = w.typo.set(s)
	}
	cell := at(column, row)
	w.do("write "+cell, func() error {
		if value != nil {
			if err := w.file.SetCellValue(w.sheet, cell, value); err != nil {
				return err
			}
		}
		return w.file.SetCellStyle(w.sheet, cell, cell, style)
	})
}

func (w *workbook) formula(column, row int, formula string, style int) {
	cell := at(column, row)
	w.do("write "+cell, func() error {
		if err := w.file.SetCellFormula(w.sheet, cell, formula); err != nil {
			return err
		}
		w.sums = append(w.sums, [2]string{w.sheet, cell})
		return w.file.SetCellStyle(w.sheet, cell, cell, style)
	})
}

// name gives a cell a name that holds in the whole workbook.
func (w *workbook) name(name string, column, row int) {
	ref := fmt.Sprintf("'%s'!$%s$%d", strings.ReplaceAll(w.sheet, "'", "''"), at(column, row)[:1], row)
	w.do("name "+name, func() error {
		return w.file.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: ref})
	})
}

// columns sets the widths of the columns from the first on, in characters.
func (w *workbook) columns(widths ...float64) {
	for i, width := range widths {
		column := at(i+1, 1)[:1]
		w.do("set a width", func() error { return w.file.SetColWidth(w.sheet, column, column, width) })
	}
}

// height makes room in a row for wrapped text, in points.
func (w *workbook) height(row int, points float64) {
	w.do("set a height", func() error { return w.file.SetRowHeight(w.sheet, row, points) })
}

func (w *workbook) merge(fromColumn, fromRow, toColumn, toRow int) {
	w.do("merge cells", func() error {
		style, err := w.file.GetCellStyle(w.sheet, at(fromColumn, fromRow))
		if err != nil {
			return err
		}
		if err := w.file.SetCellStyle(w.sheet, at(fromColumn, fromRow), at(toColumn, toRow), style); err != nil {
			return err
		}
		return w.file.MergeCell(w.sheet, at(fromColumn, fromRow), at(toColumn, toRow))
	})
}

// freeze keeps the rows above and including row in sight.
func (w *workbook) freeze(row int) {
	w.do("freeze rows", func() error {
		return w.file.SetPanes(w.sheet, &excelize.Panes{Freeze: true, YSplit: row, TopLeftCell: at(1, row+1), ActivePane: "bottomLeft"})
	})
}

// oneOf offers a choice of values in the cells of one column.
func (w *workbook) oneOf(column, fromRow, toRow int, values ...string) {
	w.do("offer a choice", func() error {
		dv := excelize.NewDataValidation(true)
		dv.SetSqref(at(column, fromRow) + ":" + at(column, toRow))
		dv.SetError(excelize.DataValidationErrorStyleStop, "Valeur inattendue", w.typo.set("Choisissez dans la liste : "+strings.Join(values, ", ")+"."))
		if err := dv.SetDropList(values); err != nil {
			return err
		}
		return w.file.AddDataValidation(w.sheet, dv)
	})
}

// positive accepts only amounts from zero on.
func (w *workbook) positive(fromColumn, fromRow, toColumn, toRow int) {
	w.do("restrict amounts", func() error {
		dv := excelize.NewDataValidation(true)
		dv.SetSqref(at(fromColumn, fromRow) + ":" + at(toColumn, toRow))
		dv.SetError(excelize.DataValidationErrorStyleStop, "Montant inattendu", "Écrivez un montant en euros, positif ou nul, sans texte.")
		if err := dv.SetRange(0, 1_000_000_000, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween); err != nil {
			return err
		}
		return w.file.AddDataValidation(w.sheet, dv)
	})
}

// signal colours the verdicts, which say the same in words.
func (w *workbook) signal(fromColumn, fromRow, toColumn, toRow int) {
	w.do("colour verdicts", func() error {
		return w.file.SetConditionalFormat(w.sheet, at(fromColumn, fromRow)+":"+at(toColumn, toRow), []excelize.ConditionalFormatOptions{
			{Type: "cell", Criteria: "==", Value: `"À corriger"`, Format: &w.style.bad},
			{Type: "cell", Criteria: "==", Value: `"Équilibré"`, Format: &w.style.good},
			{Type: "cell", Criteria: "==", Value: `"Concordant"`, Format: &w.style.good},
		})
	})
}

// finish sets what concerns the whole file: print layout, properties, and
// that formulas are computed on opening.
func (w *workbook) finish(e edition) {
	portrait, landscape, a4, one, many := "portrait", "landscape", 9, 1, 0
	fit, full := true, true
	for _, sheet := range []string{guideSheet, budgetSheet, planSheet} {
		w.do("lay out "+sheet, func() error {
			orientation := &portrait
			if sheet == planSheet {
				orientation = &landscape
			}
			if err := w.file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
				return err
			}
			if err := w.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &a4, Orientation: orientation, FitToWidth: &one, FitToHeight: &many}); err != nil {
				return err
			}
			return w.file.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L" + w.typo.set(e.name) + "&RPage" + nbsp + "&P sur &N"})
		})
	}
	w.do("set the properties", func() error {
		made := e.opens.UTC().Format(time.RFC3339)
		return w.file.SetDocProps(&excelize.DocProperties{
			Title:    w.typo.set("Budget prévisionnel et plan de financement – " + e.title()),
			Subject:  w.typo.set("Classeur à compléter par le candidat"),
			Language: "fr-FR", Created: made, Modified: made,
		})
	})
	w.do("compute on opening", func() error {
		return w.file.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &full})
	})
	w.do("show the first sheet", func() error { w.file.SetActiveSheet(0); return nil })
}
