package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"greffier/cases"
)

// examined is a store whose edition has passed its deadline, with one case that
// had the budget in time and was then asked for the RIB.
func examined(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-11-05 09:00:00", "budget.xlsx"))
	d.read("2018-11-30 17:20:00")
	d.wantCase("HUB18-0001", cases.IncompleteAtDeadline, cases.OnTime, cases.Incomplete)
	d.now = paris(t, "2018-12-03 10:00:00")
	return d
}

func (d *desk) ask(due string, pieces ...string) error {
	d.t.Helper()
	r := cases.ComplementRequest{Ref: "HUB18-0001", Due: paris(d.t, due), Message: "Bonne lecture du reste."}
	for _, p := range pieces {
		r.Pieces = append(r.Pieces, cases.Asked{Piece: p})
	}
	_, err := d.AskComplement(d.t.Context(), "Camille Martin", r)
	return err
}

// pass records a complete reading begun then, and lets due instants pass.
func (d *desk) pass(at string) []string {
	d.t.Helper()
	d.read(at)
	refs, err := d.EndComplements(d.t.Context())
	d.must(err)
	return refs
}

// complement gives the newest complement of the case, in words.
func (d *desk) complement() string {
	d.t.Helper()
	list := d.sheet("HUB18-0001").Complements
	c := list[len(list)-1]
	out := string(c.Outcome)
	for _, p := range c.Pieces {
		out += fmt.Sprintf(" %s %v", p.ID, p.Here)
	}
	return out
}

func (d *desk) wantComplement(want string) {
	d.t.Helper()
	if got := d.complement(); got != want {
		d.t.Errorf("complement %q, want %q", got, want)
	}
}

// facts are what the newest letter tells.
func (d *desk) facts() cases.Facts {
	d.t.Helper()
	var id int64
	d.must(d.reader.QueryRow("SELECT MAX(id) FROM letter").Scan(&id))
	var l cases.Letter
	d.must(d.write(d.t.Context(), func(t *tx) (err error) { l, err = t.letter(id); return err }))
	return l.Facts
}

// TestComplement: pieces asked for after the deadline count when they come in
// time, the case is examined again once all are here, and the dossier is frozen
// once more. That they are late against the deadline stays.
func TestComplement(t *testing.T) {
	d := examined(t)
	d.must(d.ask("2018-12-15 17:00:00", "rib", "statuts"))
	d.wantCase("HUB18-0001", cases.CompletionRequested, cases.OnTime, cases.Incomplete)
	d.wantLetters("ack", "incomplete", "complement")
	f := d.facts()
	if f.Ref != "HUB18-0001" || len(f.Complement.Pieces) != 2 || f.Complement.Pieces[0].Label != "RIB" || f.Complement.Pieces[0].Why == "" || !f.Complement.Due.Equal(paris(t, "2018-12-15 17:00:00")) {
		t.Errorf("the letter tells %+v", f.Complement)
	}

	d.now = paris(t, "2018-12-10 12:00:00")
	d.file(d.mail("a@asso.example", "2018-12-10 11:00:00", "rib.pdf", "budget v2.xlsx"))
	d.wantCase("HUB18-0001", cases.CompletionRequested, cases.OnTime, cases.Complete)
	d.wantLetters("ack", "incomplete", "complement", "ack")
	if f := d.facts(); f.Complement == nil || !f.Complement.OnTime || len(f.Complement.Pieces) != 1 || f.Complement.Pieces[0].Label != "Statuts" {
		t.Errorf("the acknowledgement tells %+v: want the piece that is still missing", f.Complement)
	}
	d.wantComplement(" rib true statuts false")
	if n := len(d.sheet("HUB18-0001").Snapshots); n != 1 {
		t.Errorf("%d versions while it is awaited", n)
	}

	d.file(d.mail("a@asso.example", "2018-12-15 17:00:00", "statuts.pdf"))
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	d.wantComplement("met rib true statuts true")
	c := d.sheet("HUB18-0001")
	if len(c.Snapshots) != 2 || !d.open("HUB18-0001", "complement") {
		t.Errorf("%d versions, tasks %+v", len(c.Snapshots), c.Tasks)
	}
	for _, p := range c.Pieces {
		if slices.ContainsFunc(p.Files, func(f cases.FileSheet) bool { return f.Filename == "budget v2.xlsx" }) {
			t.Error("a piece that was not asked for replaces what came in time")
		}
	}
	for _, m := range c.Mails[1:] {
		if *m.Timeliness != cases.Late || m.Complement == nil || m.Complement.Timeliness != cases.OnTime {
			t.Errorf("mail %d is %s by the deadline, %+v by the complement", m.ID, *m.Timeliness, m.Complement)
		}
	}
	if !c.DepositedAt.Equal(paris(t, "2018-11-05 09:00:00")) {
		t.Errorf("deposited at %v: a complement moves no deposit", c.DepositedAt)
	}
	d.wantSound()
}

// TestComplementPasses: its due instant passes as the deadline does, and only by
// a complete reading; what came by then counts, whenever it is read.
func TestComplementPasses(t *testing.T) {
	for name, c := range map[string]struct {
		received, read string
		want           string
		complete       cases.Completeness
		letter         string
	}{
		"in time":                             {"2018-12-15 17:00:00", "before", "met rib true", cases.Complete, "ack"},
		"in time, read after the due instant": {"2018-12-15 16:59:58", "after", "met rib true", cases.Complete, "ack"},
		"in time, read after the transition":  {"2018-12-15 17:00:00", "ended", "passed rib true", cases.Complete, "ack"},
		"a second too late":                   {"2018-12-15 17:00:01", "after", "passed rib false", cases.Incomplete, "late"},
		"days too late":                       {"2018-12-20 09:00:00", "ended", "passed rib false", cases.Incomplete, "late"},
	} {
		t.Run(name, func(t *testing.T) {
			d := examined(t)
			d.must(d.ask("2018-12-15 17:00:00", "rib"))
			m := d.mail("a@asso.example", c.received, "rib.pdf")
			if c.read == "before" {
				d.file(m)
			}
			if refs := d.pass("2018-12-15 17:14:59"); refs != nil {
				t.Errorf("%v ended while mail was under way", refs)
			}
			if c.read == "after" {
				d.file(m)
			}
			d.pass("2018-12-15 17:15:00")
			if c.read == "ended" {
				d.file(m)
			}
			d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, c.complete)
			d.wantComplement(c.want)
			letters := d.letterKinds()
			if letters[len(letters)-1] != c.letter {
				t.Errorf("letters %v", letters)
			}
			snapshots := d.sheet("HUB18-0001").Snapshots
			if want := map[string]int{"ended": 3}[c.read]; c.complete == cases.Complete && want != 0 && len(snapshots) != want || len(snapshots) < 2 {
				t.Errorf("%d versions", len(snapshots))
			}
			if refs := d.pass("2018-12-25 09:00:00"); refs != nil {
				t.Errorf("%v ended twice", refs)
			}
			d.wantSound()
		})
	}
}

// TestComplementBeforeAsked: what came before the request answers none, and
// somebody else's files are for somebody to attach.
func TestComplementBeforeAsked(t *testing.T) {
	d := examined(t)
	m := d.mail("a@asso.example", "2018-12-02 09:00:00", "rib.pdf")
	d.must(d.ask("2018-12-15 17:00:00", "rib"))
	d.file(m, d.mail("stranger@else.example", "2018-12-05 09:00:00", "rib other.pdf"))
	d.wantCase("HUB18-0001", cases.CompletionRequested, cases.OnTime, cases.Incomplete)
	d.wantSound()
}

// TestComplementsInSequence: one at a time, and as many as are needed; a better
// version of a piece that was there counts.
func TestComplementsInSequence(t *testing.T) {
	d := examined(t)
	d.must(d.ask("2018-12-15 17:00:00", "rib"))
	if err := d.ask("2018-12-20 17:00:00", "statuts"); !errors.Is(err, ErrNotExamined) {
		t.Errorf("two at a time: %v", err)
	}
	d.file(d.mail("a@asso.example", "2018-12-04 09:00:00", "rib.pdf"))
	d.now = paris(t, "2018-12-05 09:00:00")
	d.must(d.ask("2018-12-20 17:00:00", "budget"))
	d.wantCase("HUB18-0001", cases.CompletionRequested, cases.OnTime, cases.Complete)
	d.file(d.mail("a@asso.example", "2018-12-06 09:00:00", "budget signé.pdf"))
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	if best := d.sheet("HUB18-0001").Pieces[0].Files[0].Filename; best != "budget signé.pdf" {
		t.Errorf("the budget is %s", best)
	}
	d.file(d.mail("a@asso.example", "2018-12-10 09:00:00", "rib corrigé.pdf")) // the first one's due instant has not passed
	if best := d.sheet("HUB18-0001").Pieces[1].Files[0].Filename; best != "rib corrigé.pdf" {
		t.Errorf("the RIB is %s", best)
	}
	d.wantSound()
}

// TestComplementProlonged: a file that came too late is in time by the new due
// instant; the candidate is told of it.
func TestComplementProlonged(t *testing.T) {
	d := examined(t)
	d.must(d.ask("2018-12-15 17:00:00", "rib"))
	d.now = paris(t, "2018-12-15 17:05:00")
	d.file(d.mail("a@asso.example", "2018-12-15 17:03:00", "rib.pdf"))
	d.wantCase("HUB18-0001", cases.CompletionRequested, cases.OnTime, cases.Incomplete)
	if f := d.facts(); f.Complement == nil || f.Complement.OnTime || len(f.Complement.Pieces) != 1 {
		t.Errorf("the late notice tells %+v", f.Complement)
	}
	prolong := func(due string) error {
		_, err := d.ProlongComplement(t.Context(), "Camille Martin", "HUB18-0001", paris(t, due), "", "")
		return err
	}
	if err := prolong("2018-12-15 17:00:00"); !errors.Is(err, ErrDuePast) {
		t.Errorf("into the past: %v", err)
	}
	d.must(prolong("2018-12-20 17:00:00"))
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	if f := d.facts(); !f.Complement.Prolonged || !f.Complement.Due.Equal(paris(t, "2018-12-20 17:00:00")) {
		t.Errorf("the letter tells %+v", f.Complement)
	}
	if err := prolong("2018-12-25 17:00:00"); !errors.Is(err, ErrNoComplement) {
		t.Errorf("one that has ended: %v", err)
	}
	d.wantLetters("ack", "incomplete", "complement", "late", "complement")
	d.wantSound()
}

// TestComplementWithdrawn: the case goes to where it would stand without it, its
// letter never leaves, and what came before counts.
func TestComplementWithdrawn(t *testing.T) {
	d := examined(t)
	d.must(d.ask("2018-12-15 17:00:00", "rib", "statuts"))
	d.file(d.mail("a@asso.example", "2018-12-03 12:00:00", "statuts.pdf"))
	d.now = paris(t, "2018-12-04 09:00:00")
	d.must(d.WithdrawComplement(t.Context(), "Camille Martin", "HUB18-0001"))
	d.wantCase("HUB18-0001", cases.IncompleteAtDeadline, cases.OnTime, cases.Incomplete)
	if p := d.sheet("HUB18-0001").Pieces[2]; p.Status != cases.Present {
		t.Errorf("what came while it was asked is %s", p.Status)
	}
	if l := d.mustOutbox()[2]; l.Kind != cases.LetterComplement || l.State != cases.LetterCancelled {
		t.Errorf("its letter is %s", l.State)
	}
	d.file(d.mail("a@asso.example", "2018-12-05 09:00:00", "rib.pdf"))
	d.wantCase("HUB18-0001", cases.IncompleteAtDeadline, cases.OnTime, cases.Incomplete)
	if refs := d.pass("2018-12-20 09:00:00"); refs != nil {
		t.Errorf("%v ended", refs)
	}
	if err := d.WithdrawComplement(t.Context(), "x", "HUB18-0001"); !errors.Is(err, ErrNoComplement) {
		t.Errorf("twice: %v", err)
	}
	d.wantSound()
}

// TestComplementSorted: staff recognise a piece asked for in a file with any
// name; a piece refused after the deadline can be asked for.
func TestComplementSorted(t *testing.T) {
	d := examined(t)
	d.must(d.ask("2018-12-15 17:00:00", "rib"))
	d.file(d.mail("a@asso.example", "2018-12-04 09:00:00", "scan0001.pdf"))
	d.wantCase("HUB18-0001", cases.CompletionRequested, cases.OnTime, cases.Incomplete)
	if !d.open("HUB18-0001", "to_sort") {
		t.Error("nobody is asked to sort it")
	}
	d.must(d.Sort(t.Context(), "Camille Martin", "HUB18-0001", 2, "2", cases.Said{Verdict: cases.SaidPieces, Pieces: []string{"rib"}}))
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	d.must(d.Sort(t.Context(), "Camille Martin", "HUB18-0001", 1, "2", cases.Said{Verdict: cases.SaidRefused, Reason: "non signé"}))
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Incomplete)
	d.now = paris(t, "2018-12-05 10:00:00")
	d.must(d.ask("2018-12-15 17:00:00", "budget"))
	if why := d.facts().Complement.Pieces[0].Why; why != "le fichier reçu ne convient pas" {
		t.Errorf("because %q", why)
	}
	d.wantSound()
}

// TestComplementOfLateCase: of a dossier that is late as a whole and admitted,
// what comes after the request counts by its due instant alone.
func TestComplementOfLateCase(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-11-30 18:00:00", "budget.xlsx"))
	d.read("2018-11-30 18:20:00")
	if err := d.ask("2018-12-15 17:00:00", "rib"); !errors.Is(err, ErrNotExamined) {
		t.Errorf("of a late case: %v", err)
	}
	d.must(d.Derogate(t.Context(), "Camille Martin", "HUB18-0001", "panne"))
	d.now = paris(t, "2018-12-03 10:00:00")
	d.must(d.ask("2018-12-15 17:00:00", "rib"))
	d.file(d.mail("a@asso.example", "2018-12-15 17:00:01", "rib.pdf"))
	d.wantCase("HUB18-0001", cases.CompletionRequested, cases.Late, cases.Incomplete)
	d.pass("2018-12-16 09:00:00")
	d.wantCase("HUB18-0001", cases.Admissibility, cases.Late, cases.Incomplete)
	d.wantSound()
}

// TestComplementRefused: what cannot be asked changes nothing.
func TestComplementRefused(t *testing.T) {
	d := examined(t)
	before := d.stateOf("HUB18-0001")
	for name, c := range map[string]struct {
		err  error
		want error
	}{
		"no piece":      {d.ask("2018-12-15 17:00:00"), ErrNoPieces},
		"unknown piece": {d.ask("2018-12-15 17:00:00", "kbis"), ErrUnknownPiece},
		"in the past":   {d.ask("2018-12-03 10:00:00", "rib"), ErrDuePast},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	d.wantState("HUB18-0001", before)
	draft, err := d.DraftComplement(t.Context(), "x", cases.ComplementRequest{Ref: "HUB18-0001", Pieces: []cases.Asked{{Piece: "rib", Why: "deux\nlignes"}}, Due: paris(t, "2018-12-15 17:00:00")})
	d.must(err)
	if draft.Facts.Complement.Pieces[0].Why != "deux lignes" || draft.To.Address != "a@asso.example" {
		t.Errorf("draft %+v", draft)
	}
	d.wantState("HUB18-0001", before)
	d.wantSound()
}

// TestComplementReasons: the candidate hears why each piece is asked for; one that
// came late is beside the dossier, and is to come again.
func TestComplementReasons(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-11-05 09:00:00", "budget protege.xlsx"))
	d.read("2018-11-30 17:20:00")
	d.file(d.mail("a@asso.example", "2018-11-30 18:00:00", "rib.pdf"))
	list, err := d.Askable(t.Context(), "hub18-0001")
	d.must(err)
	var got []string
	for _, p := range list {
		got = append(got, fmt.Sprintf("%s %v %s", p.ID, p.Proposed, p.Why))
	}
	if want := []string{"budget true le fichier reçu est protégé par un mot de passe", "rib true reçue après la date limite\u00a0; renvoyez-la pour qu’elle compte", "statuts false pièce non reçue"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestComplementMerge: what was asked of a case stays with it.
func TestComplementMerge(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-11-05 09:00:00", "budget.xlsx"), d.mail("b@asso.example", "2018-11-05 09:00:00", "statuts.pdf"))
	d.read("2018-11-30 17:20:00")
	d.must(d.ask("2018-12-15 17:00:00", "rib"))
	d.wantRefusal(d.Merge(t.Context(), "x", "HUB18-0001", "HUB18-0002", "même structure"), "merge HUB18-0002 into it")
	d.must(d.Merge(t.Context(), "x", "HUB18-0002", "HUB18-0001", "même structure"))
	d.wantCase("HUB18-0001", cases.CompletionRequested, cases.OnTime, cases.Incomplete)
	_, err := d.UndoMerge(t.Context(), "x", "HUB18-0002")
	d.must(err)
	d.wantCase("HUB18-0001", cases.CompletionRequested, cases.OnTime, cases.Incomplete)
	d.wantSound()
}

// TestComplementLetterAgain: the letter goes again while its complement stands,
// and asks for nothing after.
func TestComplementLetterAgain(t *testing.T) {
	d := examined(t)
	d.must(d.ask("2018-12-15 17:00:00", "rib"))
	letter := d.mustOutbox()[2].ID
	n, err := d.BeginAttempt(t.Context(), letter, d.now)
	d.must(err)
	d.must(d.SettleAttempt(t.Context(), letter, n, cases.Permanent, "550 no such user", d.now))
	_, err = d.SendAgain(t.Context(), "Camille Martin", letter, "contact@asso.example", "")
	d.must(err)
	d.file(d.reply("HUB18-0001", d.mail("contact@asso.example", "2018-12-05 09:00:00", "rib.pdf")))
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	if _, err := d.SendAgain(t.Context(), "x", letter, "", ""); !errors.Is(err, ErrNotAgain) {
		t.Errorf("after it was met: %v", err)
	}
	d.wantSound()
}

// TestFoundOnTimeWhileAsked: what had come in time and is found while more is
// asked counts, is frozen, and staff hear of it.
func TestFoundOnTimeWhileAsked(t *testing.T) {
	d := examined(t)
	d.must(d.ask("2018-12-15 17:00:00", "statuts"))
	d.file(d.mail("a@asso.example", "2018-11-29 09:00:00", "rib.pdf"))
	d.wantCase("HUB18-0001", cases.CompletionRequested, cases.OnTime, cases.Complete)
	if n := len(d.sheet("HUB18-0001").Snapshots); n != 2 || !d.open("HUB18-0001", "found_on_time") {
		t.Errorf("%d versions", n)
	}
	d.wantSound()
}
