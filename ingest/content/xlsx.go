package content

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// maxStrings is how much of a workbook's table of strings is kept, in bytes.
const maxStrings = 8 << 20

// readXLSX reads a workbook of Office Open XML (ECMA-376 part 1, section 18):
// the names of its sheets, its cells row by row, and its named cells. Values
// are those that the last program computed; formulas are not computed again.
func readXLSX(p officePackage, f *File) {
	book := "xl/workbook.xml"
	if _, byType := p.relations("."); byType["officeDocument"] != "" {
		book = byType["officeDocument"]
	}
	targets, byType := p.relations(book)
	r := xlsxReader{p: p, f: f, text: newProse(maxText), cells: newCells()}
	type sheet struct{ name, part string }
	var sheets []sheet
	var name string
	var ref strings.Builder
	whole := p.read(book, events{
		start: func(el string, attr attrs) {
			switch el {
			case "sheet":
				sheets = append(sheets, sheet{attr.get("name"), targets[attr.get("id")]})
				f.sheet(attr.get("name"))
			case "definedName":
				if attr.get("hidden") != "1" && attr.get("hidden") != "true" {
					name = attr.get("name")
				}
				ref.Reset()
			case "workbookPr":
				r.from1904 = attr.get("date1904") == "1" || attr.get("date1904") == "true"
			}
		},
		end: func(el string) {
			if el == "definedName" {
				r.cells.name(name, ref.String())
				name = ""
			}
		},
		text: func(s []byte) {
			if name != "" && ref.Len() < maxField {
				ref.Write(s)
			}
		},
		stop: func() bool { return len(sheets) > maxSheets },
	})
	if !whole {
		f.unreadIn(book)
	}
	r.styles(byType["styles"])
	r.strings(byType["sharedStrings"])
	for _, s := range sheets {
		if r.cells.full() {
			break
		}
		r.text.line(s.name)
		r.sheet(s.name, s.part)
	}
	f.Text = r.text.String()
	r.cells.fields(f)
	f.Blank = len(r.cells.values) == 0 && whole && !p.any("xl/media/") && !p.any("xl/drawings/")
}

type xlsxReader struct {
	p        officePackage
	f        *File
	text     *prose
	cells    *cells
	shared   []string
	dates    []bool // of each cell format, whether it shows a date
	from1904 bool
}

// strings reads the table of strings (section 18.4).
func (r *xlsxReader) strings(part string) {
	in, phonetic, kept := false, false, 0
	item := newProse(maxField)
	r.p.read(part, events{
		start: func(el string, _ attrs) {
			switch el {
			case "si":
				item = newProse(maxField)
			case "t":
				in = !phonetic
			case "rPh":
				phonetic = true
			}
		},
		end: func(el string) {
			switch el {
			case "si":
				kept += item.b.Len() + 16
				r.shared = append(r.shared, item.String())
			case "t":
				in = false
			case "rPh":
				phonetic = false
			}
		},
		text: func(s []byte) {
			if in {
				item.text(string(s))
			}
		},
		stop: func() bool { return kept > maxStrings },
	})
}

// styles learns which cell formats show dates (section 18.8).
func (r *xlsxReader) styles(part string) {
	custom := map[string]bool{}
	formats := false
	r.p.read(part, events{
		start: func(el string, attr attrs) {
			switch el {
			case "numFmt":
				if len(custom) < 1_000 {
					custom[attr.get("numFmtId")] = showsDate(attr.get("formatCode"))
				}
			case "cellXfs":
				formats = true
			case "xf":
				if formats && len(r.dates) < 10_000 {
					id := attr.get("numFmtId")
					r.dates = append(r.dates, id >= "14" && id <= "17" && len(id) == 2 || id == "22" || custom[id])
				}
			}
		},
		end: func(el string) {
			if el == "cellXfs" {
				formats = false
			}
		},
	})
}

// showsDate says whether a format code has a day or a year outside of quotes
// and brackets.
func showsDate(code string) bool {
	var quoted, bracket bool
	for _, c := range strings.ToLower(code) {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case !bracket && (c == 'd' || c == 'y' || c == 'j'):
			return true
		}
	}
	return false
}

// sheet reads the cells of a sheet (section 18.3).
func (r *xlsxReader) sheet(name, part string) {
	row, col := 0, 0
	kind, style := "", 0
	in := false
	value := newProse(maxField)
	r.p.read(part, events{
		start: func(el string, attr attrs) {
			switch el {
			case "row":
				row, col = row+1, 0
				if n, err := strconv.Atoi(attr.get("r")); err == nil && n > 0 {
					row = n
				}
				r.text.end()
			case "c":
				col++
				if y, x, ok := place(attr.get("r")); ok {
					row, col = y, x
				}
				kind, style, value = attr.get("t"), number([]byte(attr.get("s"))), newProse(maxField)
			case "v", "t":
				in = true
			}
		},
		end: func(el string) {
			switch el {
			case "v", "t":
				in = false
			case "c":
				v := r.value(kind, style, value.String())
				r.cells.put(cell{name, row, col}, v)
				if v != "" {
					r.text.text(v)
					r.text.cell()
				}
			}
		},
		text: func(s []byte) {
			if in {
				value.text(string(s))
			}
		},
		stop: r.cells.full,
	})
	r.text.end()
}

// value is a cell's value as text; cell types are those of section 18.18.11.
func (r *xlsxReader) value(kind string, style int, raw string) string {
	switch kind {
	case "s":
		n, err := strconv.Atoi(raw)
		if err != nil || n < 0 || n >= len(r.shared) {
			return ""
		}
		return r.shared[n]
	case "b":
		if raw == "1" {
			return ticked
		}
		return "non"
	case "e":
		return ""
	case "", "n":
		n, err := strconv.ParseFloat(raw, 64)
		if err != nil {
			return raw
		}
		if style < len(r.dates) && r.dates[style] {
			return r.date(n)
		}
		if strings.ContainsAny(raw, "eE") || len(raw) > 15 { // binary noise, as in 0.30000000000000004
			return strconv.FormatFloat(math.Round(n*1e6)/1e6, 'f', -1, 64)
		}
	}
	return raw
}

// date reads a day number (section 18.17.4.1); in the system of 1900 there is a
// 29 February 1900 that never was.
func (r *xlsxReader) date(n float64) string {
	if n < 1 || n > 2_958_465 {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	zero := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if r.from1904 {
		zero = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return zero.AddDate(0, 0, int(n)).Format("02/01/2006")
}
