package cases

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

const (
	titleZone    = 450   // of the folded text: where a document says what it is
	misledZone   = 30    // of it, behind a title: words that turn it into another
	otherZone    = 160   // where a document that is no piece says so
	tellingWords = 40    // from which a text would have one of what it is
	shortText    = 6000  // folded bytes: a document of a few pages, about one thing
	lookedAt     = 24000 // folded bytes that are looked at
)

// ReceiptTitle heads the receipts that go with our letters.
const ReceiptTitle = "Récépissé de dépôt électronique"

// isReceipt reports whether a text is that of such a receipt, which names pieces
// and is none.
func isReceipt(text string) bool {
	return strings.HasPrefix(Fold(text[:min(len(text), titleZone)]), Fold(ReceiptTitle))
}

// readDocument asks the fields of a form and the folded text of a file what it is.
func readDocument(c *Call, fields []Field, text string) []claim {
	var out []claim
	if piece := formPiece(c, fields); piece != "" {
		out = append(out, claim{piece: piece, weight: weighsForm, by: ByForm})
	}
	if text == "" {
		return out
	}
	said := readText(c, text)
	if len(said) == 0 && len(text) <= shortText {
		said = readText(c, mended(text))
	}
	return append(out, said...)
}

// foldedText is what is looked at in a file.
func foldedText(r Reading) string {
	text := Fold(strings.Join(append(slices.Clone(r.Sheets), r.Text), "\n"))
	return text[:min(len(text), lookedAt)]
}

// readText asks what a folded text is.
func readText(c *Call, text string) []claim {
	text = strings.ReplaceAll(text, "accuse de reception en prefecture", "transmis en prefecture") // of an act, and no receipt
	titles := titleClaims(c, text)
	if at := others().FindStringIndex(text[:min(len(text), titleZone)]); at != nil && !slices.ContainsFunc(titles, func(m claim) bool { return m.at < at[0] }) {
		return []claim{{weight: weighsTitle, by: ByTitle, at: at[0]}} // it says that it is something else
	}
	out := titles
	sure := weighsText
	if len(text) <= shortText {
		sure = weighsSure
	}
	applies := false // for the call: such a document speaks of every piece
	for i := range c.Pieces {
		applies = applies || kindOf(&c.Pieces[i]).ofProject() && says(&c.Pieces[i], text) != ""
	}
	for i := range c.Pieces {
		p := &c.Pieces[i]
		quote := says(p, text)
		if quote == "" {
			continue
		}
		weight := sure
		if applies && !kindOf(p).ofProject() {
			weight = weighsText
		}
		out = append(out, claim{p.ID, weight, ByText, quote, strings.Index(text, quote)})
	}
	return out
}

// titleClaims finds the titles in the head of a text. The first is the title of
// the document; a later one may be a line of a table of contents.
func titleClaims(c *Call, text string) []claim {
	head := text[:min(len(text), titleZone)]
	var found []mention
	for i := range c.Pieces {
		p := &c.Pieces[i]
		best := mention{piece: p, start: len(head)}
		for _, re := range titlesOf(p) {
			for _, at := range re.FindAllStringIndex(head, -1) {
				if !isSubject(head[:at[0]]) && !kindOf(p).misleads(head[at[0]:min(len(head), at[1]+misledZone)]) && (at[0] < best.start || at[0] == best.start && at[1] > best.end) {
					best.start, best.end = at[0], at[1]
				}
			}
		}
		k := kindOf(p)
		if best.start == len(head) || k.excludes(text) || k != nil && k.re.needs != nil && !k.re.needs.MatchString(text) {
			continue
		}
		found = append(found, best)
	}
	chapters := len(head)
	if at := contentsHead().FindStringIndex(head); at != nil {
		chapters = at[0]
	}
	var out []claim
	for _, m := range found {
		if slices.ContainsFunc(found, m.within) {
			continue
		}
		weight := weighsTitle
		if m.start > chapters || slices.ContainsFunc(found, func(o mention) bool { return o.start < m.start && !o.within(m) }) {
			weight = weighsText - 1
		}
		out = append(out, claim{m.piece.ID, weight, ByTitle, head[m.start:m.end], m.start})
	}
	return out
}

// isSubject reports whether what follows is what a letter or a decision is about,
// or speaks of ("his letter"), not what it is.
func isSubject(before string) bool { return subject().MatchString(before) }

var contentsHead = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b(?:` + contents + `)\b`) })

var subject = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:(?:objet|re)(?: \w+){0,5}|tous|donnent?|donnons|(?:soutenir|soutenons|soutiens|soutient|soutiennent|appuyer|appuyons|pour)(?: (?:la|le|votre|sa|leur))?|sa|son|ses|leurs?|votre|vos|aux?|(?:attention|candidature|projet|soutien|titre|membre|partenaire|sein) (?:de|du|des|d)|cet|cette|ces|chaque|toutes?) $`)
})

func titlesOf(p *Piece) []*regexp.Regexp {
	if k := kindOf(p); k != nil {
		return append(slices.Clip(k.re.titles), p.Content...)
	}
	return p.Content
}

// says gives the words in a text that only a document of the piece's kind has.
func says(p *Piece, text string) string {
	for _, re := range p.Content {
		if quote := re.FindString(text); quote != "" {
			return quote
		}
	}
	k := kindOf(p)
	if k == nil || k.excludes(text) {
		return ""
	}
	if k.iban {
		if n := ibans(text); n == 1 || n > 1 && len(text) <= shortText {
			return "iban"
		}
	}
	for _, set := range k.re.says {
		quote := ""
		for i, re := range set {
			words := re.FindString(text)
			if words == "" {
				quote = ""
				break
			}
			if i == 0 {
				quote = words
			}
		}
		if quote != "" {
			return quote
		}
	}
	return ""
}

// ibanForm is an account number with its country and check digits, in groups or
// not, as Fold leaves it; ibanLength is its length in the countries of the euro
// from which candidates bank (ISO 13616).
var (
	ibanForm   = regexp.MustCompile(`\b(?:fr|mc|be|lu|de|es|it|pt|nl|ie|at)[0-9]{2}(?: ?[0-9a-z]){11,30}`)
	ibanLength = map[string]int{"fr": 27, "mc": 27, "be": 16, "lu": 20, "de": 22, "es": 24, "it": 27, "pt": 25, "nl": 18, "ie": 22, "at": 20}
)

// ibans counts the valid account numbers in a folded text.
func ibans(text string) int {
	seen := make(map[string]bool)
	for _, found := range ibanForm.FindAllString(text, 100) {
		iban := strings.ReplaceAll(found, " ", "")
		if n := ibanLength[iban[:2]]; len(iban) >= n && validIBAN(iban[:n]) {
			seen[iban[:n]] = true
		}
	}
	return len(seen)
}

// validIBAN checks the two check digits (ISO 7064 MOD 97-10).
func validIBAN(iban string) bool {
	rest := 0
	for _, c := range []byte(iban[4:] + iban[:4]) {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'a' && c <= 'z':
			rest = (rest*100 + int(c-'a') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// formPiece tells which of our forms the fields are of, if it was filled in at
// least in part.
func formPiece(c *Call, fields []Field) string {
	piece, answers := ourForm(c, fields)
	if answers == 0 {
		return ""
	}
	return piece
}

// BlankForm reports whether the fields are of one of our forms and nobody filled
// in any: the pack sent back, saved anew.
func BlankForm(c *Call, fields []Field) bool {
	piece, answers := ourForm(c, fields)
	return piece != "" && answers == 0
}

// ourForm tells which of our forms the fields are of, the dossier by the tags of
// its questions or the labels that stand by them, the budget by the names of its
// cells, and counts the answers. The budget's own sums stand at 0 and its years
// are given.
func ourForm(c *Call, fields []Field) (piece string, answers int) {
	dossier, budget, sums, all := 0, 0, 0, 0
	for _, f := range fields {
		all += boolInt(answered(f.Value))
	}
	for _, f := range named(fields) {
		switch f.Name {
		case "siret", "representant_legal", "mode_candidature", "projet_titre", "contact_courriel":
			dossier++
		case "regime_tva", "total_charges", "total_produits", "total_plan":
			budget++
			sums += boolInt(answered(f.Value) && f.Value != "0")
		}
	}
	switch {
	case dossier >= 3 && c.Piece("dossier_candidature") != nil:
		return "dossier_candidature", all
	case budget >= 3 && c.Piece("budget") != nil:
		return "budget", sums
	}
	return "", 0
}
