package notify

import (
	"regexp"
	"slices"
	"strings"
)

// A trait is what tells a letter of one kind by its text alone.
type trait struct {
	subject   []string // one of these begins the subject, after a reference
	sentences []string // and one of these stands in the text
}

// traits are those of the letters in some folders of templates; "" the built-in
// ones.
func traits(dirs []string) ([]trait, error) {
	var out []trait
	for _, dir := range dirs {
		for _, kind := range letterKinds() {
			source, err := templateSource(dir, fileName(kind))
			if err != nil {
				return nil, err
			}
			first, rest, _ := strings.Cut(source, "\n")
			t := trait{literals(subjectLine.ReplaceAllString(first, ""), 6), literals(rest, 30)}
			if len(t.subject) > 0 && len(t.sentences) > 0 {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

var (
	reAction    = regexp.MustCompile(`\{\{.*?\}\}|\n`)
	reReference = regexp.MustCompile(`^\[[^\[\]]{1,40}\] `)
)

// literals gives the runs of a template that do not change from letter to
// letter, of at least n bytes each.
func literals(source string, n int) []string {
	var out []string
	for _, s := range reAction.Split(source, -1) {
		if s = oneSpace(strings.TrimLeft(s, "#- ")); len(s) >= n {
			out = append(out, s)
		}
	}
	return out
}

// oneSpace makes one blank of each run of blanks, no-break ones too.
func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// Recognises tells a letter that this program, or one like it, wrote, by its
// subject and its text less what is quoted: two of them that write to each other
// through a gateway which drops every other field would else never end. An answer
// or a forward of a letter says so in its subject, and is none.
func (ls *Letters) Recognises(subject, text string) bool {
	subject = reReference.ReplaceAllString(oneSpace(subject), "")
	text = oneSpace(text)
	for _, t := range ls.traits {
		if slices.ContainsFunc(t.subject, func(s string) bool { return strings.HasPrefix(subject, s) }) &&
			slices.ContainsFunc(t.sentences, func(s string) bool { return strings.Contains(text, s) }) {
			return true
		}
	}
	return false
}
