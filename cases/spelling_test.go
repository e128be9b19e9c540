package cases

import "testing"

func TestSpelled(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"budjet previsionel", "budget previsionnel"},
		{"bugdet hub", "budget hub"}, // two letters swapped
		{"delibertation conseil", "deliberation conseil"},
		{"conv constitutive gip", "convention constitutive gip"},
		{"statut asso", "statut asso"},                 // a form of the word is no fault
		{"derogation 2018", "derogation 2018"},         // another word, two letters away
		{"mettre le calandre", "mettre le calandre"},   // begins otherwise, or is too far
		{"invention constante", "invention constante"}, // "convention" begins otherwise
	} {
		if got := spelled(c.name); got != c.want {
			t.Errorf("spelled(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}
