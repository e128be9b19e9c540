package content

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

const (
	maxHTML    = 8 << 20 // bytes of a page that are read
	maxToken   = 1 << 20 // bytes of one tag or text
	redirected = 400     // bytes of text up to which a page that leads elsewhere is nothing but that
)

// readHTML reads the text of a web page, and says whether it only leads to
// another one, as what a browser saves of a link does.
func readHTML(in input, f *File) {
	head := in.at(0, 1024)
	enc, _, _ := charset.DetermineEncoding(head, f.Type)
	z := html.NewTokenizer(bufio.NewReader(enc.NewDecoder().Reader(io.NewSectionReader(in, 0, min(in.size, maxHTML)))))
	z.SetMaxBuf(maxToken)
	text := newProse(maxText)
	leads, links, media := false, 0, false
	hidden := 0 // inside script or style
	script := false
	for !text.full() {
		kind := z.Next()
		if kind == html.ErrorToken {
			if !errors.Is(z.Err(), io.EOF) {
				f.warn("The web page has a part too long to be read.")
			}
			break
		}
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			attr := map[string]string{}
			for more {
				var k, v []byte
				k, v, more = z.TagAttr()
				if len(attr) < 50 {
					attr[string(k)] = string(v)
				}
			}
			switch tag {
			case "meta":
				leads = leads || strings.EqualFold(attr["http-equiv"], "refresh") && strings.Contains(strings.ToLower(attr["content"]), "url")
			case "a":
				if attr["href"] != "" {
					links++
				}
			case "img", "svg", "object", "embed", "canvas", "form", "input":
				media = true
			case "iframe", "frame":
				leads = true
			}
			if kind == html.StartTagToken && (tag == "script" || tag == "style" || tag == "title") {
				hidden++
				script = tag == "script"
			}
			if htmlBlock(tag) {
				text.end()
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch tag := string(name); {
			case tag == "script" || tag == "style" || tag == "title":
				hidden = max(0, hidden-1)
				script = false
			case tag == "td" || tag == "th":
				text.cell()
			case htmlBlock(tag):
				text.end()
			}
		case html.TextToken:
			raw := z.Text()
			if hidden > 0 {
				leads = leads || script && bytes.Contains(raw, []byte("location"))
				continue
			}
			text.text(string(raw))
		}
	}
	f.Text = text.String()
	f.Blank = f.Text == "" && !media
	if (leads || links == 1) && len(f.Text) < redirected && !media && (leads || onlyLink(f.Text)) {
		f.Unreadable, f.Blank = UnreadableRedirect, false
		f.warn("The page only leads to another one: the document it leads to was not sent.")
	}
}

func htmlBlock(tag string) bool {
	switch tag {
	case "p", "br", "div", "tr", "table", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer", "blockquote", "pre", "hr", "dt", "dd":
		return true
	}
	return false
}

// onlyLink says whether a text says nothing but the address of a page, with at
// most a few words around it.
func onlyLink(text string) bool {
	words := strings.Fields(text)
	links := 0
	for _, w := range words {
		w = strings.ToLower(strings.Trim(w, "<>()«»\"'"))
		if strings.HasPrefix(w, "https://") || strings.HasPrefix(w, "http://") {
			links++
		}
	}
	return links > 0 && len(words)-links <= 12
}
