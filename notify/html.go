package notify

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
)

//go:embed page.html
var pageSource string

// A page renders blocks as a HTML document that stands by itself: no image,
// nothing remote, headings, lists and tables that screen readers announce,
// colours left to the reader's own light or dark theme. In a narrow window the
// cells of a table stand below each other; the roles keep it a table all the same. Values are isolated (bdi), so
// that one written from right to left does not turn the line around it.
type page struct{ tmpl *template.Template }

func newPage() (page, error) {
	t, err := template.New("page").Parse(pageSource)
	if err != nil {
		return page{}, fmt.Errorf("parse page.html: %w", err)
	}
	return page{t}, nil
}

func (p page) render(title string, blocks []block) (string, error) {
	var b bytes.Buffer
	err := p.tmpl.Execute(&b, struct {
		Title  string
		Blocks []block
	}{title, blocks})
	if err != nil {
		return "", fmt.Errorf("render html: %w", err)
	}
	return b.String(), nil
}
