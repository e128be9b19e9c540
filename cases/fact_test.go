package cases

import (
	"slices"
	"strings"
	"testing"
)

func TestIdentifiers(t *testing.T) {
	for _, tc := range []struct {
		in   string
		good bool
	}{
		{"732 829 320 00074", true}, {"73282932000074", true}, {"732.829.320.00074", true},
		{"732 829 320 00075", false}, {"00000000000000", false}, {"732829320", false}, {"7328293200007A", false},
		{"356 000 000 00048", true},  // La Poste, head office
		{"356 000 000 00062", false}, // sum 22
		{"356 000 000 09075", true},  // sum 35: an establishment of La Poste
	} {
		if _, err := SIRET(tc.in); (err == nil) != tc.good {
			t.Errorf("SIRET(%q): %v", tc.in, err)
		}
	}
	for in, good := range map[string]bool{"732 829 320": true, "732829321": false, "000000000": false, "356000000": true, "": false} {
		if _, err := SIREN(in); (err == nil) != good {
			t.Errorf("SIREN(%q): %v", in, err)
		}
	}
}

func TestAmount(t *testing.T) {
	for in, want := range map[string]int64{
		"450 000 €": 45000000, "450\u202f000,00\u00a0euros": 45000000, "450.000,50": 45000050, "450000": 45000000, "350k€": 35000000, "1,2 M€": 120000000,
		"450 000 € TTC": 45000000, "1.234.567": 123456700, "12,5": 1250, "450,000.00": 45000000, "à préciser": -1, "": -1, "de 100 à 200": -1, "-5": -1,
	} {
		got, ok := Amount(in)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("Amount(%q) = %d, want %d", in, got, want)
		}
	}
}

func TestFindTerritories(t *testing.T) {
	for _, tc := range []struct {
		text   string
		listed bool
		want   string
	}{
		{"Hub de la Haute-Loire", false, "43"}, // not the Loire
		{"Loire et Haute-Loire", true, "42 43"},
		{"les bords de Loire", false, ""},
		{"Pays de la Loire", false, "44 49 53 72 85"},
		{"Maine-et-Loire, Sarthe", false, "49 72"},
		{"Cher Monsieur, dans le nord, la somme de 3 €", false, ""},
		{"Nord (59) et Pas-de-Calais (62)", false, "59 62"},
		{"Réunion de lancement à Paris", false, ""},
		{"LA REUNION", true, "974"},
		{"22, 29, 35 et 56", true, "22 29 35 56"},
		{"2A et 2B", true, "2A 2B"},
		{"Polynésie française et Nouvelle-Calédonie", false, "987 988"},
		{"Centre-Val de Loire", false, "18 28 36 37 41 45"},
		{"Seine-Saint-Denis", false, "93"},
		{"Cotes d'Armor", false, "22"},
	} {
		if got := strings.Join(FindTerritories(tc.text, tc.listed), " "); got != tc.want {
			t.Errorf("FindTerritories(%q) = %q, want %q", tc.text, got, tc.want)
		}
	}
}

func TestReadForm(t *testing.T) {
	got := ReadForm([]Field{
		{Name: "organisation", Value: " La  Mêlée "}, {Name: "siret", Value: "732 829 320 00074"}, {Name: "siren", Value: "732829321"}, {Name: "mode_candidature", Value: "Groupement"}, {Name: "chef_de_file", Value: ""},
		{Name: "territoire_31", Value: "☒"}, {Name: "territoire_34", Value: "☐"}, {Name: "territoire_09", Value: "Yes"}, {Name: "territoire_11", Value: "Off"}, {Name: "territoire_99", Value: "Yes"},
		{Name: "montant_demande", Value: "450 000 €"}, {Name: "montant_regime", Value: "Toutes taxes comprises (TTC)"}, {Name: "bonus_qpv", Value: "true"}, {Name: "partenaire_1_nom", Value: "Coll'in"}, {Name: "partenaire_1_siret", Value: "73282932000074"},
		{Name: "sigle", Value: "sans objet"},
	})
	want := []Proposal{
		{FactTerritory, "31", "", FromForm}, {FactTerritory, "09", "", FromForm}, {FactOrganisation, "La Mêlée", "", FromForm},
		{FactSIREN, "732829321", "not an identifier: the check digit of the SIREN is wrong", FromForm}, {FactSIRET, "73282932000074", "", FromForm},
		{FactAmount, "450000.00", "", FromForm}, {FactTax, "TTC", "", FromForm}, {FactGrouping, "yes", "", FromForm}, {FactQPV, "yes", "", FromForm},
		{FactPartner, "Coll'in, 73282932000074", "", FromForm},
	}
	if !slices.Equal(got, want) {
		t.Errorf("ReadForm:\n got %v\nwant %v", got, want)
	}
}

// TestEstablish: staff before the form, the form before a mail, the newer of two
// of a kind; what contradicts is shown.
func TestEstablish(t *testing.T) {
	tell := func(mail int64, name FactName, value string, source FactSource) Tell {
		return Tell{Proposal: Proposal{name, value, "", source}, MailID: mail}
	}
	facts := Establish([]Tell{
		tell(1, FactOrganisation, "PING", FromMail), tell(2, FactOrganisation, "Association PING", FromForm), tell(3, FactOrganisation, "Ping", FromMail),
		tell(2, FactTerritory, "44", FromForm), tell(2, FactTerritory, "49", FromForm), tell(3, FactTerritory, "75", FromMail),
		tell(2, FactAmount, "450000.00", FromForm), tell(3, FactAmount, "400000.00", FromForm), tell(4, FactAmount, "400000.00", FromPerson),
		{Proposal: Proposal{FactSIRET, "123", "wrong", FromForm}, MailID: 2}, tell(1, FactSIRET, "73282932000074", FromMail),
	})
	var got []string
	for _, f := range facts {
		s := string(f.Name) + "=" + f.Value
		if f.Confirmed {
			s += "!"
		}
		for _, a := range f.Against {
			s += " not " + a.Value
		}
		got = append(got, s)
	}
	want := []string{"organisation=Association PING not Ping", "siret=73282932000074 not 123", "territory=44", "territory=49", "amount=400000.00! not 450000.00"}
	if !slices.Equal(got, want) {
		t.Errorf("Establish: %q\nwant %q", got, want)
	}
}

func TestCircumstances(t *testing.T) {
	fact := func(name FactName, value string) Established {
		return Established{Tell: Tell{Proposal: Proposal{Name: name, Value: value}}}
	}
	for _, tc := range []struct {
		facts []Established
		want  string
	}{
		{nil, ""},
		{[]Established{fact(FactGrouping, "yes"), fact(FactLegalForm, "Association")}, "groupement"},
		{[]Established{fact(FactLegalForm, "Collectivité territoriale ou groupement de collectivités")}, "public"},
		{[]Established{fact(FactLegalForm, "Société")}, ""},
		{[]Established{fact(FactSignatory, "Claire MARTIN"), fact(FactLegalRep, "Mme Martin Claire")}, ""},
		{[]Established{fact(FactSignatory, "Paul Durand"), fact(FactLegalRep, "Claire Martin")}, "delegation"},
	} {
		var got []string
		for _, c := range []Circumstance{IfGrouping, IfPublic, IfDelegated} {
			if Circumstances(tc.facts)[c] {
				got = append(got, string(c))
			}
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%v: %q, want %q", tc.facts, got, tc.want)
		}
	}
}

// TestPerimeter: regions without a hub first; a covered region may apply if its
// perimeter is wider.
func TestPerimeter(t *testing.T) {
	c := &Call{PriorityRegions: []string{"Bretagne", "Normandie", "Grand Est", "Centre-Val de Loire"}}
	for _, tc := range []struct {
		codes string
		want  PerimeterVerdict
	}{
		{"22 29 35 56", PerimeterPriority}, {"22 14", PerimeterPriority}, {"44 35", PerimeterMixed}, {"31", PerimeterCovered}, {"31 33", PerimeterWider}, {"974", PerimeterCovered}, {"", ""},
	} {
		p, ok := c.JudgePerimeter(strings.Fields(tc.codes))
		if p.Verdict != tc.want || ok != (tc.want != "") || ok && p.Reason == "" {
			t.Errorf("%s: %+v, want %q", tc.codes, p, tc.want)
		}
	}
	if _, ok := (&Call{}).JudgePerimeter([]string{"22"}); ok {
		t.Error("a call without the rule judges")
	}
}
