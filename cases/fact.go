package cases

import (
	"cmp"
	"slices"
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

// FactNames lists every fact there is, in the order in which they are shown.
func FactNames() []FactName {
	return []FactName{FactOrganisation, FactLegalForm, FactSIREN, FactSIRET, FactGrouping, FactLead, FactPartner, FactProject, FactTerritory,
		FactAmount, FactCost, FactTax, FactQPV, FactTownCentre, FactLegalRep, FactSignatory, FactContact, FactEmail, FactPhone}
}

// ManyValued facts may be true several times at once; of the others two values
// contradict each other.
func (n FactName) ManyValued() bool { return n == FactPartner || n == FactTerritory }

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

// Tell is a proposal of a case, with where it stands.
type Tell struct {
	Proposal
	MailID int64  // 0: staff said so
	Part   string // "" : the mail itself
	// Of is the case of which staff said it, where that one went into this case;
	// "" for all else.
	Of string
	// Late: told after the deadline, beside a dossier that came in time. It fills
	// what nothing else tells, and no piece is asked for by its word.
	Late bool
	// Added: told by a sender who holds a letter of ours but was unknown to the
	// case: it fills, it replaces nothing.
	Added bool
}

// beside reports whether the tell stands only where nothing else does.
func (t Tell) beside() int { return boolInt(t.Late || t.Added) }

// Established is a fact of a case: the value that the surest and newest source
// gives, and the others that contradict it.
type Established struct {
	Tell
	Confirmed bool
	Against   []Tell
}

// Establish settles what the proposals of a case, in order of arrival, say.
// What staff said stands against all else, and what they said of this case before
// what they said of one that went into it; what may be believed stands before
// what may not; between two sources of a kind the newer speaks for the candidate.
// For facts with many values the surest and newest source decides which there are.
func Establish(tells []Tell) []Established {
	byName := make(map[FactName][]Tell)
	for _, t := range slices.Backward(tells) {
		byName[t.Name] = append(byName[t.Name], t) // the newest first
	}
	var out []Established
	for _, name := range FactNames() {
		all := byName[name]
		if len(all) == 0 {
			continue
		}
		slices.SortStableFunc(all, func(a, b Tell) int {
			return cmp.Or(cmp.Compare(a.beside(), b.beside()), cmp.Compare(boolInt(a.Doubt != ""), boolInt(b.Doubt != "")), cmp.Compare(a.Source.rank(), b.Source.rank()), cmp.Compare(boolInt(a.Of != ""), boolInt(b.Of != "")))
		})
		best := all[0]
		e := Established{Tell: best, Confirmed: best.Source == FromPerson}
		if name.ManyValued() {
			seen := make(map[string]bool)
			first := len(out)
			for _, t := range slices.Backward(all) { // as its source lists them
				if t.Source == best.Source && t.MailID == best.MailID && t.Part == best.Part && t.Of == best.Of && !seen[Fold(t.Value)] {
					seen[Fold(t.Value)] = true
					out = append(out, Established{Tell: t, Confirmed: e.Confirmed})
				}
			}
			for _, t := range all { // of several words of staff none is lost
				if t.Source == FromPerson && e.Confirmed && !seen[Fold(t.Value)] {
					seen[Fold(t.Value)] = true
					out[first].Against = append(out[first].Against, t)
				}
			}
			continue
		}
		for _, t := range all[1:] {
			if !name.same(t.Value, best.Value) && !slices.ContainsFunc(e.Against, func(o Tell) bool { return name.same(o.Value, t.Value) }) {
				e.Against = append(e.Against, t)
			}
		}
		out = append(out, e)
	}
	return out
}

// same reports whether two values of a fact say the same.
func (n FactName) same(a, b string) bool {
	switch n {
	case FactPhone:
		return nationalNumber(a) == nationalNumber(b)
	case FactContact, FactLegalRep, FactSignatory:
		return samePerson(Fold(a), Fold(b))
	}
	return Fold(a) == Fold(b)
}

// nationalNumber gives the last nine digits of a telephone number: all French
// ones have them, however their beginning is written.
func nationalNumber(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	return digits[max(0, len(digits)-9):]
}

// ValuesOf gives the values of a fact, none where it is not known or not to be
// believed.
func ValuesOf(facts []Established, name FactName) []string {
	var out []string
	for _, f := range facts {
		if f.Name == name && f.Doubt == "" {
			out = append(out, f.Value)
		}
	}
	return out
}
