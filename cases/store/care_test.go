package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"greffier/cases"
)

// refused wants a refusal for that reason.
func (d *desk) refused(err error, why Why) {
	d.t.Helper()
	var r *Refusal
	if !errors.As(err, &r) || r.Why != why {
		d.t.Errorf("error %v, want a refusal for %q", err, why)
	}
}

// kept tells what staff keep on a case.
func (d *desk) kept(ref string) string {
	d.t.Helper()
	c := d.sheet(ref)
	var notes []string
	for _, n := range c.Notes {
		notes = append(notes, n.Actor+": "+n.Text)
	}
	return fmt.Sprintf("%s | %s | %s", strings.Join(notes, ", "), c.Assigned, strings.Join(c.Labels, ", "))
}

func (d *desk) wantKept(ref, want string) {
	d.t.Helper()
	if got := d.kept(ref); got != want {
		d.t.Errorf("%s keeps %q, want %q", ref, got, want)
	}
}

// TestCare: notes, assignment and labels stay with a case, are journaled with
// their author, are found, and change nothing else of it.
func TestCare(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	d.file(d.mail("a@a.example", "2018-10-02 10:00:00", "budget.pdf"), d.mail("b@b.example", "2018-10-02 11:00:00"))
	d.must(d.AddStaff(ctx, "operator", "Zoé Durand", ""))
	d.must(d.AddStaff(ctx, "operator", "Camille Martin", ""))
	letters := len(d.letterKinds())
	d.must(d.Note(ctx, "Zoé Durand", "hub18-0001", "  Le trésorier rappelle jeudi.\r\nIl apporte le RIB. "))
	d.must(d.Assign(ctx, "Zoé Durand", "HUB18-0001", "zoe durand"))
	d.must(d.Label(ctx, "Zoé Durand", "HUB18-0001", " À  revoir "))
	d.must(d.Label(ctx, "Camille Martin", "HUB18-0001", "a revoir")) // the same
	d.wantKept("HUB18-0001", "Zoé Durand: Le trésorier rappelle jeudi.\nIl apporte le RIB. | Zoé Durand | À revoir")
	d.wantCase("HUB18-0001", cases.Depositing, cases.OnTime, cases.Incomplete)
	if got := len(d.letterKinds()); got != letters {
		t.Errorf("%d letters are owed, before there were %d", got, letters)
	}
	for query, want := range map[string]string{"has:note": "1", "-has:note": "2", "trésorier": "1", "assigned:ZOÉ-DURAND": "1", `assigned:"Zoé Durand"`: "1", "assigned:nobody": "2", "assigned:any": "1", `label:"a revoir"`: "1", "label:any": "1", "-label:any": "2", "label:autre": ""} {
		if got := d.found(query); got != want {
			t.Errorf("%s finds %q, want %q", query, got, want)
		}
	}
	if by := (cases.Query{{Field: "assigned", Value: "moi"}}).By("Zoé Durand"); by[0].Value != "Zoé Durand" {
		t.Errorf("assigned:moi is %q", by[0].Value)
	}
	labels, err := d.Labels(ctx)
	d.must(err)
	if !slices.Equal(labels, []string{"À revoir"}) {
		t.Errorf("labels in use: %q", labels)
	}
	d.must(d.Unlabel(ctx, "Camille Martin", "HUB18-0001", "A REVOIR"))
	d.must(d.Assign(ctx, "Camille Martin", "HUB18-0001", ""))
	var told []string
	for _, e := range d.sheet("HUB18-0001").Journal {
		told = append(told, e.Event+" "+e.Actor)
	}
	if got := strings.Join(told, ", "); !strings.HasSuffix(got, "note_written Zoé Durand, case_assigned Zoé Durand, case_labelled Zoé Durand, case_unlabelled Camille Martin, case_assigned Camille Martin") {
		t.Errorf("journal: %s", got)
	}
	d.refused(d.Note(ctx, "Z", "HUB18-0001", " \n"), WhyText)
	d.refused(d.Note(ctx, "Z", "HUB18-0001", strings.Repeat("é", cases.NoteMost+1)), WhyText)
	d.refused(d.Label(ctx, "Z", "HUB18-0001", "?!"), WhyText)
	d.refused(d.Unlabel(ctx, "Z", "HUB18-0001", "autre"), WhyNothing)
	d.refused(d.Assign(ctx, "Z", "HUB18-0001", "Personne"), WhyNobody)
	d.must(d.DisableStaff(ctx, "operator", "Camille Martin"))
	d.refused(d.Assign(ctx, "Z", "HUB18-0001", "Camille Martin"), WhyNobody)
	if err := d.Note(ctx, "Z", "HUB18-0099", "x"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a note on no case: %v", err)
	}
	d.wantSound()
}

// TestCareMoves: where a case goes into another one its notes go along and its
// labels are given to it; taken back, each case keeps what it had, and what was
// written since on the other one stays there.
func TestCareMoves(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	d.file(d.mail("a@a.example", "2018-10-02 10:00:00"), d.mail("b@b.example", "2018-10-02 11:00:00"))
	for ref, word := range map[string]string{"HUB18-0001": "un", "HUB18-0002": "deux"} {
		d.must(d.Note(ctx, "Z", ref, "note "+word))
		d.must(d.Label(ctx, "Z", ref, word))
		d.must(d.Label(ctx, "Z", ref, "commun"))
	}
	before := d.stateOf("HUB18-0002")
	d.must(d.Merge(ctx, "Z", "HUB18-0002", "HUB18-0001", "un motif"))
	if got := d.kept("HUB18-0001"); !strings.Contains(got, "Z: note deux") || !strings.HasSuffix(got, "commun, deux, un") {
		t.Errorf("the other case keeps %q", got)
	}
	d.wantKept("HUB18-0002", " |  | commun, deux")
	d.must(d.Note(ctx, "Z", "HUB18-0001", "depuis"))
	d.wantSound()
	if _, err := d.UndoMerge(ctx, "Z", "HUB18-0002"); err != nil {
		t.Fatal(err)
	}
	d.wantKept("HUB18-0001", "Z: note un, Z: depuis |  | commun, un")
	d.wantState("HUB18-0002", before)
	d.wantSound()
}

// TestTaskByHand: staff say that a task is done, in words, and open it again; a
// task that asks for a decision ends by that alone.
func TestTaskByHand(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	d.file(d.mail("a@a.example", "2018-10-02 10:00:00", "budget.pdf"), d.mail("a@a.example", "2018-10-03 10:00:00"), d.mail("b@b.example", "2018-11-30 17:00:10", "rib.pdf"))
	task := func(kind string) cases.OpenTask {
		t.Helper()
		list, err := d.OpenTasks(ctx)
		d.must(err)
		i := slices.IndexFunc(list, func(k cases.OpenTask) bool { return k.Kind == kind })
		if i < 0 {
			t.Fatalf("no open task %s in %+v", kind, list)
		}
		return list[i]
	}
	message := task("message")
	d.refused(d.FinishTask(ctx, "Zoé", message.ID, " "), WhyText)
	d.must(d.FinishTask(ctx, "Zoé", message.ID, "répondu par téléphone"))
	d.refused(d.FinishTask(ctx, "Zoé", message.ID, "encore"), WhyNothing)
	d.refused(d.FinishTask(ctx, "Zoé", task("arbitrate").ID, "vu"), WhyByItsAct)
	done, err := d.FinishedTasks(ctx, 0, 10)
	d.must(err)
	if len(done) != 1 || done[0].DoneBy != "Zoé" || done[0].Word != "répondu par téléphone" || done[0].Ref != "HUB18-0001" {
		t.Errorf("%+v", done)
	}
	d.wantSound()
	d.must(d.ReopenTask(ctx, "Camille", message.ID))
	d.refused(d.ReopenTask(ctx, "Camille", message.ID), WhyNothing)
	if task("message").Word != "" {
		t.Error("an open task keeps its last word")
	}
	journal := d.sheet("HUB18-0001").Journal
	last := journal[len(journal)-2:]
	if last[0].Event != "task_finished" || last[0].Actor != "Zoé" || last[1].Event != "task_reopened" || last[1].Actor != "Camille" {
		t.Errorf("%+v", last)
	}
	if err := d.FinishTask(ctx, "Zoé", 999, "x"); !errors.Is(err, ErrNotFound) {
		t.Errorf("no task: %v", err)
	}
	d.wantSound()
}
