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
// marked "- " or numbered, links followed by where they lead, what is hidden or
// no text left out.
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
	cell   int       // depth of table cells
	later  int       // a paragraph of a cell has ended: 1 line ends owed, 2 and an empty line
	items  []int     // the lists that are open: number of the last item, -1 without numbers
	href   string    // the link that is open, to be told after its words
	linkAt int       // where its words begin, in line
	hidden int       // depth of elements below the hidden one
	hide   atom.Atom // the hidden element
	show   bool      // hide nothing
	hid    bool      // something was hidden
}

func (w *htmlWalker) start(closed bool) {
	name, more := w.z.TagName()
	tag := atom.Lookup(name)
	style, href := "", ""
	for more {
		var k, v []byte
		k, v, more = w.z.TagAttr()
		switch string(k) {
		case "href":
			href = strings.TrimSpace(string(v))
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
	if tag == atom.A && href != "" && len(href) <= 2*maxLink && len(w.page.links) < maxLinks && transferService(href) && !slices.Contains(w.page.links, href) {
		w.page.links = append(w.page.links, href)
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
	if invisible(style) && !void(tag) && !w.show {
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
	case atom.A:
		w.href, w.linkAt = href, w.line.Len()
	case atom.Td, atom.Th:
		w.cell++
		w.later = 0
		if w.line.Len() > 0 {
			w.line.WriteByte('\t')
			w.space = false
		}
	case atom.Ul, atom.Ol:
		w.block()
		n := -1
		if tag == atom.Ol {
			n = 0
		}
		w.items = append(w.items, n)
	case atom.Li:
		w.item()
	case atom.Pre:
		w.block()
		w.pre++
	case atom.Blockquote:
		w.block()
		w.quote++
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.paragraph(2)
	case atom.Div:
		w.paragraph(1)
	case atom.Tr:
		w.cell = max(w.cell-1, 0)
		w.block()
	default:
		if isBlock(tag) {
			w.block()
		}
	}
}

// invisible tells a style, in lower case and without blanks, by which senders
// of bulk mail hide the text that a list of mails shows beside the subject. A
// font of size 0 is none of it: layouts set it around text of another size. Nor
// is mso-hide, which hides from Outlook alone.
func invisible(style string) bool {
	folded := strings.Contains(style, "overflow:hidden")
	for _, rule := range strings.Split(style, ";") {
		switch rule {
		case "display:none", "display:none!important", "visibility:hidden", "opacity:0":
			return true
		case "max-height:0", "max-height:0px", "height:0", "height:0px":
			if folded {
				return true
			}
		}
	}
	return false
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
		w.paragraph(2)
	case atom.Div:
		w.paragraph(1)
	case atom.A:
		w.link()
	case atom.Td, atom.Th:
		w.cell = max(w.cell-1, 0)
		w.later = 0
	case atom.Ul, atom.Ol:
		w.block()
		if len(w.items) > 0 {
			w.items = w.items[:len(w.items)-1]
		}
	case atom.Head, atom.Body, atom.Html:
		w.skip = 0
		w.block()
	default:
		if isBlock(tag) {
			w.block()
		}
	}
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
	case atom.Table, atom.Tr, atom.Dl, atom.Dt, atom.Dd, atom.Center, atom.Form,
		atom.Section, atom.Article, atom.Header, atom.Footer, atom.Address, atom.Fieldset, atom.Caption, atom.Tbody, atom.Thead:
		return true
	}
	return false
}
