package cases

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
	"time"
)

// LetterKind is a kind of letter that greffier writes.
type LetterKind string

const (
	NoLetter         LetterKind = ""
	LetterPack       LetterKind = "pack"
	LetterAck        LetterKind = "ack"
	LetterReceived   LetterKind = "received"
	LetterWaiting    LetterKind = "waiting"
	LetterReminder   LetterKind = "reminder"
	LetterIncomplete LetterKind = "incomplete"
	LetterLate       LetterKind = "late"
	LetterClosed     LetterKind = "closed"
	LetterOversize   LetterKind = "oversize"
	LetterWithdrawal LetterKind = "withdrawal"
	LetterReply      LetterKind = "reply"      // staff answer, in their own words
	LetterComplement LetterKind = "complement" // staff ask for pieces
	LetterResend     LetterKind = "resend"     // a file that may not be opened
	LetterHearing    LetterKind = "hearing"
	LetterResult     LetterKind = "result"
	LetterDigest     LetterKind = "digest" // to staff
	LetterAlarm      LetterKind = "alarm"  // to staff
)

// LetterKinds lists every kind of letter.
func LetterKinds() []LetterKind {
	return []LetterKind{LetterPack, LetterAck, LetterReceived, LetterWaiting, LetterReminder, LetterIncomplete, LetterLate, LetterClosed, LetterOversize,
		LetterWithdrawal, LetterReply, LetterComplement, LetterResend, LetterHearing, LetterResult, LetterDigest, LetterAlarm}
}

// Facts is what a letter tells, fixed in the transaction that owes it; the
// wording comes later and changes none of it. Instants are told in the call's
// zone.
type Facts struct {
	CallID    string `json:"call_id,omitempty"`
	Ref       string `json:"ref,omitempty"`       // of the reader's own case, if any
	Candidate string `json:"candidate,omitempty"` // display name of the reader, as given

	// Territory is the code of the reader's territory overseas, if its address
	// tells (see TerritoryOf).
	Territory string `json:"territory,omitempty"`

	// The mail that is answered.
	Subject    string    `json:"subject,omitempty"`
	ReceivedAt time.Time `json:"received_at,omitzero"`
	Clock      Clock     `json:"clock,omitempty"`
	SentAt     time.Time `json:"sent_at,omitzero"` // its Date header, with the sender's own offset
	Size       int64     `json:"size,omitempty"`   // bytes, for a mail that is too large

	Timeliness Timeliness `json:"timeliness,omitempty"` // of that mail
	Files      []FileFact `json:"files,omitempty"`      // of that mail, FilesAtMost at most
	FilesMore  int        `json:"files_more,omitempty"` // how many more it brought
	Links      []string   `json:"links,omitempty"`
	Ours       []string   `json:"ours,omitempty"`      // names of files of the pack that came back as they were: no deposit
	Pictured   bool       `json:"pictured,omitempty"`  // pictures stand within its text, which are no deposit
	Announced  bool       `json:"announced,omitempty"` // it speaks of files attached to it, and has none
	Receipt    bool       `json:"receipt,omitempty"`   // the reader is not the candidate: only its own files are told
	Phase      Phase      `json:"phase,omitempty"`     // of the case after the mail
	Complete   bool       `json:"complete,omitempty"`
	Present    []string   `json:"present,omitempty"` // labels of pieces, in the call's order
	Missing    []string   `json:"missing,omitempty"`
	// Because tells of missing pieces, by label, the circumstance that asks for them.
	Because  map[string]Circumstance `json:"because,omitempty"`
	ByLink   []string                `json:"by_link,omitempty"`   // labels of pieces for which only a link came
	Unfilled []string                `json:"unfilled,omitempty"`  // labels of required pieces for which only our form came, without an answer
	Held     []FileFact              `json:"held,omitempty"`      // files of the dossier, HeldAtMost at most
	HeldMore int                     `json:"held_more,omitempty"` // how many more it holds
	Pack     bool                    `json:"pack,omitempty"`      // the pack is attached
	DaysLeft int                     `json:"days_left,omitempty"`
	NextCall string                  `json:"next_call,omitempty"` // ID of the edition that opens next

	// By staff. Complement is also told by the answers to deposits that come after
	// one was asked for: Pieces are then those that are still missing.
	Reply      *ReplyFact      `json:"reply,omitempty"`
	Complement *ComplementFact `json:"complement,omitempty"`
	Hearing    *HearingFact    `json:"hearing,omitempty"`
	Result     *ResultFact     `json:"result,omitempty"`

	// To staff.
	Digest *DigestFact `json:"digest,omitempty"`
	Alarm  *AlarmFact  `json:"alarm,omitempty"`
}

// ReplyFact is what staff answer in their own words.
type ReplyFact struct {
	Subject string `json:"subject"` // of the letter, "Re: …"
	Text    string `json:"text"`    // paragraphs parted by blank lines
}

// ComplementFact is a request for pieces after the deadline.
type ComplementFact struct {
	Pieces  []AskedFact `json:"pieces"`
	Due     time.Time   `json:"due"`               // the last good second
	Message string      `json:"message,omitempty"` // by staff, a paragraph a line
	// Prolonged: it was asked for before, and has a later due instant now.
	Prolonged bool `json:"prolonged,omitempty"`
	// OnTime: the mail answered was received by the due instant.
	OnTime bool `json:"on_time,omitempty"`
}

// AskedFact is a piece asked for, and why.
type AskedFact struct {
	Label string `json:"label"`
	Why   string `json:"why,omitempty"`
}

// HearingFact is a slot in which a candidate is heard.
type HearingFact struct {
	Begins  time.Time `json:"begins"`
	Minutes int       `json:"minutes"`
	Place   string    `json:"place,omitempty"` // postal
	Link    string    `json:"link,omitempty"`  // of a video conference
	Attends []string  `json:"attends,omitempty"`
	Message string    `json:"message,omitempty"` // by staff, a paragraph a line
	// Sequence counts the invitations to this hearing sent before: calendars
	// take the highest (RFC 5545 section 3.8.7.4).
	Sequence int `json:"sequence,omitempty"`
}

// ResultFact is a decision as it is released; Facts.Phase says which. All words
// are those of people: nothing here is ever filled in by the program.
type ResultFact struct {
	Body   string    `json:"body"`             // who decided
	On     time.Time `json:"on"`               // the day
	Author string    `json:"author"`           // who signs
	Amount string    `json:"amount,omitempty"` // with its tax wording, as said: "450 000 EUR TTC"
	Motive string    `json:"motive,omitempty"` // a paragraph a line
	Appeal string    `json:"appeal,omitempty"` // ways and terms of appeal, in the funder's words; a paragraph a line
}

// FileFact is a file as a letter tells it.
type FileFact struct {
	Name   string   `json:"name"` // as its sender wrote it, in full
	Size   int64    `json:"size"`
	SHA256 string   `json:"sha256"`
	Pieces []string `json:"pieces,omitempty"` // labels; none: à classer
	State  string   `json:"state,omitempty"`  // "" readable, else why not: encrypted, empty, truncated …
	// Archive: its members follow, each with the archive's name in In.
	Archive bool   `json:"archive,omitempty"`
	In      string `json:"in,omitempty"`
	// ReceivedAt is set on the files of an earlier mail, where one letter
	// answers several.
	ReceivedAt time.Time `json:"received_at,omitzero"`
}

// A letter tells no more files than this, so that no mail, whatever it brings,
// costs more than a few megabytes to answer.
const (
	FilesAtMost = 2000 // of the mail answered; its receipt lists each
	HeldAtMost  = 100  // of the dossier
)

// Bounded gives the first files, at most most, and how many more there are. What
// has to be sent again is told before the rest, and members of archives last:
// their archive stands for them.
func Bounded(files []FileFact, most int) (told []FileFact, more int) {
	if len(files) <= most {
		return files, 0
	}
	weight := func(f FileFact) int { return 2*boolInt(f.In != "") + boolInt(f.State == "") }
	sorted := slices.Clone(files)
	slices.SortStableFunc(sorted, func(a, b FileFact) int { return cmp.Compare(weight(a), weight(b)) })
	return sorted[:most:most], len(files) - most
}

// tellAtMost is how many characters of a name or a subject a letter quotes.
const tellAtMost = 200

// Quote shortens what a stranger wrote to what a letter can quote, keeping its
// end, which tells files apart.
func Quote(s string) string {
	runes := []rune(s)
	if len(runes) <= tellAtMost {
		return s
	}
	return string(runes[:tellAtMost-40]) + "…" + string(runes[len(runes)-39:])
}

// DigestFact is a day of the mailbox, for staff.
type DigestFact struct {
	Since, Until time.Time
	Received     int
	Answered     int
	OldestOpen   time.Time // reception of the oldest mail not handled; zero: none
	Stuck        int       // letters that could not be delivered yet or were refused
	Tasks        int
	Waiting      int // mails à rattacher
	SetAside     int
	Calls        []DigestCall
	Alarms       []string
}

// DigestCall is one edition in the digest.
type DigestCall struct {
	Name     string
	DaysLeft int // until the deadline's day; negative: passed
	Phases   []DigestPhase
}

// DigestPhase counts the cases of a phase.
type DigestPhase struct {
	Label string
	Cases int
}

// AlarmFact is a state of alarm that began or ended.
type AlarmFact struct {
	Kind, Detail string
	Began, Ended time.Time
}

// About is what a letter is about.
type About struct {
	Kind string // "case", "mail" or "schedule"
	ID   string // the case reference, the raw SHA-256 of the mail, or the schedule's name
}

// Token makes the token of a letter: 128 bits of an HMAC-SHA256, so that nobody
// can guess that of somebody else's case, and the same letter owed again after
// a restore has the same token. cause is the SHA-256 of the mail that caused
// the letter, of the mail that opened its case, or the call and instant of a
// letter by staff.
func Token(key []byte, mailbox string, kind LetterKind, occurrence, cause string) string {
	mac := hmac.New(sha256.New, key)
	for _, field := range []string{mailbox, string(kind), occurrence, cause} {
		// A hash never fails to write (hash.Hash). NUL keeps fields apart.
		mac.Write([]byte(field))
		mac.Write([]byte{0})
	}
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil)[:16]))
}

const messageIDPrefix = "greffier."

// MessageID gives the Message-ID, without angle brackets, of the letter with
// that token from a mailbox.
func MessageID(token, mailbox string) string {
	return messageIDPrefix + token + "@" + Address{Address: mailbox}.Domain()
}

// IsOurs reports whether a Message-ID is one that we give to letters from a
// mailbox.
func IsOurs(messageID, mailbox string) bool {
	return TokenOf(messageID) != "" && (Address{Address: messageID}).Domain() == (Address{Address: mailbox}).Domain()
}

// TokenOf gives back the token of a Message-ID of ours, or "".
func TokenOf(messageID string) string {
	local, _, found := strings.Cut(messageID, "@")
	token, ours := strings.CutPrefix(strings.ToLower(local), messageIDPrefix)
	if !found || !ours || len(token) != 26 {
		return ""
	}
	return token
}
