// Package content tells what a file is from its bytes: its type, what it says,
// whether a person could read it, what makes it dangerous, and what a ZIP
// archive holds.
//
// It promises an answer for any bytes. A file that is damaged, encrypted, built
// to exhaust its reader, or of an unknown type is not an error but a finding
// in File; the only errors are those of the reader (and of the temporary file
// that holds an archive inside an archive). Time grows with the size of the
// file and memory stays under 32 MB, whatever the bytes claim about themselves,
// but for PDFs, which a Reader reads in at most 130 MB more. A Child does all of
// it in a process that can reach nothing but the file, so that a fault in what
// reads files costs that file its reading and nothing else.
//
// Nothing is believed because the file or its sender says so: the declared
// type and the extension are only compared with the content.
package content

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// File is what looking into a file's bytes tells.
type File struct {
	// Type is the media type by content, without parameters, for example
	// "application/pdf"; "application/octet-stream" when unknown.
	Type string
	// Unreadable is empty for a file that opens, else one of the Unreadable
	// codes below.
	Unreadable string
	// Blank says that the file opens but has nothing to see: a text of white
	// space, an archive without members, a document without text and pictures, a
	// scan of white sheets.
	Blank bool
	// Dangerous holds the Danger codes below, each at most once.
	Dangerous []string
	// Warnings are English sentences for staff.
	Warnings []string
	// Unread says that reading passed its limits or crashed, or was left alone as
	// too dangerous, so that Text and Fields are missing: a person should open the
	// file, with care.
	Unread bool
	// Unknown says that nothing tells what the bytes are: neither they nor, where
	// Unreadable is empty too, a name that promises something else.
	Unknown bool
	// Text is what the first pages say, as UTF-8 with tidied white space, at most
	// 64 KB; empty where nothing could be read, as in a scan.
	Text string
	// Pages is the number of pages or slides, 0 where it is not known.
	Pages int
	// Width and Height are those of an image, in pixels; 0 where not known.
	Width, Height int
	// Sheets are the names of a workbook's sheets, in their order.
	Sheets []string
	// Fields are the answers of a form, in the order of the document; a field
	// left empty is there with an empty Value.
	Fields []Field
	// Members are the files of a ZIP archive, those of nested archives
	// included, in the order of the archive. Office documents have none.
	Members []Member

	shown *Shown // takes its cells; nil: they are not asked for
}

// Field is an answer in a form: a PDF form field, a content control of a text
// document, a named cell of a workbook.
type Field struct {
	// Name is what the form's maker called it, which is not shown to who fills it
	// in; the label where a writer has lost the name, as some do on saving.
	Name string
	// Label is what is shown or read aloud of it, empty where there is nothing.
	Label string
	// Value is the answer as text; "oui" for a ticked box.
	Value string
}

// Member is one file of a ZIP archive.
type Member struct {
	// Path is the decoded name, with slashes; that of a member of a nested
	// archive begins with the archive's own. It may contain "..": it is a label
	// to show and to match, never a path to write to.
	Path string
	// Index is the member's index in the archive's directory, one for each
	// level of nesting; OpenMember takes it.
	Index []int
	// Size is the decoded size in bytes, as the archive claims it; it is
	// checked whenever SHA256 is set.
	Size int64
	// SHA256 is the hex digest of the decoded bytes; empty when they could not
	// be decoded, and then Unreadable says why.
	SHA256 string
	// File is what the member itself is. Its own Members are always nil: those
	// of a nested archive stand in the outermost File, with a longer Index.
	File
}

// Codes of File.Unreadable. They are stored: a code once given keeps its meaning.
const (
	UnreadableEmpty     = "empty"     // no bytes, or zero bytes only
	UnreadableEncrypted = "encrypted" // a password or a key is needed
	UnreadableTruncated = "truncated" // the end is missing, or the bytes are damaged
	UnreadableShortcut  = "shortcut"  // points to a file or page that did not come with it
	UnreadableArchive   = "archive"   // an archive or a compression that is not opened here
	UnreadableBomb      = "bomb"      // members, depth or decoded size pass the limits
	UnreadableNoPages   = "no_pages"  // a PDF without pages
	UnreadableRedirect  = "redirect"  // a web page that only leads to another
	UnreadableLink      = "link"      // a text that is nothing but a link
	UnreadableProgram   = "program"   // a program or a script: no document to read

	UnreadableDiskImage = "disk_image" // a disk image, which is not opened
	UnreadableForeign   = "foreign"    // a format of one maker's programs: Pages, Numbers, OneNote, Access
	UnreadableSplit     = "split"      // one part of an archive, or of a mail, that was cut into several
)

// Codes of File.Dangerous. They are stored: a code once given keeps its meaning.
const (
	DangerExecutable      = "executable"       // a program, by content or extension
	DangerScript          = "script"           // a script, by content or extension
	DangerShortcut        = "shortcut"         // a shortcut of a desktop, which can run a command
	DangerDiskImage       = "disk_image"       // a disk image, which hides its files from scanners
	DangerContainer       = "container"        // a container that Windows or macOS opens by itself, to install or run what is in it
	DangerDoubleExtension = "double_extension" // "facture.pdf.exe"
	DangerBidiName        = "bidi_name"        // the name holds bidirectional control characters
	DangerPath            = "path"             // an archive member that wants to leave its folder
	DangerMacros          = "macros"           // an office document with macros
	DangerHTML            = "html"             // a web page
	DangerSVGScript       = "svg_script"       // an SVG image with script
	DangerActivePDF       = "active_pdf"       // a PDF with scripts, or that starts programs or sends data
	DangerEmbedded        = "embedded_files"   // a PDF that carries other files
	DangerPolyglot        = "polyglot"         // a file that is of two types at once
)

// Media types this package decides on by itself.
const (
	typeUnknown  = "application/octet-stream"
	typeText     = "text/plain"
	typePDF      = "application/pdf"
	typeZIP      = "application/zip"
	typeCFB      = "application/x-ole-storage"
	typeTNEF     = "application/ms-tnef"
	typePKCS7    = "application/pkcs7-mime"
	typePKCS7Sig = "application/pkcs7-signature"
	typeCalendar = "text/calendar"
	typeCard     = "text/vcard"
	typeLNK      = "application/x-ms-shortcut"
	typeURL      = "application/internet-shortcut"
	typeHTML     = "text/html"
	typeXHTML    = "application/xhtml+xml"
	typeSVG      = "image/svg+xml"
	typeOneNote  = "application/onenote"
	typeAccess   = "application/x-msaccess"
	typeAPPX     = "application/x-appx"
	typePGP      = "application/pgp-encrypted"
	typeEML      = "message/rfc822"
)

// Look reads a file of size bytes named name, declared as declaredType (either
// may be empty). It returns an error only when r, or the temporary file for an
// archive inside an archive, cannot be read; io.EOF before size bytes is a
// shorter file, not an error. PDFs are judged, not read: that takes a Reader.
func Look(r io.ReaderAt, size int64, name, declaredType string) (File, error) {
	return new(Reader).Look(r, size, name, declaredType)
}

// looker is one call of Look: the limits and scratch space that a file and all
// its members share.
type looker struct {
	fail     error    // the first error of a reader
	budget   int64    // bytes that may still be decoded
	spools   []*spool // one for each level of nesting, reused from member to member
	textLeft int      // bytes that may still be told of what files say
	begun    time.Time
	pdf      *pdfEngine // nil: PDFs are not read
	shallow  bool       // nothing is read
	shown    *Shown     // takes the cells of the outermost file; nil: they are not asked for
}

func newLooker(size int64) *looker {
	return &looker{budget: min(maxDecoded, max(minDecoded, maxRatio*min(size, maxDecoded))), textLeft: maxAllText, begun: time.Now()}
}

// look looks into one file; index is nil for the outermost file, else the place
// of the member in its archives.
func (l *looker) look(in input, name, declaredType string, index []int) File {
	var f File
	if index == nil {
		f.shown = l.shown
	}
	lookName(name, &f)
	if in.size <= 0 {
		f.Type, f.Unreadable = typeUnknown, UnreadableEmpty
		return f
	}
	f.Type = sniff(in, name)
	if second := polyglot(in, &f); second != "" {
		f.danger(DangerPolyglot)
		f.Unread = true
		f.warn("The file is of two types at once, %s and %s, as no program writes it: it was not opened.", f.Type, second)
		return f
	}
	switch {
	case f.Type == typePDF:
		lookPDF(in, &f)
		l.lookActive(in, &f)
	case isZIP(in):
		l.lookZIP(in, name, index, &f)
	case isCFB(in):
		lookCFB(in, &f)
	case strings.HasPrefix(f.Type, "image/") || strings.HasPrefix(f.Type, "video/"):
		lookImage(in, &f)
	case strings.HasPrefix(f.Type, "text/"):
		f.Blank = in.blank()
	case f.Type == typeUnknown && in.zeros():
		f.Unreadable = UnreadableEmpty
		f.warn(warnZeros)
	}
	lookType(in, name, &f)
	lookUnknown(name, declaredType, &f)
	l.read(in, &f)
	if f.Unreadable == "" {
		lookClaims(name, declaredType, &f)
	}
	l.spend(&f)
	return f
}

func (f *File) danger(code string) {
	if !slices.Contains(f.Dangerous, code) {
		f.Dangerous = append(f.Dangerous, code)
	}
}

func (f *File) warn(format string, args ...any) {
	f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
}
