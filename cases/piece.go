package cases

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Status is the state of a piece in a dossier.
type Status string

const (
	Missing     Status = "missing"
	Present     Status = "present"
	Doubtful    Status = "doubtful"   // blank or repairable: counts, a person will look
	Unreadable  Status = "unreadable" // received, cannot be opened
	ByLink      Status = "by_link"    // a link came instead of the file
	Infected    Status = "infected"
	Refused     Status = "refused" // by staff
	NotRequired Status = "not_required"
)

// Counts reports whether a piece in that state counts for completeness.
func (s Status) Counts() bool { return s == Present || s == Doubtful }

// rank orders the states in which a file can leave a piece, best last.
func (s Status) rank() int {
	return slices.Index([]Status{Missing, ByLink, Refused, Infected, Unreadable, Doubtful, Present}, s)
}

// File is a deposited file, as far as a dossier is concerned.
type File struct {
	MailID   int64
	Part     string // the part's ID within its mail
	Filename string
	Size     int64
	SHA256   string

	At time.Time // the instant of reception that counts
	// Timeliness is the verdict that counts: of staff where they arbitrated, else
	// of the evidence, which Evidence keeps.
	Timeliness, Evidence Timeliness
	// Added marks the file of a sender who holds a letter of ours but was
	// unknown to the case: it completes, it replaces nothing.
	Added    bool
	State    Status // Present, or something less
	Fault    string // why it is not Present, as a stable code: encrypted, empty, truncated …
	Suggests []Suggestion
	Said     Said // by staff

	// Asked are the pieces, by id, for which a file received after the deadline
	// counts all the same: a complement had asked for them. Missed marks one that
	// came after a complement had been asked, and answers none in time.
	Asked  []string
	Missed bool
}

// counts reports whether the file is part of the dossier, rather than beside it;
// allLate: nothing of the dossier came in time.
func (f File) counts(allLate bool) bool {
	return f.Timeliness != Late || len(f.Asked) > 0 || allLate && !f.Missed
}

// DossierPiece is a piece with the files that stand for it, best first.
type DossierPiece struct {
	Piece  *Piece
	Status Status
	Files  []File
}

// Dossier is what a candidate has deposited, seen against the call's pieces.
type Dossier struct {
	Pieces   []DossierPiece
	Unsorted []File // deposited, not recognised as any piece: à classer
	Other    []File // staff said that they are no piece
	Late     []File // after the deadline: kept beside the dossier, counting for nothing
}

// NewDossier sorts the files of a case, given in order of arrival, into the
// call's pieces. Late files never stand beside on-time ones: they count only
// in a dossier where everything is late, or for the pieces that a complement
// asked for.
func NewDossier(c *Call, files []File) Dossier {
	var d Dossier
	var counted []File
	allLate := BestTimeliness(files) == Late
	for _, f := range files {
		if f.counts(allLate) {
			counted = append(counted, f)
		} else {
			d.Late = append(d.Late, f)
		}
	}
	for i := range c.Pieces {
		d.Pieces = append(d.Pieces, DossierPiece{Piece: &c.Pieces[i]})
	}
	for _, f := range counted {
		sorted := false
		for i := range d.Pieces {
			if f.countsFor(d.Pieces[i].Piece.ID) {
				d.Pieces[i].Files = append(d.Pieces[i].Files, f.as(d.Pieces[i].Piece))
				sorted = true
			}
		}
		switch {
		case sorted:
		case f.Said.Verdict == SaidNone:
			d.Other = append(d.Other, f)
		case len(f.Suggests) > 0 && len(f.Asked) > 0:
			d.Late = append(d.Late, f) // a piece that was not asked for
		default:
			d.Unsorted = append(d.Unsorted, f)
		}
	}
	for i := range d.Pieces {
		d.Pieces[i].settle()
	}
	return d
}

// standsFor reports whether the file counts for the piece: by a strong
// suggestion, or by a weak one where it has no strong one.
func (f File) standsFor(piece string) bool {
	hasStrong := slices.ContainsFunc(f.Suggests, func(s Suggestion) bool { return !s.Weak })
	return slices.ContainsFunc(f.Suggests, func(s Suggestion) bool {
		return s.Piece == piece && (!s.Weak || !hasStrong)
	})
}

// countsFor reports whether the file, which is part of the dossier, counts for
// the piece.
func (f File) countsFor(piece string) bool {
	return f.standsFor(piece) && (f.Timeliness != Late || len(f.Asked) == 0 || slices.Contains(f.Asked, piece))
}

// as gives the file as it stands for a piece: doubtful, for a person to look at,
// where it has not one of the formats that the piece is asked for in.
func (f File) as(p *Piece) File {
	if f.State == Present && !p.HasFormat(f.Filename) {
		f.State, f.Fault = Doubtful, FaultFormat
	}
	return f
}

// Fit gives the file as it stands for the pieces of the call that it stands for.
func (f File) Fit(c *Call) File {
	for i := range c.Pieces {
		if f.standsFor(c.Pieces[i].ID) {
			f = f.as(&c.Pieces[i])
		}
	}
	return f
}

const (
	// FaultFormat is the fault of a file that has not the format asked for.
	FaultFormat = "format"
	// FaultUnread is that of a file over which its reader met its limits, or crashed.
	FaultUnread = "unread"
	// FaultUnknown is that of a file of which nothing tells what it is.
	FaultUnknown = "unknown"
	// FaultEmbedded is that of a PDF that carries other files, which are not opened.
	FaultEmbedded = "embedded"
	// FaultBlankForm is that of our own form, sent back without an answer.
	FaultBlankForm = "blank_form"
)

// settle orders the files of a piece, best first and of equals the newest
// first, and derives the state of the piece from the best of them.
func (p *DossierPiece) settle() {
	slices.Reverse(p.Files)
	slices.SortStableFunc(p.Files, func(a, b File) int {
		if a.State.rank() != b.State.rank() {
			return cmp.Compare(b.State.rank(), a.State.rank())
		}
		return cmp.Compare(boolInt(a.Added), boolInt(b.Added))
	})
	switch {
	case len(p.Files) > 0:
		p.Status = p.Files[0].State
	case p.Piece.Required:
		p.Status = Missing
	default:
		p.Status = NotRequired
	}
}

// Complete reports whether something was deposited and every required piece is
// there. A call without required pieces is complete with its first file.
func (d Dossier) Complete() bool {
	deposited := len(d.Unsorted) > 0
	for _, p := range d.Pieces {
		if p.Piece.Required && !p.Status.Counts() {
			return false
		}
		deposited = deposited || len(p.Files) > 0
	}
	return deposited
}

// Empty reports whether nothing at all was deposited.
func (d Dossier) Empty() bool {
	return len(d.Unsorted) == 0 && len(d.Other) == 0 && len(d.Late) == 0 &&
		!slices.ContainsFunc(d.Pieces, func(p DossierPiece) bool { return len(p.Files) > 0 })
}

// Missing gives the labels of the required pieces that do not count yet.
func (d Dossier) Missing() []string {
	return d.labels(func(p DossierPiece) bool { return p.Piece.Required && !p.Status.Counts() })
}

// Present gives the labels of the pieces that are there.
func (d Dossier) Present() []string {
	return d.labels(func(p DossierPiece) bool { return p.Status.Counts() })
}

// ByLink gives the labels of the pieces for which only a link came.
func (d Dossier) ByLink() []string {
	return d.labels(func(p DossierPiece) bool { return p.Status == ByLink })
}

// Unfilled gives the labels of the required pieces for which nothing better came
// than our own form without an answer.
func (d Dossier) Unfilled() []string {
	return d.labels(func(p DossierPiece) bool {
		return p.Piece.Required && len(p.Files) > 0 && p.Files[0].Fault == FaultBlankForm
	})
}

// Link marks the pieces, by id, for which a link came. A file of any kind for a
// piece tells more than a link does.
func (d *Dossier) Link(pieces []string) {
	for i := range d.Pieces {
		if p := &d.Pieces[i]; len(p.Files) == 0 && slices.Contains(pieces, p.Piece.ID) {
			p.Status = ByLink
		}
	}
}

func (d Dossier) labels(want func(DossierPiece) bool) []string {
	var out []string
	for _, p := range d.Pieces {
		if want(p) {
			out = append(out, p.Piece.Label)
		}
	}
	return out
}

// DepositedAt gives the instant of the deposit that completed the dossier, else
// of the first that counts; files are given in order of reception. An infected
// file stands for no piece, but it was received when it was. The zero time means
// that nothing was deposited.
func DepositedAt(c *Call, files []File) time.Time {
	best := BestTimeliness(files)
	var counted []File
	for i, f := range files {
		if f.State == Infected {
			f.State = Present
		}
		if f.Timeliness == Late && best != Late {
			continue
		}
		counted = append(counted, f)
		last := i+1 == len(files) || files[i+1].MailID != f.MailID
		if last && NewDossier(c, counted).Complete() {
			return f.At
		}
	}
	if len(counted) == 0 {
		return time.Time{}
	}
	return counted[0].At
}

// Undecided reports whether the verdict of a person on a deposit would change
// what the deadline makes of the case: something is to arbitrate that did not
// come in time by another way, and without it no complete dossier was there.
func Undecided(c *Call, files []File) bool {
	var sure []File
	inTime := make(map[string]bool)
	for _, f := range files {
		if f.Timeliness != ToArbitrate {
			sure = append(sure, f)
			inTime[f.SHA256] = inTime[f.SHA256] || f.Timeliness == OnTime
		}
	}
	open := slices.ContainsFunc(files, func(f File) bool { return f.Timeliness == ToArbitrate && !inTime[f.SHA256] })
	return open && (BestTimeliness(sure) != OnTime || !NewDossier(c, sure).Complete())
}

// BestTimeliness gives the best verdict among the files, none without files.
func BestTimeliness(files []File) Timeliness {
	var best Timeliness
	for _, f := range files {
		if f.Timeliness.Better(best) {
			best = f.Timeliness
		}
	}
	return best
}

// BestEvidence is BestTimeliness by the evidence alone.
func BestEvidence(files []File) Timeliness {
	var best Timeliness
	for _, f := range files {
		if f.Evidence.Better(best) {
			best = f.Evidence
		}
	}
	return best
}

// Completeness is the state of a dossier as a whole.
type Completeness string

const (
	Complete   Completeness = "complete"
	Incomplete Completeness = "incomplete"
)

// Completeness says whether the dossier is complete.
func (d Dossier) Completeness() Completeness {
	if d.Complete() {
		return Complete
	}
	return Incomplete
}

// Labels gives the labels of the pieces that a file stands for.
func (f File) Labels(c *Call) []string {
	var out []string
	for _, p := range c.Pieces {
		if f.standsFor(p.ID) {
			out = append(out, p.Label)
		}
	}
	return out
}

// HasFormat reports whether the piece accepts the file's extension.
func (p *Piece) HasFormat(filename string) bool {
	if len(p.Formats) == 0 {
		return true
	}
	ext := filename[strings.LastIndexByte(filename, '.')+1:]
	return slices.ContainsFunc(p.Formats, func(f string) bool { return strings.EqualFold(strings.TrimPrefix(f, "."), ext) })
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
