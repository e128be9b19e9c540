package store

import (
	"testing"
	"time"

	"greffier/cases"
)

// TestSentAfterRestore: letters that lie in the folder of sent mail are not sent
// again, whether they are owed before or after it is read.
func TestSentAfterRestore(t *testing.T) {
	first := newDesk(t)
	second := newDeskWithKey(t, first.tokenKey())
	mails := []*cases.Mail{first.mail("a@asso.example", "2018-10-01 09:00:00"), first.mail("b@asso.example", "2018-10-01 09:00:00")}
	first.file(mails...)
	var tokens []string
	for _, l := range first.mustOutbox() {
		tokens = append(tokens, cases.TokenOf(l.MessageID))
	}
	second.archive(mails[0], "raw 1 from a@asso.example")
	second.archive(mails[1], "raw 2 from b@asso.example")
	second.file(mails[0])
	second.must(second.RecordSent(t.Context(), mailbox, "Sent", 1, 7, tokens, nil))
	second.file(mails[1])
	for _, l := range second.mustOutbox() {
		if l.State != cases.LetterSent {
			t.Errorf("letter to %s is %s: it would leave again", l.To, l.State)
		}
	}
	if due, err := second.DueLetters(t.Context(), 10); err != nil || len(due) != 0 {
		t.Errorf("due %v, %v", due, err)
	}
	if last, err := second.SentSeen(t.Context(), mailbox, "Sent", 1); err != nil || last != 7 {
		t.Errorf("seen up to %d, %v", last, err)
	}
	if last, err := second.SentSeen(t.Context(), mailbox, "Sent", 2); err != nil || last != 0 {
		t.Errorf("under another UIDVALIDITY, seen up to %d, %v", last, err)
	}
	second.wantSound()
}

func (d *desk) mustOutbox() []cases.LetterSheet {
	d.t.Helper()
	list, err := d.Outbox(d.t.Context())
	d.must(err)
	return list
}

// TestStaffAnswerFromOutlook: what staff send from a mail client joins the case
// as outgoing, counts for nothing, and closes the question.
func TestStaffAnswerFromOutlook(t *testing.T) {
	d := newDesk(t)
	question := d.mail("a@asso.example", "2018-10-02 09:00:00")
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"), question)
	reply := d.mail("c.martin@cdc.example", "2018-10-02 10:00:00", "rib.pdf")
	reply.InReplyTo = []string{question.MessageID}
	stray := d.mail("c.martin@cdc.example", "2018-10-02 11:00:00")
	if speaks, err := d.Speaks(t.Context(), reply.Answered()); err != nil || !speaks {
		t.Errorf("the answer is not recognised: %v", err)
	}
	if speaks, err := d.Speaks(t.Context(), []string{"else@where"}); err != nil || speaks {
		t.Errorf("a stray mail is taken for an answer: %v", err)
	}
	for range 2 {
		d.must(d.RecordSent(t.Context(), mailbox, "Sent", 1, 9, nil, []cases.Mail{*reply, *stray}))
	}
	c := d.sheet("HUB18-0001")
	if len(c.Mails) != 3 || c.Mails[2].Direction != "out" || c.Mails[0].Direction != "in" {
		t.Errorf("mails %+v", c.Mails)
	}
	for _, k := range c.Tasks {
		if k.Kind == "message" && k.DoneAt == nil {
			t.Error("the question is still open")
		}
	}
	d.wantCase("HUB18-0001", cases.Declared, "", cases.Incomplete)
	d.wantSound()
}

func TestLettersToCopy(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	l := d.word()
	n, err := d.BeginAttempt(t.Context(), l.ID, d.now)
	d.must(err)
	d.must(d.SettleAttempt(t.Context(), l.ID, n, cases.Delivered, "250", time.Time{}))
	list, err := d.LettersToCopy(t.Context(), 10)
	d.must(err)
	if len(list) != 1 || list[0].Size == 0 || cases.MessageID(list[0].Token, mailbox) != l.MessageID {
		t.Fatalf("to copy: %+v", list)
	}
	d.must(d.Copied(t.Context(), list[0].Token))
	if list, err = d.LettersToCopy(t.Context(), 10); err != nil || len(list) != 0 {
		t.Errorf("copied, and still to copy: %v, %v", list, err)
	}
}
