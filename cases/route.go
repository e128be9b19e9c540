package cases

import (
	"regexp"
	"strings"
	"time"
)

// CaseRef is what routing needs to know of a case.
type CaseRef struct {
	ID        int64
	Ref       string
	CallID    string
	Candidate string // key of the candidate's address
	// Added: the sender looked up came to this case by a token and may only
	// add files, until staff confirm it.
	Added bool
}

// Known is what the store knows about a mail's origin, looked up in the
// transaction that files it.
type Known struct {
	// Token is the case of the letter of ours that the mail answers: the proof
	// is the unguessable Message-ID or address tag of that letter.
	Token *CaseRef
	// Sender are the cases in which From is a known sender.
	Sender []CaseRef
	// Named is the case whose reference the subject quotes: it opens nothing.
	Named *CaseRef
}

// Place says what becomes of a mail.
type Place string

const (
	Opens Place = "opens"   // opens a case
	Joins Place = "joins"   // joins a case
	Waits Place = "waiting" // à rattacher: counts for nothing until staff decide
	Keeps Place = "kept"    // kept without a case
	Turns Place = "refused" // waited, and staff refused it
)

// Route is the way of one mail.
type Route struct {
	Place  Place
	Call   *Call    // the edition it belongs to, nil outside
	Case   *CaseRef // joined; or, for a waiting mail, the case it waits beside, if any
	Linked *CaseRef // the case of an earlier edition that an opened case follows
	Token  bool     // joins as the answer to a letter of ours
	Added  bool     // from an address that may only add files
	Answer bool     // a letter may be owed
	Closed bool     // kept, and its sender is to hear that no call takes it
	Why    string   // in words, for staff
}

// Decide routes a mail: by thread, then by known sender, then by edition.
func Decide(calls Calls, m *Mail, k Known) Route {
	at := m.Decision()
	call := calls.At(at)
	latest := calls.Latest(at)
	carries := m.Carries(latest)
	answer := m.Answerable && !m.Silent

	switch {
	case m.Kind == Bounce || m.Kind == Report || m.Kind == Challenge:
		return Route{Place: Keeps, Case: k.Token, Call: call, Why: "a machine speaks of a letter"}
	case m.Own && !carries:
		return Route{Place: Keeps, Call: call, Why: "our own mail"}
	case (m.Staff || m.Own) && m.Kind == Person:
		return Route{Place: Waits, Call: latest, Case: firstCase(k.Token, k.Named), Why: WhyStaff}
	case !m.Answerable && m.Kind == Person && k.Token != nil && !m.DMARCFail && !m.Spam && !m.Doubtful:
		return joinByToken(calls, m, k, at, false)
	case !m.Answerable && carries:
		return Route{Place: Waits, Call: latest, Case: firstCase(k.Token, k.Named), Why: "cannot be answered: " + strings.Join(m.Reasons, ", ")}
	case !m.Answerable:
		return Route{Place: Keeps, Call: call, Why: "cannot be answered: " + strings.Join(m.Reasons, ", ")}
	case k.Token != nil:
		return joinByToken(calls, m, k, at, answer)
	}

	// From here on a person writes without a token. After a deadline and until
	// a later edition opens, the latest edition is the one spoken of.
	edition := call
	if edition == nil {
		edition = latest
	}
	if edition == nil {
		return Route{Place: Keeps, Answer: answer, Closed: answer, Why: "received before any edition opened"}
	}
	mine := inCall(k.Sender, edition.ID)
	switch {
	case len(mine) == 1:
		return Route{Place: Joins, Call: edition, Case: &mine[0], Added: mine[0].Added, Answer: answer, Why: "its sender is known to the case"}
	case len(mine) > 1:
		return Route{Place: Waits, Call: edition, Answer: answer, Why: "its sender is known in several cases of the edition"}
	case k.Named != nil && k.Named.CallID == edition.ID:
		return Route{Place: Waits, Call: edition, Case: k.Named, Answer: answer, Why: "its subject quotes a reference, its sender is unknown to that case"}
	case call != nil:
		return Route{Place: Opens, Call: call, Answer: answer, Why: "first contact"}
	case carries && Judge(edition, m.Clocks) != Late:
		return Route{Place: Opens, Call: edition, Answer: answer, Why: "first deposit, to arbitrate against the deadline"}
	case carries && !at.After(edition.Deadline.Add(edition.LateUntil)):
		return Route{Place: Opens, Call: edition, Answer: answer, Why: "first deposit, after the deadline"}
	}
	return Route{Place: Keeps, Answer: answer, Closed: answer, Why: "received outside every edition"}
}

// joinByToken routes a mail that answers one of our letters. It joins the case
// of that letter; but a thread of a closed edition that goes on in a later,
// open one belongs to a case of the open edition.
func joinByToken(calls Calls, m *Mail, k Known, at time.Time, answer bool) Route {
	c := calls.ByID(k.Token.CallID)
	if open := calls.At(at); open != nil && open.ID != k.Token.CallID && (c == nil || open.Opens.After(c.Opens)) {
		mine := inCall(k.Sender, open.ID)
		switch {
		case len(mine) == 1:
			return Route{Place: Joins, Call: open, Case: &mine[0], Added: mine[0].Added, Answer: answer, Why: "answers a letter of a closed edition; its sender has a case in the open one"}
		case len(mine) > 1:
			return Route{Place: Waits, Call: open, Answer: answer, Why: "its sender is known in several cases of the edition"}
		case !m.Answerable:
			// Only an answerable mail opens a case.
			return Route{Place: Joins, Call: c, Case: k.Token, Token: true, Added: true, Why: "answers a letter of ours"}
		}
		return Route{Place: Opens, Call: open, Linked: k.Token, Answer: answer, Why: "answers a letter of a closed edition"}
	}
	added := true
	for _, s := range k.Sender {
		if s.ID == k.Token.ID {
			added = s.Added
		}
	}
	return Route{Place: Joins, Call: c, Case: k.Token, Token: true, Added: added, Answer: answer, Why: "answers a letter of ours"}
}

func inCall(refs []CaseRef, call string) []CaseRef {
	var out []CaseRef
	for _, r := range refs {
		if r.CallID == call {
			out = append(out, r)
		}
	}
	return out
}

func firstCase(refs ...*CaseRef) *CaseRef {
	for _, r := range refs {
		if r != nil {
			return r
		}
	}
	return nil
}

// References gives the case references that a subject quotes, for calls whose
// references have the given prefixes ("HUB18" finds "HUB18-0042").
func References(subject string, calls Calls) []string {
	var out []string
	for _, c := range calls {
		re, err := regexp.Compile(`(?i)\b` + regexp.QuoteMeta(c.Reference) + `-[0-9]{4,9}\b`)
		if err != nil {
			continue // cannot happen: the prefix is quoted
		}
		for _, found := range re.FindAllString(subject, -1) {
			out = append(out, strings.ToUpper(found))
		}
	}
	return out
}

// WhyStaff is why a colleague's mail waits.
const WhyStaff = "sent by a colleague"
