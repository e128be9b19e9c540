package main

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// acts are the journeys in which something is changed; each takes back what it did.
func acts() []journey {
	return []journey{
		{"a view", (*site).savesView}, {"select and copy", (*site).selects}, {"correct a fact", (*site).corrects}, {"arbitrate", (*site).arbitrates},
		{"merge", (*site).merges}, {"ask for a complement", (*site).completes},
	}
}

// savesView: the list shown is kept under a name, opened by it, and forgotten.
func (s *site) savesView(t *testing.T, width int64) {
	b := s.colleague(t, width)
	b.open("/dossiers?vue=incomplets&tri=-depot")
	want := b.rows()
	b.click("button", "Enregistrer cette liste")
	b.fill("Nom de la vue", "À voir lundi")
	b.follow("button", "Enregistrer la vue")
	b.reads("La vue est enregistrée")
	b.open("/dossiers")
	b.follow("link", "À voir lundi")
	if got := b.rows(); !slices.Equal(got, want) || len(want) == 0 {
		t.Errorf("the view shows %v, saved was %v", got, want)
	}
	b.click("button", "Enregistrer cette liste")
	b.follow("button", "Supprimer la vue À voir lundi")
	b.reads("La vue est supprimée")
}

// selects: what is ticked makes a list, and a copy with a folder a dossier.
func (s *site) selects(t *testing.T, width int64) {
	b := s.colleague(t, width)
	b.open("/dossiers")
	rows := b.rows()
	b.click("field", "Choisir "+rows[1])
	b.click("field", "Choisir "+rows[3])
	b.reads("2 dossiers cochés.")
	b.follow("button", "Ne voir que la sélection")
	if got := b.rows(); !slices.Equal(got, []string{rows[1], rows[3]}) {
		t.Fatalf("selected %v", got)
	}
	path := b.download("link", "Copier tous les dossiers de la liste (ZIP)")
	archive, err := zip.OpenReader(path)
	must(t, err)
	folders := make(map[string]bool)
	for _, f := range archive.File {
		for _, ref := range rows {
			if strings.Contains(f.Name, ref) {
				folders[ref] = true
			}
		}
	}
	must(t, archive.Close())
	if len(folders) != 2 || !folders[rows[1]] || !folders[rows[3]] {
		t.Errorf("the copy has the dossiers %v", folders)
	}
}

// download clicks what hands out a file, and gives where it lies.
func (b *tab) download(kind, name string) string {
	b.t.Helper()
	dir := b.t.TempDir()
	if _, err := chromedp.CallBrowser(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID}); err != nil {
		b.t.Fatal(err)
	}
	b.click(kind, name)
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		paths, err := filepath.Glob(filepath.Join(dir, "*"))
		must(b.t, err)
		for _, path := range paths {
			if info, err := os.Stat(path); err == nil && info.Size() > 0 && !strings.HasSuffix(path, ".crdownload") && !strings.HasPrefix(filepath.Base(path), ".") {
				return path
			}
		}
	}
	b.t.Fatalf("%s hands out no file", name)
	return ""
}

// corrects: what was read wrongly of a candidate is put right, and taken back.
func (s *site) corrects(t *testing.T, width int64) {
	b := s.colleague(t, width)
	ref := s.refs(t, "phase:admissibility")[2]
	b.open("/dossiers/" + ref + "/faits/siret")
	b.fill("SIRET", "418 166 096 00052")
	b.expect(422)
	b.follow("button", "Enregistrer")
	if got := ask[string](b, `document.getElementById("valeur").value`); got != "418 166 096 00052" {
		t.Errorf("what was typed is lost: %q", got)
	}
	b.expect(0)
	b.fill("SIRET", "418 166 096 00051")
	b.follow("button", "Enregistrer")
	b.reads("Le fait est enregistré")
	b.follow("link", "Changer SIRET")
	b.follow("button", "Reprendre ce qui a été dit")
	b.reads("ce qui a été lu compte de nouveau")
}

// undoes takes back the decision of a case that stands last.
func (b *tab) undoes() {
	b.t.Helper()
	b.follow("link", "Annuler")
	b.follow("button", "Annuler cette décision")
	b.reads("La décision est annulée")
}

// arbitrates: a deposit of the minute after the deadline is decided, with a motive.
func (s *site) arbitrates(t *testing.T, width int64) {
	b := s.colleague(t, width)
	ref := s.ref(t, "task:arbitrate")
	b.open("/dossiers/" + ref)
	b.follow("link", "Décider")
	b.follow("link", "Arbitrer")
	b.click("field", "dans les délais")
	b.fill("Motif", "L’heure de notre serveur avance de quarante secondes.")
	b.follow("button", "Arbitrer ce dépôt")
	b.reads("Le dépôt est arbitré")
	if got := s.refs(t, "task:arbitrate"); slices.Contains(got, ref) {
		t.Error("it is not decided")
	}
	b.undoes()
	if got := s.refs(t, "task:arbitrate"); !slices.Contains(got, ref) {
		t.Error("it is not taken back")
	}
}

// merges: two cases of one candidacy become one, and two again.
func (s *site) merges(t *testing.T, width int64) {
	b := s.colleague(t, width)
	refs := s.refs(t, "phase:admissibility")
	one, other := refs[4], refs[5]
	b.open("/dossiers/" + one + "/reunir")
	b.fill("Référence de l’autre dossier", strings.ToLower(other))
	b.follow("button", "Comparer")
	b.fill("Motif", "La même candidature, écrite deux fois.")
	b.follow("button", "Réunir "+one+" à "+other)
	b.reads("Le dossier est réuni à l’autre")
	b.undoes()
	if got := s.refs(t, "phase:admissibility"); !slices.Contains(got, one) || !slices.Contains(got, other) {
		t.Errorf("after taking it back: %v", got)
	}
}

// completes: a complement is asked for after its letter was read, and withdrawn.
func (s *site) completes(t *testing.T, width int64) {
	b := s.colleague(t, width)
	ref := s.ref(t, "phase:incomplete_at_deadline")
	b.open("/dossiers/" + ref)
	b.follow("link", "Demander un complément")
	b.follow("button", "Aperçu")
	b.reads("pas encore partie")
	b.follow("button", "Envoyer")
	b.reads("Le complément est demandé")
	b.await("the letter on its way", fmt.Sprintf(`document.body.innerText.includes(%q)`, "Demande de complément"))
	b.follow("link", "Revenir en arrière")
	b.follow("button", "Retirer la demande")
	b.reads("La demande de complément est retirée")
}

// tabTo presses Tab until the focus is on an element, which must show it.
func (b *tab) tabTo(kind, name string) {
	b.t.Helper()
	e := found(kind, name)
	b.await(kind+" "+name, e)
	const most = 400
	for range most {
		if ask[bool](b, "document.activeElement === "+e) {
			b.focus(name, "true")
			return
		}
		b.type_("\t")
	}
	b.t.Fatalf("%d Tabs do not lead to %s", most, name)
}

// repliesByKey: a mail is answered from the case to the letter that leaves.
func (s *site) repliesByKey(t *testing.T) {
	b := s.colleague(t, wide)
	refs := s.refs(t, "phase:admissibility")
	b.open("/dossiers/" + refs[len(refs)-2])
	b.tabTo("link", "Répondre")
	b.leaving("Enter", func() { b.type_("\r") })
	b.tabTo("field", "Votre texte")
	b.type_("Votre dossier est complet.")
	b.tabTo("button", "Aperçu")
	b.leaving("Enter", func() { b.type_("\r") })
	b.reads("pas encore partie")
	b.reads("Votre dossier est complet.")
	b.tabTo("button", "Envoyer")
	b.leaving("Enter", func() { b.type_("\r") })
	b.reads("La réponse va partir")
}
