package cases

import (
	"slices"
	"strings"
)

// upheld gives those of the reasons to take two cases for one that stand against
// what their dossiers say. Where these bear different numbers in the register, none
// does; where they name different organisations only, what a consultant brings to
// both does not: its domain, its name, the number in its signature. It is otherwise
// where one names the other as a partner: then the candidacy may be one.
func upheld(a, b *Party, reasons []reason) []reason {
	sameNumber := slices.ContainsFunc(reasons, func(r reason) bool { return r.kind == clueNumber })
	reasons = slices.DeleteFunc(reasons, func(r reason) bool { return r.kind == clueSigned && sameNumber })
	switch {
	case sameNumber || a.allied(b) || b.allied(a):
	case len(a.Numbers) > 0 && len(b.Numbers) > 0:
		return nil
	case a.otherwiseNamed(b):
		return slices.DeleteFunc(reasons, func(r reason) bool { return r.kind >= clueSigned })
	}
	return reasons
}

// allied reports whether the dossier names the other's organisation among its
// partners, by name or number.
func (p *Party) allied(o *Party) bool {
	return slices.ContainsFunc(p.Partners, func(partner string) bool {
		return slices.ContainsFunc(o.Numbers, func(n string) bool { return sirenOf(n) == sirenOf(partner) }) ||
			nameKey(partner) != "" && slices.ContainsFunc(o.Organisations, func(name string) bool { return nameKey(name) == nameKey(partner) })
	})
}

// otherwiseNamed reports whether both dossiers name organisations, and none that
// may be the same.
func (p *Party) otherwiseNamed(o *Party) bool {
	if len(p.Organisations) == 0 || len(o.Organisations) == 0 {
		return false
	}
	for _, a := range p.Organisations {
		for _, b := range o.Organisations {
			if !AnotherCandidate(nameWords(a), nameWords(b)) {
				return false
			}
		}
	}
	return true
}

// nameWords gives the folded words of a name that tell it apart.
func nameWords(name string) []string {
	return slices.DeleteFunc(strings.Fields(Fold(name)), func(w string) bool { return slices.Contains(idleWords, w) })
}

// organisations are those that any dossier names, by the whole of their names and
// by what is left of these without one letter.
type organisations map[string][]string // names as lineKey gives them

func organisationsOf(parties []Party) organisations {
	all := make(organisations)
	for _, p := range parties {
		for _, name := range p.Organisations {
			key := lineKey(name)
			if len(key) < 4 || nameKey(name) == "" {
				continue
			}
			for _, v := range shortened(key) {
				if !slices.Contains(all[v], key) {
					all[v] = append(all[v], key)
				}
			}
		}
	}
	return all
}

// inLines gives the names of organisations that stand alone on lines of a
// signature, as clues. The town in an address is none, though "Mairie de Nantes" is.
func (o organisations) inLines(lines []string) (out []clue) {
	for _, line := range lines {
		key := lineKey(line)
		if len(key) < 4 || len(key) > 60 {
			continue
		}
		for _, v := range shortened(key) {
			for _, name := range o[v] {
				if name == key || nearly(name, key) {
					out = append(out, clue{clueName, strings.Join(nameWords(line), "")})
				}
			}
		}
	}
	return out
}

// lineKey folds a name but for the words that say what kind of body it is.
func lineKey(name string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(Fold(name)), func(w string) bool {
		switch w {
		case "association", "asso", "l", "le", "la", "les":
			return true
		}
		return false
	}), "")
}
