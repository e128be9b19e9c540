package parse

import (
	"io"
	"net/netip"
	"time"
)

// Options say what the reader believes of the headers our own hosts wrote.
type Options struct {
	// AuthservID names the server whose Authentication-Results are believed
	// (RFC 8601 section 2.5); empty: none is.
	AuthservID string
	// SpamHeader is the field, with its value, by which our own filter marks
	// spam, for example "X-Spam-Flag: YES"; empty: none.
	SpamHeader string
	// OwnAddresses are the addresses we write from. Mail from them is never
	// answered.
	OwnAddresses []string
	// Spool keeps all that r gives off the heap while the mail is read: a message
	// in base64, the content of a signature, to be read at any offset. It returns
	// errors of r as they are, and its own, on which Read fails. Without it,
	// such containers of more than a megabyte are not opened.
	Spool func(r io.Reader) (Spooled, error)
}

// Spooled is decoded bytes to be read at any offset; Close forgets them.
type Spooled interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// Address is one mailbox of an address list. Address is the addr-spec as
// written, "" when there is none; Name is decoded and may be empty.
type Address struct{ Name, Address string }

// Kind says what wrote the mail, as far as its bytes tell.
type Kind string

// The kinds, in the order in which they are tried: the first that fits wins.
const (
	KindBounce    Kind = "bounce"     // any delivery status, delays included
	KindReport    Kind = "report"     // read receipt (RFC 8098), abuse report (RFC 5965)
	KindChallenge Kind = "challenge"  // an anti-spam service asks us to prove that we are human
	KindAutoReply Kind = "auto_reply" // RFC 3834 responder, out of office
	KindList      Kind = "list"       // mailing list or bulk sender
	KindPerson    Kind = "person"
)

// Mail is what a mail says. Nothing in it is trusted beyond what the field
// comments state.
type Mail struct {
	MessageID  string // without <>; "" when missing
	From       Address
	FromDoubt  string // why From is nobody's word, as a reason for staff; "": no doubt
	ReplyTo    []Address
	To         []Address
	Cc         []Address
	ReturnPath *string // nil: no such field; "": the null reverse-path
	Subject    string
	Date       time.Time // as the sender claims, with the sender's offset; zero: none or unreadable
	InReplyTo  []string  // without <>
	References []string  // without <>, oldest first

	Text      string // readable text of the body, UTF-8, LF line ends, at most maxText bytes
	NewText   string // Text less quoted history and signature; "" if nothing is new
	Signature string // the signature below NewText, where a line marks it as one
	Parts     []Part // every leaf but the body texts

	Received []Hop  // top first
	DMARC    string // verdict in the topmost Authentication-Results of Options.AuthservID; "": unknown
	Spam     bool   // Options.SpamHeader is present

	Kind       Kind
	Answerable bool     // may a machine answer this mail?
	Reasons    []string // why not answerable, why this kind

	Recipients []Recipient // what a bounce says became of each
	Failed     []string    // addresses that a bounce says cannot be reached for good
	About      string      // Message-ID that a mail not of a person speaks of, without <>
	Mentioned  []string    // every Message-ID that a bounce or report speaks of, About first

	Links    []string // links to file-transfer services in the body; never fetched
	Warnings []string // what could not be read as it should, in words for staff (warnings.go)
}

// Action is what became of a recipient (RFC 3464 section 2.3.3).
type Action string

const (
	ActionFailed    Action = "failed" // for good
	ActionDelayed   Action = "delayed"
	ActionDelivered Action = "delivered"
	ActionRelayed   Action = "relayed"  // to a system that reports nothing
	ActionExpanded  Action = "expanded" // to the members of a list
)

// Recipient is what a delivery report says of one recipient.
type Recipient struct {
	Address    string // where the delivery ended
	Original   string // the address that was written to, if an alias led on from it; "": the same, or not told
	Action     Action
	Status     string // enhanced status code (RFC 3463), "" when not told
	Diagnostic string // what the last server said, at most 500 bytes
	Full       bool   // the mailbox exists and takes no more: not a dead address
}

// Part is one file a mail carries.
type Part struct {
	ID        string // stable path, such as "1", "2.1", "2/1" (inside container 2)
	Filename  string // decoded, as the sender wrote it, without control characters; may hold a path
	MediaType string // as declared, lower case
	Size      int64  // of the decoded bytes
	SHA256    string // of the decoded bytes, lower-case hexadecimal
	Inline    bool   // meant to be shown within the text
	Signature bool   // logo, vCard, calendar entry, cryptographic signature…: nothing a sender deposits
	MemberOf  string // ID of the container (forwarded mail, TNEF, …) it was found in; "" at top level
	Locator   string // see Open
	Warnings  []string
}

// Hop is one Received field (RFC 5321 section 4.4).
type Hop struct {
	FromClaimed string     // the name after "from": what the client said in HELO
	FromName    string     // the verified (reverse DNS) name in the comment; "" when absent or "unknown"
	FromAddr    netip.Addr // the client's address; the zero Addr when there is none
	By          string     // host after "by"; "" if none
	At          time.Time  // zero if unreadable
	Local       bool       // no "from" clause: taken from the host itself
}
