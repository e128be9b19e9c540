package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"greffier/cases"
)

// TestList: a part of a list holds what the whole list holds there, in each order,
// and the total is that of the whole.
func TestList(t *testing.T) {
	d := newDesk(t)
	for i, c := range []struct {
		name  string
		files []string
	}{{"Zoé", []string{"budget.xlsx"}}, {"Adam", nil}, {"École", []string{"budget.xlsx", "rib.pdf"}}, {"Bob", []string{"rib.pdf"}}} {
		m := d.mail(fmt.Sprintf("p%d@a%d.fr", i, i), fmt.Sprintf("2018-10-0%d 09:00:00", i+1), c.files...)
		m.From.Name = c.name
		d.file(m)
	}
	refs := func(l Listing) (got []string, total int) {
		t.Helper()
		list, total, err := d.List(t.Context(), l)
		d.must(err)
		for _, c := range list {
			got = append(got, c.Ref[len(c.Ref)-1:])
			if len(c.Pieces) == 0 && c.DepositedAt != nil {
				t.Errorf("%s has no pieces", c.Ref)
			}
		}
		return got, total
	}
	all, err := d.Cases(t.Context(), nil)
	d.must(err)
	if len(all) != 4 {
		t.Fatalf("%d cases", len(all))
	}
	for _, tc := range []struct {
		name  string
		l     Listing
		want  string
		total int
	}{
		{"all", Listing{}, "[1 2 3 4]", 4},
		{"downwards", Listing{Down: true}, "[4 3 2 1]", 4},
		{"a part", Listing{Skip: 1, Most: 2}, "[2 3]", 4},
		{"past the end", Listing{Skip: 10, Most: 2}, "[]", 4},
		{"by candidate, É like E", Listing{Order: ByCandidate}, "[2 4 3 1]", 4},
		{"by candidate, a part downwards", Listing{Order: ByCandidate, Down: true, Skip: 1, Most: 2}, "[3 4]", 4},
		{"by deposit, none first", Listing{Order: ByDeposit}, "[2 1 3 4]", 4},
		{"by deposit, downwards", Listing{Order: ByDeposit, Down: true}, "[4 3 1 2]", 4},
		{"by phase", Listing{Order: ByPhase, Most: 1}, "[2]", 4},
		{"chosen ones", Listing{Refs: []string{all[3].Ref, all[0].Ref, "HUB18-9999"}}, "[1 4]", 2},
		{"none chosen", Listing{Refs: []string{}}, "[]", 0},
		{"a piece in a state", Listing{Piece: "rib", Statuses: []cases.Status{cases.Present}}, "[3 4]", 2},
		{"a piece in no state", Listing{Piece: "rib", Statuses: []cases.Status{}}, "[]", 0},
		{"a query", Listing{Query: cases.Query{{Field: "missing", Op: ":", Value: "rib"}}, Most: 1}, "[1]", 2},
	} {
		if got, total := refs(tc.l); fmt.Sprint(got) != tc.want || total != tc.total {
			t.Errorf("%s: %v of %d, want %s of %d", tc.name, got, total, tc.want, tc.total)
		}
	}
}

// TestSavedViews: a view is its owner's or everybody's; the name of one is taken
// once.
func TestSavedViews(t *testing.T) {
	d := newDesk(t)
	for _, name := range []string{"Camille", "Dominique"} {
		d.must(d.AddStaff(t.Context(), "operator", name, ""))
	}
	id := func(name string) int64 {
		c, err := d.Colleague(t.Context(), name)
		d.must(err)
		return c.ID
	}
	camille, dominique := id("Camille"), id("Dominique")
	names := func(staff int64) (list []string) {
		views, err := d.SavedViews(t.Context(), staff)
		d.must(err)
		for _, v := range views {
			list = append(list, v.Name)
		}
		return list
	}
	d.must(d.SaveView(t.Context(), "Camille", camille, "Les  miens", "q=hub"))
	d.must(d.SaveView(t.Context(), "Dominique", dominique, "Les miens", "q=autre"))
	d.must(d.SaveView(t.Context(), "Camille", 0, "À finir", "vue=incomplets"))
	if err := d.SaveView(t.Context(), "Camille", camille, "LES MIENS", "q=x"); !errors.Is(err, ErrViewTaken) {
		t.Errorf("a name twice: %v", err)
	}
	for _, name := range []string{"", " ", "…", "a\nb\x00"} {
		if err := d.SaveView(t.Context(), "Camille", camille, name, "q=x"); !errors.Is(err, ErrViewName) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	if got := names(camille); !slices.Equal(got, []string{"À finir", "Les miens"}) {
		t.Errorf("Camille has %q", got)
	}
	if got := names(0); !slices.Equal(got, []string{"À finir"}) {
		t.Errorf("everybody has %q", got)
	}
	views, err := d.SavedViews(t.Context(), dominique)
	d.must(err)
	if _, err := d.DropView(t.Context(), "Camille", camille, views[1].ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("the view of somebody else: %v", err)
	}
	dropped, err := d.DropView(t.Context(), "Dominique", dominique, views[0].ID)
	if err != nil || dropped.Asks != "vue=incomplets" || !dropped.Shared || dropped.By != "Camille" {
		t.Errorf("dropped %+v, %v", dropped, err)
	}
	if got := names(camille); !slices.Equal(got, []string{"Les miens"}) {
		t.Errorf("Camille has %q", got)
	}
	report, err := d.Verify(t.Context(), "", nil, nil)
	if err != nil || len(report.Faults) > 0 {
		t.Errorf("%v %v", report.Faults, err)
	}
}
