package main

import (
	"fmt"
	"strings"

	"greffier/notify/pdf"
)

// Flags of form fields (ISO 32000-1, tables 221, 228 and 230).
const (
	flagRequired  = 1 << 1
	flagMultiline = 1 << 12
	flagCombo     = 1 << 17
)

// answerSize is the font size of answers, in points.
const answerSize = 9.5

// widget places the form field f, without an answer, below the tag t. Its
// name is the field's tag, its tooltip says what to write. x and y are its
// lower left corner.
func (s *sheet) widget(t *tag, f field, x, y, width, height float64) {
	p, key := s.page(), s.key()
	object, form := s.objects.Reserve(), s.tag(t, "Form")
	flags, kind := 0, ""
	if f.required {
		flags |= flagRequired
	}
	text := fmt.Sprintf("/DA(/Helv %.1f Tf 0 g)/V()", answerSize)
	switch f.kind {
	case fieldCheck:
		kind = fmt.Sprintf("/FT/Btn/Ff %d/V/Off/AS/Off/DA(/ZaDb 0 Tf 0 g)/AP<</N<</Off %d 0 R/Oui %d 0 R>>>>",
			flags, s.look(width, height, false), s.look(width, height, true))
	case fieldChoice:
		options := pdf.Text("")
		for _, c := range f.choices {
			options += pdf.Text(s.typo.set(c))
		}
		kind = fmt.Sprintf("/FT/Ch/Ff %d/Opt[%s]%s/AP<</N %d 0 R>>", flags|flagCombo, options, text, s.look(width, height, false))
	case fieldText, fieldDate:
		if f.lines > 1 {
			flags |= flagMultiline
		}
		kind = fmt.Sprintf("/FT/Tx/Ff %d%s/AP<</N %d 0 R>>", flags, text, s.look(width, height, false))
	}
	border := fmt.Sprintf("/BS<</W 0.75/S/S>>/MK<</BC[%s]/BG[%s]", pdfColor(colorLine), pdfColor(colorEntry))
	if f.kind == fieldCheck {
		border += "/CA(4)"
	}
	s.objects.Set(object, "<</Type/Annot/Subtype/Widget/F 4/P %d 0 R/Rect[%.2f %.2f %.2f %.2f]/StructParent %d/T%s/TU%s%s>>%s>>",
		p.object, x, y, x+width, y+height, key, pdf.Text(f.tag), pdf.Text(s.typo.set(f.tooltip())), border, kind)
	form.kids = append(form.kids, fmt.Sprintf("<</Type/OBJR/Obj %d 0 R/Pg %d 0 R>>", object, p.object))
	s.parents[key] = fmt.Sprintf("%d 0 R", form.object)
	p.annots = append(p.annots, object)
	s.fields = append(s.fields, object)
}

// look returns the object that draws a field without an answer, or a ticked
// box. Fields of one size share it.
func (s *sheet) look(width, height float64, ticked bool) int {
	id := fmt.Sprintf("%.2f %.2f %t", width, height, ticked)
	if n, ok := s.looks[id]; ok {
		return n
	}
	draw := fmt.Sprintf("q %s rg %s RG 0.75 w 0.38 0.38 %.2f %.2f re B Q\n",
		pdfColor(colorEntry), pdfColor(colorLine), width-0.75, height-0.75)
	if ticked {
		draw += fmt.Sprintf("q BT 0 g /ZaDb %.2f Tf %.2f %.2f Td (4) Tj ET Q\n", height*0.8, width*0.17, height*0.22)
	} else {
		draw += "/Tx BMC\nEMC\n"
	}
	n := s.objects.Stream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 %.2f %.2f]/Resources<</Font %d 0 R>>", width, height, s.fonts), draw)
	s.looks[id] = n
	return n
}

// tooltip is what a reader shows, or reads aloud, for the field.
func (f field) tooltip() string {
	out := f.label
	if f.context != "" && !strings.HasPrefix(f.label, f.context) {
		out = f.context + " : " + uncapital(f.label)
	}
	switch {
	case f.kind == fieldChoice:
		out += " – choisissez une réponse"
	case f.hint != "" && f.hint != f.label:
		out += " – " + f.hint
	}
	if f.required {
		out += " (obligatoire)"
	}
	return out
}
