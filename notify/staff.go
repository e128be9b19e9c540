package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"greffier/cases"
)

// ReplyData is what staff answer in their own words.
type ReplyData struct {
	Subject    Value
	Paragraphs [][]ReplyLine
}

// ReplyLine is a line that staff wrote; an item of a list stands without its dash.
type ReplyLine struct {
	Text Value
	Item bool
}

// Greets reports whether the text begins with a salutation of its own.
func (r *ReplyData) Greets() bool {
	return len(r.Paragraphs) > 0 && beginsWith(r.Paragraphs[0][0].Text, "bonjour", "bonsoir", "madame", "mesdames", "monsieur", "messieurs", "cher", "chere", "cheres", "chers")
}

// Closes reports whether the text ends with a closing of its own: in its last
// lines, which a name may follow.
func (r *ReplyData) Closes() bool {
	var last []ReplyLine
	for _, p := range r.Paragraphs {
		last = append(last, p...)
	}
	return slices.ContainsFunc(last[max(0, len(last)-4):], func(l ReplyLine) bool {
		return beginsWith(l.Text, "cordialement", "bien cordialement", "tres cordialement", "bien a vous", "salutations", "sinceres salutations", "meilleures salutations", "respectueusement",
			"veuillez agreer", "je vous prie d agreer", "nous vous prions d agreer", "veuillez recevoir")
	})
}

// beginsWith reports whether a line begins with one of the words, which are
// folded.
func beginsWith(l Value, words ...string) bool {
	folded := cases.Fold(string(l)) + " "
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(folded, w+" ") })
}

// replyData parts a text into paragraphs at its blank lines.
func replyData(f cases.ReplyFact) *ReplyData {
	d := &ReplyData{Subject: Value(f.Subject)}
	begins := true
	for l := range strings.Lines(f.Text) {
		l = strings.TrimRight(l, " \t\r\n")
		if strings.TrimSpace(l) == "" {
			begins = true
			continue
		}
		if begins {
			d.Paragraphs = append(d.Paragraphs, nil)
		}
		begins = false
		last := len(d.Paragraphs) - 1
		line := ReplyLine{Text: Value(l)}
		for _, dash := range []string{"- ", "– ", "• ", "* "} {
			if item, found := strings.CutPrefix(strings.TrimSpace(l), dash); found {
				line = ReplyLine{Value(strings.TrimSpace(item)), true}
			}
		}
		d.Paragraphs[last] = append(d.Paragraphs[last], line)
	}
	return d
}

// ComplementData is a request for pieces; in the answer to a deposit, what is
// still missing of one.
type ComplementData struct {
	Pieces    []AskedData
	Due       time.Time
	Message   []Value // paragraphs
	Prolonged bool    // it was asked for before, and has a later due instant now
	OnTime    bool    // the mail answered came by the due instant
}

// AskedData is a piece asked for.
type AskedData struct{ Label, Why Value }

// HearingData is a slot in which the candidate is heard.
type HearingData struct {
	Begins      time.Time
	Length      time.Duration
	Place, Link Value
	Attends     []Value
	Message     []Value // paragraphs
	Changed     bool    // this invitation replaces one that was sent before
}

// ResultData is a decision.
type ResultData struct {
	Body, Author, Amount Value
	On                   time.Time
	Motive, Appeal       []Value // paragraphs

	phase cases.Phase
}

// Decision tells the decision, to follow "votre candidature": "est lauréate". It
// fails where the phase of the case is no decision that a letter tells.
func (r *ResultData) Decision() (string, error) {
	switch r.phase {
	case cases.Awarded:
		return "est lauréate", nil
	case cases.Reserve:
		return "est inscrite sur la liste complémentaire", nil
	case cases.Rejected:
		return "n’est pas retenue", nil
	case cases.NotShortlisted:
		return "n’est pas présélectionnée", nil
	case cases.Ineligible:
		return "est déclarée non éligible", nil
	case cases.Inadmissible:
		return "est déclarée irrecevable", nil
	}
	return "", fmt.Errorf("phase %q is no decision", r.phase)
}

// Won reports whether the candidate is a laureate.
func (r *ResultData) Won() bool { return r.phase == cases.Awarded }

// paragraphs gives the lines of a text that staff wrote, empty ones left out.
func paragraphs(text string) []Value {
	var out []Value
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, Value(l))
		}
	}
	return out
}

// Asks reports whether pieces of a complement are still awaited.
func (d *Data) Asks() bool {
	return d.Complement != nil && len(d.Complement.Pieces) > 0 && !d.Now.Truncate(time.Second).After(d.Complement.Due)
}

// byStaff tells what staff decided. What a complement still lacks is for the
// candidate alone.
func (d *Data) byStaff(kind cases.LetterKind, f cases.Facts, loc *time.Location) {
	if r := f.Reply; r != nil {
		d.Reply = replyData(*r)
	}
	if c := f.Complement; c != nil && (kind == cases.LetterComplement || !f.Receipt) {
		d.Complement = &ComplementData{Due: in(c.Due, loc), Message: paragraphs(c.Message), Prolonged: c.Prolonged, OnTime: c.OnTime}
		for _, p := range c.Pieces {
			d.Complement.Pieces = append(d.Complement.Pieces, AskedData{Value(p.Label), Value(p.Why)})
		}
	}
	if h := f.Hearing; h != nil {
		d.Hearing = &HearingData{Begins: in(h.Begins, loc), Length: time.Duration(h.Minutes) * time.Minute, Place: Value(h.Place), Link: Value(h.Link),
			Attends: values(h.Attends), Message: paragraphs(h.Message), Changed: h.Sequence > 0}
	}
	if r := f.Result; r != nil {
		d.Result = &ResultData{Body: Value(r.Body), Author: Value(r.Author), Amount: Value(r.Amount), On: in(r.On, loc),
			Motive: paragraphs(r.Motive), Appeal: paragraphs(r.Appeal), phase: f.Phase}
	}
}
