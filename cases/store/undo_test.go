package store

import (
	"slices"
	"testing"

	"greffier/cases"
)

// TestUndoAttach: what staff attached by mistake is taken back with all that
// followed from it, and can be attached elsewhere (behaviour 29).
func TestUndoAttach(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"), d.mail("b@hub.example", "2018-10-01 09:30:00", "statuts.pdf"))
	stranger := d.mail("c@else.example", "2018-10-02 09:00:00", "rib.pdf")
	stranger.Subject = "HUB18-0001"
	d.file(stranger)
	before := d.sheet("HUB18-0001")
	id := d.waitingIDs()[0]
	attached, err := d.Accept(t.Context(), "c.martin", id, "HUB18-0002")
	d.must(err)
	if attached != "HUB18-0002" {
		t.Fatalf("attached to %s", attached)
	}
	d.assess()
	d.file(d.mail("c@else.example", "2018-10-03 09:00:00", "budget.xlsx")) // known since
	d.wantCase("HUB18-0002", cases.Submitted, cases.OnTime, cases.Complete)

	ref, mails, err := d.Undo(t.Context(), "c.martin", id)
	if err != nil || ref != "HUB18-0002" || mails != 2 {
		t.Fatalf("undo: %s, %d mails, %v", ref, mails, err)
	}
	d.wantCase("HUB18-0002", cases.Depositing, cases.OnTime, cases.Incomplete)
	if n := len(d.waitingIDs()); n != 2 {
		t.Errorf("%d mails wait", n)
	}
	if s := d.sheet("HUB18-0002").Senders; len(s) != 1 {
		t.Errorf("senders %+v", s)
	}
	for _, l := range d.sheet("HUB18-0002").Letters[1:] {
		if l.State != cases.LetterCancelled {
			t.Errorf("the letter %s to %s would leave", l.Kind, l.To)
		}
	}
	if after := d.sheet("HUB18-0001"); len(after.Beside) != len(before.Beside) || after.Phase != before.Phase {
		t.Errorf("beside the first case stood %+v, now %+v", before.Beside, after.Beside)
	}
	if _, _, err := d.Undo(t.Context(), "c.martin", id); err == nil {
		t.Error("taken back twice")
	}
	if !slices.ContainsFunc(d.sheet("HUB18-0002").Journal, func(e cases.EntrySheet) bool {
		return e.Event == "case_reassessed" && e.Actor == "c.martin"
	}) {
		t.Error("the journal does not say who took it back")
	}
	d.wantSound()

	// Attached where it belongs, it counts and is answered.
	_, err = d.Accept(t.Context(), "c.martin", id, "")
	d.must(err)
	d.assess()
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	if l := d.sheet("HUB18-0001").Letters; l[len(l)-1].To != "c@else.example" || l[len(l)-1].State != cases.LetterOwed {
		t.Errorf("letters %+v", l)
	}
	d.wantSound()
}

// TestUndoOpened: a case that was opened by mistake is out of the way, and begins
// again when its mail is attached after all.
func TestUndoOpened(t *testing.T) {
	d := newDesk(t)
	auto := d.mail("robot@else.example", "2018-10-02 09:00:00", "statuts.pdf")
	auto.Kind, auto.Answerable, auto.Reasons = cases.AutoReply, false, []string{"Auto-Submitted"}
	d.file(auto)
	id := d.waitingIDs()[0]
	_, err := d.Accept(t.Context(), "c.martin", id, "")
	d.must(err)
	d.assess()
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	_, _, err = d.Undo(t.Context(), "c.martin", id)
	d.must(err)
	d.wantCase("HUB18-0001", cases.NotApplication, "", cases.Incomplete)
	d.read("2018-11-19 15:00:00")
	d.wantLetters()
	d.wantSound()
	_, err = d.Accept(t.Context(), "c.martin", id, "")
	d.must(err)
	d.wantSound()
	d.assess()
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	d.wantSound()
}

// TestUndoAfterTheDeadline: a frozen dossier gets another version, and the case
// stands where it would without the mail.
func TestUndoAfterTheDeadline(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"))
	stranger := d.mail("c@else.example", "2018-10-02 09:00:00", "rib.pdf")
	stranger.Subject = "HUB18-0001"
	d.file(stranger)
	id := d.waitingIDs()[0]
	_, err := d.Accept(t.Context(), "c.martin", id, "")
	d.must(err)
	d.assess()
	d.read("2018-12-01 08:00:00")
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	_, _, err = d.Undo(t.Context(), "c.martin", id)
	d.must(err)
	d.wantCase("HUB18-0001", cases.IncompleteAtDeadline, cases.OnTime, cases.Incomplete)
	if n := len(d.sheet("HUB18-0001").Snapshots); n != 2 {
		t.Errorf("%d snapshots", n)
	}
	d.wantSound()
}

// TestUndoRefusal: what was refused waits again.
func TestUndoRefusal(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	stranger := d.mail("c@else.example", "2018-10-02 09:00:00", "rib.pdf")
	stranger.Subject = "HUB18-0001"
	d.file(stranger)
	id := d.waitingIDs()[0]
	d.must(d.Refuse(t.Context(), "c.martin", id))
	if _, _, err := d.Undo(t.Context(), "c.martin", id); err != nil {
		t.Fatal(err)
	}
	if got := d.waitingIDs(); !slices.Equal(got, []int64{id}) {
		t.Errorf("waiting %v", got)
	}
	if _, _, err := d.Undo(t.Context(), "c.martin", id); err == nil {
		t.Error("a mail that waits can be taken back")
	}
	_, err := d.Accept(t.Context(), "c.martin", id, "")
	d.must(err)
	d.assess()
	d.wantSound()
}

func (d *desk) waitingIDs() (ids []int64) {
	d.t.Helper()
	list, err := d.Waiting(d.t.Context())
	d.must(err)
	for _, m := range list {
		ids = append(ids, m.ID)
	}
	return ids
}
