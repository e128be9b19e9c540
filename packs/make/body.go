package main

import (
	"strconv"
	"strings"
)

// body writes the blocks of one document as WordprocessingML.
type body struct {
	typo     typographer
	width    int // of the text, in twentieths of a point
	numbered int // numbered lists so far
	fields   int // form fields so far
	locked   bool
}

func (b *body) document(d document) *element {
	content := el("w:body").with(
		b.paragraph(paragraph{text: d.title, style: "Title"}),
		b.paragraph(paragraph{text: d.subtitle, style: "Subtitle"}))
	for _, blk := range d.blocks {
		content.with(b.block(blk)...)
	}
	size := el("w:pgSz", "w:w", strconv.Itoa(pageShort), "w:h", strconv.Itoa(pageLong))
	if d.wide {
		size = el("w:pgSz", "w:w", strconv.Itoa(pageLong), "w:h", strconv.Itoa(pageShort), "w:orient", "landscape")
	}
	margin := strconv.Itoa(pageMargin)
	content.with(el("w:sectPr").with(
		el("w:footerReference", "w:type", "default", "r:id", "rId4"),
		size,
		el("w:pgMar", "w:top", margin, "w:right", margin, "w:bottom", margin, "w:left", margin,
			"w:header", "567", "w:footer", "567", "w:gutter", "0")))
	return el("w:document", "xmlns:w", wordNS, "xmlns:r", relNS, "xmlns:w14", word14,
		"xmlns:mc", compat, "mc:Ignorable", "w14").with(content)
}

func (b *body) block(blk block) []*element {
	switch blk := blk.(type) {
	case heading:
		return []*element{b.paragraph(paragraph{text: blk.text, style: "Heading" + strconv.Itoa(blk.level)})}
	case paragraph:
		return []*element{b.paragraph(blk)}
	case list:
		return b.list(blk)
	case table:
		// A paragraph after the table keeps it apart from what follows.
		return []*element{b.table(blk), spacer()}
	case longField:
		return []*element{b.longField(blk.field)}
	}
	return nil
}

func spacer() *element {
	return el("w:p").with(el("w:pPr").with(
		el("w:spacing", "w:before", "0", "w:after", "0", "w:line", "120", "w:lineRule", "exact")))
}

func (b *body) paragraph(par paragraph) *element {
	e := el("w:p")
	if par.style != "" {
		e.with(el("w:pPr").with(el("w:pStyle", "w:val", par.style)))
	}
	for i, piece := range strings.Split(par.text, "{}") {
		if i > 0 && i <= len(par.fields) {
			e.with(b.inlineField(par.fields[i-1])...)
		}
		e.with(b.runs(piece)...)
	}
	return e
}

// runs splits text at its ** marks into plain and strong runs.
func (b *body) runs(text string) []*element {
	var out []*element
	for i, piece := range strings.Split(b.typo.set(text), "**") {
		if piece == "" {
			continue
		}
		e := el("w:r")
		if i%2 == 1 {
			e.with(el("w:rPr").with(el("w:b"), el("w:bCs")))
		}
		out = append(out, e.with(literal(piece)))
	}
	return out
}

func literal(text string) *element {
	return el("w:t", "xml:space", "preserve").containing(text)
}

func (b *body) list(l list) []*element {
	num := "1"
	if l.numbered {
		b.numbered++
		num = strconv.Itoa(b.numbered + 1)
	}
	var out []*element
	for i, item := range l.items {
		pr := el("w:pPr").with(
			el("w:pStyle", "w:val", "ListParagraph"),
			el("w:numPr").with(el("w:ilvl", "w:val", "0"), el("w:numId", "w:val", num)))
		if i == len(l.items)-1 {
			pr.with(el("w:spacing", "w:after", "120"))
		}
		out = append(out, el("w:p").with(pr).with(b.runs(item)...))
	}
	return out
}

func (b *body) table(t table) *element {
	widths := b.columns(t.widths)
	grid := el("w:tblGrid")
	for _, w := range widths {
		grid.with(el("w:gridCol", "w:w", strconv.Itoa(w)))
	}
	e := el("w:tbl").with(
		el("w:tblPr").with(
			el("w:tblStyle", "w:val", "Tableau"),
			el("w:tblW", "w:w", strconv.Itoa(b.width), "w:type", "dxa"),
			el("w:tblLayout", "w:type", "fixed"),
			el("w:tblLook", "w:val", "06A0", "w:firstRow", "1", "w:lastRow", "0", "w:firstColumn", "1", "w:lastColumn", "0", "w:noHBand", "1", "w:noVBand", "1"),
			el("w:tblCaption", "w:val", b.typo.set(t.caption))),
		grid)
	head := el("w:tr").with(el("w:trPr").with(el("w:cantSplit"), el("w:tblHeader")))
	for i, h := range t.head {
		head.with(tableCell(widths[i], colorTint).with(b.paragraph(paragraph{text: h, style: "TableHead"})))
	}
	e.with(head)
	for _, row := range t.rows {
		tr := el("w:tr").with(el("w:trPr").with(el("w:cantSplit")))
		for i, c := range row {
			tc := tableCell(widths[i], "")
			for _, par := range c {
				par.style = "TableText"
				if i == 0 && len(par.fields) == 0 {
					par.style = "TableHead"
				}
				tc.with(b.paragraph(par))
			}
			tr.with(tc)
		}
		e.with(tr)
	}
	return e
}

// columns shares the width of the text among columns of relative widths.
func (b *body) columns(relative []int) []int {
	sum := 0
	for _, w := range relative {
		sum += w
	}
	out := make([]int, len(relative))
	left := b.width
	for i, w := range relative {
		out[i] = b.width * w / sum
		left -= out[i]
	}
	out[len(out)-1] += left
	return out
}

func tableCell(width int, fill string) *element {
	pr := el("w:tcPr").with(el("w:tcW", "w:w", strconv.Itoa(width), "w:type", "dxa"))
	if fill != "" {
		pr.with(el("w:shd", "w:val", "clear", "w:color", "auto", "w:fill", fill))
	}
	return el("w:tc").with(pr)
}

// footer is the short title on the left, the page number on the right.
func (b *body) footer(title string) *element {
	pos := strconv.Itoa(b.width)
	number := func(code string) *element {
		return el("w:fldSimple", "w:instr", " "+code+" ").with(el("w:r").with(literal("1")))
	}
	return el("w:ftr", "xmlns:w", wordNS, "xmlns:r", relNS).with(el("w:p").with(
		el("w:pPr").with(
			el("w:pStyle", "w:val", "Footer"),
			el("w:tabs").with(el("w:tab", "w:val", "right", "w:pos", pos))),
		el("w:r").with(literal(b.typo.set(title))),
		el("w:r").with(el("w:tab")),
		el("w:r").with(literal("Page"+nbsp)), number("PAGE"),
		el("w:r").with(literal(" sur ")), number("NUMPAGES")))
}
