package content

import (
	"regexp"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

const (
	typeDOC  = "application/msword"
	typeXLS  = "application/vnd.ms-excel"
	typePPT  = "application/vnd.ms-powerpoint"
	typeMSG  = "application/vnd.ms-outlook"
	ooxml    = "application/vnd.openxmlformats-officedocument."
	typeDOCX = ooxml + "wordprocessingml.document"
	typeXLSX = ooxml + "spreadsheetml.sheet"
	typePPTX = ooxml + "presentationml.presentation"
	odf      = "application/vnd.oasis.opendocument."
	pages    = "application/vnd.apple.pages"
	numbers  = "application/vnd.apple.numbers"
	keynote  = "application/vnd.apple.keynote"
)

// claimedTypes says which content the extension of a document promises.
var claimedTypes = map[string][]string{
	"pdf": {typePDF}, "rtf": {"text/rtf"},
	"doc": {typeDOC, "text/rtf"}, "dot": {typeDOC}, "xls": {typeXLS}, "xlt": {typeXLS}, "ppt": {typePPT}, "pps": {typePPT},
	"docx": {typeDOCX}, "xlsx": {typeXLSX}, "pptx": {typePPTX},
	"docm": {typeDOCM, typeDOCX}, "xlsm": {typeXLSM, typeXLSX}, "pptm": {typePPTM, typePPTX}, "xlsb": {typeXLSB},
	"dotx": {typeDOTX}, "xltx": {typeXLTX}, "potx": {typePOTX}, "ppsx": {typePPSX}, "msg": {typeMSG},
	"odt": {odf + "text"}, "ods": {odf + "spreadsheet"}, "odp": {odf + "presentation"}, "odg": {odf + "graphics"},
	"pages": {pages}, "numbers": {numbers}, "key": {keynote},
	"jpg": {"image/jpeg"}, "jpeg": {"image/jpeg"}, "png": {"image/png", "image/apng"}, "gif": {"image/gif"},
	"tif": {"image/tiff"}, "tiff": {"image/tiff"}, "bmp": {"image/bmp"}, "webp": {"image/webp"},
	"heic": {"image/heic", "image/heif"}, "heif": {"image/heic", "image/heif"}, "svg": {typeSVG},
	"zip": {typeZIP}, "7z": {"application/x-7z-compressed"}, "rar": {"application/vnd.rar"},
	"txt": {typeText}, "csv": {"text/csv"}, "html": {typeHTML, typeXHTML}, "htm": {typeHTML, typeXHTML},
	"xml": {"text/xml"}, "json": {"application/json"}, "ics": {typeCalendar}, "vcf": {typeCard}, "eml": {"message/rfc822"},
	"p7m": {typePKCS7}, "p7s": {typePKCS7Sig}, "mp4": {"video/mp4"}, "mov": {"video/quicktime"}, "mp3": {"audio/mpeg"},
}

// lookClaims warns when the content is neither what the extension nor what the
// mail says. One of the two being right, or saying nothing, is common and harmless.
func lookClaims(name, declaredType string, f *File) {
	ext, _ := extensions(name)
	byName := claimedTypes[ext]
	declared := bareType(declaredType)
	silent := declared == "" || declared == typeUnknown || mimetype.Lookup(declared) == nil && !knownType(declared)
	switch {
	case byName == nil && silent:
		return
	case byName != nil && agreesAny(f.Type, byName), !silent && agrees(f.Type, declared):
		return
	}
	found := f.Type
	if found == typeUnknown {
		found = "of no known type"
	}
	switch {
	case silent:
		f.warn(warnTypeName, found, ext)
	case byName == nil:
		f.warn(warnTypeDeclared, found, declared)
	default:
		f.warn(warnTypeBoth, found, ext, declared)
	}
}

// lookUnknown judges bytes of no known type. Under the name of a document whose
// bytes always show, they are a damaged one; else a person may know what they are.
func lookUnknown(name, declaredType string, f *File) {
	ext, before := extensions(name)
	part := volume(ext, before) && (f.Type == typeUnknown || f.Type == typeZIP || f.Unreadable == UnreadableArchive)
	if part || bareType(declaredType) == "message/partial" { // RFC 2046 section 5.2.2
		f.Unreadable, f.Members = UnreadableSplit, nil
		f.warn(warnSplit)
		return
	}
	if f.Type != typeUnknown || f.Unreadable != "" {
		return
	}
	f.Unknown = true
	for _, t := range claimedTypes[ext] {
		if strings.Contains(recognised, " "+t+" ") {
			f.Unreadable = UnreadableTruncated
			f.warn(warnNotWhatItSays, ext)
			return
		}
	}
}

var volumeWritten = regexp.MustCompile(`^(?:[zr][0-9]{2}|[0-9]{3})$`)

// volume reports whether a name is that of one volume of an archive cut into
// several: "dossier.zip.001", "dossier.z01", "dossier.r00".
func volume(ext, before string) bool {
	if !volumeWritten.MatchString(ext) {
		return false
	}
	return ext[0] > '9' || before == "zip" || before == "7z" || before == "rar"
}

func knownType(t string) bool {
	for _, types := range claimedTypes {
		for _, known := range types {
			if t == known {
				return true
			}
		}
	}
	return false
}

func agreesAny(content string, claims []string) bool {
	for _, c := range claims {
		if agrees(content, c) {
			return true
		}
	}
	return false
}

// agrees says whether content may be what claim names: the same type under any
// of its names, a special case of it (a spreadsheet is a ZIP archive), or a
// text whose kind its bytes do not show.
func agrees(content, claim string) bool {
	if content == claim || content == typeUnknown && !strings.Contains(recognised, " "+claim+" ") {
		return true
	}
	c, k := mimetype.Lookup(content), mimetype.Lookup(claim)
	if c != nil && k != nil {
		for m := c; m != nil; m = m.Parent() {
			if m.Is(k.String()) && m.String() != typeUnknown {
				return true
			}
		}
	}
	text := func(t string, m *mimetype.MIME) bool {
		return strings.HasPrefix(t, "text/") || m != nil && m.Parent() != nil && m.Parent().Is(typeText)
	}
	return text(content, c) && text(claim, k) && content != typeHTML && content != typeXHTML && !scriptTypes[content]
}

// recognised are the types that would have shown in the bytes: content of no
// known type cannot be one of them.
const recognised = " " + typePDF + " " + typeZIP + " " + typeDOC + " " + typeXLS + " " + typePPT + " " + typeDOCX + " " + typeXLSX + " " +
	typePPTX + " " + odf + "text " + odf + "spreadsheet " + odf + "presentation image/jpeg image/png image/gif image/tiff image/webp "
