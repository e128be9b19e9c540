package desk

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/cases"
	"greffier/cases/store"
)

// TestCare: notes, labels and an assignment are kept on a case by name, found, and
// shown in the list; what is empty or too long is said at its field, and kept.
func TestCare(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	camille, dominique := o.staff("Camille Martin"), o.staff("Dominique Petit")
	page := "/dossiers/HUB18-0001"
	letters := len(o.sheet("HUB18-0001").Letters)
	camille.does(page, "/notes", url.Values{"note": {"Le trésorier <rappelle> jeudi.\nLe soir."}}, "Le trésorier <rappelle> jeudi. Le soir.")
	camille.does(page, "/etiquettes", url.Values{"mot": {"À revoir"}}, "À revoir")
	camille.does(page, "/attribuer", url.Values{"collegue": {"Dominique Petit"}}, "C’est noté")
	o.journaled("HUB18-0001", "Camille Martin", "note_written", "case_labelled", "case_assigned")
	if n := len(o.sheet("HUB18-0001").Letters); n != letters {
		t.Errorf("%d letters more", n-letters)
	}
	o.must(o.store.UpdateIndex(t.Context(), nil))
	for path, want := range map[string]int{"/dossiers?q=label:%22a+revoir%22": 1, "/dossiers?q=has:note": 1, "/dossiers?q=tresorier": 1, "/dossiers?vue=a-moi": 1, "/dossiers?q=assigned:moi": 1, "/dossiers?vue=a-personne": 5, "/dossiers?q=assigned:nobody": 5} {
		if got := rowsOf(t, dominique.get(path).body); got != want {
			t.Errorf("%s: %d cases, want %d", path, got, want)
		}
	}
	if n := rowsOf(t, camille.get("/dossiers?vue=a-moi").body); n != 0 {
		t.Errorf("assigned to her: %d", n)
	}
	if list := camille.get("/dossiers").body; !strings.Contains(list, `class="label"`) || !strings.Contains(list, "Dominique Petit</td>") {
		t.Error("the list shows neither label nor colleague")
	}
	if other := camille.get("/dossiers/HUB18-0002").body; !strings.Contains(other, `<option value="À revoir">`) {
		t.Error("labels in use are not suggested")
	}
	camille.does(page, "/etiquettes/retirer", nil, "L’étiquette est retirée")
	to, values := camille.form(page, "/notes")
	values.Set("note", strings.Repeat("é", cases.NoteMost+1))
	if got := camille.post(to, values); got.code != 422 || !strings.Contains(got.body, `id="faute-note"`) || !strings.Contains(got.body, "ééé</textarea>") {
		t.Errorf("too long a note: %d", got.code)
	}
	to, values = camille.form(page, "/etiquettes")
	values.Set("mot", "?!")
	if got := camille.post(to, values); got.code != 422 || !strings.Contains(got.body, `id="faute-mot"`) || !strings.Contains(got.body, `value="?!"`) {
		t.Errorf("no label: %d", got.code)
	}
	if got := camille.post("/dossiers/HUB18-9999/notes", url.Values{"note": {"x"}}); got.code != 404 {
		t.Errorf("a note on no case: %d", got.code)
	}
	// Two assign the case at once: the second is told.
	to, hers := camille.form(page, "/attribuer")
	dominique.does(page, "/attribuer", url.Values{"collegue": {""}}, "C’est noté")
	hers.Set("collegue", "Camille Martin")
	if got := camille.post(to, hers); got.code != 409 || !strings.Contains(got.body, "Attribué à personne") {
		t.Errorf("a collision: %d", got.code)
	}
}

// TestTasks: a task is done by hand with a word, and opened again; one that asks
// for a decision leads there.
func TestTasks(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	list, err := o.store.OpenTasks(t.Context())
	o.must(err)
	of := func(kind string) cases.OpenTask {
		t.Helper()
		i := slices.IndexFunc(list, func(k cases.OpenTask) bool { return k.Kind == kind })
		if i < 0 {
			t.Fatalf("no task %s", kind)
		}
		return list[i]
	}
	page := fmt.Sprintf("/taches/%d", of("message").ID)
	to, values := b.form(page, page)
	if got := b.post(to, values); got.code != 422 || !strings.Contains(got.body, "Écrivez en quelques mots") {
		t.Errorf("no word: %d", got.code)
	}
	b.does(page, page, url.Values{"mot": {"répondu par téléphone"}}, "La tâche est faite")
	if got := b.get(page); got.code != 404 || !strings.Contains(got.body, "n’est plus ouverte") {
		t.Errorf("a task that is done: %d", got.code)
	}
	if said := textOf(t, b.get("/taches?nature=faites").body); !strings.Contains(said, "Camille Martin") || !strings.Contains(said, "répondu par téléphone") {
		t.Errorf("what was done by hand: %s", said)
	}
	b.does("/taches?nature=faites", "/rouvrir", nil, "La tâche est rouverte")
	o.journaled(of("message").Ref, "Camille Martin", "task_finished", "task_reopened")
	if got := b.get(fmt.Sprintf("/taches/%d", of("arbitrate").ID)); !strings.Contains(got.body, "/dossiers/HUB18-0005/arbitrer") || strings.Contains(got.body, `name="mot"`) {
		t.Error("a task that asks for a decision does not lead there")
	}
	if got := b.post(fmt.Sprintf("/taches/%d", of("arbitrate").ID), url.Values{"mot": {"vu"}}); got.code != 422 || o.sheet("HUB18-0005").Tasks[0].DoneAt != nil {
		t.Errorf("it is done by hand: %d", got.code)
	}
}

// TestAside: a mail that was set aside is read again by the name of who asks, and
// what went wrong is told in words.
func TestAside(t *testing.T) {
	var asked []string
	fails := errors.New("out of time: not done after 30s")
	o := newOffice(t, func(op *Options) {
		op.Replay = func(_ context.Context, actor string, id int64) (bool, error) {
			asked = append(asked, fmt.Sprint(actor, " ", id))
			if id == 9 {
				return false, store.ErrNotFound
			}
			return false, fails
		}
	})
	o.must(o.store.SetAside(t.Context(), cases.Source{Mailbox: "aap@cdc.example", Folder: "INBOX", UIDValidity: 1, UID: 77}, "", time.Now(), time.Now(), "this mail cannot be fetched: read: EOF"))
	b := o.staff("Camille Martin")
	if body := b.get("/mis-de-cote").body; !strings.Contains(body, "n’a pas pu le donner en entier") || !strings.Contains(body, "read: EOF") {
		t.Error("not told in words what was wrong")
	}
	to := regexp.MustCompile(`/mis-de-cote/[0-9]+/relire`).FindString(b.get("/mis-de-cote").body)
	if got := b.post(to, nil); got.code != 409 || !strings.Contains(got.body, "reste mis de côté") || !strings.Contains(got.body, "trop de temps") {
		t.Errorf("it fails again: %d", got.code)
	}
	if got := b.post("/mis-de-cote/9/relire", nil); got.code != 409 || !strings.Contains(got.body, "n’est plus mis de côté") {
		t.Errorf("one that is gone: %d", got.code)
	}
	fails = nil
	if got := b.post(to, nil); got.code != 303 || !strings.Contains(b.get(got.location()).body, "est lu et enregistré") {
		t.Errorf("read again: %d", got.code)
	}
	if len(asked) != 3 || asked[0] != "Camille Martin 1" {
		t.Errorf("asked by %v", asked)
	}
}
