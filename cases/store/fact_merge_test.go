package store

import (
	"testing"

	"greffier/cases"
)

// TestSaidFactsMerge: what staff said of a duplicate counts for the case that it
// went into, where they said nothing of that one; what they said otherwise is shown
// against it. Taken back, each case has its own again, as often as one likes.
func TestSaidFactsMerge(t *testing.T) {
	d := newDesk(t, withGrouping)
	d.arrive(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx", "rib.pdf", "dossier.docx"))
	d.arrive(d.mail("b@asso.example", "2018-10-02 09:00:00", "statuts.pdf"))
	d.assessRead(map[string]cases.Reading{"dossier.docx": {Fields: form("siret", "", "territoire_75", "oui", "contact_courriel", "a@asso.example")}})
	ctx, one, two := t.Context(), "HUB18-0001", "HUB18-0002"
	say := func(ref string, name cases.FactName, value string) {
		t.Helper()
		d.must(d.SetFact(ctx, "staff", ref, name, value))
	}
	say(one, cases.FactOrganisation, "PING")
	say(one, cases.FactTerritory, "22, 29")
	say(two, cases.FactOrganisation, "Pong")
	say(two, cases.FactTerritory, "29, 35")
	say(two, cases.FactSIRET, "356 000 000 09075")
	say(two, cases.FactGrouping, "oui")
	d.wantCase(one, cases.Submitted, cases.OnTime, cases.Complete)
	before1, before2 := d.stateOf(one), d.stateOf(two)
	for range 2 {
		d.must(d.Merge(ctx, "staff", two, one, ""))
		d.wantFacts(one, "organisation=PING! not Pong", "siret=35600000009075!", "grouping=yes!", "territory=22! not 35", "territory=29!", "email=a@asso.example")
		d.wantCase(one, cases.Depositing, cases.OnTime, cases.Incomplete) // a grouping lacks its agreement
		if f := d.sheet(one).Facts; f[0].Of != "" || f[0].Against[0].Of != two || f[1].Of != two {
			t.Errorf("said of %q, against it of %q; the SIRET of %q", f[0].Of, f[0].Against[0].Of, f[1].Of)
		}
		if found := d.found("pong"); found != "2" {
			t.Errorf("the word against is found in %q", found)
		}
		if found := d.found("35600000009075"); found != "1 2" {
			t.Errorf("what staff said of the duplicate is found in %q", found)
		}
		d.wantRefusal(d.SetFact(ctx, "staff", two, cases.FactSIRET, "732 829 320 00074"), "went into HUB18-0001")
		d.wantSound()
		_, err := d.UndoMerge(ctx, "staff", two)
		d.must(err)
		d.wantState(one, before1)
		d.wantState(two, before2)
		d.wantSound()
	}

	// What staff say after the merge is of the case that stands.
	d.must(d.Merge(ctx, "staff", two, one, ""))
	d.must(d.ConfirmFact(ctx, "staff", one, cases.FactSIRET))
	d.must(d.UnsetFact(ctx, "staff", one, cases.FactGrouping))
	d.wantCase(one, cases.Submitted, cases.OnTime, cases.Complete)
	d.must(d.UnsetFact(ctx, "staff", one, cases.FactOrganisation))
	d.wantFacts(one, "organisation=PING", "siret=35600000009075!", "territory=22! not 35", "territory=29!", "email=a@asso.example")
	d.wantRefusal(d.UnsetFact(ctx, "staff", one, cases.FactGrouping), "said nothing")
	d.wantSound()
	_, err := d.UndoMerge(ctx, "staff", two)
	d.must(err)
	d.wantFacts(one, "organisation=PING", "siret=35600000009075!", "territory=22!", "territory=29!", "email=a@asso.example")
	d.wantFacts(two, "siret=35600000009075!", "territory=29!", "territory=35!") // they took the rest back
	d.wantSound()
}

// TestSaidFactsOfAChain: of three cases merged one into the next, what staff said
// last of those that went into the third counts there, until they say it of that
// one; nothing is lost.
func TestSaidFactsOfAChain(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"), d.mail("b@asso.example", "2018-10-02 09:00:00", "rib.pdf"), d.mail("c@asso.example", "2018-10-03 09:00:00", "statuts.pdf"))
	ctx := t.Context()
	d.must(d.SetFact(ctx, "staff", "HUB18-0001", cases.FactProject, "Un"))
	d.must(d.SetFact(ctx, "staff", "HUB18-0002", cases.FactProject, "Deux"))
	d.must(d.SetFact(ctx, "staff", "HUB18-0001", cases.FactTax, "TTC"))
	d.must(d.Merge(ctx, "staff", "HUB18-0001", "HUB18-0002", ""))
	d.must(d.Merge(ctx, "staff", "HUB18-0002", "HUB18-0003", ""))
	d.wantFacts("HUB18-0003", "project=Deux! not Un", "tax=TTC!")
	if found := d.found("has:fact"); found != "1 2 3" {
		t.Errorf("has:fact found %q", found)
	}
	d.must(d.SetFact(ctx, "staff", "HUB18-0003", cases.FactProject, "Trois"))
	d.wantFacts("HUB18-0003", "project=Trois! not Deux not Un", "tax=TTC!")
	d.wantSound()
	for _, ref := range []string{"HUB18-0002", "HUB18-0001"} {
		_, err := d.UndoMerge(ctx, "staff", ref)
		d.must(err)
	}
	d.wantFacts("HUB18-0003", "project=Trois!")
	d.wantFacts("HUB18-0002", "project=Deux!")
	d.wantFacts("HUB18-0001", "project=Un!", "tax=TTC!")
	d.wantSound()
}

// TestSaidFactsSplit: facts said stay with the case in which staff said them; the
// one that mails leave for has what these tell, and what staff then say of it is
// not lost when the split is taken back.
func TestSaidFactsSplit(t *testing.T) {
	d := newDesk(t)
	d.arrive(d.mail("x@conseil.example", "2018-10-01 09:00:00", "budget.xlsx"))
	d.arrive(d.mail("x@conseil.example", "2018-10-02 09:00:00", "dossier.docx"))
	d.assessRead(map[string]cases.Reading{"dossier.docx": {Fields: form("siret", "", "territoire_44", "oui")}})
	ctx, one := t.Context(), "HUB18-0001"
	d.must(d.SetFact(ctx, "staff", one, cases.FactTerritory, "22"))
	d.must(d.ConfirmFact(ctx, "staff", one, cases.FactOrganisation))
	before := d.stateOf(one)
	mail := d.sheet(one).Mails[1].ID
	for _, two := range []string{"HUB18-0002", "HUB18-0003"} {
		other, err := d.Split(ctx, "staff", one, []int64{mail}, "", "")
		d.must(err)
		if other != two {
			t.Fatalf("split to %s", other)
		}
		d.wantFacts(one, "organisation=PING!", "territory=22!")
		d.wantFacts(two, "organisation=PING", "territory=44")
		d.wantSound()
		_, err = d.UndoSplit(ctx, "staff", one)
		d.must(err)
		d.wantState(one, before)
		d.wantFacts(two)
		d.wantSound()
	}
	_, err := d.Split(ctx, "staff", one, []int64{mail}, "", "")
	d.must(err)
	d.must(d.SetFact(ctx, "staff", "HUB18-0004", cases.FactOrganisation, "Pong"))
	d.must(d.SetFact(ctx, "staff", "HUB18-0004", cases.FactTax, "HT"))
	_, err = d.UndoSplit(ctx, "staff", one)
	d.must(err)
	d.wantFacts(one, "organisation=PING! not Pong", "territory=22!", "tax=HT!")
	d.wantSound()
}
