package cases

import "time"

// Verdict is what a person can say of a deposited file.
type Verdict string

const (
	SaidPieces     Verdict = "pieces"     // it is these pieces
	SaidNone       Verdict = "none"       // it is no piece of the call
	SaidUnreadable Verdict = "unreadable" // a person cannot read it
	SaidRefused    Verdict = "refused"    // it is set aside, with a reason
)

// Said is the last word of staff on a file. It stands beside what was recognised
// in it, which is kept. The zero value: nobody said anything.
type Said struct {
	Verdict Verdict   `json:"verdict"`
	Pieces  []string  `json:"pieces,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Judged gives the file as staff see it. That they know what a file is does not
// make one readable that cannot be opened; of an infected file only the antivirus
// takes back what it said.
func (f File) Judged() File {
	switch f.Said.Verdict {
	case SaidPieces:
		f.Suggests = nil
		for _, p := range f.Said.Pieces {
			f.Suggests = append(f.Suggests, Suggestion{Piece: p, By: ByPerson})
		}
	case SaidNone:
		f.Suggests = nil
	case SaidUnreadable:
		if f.State != Infected {
			f.State, f.Fault = Unreadable, ""
		}
	case SaidRefused:
		if f.State != Infected {
			f.State, f.Fault = Refused, ""
		}
	}
	return f
}

// Unsorted reports whether nobody and nothing says yet what the file is.
func (f File) Unsorted() bool { return len(f.Suggests) == 0 && f.Said.Verdict != SaidNone }

// StandsFor gives the ids of the pieces of the call that the file stands for.
func (f File) StandsFor(c *Call) []string {
	var out []string
	for _, p := range c.Pieces {
		if f.standsFor(p.ID) {
			out = append(out, p.ID)
		}
	}
	return out
}

// SortedFile is a deposited file of a case with what was recognised in it, and
// why, and what staff said of it.
type SortedFile struct {
	FileSheet
	State    Status       `json:"state"`
	Fault    string       `json:"fault,omitempty"`
	Pieces   []string     `json:"pieces"` // that it stands for
	Suggests []Suggestion `json:"suggests"`
	Said     *Said        `json:"said"`
	Warnings []string     `json:"warnings"` // what looking into it told staff, dangers among it
}

// LabelledFile is a file of which staff said what it is, with what is needed to
// recognise it again.
type LabelledFile struct {
	Ref, Call string
	RawSHA256 string // of the mail that holds it
	Part      Part
	Words     string // of the mail
	Place     int    // see Evidence
	Files     int
	Pieces    []string // none: no piece
}
