package cases

// Arrival is a mail to be filed, its raw bytes already in the archive. An
// imported mail has no UID.
type Arrival struct {
	Source Source
	Mail   Mail
}

// Unassessed is a mail with those of its files that are yet to be looked into, or
// to be judged by the antivirus.
type Unassessed struct {
	MailID    int64
	RawSHA256 string
	Size      int64  // of the raw file
	Parts     []Part // its deposited files, found in the raw mail
}

// WarnDangerous begins a warning that a file could do harm to who opens it; the code
// of the danger follows.
const WarnDangerous = "dangerous: "

// Finding is what looking into one deposited file told.
type Finding struct {
	PartID       string
	DetectedType string
	State        Status // Present, Doubtful or Unreadable
	Fault        string // why it is not Present, as a stable code
	Reading      Reading
	Warnings     []string // for staff; see WarnDangerous
	Members      []Member // of an archive that could be opened
	Scan         Scan     // of the file with all that is in it; not of a member
}

// Member is a file inside a deposited archive.
type Member struct {
	Part Part
	Finding
}

// Assessment is the opinion formed of one mail.
type Assessment struct {
	MailID   int64
	Findings []Finding
}
