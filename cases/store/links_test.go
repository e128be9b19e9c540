package store

import (
	"slices"
	"testing"

	"greffier/cases"
)

// TestByLink: a link stands for its piece until a file comes, for staff and for
// the candidate, and completes nothing (behaviour 21).
func TestByLink(t *testing.T) {
	d := newDesk(t)
	status := func() map[string]cases.Status {
		got := make(map[string]cases.Status)
		for _, p := range d.sheet("HUB18-0001").Pieces {
			got[p.ID] = p.Status
		}
		return got
	}
	m := d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx")
	m.Links, m.Text = []string{"https://we.tl/t-1"}, "Bonjour,\nnotre RIB : https://we.tl/t-1\n"
	d.file(m)
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	if got := status(); got["rib"] != cases.ByLink || got["budget"] != cases.Present {
		t.Errorf("pieces %v", got)
	}
	if tasks := d.sheet("HUB18-0001").Tasks; !slices.ContainsFunc(tasks, func(t cases.Task) bool { return t.Kind == "by_link" }) {
		t.Errorf("tasks %+v", tasks)
	}
	due, err := d.DueLetters(t.Context(), 1)
	d.must(err)
	if f := due[0].Facts; !slices.Equal(f.ByLink, []string{"RIB"}) || !slices.Contains(f.Missing, "RIB") || len(f.Links) != 1 {
		t.Errorf("the letter tells %+v", f)
	}
	d.file(d.mail("a@asso.example", "2018-10-02 09:00:00", "rib.pdf"))
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	if got := status(); got["rib"] != cases.Present {
		t.Errorf("pieces %v", got)
	}
	d.wantSound()
}

// TestBlankFormIsDoubtful: our form sent back without an answer counts, and says
// why a person has to look.
func TestBlankFormIsDoubtful(t *testing.T) {
	d := newDesk(t)
	m := d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx")
	d.must(d.Receive(t.Context(), []cases.Arrival{{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: 1}, Mail: *m}}))
	list, err := d.ToAssess(t.Context(), 10)
	d.must(err)
	blank := cases.Reading{Fields: []cases.Field{{Name: "regime_tva"}, {Name: "total_charges", Value: "0"}, {Name: "total_produits", Value: "0"}}}
	d.must(d.Assess(t.Context(), []cases.Assessment{{MailID: list[0].MailID, Findings: []cases.Finding{{PartID: list[0].Parts[0].ID, State: cases.Present, Reading: blank}}}}))
	if p := d.sheet("HUB18-0001").Pieces[0]; p.Status != cases.Doubtful {
		t.Errorf("budget is %s", p.Status)
	}
	due, err := d.DueLetters(t.Context(), 1)
	d.must(err)
	if f := due[0].Facts.Files; f[0].State != cases.FaultBlankForm {
		t.Errorf("files %+v", f)
	}
	if got := due[0].Facts.Unfilled; len(got) != 1 {
		t.Errorf("unfilled %q", got)
	}
	d.wantSound()
}

// TestDueLettersAreBounded: letters that tell of many files are read a few at a
// time, and none is lost.
func TestDueLettersAreBounded(t *testing.T) {
	d := newDesk(t)
	for i := range 5 {
		m := d.mail(string(rune('a'+i))+"@asso.example", "2018-10-01 09:00:00")
		for n := range 600 {
			name := string(rune('a'+i)) + string(rune('0'+n%10)) + string(rune('0'+n/10%10)) + string(rune('0'+n/100)) + ".pdf"
			m.Parts = append(m.Parts, cases.Part{ID: name, Filename: name, MediaType: "application/pdf", Size: 5, SHA256: digest(name), Locator: "raw:" + name})
		}
		d.file(m)
	}
	seen := make(map[int64]bool)
	for range 10 {
		due, err := d.DueLetters(t.Context(), 50)
		d.must(err)
		told := 0
		for _, l := range due {
			seen[l.ID] = true
			told += len(l.Facts.Files)
			if len(l.Facts.Files) != 600 || len(l.Facts.Held)+l.Facts.HeldMore != 600 || len(l.Facts.Held) > cases.HeldAtMost {
				t.Fatalf("%d files, %d held and %d more", len(l.Facts.Files), len(l.Facts.Held), l.Facts.HeldMore)
			}
			n, err := d.BeginAttempt(t.Context(), l.ID, d.now)
			d.must(err)
			d.must(d.SettleAttempt(t.Context(), l.ID, n, cases.Delivered, "250", d.now))
		}
		if told > cases.FilesAtMost+600 {
			t.Errorf("%d files told of at once", told)
		}
	}
	if len(seen) != 5 {
		t.Errorf("%d letters of 5", len(seen))
	}
}
