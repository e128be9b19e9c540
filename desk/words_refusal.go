package desk

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/french"
	"greffier/cases/store"
)

// refusalWords says in French why the store did not do what was asked; false where
// the error is something else.
func refusalWords(err error) (text string, ok bool) {
	var r *store.Refusal
	if !errors.As(err, &r) {
		return "", false
	}
	words := map[store.Why]string{
		store.WhyDecided:      "Le sort de ce dossier est décidé, ou une décision est en préparation : rien ne se change dessous.",
		store.WhySetAside:     "Ce dossier est écarté (désistement, doublon ou hors objet) : il faut d’abord le reprendre.",
		store.WhyNotAside:     "Ce dossier n’est pas écarté : il n’y a rien à reprendre.",
		store.WhyMerged:       "Ce dossier a été réuni à un autre : c’est la réunion qu’il faut annuler.",
		store.WhyEmpty:        "Ce dossier n’a plus aucun message : rattachez-lui-en un.",
		store.WhyGoneOn:       "Ce dossier est trop avancé : cela ne se fait que jusqu’à l’examen de recevabilité.",
		store.WhyNotLate:      "Ce dossier n’est pas hors délai : une dérogation n’a pas d’objet.",
		store.WhyNothing:      "Il n’y a plus rien à faire ici : quelqu’un l’a déjà fait.",
		store.WhyLater:        "Une décision plus récente s’appuie sur celle-ci : annulez d’abord la plus récente.",
		store.WhyMotive:       "Écrivez un motif : il reste avec le dossier.",
		store.WhySameCase:     "C’est le même dossier : écrivez la référence de l’autre.",
		store.WhyOtherEdition: "Ces dossiers sont de deux éditions différentes : chacune garde le sien.",
		store.WhyComplement:   "Un complément a été demandé pour ce dossier et lui reste attaché : réunissez l’autre dossier à celui-ci.",
		store.WhyNoMail:       "Cochez au moins un message.",
		store.WhyOpener:       "Le message qui a ouvert le dossier ne peut pas le quitter : séparez les autres.",
		store.WhyNotItsMail:   "Un des messages n’est plus dans ce dossier.",
		store.WhyNoCandidate:  "Le premier message coché ne vient pas d’un candidat : écrivez la référence du dossier qui le prend.",
		store.WhyUnrecognised: "Aucune pièce n’est reconnue dans ce fichier : dites laquelle c’est.",
		store.WhyWhichPiece:   "Cochez au moins une pièce.",
		store.WhyReason:       "Écrivez la raison : un fichier ne se refuse pas sans elle.",
		store.WhyDoubtful:     "Ce qui a été lu ne peut pas être juste : corrigez-le.",
		store.WhyUntold:       "Rien ne le dit encore : écrivez-le.",
		store.WhyValue:        "Cette valeur n’est pas comprise.",
		store.WhyText:         fmt.Sprintf("Écrivez un texte : %s caractères au plus pour une note, %d pour une étiquette.", french.Number(cases.NoteMost), cases.LabelMost),
		store.WhyNobody:       "Aucun collègue de ce nom ne peut se connecter.",
		store.WhyByItsAct:     "Cette tâche se termine par la décision qu’elle demande.",
	}
	return words[r.Why], true
}

// valueWords says what may be written for a fact.
func valueWords(name cases.FactName) string {
	switch name {
	case cases.FactSIREN:
		return "Un SIREN a neuf chiffres, dont le dernier est une clé de contrôle."
	case cases.FactSIRET:
		return "Un SIRET a quatorze chiffres, dont le dernier est une clé de contrôle."
	case cases.FactAmount, cases.FactCost:
		return "Un montant en euros, par exemple 450 000 ou 450 000,50."
	case cases.FactTax:
		return "HT ou TTC."
	case cases.FactGrouping, cases.FactQPV, cases.FactTownCentre:
		return "Oui ou non."
	case cases.FactTerritory:
		return "Tous les territoires, par code ou par nom, entre virgules : 22, 29, Martinique."
	case cases.FactPartner:
		return "Tous les partenaires, entre points-virgules."
	}
	return "En quelques mots."
}

// kinshipWords says in French why two cases may be one, or a mail of another
// candidate than its case.
func kinshipWords(reason string) string {
	if named, found := strings.CutPrefix(reason, "may be another candidacy: the mail names "); found {
		new, old, _ := strings.Cut(named, ", earlier ones ")
		return "le message nomme " + quoted(new) + ", les précédents " + quoted(old)
	}
	_, why, found := strings.Cut(reason, ": ")
	if !found {
		return "à vérifier"
	}
	var out []string
	for _, r := range strings.Split(why, "; ") {
		what, key, _ := strings.Cut(r, ": ")
		word := map[string]string{"the same number in the register": "même numéro SIREN", "the same file": "même fichier", "the same name": "même nom",
			"the same sender": "même expéditeur", "addresses of one domain": "adresses du même domaine", "nearly the same name": "noms presque identiques"}[what]
		if word == "" {
			word = "autre indice"
		}
		out = append(out, word+"\u00a0: "+strings.TrimPrefix(key, "SHA-256 "))
	}
	return strings.Join(out, " ; ")
}

// quoted puts what is between straight quotes between French ones.
func quoted(s string) string {
	if u, err := strconv.Unquote(s); err == nil {
		s = u
	}
	return "«\u00a0" + s + "\u00a0»"
}
