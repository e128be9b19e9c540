package content

import (
	"strconv"
	"strings"
)

// readODF reads a document of OpenDocument 1.3 (part 3): text, tables and
// slides, the content controls of text documents, the named cells of workbooks.
func readODF(p officePackage, f *File) {
	r := odfReader{f: f, text: newProse(maxText), cells: newCells(), head: newProse(maxField), sheets: strings.Contains(f.Type, "spreadsheet")}
	if !p.read("content.xml", events{start: r.start, end: r.end, text: r.chars}) {
		f.unreadIn("content.xml")
	}
	r.cells.fields(f)
	seen := r.text.b.Len() > 0
	// Letterheads stand in the headers of the page styles.
	var header int
	if !r.sheets {
		in := odfReader{f: f, text: r.text, cells: newCells(), head: newProse(maxField)}
		p.read("styles.xml", events{
			start: func(name string, attr attrs) {
				if name == "header" || name == "footer" {
					header++
				}
				if header > 0 {
					in.start(name, attr)
				}
			},
			end: func(name string) {
				if header > 0 {
					in.end(name)
				}
				if name == "header" || name == "footer" {
					header = max(0, header-1)
				}
			},
			text: func(s []byte) {
				if header > 0 {
					in.chars(s)
				}
			},
		})
	}
	f.Text = r.text.String()
	f.Pages = r.slides
	p.read("meta.xml", events{start: func(name string, attr attrs) {
		if name == "document-statistic" && f.Pages == 0 && !r.sheets {
			f.Pages = number([]byte(attr.get("page-count")))
		}
	}})
	if r.sheets {
		seen = len(r.cells.values) > 0
	}
	f.Blank = !seen && !p.any("pictures/") && !p.any("object 1/")
}

type odfReader struct {
	f      *File
	text   *prose
	cells  *cells
	sheets bool // a workbook

	skipped  int // inside what is no text of the document: notes of reviewers, deleted text
	inText   int // inside a paragraph or heading
	slides   int
	controls []*control
	box      *control // a ticked box or an empty one whose label follows
	head     *prose   // what the first cell of the table row says

	sheet      string
	row, col   int
	rowRepeat  int
	colRepeat  int
	inCell     bool
	value      *prose
	plainValue string // the cell's number or date, which says more than what is shown
}

func (r *odfReader) start(name string, attr attrs) {
	if odfSkipped(name) {
		r.skipped++
	}
	if r.skipped > 0 {
		return
	}
	switch name {
	case "p", "h":
		r.inText++
	case "s":
		r.add(" ")
	case "tab":
		r.add("\t")
	case "line-break":
		r.add("\n")
	case "page":
		r.slides++
	case "content-control", "text-input":
		r.endBox()
		r.control(attr)
	case "table":
		r.sheet, r.row = attr.get("name"), 0
		if r.sheets {
			r.f.sheet(r.sheet)
			r.text.line(r.sheet)
		}
	case "table-row":
		r.rowRepeat = repeated(attr.get("number-rows-repeated"))
		r.row, r.col, r.head = r.row+1, 0, newProse(maxField)
	case "table-cell", "covered-table-cell":
		r.colRepeat = repeated(attr.get("number-columns-repeated"))
		r.col++
		r.inCell, r.value, r.plainValue = true, newProse(maxField), ""
		switch attr.get("value-type") {
		case "float", "currency", "percentage":
			r.plainValue = attr.get("value")
		case "date":
			r.plainValue = frenchDate(attr.get("date-value"))
		}
	case "named-range":
		r.cells.name(attr.get("name"), attr.get("cell-range-address"))
	}
}

// odfSkipped are elements whose text is not the document's.
func odfSkipped(name string) bool {
	switch name {
	case "annotation", "tracked-changes", "notes", "forms", "content-validations":
		return true
	}
	return false
}

func (r *odfReader) control(attr attrs) {
	c := &control{place: -1, value: newProse(maxField), tag: attr.get("tag"), alias: attr.get("alias"),
		hint: attr.get("showing-place-holder") == "true", checkbox: attr.get("checkbox") == "true", checked: attr.get("checked") == "true"}
	if r.inCell && !r.sheets {
		c.besides(r.col, r.head)
	}
	w := wordReader{f: r.f}
	w.open(c)
	if len(r.controls) < 100 {
		r.controls = append(r.controls, c)
	}
}

// repeated reads how often a row or cell stands there; the last ones of a sheet
// say it of all the empty ones after them.
func repeated(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 1
	}
	return min(n, 1<<21)
}

// frenchDate turns 2018-11-30T17:00:00 into 30/11/2018.
func frenchDate(s string) string {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return s
	}
	return s[8:10] + "/" + s[5:7] + "/" + s[:4]
}

func (r *odfReader) end(name string) {
	if odfSkipped(name) {
		r.skipped = max(0, r.skipped-1)
		return
	}
	if r.skipped > 0 {
		return
	}
	switch name {
	case "p", "h":
		r.endBox()
		r.inText = max(0, r.inText-1)
		r.add("\n")
	case "content-control", "text-input":
		if n := len(r.controls); n > 0 {
			c := r.controls[n-1]
			(&wordReader{f: r.f}).close(c)
			if r.controls = r.controls[:n-1]; c.checkbox && c.place < 0 {
				r.box, c.value = c, newProse(maxField)
			}
		}
	case "table-row":
		r.row += r.rowRepeat - 1
		r.text.end()
	case "table-cell", "covered-table-cell":
		r.endCell()
	}
}

// endBox ends the label behind a box that has no name.
func (r *odfReader) endBox() {
	if c := r.box; c != nil {
		r.box = nil
		label := c.value.String()
		r.f.field(label, label, c.answer())
	}
}

func (r *odfReader) endCell() {
	if !r.inCell {
		return
	}
	r.inCell = false
	if !r.sheets {
		r.text.gap = 0
		r.text.cell()
	} else {
		v := r.plainValue
		if v == "" {
			v = r.value.String()
		}
		if v != "" {
			r.cells.put(cell{r.sheet, r.row, r.col}, v)
			r.text.text(v)
			r.text.cell()
		}
	}
	r.col += r.colRepeat - 1
}

func (r *odfReader) chars(s []byte) {
	if r.inText > 0 && r.skipped == 0 {
		r.add(string(s))
	}
}

func (r *odfReader) add(s string) {
	if r.inCell && r.sheets {
		r.value.text(s) // the text follows, once the whole value is known
	} else {
		r.text.text(s)
	}
	if r.inCell && r.col == 1 {
		r.head.text(s)
	}
	if r.box != nil {
		r.box.value.text(s)
	}
	for _, c := range r.controls {
		c.value.text(s)
	}
}
