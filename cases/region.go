package cases

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// Area is a territory as forms list it: a département or an overseas collectivity.
type Area struct {
	Code string // "01" to "95" with "2A" and "2B", "971" to "988"
	Name string
}

// Region is a region with its territories. Those overseas, most of which are a
// region of their own, stand in two groups.
type Region struct {
	Name        string
	Territories []Area
	Overseas    bool
}

// Regions lists every territory that a candidate may cover.
func Regions() []Region {
	return []Region{
		{"Auvergne-Rhône-Alpes", []Area{{"01", "Ain"}, {"03", "Allier"}, {"07", "Ardèche"}, {"15", "Cantal"}, {"26", "Drôme"}, {"38", "Isère"}, {"42", "Loire"}, {"43", "Haute-Loire"}, {"63", "Puy-de-Dôme"}, {"69", "Rhône et métropole de Lyon"}, {"73", "Savoie"}, {"74", "Haute-Savoie"}}, false},
		{"Bourgogne-Franche-Comté", []Area{{"21", "Côte-d'Or"}, {"25", "Doubs"}, {"39", "Jura"}, {"58", "Nièvre"}, {"70", "Haute-Saône"}, {"71", "Saône-et-Loire"}, {"89", "Yonne"}, {"90", "Territoire de Belfort"}}, false},
		{"Bretagne", []Area{{"22", "Côtes-d'Armor"}, {"29", "Finistère"}, {"35", "Ille-et-Vilaine"}, {"56", "Morbihan"}}, false},
		{"Centre-Val de Loire", []Area{{"18", "Cher"}, {"28", "Eure-et-Loir"}, {"36", "Indre"}, {"37", "Indre-et-Loire"}, {"41", "Loir-et-Cher"}, {"45", "Loiret"}}, false},
		{"Corse", []Area{{"2A", "Corse-du-Sud"}, {"2B", "Haute-Corse"}}, false},
		{"Grand Est", []Area{{"08", "Ardennes"}, {"10", "Aube"}, {"51", "Marne"}, {"52", "Haute-Marne"}, {"54", "Meurthe-et-Moselle"}, {"55", "Meuse"}, {"57", "Moselle"}, {"67", "Bas-Rhin"}, {"68", "Haut-Rhin"}, {"88", "Vosges"}}, false},
		{"Hauts-de-France", []Area{{"02", "Aisne"}, {"59", "Nord"}, {"60", "Oise"}, {"62", "Pas-de-Calais"}, {"80", "Somme"}}, false},
		{"Île-de-France", []Area{{"75", "Paris"}, {"77", "Seine-et-Marne"}, {"78", "Yvelines"}, {"91", "Essonne"}, {"92", "Hauts-de-Seine"}, {"93", "Seine-Saint-Denis"}, {"94", "Val-de-Marne"}, {"95", "Val-d'Oise"}}, false},
		{"Normandie", []Area{{"14", "Calvados"}, {"27", "Eure"}, {"50", "Manche"}, {"61", "Orne"}, {"76", "Seine-Maritime"}}, false},
		{"Nouvelle-Aquitaine", []Area{{"16", "Charente"}, {"17", "Charente-Maritime"}, {"19", "Corrèze"}, {"23", "Creuse"}, {"24", "Dordogne"}, {"33", "Gironde"}, {"40", "Landes"}, {"47", "Lot-et-Garonne"}, {"64", "Pyrénées-Atlantiques"}, {"79", "Deux-Sèvres"}, {"86", "Vienne"}, {"87", "Haute-Vienne"}}, false},
		{"Occitanie", []Area{{"09", "Ariège"}, {"11", "Aude"}, {"12", "Aveyron"}, {"30", "Gard"}, {"31", "Haute-Garonne"}, {"32", "Gers"}, {"34", "Hérault"}, {"46", "Lot"}, {"48", "Lozère"}, {"65", "Hautes-Pyrénées"}, {"66", "Pyrénées-Orientales"}, {"81", "Tarn"}, {"82", "Tarn-et-Garonne"}}, false},
		{"Pays de la Loire", []Area{{"44", "Loire-Atlantique"}, {"49", "Maine-et-Loire"}, {"53", "Mayenne"}, {"72", "Sarthe"}, {"85", "Vendée"}}, false},
		{"Provence-Alpes-Côte d'Azur", []Area{{"04", "Alpes-de-Haute-Provence"}, {"05", "Hautes-Alpes"}, {"06", "Alpes-Maritimes"}, {"13", "Bouches-du-Rhône"}, {"83", "Var"}, {"84", "Vaucluse"}}, false},
		{"Départements d'outre-mer", []Area{{"971", "Guadeloupe"}, {"972", "Martinique"}, {"973", "Guyane"}, {"974", "La Réunion"}, {"976", "Mayotte"}}, true},
		{"Collectivités d'outre-mer et Nouvelle-Calédonie", []Area{{"975", "Saint-Pierre-et-Miquelon"}, {"977", "Saint-Barthélemy"}, {"978", "Saint-Martin"}, {"986", "Wallis-et-Futuna"}, {"987", "Polynésie française"}, {"988", "Nouvelle-Calédonie"}}, true},
	}
}

// RegionOf gives the name of the region of a territory code; an overseas
// territory is its own region. "" for a code that is none.
func RegionOf(code string) string {
	for _, r := range Regions() {
		for _, t := range r.Territories {
			if t.Code == code {
				if r.Overseas {
					return t.Name
				}
				return r.Name
			}
		}
	}
	return ""
}

// RegionNames lists the names that RegionOf gives.
func RegionNames() []string {
	var names []string
	for _, r := range Regions() {
		for _, t := range r.Territories {
			if name := RegionOf(t.Code); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// TerritoryName gives the name of a territory code, or the code itself.
func TerritoryName(code string) string {
	for _, r := range Regions() {
		for _, t := range r.Territories {
			if t.Code == code {
				return t.Name
			}
		}
	}
	return code
}

// FindTerritories gives the codes of the territories that a text names, in
// order of code; a region stands for all of its own. The longest name counts:
// "Haute-Loire" is not "Loire", "Pays de la Loire" is a region and no
// département. Names that are common words too (Nord, Manche, Cher, Lot) count
// only with their code, as in "Nord (59)", unless listed says that the text is
// an answer to the question which territories.
func FindTerritories(text string, listed bool) []string {
	words := strings.Fields(Fold(text))
	var found []string
	for i := 0; i < len(words); {
		n, codes, common := territoryAt(words[i:])
		if n == 0 {
			code := strings.ToUpper(words[i])
			if i++; listed && RegionOf(code) != "" {
				found = append(found, code)
			}
			continue
		}
		coded := i+n < len(words) && slices.Contains(codes, strings.ToUpper(words[i+n]))
		if !common || listed || coded {
			found = append(found, codes...)
		}
		i += n
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return slices.Compact(found)
}

// territoryAt gives the longest name that the folded words begin with: how many
// words it has, what it stands for, and whether it is a common word too.
func territoryAt(words []string) (n int, codes []string, common bool) {
	for _, name := range territoryNames() {
		if len(name.words) > n && len(name.words) <= len(words) && slices.Equal(name.words, words[:len(name.words)]) {
			n, codes, common = len(name.words), name.codes, name.common
		}
	}
	return n, codes, common
}

type territoryWords struct {
	words  []string
	codes  []string
	common bool
}

// territoryNames are the names of territories and regions, folded.
var territoryNames = sync.OnceValue(func() []territoryWords {
	var all []territoryWords
	for _, r := range Regions() {
		var codes []string
		for _, t := range r.Territories {
			codes = append(codes, t.Code)
			name := strings.Fields(Fold(t.Name))
			if t.Code == "69" {
				name = []string{"rhone"}
			}
			all = append(all, territoryWords{name, []string{t.Code}, slices.Contains(commonNames(), t.Code)})
			if name[0] == "la" { // "à la Réunion", "de La Réunion", "Réunion (974)"
				all = append(all, territoryWords{name[1:], []string{t.Code}, true})
			}
		}
		if !r.Overseas {
			all = append(all, territoryWords{words: strings.Fields(Fold(r.Name)), codes: codes})
		}
	}
	for _, n := range []struct {
		name  string
		codes []string
	}{
		{"paca", []string{"04", "05", "06", "13", "83", "84"}}, {"metropole de lyon", []string{"69"}},
		{"rhone alpes", nil}, {"polynesie", []string{"987"}}, {"wallis", []string{"986"}}, {"saint pierre et miquelon", []string{"975"}},
		// No territories: the names of towns and rivers that hold the name of one.
		{"ville de paris", []string{"75"}}, {"val de loire", nil}, {"bords de loire", nil}, {"chalons en champagne", nil}, {"nord est", nil}, {"nord ouest", nil},
	} {
		all = append(all, territoryWords{words: strings.Fields(n.name), codes: n.codes})
	}
	return all
})

// commonNames are the codes of the territories whose names are words of every
// day, or names of rivers and towns, too.
func commonNames() []string {
	return []string{"01", "10", "18", "23", "27", "30", "36", "40", "42", "46", "50", "51", "57", "59", "60", "61", "69", "75", "80", "83", "86", "974", "978"}
}
