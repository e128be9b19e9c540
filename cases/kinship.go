package cases

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Party is who stands behind a case, as far as its mails and its dossier tell.
type Party struct {
	CaseID        int64
	Addresses     []string // of its candidate and of known senders
	Names         []string // under which they write
	Organisations []string // as the dossier says, its lead among them
	Numbers       []string // SIREN or SIRET, as the dossier says
	Partners      []string // of its lead and partners, names and numbers, as the dossier says
	Signed        []string // SIREN or SIRET in the signatures of its mails
	Lines         []string // of these signatures
	Files         []string // SHA-256 of what was deposited
}

// Kinship says that two cases of an edition may be one candidacy. Nothing follows
// from it by itself: staff decide.
type Kinship struct {
	A, B    int64    // case ids, A < B
	Reasons []string // in words, the surest first
}

// tellsNothing is in how many cases something may be found before it tells
// nothing any more: a file that everybody was given, a common domain.
const tellsNothing = 5

// Kinships compares the cases of an edition. Two may be kin that have the same
// number in the register, a file in common, the same name however it is typed, in
// the dossier or in a signature, nearly the same name, or addresses of one domain
// that is no provider's. What candidates share who are surely two (a bank, a
// consultant, a letter of their commune) tells nothing: see upheld. Pairs come in
// order of their ids.
func Kinships(parties []Party) []Kinship {
	holders := make(map[clue][]int64)
	near := make(map[string][]clue) // names by what is left of them without one letter
	organisations := organisationsOf(parties)
	byID := make(map[int64]*Party)
	for i := range parties {
		p := &parties[i]
		byID[p.CaseID] = p
		for _, c := range append(p.clues(), organisations.inLines(p.Lines)...) {
			if slices.Contains(holders[c], p.CaseID) {
				continue
			}
			if holders[c] = append(holders[c], p.CaseID); c.kind == clueName && len(holders[c]) == 1 {
				for _, v := range shortened(c.key) {
					near[v] = append(near[v], c)
				}
			}
		}
	}
	pairs := make(map[[2]int64][]reason)
	add := func(a, b int64, r reason) {
		if pair := [2]int64{min(a, b), max(a, b)}; a != b && !slices.Contains(pairs[pair], r) {
			pairs[pair] = append(pairs[pair], r)
		}
	}
	for c, ids := range holders {
		if len(ids) > tellsNothing {
			continue
		}
		for i, a := range ids {
			for _, b := range ids[i+1:] {
				add(a, b, reason{c.kind, c.words()})
			}
		}
	}
	for _, names := range near {
		for i, c := range names {
			for _, o := range names[i+1:] {
				if len(holders[c])+len(holders[o]) > tellsNothing || !nearly(c.key, o.key) {
					continue
				}
				words := fmt.Sprintf("nearly the same name: %s, %s", min(c.key, o.key), max(c.key, o.key))
				for _, a := range holders[c] {
					for _, b := range holders[o] {
						add(a, b, reason{clueNear, words})
					}
				}
			}
		}
	}
	out := make([]Kinship, 0, len(pairs))
	for pair, reasons := range pairs {
		if reasons = upheld(byID[pair[0]], byID[pair[1]], reasons); len(reasons) == 0 {
			continue
		}
		slices.SortFunc(reasons, func(a, b reason) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.words, b.words)) })
		k := Kinship{A: pair[0], B: pair[1]}
		for _, r := range reasons {
			k.Reasons = append(k.Reasons, r.words)
		}
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b Kinship) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
	return out
}

// clue is something by which cases are compared.
type clue struct {
	kind clueKind
	key  string
}

type clueKind int

// The kinds of clues, the surest first.
const (
	clueNumber clueKind = iota
	clueFile
	clueName   // of an organisation
	clueNear   // of pairs alone
	clueSigned // a number in a signature, or the dossier's in one
	cluePerson // name of one
	clueDomain
)

type reason struct {
	kind  clueKind
	words string
}

func (c clue) words() string {
	switch c.kind {
	case clueNumber:
		return "the same number in the register: " + c.key
	case clueFile:
		return "the same file: SHA-256 " + c.key[:min(12, len(c.key))] + "…"
	case clueName:
		return "the same name: " + c.key
	case clueSigned:
		return "the same number in a signature: " + c.key
	case cluePerson:
		return "the same sender: " + c.key
	}
	return "addresses of one domain: " + c.key
}

func (p Party) clues() (out []clue) {
	for _, n := range p.Numbers {
		out = append(out, clue{clueNumber, sirenOf(n)}, clue{clueSigned, sirenOf(n)})
	}
	for _, n := range p.Signed {
		out = append(out, clue{clueSigned, sirenOf(n)})
	}
	for _, f := range p.Files {
		out = append(out, clue{clueFile, f})
	}
	for _, name := range p.Organisations {
		if key := nameKey(name); key != "" {
			out = append(out, clue{clueName, key})
		}
	}
	for _, name := range p.Names {
		// "Marie Martin" is a person, "SIILAB" writes in its own name.
		kind := clueName
		if len(strings.Fields(Fold(name))) > 1 && !strings.ContainsAny(name, "'’") {
			kind = cluePerson
		}
		if key := nameKey(name); key != "" {
			out = append(out, clue{kind, key})
		}
	}
	for _, a := range p.Addresses {
		if domain := (Address{Address: a}).Domain(); domain != "" && !FreeMail(domain) {
			out = append(out, clue{clueDomain, domain})
		}
	}
	return out
}

// sirenOf gives the SIREN with which a SIRET begins.
func sirenOf(number string) string { return number[:min(9, len(number))] }

// nameKey folds a name without the words that tell nothing apart; "" when nothing
// that could tell is left.
func nameKey(name string) string {
	var words []string
	for _, w := range strings.Fields(Fold(name)) {
		if !slices.Contains(idleWords, w) {
			words = append(words, w)
		}
	}
	key := strings.Join(words, "")
	if len(key) < 4 {
		return ""
	}
	return key
}

// idleWords stand in names and tell nobody apart. Never changed.
var idleWords = []string{
	"association", "asso", "le", "la", "les", "l", "de", "du", "des", "d", "et", "sas", "sarl", "scop", "scic", "monsieur", "madame", "mme", "m",
	"contact", "accueil", "secretariat", "direction", "info", "infos", "administration", "mairie",
}

// shortened gives a name and what is left of it without each of its letters.
// Names that are one letter apart have one of these in common.
func shortened(key string) []string {
	out := []string{key}
	if len(key) < 5 {
		return out
	}
	for i := range len(key) {
		if v := key[:i] + key[i+1:]; v != out[len(out)-1] {
			out = append(out, v)
		}
	}
	return out
}

// nearly reports whether two folded names are one slip of the finger apart: a
// letter more, less, other, or two that changed places. A digit is no slip: it
// tells one département from another.
func nearly(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if a == b || len(a) < 5 || len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	restA, restB := a[i:], b[i:]
	for len(restA) > 0 && len(restB) > 0 && restA[len(restA)-1] == restB[len(restB)-1] {
		restA, restB = restA[:len(restA)-1], restB[:len(restB)-1]
	}
	swapped := len(restA) == 2 && len(restB) == 2 && restA[0] == restB[1] && restA[1] == restB[0]
	return (len(restB) == 1 || swapped) && !strings.ContainsAny(restA+restB, "0123456789")
}
