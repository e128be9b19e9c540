package main

import "strconv"

// Form fields are content controls (w:sdt): the tag names the answer, the
// alias is read aloud, and in a locked document the control itself cannot be
// deleted by mistake. While a control is empty it is marked w:showingPlcHdr and holds its hint
// between square brackets, which is not an answer.

const boxEmpty = "☐"

func (b *body) properties(f field) *element {
	b.fields++
	pr := el("w:sdtPr").with(
		el("w:alias", "w:val", b.typo.set(f.label)),
		el("w:tag", "w:val", f.tag),
		el("w:id", "w:val", strconv.Itoa(10_000+b.fields)))
	if b.locked {
		pr.with(el("w:lock", "w:val", "sdtLocked"))
	}
	if f.kind != fieldCheck {
		pr.with(el("w:showingPlcHdr"))
	}
	return pr
}

func (b *body) hint(f field) *element {
	return el("w:r").with(
		el("w:rPr").with(el("w:rStyle", "w:val", "PlaceholderText")),
		literal(b.typo.set("["+f.hint+"]")))
}

// inlineField is a field within a line; a checkbox is followed by its label.
func (b *body) inlineField(f field) []*element {
	pr := b.properties(f)
	content := el("w:sdtContent")
	sdt := el("w:sdt").with(pr, content)
	switch f.kind {
	case fieldCheck:
		symbol := func(name, code string) *element {
			return el("w14:"+name, "w14:val", code, "w14:font", "MS Gothic")
		}
		pr.with(el("w14:checkbox").with(
			el("w14:checked", "w14:val", "0"), symbol("checkedState", "2612"), symbol("uncheckedState", "2610")))
		font := el("w:rFonts", "w:ascii", "MS Gothic", "w:hAnsi", "MS Gothic", "w:eastAsia", "MS Gothic", "w:hint", "eastAsia")
		content.with(el("w:r").with(el("w:rPr").with(font), el("w:t").containing(boxEmpty)))
		return append([]*element{sdt}, b.runs(nbsp+f.label)...)
	case fieldChoice:
		items := el("w:dropDownList")
		for _, c := range f.choices {
			c = b.typo.set(c)
			items.with(el("w:listItem", "w:displayText", c, "w:value", c))
		}
		pr.with(items)
	case fieldDate:
		pr.with(el("w:date").with(
			el("w:dateFormat", "w:val", "dd/MM/yyyy"), el("w:lid", "w:val", "fr-FR"),
			el("w:storeMappedDataAs", "w:val", "dateTime"), el("w:calendar", "w:val", "gregorian")))
	case fieldText:
		pr.with(el("w:text", "w:multiLine", "1"))
	}
	content.with(b.hint(f))
	return []*element{sdt}
}

// longField is a field of its own, for answers of several paragraphs.
func (b *body) longField(f field) *element {
	return el("w:sdt").with(b.properties(f), el("w:sdtContent").with(
		el("w:p").with(el("w:pPr").with(el("w:pStyle", "w:val", "Answer")), b.hint(f))))
}

// text, date, choice and check make fields.

func text(tag, label, hint string) field {
	return field{kind: fieldText, tag: tag, label: label, hint: hint}
}

func date(tag, label string) field {
	return field{kind: fieldDate, tag: tag, label: label, hint: "jj/mm/aaaa"}
}

func choice(tag, label string, choices ...string) field {
	return field{kind: fieldChoice, tag: tag, label: label, hint: "choisissez une réponse", choices: choices}
}

func check(tag, label string) field {
	return field{kind: fieldCheck, tag: tag, label: label}
}

// high gives the answer room for a number of lines in the PDF form.
func (f field) high(lines int) field {
	f.lines = lines
	return f
}

// needed marks the question as required in the PDF form.
func (f field) needed() field {
	f.required = true
	return f
}
