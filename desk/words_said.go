package desk

import (
	"strings"
	"time"

	"greffier/cases"
	"greffier/cases/french"
)

// saidWords says what staff said of a file, who and when.
func saidWords(at func(any) time.Time) func(*cases.Said) string {
	return func(s *cases.Said) string {
		what := map[cases.Verdict]string{cases.SaidPieces: "pièce confirmée", cases.SaidNone: "aucune pièce", cases.SaidUnreadable: "illisible", cases.SaidRefused: "refusé"}[s.Verdict]
		if s.Reason != "" {
			what += "\u00a0: " + s.Reason
		}
		return s.By + ", " + french.ShortDay(at(s.At)) + "\u00a0: " + what
	}
}

// labelQuery is the search for the cases with a label.
func labelQuery(word string) string {
	return cases.Term{Field: cases.FrenchField("label"), Op: ":", Value: word}.String()
}

// senderQuery is the search for the cases that an address wrote to.
func senderQuery(address string) string {
	return cases.Term{Field: cases.FrenchField("from"), Op: ":", Value: address}.String()
}

// askedWords says of whom a piece is asked.
func askedWords(p cases.Piece) string {
	if p.Required {
		return "à tous"
	}
	var when []string
	for _, c := range p.RequiredIf {
		switch c {
		case cases.IfGrouping:
			when = append(when, "à un groupement")
		case cases.IfPublic:
			when = append(when, "à un organisme public")
		case cases.IfDelegated:
			when = append(when, "si le signataire n’est pas le représentant légal")
		}
	}
	if when == nil {
		return "facultative"
	}
	return strings.Join(when, " ; ")
}

// shortSpan tells a duration of less than a day: "60 secondes", "15 minutes".
func shortSpan(d time.Duration) string {
	if d%time.Minute != 0 || d == time.Minute {
		return french.Plural(int(d/time.Second), "seconde", "secondes")
	}
	return span(d)
}

// euros tells an amount.
func euros(n int64) string { return french.Number(int(n)) + french.NBSP + "€" }

// doubtWord says why what was read of a fact is not to be believed.
func doubtWord(doubt string) string {
	switch {
	case strings.Contains(doubt, "check digit"):
		return "la clé de contrôle est fausse"
	case strings.Contains(doubt, "SIREN within"):
		return "ce n’est pas le SIREN contenu dans le SIRET"
	case strings.Contains(doubt, "digits") || strings.Contains(doubt, "is no digit"):
		return "le nombre de chiffres n’est pas le bon"
	case strings.Contains(doubt, "zeros"):
		return "il n’y a que des zéros"
	case strings.Contains(doubt, "amount"):
		return "ce n’est pas un montant"
	case strings.Contains(doubt, "territory"):
		return "ce n’est pas un territoire"
	}
	return "la valeur n’est pas comprise"
}
