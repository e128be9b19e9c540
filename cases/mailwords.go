package cases

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// mailClaims reads what a mail says of one of its files. What it says of the very
// file comes first ("scan0001.pdf : nos statuts", "PJ2 : RIB" for PJ2.pdf); then a
// list in the order of the files, where it has as many; then, of a mail with one
// file, the one piece that it speaks of.
func mailClaims(c *Call, e Evidence) []claim {
	words := e.Words
	if len(words) > mailWords {
		words = strings.ToValidUTF8(words[:mailWords], "")
	}
	if words == "" {
		return nil
	}
	base := e.Filename[strings.LastIndexAny(e.Filename, `/\`)+1:]
	if found, named := namedIn(c, words, base); named {
		return found
	}
	list := numbered(words)
	if n := numberOf(base); n > 0 && list[n] != "" {
		return asLine(saysOf(c, list[n]), weighsLine)
	}
	if e.Files > 1 && e.Place > 0 {
		if items := inOrder(c, words); len(items) == e.Files {
			return asLine(saysOf(c, items[e.Place-1]), weighsText)
		}
		if len(list) == e.Files {
			return asLine(saysOf(c, list[e.Place]), weighsMail)
		}
		return nil
	}
	if e.Files == 1 {
		return onlyPiece(c, words)
	}
	return nil
}

// mailWords is how much of a mail is read for what it says of its files.
const mailWords = 4000

// namedIn looks for the pieces that the mail says of the file by its name: in the
// least stretch of text that names it. "Voici le RIB et les statuts" speaks of
// pieces, and not of the file RIB.pdf: of a file whose name is itself that of a
// piece something is said only by a line that begins with it, behind a colon.
func namedIn(c *Call, words, base string) (found []claim, named bool) {
	whole, own := Fold(base), FoldName(base) // people copy the name with its extension, or not
	marked := len(saysOf(c, own)) > 0
	for _, marks := range []string{"\n;,", "\n"} {
		for _, line := range strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune(marks, r) }) {
			if at := strings.IndexAny(line, ":="); marked && (at < 0 || Fold(line[:at]) != whole && Fold(line[:at]) != own) {
				continue
			}
			line = Fold(line)
			rest, said := without(line, whole)
			if !said && len(own) >= 3 {
				rest, said = without(line, own)
			}
			if said && rest != "" {
				return asLine(saysOf(c, rest), weighsLine), true
			}
		}
	}
	return nil, false
}

// without takes words out of a folded line that holds them as whole words.
func without(line, words string) (rest string, said bool) {
	before, after, said := strings.Cut(" "+line+" ", " "+words+" ")
	return strings.TrimSpace(before + " " + after), said && words != ""
}

// numberWord finds how mails and file names number files: "PJ 2", "pièce n° 2".
var numberWord = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:pj|pi[eè]ces?(?: jointes?)?|annexes?|doc(?:ument)?)[ _.-]*(?:n[°o]?[ .]*)?0*([1-9][0-9]?)\b`)
})

// numberLine begins an item of a numbered list.
var numberLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^[ \t]*0*([1-9][0-9]?)[ ]*[.)°/-]`) })

// numberOf gives the number that stands in a file name, 0 without one.
func numberOf(base string) int {
	if m := numberWord().FindStringSubmatch(strings.ReplaceAll(base, "_", " ")); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			return n
		}
	}
	return 0
}

// numbered gives the items that the mail numbers, from 1 without a gap; nil where
// it numbers nothing, or a number twice.
func numbered(words string) map[int]string {
	for _, re := range []*regexp.Regexp{numberWord(), numberLine()} {
		items := make(map[int]string)
		found := re.FindAllStringSubmatchIndex(words, -1)
		for i, at := range found {
			end := len(words)
			if i+1 < len(found) {
				end = found[i+1][0]
			}
			item, _, _ := strings.Cut(words[at[1]:end], "\n")
			n, err := strconv.Atoi(words[at[2]:at[3]])
			if err != nil || items[n] != "" {
				return nil
			}
			items[n] = item
		}
		if len(items) > 0 && items[len(items)] != "" {
			return items
		}
	}
	return nil
}

// orderWords announce a list in the order of the files.
var orderWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:dans (?:l['’]ordre|cet ordre|l['’]ordre suivant)|par ordre|respectivement)\b[^:\n]*:?`)
})

// between stands between the items of a list in a sentence.
var between = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[,;\n]| et |&|\+`) })

// inOrder gives the items of a list that says that it is in the order of the
// files, if each of them speaks of one piece.
func inOrder(c *Call, words string) []string {
	at := orderWords().FindStringIndex(words)
	if at == nil {
		return nil
	}
	list, _, _ := strings.Cut(words[at[1]:], ".")
	if !strings.HasSuffix(words[at[0]:at[1]], ":") { // "les statuts et le RIB, dans cet ordre"
		before := words[:at[0]]
		list = before[strings.LastIndexAny(before, ".:\n")+1:]
	}
	var items []string
	for _, part := range between().Split(list, -1) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		if len(saysOf(c, part)) != 1 {
			return nil
		}
		items = append(items, part)
	}
	return items
}

// attached is how a sentence speaks of what comes with the mail; notYet, of what
// does not.
var (
	attached = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\b(?:ci joint\w*|joint\w*|joins|attache\w*|voici|veuillez trouver|vous trouverez|transmets|transmettons|adresse|envoie|manqu\w+|oubli\w*)\b`)
	})
	notYet = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\b(?:enverr\w+|transmettr\w+|fer\w+ parvenir|suivr\w+|suivent|plus tard|prochainement|pas encore|ulterieurement|des que|deja|pouvez vous|faut il|dois je|devons nous)\b`)
	})
)

// onlyPiece gives the one piece that a mail with one file speaks of: in the
// sentences about what is attached, else in its subject, else anywhere.
func onlyPiece(c *Call, words string) []claim {
	subject, _, _ := strings.Cut(words, "\n")
	var about, all []string
	for _, sentence := range strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune("\n.;!?", r) }) {
		folded := Fold(sentence)
		if notYet().MatchString(folded) {
			continue
		}
		all = append(all, sentence)
		if attached().MatchString(folded) {
			about = append(about, sentence)
		}
	}
	for _, sentences := range [][]string{about, {subject}, all} {
		var found []claim
		for _, sentence := range sentences {
			for _, m := range saysOf(c, sentence) {
				if !claims(found, m.piece) {
					found = append(found, m)
				}
			}
		}
		if len(found) > 1 { // every mail speaks of the application
			found = slices.DeleteFunc(found, func(m claim) bool { return m.piece == application })
		}
		switch len(found) {
		case 0:
		case 1:
			return asLine(found, weighsMail)
		default:
			return nil // it speaks of several: of this file one knows nothing
		}
	}
	return nil
}

// application is the piece in which a candidate applies.
const application = "dossier_candidature"

// saysOf gives the pieces that words speak of for certain.
func saysOf(c *Call, words string) []claim {
	return slices.DeleteFunc(nameSays(c, Fold(words)), func(m claim) bool { return m.weight < weighsName })
}

// asLine makes claims of the mail of them.
func asLine(found []claim, weight int) []claim {
	for i := range found {
		found[i].weight, found[i].by = weight, ByMail
	}
	return found
}
