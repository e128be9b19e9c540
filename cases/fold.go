package cases

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FoldName gives a file name as the patterns of pieces see it: the extension
// removed, then folded.
func FoldName(filename string) string {
	base := filename[strings.LastIndexAny(filename, `/\`)+1:]
	if dot := strings.LastIndexByte(base, '.'); dot > 0 && isExtension(base[dot+1:]) {
		base = base[:dot]
	}
	return Fold(base)
}

// isExtension tells ".docx" from the end of "Statuts v2.1 signés" and "CR 30.11.2018".
func isExtension(s string) bool {
	letters := 0
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			letters++
		case r < '0' || r > '9':
			return false
		}
	}
	return letters > 0 && len(s) <= 5
}

// Fold makes names comparable however they were typed: NFKD, marks dropped, œ
// and æ written out, lower case, and each run of anything but a–z and 0–9 one
// space. "Délibération_n°12" becomes "deliberation n 12".
func Fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		out := ""
		switch r = unicode.ToLower(r); {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			out = string(r)
		case r == 'œ':
			out = "oe"
		case r == 'æ':
			out = "ae"
		default:
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteString(out)
	}
	return b.String()
}
