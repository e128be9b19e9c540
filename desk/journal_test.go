package desk

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

// TestJournalPage: what happened is chosen by case and by whom, and paged by
// number; nothing that the program writes is told as technical.
func TestJournalPage(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	b.does("/dossiers/HUB18-0001", "/notes", map[string][]string{"note": {"une note"}}, "une note")
	seqs := func(path string) (all []string) {
		t.Helper()
		got := b.get(path)
		if got.code != http.StatusOK {
			t.Fatalf("%s: %d", path, got.code)
		}
		for _, m := range regexp.MustCompile(`<th scope="row">([0-9]+)</th>`).FindAllStringSubmatch(got.body, -1) {
			all = append(all, m[1])
		}
		return all
	}
	newest := seqs("/journal")
	if len(newest) != entriesOf {
		t.Fatalf("%d entries on the first page", len(newest))
	}
	older := seqs("/journal?avant=" + newest[len(newest)-1])
	var last, next int
	if _, err := fmt.Sscan(newest[len(newest)-1]+" "+older[0], &last, &next); err != nil || next != last-1 {
		t.Errorf("the second page begins with %s after %s", older[0], newest[len(newest)-1])
	}
	if got := b.get("/journal?qui=Camille+Martin"); len(seqs("/journal?qui=Camille+Martin")) != 2 || !strings.Contains(got.body, "une note") || !strings.Contains(got.body, "Connexion") {
		t.Error("what she did is not what is shown")
	}
	if n := len(seqs("/journal?dossier=hub18-0001&qui=personnes")); n != 1 {
		t.Errorf("%d entries of people on the case", n)
	}
	if n := len(seqs("/journal?dossier=HUB18-9999")); n != 0 {
		t.Errorf("%d entries of no case", n)
	}
	if got := b.get("/journal?avant=x"); got.code != 404 {
		t.Errorf("before nothing: %d", got.code)
	}
	for _, path := range []string{"/journal", "/journal?avant=" + newest[len(newest)-1]} {
		if body := b.get(path).body; strings.Contains(body, "Événement technique") {
			t.Errorf("%s: %s", path, body[strings.Index(body, "Événement technique"):][:60])
		}
	}
}

// daily is the schedule of each day at 9.
type daily struct{ zone *time.Location }

func (d daily) Next(t time.Time) time.Time {
	y, m, day := t.In(d.zone).Date()
	at := time.Date(y, m, day, 9, 0, 0, 0, d.zone)
	if !at.After(t) {
		at = time.Date(y, m, day+1, 9, 0, 0, 0, d.zone)
	}
	return at
}

// TestEditions: the page tells when an edition is open, what is asked of whom,
// and when it reminds.
func TestEditions(t *testing.T) {
	o := newOffice(t)
	call := o.desk.o.Calls[0]
	call.Pieces = append(call.Pieces, cases.Piece{ID: "accord", Label: "Accord de groupement", RequiredIf: []cases.Circumstance{cases.IfGrouping}, Formats: []string{"pdf"}})
	call.Reminders = []cases.Reminder{{ID: "quotidien", Schedule: daily{o.desk.o.Location}, FromDays: 3}}
	call.Envelope = 5_000_000
	o.mail("alpha@a.example", "Dossier", o.now.Add(-time.Hour), "budget.pdf")
	b := o.staff("Camille Martin")
	said := textOf(t, b.get("/editions").body)
	for _, want := range []string{"ouverte", "vendredi 30 novembre 2018 à 17 h 00 min 00 s", "dans 1 jour et 5 heures", "moins de 60 secondes après l’échéance", "15 minutes au moins", "5 000 000 €",
		"du 27 nov. 2018 au 30 nov. 2018 , 4 rappels ; le prochain le 30 nov. 2018, 9 h 00", "Budget prévisionnel à tous", "Statuts facultative", "Accord de groupement à un groupement pdf", "Dépôt en cours 1", "1 message avec des fichiers"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in %s", want, said)
		}
	}
}
