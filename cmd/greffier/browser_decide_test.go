package main

import (
	"fmt"
	"net/url"
	"testing"

	"greffier/cases"
)

// decideVisits are the pages on which staff decide, with what was typed wrongly,
// and one on which two collide.
func (s *site) decideVisits(t *testing.T) []visit {
	store, ctx := s.r.daemon.store, t.Context()
	whole, late, doubt := "/dossiers/"+s.ref(t, "completeness:complete phase:admissibility"), s.ref(t, "timeliness:late"), "/dossiers/"+s.ref(t, "timeliness:to_arbitrate")
	sheet, err := store.Case(ctx, whole[len("/dossiers/"):])
	must(t, err)
	file := sheet.Pieces[0].Files[0]
	piece := whole + "/piece?" + url.Values{"message": {fmt.Sprint(file.Mail)}, "partie": {file.Part}}.Encode()
	must(t, store.Derogate(ctx, "Dominique Petit", late, "panne de leur fournisseur"))
	admitted, err := store.Case(ctx, late)
	must(t, err)
	other := s.ref(t, "phase:not_deposited")
	must(t, store.Note(ctx, "Dominique Petit", other, "Le trésorier rappelle jeudi.\nIl apporte le RIB."))
	must(t, store.Label(ctx, "Dominique Petit", other, "à revoir"))
	must(t, store.Assign(ctx, "Dominique Petit", other, demoColleague))
	must(t, store.SetFact(ctx, "Dominique Petit", other, cases.FactSIRET, "418 166 096 00051"))
	if _, err := store.Put(ctx, "Dominique Petit", other, cases.ActWithdraw, "au téléphone"); err != nil {
		t.Fatal(err)
	}
	tasks, err := store.OpenTasks(ctx)
	must(t, err)
	list := []visit{
		{path: piece},
		{path: piece, status: 422, act: func(b *tab) {
			b.click("field", "Je le refuse")
			b.follow("button", "Enregistrer")
		}},
		{path: whole + "/faits/siret"},
		{path: whole + "/faits/grouping"},
		{path: whole + "/faits/amount", status: 422, act: func(b *tab) {
			b.fill("Montant demandé", "beaucoup")
			b.follow("button", "Enregistrer")
		}},
		{path: whole + "/faits/organisation", status: 409, act: func(b *tab) { // two at once
			must(t, store.Note(ctx, "Dominique Petit", sheet.Ref, "je m’en occupe"))
			b.fill("Organisme", "La Fabrique")
			b.follow("button", "Enregistrer")
			b.reads("a changé entre-temps")
		}},
		{path: "/dossiers/" + other + "/faits/siret"},
		{path: doubt + "/arbitrer"},
		{path: doubt + "/arbitrer", status: 422, act: func(b *tab) { b.follow("button", "Arbitrer ce dépôt") }},
		{path: whole + "/deroger"},
		{path: whole + "/ranger"},
		{path: whole + "/ranger", status: 422, act: func(b *tab) { b.follow("button", "Écarter le dossier") }},
		{path: "/dossiers/" + other},
		{path: "/dossiers/" + other + "/decider"},
		{path: "/dossiers/" + other + "/reprendre"},
		{path: whole + "/reunir"},
		{path: whole + "/reunir?avec=HUB18-9999", status: 422},
		{path: whole + "/reunir?avec=" + s.refs(t, "phase:admissibility")[1]},
		{path: whole + "/separer"},
		{path: "/dossiers/" + late},
		{path: fmt.Sprintf("/dossiers/%s/decisions/%d", late, admitted.Decisions[0].ID)},
		{path: "/editions"},
		{path: "/journal"},
		{path: "/journal?qui=personnes&dossier=" + other},
		{path: "/dossiers?vue=a-moi"},
	}
	seen := make(map[string]bool)
	for _, k := range tasks {
		if !seen[k.Kind] {
			seen[k.Kind] = true
			list = append(list, visit{path: fmt.Sprintf("/taches/%d", k.ID)})
		}
	}
	return list
}

// confirmsByKey: the files of a case are confirmed one after the other, by one key.
func (s *site) confirmsByKey(t *testing.T) {
	b := s.colleague(t, wide)
	refs := s.refs(t, "completeness:complete phase:admissibility")
	b.open("/dossiers/" + refs[len(refs)-1])
	b.type_("j")
	b.focus("the first file", `document.activeElement.id === "fichier-1"`)
	b.leaving("c", func() { b.type_("c") })
	b.reads("Le fichier est confirmé")
	b.await("the focus on the next file", `document.activeElement.id === "fichier-2"`)
	b.leaving("c", func() { b.type_("c") })
	b.await("the focus on the third file", `document.activeElement.id === "fichier-3"`)
	b.fill("Nouvelle étiquette", "chic") // no key acts while one writes
	if got := ask[string](b, `document.getElementById("mot").value`); got != "chic" {
		t.Errorf("written: %q", got)
	}
	b.open("/dossiers")
	b.type_("jx")
	b.await("the box of the first case", `document.querySelector("tbody input[type=checkbox]").checked`)
}
