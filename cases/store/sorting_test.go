package store

import (
	"errors"
	"slices"
	"testing"

	"greffier/cases"
)

const sorter = "marie (command line)"

func (d *desk) sort(ref string, mail int64, part string, verdict cases.Verdict, pieces ...string) {
	d.t.Helper()
	d.must(d.Sort(d.t.Context(), sorter, ref, mail, part, cases.Said{Verdict: verdict, Pieces: pieces, Reason: "illegible stamp"}))
}

func (d *desk) wantFile(ref string, i int, state cases.Status, pieces ...string) {
	d.t.Helper()
	files, err := d.Files(d.t.Context(), ref)
	d.must(err)
	if f := files[i]; f.State != state || !slices.Equal(f.Pieces, pieces) {
		d.t.Errorf("%s is %s and stands for %v, want %s and %v", f.Filename, f.State, f.Pieces, state, pieces)
	}
}

// TestStaffSort: what staff say of a file counts in the place of what was
// recognised, moves the case, and can be taken back; both remain to be seen.
func TestStaffSort(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("asso@x.example", "2018-10-01 09:00:00", "budget.pdf", "scan0001.pdf", "rib.pdf"))
	const ref = "HUB18-0001"
	d.wantCase(ref, cases.Submitted, cases.OnTime, cases.Complete)
	d.wantTasks(ref, "to_sort")

	d.sort(ref, 1, "3", cases.SaidPieces, "statuts")
	d.wantPiece(ref, "statuts", cases.Present)
	d.wantFile(ref, 1, cases.Present, "statuts")
	if k := d.sheet(ref).Tasks[0]; k.DoneAt == nil {
		t.Error("all files are sorted, and the task to sort them stays open")
	}

	// Not an account, but a second budget: the dossier is not complete any more.
	d.sort(ref, 1, "4", cases.SaidPieces, "budget")
	d.wantCase(ref, cases.Depositing, cases.OnTime, cases.Incomplete)
	files, err := d.Files(t.Context(), ref)
	d.must(err)
	if f := files[2]; len(f.Suggests) != 1 || f.Suggests[0].Piece != "rib" || f.Said.By != sorter {
		t.Errorf("the machine's opinion or the author is lost: %+v", f)
	}
	d.must(d.Unsort(t.Context(), sorter, ref, 1, "4"))
	d.wantCase(ref, cases.Submitted, cases.OnTime, cases.Complete)

	d.sort(ref, 1, "4", cases.SaidUnreadable)
	d.wantPiece(ref, "rib", cases.Unreadable)
	d.sort(ref, 1, "4", cases.SaidRefused)
	d.wantPiece(ref, "rib", cases.Refused)
	d.wantCase(ref, cases.Depositing, cases.OnTime, cases.Incomplete)
	d.must(d.Confirm(t.Context(), sorter, ref, 1, "4"))
	d.wantPiece(ref, "rib", cases.Present)

	d.sort(ref, 1, "3", cases.SaidNone)
	d.wantFile(ref, 1, cases.Present)
	if c := d.sheet(ref); len(c.Unsorted) > 0 {
		t.Errorf("what is no piece is still to be sorted: %v", c.Unsorted)
	}
	d.must(d.Unsort(t.Context(), sorter, ref, 1, "3"))
	if k := d.sheet(ref).Tasks[0]; k.DoneAt != nil {
		t.Error("a file is to be sorted again, and the task is not open")
	}
	d.wantLetters("ack") // staff write to the candidate, not this
	d.wantSound()

	var authors int
	for _, e := range d.sheet(ref).Journal {
		if e.Event == "file_sorted" && e.Actor == sorter {
			authors++
		}
	}
	if authors != 8 {
		t.Errorf("%d corrections are journaled with their author, want 8", authors)
	}
}

// TestStaffSortWrongly: what makes no sense changes nothing.
func TestStaffSortWrongly(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("asso@x.example", "2018-10-01 09:00:00", "budget.pdf", "scan.pdf"), d.mail("b@y.example", "2018-10-01 09:00:00", "rib.pdf"))
	before := len(d.sheet("HUB18-0001").Journal)
	for name, err := range map[string]error{
		"unknown piece":        d.Sort(t.Context(), sorter, "HUB18-0001", 1, "2", cases.Said{Verdict: cases.SaidPieces, Pieces: []string{"kbis"}}),
		"no piece":             d.Sort(t.Context(), sorter, "HUB18-0001", 1, "2", cases.Said{Verdict: cases.SaidPieces}),
		"refused for nothing":  d.Sort(t.Context(), sorter, "HUB18-0001", 1, "2", cases.Said{Verdict: cases.SaidRefused, Reason: " "}),
		"confirmed as nothing": d.Confirm(t.Context(), sorter, "HUB18-0001", 1, "3"),
		"nothing to take back": d.Unsort(t.Context(), sorter, "HUB18-0001", 1, "2"),
	} {
		if err == nil {
			t.Errorf("%s: done", name)
		}
	}
	if err := d.Confirm(t.Context(), sorter, "HUB18-0001", 2, "2"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a file of another case: %v, want ErrNotFound", err)
	}
	if n := len(d.sheet("HUB18-0001").Journal); n != before {
		t.Errorf("%d entries were journaled", n-before)
	}
}

// TestStaffSortFrozen: behind the deadline a correction adds a snapshot, and a
// dossier whose piece was only not recognised is in order.
func TestStaffSortFrozen(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("asso@x.example", "2018-10-01 09:00:00", "budget.pdf", "scan.pdf"))
	d.read("2018-11-30 17:20:00")
	d.wantCase("HUB18-0001", cases.IncompleteAtDeadline, cases.OnTime, cases.Incomplete)
	d.sort("HUB18-0001", 1, "3", cases.SaidPieces, "rib")
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	if n := len(d.sheet("HUB18-0001").Snapshots); n != 2 {
		t.Errorf("%d snapshots, want 2", n)
	}
	d.sort("HUB18-0001", 1, "2", cases.SaidNone)
	d.wantSound()
}

// TestStaffSortSurvives: a mail taken back and attached again, and so assessed
// anew, keeps what staff said; an infected file is not brought back by it.
func TestStaffSortSurvives(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("asso@x.example", "2018-10-01 09:00:00"))
	stranger := d.mail("other@y.example", "2018-10-02 09:00:00", "scan.pdf")
	stranger.Subject = "HUB18-0001"
	d.file(stranger)
	if _, err := d.Accept(t.Context(), sorter, 2, "HUB18-0001"); err != nil {
		t.Fatal(err)
	}
	d.assess()
	d.sort("HUB18-0001", 2, "2", cases.SaidPieces, "rib")
	if _, _, err := d.Undo(t.Context(), sorter, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Accept(t.Context(), sorter, 2, "HUB18-0001"); err != nil {
		t.Fatal(err)
	}
	d.assess()
	d.wantPiece("HUB18-0001", "rib", cases.Present)
	d.scanned(2, map[string]cases.Scan{"scan.pdf": infected})
	d.wantPiece("HUB18-0001", "rib", cases.Infected)
	d.sort("HUB18-0001", 2, "2", cases.SaidRefused)
	d.wantPiece("HUB18-0001", "rib", cases.Missing)
	d.wantSound()
}

// TestLabelled: corrections are examples; judgements of quality are not.
func TestLabelled(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("asso@x.example", "2018-10-01 09:00:00", "a.pdf", "b.pdf", "c.pdf"))
	d.sort("HUB18-0001", 1, "3", cases.SaidPieces, "rib")
	d.sort("HUB18-0001", 1, "2", cases.SaidNone)
	d.sort("HUB18-0001", 1, "4", cases.SaidUnreadable)
	list, err := d.Labelled(t.Context())
	d.must(err)
	if len(list) != 2 || list[1].Part.Filename != "b.pdf" || list[1].Place != 2 || list[1].Files != 3 || !slices.Equal(list[1].Pieces, []string{"rib"}) || len(list[0].Pieces) > 0 {
		t.Errorf("%+v", list)
	}
}

// TestFilesWarn: the list of files tells staff what is dangerous in each.
func TestFilesWarn(t *testing.T) {
	d := newDesk(t)
	m := d.mail("a@asso.example", "2018-10-01 09:00:00", "dossier.docm", "rib.pdf")
	d.must(d.Receive(t.Context(), []cases.Arrival{{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: 1}, Mail: *m}}))
	list, err := d.ToAssess(t.Context(), 10)
	d.must(err)
	a := cases.Assessment{MailID: list[0].MailID}
	for i, p := range list[0].Parts {
		f := cases.Finding{PartID: p.ID, State: cases.Present}
		if i == 0 {
			f.Warnings = []string{"dangerous: macros"}
		}
		a.Findings = append(a.Findings, f)
	}
	d.must(d.Assess(t.Context(), []cases.Assessment{a}))
	files, err := d.Files(t.Context(), "HUB18-0001")
	d.must(err)
	if len(files) != 2 || !slices.Equal(files[0].Warnings, []string{"dangerous: macros"}) || files[1].Warnings == nil || len(files[1].Warnings) > 0 {
		t.Errorf("%+v", files)
	}
}

// TestUnsorted: what a file is waits for a word only while nothing was recognised
// in it and staff have not said; one that they refuse or cannot read is still the
// piece that it was recognised as.
func TestUnsorted(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@a.example", "2018-10-02 10:00:00", "rib.pdf", "scan0001.pdf"))
	mail := d.sheet("HUB18-0001").Mails[0].ID
	want := func(found string, names ...string) {
		t.Helper()
		var got []string
		for _, f := range d.sheet("HUB18-0001").Unsorted {
			got = append(got, f.Filename)
		}
		if !slices.Equal(got, names) || d.foundNow("has:unsorted") != found {
			t.Errorf("unsorted %q, want %q; found %q", got, names, d.foundNow("has:unsorted"))
		}
	}
	want("1", "scan0001.pdf")
	d.must(d.Sort(t.Context(), "Z", "HUB18-0001", mail, "2", cases.Said{Verdict: cases.SaidRefused, Reason: "d’un autre"}))
	want("1", "scan0001.pdf")
	d.must(d.Sort(t.Context(), "Z", "HUB18-0001", mail, "3", cases.Said{Verdict: cases.SaidUnreadable}))
	want("1", "scan0001.pdf")
	d.must(d.Sort(t.Context(), "Z", "HUB18-0001", mail, "3", cases.Said{Verdict: cases.SaidNone}))
	want("")
}
