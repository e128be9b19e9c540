package store

import (
	"strings"
	"testing"

	"greffier/cases"
)

// TestMerge: two colleagues signalled one candidacy; their dossier is one, and so
// is what they send from then on. Taken back, each has again what was theirs.
func TestMerge(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"), d.mail("b@asso.example", "2018-10-02 09:00:00", "rib.pdf"))
	stranger := d.mail("c@else.example", "2018-10-02 09:10:00", "statuts.pdf")
	stranger.Subject = "HUB18-0002"
	d.file(stranger)
	before1, before2 := d.stateOf("HUB18-0001"), d.stateOf("HUB18-0002")
	letter := d.sheet("HUB18-0002").Letters[0].MessageID

	d.must(d.Merge(t.Context(), "c.martin", "HUB18-0002", "HUB18-0001", "la même association"))
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantCase("HUB18-0002", cases.Duplicate, "", cases.Incomplete)
	one, two := d.sheet("HUB18-0001"), d.sheet("HUB18-0002")
	if !one.DepositedAt.Equal(paris(t, "2018-10-02 09:00:00")) || len(one.Mails) != 2 || len(one.Beside) != 1 || len(one.Letters) != 2 || len(one.Senders) != 2 {
		t.Errorf("deposited %v, %d mails, %d beside, %d letters, senders %+v", one.DepositedAt, len(one.Mails), len(one.Beside), len(one.Letters), one.Senders)
	}
	if two.MergedInto != "HUB18-0001" || len(two.Mails) != 0 || two.DepositedAt != nil {
		t.Errorf("the duplicate: into %q, %d mails, deposited %v", two.MergedInto, len(two.Mails), two.DepositedAt)
	}
	for _, c := range []cases.Sheet{one, two} {
		if n := len(c.Decisions); n != 1 || c.Decisions[0].Kind != cases.DecideMerge || c.Decisions[0].Actor != "c.martin" || c.Decisions[0].Motive == "" || c.Decisions[0].Other != "HUB18-0001" {
			t.Errorf("decisions of %s: %+v", c.Ref, c.Decisions)
		}
		if last := c.Journal[len(c.Journal)-1]; last.Actor != "c.martin" {
			t.Errorf("the journal of %s ends with %+v", c.Ref, last)
		}
	}
	d.wantLetters("ack", "ack", "waiting") // no word to anybody
	d.wantSound()

	// What comes now: an answer to a letter of the duplicate, from somebody new; a
	// known sender of either; a reference in the subject of a stranger.
	answer := d.mail("d@asso.example", "2018-10-03 09:00:00", "statuts d.pdf")
	answer.InReplyTo = []string{letter}
	quotes := d.mail("e@else.example", "2018-10-03 09:30:00", "x.pdf")
	quotes.Subject = "Re: HUB18-0002"
	d.file(answer, d.mail("b@asso.example", "2018-10-03 10:00:00", "statuts b.pdf"), d.mail("a@asso.example", "2018-10-03 11:00:00", "statuts a.pdf"), quotes)
	if one := d.sheet("HUB18-0001"); len(one.Mails) != 5 || len(one.Beside) != 2 {
		t.Errorf("%d mails, %d beside", len(one.Mails), len(one.Beside))
	}
	if n := len(d.mustCases()); n != 2 {
		t.Errorf("%d cases", n)
	}
	d.wantSound()

	other, err := d.UndoMerge(t.Context(), "c.martin", "HUB18-0002")
	if err != nil || other != "HUB18-0001" {
		t.Fatalf("undo: %q, %v", other, err)
	}
	var from []string
	for _, m := range d.sheet("HUB18-0002").Mails {
		from = append(from, m.From.Address)
	}
	if strings.Join(from, " ") != "b@asso.example d@asso.example b@asso.example" || len(d.sheet("HUB18-0001").Mails) != 2 {
		t.Errorf("mails of %v, the other has %d", from, len(d.sheet("HUB18-0001").Mails))
	}
	if s := d.sheet("HUB18-0001").Senders; len(s) != 1 {
		t.Errorf("senders %+v", s)
	}
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	d.wantCase("HUB18-0002", cases.Depositing, cases.OnTime, cases.Incomplete)
	_, err = d.UndoMerge(t.Context(), "c.martin", "HUB18-0002")
	d.wantRefusal(err, "no merge to take back")
	d.wantSound()

	// Without anything in between, everything is as it was.
	d = newDeskWithKey(t, d.tokenKey())
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"), d.mail("b@asso.example", "2018-10-02 09:00:00", "rib.pdf"))
	stranger = d.mail("c@else.example", "2018-10-02 09:10:00", "statuts.pdf")
	stranger.Subject = "HUB18-0002"
	d.file(stranger)
	d.must(d.Merge(t.Context(), "c.martin", "HUB18-0002", "HUB18-0001", ""))
	_, err = d.UndoMerge(t.Context(), "c.martin", "HUB18-0002")
	d.must(err)
	d.wantState("HUB18-0001", before1)
	d.wantState("HUB18-0002", before2)
	d.wantSound()
}

// TestMergeAfterTheDeadline: an on-time deposit in either case counts; a frozen
// dossier gets a new version; what a date made us owe to the duplicate is not sent,
// and is again if the merge is taken back.
func TestMergeAfterTheDeadline(t *testing.T) {
	for _, swap := range []bool{false, true} {
		d := newDesk(t)
		d.file(d.mail("a@asso.example", "2018-11-30 12:00:00", "budget.xlsx"), d.mail("b@asso.example", "2018-11-30 12:30:00", "statuts.pdf"))
		d.read("2018-11-30 18:00:00")
		d.file(d.mail("b@asso.example", "2018-12-03 09:00:00", "rib.pdf"))
		d.wantLetters("ack", "ack", "incomplete", "incomplete", "late")
		ref, into := "HUB18-0002", "HUB18-0001"
		if swap {
			ref, into = into, ref
		}
		states := [2]string{d.stateOf(ref), d.stateOf(into)}
		d.must(d.Merge(t.Context(), "c.martin", ref, into, ""))
		d.wantCase(into, cases.IncompleteAtDeadline, cases.OnTime, cases.Incomplete) // the late rib completes nothing
		for _, l := range d.sheet(into).Letters {
			if cancelled := l.State == cases.LetterCancelled; cancelled != (l.Ref == into && l.Kind == cases.LetterIncomplete && (l.To == "b@asso.example") != swap) {
				t.Errorf("%s to %s is %s", l.Kind, l.To, l.State)
			}
		}
		if n := len(d.sheet(into).Snapshots); n != 2 {
			t.Errorf("%d snapshots", n)
		}
		d.wantSound()
		_, err := d.UndoMerge(t.Context(), "c.martin", ref)
		d.must(err)
		d.wantState(ref, states[0])
		d.wantState(into, states[1])
		d.wantSound()
	}
	// A late case and one that deposited in time.
	for _, refs := range [][2]string{{"HUB18-0001", "HUB18-0002"}, {"HUB18-0002", "HUB18-0001"}} {
		d := newDesk(t)
		d.file(d.mail("a@asso.example", "2018-11-30 12:00:00", "budget rib.pdf"))
		d.read("2018-11-30 18:00:00")
		d.file(d.mail("b@asso.example", "2018-12-03 09:00:00", "statuts.pdf"))
		d.wantCase("HUB18-0002", cases.PhaseLate, cases.Late, cases.Incomplete)
		d.must(d.Merge(t.Context(), "c.martin", refs[0], refs[1], ""))
		d.wantCase(refs[1], cases.Admissibility, cases.OnTime, cases.Complete)
		if at := d.sheet(refs[1]).DepositedAt; !at.Equal(paris(t, "2018-11-30 12:00:00")) {
			t.Errorf("deposited at %v", at)
		}
		d.wantSound()
	}
}

// TestMergeRefused: what cannot be right is refused in words, and changes nothing.
func TestMergeRefused(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"), d.mail("b@asso.example", "2018-10-02 09:00:00", "rib.pdf"), d.mail("c@asso.example", "2018-10-02 09:00:00", "rib c.pdf"))
	d.now = paris(t, "2020-12-01 09:00:00")
	d.file(d.mail("z@asso.example", "2020-12-01 09:00:00", "budget.xlsx"))
	merge := func(ref, into string) error { return d.Merge(t.Context(), "c.martin", ref, into, "") }
	d.wantRefusal(merge("HUB18-0001", "HUB18-0001"), "twice")
	d.wantRefusal(merge("HUB18-0001", "HUB20-0001"), "different editions")
	d.wantRefusal(merge("HUB18-0001", "HUB18-0009"), "HUB18-0009")
	d.setPhase("HUB18-0002", cases.Rejected)
	d.wantRefusal(merge("HUB18-0002", "HUB18-0001"), "decided")
	d.wantRefusal(merge("HUB18-0001", "HUB18-0002"), "decided")
	d.setPhase("HUB18-0002", cases.Review)
	d.wantRefusal(merge("HUB18-0002", "HUB18-0001"), "review")
	d.must(merge("HUB18-0001", "HUB18-0002")) // what came later joins what is under review
	d.wantCase("HUB18-0002", cases.Review, cases.OnTime, cases.Complete)
	d.wantRefusal(merge("HUB18-0001", "HUB18-0003"), "duplicate")
	d.wantRefusal(merge("HUB18-0003", "HUB18-0001"), "duplicate")

	// A chain comes apart from its end.
	d.setPhase("HUB18-0002", cases.Submitted)
	d.must(merge("HUB18-0002", "HUB18-0003"))
	_, err := d.UndoMerge(t.Context(), "c.martin", "HUB18-0001")
	d.wantRefusal(err, "later merge of HUB18-0002")
	letter := d.sheet("HUB18-0003").Letters[0]
	answer := d.mail("n@asso.example", "2018-10-05 09:00:00", "statuts.pdf")
	answer.InReplyTo = []string{letter.MessageID}
	d.file(answer)
	if n := len(d.sheet("HUB18-0003").Mails); n != 4 {
		t.Errorf("%d mails", n)
	}
	for _, ref := range []string{"HUB18-0002", "HUB18-0001"} {
		_, err := d.UndoMerge(t.Context(), "c.martin", ref)
		d.must(err)
	}
	if n := len(d.sheet("HUB18-0001").Mails); n != 2 {
		t.Errorf("%d mails", n)
	}
	d.wantSound()
}

func (d *desk) mustCases() []cases.Summary {
	d.t.Helper()
	list, err := d.Cases(d.t.Context(), nil)
	d.must(err)
	return list
}

// TestSplit: a consultant candidates for two from one address; the second leaves
// to a case of its own, and returns when that was a mistake.
func TestSplit(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("x@conseil.example", "2018-10-01 09:00:00", "budget.xlsx"), d.mail("x@conseil.example", "2018-10-02 09:00:00", "rib.pdf"), d.mail("x@conseil.example", "2018-10-03 09:00:00", "statuts.pdf"))
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	before := d.stateOf("HUB18-0001")
	mails := d.sheet("HUB18-0001").Mails
	for _, bad := range []struct {
		mails []int64
		into  string
		words string
	}{{nil, "", "no mail"}, {[]int64{mails[0].ID}, "", "opened HUB18-0001"}, {[]int64{99}, "", "mail 99"}, {[]int64{mails[1].ID}, "HUB18-0001", "twice"}} {
		_, err := d.Split(t.Context(), "c.martin", "HUB18-0001", bad.mails, bad.into, "")
		d.wantRefusal(err, bad.words)
	}
	split := func() string {
		other, err := d.Split(t.Context(), "c.martin", "HUB18-0001", []int64{mails[1].ID}, "", "un autre candidat")
		d.must(err)
		return other
	}
	if other := split(); other != "HUB18-0002" {
		t.Fatalf("split to %s", other)
	}
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	d.wantCase("HUB18-0002", cases.Depositing, cases.OnTime, cases.Incomplete)
	two := d.sheet("HUB18-0002")
	if len(two.Mails) != 1 || len(two.Letters) != 1 || two.Candidate.Address != "x@conseil.example" || !two.OpenedAt.Equal(paris(t, "2018-10-02 09:00:00")) {
		t.Errorf("the new case: %d mails, %d letters, %+v, opened %v", len(two.Mails), len(two.Letters), two.Candidate, two.OpenedAt)
	}
	d.wantLetters("ack", "ack", "ack")
	d.wantSound()
	// Without a reference nobody knows which of the two is meant; an answer tells.
	d.file(d.mail("x@conseil.example", "2018-10-04 09:00:00", "autre.pdf"), d.reply("HUB18-0002", d.mail("x@conseil.example", "2018-10-05 09:00:00", "budget b.xlsx")))
	if n := len(d.waitingIDs()); n != 1 {
		t.Errorf("%d mails wait", n)
	}
	d.wantCase("HUB18-0002", cases.Submitted, cases.OnTime, cases.Complete)

	// Taken back: all that the new case has comes along.
	_, err := d.UndoSplit(t.Context(), "c.martin", "HUB18-0002")
	d.must(err)
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantCase("HUB18-0002", cases.Duplicate, "", cases.Incomplete)
	if one, two := d.sheet("HUB18-0001"), d.sheet("HUB18-0002"); len(one.Mails) != 4 || len(two.Mails) != 0 || len(two.Letters) != 0 || two.MergedInto != "HUB18-0001" {
		t.Errorf("%d and %d mails, %d letters", len(one.Mails), len(two.Mails), len(two.Letters))
	}
	d.file(d.mail("x@conseil.example", "2018-10-06 09:00:00", "fin.pdf")) // joins again without a word
	if n := len(d.sheet("HUB18-0001").Mails); n != 5 {
		t.Errorf("%d mails", n)
	}
	d.wantSound()

	// At once, everything is as it was.
	d = newDeskWithKey(t, d.tokenKey())
	d.file(d.mail("x@conseil.example", "2018-10-01 09:00:00", "budget.xlsx"), d.mail("x@conseil.example", "2018-10-02 09:00:00", "rib.pdf"), d.mail("x@conseil.example", "2018-10-03 09:00:00", "statuts.pdf"))
	split()
	_, err = d.UndoSplit(t.Context(), "c.martin", "HUB18-0001")
	d.must(err)
	d.wantState("HUB18-0001", before)
	d.wantSound()
}

// TestSplitInto: a mail that joined the wrong case goes to the right one, also
// after the deadline.
func TestSplitInto(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"), d.mail("b@asso.example", "2018-10-02 09:00:00", "budget b.xlsx"))
	d.file(d.reply("HUB18-0001", d.mail("c@asso.example", "2018-10-03 09:00:00", "rib.pdf"))) // answers a letter forwarded to it
	d.read("2018-11-30 18:00:00")
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	one, two := d.stateOf("HUB18-0001"), d.stateOf("HUB18-0002")
	mails := d.sheet("HUB18-0001").Mails
	if _, err := d.Split(t.Context(), "c.martin", "HUB18-0001", []int64{mails[1].ID}, "HUB18-0002", ""); err != nil {
		t.Fatal(err)
	}
	d.wantCase("HUB18-0001", cases.IncompleteAtDeadline, cases.OnTime, cases.Incomplete)
	d.wantCase("HUB18-0002", cases.Admissibility, cases.OnTime, cases.Complete)
	if s := d.sheet("HUB18-0001").Senders; len(s) != 1 {
		t.Errorf("senders %+v", s)
	}
	d.wantSound()
	_, err := d.UndoSplit(t.Context(), "c.martin", "HUB18-0001")
	d.must(err)
	d.wantState("HUB18-0001", one)
	d.wantState("HUB18-0002", two)
	d.wantSound()
}

// TestMergeArbitrated: the verdict of a person goes where its mail goes.
func TestMergeArbitrated(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-11-30 17:00:10", "budget rib.pdf"), d.mail("b@asso.example", "2018-11-30 12:00:00", "statuts.pdf"))
	d.read("2018-11-30 18:00:00")
	d.must(d.Arbitrate(t.Context(), "c", "HUB18-0001", 0, cases.OnTime, "relais"))
	d.must(d.Merge(t.Context(), "c", "HUB18-0001", "HUB18-0002", ""))
	d.wantRefusal(d.Arbitrate(t.Context(), "c", "HUB18-0002", 0, cases.Late, "x"), "nothing is left")
	d.wantCase("HUB18-0002", cases.Admissibility, cases.OnTime, cases.Complete)
	d.wantSound()
}
