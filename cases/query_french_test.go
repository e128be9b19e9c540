package cases

import (
	"testing"
	"time"
)

// What the programs call by a word of their own has a French one, which is read
// as it is and cannot be taken for another.
func TestFrenchQuery(t *testing.T) {
	calls := Calls{{ID: "hubs-2018", Reference: "HUB18", Pieces: []Piece{{ID: "rib", Label: "Relevé d'identité bancaire"}}}}
	for in, want := range map[string]string{
		"phase:dossier-déposé":                `phase:submitted`,
		`Phase:"Dossier deposé" -avec:lien`:   "phase:submitted -has:link",
		"manque:rib étiquette:urgent":         "missing:rib label:urgent",
		`piece:"releve d'identite bancaire"`:  "piece:rib",
		"reçu:>2018-11-29 avant:échéance":     "received:>2018-11-29 before:deadline",
		"département:Bretagne région:35":      "dept:Bretagne dept:35",
		"délai:hors-délai édition:hub18":      "timeliness:late call:hub18",
		"attribué:personne tâche:à-lire":      "assigned:nobody task:message",
		"attribué:moi manque:une":             "assigned:me missing:any",
		"lettre:rappel état:illisible":        "letter:reminder status:unreadable",
		"de:a@hub.example fichier:budget.pdf": "from:a@hub.example file:budget.pdf",
	} {
		q, err := ParseQuery(in, calls, time.UTC)
		if err != nil || q.String() != want {
			t.Errorf("%q reads %q, want %q: %v", in, q, want, err)
		}
	}
	for _, f := range QueryFields() {
		read := map[string]string{}
		if FrenchField(f.Name) == "" {
			t.Errorf("the field %s has no French name", f.Name)
		}
		for _, v := range f.Values {
			french := FrenchValue(f.Name, v)
			if french == "" || read[Fold(french)] != "" {
				t.Errorf("%s:%s is %q in French, as is %q", f.Name, v, french, read[Fold(french)])
			}
			read[Fold(french)] = v
			if q, err := ParseQuery(FrenchField(f.Name)+":"+french, calls, time.UTC); err != nil || len(q) != 1 || q[0].Field != f.Name || q[0].Value != v {
				t.Errorf("%s:%s does not mean %s:%s: %v, %v", FrenchField(f.Name), french, f.Name, v, q, err)
			}
		}
	}
}
