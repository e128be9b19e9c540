package parse

import (
	"regexp"
	"strings"
)

// The lines above which a reader answers, in the words of the clients in use
// in France and around. Each is matched against one trimmed line, its no-break
// spaces made plain.
var (
	reOriginal = regexp.MustCompile(`(?i)^[-_*]{2,}\s*((message|mail|e-mail|courriel) (d['’]origine|original|initial|précédent)|original message|original appointment|ursprüngliche nachricht|mensaje original|messaggio originale|oorspronkelijk bericht)\s*[-_*]{2,}$`)
	reForward  = regexp.MustCompile(`(?i)^[-_*]{2,}\s*(message (transféré|transfere|réexpédié)|(message|mail|courriel) transmis|e-mail transféré|forwarded message|weitergeleitete nachricht)( (de|par|by) .{1,200}?)?\s*[-_*]{2,}$|^(début du message (transféré|réexpédié)|begin forwarded message|inizio messaggio inoltrato)\s*:$`)
	reWrote    = regexp.MustCompile(`(?i)^(le|on|am|el|il|op|em|den)\b.{6,250}\b(a écrit|a ecrit|à écrit|wrote|schrieb.*|escribió|escribio|ha scritto|schreef.*|escreveu)\s*:?$`)
	reWroteFR  = regexp.MustCompile(`(?i)^.{0,200}(<[^<>@\s]+@[^<>\s]+>|\d{1,2}[:h]\d{2}).{0,80}\ba écrit\s*:$|^-*\s*en date de\s*:.{6,200}\ba écrit\s*:$`)
	reAnyWrote = regexp.MustCompile(`(?i)^.{2,200}\b(a écrit|wrote)\s*:$`)
	reMessage  = regexp.MustCompile(`(?i)^message du \d{1,2}/\d{1,2}/\d{2,4}( \d{1,2}:\d{2})?$`) // Orange
	reHeadFrom = regexp.MustCompile(`(?i)^[*_]{0,2}(de|from|von|expéditeur|da)\s*[*_]{0,2}\s?:[*_]{0,2}\s*\S`)
	reHeadNext = regexp.MustCompile(`(?i)^[*_]{0,2}(envoyé|envoyée|envoyé le|date d['’]envoi|sent|date|gesendet|à|a|pour|destinataires?|to|an|objet|sujet|subject|betreff|cc|copie|copie à|inviato|reçu|répondre à|reply-to)\s*[*_]{0,2}\s?:`)
	reUnder    = regexp.MustCompile(`^_{20,}$`)
	reMobile   = regexp.MustCompile(`(?i)^(envoyé (de|depuis|à partir d['’e]|avec|via|par|à l['’]aide d['’e])\s*(mon|ma|l['’](application|appli)|yahoo|outlook|gmail|proton|orange|sfr|free|la poste|samsung|courrier|mail\b|thunderbird|bluemail)|sent from (my|mail\b|outlook|yahoo|proton|samsung)|sent with (proton|outlook)|get outlook for|(obtenir|obtenez|téléchargez|télécharger) outlook|von meinem .* gesendet|provenance : courrier)`)
	reForwards = regexp.MustCompile(`(?i)^\s*(tr|tr?ans|fw|fwd|wg|i|rv|transfert)\s?:`)
)

// newText is what the writer gives us to read: t up to the quoted history,
// less quoted lines and the signature; empty if nothing of it is new. signature
// is the block below it, where a line marks it as one.
//
// What is forwarded is content, not history: all of it counts from the line
// that introduces it, marked as quoted or not. That is a line of the client's
// ("Message transféré"), a block of header lines with nothing above it, or the
// first such block of a mail whose subject says that it forwards.
func newText(t, subject string) (text, signature string) {
	lines := strings.Split(t, "\n")
	plain := lines
	if strings.ContainsAny(t, "\u00a0\u202f") { // French typography before ":"
		plain = strings.Split(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(t), "\n")
	}
	forwards := reForwards.MatchString(subject)
	kept := make([]string, 0, len(lines))
	empty := true // nothing but blank lines kept so far
	for i := 0; i < len(lines); i++ {
		l := strings.TrimSpace(plain[i])
		if isForward(l) {
			kept = append(kept, lines[i:]...)
			break
		}
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
			break
		}
		if historyBegins(plain, i) {
			if forwards || empty {
				kept = append(kept, lines[i:]...)
			}
			break
		}
		if lines[i] == "-- " || l == "--" || l == "—" && !empty || isMobile(l) {
			// The signature ends the text, or goes on up to what is forwarded.
			end := forwardAfter(plain, i, forwards)
			signature = signatureBlock(lines[i+1:end], plain[i+1:end])
			kept = append(kept, lines[end:]...)
			break
		}
		if _, ok := uuBegin([]byte(l)); ok {
			for i+1 < len(lines) && strings.TrimSpace(lines[i]) != "end" {
				i++
			}
			continue
		}
		if b, ok := oldBegin([]byte(l)); ok {
			for i+1 < len(lines) && !b.ends([]byte(strings.TrimSpace(lines[i]))) {
				i++
			}
			continue
		}
		empty = empty && l == ""
		kept = append(kept, lines[i])
	}
	return strings.Trim(trimLines(strings.Join(kept, "\n")), "\n \t"), signature
}

// signatureBlock is what stands of a signature above the history.
func signatureBlock(lines, plain []string) string {
	end := 0
	for end < len(lines) && !historyBegins(plain, end) && introLines(plain, end) == 0 && !strings.HasPrefix(strings.TrimSpace(plain[end]), ">") {
		end++
	}
	return strings.Trim(trimLines(strings.Join(lines[:end], "\n")), "\n \t")
}

// forwardAfter finds the line, after i, where what is forwarded begins;
// len(lines) if there is none.
func forwardAfter(lines []string, i int, forwards bool) int {
	for i++; i < len(lines); i++ {
		if isForward(strings.TrimSpace(lines[i])) || forwards && historyBegins(lines, i) {
			break
		}
	}
	return i
}

// historyBegins tells whether line i introduces what is answered or forwarded.
func historyBegins(lines []string, i int) bool {
	l := strings.TrimSpace(lines[i])
	if l == "" || len(l) > 400 {
		return false
	}
	if isBar(l) && reOriginal.MatchString(l) {
		return true
	}
	if isBar(l) && reUnder.MatchString(l) || (l[0] == 'm' || l[0] == 'M') && reMessage.MatchString(l) {
		for k := 1; k <= 2 && i+k < len(lines); k++ {
			if isHeadFrom(strings.TrimSpace(lines[i+k])) {
				return true
			}
		}
		return false
	}
	// A block of header lines, the sender's among them: three of them within
	// seven lines. Zimbra and Orange write the date first.
	from, others := isHeadFrom(l), 0
	if !from {
		if !isHeadNext(l) {
			return false
		}
		others = 1
	}
	for k := 1; k <= 6 && i+k < len(lines); k++ {
		n := strings.TrimSpace(lines[i+k])
		switch {
		case isHeadNext(n):
			others++
		case !from && others < 3 && isHeadFrom(n):
			from = true
		}
	}
	return from && others >= 2
}

// The expressions are slow and most lines match none: what a line must have to
// match is looked for first.

func isBar(l string) bool { return l != "" && strings.IndexByte("-_*", l[0]) >= 0 }

func isForward(l string) bool {
	return (isBar(l) || strings.HasSuffix(l, ":")) && reForward.MatchString(l)
}

func isHeadFrom(l string) bool { return headed(l) && reHeadFrom.MatchString(l) }

func isHeadNext(l string) bool { return headed(l) && reHeadNext.MatchString(l) }

func headed(l string) bool {
	i := strings.IndexByte(l, ':')
	return i > 0 && i < 40
}

func isMobile(l string) bool {
	return l != "" && strings.IndexByte("eEsSgGoOtTvVpP", l[0]) >= 0 && reMobile.MatchString(l)
}

func saysWrote(l string) bool {
	for _, w := range []string{"crit", "rote", "CRIT", "ROTE", "schrie", "scrib", "schree", "screv"} {
		if strings.Contains(l, w) {
			return true
		}
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
	if saysWrote(l) && (reWrote.MatchString(l) || reWroteFR.MatchString(l) || reAnyWrote.MatchString(l) && quotedNext(lines, i+1)) {
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
		if saysWrote(l) && reWrote.MatchString(l) {
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
