package cases

import (
	"slices"
	"strings"
)

// spellable are the words that tell the kinds apart in file names, and are long
// enough that one wrong letter leaves no doubt about them.
var spellable = strings.Fields(`attestation bancaire bilan bilans budget budgetaire calendrier candidature
	consortium constitutive convention curriculum declaration delegation deliberation dirigeants dossier
	engagement exercice fiscale financement financier groupement immatriculation lettre lettres
	organigramme partenaires planning pouvoir previsionnel recepisse regularite rapport releve resultat
	signature sociale soutien statuts urssaf vigilance`)

// inFull gives the words that candidates shorten.
var inFull = map[string]string{
	"conv": "convention", "cpt": "compte", "cpte": "compte", "cptes": "comptes", "res": "resultat", "prev": "previsionnel", "previ": "previsionnel",
	"bud": "budget", "budg": "budget", "bdg": "budget", "bdgt": "budget", "budj": "budget", "stat": "statuts", "dlb": "deliberation", "pl": "plan", "financmt": "financement", "fint": "financement", "consort": "consortium", "att": "attestation", "attest": "attestation", "deleg": "delegation",
	"cand": "candidature", "candid": "candidature", "doss": "dossier", "rapp": "rapport", "recep": "recepisse", "delibe": "deliberation", "immat": "immatriculation",
	"ltr": "lettre", "lett": "lettre", "eng": "engagement", "subv": "subvention", "grpt": "groupement", "gpt": "groupement", "sign": "signature",
	"orga": "organigramme", "cal": "calendrier", "activ": "activite",
}

// spelled writes out the shortened words of a folded name, and puts right the
// misspelled ones: those of five letters
// or more that begin like a word of spellable and are one fault away from it, or
// two where the word is long. A name is read so only when it tells nothing as it
// stands.
func spelled(name string) string {
	words := strings.Fields(name)
	for i, word := range words {
		if whole, ok := inFull[word]; ok {
			words[i] = whole
			continue
		}
		if len(word) < 5 || slices.Contains(spellable, word) || slices.Contains(spellable, word+"s") || slices.Contains(spellable, strings.TrimSuffix(word, "s")) {
			continue
		}
		best := 1
		if len(word) >= 11 {
			best = 2
		}
		for _, right := range spellable {
			if right[0] != word[0] {
				continue
			}
			if n := faults(word, right); n <= best {
				words[i], best = right, n-1
			}
		}
	}
	return strings.Join(words, " ")
}

// headWords are words that tell documents apart in their text, beside spellable.
var headWords = strings.Fields(`siren siret sirene insee avis repertoire situation association declaration echeancier calendrier diplomes profil parcours marches publics
	obligations declaratives paiement cotisations sociales prefecture identite bancaire depenses recettes charges produits resultats actif passif soussigne soussignee engageons
	article assemblee generale decide approuver autoriser conseil president signature`)

// mended puts right the words of a folded text that a scanner misread, such as
// "deliberatlon" and "s1ret". A text is read so only when it tells nothing as it
// stands.
func mended(text string) string {
	known := slices.Concat(spellable, headWords)
	words := strings.Fields(text)
	for i, word := range words {
		// A short word of letters alone may well be another.
		if len(word) < 4 || len(word) < 5 && !strings.ContainsAny(word, "015") || strings.Trim(word, "0123456789") == "" {
			continue
		}
		if at := slices.IndexFunc(known, func(right string) bool { return misread(word, right) }); at >= 0 {
			words[i] = known[at]
		}
	}
	return strings.Join(words, " ")
}

// misread reports whether a scanner may read right as word: letters that look
// alike stand for each other.
func misread(word, right string) bool {
	if len(word) != len(right) {
		return false
	}
	const alike = "il1tj"
	for i := range len(word) {
		a, b := word[i], right[i]
		switch {
		case a == b, strings.IndexByte(alike, a) >= 0 && strings.IndexByte(alike, b) >= 0:
		case a == '0' && b == 'o', a == '5' && b == 's', a == 'c' && b == 'e', a == 'e' && b == 'c':
		default:
			return false
		}
	}
	return true
}

// glued are words with which candidates begin names that have no spaces, a plural
// before its singular. Other words begin like a short one: it counts before those
// of afterShort only.
var (
	glued = strings.Fields(`attestation bilan budget calendrier candidature comptes delegation deliberation dossier engagement intention interet jalons kbis lettres lettre
		liasse organigramme planning pouvoir previsionnel recepisse soutien statuts`)
	gluedShort = "rib"
	afterShort = strings.Fields("tresor banq bancaire credit caisse asso postal compte hub cda lcl bnp sg bpce signe scan societe labanque bred cic ccm cmb nef boursorama")
)

// unglued sets apart the words that begin those of a folded name:
// "dossiercandidaturehubsud".
func unglued(name string) string {
	words := strings.Fields(name)
	for i, word := range words {
		words[i] = unglue(word)
	}
	return strings.Join(words, " ")
}

func unglue(word string) string {
	if slices.Contains(spellable, word) {
		return word
	}
	for _, begin := range glued {
		if rest, ok := strings.CutPrefix(word, begin); ok && len(rest) >= prefixFrom {
			return begin + " " + unglue(rest)
		}
	}
	if rest, ok := strings.CutPrefix(word, gluedShort); ok && slices.ContainsFunc(afterShort, func(w string) bool { return strings.HasPrefix(rest, w) }) {
		return gluedShort + " " + rest
	}
	return word
}

// faults counts the letters to add, leave out, change or swap with the next one
// to make b of a (the optimal string alignment distance of ASCII words).
func faults(a, b string) int {
	var before, last []int // the two lines above in the table of distances
	line := make([]int, len(b)+1)
	for j := range line {
		line[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, line = last, line, make([]int, len(b)+1)
		line[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			line[j] = min(last[j]+1, line[j-1]+1, change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				line[j] = min(line[j], before[j-2]+1)
			}
		}
	}
	return line[len(b)]
}
