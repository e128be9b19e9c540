package store

import (
	"context"
	"errors"
	"slices"
	"testing"

	"greffier/cases"
)

// TestIfUnchanged: what somebody decides upon a case as seen is refused once
// somebody else, or a mail, has changed it, with what happened; one's own acts
// and the fate of letters are no change.
func TestIfUnchanged(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@a.example", "2018-10-02 10:00:00", "budget.pdf"), d.mail("b@b.example", "2018-10-02 11:00:00"))
	ctx := t.Context()
	name := func(ctx context.Context, actor, value string) error {
		return d.SetFact(ctx, actor, "HUB18-0001", cases.FactOrganisation, value)
	}
	before := d.sheet("HUB18-0001").Seq()
	d.must(name(IfUnchanged(ctx, "hub18-0001", before), "Camille", "Un"))
	d.must(name(IfUnchanged(ctx, "HUB18-0001", before), "Camille", "Deux"))
	var changed *Changed
	if err := name(IfUnchanged(ctx, "HUB18-0001", before), "Dominique", "Trois"); !errors.As(err, &changed) {
		t.Fatalf("what another one did is overwritten: %v", err)
	}
	if changed.Ref != "HUB18-0001" || len(changed.Since) != 2 || changed.Since[0].Actor != "Camille" || changed.Since[0].Event != "fact_set" {
		t.Errorf("%+v", changed)
	}
	d.wantFacts("HUB18-0001", "organisation=Deux!")
	d.must(name(IfUnchanged(ctx, "HUB18-0001", changed.Since[1].Seq), "Dominique", "Trois")) // all the same

	before = d.sheet("HUB18-0001").Seq()
	d.file(d.mail("a@a.example", "2018-10-03 10:00:00", "rib.pdf"))
	if err := name(IfUnchanged(ctx, "HUB18-0001", before), "Dominique", "Quatre"); !errors.As(err, &changed) || changed.Since[0].Event != "mail_joins" {
		t.Errorf("a new mail: %v", err)
	}
	both := IfUnchanged(IfUnchanged(ctx, "HUB18-0002", d.sheet("HUB18-0002").Seq()), "HUB18-0001", before)
	if err := d.Merge(both, "Dominique", "HUB18-0002", "HUB18-0001", "une seule candidature"); !errors.As(err, &changed) || changed.Ref != "HUB18-0001" {
		t.Errorf("the other case of two: %v", err)
	}
	d.wantSound()
}

// TestForesee: what an act would cause is told exactly, and nothing is done.
func TestForesee(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@a.example", "2018-11-30 17:00:30", "budget.pdf"))
	before := d.stateOf("HUB18-0001")
	foresee := func(verdict cases.Timeliness) Foreseen {
		t.Helper()
		f, err := d.Foresee(t.Context(), func(ctx context.Context) error {
			return d.Arbitrate(ctx, "Camille", "HUB18-0001", 0, verdict, "un motif")
		})
		d.must(err)
		return f
	}
	if f := foresee(cases.OnTime); len(f.Letters) != 0 || !slices.Equal(f.Cases, []PhaseMove{{"HUB18-0001", cases.Depositing, cases.Depositing, cases.Incomplete}}) {
		t.Errorf("on time: %+v", f)
	}
	f := foresee(cases.Late)
	if len(f.Letters) != 1 || f.Letters[0].Kind != cases.LetterLate || f.Letters[0].To != "a@a.example" || f.Cases[0].To != cases.PhaseLate {
		t.Errorf("late: %+v", f)
	}
	if _, err := d.Foresee(t.Context(), func(ctx context.Context) error { return d.Derogate(ctx, "Camille", "HUB18-0001", "un motif") }); err == nil {
		t.Error("what cannot be done is foreseen")
	}
	d.wantState("HUB18-0001", before)
	d.wantSound()
	d.must(d.Arbitrate(t.Context(), "Camille", "HUB18-0001", 0, cases.Late, "un motif"))
	if got := d.letterKinds(); got[len(got)-1] != "late" {
		t.Errorf("foreseen, and not owed: %v", got)
	}
}
