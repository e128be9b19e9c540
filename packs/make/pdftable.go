package main

import "greffier/notify/pdf"

// cellPad is the room between the border of a cell and what it holds.
const cellPad = 4.0

// cellItem is a part of a cell: lines of text or a field.
type cellItem struct {
	lines  [][]span
	style  textStyle
	field  *field
	height float64
}

// sheetColumns shares the width of the text among the columns of t.
func sheetColumns(t table) []float64 {
	sum := 0
	for _, w := range t.widths {
		sum += w
	}
	out := make([]float64, len(t.widths))
	for i, w := range t.widths {
		out[i] = sheetText * float64(w) / float64(sum)
	}
	return out
}

// items is what stands in the cell number i of a row. The first cell of a
// question also shows the hint of its answer.
func (s *sheet) items(row []cell, i int, width float64, head bool) []cellItem {
	name := "TableText"
	if head || i == 0 {
		name = "TableHead"
	}
	var out []cellItem
	text := func(words, name string) {
		style, _, _ := sheetStyle(name)
		lines := s.lines(words, style, width-2*cellPad)
		out = append(out, cellItem{lines: lines, style: style, height: float64(len(lines)) * style.lead})
	}
	asked, isQuestion := question(row)
	for _, par := range row[i] {
		if len(par.fields) == 1 {
			f := par.fields[0]
			item := cellItem{field: &f, height: s.fieldHeight(f)}
			if f.kind == fieldCheck {
				item.height = s.checkHeight(f, width-2*cellPad)
			}
			out = append(out, item)
			continue
		}
		if par.text == "" {
			continue
		}
		if isQuestion && i == 0 && asked.required {
			par.text += " *"
		}
		text(par.text, name)
	}
	if isQuestion && i == 0 && asked.kind != fieldChoice && asked.hint != asked.label && asked.hint != "" {
		text(asked.hint, "Hint")
	}
	return out
}

func (s *sheet) rowHeight(t table, row []cell) float64 {
	widths := sheetColumns(t)
	var highest float64
	for i := range row {
		var h float64
		for _, item := range s.items(row, i, widths[i], false) {
			h += item.height
		}
		highest = max(highest, h)
	}
	return highest + 2*cellPad - 1
}

// table lays out a table. No row is cut; on a further page the head stands
// again, for the eye alone.
func (s *sheet) table(t table) {
	owner := s.tag(s.root, "Table")
	owner.attr = "/A<</O/Table/Summary" + pdf.Text(s.typo.set(t.caption)) + ">>"
	s.need(s.rowHeight(t, t.headRow()) + s.rowHeight(t, t.rows[0]))
	s.row(t, t.headRow(), s.tag(owner, "TR"), true)
	for _, row := range t.rows {
		if s.need(s.rowHeight(t, row)) {
			s.row(t, t.headRow(), nil, true)
		}
		s.row(t, row, s.tag(owner, "TR"), false)
	}
	s.y -= 8
}

// row draws one row; without a tag it is an artifact.
func (s *sheet) row(t table, row []cell, owner *tag, head bool) {
	height := s.rowHeight(t, row)
	x := sheetMargin
	for i, width := range sheetColumns(t) {
		fill := ""
		if head {
			fill = colorTint
		}
		s.box(x, s.y-height, width, height, fill, colorLine)
		var c *tag
		switch {
		case owner == nil:
		case head:
			c = s.tag(owner, "TH")
			c.attr = "/A<</O/Table/Scope/Column>>"
		case i == 0:
			c = s.tag(owner, "TH")
			c.attr = "/A<</O/Table/Scope/Row>>"
		default:
			c = s.tag(owner, "TD")
		}
		top := s.y - cellPad
		items := s.items(row, i, width, head)
		for _, item := range items {
			into := c
			if len(items) > 1 && c != nil {
				into = s.tag(c, "P")
			}
			switch {
			case item.field == nil:
				s.print(into, item.lines, item.style, x+cellPad, top)
			case item.field.kind == fieldCheck:
				s.check(into, *item.field, x+cellPad, top, width-2*cellPad)
			default:
				s.widget(into, *item.field, x+cellPad-1, top-item.height+0.5, width-2*cellPad+2, item.height)
			}
			top -= item.height
		}
		x += width
	}
	s.y -= height
}
