package content

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestLook is what a candidate's single file is taken for.
// Behaviour 32.
func TestLook(t *testing.T) {
	docx := func(t *testing.T, more ...entry) []byte {
		return zipOf(t, append([]entry{
			{name: "[Content_Types].xml", data: []byte(`<Types><Override ContentType="` + typeDOCX + `.main+xml"/></Types>`)},
			{name: "word/document.xml", data: []byte("<w:document><w:p><w:r><w:t>Statuts</w:t></w:r></w:p></w:document>")},
		}, more...)...)
	}
	odt := func(t *testing.T, manifest string) []byte {
		return zipOf(t, entry{name: "mimetype", data: []byte(odf + "text"), stored: true},
			entry{name: "META-INF/manifest.xml", data: []byte(manifest)},
			entry{name: "content.xml", data: []byte("<text:p>Statuts</text:p>")})
	}
	jpeg := "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" +
		"\xff\xe1\x00\x08\xff\xd8\xff\xd9\x00\x00" + // a thumbnail with an end of its own
		"\xff\xda\x00\x02scan\xff\x00data"
	signed := "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
	png := string(pngOf("IHDR", "IDAT", "IEND"))
	const encrypted, truncated = UnreadableEncrypted, UnreadableTruncated

	for _, tt := range []struct {
		rule       string
		data       string
		name       string
		wantType   string
		unreadable string
		dangerous  string // joined by spaces
		blank      bool
	}{
		{rule: "no bytes", name: "a.pdf", wantType: typeUnknown, unreadable: "empty"},
		{rule: "zero bytes only", data: strings.Repeat("\x00", 200_000), name: "a.pdf", wantType: typeUnknown, unreadable: "empty"},
		{rule: "unknown bytes", data: "\x01\x02\x03\x04\xfe", name: "a", wantType: typeUnknown},

		{rule: "whole PDF", data: string(pdfOf("")), name: "a.pdf", wantType: typePDF},
		{rule: "PDF with zero bytes after it", data: string(pdfOf("")) + strings.Repeat("\x00", 9000), name: "a.pdf", wantType: typePDF},
		{rule: "PDF after other bytes", data: "\r\n\r\n" + string(pdfOf("")), name: "a.pdf", wantType: typePDF},
		{rule: "cut PDF", data: string(pdfOf(""))[:120], name: "a.pdf", wantType: typePDF, unreadable: truncated},

		{rule: "whole DOCX", data: string(docx(t)), name: "a.docx", wantType: typeDOCX},
		{rule: "cut DOCX", data: string(docx(t))[:150], name: "a.docx", wantType: typeZIP, unreadable: truncated},
		{rule: "DOCX with macros", data: string(docx(t, entry{name: "word/vbaProject.bin", data: []byte("x")})), name: "a.docx", wantType: typeDOCX, dangerous: "macros"},
		{rule: "ODT", data: string(odt(t, "<manifest/>")), name: "a.odt", wantType: odf + "text"},
		{rule: "ODT with a password", data: string(odt(t, "<manifest:encryption-data/>")), name: "a.odt", wantType: odf + "text", unreadable: encrypted},
		{rule: "OOXML with a password", data: string(cfbOf(cfbStream{name: "EncryptionInfo"}, cfbStream{name: "EncryptedPackage"})), name: "a.xlsx", wantType: typeCFB, unreadable: encrypted},
		{rule: "DOC", data: string(cfbOf(cfbStream{name: "WordDocument"})), name: "a.doc", wantType: typeDOC},
		{rule: "DOC with a password", data: string(cfbOf(cfbStream{name: "WordDocument", data: []byte("\xec\xa5\xc1\x00\x00\x00\x00\x00\x00\x00\x00\x01")})), name: "a.doc", wantType: typeDOC, unreadable: encrypted},
		{rule: "DOC with a workbook in it", data: string(cfbOf(cfbStream{name: "Workbook", nested: true}, cfbStream{name: "WordDocument"})), name: "a.doc", wantType: typeDOC},
		{rule: "XLS with a password", data: string(cfbOf(cfbStream{name: "Workbook", data: []byte("\x09\x08\x02\x00\x00\x06\x2f\x00\x00\x00")})), name: "a.xls", wantType: typeXLS, unreadable: encrypted},
		{rule: "XLS with macros", data: string(cfbOf(cfbStream{name: "Workbook"}, cfbStream{name: "VBA", nested: true})), name: "a.xls", wantType: typeXLS, dangerous: "macros"},
		{rule: "saved Outlook message", data: string(cfbOf(cfbStream{name: "__properties_version1.0"})), name: "a.msg", wantType: typeMSG},
		{rule: "cut DOC", data: string(cfbOf(cfbStream{name: "WordDocument"}))[:700], name: "a.doc", wantType: typeCFB, unreadable: truncated},

		{rule: "whole JPEG", data: jpeg + "\xff\xd9", name: "a.jpg", wantType: "image/jpeg"},
		{rule: "JPEG with a film after it", data: jpeg + "\xff\xd9" + strings.Repeat("film", 90_000), name: "a.jpg", wantType: "image/jpeg"},
		{rule: "cut JPEG", data: jpeg, name: "a.jpg", wantType: "image/jpeg", unreadable: truncated},
		{rule: "whole PNG", data: png, name: "a.png", wantType: "image/png"},
		{rule: "cut PNG", data: png[:len(png)-6], name: "a.png", wantType: "image/png", unreadable: truncated},
		{rule: "cut TIFF", data: "II*\x00\x00\x10\x00\x00scan", name: "a.tif", wantType: "image/tiff", unreadable: truncated},
		{rule: "cut photo of a telephone", data: "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic\x00\x01\x00\x00mdat", name: "a.heic", wantType: "image/heic", unreadable: truncated},

		{rule: "text", data: "Bonjour", name: "a.txt", wantType: typeText},
		{rule: "text of white space", data: "\xef\xbb\xbf \r\n\t\u00a0\n", name: "a.txt", wantType: typeText, blank: true},
		{rule: "TNEF", data: "\x78\x9f\x3e\x22\x01\x00", name: "winmail.dat", wantType: typeTNEF},
		{rule: "signed content", data: signed + "\xa0\x80", name: "a.pdf.p7m", wantType: typePKCS7},
		{rule: "detached signature", data: signed + "\x00\x00", name: "smime.p7s", wantType: typePKCS7Sig},
		{rule: "enveloped content", data: "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80\x30", name: "smime.p7m", wantType: typePKCS7, unreadable: encrypted},
		{rule: "calendar", data: "begin:vcalendar\nEND:VCALENDAR", name: "a", wantType: typeCalendar},
		{rule: "card", data: "\xef\xbb\xbfBEGIN:VCARD\r\n", name: "a.vcf", wantType: typeCard},
		{rule: "Windows shortcut", data: "L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46", name: "RIB", wantType: typeLNK, unreadable: "shortcut", dangerous: "shortcut"},
		{rule: "web shortcut", data: "[InternetShortcut]\r\nURL=https://example.org/", name: "a.url", wantType: typeURL, unreadable: "shortcut", dangerous: "shortcut"},
		{rule: "document left at Google", data: `{"doc_id":"1"}`, name: "Budget.gsheet", wantType: typeURL, unreadable: "shortcut"},
		{rule: "7z", data: "7z\xbc\xaf\x27\x1c\x00\x04", name: "a.7z", wantType: "application/x-7z-compressed", unreadable: "archive"},
		{rule: "RAR", data: "Rar!\x1a\x07\x01\x00", name: "a.rar", wantType: "application/vnd.rar", unreadable: "archive"},
		{rule: "PGP", data: "-----BEGIN PGP MESSAGE-----\n", name: "a.asc", wantType: typePGP, unreadable: encrypted},

		{rule: "program by content", data: "MZ\x90\x00\x03\x00\x00\x00\x04\x00", name: "a.pdf", wantType: "application/vnd.microsoft.portable-executable", unreadable: "program", dangerous: "executable"},
		{rule: "program by name", data: "x", name: "A.EXE", wantType: typeText, unreadable: "program", dangerous: "executable"},
		{rule: "document named as a program", data: "%PDF-1.4\nstartxref\n0\n%%EOF\n", name: "passeurs.com", wantType: typePDF, dangerous: "executable"},
		{rule: "name that ends twice", data: "x", name: "facture.pdf     .exe. ", wantType: typeText, unreadable: "program", dangerous: "executable double_extension"},
		{rule: "version number in a name", data: "x", name: "statuts.v2.txt", wantType: typeText},
		{rule: "name that turns back", data: "x", name: "rib\u202efdp.scr", wantType: typeText, unreadable: "program", dangerous: "bidi_name executable"},
		{rule: "script by content", data: "#!/bin/sh\nrm -r ~\n", name: "notes", wantType: "text/x-shellscript", unreadable: "program", dangerous: "script"},
		{rule: "script by name", data: "x", name: "a.vbs", wantType: typeText, unreadable: "program", dangerous: "script"},
		{rule: "web page", data: "<!DOCTYPE html><html><p>Bonjour</p></html>", name: "a.txt", wantType: typeHTML, dangerous: "html"},
		{rule: "image in SVG", data: `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>`, name: "a.svg", wantType: typeSVG},
		{rule: "SVG after a comment", data: `<!-- made by hand --><svg xmlns="http://www.w3.org/2000/svg"></svg>`, name: "a.svg", wantType: typeSVG},
		{rule: "script in SVG", data: `<svg xmlns="http://www.w3.org/2000/svg">` + strings.Repeat(" ", 3*chunk) + `<a onclick = "x"/></svg>`, name: "a.svg", wantType: typeSVG, dangerous: "svg_script"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			f := mustLook(t, []byte(tt.data), tt.name, "")
			if f.Type != tt.wantType || f.Unreadable != tt.unreadable || f.Blank != tt.blank {
				t.Errorf("type %q, unreadable %q, blank %v; want %q, %q, %v", f.Type, f.Unreadable, f.Blank, tt.wantType, tt.unreadable, tt.blank)
			}
			if got := strings.Join(f.Dangerous, " "); got != tt.dangerous {
				t.Errorf("dangerous %q, want %q", got, tt.dangerous)
			}
			if f.Members != nil {
				t.Errorf("members %v of a single file", f.Members)
			}
		})
	}
}

// TestUnknown: bytes of no known type are not taken for a document that opens. One
// volume of an archive is told as such, whatever it looks like by itself.
func TestUnknown(t *testing.T) {
	noise := "\x01\x02\x03\xfe\x80\x07"
	zip := string(zipOf(t, entry{name: "RIB.pdf", data: pdfOf("")}))
	for _, tt := range []struct {
		name, data string
		unreadable string
		unknown    bool
	}{
		{"Statuts.pdf", noise, UnreadableTruncated, true},
		{"Budget.xlsx", noise, UnreadableTruncated, true},
		{"RIB.jpg", noise, UnreadableTruncated, true},
		{"Dossier.wps", noise, "", true},
		{"RIB", noise, "", true},
		{"RIB.pdf", string(pdfOf("")), "", false},
		{"notes.dat", "Bonjour", "", false},
		{"DOSSIER.zip.001", zip, UnreadableSplit, false},
		{"DOSSIER.zip.002", noise, UnreadableSplit, false},
		{"DOSSIER.z01", zip, UnreadableSplit, false},
		{"DOSSIER.7z.003", noise, UnreadableSplit, false},
		{"DOSSIER.zip", zip, "", false},
		{"RIB.2018.001", string(pdfOf("")), "", false},
		{"Scan.001", "Bonjour", "", false},
		{"", "Content-Type: application/pdf", UnreadableSplit, false},
	} {
		declared := ""
		if tt.name == "" {
			declared = "message/partial; number=1; total=2"
		}
		f := mustLook(t, []byte(tt.data), tt.name, declared)
		if f.Unreadable != tt.unreadable || f.Unknown != tt.unknown {
			t.Errorf("%s (%s): unreadable %q, unknown %v; want %q, %v", tt.name, f.Type, f.Unreadable, f.Unknown, tt.unreadable, tt.unknown)
		}
		if tt.unreadable == UnreadableSplit && f.Members != nil {
			t.Errorf("%s: members %v of a volume", tt.name, f.Members)
		}
	}
}

// TestClaims: staff are warned only when neither the name nor the mail tells
// the truth about a file.
func TestClaims(t *testing.T) {
	csv := "a;b;c\n1;2;3\n4;5;6\n"
	for _, tt := range []struct {
		rule           string
		data           string
		name, declared string
		want           bool
	}{
		{"both right", string(pdfOf("")), "a.pdf", "application/pdf", false},
		{"name right", string(pdfOf("")), "a.pdf", "image/png", false},
		{"mail right", string(pdfOf("")), "a.docx", "application/pdf; name=a.docx", false},
		{"both wrong", string(pdfOf("")), "a.docx", "image/png", true},
		{"name wrong, mail silent", string(pdfOf("")), "a.docx", "application/octet-stream", true},
		{"name silent, mail wrong", string(pdfOf("")), "scan", "image/png", true},
		{"both silent", string(pdfOf("")), "scan", "", false},
		{"old name of a type", string(pdfOf("")), "scan", "application/x-pdf", false},
		{"spreadsheet as text", csv, "a.csv", "application/vnd.ms-excel", false},
		{"text named PDF", "Bonjour", "a.pdf", "application/pdf", true},
		{"unknown bytes named PDF", "\x01\x02\x03\xfe", "a.pdf", "application/pdf", true},
		{"unknown bytes named as something rare", "\x01\x02\x03\xfe", "a.mp3", "audio/mpeg", false},
		{"ZIP by its old name", string(zipOf(t, entry{name: "a.txt", data: []byte("x")})), "a.zip", "application/x-zip-compressed", false},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			f := mustLook(t, []byte(tt.data), tt.name, tt.declared)
			if got := warned(f, "The content is") || warned(f, "The name ends in"); got != tt.want {
				t.Errorf("warned %v, want %v: %q (%s)", got, tt.want, f.Warnings, f.Type)
			}
		})
	}
}

type brokenReader struct{ good []byte }

var errDisk = errors.New("disk error")

func (r brokenReader) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) <= int64(len(r.good)) {
		return copy(p, r.good[off:]), nil
	}
	return 0, errDisk
}

// TestLookReadError: a file that cannot be read is not a damaged file.
func TestLookReadError(t *testing.T) {
	for _, whole := range [][]byte{
		pdfOf(""), zipOf(t, entry{name: "a.txt", data: []byte("x")}), cfbOf(cfbStream{name: "WordDocument"}),
		pngOf("IHDR", "IEND"), bytes.Repeat([]byte(" "), 3*chunk), bytes.Repeat([]byte("\x00"), 3*chunk),
	} {
		for _, n := range []int{0, len(whole) / 2} {
			f, err := Look(brokenReader{whole[:n]}, int64(len(whole)), "a", "")
			if !errors.Is(err, errDisk) || f.Type != "" {
				t.Errorf("%.8q cut at %d: %+v, %v; want the reader's error alone", whole, n, f, err)
			}
		}
	}
	if f, err := Look(bytes.NewReader([]byte("short")), 1000, "a.txt", ""); err != nil || f.Type != typeText {
		t.Errorf("a file shorter than announced: %+v, %v", f, err)
	}
}

func TestExtensions(t *testing.T) {
	for name, want := range map[string][2]string{
		"a.pdf": {"pdf", ""}, "a.PDF.exe": {"exe", "pdf"}, "dir.d/a": {"", ""}, `C:\x.y\a.tar.gz`: {"gz", "tar"},
		"a.pdf . exe ": {"exe", "pdf"}, "": {"", ""}, "...": {"", ""}, ".bashrc": {"", ""},
	} {
		last, before := extensions(name)
		if !slices.Equal([]string{last, before}, want[:]) {
			t.Errorf("extensions(%q) = %q, %q; want %q", name, last, before, want)
		}
	}
}
