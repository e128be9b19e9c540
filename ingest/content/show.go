package content

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math"
	"strings"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// Limits of what is shown of one file.
const (
	showDPI     = 100
	showSide    = 2_000 // pixels of the longer side of a page
	showQuality = 88    // of JPEG, out of 100
	showSheets  = 8
	showRows    = 200
	showColumns = 40
	showCell    = 500       // characters
	showTables  = 512 << 10 // bytes over all sheets
)

// Shown is what can be shown of a file without any program of its own being run:
// a page as a picture, cells, or text. What is empty could not be had.
type Shown struct {
	// Type and Unreadable are those of File; Unread says that reading failed or
	// passed its limits.
	Type       string
	Unreadable string
	Unread     bool
	// Pages is how many pages a PDF has; Picture is the one asked for, as JPEG.
	Pages   int
	Picture []byte
	// Sheets are the first rows and columns of the first sheets of a workbook or
	// of a text of separated values.
	Sheets []Sheet
	// Text is what the first pages say; Cut says that the file says more.
	Text string
	Cut  bool
}

// Sheet is the beginning of a sheet.
type Sheet struct {
	Name string
	Rows [][]string // each of the same length
	Cut  bool       // it has more rows or columns, or longer cells
}

// Show shows a file of size bytes: of a PDF the page with that number, counted
// from 1; of anything else its cells or its text. It fails as Look does; a page
// that is not there or cannot be drawn is a Shown without Picture.
func (r *Reader) Show(in io.ReaderAt, size int64, name, declaredType string, page int) (Shown, error) {
	l := r.looker(size)
	if r.pdf != nil {
		defer r.pdf.forget()
	}
	shown := new(Shown)
	whole := input{r: in, size: size, fail: &l.fail}
	if size > 0 && sniff(whole, name) == typePDF {
		shown.Type = typePDF
		l.showPage(whole, page, shown)
	} else {
		l.shown = shown
		f := l.look(whole, name, declaredType, nil)
		shown.Type, shown.Unreadable, shown.Unread, shown.Text, shown.Cut = f.Type, f.Unreadable, f.Unread, f.Text, len(f.Text) > maxText-64
		if isSeparated(f.Type, name) && f.Text != "" {
			shown.separated(decodePlain(whole.at(0, showTables)), size > showTables)
		}
	}
	if err := errors.Join(l.fail, l.close()); err != nil {
		return Shown{}, fmt.Errorf("show %q: %w", name, err)
	}
	return *shown, nil
}

// showPage draws a page of a PDF. What PDFium cannot do leaves s.Unread.
func (l *looker) showPage(in input, page int, s *Shown) {
	if l.pdf == nil || l.pdf.dead {
		s.Unread = true
		return
	}
	err := l.withPDF(in, func(doc references.FPDF_DOCUMENT) error { return l.draw(doc, page-1, s) })
	if err == nil || l.fail != nil {
		return
	}
	if s.Unreadable, _ = pdfRefusal(err); s.Unreadable == "" {
		s.Unread = true
		l.pdf.dead = true
	}
}

func (l *looker) draw(doc references.FPDF_DOCUMENT, index int, s *Shown) error {
	pdf := l.pdf.pdf
	count, err := pdf.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc})
	if err != nil {
		return fmt.Errorf("count pages: %w", err)
	}
	if s.Pages = count.PageCount; index < 0 || index >= s.Pages {
		return nil
	}
	page := requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: index}}
	size, err := pdf.GetPageSize(&requests.GetPageSize{Page: page})
	if err != nil {
		return unlessPage(err, s)
	}
	// A page is measured in points, 72 an inch (ISO 32000-2 section 8.3.2.3).
	scale := min(showDPI/72.0, showSide/max(size.Width, size.Height, 1))
	drawn, err := pdf.RenderPageInPixels(&requests.RenderPageInPixels{
		Page: page, Width: pixels(size.Width * scale), Height: pixels(size.Height * scale),
		RenderFlags: enums.FPDF_RENDER_FLAG_ANNOT, RenderForm: true, Document: &doc,
	})
	if err != nil {
		return unlessPage(err, s)
	}
	defer drawn.Cleanup()
	picture, ok := drawn.Result.RenderedImage.(*image.RGBA)
	if !ok {
		return errors.New("no picture of the page")
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: showQuality}); err != nil {
		return fmt.Errorf("encode page: %w", err)
	}
	s.Picture = b.Bytes()
	return nil
}

func pixels(f float64) int { return min(showSide, max(1, int(math.Ceil(f)))) }

// unlessPage takes a page that PDFium refuses for one that cannot be shown.
func unlessPage(err error, s *Shown) error {
	if isPageFault(err) {
		s.Unread = true
		return nil
	}
	return err
}

// isSeparated says whether a text is a table of separated values.
func isSeparated(media, name string) bool {
	if media == "text/csv" || media == "text/tab-separated-values" {
		return true
	}
	lower := strings.ToLower(name)
	return media == typeText && (strings.HasSuffix(lower, ".csv") || strings.HasSuffix(lower, ".tsv"))
}

// separated shows separated values (RFC 4180) as a sheet, whichever the mark
// between them: programs in French write semicolons.
func (s *Shown) separated(text string, cut bool) {
	first, _, _ := strings.Cut(text, "\n")
	mark := ';'
	for _, other := range []rune{',', '\t'} {
		if strings.Count(first, string(other)) > strings.Count(first, string(mark)) {
			mark = other
		}
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = mark, true, -1
	sheet := Sheet{Cut: cut}
	for {
		record, err := r.Read()
		if err != nil {
			sheet.Cut = sheet.Cut || !errors.Is(err, io.EOF)
			break
		}
		if len(sheet.Rows) == showRows {
			sheet.Cut = true
			break
		}
		sheet.add(record)
	}
	if sheet.even(); len(sheet.Rows) > 0 {
		s.Sheets = []Sheet{sheet}
	}
}

// add adds a row within the limits.
func (s *Sheet) add(record []string) {
	if len(record) > showColumns {
		record, s.Cut = record[:showColumns], true
	}
	row := make([]string, len(record))
	for i, v := range record {
		if row[i] = tidy(v); len(row[i]) > showCell {
			row[i], s.Cut = strings.ToValidUTF8(row[i][:showCell], ""), true
		}
	}
	s.Rows = append(s.Rows, row)
}

// even drops the empty rows at the end and gives each row the same length.
func (s *Sheet) even() {
	width, last := 0, 0
	for i, row := range s.Rows {
		for j, v := range row {
			if v != "" {
				width, last = max(width, j+1), i+1
			}
		}
	}
	s.Rows = s.Rows[:last]
	for i, row := range s.Rows {
		s.Rows[i] = append(row, make([]string, max(0, width-len(row)))...)[:width]
	}
}

// tables shows the cells of a workbook.
func (s *Shown) tables(names []string, c *cells) {
	rows := make(map[string]map[int][]string)
	cut := make(map[string]bool)
	for at, v := range c.values {
		name := strings.ToLower(tidy(at.sheet))
		if at.row > showRows || at.col > showColumns {
			cut[name] = true
			continue
		}
		if rows[name] == nil {
			rows[name] = make(map[int][]string)
		}
		row := rows[name][at.row]
		if row == nil {
			row = make([]string, showColumns)
			rows[name][at.row] = row
		}
		row[at.col-1] = v
	}
	size := 0
	for _, name := range names {
		key := strings.ToLower(name)
		sheet := Sheet{Name: name, Cut: cut[key] || c.full()}
		for i := 1; i <= showRows && len(s.Sheets) < showSheets && size < showTables; i++ {
			sheet.add(rows[key][i])
			for _, v := range rows[key][i] {
				size += min(len(v), showCell)
			}
		}
		if sheet.even(); len(rows[key]) > 0 && len(sheet.Rows) == 0 {
			sheet.Cut = true
		}
		if len(rows[key]) > 0 {
			s.Sheets = append(s.Sheets, sheet)
		}
	}
}
