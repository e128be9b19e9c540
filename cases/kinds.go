package cases

import (
	"regexp"
	"strings"
	"sync"
)

// kind is what the world knows of a kind of document: how it is headed and what
// only it says. The kinds carry the ids of the pieces that funders ask for; a
// piece with an id of the operator's own has only the patterns he writes.
//
// All patterns are over folded text (see Fold).
type kind struct {
	names   []string // what file names call it, beside the patterns of the call
	hints   []string // names that it often has, and other documents too
	titles  []string // how such a document is headed
	speaks  string   // no document of the kind is without one of these words
	needs   string   // a title is believed only where this stands in the text too
	says    [][]string
	unless  string // what a document of the kind never says
	off     string // subjects of other acts of its kind: it is none of these, unless it speaks of the project too
	iban    bool   // it holds a bank account
	project bool   // its hints are words of the project itself, which every piece may be of
	paper   bool   // a paper of a page or two, of which people send photographs
	// misleading are names that hold the words of the kind and mean another.
	misleading string

	re kindPatterns
}

type kindPatterns struct {
	names, hints                    []*regexp.Regexp
	titles                          []*regexp.Regexp
	says                            [][]*regexp.Regexp
	speaks, needs, unless, off, not *regexp.Regexp
}

func (k *kind) compile() {
	k.re.names, k.re.hints, k.re.titles = wholeWords(k.names), wholeWords(k.hints), wholeWords(k.titles)
	for _, set := range k.says {
		k.re.says = append(k.re.says, wholeWords(set))
	}
	for _, p := range []struct {
		expr string
		re   **regexp.Regexp
	}{{k.speaks, &k.re.speaks}, {k.needs, &k.re.needs}, {k.unless, &k.re.unless}, {k.off, &k.re.off}, {k.misleading, &k.re.not}} {
		if p.expr != "" {
			*p.re = regexp.MustCompile(`\b(?:` + p.expr + `)\b`)
		}
	}
}

func wholeWords(exprs []string) (res []*regexp.Regexp) {
	for _, expr := range exprs {
		res = append(res, regexp.MustCompile(`\b(?:`+expr+`)\b`))
	}
	return res
}

func (k *kind) misleads(name string) bool {
	return k != nil && k.re.not != nil && k.re.not.MatchString(name)
}

// governs reports whether words that mean another thing than the kind lead to the
// word at start: it tells of that other thing ("planning des congés de l'équipe").
func (k *kind) governs(name string, start int) bool {
	if k == nil || k.re.not == nil {
		return false
	}
	at := k.re.not.FindStringIndex(name)
	return at != nil && at[1] <= start && articles().MatchString(name[at[1]:start])
}

// articles are the small words between a noun and its complement.
var articles = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^ (?:(?:de|du|des|d|la|le|les|l) )*$`) })

// photographed reports whether a picture named after the kind may be of it. Of a
// piece of the operator's own one does not know, and believes the name.
func (k *kind) photographed() bool { return k == nil || k.paper }

func kindOf(p *Piece) *kind { return kinds()[p.ID] }

// closing is how letters end.
const closing = `agreer|salutations|cordialement|veuillez|je vous prie|fait (?:a|le)|pour valoir ce que de droit`

// contents heads a table of contents: the titles behind it are of chapters.
const contents = `sommaire|table des matieres`

// kinds are by piece id. They are compiled when first asked for: most commands
// never are.
var kinds = sync.OnceValue(func() map[string]*kind {
	all := knownKinds()
	for _, k := range all {
		k.compile()
	}
	return all
})

func (k *kind) ofProject() bool { return k != nil && k.project }

// theme is what a call for these projects is about.
var theme = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:hubs?|appel (?:a|aux) (?:projets?|manifestations?)|aap|ami|inclusion|inclusifs?|mediation numerique|candidatures?|groupement|chef de file|banque des territoires|caisse des depots)\b`)
})

// excludes reports whether a text is none of the kind, whatever its title.
func (k *kind) excludes(text string) bool {
	switch {
	case k == nil:
		return false
	case k.re.unless != nil && k.re.unless.MatchString(text):
		return true
	}
	return k.re.off != nil && k.re.off.MatchString(text[:min(len(text), titleZone)]) && !theme().MatchString(text)
}

// silent reports whether a text has words enough to tell, and not one of the kind:
// its name lies.
func (k *kind) silent(text string) bool {
	return k != nil && k.re.speaks != nil && strings.Count(text, " ") >= tellingWords && !k.re.speaks.MatchString(text)
}
