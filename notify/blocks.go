package notify

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"greffier/cases/french"
)

// A Value is a text from outside: a name, a subject, a file name. It is told
// exactly as it came, but for what could change the letter around it: line
// ends and control characters become spaces, and the marks that turn the
// direction of writing become U+FFFD. Whatever it holds, it stays inside the
// line in which a template puts it.
type Value string

// The guards stand around a value between the template and the blocks, so that
// a file name such as "- rien.pdf" does not begin a list. No value holds them:
// they are control characters.
const (
	valueBegins = '\x02'
	valueEnds   = '\x03'
)

// String gives the value between its guards; templates call it when they print
// a value. An empty value is nothing at all.
func (v Value) String() string {
	if v == "" {
		return ""
	}
	return string(valueBegins) + flatten(string(v)) + string(valueEnds)
}

// flatten makes one line of a text from outside.
func flatten(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
}

// A run is a piece of a line, our words or a value from outside.
type run struct {
	Text  string
	Value bool
}

type line []run

// A block is a paragraph of lines, a list, a table, or a heading.
type block struct {
	Heading line
	Items   []line
	Table   [][]line // rows of cells; the first row heads the columns, the first cell of the others its row
	Lines   []line
}

// parseBlocks reads the small markup of letters: paragraphs parted by blank
// lines, "- " before an item of a list, "| " before a row of a table whose cells
// are parted by "|", "## " before a heading. Line ends within a paragraph are
// kept. Items and rows go on as one list or table over blank lines, so that a
// template may loop in the plainest way.
func parseBlocks(text string) []block {
	var blocks []block
	open := false // the last block is a paragraph that goes on
	for raw := range strings.SplitSeq(text, "\n") {
		raw = strings.Trim(raw, " \t\r")
		if raw == "" {
			open = false
			continue
		}
		last := len(blocks) - 1
		if rest, found := strings.CutPrefix(raw, "## "); found {
			blocks = append(blocks, block{Heading: parseRuns(rest)})
			open = false
			continue
		}
		if rest, found := strings.CutPrefix(raw, "| "); found {
			if last < 0 || blocks[last].Table == nil {
				blocks = append(blocks, block{})
				last++
			}
			blocks[last].Table = append(blocks[last].Table, parseCells(rest))
			open = false
			continue
		}
		if rest, found := strings.CutPrefix(raw, "- "); found {
			if last < 0 || blocks[last].Items == nil {
				blocks = append(blocks, block{})
				last++
			}
			blocks[last].Items = append(blocks[last].Items, parseRuns(rest))
			open = false
			continue
		}
		if !open {
			blocks = append(blocks, block{})
			last++
		}
		blocks[last].Lines = append(blocks[last].Lines, parseRuns(raw))
		open = true
	}
	return blocks
}

func parseRuns(s string) line {
	var l line
	for s != "" {
		words, rest, found := strings.Cut(s, string(valueBegins))
		if words != "" {
			l = append(l, run{Text: typeset(words)})
		}
		if !found {
			break
		}
		value, after, _ := strings.Cut(rest, string(valueEnds))
		l = append(l, run{Text: value, Value: true})
		s = after
	}
	return l
}

// parseCells cuts a row at each bar that is not within a value.
func parseCells(s string) []line {
	var cells []line
	within, begun := false, 0
	for i := range len(s) {
		switch s[i] {
		case valueBegins, valueEnds:
			within = s[i] == valueBegins
		case '|':
			if !within {
				cells = append(cells, parseRuns(strings.TrimSpace(s[begun:i])))
				begun = i + 1
			}
		}
	}
	return append(cells, parseRuns(strings.TrimSpace(s[begun:])))
}

// typeset puts the no-break spaces of French into our words, so that a template
// may be written with ordinary ones. Values are never touched.
func typeset(words string) string {
	return strings.NewReplacer(" :", french.NBSP+":", " ;", french.NBSP+";", " !", french.NBSP+"!", " ?", french.NBSP+"?",
		"« ", "«"+french.NBSP, " »", french.NBSP+"»", " €", french.NBSP+"€", " %", french.NBSP+"%", " —", french.NBSP+"—").Replace(words)
}

func (l line) String() string {
	var b strings.Builder
	for _, r := range l {
		b.WriteString(r.Text)
	}
	return b.String()
}

// plainText renders blocks as text/plain. Lines are as long as they are: mail
// readers wrap them to their window. A table has a line for each cell, which
// must speak for itself, and these are short.
func plainText(blocks []block) string {
	var b strings.Builder
	for i, bl := range blocks {
		if i > 0 && blocks[i-1].Heading == nil {
			b.WriteByte('\n')
		}
		if bl.Heading != nil {
			b.WriteString(bl.Heading.String() + "\n")
		}
		for _, item := range bl.Items {
			b.WriteString("- " + item.String() + "\n")
		}
		for _, row := range bl.rows() {
			for i, cell := range row {
				indent := "  "
				if i == 0 {
					indent = "- "
				}
				if len(cell) > 0 {
					b.WriteString(indent + cell.wrapped(textWidth-2, "\n    ") + "\n")
				}
			}
		}
		for _, l := range bl.Lines {
			b.WriteString(l.String() + "\n")
		}
	}
	return b.String()
}

// rows gives the rows of a table but the one that heads the columns.
func (b block) rows() [][]line {
	if len(b.Table) == 0 {
		return nil
	}
	return b.Table[1:]
}

// textWidth is how many characters a line of a table has in plain text, unless
// a value alone is longer: values are never cut.
const textWidth = 78

// wrapped breaks a line at ordinary spaces of our own words.
func (l line) wrapped(width int, end string) string {
	var words []string // parted by a space that may become a line end
	glued := false     // the next run goes on in the last word
	add := func(s string) {
		if glued && len(words) > 0 {
			words[len(words)-1] += s
		} else {
			words = append(words, s)
		}
		glued = true
	}
	for _, r := range l {
		if r.Value {
			add(r.Text)
			continue
		}
		for i, word := range strings.Split(r.Text, " ") {
			if i > 0 {
				glued = false
			}
			if word != "" {
				add(word)
			}
		}
	}
	var b strings.Builder
	used := 0
	for i, word := range words {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case used+1+n > width:
			b.WriteString(end)
			used = len(end) - 1 - 2 // what its indent adds
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}
