package cases

import "time"

// LetterState is where a letter stands on its way out.
type LetterState string

const (
	LetterOwed      LetterState = "owed"
	LetterWorded    LetterState = "worded"
	LetterRetrying  LetterState = "retrying"
	LetterHeld      LetterState = "held" // over a limit
	LetterSent      LetterState = "sent"
	LetterRefused   LetterState = "refused" // for good
	LetterBounced   LetterState = "bounced"
	LetterCancelled LetterState = "cancelled"
)

// Letter is a letter on its way out.
type Letter struct {
	ID           int64
	Kind         LetterKind
	CaseID       int64 // 0: about no case
	CaseRef      string
	MailID       int64 // the mail that it answers; 0: written unasked, on a date
	CallID       string
	To           Address
	EnvelopeFrom string // "" is the null sender
	MessageID    string // without angle brackets
	InReplyTo    string
	References   []string
	Facts        Facts
	State        LetterState
	OwedAt       time.Time
	Attempts     int
}

// Segment is a run of a letter's bytes: literal, or the archived file with that
// SHA-256 in base64 (RFC 2045 section 6.8: lines of 76 characters, each ended
// by CRLF).
type Segment struct {
	Literal []byte
	SHA256  string
}

// Wording is a letter as worded: its exact bytes and what they were made from.
type Wording struct {
	Template string // name and digest of the template
	Subject  string
	Segments []Segment
}

// Outcome is how an attempt to deliver ended.
type Outcome string

const (
	Delivered Outcome = "delivered"
	Temporary Outcome = "temporary"
	Permanent Outcome = "permanent"
	// Unknown: the connection ended after the whole letter was handed over and
	// before the answer came. It may have arrived; it is sent again, with the
	// same Message-ID.
	Unknown Outcome = "unknown"
)

// SentLetter is a letter that left and whose copy people may want to see in the
// folder of sent mail.
type SentLetter struct {
	ID     int64
	Token  string
	Size   int64
	SentAt time.Time
}
