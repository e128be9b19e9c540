package notify

import (
	"fmt"
	"strings"
	"time"

	"greffier/cases"
)

// ComplementData is a request for pieces.
type ComplementData struct {
	Pieces  []AskedData
	Due     time.Time
	Message []Value // paragraphs
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

// byStaff tells what staff decided.
func (d *Data) byStaff(f cases.Facts, loc *time.Location) {
	if c := f.Complement; c != nil {
		d.Complement = &ComplementData{Due: in(c.Due, loc), Message: paragraphs(c.Message)}
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
