package cases

import (
	"strings"
	"time"
)

// How long a member of staff stays signed in.
const (
	SessionIdle = 2 * time.Hour  // without doing anything
	SessionMost = 12 * time.Hour // whatever they do
)

// Colleague is a member of staff with an account on the desk.
type Colleague struct {
	ID       int64
	Name     string // signs the journal
	Password string // its argon2id hash; "": signs in by link only
	AddedAt  time.Time
	Disabled time.Time // zero: may sign in
	LastSeen time.Time // of the sessions that are open; zero: none
}

// SavedView is a list of cases that staff keep under a name.
type SavedView struct {
	ID     int64
	Name   string
	Asks   string // what stands after the ? in the address of the list
	Shared bool   // everybody has it
	By     string // who saved it
}

// OpenTask is a task for staff with what it is about; zero fields: about none.
type OpenTask struct {
	ID       int64
	Kind     string
	OpenedAt time.Time

	Ref, Candidate string // of the case
	Other          string // reference of the case that it may be one with

	MailID  int64
	From    Address
	Subject string
	Place   Place

	LetterID   int64
	LetterKind LetterKind
	LetterTo   string
	LastAnswer string

	Detail string    // in English
	DoneAt time.Time // zero: it is open
	DoneBy string    // "": what it asked for happened
	Word   string    // what became of it, as DoneBy said
}

// MailContent is what a mail says and carries.
type MailContent struct {
	Text   string // what it says anew, unquoted; its beginning
	Rest   string // what it quotes, and its signature; its beginning
	Answer bool   // a letter to its sender is owed when it joins a case
	Links  []string
	Files  []FileContent
}

// RestLines counts the lines of the rest that are not blank.
func (c MailContent) RestLines() (n int) {
	for line := range strings.Lines(c.Rest) {
		if strings.TrimSpace(line) != "" {
			n++
		}
	}
	return n
}

// FileContent is a file of a mail and what is known of it.
type FileContent struct {
	Mail       int64
	Part       string
	Filename   string
	Type       string // as detected, else as declared
	Size       int64
	SHA256     string
	Deposit    bool // counts as deposited
	State      Status
	Fault      string
	Suggests   []Suggestion
	Warnings   []string
	Scan       ScanState
	ScanDetail string
	MemberOf   string // the part it was found in
}

// PieceCount is how many cases of an edition have a piece in a state.
type PieceCount struct {
	ID, Label string
	Required  bool
	Status    Status
	Cases     int
}

// DepositCount is how many mails with a deposit came within a quarter of an hour.
type DepositCount struct {
	First time.Time // of them
	Mails int
}

// WaitingDecision is what a member of staff decided of a mail that waited, and can
// take back.
type WaitingDecision struct {
	MailID  int64
	From    Address
	Subject string
	Ref     string // of the case it was attached to; "": refused
	Actor   string
	At      time.Time
}
