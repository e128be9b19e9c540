package cases

import (
	"encoding/json"
	"time"
)

// The JSON that outsiders read: field names here are promises. Instants are RFC
// 3339 with offset, null when unknown.

// Summary is a case as lists show it.
type Summary struct {
	Ref          string       `json:"ref"`
	Call         string       `json:"call"`
	Phase        Phase        `json:"phase"`
	Timeliness   *Timeliness  `json:"timeliness"`
	Completeness Completeness `json:"completeness"`
	Publication  Publication  `json:"publication"`
	Candidate    Candidate    `json:"candidate"`
	Linked       string       `json:"linked,omitempty"`      // case of an earlier edition
	MergedInto   string       `json:"merged_into,omitempty"` // the case that took all its mails
	OpenedAt     *time.Time   `json:"opened_at"`
	DepositedAt  *time.Time   `json:"deposited_at"`
	Facts        []Fact       `json:"facts"`
	Perimeter    *Perimeter   `json:"perimeter,omitempty"` // under a call that serves some regions first
	Pieces       []PieceSheet `json:"pieces"`
	Tasks        []Task       `json:"tasks"`
	Assigned     string       `json:"assigned"` // a colleague, or ""
	Labels       []string     `json:"labels"`
}

// Sheet is everything about one case.
type Sheet struct {
	Summary
	Senders     []Sender          `json:"senders"`
	Unsorted    []FileSheet       `json:"unsorted"`
	Mails       []MailSheet       `json:"mails"`
	Beside      []MailSheet       `json:"beside"` // wait, or were refused: no part of the case
	Letters     []LetterSheet     `json:"letters"`
	Notes       []Note            `json:"notes"`     // the oldest first
	Decisions   []Decision        `json:"decisions"` // of staff, in order
	Complements []ComplementSheet `json:"complements"`
	Snapshots   []SnapshotSheet   `json:"snapshots"`
	Journal     []EntrySheet      `json:"journal"`
}

// Seq is the last entry of the journal of the case, 0 when there is none: up to
// here it was seen.
func (s Sheet) Seq() int64 {
	if len(s.Journal) == 0 {
		return 0
	}
	return s.Journal[len(s.Journal)-1].Seq
}

// Candidate is who the case is about.
type Candidate struct {
	Name         string `json:"name"`
	Address      string `json:"address"`
	Organisation string `json:"organisation"`
}

// Sender is an address that the case knows.
type Sender struct {
	Address string `json:"address"`
	Role    string `json:"role"` // candidate, known, added
	Bounced bool   `json:"bounced"`
}

// Fact is what a case tells of its candidate, with its source; and what
// contradicts it.
type Fact struct {
	Name      FactName   `json:"name"`
	Value     string     `json:"value"`
	Source    FactSource `json:"source"`
	Doubt     string     `json:"doubt,omitempty"` // why it is not to be believed
	Confirmed bool       `json:"confirmed"`       // by staff
	Against   []Against  `json:"against"`
	Of        string     `json:"of,omitempty"`   // the case of which staff said it, one that went into this
	Mail      int64      `json:"mail,omitempty"` // where it was read
	Part      string     `json:"part,omitempty"`
}

// Against is another value of a fact than the one that stands.
type Against struct {
	Value  string     `json:"value"`
	Source FactSource `json:"source"`
	Of     string     `json:"of,omitempty"` // as in Fact
	Mail   int64      `json:"mail,omitempty"`
	Part   string     `json:"part,omitempty"`
}

// Sheet gives a fact as outsiders read it.
func (e Established) Sheet() Fact {
	f := Fact{Name: e.Name, Value: e.Value, Source: e.Source, Doubt: e.Doubt, Confirmed: e.Confirmed, Against: []Against{}, Of: e.Of, Mail: e.MailID, Part: e.Part}
	for _, a := range e.Against {
		f.Against = append(f.Against, Against{a.Value, a.Source, a.Of, a.MailID, a.Part})
	}
	return f
}

// PieceSheet is the state of a piece, its files best first.
type PieceSheet struct {
	ID       string      `json:"id"`
	Label    string      `json:"label"`
	Required bool        `json:"required"`
	Status   Status      `json:"status"`
	Files    []FileSheet `json:"files"`
}

// FileSheet is a file within a mail of the case.
type FileSheet struct {
	Mail     int64  `json:"mail"`
	Part     string `json:"part"`
	Filename string `json:"filename"`
	Size     int64  `json:"size"`
	SHA256   string `json:"sha256"`
	// Scan is the word of the antivirus: an infected file is not to be opened.
	Scan       ScanState `json:"scan"`
	ScanDetail string    `json:"scan_detail,omitempty"`
}

// MailSheet is a mail of the case, in either direction.
type MailSheet struct {
	ID         int64              `json:"id"`
	Direction  string             `json:"direction"` // in; out: written by staff from a mail client
	Kind       Kind               `json:"kind"`
	Place      Place              `json:"place"`
	From       Address            `json:"from"`
	MessageID  string             `json:"message_id"`
	Subject    string             `json:"subject"`
	ReceivedAt *time.Time         `json:"received_at"`
	Clock      Clock              `json:"clock"`
	Clocks     ClockSheet         `json:"clocks"`
	Timeliness *Timeliness        `json:"timeliness"`
	Complement *ComplementVerdict `json:"complement,omitempty"` // where its files came after one was asked
	RawSHA256  string             `json:"raw_sha256"`
	Answerable bool               `json:"answerable"`
	Reasons    []string           `json:"reasons"`
	Warnings   []string           `json:"warnings"`
	Why        string             `json:"why"`
}

// ClockSheet shows every clock of a mail.
type ClockSheet struct {
	Boundary     *time.Time `json:"boundary"`
	InternalDate *time.Time `json:"internaldate"`
	Date         *time.Time `json:"date"`
	Fetched      *time.Time `json:"fetched"`
}

// LetterSheet is a letter and its delivery.
type LetterSheet struct {
	ID         int64       `json:"id"`
	Ref        string      `json:"ref,omitempty"`
	Mail       int64       `json:"mail,omitempty"`   // that it answers
	Author     string      `json:"author,omitempty"` // of staff, where they wrote it or had it sent again
	Kind       LetterKind  `json:"kind"`
	To         string      `json:"to"`
	Subject    string      `json:"subject"`
	State      LetterState `json:"state"`
	MessageID  string      `json:"message_id"`
	Attempts   int         `json:"attempts"`
	OwedAt     *time.Time  `json:"owed_at"`
	NextAt     *time.Time  `json:"next_at"`
	SentAt     *time.Time  `json:"sent_at"`
	LastAnswer string      `json:"last_answer"`
	SHA256     string      `json:"sha256"`
}

// SnapshotSheet is a frozen dossier.
type SnapshotSheet struct {
	Version int             `json:"version"`
	TakenAt *time.Time      `json:"taken_at"`
	Digest  string          `json:"digest"`
	Content json.RawMessage `json:"content"`
}

// EntrySheet is an entry of the journal.
type EntrySheet struct {
	Seq     int64           `json:"seq"`
	At      *time.Time      `json:"at"`
	Actor   string          `json:"actor"`
	Event   string          `json:"event"`
	Content json.RawMessage `json:"content"`
	Hash    string          `json:"hash"`
}

// JournalEntry is an entry of the journal among those of all cases.
type JournalEntry struct {
	EntrySheet
	Ref        string     `json:"ref"` // of the case, or ""
	LetterKind LetterKind `json:"letter_kind,omitempty"`
	LetterTo   string     `json:"letter_to,omitempty"`
}

// Task is something for staff to do.
type Task struct {
	ID       int64      `json:"id"`
	Kind     string     `json:"kind"`
	Detail   string     `json:"detail"`
	OpenedAt *time.Time `json:"opened_at"`
	DoneAt   *time.Time `json:"done_at"`
	DoneBy   string     `json:"done_by,omitempty"` // staff said that it is done; "": what it asked for happened
	Word     string     `json:"word,omitempty"`    // what became of it, as they said
}

// Proposed is something that staff may do, and that is never done alone.
type Proposed struct {
	Kind       string     `json:"kind"` // merge, split
	Case       string     `json:"case"`
	Other      string     `json:"other"`          // merge: the other case, else ""
	Mail       int64      `json:"mail,omitempty"` // split: the mail that may belong elsewhere
	ProposedAt *time.Time `json:"proposed_at"`
	Reason     string     `json:"reason"` // in words
}

// WaitingMail is a mail à rattacher.
type WaitingMail struct {
	ID         int64      `json:"id"`
	From       Address    `json:"from"`
	Subject    string     `json:"subject"`
	ReceivedAt *time.Time `json:"received_at"`
	Beside     string     `json:"beside"` // reference of a case, or ""
	Why        string     `json:"why"`
	Files      []string   `json:"files"`
	RawSHA256  string     `json:"raw_sha256"`
}

// AsideMail is a mail that could not be filed.
type AsideMail struct {
	ID          int64      `json:"id"`
	Folder      string     `json:"folder"`
	UIDValidity uint32     `json:"uidvalidity"`
	UID         uint32     `json:"uid"`
	RawSHA256   string     `json:"raw_sha256"` // "" when not even the bytes could be had
	Internal    *time.Time `json:"internaldate"`
	Fetched     *time.Time `json:"fetched"`
	Tries       int        `json:"tries"`
	Reason      string     `json:"reason"`
}
