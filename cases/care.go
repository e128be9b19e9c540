package cases

import (
	"strings"
	"time"
	"unicode"
)

// Note is what a member of staff wrote down on a case. It is never changed or
// deleted: one adds another.
type Note struct {
	ID    int64      `json:"id"`
	Text  string     `json:"text"`
	Actor string     `json:"actor"`
	At    *time.Time `json:"at"`
}

// NoteMost and LabelMost bound a note and a label, in characters.
const (
	NoteMost  = 10_000
	LabelMost = 40
)

// ReadNote tidies a note up: lines end in \n, nothing but text around it.
// It reports false for one that is empty or too long.
func ReadNote(text string) (string, bool) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	n := len([]rune(text))
	return text, n > 0 && n <= NoteMost && !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' })
}

// ReadLabel tidies a label up and gives the key by which labels are compared:
// capitals and accents do not count. It reports false for one without a letter or
// a digit, or that is too long.
func ReadLabel(word string) (label, key string, ok bool) {
	label = strings.Join(strings.Fields(word), " ")
	key = Fold(label)
	return label, key, key != "" && len([]rune(label)) <= LabelMost && !strings.ContainsFunc(label, unicode.IsControl)
}

// Nobody and Me are values of the search for assigned:, beside names.
const (
	Nobody = "nobody"
	Me     = "me"
)

// By gives the query as the colleague of that name asks it: assigned:me are the
// cases assigned to them.
func (q Query) By(name string) Query {
	out := make(Query, len(q))
	for i, t := range q {
		if key := Fold(t.Value); t.Field == "assigned" && (key == Me || key == "moi") {
			t.Value = name
		}
		out[i] = t
	}
	return out
}
