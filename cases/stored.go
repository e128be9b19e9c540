package cases

import (
	"strings"
	"time"
)

// StoredFile is a file of a mail as staff may get it from the archive.
type StoredFile struct {
	FileContent
	RawSHA256 string // of the mail that holds it
	Locator   string // where in it
	Declared  string // media type, as the mail says
	Detected  string // media type by content; "": nobody looked into it
	Filed     bool   // deposited, or an archive of deposited files: looked into and scanned
	ToScan    bool   // the antivirus has yet to be asked, or asked again
	Furniture bool   // signature images and the like: nobody looks into them
	Said      *Said  // by staff; nil: nothing
	Sealed    bool   // a frozen version of its dossier holds it

	Ref        string // of the case of the mail, or beside which it waits; "": none
	Call       string // ID
	From       Address
	Subject    string
	ReceivedAt *time.Time
}

// StoredMail is a mail with all its files, as staff may get them.
type StoredMail struct {
	ID         int64
	RawSHA256  string
	Size       int64
	Oversize   bool // only its header is there
	Ref        string
	From       Address
	Subject    string
	ReceivedAt *time.Time
	Files      []StoredFile
}

// Handling is how staff may get a file.
type Handling string

const (
	HandleFreely  Handling = "freely"  // it is shown and downloaded
	HandleWarned  Handling = "warned"  // it could do harm: downloaded after a warning, never shown
	HandleLater   Handling = "later"   // not before the antivirus has judged it
	HandleNever   Handling = "never"   // a virus was found
	HandleMissing Handling = "missing" // its bytes were never had
)

// rank orders handlings, the strictest last.
func (h Handling) rank() int {
	return map[Handling]int{HandleFreely: 0, HandleWarned: 1, HandleLater: 2, HandleNever: 3, HandleMissing: 4}[h]
}

// dangerous marks the warnings that tell what could do harm in a file.
const dangerous = "dangerous: "

// Dangers gives the codes of what could do harm in the file.
func (f FileContent) Dangers() []string {
	var codes []string
	for _, w := range f.Warnings {
		if code, ok := strings.CutPrefix(w, dangerous); ok {
			codes = append(codes, code)
		}
	}
	return codes
}

// Handling tells how staff may get the file of the mail with that part ID;
// scanning: an antivirus is configured. What the antivirus says of an archive it
// says of all that is in it, and the other way round.
func (m StoredMail) Handling(part string, scanning bool) Handling {
	var file StoredFile
	pending := false
	for _, f := range m.Files {
		if f.Part == part {
			file = f
		}
		if !within(f.Part, part) && !within(part, f.Part) {
			continue
		}
		if f.Scan == ScanInfected {
			return HandleNever
		}
		pending = pending || f.ToScan || f.Scan == ScanPending || f.Filed && f.Scan == NotScanned
	}
	switch {
	case file.SHA256 == "":
		return HandleMissing
	case scanning && pending:
		return HandleLater
	case file.Detected == "" || len(file.Dangers()) > 0 || scanning && file.Scan != ScanClean:
		return HandleWarned
	}
	return HandleFreely
}

// WholeHandling tells how staff may get the mail itself, which holds all its files.
func (m StoredMail) WholeHandling(scanning bool) Handling {
	strictest := HandleFreely
	for _, f := range m.Files {
		h := m.Handling(f.Part, scanning)
		if h == HandleMissing || f.Furniture && h != HandleNever {
			continue
		}
		if h.rank() > strictest.rank() {
			strictest = h
		}
	}
	return strictest
}

// within reports whether a part is another, or was found in it.
func within(part, in string) bool {
	return part == in || strings.HasPrefix(part, in+"/") || strings.HasPrefix(part, in+".")
}
