package cases

import (
	"regexp"
	"time"
)

// Call is one edition of a call for projects, as the operator configured it.
type Call struct {
	ID        string   // stable, e.g. "hubs-2018"
	Name      string   // as published
	Aliases   []string // other names in use
	Reference string   // prefix of case references, e.g. "HUB18"

	Opens       time.Time      // first instant at which mail belongs to the call
	Deadline    time.Time      // last good second
	Location    *time.Location // the zone in which the deadline was published
	Arbitration time.Duration  // after the deadline, how long a person decides; 0: never
	Settle      time.Duration  // after the deadline, how long mail may still be under way to the mailbox
	LateUntil   time.Duration  // after the deadline, how long a first deposit still opens a (late) case

	Envelope int64 // EUR, 0 when not published
	// PriorityRegions are the regions served first; empty: the call has no such rule.
	PriorityRegions []string
	Pieces          []Piece
	Reminders       []Reminder
	Pack            []PackFile // the files attached to the pack letter
}

// Piece is one document that a dossier may or must hold.
type Piece struct {
	ID, Label string
	Required  bool
	// RequiredIf are circumstances in which the piece is required too.
	RequiredIf []Circumstance
	// Because is the circumstance for which For requires the piece, "" where the call
	// requires it of everybody, or nobody does.
	Because Circumstance
	Formats []string // accepted file name extensions without dot; empty: any

	// Patterns over folded file names (see Fold). A file whose name matches
	// Unless is never suggested for the piece; one that matches only Weak is
	// suggested where nothing stronger is.
	Match, Unless, Weak []*regexp.Regexp
	// Content are patterns over the folded text of a document, beside what is
	// known of documents of the kind (see kinds).
	Content []*regexp.Regexp
}

// Reminder is a schedule of reminders within a window of whole calendar days
// counted back from the day of the deadline, in the call's zone.
type Reminder struct {
	ID        string
	Schedule  Schedule
	FromDays  int // first day of the window: so many days before the deadline's day
	UntilDays int // last day of the window
}

// Schedule is what a cron expression means: the first instant after t.
// The zero time means never again.
type Schedule interface{ Next(t time.Time) time.Time }

// PackFile is a file of the application pack, attached as it is.
type PackFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Open reports whether mail received at t falls in the call's window, both
// ends included; t is compared in whole seconds.
func (c *Call) Open(t time.Time) bool {
	t = t.Truncate(time.Second)
	return !t.Before(c.Opens) && !t.After(c.Deadline)
}

// Piece gives the piece with that id, or nil.
func (c *Call) Piece(id string) *Piece {
	for i := range c.Pieces {
		if c.Pieces[i].ID == id {
			return &c.Pieces[i]
		}
	}
	return nil
}

// InPack reports whether a file with that SHA-256 is one of the pack's own:
// a form sent back untouched is not a deposit.
func (c *Call) InPack(sha256 string) bool {
	for _, f := range c.Pack {
		if f.SHA256 == sha256 {
			return true
		}
	}
	return false
}

// Calls are the editions served by one mailbox.
type Calls []*Call

// ByID gives the call with that id, or nil.
func (cs Calls) ByID(id string) *Call {
	for _, c := range cs {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// At gives the call open at t, or nil between editions.
func (cs Calls) At(t time.Time) *Call {
	for _, c := range cs {
		if c.Open(t) {
			return c
		}
	}
	return nil
}

// Latest gives the last call that had opened by t, or nil before the first.
func (cs Calls) Latest(t time.Time) *Call {
	var last *Call
	for _, c := range cs {
		if !c.Opens.After(t) && (last == nil || c.Opens.After(last.Opens)) {
			last = c
		}
	}
	return last
}

// Next gives the first call that opens after t, or nil.
func (cs Calls) Next(t time.Time) *Call {
	var next *Call
	for _, c := range cs {
		if c.Opens.After(t) && (next == nil || c.Opens.Before(next.Opens)) {
			next = c
		}
	}
	return next
}
