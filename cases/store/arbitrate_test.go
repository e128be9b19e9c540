package store

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"greffier/cases"
)

// stateOf is what a case is, apart from the history of how it came to that.
func (d *desk) stateOf(ref string) string {
	d.t.Helper()
	c := d.sheet(ref)
	c.Journal, c.Decisions, c.Snapshots = nil, nil, nil
	c.Tasks = slices.DeleteFunc(c.Tasks, func(k cases.Task) bool { return k.Kind == mergeProposed && k.DoneAt != nil })
	for i := range c.Letters {
		c.Letters[i].NextAt, c.Letters[i].LastAnswer = nil, ""
	}
	b, err := json.MarshalIndent(c, "", " ")
	d.must(err)
	return string(b)
}

func (d *desk) wantState(ref, want string) {
	d.t.Helper()
	if got := d.stateOf(ref); got != want {
		a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				d.t.Fatalf("%s is not as it was: line %d\n%s\nnow\n%s", ref, i+1, a[i], b[i])
			}
		}
		d.t.Fatalf("%s is not as it was: %d lines, now %d", ref, len(a), len(b))
	}
}

// wantRefusal wants an error that holds those words, and nothing changed.
func (d *desk) wantRefusal(err error, words string) {
	d.t.Helper()
	if err == nil || !strings.Contains(err.Error(), words) {
		d.t.Errorf("error %v, want %q", err, words)
	}
}

// setPhase moves a case as staff would.
func (d *desk) setPhase(ref string, p cases.Phase) {
	d.t.Helper()
	d.must(d.write(d.t.Context(), func(t *tx) error {
		c, err := t.caseRef("ref = ?", ref)
		if err != nil {
			return err
		}
		j, err := t.judge(c.ID)
		if err != nil {
			return err
		}
		j.phase = p
		return t.settle(j, "phase_set", map[string]any{}, "")
	}))
}

// open reports whether the case has an open task of that kind.
func (d *desk) open(ref, kind string) bool {
	d.t.Helper()
	return slices.ContainsFunc(d.sheet(ref).Tasks, func(k cases.Task) bool { return k.Kind == kind && k.DoneAt == nil })
}

// TestArbitrate: a deposit in the minute after the deadline waits for a person,
// whose word moves the case as the evidence would have, and tells it; the evidence
// stays what it is.
func TestArbitrate(t *testing.T) {
	for name, v := range map[string]struct {
		before, files []string // in time, and to arbitrate
		frozen        bool
		verdict       cases.Timeliness
		phase         cases.Phase
		complete      cases.Completeness
		letters       []string
	}{
		"on time, complete":              {nil, []string{"budget.xlsx", "rib.pdf"}, true, cases.OnTime, cases.Admissibility, cases.Complete, nil},
		"on time, incomplete":            {nil, []string{"budget.xlsx"}, true, cases.OnTime, cases.IncompleteAtDeadline, cases.Incomplete, []string{"incomplete"}},
		"on time, before the freeze":     {nil, []string{"budget.xlsx"}, false, cases.OnTime, cases.Depositing, cases.Incomplete, nil},
		"late":                           {nil, []string{"budget.xlsx", "rib.pdf"}, true, cases.Late, cases.PhaseLate, cases.Complete, []string{"late"}},
		"late, before the freeze":        {nil, []string{"budget.xlsx"}, false, cases.Late, cases.PhaseLate, cases.Incomplete, []string{"late"}},
		"late, the rest came in time":    {[]string{"budget.xlsx"}, []string{"rib.pdf"}, true, cases.Late, cases.IncompleteAtDeadline, cases.Incomplete, []string{"late", "incomplete"}},
		"on time, completes the dossier": {[]string{"budget.xlsx"}, []string{"rib.pdf"}, true, cases.OnTime, cases.Admissibility, cases.Complete, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			if v.before != nil {
				d.file(d.mail("a@asso.example", "2018-11-30 12:00:00", v.before...))
			}
			d.file(d.mail("a@asso.example", "2018-11-30 17:00:10", v.files...))
			if v.frozen {
				d.read("2018-11-30 18:00:00")
			}
			told := d.letterKinds()
			before, evidence := d.stateOf("HUB18-0001"), *d.sheet("HUB18-0001").Timeliness
			if !d.open("HUB18-0001", "arbitrate") {
				t.Fatal("nobody is asked to arbitrate")
			}
			d.must(d.Arbitrate(t.Context(), "c.martin", "HUB18-0001", 0, v.verdict, "une panne de notre relais"))
			d.wantCase("HUB18-0001", v.phase, evidence, v.complete)
			d.wantLetters(append(slices.Clone(told), v.letters...)...)
			c := d.sheet("HUB18-0001")
			if len(c.Decisions) != 1 || c.Decisions[0].Verdict != string(v.verdict) || c.Decisions[0].Motive == "" || c.Decisions[0].Mail != c.Mails[len(c.Mails)-1].ID || d.open("HUB18-0001", "arbitrate") {
				t.Errorf("decisions %+v, tasks %+v", c.Decisions, c.Tasks)
			}
			if m := c.Mails[len(c.Mails)-1]; *m.Timeliness != cases.ToArbitrate {
				t.Errorf("the evidence of the mail was edited: %s", *m.Timeliness)
			}
			d.wantRefusal(d.Arbitrate(t.Context(), "c.martin", "HUB18-0001", 0, v.verdict, "encore"), "nothing is left")
			d.wantSound()

			d.must(d.UndoArbitration(t.Context(), "c.martin", "HUB18-0001"))
			for _, l := range d.sheet("HUB18-0001").Letters[len(told):] {
				if l.State != cases.LetterCancelled {
					t.Errorf("%s would leave, though the decision was taken back", l.Kind)
				}
			}
			if len(v.letters) == 0 {
				d.wantState("HUB18-0001", before)
			}
			d.wantRefusal(d.UndoArbitration(t.Context(), "c.martin", "HUB18-0001"), "to take back")
			d.wantSound()
			// Decided once more, it is told once more.
			d.must(d.Arbitrate(t.Context(), "c.martin", "HUB18-0001", 0, v.verdict, "une panne de notre relais"))
			d.wantCase("HUB18-0001", v.phase, evidence, v.complete)
			d.wantLetters(append(append(slices.Clone(told), v.letters...), v.letters...)...)
			d.wantSound()
		})
	}
}

// TestArbitrateOne: two deposits may get two verdicts, and are taken back one
// decision at a time.
func TestArbitrateOne(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-11-30 17:00:10", "budget.xlsx"), d.mail("a@asso.example", "2018-11-30 17:00:50", "rib.pdf"))
	d.read("2018-11-30 18:00:00")
	mails := d.sheet("HUB18-0001").Mails
	d.wantRefusal(d.Arbitrate(t.Context(), "c", "HUB18-0001", 0, "peut-être", "x"), "verdict")
	d.wantRefusal(d.Arbitrate(t.Context(), "c", "HUB18-0001", 0, cases.Late, " "), "motive")
	d.must(d.Arbitrate(t.Context(), "c", "HUB18-0001", mails[0].ID, cases.OnTime, "relais"))
	d.wantCase("HUB18-0001", cases.Submitted, cases.ToArbitrate, cases.Complete) // the other is still open
	d.must(d.Arbitrate(t.Context(), "c", "HUB18-0001", mails[1].ID, cases.Late, "trop tard"))
	d.wantCase("HUB18-0001", cases.IncompleteAtDeadline, cases.ToArbitrate, cases.Incomplete)
	d.must(d.UndoArbitration(t.Context(), "c", "HUB18-0001"))
	d.wantCase("HUB18-0001", cases.Submitted, cases.ToArbitrate, cases.Complete)
	if n := len(d.sheet("HUB18-0001").Decisions); n != 2 || d.sheet("HUB18-0001").Decisions[0].UndoneAt != nil {
		t.Errorf("decisions %+v", d.sheet("HUB18-0001").Decisions)
	}
	d.wantSound()
	// A decision that was touched shows.
	d.must(d.write(t.Context(), func(t *tx) error {
		_, err := t.exec("UPDATE decision SET motive = 'autre' WHERE id = 1")
		return err
	}))
	r, err := d.Verify(t.Context(), "", openRaw, nil)
	d.must(err)
	if len(r.Faults) != 1 || !strings.Contains(r.Faults[0], "decision 1") {
		t.Errorf("faults %v", r.Faults)
	}
}

// TestDerogate: a late case is admitted by a person; what comes later does not
// undo that, and its deposits stay late.
func TestDerogate(t *testing.T) {
	d := newDesk(t)
	d.read("2018-11-30 18:00:00")
	d.file(d.mail("a@asso.example", "2018-11-30 19:00:00", "budget.xlsx"), d.mail("b@asso.example", "2018-11-30 12:00:00", "budget.xlsx"))
	d.wantRefusal(d.Derogate(t.Context(), "c", "HUB18-0001", ""), "motive")
	d.wantRefusal(d.Derogate(t.Context(), "c", "HUB18-0002", "x"), "only a late case")
	before := d.stateOf("HUB18-0001")
	d.must(d.Derogate(t.Context(), "c", "HUB18-0001", "cyclone"))
	d.wantCase("HUB18-0001", cases.Admissibility, cases.Late, cases.Incomplete)
	d.wantSound()
	d.must(d.UndoDerogation(t.Context(), "c", "HUB18-0001"))
	d.wantState("HUB18-0001", before)
	d.wantRefusal(d.UndoDerogation(t.Context(), "c", "HUB18-0001"), "to take back")
	d.must(d.Derogate(t.Context(), "c", "HUB18-0001", "cyclone"))
	d.file(d.mail("a@asso.example", "2018-12-01 09:00:00", "rib.pdf"))
	d.wantCase("HUB18-0001", cases.Admissibility, cases.Late, cases.Complete)
	d.wantLetters("late", "ack", "late")
	d.wantSound()
}

// TestPut: staff set a case aside and take it up again; nobody is written to.
func TestPut(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"))
	for act, phase := range map[cases.Act]cases.Phase{cases.ActWithdraw: cases.Withdrawn, cases.ActDuplicate: cases.Duplicate, cases.ActOffSubject: cases.NotApplication} {
		got, err := d.Put(t.Context(), "c", "HUB18-0001", act, "par téléphone")
		d.must(err)
		if got != phase {
			t.Errorf("%s: %s", act, got)
		}
		_, err = d.Put(t.Context(), "c", "HUB18-0001", cases.ActWithdraw, "x")
		d.wantRefusal(err, "already")
		d.must(d.OweReminders(t.Context()))
		if got, err = d.Put(t.Context(), "c", "HUB18-0001", cases.ActReinstate, "erreur"); err != nil || got != cases.Depositing {
			t.Errorf("reinstated as %s, %v", got, err)
		}
		_, err = d.Put(t.Context(), "c", "HUB18-0001", cases.ActReinstate, "erreur")
		d.wantRefusal(err, "not set aside")
	}
	d.wantLetters("ack")
	d.wantSound()

	// One that had gone on goes on; one that missed the deadline meanwhile stands
	// where the deadline leaves it.
	d.setPhase("HUB18-0001", cases.Review)
	_, err := d.Put(t.Context(), "c", "HUB18-0001", cases.ActWithdraw, "lettre")
	d.must(err)
	if got, err := d.Put(t.Context(), "c", "HUB18-0001", cases.ActReinstate, "erreur"); err != nil || got != cases.Review {
		t.Errorf("reinstated as %s, %v", got, err)
	}
	d.setPhase("HUB18-0001", cases.Depositing)
	_, err = d.Put(t.Context(), "c", "HUB18-0001", cases.ActWithdraw, "lettre")
	d.must(err)
	d.read("2018-11-30 18:00:00")
	if got, err := d.Put(t.Context(), "c", "HUB18-0001", cases.ActReinstate, "erreur"); err != nil || got != cases.IncompleteAtDeadline {
		t.Errorf("reinstated as %s, %v", got, err)
	}
	d.setPhase("HUB18-0001", cases.Awarded)
	_, err = d.Put(t.Context(), "c", "HUB18-0001", cases.ActWithdraw, "x")
	d.wantRefusal(err, "decided")
	d.wantSound()
}

// TestDepositSetAside: files that come for a case that staff set aside are for
// them to see, whatever it was set aside as.
func TestDepositSetAside(t *testing.T) {
	for _, act := range []cases.Act{cases.ActWithdraw, cases.ActDuplicate, cases.ActOffSubject} {
		t.Run(string(act), func(t *testing.T) {
			d := newDesk(t)
			d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"))
			_, err := d.Put(t.Context(), "c", "HUB18-0001", act, "erreur")
			d.must(err)
			if d.open("HUB18-0001", "message") {
				t.Error("a task before anything came")
			}
			d.file(d.mail("a@asso.example", "2018-10-02 09:00:00", "rib.pdf"))
			if !d.open("HUB18-0001", "message") {
				t.Error("no task tells staff of the deposit")
			}
			d.wantSound()
		})
	}
}

// TestArbitrateWhichMail: who names a mail that is not to arbitrate hears why.
func TestArbitrateWhichMail(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-11-30 12:00:00", "budget.xlsx"), d.mail("a@asso.example", "2018-11-30 17:00:10", "rib.pdf"), d.mail("a@asso.example", "2018-11-30 17:00:20", "statuts.pdf"),
		d.mail("a@asso.example", "2018-11-30 17:00:30"), d.mail("b@else.example", "2018-11-30 17:00:10", "rib.pdf"))
	stranger := d.mail("c@nulle.example", "2018-11-30 12:00:00", "rib.pdf")
	stranger.Subject = "HUB18-0001"
	d.file(stranger)
	mails, other := d.sheet("HUB18-0001").Mails, d.sheet("HUB18-0002").Mails[0].ID
	d.must(d.Arbitrate(t.Context(), "c", "HUB18-0001", mails[1].ID, cases.OnTime, "relais"))
	for mail, words := range map[int64]string{
		mails[0].ID: "is on_time by the evidence", mails[1].ID: "was found on_time already", mails[3].ID: "brought no file", other: "is a mail of HUB18-0002, not of HUB18-0001",
		d.sheet("HUB18-0001").Beside[0].ID: "belongs to no case", 99: "there is no mail 99",
	} {
		d.wantRefusal(d.Arbitrate(t.Context(), "c", "HUB18-0001", mail, cases.OnTime, "relais"), words)
	}
	d.must(d.Arbitrate(t.Context(), "c", "HUB18-0001", mails[2].ID, cases.OnTime, "relais"))
	d.wantRefusal(d.Arbitrate(t.Context(), "c", "HUB18-0001", 0, cases.OnTime, "relais"), "nothing is left")
	d.wantSound()
}
