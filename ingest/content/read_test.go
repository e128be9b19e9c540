package content

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"
)

const packFolder = "../../packs/hubs-2018/"

func fileOf(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// pdfReaderOf is a Reader with the PDF engine, whose machine code is kept over
// the tests' runs where it can be.
func pdfReaderOf(t testing.TB) *Reader {
	t.Helper()
	r, err := NewReader(engineCache(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// compiled is compiled once for all tests of a run on a machine without a cache.
var compiled = sync.OnceValues(func() (string, error) {
	dir, err := os.UserCacheDir()
	if err == nil {
		dir = filepath.Join(dir, "greffier", "pdf-engine")
		if err = os.MkdirAll(dir, 0o700); err == nil {
			return dir, nil
		}
	}
	return os.MkdirTemp("", "greffier-pdf-engine-")
})

func engineCache(t testing.TB) string {
	t.Helper()
	dir, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func lookWith(t testing.TB, r *Reader, b []byte, name string) File {
	t.Helper()
	f, err := r.Look(bytes.NewReader(b), int64(len(b)), name, "")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// wantAnswers checks the answers of a form; name "" is not asked.
func wantAnswers(t *testing.T, f File, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for _, a := range f.Fields {
		got[a.Name] = a.Value
	}
	for name, value := range want {
		if v, ok := got[name]; !ok || v != value {
			t.Errorf("field %s is %q (there: %v), want %q", name, v, ok, value)
		}
	}
}

// fillDOCX writes answers into the content controls of the pack's application,
// as Word does: the mark of the hint goes, and a word may be cut into runs.
func fillDOCX(t *testing.T, answers map[string]string, change func(document string) string) []byte {
	t.Helper()
	pack := fileOf(t, packFolder+"dossier-de-candidature.docx")
	z, err := openZIP(input{r: bytes.NewReader(pack), size: int64(len(pack)), fail: new(error)})
	if err != nil {
		t.Fatal(err)
	}
	control := regexp.MustCompile(`(?s)<w:sdt>.*?</w:sdt>`)
	tag := regexp.MustCompile(`<w:tag w:val="([^"]+)"`)
	inside := regexp.MustCompile(`(?s)<w:sdtContent>.*</w:sdtContent>`)
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace
	var parts []entry
	for _, m := range z.File {
		b := readPart(m)
		if m.Name == "word/document.xml" {
			document := control.ReplaceAllStringFunc(string(b), func(sdt string) string {
				answer, ok := answers[tag.FindStringSubmatch(sdt)[1]]
				switch {
				case !ok:
					return sdt
				case answer == ticked:
					return strings.NewReplacer(`<w14:checked w14:val="0">`, `<w14:checked w14:val="1">`, "☐", "☒").Replace(sdt)
				}
				half := len(answer) / 2
				runs := `<w:sdtContent><w:r><w:t xml:space="preserve">` + escape(answer[:half]) +
					`</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">` + escape(answer[half:]) + `</w:t></w:r></w:sdtContent>`
				return inside.ReplaceAllLiteralString(strings.Replace(sdt, "<w:showingPlcHdr></w:showingPlcHdr>", "", 1), runs)
			})
			if change != nil {
				document = change(document)
			}
			b = []byte(document)
		}
		parts = append(parts, entry{name: m.Name, data: b})
	}
	return zipOf(t, parts...)
}

// TestReadForm: what a candidate writes into a form of the pack comes back,
// whatever program it was written with.
func TestReadForm(t *testing.T) {
	pdf := pdfReaderOf(t)
	answers := map[string]string{"organisation": "La Mêlée & Coll'in", "siren": "123456789", "forme_juridique": "Association", "territoire_01": ticked}
	want := map[string]string{"organisation": "La Mêlée & Coll'in", "siren": "123456789", "forme_juridique": "Association", "territoire_01": ticked, "sigle": "", "siret": "", "territoire_03": ""}
	strip := func(what string) func(string) string {
		return func(s string) string { return regexp.MustCompile(what).ReplaceAllString(s, "") }
	}
	for rule, data := range map[string][]byte{
		"DOCX by Word": fillDOCX(t, answers, nil),
		"DOCX, another prefix": fillDOCX(t, answers, func(s string) string {
			return strings.NewReplacer("<w:", "<ns0:", "</w:", "</ns0:", " w:", " ns0:", "xmlns:w=", "xmlns:ns0=").Replace(s)
		}),
		"DOCX strict": fillDOCX(t, answers, func(s string) string {
			return strings.ReplaceAll(s, "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main")
		}),
		"DOCX whose hints lost their mark": fillDOCX(t, answers, strip(`<w:showingPlcHdr></w:showingPlcHdr>`)),
		"DOCX by WPS": fillDOCX(t, answers, func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "<w:sdtPr>", `<w:sdtPr><w:rPr><w:rFonts w:hint="eastAsia"/><w:lang w:val="en-US"/></w:rPr>`),
				"</w:sdtPr>", `<w:placeholder><w:docPart w:val="{6f1d}"/></w:placeholder></w:sdtPr><w:sdtEndPr><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr></w:sdtEndPr>`)
		}),
		"PDF, saved onto its end": fillPDF(t, answers),
	} {
		t.Run(rule, func(t *testing.T) {
			f := lookWith(t, pdf, data, "scan0001")
			if f.Unreadable != "" || f.Blank || f.Unread || !strings.Contains(f.Text, "Dossier de candidature") {
				t.Errorf("unreadable %q, blank %v, unread %v, %q, text %.80q", f.Unreadable, f.Blank, f.Unread, f.Warnings, f.Text)
			}
			wantAnswers(t, f, want)
			if len(f.Fields) < 200 {
				t.Errorf("%d fields", len(f.Fields))
			}
		})
	}
	t.Run("DOCX by LibreOffice, which keeps labels only", func(t *testing.T) {
		f := lookWith(t, pdf, fileOf(t, "testdata/libreoffice/dossier.docx"), "a.docx")
		wantAnswers(t, f, map[string]string{"Nom de l’organisation": "La Mêlée & Coll'in", "Numéro SIREN": "123456789", "Numéro SIRET du siège": "", "01 – Ain": ticked, "03 – Allier": ""})
	})
}

// fillPDF writes answers into the pack's PDF form as a viewer does: the changed
// objects follow the file, with a table of where they are (ISO 32000-2 section 7.5.6).
func fillPDF(t *testing.T, answers map[string]string) []byte {
	t.Helper()
	b := fileOf(t, packFolder+"dossier-de-candidature.pdf")
	object := regexp.MustCompile(`(?m)^(\d+) 0 obj\r?\n?(<</Type/Annot.*?>>)\r?\n?endobj`)
	name := regexp.MustCompile(`/T<([0-9A-F]+)>|/T\(([^)]*)\)`)
	start := regexp.MustCompile(`startxref\s+(\d+)`).FindAllSubmatch(b, -1)
	root := regexp.MustCompile(`/Root (\d+ 0 R)`).FindSubmatch(b)
	out := bytes.Clone(b)
	table := "xref\n0 0\n"
	filled := 0
	for _, m := range object.FindAllSubmatch(b, -1) {
		found := name.FindSubmatch(m[2])
		if found == nil {
			continue
		}
		tag := string(found[2])
		if len(found[1]) > 0 {
			var s strings.Builder
			for i := 4; i+4 <= len(found[1]); i += 4 { // after the byte order mark
				n, err := strconv.ParseUint(string(found[1][i:i+4]), 16, 16)
				if err != nil {
					t.Fatal(err)
				}
				s.WriteRune(rune(n))
			}
			tag = s.String()
		}
		answer, ok := answers[tag]
		if !ok {
			continue
		}
		filled++
		dict := string(m[2])
		if answer == ticked {
			dict = strings.NewReplacer("/V/Off", "/V/Oui", "/AS/Off", "/AS/Oui").Replace(dict)
		} else {
			value := "FEFF"
			for _, r := range answer {
				value += strings.ToUpper(strconv.FormatUint(0x10000+uint64(r), 16)[1:])
			}
			dict = strings.Replace(dict, "/V()", "/V<"+value+">", 1)
		}
		table += fmt.Sprintf("%s 1\n%010d 00000 n \n", m[1], len(out))
		out = append(out, string(m[1])+" 0 obj\n"+dict+"\nendobj\n"...)
	}
	if filled != len(answers) || root == nil {
		t.Fatalf("%d fields of the pack's form filled, want %d", filled, len(answers))
	}
	at := len(out)
	prev := string(start[len(start)-1][1])
	return append(out, table+"trailer\n<</Size 2000/Root "+string(root[1])+"/Prev "+prev+">>\nstartxref\n"+strconv.Itoa(at)+"\n%%EOF\n"...)
}

// TestReadWorkbook: the named cells of the pack's workbook come back.
func TestReadWorkbook(t *testing.T) {
	book, err := excelize.OpenFile(packFolder + "budget-previsionnel.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	for cell, v := range map[string]any{"B3": "La Mêlée & Coll'in", "B4": "TTC", "B24": 150000, "C24": 150000.5} {
		if err := book.SetCellValue("Budget", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"organisation": "La Mêlée & Coll'in", "regime_tva": "TTC", "montant_demande_1": "150000", "montant_demande_2": "150000.5"}
	for rule, data := range map[string][]byte{
		"XLSX by a library":   b.Bytes(),
		"XLSX by LibreOffice": fileOf(t, "testdata/libreoffice/budget.xlsx"),
		"ODS by LibreOffice":  fileOf(t, "testdata/libreoffice/budget.ods"),
	} {
		t.Run(rule, func(t *testing.T) {
			f := mustLook(t, data, "BP V3.xlsx", "")
			if !slices.Equal(f.Sheets, []string{"Mode d'emploi", "Budget", "Plan de financement"}) {
				t.Errorf("sheets %q", f.Sheets)
			}
			wantAnswers(t, f, want)
			if !strings.Contains(f.Text, "150000.5") || strings.Contains(f.Text, "Choisissez dans la liste : HT") {
				t.Errorf("text %.300q", f.Text)
			}
		})
	}
	t.Run("XLS by LibreOffice", func(t *testing.T) {
		f := mustLook(t, fileOf(t, "testdata/libreoffice/budget.xls"), "budget.xls", "")
		if !slices.Equal(f.Sheets, []string{"Mode d'emploi", "Budget", "Plan de financement"}) || !strings.Contains(f.Text, "La Mêlée & Coll'in") {
			t.Errorf("sheets %q, text %.200q", f.Sheets, f.Text)
		}
	})
}

// TestReadText: the same letter says the same, whatever it is written in.
func TestReadText(t *testing.T) {
	text := "Nous nous engageons à cofinancer le projet à hauteur de 10 000 €."
	html := "<html><head><title>x</title><style>p{}</style></head><body><p>Nous nous engageons à cofinancer<br>le projet &agrave; hauteur de 10&nbsp;000 €.</body></html>"
	eml := "From: =?utf-8?q?La_M=C3=AAl=C3=A9e?= <a@example.org>\nSubject: Engagement\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n" +
		"--B\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + text + "\n--B\nContent-Type: application/pdf; name=RIB.pdf\n\nx\n--B--\n"
	slide := `<p:sld><a:p><a:r><a:t>Nous nous engageons à cofinancer le pro</a:t></a:r><a:r><a:t>jet</a:t></a:r></a:p></p:sld>`
	pptx := zipOf(t, entry{name: "[Content_Types].xml", data: []byte(`<Types><Override ContentType="` + typePPTX + `.main+xml"/></Types>`)},
		entry{name: "ppt/slides/slide1.xml", data: []byte(slide)}, entry{name: "ppt/slides/slide2.xml", data: []byte("<p:sld/>")})
	odp := zipOf(t, entry{name: "mimetype", data: []byte(odf + "presentation"), stored: true},
		entry{name: "content.xml", data: []byte(`<office:presentation><draw:page><draw:text-box><text:p>Nous nous engageons<text:s/>à <text:span>cofinancer</text:span> le projet</text:p><office:annotation><text:p>Non</text:p></office:annotation></draw:text-box></draw:page></office:presentation>`)})
	pdf := pdfReaderOf(t)
	for rule, tt := range map[string]struct {
		data  []byte
		name  string
		want  string
		pages int
	}{
		"UTF-8":        {[]byte(text), "a.txt", "engageons à cofinancer le projet", 0},
		"windows-1252": {[]byte("Nous nous engageons \xe0 cofinancer le projet"), "a.txt", "engageons à cofinancer le projet", 0},
		"UTF-16":       {[]byte("\xff\xfeN\x00o\x00u\x00s\x00 \x00n\x00o\x00u\x00s\x00 \x00\xe9\x00"), "a.txt", "Nous nous é", 0},
		"web page":     {[]byte(html), "a.html", "engageons à cofinancer\nle projet à hauteur de 10 000 €.", 0},
		"mail":         {[]byte(eml), "a.eml", "From: La Mêlée <a@example.org>\nSubject: Engagement\nNous nous engageons à cofinancer", 0},
		"slides":       {pptx, "a.pptx", "engageons à cofinancer le projet", 2},
		"ODP":          {odp, "a.odp", "engageons à cofinancer le projet", 1},
		"PDF":          {fileOf(t, packFolder+"reglement.pdf"), "a.pdf", "Règlement de l’appel à projets", 4},
		"DOCX":         {fileOf(t, packFolder+"modele-lettre-engagement.docx"), "a.docx", "Je vous prie d’agréer, Madame, Monsieur, l’expression de mes salutations distinguées.", 0},
		"DOC":          {fileOf(t, "testdata/libreoffice/lettre.doc"), "a.doc", "Je vous prie d’agréer, Madame, Monsieur, l’expression de mes salutations distinguées.", 0},
		"ODT":          {fileOf(t, "testdata/libreoffice/lettre.odt"), "a.odt", "Je vous prie d’agréer, Madame, Monsieur, l’expression de mes salutations distinguées.", 1},
		"RTF":          {fileOf(t, "testdata/libreoffice/lettre.rtf"), "a.rtf", "Je vous prie d’agréer, Madame, Monsieur, l’expression de mes salutations distinguées.", 0},
	} {
		t.Run(rule, func(t *testing.T) {
			f := lookWith(t, pdf, tt.data, tt.name)
			if !strings.Contains(f.Text, tt.want) || f.Unreadable != "" || f.Blank || f.Pages != tt.pages || strings.Contains(f.Text, "Non") {
				t.Errorf("%s: unreadable %q, blank %v, %d pages, text %.400q, want %q in it", f.Type, f.Unreadable, f.Blank, f.Pages, f.Text, tt.want)
			}
		})
	}
	if f := mustLook(t, []byte(eml), "a.eml", ""); !warned(f, "RIB.pdf") {
		t.Errorf("the file that a mail carries is not told of: %q", f.Warnings)
	}
}

// TestReadMembers: members of nested archives are read as files are, and all of
// them together say no more than is accepted.
func TestReadMembers(t *testing.T) {
	inner := zipOf(t, entry{name: "scan0001.pdf", data: fileOf(t, packFolder+"reglement.pdf")})
	b := zipOf(t, entry{name: "scan0002.docx", data: fileOf(t, packFolder+"modele-lettre-engagement.docx")}, entry{name: "annexes.zip", data: inner})
	f := lookWith(t, pdfReaderOf(t), b, "DOSSIER COMPLET.zip")
	want := map[string]string{"scan0002.docx": "Lettre d’engagement", "annexes.zip": "", "annexes.zip/scan0001.pdf": "Règlement de l’appel à projets"}
	for _, m := range f.Members {
		if text, ok := want[m.Path]; !ok || !strings.HasPrefix(m.Text, text) {
			t.Errorf("%s says %.60q, want %q", m.Path, m.Text, text)
		}
	}
	if len(f.Members) != len(want) {
		t.Errorf("%d members, want %d", len(f.Members), len(want))
	}
	long := make([]entry, 20)
	for i := range long {
		long[i] = entry{name: strconv.Itoa(i) + ".txt", data: []byte(strings.Repeat(strconv.Itoa(i)+" mots ", 20_000))}
	}
	told := 0
	f = mustLook(t, zipOf(t, long...), "a.zip", "")
	for _, m := range f.Members {
		if told += len(m.Text); len(m.Text) > maxText || m.Unread && m.Text != "" {
			t.Errorf("%s says %d bytes, unread %v", m.Path, len(m.Text), m.Unread)
		}
	}
	if told > maxAllText || told < maxAllText/2 {
		t.Errorf("the members say %d bytes, want at most %d and most of it", told, maxAllText)
	}
}

func TestCellOf(t *testing.T) {
	for ref, want := range map[string]cell{
		"'Mode d''emploi'!$B$3": {"mode d'emploi", 3, 2}, "Budget!$AA$10:$AB$12": {"budget", 10, 27}, "$Budget.$B$3": {"budget", 3, 2},
		"$'Plan de financement'.$C$20:.$D$21": {"plan de financement", 20, 3}, "Budget!B3": {"budget", 3, 2},
	} {
		if got, ok := cellOf(ref); !ok || got != want {
			t.Errorf("%s is %v (%v), want %v", ref, got, ok, want)
		}
	}
	for _, ref := range []string{"", "B3", "#REF!", "'Budget", "'Budget'", "Budget!", "Budget!$3:$3", "OFFSET(Budget!$A$1,1,1)", "Budget!B0", "'a'.", "$"} {
		if got, ok := cellOf(ref); ok && got.row < 1 {
			t.Errorf("%q is taken for %v", ref, got)
		}
	}
}
