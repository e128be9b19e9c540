package cases

import (
	"slices"
	"strings"
)

// prefixFrom is how many letters a word must have to stand for all words that
// begin with it.
const prefixFrom = 3

// Keyword is a word of a search as it is looked for in folded text: itself, all
// words that begin with it, and the other forms that it may stand in.
type Keyword struct {
	Word   string
	Prefix bool
	Forms  []string // other than those that begin with Word
}

// IsStopWord reports whether a folded word stands in every text and asks for
// nothing, as articles do.
func IsStopWord(folded string) bool { return slices.Contains(stopWords, folded) }

// Keywords gives what a folded word of a search asks for. An elided article in
// front does not count ("l association"). Several words, as in "haute loire",
// stand in a row, the last being perhaps a beginning.
func Keywords(folded string) []Keyword {
	words := strings.Fields(folded)
	for len(words) > 1 && slices.Contains(elided, words[0]) {
		words = words[1:]
	}
	keywords := make([]Keyword, len(words))
	for i, w := range words {
		keywords[i] = Keyword{Word: w, Prefix: i == len(words)-1 && len(w) >= prefixFrom}
	}
	if len(words) == 1 {
		keywords[0].Forms = forms(words[0])
	}
	return keywords
}

// forms gives the other forms of a folded word, as far as its ending tells them
// for certain: the singular of a plural, the masculine of a feminine. Forms that
// begin with the word need not be given.
func forms(w string) []string {
	if len(w) <= prefixFrom || strings.ContainsAny(w, "0123456789") {
		return nil
	}
	var out []string
	stem, plural := strings.CutSuffix(w, "s")
	switch {
	case strings.HasSuffix(w, "aux"): // territoriaux: territorial; réseaux: réseau
		out = append(out, strings.TrimSuffix(w, "x"), strings.TrimSuffix(w, "aux")+"al")
	case strings.HasSuffix(w, "eux"), strings.HasSuffix(w, "oux"):
		out = append(out, strings.TrimSuffix(w, "x"))
	case strings.HasSuffix(w, "al"): // régional: régionaux
		out = append(out, strings.TrimSuffix(w, "l")+"ux")
	case plural && !strings.HasSuffix(stem, "s"):
		out = append(out, stem)
	}
	for ending, others := range map[string][]string{"ale": {"al", "aux"}, "elle": {"el", "els"}, "ive": {"if", "ifs"}, "ee": {"e", "es"}} {
		if root, ok := strings.CutSuffix(stem, ending); ok && len(root) >= prefixFrom {
			for _, o := range others {
				out = append(out, root+o)
			}
		}
	}
	slices.Sort(out)
	return out
}

// elided are the words that lose their last letter before a vowel.
var elided = strings.Fields("c d j l m n s t qu jusqu lorsqu puisqu quoiqu")

// stopWords are the words that stand in every text and ask for nothing.
var stopWords = strings.Fields("a au aux ce ces cet cette dans de des du elle en et il ils je la le les leur leurs mais me mes mon ne nos notre nous on ou par pas pour qu que qui sa se ses son sont sur un une vos votre vous")
