package desk

import (
	"strings"
	"testing"

	"greffier/cases"
	"greffier/cases/french"
)

// What a stranger writes may not reorder the words around it: "fdp.exe" behind a
// sign that turns the direction must not read as "exe.pdf".
func TestNamesKeepTheirOrder(t *testing.T) {
	o := newOffice(t)
	o.mail("bidi@asso.example", "Statuts \u202egnp.exe \u2066fin", o.now, "rib\u202efdp.exe")
	staff := o.staff("Camille Martin")
	for _, path := range []string{"/dossiers/HUB18-0001", "/dossiers/HUB18-0001/fiche", "/dossiers", "/taches", "/journal"} {
		body := staff.get(path).body
		if i := strings.IndexAny(body, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"); i >= 0 {
			t.Errorf("%s turns the direction of its text: %q", path, body[max(0, i-20):i])
		}
	}
	if body := staff.get("/dossiers/HUB18-0001").body; !strings.Contains(body, "rib·fdp.exe") || !strings.Contains(body, "Statuts ·gnp.exe") {
		t.Error("the case does not show the name of its file and the subject in the order in which they are written")
	}
}

// What a mail quotes is folded below what it says; nothing of it is hidden for good.
func TestQuotedTextIsFolded(t *testing.T) {
	o := newOffice(t)
	o.mail("alpha@a.example", "Notre dossier", o.now)
	body := o.staff("Camille Martin").get("/dossiers/HUB18-0001").body
	for _, want := range []string{`<summary>Texte cité, signature (3` + french.NBSP + `lignes)</summary>`, "&gt; cité &lt;b&gt;"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
}

// A page of a case stays short when much waits, and a task tells of its own files.
func TestMuchIsFolded(t *testing.T) {
	page := casePage{Tasks: make([]cases.Task, 7)}
	if len(page.FirstTasks()) != 5 || len(page.MoreTasks()) != 2 {
		t.Errorf("of 7 tasks %d are shown, %d are folded", len(page.FirstTasks()), len(page.MoreTasks()))
	}
	page.Tasks = page.Tasks[:2]
	if len(page.FirstTasks()) != 2 || len(page.MoreTasks()) != 0 {
		t.Errorf("of 2 tasks %d are shown, %d are folded", len(page.FirstTasks()), len(page.MoreTasks()))
	}

	files := []cases.FileContent{{Filename: "sure", Deposit: true, Suggests: []cases.Suggestion{{Piece: "rib"}}}, {Filename: "scan", Deposit: true},
		{Filename: "maybe", Deposit: true, Suggests: []cases.Suggestion{{Piece: "rib", Weak: true}}}, {Filename: "logo"}, {Filename: "broken", Deposit: true, Fault: "damaged", Suggests: []cases.Suggestion{{Piece: "rib"}}}}
	for _, c := range []struct{ kind, want string }{{"to_sort", "scan maybe"}, {"unreadable", "broken"}, {"message", "sure scan maybe logo broken"}} {
		var names []string
		for _, f := range newTaskRow(cases.OpenTask{Kind: c.kind}, files).Files {
			names = append(names, f.Filename)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("the task %s shows %s, want %s", c.kind, got, c.want)
		}
	}
	if row := newTaskRow(cases.OpenTask{Kind: "message"}, make([]cases.FileContent, 60)); len(row.Files) != 5 || row.More != 55 {
		t.Errorf("of 60 files %d are shown, %d are said to be more", len(row.Files), row.More)
	}
}

// Staff read the name of a territory; its code stands beside it.
func TestTerritoryNamed(t *testing.T) {
	for value, want := range map[string]string{"23": "Creuse\u00a0(23)", "2A": "Corse-du-Sud\u00a0(2A)", "Bassin": "Bassin"} {
		if got := factValue(cases.FactTerritory, value); got != want {
			t.Errorf("territory %s is shown as %q, want %q", value, got, want)
		}
	}
}

// After an upgrade a page is not shown with the style of the last release: a
// browser asks each time, and is answered shortly when nothing changed.
func TestAssetsAreAskedAbout(t *testing.T) {
	b := newOffice(t).browser()
	for _, path := range []string{"/desk.css", "/desk.js", "/fiche.css", "/favicon.svg"} {
		first := b.get(path)
		tag := first.header.Get("ETag")
		if first.code != 200 || first.header.Get("Cache-Control") != "no-cache" || tag == "" {
			t.Errorf("%s: %d, %q, tag %q", path, first.code, first.header.Get("Cache-Control"), tag)
		}
		if again := b.do("GET", path, nil, "If-None-Match", tag); again.code != 304 {
			t.Errorf("%s, unchanged: %d", path, again.code)
		}
	}
}

// The help says what each phase means.
func TestEachPhaseIsExplained(t *testing.T) {
	for _, p := range cases.Phases() {
		if phaseMeans(p) == "" {
			t.Errorf("the help does not say what %s means", p.Label())
		}
	}
}

// A subject without end does not fill the page.
func TestSubjectIsClipped(t *testing.T) {
	o := newOffice(t)
	o.mail("long@asso.example", strings.Repeat("é", 5000), o.now)
	b := o.staff("Camille Martin")
	for _, path := range []string{"/dossiers/HUB18-0001", "/taches"} {
		if body := b.get(path).body; strings.Contains(body, strings.Repeat("é", subjectMost+1)) {
			t.Errorf("%s shows all of a subject of 5000 letters", path)
		}
	}
}

// Before staff have said what a case is, the page does not say where it goes.
func TestSettingAsideForetellsNoChoice(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	if body := b.get("/dossiers/HUB18-0001/ranger").body; !strings.Contains(body, "Aucune lettre ne part.") || strings.Contains(body, "à «\u00a0Hors objet") {
		t.Error("the page tells where the case goes, or does not tell of letters")
	}
	to, values := b.form("/dossiers/HUB18-0001/ranger", "/ranger")
	values.Set("place", "desistement") // and no motive
	if body := b.post(to, values).body; !strings.Contains(body, "à «\u00a0Désistement\u00a0»") {
		t.Error("with a choice made, the page does not tell where the case goes")
	}
}
