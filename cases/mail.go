package cases

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Kind is what kind of sender wrote a mail.
type Kind string

const (
	Person    Kind = "person"
	AutoReply Kind = "auto_reply"
	Bounce    Kind = "bounce" // any delivery status, delays too
	Report    Kind = "report" // read receipts, abuse reports
	List      Kind = "list"
	Challenge Kind = "challenge" // "prove that you are a person"
)

// Address is a mail address with its display name.
type Address struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Key gives the address in the form in which senders are compared.
func (a Address) Key() string { return AddressKey(a.Address) }

// AddressKey folds an address for comparison: the domain is case-insensitive
// by RFC 5321 section 2.4; no mail system in use tells local parts apart by
// case either.
func AddressKey(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// BareKey is AddressKey without the tag that stands after + in the local part
// (RFC 5233): every tagged form of an address is the same mailbox.
func BareKey(address string) string {
	key := AddressKey(address)
	at := strings.LastIndexByte(key, '@')
	if at < 0 {
		return key
	}
	local, _, _ := strings.Cut(key[:at], "+")
	return local + key[at:]
}

// Domain gives the part after the last @, in lower case.
func (a Address) Domain() string {
	return strings.ToLower(a.Address[strings.LastIndexByte(a.Address, '@')+1:])
}

// Source is where in a mailbox a mail was found (RFC 3501 section 2.3.1.1).
type Source struct {
	Mailbox, Folder string
	UIDValidity     uint32
	UID             uint32
}

// Mail is an incoming mail as it was received: what came, never edited.
type Mail struct {
	RawSHA256 string
	Size      int64 // of the whole mail as the server says
	Oversize  bool  // only its header was fetched

	MessageID  string // without angle brackets
	From       Address
	ReplyTo    []Address
	Subject    string
	InReplyTo  []string
	References []string
	PlusTags   []string // what stands after + in recipient addresses of ours
	Text       string   // what it says anew, unquoted; its beginning
	Signature  string   // the block below it, where it is marked as one; its beginning
	Rest       string   // all its text but Text: what it quotes, its signature; its beginning

	Kind       Kind
	Answerable bool
	Reasons    []string // why that kind, why not answerable
	DMARCFail  bool     // by our own receiving server
	Spam       bool
	Doubtful   bool      // its From can be read in two ways: it proves no sender
	Staff      bool      // from one of the staff's own domains
	Own        bool      // from an address of ours, or a letter of ours come back: never a deposit
	Failed     []Failure // a bounce: the addresses that cannot be reached
	About      string    // a bounce or report: the Message-ID it speaks of
	Mentioned  []string  // a bounce or report: every Message-ID it speaks of
	Links      []string  // to file transfer services: what lies there was not received
	Warnings   []string

	Clocks Clocks
	// Silent mail is filed and never answered: older than the operator wants
	// to answer, or imported.
	Silent bool
	Parts  []Part
}

// Failure is an address that a bounce says cannot be reached for good.
type Failure struct {
	Address string `json:"address"`
	Said    string `json:"said"` // what the refusing server said, or nothing
	Full    bool   `json:"full"` // the mailbox exists and takes no more
}

// Part is a leaf of a mail other than its text, as it was found.
type Part struct {
	ID        string
	Filename  string
	MediaType string // as declared
	Size      int64  // of the decoded bytes
	SHA256    string
	Inline    bool
	Furniture bool   // signature images, vCards, calendars, signatures: not something one deposits
	MemberOf  string // the part it was found in
	Locator   string // how to find its bytes in the raw mail
	Warnings  []string
}

// Deposits reports whether a part of this mail is a deposited file in the call:
// any file of a person's mail except inline and signature images, vCards,
// calendars, signatures, and files identical to one of the pack's.
func (m *Mail) Deposits(c *Call, p Part) bool {
	return m.Kind == Person && !p.Furniture && (c == nil || !c.InPack(p.SHA256))
}

// Carries reports whether the mail carries a file that could be a deposit,
// whoever sent it. One that is too large to be fetched certainly does.
func (m *Mail) Carries(c *Call) bool {
	if m.Oversize {
		return true
	}
	for _, p := range m.Parts {
		if !p.Furniture && (c == nil || !c.InPack(p.SHA256)) {
			return true
		}
	}
	return false
}

// SameFiles reports whether two lists of parts hold the same files by content,
// in any order.
func SameFiles(a, b []Part) bool {
	if len(a) != len(b) {
		return false
	}
	count := make(map[string]int)
	for _, p := range a {
		count[p.SHA256]++
	}
	for _, p := range b {
		if count[p.SHA256]--; count[p.SHA256] < 0 {
			return false
		}
	}
	return true
}

// GivesUp reports whether the first unquoted line of a mail says DÉSISTEMENT and
// nothing else: the candidate withdraws.
func GivesUp(firstLine string) bool { return Fold(firstLine) == "desistement" }

// attachedWritten are the folded words by which people speak of files that they
// attach to the mail they write.
var attachedWritten = regexp.MustCompile(`\b(?:ci joint(?:e|s|es)?|pieces? jointes?|en pj|ci annexe(?:e|s|es)?|joint(?:e|s|es)? (?:a ce|au present|a mon|a notre) (?:mail|mel|message|courriel|email)|trouverez (?:joint|en annexe|en attache)|(?:je|nous) vous (?:joins|joignons))\b`)

// SpeaksOfAttached reports whether the new text of a mail says that files are
// attached to it. A question ("quelles pièces jointes ?") says no such thing.
func SpeaksOfAttached(text string) bool {
	for line := range strings.Lines(text) {
		if !strings.Contains(line, "?") && attachedWritten.MatchString(Fold(line)) {
			return true
		}
	}
	return false
}

// firstLineMost is how many bytes are kept of a first line, which with some
// clients is a whole paragraph.
const firstLineMost = 1000

// FirstLine gives the first line of text that is not blank, cut where it is very
// long.
func FirstLine(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimFunc(line, unicode.IsSpace); line != "" {
			return strings.Clone(strings.ToValidUTF8(line[:min(len(line), firstLineMost)], "")) // without all of text
		}
	}
	return ""
}

// Answered gives the Message-IDs that the mail answers, the most telling first:
// In-Reply-To, then References from the last to the first (RFC 5322 section
// 3.6.4).
func (m *Mail) Answered() []string {
	ids := append([]string(nil), m.InReplyTo...)
	for i := len(m.References) - 1; i >= 0; i-- {
		ids = append(ids, m.References[i])
	}
	return ids
}

// Tokens gives what may be tokens of letters of ours that the mail answers or
// speaks of: from the Message-IDs it answers, from those that a bounce speaks
// of, and from the tagged addresses it was sent to.
func (m *Mail) Tokens() []string {
	var tokens []string
	for _, id := range slices.Concat(m.Answered(), []string{m.About}, m.Mentioned) {
		if token := TokenOf(id); token != "" && !slices.Contains(tokens, token) {
			tokens = append(tokens, token)
		}
	}
	return append(tokens, m.PlusTags...)
}

// Decision gives the instant of reception that counts for the mail.
func (m *Mail) Decision() time.Time {
	t, _ := m.Clocks.Decision()
	return t
}
