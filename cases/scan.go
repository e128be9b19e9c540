package cases

// ScanState is what the antivirus says of a file.
type ScanState string

const (
	NotScanned      ScanState = "not_scanned" // no antivirus was configured
	ScanPending     ScanState = "pending"     // it has yet to be asked
	ScanClean       ScanState = "clean"
	ScanInfected    ScanState = "infected"
	ScanUnavailable ScanState = "unavailable" // it was asked and could not say
)

// Scan is the word of the antivirus on a file. The zero Scan is NotScanned.
type Scan struct {
	State  ScanState
	Detail string // the signature that was found, or why there is no verdict
	GaveUp bool   // without a verdict, and asking again would bring none
}

// Settled reports whether the antivirus need not be asked again.
func (s Scan) Settled() bool {
	return s.State == ScanClean || s.State == ScanInfected || s.GaveUp
}

// ScannedMail is the word of the antivirus on files of one mail.
type ScannedMail struct {
	MailID int64
	Files  []ScannedFile
}

// ScannedFile is its word on one deposited file, and on all that is in it.
type ScannedFile struct {
	PartID string
	Scan
}

// AsksAgain reports whether the candidate of a case in that phase is asked to send
// an infected file again: all are, so that the letter tells nothing of what staff
// think of the dossier, but those whose case is none any more.
func (p Phase) AsksAgain() bool {
	return !p.SetAside()
}
