package parse

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlPage is what an HTML body says.
type htmlPage struct {
	text  string
	links []string // to file-transfer services
	cids  []string // Content-IDs of the images shown
}

// readHTML turns HTML into readable text in one pass over its tokens: blocks on
// lines of their own, table cells apart, quotations marked "> ", list items
// marked "- ", what is hidden or no text left out.
func readHTML(src string) htmlPage {
	page, hid := walkHTML(src, true)
	if hid && page.text == "" { // all is hidden: an element that never ends
		page, _ = walkHTML(src, false)
	}
	return page
}

// walkHTML reads src, leaving hidden elements out if hide is set; hid tells
// whether there were any.
func walkHTML(src string, hide bool) (page htmlPage, hid bool) {
	w := htmlWalker{z: html.NewTokenizer(strings.NewReader(src)), show: !hide}
	w.z.SetMaxBuf(4 * maxBody)
	for w.out.Len() < 2*maxText {
		switch w.z.Next() {
		case html.ErrorToken:
			return w.done(), w.hid
		case html.TextToken:
			if w.skip == 0 && w.hidden == 0 {
				w.write(string(w.z.Text()))
			}
		case html.StartTagToken:
			w.start(false)
		case html.SelfClosingTagToken:
			w.start(true)
		case html.EndTagToken:
			w.end()
		}
	}
	return w.done(), w.hid
}

type htmlWalker struct {
	z      *html.Tokenizer
	out    strings.Builder
	line   strings.Builder
	page   htmlPage
	space  bool // white space waits for the next word
	blank  int  // empty lines just written
	quote  int  // depth of blockquote
	pre    int
	skip   int       // depth of script, style, title
	hidden int       // depth of elements below the hidden one
	hide   atom.Atom // the hidden element
	show   bool      // hide nothing
	hid    bool      // something was hidden
}

func (w *htmlWalker) start(closed bool) {
	name, more := w.z.TagName()
	tag := atom.Lookup(name)
	style := ""
	for more {
		var k, v []byte
		k, v, more = w.z.TagAttr()
		switch string(k) {
		case "href":
			if tag == atom.A && len(v) <= 2*maxLink && len(w.page.links) < maxLinks {
				if link := strings.TrimSpace(string(v)); transferService(link) && !slices.Contains(w.page.links, link) {
					w.page.links = append(w.page.links, link)
				}
			}
		case "src", "background":
			if cid, ok := bytes.CutPrefix(v, []byte("cid:")); ok && len(cid) <= maxName && len(w.page.cids) < maxCIDs {
				id, err := url.PathUnescape(string(cid)) // RFC 2392: a URL, so "%40" may stand for "@"
				if err != nil {
					id = string(cid)
				}
				w.page.cids = append(w.page.cids, id)
			}
		case "style":
			style = strings.ToLower(strings.ReplaceAll(string(v), " ", ""))
		case "hidden":
			style = "display:none"
		}
	}
	if closed && tag != atom.Br && tag != atom.Hr {
		return
	}
	if w.hidden > 0 {
		switch {
		case tag == w.hide && endsItself(tag):
			w.hidden = 0 // the next paragraph or cell ends the hidden one
		case tag == w.hide:
			w.hidden++
			return
		default:
			return
		}
	}
	if strings.Contains(style, "display:none") && !void(tag) && !w.show {
		w.hide, w.hidden, w.hid = tag, 1, true
		return
	}
	switch tag {
	case atom.Script, atom.Style, atom.Title:
		w.skip++
	case atom.Br:
		w.newline()
	case atom.Hr:
		w.block()
		w.write("________________________________")
		w.block()
	case atom.Td, atom.Th:
		if w.line.Len() > 0 {
			w.line.WriteByte('\t')
			w.space = false
		}
	case atom.Li:
		w.block()
		w.write("- ")
		w.space = false
		w.line.WriteByte(' ')
	case atom.Pre:
		w.block()
		w.pre++
	case atom.Blockquote:
		w.block()
		w.quote++
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.block()
		w.empty()
	default:
		if isBlock(tag) {
			w.block()
		}
	}
}

func (w *htmlWalker) end() {
	name, _ := w.z.TagName()
	tag := atom.Lookup(name)
	if w.hidden > 0 {
		if tag == w.hide {
			w.hidden--
		}
		return
	}
	switch tag {
	case atom.Script, atom.Style, atom.Title:
		w.skip = max(w.skip-1, 0)
	case atom.Pre:
		w.block()
		w.pre = max(w.pre-1, 0)
	case atom.Blockquote:
		w.block()
		w.quote = max(w.quote-1, 0)
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.block()
		w.empty()
	case atom.Head, atom.Body, atom.Html:
		w.skip = 0
		w.block()
	default:
		if isBlock(tag) {
			w.block()
		}
	}
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
			if w.space && w.line.Len() > 0 {
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
	w.space = false
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
	w.space = false
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

func void(t atom.Atom) bool {
	switch t {
	case atom.Br, atom.Hr, atom.Img, atom.Input, atom.Meta, atom.Link, atom.Area, atom.Base, atom.Col, atom.Wbr:
		return true
	}
	return false
}

// endsItself tells elements whose end tag is often left out.
func endsItself(t atom.Atom) bool {
	switch t {
	case atom.P, atom.Li, atom.Tr, atom.Td, atom.Th, atom.Dt, atom.Dd:
		return true
	}
	return false
}

func isBlock(t atom.Atom) bool {
	switch t {
	case atom.Div, atom.Table, atom.Tr, atom.Ul, atom.Ol, atom.Dl, atom.Dt, atom.Dd, atom.Center, atom.Form,
		atom.Section, atom.Article, atom.Header, atom.Footer, atom.Address, atom.Fieldset, atom.Caption, atom.Tbody, atom.Thead:
		return true
	}
	return false
}
