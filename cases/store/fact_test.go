package store

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"greffier/cases"
)

// withGrouping has the calls ask groupings for their agreement, and the second
// edition serve two regions first.
func withGrouping(o *Options) {
	o.Calls[0].Pieces = append(o.Calls[0].Pieces, cases.Piece{ID: "accord_consortium", Label: "Accord de groupement", RequiredIf: []cases.Circumstance{cases.IfGrouping},
		Match: []*regexp.Regexp{regexp.MustCompile(`\baccord\b`)}})
	o.Calls[1].PriorityRegions = []string{"Bretagne", "Normandie"}
}

// form makes the answers of the dossier, further ones by name and value.
func form(list ...string) []cases.Field {
	fields := []cases.Field{{Name: "organisation", Value: "PING"}, {Name: "siret", Value: "732 829 320 00074"}, {Name: "siren"}, {Name: "chef_de_file"}, {Name: "projet_titre"}}
	for i := 0; i < len(list); i += 2 {
		fields = append(slices.DeleteFunc(fields, func(f cases.Field) bool { return f.Name == list[i] }), cases.Field{Name: list[i], Value: list[i+1]})
	}
	return fields
}

// assessRead assesses what waits, with what was read in files by name.
func (d *desk) assessRead(read map[string]cases.Reading) {
	d.t.Helper()
	list, err := d.ToAssess(d.t.Context(), 1000)
	d.must(err)
	for _, u := range list {
		a := cases.Assessment{MailID: u.MailID}
		for _, p := range u.Parts {
			a.Findings = append(a.Findings, cases.Finding{PartID: p.ID, DetectedType: "application/pdf", State: cases.Present, Reading: read[p.Filename]})
		}
		d.must(d.Assess(d.t.Context(), []cases.Assessment{a}))
	}
}

// wantFacts compares facts, each as name=value, with "!" when staff said so and
// "?" when it is doubtful, and then what contradicts it.
func (d *desk) wantFacts(ref string, want ...string) {
	d.t.Helper()
	var got []string
	for _, f := range d.sheet(ref).Facts {
		s := string(f.Name) + "=" + f.Value
		if f.Confirmed {
			s += "!"
		}
		if f.Doubt != "" {
			s += "?"
		}
		for _, a := range f.Against {
			s += " not " + a.Value
		}
		got = append(got, s)
	}
	if !slices.Equal(got, want) {
		d.t.Errorf("facts %q\nwant %q", got, want)
	}
}

// TestFactsOfAForm: a form filled in tells who candidates, for a fact by its
// file; a mail only what nobody else says, a contradiction is shown.
func TestFactsOfAForm(t *testing.T) {
	d := newDesk(t)
	first := d.mail("a@asso.example", "2018-10-01 09:00:00")
	first.Text = "Bonjour, notre hub couvrirait la Haute-Loire."
	first.Signature = "Claire Martin\n04 71 00 00 00\nSIRET 356 000 000 09075"
	d.arrive(first)
	d.assessRead(nil)
	d.wantFacts("HUB18-0001", "siren=356000000", "siret=35600000009075", "territory=43", "phone=04 71 00 00 00")
	d.wantSound()

	d.arrive(d.mail("a@asso.example", "2018-10-02 09:00:00", "budget.xlsx", "dossier.docx", "statuts.pdf", "rib.pdf"))
	d.assessRead(map[string]cases.Reading{
		"dossier.docx": {Fields: form("territoire_42", "oui", "territoire_974", "oui", "montant_demande", "450 000 €", "contact_telephone", "+33 4 71 00 00 00")},
		"budget.xlsx": {Fields: []cases.Field{{Name: "organisation", Value: "P.I.N.G."}, {Name: "regime_tva", Value: "TTC"}, {Name: "total_charges", Value: "900000"},
			{Name: "total_plan", Value: "0"}, {Name: "montant_demande", Value: "400000"}}},
		"statuts.pdf": {Text: "Statuts de l'association, SIREN 732 829 320"},
		"rib.pdf":     {Text: "Banque, RCS Paris 552 081 317"},
	})
	d.wantFacts("HUB18-0001", "organisation=PING not P.I.N.G.", "siren=732829320 not 356000000", "siret=73282932000074 not 35600000009075", "territory=42", "territory=974",
		"amount=450000.00 not 400000.00", "cost=900000.00", "tax=TTC", "phone=+33 4 71 00 00 00")
	sheet := d.sheet("HUB18-0001")
	if f := sheet.Facts[0]; f.Mail != 2 || f.Part != "3" || f.Source != cases.FromForm || f.Against[0].Source != cases.FromBudget {
		t.Errorf("the name was read in %+v", f)
	}
	if sheet.Candidate.Organisation != "PING" || sheet.Perimeter != nil {
		t.Errorf("organisation %q, perimeter %v", sheet.Candidate.Organisation, sheet.Perimeter)
	}
	for query, want := range map[string]string{"has:fact ping": "1", "-has:fact": "", "dept:42": "1", "dept:Réunion": "1", "dept:Haute-Loire": ""} {
		if found := d.found(query); found != want {
			t.Errorf("%s found %q, want %q", query, found, want)
		}
	}
	d.wantSound()
}

// TestGroupingAsksForItsAgreement: the acknowledgement, the reminder and the
// letter at the deadline agree on what a grouping lacks.
func TestGroupingAsksForItsAgreement(t *testing.T) {
	d := newDesk(t, withGrouping)
	d.arrive(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx", "rib.pdf", "dossier.docx"))
	d.arrive(d.mail("b@asso.example", "2018-10-01 09:00:00", "budget.xlsx", "rib.pdf", "seul.docx"))
	d.arrive(d.mail("c@asso.example", "2018-10-01 09:00:00", "budget.xlsx", "rib.pdf"))
	d.assessRead(map[string]cases.Reading{"dossier.docx": {Fields: form("mode_candidature", "Groupement")}, "seul.docx": {Fields: form("mode_candidature", "Candidature seule")}})
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	d.wantCase("HUB18-0002", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantCase("HUB18-0003", cases.Submitted, cases.OnTime, cases.Complete) // nobody knows: not asked for
	d.wantPiece("HUB18-0001", "accord_consortium", cases.Missing)
	d.wantPiece("HUB18-0002", "accord_consortium", cases.NotRequired)
	d.read("2018-11-26 09:30:00")
	d.read("2018-11-30 17:16:00")
	letters, err := d.DueLetters(t.Context(), 20)
	d.must(err)
	missing := map[string]string{}
	for _, l := range letters {
		missing[string(l.Kind)+" "+l.To.Address] = strings.Join(l.Facts.Missing, ", ")
	}
	for letter, want := range map[string]string{"ack a@asso.example": "Accord de groupement", "ack b@asso.example": "", "incomplete a@asso.example": "Accord de groupement"} {
		if got, owed := missing[letter]; !owed || got != want {
			t.Errorf("%s lacks %q, want %q (owed: %v)", letter, got, want, owed)
		}
	}
	d.wantCase("HUB18-0001", cases.IncompleteAtDeadline, cases.OnTime, cases.Incomplete)
	d.wantCase("HUB18-0003", cases.Admissibility, cases.OnTime, cases.Complete)
	d.wantSound()
}

func TestGroupingIsReminded(t *testing.T) {
	d := newDesk(t, withGrouping)
	d.arrive(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx", "rib.pdf", "dossier.docx"))
	d.assessRead(map[string]cases.Reading{"dossier.docx": {Fields: form("mode_candidature", "Groupement")}})
	d.read("2018-11-26 09:30:00")
	letters, err := d.DueLetters(t.Context(), 20)
	d.must(err)
	if l := letters[len(letters)-1]; l.Kind != cases.LetterReminder || !slices.Equal(l.Facts.Missing, []string{"Accord de groupement"}) {
		t.Errorf("%s lacks %q", l.Kind, l.Facts.Missing)
	}
}

// TestFormArrivesLater: from then on the case is judged by it. A complete dossier
// does not fall back by a mail: staff have a task.
func TestFormArrivesLater(t *testing.T) {
	d := newDesk(t, withGrouping)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx", "rib.pdf"))
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.arrive(d.reply("HUB18-0001", d.mail("a@asso.example", "2018-10-02 09:00:00", "dossier.docx")))
	d.assessRead(map[string]cases.Reading{"dossier.docx": {Fields: form("mode_candidature", "Groupement")}})
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Incomplete)
	d.wantTasks("HUB18-0001", "asks_more", "to_sort")
	letters, err := d.DueLetters(t.Context(), 20)
	d.must(err)
	if f := letters[len(letters)-1].Facts; f.Complete || f.Phase != cases.Submitted || !slices.Equal(f.Missing, []string{"Accord de groupement"}) || f.Because["Accord de groupement"] != cases.IfGrouping {
		t.Errorf("the acknowledgement tells %v, missing %q because %v", f.Phase, f.Missing, f.Because)
	}
	d.wantSound()

	d.file(d.reply("HUB18-0001", d.mail("a@asso.example", "2018-10-03 09:00:00", "accord.pdf")))
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	letters, err = d.DueLetters(t.Context(), 20)
	d.must(err)
	if f := letters[len(letters)-1].Facts; !f.Complete || len(f.Because) != 0 {
		t.Errorf("complete %v, because %v", f.Complete, f.Because)
	}
	d.wantSound()
}

// TestLateFormAsksForNothing: what a form says after the deadline changes nothing
// of the dossier that came in time.
func TestLateFormAsksForNothing(t *testing.T) {
	d := newDesk(t, withGrouping)
	d.file(d.mail("a@asso.example", "2018-11-30 16:00:00", "budget.xlsx", "rib.pdf"))
	d.read("2018-11-30 17:16:00")
	d.arrive(d.reply("HUB18-0001", d.mail("a@asso.example", "2018-11-30 18:00:00", "dossier.docx")))
	d.arrive(d.mail("b@asso.example", "2018-11-30 18:00:00", "budget.xlsx", "rib.pdf", "dossier.docx"))
	d.assessRead(map[string]cases.Reading{"dossier.docx": {Fields: form("mode_candidature", "Groupement")}})
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Complete)
	d.wantCase("HUB18-0002", cases.PhaseLate, cases.Late, cases.Incomplete) // all of it is late
	d.wantFacts("HUB18-0001", "organisation=PING", "siren=732829320", "siret=73282932000074", "grouping=yes")
	d.wantSound()
}

// TestStrangerReplacesNoFact: who holds a letter of ours but was unknown to the
// case may add, and not say who candidates.
func TestStrangerReplacesNoFact(t *testing.T) {
	d := newDesk(t)
	d.arrive(d.mail("a@asso.example", "2018-10-01 09:00:00", "statuts.pdf"))
	d.assessRead(map[string]cases.Reading{"statuts.pdf": {Text: "SIRET 732 829 320 00074"}})
	d.arrive(d.reply("HUB18-0001", d.mail("x@other.example", "2018-10-02 09:00:00", "dossier.docx")))
	d.assessRead(map[string]cases.Reading{"dossier.docx": {Fields: form("siret", "356 000 000 09075", "organisation", "La Poste")}})
	d.wantFacts("HUB18-0001", "organisation=La Poste", "siren=732829320 not 356000000", "siret=73282932000074 not 35600000009075")
	d.wantSound()
}

// TestStaffSayAFact: it stands against what is read, moves the case before the
// deadline, and can be taken back.
func TestStaffSayAFact(t *testing.T) {
	d := newDesk(t, withGrouping)
	d.arrive(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx", "rib.pdf", "dossier.docx"))
	d.assessRead(map[string]cases.Reading{"dossier.docx": {Fields: form("siret", "732 829 320 00075")}})
	ctx, ref := t.Context(), "hub18-0001"
	if err := d.ConfirmFact(ctx, "staff", ref, cases.FactSIRET); err == nil {
		t.Error("a SIRET that cannot be right is confirmed")
	}
	if err := d.SetFact(ctx, "staff", ref, cases.FactSIRET, "732 829 320 00075"); err == nil {
		t.Error("and set")
	}
	if err := d.ConfirmFact(ctx, "staff", ref, cases.FactAmount); err == nil {
		t.Error("what nobody told is confirmed")
	}
	if err := d.UnsetFact(ctx, "staff", ref, cases.FactAmount); err == nil {
		t.Error("what nobody said is taken back")
	}
	d.must(d.SetFact(ctx, "staff", ref, cases.FactSIRET, "356 000 000 09075"))
	d.must(d.ConfirmFact(ctx, "staff", ref, cases.FactOrganisation))
	d.must(d.SetFact(ctx, "staff", ref, cases.FactTerritory, "22, 29"))
	d.wantFacts("HUB18-0001", "organisation=PING!", "siret=35600000009075! not 732 829 320 00075", "territory=22!", "territory=29!")
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)

	d.must(d.SetFact(ctx, "staff", ref, cases.FactGrouping, "oui"))
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	before := len(d.sheet("HUB18-0001").Journal)
	d.must(d.SetFact(ctx, "staff", ref, cases.FactGrouping, "yes")) // said already
	if after := d.sheet("HUB18-0001").Journal; len(after) != before || after[before-1].Actor != "staff" || after[before-1].Event != "fact_set" {
		t.Errorf("journal %+v", after[before-1])
	}
	d.must(d.UnsetFact(ctx, "staff", ref, cases.FactGrouping))
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantSound()

	// Frozen: completeness follows, the phase does not, the dossier has a further version.
	d.read("2018-11-30 17:16:00")
	d.must(d.SetFact(ctx, "staff", ref, cases.FactGrouping, "yes"))
	d.wantCase("HUB18-0001", cases.Admissibility, cases.OnTime, cases.Incomplete)
	if n := len(d.sheet("HUB18-0001").Snapshots); n != 2 {
		t.Errorf("%d snapshots", n)
	}
	d.wantSound()
}

// TestPerimeter: the second edition proposes its verdict on the territories.
func TestPerimeter(t *testing.T) {
	d := newDesk(t, withGrouping)
	d.now = paris(t, "2021-01-10 10:00:00")
	d.arrive(d.mail("a@asso.example", "2021-01-10 09:00:00", "dossier.docx"))
	d.assessRead(map[string]cases.Reading{"dossier.docx": {Fields: form("territoire_22", "oui", "territoire_44", "oui")}})
	p := d.sheet("HUB20-0001").Perimeter
	if p == nil || p.Verdict != cases.PerimeterMixed || !slices.Equal(p.Regions, []string{"Bretagne", "Pays de la Loire"}) {
		t.Errorf("perimeter %+v", p)
	}
}

// TestInfectedFormTellsNothing: it was received, and is not read.
func TestInfectedFormTellsNothing(t *testing.T) {
	d := newDesk(t, withGrouping)
	d.arrive(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx", "rib.pdf", "dossier.docx"))
	d.assessRead(map[string]cases.Reading{"dossier.docx": {Fields: form("mode_candidature", "Groupement")}})
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	d.scanned(1, map[string]cases.Scan{"dossier.docx": infected})
	d.wantFacts("HUB18-0001")
	if c := d.sheet("HUB18-0001"); c.Completeness != cases.Complete || c.Candidate.Organisation != "" {
		t.Errorf("%s, organisation %q", c.Completeness, c.Candidate.Organisation)
	}
	d.wantSound()
}

// TestFactsAreSealed: nobody alters what was read or said behind our back.
func TestFactsAreSealed(t *testing.T) {
	for alter, want := range map[string]string{
		"UPDATE fact SET value = '1' WHERE name = 'siret'":   "mail 1",
		"DELETE FROM fact WHERE name = 'siren'":              "mail 1",
		"UPDATE fact SET doubt = 'wrong' WHERE mail_id = 1":  "mail 1",
		"UPDATE mail SET signature = 'SIRET 1' WHERE id = 1": "mail 1",
		"UPDATE fact SET value = 'yes' WHERE actor <> ''":    "case HUB18-0001",
		"UPDATE fact SET actor = 'autre' WHERE actor <> ''":  "case HUB18-0001",
		`UPDATE "case" SET organisation = 'Un autre'`:        "case HUB18-0001",
	} {
		d := newDesk(t, withGrouping)
		d.arrive(d.mail("a@asso.example", "2018-10-01 09:00:00", "dossier.docx"))
		d.assessRead(map[string]cases.Reading{"dossier.docx": {Fields: form()}})
		d.must(d.SetFact(t.Context(), "staff", "HUB18-0001", cases.FactGrouping, "no"))
		d.wantSound()
		_, err := d.writer.ExecContext(t.Context(), alter)
		d.must(err)
		r, err := d.Verify(t.Context(), "", openRaw, nil)
		d.must(err)
		if len(r.Faults) != 1 || !strings.HasPrefix(r.Faults[0], want+": it was altered") {
			t.Errorf("%s: faults %q", alter, r.Faults)
		}
	}
}

// TestColleagueTellsNothing: who forwards a mail does not sign it for the
// candidate; the form in it counts once it is attached, and no more when that is
// taken back.
func TestColleagueTellsNothing(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	forward := d.mail("b@cdc.example", "2018-10-02 09:00:00", "dossier.docx")
	forward.Staff, forward.Signature = true, "Service\n01 00 00 00 00"
	d.arrive(forward)
	read := map[string]cases.Reading{"dossier.docx": {Fields: form()}}
	d.assessRead(read)
	d.wantFacts("HUB18-0001")
	if _, err := d.Accept(t.Context(), "staff", 2, "HUB18-0001"); err != nil {
		t.Fatal(err)
	}
	d.assessRead(read)
	d.wantFacts("HUB18-0001", "organisation=PING", "siren=732829320", "siret=73282932000074")
	if _, _, err := d.Undo(t.Context(), "staff", 2); err != nil {
		t.Fatal(err)
	}
	d.wantFacts("HUB18-0001")
	if name := d.sheet("HUB18-0001").Candidate.Organisation; name != "" {
		t.Errorf("organisation %q", name)
	}
	d.wantSound()
}
