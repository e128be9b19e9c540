package parse

import (
	"regexp"
	"strings"
)

// The lines above which a reader answers, in the words of the clients in use
// in France and around. Each is matched against one trimmed line.
var (
	reOriginal = regexp.MustCompile(`(?i)^[-_*]{2,}\s*(message d['’]origine|message original|original message|original appointment|ursprüngliche nachricht|mensaje original|messaggio originale|oorspronkelijk bericht|message transféré|forwarded message|message transfere|e-mail d['’]origine)\s*[-_*]{2,}$`)
	reWrote    = regexp.MustCompile(`(?i)^(le|on|am|el|il|op|em|den)\b.{6,250}\b(a écrit|a ecrit|à écrit|wrote|schrieb.*|escribió|escribio|ha scritto|schreef.*|escreveu)\s*:?$`)
	reWroteFR  = regexp.MustCompile(`(?i)^.{0,200}(<[^<>@\s]+@[^<>\s]+>|\d{1,2}[:h]\d{2}).{0,80}\ba écrit\s*:$`)
	reHeadFrom = regexp.MustCompile(`(?i)^[*_]{0,2}(de|from|von|expéditeur|da)\s?[*_]{0,2}\s?:[*_]{0,2}\s+\S`)
	reHeadNext = regexp.MustCompile(`(?i)^[*_]{0,2}(envoyé|envoyée|envoyé le|sent|date|gesendet|à|to|an|objet|subject|betreff|cc|inviato|reçu)\s?[*_]{0,2}\s?:`)
	reUnder    = regexp.MustCompile(`^_{20,}$`)
	reMobile   = regexp.MustCompile(`(?i)^(envoyé (de|depuis) (mon|ma|l['’]application|yahoo|outlook)|sent from my|get outlook for|obtenir outlook pour|obtenez outlook pour|télécharger outlook|von meinem .* gesendet|provenance : courrier)`)
)

// newText is what the writer added: t up to the quoted history, less quoted
// lines and the signature. A text that is nothing but a quotation is given
// back whole, since then nothing tells the new from the old.
func newText(t string) string {
	lines := strings.Split(t, "\n")
	plain := lines
	if strings.ContainsAny(t, "\u00a0\u202f") { // French typography before ":"
		plain = strings.Split(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(t), "\n")
	}
	end := len(lines)
	kept := make([]string, 0, len(lines))
	for i := 0; i < len(lines); i++ {
		l := strings.TrimSpace(plain[i])
		if strings.HasPrefix(l, ">") {
			continue
		}
		if n := introLines(plain, i); n > 0 {
			// What follows is quoted line by line, so the answer may stand
			// below or between; else all that follows is history.
			if quotedNext(plain, i+n) {
				i += n - 1
				continue
			}
			end = i
			break
		}
		if historyBegins(plain, i) {
			end = i
			break
		}
		if lines[i] == "-- " || l == "--" || l == "—" && i > 0 || reMobile.MatchString(l) {
			// The signature ends the text, or goes on up to the history.
			end = i
			break
		}
		if _, ok := uuBegin([]byte(l)); ok {
			for i+1 < len(lines) && strings.TrimSpace(lines[i]) != "end" {
				i++
			}
			continue
		}
		kept = append(kept, lines[i])
	}
	out := strings.Trim(trimLines(strings.Join(kept, "\n")), "\n \t")
	if out == "" && end == len(lines) {
		return t
	}
	return out
}

// historyBegins tells whether line i introduces what is answered or forwarded.
func historyBegins(lines []string, i int) bool {
	l := strings.TrimSpace(lines[i])
	if l == "" || len(l) > 400 {
		return false
	}
	if reOriginal.MatchString(l) {
		return true
	}
	if reUnder.MatchString(l) {
		for k := 1; k <= 2 && i+k < len(lines); k++ {
			if reHeadFrom.MatchString(strings.TrimSpace(lines[i+k])) {
				return true
			}
		}
		return false
	}
	if reHeadFrom.MatchString(l) {
		found := 0
		for k := 1; k <= 6 && i+k < len(lines); k++ {
			if reHeadNext.MatchString(strings.TrimSpace(lines[i+k])) {
				found++
			}
		}
		return found >= 2
	}
	return false
}

// introLines counts the lines of "Le 26 novembre 2018 à 10:04, X a écrit :" at
// line i, which clients fold over up to three; 0 if there is none.
func introLines(lines []string, i int) int {
	l := strings.TrimSpace(lines[i])
	if l == "" || len(l) > 400 {
		return 0
	}
	if reWrote.MatchString(l) || reWroteFR.MatchString(l) {
		return 1
	}
	if !startsIntro(l) {
		return 0
	}
	for k := 1; k <= 2 && i+k < len(lines); k++ {
		n := strings.TrimSpace(lines[i+k])
		if n == "" || len(n) > 200 {
			break
		}
		l += " " + n
		if reWrote.MatchString(l) {
			return k + 1
		}
	}
	return 0
}

// quotedNext tells whether the next line that is not empty is a quoted one.
func quotedNext(lines []string, i int) bool {
	for ; i < len(lines); i++ {
		if l := strings.TrimSpace(lines[i]); l != "" {
			return l[0] == '>'
		}
	}
	return false
}

func startsIntro(l string) bool {
	for _, p := range []string{"Le ", "On ", "Am ", "El ", "Il ", "Op ", "Em "} {
		if strings.HasPrefix(l, p) {
			return true
		}
	}
	return false
}
