package desk

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

const supplements = "/dossiers/HUB18-0003/complement"

// phase is where a case stands.
func (o *office) phase(ref string) cases.Phase {
	o.t.Helper()
	c, err := o.store.Case(o.t.Context(), ref)
	o.must(err)
	return c.Phase
}

// TestComplement: pieces that are missing or unreadable are chosen beforehand with
// the reason; the letter is looked at; the case shows what is awaited and what
// came; the complement is prolonged and withdrawn at the same page.
func TestComplement(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	page := b.get(supplements)
	form := formIn(t, page.body, supplements)
	if !slices.Equal(form["piece"], []string{"rib"}) || form.Get("raison.rib") != "le fichier reçu est protégé par un mot de passe" || form.Get("echeance") != "2018-12-10T17:00" {
		t.Errorf("proposed: %v", form)
	}
	for typed, want := range map[[2]string]string{{"echeance", "2018-11-01T17:00"}: "L’échéance doit être à venir", {"echeance", "bientôt"}: "Écrivez une date", {"texte", "Voir [à compléter]"}: "à remplir"} {
		got := b.press(page, supplements, "apercu", typed[0], typed[1], "raison.rib", "gardée")
		if got.code != 422 || !strings.Contains(got.body, want) || formIn(t, got.body, supplements).Get("raison.rib") != "gardée" {
			t.Errorf("%s: %d", typed[1], got.code)
		}
	}
	none := formIn(t, page.body, supplements)
	none.Del("piece")
	if got := b.post(supplements, none); got.code != 422 || !strings.Contains(got.body, "Cochez au moins une pièce") {
		t.Errorf("no piece: %d", got.code)
	}

	look := b.press(page, supplements, "apercu", "texte", "Merci d’avance.")
	if told, _ := shown(t, look.body); look.code != 200 || !strings.Contains(told, "RIB\u00a0: le fichier reçu est protégé par un mot de passe") || !strings.Contains(told, "Merci d’avance.") || !strings.Contains(told, "lundi 10\u00a0décembre 2018 à 17\u00a0h\u00a000") {
		t.Fatalf("%d, the preview says\n%s", look.code, told)
	}
	if got := o.phase("HUB18-0003"); got != cases.IncompleteAtDeadline {
		t.Errorf("looking at it made the case %s", got)
	}
	sent, again := b.press(look, supplements, "envoyer"), b.press(look, supplements, "envoyer")
	if sent.code != 303 || again.code != 303 || o.phase("HUB18-0003") != cases.CompletionRequested {
		t.Fatalf("sent %d, again %d, %s", sent.code, again.code, o.phase("HUB18-0003"))
	}
	o.wantLetters("HUB18-0003", "ack", "incomplete", "complement")
	if body := b.get(sent.location()).body; !strings.Contains(body, "Le complément est demandé") || !strings.Contains(body, "Prolonger ou retirer") || !strings.Contains(body, "attendue") {
		t.Error("the case does not show what is awaited")
	}

	standing := b.get(supplements)
	if got := b.press(standing, supplements+"/prolonger", "envoyer", "echeance", "2018-12-05T17:00"); got.code != 422 || !strings.Contains(got.body, "plus tardive") {
		t.Errorf("prolonged to an earlier instant: %d", got.code)
	}
	look = b.press(standing, supplements+"/prolonger", "apercu", "echeance", "2018-12-20T17:00")
	if told, _ := shown(t, look.body); !strings.Contains(told, "est reportée") {
		t.Errorf("the preview says\n%s", told)
	}
	if got := b.press(look, supplements+"/prolonger", "envoyer"); got.code != 303 {
		t.Errorf("prolonged: %d", got.code)
	}
	o.now = o.now.Add(15 * 24 * time.Hour)
	o.mail("gamma@c.example", "La suite", o.now.Add(-time.Hour), "rib.pdf")
	if got := o.phase("HUB18-0003"); got != cases.Admissibility {
		t.Errorf("all is here and the case is %s", got)
	}
	b = o.staff("Dominique Petit") // the session of the other one has ended
	body := b.get("/dossiers/HUB18-0003").body
	for _, want := range []string{"hors délai", "complément\u00a0: dans les délais", "Version 2", "Complément arrivé ou échu", "Tout ce que le complément demandait est arrivé"} {
		if !strings.Contains(body, want) {
			t.Errorf("the case does not say %q", want)
		}
	}

	page = b.get(supplements)
	if got := b.press(page, supplements, "envoyer", "piece", "budget", "raison.budget", "la dernière page n’est pas signée"); got.code != 303 {
		t.Fatalf("a second one: %d", got.code)
	}
	withdrawn := b.press(b.get(supplements), supplements+"/retirer", "")
	if withdrawn.code != 303 || o.phase("HUB18-0003") != cases.Admissibility {
		t.Errorf("withdrawn: %d, %s", withdrawn.code, o.phase("HUB18-0003"))
	}
	seen := formIn(t, page.body, supplements)
	if got := b.post(supplements+"/retirer", url.Values{"vu": seen["vu"]}); got.code != 409 || !strings.Contains(got.body, "Aucun complément ne court plus") {
		t.Errorf("withdrawn twice: %d", got.code)
	}
	if got := b.get("/dossiers/HUB18-0006/complement"); !strings.Contains(got.body, "Hors délai") || strings.Contains(got.body, "name=\"piece\"") {
		t.Error("a late case may be asked for a complement")
	}
}

// TestLetterPage: a letter is shown as it left, sent again to a corrected address,
// cancelled before it leaves; the pack goes again.
func TestLetterPage(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	path := func(id int64) string { return "/courrier/" + strconv.FormatInt(id, 10) }
	c, err := o.store.Case(t.Context(), "HUB18-0001")
	o.must(err)
	ack := c.Letters[0].ID
	if got := b.get(path(ack)); got.code != 200 || !strings.Contains(got.body, "n’est pas encore rédigée") {
		t.Errorf("before it is worded: %d", got.code)
	}
	if got := b.press(b.get("/courrier/1"), path(ack)+"/annuler", ""); got.code != 303 || !strings.Contains(b.get(got.location()).body, "elle ne partira pas") {
		t.Errorf("cancelled: %d", got.code)
	}
	if got := b.post(path(ack)+"/annuler", nil); got.code != 409 || !strings.Contains(got.body, "Trop tard") {
		t.Errorf("cancelled twice: %d", got.code)
	}
	o.deliver(cases.Permanent)
	c, err = o.store.Case(t.Context(), "HUB18-0002")
	o.must(err)
	refused := c.Letters[0]
	page := b.get(path(refused.ID))
	if text, frame := shown(t, page.body); !strings.Contains(text, "Bonjour,") || !strings.Contains(frame, "<h1>") || refused.State != cases.LetterRefused {
		t.Fatalf("%s: %s", refused.State, text)
	}
	if got := b.press(page, path(refused.ID)+"/renvoyer", "", "a", "pas une adresse"); got.code != 422 || !strings.Contains(got.body, "pas une adresse de courriel") || !strings.Contains(got.body, "value=\"pas une adresse\"") {
		t.Errorf("no address: %d", got.code)
	}
	again := b.press(page, path(refused.ID)+"/renvoyer", "", "a", "juste@b.example")
	if again.code != 303 || again.location() != b.press(page, path(refused.ID)+"/renvoyer", "", "a", "juste@b.example").location() {
		t.Errorf("sent again: %d %s", again.code, again.location())
	}
	if body := b.get("/dossiers/HUB18-0002").body; !strings.Contains(body, "juste@b.example <span class=\"aside\">connue du dossier") {
		t.Error("the case does not know the address that staff gave")
	}
	before := o.letters("HUB18-0002")
	look := b.get("/dossiers/HUB18-0002/dossier-type?a=juste@b.example")
	if text, _ := shown(t, look.body); !strings.Contains(text, "Merci de l’intérêt") || formIn(t, look.body, "/dossiers/HUB18-0002/dossier-type").Get("a") != "juste@b.example" {
		t.Errorf("the pack: %d", look.code)
	}
	for range 2 {
		if got := b.press(look, "/dossiers/HUB18-0002/dossier-type", ""); got.code != 303 {
			t.Errorf("the pack again: %d", got.code)
		}
	}
	o.wantLetters("HUB18-0002", append(before, "pack")...)
	if got := b.get("/courrier/99999"); got.code != 404 {
		t.Errorf("a letter that is not there: %d", got.code)
	}
}
