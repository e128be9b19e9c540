// Package pdf writes small documents as tagged PDF files: paragraphs, headings
// and tables on A4 pages.
//
// What it promises: the same document gives the same bytes; the file names its
// title and language, holds the fonts it needs, cut to the characters used, and
// tells assistive tools what is a heading, a paragraph, a table and which cells
// head it, as PDF/UA-1 (ISO 14289-1) asks. Any text can be written: a character
// that the fonts lack (they have the Latin, Greek and Cyrillic alphabets) is
// drawn as a white square, and still read aloud and copied as it is.
package pdf

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// Document is a text to be written.
type Document struct {
	Title  string
	Author string
	Lang   string // BCP 47, "fr-FR"
	Made   time.Time
	Foot   string // at the foot of each page
	Page   string // with the number of the page and of all pages: "Page %d sur %d"
	Blocks []Block
}

// Block is a heading, a paragraph or a table: the first of these that is there.
type Block struct {
	Heading   string
	Paragraph string
	Table     *Table
}

// Table is a data table: Head heads its columns, the first cell of each row its
// row. Widths are relative, one a column.
type Table struct {
	Summary string // what it is about, for those who hear it
	Widths  []float64
	Head    []string
	Rows    [][]string
}

// Bytes writes the document.
func (d Document) Bytes() ([]byte, error) {
	l, err := newLayout()
	if err != nil {
		return nil, err
	}
	catalog, info, fonts, pages := l.objects.Reserve(), l.objects.Reserve(), l.objects.Reserve(), l.objects.Reserve()
	root := l.tag(nil, "Document", "")
	l.paragraph(root, "H1", d.Title, titleStyle, 0)
	for _, b := range d.Blocks {
		switch {
		case b.Heading != "":
			// A heading stays with the first lines of what follows.
			l.paragraph(root, "H2", b.Heading, headingStyle, 4*bodyStyle.lead)
		case b.Paragraph != "":
			l.paragraph(root, "P", b.Paragraph, bodyStyle, 0)
		case b.Table != nil:
			l.table(root, *b.Table)
		}
	}
	if err := l.finish(d, fonts, pages); err != nil {
		return nil, err
	}
	tree := l.writeTags(root)
	made := d.Made.UTC().Format("20060102150405")
	l.objects.Set(info, "<</Title%s/Author%s/CreationDate(D:%sZ)/ModDate(D:%[3]sZ)>>", Text(d.Title), Text(d.Author), made)
	metadata, err := d.metadata()
	if err != nil {
		return nil, err
	}
	l.objects.Set(catalog, "<</Type/Catalog/Pages %d 0 R/Lang%s/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R/ViewerPreferences<</DisplayDocTitle true>>/Metadata %d 0 R>>",
		pages, Text(d.Lang), tree, l.objects.Stream("/Type/Metadata/Subtype/XML", metadata))
	return l.objects.File(catalog, info), nil
}

// finish writes the pages with their feet, and the fonts.
func (l *layout) finish(d Document, fonts, pages int) error {
	var kids []string
	for i, p := range l.pages {
		left := l.set(d.Foot, footStyle, textWidth*3/4)
		right := l.set(fmt.Sprintf(d.Page, i+1, len(l.pages)), footStyle, textWidth/4)
		var foot string
		for _, text := range []struct {
			setText
			x float64
		}{{left, margin}, {right, pageWidth - margin - l.regular.width(strings.Join(right.lines, " "), footStyle.size)}} {
			if len(text.lines) > 0 {
				text.lines = text.lines[:1]
				foot += l.draw(text.setText, text.x, 42)
			}
		}
		p.content.WriteString("/Artifact<</Type/Pagination/Subtype/Footer>>BDC\n" + foot + "EMC\n")
		content, err := l.objects.Compressed("", p.content.String())
		if err != nil {
			return err
		}
		l.objects.Set(p.object, "<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Resources<</Font %d 0 R>>/Contents %d 0 R/StructParents %d/Tabs/S>>",
			pages, pageWidth, pageHeight, fonts, content, i)
		kids = append(kids, reference(p.object))
	}
	l.objects.Set(pages, "<</Type/Pages/Kids[%s]/Count %d>>", strings.Join(kids, " "), len(kids))
	regular, err := l.regular.embed(&l.objects)
	if err != nil {
		return err
	}
	bold, err := l.bold.embed(&l.objects)
	if err != nil {
		return err
	}
	l.objects.Set(fonts, "<</R %d 0 R/B %d 0 R>>", regular, bold)
	return nil
}

// metadata is the XMP packet: the title and language, and that the file is made
// after PDF/UA-1.
func (d Document) metadata() (string, error) {
	var escaped [3]bytes.Buffer
	for i, text := range []string{d.Title, d.Author, d.Lang} {
		if err := xml.EscapeText(&escaped[i], []byte(text)); err != nil {
			return "", fmt.Errorf("write metadata: %w", err)
		}
	}
	title, author, lang := escaped[0].String(), escaped[1].String(), escaped[2].String()
	return `<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + title + `</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>` + author + `</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>` + lang + `</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`, nil
}
