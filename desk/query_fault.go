package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
)

// queryFaults are the faults of a search, as they are worded, in French.
var queryFaults = []phrase{
	{"a query has at most %d terms", "Une recherche a au plus %s termes."},
	{"there is no field %q: write one of %s, or \"%s\" for the words themselves", "Il n’y a pas de champ « %s ». Écrivez l’un de ceux-ci : %s ; ou « %s » entre guillemets droits, pour chercher ces mots."},
	{"%s is no date: write %s:VALUE without %s", "%s n’est pas une date : écrivez %s:VALEUR, sans %s."},
	{"the quotation is not closed: write %s at its end", "La citation n’est pas fermée : écrivez %s à la fin."},
	{"%s: of what? write %s", "Le champ « %s » est vide : écrivez %s."},
	{"%s cannot be %q: write %s", "%s ne peut pas être « %s » : écrivez %s."},
	{"%q is no date: write 2018-11-30, 2018-11-30T17:00, 2018-11 or 2018", "« %s » n’est pas une date : écrivez 2018-11-30, 2018-11-30T17:00, 2018-11 ou 2018."},
	{"no letter and no digit in it: write %s:WORD", "Il n’y a là ni lettre ni chiffre : écrivez %s:MOT."},
	{"%s: has at most %d words", "Le champ « %s » a au plus %s mots."},
	{"%q is no territory: write a code such as 35 or 2A, or the name of a département, a region or an overseas territory", "« %s » n’est pas un territoire : écrivez un code comme 35 ou 2A, ou le nom d’un département, d’une région ou d’un territoire d’outre-mer."},
	{"there is no edition %q: write %s", "Il n’y a pas d’édition « %s » : écrivez %s."},
	{"no edition has a piece %q: write one of %s", "Aucune édition n’a de pièce « %s » : écrivez l’une de celles-ci : %s."},
}

// queryWants says what a field is to be given, where that is no list of values.
var queryWants = map[string]string{
	"the edition, by its id or reference":                                     "l’édition, par son identifiant ou sa référence",
	"the reference, or its beginning":                                         "la référence, ou son début",
	"a required piece that does not count yet, by its id; any: one at least":  "une pièce requise qui ne compte pas encore, par son nom ou son identifiant, ou « une »",
	"a piece that is there, by its id":                                        "une pièce qui est là, par son nom ou son identifiant",
	"a territory of the candidacy, by code or name; a region: one of its own": "un territoire, par son code ou son nom, ou une région",
	"an address, domain or name that wrote to the case":                       "une adresse, un domaine ou un nom",
	"words of a file name":                                                    "des mots d’un nom de fichier",
	"an open task of that kind; any: one at least":                            "une nature de tâche, comme à-lire, ou « une »",
	"the colleague it is assigned to, by name; me, on the desk; nobody; any":  "le nom d’un collègue, moi, personne ou quelqu’un",
	"a label that staff gave it; any: one at least":                           "une étiquette, ou « une »",
}

// searchField is a field of the search, and what it is given.
type searchField struct{ Name, Says string }

// searchFields lists the fields of the search as staff write them.
func searchFields() (list []searchField) {
	for _, f := range cases.QueryFields() {
		says := queryWants[f.Says]
		switch {
		case f.Values != nil:
			says = inFrench(strings.Join(f.Values, ", "), f.Name)
		case f.Instant:
			says = "une date, comme 2018-11-30 ou >2018-11-30"
		}
		list = append(list, searchField{cases.FrenchField(f.Name), says})
	}
	return list
}

// inFrench puts the name of a field, or a list of names or of values of the field,
// into French; what is none of them stays.
func inFrench(said, field string) string {
	if french := cases.FrenchField(said); french != "" {
		return french
	}
	if name, rest, found := strings.Cut(said, ":"); found && cases.FrenchField(name) != "" {
		french := cases.FrenchField(name)
		return french + ":" + strings.ReplaceAll(rest, " "+name+":", " "+french+":")
	}
	list := strings.Split(said, ", ")
	if len(list) == 1 && said != "deadline" {
		return said // as somebody typed it
	}
	fields := !slices.ContainsFunc(list, func(w string) bool { return cases.FrenchField(w) == "" })
	for i, w := range list {
		french := cases.FrenchValue(field, w)
		if fields {
			french = cases.FrenchField(w)
		}
		list[i] = cmp.Or(french, w)
	}
	return strings.Join(list, ", ")
}

// queryFaultWord puts a fault of a search into French.
func queryFaultWord(said string) remark {
	for _, p := range queryFaultsRead() {
		m := p.pattern.FindStringSubmatch(said)
		if m == nil {
			continue
		}
		values := make([]any, len(m)-1)
		for i, v := range m[1:] {
			if french, known := queryWants[v]; known {
				v = french
			} else {
				v = inFrench(v, m[1])
			}
			values[i] = strings.ReplaceAll(v, " or ", " ou ")
		}
		return remark{Text: fmt.Sprintf(p.french, values...)}
	}
	return remark{said, true}
}
