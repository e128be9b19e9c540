package cases

import (
	"slices"
	"strings"
)

// Staff search in French: each field, and each value that is one of a list, has a
// French word beside the one of the programs. Accents, capitals and hyphens do
// not count: phase:dossier-depose is phase:"Dossier déposé" is phase:submitted.

// FrenchField gives the French name of a field; "" for one that there is not.
func FrenchField(name string) string {
	return map[string]string{"phase": "phase", "call": "appel", "ref": "référence", "timeliness": "délai", "completeness": "complétude", "missing": "manque", "piece": "pièce",
		"status": "état", "dept": "territoire", "from": "de", "file": "fichier", "task": "tâche", "assigned": "attribué", "label": "étiquette", "letter": "lettre", "has": "avec",
		"received": "reçu", "opened": "ouvert", "deposited": "déposé", "before": "avant", "after": "après"}[name]
}

// FrenchValue gives the French word for a value of a field, in one word; "" where
// the value is no word of the programs.
func FrenchValue(field, value string) string {
	if field == "phase" {
		return strings.ReplaceAll(strings.ToLower(Phase(value).Label()), " ", "-")
	}
	return frenchValues(field)[value]
}

func frenchValues(field string) map[string]string {
	switch field {
	case "timeliness":
		return map[string]string{string(OnTime): "dans-les-délais", string(ToArbitrate): "à-arbitrer", string(Late): "hors-délai", "none": "aucun-dépôt"}
	case "completeness":
		return map[string]string{string(Complete): "complet", string(Incomplete): "incomplet"}
	case "status":
		return map[string]string{string(Missing): "manquante", string(Present): "présente", string(Doubtful): "à-vérifier", string(Unreadable): "illisible", string(ByLink): "lien", string(Infected): "infectée", string(Refused): "refusée"}
	case "has":
		return map[string]string{"link": "lien", "file": "fichier", "unsorted": "à-classer", "task": "tâche", "waiting": "en-attente", "bounce": "non-remise", "fact": "fait", "note": "note"}
	case "before", "after":
		return map[string]string{"deadline": "échéance"}
	case "assigned":
		return map[string]string{Me: "moi", Nobody: "personne", AnyValue: "quelqu’un"}
	case "missing", "label":
		return map[string]string{AnyValue: "une"}
	case "task":
		return map[string]string{AnyValue: "une", "arbitrate": "à-arbitrer", "unreadable": "illisible", "to_sort": "à-classer", "message": "à-lire", "to_attach": "à-rattacher", "by_link": "lien",
			"withdrawal": "désistement", "new_sender": "nouvelle-adresse", "bounce": "non-remise", "refused": "refusée", "held": "retenue", "challenge": "antispam", "oversize": "trop-volumineux",
			"merge_proposed": "à-réunir", "split_proposed": "à-séparer", "complement": "complément", "infected": "infecté", "dangerous": "dangereux"}
	case "letter":
		return map[string]string{string(LetterPack): "dossier-type", string(LetterAck): "accusé", string(LetterReceived): "bien-reçu", string(LetterWaiting): "en-attente", string(LetterReminder): "rappel",
			string(LetterIncomplete): "incomplet", string(LetterLate): "hors-délai", string(LetterClosed): "appel-clos", string(LetterOversize): "trop-volumineux", string(LetterWithdrawal): "désistement",
			string(LetterReply): "réponse", string(LetterComplement): "complément", string(LetterResend): "nouvel-envoi", string(LetterHearing): "audition", string(LetterResult): "décision",
			string(LetterDigest): "résumé", string(LetterAlarm): "alarme"}
	}
	return nil
}

// fieldNamed gives the place of a field among fields, by its name or its French
// one; -1: there is none.
func fieldNamed(fields []QueryField, name string) int {
	key := Fold(name)
	if key == "edition" {
		key = "call"
	}
	if key == "departement" || key == "region" {
		key = "dept"
	}
	return slices.IndexFunc(fields, func(f QueryField) bool {
		return f.Name == strings.ToLower(name) || f.Name == key || Fold(FrenchField(f.Name)) == key
	})
}

// plainValue gives the value that the programs know for one in French, or the
// value as it is. A piece may be given by its label.
func plainValue(field *QueryField, value string, calls Calls) string {
	key := Fold(value)
	if key == "" {
		return value
	}
	for _, known := range field.Values {
		if Fold(FrenchValue(field.Name, known)) == key {
			return known
		}
	}
	for known, french := range frenchValues(field.Name) {
		if Fold(french) == key {
			return known
		}
	}
	if field.Name == "piece" || field.Name == "missing" {
		for _, c := range calls {
			for _, p := range c.Pieces {
				if Fold(p.Label) == key {
					return p.ID
				}
			}
		}
	}
	return value
}
