package parse

import (
	"strconv"
	"strings"
)

// zoneOffset reads +0200, +02:00, +2, -0000; seconds east of UTC.
func zoneOffset(t string) (int, bool) {
	if len(t) < 2 || t[0] != '+' && t[0] != '-' {
		return 0, false
	}
	digits := strings.Replace(t[1:], ":", "", 1)
	v, err := strconv.Atoi(digits)
	if err != nil || v < 0 || len(digits) > 4 {
		return 0, false
	}
	if len(digits) <= 2 {
		v *= 100
	}
	if v/100 > 24 || v%100 > 59 {
		return 0, false
	}
	s := v/100*3600 + v%100*60
	if t[0] == '-' {
		s = -s
	}
	return s, true
}

// zoneName reads UTC, CEST, GMT+0200. The military letters other than Z are
// unknown, as RFC 5322 section 4.3 says, since RFC 822 had their sign wrong.
func zoneName(t string) (int, bool) {
	u := strings.ToUpper(t)
	for _, p := range []string{"GMT", "UTC", "UT"} {
		if rest, ok := strings.CutPrefix(u, p); ok && rest != "" {
			if off, ok := zoneOffset(rest); ok {
				return off, true
			}
		}
	}
	const h = 3600
	switch u {
	case "UT", "UTC", "GMT", "Z", "WET":
		return 0, true
	case "CET", "MET", "MEZ", "WEST", "BST":
		return h, true
	case "CEST", "MEST", "MESZ", "EET", "SAST":
		return 2 * h, true
	case "EEST", "MSK":
		return 3 * h, true
	case "JST", "KST":
		return 9 * h, true
	case "AST", "EDT":
		return -4 * h, true
	case "EST", "CDT":
		return -5 * h, true
	case "CST", "MDT":
		return -6 * h, true
	case "MST", "PDT":
		return -7 * h, true
	case "PST":
		return -8 * h, true
	case "ADT":
		return -3 * h, true
	}
	return 0, false
}

// monthNumber knows English, French, German, Spanish, Italian, Portuguese and
// Dutch names, short or in full; 0 if w is none. w is in lower case.
func monthNumber(w string) int {
	w = strings.TrimRight(w, ".")
	switch w {
	case "jan", "january", "janvier", "janv", "januar", "enero", "ene", "gennaio", "gen", "janeiro", "januari":
		return 1
	case "feb", "february", "février", "fevrier", "févr", "fevr", "fév", "fev", "februar", "febrero", "febbraio", "fevereiro", "februari":
		return 2
	case "mar", "march", "mars", "märz", "maerz", "mär", "mrz", "marzo", "março", "maart", "mrt":
		return 3
	case "apr", "april", "avril", "avr", "abril", "abr", "aprile":
		return 4
	case "may", "mai", "mayo", "maggio", "mag", "maio", "mei":
		return 5
	case "jun", "june", "juin", "juni", "junio", "giugno", "giu", "junho":
		return 6
	case "jul", "july", "juillet", "juil", "juli", "julio", "luglio", "lug", "julho":
		return 7
	case "aug", "august", "août", "aout", "aoû", "aou", "agosto", "ago", "augustus":
		return 8
	case "sep", "sept", "september", "septembre", "septiembre", "settembre", "set", "setembro":
		return 9
	case "oct", "october", "octobre", "oktober", "okt", "octubre", "ottobre", "ott", "outubro", "out":
		return 10
	case "nov", "november", "novembre", "noviembre", "novembro":
		return 11
	case "dec", "december", "décembre", "decembre", "déc", "dezember", "dez", "diciembre", "dic", "dicembre", "dezembro":
		return 12
	}
	return 0
}
