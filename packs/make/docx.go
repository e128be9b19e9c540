package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

const (
	wordNS  = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	word14  = "http://schemas.microsoft.com/office/word/2010/wordml"
	compat  = "http://schemas.openxmlformats.org/markup-compatibility/2006"
	relNS   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	pkgNS   = "http://schemas.openxmlformats.org/package/2006/"
	wordMT  = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	wordRel = relNS + "/"
	appNS   = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
)

// A4 page, in twentieths of a point.
const (
	pageShort  = 11906
	pageLong   = 16838
	pageMargin = 1134 // 2 cm
)

// docx returns the document as a Word file. All its dates are made, so the
// same document gives the same bytes.
func docx(d document, made time.Time) ([]byte, error) {
	b := &body{typo: newTypographer(), locked: d.locked, width: pageShort - 2*pageMargin}
	if d.wide {
		b.width = pageLong - 2*pageMargin
	}
	main := b.document(d)
	roots := []struct {
		name string
		root *element
	}{
		{"[Content_Types].xml", contentTypes()},
		{"_rels/.rels", relationships(
			wordRel+"officeDocument", "word/document.xml",
			pkgNS+"relationships/metadata/core-properties", "docProps/core.xml",
			wordRel+"extended-properties", "docProps/app.xml")},
		{"docProps/core.xml", coreProperties(b.typo, d, made)},
		{"docProps/app.xml", el("Properties", "xmlns", appNS).with(el("Application").containing("Microsoft Office Word"))},
		{"word/document.xml", main},
		{"word/_rels/document.xml.rels", relationships(
			wordRel+"styles", "styles.xml",
			wordRel+"settings", "settings.xml",
			wordRel+"numbering", "numbering.xml",
			wordRel+"footer", "footer1.xml")},
		{"word/styles.xml", styles()},
		{"word/settings.xml", settings()},
		{"word/numbering.xml", numbering(b.numbered)},
		{"word/footer1.xml", b.footer(d.short)},
	}
	parts := make([]zipPart, 0, len(roots))
	for _, r := range roots {
		data, err := r.root.bytes()
		if err != nil {
			return nil, err
		}
		parts = append(parts, zipPart{r.name, data})
	}
	return zipParts(parts, made)
}

func contentTypes() *element {
	e := el("Types", "xmlns", pkgNS+"content-types").with(
		el("Default", "Extension", "rels", "ContentType", "application/vnd.openxmlformats-package.relationships+xml"),
		el("Default", "Extension", "xml", "ContentType", "application/xml"))
	for _, part := range [][2]string{
		{"/word/document.xml", wordMT + "document.main+xml"},
		{"/word/styles.xml", wordMT + "styles+xml"},
		{"/word/settings.xml", wordMT + "settings+xml"},
		{"/word/numbering.xml", wordMT + "numbering+xml"},
		{"/word/footer1.xml", wordMT + "footer+xml"},
		{"/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"},
		{"/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"},
	} {
		e.with(el("Override", "PartName", part[0], "ContentType", part[1]))
	}
	return e
}

// relationships numbers pairs of type and target from rId1.
func relationships(pairs ...string) *element {
	e := el("Relationships", "xmlns", pkgNS+"relationships")
	for i := 0; i+1 < len(pairs); i += 2 {
		e.with(el("Relationship", "Id", "rId"+strconv.Itoa(i/2+1), "Type", pairs[i], "Target", pairs[i+1]))
	}
	return e
}

func coreProperties(typo typographer, d document, made time.Time) *element {
	date := made.UTC().Format(time.RFC3339)
	return el("cp:coreProperties",
		"xmlns:cp", pkgNS+"metadata/core-properties",
		"xmlns:dc", "http://purl.org/dc/elements/1.1/",
		"xmlns:dcterms", "http://purl.org/dc/terms/",
		"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance").with(
		el("dc:title").containing(typo.set(d.short)),
		el("dc:subject").containing(typo.set(d.subject)),
		el("cp:keywords").containing(fingerprint(d)),
		el("dc:language").containing("fr-FR"),
		el("dcterms:created", "xsi:type", "dcterms:W3CDTF").containing(date),
		el("dcterms:modified", "xsi:type", "dcterms:W3CDTF").containing(date))
}

// fingerprint names the text of a document. It stands among the properties
// of the files made from it, so that a file older than its text is found out.
func fingerprint(d document) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%s\n%s\n%t\n%s", d.subject, d.short, d.wide, d.text())))
	return "texte-" + hex.EncodeToString(sum[:8])
}

func settings() *element {
	return el("w:settings", "xmlns:w", wordNS).with(
		el("w:zoom", "w:percent", "100"),
		el("w:defaultTabStop", "w:val", "709"),
		el("w:characterSpacingControl", "w:val", "doNotCompress"),
		el("w:compat").with(
			el("w:compatSetting", "w:name", "compatibilityMode", "w:uri", "http://schemas.microsoft.com/office/word", "w:val", "15")),
		el("w:themeFontLang", "w:val", "fr-FR"),
		el("w:decimalSymbol", "w:val", ","),
		el("w:listSeparator", "w:val", ";"))
}

// numbering defines bullets (w:numId 1) and one numbered list for each of
// the document's own (w:numId 2 and on), which start at 1 again.
func numbering(numbered int) *element {
	level := func(format, text string) *element {
		return el("w:lvl", "w:ilvl", "0").with(
			el("w:start", "w:val", "1"),
			el("w:numFmt", "w:val", format),
			el("w:lvlText", "w:val", text),
			el("w:lvlJc", "w:val", "left"),
			el("w:pPr").with(el("w:ind", "w:left", "397", "w:hanging", "284")))
	}
	e := el("w:numbering", "xmlns:w", wordNS).with(
		el("w:abstractNum", "w:abstractNumId", "0").with(
			el("w:multiLevelType", "w:val", "singleLevel"), level("bullet", "•")),
		el("w:abstractNum", "w:abstractNumId", "1").with(
			el("w:multiLevelType", "w:val", "singleLevel"), level("decimal", "%1.")),
		el("w:num", "w:numId", "1").with(el("w:abstractNumId", "w:val", "0")))
	for i := range numbered {
		e.with(el("w:num", "w:numId", strconv.Itoa(i+2)).with(
			el("w:abstractNumId", "w:val", "1"),
			el("w:lvlOverride", "w:ilvl", "0").with(el("w:startOverride", "w:val", "1"))))
	}
	return e
}
