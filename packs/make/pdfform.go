package main

import (
	"fmt"
	"strings"
	"time"

	"greffier/notify/pdf"
)

// pdfForm returns the application form as a PDF with form fields, the same
// fields under the same names as in the Word file. It is tagged, each field
// has a tooltip and stands in the order of the keys. Helvetica, which every
// reader has, is not embedded. The same document gives the same bytes.
func pdfForm(d document, made time.Time) ([]byte, error) {
	s := &sheet{setter: newSetter(), looks: map[string]int{}, parents: map[int]string{}, short: d.short}
	catalog, tree, info := s.objects.Reserve(), s.objects.Reserve(), s.objects.Reserve()
	helv := s.objects.Add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
	bold := s.objects.Add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>")
	dingbats := s.objects.Add("<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>")
	s.fonts = s.objects.Add("<</Helv %d 0 R/HeBo %d 0 R/ZaDb %d 0 R>>", helv, bold, dingbats)
	s.root = s.tag(nil, "Document")
	s.newPage()
	s.words(paragraph{text: d.title, style: "Title"}, "H1")
	s.words(paragraph{text: d.subtitle, style: "Subtitle"}, "P")
	for i, b := range d.blocks {
		if err := s.block(b, d.blocks[i+1:]); err != nil {
			return nil, err
		}
	}
	pages, outline, err := s.finish(tree)
	if err != nil {
		return nil, err
	}
	if s.err != nil {
		return nil, s.err
	}
	title := s.typo.set(d.short)
	s.objects.Set(info, "<</Title%s/Subject%s/CreationDate(D:%sZ)/ModDate(D:%[3]sZ)>>",
		pdf.Text(title), pdf.Text(s.typo.set(d.subject)), made.UTC().Format("20060102150405"))
	meta := el("x:xmpmeta", "xmlns:x", "adobe:ns:meta/").with(
		el("rdf:RDF", "xmlns:rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#").with(
			el("rdf:Description", "rdf:about", "", "xmlns:dc", "http://purl.org/dc/elements/1.1/").with(
				el("dc:title").with(el("rdf:Alt").with(el("rdf:li", "xml:lang", "x-default").containing(title))),
				el("dc:language").with(el("rdf:Bag").with(el("rdf:li").containing("fr-FR"))))))
	xmp, err := meta.bytes()
	if err != nil {
		return nil, err
	}
	metadata := s.objects.Stream("/Type/Metadata/Subtype/XML", string(xmp))
	s.objects.Set(catalog, "<</Type/Catalog/Pages %d 0 R/Lang(fr-FR)/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R"+
		"/ViewerPreferences<</DisplayDocTitle true>>/Metadata %d 0 R/Outlines %d 0 R"+
		"/AcroForm<</Fields[%s]/DR<</Font %d 0 R>>/DA(/Helv %.1f Tf 0 g)>>>>",
		pages, tree, metadata, outline, references(s.fields), s.fonts, answerSize)
	return s.objects.File(catalog, info), nil
}

// sheetStyle is the look of a paragraph style of styles.go on the PDF form,
// with the space before and after it.
func sheetStyle(name string) (style textStyle, before, after float64) {
	switch name {
	case "Title":
		return textStyle{20, 24, colorAccent, true}, 0, 2
	case "Subtitle":
		return textStyle{12, 15, colorInk, false}, 0, 12
	case "Heading1":
		return textStyle{13.5, 17, colorAccent, true}, 14, 5
	case "Heading2":
		return textStyle{11, 14, colorAccent, true}, 8, 3
	case "Hint":
		return textStyle{8.5, 10.5, colorHint, false}, 0, 3
	case "TableHead":
		return textStyle{9, 11.5, colorAccent, true}, 0, 0
	case "TableText":
		return textStyle{9, 11.5, colorInk, false}, 0, 0
	}
	return textStyle{10, 13.5, colorInk, false}, 0, 5
}

// block lays out one block; a heading stays with the first of those after it.
func (s *sheet) block(b block, after []block) error {
	switch b := b.(type) {
	case heading:
		name := fmt.Sprintf("Heading%d", b.level)
		s.need(s.head(append([]block{b}, after...)))
		if b.level == 1 {
			s.marks = append(s.marks, bookmark{b.text, s.page().object, s.y})
		}
		s.above = b.text
		s.words(paragraph{text: b.text, style: name}, fmt.Sprintf("H%d", b.level+1))
	case paragraph:
		if len(b.fields) == 0 {
			s.words(b, "P")
			return nil
		}
		if b.text != "{}" || len(b.fields) != 1 || b.fields[0].kind != fieldCheck {
			return fmt.Errorf("lay out %q: only a check box may stand in a line of the PDF form", b.text)
		}
		height := s.checkHeight(b.fields[0], sheetText) + 2
		s.need(height)
		s.check(s.tag(s.root, "P"), b.fields[0], sheetMargin, s.y, sheetText)
		s.y -= height
	case table:
		s.table(b)
	case longField:
		s.longField(b.field)
	default:
		return fmt.Errorf("lay out %T: the PDF form has no such block", b)
	}
	return nil
}

// head is the height of the first block and of what must not be torn from it.
func (s *sheet) head(blocks []block) float64 {
	if len(blocks) == 0 {
		return 0
	}
	switch b := blocks[0].(type) {
	case heading:
		style, before, after := sheetStyle(fmt.Sprintf("Heading%d", b.level))
		return before + float64(len(s.lines(b.text, style, sheetText)))*style.lead + after + s.head(blocks[1:])
	case paragraph:
		own := s.wordsHeight(b)
		if len(b.fields) == 0 && len(blocks) > 1 {
			switch blocks[1].(type) {
			case longField, table:
				own += s.head(blocks[1:])
			}
		}
		return own
	case longField:
		return s.longFieldHeight(b.field)
	case table:
		return s.rowHeight(b, b.headRow()) + s.rowHeight(b, b.rows[0])
	}
	return 0
}

func (s *sheet) wordsHeight(par paragraph) float64 {
	style, before, after := sheetStyle(par.style)
	width := sheetText
	if par.style == "Note" {
		width, after = sheetText-20, after+16
	}
	return before + float64(len(s.lines(par.text, style, width)))*style.lead + after
}

// words lays out a paragraph of text.
func (s *sheet) words(par paragraph, kind string) {
	style, before, after := sheetStyle(par.style)
	height := s.wordsHeight(par)
	s.need(height)
	t := s.tag(s.root, kind)
	if par.style == "Note" {
		lines := s.lines(par.text, style, sheetText-20)
		ground := float64(len(lines))*style.lead + 10
		s.box(sheetMargin, s.y-ground, sheetText, ground, colorTint, "")
		s.box(sheetMargin, s.y-ground, 3, ground, colorAccent, "")
		s.print(t, lines, style, sheetMargin+11, s.y-5)
		s.y -= height
		return
	}
	if s.y == sheetTop {
		before = 0
	}
	lines := s.lines(par.text, style, sheetText)
	s.print(t, lines, style, sheetMargin, s.y-before)
	s.y -= before + float64(len(lines))*style.lead + after
}

func (s *sheet) fieldHeight(f field) float64 { return float64(max(f.lines, 1)-1)*11.5 + 17 }

func (s *sheet) longFieldHeight(f field) float64 {
	return s.wordsHeight(paragraph{text: f.label, style: "TableHead"}) + 2 +
		s.wordsHeight(paragraph{text: f.hint, style: "Hint"}) + s.fieldHeight(f) + 8
}

// longField lays out a question with room for a long answer. Its label is
// left out below a heading that says the same.
func (s *sheet) longField(f field) {
	s.need(s.longFieldHeight(f))
	if f.label != s.above {
		s.words(paragraph{text: f.label, style: "TableHead"}, "P")
		s.y -= 2
	}
	s.words(paragraph{text: f.hint, style: "Hint"}, "P")
	height := s.fieldHeight(f)
	s.widget(s.tag(s.root, "P"), f, sheetMargin, s.y-height, sheetText, height)
	s.y -= height + 8
}

const checkSide = 9.5

func (s *sheet) checkHeight(f field, width float64) float64 {
	style, _, _ := sheetStyle("TableText")
	return float64(len(s.lines(f.label, style, width-15)))*style.lead + 2
}

// check lays out a box with its label on the right.
func (s *sheet) check(t *tag, f field, x, top, width float64) {
	style, _, _ := sheetStyle("TableText")
	s.widget(t, f, x, top-checkSide-0.5, checkSide, checkSide)
	s.print(t, s.lines(f.label, style, width-15), style, x+15, top-1.5)
}

// question reports the field of a row that is a question and its answer.
func question(row []cell) (field, bool) {
	if len(row) == 2 && len(row[1]) > 0 && len(row[1][0].fields) == 1 {
		return row[1][0].fields[0], true
	}
	return field{}, false
}

// headRow is the head of the table as a row.
func (t table) headRow() []cell {
	var row []cell
	for _, h := range t.head {
		row = append(row, words(strings.TrimSpace(h)))
	}
	return row
}
