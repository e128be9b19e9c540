package cases

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestKinships: cases that may be one candidacy are found, with the reason in
// words; what many have in common, or a provider's customers, are not.
func TestKinships(t *testing.T) {
	for name, c := range map[string]struct {
		a, b Party
		want string // the beginning of the first reason; "" none
	}{
		"one domain":                  {Party{Addresses: []string{"a@asso.example"}}, Party{Addresses: []string{"b@asso.example"}}, "addresses of one domain: asso.example"},
		"a provider's":                {Party{Addresses: []string{"a@orange.fr"}}, Party{Addresses: []string{"b@orange.fr"}}, ""},
		"another domain":              {Party{Addresses: []string{"a@asso.example"}}, Party{Addresses: []string{"a@autre.example"}}, ""},
		"one SIREN":                   {Party{Numbers: []string{"732829320"}}, Party{Numbers: []string{"73282932000074"}}, "the same number in the register: 732829320"},
		"one file":                    {Party{Files: []string{strings.Repeat("ab", 32)}}, Party{Files: []string{strings.Repeat("ab", 32)}}, "the same file: SHA-256 abababababab"},
		"HubERT":                      {Party{Organisations: []string{"HubERT"}}, Party{Organisations: []string{"Association HubeRT"}}, "the same name: hubert"},
		"Coll'in":                     {Party{Names: []string{"Coll'in"}}, Party{Organisations: []string{"Coll’IN"}}, "the same name: collin"},
		"accents":                     {Party{Organisations: []string{"La Mêlée"}}, Party{Organisations: []string{"Melee"}}, "the same name: melee"},
		"SIILAB":                      {Party{Names: []string{"SIILAB"}}, Party{Names: []string{"SILLAB"}}, "nearly the same name: siilab, sillab"},
		"a letter more":               {Party{Organisations: []string{"Zoomacom"}}, Party{Organisations: []string{"Zoommacom"}}, "nearly"},
		"changed places":              {Party{Organisations: []string{"Solidarnum"}}, Party{Organisations: []string{"Soldiarnum"}}, "nearly"},
		"another department":          {Party{Organisations: []string{"Centres sociaux 49"}}, Party{Organisations: []string{"Centres sociaux 53"}}, ""},
		"another département":         {Party{Organisations: []string{"Fédération 49"}}, Party{Organisations: []string{"Fédération 48"}}, ""},
		"short names":                 {Party{Organisations: []string{"PING"}}, Party{Organisations: []string{"PONG"}}, ""},
		"one person":                  {Party{Names: []string{"Marie Martin"}}, Party{Names: []string{"MARIE MARTIN"}}, "the same sender"},
		"persons of nearly one name":  {Party{Names: []string{"Marie Martin"}}, Party{Names: []string{"Mario Martin"}}, ""},
		"offices":                     {Party{Names: []string{"Contact"}}, Party{Names: []string{"contact"}}, ""},
		"the surest reason is first":  {Party{Addresses: []string{"a@x.example"}, Numbers: []string{"732829320"}}, Party{Addresses: []string{"b@x.example"}, Numbers: []string{"732829320"}}, "the same number"},
		"nothing known of either one": {Party{}, Party{}, ""},
		// What their dossiers say of both.
		"one body, two names":       {Party{Numbers: []string{"73282932000074"}, Organisations: []string{"PING"}}, Party{Numbers: []string{"732829320"}, Organisations: []string{"Projets intergroupes"}}, "the same number in the register: 732829320"},
		"a bank, a letter, a town":  {Party{Numbers: []string{"732829320"}, Files: []string{"letter"}, Addresses: []string{"a@x.example"}, Names: []string{"Ligue"}}, Party{Numbers: []string{"356000000"}, Files: []string{"letter"}, Addresses: []string{"b@x.example"}, Names: []string{"Ligue"}}, ""},
		"federations of one name":   {Party{Numbers: []string{"732829320"}, Organisations: []string{"Ligue de l'enseignement"}}, Party{Numbers: []string{"356000000"}, Organisations: []string{"Ligue de l'enseignement"}}, ""},
		"a consultant's colleagues": {Party{Organisations: []string{"La Mêlée"}, Addresses: []string{"a@conseil.example"}, Signed: []string{"73282932000074"}, Names: []string{"Marie Martin"}}, Party{Organisations: []string{"Coll'in"}, Addresses: []string{"b@conseil.example"}, Signed: []string{"73282932000074"}, Names: []string{"Marie Martin"}}, ""},
		"who knows yet":             {Party{Organisations: []string{"La Mêlée"}, Addresses: []string{"a@asso.example"}}, Party{Addresses: []string{"b@asso.example"}}, "addresses of one domain"},
		"a signature":               {Party{Signed: []string{"73282932000074"}}, Party{Numbers: []string{"732829320"}}, "the same number in a signature: 732829320"},
		"a name in a signature":     {Party{Organisations: []string{"SIILAB"}}, Party{Lines: []string{"Marie Martin", "SILLAB", "59000 Lille"}}, "nearly the same name: siilab, sillab"},
		"the same in a signature":   {Party{Organisations: []string{"Association HubERT"}}, Party{Lines: []string{"HubeRT"}}, "the same name: hubert"},
		"the town in an address":    {Party{Organisations: []string{"Mairie de Nantes"}}, Party{Lines: []string{"Association Pixel", "Nantes"}}, ""},
		"lines of signatures":       {Party{Lines: []string{"Directrice"}}, Party{Lines: []string{"Directrice"}}, ""},
		"a partner sends it too":    {Party{Numbers: []string{"732829320"}, Partners: []string{"Coll'in", "35600000000048"}, Files: []string{"budget"}}, Party{Numbers: []string{"356000000"}, Files: []string{"budget"}}, "the same file"},
		"both name one lead":        {Party{Numbers: []string{"732829320"}, Organisations: []string{"La Mêlée"}}, Party{Numbers: []string{"356000000"}, Organisations: []string{"Coll'in", "La Mêlée"}, Partners: []string{"La Mêlée"}}, "the same name: melee"},
	} {
		t.Run(name, func(t *testing.T) {
			c.a.CaseID, c.b.CaseID = 7, 3
			got := Kinships([]Party{c.a, c.b})
			switch {
			case c.want == "" && len(got) > 0:
				t.Errorf("kin by %v", got[0].Reasons)
			case c.want != "" && (len(got) != 1 || got[0].A != 3 || got[0].B != 7 || !strings.HasPrefix(got[0].Reasons[0], c.want)):
				t.Errorf("got %+v, want %q", got, c.want)
			}
		})
	}
	var many []Party
	for i := range int64(6) {
		many = append(many, Party{CaseID: i + 1, Addresses: []string{fmt.Sprintf("c%d@conseil.example", i)}, Files: []string{"model"}, Names: []string{"Quetzal"}})
	}
	if got := Kinships(many); len(got) != 0 {
		t.Errorf("what six cases share tells nothing, got %d pairs", len(got))
	}
	if got := Kinships(many[:3]); len(got) != 3 || len(got[0].Reasons) != 3 {
		t.Errorf("three cases: %+v", got)
	}
}

// TestAnotherCandidate: a second candidacy from one address is seen where a mail
// says for whom it is.
func TestAnotherCandidate(t *testing.T) {
	call := &Call{Name: "Appel à projets Hubs France Connectée", Reference: "HUB18"}
	for _, c := range []struct {
		subject, text string
		want          string
	}{
		{"Candidature de La Mêlée", "", "melee"},
		{"Candidature d'Urban Prod, 1/3", "", "urban prod"},
		{"HUB18 - dossier", "Bonjour,\nvoici la candidature portée par la CC de Montesquieu.", "cc montesquieu"},
		{"Dossier", "Nous écrivons pour le compte de Coll'in", "coll in"},
		{"Candidature pour l'appel à projets Hubs France Connectée", "", ""},
		{"Candidature : pièces 2/3", "", ""},
		{"Notre candidature", "Bonjour", ""},
	} {
		if got := strings.Join(NamedCandidate(call, c.subject, c.text), " "); got != c.want {
			t.Errorf("%q, %q names %q, want %q", c.subject, c.text, got, c.want)
		}
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"melee", "coll in", true}, {"melee", "melee occitanie", false}, {"siilab", "sillab", false}, {"coll in", "collin", false}, {"melee", "", false},
	} {
		if got := AnotherCandidate(strings.Fields(c.a), strings.Fields(c.b)); got != c.want {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}

// TestClaimant: forms say for whom a mail candidates, surer than its words do.
func TestClaimant(t *testing.T) {
	melee := Claimant{Names: []string{"La Mêlée"}, Number: "73282932000074", Partners: []string{"Coll'in"}}
	for _, c := range []struct {
		rule string
		o    Claimant
		want bool
	}{
		{"another name and number", Claimant{Names: []string{"Zoomacom"}, Number: "356000000"}, true},
		{"another name", Claimant{Names: []string{"Hub Zoomacom"}}, true},
		{"another number", Claimant{Number: "356000000"}, true},
		{"the number, under another name", Claimant{Names: []string{"Zoomacom"}, Number: "732829320"}, false},
		{"a number put right", Claimant{Names: []string{"La Mélée"}, Number: "356000000"}, false},
		{"a longer name", Claimant{Names: []string{"La Mêlée numérique"}}, false},
		{"a partner", Claimant{Names: []string{"Coll’IN"}, Number: "356000000"}, false},
		{"one that names it as lead", Claimant{Names: []string{"Zoomacom"}, Number: "356000000", Partners: []string{"732829320"}}, false},
		{"nobody", Claimant{}, false},
	} {
		if a, b := melee.Another(c.o), c.o.Another(melee); a != c.want || b != c.want {
			t.Errorf("%s: %v, %v", c.rule, a, b)
		}
	}
	ligue := Claimant{Names: []string{"Ligue de l'enseignement de la Loire"}, Number: "732829320"}
	if !ligue.Another(Claimant{Names: []string{"Ligue de l'enseignement du Rhône"}, Number: "356000000"}) {
		t.Error("two federations are one")
	}
	for value, want := range map[string]string{"Coll'in, 732 829 320 00074": "Coll'in|73282932000074", "PING, Nantes": "PING, Nantes|", "PING": "PING|"} {
		if name, siret := SplitPartner(value); name+"|"+siret != want {
			t.Errorf("%s: %s, %s", value, name, siret)
		}
	}
}

// TestNearly does not depend on the order of the names.
func TestNearly(t *testing.T) {
	names := []string{"siilab", "sillab", "siilabs", "isilab", "hubert", "hubret", "abcde", "bcdef"}
	for _, a := range names {
		for _, b := range names {
			if nearly(a, b) != nearly(b, a) {
				t.Errorf("%s, %s", a, b)
			}
			if shared := slices.ContainsFunc(shortened(a), func(v string) bool { return slices.Contains(shortened(b), v) }); nearly(a, b) && !shared {
				t.Errorf("%s and %s would never be compared", a, b)
			}
		}
	}
}
