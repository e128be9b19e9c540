package cases

import (
	"slices"
	"time"
)

// Complement is a request of staff for pieces of a dossier under examination.
// Files received between its asking and its due instant count for the pieces
// asked for, though they are late against the deadline of the call: that verdict
// stands, the complement has one of its own. It ends when every piece asked for
// is here, or at its due instant; files received until then count even after it
// has ended.
type Complement struct {
	ID      int64
	Pieces  []Asked
	Message string // to the candidate, by staff
	AskedAt time.Time
	AskedBy string
	Due     time.Time         // the last good second
	EndedAt time.Time         // zero: it stands
	Outcome ComplementOutcome // "": it stands
}

// Asked is a piece asked for.
type Asked struct {
	Piece string `json:"piece"` // id
	Why   string `json:"why"`   // for the candidate, in French
}

// ComplementRequest is a complement as staff ask for it.
type ComplementRequest struct {
	Ref     string
	Pieces  []Asked // one without a reason gets that of its state
	Due     time.Time
	Message string // may be empty
	Form    string // of the form that was sent; "": none. Sent twice, it owes one letter
}

// ComplementOutcome is how a complement ended.
type ComplementOutcome string

const (
	ComplementMet       ComplementOutcome = "met"
	ComplementPassed    ComplementOutcome = "passed"    // its due instant
	ComplementWithdrawn ComplementOutcome = "withdrawn" // by staff; what came before counts
)

// Takes reports whether files received at that instant answer the complement in
// time; instants are compared in whole seconds.
func (c *Complement) Takes(at time.Time) bool {
	until := c.Due
	if c.Outcome == ComplementWithdrawn && c.EndedAt.Before(until) {
		until = c.EndedAt
	}
	at = at.Truncate(time.Second)
	return !at.Before(c.AskedAt.Truncate(time.Second)) && !at.After(until)
}

// Missing gives the pieces asked for of which no file came that counts.
func (c *Complement) Missing(call *Call, files []File) []Asked {
	var out []Asked
	for _, a := range c.Pieces {
		piece := call.Piece(a.Piece)
		here := slices.ContainsFunc(files, func(f File) bool {
			if !c.Takes(f.At) || !f.countsFor(a.Piece) {
				return false
			}
			if piece != nil {
				f = f.as(piece)
			}
			return f.State.Counts()
		})
		if !here {
			out = append(out, a)
		}
	}
	return out
}

// Complements are those of a case, in the order in which they were asked.
type Complements []Complement

// Open gives the one that stands, or nil.
func (cs Complements) Open() *Complement {
	for i := range cs {
		if cs[i].Outcome == "" {
			return &cs[i]
		}
	}
	return nil
}

// Answered gives the complement that files received at an instant answer, and
// whether they came in time: the newest of those in whose time they came, else
// the newest asked before. nil: none had been asked.
func (cs Complements) Answered(at time.Time) (c *Complement, verdict Timeliness) {
	for i := range cs {
		switch {
		case cs[i].Takes(at):
			c, verdict = &cs[i], OnTime
		case verdict != OnTime && cs[i].Outcome != ComplementWithdrawn && at.After(cs[i].Due):
			c, verdict = &cs[i], Late
		}
	}
	return c, verdict
}

// Mark gives the files with what the complements of their case make of those
// that are late against the deadline.
func (cs Complements) Mark(files []File) []File {
	for i, f := range files {
		files[i].Asked, files[i].Missed = nil, false
		if f.Timeliness != Late {
			continue
		}
		for j := range cs {
			if !cs[j].Takes(f.At) {
				files[i].Missed = files[i].Missed || cs[j].Outcome != ComplementWithdrawn && f.At.After(cs[j].Due)
				continue
			}
			for _, a := range cs[j].Pieces {
				files[i].Asked = append(files[i].Asked, a.Piece)
			}
		}
	}
	return files
}

// Apply moves a case to where its complements put it, from the phase in which it
// would stand without them.
func (cs Complements) Apply(p Phase) Phase {
	for _, c := range cs {
		if c.Outcome == ComplementWithdrawn {
			continue
		}
		p, _ = Next(p, ComplementAsked)
		if c.Outcome != "" {
			p, _ = Next(p, ComplementEnded)
		}
	}
	return p
}

// AskablePiece is a piece that a complement may ask for.
type AskablePiece struct {
	ID, Label string
	Status    Status
	Why       string // a reason for the candidate, in French; "": the piece is there
	Proposed  bool   // it is required and missing, or what came cannot be used
}

// Askable gives the pieces that a complement may ask for, in the call's order.
func (d Dossier) Askable() []AskablePiece {
	var out []AskablePiece
	for _, p := range d.Pieces {
		out = append(out, AskablePiece{ID: p.Piece.ID, Label: p.Piece.Label, Status: p.Status, Why: d.reason(p),
			Proposed: !p.Status.Counts() && (p.Piece.Required || p.Status != NotRequired)})
	}
	return out
}

// reason says in French why a piece is asked for.
func (d Dossier) reason(p DossierPiece) string {
	fault := ""
	if len(p.Files) > 0 {
		fault = p.Files[0].Fault
	}
	switch p.Status {
	case Missing, NotRequired:
		if slices.ContainsFunc(d.Late, func(f File) bool { return f.standsFor(p.Piece.ID) }) {
			return "reçue après la date limite ; renvoyez-la pour qu’elle compte"
		}
		return "pièce non reçue"
	case ByLink:
		return "un lien est venu à la place du fichier, et nous n’ouvrons aucun lien"
	case Infected:
		return "notre contrôle de sécurité a retenu le fichier reçu"
	case Refused:
		return "le fichier reçu ne convient pas"
	}
	switch fault {
	case "encrypted":
		return "le fichier reçu est protégé par un mot de passe"
	case "empty", "no_pages", "blank":
		return "le fichier reçu est vide"
	case "truncated":
		return "le fichier reçu est incomplet ou abîmé"
	case FaultBlankForm:
		return "le formulaire reçu est sans réponse"
	case FaultFormat:
		return "le fichier reçu n’a pas le format demandé"
	}
	if p.Status == Unreadable {
		return "nous n’avons pas pu ouvrir le fichier reçu"
	}
	return ""
}

// complementDays is how long a candidate has by default.
const complementDays = 10

// DefaultDue is the due instant proposed for a complement asked now: ten days
// later at 17:00 in that zone, and never on a weekend.
func DefaultDue(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	due := time.Date(y, m, d+complementDays, 17, 0, 0, 0, zone)
	for due.Weekday() == time.Saturday || due.Weekday() == time.Sunday {
		due = due.AddDate(0, 0, 1)
	}
	return due
}

// ComplementSheet is a complement as outsiders read it.
type ComplementSheet struct {
	ID      int64             `json:"id"`
	Pieces  []AskedSheet      `json:"pieces"`
	Message string            `json:"message,omitempty"`
	AskedAt *time.Time        `json:"asked_at"`
	AskedBy string            `json:"asked_by"`
	Due     *time.Time        `json:"due"`
	EndedAt *time.Time        `json:"ended_at"`          // null while it stands
	Outcome ComplementOutcome `json:"outcome,omitempty"` // met, passed, withdrawn
}

// AskedSheet is a piece asked for, and whether it came.
type AskedSheet struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Why   string `json:"why,omitempty"`
	Here  bool   `json:"here"`
}

// ComplementVerdict is what a late mail is to a complement: its verdict against
// the deadline of the call stands beside.
type ComplementVerdict struct {
	ID         int64      `json:"id"`
	Due        *time.Time `json:"due"`
	Timeliness Timeliness `json:"timeliness"` // on_time or late
}
