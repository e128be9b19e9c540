package content

import "strings"

// readDOCX reads a text document of Office Open XML (ECMA-376 part 1, section
// 17): the body, then headers and footers, where a letterhead stands.
func readDOCX(p officePackage, f *File) {
	main := "word/document.xml"
	if _, byType := p.relations("."); byType["officeDocument"] != "" {
		main = byType["officeDocument"]
	}
	text := newProse(maxText)
	r := wordReader{text: text, f: f, head: newProse(maxField)}
	if !p.read(main, r.events()) {
		f.unreadIn(main)
	}
	seen := text.b.Len() > 0
	for _, name := range append(p.numbered("word/header", 10), p.numbered("word/footer", 10)...) {
		r := wordReader{text: text, f: f, head: newProse(maxField)}
		p.read(name, r.events())
	}
	f.Text = text.String()
	f.Blank = !seen && !p.any("word/media/") && !p.any("word/embeddings/")
	f.Pages = appPages(p)
}

// appPages reads the number of pages or slides that the writer counted last
// (ECMA-376 part 1, section 22.2).
func appPages(p officePackage) (pages int) {
	var in string
	p.read("docProps/app.xml", events{
		start: func(name string, _ attrs) { in = name },
		end:   func(string) { in = "" },
		text: func(s []byte) {
			if in == "Pages" || in == "Slides" {
				pages = max(pages, number(s))
			}
		},
	})
	return pages
}

// wordReader reads the text and the content controls of a part.
type wordReader struct {
	text     *prose
	f        *File
	inText   bool // inside w:t
	fallback int  // inside mc:Fallback, which says again what was said
	props    int  // inside w:sdtPr
	controls []*control
	cell     int    // of the table row, from 1; 0: outside
	head     *prose // what the row's first cell says
}

// control is a content control (ECMA-376 part 1, section 17.5.2) that is open.
type control struct {
	tag, alias string
	hint       bool // it shows its placeholder
	checkbox   bool
	checked    bool
	place      int // in File.Fields; -1: it has no name
	value      *prose
}

func (r *wordReader) events() events {
	return events{start: r.start, end: r.end, text: r.chars}
}

func (r *wordReader) start(name string, attr attrs) {
	if name == "Fallback" {
		r.fallback++
	}
	if r.fallback > 0 {
		return
	}
	switch name {
	case "t":
		r.inText = true
	case "tab", "ptab":
		r.add("\t")
	case "br", "cr":
		r.add("\n")
	case "noBreakHyphen":
		r.add("-")
	case "sdt":
		if len(r.controls) < 100 {
			r.controls = append(r.controls, &control{place: -1, value: newProse(maxField)})
		}
	case "sdtPr":
		r.props++
	case "tr":
		r.cell, r.head = 0, newProse(maxField)
	case "tc":
		r.cell++
	}
	if r.props > 0 && len(r.controls) > 0 {
		r.controls[len(r.controls)-1].property(name, attr)
	}
}

func (c *control) property(name string, attr attrs) {
	on := func() bool {
		switch strings.ToLower(attr.get("val")) {
		case "0", "false", "off":
			return false
		}
		return true
	}
	switch name {
	case "tag":
		c.tag = attr.get("val")
	case "alias":
		c.alias = attr.get("val")
	case "showingPlcHdr":
		c.hint = on()
	case "checkbox", "checkBox":
		c.checkbox = true
	case "checked":
		c.checked = on()
	}
}

func (r *wordReader) end(name string) {
	if name == "Fallback" {
		r.fallback = max(0, r.fallback-1)
	}
	if r.fallback > 0 {
		return
	}
	switch name {
	case "t":
		r.inText = false
	case "p":
		r.add("\n")
	case "tr":
		r.add("\n")
		r.cell = 0
	case "tc":
		r.text.gap = 0 // after the paragraph's end
		r.add("\t")
	case "sdtPr":
		r.props = max(0, r.props-1)
		if len(r.controls) > 0 {
			c := r.controls[len(r.controls)-1]
			c.besides(r.cell, r.head)
			r.open(c)
		}
	case "sdt":
		if n := len(r.controls); n > 0 {
			r.close(r.controls[n-1])
			r.controls = r.controls[:n-1]
		}
	}
}

// besides names a control that has lost its name, as LibreOffice 7.4 takes it from
// lists of choices, by the first cell of the table row when it stands in the second.
func (c *control) besides(cell int, head *prose) {
	if cell == 2 && c.tag == "" && c.alias == "" && !c.checkbox {
		c.alias = head.String()
	}
}

// open keeps the place of a control: one that holds others comes before them.
func (r *wordReader) open(c *control) {
	place := len(r.f.Fields)
	if r.f.field(c.tag, c.alias, ""); len(r.f.Fields) > place && c.place < 0 {
		c.place = place
	}
}

func (r *wordReader) close(c *control) {
	if c.place < 0 {
		return
	}
	value := c.answer()
	if boxes := boxes(value); len(boxes) > 0 && !c.checkbox {
		// Some writers turn boxes into plain text, a list of them into one control.
		r.f.Fields[c.place] = boxes[0]
		r.f.Fields = append(r.f.Fields, boxes[1:min(len(boxes), 1+maxFields-len(r.f.Fields))]...)
		return
	}
	r.f.Fields[c.place].Value = value
}

// boxes reads a list of boxes and labels, a line each, perhaps with headings
// between them; nil for a text that does not begin with a box.
func boxes(value string) []Field {
	var out []Field
	for line := range strings.Lines(value) {
		mark, label, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || mark != "☐" && mark != "☑" && mark != "☒" {
			if len(out) == 0 {
				return nil
			}
			continue
		}
		box := Field{Name: label, Label: label}
		if mark != "☐" {
			box.Value = ticked
		}
		out = append(out, box)
	}
	return out
}

// answer is what was written into the control. A hint between square brackets
// is one even where a writer forgot to say so: some drop the mark on saving.
func (c *control) answer() string {
	value := c.value.String()
	switch {
	case c.checkbox && c.checked:
		return ticked
	case c.checkbox, c.hint, strings.HasPrefix(value, "[") && strings.HasSuffix(value, "]"):
		return ""
	}
	return value
}

// ticked is the value of a ticked box.
const ticked = "oui"

func (r *wordReader) chars(s []byte) {
	if r.inText && r.fallback == 0 {
		r.add(string(s))
	}
}

func (r *wordReader) add(s string) {
	if !r.text.full() {
		r.text.text(s)
	}
	if r.cell == 1 {
		r.head.text(s)
	}
	for _, c := range r.controls {
		c.value.text(s)
	}
}
