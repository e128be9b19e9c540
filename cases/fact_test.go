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
		"450 000 € TTC": 45000000, "1.234.567": 123456700, "12,5": 1250, "450,000.00": 45000000, "33333.333": -1, "1.2345": -1, "450 K€ TTC": 45000000, "450 KEUR": 45000000,
		"450 000 euros (quatre cent cinquante mille euros)": 45000000, "450 000 € T.T.C.": 45000000, "450 000 € (TTC)": 45000000, "450 mille euros": 45000000, "1,2 million d’euros": 120000000,
		"€ 450 000": 45000000, "450 000.-": 45000000, "450 000 euros hors taxes": 45000000, "environ 450 000 €": -1, "150 000 €/an": -1, "450 000 € sur 3 ans": -1, "450 000 F CFP": -1, "1e6": -1,
		"à préciser": -1, "": -1, "de 100 à 200": -1, "-5": -1,
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
		// Names of persons, streets, towns and countries, and words of every day.
		{"Aude Martin, 12 rue de Bretagne, 75003 Paris", false, ""},
		{"place des Vosges – bd de la Haute-Savoie – quai de la Loire", false, ""},
		{"nous souhaitons nous allier à un partenaire en Grande-Bretagne", false, ""},
		{"Saint-Barthélemy-d'Anjou, Marne-la-Vallée, les landes de Gascogne", false, ""},
		{"centre social du Nord, la somme demandée", false, ""},
		// What a text calls a département is one.
		{"Conseil départemental du Nord", false, "59"},
		{"les départements de la Manche et de l'Orne", false, "50 61"},
		{"le département, la somme", false, ""},
		{"Préfecture de la Somme", false, "80"},
		// Regions until 2015, and other ways to write.
		{"Région Nord-Pas-de-Calais", false, "59 62"},
		{"Basse-Normandie et Haute-Normandie", false, "14 27 50 61 76"},
		{"Basse-Normandie", false, "14 50 61"},
		{"Caisse d'Epargne Bretagne Pays de Loire", false, "22 29 35 44 49 53 56 72 85"},
		{"Val d'Oise, Val de Marne et Seine St Denis", false, "93 94 95"},
		{"Ile de La Réunion", false, "974"},
		{"20", true, "2A 2B"}, {"1, 3", true, "01 03"}, {"Centre", true, ""}, {"97", true, ""}, {"22-29 / 35", true, "22 29 35"}, {"Martillac (Gironde), 33650", false, "33"},
	} {
		if got := strings.Join(FindTerritories(tc.text, tc.listed), " "); got != tc.want {
			t.Errorf("FindTerritories(%q) = %q, want %q", tc.text, got, tc.want)
		}
	}
}

func answers(list ...string) []Field {
	var out []Field
	for i := 0; i < len(list); i += 2 {
		out = append(out, Field{Name: list[i], Value: list[i+1]})
	}
	return out
}

func TestReadForm(t *testing.T) {
	for _, tc := range []struct {
		rule   string
		fields []Field
		want   []Proposal
	}{
		{"the dossier", answers(
			"organisation", " La  Mêlée ", "siret", "732 829 320 00074", "siren", "732829321", "mode_candidature", "Groupement", "chef_de_file", "",
			"territoire_31", "☒", "territoire_34", "☐", "territoire_09", "Yes", "territoire_11", "Off", "territoire_99", "Yes",
			"montant_demande", "450 000 €", "montant_regime", "Toutes taxes comprises (TTC)", "bonus_qpv", "true", "bonus_action_coeur_de_ville", "",
			"partenaire_1_nom", "Coll'in", "partenaire_1_siret", "73282932000074", "sigle", "sans objet"),
			[]Proposal{
				{FactTerritory, "31", "", FromForm}, {FactTerritory, "09", "", FromForm}, {FactOrganisation, "La Mêlée", "", FromForm},
				{FactSIREN, "732829321", "not an identifier: the check digit of the SIREN is wrong", FromForm}, {FactSIRET, "73282932000074", "", FromForm},
				{FactAmount, "450000.00", "", FromForm}, {FactTax, "TTC", "", FromForm}, {FactGrouping, "yes", "", FromForm}, {FactQPV, "yes", "", FromForm},
				{FactTownCentre, "no", "", FromForm}, {FactPartner, "Coll'in, 73282932000074", "", FromForm},
			}},
		{"its labels, as LibreOffice keeps them", answers(
			"Nom de l’organisation", "PING", "Numéro SIRET du siège", "73282932000074", "Prénom et nom", "Claire Martin", "Prénom et nom", "Paul Durand",
			"42 – Loire", "oui", "43 – Haute-Loire", "", "Partenaire 2 : organisation", "Ligue", "Nom court ou sigle", "PING"),
			[]Proposal{
				{FactTerritory, "42", "", FromForm}, {FactOrganisation, "PING", "", FromForm}, {FactContact, "Paul Durand", "", FromForm}, {FactLegalRep, "Claire Martin", "", FromForm},
				{FactSIREN, "732829320", "", FromForm}, {FactSIRET, "73282932000074", "", FromForm}, {FactPartner, "Ligue", "", FromForm},
			}},
		{"numbers of two bodies", answers("siren", "356000000", "siret", "73282932000074", "projet_titre", "", "chef_de_file", "", "contact_nom", ""),
			[]Proposal{{FactSIREN, "356000000", "it is not the SIREN within the SIRET", FromForm}, {FactSIRET, "73282932000074", "", FromForm}}},
		{"the budget", answers("organisation", "PING", "regime_tva", "HT", "total_charges", "33333.333", "montant_demande", "0", "montant_demande_1", "150000", "montant_demande_2", "150000.5", "total_plan", "0"),
			[]Proposal{{FactOrganisation, "PING", "", FromBudget}, {FactAmount, "300000.50", "", FromBudget}, {FactCost, "33333.33", "", FromBudget}, {FactTax, "HT", "", FromBudget}}},
		{"answers that are none, amounts that say their wording", answers("contact_courriel", "voir plus haut", "contact_telephone", "idem", "mode_candidature", "Choisissez une réponse",
			"forme_juridique", "choisissez une réponse", "projet_titre", "Hub", "montant_demande", "450 000 € (HT)", "cout_total", "900 000"),
			[]Proposal{{FactProject, "Hub", "", FromForm}, {FactEmail, "voir plus haut", "\"voir\" is not an e-mail address", FromForm}, {FactPhone, "idem", "not a telephone number", FromForm},
				{FactAmount, "450000.00", "", FromForm}, {FactCost, "900000.00", "", FromForm}, {FactTax, "HT", "", FromForm}}},
		{"a form of somebody else", answers("organisation", "Banque", "siret", "73282932000074", "iban", "FR76", "titulaire", "X"), nil},
		{"left blank", answers("organisation", "", "siret", "", "mode_candidature", "", "bonus_qpv", "", "territoire_31", "", "montant_demande", ""), nil},
	} {
		if got := ReadForm(tc.fields); !slices.Equal(got, tc.want) {
			t.Errorf("%s:\n got %v\nwant %v", tc.rule, got, tc.want)
		}
	}
}

// TestReadText: only numbers that can be right, behind the word that says what
// they are; a mail tells more, its words of every day nothing.
func TestReadText(t *testing.T) {
	for _, tc := range []struct {
		text   string
		source FactSource
		want   string
	}{
		{"Avis de situation. SIRET : 732 829 320 00074, APE 9499Z", FromText, "siret=73282932000074 siren=732829320"},
		{"R.C.S. Nanterre — RCS Toulouse 732 829 320", FromText, "siren=732829320"},
		{"R.C.S. Toulouse B 732 829 320", FromText, "siren=732829320"}, {"RCS Aix-en-Provence 732829320", FromText, "siren=732829320"},
		{"immatriculée au RCS de Toulouse sous le numéro 732 829 320", FromText, "siren=732829320"},
		{"Siret n° 732-829-320-00074", FromText, "siret=73282932000074 siren=732829320"}, {"SIRET73282932000074", FromText, "siret=73282932000074 siren=732829320"},
		{"SIRET 732\u2009829\u2009320\u200900074", FromText, "siret=73282932000074 siren=732829320"}, {"RNA W442000000", FromText, ""}, {"SIRET 000 000 000 00000", FromText, ""},
		{"Fax : 01 42 00 00 01\nTél : 01 42 00 00 00", FromMail, "phone=01 42 00 00 00"}, {"Télécopie 01 42 00 00 01", FromMail, ""},
		{"T. 04 71 00 00 00 | M. 06 12 34 56 78", FromMail, "phone=04 71 00 00 00"}, {"05\u00a061\u00a000\u00a000\u00a000", FromMail, "phone=05\u00a061\u00a000\u00a000\u00a000"},
		{"IBAN FR76 3000 4000 0312 3456 7890 143", FromMail, ""},
		{"SIRET 732 829 320 00075", FromText, ""},
		{"Tél. 05 61 00 00 00, Haute-Loire", FromText, ""},
		{"Bonjour, notre hub couvre la Haute-Loire et le Nord.\nClaire Martin, +33 (0)5 61 00 00 00", FromMail, "phone=+33 (0)5 61 00 00 00 territory=43"},
		{"Nous sollicitons 300 000 € TTC.", FromMail, "amount=300000.00 tax=TTC"}, {"Montant demandé : 250\u00a0000,50 euros", FromMail, "amount=250000.50"},
		{"Nous demandons une subvention de 250 k€ HT sur trois ans", FromMail, "amount=250000.00 tax=HT"}, {"Subvention sollicitée : 1,2 M€", FromMail, "amount=1200000.00"},
		{"Nous demandons un délai de 10 jours. Le loyer est de 300 €.", FromMail, ""}, {"Nous demandons 10 €. Nous demandons 20 €.", FromMail, ""}, {"Nous sollicitons 300 000 €", FromText, ""},
		{"+687 25 60 00", FromMail, "phone=+687 25 60 00"}, {"Tél\u00a0: +689 40 12 34 56", FromMail, "phone=+689 40 12 34 56"}, {"le 01/10/2018, 0123456789123", FromMail, ""},
	} {
		var got []string
		for _, p := range ReadText(tc.text, tc.source) {
			got = append(got, string(p.Name)+"="+p.Value)
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%q: %q, want %q", tc.text, got, tc.want)
		}
	}
	for pieces, want := range map[string]bool{"immatriculation": true, "rib": false, "budget statuts": true, "comptes_annuels": false} {
		var suggests []Suggestion
		for _, p := range strings.Fields(pieces) {
			suggests = append(suggests, Suggestion{Piece: p})
		}
		if OwnDocument(suggests) != want {
			t.Errorf("%s: the candidate's own is %v", pieces, !want)
		}
	}
}

// TestReadSaid: what staff write is checked as what candidates do.
func TestReadSaid(t *testing.T) {
	for _, tc := range []struct {
		name          FactName
		written, want string // "" : refused
	}{
		{FactSIRET, "356 000 000 09075", "35600000009075"}, {FactSIRET, "35600000000062", ""}, {FactSIREN, "732829321", ""}, {FactAmount, "450 k€", "450000.00"}, {FactAmount, "beaucoup", ""},
		{FactTerritory, "22, Finistère; 2a", "22 29 2A"}, {FactTerritory, "22 99", ""}, {FactTerritory, "974 987", "974 987"}, {FactTerritory, "Loire", "42"}, {FactTerritory, "Ailleurs", ""},
		{FactGrouping, "Oui", "yes"}, {FactGrouping, "peut-être", ""}, {FactTax, "ttc", "TTC"}, {FactPartner, "PING; Ligue", "PING Ligue"}, {FactOrganisation, " La  Mêlée ", "La Mêlée"},
		{FactOrganisation, " ", ""}, {"colour", "blue", ""},
		{FactEmail, "contact@asso.fr", "contact@asso.fr"}, {FactEmail, "a@asso.fr ; b@asso.fr", "a@asso.fr, b@asso.fr"}, {FactEmail, "contact@asso", ""}, {FactEmail, "contact asso.fr", ""}, {FactEmail, "voir plus haut", ""},
		{FactPhone, "05 61 00 00 00", "05 61 00 00 00"}, {FactPhone, "05 61 00 00 00 / 06 12 34 56 78", "05 61 00 00 00 / 06 12 34 56 78"}, {FactPhone, "+32 2 123 45 67", "+32 2 123 45 67"}, {FactPhone, "05 61 00", ""},
		{FactPartner, "PING, 732 829 320 00074; Ville de Nantes, direction du numérique", "PING, 73282932000074 Ville de Nantes, direction du numérique"}, {FactPartner, "PING, 732 829 320 00075", ""},
	} {
		got, err := ReadSaid(tc.name, tc.written)
		if strings.Join(got, " ") != tc.want && err == nil || (err == nil) != (tc.want != "") {
			t.Errorf("%s %q: %q, %v", tc.name, tc.written, got, err)
		}
		switch tc.name {
		case FactSIRET, FactSIREN, FactAmount, FactTerritory, FactEmail, FactPhone, FactPartner:
			if err != nil && !strings.Contains(err.Error(), "write ") {
				t.Errorf("%s %q: %v does not say what to write", tc.name, tc.written, err)
			}
		}
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

// TestEstablishBeside: what comes late, or from who may only add, fills what
// nothing else tells and replaces nothing.
func TestEstablishBeside(t *testing.T) {
	tell := func(mail int64, name FactName, value string, source FactSource) Tell {
		return Tell{Proposal: Proposal{name, value, "", source}, MailID: mail}
	}
	late := tell(2, FactGrouping, "yes", FromForm)
	late.Late = true
	added := tell(3, FactOrganisation, "Un autre", FromForm)
	added.Added = true
	facts := Establish([]Tell{tell(1, FactOrganisation, "PING", FromText), late, added,
		tell(1, FactPhone, "02 40 00 00 00", FromMail), tell(3, FactPhone, "+33 (0)2 40 00 00 00", FromForm), tell(1, FactContact, "Mme Claire MARTIN", FromForm), tell(3, FactContact, "Martin Claire", FromForm)})
	if org := facts[0]; org.Value != "PING" || len(org.Against) != 1 {
		t.Errorf("organisation %+v", org)
	}
	for _, f := range facts[1:] {
		if len(f.Against) != 0 {
			t.Errorf("%s: the same in other words is no contradiction: %v", f.Name, f.Against)
		}
	}
	if c := Circumstances(facts); c[IfGrouping] {
		t.Error("a late form asks for pieces")
	}
	late.Late = false
	if c := Circumstances(Establish([]Tell{late})); !c[IfGrouping] {
		t.Error("a candidacy of several bodies is not seen")
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
		{[]Established{fact(FactLegalForm, "Conseil départemental")}, "public"}, {[]Established{fact(FactLegalForm, "Groupement de communes")}, "public"}, {[]Established{fact(FactLegalForm, "CCI")}, "public"},
		{[]Established{fact(FactLegalForm, "Personne morale de droit public")}, "public"}, {[]Established{fact(FactLegalForm, "Régie de quartier")}, ""}, {[]Established{fact(FactLegalForm, "SPL de la ville")}, ""},
		{[]Established{fact(FactLegalForm, "Mutuelle des communes")}, ""}, {[]Established{fact(FactLegalForm, "Fédération départementale")}, ""},
		{[]Established{fact(FactLegalForm, "Association des communes du littoral")}, ""},
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
