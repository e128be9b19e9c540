package notify

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestPage holds the HTML part of every letter to what a reader with a screen
// reader, large type, a dark theme or no images needs. Colours and sizes are left
// to the reader's own settings, so that no contrast of ours can fail.
func TestPage(t *testing.T) {
	ls := testLetters(t, nil)
	for _, s := range samples(hubs2018(t), hubs2020(t)) {
		p, err := ls.Preview(s.kind, s.facts, s.now)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range pageFaults(t, p.HTML) {
			t.Errorf("%s: %s", s.name, fault)
		}
		// Both parts say the same, word for word; the HTML part begins with the
		// subject.
		want := append(strings.Fields(p.Subject), strings.Fields(strings.ReplaceAll("\n"+p.Text, "\n- ", "\n"))...)
		if got := strings.Fields(pageText(parsePage(t, p.HTML))); !slices.Equal(got, want) {
			t.Errorf("%s: HTML says\n%q\nand the text\n%q", s.name, got, want)
		}
	}
}

// TestPageFaults: the check sees what it looks for.
func TestPageFaults(t *testing.T) {
	const good = `<!DOCTYPE html><html lang="fr"><head><meta name="viewport" content="width=device-width, initial-scale=1"><title>T</title></head><body><main><h1>T</h1><h2>A</h2><p>x</p></main></body></html>`
	if faults := pageFaults(t, good); faults != nil {
		t.Fatalf("a good page: %q", faults)
	}
	for _, change := range [][2]string{
		{`lang="fr"`, ``}, {`<title>T</title>`, ``}, {`<h1>T</h1>`, ``}, {`<h2>A</h2>`, `<h1>A</h1>`}, {`<h2>A</h2>`, `<h3>A</h3>`}, {`<h2>A</h2>`, `<h2> </h2>`},
		{`<main>`, `<div>`}, {`<p>x</p>`, `<img src="cid:x">`}, {`<p>x</p>`, `<p style="color:#777">x</p>`}, {`</title>`, `</title><style>p { font-size: 11px }</style>`},
		{`</title>`, `</title><style>@import "https://x.example/a.css";</style>`}, {`<p>x</p>`, `<a href="https://x.example/"></a>`},
		{`<p>x</p>`, `<a href="https://x.example/">ici</a>`}, {`<p>x</p>`, `<table><tr><th>x</th></tr></table>`}, {`<p>x</p>`, `<table><tr><td>x</td></tr></table>`},
		{`<p>x</p>`, `<ul><p>x</p></ul>`}, {`initial-scale=1`, `initial-scale=1, maximum-scale=1`}, {`<p>x</p>`, `<p> </p>`}, {`<p>x</p>`, `<script>x()</script>`},
	} {
		if page := strings.Replace(good, change[0], change[1], 1); pageFaults(t, page) == nil {
			t.Errorf("nothing wrong seen in %s", page)
		}
	}
}

func parsePage(t *testing.T, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// pageText gives the text of a node, parted where elements part it; that of the
// head is left out.
func pageText(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if n.Data == "head" || n.Data == "thead" { // a cell speaks for itself without its heading
		return ""
	}
	var b strings.Builder
	for c := range n.ChildNodes() {
		b.WriteString(pageText(c))
	}
	switch n.Data {
	case "bdi": // within a word or a line
		return b.String()
	}
	return " " + b.String() + " "
}

var (
	ownColour   = regexp.MustCompile(`(?i)(^|[^-\w])(background|(background-)?color)\s*:`)
	fixedSize   = regexp.MustCompile(`(?i)[0-9](px|pt|cm|mm|in)\b`)
	remote      = regexp.MustCompile(`(?i)@import|url\(`)
	saysNowhere = regexp.MustCompile(`(?i)^(ici|cliquez.*|lien|plus|suite|https?:.*)?$`)
)

func pageFaults(t *testing.T, page string) (faults []string) {
	t.Helper()
	fault := func(s string) { faults = append(faults, s) }
	count := make(map[string]int)
	attr := func(n *html.Node, key string) string {
		for _, a := range n.Attr {
			if a.Key == key {
				return strings.TrimSpace(a.Val)
			}
		}
		return ""
	}
	level := 0
	for n := range parsePage(t, page).Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		text := strings.TrimSpace(pageText(n))
		if css := attr(n, "style"); css != "" {
			fault("style on an element: " + css)
		}
		switch n.Data {
		case "html":
			if attr(n, "lang") != "fr" {
				fault("the language is not said")
			}
		case "meta":
			if scale := attr(n, "content"); attr(n, "name") == "viewport" && (strings.Contains(scale, "maximum-scale") || strings.Contains(scale, "user-scalable")) {
				fault("cannot be enlarged")
			}
		case "title", "p", "li":
			if text == "" {
				fault("empty " + n.Data)
			}
		case "h1", "h2", "h3", "h4", "h5", "h6":
			next := int(n.Data[1] - '0')
			if next > level+1 {
				fault("a level of headings is left out before " + text)
			}
			if level = next; text == "" {
				fault("empty heading")
			}
		case "ul", "ol":
			for c := range n.ChildNodes() {
				if c.Type == html.ElementNode && c.Data != "li" {
					fault("a list holds " + c.Data)
				}
			}
		case "th":
			if attr(n, "scope") == "" {
				fault("a table header without scope")
			}
		case "a":
			if saysNowhere.MatchString(text) {
				fault("a link that does not say where it leads: " + text)
			}
		case "style":
			css := n.FirstChild.Data
			if ownColour.MatchString(css) || fixedSize.MatchString(css) || remote.MatchString(css) {
				fault("a colour, a fixed size or something remote: " + css)
			}
		case "img", "script", "link", "iframe", "object", "form", "font":
			fault(n.Data + " in a letter")
		}
	}
	if count["title"] != 1 || count["h1"] != 1 || count["main"] != 1 {
		fault("not one title, one h1 and one main")
	}
	if count["table"] > 0 && count["th"] == 0 {
		fault("a table without headers")
	}
	return faults
}
