package cases

import (
	"regexp"
	"slices"
	"strings"
)

// NamedCandidate gives for whom a mail candidates, where its subject or its text
// says so ("candidature de …", "pour le compte de …"): folded words that name
// somebody, in order. None where it does not say, or names but the call.
func NamedCandidate(c *Call, subject, text string) []string {
	for _, s := range []string{subject, text} {
		for _, m := range candidateNamed.FindAllStringSubmatch(s, -1) {
			var words []string
			for _, w := range strings.Fields(Fold(m[1])) {
				if !slices.Contains(idleWords, w) && !slices.Contains(callWords, w) && !inCallNames(c, w) {
					words = append(words, w)
				}
			}
			if len(words) > 6 {
				words = words[:6]
			}
			if len(strings.Join(words, "")) >= 4 {
				return words
			}
		}
	}
	return nil
}

var candidateNamed = regexp.MustCompile(`(?i)\b(?:candidature|pour le compte|au nom)\s+(?:portée par|de la|de l['’]|du|des|de|d['’]|pour|:|-|–|—)\s*([^\n\r,;:()\[\]|–—.]{3,80})`)

// callWords are words of any candidacy, that name nobody. Never changed.
var callWords = []string{
	"aap", "ami", "appel", "projet", "projets", "candidature", "candidatures", "dossier", "hub", "hubs", "numerique", "inclusif", "territorial", "territoriaux",
	"piece", "pieces", "budget", "statuts", "rib", "kbis", "lettre", "lettres", "annexe", "annexes", "complement", "suite", "envoi", "mail", "signe", "signee", "version",
	"finale", "definitive", "notre", "votre", "nos", "vos", "nous", "structure", "organisme", "ce", "cet", "cette", "a", "au", "aux", "pour", "par", "en", "un", "une", "0", "1", "2", "3", "4", "5",
}

func inCallNames(c *Call, word string) bool {
	for _, name := range append([]string{c.Name, c.Reference}, c.Aliases...) {
		if slices.Contains(strings.Fields(Fold(name)), word) {
			return true
		}
	}
	return false
}

// Claimant is for whom a mail candidates, as it says itself and as the forms in it
// do.
type Claimant struct {
	Names    []string // of the candidate, in any spelling
	Number   string   // its SIREN or SIRET, as a form has it; "" unknown
	Partners []string // of its lead and partners, names and perhaps numbers
}

// Another reports whether the two are surely different candidates. Who has the same
// number is none, nor whom the other names as its partner; with another number, who
// has the same name (a number was put right); without, who shares a word of it.
func (c Claimant) Another(o Claimant) bool {
	numbers := c.Number != "" && o.Number != ""
	if numbers && sirenOf(c.Number) == sirenOf(o.Number) || c.partnerOf(o) || o.partnerOf(c) {
		return false
	}
	for _, a := range c.Names {
		for _, b := range o.Names {
			x, y := nameKey(a), nameKey(b)
			if x == y || nearly(x, y) || !numbers && !AnotherCandidate(claimWords(a), claimWords(b)) {
				return false
			}
		}
	}
	return len(c.Names) > 0 && len(o.Names) > 0 || numbers
}

// claimWords gives the words of a name that tell candidates apart.
func claimWords(name string) []string {
	return slices.DeleteFunc(nameWords(name), func(w string) bool { return slices.Contains(callWords, w) })
}

// partnerOf reports whether the other names this one among its partners.
func (c Claimant) partnerOf(o Claimant) bool {
	return slices.ContainsFunc(o.Partners, func(partner string) bool {
		return c.Number != "" && sirenOf(partner) == sirenOf(c.Number) || slices.ContainsFunc(c.Names, func(name string) bool { return !AnotherCandidate(nameWords(partner), nameWords(name)) })
	})
}

// Words says who it is, for staff.
func (c Claimant) Words() string {
	for _, name := range c.Names {
		return name
	}
	return c.Number
}

// SplitPartner gives the name and the SIRET of a partner as a form tells it; the
// number is "" where it gives none.
func SplitPartner(value string) (name, siret string) {
	if i := strings.LastIndexByte(value, ','); i >= 0 {
		if siret, err := SIRET(value[i+1:]); err == nil {
			return value[:i], siret
		}
	}
	return value, ""
}

// AnotherCandidate reports whether two mails name different candidates: no word in
// common, and not nearly the same name.
func AnotherCandidate(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(w string) bool { return slices.Contains(b, w) }) {
		return false
	}
	x, y := strings.Join(a, ""), strings.Join(b, "")
	return !strings.Contains(x, y) && !strings.Contains(y, x) && !nearly(x, y)
}
