package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

// desk is a store under test with a calendar that the test sets.
type desk struct {
	*Store
	t     *testing.T
	dir   string
	now   time.Time
	calls cases.Calls
	uid   uint32
}

const mailbox = "aap@cdc.example"

func paris(t *testing.T, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	v, err := time.ParseInLocation("2006-01-02 15:04:05", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// everyMonday is the schedule of Mondays at 9.
type everyMonday struct{ zone *time.Location }

func (e everyMonday) Next(t time.Time) time.Time {
	y, m, d := t.In(e.zone).Date()
	for day := d; ; day++ {
		if at := time.Date(y, m, day, 9, 0, 0, 0, e.zone); at.Weekday() == time.Monday && at.After(t) {
			return at
		}
	}
}

func newDesk(t *testing.T, change ...func(*Options)) *desk {
	t.Helper()
	return newDeskWithKey(t, nil, change...)
}

// newDeskWithKey is newDesk after a restore of nothing but the token key.
func newDeskWithKey(t *testing.T, key []byte, change ...func(*Options)) *desk {
	t.Helper()
	zone := paris(t, "2018-09-13 00:00:00").Location()
	match := func(s string) []*regexp.Regexp { return []*regexp.Regexp{regexp.MustCompile(s)} }
	d := &desk{t: t, dir: filepath.Join(t.TempDir(), "data"), now: paris(t, "2018-10-01 10:00:00")}
	d.calls = cases.Calls{
		{ID: "hubs-2018", Name: "Edition 1", Reference: "HUB18", Location: zone, Opens: paris(t, "2018-09-13 00:00:00"), Deadline: paris(t, "2018-11-30 17:00:00"),
			Arbitration: time.Minute, Settle: 15 * time.Minute, LateUntil: 30 * 24 * time.Hour,
			Pack: []cases.PackFile{{Name: "reglement.pdf", Size: 3, SHA256: digest("reglement")}},
			Pieces: []cases.Piece{
				{ID: "budget", Label: "Budget prévisionnel", Required: true, Match: match(`\bbudget\b`)},
				{ID: "rib", Label: "RIB", Required: true, Match: match(`\brib\b`)},
				{ID: "statuts", Label: "Statuts", Match: match(`\bstatuts\b`)},
			},
			Reminders: []cases.Reminder{{ID: "weekly", Schedule: everyMonday{zone}, FromDays: 30}}},
		{ID: "hubs-2020", Name: "Edition 2", Reference: "HUB20", Location: zone, Opens: paris(t, "2020-11-17 00:00:00"), Deadline: paris(t, "2021-06-30 23:59:59"),
			Settle: 15 * time.Minute, LateUntil: 30 * 24 * time.Hour},
	}
	if key != nil {
		d.must(os.Mkdir(d.dir, 0o700))
		d.must(os.WriteFile(filepath.Join(d.dir, keyFile), key, 0o600))
	}
	o := Options{Mailbox: mailbox, Calls: d.calls, Location: zone, Now: func() time.Time { return d.now }}
	for _, c := range change {
		c(&o)
	}
	s, err := Open(t.Context(), d.dir, o)
	if err != nil {
		t.Fatal(err)
	}
	d.Store = s
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// tokenKey is the key file.
func (d *desk) tokenKey() []byte {
	d.t.Helper()
	key, err := os.ReadFile(filepath.Join(d.dir, keyFile))
	d.must(err)
	return key
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// mail makes an answerable mail of a person, received at a Paris instant, with
// files by name; its raw bytes are archived.
func (d *desk) mail(from, at string, files ...string) *cases.Mail {
	d.t.Helper()
	instant := paris(d.t, at)
	d.uid++
	m := &cases.Mail{MessageID: fmt.Sprintf("m%d@%s", d.uid, from), From: cases.Address{Name: "N", Address: from}, Subject: "Hub", Kind: cases.Person, Answerable: true,
		Clocks: cases.Clocks{Boundary: instant, InternalDate: instant.Add(time.Second), Date: instant.Add(-time.Minute), Fetched: d.now}}
	for i, f := range files {
		m.Parts = append(m.Parts, cases.Part{ID: fmt.Sprint(i + 2), Filename: f, MediaType: "application/pdf", Size: int64(len(f)), SHA256: digest(f), Locator: "raw:" + f})
	}
	d.archive(m, fmt.Sprintf("raw %d from %s", d.uid, from))
	return m
}

func (d *desk) archive(m *cases.Mail, raw string) {
	d.t.Helper()
	var err error
	if m.RawSHA256, m.Size, err = d.Archive.Put(strings.NewReader(raw)); err != nil {
		d.t.Fatal(err)
	}
}

// file receives mails, each in its own transaction, and assesses them.
func (d *desk) file(mails ...*cases.Mail) {
	d.t.Helper()
	for _, m := range mails {
		d.uid++
		d.must(d.Receive(d.t.Context(), []cases.Arrival{{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: d.uid}, Mail: *m}}))
	}
	d.assess()
}

func (d *desk) assess() {
	d.t.Helper()
	list, err := d.ToAssess(d.t.Context(), 1000)
	d.must(err)
	var all []cases.Assessment
	for _, u := range list {
		a := cases.Assessment{MailID: u.MailID}
		for _, p := range u.Parts {
			f := cases.Finding{PartID: p.ID, DetectedType: "application/pdf", State: cases.Present}
			if strings.Contains(p.Filename, "protege") {
				f.State, f.Fault = cases.Unreadable, "encrypted"
			}
			a.Findings = append(a.Findings, f)
		}
		all = append(all, a)
	}
	d.must(d.Assess(d.t.Context(), all))
}

// read records a complete reading begun now, and lets fall due what is due.
func (d *desk) read(at string) {
	d.t.Helper()
	d.now = paris(d.t, at)
	d.must(d.ReadingDone(d.t.Context(), mailbox, "INBOX", 1, d.now))
	if _, err := d.FreezeDue(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	d.must(d.OweReminders(d.t.Context()))
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) sheet(ref string) cases.Sheet {
	d.t.Helper()
	s, err := d.Case(d.t.Context(), ref)
	d.must(err)
	return s
}

// letters are the kinds of all letters, in order.
func (d *desk) letterKinds() []string {
	d.t.Helper()
	list, err := d.Outbox(d.t.Context())
	d.must(err)
	var kinds []string
	for _, l := range list {
		kinds = append(kinds, string(l.Kind))
	}
	return kinds
}

func (d *desk) wantLetters(want ...string) {
	d.t.Helper()
	if got := d.letterKinds(); !slices.Equal(got, want) {
		d.t.Errorf("letters %v, want %v", got, want)
	}
}

func (d *desk) wantCase(ref string, phase cases.Phase, timeliness cases.Timeliness, completeness cases.Completeness) {
	d.t.Helper()
	c := d.sheet(ref)
	var got cases.Timeliness
	if c.Timeliness != nil {
		got = *c.Timeliness
	}
	if c.Phase != phase || got != timeliness || c.Completeness != completeness {
		d.t.Errorf("%s is %s, %q, %s; want %s, %q, %s", ref, c.Phase, got, c.Completeness, phase, timeliness, completeness)
	}
}

// wantSound checks the data folder against itself.
func (d *desk) wantSound() {
	d.t.Helper()
	r, err := d.Verify(d.t.Context(), "", openRaw, nil)
	d.must(err)
	for _, f := range r.Faults {
		d.t.Error("verify:", f)
	}
}

// openRaw finds a part by a locator of these tests: its bytes are its name.
func openRaw(_ io.ReaderAt, _ int64, locator string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(strings.TrimPrefix(locator, "raw:"))), nil
}

// reply makes a mail that answers the newest letter to a case.
func (d *desk) reply(ref string, m *cases.Mail) *cases.Mail {
	d.t.Helper()
	letters := d.sheet(ref).Letters
	m.InReplyTo = []string{letters[len(letters)-1].MessageID}
	return m
}

func TestLifeOfACase(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	d.wantCase("HUB18-0001", cases.Declared, "", cases.Incomplete)
	d.wantLetters("pack")

	d.file(d.mail("a@asso.example", "2018-10-02 09:00:00", "budget.xlsx", "scan0001.pdf"))
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	first := d.sheet("HUB18-0001").DepositedAt

	d.file(d.mail("a@asso.example", "2018-10-03 09:00:00", "RIB.pdf"))
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantLetters("pack", "ack", "ack")
	c := d.sheet("HUB18-0001")
	if !c.DepositedAt.After(*first) || !c.DepositedAt.Equal(paris(t, "2018-10-03 09:00:00")) {
		t.Errorf("deposited at %v: want the deposit that completed it", c.DepositedAt)
	}
	if len(c.Unsorted) != 1 || c.Unsorted[0].Filename != "scan0001.pdf" {
		t.Errorf("unsorted %v", c.Unsorted)
	}

	d.read("2018-11-30 17:15:00")
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	if n := len(d.sheet("HUB18-0001").Snapshots); n != 1 {
		t.Errorf("%d snapshots", n)
	}
	d.file(d.mail("a@asso.example", "2018-11-30 17:30:00", "rib v2.pdf"))
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	d.wantLetters("pack", "ack", "ack", "late")
	for _, p := range d.sheet("HUB18-0001").Pieces {
		for _, f := range p.Files {
			if f.Filename == "rib v2.pdf" {
				t.Error("a late file stands among the on-time ones")
			}
		}
	}
	d.wantSound()
}

// TestAnsweredOnce: behaviour 4.
func TestAnsweredOnce(t *testing.T) {
	d := newDesk(t)
	m := d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx")
	d.file(m)
	d.file(m) // the same bytes under another UID
	again := *m
	d.archive(&again, "the same mail by another way, with other Received lines")
	d.file(&again)
	d.wantLetters("ack")
	if n := len(d.sheet("HUB18-0001").Mails); n != 2 {
		t.Errorf("%d mails: the bytes that differ are kept, the same bytes are one mail", n)
	}
	other := *m
	other.Parts = []cases.Part{{ID: "2", Filename: "rib.pdf", SHA256: digest("rib"), Locator: "raw:rib"}}
	d.archive(&other, "a client that repeats its Message-ID, with another file")
	d.file(&other)
	d.wantLetters("ack", "ack")
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantSound()
}

// TestUIDValidityChange: the whole mailbox comes again under new UIDs.
// Behaviour 3.
func TestUIDValidityChange(t *testing.T) {
	d := newDesk(t)
	mails := []*cases.Mail{d.mail("a@asso.example", "2018-10-01 09:00:00"), d.mail("b@asso.example", "2018-10-01 09:01:00", "rib.pdf")}
	d.file(mails...)
	for i, m := range mails {
		d.must(d.Receive(t.Context(), []cases.Arrival{{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 2, UID: uint32(i + 1)}, Mail: *m}}))
	}
	d.assess()
	d.wantLetters("pack", "ack")
	known, err := d.KnownUIDs(t.Context(), mailbox, "INBOX", 2)
	d.must(err)
	if len(known) != 2 {
		t.Errorf("known under the new UIDVALIDITY: %v", known)
	}
}

func TestDeadlineTransition(t *testing.T) {
	d := newDesk(t)
	d.file(
		d.mail("nothing@asso.example", "2018-10-01 09:00:00"),
		d.mail("some@asso.example", "2018-10-01 09:01:00", "budget.xlsx"),
		d.mail("all@asso.example", "2018-10-01 09:02:00", "budget rib.pdf"),
		d.mail("late@asso.example", "2018-11-30 17:04:00", "budget rib.pdf"),
		d.mail("edge@asso.example", "2018-11-30 17:00:30", "budget rib.pdf"),
	)
	d.wantCase("HUB18-0004", cases.PhaseLate, cases.Late, cases.Complete)
	d.wantCase("HUB18-0005", cases.Submitted, cases.ToArbitrate, cases.Complete)
	before := d.letterKinds()

	d.read("2018-11-30 17:14:59")
	d.wantCase("HUB18-0001", cases.Declared, "", cases.Incomplete) // mail may still be under way

	d.now = paris(t, "2018-12-03 08:00:00") // no reading since: no transition
	if _, err := d.FreezeDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.wantCase("HUB18-0001", cases.Declared, "", cases.Incomplete)

	d.read("2018-12-03 08:00:00")
	d.wantCase("HUB18-0001", cases.NotDeposited, "", cases.Incomplete)
	d.wantCase("HUB18-0002", cases.IncompleteAtDeadline, cases.OnTime, cases.Incomplete)
	d.wantCase("HUB18-0003", cases.Admissibility, cases.OnTime, cases.Complete)
	d.wantCase("HUB18-0004", cases.PhaseLate, cases.Late, cases.Complete)
	d.wantCase("HUB18-0005", cases.Submitted, cases.ToArbitrate, cases.Complete) // staff decide
	d.wantLetters(append(before, "closed", "incomplete")...)

	d.read("2018-12-03 09:00:00")
	d.wantLetters(append(before, "closed", "incomplete")...)
	d.wantSound()
}

// TestFoundOnTime: a mail received in time turns up after the transition.
func TestFoundOnTime(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"), d.mail("b@asso.example", "2018-10-01 09:00:00", "budget.xlsx"))
	d.read("2018-12-01 08:00:00")
	d.wantCase("HUB18-0001", cases.NotDeposited, "", cases.Incomplete)
	d.file(d.mail("a@asso.example", "2018-11-30 16:00:00", "budget rib.pdf"), d.mail("b@asso.example", "2018-11-30 16:59:59", "statuts.pdf"))
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	d.wantCase("HUB18-0002", cases.IncompleteAtDeadline, cases.OnTime, cases.Incomplete)
	for _, ref := range []string{"HUB18-0001", "HUB18-0002"} {
		c := d.sheet(ref)
		if len(c.Snapshots) != 2 {
			t.Errorf("%s has %d snapshots, want the first and a new version", ref, len(c.Snapshots))
		}
		if !slices.ContainsFunc(c.Tasks, func(k cases.Task) bool { return k.Kind == "found_on_time" }) {
			t.Errorf("%s: staff are not told", ref)
		}
	}
	d.wantSound()
}

func TestLateThenFoundOnTime(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-11-30 17:04:00", "budget.xlsx"), d.mail("a@asso.example", "2018-11-30 16:50:00", "budget rib.pdf"))
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
}

func TestReminders(t *testing.T) {
	d := newDesk(t)
	d.file(
		d.mail("waits@asso.example", "2018-10-01 09:00:00"),
		d.mail("done@asso.example", "2018-10-01 09:00:00", "budget rib.pdf"),
		d.mail("gone@asso.example", "2018-10-01 09:00:00"),
		d.mail("bounced@asso.example", "2018-10-01 09:00:00"),
	)
	quit := d.reply("HUB18-0003", d.mail("gone@asso.example", "2018-10-02 09:00:00"))
	quit.Text = "DÉSISTEMENT"
	d.file(quit)
	d.wantCase("HUB18-0003", cases.Withdrawn, "", cases.Incomplete)
	bounce := d.mail("mailer-daemon@asso.example", "2018-10-02 09:00:00")
	bounce.Kind, bounce.Answerable, bounce.Failed, bounce.About = cases.Bounce, false, []cases.Failure{{Address: "bounced@asso.example"}}, d.sheet("HUB18-0004").Letters[0].MessageID
	d.file(bounce)
	before := d.letterKinds()

	d.read("2018-10-29 10:00:00")
	d.wantLetters(before...) // not in the window yet

	d.read("2018-11-19 15:00:00") // the runs of the 5th and the 12th were missed
	d.wantLetters(append(before, "reminder")...)
	d.read("2018-11-19 16:00:00")
	d.wantLetters(append(before, "reminder")...)
	if c := d.sheet("HUB18-0001"); c.Letters[len(c.Letters)-1].Kind != cases.LetterReminder {
		t.Error("the reminder went to the wrong case")
	}

	// A reminder does not leave before what lies in the mailbox has been read.
	d.now = paris(t, "2018-11-26 09:30:00")
	d.must(d.OweReminders(t.Context()))
	d.wantLetters(append(before, "reminder")...)
	d.file(d.mail("waits@asso.example", "2018-11-25 23:00:00", "budget rib.pdf"))
	d.read("2018-11-26 09:31:00")
	d.wantLetters(append(before, "reminder", "ack")...)
	d.wantSound()
}

// TestReceivedOnceADay: behaviour 24.
func TestReceivedOnceADay(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	d.file(d.mail("a@asso.example", "2018-10-02 09:00:00"), d.mail("a@asso.example", "2018-10-02 18:00:00"), d.mail("a@asso.example", "2018-10-03 09:00:00"))
	d.wantLetters("pack", "received", "received")
}

// TestOutsideEditions: told once an address and gap, and no case.
func TestOutsideEditions(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2019-05-01 09:00:00"), d.mail("a@asso.example", "2019-06-01 09:00:00"), d.mail("b@asso.example", "2019-06-01 09:00:00"))
	d.wantLetters("closed", "closed")
	list, err := d.Cases(t.Context(), nil)
	d.must(err)
	if len(list) != 0 {
		t.Errorf("%d cases", len(list))
	}
}

// TestSilent: mail older than the operator wants to answer opens its case, and
// no letter ever leaves for it, not even at the deadline.
func TestSilent(t *testing.T) {
	d := newDesk(t)
	m := d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx")
	m.Silent = true
	d.file(m)
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	d.read("2018-11-19 15:00:00")
	d.read("2018-12-01 08:00:00")
	d.wantCase("HUB18-0001", cases.IncompleteAtDeadline, cases.OnTime, cases.Incomplete)
	d.wantLetters()
}

// TestStrangers: who may join, who waits, and what a letter lets out.
// Behaviours 28 and 29.
func TestStrangers(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"))

	stranger := d.mail("evil@else.example", "2018-10-02 09:00:00", "rib.pdf")
	stranger.Subject = "Re: [HUB18-0001]"
	d.file(stranger)
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete) // it counts for nothing

	forged := d.mail("evil@else.example", "2018-10-02 09:00:00", "rib.pdf")
	forged.Subject, forged.InReplyTo = "Re: [HUB18-0001]", []string{"greffier.aaaaaaaaaaaaaaaaaaaaaaaaaa@cdc.example"}
	d.file(forged)
	waiting, err := d.Waiting(t.Context())
	d.must(err)
	if len(waiting) != 2 || waiting[0].Beside != "HUB18-0001" {
		t.Fatalf("waiting: %+v", waiting)
	}
	d.wantLetters("ack", "waiting", "waiting")
	due, err := d.DueLetters(t.Context(), 10)
	d.must(err)
	for _, l := range due[1:] {
		if l.CaseRef != "" || l.Facts.Ref != "" || len(l.Facts.Held)+len(l.Facts.Missing) > 0 {
			t.Errorf("the letter to a stranger tells of the case: %+v", l.Facts)
		}
		if f := l.Facts.Files; len(f) != 1 || f[0].Name != "rib.pdf" || f[0].Pieces != nil {
			t.Errorf("the letter to a stranger does not tell its own file alone: %+v", f)
		}
		if l.EnvelopeFrom != "" {
			t.Errorf("envelope sender %q: a mail without a case is answered with the null sender", l.EnvelopeFrom)
		}
	}

	// A colleague of the candidate answers our letter: joins, adds, hears of
	// its own file only.
	colleague := d.reply("HUB18-0001", d.mail("b@asso.example", "2018-10-03 09:00:00", "rib.pdf"))
	d.file(colleague)
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	letters := d.sheet("HUB18-0001").Letters
	due, err = d.DueLetters(t.Context(), 10)
	d.must(err)
	last := due[len(due)-1]
	if last.To.Address != "b@asso.example" || !last.Facts.Receipt || len(last.Facts.Held)+len(last.Facts.Present)+len(last.Facts.Missing) > 0 || len(last.Facts.Files) != 1 {
		t.Errorf("receipt to another sender: %+v", last.Facts)
	}
	if len(letters) != 2 {
		t.Errorf("%d letters in the case", len(letters))
	}
	// And may not give up for the candidate.
	quit := d.reply("HUB18-0001", d.mail("b@asso.example", "2018-10-04 09:00:00"))
	quit.Text = "DÉSISTEMENT"
	d.file(quit)
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	// Nor may somebody with the candidate's address and no letter of ours.
	bare := d.mail("a@asso.example", "2018-10-04 09:00:00")
	bare.Text = "DÉSISTEMENT"
	d.file(bare)
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantSound()
}

// TestAttach: behaviour 29.
func TestAttach(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"))
	stranger := d.mail("b@else.example", "2018-10-02 09:00:00", "rib.pdf")
	stranger.Subject = "HUB18-0001"
	auto := d.mail("robot@else.example", "2018-10-02 09:00:00", "statuts.pdf")
	auto.Kind, auto.Answerable, auto.Reasons = cases.AutoReply, false, []string{"Auto-Submitted"}
	third := d.mail("c@else.example", "2018-10-02 09:00:00", "rib.pdf")
	third.Subject = "HUB18-0001"
	d.file(stranger, auto, third)
	waiting, err := d.Waiting(t.Context())
	d.must(err)
	if len(waiting) != 3 {
		t.Fatalf("%d mails wait", len(waiting))
	}
	for i, want := range []string{"HUB18-0001", "HUB18-0002"} {
		got, err := d.Accept(t.Context(), "c.martin", waiting[i].ID, "")
		d.must(err)
		if got != want {
			t.Errorf("attached to %s, want %s", got, want)
		}
	}
	d.assess()
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantCase("HUB18-0002", cases.Depositing, cases.OnTime, cases.Incomplete)
	d.must(d.Refuse(t.Context(), "c.martin", waiting[2].ID))
	if _, err := d.Accept(t.Context(), "c.martin", waiting[2].ID, ""); err == nil {
		t.Error("a refused mail can be accepted as if it waited")
	}
	if _, err := d.Accept(t.Context(), "c.martin", 999, ""); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown mail: %v", err)
	}
	d.wantLetters("ack", "waiting", "waiting", "ack") // robots hear nothing
	d.wantSound()
}

// TestBounce: behaviour 25.
func TestBounce(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	bounce := func(about string) *cases.Mail {
		m := d.mail("mailer-daemon@else.example", "2018-10-01 10:00:00")
		m.Kind, m.Answerable, m.Failed, m.About = cases.Bounce, false, []cases.Failure{{Address: "a@asso.example"}}, about
		return m
	}
	d.file(bounce("greffier.aaaaaaaaaaaaaaaaaaaaaaaaaa@cdc.example"), bounce("m1@a@asso.example"), bounce(""))
	if c := d.sheet("HUB18-0001"); c.Letters[0].State != cases.LetterOwed || len(c.Tasks) != 0 {
		t.Errorf("a forged bounce changed something: %+v %+v", c.Letters[0], c.Tasks)
	}
	d.file(bounce(d.sheet("HUB18-0001").Letters[0].MessageID))
	c := d.sheet("HUB18-0001")
	if c.Letters[0].State != cases.LetterBounced || len(c.Tasks) != 1 || !c.Senders[0].Bounced {
		t.Errorf("letter %s, tasks %v, senders %v", c.Letters[0].State, c.Tasks, c.Senders)
	}
	d.wantSound()
}

func TestPinnedDates(t *testing.T) {
	d := newDesk(t)
	moved := *d.calls[0]
	moved.Deadline = moved.Deadline.Add(time.Hour)
	calls := cases.Calls{&moved, d.calls[1]}
	if err := d.CheckCalls(t.Context(), mailbox, calls); err != nil {
		t.Errorf("without a case the deadline may change: %v", err)
	}
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	var pinned *PinnedError
	if err := d.CheckCalls(t.Context(), mailbox, calls); !errors.As(err, &pinned) {
		t.Errorf("check lets another deadline pass: %v", err)
	}
	if _, err := Open(t.Context(), d.dir, Options{Mailbox: mailbox, Calls: calls}); !errors.As(err, &pinned) {
		t.Errorf("start lets another deadline pass: %v", err)
	}
	renamed := *d.calls[0]
	renamed.ID = "hubs-18"
	for name, calls := range map[string]cases.Calls{"gone": {d.calls[1]}, "renamed": {&renamed, d.calls[1]}} {
		if err := d.CheckCalls(t.Context(), mailbox, calls); !errors.As(err, &pinned) {
			t.Errorf("check lets a call that has cases be %s: %v", name, err)
		}
		if _, err := Open(t.Context(), d.dir, Options{Mailbox: mailbox, Calls: calls}); !errors.As(err, &pinned) {
			t.Errorf("start lets a call that has cases be %s: %v", name, err)
		}
	}
	if err := d.CheckCalls(t.Context(), "other@cdc.example", d.calls); !errors.As(err, &pinned) {
		t.Errorf("check lets another mailbox pass: %v", err)
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	d := newDesk(t)
	if _, err := d.writer.ExecContext(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), d.dir, Options{}); err == nil || !strings.Contains(err.Error(), "newer program") {
		t.Errorf("got %v", err)
	}
}

// TestAllOrNothing: a transaction that fails leaves no trace.
// Behaviour 1.
func TestAllOrNothing(t *testing.T) {
	d := newDesk(t)
	good, bad := d.mail("a@asso.example", "2018-10-01 09:00:00", "rib.pdf"), d.mail("b@asso.example", "2018-10-01 09:00:00", "rib.pdf")
	bad.Parts = append(bad.Parts, bad.Parts[0]) // the same part twice cannot be
	err := d.Receive(t.Context(), []cases.Arrival{
		{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: 1}, Mail: *good},
		{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: 2}, Mail: *bad}})
	if err == nil {
		t.Fatal("no error")
	}
	list, lerr := d.Cases(context.Background(), nil)
	known, kerr := d.KnownUIDs(t.Context(), mailbox, "INBOX", 1)
	if lerr != nil || kerr != nil || len(list) != 0 || len(known) != 0 {
		t.Errorf("%d cases, %d UIDs known (%v, %v)", len(list), len(known), lerr, kerr)
	}
	d.wantSound()
}
