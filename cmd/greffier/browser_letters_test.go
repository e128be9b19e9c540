package main

import (
	"slices"
	"strconv"
	"testing"

	"greffier/cases"
)

// letterVisits are the pages where staff write letters and look at them.
func (s *site) letterVisits(t *testing.T) []visit {
	t.Helper()
	letters, err := s.r.daemon.store.Outbox(t.Context())
	must(t, err)
	i := slices.IndexFunc(letters, func(l cases.LetterSheet) bool { return l.State == cases.LetterRefused })
	if i < 0 {
		t.Fatal("no letter of the story was refused")
	}
	examined := "/dossiers/" + s.ref(t, "phase:incomplete_at_deadline")
	look := func(b *tab) { b.follow("button", "Aperçu") }
	return []visit{
		{path: examined + "/repondre"},
		{path: examined + "/repondre", status: 422, act: look},
		{path: examined + "/repondre", act: func(b *tab) {
			b.fill("Votre texte", "Oui.")
			look(b)
		}},
		{path: examined + "/complement"},
		{path: examined + "/complement", act: look},
		{path: examined + "/dossier-type"},
		{path: "/courrier/1"},
		{path: "/courrier/" + strconv.FormatInt(letters[i].ID, 10)},
	}
}
