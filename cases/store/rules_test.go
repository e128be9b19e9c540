package store

import (
	"slices"
	"testing"
	"time"

	"greffier/cases"
)

// TestFolderChange: the folder that was read before says nothing of the one that
// is read now, and holds nothing up.
func TestFolderChange(t *testing.T) {
	d := newDesk(t, func(o *Options) { o.Folder = "AAP" })
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	d.must(d.ReadingDone(t.Context(), mailbox, "INBOX", 1, d.now))
	d.now = paris(t, "2018-12-01 09:00:00")
	d.must(d.ReadingDone(t.Context(), mailbox, "AAP", 1, d.now))
	if frozen, err := d.FreezeDue(t.Context()); err != nil || len(frozen) != 1 {
		t.Errorf("frozen %v, %v", frozen, err)
	}
}

// TestContactFoundLate: a first word received in time and read after the
// transition is told that the deadline has passed, not sent the pack.
func TestContactFoundLate(t *testing.T) {
	d := newDesk(t)
	d.read("2018-12-01 08:00:00")
	d.file(d.mail("a@asso.example", "2018-11-30 15:50:00"))
	d.wantCase("HUB18-0001", cases.NotDeposited, "", cases.Incomplete)
	d.wantLetters("closed")
	if n := len(d.sheet("HUB18-0001").Snapshots); n != 1 {
		t.Errorf("%d snapshots", n)
	}
	d.wantSound()
}

// TestEmptyHandedAfterTheDeadline: a ZIP of nothing but the pack's own files is
// no deposit; after the deadline it opens nothing that is still open.
func TestEmptyHandedAfterTheDeadline(t *testing.T) {
	d := newDesk(t)
	m := d.mail("a@asso.example", "2018-12-03 09:00:00", "dossier.zip")
	d.must(d.Receive(t.Context(), []cases.Arrival{{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: 1}, Mail: *m}}))
	list, err := d.ToAssess(t.Context(), 10)
	d.must(err)
	part := list[0].Parts[0]
	member := cases.Part{ID: part.ID + "/zip:0", Filename: "reglement.pdf", SHA256: digest("reglement"), Size: 3, MemberOf: part.ID, Locator: "raw:reglement"}
	d.must(d.Assess(t.Context(), []cases.Assessment{{MailID: list[0].MailID, Findings: []cases.Finding{{PartID: part.ID, State: cases.Present,
		Members: []cases.Member{{Part: member, Finding: cases.Finding{PartID: member.ID, State: cases.Present}}}}}}}))
	d.wantCase("HUB18-0001", cases.NotDeposited, "", cases.Incomplete)
	d.wantLetters("closed")
}

// TestExtraToArbitrate: a file for a person to judge does not hold up a dossier
// that is complete without it, before or after the transition.
func TestExtraToArbitrate(t *testing.T) {
	for _, readLater := range []bool{false, true} {
		d := newDesk(t)
		d.file(d.mail("a@asso.example", "2018-11-30 12:00:00", "budget rib.pdf"))
		extra := d.mail("a@asso.example", "2018-11-30 17:00:10", "statuts.pdf")
		if !readLater {
			d.file(extra)
		}
		d.read("2018-11-30 17:20:00")
		if readLater {
			d.file(extra)
		}
		d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
		if !slices.ContainsFunc(d.sheet("HUB18-0001").Tasks, func(k cases.Task) bool { return k.Kind == "arbitrate" }) {
			t.Error("nobody is asked to arbitrate")
		}
		d.wantSound()
	}
}

// TestDepositedAt: the instant of the deposit that completed the dossier, else
// of the first, whatever the order in which the mails are read.
func TestDepositedAt(t *testing.T) {
	at := func(d *desk) time.Time { return *d.sheet("HUB18-0001").DepositedAt }
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-05 09:00:00", "budget.xlsx"), d.mail("a@asso.example", "2018-10-03 09:00:00", "rib.pdf"))
	if !at(d).Equal(paris(t, "2018-10-05 09:00:00")) {
		t.Errorf("complete since %v", at(d))
	}
	d = newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-05 09:00:00", "budget.xlsx"), d.mail("a@asso.example", "2018-10-03 09:00:00", "statuts.pdf"))
	if !at(d).Equal(paris(t, "2018-10-03 09:00:00")) {
		t.Errorf("first deposit %v", at(d))
	}
	d = newDesk(t)
	d.file(d.mail("a@asso.example", "2018-11-30 17:05:00", "budget rib.pdf"), d.mail("a@asso.example", "2018-11-30 16:00:00", "budget rib v2.pdf"))
	if !at(d).Equal(paris(t, "2018-11-30 16:00:00")) {
		t.Errorf("deposited at %v, after the deadline, though on time", at(d))
	}
}

// TestBetterEvidence: the same mail that came earlier by another way is on time.
func TestBetterEvidence(t *testing.T) {
	d := newDesk(t)
	m := d.mail("a@asso.example", "2018-11-30 17:30:00", "budget rib.pdf")
	d.file(m)
	d.wantCase("HUB18-0001", cases.PhaseLate, cases.Late, cases.Complete)
	again := *m
	again.Clocks.Boundary = paris(t, "2018-11-30 16:00:00")
	d.archive(&again, "the same mail by another way")
	d.file(&again)
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantLetters("late", "ack")
	d.wantSound()
}

// TestOvertakenLetters: what has not left and has become wrong never leaves.
func TestOvertakenLetters(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"), d.mail("b@asso.example", "2018-10-01 09:00:00"))
	d.read("2018-11-19 15:00:00")
	d.wantLetters("pack", "pack", "reminder", "reminder")
	d.file(d.mail("a@asso.example", "2018-11-19 16:00:00", "budget rib.pdf"))
	states := func() (states []cases.LetterState) {
		for _, l := range d.mustOutbox() {
			states = append(states, l.State)
		}
		return states
	}
	if got := states(); got[2] != cases.LetterCancelled || got[3] != cases.LetterOwed {
		t.Errorf("after the dossier is complete: %v", got)
	}
	d.now = paris(t, "2018-11-30 17:00:01")
	due, err := d.DueLetters(t.Context(), 10)
	d.must(err)
	for _, l := range due {
		if l.Kind == cases.LetterReminder {
			t.Error("a reminder would leave after the deadline")
		}
	}
	d.read("2018-12-01 08:00:00")
	if got := states(); got[3] != cases.LetterCancelled {
		t.Errorf("after the transition: %v", got)
	}
	d.file(d.mail("b@asso.example", "2018-11-30 12:00:00", "budget rib.pdf"))
	for _, l := range d.sheet("HUB18-0002").Letters {
		if l.Kind == cases.LetterClosed && l.State != cases.LetterCancelled {
			t.Errorf("a notice that nothing came is %s although something came", l.State)
		}
	}
	d.wantSound()
}

// TestForwardedBounce: a letter that was forwarded and did not arrive there is a
// task, not an address that does not work.
// Behaviour 25.
func TestForwardedBounce(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	m := d.mail("mailer-daemon@else.example", "2018-10-01 10:00:00")
	m.Kind, m.Answerable, m.Failed, m.About = cases.Bounce, false, []cases.Failure{{Address: "someone@else.example"}}, d.sheet("HUB18-0001").Letters[0].MessageID
	d.file(m)
	c := d.sheet("HUB18-0001")
	if c.Letters[0].State == cases.LetterBounced || c.Senders[0].Bounced || len(c.Tasks) != 1 {
		t.Errorf("letter %s, senders %v, tasks %v", c.Letters[0].State, c.Senders, c.Tasks)
	}
}

// TestCalendarSetBack: letters sent in the calendar's future fill no limit, and
// none waits for an instant that is far ahead.
func TestCalendarSetBack(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"), d.mail("b@asso.example", "2018-10-01 09:00:00"))
	d.now = paris(t, "2018-11-01 10:00:00")
	due, err := d.DueLetters(t.Context(), 10)
	d.must(err)
	n, err := d.BeginAttempt(t.Context(), due[0].ID, d.now)
	d.must(err)
	d.must(d.SettleAttempt(t.Context(), due[0].ID, n, cases.Delivered, "250", time.Time{}))
	d.must(d.Hold(t.Context(), due[1].ID, d.now.Add(time.Hour), "limit"))
	d.now = paris(t, "2018-10-20 10:00:00")
	d.must(d.ReopenAttempts(t.Context()))
	address, _, all, err := d.SentSince(t.Context(), due[0].To, d.now.Add(-24*time.Hour))
	if err != nil || address != 0 || all != 0 {
		t.Errorf("%d to the address and %d in all count, %v", address, all, err)
	}
	if due, err = d.DueLetters(t.Context(), 10); err != nil || len(due) != 1 {
		t.Errorf("due %v, %v", due, err)
	}
}

// TestOwnMail: what comes from an address of ours is never a deposit.
func TestOwnMail(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"))
	own := d.reply("HUB18-0001", d.mail(mailbox, "2018-10-02 09:00:00", "rib.pdf"))
	own.Own, own.Answerable = true, false
	bare := d.reply("HUB18-0001", d.mail(mailbox, "2018-10-02 09:00:00"))
	bare.Own, bare.Answerable = true, false
	d.file(own, bare)
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	if waiting, err := d.Waiting(t.Context()); err != nil || len(waiting) != 1 {
		t.Errorf("waiting %v, %v", waiting, err)
	}
}

// TestReplyToOurselves: an answer never goes to an address of ours, tagged or not.
// Behaviour 30.
func TestReplyToOurselves(t *testing.T) {
	d := newDesk(t, func(o *Options) { o.Own = []string{"service@cdc.example"} })
	for i, to := range []string{mailbox, "aap+abc@cdc.example", "AAP@CDC.example", "service@cdc.example"} {
		m := d.mail(string(rune('a'+i))+"@asso.example", "2018-10-01 09:00:00")
		m.ReplyTo = []cases.Address{{Address: to}}
		d.file(m)
		if got := d.mustOutbox()[i].To; got != m.From.Address {
			t.Errorf("Reply-To %s: the pack goes to %s", to, got)
		}
	}
}

// TestReceiptTellsNoReference: somebody who answers for a candidate is not told
// the candidate's reference as its own.
// Behaviour 29.
func TestReceiptTellsNoReference(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	d.file(d.reply("HUB18-0001", d.mail("b@asso.example", "2018-10-02 09:00:00", "rib.pdf")))
	due, err := d.DueLetters(t.Context(), 10)
	d.must(err)
	if f := due[len(due)-1].Facts; !f.Receipt || f.Ref != "" {
		t.Errorf("facts %+v", f)
	}
}

// TestArchiveInAcknowledgement: the archive that was sent is told, its members
// after it.
func TestArchiveInAcknowledgement(t *testing.T) {
	d := newDesk(t)
	m := d.mail("a@asso.example", "2018-10-03 09:00:00", "dossier.zip", "note.pdf")
	d.must(d.Receive(t.Context(), []cases.Arrival{{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: 1}, Mail: *m}}))
	list, err := d.ToAssess(t.Context(), 10)
	d.must(err)
	zip, note := list[0].Parts[0], list[0].Parts[1]
	member := cases.Part{ID: zip.ID + "/zip:0", Filename: "rib.pdf", SHA256: digest("rib.pdf"), Size: 7, MemberOf: zip.ID, Locator: "raw:rib.pdf"}
	d.must(d.Assess(t.Context(), []cases.Assessment{{MailID: list[0].MailID, Findings: []cases.Finding{
		{PartID: zip.ID, State: cases.Present, Members: []cases.Member{{Part: member, Finding: cases.Finding{PartID: member.ID, State: cases.Unreadable, Fault: "encrypted"}}}},
		{PartID: note.ID, State: cases.Present}}}}))
	due, err := d.DueLetters(t.Context(), 1)
	d.must(err)
	files := due[0].Facts.Files
	if len(files) != 3 || files[0].Name != "dossier.zip" || !files[0].Archive || files[1].In != "dossier.zip" || files[1].State != "encrypted" || files[2].Name != "note.pdf" {
		t.Errorf("files %+v", files)
	}
	d.wantSound()
}

// TestPackAfterOversize: a candidate whose first mail was too large has the pack
// with the first acknowledgement that asks for something, and once.
func TestPackAfterOversize(t *testing.T) {
	d := newDesk(t)
	m := d.mail("a@asso.example", "2018-10-01 09:00:00")
	m.Oversize = true
	d.file(m, d.mail("a@asso.example", "2018-10-02 09:00:00", "budget.xlsx"), d.mail("a@asso.example", "2018-10-03 09:00:00", "statuts.pdf"))
	d.wantLetters("oversize", "ack", "ack")
	due, err := d.DueLetters(t.Context(), 10)
	d.must(err)
	if !due[1].Facts.Pack || due[2].Facts.Pack {
		t.Errorf("pack with the letters: %v, %v", due[1].Facts.Pack, due[2].Facts.Pack)
	}
}

// TestFormatAskedFor: a file in another format than the one asked for counts, and
// the acknowledgement says that a person will look.
func TestFormatAskedFor(t *testing.T) {
	d := newDesk(t)
	d.calls[0].Pieces[0].Formats = []string{"xlsx"}
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.pdf", "rib.pdf"))
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	due, err := d.DueLetters(t.Context(), 1)
	d.must(err)
	if files := due[0].Facts.Files; files[0].State != cases.FaultFormat || files[1].State != "" {
		t.Errorf("files %+v", files)
	}
	if p := d.sheet("HUB18-0001").Pieces[0]; p.Status != cases.Doubtful {
		t.Errorf("budget is %s", p.Status)
	}
}

// TestArbitrationMoot: what turns out to have come in time by another way needs
// no arbiter, and holds nothing up.
func TestArbitrationMoot(t *testing.T) {
	d := newDesk(t)
	m := d.mail("a@asso.example", "2018-11-30 17:00:30", "budget.xlsx")
	d.file(m)
	again := *m
	again.Clocks.Boundary = paris(t, "2018-11-30 16:59:00")
	d.archive(&again, "the same mail by another way")
	d.file(&again)
	d.read("2018-12-01 08:00:00")
	d.wantCase("HUB18-0001", cases.IncompleteAtDeadline, cases.OnTime, cases.Incomplete)
	d.wantSound()
}
