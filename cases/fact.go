package cases

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// FactName names a fact of a case. They are stored: a name once given keeps its
// meaning.
type FactName string

const (
	FactOrganisation FactName = "organisation"
	FactLegalForm    FactName = "legal_form"
	FactSIREN        FactName = "siren"
	FactSIRET        FactName = "siret"
	FactGrouping     FactName = "grouping"    // "yes" or "no": a candidacy of several bodies
	FactLead         FactName = "lead"        // chef de file
	FactPartner      FactName = "partner"     // each: name, then its SIRET if given
	FactTerritory    FactName = "territory"   // each: a code, "42"
	FactAmount       FactName = "amount"      // asked for, euros: "450000.00"
	FactCost         FactName = "cost"        // of the whole project, euros
	FactTax          FactName = "tax"         // "HT" or "TTC": the wording of the amounts
	FactQPV          FactName = "qpv"         // "yes" or "no"
	FactTownCentre   FactName = "town_centre" // Action cœur de ville: "yes" or "no"
	FactContact      FactName = "contact"
	FactEmail        FactName = "email"
	FactPhone        FactName = "phone"
	FactLegalRep     FactName = "representative" // the legal one
	FactSignatory    FactName = "signatory"
	FactProject      FactName = "project" // its title
)

// manyValued facts may be true several times at once; of the others two values
// contradict each other.
func (n FactName) manyValued() bool { return n == FactPartner || n == FactTerritory }

// FactSource says where a fact was read, surest first.
type FactSource string

const (
	FromPerson FactSource = "person" // staff confirmed or corrected it
	FromForm   FactSource = "form"   // our form, filled in
	FromBudget FactSource = "budget" // our workbook, filled in
	FromText   FactSource = "text"   // stands in a document
	FromMail   FactSource = "mail"   // the body or the signature of a mail
)

func (s FactSource) rank() int {
	return slices.Index([]FactSource{FromPerson, FromForm, FromBudget, FromText, FromMail}, s)
}

// Proposal is a fact as one source tells it, until staff confirm.
type Proposal struct {
	Name   FactName
	Value  string // made comparable: digits, cents, codes
	Doubt  string // why it is not to be believed, in words; the value is as written then
	Source FactSource
}

// ReadForm gives what the answers of our forms say. An answer that cannot be
// right (a SIRET with a wrong check digit) is proposed with its doubt.
func ReadForm(fields []Field) []Proposal {
	source := FromForm
	if slices.ContainsFunc(fields, func(f Field) bool { return f.Name == "total_charges" }) {
		source = FromBudget
	}
	answers := make(map[string]string)
	var out []Proposal
	add := func(name FactName, value, doubt string) {
		if value != "" {
			out = append(out, Proposal{name, value, doubt, source})
		}
	}
	for _, f := range fields {
		value := strings.Join(strings.Fields(f.Value), " ")
		if value == "" || Fold(value) == "sans objet" {
			continue
		}
		answers[f.Name] = value
		if code, ok := strings.CutPrefix(f.Name, "territoire_"); ok && ticked(value) && RegionOf(code) != "" {
			add(FactTerritory, code, "")
		}
	}
	for _, a := range []struct {
		field string
		name  FactName
	}{
		{"organisation", FactOrganisation}, {"forme_juridique", FactLegalForm}, {"chef_de_file", FactLead}, {"contact_nom", FactContact},
		{"contact_courriel", FactEmail}, {"contact_telephone", FactPhone}, {"representant_legal", FactLegalRep}, {"signataire_nom", FactSignatory},
		{"projet_titre", FactProject},
	} {
		add(a.name, answers[a.field], "")
	}
	addChecked := func(name FactName, written string, read func(string) (string, error)) {
		if written == "" {
			return
		}
		if value, err := read(written); err != nil {
			add(name, written, err.Error())
		} else {
			add(name, value, "")
		}
	}
	addChecked(FactSIREN, answers["siren"], SIREN)
	addChecked(FactSIRET, answers["siret"], SIRET)
	addChecked(FactAmount, answers["montant_demande"], readAmount)
	addChecked(FactCost, cmp.Or(answers["cout_total"], answers["total_charges"]), readAmount)
	switch tax := Fold(cmp.Or(answers["montant_regime"], answers["regime_tva"])); {
	case strings.Contains(tax, "ttc"), strings.Contains(tax, "toutes taxes"):
		add(FactTax, "TTC", "")
	case strings.Contains(tax, "ht"), strings.Contains(tax, "hors taxe"):
		add(FactTax, "HT", "")
	}
	switch mode := Fold(answers["mode_candidature"]); {
	case strings.Contains(mode, "groupement"):
		add(FactGrouping, "yes", "")
	case mode != "" && mode != "choisissez une reponse":
		add(FactGrouping, "no", "")
	}
	if _, asked := answers["bonus_qpv"]; asked {
		add(FactQPV, yesNo(ticked(answers["bonus_qpv"])), "")
	}
	if _, asked := answers["bonus_action_coeur_de_ville"]; asked {
		add(FactTownCentre, yesNo(ticked(answers["bonus_action_coeur_de_ville"])), "")
	}
	for i := 1; i <= 30; i++ {
		n := strconv.Itoa(i)
		partner := answers["partenaire_"+n+"_nom"]
		if siret, err := SIRET(answers["partenaire_"+n+"_siret"]); err == nil && partner != "" {
			partner += ", " + siret
		}
		add(FactPartner, partner, "")
	}
	return out
}

func readAmount(s string) (string, error) {
	cents, ok := Amount(s)
	if !ok || cents == 0 {
		return "", fmt.Errorf("%w: no amount", ErrIdentifier)
	}
	return fmt.Sprintf("%d.%02d", cents/100, cents%100), nil
}

// ticked reads a check box of any of the forms: the state of a PDF button, the
// sign in a Word control, a word.
func ticked(value string) bool {
	switch Fold(value) {
	case "off", "no", "non", "false", "0", "faux":
		return false
	case "":
		return strings.ContainsAny(value, "☒☑✓✔✗✘")
	}
	return true
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

var (
	siretWritten = regexp.MustCompile(`(?i)\bsiret\b\D{0,20}((?:\d[ .\x{a0}\x{202f}]?){13}\d)\b`)
	sirenWritten = regexp.MustCompile(`(?i)\b(?:siren|rcs(?:\s+\pL+)?)\b\D{0,20}((?:\d[ .\x{a0}\x{202f}]?){8}\d)\b`)
	phoneWritten = regexp.MustCompile(`(?:(?:\+|00)(?:33|262|590|594|596|508|681|687|689)[ .\-]?(?:\(0\)[ .\-]?)?|\b0)[1-9](?:[ .\-]?\d{2}){3,4}\b`)
)

// ReadText gives the few facts that a text tells without doubt: numbers of the
// register where their check digit is right and the word stands before them; of
// a mail also a telephone number, and territories. The pages of a dossier name
// many organisations: only the first numbers are taken, and of documents that
// are the candidate's own.
func ReadText(text string, source FactSource) []Proposal {
	var out []Proposal
	if m := siretWritten.FindStringSubmatch(text); m != nil {
		if siret, err := SIRET(m[1]); err == nil {
			out = append(out, Proposal{FactSIRET, siret, "", source}, Proposal{FactSIREN, siret[:9], "", source})
		}
	}
	if m := sirenWritten.FindStringSubmatch(text); m != nil && len(out) == 0 {
		if siren, err := SIREN(m[1]); err == nil {
			out = append(out, Proposal{FactSIREN, siren, "", source})
		}
	}
	if source != FromMail {
		return out
	}
	if phone := phoneWritten.FindString(text); phone != "" {
		out = append(out, Proposal{FactPhone, phone, "", source})
	}
	for _, code := range FindTerritories(text, false) {
		out = append(out, Proposal{FactTerritory, code, "", source})
	}
	return out
}

// Tell is a proposal of a case, with where it stands.
type Tell struct {
	Proposal
	MailID   int64
	Part     string // "" : the mail itself
	Filename string
}

// Established is a fact of a case: the value that the surest and newest source
// gives, and the others that contradict it.
type Established struct {
	Tell
	Confirmed bool
	Against   []Tell
}

// Establish settles what the proposals of a case, in order of arrival, say.
// What staff confirmed stands against all else; between two sources of a kind
// the newer speaks for the candidate. For facts with many values, the surest
// source decides which there are.
func Establish(tells []Tell) []Established {
	var names []FactName
	byName := make(map[FactName][]Tell)
	for _, t := range tells {
		if byName[t.Name] == nil {
			names = append(names, t.Name)
		}
		byName[t.Name] = append(byName[t.Name], t)
	}
	slices.Sort(names)
	var out []Established
	for _, name := range names {
		all := byName[name]
		slices.Reverse(all)
		slices.SortStableFunc(all, func(a, b Tell) int {
			return cmp.Or(cmp.Compare(len(a.Doubt), 0)-cmp.Compare(len(b.Doubt), 0), cmp.Compare(a.Source.rank(), b.Source.rank()))
		})
		best := all[0]
		if name.manyValued() {
			seen := make(map[string]bool)
			for _, t := range all {
				if same := t.Source == best.Source && t.MailID == best.MailID && t.Part == best.Part; same && !seen[Fold(t.Value)] {
					seen[Fold(t.Value)] = true
					out = append(out, Established{Tell: t, Confirmed: t.Source == FromPerson})
				}
			}
			continue
		}
		e := Established{Tell: best, Confirmed: best.Source == FromPerson}
		for _, t := range all[1:] {
			differs := func(o Tell) bool { return Fold(o.Value) != Fold(t.Value) }
			if differs(best) && !slices.ContainsFunc(e.Against, func(o Tell) bool { return !differs(o) }) {
				e.Against = append(e.Against, t)
			}
		}
		out = append(out, e)
	}
	return out
}

// Circumstance is what a piece may be required for.
type Circumstance string

const (
	IfGrouping  Circumstance = "groupement" // several bodies candidate together
	IfPublic    Circumstance = "public"     // the candidate is a public body
	IfDelegated Circumstance = "delegation" // the signatory is not the legal representative
)

// Circumstances gives what the facts of a case say of it. Unknown is false: a
// piece is not asked for on a guess.
func Circumstances(facts []Established) map[Circumstance]bool {
	out := make(map[Circumstance]bool)
	var signatory, representative string
	for _, f := range facts {
		if f.Doubt != "" {
			continue
		}
		value := Fold(f.Value)
		switch f.Name {
		case FactGrouping:
			out[IfGrouping] = value == "yes"
		case FactLegalForm:
			out[IfPublic] = publicForm.MatchString(value)
		case FactSignatory:
			signatory = value
		case FactLegalRep:
			representative = value
		}
	}
	out[IfDelegated] = signatory != "" && representative != "" && !samePerson(signatory, representative)
	return out
}

var publicForm = regexp.MustCompile(`\b(collectivite|commune|communaute|metropole|departement|region|etablissement public|epci|epa|epic|syndicat mixte|groupement d interet public|gip|ccas|cias|ville|mairie|universite)\b`)

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
