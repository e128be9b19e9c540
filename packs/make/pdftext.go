package main

import (
	"fmt"
	"strings"

	"greffier/notify/pdf"
)

// span is a stretch of text in one font, in Windows-1252.
type span struct {
	text string
	bold bool
}

// textStyle is how a paragraph of the PDF form looks; sizes in points.
type textStyle struct {
	size, lead float64
	color      string
	bold       bool
}

// setter measures text and breaks it into lines.
type setter struct {
	typo          typographer
	regular, bold [224]int
	err           error // the first character that cannot be written
}

func newSetter() *setter {
	return &setter{typo: newTypographer(), regular: helveticaWidths(), bold: helveticaBoldWidths()}
}

func (s *setter) width(sp span, size float64) float64 {
	widths, sum := &s.regular, 0
	if sp.bold {
		widths = &s.bold
	}
	for i := range len(sp.text) {
		if c := sp.text[i]; c >= 32 {
			sum += widths[c-32]
		}
	}
	return float64(sum) * size / 1000
}

func (s *setter) lineWidth(line []span, size float64) float64 {
	var sum float64
	for _, sp := range line {
		sum += s.width(sp, size)
	}
	return sum
}

// lines sets text, strong between two **, and breaks it at plain spaces so
// that no line is wider than width unless a single word is.
func (s *setter) lines(text string, style textStyle, width float64) [][]span {
	encoded, err := winAnsi(s.typo.set(text))
	if err != nil && s.err == nil {
		s.err = err
	}
	var out [][]span
	var line, word []span
	var lineWidth, wordWidth float64
	space := s.width(span{" ", style.bold}, style.size)
	flush := func() {
		if len(word) == 0 {
			return
		}
		switch {
		case len(line) == 0:
			line, lineWidth = word, wordWidth
		case lineWidth+space+wordWidth > width:
			out = append(out, line)
			line, lineWidth = word, wordWidth
		default:
			line = append(append(line, span{" ", style.bold}), word...)
			lineWidth += space + wordWidth
		}
		word, wordWidth = nil, 0
	}
	for i, run := range strings.Split(encoded, "**") {
		for j, piece := range strings.Split(run, " ") {
			if j > 0 {
				flush()
			}
			if piece != "" {
				sp := span{piece, style.bold || i%2 == 1}
				word = append(word, sp)
				wordWidth += s.width(sp, style.size)
			}
		}
	}
	flush()
	if len(line) > 0 {
		out = append(out, line)
	}
	return out
}

// showLine is the content that draws a line with its base at x, y.
func showLine(line []span, style textStyle, x, y float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "BT %s rg %.2f %.2f Td", pdfColor(style.color), x, y)
	for i := 0; i < len(line); {
		text, bold := "", line[i].bold
		for ; i < len(line) && line[i].bold == bold; i++ {
			text += line[i].text
		}
		font := "Helv"
		if bold {
			font = "HeBo"
		}
		fmt.Fprintf(&b, " /%s %.1f Tf %s Tj", font, style.size, pdf.Literal(text))
	}
	b.WriteString(" ET\n")
	return b.String()
}
