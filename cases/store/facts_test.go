package store

import (
	"testing"
	"time"

	"greffier/cases"
)

// TestOverseasFacts: a letter knows what its reader's mail tells of the time
// there, the offset of its Date included.
func TestOverseasFacts(t *testing.T) {
	d := newDesk(t)
	m := d.mail("a@asso.re", "2018-10-01 09:00:00", "budget.xlsx")
	m.Clocks.Date = m.Clocks.Date.In(time.FixedZone("", 4*3600))
	undated := d.mail("b@asso.fr", "2018-10-01 09:00:00", "budget.xlsx")
	undated.Clocks.Date = time.Time{}
	d.file(m, undated)
	letters, err := d.DueLetters(t.Context(), 10)
	d.must(err)
	if len(letters) != 2 {
		t.Fatalf("%d letters", len(letters))
	}
	f := letters[0].Facts
	if _, offset := f.SentAt.Zone(); f.Territory != "974" || offset != 4*3600 || !f.SentAt.Equal(m.Clocks.Date) {
		t.Errorf("territory %q, sent %v", f.Territory, f.SentAt)
	}
	if f := letters[1].Facts; f.Territory != "" || !f.SentAt.IsZero() {
		t.Errorf("territory %q, sent %v", f.Territory, f.SentAt)
	}
	// A letter that a date causes knows the candidate's address only.
	d.read("2018-12-01 08:00:00")
	letters, err = d.DueLetters(t.Context(), 10)
	d.must(err)
	for _, l := range letters {
		if l.Kind == cases.LetterIncomplete && (l.Facts.Territory == "974") != (l.To.Address == "a@asso.re") {
			t.Errorf("to %s: territory %q", l.To.Address, l.Facts.Territory)
		}
	}
}
