package main

import (
	"strconv"
	"strings"
)

// Colours: ink on paper, one accent. Each reaches 7:1 on the ground it is
// used on, hints of empty fields included.
const (
	colorInk    = "1A1A1A"
	colorAccent = "0B4F5C"
	colorHint   = "4A4A4A"
	colorTint   = "E6EFF1"
	colorLine   = "7A8B8F"
	colorEntry  = "FFFBEA" // where an answer goes
)

// styles is the style sheet of every text document.
func styles() *element {
	run := func(half int, color string, bold bool) *element {
		e := el("w:rPr")
		if bold {
			e.with(el("w:b"), el("w:bCs"))
		}
		if color != "" {
			e.with(el("w:color", "w:val", color))
		}
		size := strconv.Itoa(half)
		return e.with(el("w:sz", "w:val", size), el("w:szCs", "w:val", size))
	}
	spacing := func(before, after string) *element {
		return el("w:spacing", "w:before", before, "w:after", after)
	}
	keep := func(level, before, after string) *element {
		return el("w:pPr").with(el("w:keepNext"), el("w:keepLines"), spacing(before, after), el("w:outlineLvl", "w:val", level))
	}
	return el("w:styles", "xmlns:w", wordNS).with(
		el("w:docDefaults").with(
			el("w:rPrDefault").with(el("w:rPr").with(
				el("w:rFonts", "w:ascii", "Arial", "w:hAnsi", "Arial", "w:eastAsia", "Arial", "w:cs", "Arial"),
				el("w:color", "w:val", colorInk),
				el("w:sz", "w:val", "21"), el("w:szCs", "w:val", "21"),
				el("w:lang", "w:val", "fr-FR", "w:eastAsia", "fr-FR", "w:bidi", "ar-SA"))),
			el("w:pPrDefault").with(el("w:pPr").with(
				el("w:spacing", "w:after", "120", "w:line", "276", "w:lineRule", "auto")))),
		el("w:style", "w:type", "paragraph", "w:default", "1", "w:styleId", "Normal").with(
			el("w:name", "w:val", "Normal"), el("w:qFormat")),
		paragraphStyle("Title", "Title", "Normal",
			el("w:pPr").with(el("w:keepNext"), spacing("0", "60")), run(40, colorAccent, true)),
		paragraphStyle("Subtitle", "Subtitle", "Normal",
			el("w:pPr").with(
				el("w:pBdr").with(el("w:bottom", "w:val", "single", "w:sz", "8", "w:space", "6", "w:color", colorAccent)),
				spacing("0", "240")), run(24, "", false)),
		paragraphStyle("Heading1", "heading 1", "Normal", keep("0", "320", "100"), run(27, colorAccent, true)),
		paragraphStyle("Heading2", "heading 2", "Normal", keep("1", "200", "80"), run(22, colorAccent, true)),
		paragraphStyle("ListParagraph", "List Paragraph", "Normal", el("w:pPr").with(spacing("0", "60")), nil),
		paragraphStyle("Note", "Note", "Normal",
			el("w:pPr").with(
				el("w:keepLines"),
				el("w:pBdr").with(el("w:left", "w:val", "single", "w:sz", "24", "w:space", "8", "w:color", colorAccent)),
				el("w:shd", "w:val", "clear", "w:color", "auto", "w:fill", colorTint),
				spacing("120", "160"), el("w:ind", "w:left", "227", "w:right", "113")), nil),
		paragraphStyle("TableText", "Texte de tableau", "Normal", el("w:pPr").with(spacing("30", "30")), run(19, "", false)),
		paragraphStyle("TableHead", "Titre de tableau", "TableText", nil, run(19, colorAccent, true)),
		paragraphStyle("Answer", "Réponse", "Normal",
			el("w:pPr").with(
				el("w:pBdr").with(answerBorder("top"), answerBorder("left"), answerBorder("bottom"), answerBorder("right")),
				el("w:spacing", "w:before", "60", "w:after", "160"),
				el("w:ind", "w:left", "113", "w:right", "113")), nil),
		paragraphStyle("Footer", "footer", "Normal",
			el("w:pPr").with(spacing("0", "0")), run(16, colorHint, false)),
		el("w:style", "w:type", "character", "w:styleId", "PlaceholderText").with(
			el("w:name", "w:val", "Placeholder Text"), el("w:uiPriority", "w:val", "99"),
			el("w:rPr").with(el("w:i"), el("w:iCs"), el("w:color", "w:val", colorHint))),
		tableStyle())
}

func answerBorder(side string) *element {
	return el("w:"+side, "w:val", "single", "w:sz", "6", "w:space", "4", "w:color", colorLine)
}

func paragraphStyle(id, name, basedOn string, pPr, rPr *element) *element {
	e := el("w:style", "w:type", "paragraph", "w:styleId", id).with(
		el("w:name", "w:val", name), el("w:basedOn", "w:val", basedOn))
	if strings.HasPrefix(id, "Heading") || strings.HasSuffix(id, "itle") {
		e.with(el("w:next", "w:val", "Normal"))
	}
	e.with(el("w:qFormat"))
	if pPr != nil {
		e.with(pPr)
	}
	if rPr != nil {
		e.with(rPr)
	}
	return e
}

func tableStyle() *element {
	borders := el("w:tblBorders")
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		borders.with(el("w:"+side, "w:val", "single", "w:sz", "4", "w:space", "0", "w:color", colorLine))
	}
	return el("w:style", "w:type", "table", "w:styleId", "Tableau").with(
		el("w:name", "w:val", "Tableau"), el("w:qFormat"),
		el("w:tblPr").with(borders,
			el("w:tblCellMar").with(
				el("w:top", "w:w", "40", "w:type", "dxa"), el("w:left", "w:w", "100", "w:type", "dxa"),
				el("w:bottom", "w:w", "40", "w:type", "dxa"), el("w:right", "w:w", "100", "w:type", "dxa"))))
}
