package main

import (
	"fmt"
	"strings"
)

// document is a text with its title, independent of the file format.
type document struct {
	title    string
	subtitle string
	subject  string // document property, one sentence
	short    string // short title, at the foot of each page and in the properties
	wide     bool   // landscape
	locked   bool   // its form fields cannot be deleted
	blocks   []block
}

// A block is one element of a document, in reading order: heading,
// paragraph, list, table or field.
type block interface{ isBlock() }

type heading struct {
	level int // 1 or 2
	text  string
}

// paragraph is running text; between two ** it is strong. Each {} stands for
// the next of its form fields.
type paragraph struct {
	text   string
	style  string // a style of styles.go; empty: body text
	fields []field
}

type list struct {
	numbered bool
	items    []string
}

// table is a data table: its first row heads the columns, its first column
// heads the rows.
type table struct {
	caption string // what the table is about, for those who hear it
	widths  []int  // relative
	head    []string
	rows    [][]cell
}

type cell []paragraph

// longField is a form field that takes several paragraphs.
type longField struct{ field field }

type fieldKind int

const (
	fieldText fieldKind = iota
	fieldDate
	fieldChoice
	fieldCheck
)

// field is a form field. Its tag is the name under which the answer is read
// back; while it is empty it shows its hint.
type field struct {
	kind    fieldKind
	tag     string
	label   string // read aloud by assistive tools
	hint    string
	choices []string

	// For the PDF form alone.
	lines    int    // the height of the answer; one line where zero
	required bool   // the PDF form marks it
	context  string // what the question is about, where its label does not say
}

func (heading) isBlock()   {}
func (paragraph) isBlock() {}
func (list) isBlock()      {}
func (table) isBlock()     {}
func (longField) isBlock() {}

// p is a paragraph of body text, formatted as fmt.Sprintf does.
func p(format string, args ...any) paragraph {
	if len(args) == 0 {
		return paragraph{text: format}
	}
	return paragraph{text: fmt.Sprintf(format, args...)}
}

// note is a paragraph that stands out.
func note(format string, args ...any) paragraph {
	n := p(format, args...)
	n.style = "Note"
	return n
}

func h1(text string) heading { return heading{1, text} }
func h2(text string) heading { return heading{2, text} }

// words is a cell with one paragraph.
func words(text string) cell { return cell{{text: text}} }

// answer is a cell that holds one form field.
func answer(f field) cell { return cell{line("{}", f)} }

// line is a paragraph with form fields.
func line(text string, fields ...field) paragraph { return paragraph{text: text, fields: fields} }

// text is the words of the document, a line a paragraph, without its form
// fields and without the marks of strong text.
func (d document) text() string {
	lines := []string{d.title, d.subtitle}
	for _, b := range d.blocks {
		switch b := b.(type) {
		case heading:
			lines = append(lines, b.text)
		case paragraph:
			lines = append(lines, b.text)
		case list:
			lines = append(lines, b.items...)
		case table:
			lines = append(lines, b.head...)
			for _, row := range b.rows {
				for _, c := range row {
					for _, par := range c {
						lines = append(lines, par.text)
					}
				}
			}
		}
	}
	t := newTypographer()
	return t.set(strings.NewReplacer("**", "", "{}", "").Replace(strings.Join(lines, "\n")))
}
