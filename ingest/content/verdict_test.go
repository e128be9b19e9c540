package content

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// pdfObjectsOf builds a PDF of these objects, numbered from 1, the first being the
// catalog.
func pdfObjectsOf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	table := fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for i, o := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table, len(objects)+1, start)
	return b.Bytes()
}

func pdfStream(dict, body string) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", dict, len(body), body)
}

// pdfPage builds a PDF of one page that draws this, with further entries in the
// catalog and further objects from number 6 on.
func pdfPage(catalog, draws string, more ...string) []byte {
	return pdfObjectsOf(append([]string{
		"<</Type/Catalog/Pages 2 0 R" + catalog + ">>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</I 6 0 R>>>>>>",
		pdfStream("", draws),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	}, more...)...)
}

// says draws a line of text.
func says(text string) string { return "BT /F 12 Tf 72 700 Td (" + text + ") Tj ET" }

// sheet is a scan of an A4 sheet: white with the noise of paper, and where
// marks is set, lines of writing.
func sheet(t testing.TB, marks bool) []byte {
	t.Helper()
	im := image.NewGray(image.Rect(0, 0, 1240, 1754))
	for i := range im.Pix {
		im.Pix[i] = uint8(248 + i*7919%7)
	}
	for n := range 300 {
		if marks {
			for x := range 20 {
				im.SetGray(200+n%60*12+x/2, 300+n/60*60+x%10, color.Gray{Y: 20})
			}
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, im, &jpeg.Options{Quality: 30}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func scanned(t testing.TB, marks bool) []byte {
	return pdfPage("", "q 595 0 0 842 0 0 cm /I Do Q",
		pdfStream("/Type/XObject/Subtype/Image/Width 1240/Height 1754/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode", string(sheet(t, marks))))
}

func compressed(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func secretWorkbook(t testing.TB) []byte {
	t.Helper()
	book := excelize.NewFile()
	var b bytes.Buffer
	if err := book.Write(&b, excelize.Options{Password: "secret"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestVerdicts: what cannot be read is told why, what is dangerous is told as
// such, and what is neither is told as neither. The log counts how much of it is
// recognised.
func TestVerdicts(t *testing.T) {
	docx := func(document string, more ...entry) []byte {
		return zipOf(t, append([]entry{
			{name: "[Content_Types].xml", data: []byte(`<Types><Override ContentType="` + typeDOCX + `.main+xml"/></Types>`)},
			{name: "word/document.xml", data: []byte(document)},
		}, more...)...)
	}
	word := "<w:document><w:body><w:p><w:r><w:t>Statuts</w:t></w:r></w:p></w:body></w:document>"
	ods := func(more ...entry) []byte {
		return zipOf(t, append([]entry{
			{name: "mimetype", data: []byte(odf + "spreadsheet"), stored: true},
			{name: "content.xml", data: []byte(`<table:table table:name="Budget"><table:table-row><table:table-cell><text:p>Charges</text:p></table:table-cell></table:table-row></table:table>`)},
		}, more...)...)
	}
	zip := zipOf(t, entry{name: "a.class", data: []byte("x")})
	whole := pdfPage("", says("Bonjour"))
	gif := []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")
	hidden := compressed(t, "7 0 <</S/JavaScript/JS(app.alert\\(1\\))>>")
	const script = "<</S/JavaScript/JS(app.alert\\(1\\))>>"

	fixtures := []struct {
		rule       string
		data       []byte
		name       string
		unreadable string
		dangerous  string // one that must be among them
		blank      bool
	}{
		// Cannot be read.
		{"no bytes", nil, "RIB.pdf", UnreadableEmpty, "", false},
		{"zero bytes only", make([]byte, 5000), "RIB.pdf", UnreadableEmpty, "", false},
		{"PDF with a password", pdfOf("/Encrypt 9 0 R"+userTooID, "9 0 obj\n"+userToo+"\nendobj"), "a.pdf", UnreadableEncrypted, "", false},
		{"XLSX with a password", secretWorkbook(t), "BP.xlsx", UnreadableEncrypted, "", false},
		{"ODS with a password", ods(entry{name: "META-INF/manifest.xml", data: []byte("<manifest:encryption-data/>")}), "a.ods", UnreadableEncrypted, "", false},
		{"ZIP with a password", setFlag(zip, 1), "a.zip", UnreadableEncrypted, "", false},
		{"cut PDF", whole[:300], "a.pdf", UnreadableTruncated, "", false},
		{"PDF of an end only", []byte("%PDF-1.4\ngarbage\nstartxref\n0\n%%EOF\n"), "a.pdf", UnreadableTruncated, "", false},
		{"PDF whose pages are lost", pdfObjectsOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>"), "a.pdf", UnreadableTruncated, "", false},
		{"PDF without pages", pdfOf(""), "a.pdf", UnreadableNoPages, "", false},
		{"cut DOCX", docx(word)[:200], "a.docx", UnreadableTruncated, "", false},
		{"DOCX without its body", docx("")[:0], "a.docx", UnreadableEmpty, "", false},
		{"DOCX cut in its body", docx("<w:document><w:p><w:r><w:t>Stat"), "a.docx", UnreadableTruncated, "", false},
		{"cut JPEG", sheet(t, true)[:5000], "a.jpg", UnreadableTruncated, "", false},
		{"RAR", []byte("Rar!\x1a\x07\x01\x00xxxxxxxx"), "a.rar", UnreadableArchive, "", false},
		{"7z", []byte("7z\xbc\xaf\x27\x1c\x00\x04xxxxxxxx"), "a.7z", UnreadableArchive, "", false},
		{"gzip", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03xxxx"), "a.tar.gz", UnreadableArchive, "", false},
		{"Windows shortcut", []byte("L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46xxxx"), "RIB.pdf.lnk", UnreadableShortcut, DangerShortcut, false},
		{"internet shortcut", []byte("[InternetShortcut]\r\nURL=https://example.org/\r\n"), "a.url", UnreadableShortcut, DangerShortcut, false},
		{"desktop entry", []byte("[Desktop Entry]\nType=Link\nURL=https://example.org/\n"), "a.desktop", UnreadableShortcut, DangerShortcut, false},
		{"macOS link", []byte(`<?xml version="1.0"?><plist><dict><key>URL</key><string>https://example.org</string></dict></plist>`), "a.webloc", UnreadableShortcut, "", false},
		{"Google document", []byte(`{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}`), "Budget.gsheet", UnreadableShortcut, "", false},
		{"Google document named otherwise", []byte(`{"":"WARNING!","doc_id":"1","resource_key":"","email":"a@example.org","url":"https://docs.google.com/document/d/1/edit"}`), "Budget.json", UnreadableShortcut, "", false},
		{"web page that leads elsewhere", []byte(`<html><head><meta http-equiv="refresh" content="0; url=https://example.org/x"></head><body>Redirection</body></html>`), "a.html", UnreadableRedirect, DangerHTML, false},
		{"web page that leads elsewhere by script", []byte(`<html><script>window.location="https://example.org/x"</script></html>`), "a.html", UnreadableRedirect, DangerHTML, false},
		{"ODT with a password", zipOf(t, entry{name: "mimetype", data: []byte(odf + "text"), stored: true}, entry{name: "content.xml", data: noise(600)},
			entry{name: "META-INF/manifest.xml", data: []byte("<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>")}), "statuts.odt", UnreadableEncrypted, "", false},
		{"DOCX with a password", cfbOf(cfbStream{name: "EncryptionInfo"}, cfbStream{name: "EncryptedPackage"}), "Dossier.docx", UnreadableEncrypted, "", false},
		{"DOC with a password", cfbOf(cfbStream{name: "WordDocument", data: append(make([]byte, 11), 1)}), "Dossier.doc", UnreadableEncrypted, "", false},
		{"message for one reader (S/MIME)", []byte("\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x82"), "smime.p7m", UnreadableEncrypted, "", false},
		{"message for one reader (PGP)", []byte("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n"), "dossier.asc", UnreadableEncrypted, "", false},
		{"ZED! container", noise(900), "dossier.zed", UnreadableEncrypted, "", false},
		{"cut XLSX", fileOf(t, packFolder+"budget-previsionnel.xlsx")[:4000], "BP.xlsx", UnreadableTruncated, "", false},
		{"cut ODS", ods()[:120], "BP.ods", UnreadableTruncated, "", false},
		{"cut PNG", pngOf("IHDR", "IDAT"), "scan.png", UnreadableTruncated, "", false},
		{"cut ZIP", zip[:60], "dossier.zip", UnreadableTruncated, "", false},
		{"cut DOC", cfbOf(cfbStream{name: "WordDocument"})[:900], "a.doc", UnreadableTruncated, "", false},
		{"RAR with a password", []byte("Rar!\x1a\x07\x01\x00\x33\x92\xb5\xe5\x0a\x04\x00\x00"), "dossier.rar", UnreadableArchive, "", false},
		{"RAR named ZIP", []byte("Rar!\x1a\x07\x00\xcf\x90\x73\x00"), "dossier.zip", UnreadableArchive, "", false},
		{"7z with a password", []byte("7z\xbc\xaf\x27\x1c\x00\x04\x5b\x38\xbe\xf9\x06\xf1\x07\x01"), "dossier.7z", UnreadableArchive, "", false},
		{"TAR compressed by xz", []byte("\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4\x46"), "dossier.tar.xz", UnreadableArchive, "", false},
		{"Pages", zipOf(t, entry{name: "Index/Document.iwa", data: noise(100)}, entry{name: "preview.jpg", data: sheet(t, true)}), "Dossier.pages", UnreadableForeign, "", false},
		{"Pages of 2009", zipOf(t, entry{name: "index.xml", data: []byte("<sl:document/>")}, entry{name: "thumbs/a.jpg", data: []byte("x")}), "Dossier.pages", UnreadableForeign, "", false},
		{"Numbers", zipOf(t, entry{name: "Index/Document.iwa", data: noise(100)}), "Budget.numbers", UnreadableForeign, "", false},
		{"Numbers in a folder", zipOf(t, entry{name: "Index.zip", data: zip, stored: true}, entry{name: "Metadata/BuildVersionHistory.plist", data: []byte("x")}), "Budget.numbers", UnreadableForeign, "", false},
		{"link alone", []byte("https://we.tl/t-abc"), "lien.txt", UnreadableLink, "", false},
		{"link with a word", []byte("Lien vers le dossier complet :\nhttps://www.swisstransfer.com/d/1234-5678\n"), "LIRE.txt", UnreadableLink, "", false},
		{"macOS link, binary", []byte("bplist00\xd1\x01\x02SURL_https://example.org"), "a.webloc", UnreadableShortcut, "", false},
		{"Google sheet", []byte(`{"url":"https://docs.google.com/spreadsheets/d/1/edit","doc_id":"1"}`), "Budget.gsheet", UnreadableShortcut, "", false},
		{"web page that leads elsewhere, by location.replace", []byte(`<html><script>location.replace("https://example.org/x")</script></html>`), "dossier.html", UnreadableRedirect, DangerHTML, false},
		{"link in a text", []byte("Voici notre dossier : https://we.tl/t-abc\r\n"), "dossier.txt", UnreadableLink, "", false},
		{"archive bomb", zipOf(t, entry{name: "zero.bin", data: make([]byte, minDecoded+1)}), "a.zip", UnreadableBomb, "", false},

		// Opens, with nothing to see.
		{"PDF of an empty page", pdfPage("", ""), "a.pdf", "", "", true},
		{"PDF of a white scan", scanned(t, false), "a.pdf", "", "", true},
		{"white scan", sheet(t, false), "scan0001.jpg", "", "", true},
		{"DOCX without a word", docx("<w:document><w:body><w:p/></w:body></w:document>"), "a.docx", "", "", true},
		{"text of white space", []byte(" \r\n\t"), "a.txt", "", "", true},
		{"workbook without a cell", zipOf(t, entry{name: "[Content_Types].xml", data: []byte(`<Types><Override ContentType="` + typeXLSX + `.main+xml"/></Types>`)},
			entry{name: "xl/workbook.xml", data: []byte(`<workbook><sheets><sheet name="Feuil1"/></sheets></workbook>`)}), "a.xlsx", "", "", true},

		// Dangerous.
		{"program", []byte("MZ\x90\x00\x03\x00\x00\x00"), "a.exe", "", DangerExecutable, false},
		{"program named PDF", append([]byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"), make([]byte, 600)...), "a.pdf", "", DangerExecutable, false},
		{"script", []byte("@echo off\r\n"), "a.bat", "", DangerScript, false},
		{"double extension", []byte("x"), "RIB.pdf.js", "", DangerDoubleExtension, false},
		{"extension written backwards", whole, "RIB\u202efdp.exe", "", DangerBidiName, false},
		{"DOCX with macros", docx(word, entry{name: "word/vbaProject.bin", data: []byte("x")}), "a.docm", "", DangerMacros, false},
		{"ODS with macros", ods(entry{name: "Basic/Standard/Module1.xml", data: []byte("<script:module/>")}), "a.ods", "", DangerMacros, false},
		{"DOC with macros", cfbOf(cfbStream{name: "WordDocument"}, cfbStream{name: "VBA", nested: true}), "a.doc", "", DangerMacros, false},
		{"PDF with a script", pdfPage("/OpenAction "+script, says("x")), "a.pdf", "", DangerActivePDF, false},
		{"PDF with a script, spelt otherwise", pdfPage("/OpenAction <</S/J#61vaScript/JS(1)>>", says("x")), "a.pdf", "", DangerActivePDF, false},
		{"PDF with a script in compressed objects", pdfPage("/OpenAction 7 0 R", says("x"), "null", pdfStream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", hidden)), "a.pdf", "", DangerActivePDF, false},
		{"PDF that starts a program", pdfPage("/OpenAction <</S/Launch/F(cmd.exe)>>", says("x")), "a.pdf", "", DangerActivePDF, false},
		{"PDF that sends what is written", pdfPage("/OpenAction <</S/SubmitForm/F(https://example.org)>>", says("x")), "a.pdf", "", DangerActivePDF, false},
		{"PDF that carries a file", pdfPage("/Names<</EmbeddedFiles<</Names[(a.exe) 6 0 R]>>>>", says("x"), "<</Type/Filespec/F(a.exe)/EF<</F 7 0 R>>>>", pdfStream("/Type/EmbeddedFile", "MZ")), "a.pdf", "", DangerEmbedded, false},
		{"SVG with a script", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`), "logo.svg", "", DangerSVGScript, false},
		{"web page", []byte("<!DOCTYPE html><html><body><p>Bonjour à tous</p></body></html>"), "a.html", "", DangerHTML, false},
		{"PDF and archive", append(bytes.Clone(whole), zip...), "a.pdf", "", DangerPolyglot, false},
		{"image and archive", append(bytes.Clone(gif), zip...), "logo.gif", "", DangerPolyglot, false},
		{"image and web page", append(bytes.Clone(gif), "<html><script>1</script></html>"...), "logo.gif", "", DangerPolyglot, false},
		{"image and PDF", append(append([]byte("\xff\xd8\xff\xfe\x00\x20"), whole[:60]...), sheet(t, true)[2:]...), "photo.jpg", "", DangerPolyglot, false},
		{"program before a PDF", append([]byte("#!/bin/sh\nexit\n"), whole...), "a.pdf", "", DangerPolyglot, false},
		{"disk image", []byte("x"), "a.iso", "", DangerDiskImage, false},

		// Neither: what must not be taken for any of it.
		{"PDF", whole, "a.pdf", "", "", false},
		{"PDF of a scan", scanned(t, true), "a.pdf", "", "", false},
		{"scan", sheet(t, true), "scan0001.jpg", "", "", false},
		{"PDF after white space", append([]byte("\r\n\r\n"), whole...), "a.pdf", "", "", false},
		{"PDF that opens on a page", pdfPage("/OpenAction[3 0 R/Fit]", says("x")), "a.pdf", "", "", false},
		{"PDF that speaks of a script", pdfPage("", says("JavaScript, Launch")), "a.pdf", "", "", false},
		{"DOCX", docx(word), "a.docx", "", "", false},
		{"DOCX of a picture", docx("<w:document><w:p><w:r><w:drawing/></w:r></w:p></w:document>", entry{name: "word/media/image1.jpg", data: sheet(t, true)}), "a.docx", "", "", false},
		{"ODS", ods(), "a.ods", "", "", false},
		{"text with a link among others", []byte("Bonjour,\nVoici la lettre de soutien de la commune, à laquelle nous joignons le budget prévisionnel. Notre site : https://example.org/\nBien cordialement"), "a.txt", "", "", false},
		{"the pack's form", fileOf(t, packFolder+"dossier-de-candidature.pdf"), "a.pdf", "", "", false},
		{"the pack's workbook", fileOf(t, packFolder+"budget-previsionnel.xlsx"), "a.xlsx", "", "", false},
		{"logo", gif, "logo.gif", "", "", false},
	}
	pdf := pdfReaderOf(t)
	total, found := map[string]int{}, map[string]int{}
	for _, tt := range fixtures {
		kind := "harmless"
		switch {
		case tt.unreadable != "":
			kind = "unreadable"
		case tt.blank:
			kind = "blank"
		case tt.dangerous != "":
			kind = "dangerous"
		}
		total[kind]++
		f := lookWith(t, pdf, tt.data, tt.name)
		dangers := " " + strings.Join(f.Dangerous, " ") + " "
		right := f.Unreadable == tt.unreadable && f.Blank == tt.blank && !f.Unread && (tt.dangerous != "" && strings.Contains(dangers, " "+tt.dangerous+" ") || tt.dangerous == "" && len(f.Dangerous) == 0)
		if kind == "dangerous" { // whether a person could read it is beside the point
			right = strings.Contains(dangers, " "+tt.dangerous+" ") && f.Unread == (tt.dangerous == DangerPolyglot) // which is left alone
		}
		if !right {
			t.Errorf("%s: %s, unreadable %q, dangerous %q, blank %v, unread %v; want %q, %q, %v; %q", tt.rule, f.Type, f.Unreadable, f.Dangerous, f.Blank, f.Unread, tt.unreadable, tt.dangerous, tt.blank, f.Warnings)
			continue
		}
		found[kind]++
	}
	for _, kind := range []string{"unreadable", "blank", "dangerous", "harmless"} {
		t.Logf("%s: %d of %d recognised", kind, found[kind], total[kind])
	}
}
