package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"greffier/cases"
)

// TestJoinAndPartByCommand: two colleagues candidate twice; staff are asked, join
// the cases, take that back, take a mail out, and decide what the evidence leaves
// to them. At each step the data folder is sound, and nobody hears of it.
func TestJoinAndPartByCommand(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	for i, m := range []struct{ from, at, file string }{
		{"a@asso.example", "2018-10-01T09:00:00Z", "budget.pdf"}, {"b@asso.example", "2018-10-01T10:00:00Z", "rib.pdf"}, {"a@asso.example", "2018-10-02T09:00:00Z", "rib.pdf"},
	} {
		d.Append(candidateMail(m.from, "Candidature", m.at, m.at, m.file), instant(t, m.at))
		if i == 1 {
			g.once("2018-10-01T11:00:00Z")
		}
	}
	g.once("2018-10-02T10:00:00Z")
	sent := len(sink.Mails())
	sound := func() {
		t.Helper()
		g.ok("verify")
		if n := len(sink.Mails()); n != sent {
			t.Errorf("%d letters left", n-sent)
		}
	}

	var list []cases.Proposed
	g.must(json.Unmarshal([]byte(g.ok("merge", "-json", "list")), &list))
	if len(list) != 1 || list[0].Case != "ESSAI-0001" || list[0].Other != "ESSAI-0002" || !strings.Contains(list[0].Reason, "asso.example") {
		t.Fatalf("proposed %+v", list)
	}
	g.ok("merge", "essai-0002", "essai-0001", "-motive", "une seule association")
	one, two := g.sheet("ESSAI-0001"), g.sheet("ESSAI-0002")
	if len(one.Mails) != 3 || two.Phase != cases.Duplicate || two.MergedInto != "ESSAI-0001" || len(one.Decisions) != 1 {
		t.Errorf("%d mails; %s into %q; decisions %+v", len(one.Mails), two.Phase, two.MergedInto, one.Decisions)
	}
	if text := g.ok("case", "ESSAI-0002"); !strings.Contains(text, "went into ESSAI-0001") || !strings.Contains(text, "une seule association") {
		t.Errorf("the sheet does not tell the merge:\n%s", text)
	}
	sound()
	g.ok("merge", "undo", "ESSAI-0002")
	if one, two := g.sheet("ESSAI-0001"), g.sheet("ESSAI-0002"); len(one.Mails) != 2 || len(two.Mails) != 1 || two.MergedInto != "" {
		t.Errorf("taken back: %d and %d mails", len(one.Mails), len(two.Mails))
	}
	sound()
	mail := g.sheet("ESSAI-0001").Mails[1].ID
	g.ok("split", "ESSAI-0001", strconv.FormatInt(mail, 10))
	if c := g.sheet("ESSAI-0003"); len(c.Mails) != 1 {
		t.Errorf("split: %d mails", len(c.Mails))
	}
	g.ok("split", "undo", "ESSAI-0001")
	sound()
	g.ok("case", "ESSAI-0002", "withdraw", "-motive", "par téléphone")
	if p := g.sheet("ESSAI-0002").Phase; p != cases.Withdrawn {
		t.Errorf("%s", p)
	}
	g.ok("case", "ESSAI-0002", "reinstate", "-motive", "erreur")
	sound()

	// A deposit ten seconds after the deadline, and one an hour after.
	for i, at := range []string{"2018-11-30T16:00:10Z", "2018-11-30T17:00:00Z"} {
		d.Append(candidateMail([]string{"c@c.example", "d@d.example"}[i], "Candidature", at, at, "budget.pdf"), instant(t, at))
	}
	g.once("2018-11-30T18:00:00Z")
	sent = len(sink.Mails())
	_, told, _ := g.run("arbitrate", "ESSAI-0004", "on_time", "-motive", "panne de notre relais")
	if !strings.Contains(told, "its candidate is sent: incomplete") {
		t.Errorf("arbitrate does not say what it causes: %s", told)
	}
	if _, told, _ := g.run("derogate", "ESSAI-0005", "-motive", "cyclone"); !strings.Contains(told, "write to the candidate (greffier reply ESSAI-0005)") {
		t.Errorf("derogate does not say who tells the candidate: %s", told)
	}
	four, five := g.sheet("ESSAI-0004"), g.sheet("ESSAI-0005")
	if four.Phase == cases.Depositing || *four.Timeliness != cases.ToArbitrate || len(four.Decisions) != 1 || four.Decisions[0].Motive != "panne de notre relais" {
		t.Errorf("arbitrated: %s, %s, %+v", four.Phase, *four.Timeliness, four.Decisions)
	}
	if five.Phase != cases.Admissibility || *five.Timeliness != cases.Late {
		t.Errorf("admitted: %s, %s", five.Phase, *five.Timeliness)
	}
	sound()
	g.ok("arbitrate", "undo", "ESSAI-0004")
	g.ok("derogate", "undo", "ESSAI-0005")
	if p, q := g.sheet("ESSAI-0004").Phase, g.sheet("ESSAI-0005").Phase; p != cases.Depositing || q != cases.PhaseLate {
		t.Errorf("taken back: %s, %s", p, q)
	}
	sound()

	for _, wrong := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"merge", "ESSAI-0001"}, 2, "REF INTO"},
		{[]string{"merge", "ESSAI-0001", "ESSAI-0001"}, 1, "twice"},
		{[]string{"split", "ESSAI-0001"}, 2, "IDs of the mails"},
		{[]string{"split", "ESSAI-0001", "x"}, 2, "not the ID"},
		{[]string{"arbitrate", "ESSAI-0004", "on_time"}, 1, "motive"},
		{[]string{"arbitrate", "ESSAI-0004", "perhaps", "-motive", "x"}, 1, "on_time or late"},
		{[]string{"arbitrate", "ESSAI-0004", "late", "-mail", "1", "-motive", "x"}, 1, "mail 1 is a mail of ESSAI-0001"},
		{[]string{"derogate"}, 2, "REF"},
		{[]string{"derogate", "ESSAI-0001", "-motive", "x"}, 1, "only a late case"},
		{[]string{"case", "ESSAI-0001", "burn", "-motive", "x"}, 2, "withdraw"},
	} {
		if _, errs, code := g.run(wrong.args[0], wrong.args[1:]...); code != wrong.code || !strings.Contains(errs, wrong.says) {
			t.Errorf("%v: exit code %d, %s", wrong.args, code, errs)
		}
	}
}
