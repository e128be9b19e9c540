package cases

import (
	"regexp"
	"slices"
	"strings"
)

// ourFields gives the fields of our forms by their names, as named does, and none
// where the fields are those of another form: a bank's, an administration's.
func ourFields(fields []Field) []Field {
	out := named(fields)
	names := make(map[string]bool)
	for _, f := range out {
		names[f.Name] = true
	}
	const enough = 5
	if len(names) < enough {
		return nil
	}
	return out
}

// named gives the fields that have a name in our forms, under that name: some
// programs keep only the labels that the form shows.
func named(fields []Field) []Field {
	out := slices.Clone(fields)
	var unnamed []int // "Prénom et nom": of the representative, then of the contact
	for i := range out {
		f := &out[i]
		if !ourField(f.Name) {
			label := Fold(f.Name)
			if label == "prenom et nom" {
				unnamed = append(unnamed, i)
			}
			f.Name = nameOf(label)
		}
	}
	if len(unnamed) == 2 {
		out[unnamed[0]].Name, out[unnamed[1]].Name = "representant_legal", "contact_nom"
	}
	return slices.DeleteFunc(out, func(f Field) bool { return f.Name == "" })
}

// ourLabels are the fields of our forms that facts are read in, each with the
// labels that it has in them, folded.
var ourLabels = map[string][]string{
	"organisation":                {"nom de l organisation"},
	"forme_juridique":             {"forme juridique"},
	"siren":                       {"numero siren"},
	"siret":                       {"numero siret du siege"},
	"representant_legal":          nil,
	"contact_nom":                 nil,
	"contact_courriel":            {"adresse electronique"},
	"contact_telephone":           {"telephone"},
	"mode_candidature":            {"mode de candidature"},
	"chef_de_file":                {"chef de file du groupement"},
	"projet_titre":                {"nom du hub"},
	"signataire_nom":              {"prenom et nom du signataire"},
	"cout_total":                  {"cout total du projet en euros"},
	"montant_demande":             {"montant demande en euros", "montant demande bonifications comprises en euros"},
	"montant_regime":              {"ces montants sont exprimes"},
	"bonus_qpv":                   {"le projet agit dans des quartiers prioritaires de la politique de la ville qpv"},
	"bonus_action_coeur_de_ville": {"le projet agit dans des communes du programme action coeur de ville"},
	// Of the budget, whose cells have names only.
	"regime_tva": nil, "total_charges": nil, "total_produits": nil, "total_plan": nil, "montant_demande_1": nil, "montant_demande_2": nil, "montant_demande_3": nil,
}

var (
	ourPartner   = regexp.MustCompile(`^partenaire_\d{1,2}_(nom|siret)$`)
	partnerLabel = regexp.MustCompile(`^partenaire (\d{1,2}) (organisation|siret)$`)
)

func ourField(name string) bool {
	_, known := ourLabels[name]
	code, territory := strings.CutPrefix(name, "territoire_")
	return known || territory && RegionOf(code) != "" || ourPartner.MatchString(name)
}

// nameOf gives the name of the field with that folded label, "" where it is none
// of ours.
func nameOf(label string) string {
	for name, labels := range ourLabels {
		if slices.Contains(labels, label) {
			return name
		}
	}
	if m := partnerLabel.FindStringSubmatch(label); m != nil {
		return "partenaire_" + m[1] + "_" + strings.Replace(m[2], "organisation", "nom", 1)
	}
	code, name, _ := strings.Cut(label, " ")
	if code = strings.ToUpper(code); RegionOf(code) != "" && Fold(TerritoryName(code)) == name {
		return "territoire_" + code
	}
	return ""
}
