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

// AnotherCandidate reports whether two mails name different candidates: no word in
// common, and not nearly the same name.
func AnotherCandidate(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(w string) bool { return slices.Contains(b, w) }) {
		return false
	}
	x, y := strings.Join(a, ""), strings.Join(b, "")
	return !strings.Contains(x, y) && !strings.Contains(y, x) && !nearly(x, y)
}
