package content

import (
	"strconv"
	"strings"
)

// Limits of a workbook.
const (
	maxCells = 50_000 // cells that are kept to find named ones, and told as text while it fits
	maxNames = 1_000  // named cells
)

// cells are the values of a workbook's cells.
type cells struct {
	values map[cell]string
	names  []named
}

// cell is a place in a workbook; row and column count from 1.
type cell struct {
	sheet    string
	row, col int
}

// named is a name that a workbook's maker gave to a cell.
type named struct {
	name, ref string
}

func newCells() *cells { return &cells{values: make(map[cell]string)} }

func (c *cells) full() bool { return len(c.values) >= maxCells }

func (c *cells) put(at cell, value string) {
	if value != "" && !c.full() {
		at.sheet = strings.ToLower(at.sheet)
		c.values[at] = value
	}
}

// name keeps a name. Those that a program made for itself say nothing.
func (c *cells) name(name, ref string) {
	if len(c.names) < maxNames && name != "" && !strings.HasPrefix(strings.ToLower(name), "_xl") {
		c.names = append(c.names, named{name, ref})
	}
}

// fields tells the named cells as the fields of f, and all of them where they
// are to be shown.
func (c *cells) fields(f *File) {
	if f.shown != nil {
		f.shown.tables(f.Sheets, c)
	}
	for _, n := range c.names {
		if at, ok := cellOf(n.ref); ok {
			f.field(n.name, "", c.values[at])
		}
	}
}

// cellOf reads the reference of a cell, or of the first cell of a range, as
// Excel ('Mode d”emploi'!$B$3) and OpenDocument ($'Mode d”emploi'.$B$3) write
// it. Formulas and references to several places are not cells.
func cellOf(ref string) (cell, bool) {
	ref = strings.TrimPrefix(strings.TrimSpace(ref), "$")
	sheet, rest := "", ref
	if strings.HasPrefix(ref, "'") {
		var b strings.Builder
		i := 1
		for ; i < len(ref); i++ {
			if ref[i] == '\'' {
				if i+1 < len(ref) && ref[i+1] == '\'' {
					i++
				} else {
					break
				}
			}
			b.WriteByte(ref[i])
		}
		if i+2 > len(ref) {
			return cell{}, false
		}
		sheet, rest = b.String(), ref[i+1:]
		if rest == "" || rest[0] != '!' && rest[0] != '.' {
			return cell{}, false
		}
		rest = rest[1:]
	} else {
		i := strings.LastIndexAny(ref[:len(ref)-len(afterColon(ref))], "!.")
		if i < 0 {
			return cell{}, false
		}
		sheet, rest = ref[:i], ref[i+1:]
	}
	rest, _, _ = strings.Cut(rest, ":")
	row, col, ok := place(strings.ReplaceAll(rest, "$", ""))
	return cell{strings.ToLower(sheet), row, col}, ok
}

// afterColon is the end of a range, whose second part may name the sheet again.
func afterColon(ref string) string {
	if i := strings.IndexByte(ref, ':'); i >= 0 {
		return ref[i:]
	}
	return ""
}

// place reads "B3".
func place(ref string) (row, col int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 3; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		col = col*26 + int(c-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	return row, col, i > 0 && err == nil && row > 0
}
