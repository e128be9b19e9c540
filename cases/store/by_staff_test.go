package store

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

// answer answers as a member of staff.
func (d *desk) answer(r cases.Reply) (int64, error) {
	d.t.Helper()
	r.Ref = "HUB18-0001"
	return d.Reply(d.t.Context(), "Camille Martin", r)
}

// letterWith gives a letter whole.
func (d *desk) letterWith(id int64) (l cases.Letter) {
	d.t.Helper()
	d.must(d.write(d.t.Context(), func(t *tx) (err error) { l, err = t.letter(id); return err }))
	return l
}

// inquired is a store with a case whose candidate asked something, twice.
func inquired(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	m := d.reply("HUB18-0001", d.mail("a@asso.example", "2018-10-02 09:00:00"))
	m.Subject, m.References = "RE : Re: Une question", []string{"first@asso.example"}
	d.file(m)
	return d
}

// TestReply: an answer goes into the thread of the mail, under its subject, to
// its sender; what was to be read is done; an answer to it joins the case.
func TestReply(t *testing.T) {
	d := inquired(t)
	if !d.open("HUB18-0001", "message") {
		t.Fatal("there is nothing to read")
	}
	id, err := d.answer(cases.Reply{Text: "\r\nOui.\r\n\r\nBien à vous\n"})
	d.must(err)
	l := d.letterWith(id)
	mails := d.sheet("HUB18-0001").Mails
	if l.Kind != cases.LetterReply || l.To.Address != "a@asso.example" || l.InReplyTo != mails[1].MessageID || l.References[len(l.References)-1] != mails[1].MessageID || !slices.Contains(l.References, "first@asso.example") {
		t.Errorf("letter %+v", l)
	}
	if r := l.Facts.Reply; r.Subject != "Re: Une question" || r.Text != "Oui.\n\nBien à vous" || l.Facts.Ref != "HUB18-0001" || !slices.Equal(l.Facts.Missing, []string{"Budget prévisionnel", "RIB"}) {
		t.Errorf("it tells %+v", l.Facts)
	}
	if d.open("HUB18-0001", "message") {
		t.Error("what was answered is still to be read")
	}
	c := d.sheet("HUB18-0001")
	if last := c.Letters[len(c.Letters)-1]; last.Author != "Camille Martin" || last.Mail != mails[1].ID {
		t.Errorf("by %q, to mail %d", last.Author, last.Mail)
	}
	if !slices.ContainsFunc(c.Journal, func(e cases.EntrySheet) bool { return e.Event == "letter_owed" && e.Actor == "Camille Martin" }) {
		t.Error("the journal does not say who answered")
	}
	d.file(d.reply("HUB18-0001", d.mail("colleague@asso.example", "2018-10-03 09:00:00", "rib.pdf")))
	if got := len(d.sheet("HUB18-0001").Mails); got != 3 {
		t.Errorf("%d mails: an answer to the answer joins", got)
	}
	d.wantSound()
}

// TestReplyOnce: a form that is sent twice owes one letter.
func TestReplyOnce(t *testing.T) {
	d := inquired(t)
	first, err := d.answer(cases.Reply{Text: "Oui.", Form: "f1"})
	d.must(err)
	again, err := d.answer(cases.Reply{Text: "Oui.", Form: "f1"})
	d.must(err)
	other, err := d.answer(cases.Reply{Text: "Oui.", Form: "f2"})
	d.must(err)
	if first != again || first == other {
		t.Errorf("letters %d, %d, %d", first, again, other)
	}
	d.wantLetters("pack", "received", "reply", "reply")
	d.wantSound()
}

// TestReplyNeverToStrangers: only the candidate and addresses that the case knows
// are written to, whatever an answer address says; of the case, only its candidate
// reads.
func TestReplyNeverToStrangers(t *testing.T) {
	d := inquired(t)
	if _, err := d.answer(cases.Reply{To: "press@else.example", Text: "Oui."}); !errors.Is(err, ErrStranger) {
		t.Errorf("to a stranger: %v", err)
	}
	m := d.mail("a@asso.example", "2018-10-03 09:00:00")
	m.ReplyTo = []cases.Address{{Address: "press@else.example"}}
	d.file(m)
	id, err := d.answer(cases.Reply{Text: "Oui."})
	d.must(err)
	if to := d.letterWith(id).To.Address; to != "a@asso.example" {
		t.Errorf("to %s", to)
	}
	d.file(d.reply("HUB18-0001", d.mail("Partner@b.example", "2018-10-04 09:00:00", "statuts.pdf")))
	mails := d.sheet("HUB18-0001").Mails
	if id, err = d.answer(cases.Reply{Mail: mails[len(mails)-1].ID, Text: "Merci."}); err != nil {
		t.Fatal(err)
	}
	if l := d.letterWith(id); l.To.Address != "Partner@b.example" || !l.Facts.Receipt || l.Facts.Ref != "" || l.Facts.Missing != nil {
		t.Errorf("to a partner: %+v", l.Facts)
	}
	d.file(d.mail("b@other.example", "2018-10-05 09:00:00"))
	if _, err := d.answer(cases.Reply{Mail: mails[len(mails)-1].ID + 1, Text: "Oui."}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a mail of another case: %v", err)
	}
	d.wantSound()
}

func TestReplyText(t *testing.T) {
	d := inquired(t)
	for text, want := range map[string]error{" \r\n\t": cases.ErrNoText, strings.Repeat("é", 20_001): cases.ErrLongText, "Bonjour [à compléter : votre question]": cases.ErrBlank} {
		if _, err := d.answer(cases.Reply{Text: text}); !errors.Is(err, want) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	before := d.stateOf("HUB18-0001")
	draft, err := d.DraftReply(t.Context(), "Camille Martin", cases.Reply{Ref: "HUB18-0001", Text: "Oui."})
	d.must(err)
	d.wantState("HUB18-0001", before)
	id, err := d.answer(cases.Reply{Text: "Oui."})
	d.must(err)
	if sent := d.letterWith(id); sent.Facts.Reply.Text != draft.Facts.Reply.Text || sent.InReplyTo != draft.InReplyTo || sent.To != draft.To {
		t.Errorf("draft %+v, letter %+v", draft, sent)
	}
}

// TestPackAgain: staff send the pack however often it was sent.
func TestPackAgain(t *testing.T) {
	d := inquired(t)
	id, err := d.SendPack(t.Context(), "Camille Martin", "hub18-0001", "", "f")
	d.must(err)
	if l := d.letterWith(id); l.Kind != cases.LetterPack || !l.Facts.Pack || l.To.Address != "a@asso.example" || l.Facts.Ref != "HUB18-0001" {
		t.Errorf("letter %+v", l)
	}
	again, err := d.SendPack(t.Context(), "Camille Martin", "HUB18-0001", "", "f")
	if err != nil || again != id {
		t.Errorf("the same form: letter %d, %v", again, err)
	}
	if _, err := d.SendPack(t.Context(), "x", "HUB18-0001", "press@else.example", ""); !errors.Is(err, ErrStranger) {
		t.Errorf("to a stranger: %v", err)
	}
	d.wantSound()
}

// TestSendAgain: a letter that was refused goes to the address that staff give,
// which the case knows from then on.
func TestSendAgain(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"))
	ack := d.mustOutbox()[0]
	again := func(to string) (int64, error) { return d.SendAgain(t.Context(), "Camille Martin", ack.ID, to, "") }
	if _, err := again(""); !errors.Is(err, ErrNotSent) {
		t.Errorf("one that waits: %v", err)
	}
	n, err := d.BeginAttempt(t.Context(), ack.ID, d.now.Add(time.Minute))
	d.must(err)
	d.must(d.SettleAttempt(t.Context(), ack.ID, n, cases.Permanent, "550 no such user", time.Time{}))
	if !d.open("HUB18-0001", "refused") {
		t.Error("nobody is told of the refusal")
	}
	for _, to := range []string{"nobody", "A <a@b.example>", mailbox, "a@b.example, c@d.example"} {
		if _, err := again(to); !errors.Is(err, ErrBadAddress) {
			t.Errorf("to %q: %v", to, err)
		}
	}
	id, err := again(" contact@asso.example ")
	d.must(err)
	old, l := d.letterWith(ack.ID), d.letterWith(id)
	if l.To.Address != "contact@asso.example" || l.Kind != old.Kind || l.MessageID == old.MessageID || l.InReplyTo != old.InReplyTo || len(l.Facts.Files) != 1 {
		t.Errorf("letter %+v", l)
	}
	if d.open("HUB18-0001", "refused") {
		t.Error("the refusal is still to do")
	}
	if !slices.ContainsFunc(d.sheet("HUB18-0001").Senders, func(s cases.Sender) bool {
		return s.Address == "contact@asso.example" && s.Role == "known" && !s.Bounced
	}) {
		t.Errorf("senders %+v", d.sheet("HUB18-0001").Senders)
	}
	if _, err := d.answer(cases.Reply{To: "contact@asso.example", Text: "Oui."}); err != nil {
		t.Errorf("the address that staff gave: %v", err)
	}
	if _, err := again(""); err != nil {
		t.Errorf("and to the old address: %v", err)
	}
	if slices.ContainsFunc(d.sheet("HUB18-0001").Senders, func(s cases.Sender) bool { return s.Bounced }) {
		t.Error("the address that staff believe in gets no reminders")
	}
	d.wantSound()
}

// TestCancelLetter: what has not left never leaves; what a reply had made done is
// to be read again.
func TestCancelLetter(t *testing.T) {
	d := inquired(t)
	id, err := d.answer(cases.Reply{Text: "Oui."})
	d.must(err)
	d.must(d.CancelLetter(t.Context(), "Camille Martin", id))
	if l := d.letterWith(id); l.State != cases.LetterCancelled || !d.open("HUB18-0001", "message") {
		t.Errorf("letter %s", l.State)
	}
	if n, err := d.BeginAttempt(t.Context(), id, d.now); n != 0 || err != nil {
		t.Errorf("it is tried all the same: %d, %v", n, err)
	}
	if err := d.CancelLetter(t.Context(), "x", id); !errors.Is(err, ErrLeft) {
		t.Errorf("twice: %v", err)
	}
	if _, err := d.SendAgain(t.Context(), "x", id, "", ""); !errors.Is(err, ErrNotAgain) {
		t.Errorf("sent again: %v", err)
	}
	pack := d.mustOutbox()[0].ID
	n, err := d.BeginAttempt(t.Context(), pack, d.now.Add(time.Minute))
	d.must(err)
	if err := d.CancelLetter(t.Context(), "x", pack); !errors.Is(err, ErrLeaving) {
		t.Errorf("while it is sent: %v", err)
	}
	d.must(d.SettleAttempt(t.Context(), pack, n, cases.Temporary, "450 later", d.now.Add(time.Hour)))
	d.must(d.CancelLetter(t.Context(), "Camille Martin", pack))
	d.wantSound()
}
