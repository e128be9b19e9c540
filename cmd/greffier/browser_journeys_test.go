package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"greffier/desk"
)

// journey is something that staff do, in a window of a width.
type journey struct {
	name string
	make func(*site, *testing.T, int64)
}

// testJourneys does with the mouse what staff do all day, at a desk and on a
// telephone.
func (s *site) testJourneys(t *testing.T) {
	for _, width := range []int64{wide, narrow} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			for _, journey := range slices.Concat([]journey{
				{"sign in", (*site).signsIn}, {"sign in wrongly", (*site).signsInWrongly}, {"from the day to its cases", (*site).countsLead},
				{"search and sort", (*site).searches}, {"attach and undo", (*site).attaches}, {"refuse", (*site).refuses},
				{"a task", (*site).takesTask}, {"a thread", (*site).readsThread}, {"signed out", (*site).isSignedOut},
			}, acts()) {
				t.Run(journey.name, func(t *testing.T) { journey.make(s, t, width) })
			}
		})
	}
}

const demoPhrase = "une phrase de répétition"

// signsIn: a link signs in once, and a password as often as one likes.
func (s *site) signsIn(t *testing.T, width int64) {
	b := s.tab(t, width)
	link := s.link(t)
	b.open(link)
	b.follow("button", "Se connecter")
	b.reads("Ce qui attend")
	b.open(link) // it has served
	b.expect(404)
	b.follow("button", "Se connecter")
	b.reads("Ce lien ne sert plus")
	b.expect(0)

	hash, err := desk.HashPassword(demoPhrase)
	must(t, err)
	name := fmt.Sprintf("Claude Petit %d", width)
	must(t, s.r.daemon.store.AddStaff(t.Context(), "demo", name, hash))
	b = s.tab(t, width)
	b.open("/dossiers?q=hub")
	b.fill("Votre nom", strings.ToUpper(name))
	b.fill("Mot de passe", demoPhrase)
	b.follow("button", "Se connecter")
	b.reads("pour « hub »") // where one wanted to go
	b.follow("button", "Se déconnecter")
	b.reads("Mot de passe")
}

// signsInWrongly: it is said in words, and what was typed is kept.
func (s *site) signsInWrongly(t *testing.T, width int64) {
	b := s.tab(t, width)
	b.open("/connexion")
	b.fill("Votre nom", demoColleague)
	b.fill("Mot de passe", "ce n’est pas lui")
	b.expect(401)
	b.follow("button", "Se connecter")
	b.reads("Pas de compte, ou mot de passe oublié ?")
	if got := ask[string](b, `document.getElementById("nom").value`); got != demoColleague {
		t.Errorf("the name is lost: %q", got)
	}
	b.expect(0)
}

// countsLead: each count of the order of the day leads to exactly what it counts.
func (s *site) countsLead(t *testing.T, width int64) {
	b := s.colleague(t, width)
	for _, section := range []string{"phases", "pieces"} {
		b.open("/")
		const link = `[...document.querySelectorAll('section[aria-labelledby="%s"] td a')].at(-1)`
		a := fmt.Sprintf(link, section)
		count, name := ask[int](b, "Number("+a+`.textContent.replace(/\D/g, ""))`), ask[string](b, a+".textContent.trim()")
		b.leaving("the count of "+section, func() {
			at := ask[[]float64](b, `(() => { const e = `+a+`; e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`)
			b.press(at)
		})
		if got := len(b.rows()); got != min(count, 50) || count == 0 {
			t.Errorf("%s: %q leads to %d cases", section, name, got)
		}
	}
}

// searches: words and conditions find cases, headings sort them, a row opens one.
func (s *site) searches(t *testing.T, width int64) {
	b := s.colleague(t, width)
	b.fill("Rechercher un dossier", "hub completeness:complete")
	b.leaving("Enter", func() { b.type_("\r") })
	want := s.refs(t, "hub completeness:complete")
	if got := b.rows(); !slices.Equal(got, want) || len(want) < 2 {
		t.Fatalf("found %v, want %v", got, want)
	}
	if width == wide { // on a telephone the headings are read aloud, not shown
		b.follow("link", "Référence")
		b.follow("link", "Référence")
		got := b.rows()
		slices.Reverse(got)
		if !slices.Equal(got, want) {
			t.Errorf("sorted downwards: %v", got)
		}
		if got := ask[string](b, `document.querySelector("[aria-sort=descending]").innerText.trim()`); !strings.HasPrefix(got, "Référence") {
			t.Errorf("sorted by %q", got)
		}
	}
	b.follow("link", want[1])
	b.reads(want[1])
	b.reads("Échanges")
}

// attaches: a mail that waits is attached to a case and taken back again.
func (s *site) attaches(t *testing.T, width int64) {
	b := s.colleague(t, width)
	b.open("/a-rattacher")
	waiting := b.rows()
	ref := s.ref(t, "phase:admissibility")
	b.fill("Dossier", ref)
	b.follow("button", "Rattacher")
	b.reads("Le message est rattaché au dossier " + ref)
	if got := b.rows(); len(got) != len(waiting)-1 {
		t.Errorf("%d of %d mails wait", len(got), len(waiting))
	}
	b.follow("button", "Annuler")
	b.reads("le message attend de nouveau")
	if got := b.rows(); !slices.Equal(got, waiting) {
		t.Errorf("%v wait, before %v", got, waiting)
	}
}

// refuses: a mail that waits is set aside and taken back again.
func (s *site) refuses(t *testing.T, width int64) {
	b := s.colleague(t, width)
	b.open("/a-rattacher")
	waiting := b.rows()
	b.follow("button", "Écarter")
	b.reads("Le message est écarté")
	b.follow("button", "Annuler")
	b.reads("le message attend de nouveau")
	if got := b.rows(); !slices.Equal(got, waiting) {
		t.Errorf("%v wait, before %v", got, waiting)
	}
}

// takesTask: a task leads to its case, at the mail that it is about.
func (s *site) takesTask(t *testing.T, width int64) {
	b := s.colleague(t, width)
	b.follow("link", "Fichiers illisibles")
	b.reads("Un fichier ne s’ouvre pas")
	ref := b.rows()[0]
	b.follow("link", ref)
	b.reads("Fichier illisible")
	if got := ask[bool](b, `document.querySelector(":target") !== null`); !got {
		t.Errorf("the mail of the task is not shown: %s", b.at())
	}
}

// readsThread: a case tells what came and what left, with the clocks of each mail.
func (s *site) readsThread(t *testing.T, width int64) {
	b := s.colleague(t, width)
	b.open("/dossiers/" + s.ref(t, "phase:admissibility"))
	for _, want := range []string{"Accusé de réception", "notre serveur, qui compte", "boîte aux lettres", "selon l’expéditeur", "dans les délais"} {
		b.reads(want)
	}
	if shown := ask[bool](b, `document.querySelector("tbody").checkVisibility()`); shown {
		t.Error("the journal is open before it is asked for")
	}
	b.click("button", "événements, du plus récent")
	b.reads("Dossier ouvert pour")
}

// isSignedOut: an action after the session has ended is not done, and it is said.
func (s *site) isSignedOut(t *testing.T, width int64) {
	b := s.colleague(t, width)
	b.open("/a-rattacher")
	waiting := b.rows()
	must(t, s.r.daemon.store.SetPassword(t.Context(), "demo", demoColleague, "", "")) // ends all sessions
	b.expect(401)
	b.follow("button", "Écarter")
	b.reads("Votre session a pris fin")
	b.reads("rien n’a été changé")
	b.expect(0)
	b = s.colleague(t, width)
	b.open("/a-rattacher")
	if got := b.rows(); !slices.Equal(got, waiting) {
		t.Errorf("%v wait, before %v", got, waiting)
	}
}

// testKeyboard does without a mouse what staff do most.
func (s *site) testKeyboard(t *testing.T) {
	t.Run("confirm files", s.confirmsByKey)
	t.Run("reply", s.repliesByKey)
	t.Run("find a case", func(t *testing.T) {
		b := s.colleague(t, wide)
		b.type_("/")
		b.focus("the search line", `document.activeElement.id === "recherche"`)
		b.type_("hub completeness:complete")
		b.leaving("Enter", func() { b.type_("\r") })
		rows := b.rows()
		b.type_("jjjk")
		b.focus("the second row", fmt.Sprintf("document.activeElement.textContent.trim() === %q", rows[1]))
		b.leaving("Enter", func() { b.type_("\r") })
		b.reads(rows[1])
		b.reads("Échanges")
		b.type_("\t")
		b.focus("the way past the menu", `document.activeElement.className === "skip"`)
	})
}

// focus waits until the focus is where it should be, and shows.
func (b *tab) focus(what, script string) {
	b.t.Helper()
	b.await("the focus on "+what, script)
	b.await("a ring around "+what, `document.activeElement.matches(":focus-visible") && parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2`)
}

// testWithoutScript reads the desk with JavaScript switched off.
func (s *site) testWithoutScript(t *testing.T) {
	b := s.colleague(t, wide)
	b.noScript()
	b.open("/aide")
	if ask[bool](b, `document.querySelector("[data-keys]").checkVisibility()`) {
		t.Error("a button that does nothing is shown")
	}
	b.follow("link", "Ordre du jour")
	b.follow("link", "Fichiers illisibles")
	ref := b.rows()[0]
	b.follow("link", ref)
	b.click("button", "événements, du plus récent")
	b.reads("Dossier ouvert pour")
	b.fill("Rechercher un dossier", ref)
	b.leaving("Enter", func() { b.type_("\r") })
	b.follow("link", "Pièces")
	b.follow("link", ref)
	b.reads("Échanges")
	s.attaches(t, narrow)
}
