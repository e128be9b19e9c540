package store

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

// word words the only letter that is due with a literal and the pack file.
func (d *desk) word() cases.Letter {
	d.t.Helper()
	due, err := d.DueLetters(d.t.Context(), 10)
	d.must(err)
	if len(due) != 1 {
		d.t.Fatalf("%d letters due", len(due))
	}
	sum, _, err := d.Archive.Put(strings.NewReader("reglement"))
	d.must(err)
	d.must(d.Word(d.t.Context(), due[0].ID, cases.Wording{Template: "pack", Subject: "S", Segments: []cases.Segment{
		{Literal: []byte("Subject: S\r\n\r\n")}, {SHA256: sum}, {Literal: []byte("--\r\n")}}}))
	return due[0]
}

func TestLetterGoesOut(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	l := d.word()
	if l.EnvelopeFrom != mailbox || !l.Facts.Pack || l.Facts.Ref != "HUB18-0001" {
		t.Errorf("letter %+v", l)
	}
	// Worded once: a second wording changes nothing.
	d.must(d.Word(t.Context(), l.ID, cases.Wording{Segments: []cases.Segment{{Literal: []byte("other")}}}))
	r, err := d.OpenLetter(t.Context(), l.ID)
	d.must(err)
	got, err := io.ReadAll(r)
	d.must(err)
	if want := "Subject: S\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte("reglement")) + "\r\n--\r\n"; string(got) != want {
		t.Errorf("letter %q, want %q", got, want)
	}

	n, err := d.BeginAttempt(t.Context(), l.ID, d.now.Add(time.Minute))
	d.must(err)
	if due, err := d.DueLetters(t.Context(), 10); err != nil || len(due) != 0 {
		t.Errorf("a letter under way is due: %v, %v", due, err)
	}
	d.must(d.SettleAttempt(t.Context(), l.ID, n, cases.Temporary, "450 later", d.now.Add(time.Minute)))
	d.now = d.now.Add(2 * time.Minute)
	n, err = d.BeginAttempt(t.Context(), l.ID, d.now.Add(time.Minute))
	d.must(err)
	d.must(d.SettleAttempt(t.Context(), l.ID, n, cases.Delivered, "250 ok", time.Time{}))
	sheet := d.sheet("HUB18-0001").Letters[0]
	if sheet.State != cases.LetterSent || sheet.Attempts != 2 || sheet.SentAt == nil || sheet.LastAnswer != "250 ok" || len(sheet.SHA256) != 64 {
		t.Errorf("letter %+v", sheet)
	}
	// Not even when somebody meddles with the schedule.
	if _, err := d.writer.ExecContext(t.Context(), "UPDATE letter SET next_at = owed_at"); err != nil {
		t.Fatal(err)
	}
	if due, err := d.DueLetters(t.Context(), 10); err != nil || len(due) != 0 {
		t.Errorf("a letter that was sent is due again: %v, %v", due, err)
	}
	next, err := d.NextLetter(t.Context())
	if err != nil || !next.IsZero() {
		t.Errorf("something is left to send: %v, %v", next, err)
	}
	d.wantSound()
}

func TestRefusedLetter(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	l := d.word()
	n, err := d.BeginAttempt(t.Context(), l.ID, d.now)
	d.must(err)
	d.must(d.SettleAttempt(t.Context(), l.ID, n, cases.Permanent, "550 no such user", time.Time{}))
	c := d.sheet("HUB18-0001")
	if c.Letters[0].State != cases.LetterRefused || len(c.Tasks) != 1 || !c.Senders[0].Bounced {
		t.Errorf("letter %s, tasks %v, senders %v", c.Letters[0].State, c.Tasks, c.Senders)
	}
	d.wantSound()
}

// TestAttemptLeftOpen: the daemon died between handing over and the answer.
// Behaviour 27.
func TestAttemptLeftOpen(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	l := d.word()
	if _, err := d.BeginAttempt(t.Context(), l.ID, d.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	d.must(d.ReopenAttempts(t.Context()))
	due, err := d.DueLetters(t.Context(), 10)
	d.must(err)
	if len(due) != 1 || due[0].MessageID != l.MessageID {
		t.Errorf("due %+v", due)
	}
	d.wantSound()
}

// TestHeldAcknowledgementsMerge: over a limit, three deposits are one letter.
// Behaviour 24.
func TestHeldAcknowledgementsMerge(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"),
		d.mail("a@asso.example", "2018-10-01 09:01:00", "statuts.pdf"), d.mail("a@asso.example", "2018-10-01 09:02:00", "rib.pdf"))
	due, err := d.DueLetters(t.Context(), 10)
	d.must(err)
	for _, l := range due {
		cancelled, err := d.MergeHeld(t.Context(), l)
		d.must(err)
		if !cancelled {
			d.must(d.Hold(t.Context(), l.ID, d.now.Add(time.Hour), "20 letters a day to one address"))
		}
	}
	d.now = d.now.Add(2 * time.Hour)
	due, err = d.DueLetters(t.Context(), 10)
	d.must(err)
	if len(due) != 1 || len(due[0].Facts.Files) != 3 || !due[0].Facts.Complete || !due[0].Facts.Pack {
		t.Errorf("due %+v", due)
	}
	d.wantSound()
}

// TestSameTokenAfterRestore: a store made again from the same mails with the
// same key owes letters with the same Message-IDs.
func TestSameTokenAfterRestore(t *testing.T) {
	first := newDesk(t)
	second := newDeskWithKey(t, first.tokenKey())
	for _, d := range []*desk{first, second} {
		d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	}
	a, b := first.sheet("HUB18-0001").Letters[0].MessageID, second.sheet("HUB18-0001").Letters[0].MessageID
	if a != b {
		t.Errorf("%s and %s", a, b)
	}
}

func TestEncodedFile(t *testing.T) {
	d := newDesk(t)
	for _, size := range []int{0, 1, 56, 57, 58, 114, 57 * 512, 57*512 + 1, 100_000} {
		data := bytes.Repeat([]byte("é"), size)[:size]
		sum, _, err := d.Archive.Put(bytes.NewReader(data))
		d.must(err)
		got, err := io.ReadAll(d.assemble([]cases.Segment{{SHA256: sum}}))
		d.must(err)
		for line := range strings.SplitAfterSeq(string(got), "\r\n") {
			if len(line) > 78 {
				t.Errorf("%d bytes: a line of %d characters", size, len(line))
			}
		}
		back, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(got), "\r\n", ""))
		if err != nil || !bytes.Equal(back, data) {
			t.Errorf("%d bytes do not come back: %v", size, err)
		}
	}
}

// TestPlusAddressing: behaviour 28.
func TestPlusAddressing(t *testing.T) {
	d := newDesk(t, func(o *Options) { o.Plus = true })
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	l := d.word()
	local, domain, _ := strings.Cut(l.EnvelopeFrom, "@")
	_, tag, found := strings.Cut(local, "+")
	if !found || domain != "cdc.example" || tag != cases.TokenOf(l.MessageID) {
		t.Fatalf("envelope sender %q", l.EnvelopeFrom)
	}
	m := d.mail("b@asso.example", "2018-10-02 09:00:00", "rib.pdf")
	m.PlusTags = []string{tag}
	d.file(m)
	if n := len(d.sheet("HUB18-0001").Mails); n != 2 {
		t.Errorf("a mail to the tagged address did not join: %d mails", n)
	}
}

func TestDigest(t *testing.T) {
	d := newDesk(t, func(o *Options) { o.AlertsTo = []string{"staff@cdc.example"} })
	daily := everyMonday{d.calls[0].Location}
	d.file(d.mail("a@asso.example", "2018-10-01 10:30:00"), d.mail("b@asso.example", "2018-10-01 10:30:00", "scan.pdf"))
	d.must(d.OweDigest(t.Context(), daily))
	d.wantLetters("pack", "ack") // the data folder is younger than the last run
	d.now = paris(t, "2018-10-22 11:00:00")
	for range 3 {
		d.must(d.OweDigest(t.Context(), daily))
	}
	d.wantLetters("pack", "ack", "digest")
	due, err := d.DueLetters(t.Context(), 10)
	d.must(err)
	l := due[len(due)-1]
	if f := l.Facts.Digest; f == nil || f.Received != 2 || f.Answered != 0 || f.Tasks != 1 || len(f.Calls) != 1 || len(f.Calls[0].Phases) != 2 || f.Calls[0].DaysLeft != 39 {
		t.Errorf("digest %+v", l.Facts.Digest)
	}
	if l.EnvelopeFrom != mailbox {
		t.Errorf("envelope sender %q", l.EnvelopeFrom)
	}
}

// TestAlarms: behaviour 12.
func TestAlarms(t *testing.T) {
	d := newDesk(t, func(o *Options) { o.AlertsTo = []string{"staff@cdc.example"} })
	patient := func(string) time.Duration { return 10 * time.Minute }
	look := func() {
		t.Helper()
		d.must(d.OweAlarms(t.Context(), patient))
	}
	// A short trouble is in the figures at once, and costs no letter.
	for range 2 {
		d.must(d.BeginAlarm(t.Context(), "imap_connection", "La boîte ne répond pas."))
	}
	look()
	f, err := d.Figures(t.Context())
	d.must(err)
	if len(f.Alarms) != 1 || f.Alarms[0].Kind != "imap_connection" {
		t.Errorf("alarms %+v", f.Alarms)
	}
	d.must(d.EndAlarm(t.Context(), "imap_connection"))
	d.wantLetters()
	// One that lasts is one letter when it begins, one when it ends.
	d.now = d.now.Add(time.Hour)
	d.must(d.BeginAlarm(t.Context(), "imap_login", "La boîte refuse notre mot de passe."))
	for range 3 {
		d.now = d.now.Add(10 * time.Minute)
		look()
	}
	d.wantLetters("alarm")
	d.must(d.EndAlarm(t.Context(), "imap_login"))
	d.must(d.EndAlarm(t.Context(), "imap_login"))
	look()
	d.wantLetters("alarm", "alarm")
	// And again.
	d.now = d.now.Add(time.Hour)
	d.must(d.BeginAlarm(t.Context(), "imap_login", "La boîte refuse notre mot de passe."))
	d.now = d.now.Add(time.Hour)
	look()
	d.wantLetters("alarm", "alarm", "alarm")
	d.wantSound()
}
