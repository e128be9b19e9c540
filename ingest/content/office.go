package content

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"strings"
)

const (
	typeDOCM = "application/vnd.ms-word.document.macroEnabled.12"
	typeXLSM = "application/vnd.ms-excel.sheet.macroEnabled.12"
	typePPTM = "application/vnd.ms-powerpoint.presentation.macroEnabled.12"
	typeXLSB = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
	typeDOTX = ooxml + "wordprocessingml.template"
	typeXLTX = ooxml + "spreadsheetml.template"
	typePOTX = ooxml + "presentationml.template"
	typePPSX = ooxml + "presentationml.slideshow"
)

// maxOfficePart is how much of a descriptive part of an office document is read, in bytes.
const maxOfficePart = 1 << 20

// ooxmlMain maps the content type of a main part to the media type of its
// document (ECMA-376 part 1, annex "Media types").
var ooxmlMain = []struct{ part, document string }{
	{typeDOCX + ".main+xml", typeDOCX},
	{typeXLSX + ".main+xml", typeXLSX},
	{typePPTX + ".main+xml", typePPTX},
	{typeDOTX + ".main+xml", typeDOTX},
	{typeXLTX + ".main+xml", typeXLTX},
	{typePOTX + ".main+xml", typePOTX},
	{typePPSX + ".main+xml", typePPSX},
	{"application/vnd.ms-word.document.macroEnabled.main+xml", typeDOCM},
	{"application/vnd.ms-excel.sheet.macroEnabled.main+xml", typeXLSM},
	{"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml", typePPTM},
	{"application/vnd.ms-excel.sheet.binary.macroEnabled.main", typeXLSB},
}

// lookPackage decides whether a ZIP file is a document in ZIP clothing rather
// than an archive of files, and looks into it as such.
func lookPackage(files []*zip.File, name string, f *File) (isDocument bool) {
	var contentTypes, manifest, mimetypePart *zip.File
	folders := map[string]bool{}
	macros, pagesIndex, appleParts, manifestMF, android, appx, kml := false, false, false, false, false, false, false
	for i, z := range files {
		lower := strings.ToLower(strings.ReplaceAll(z.Name, `\`, "/"))
		top, _, nested := strings.Cut(lower, "/")
		if nested && len(top) < 32 && len(folders) < 100 {
			folders[top] = true
		}
		switch lower {
		case "[content_types].xml":
			contentTypes = z
		case "meta-inf/manifest.xml":
			manifest = z
		case "mimetype":
			if i == 0 {
				mimetypePart = z
			}
		case "index/document.iwa":
			pagesIndex = true
		case "meta-inf/manifest.mf":
			manifestMF = true
		case "index.zip", "index.xml", "index.xml.gz", "index.apxl", "index.apxl.gz", "buildversionhistory.plist", "metadata/buildversionhistory.plist":
			appleParts = true
		case "appxmanifest.xml", "appxmetadata/appxbundlemanifest.xml":
			appx = true
		case "androidmanifest.xml":
			android = true
		case "doc.kml":
			kml = true
		}
		base := path.Base(lower)
		if base == "vbaproject.bin" || strings.HasPrefix(lower, "scripts/") && !strings.HasSuffix(lower, "/") ||
			strings.HasPrefix(lower, "basic/") && path.Ext(base) == ".xml" && base != "script-lb.xml" && base != "script-lc.xml" {
			macros = true
		}
	}
	switch {
	case contentTypes != nil && (folders["word"] || folders["xl"] || folders["ppt"]):
		f.Type = ooxmlType(readPart(contentTypes), folders)
	case mimetypePart != nil && isDocumentType(readPart(mimetypePart)):
		f.Type = string(readPart(mimetypePart))
		if manifest != nil && bytes.Contains(readPart(manifest), []byte("encryption-data")) { // ODF 1.3 part 2, section 4.8.2
			f.Unreadable = UnreadableEncrypted
		}
	case pagesIndex, appleParts && appleNamed(name):
		f.Type = appleType(name)
		f.warn(warnApple, path.Ext(f.Type)[1:])
	case android:
		f.Type = "application/vnd.android.package-archive"
		return true
	case appx:
		f.Type = typeAPPX
		return true
	case manifestMF:
		f.Type = "application/java-archive"
		return true
	case kml:
		f.Type = "application/vnd.google-earth.kmz"
		return true
	default:
		f.Type = typeZIP
		return false
	}
	if macros {
		f.danger(DangerMacros)
	}
	return true
}

// ooxmlType reads the document's type in its list of content types; where that
// tells nothing, the folder of its main part does.
func ooxmlType(contentTypes []byte, folders map[string]bool) string {
	for _, m := range ooxmlMain {
		if bytes.Contains(contentTypes, []byte(`"`+m.part+`"`)) {
			return m.document
		}
	}
	switch {
	case folders["word"]:
		return typeDOCX
	case folders["xl"]:
		return typeXLSX
	}
	return typePPTX
}

// appleNamed says whether a name is that of a document of Pages, Numbers or
// Keynote, which before 2013 kept other parts.
func appleNamed(name string) bool {
	ext, _ := extensions(name)
	return ext == "pages" || ext == "numbers" || ext == "key"
}

func appleType(name string) string {
	switch ext, _ := extensions(name); ext {
	case "numbers":
		return numbers
	case "key":
		return keynote
	}
	return pages
}

// isDocumentType accepts what the first part of an OpenDocument or EPUB file
// says of itself (ODF 1.3 part 2, section 3.3).
func isDocumentType(b []byte) bool {
	s := string(b)
	return len(s) < 100 && !strings.ContainsAny(s, " \t\r\n;") &&
		(strings.HasPrefix(s, odf) || s == "application/epub+zip" || strings.HasPrefix(s, "application/vnd.sun.xml."))
}

// readPart returns the first bytes of a part of a document; nil when damaged,
// as what cannot be read tells nothing.
func readPart(z *zip.File) []byte {
	r, err := z.Open()
	if err != nil {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(r, maxOfficePart))
	if closeErr := r.Close(); err != nil || closeErr != nil {
		return nil
	}
	return bytes.TrimSpace(b)
}

// lookCFB tells what a compound file is by the names of its streams.
func lookCFB(in input, f *File) {
	c, ok := openCFB(in)
	if !ok {
		f.Type, f.Unreadable = typeCFB, UnreadableTruncated
		f.warn(warnOfficeDamaged)
		return
	}
	if c.installs() {
		f.Type = "application/x-ms-installer"
		return
	}
	entries, whole := c.entries()
	encrypted, macros := false, false
	for _, e := range entries {
		switch e.name {
		case "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR": // [MS-OVBA] section 2.2.1
			macros = true
		}
	}
	for _, e := range outer(entries) {
		switch e.name {
		case "EncryptedPackage", "EncryptedSummary": // [MS-OFFCRYPTO] sections 2.3.4.4 and 2.3.5.4
			encrypted = true
		case "WordDocument":
			f.Type = typeDOC
			// The flag fEncrypted of the file information block, [MS-DOC] section 2.5.2.
			if b := c.begin(e); len(b) > 11 && b[11]&1 != 0 {
				encrypted = true
			}
		case "Workbook", "Book":
			f.Type = typeXLS
			if xlsEncrypted(c.begin(e)) {
				encrypted = true
			}
		case "PowerPoint Document":
			f.Type = typePPT
		case "__properties_version1.0":
			f.Type = typeMSG
		}
	}
	if encrypted {
		f.Unreadable = UnreadableEncrypted
	}
	if macros {
		f.danger(DangerMacros)
	}
	if !whole && !encrypted {
		f.Unreadable = UnreadableTruncated
		f.warn(warnOfficeCut)
	}
}

// xlsEncrypted says whether a FilePass record follows the first record of a
// workbook, with at most a few others between ([MS-XLS] section 2.4.117).
func xlsEncrypted(b []byte) bool {
	for n := 0; n < 4 && len(b) >= 4; n++ {
		if binary.LittleEndian.Uint16(b) == 0x2F {
			return true
		}
		size := 4 + int(binary.LittleEndian.Uint16(b[2:]))
		b = b[min(size, len(b)):]
	}
	return false
}
