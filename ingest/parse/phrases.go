package parse

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// phrases are fixed wordings of mail systems, as fold leaves them.
type phrases []phrase

type phrase struct {
	text string
	stem bool // letters may follow it
}

// phraseList reads phrases, divided by "|" and line ends. A line that begins
// with "#" is a comment; "*" at the end of a phrase stands for the rest of a
// word (and for scripts without blanks).
func phraseList(list string) phrases {
	var out phrases
	for l := range strings.Lines(list) {
		if strings.HasPrefix(l, "#") {
			continue
		}
		for p := range strings.SplitSeq(l, "|") {
			text, stem := strings.CutSuffix(strings.TrimSpace(p), "*")
			if text == "" {
				continue
			}
			last, _ := utf8.DecodeLastRuneInString(text)
			out = append(out, phrase{fold(text), stem || !isWordRune(last)})
		}
	}
	return out
}

// begin tells whether folded text s begins with one of the phrases.
func (list phrases) begin(s string) bool {
	for _, p := range list {
		if strings.HasPrefix(s, p.text) && (p.stem || !wordAt(s[len(p.text):])) {
			return true
		}
	}
	return false
}

// in tells whether folded text s holds one of the phrases, as whole words.
func (list phrases) in(s string) bool {
	for _, p := range list {
		for from := 0; ; {
			i := strings.Index(s[from:], p.text)
			if i < 0 {
				break
			}
			i += from
			from = i + len(p.text)
			before, _ := utf8.DecodeLastRuneInString(s[:i])
			if (p.stem || !wordAt(s[from:])) && (!isWordRune(before) || wide(p.text)) {
				return true
			}
		}
	}
	return false
}

func wordAt(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return n > 0 && isWordRune(r)
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// wide tells scripts that write no blanks between words.
func wide(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// fold makes wordings comparable: lower case, no accents (half of the senders
// forget them), straight apostrophes, plain hyphens, one space for any blanks.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.IsSpace(r) || r == '\u200b':
			blank = b.Len() > 0
			continue
		case unicode.Is(unicode.Mn, r):
			continue
		case r == '’' || r == '‘' || r == '`' || r == '´' || r == 'ʼ':
			r = '\''
		case r == '‐' || r == '–' || r == '—':
			r = '-'
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
