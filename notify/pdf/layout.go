package pdf

import (
	"fmt"
	"strings"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// Page, in points: A4, 2 cm at the sides.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	margin     = 56.69
	textWidth  = pageWidth - 2*margin
	pageTop    = pageHeight - 52
	pageBottom = 58.0
	cellPad    = 4.0
)

// style is how text looks; sizes in points.
type style struct {
	size, lead    float64
	bold          bool
	before, after float64
}

var (
	titleStyle   = style{size: 17, lead: 21, bold: true, after: 8}
	headingStyle = style{size: 12, lead: 15, bold: true, before: 10, after: 4}
	bodyStyle    = style{size: 10, lead: 13.5, after: 2}
	headStyle    = style{size: 9, lead: 11.5, bold: true}
	cellStyle    = style{size: 9, lead: 11.5}
	footStyle    = style{size: 8, lead: 10}
)

// layout is a document while it is laid out from top to bottom.
type layout struct {
	objects       Objects
	regular, bold *face
	pages         []*page
	y             float64 // the lowest point used on the last page
}

func newLayout() (*layout, error) {
	regular, err := newFace("GoRegular", goregular.TTF)
	if err != nil {
		return nil, err
	}
	bold, err := newFace("Go-Bold", gobold.TTF)
	if err != nil {
		return nil, err
	}
	l := &layout{regular: regular, bold: bold}
	l.newPage()
	return l, nil
}

func (l *layout) newPage() {
	l.pages = append(l.pages, &page{object: l.objects.Reserve()})
	l.y = pageTop
}

// need begins a page unless height points are left on this one, and says
// whether it did.
func (l *layout) need(height float64) bool {
	if l.y-height >= pageBottom || l.y == pageTop {
		return false
	}
	l.newPage()
	return true
}

func (l *layout) face(s style) *face {
	if s.bold {
		return l.bold
	}
	return l.regular
}

// setText is text broken into lines.
type setText struct {
	lines  []string
	actual string // the text itself, where its glyphs do not say it all
	style  style
}

func (t setText) height() float64 { return float64(len(t.lines)) * t.style.lead }

// set breaks text at plain spaces, and within a word that is wider than width.
func (l *layout) set(text string, s style, width float64) setText {
	f := l.face(s)
	drawn, exact := f.drawable(text)
	out := setText{style: s}
	if !exact {
		out.actual = text
	}
	line, used := "", 0.0
	space := f.width(" ", s.size)
	for _, word := range strings.Fields(strings.ReplaceAll(drawn, "\u00a0", "\x00")) {
		word = strings.ReplaceAll(word, "\x00", "\u00a0")
		w := f.width(word, s.size)
		if line != "" && used+space+w <= width {
			line, used = line+" "+word, used+space+w
			continue
		}
		if line != "" {
			out.lines = append(out.lines, line+" ") // so that words stay apart where lines are put together
		}
		for w > width {
			head := l.fitting(f, word, s.size, width)
			out.lines = append(out.lines, head)
			word = word[len(head):]
			w = f.width(word, s.size)
		}
		line, used = word, w
	}
	if line != "" {
		out.lines = append(out.lines, line)
	}
	return out
}

// fitting gives the longest beginning of a word, at least one character, that is
// no wider than width.
func (l *layout) fitting(f *face, word string, size, width float64) string {
	var used float64
	for i, r := range word {
		used += f.width(string(r), size)
		if i > 0 && used > width {
			return word[:i]
		}
	}
	return word
}

// print draws text as what t says, its top left corner at x, top.
func (l *layout) print(t *tag, text setText, x, top float64) {
	if len(text.lines) == 0 {
		return
	}
	l.mark(t, l.draw(text, x, top), text.actual)
}

func (l *layout) draw(text setText, x, top float64) string {
	font := "R"
	if text.style.bold {
		font = "B"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "BT /%s %.1f Tf", font, text.style.size)
	for i, line := range text.lines {
		if i == 0 {
			fmt.Fprintf(&b, " %.2f %.2f Td", x, top-text.style.size*0.8)
		} else {
			fmt.Fprintf(&b, " 0 %.2f Td", -text.style.lead)
		}
		b.WriteString(" " + l.face(text.style).show(line) + " Tj")
	}
	b.WriteString(" ET\n")
	return b.String()
}

// paragraph lays out text as one element; keep is the height that has to follow
// on the same page.
func (l *layout) paragraph(root *tag, kind, words string, s style, keep float64) {
	text := l.set(words, s, textWidth)
	l.need(s.before + text.height() + keep)
	if l.y != pageTop {
		l.y -= s.before
	}
	l.print(l.tag(root, kind, ""), text, margin, l.y)
	l.y -= text.height() + s.after
}

// table lays out a table. No row is cut; on a further page the head stands
// again, for the eye alone.
func (l *layout) table(root *tag, t Table) {
	owner := l.tag(root, "Table", "/A<</O/Table/Summary"+Text(t.Summary)+">>")
	head := l.cells(t, t.Head, headStyle)
	l.row(l.tag(owner, "TR", ""), t, head, true)
	for _, row := range t.Rows {
		cells := l.cells(t, row, cellStyle)
		if l.need(rowHeight(cells)) {
			l.row(nil, t, head, true)
		}
		l.row(l.tag(owner, "TR", ""), t, cells, false)
	}
	l.y -= 10
}

func (t Table) width(column int) float64 {
	var sum float64
	for _, w := range t.Widths {
		sum += w
	}
	return textWidth * t.Widths[column] / sum
}

func (l *layout) cells(t Table, row []string, s style) []setText {
	var out []setText
	for i := range t.Head {
		text := ""
		if i < len(row) {
			text = row[i]
		}
		out = append(out, l.set(text, s, t.width(i)-2*cellPad))
	}
	return out
}

func rowHeight(cells []setText) float64 {
	highest := cellStyle.lead
	for _, c := range cells {
		highest = max(highest, c.height())
	}
	return highest + 2*cellPad
}

// row draws one row; without a tag it is an artifact.
func (l *layout) row(owner *tag, t Table, cells []setText, head bool) {
	height := rowHeight(cells)
	x := margin
	for i, c := range cells {
		fill := ""
		if head {
			fill = fmt.Sprintf("0.93 g %.2f %.2f %.2f %.2f re f 0 g ", x, l.y-height, t.width(i), height)
		}
		l.mark(nil, fmt.Sprintf("q %s0.5 w 0.6 G %.2f %.2f %.2f %.2f re S Q\n", fill, x, l.y-height, t.width(i), height), "")
		var cell *tag
		switch {
		case owner == nil:
		case head:
			cell = l.tag(owner, "TH", "/A<</O/Table/Scope/Column>>")
		case i == 0:
			cell = l.tag(owner, "TH", "/A<</O/Table/Scope/Row>>")
		default:
			cell = l.tag(owner, "TD", "")
		}
		l.print(cell, c, x+cellPad, l.y-cellPad)
		x += t.width(i)
	}
	l.y -= height
}
