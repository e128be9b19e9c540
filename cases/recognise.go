package cases

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Reading is what was read in a file.
type Reading struct {
	Text   string   // of its first pages
	Sheets []string // names of the sheets of a workbook
	Fields []Field  // of a form, in its order; those left blank have no value
	Pages  int      // 0: unknown
}

// Field is an answer in a form.
type Field struct {
	Name  string
	Label string // what the form shows; some programs keep nothing else
	Value string
}

// Evidence is all that is known of a file when one asks what it is.
type Evidence struct {
	Filename string // with its folder, within an archive
	Reading  Reading
	Words    string // what its mail says: subject and new text
	Place    int    // of the file among those of its mail, from 1; 0: not known
	Files    int    // how many its mail has; 0: not known
}

// Suggestion is the opinion that a file is (or holds) a piece, with its reason.
// Several suggestions of one file stand best first. A weak one counts only where
// the file has no strong one.
type Suggestion struct {
	Piece string  `json:"piece"`
	Weak  bool    `json:"weak,omitempty"`
	By    Witness `json:"by,omitempty"`
	Quote string  `json:"quote,omitempty"` // the words it rests on
}

// Witness is what an opinion about a file rests on.
type Witness string

const (
	ByName   Witness = "name"   // its name
	ByTitle  Witness = "title"  // the first words in it that name a document
	ByText   Witness = "text"   // what else stands in it
	ByForm   Witness = "form"   // our own form, filled in
	ByMail   Witness = "mail"   // what the mail says of it
	ByPerson Witness = "person" // staff said so
)

// Reason says in words, for the command line, why the file is taken for the piece.
func (s Suggestion) Reason() string {
	switch s.By {
	case ByTitle:
		return fmt.Sprintf("the document is headed %q", s.Quote)
	case ByText:
		return fmt.Sprintf("the document says %q", s.Quote)
	case ByForm:
		return "it is the form of the pack, filled in"
	case ByMail:
		return fmt.Sprintf("the mail says %q", s.Quote)
	case ByPerson:
		return "staff said so"
	}
	return fmt.Sprintf("the file name says %q", s.Quote)
}

// How much a witness weighs. A name is believed over what merely stands
// somewhere in a document (an application speaks of every piece), but not over
// the title that the document gives itself.
const (
	weighsForm  = 100
	weighsTitle = 70
	weighsSure  = 65 // words of a short document that only such a document has
	weighsName  = 60
	weighsLine  = 55 // the mail tells file by file what each is
	weighsText  = 40
	weighsHint  = 20 // a weak pattern, or a name that the title contradicts
	weighsMail  = 15 // the mail speaks of the piece, and has no other file, or numbers its files

	// strongFrom: a suggestion below it is weak, unless it is the best there is
	// and rests on the document itself.
	strongFrom = weighsLine
)

// claim is one witness for one piece.
type claim struct {
	piece  string
	weight int
	by     Witness
	quote  string
	at     int // where it stands, to keep the order of the words
}

// Recognise ranks the pieces of the call that a file may be, best first: from
// its name, from what stands in it, from our own forms, and from what its mail
// says of it. A file may be several pieces. Nothing is suggested for a file that
// nothing speaks of: a person sorts it.
func Recognise(c *Call, e Evidence) []Suggestion {
	if isReceipt(e.Reading.Text) {
		return nil
	}
	text := foldedText(e.Reading)
	document := readDocument(c, e.Reading.Fields, text)
	named := slices.DeleteFunc(nameClaims(c, e.Filename), func(m claim) bool { return kindOf(c.Piece(m.piece)).silent(text) })
	if title := strongest(document); title.weight >= weighsSure && !claims(named, title.piece) {
		// The document says it is something else than its name does.
		if title.piece == "" { // no piece at all
			named = slices.DeleteFunc(named, func(m claim) bool { return title.at < otherZone || m.weight <= weighsHint })
		}
		for i := range named {
			if !claims(document, named[i].piece) {
				named[i].weight = min(named[i].weight, weighsHint)
			}
		}
	}
	all := append(append(document, named...), mailClaims(c, e)...)
	best := make(map[string]claim)
	agree := make(map[string]int) // witnesses that say the same
	for _, m := range all {
		agree[m.piece]++
		if m.weight > best[m.piece].weight {
			best[m.piece] = m
		}
	}
	var ranked []claim
	for i := range c.Pieces {
		if m, ok := best[c.Pieces[i].ID]; ok {
			m.weight += agree[m.piece] - 1
			ranked = append(ranked, m)
		}
	}
	slices.SortStableFunc(ranked, func(a, b claim) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.at, b.at))
	})
	var out []Suggestion
	for i, m := range ranked {
		strong := m.weight >= strongFrom || i == 0 && m.weight >= weighsText
		out = append(out, Suggestion{Piece: m.piece, Weak: !strong, By: m.by, Quote: m.quote})
	}
	return out
}

func strongest(list []claim) claim {
	var best claim
	for _, m := range list {
		if m.weight > best.weight {
			best = m
		}
	}
	return best
}

func claims(list []claim, piece string) bool {
	return slices.ContainsFunc(list, func(m claim) bool { return m.piece == piece })
}

// nameClaims asks the patterns of the call about a file name. Where the name
// says nothing, the folder that an archive keeps the file in does: as a hint.
// A name that says nothing for certain is read with its words set apart, then
// with its spelling mended.
func nameClaims(c *Call, filename string) []claim {
	folders, base := "", filename
	if i := strings.LastIndexAny(filename, `/\`); i >= 0 {
		folders, base = filename[:i], filename[i+1:]
	}
	if strings.HasPrefix(base, "~$") {
		return nil // the trace that Word leaves of an open document
	}
	base = engagementLetter().ReplaceAllString(unmangled(base), "${1}lettre engagement ")
	written := FoldName(apart(base))
	other := otherNames().FindStringIndex(written)
	if other != nil && numbering().MatchString(written[:other[0]]) {
		return nil // in French the first noun says what the thing is
	}
	var hints []claim
	for _, name := range []string{FoldName(base), written, spelled(unglued(written))} {
		found, misled := readName(c, name)
		if misled || slices.ContainsFunc(found, func(m claim) bool { return m.weight >= weighsName }) {
			return found
		}
		if len(found) > 0 {
			hints = found
		}
	}
	if other != nil || isMailFile(base) {
		return nil
	}
	if len(hints) > 0 {
		return hints
	}
	last := folders[strings.LastIndexAny(folders, `/\`)+1:]
	found := nameSays(c, Fold(last))
	for i := range found {
		found[i].weight = weighsHint
	}
	return found
}

// engagementLetter begins a name with LE, in capitals and before an underscore: not
// the article.
var engagementLetter = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^((?:[0-9]+[ _.-]+)?)LE_`) })

// unmangled gives a name that was UTF-8 and taken for Latin-1 on its way
// ("DÃ©libÃ©ration") as it was written.
func unmangled(name string) string {
	var was []byte
	for _, r := range name {
		if r > 0xff {
			return name
		}
		was = append(was, byte(r))
	}
	if !utf8.Valid(was) {
		return name
	}
	return string(was)
}

// isMailFile reports whether a file is a mail, whose name is a subject: that a
// piece is spoken of does not make it one.
func isMailFile(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".eml") || strings.HasSuffix(name, ".msg")
}

// apart puts spaces into words that were written together: "PlanFinancement",
// "monRIB", "RIBCredit", "Activite2017".
func apart(name string) string {
	var b strings.Builder
	letters := []rune(name)
	for i, r := range letters {
		if i > 0 && unicode.IsDigit(r) && unicode.IsLetter(letters[i-1]) || i > 1 && unicode.IsUpper(r) && (unicode.IsLower(letters[i-1]) || unicode.IsUpper(letters[i-1]) && i+1 < len(letters) && unicode.IsLower(letters[i+1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// nameSays: a name may say several pieces ("Kbis+RIB+Statuts.pdf"); words that
// are only part of a longer expression for another piece say nothing by
// themselves ("bilan" in "bilan d'activité"). A name that holds the words of a
// piece and means something else ("récépissé de dépôt du dossier") hints at
// nothing either.
func nameSays(c *Call, name string) []claim {
	found, _ := readName(c, name)
	return found
}

// readName is nameSays; misled tells that the name holds words of a piece that
// mean something else, so that no other way to read it is worth trying.
func readName(c *Call, name string) (out []claim, misled bool) {
	if others().MatchString(name) || pictures().MatchString(name) {
		return nil, true
	}
	photo := photographed().MatchString(name)
	strong := find(c, name, func(p *Piece) []*regexp.Regexp { return append(slices.Clip(p.Match), namesOf(p).names...) })
	for _, m := range strong {
		switch {
		case slices.ContainsFunc(strong, func(o mention) bool { return kindOf(o.piece).governs(name, m.start) }):
		case slices.ContainsFunc(strong, m.within):
		case kindOf(m.piece).misleads(name):
			misled = true
		case photo && !kindOf(m.piece).photographed():
		default:
			out = append(out, claim{m.piece.ID, weighsName, ByName, m.in(name), m.start})
		}
	}
	if misled || photo {
		return out, misled
	}
	for _, m := range find(c, name, func(p *Piece) []*regexp.Regexp { return append(slices.Clip(p.Weak), namesOf(p).hints...) }) {
		k := kindOf(m.piece)
		if claims(out, m.piece.ID) || k.misleads(name) || k.ofProject() && !leads(name, m) {
			continue
		}
		weight := weighsHint
		if k.ofProject() {
			weight-- // "HUB_bp_2019"
		}
		out = append(out, claim{m.piece.ID, weight, ByName, m.in(name), m.start})
	}
	return out, false
}

// namesOf gives what the world calls documents of the piece's kind.
func namesOf(p *Piece) kindPatterns {
	if k := kindOf(p); k != nil {
		return k.re
	}
	return kindPatterns{}
}

// mention is where a folded name speaks of a piece.
type mention struct {
	piece      *Piece
	start, end int
}

func (m mention) in(text string) string { return strings.TrimSpace(text[m.start:m.end]) }

// within reports whether o is a longer expression for another piece around m.
func (m mention) within(o mention) bool {
	return o.piece != m.piece && o.start <= m.start && m.end <= o.end && o.end-o.start > m.end-m.start
}

// find gives for each piece its longest mention, in the order of the name and,
// where two begin together, the longer first.
func find(c *Call, name string, patterns func(*Piece) []*regexp.Regexp) []mention {
	var found []mention
	for i := range c.Pieces {
		p := &c.Pieces[i]
		if slices.ContainsFunc(p.Unless, func(re *regexp.Regexp) bool { return re.MatchString(name) }) {
			continue
		}
		best := mention{piece: p}
		for _, re := range patterns(p) {
			for _, at := range re.FindAllStringIndex(name, -1) {
				if at[1]-at[0] > best.end-best.start {
					best.start, best.end = at[0], at[1]
				}
			}
		}
		if best.end > best.start {
			found = append(found, best)
		}
	}
	slices.SortStableFunc(found, func(a, b mention) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	return found
}
