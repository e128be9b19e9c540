package store

import (
	"slices"
	"strings"
	"testing"

	"greffier/cases"
)

// scanned records what the antivirus says of files, by name, of one mail.
func (d *desk) scanned(mailID int64, says map[string]cases.Scan) {
	d.t.Helper()
	mail := cases.ScannedMail{MailID: mailID}
	for name, scan := range says {
		var part string
		d.must(d.reader.QueryRowContext(d.t.Context(), "SELECT part FROM part WHERE mail_id = ? AND filename = ?", mailID, name).Scan(&part))
		mail.Files = append(mail.Files, cases.ScannedFile{PartID: part, Scan: scan})
	}
	d.must(d.Scanned(d.t.Context(), mail))
}

var (
	clean    = cases.Scan{State: cases.ScanClean}
	infected = cases.Scan{State: cases.ScanInfected, Detail: "Win.Test"}
	silent   = cases.Scan{State: cases.ScanUnavailable, Detail: "the antivirus does not answer"}
)

func (d *desk) wantPiece(ref, piece string, want cases.Status) {
	d.t.Helper()
	for _, p := range d.sheet(ref).Pieces {
		if p.ID == piece && p.Status != want {
			d.t.Errorf("piece %s is %s, want %s", piece, p.Status, want)
		}
	}
}

func (d *desk) wantTasks(ref string, want ...string) {
	d.t.Helper()
	var got []string
	for _, k := range d.sheet(ref).Tasks {
		got = append(got, k.Kind)
	}
	if !slices.Equal(got, want) {
		d.t.Errorf("tasks %v, want %v", got, want)
	}
}

// assessScanned assesses what waits, files whose name holds a word of says being
// judged so.
func (d *desk) assessScanned(says map[string]cases.Scan) {
	d.t.Helper()
	list, err := d.ToAssess(d.t.Context(), 1000)
	d.must(err)
	for _, u := range list {
		a := cases.Assessment{MailID: u.MailID}
		for _, p := range u.Parts {
			scan := clean
			for word, s := range says {
				if strings.Contains(p.Filename, word) {
					scan = s
				}
			}
			a.Findings = append(a.Findings, cases.Finding{PartID: p.ID, DetectedType: "application/pdf", State: cases.Present, Scan: scan})
		}
		d.must(d.Assess(d.t.Context(), []cases.Assessment{a}))
	}
}

func (d *desk) arrive(m *cases.Mail) {
	d.t.Helper()
	d.uid++
	d.must(d.Receive(d.t.Context(), []cases.Arrival{{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: d.uid}, Mail: *m}}))
}

// TestInfectedDeposit: behaviour 33. An infected file was received when it was
// and stands for nothing; the one letter that its mail gets says so.
func TestInfectedDeposit(t *testing.T) {
	d := newDesk(t, func(o *Options) { o.Scanned = true })
	d.arrive(d.mail("asso@x.example", "2018-10-01 09:00:00", "budget.pdf", "rib.pdf", "photo.pdf"))
	if f := d.sheet("HUB18-0001").Unsorted[0]; f.Scan != cases.ScanPending {
		t.Errorf("before it was judged: %+v", f)
	}
	d.assessScanned(map[string]cases.Scan{"rib": infected})
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	d.wantPiece("HUB18-0001", "budget", cases.Present)
	d.wantPiece("HUB18-0001", "rib", cases.Infected)
	d.wantTasks("HUB18-0001", "infected", "to_sort")
	d.wantLetters("ack")
	sheet := d.sheet("HUB18-0001")
	if at := sheet.DepositedAt; at == nil || !at.Equal(paris(t, "2018-10-01 09:00:00")) {
		t.Errorf("deposited at %v", at)
	}
	if f := sheet.Pieces[1].Files[0]; f.Scan != cases.ScanInfected || f.ScanDetail != "Win.Test" {
		t.Errorf("file %+v", f)
	}
	told := d.word().Facts
	if told.Files[1].State != "infected" || told.Complete || !slices.Equal(told.Missing, []string{"RIB"}) {
		t.Errorf("the acknowledgement tells %+v", told)
	}
	f, err := d.Figures(t.Context())
	d.must(err)
	if f.Scans[cases.ScanClean] != 2 || f.Scans[cases.ScanInfected] != 1 {
		t.Errorf("figures %v", f.Scans)
	}

	// Sent again, clean: complete; the instant is that of the first deposit, by
	// which all had been received.
	d.arrive(d.reply("HUB18-0001", d.mail("asso@x.example", "2018-10-02 09:00:00", "rib sain.pdf")))
	d.assessScanned(nil)
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantPiece("HUB18-0001", "rib", cases.Present)
	if at := d.sheet("HUB18-0001").DepositedAt; !at.Equal(paris(t, "2018-10-01 09:00:00")) {
		t.Errorf("deposited at %v", at)
	}
	d.wantSound()
}

// TestFoundInfectedLater: the acknowledgement has left; the case keeps its phase,
// the sender is asked once for each file, staff get a task.
func TestFoundInfectedLater(t *testing.T) {
	d := newDesk(t, func(o *Options) { o.Scanned = true })
	d.arrive(d.mail("asso@x.example", "2018-10-01 09:00:00", "budget.pdf", "rib.pdf"))
	d.assessScanned(map[string]cases.Scan{"": silent})
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantLetters("ack")
	wait, err := d.ToScan(t.Context(), 0, 10)
	d.must(err)
	if len(wait) != 1 || len(wait[0].Parts) != 2 {
		t.Fatalf("wait for the antivirus: %+v", wait)
	}

	for range 2 {
		d.scanned(1, map[string]cases.Scan{"budget.pdf": clean, "rib.pdf": infected})
		d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Incomplete)
		d.wantPiece("HUB18-0001", "rib", cases.Infected)
		d.wantTasks("HUB18-0001", "infected")
		d.wantLetters("ack", "resend")
	}
	if at := d.sheet("HUB18-0001").DepositedAt; !at.Equal(paris(t, "2018-10-01 09:00:00")) {
		t.Errorf("deposited at %v", at)
	}
	due, err := d.DueLetters(t.Context(), 10)
	d.must(err)
	if told := due[1].Facts; len(told.Files) != 1 || told.Files[0].Name != "rib.pdf" || told.Files[0].State != "infected" || !slices.Equal(told.Files[0].Pieces, []string{"RIB"}) {
		t.Errorf("the letter tells %+v", told.Files)
	}
	if wait, err := d.ToScan(t.Context(), 0, 10); err != nil || len(wait) != 0 {
		t.Errorf("still wait: %+v, %v", wait, err)
	}

	// An antivirus without a verdict takes nothing back.
	d.scanned(1, map[string]cases.Scan{"rib.pdf": {State: cases.ScanUnavailable, GaveUp: true}})
	d.wantPiece("HUB18-0001", "rib", cases.Infected)
	// A clean verdict does: the piece is back, and staff hear of it.
	if n, err := d.Rescan(t.Context(), "staff", "HUB18-0001"); n != 2 || err != nil {
		t.Errorf("%d files to scan again, %v", n, err)
	}
	d.scanned(1, map[string]cases.Scan{"budget.pdf": clean, "rib.pdf": clean})
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantPiece("HUB18-0001", "rib", cases.Present)
	d.wantTasks("HUB18-0001", "infected", "unscanned", "cleared")
	d.wantLetters("ack", "resend")
	d.wantSound()
}

// TestFoundInfectedAfterTheDeadline: the frozen dossier gets a further version,
// and the verdict on the deposit stays.
func TestFoundInfectedAfterTheDeadline(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("asso@x.example", "2018-11-30 16:59:00", "budget.pdf", "rib.pdf"))
	d.read("2018-11-30 17:16:00")
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	d.scanned(1, map[string]cases.Scan{"rib.pdf": infected})
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Incomplete)
	d.wantLetters("ack", "resend")
	if n := len(d.sheet("HUB18-0001").Snapshots); n != 2 {
		t.Errorf("%d snapshots", n)
	}
	d.wantSound()
}

// TestInfectedWithoutALetter: nobody is written to who may not be, or whose case
// is none any more; staff hear of it all the same.
func TestInfectedWithoutALetter(t *testing.T) {
	d := newDesk(t)
	imported := d.mail("asso@x.example", "2018-10-01 09:00:00", "rib.pdf")
	imported.Silent = true
	d.file(imported, d.mail("autre@x.example", "2018-10-01 09:00:00", "rib.pdf"))
	leaves := d.reply("HUB18-0002", d.mail("autre@x.example", "2018-10-02 09:00:00"))
	leaves.Text = "DÉSISTEMENT"
	d.file(leaves)
	d.scanned(1, map[string]cases.Scan{"rib.pdf": infected})
	d.scanned(2, map[string]cases.Scan{"rib.pdf": infected})
	d.wantLetters("ack", "withdrawal")
	d.wantTasks("HUB18-0001", "infected")
	d.wantTasks("HUB18-0002", "withdrawal", "infected")
	d.wantSound()
}

// TestInfectedMailWaits: a stranger's file is judged too, and changes no case.
func TestInfectedMailWaits(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("asso@x.example", "2018-10-01 09:00:00", "budget.pdf", "rib.pdf"))
	stranger := d.mail("autre@y.example", "2018-10-02 09:00:00", "rib.pdf")
	stranger.Subject = "HUB18-0001"
	d.file(stranger)
	d.scanned(2, map[string]cases.Scan{"rib.pdf": infected})
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantLetters("ack", "waiting")
	d.wantTasks("HUB18-0001", "to_attach", "infected")
	other := d.mail("tiers@z.example", "2018-10-02 10:00:00", "statuts.pdf")
	other.Subject = "HUB18-0001"
	d.arrive(other)
	d.assessScanned(map[string]cases.Scan{"statuts": infected, "rib": silent})
	due, err := d.DueLetters(t.Context(), 10)
	d.must(err)
	if l := due[len(due)-1]; l.Kind != cases.LetterWaiting || l.Facts.Files[0].State != "infected" {
		t.Errorf("the stranger is told %s %+v", l.Kind, l.Facts.Files)
	}
	if _, err := d.Accept(t.Context(), "staff", 2, "HUB18-0001"); err != nil {
		t.Fatal(err)
	}
	// Judged while it is attached: left to its assessment.
	d.scanned(2, map[string]cases.Scan{"rib.pdf": clean})
	d.assessScanned(map[string]cases.Scan{"": silent})
	for _, p := range d.sheet("HUB18-0001").Pieces {
		if p.ID == "rib" && (len(p.Files) != 2 || p.Files[1].Scan != cases.ScanInfected) {
			t.Errorf("files of the piece: %+v", p.Files)
		}
	}
	d.wantSound()
}

// TestVerdictIsSealed: nobody calls an infected file clean behind our back.
func TestVerdictIsSealed(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("asso@x.example", "2018-10-01 09:00:00", "rib.pdf"))
	d.scanned(1, map[string]cases.Scan{"rib.pdf": infected})
	d.wantSound()
	if _, err := d.writer.ExecContext(t.Context(), "UPDATE part SET scan = 'clean'"); err != nil {
		t.Fatal(err)
	}
	r, err := d.Verify(t.Context(), "", openRaw, nil)
	d.must(err)
	if len(r.Faults) != 1 || !strings.Contains(r.Faults[0], "files 1") {
		t.Errorf("faults %q", r.Faults)
	}
}
