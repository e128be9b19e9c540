package cases

import (
	"cmp"
	"regexp"
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
// département. Names that are common words too (Nord, Manche, Cher, Aude) count
// only with their code, as in "Nord (59)", or where the text calls them a
// département; names of streets never do, as in "rue de Bretagne". With listed, the
// text is an answer to the question which territories: all count, and codes alone.
func FindTerritories(text string, listed bool) []string {
	words := territoryFields(text)
	var found []string
	announced, street := false, false // what the words before a name make of it
	for i := 0; i < len(words); {
		n, codes, common := territoryAt(words[i:])
		if n == 0 {
			if listed {
				found = append(found, codesOf(words[i])...)
			}
			word := words[i]
			i++
			switch {
			case departement.MatchString(word):
				announced, street = i < len(words) && ofWord(words[i]), false
			case streetWord.MatchString(word):
				announced, street = false, true
			case word != "et" && !article(word):
				announced, street = false, false
			}
			continue
		}
		i += n
		coded := i < len(words) && slices.Contains(codes, strings.ToUpper(words[i]))
		if listed || !street && (!common || coded || announced) {
			found = append(found, codes...)
		}
		street = false
		announced = announced && i+1 < len(words) && words[i] == "et" && ofWord(words[i+1])
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return slices.Compact(found)
}

// territoryFields folds a text to words, shortened ones written out.
func territoryFields(text string) []string {
	words := strings.Fields(Fold(text))
	for i, w := range words {
		switch w {
		case "st":
			words[i] = "saint"
		case "hte":
			words[i] = "haute"
		}
	}
	return words
}

var (
	departement = regexp.MustCompile(`^(?:departement(?:al|ale|aux)?s?|prefecture)$`)
	streetWord  = regexp.MustCompile(`^(?:rue|r|avenue|av|ave|boulevard|bd|bld|place|pl|quai|impasse|imp|allees?|route|rte|chemin|square|faubourg|fbg)$`)
)

// ofWord reports whether a folded word is "de" in any form.
func ofWord(w string) bool { return w == "de" || w == "du" || w == "des" || w == "d" }

func article(w string) bool { return ofWord(w) || w == "la" || w == "le" || w == "les" || w == "l" }

// codesOf gives the codes that a folded word of a list stands for.
func codesOf(word string) []string {
	code := strings.ToUpper(word)
	if len(code) == 1 {
		code = "0" + code
	}
	switch {
	case code == "20": // before 1976, and in postal codes
		return []string{"2A", "2B"}
	case RegionOf(code) != "":
		return []string{code}
	}
	return nil
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
	for name, codes := range alsoCalled() {
		all = append(all, territoryWords{words: strings.Fields(name), codes: strings.Fields(codes)})
	}
	return all
})

// alsoCalled gives the codes of what territories are called beside their names:
// the regions until 2015 among it. Without codes stand the names of towns, rivers
// and countries that hold the name of a territory.
func alsoCalled() map[string]string {
	return map[string]string{
		"paca": "04 05 06 13 83 84", "metropole de lyon": "69", "ville de paris": "75", "polynesie": "987", "wallis": "986", "ile de la reunion": "974",
		"alsace": "67 68", "aquitaine": "24 33 40 47 64", "auvergne": "03 15 43 63", "basse normandie": "14 50 61", "champagne ardenne": "08 10 51 52",
		"franche comte": "25 39 70 90", "haute normandie": "27 76", "languedoc roussillon": "11 30 34 48 66", "limousin": "19 23 87",
		"midi pyrenees": "09 12 31 32 46 65 81 82", "nord pas de calais": "59 62", "nord pas de calais picardie": "02 59 60 62 80", "pays de loire": "44 49 53 72 85",
		"picardie": "02 60 80", "poitou charentes": "16 17 79 86", "region centre": "18 28 36 37 41 45", "rhone alpes": "01 07 26 38 42 69 73 74",
		"val de loire": "", "bords de loire": "", "chalons en champagne": "", "nord est": "", "nord ouest": "", "grande bretagne": "",
	}
}

// commonNames are the codes of the territories whose names are words of every
// day, or names of rivers and towns, too.
func commonNames() []string {
	return []string{"01", "03", "10", "11", "18", "23", "27", "30", "36", "40", "42", "46", "50", "51", "57", "59", "60", "61", "69", "75", "80", "83", "86", "974", "977", "978"}
}
