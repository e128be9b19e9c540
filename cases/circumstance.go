package cases

import (
	"regexp"
	"slices"
	"strings"
)

// Circumstance is what a piece may be required for.
type Circumstance string

const (
	IfGrouping  Circumstance = "groupement" // several bodies candidate together
	IfPublic    Circumstance = "public"     // the candidate is a public body
	IfDelegated Circumstance = "delegation" // the signatory is not the legal representative
)

// AllCircumstances lists them.
func AllCircumstances() []Circumstance { return []Circumstance{IfGrouping, IfPublic, IfDelegated} }

// When says a circumstance in words, for the operator.
func (c Circumstance) When() string {
	switch c {
	case IfGrouping:
		return "several bodies candidate together"
	case IfPublic:
		return "the candidate is a public body"
	case IfDelegated:
		return "somebody else than the legal representative signs"
	}
	return string(c)
}

// For gives the call as it asks pieces of a case: those that its circumstances
// require are required. The call itself stays as it is.
func (c *Call) For(circumstances map[Circumstance]bool) *Call {
	asked := *c
	asked.Pieces = slices.Clone(c.Pieces)
	for i := range asked.Pieces {
		p := &asked.Pieces[i]
		if i := slices.IndexFunc(p.RequiredIf, func(w Circumstance) bool { return circumstances[w] }); i >= 0 && !p.Required {
			p.Required, p.Because = true, p.RequiredIf[i]
		}
	}
	return &asked
}

// Circumstances gives what the facts of a case say of it. Unknown is false: a
// piece is not asked for on a guess.
func Circumstances(facts []Established) map[Circumstance]bool {
	out := make(map[Circumstance]bool)
	var signatory, representative string
	for _, f := range facts {
		if f.Doubt != "" || f.Late {
			continue
		}
		value := Fold(f.Value)
		switch f.Name {
		case FactGrouping:
			out[IfGrouping] = value == "yes"
		case FactLegalForm:
			out[IfPublic] = publicForm.MatchString(value) && !privateForm.MatchString(value)
		case FactSignatory:
			signatory = value
		case FactLegalRep:
			representative = value
		}
	}
	out[IfDelegated] = signatory != "" && representative != "" && !samePerson(signatory, representative)
	return out
}

// privateForm: "association des communes du littoral" is no public body.
var privateForm = regexp.MustCompile(`^(association|societe|entreprise|fondation|fonds|cooperative|mutuelle|scop|scic|sas|sarl|sa|spl|sem|gie)\b`)

var publicForm = regexp.MustCompile(`\b(?:collectivites?|communes?|communautes?|agglomeration|metropole|pole metropolitain|departement|region|conseil (?:departemental|regional|general)|` +
	`etablissement public|office public|droit public|epci|epa|epic|petr|syndicat mixte|groupement d interet public|gip|ccas|cias|centre (?:inter)?communal d action sociale|caisse des ecoles|` +
	`cci|cma|chambre (?:de commerce|de metiers|d agriculture)|regie (?:municipale|departementale|regionale|autonome|personnalisee)|ville|mairie|universite)\b`)

// samePerson: "Mme Claire MARTIN" is "Martin Claire".
func samePerson(a, b string) bool {
	words := func(s string) map[string]bool {
		out := make(map[string]bool)
		for _, w := range strings.Fields(s) {
			if len(w) > 2 && w != "mme" && w != "monsieur" && w != "madame" && w != "mlle" {
				out[w] = true
			}
		}
		return out
	}
	of, in := words(a), words(b)
	if len(of) > len(in) {
		of, in = in, of
	}
	for w := range of {
		if !in[w] {
			return false
		}
	}
	return len(of) > 0
}
