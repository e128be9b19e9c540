package main

import (
	"fmt"
	"time"
)

// territory is a département or an overseas collectivity with its code.
type territory struct{ code, name string }

// region groups territories as the form shows them.
type region struct {
	name        string
	territories []territory
}

// regions lists every territory a candidate may cover: the départements of
// the regions, and the overseas collectivities, which candidate too.
func regions() []region {
	return []region{
		{"Auvergne-Rhône-Alpes", []territory{{"01", "Ain"}, {"03", "Allier"}, {"07", "Ardèche"}, {"15", "Cantal"}, {"26", "Drôme"}, {"38", "Isère"}, {"42", "Loire"}, {"43", "Haute-Loire"}, {"63", "Puy-de-Dôme"}, {"69", "Rhône et métropole de Lyon"}, {"73", "Savoie"}, {"74", "Haute-Savoie"}}},
		{"Bourgogne-Franche-Comté", []territory{{"21", "Côte-d'Or"}, {"25", "Doubs"}, {"39", "Jura"}, {"58", "Nièvre"}, {"70", "Haute-Saône"}, {"71", "Saône-et-Loire"}, {"89", "Yonne"}, {"90", "Territoire de Belfort"}}},
		{"Bretagne", []territory{{"22", "Côtes-d'Armor"}, {"29", "Finistère"}, {"35", "Ille-et-Vilaine"}, {"56", "Morbihan"}}},
		{"Centre-Val de Loire", []territory{{"18", "Cher"}, {"28", "Eure-et-Loir"}, {"36", "Indre"}, {"37", "Indre-et-Loire"}, {"41", "Loir-et-Cher"}, {"45", "Loiret"}}},
		{"Corse", []territory{{"2A", "Corse-du-Sud"}, {"2B", "Haute-Corse"}}},
		{"Grand Est", []territory{{"08", "Ardennes"}, {"10", "Aube"}, {"51", "Marne"}, {"52", "Haute-Marne"}, {"54", "Meurthe-et-Moselle"}, {"55", "Meuse"}, {"57", "Moselle"}, {"67", "Bas-Rhin"}, {"68", "Haut-Rhin"}, {"88", "Vosges"}}},
		{"Hauts-de-France", []territory{{"02", "Aisne"}, {"59", "Nord"}, {"60", "Oise"}, {"62", "Pas-de-Calais"}, {"80", "Somme"}}},
		{"Île-de-France", []territory{{"75", "Paris"}, {"77", "Seine-et-Marne"}, {"78", "Yvelines"}, {"91", "Essonne"}, {"92", "Hauts-de-Seine"}, {"93", "Seine-Saint-Denis"}, {"94", "Val-de-Marne"}, {"95", "Val-d'Oise"}}},
		{"Normandie", []territory{{"14", "Calvados"}, {"27", "Eure"}, {"50", "Manche"}, {"61", "Orne"}, {"76", "Seine-Maritime"}}},
		{"Nouvelle-Aquitaine", []territory{{"16", "Charente"}, {"17", "Charente-Maritime"}, {"19", "Corrèze"}, {"23", "Creuse"}, {"24", "Dordogne"}, {"33", "Gironde"}, {"40", "Landes"}, {"47", "Lot-et-Garonne"}, {"64", "Pyrénées-Atlantiques"}, {"79", "Deux-Sèvres"}, {"86", "Vienne"}, {"87", "Haute-Vienne"}}},
		{"Occitanie", []territory{{"09", "Ariège"}, {"11", "Aude"}, {"12", "Aveyron"}, {"30", "Gard"}, {"31", "Haute-Garonne"}, {"32", "Gers"}, {"34", "Hérault"}, {"46", "Lot"}, {"48", "Lozère"}, {"65", "Hautes-Pyrénées"}, {"66", "Pyrénées-Orientales"}, {"81", "Tarn"}, {"82", "Tarn-et-Garonne"}}},
		{"Pays de la Loire", []territory{{"44", "Loire-Atlantique"}, {"49", "Maine-et-Loire"}, {"53", "Mayenne"}, {"72", "Sarthe"}, {"85", "Vendée"}}},
		{"Provence-Alpes-Côte d'Azur", []territory{{"04", "Alpes-de-Haute-Provence"}, {"05", "Hautes-Alpes"}, {"06", "Alpes-Maritimes"}, {"13", "Bouches-du-Rhône"}, {"83", "Var"}, {"84", "Vaucluse"}}},
		{"Départements d'outre-mer", []territory{{"971", "Guadeloupe"}, {"972", "Martinique"}, {"973", "Guyane"}, {"974", "La Réunion"}, {"976", "Mayotte"}}},
		{"Collectivités d'outre-mer et Nouvelle-Calédonie", []territory{{"975", "Saint-Pierre-et-Miquelon"}, {"977", "Saint-Barthélemy"}, {"978", "Saint-Martin"}, {"986", "Wallis-et-Futuna"}, {"987", "Polynésie française"}, {"988", "Nouvelle-Calédonie"}}},
	}
}

// localTimes returns, for each overseas territory, the date and hour there at
// the instant t, from west to east.
func localTimes(t time.Time) ([][2]string, error) {
	zones := []struct{ place, zone string }{
		{"Polynésie française (Tahiti)", "Pacific/Tahiti"},
		{"Guadeloupe, Martinique, Saint-Barthélemy, Saint-Martin", "America/Guadeloupe"},
		{"Guyane", "America/Cayenne"},
		{"Saint-Pierre-et-Miquelon", "America/Miquelon"},
		{"Mayotte", "Indian/Mayotte"},
		{"La Réunion", "Indian/Reunion"},
		{"Nouvelle-Calédonie", "Pacific/Noumea"},
		{"Wallis-et-Futuna", "Pacific/Wallis"},
	}
	out := make([][2]string, 0, len(zones))
	for _, z := range zones {
		loc, err := time.LoadLocation(z.zone)
		if err != nil {
			return nil, fmt.Errorf("load the time zone of %s: %w", z.place, err)
		}
		there := t.In(loc)
		out = append(out, [2]string{z.place, dayMonth(there) + ", " + frenchHour(there)})
	}
	return out, nil
}
