package parse

import (
	"strconv"
	"strings"
)

// paragraph begins or ends one: size is 1 for a line of its own, 2 for an
// empty line around it. Outlook wraps each cell of a table in one, so within a
// cell it waits for more text: the next cell belongs on the same line.
func (w *htmlWalker) paragraph(size int) {
	switch {
	case w.cell == 0:
		w.block()
		if size == 2 {
			w.empty()
		}
	case w.line.Len() > 0 && !strings.HasSuffix(w.line.String(), "\t"):
		w.later = max(w.later, size)
	}
}

// item begins one of a list, indented by two blanks for each list around it.
func (w *htmlWalker) item() {
	w.block()
	depth := len(w.items)
	mark := "- "
	if depth > 0 && w.items[depth-1] >= 0 {
		w.items[depth-1]++
		mark = strconv.Itoa(w.items[depth-1]) + ". "
	}
	w.line.WriteString(strings.Repeat("  ", min(max(depth-1, 0), 10)) + mark)
}

// link ends one: where it leads stands after its words, unless they say it.
func (w *htmlWalker) link() {
	href := w.href
	w.href = ""
	lower := strings.ToLower(href)
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") || w.linkAt > w.line.Len() {
		return
	}
	words := strings.TrimSpace(w.line.String()[w.linkAt:])
	if words == "" || strings.Contains(words, ".") && strings.HasPrefix(plainURL(href), plainURL(words)) {
		return
	}
	if short, cut := cutText(href, 200); cut {
		href = short + "…"
	}
	w.line.WriteString(" <" + strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, href) + ">")
}

// plainURL is what a person would compare of an address.
func plainURL(u string) string {
	u = strings.ToLower(u)
	u = strings.TrimPrefix(strings.TrimPrefix(u, "http://"), "https://")
	return strings.TrimSuffix(strings.TrimPrefix(u, "www."), "/")
}

// write adds text to the line, white space collapsed.
func (w *htmlWalker) write(s string) {
	for _, r := range s {
		switch {
		case w.pre > 0 && r == '\n':
			w.newline()
		case r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f':
			if w.pre > 0 && r != '\r' {
				w.line.WriteRune(r)
			} else {
				w.space = true
			}
		case r == '\u200b' || r == '\u200c' || r == '\ufeff' || r == '\u00ad' || r == 0:
			// invisible: preview padding, tracking, soft hyphens
		default:
			if w.later > 0 {
				size := w.later
				if w.block(); size == 2 {
					w.empty()
				}
			}
			if w.space && w.line.Len() > 0 && !strings.HasSuffix(w.line.String(), " ") {
				w.line.WriteByte(' ')
			}
			w.space = false
			w.line.WriteRune(r)
		}
	}
}

// newline ends the line, even an empty one.
func (w *htmlWalker) newline() {
	s := strings.TrimRight(w.line.String(), " \t\u00a0")
	w.line.Reset()
	w.space, w.later = false, 0
	if s == "" {
		w.empty()
		return
	}
	w.blank = 0
	w.out.WriteString(strings.Repeat("> ", min(w.quote, 10)))
	w.out.WriteString(s)
	w.out.WriteByte('\n')
}

// block ends the line if there is one.
func (w *htmlWalker) block() {
	if strings.TrimSpace(w.line.String()) != "" {
		w.newline()
	}
	w.line.Reset()
	w.space, w.later = false, 0
}

// empty writes an empty line, one at most in a row.
func (w *htmlWalker) empty() {
	if w.blank == 0 && w.out.Len() > 0 {
		w.out.WriteByte('\n')
		w.blank++
	}
}

func (w *htmlWalker) done() htmlPage {
	w.block()
	w.page.text = strings.Trim(w.out.String(), "\n")
	return w.page
}
