package content

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// promises are those of File that hold for any bytes.
func promises(t *testing.T, f File) {
	t.Helper()
	if len(f.Text) > maxText || !utf8.ValidString(f.Text) || strings.Contains(f.Text, "\n\n") || strings.ContainsAny(f.Text, "\x00\r\v") {
		t.Errorf("text of %d bytes, valid %v: %.200q", len(f.Text), utf8.ValidString(f.Text), f.Text)
	}
	if len(f.Fields) > maxFields || len(f.Sheets) > maxSheets || f.Pages < 0 {
		t.Errorf("%d fields, %d sheets, %d pages", len(f.Fields), len(f.Sheets), f.Pages)
	}
	for _, a := range f.Fields {
		if a.Name == "" || len(a.Value) > maxField || !utf8.ValidString(a.Name+a.Label+a.Value) {
			t.Errorf("field %q", a)
		}
	}
}

// fuzzParts fuzzes the part of an office document that read reads.
func fuzzParts(f *testing.F, name string, others []entry, mediaType string, read func(officePackage, *File), seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		z := zipOf(t, append([]entry{{name: name, data: b, stored: true}}, others...)...)
		in := input{r: bytes.NewReader(z), size: int64(len(z)), fail: new(error)}
		opened, err := openZIP(in)
		if err != nil {
			t.Skip()
		}
		file := File{Type: mediaType}
		read(newPackage(newLooker(int64(len(z))), opened.File), &file)
		promises(t, file)
	})
}

func FuzzReadDOCX(f *testing.F) {
	fuzzParts(f, "word/document.xml", nil, typeDOCX, readDOCX,
		`<w:document><w:p><w:r><w:t>Statuts</w:t><w:tab/><w:br/></w:r></w:p><w:sdt><w:sdtPr><w:tag w:val="a"/><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:t>[x]</w:t></w:sdtContent></w:sdt></w:document>`,
		`<w:sdt><w:sdtPr><w:alias w:val="b"/></w:sdtPr><w:sdtContent><w:p><w:t>☒ 01</w:t></w:p><w:p><w:t>☐ 02</w:t></w:p></w:sdtContent></w:sdt></w:sdt></w:p>`,
		`<mc:Fallback><w:t>x</w:t>`, `<!DOCTYPE a [<!ENTITY b "c">]><w:t>&b;</w:t>`)
}

func FuzzReadXLSX(f *testing.F) {
	others := []entry{
		{name: "xl/workbook.xml", data: []byte(`<workbook><sheets><sheet name="Budget" r:id="r1"/></sheets><definedNames><definedName name="a">Budget!$B$3</definedName></definedNames></workbook>`)},
		{name: "xl/_rels/workbook.xml.rels", data: []byte(`<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>`)},
	}
	fuzzParts(f, "xl/worksheets/sheet1.xml", others, typeXLSX, readXLSX,
		`<row r="3"><c r="B3" t="inlineStr"><is><t>x</t></is></c><c t="n" s="1"><v>43434.5</v></c><c t="s"><v>9</v></c><c t="b"><v>1</v></c></row>`, `<c><v>1E400`)
}

func FuzzReadODF(f *testing.F) {
	fuzzParts(f, "content.xml", nil, odf+"spreadsheet", readODF,
		`<table:table table:name="Budget"><table:table-row table:number-rows-repeated="9"><table:table-cell office:value-type="date" office:date-value="2018-11-30" table:number-columns-repeated="3"><text:p>x</text:p></table:table-cell></table:table-row></table:table><table:named-range table:name="a" table:cell-range-address="$Budget.$A$9"/>`,
		`<loext:content-control loext:tag="a" loext:checkbox="true" loext:checked="true"><text:p>☒<text:s/>x<text:tab/></text:p></loext:content-control></annotation><office:annotation>`)
}

func FuzzReadPPTX(f *testing.F) {
	fuzzParts(f, "ppt/slides/slide1.xml", nil, typePPTX, readPPTX, `<p:sld><a:p><a:t>x</a:t><a:br/></a:p></p:sld>`)
}

// fuzzBytes fuzzes a reader of a whole file.
func fuzzBytes(f *testing.F, mediaType string, read func(input, *File), seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		file := File{Type: mediaType}
		read(input{r: bytes.NewReader(b), size: int64(len(b)), fail: new(error)}, &file)
		promises(t, file)
	})
}

func FuzzReadRTF(f *testing.F) {
	fuzzBytes(f, "text/rtf", readRTF, `{\rtf1\ansi{\fonttbl{\f0 Arial;}}\uc1 \u233?t\'e9\par{\*\x y}\bin3 abc\cell}}}`, `{\pict\bin99999999999`, string(fileOf(f, "testdata/libreoffice/lettre.rtf")[:3000]))
}

func FuzzReadDOC(f *testing.F) {
	fuzzBytes(f, typeDOC, readDOC, string(fileOf(f, "testdata/libreoffice/lettre.doc")))
}

func FuzzReadXLS(f *testing.F) {
	fuzzBytes(f, typeXLS, readXLS, string(fileOf(f, "testdata/libreoffice/budget.xls")))
}

func FuzzReadHTML(f *testing.F) {
	fuzzBytes(f, typeHTML, readHTML, `<meta http-equiv=refresh content="0;url=x"><script>location</script><td>a<td>b<p>&eacute;`, "\xff\xfe<\x00p\x00", `<meta charset=utf-16>`)
}

func FuzzReadEML(f *testing.F) {
	fuzzBytes(f, typeEML, readEML, "Subject: =?utf-8?q?=C3=A9?=\nContent-Type: multipart/mixed; boundary=B\n\n--B\nContent-Transfer-Encoding: base64\n\nQm9uam91cg==\n--B\nContent-Disposition: attachment; filename=a.pdf\n\nx", ":", "a: b\n\n")
}

func FuzzReadPlain(f *testing.F) {
	fuzzBytes(f, typeText, readPlain, "Bonjour\r\n", "\xff\xfeB\x00", "\xfe\xff\x00B", "\xe9t\xe9", "http://a")
}

// FuzzPDFActive: any bytes are searched for what acts, within bounds.
func FuzzPDFActive(f *testing.F) {
	f.Add([]byte("/J#61vaScript /ObjStm stream\r\nx"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var file File
		newLooker(int64(len(b))).lookActive(input{r: bytes.NewReader(b), size: int64(len(b)), fail: new(error)}, &file)
		for _, d := range file.Dangerous {
			if d != DangerActivePDF && d != DangerEmbedded {
				t.Errorf("%q", d)
			}
		}
	})
}

// FuzzReadPDF: PDFium, within the limits that it is given, over any bytes.
func FuzzReadPDF(f *testing.F) {
	f.Add(pdfPage("", says("Bonjour")))
	f.Add(pdfPage("/AcroForm<</Fields[6 0 R]>>", says("x"), "<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(b)/Rect[0 0 9 9]>>"))
	f.Add(pdfOf(""))
	r := pdfReaderOf(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		r.pdf.dead = false
		promises(t, lookWith(t, r, b, "a.pdf"))
		if r.pdf.dead {
			r = pdfReaderOf(t)
		}
	})
}
