package cases

import (
	"slices"
	"strings"
	"testing"
)

func TestKeywords(t *testing.T) {
	for in, want := range map[string]string{
		"hub":            "hub*",
		"hubs":           "hubs* hub",
		"ia":             "ia",
		"l'association":  "association*",
		"d’Armor":        "armor*",
		"Haute-Loire":    "haute loire*",
		"Côtes-d'Armor":  "cotes d armor*",
		"Coll'in":        "coll in",
		"cœur":           "coeur*",
		"territoriaux":   "territoriaux* territorial territoriau",
		"territorial":    "territorial* territoriaux",
		"régionales":     "regionales* regional regionale regionaux",
		"signée":         "signee* signe signes",
		"associative":    "associative* associatif associatifs",
		"express":        "express*",
		"2018":           "2018*",
		"plan-2":         "plan 2",
		"aujourd'hui":    "aujourd hui*",
		"qu'en dira-t-o": "en dira t o",
	} {
		var got []string
		var forms []string
		for _, k := range Keywords(Fold(in)) {
			w := k.Word
			if k.Prefix {
				w += "*"
			}
			got, forms = append(got, w), append(forms, k.Forms...)
		}
		if all := strings.Join(slices.Concat(got, forms), " "); all != want {
			t.Errorf("%q asks for %q, want %q", in, all, want)
		}
	}
	if !IsStopWord("les") || IsStopWord("ici") || IsStopWord("rib") {
		t.Error("stop words")
	}
}
