package export

import (
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"greffier/cases"
)

// cellMost is how many characters a cell of a workbook holds.
const cellMost = 32_767

// formatText is the format of cells that stay text when somebody edits them (ECMA-376
// part 1, section 18.8.30).
const formatText = 49

// XLSX writes a list as a workbook. Amounts are numbers, instants are dates in the
// list's location, and text is text: it is never computed, not even when a cell is
// edited. Rows that memory would not hold are kept in a temporary file.
func (l List) XLSX(w io.Writer, each Each) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	const name = "Dossiers"
	if err := book.SetSheetName("Sheet1", name); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	styles, err := newStyles(book)
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	out, err := book.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	columns := l.columns()
	head := make([]any, len(columns))
	for i, c := range columns {
		head[i] = excelize.Cell{StyleID: styles.head, Value: c.head}
		if err := out.SetColWidth(i+1, i+1, c.wide); err != nil {
			return fmt.Errorf("write workbook: %w", err)
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := out.SetRow("A1", head); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	n := 1
	err = each(func(c cases.Summary) error {
		row := make([]any, len(columns))
		for i, col := range columns {
			row[i] = styles.cell(l.Location, col.value(&c))
		}
		n++
		return out.SetRow(fmt.Sprintf("A%d", n), row)
	})
	if err == nil {
		err = out.Flush()
	}
	if err == nil {
		_, err = book.WriteTo(w)
	}
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// styles are the styles of cells.
type styles struct{ head, text, money, date int }

func newStyles(book *excelize.File) (s styles, err error) {
	money, date := "#,##0.00", "dd/mm/yyyy hh:mm:ss"
	for _, make := range []struct {
		id    *int
		style excelize.Style
	}{
		{&s.head, excelize.Style{NumFmt: formatText, Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&s.text, excelize.Style{NumFmt: formatText}},
		{&s.money, excelize.Style{CustomNumFmt: &money}},
		{&s.date, excelize.Style{CustomNumFmt: &date}},
	} {
		if *make.id, err = book.NewStyle(&make.style); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s styles) cell(zone *time.Location, value any) any {
	switch v := value.(type) {
	case string:
		if utf8.RuneCountInString(v) > cellMost {
			v = string([]rune(v)[:cellMost])
		}
		return excelize.Cell{StyleID: s.text, Value: v}
	case int:
		return v
	case amount:
		return excelize.Cell{StyleID: s.money, Value: float64(v)}
	case *time.Time:
		if v != nil {
			// A workbook knows no zones: the instant as clocks showed it.
			at := v.In(zone)
			return excelize.Cell{StyleID: s.date, Value: time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)}
		}
	}
	return nil
}
