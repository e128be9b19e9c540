package desk

import (
	"fmt"

	"greffier/cases"
)

// journalWords says in French what an entry of the journal tells.
func journalWords(event string, content map[string]any) string {
	text := func(key string) string { s, _ := content[key].(string); return s }
	switch event {
	case "case_opened":
		return "Dossier ouvert pour " + text("address")
	case "mail_opens":
		return "Message reçu ; il ouvre le dossier"
	case "mail_joins":
		return "Message reçu : " + whyWords(text("why"))
	case "mail_kept":
		return "Message conservé sans effet : " + whyWords(text("why"))
	case "mail_waiting":
		return "Message en attente à côté du dossier : " + whyWords(text("why"))
	case "mail_attached":
		return "Message rattaché"
	case "file_sorted":
		return "Fichier classé par l’équipe"
	case "mails_moved":
		return "Messages déplacés d’un dossier à l’autre"
	case "mail_opened":
		return "Ce message ouvre désormais le dossier"
	case "decided":
		return "Décision : " + decisionWord(cases.DecisionKind(text("kind")), text("verdict")) + " ; motif : " + text("motive")
	case "decision_undone":
		return "Décision annulée"
	case "view_saved":
		return "Vue enregistrée : " + text("name")
	case "view_dropped":
		return "Vue supprimée : " + text("name")
	case "letters_merged":
		return "Accusés de réception réunis en une seule lettre"
	case "letter_revived":
		return "Lettre remise en attente d’envoi"
	case "attempt_left_open":
		return "Essai d’envoi interrompu ; il est refait"
	case "file_viewed":
		return "Fichier scellé consulté\u00a0: «\u00a0" + text("file") + "\u00a0»"
	case "file_downloaded":
		return "Fichier scellé téléchargé\u00a0: «\u00a0" + text("file") + "\u00a0»"
	case "mail_downloaded":
		return "Message téléchargé, avec ses fichiers scellés"
	case "dossier_exported":
		return "Dossier scellé copié"
	case "files_scanned":
		return "Fichiers analysés par l’antivirus"
	case "snapshot_taken":
		return fmt.Sprintf("Dossier figé, version %v", content["version"])
	case "mail_refused":
		return "Message écarté"
	case "mail_taken_back":
		return "Message repris : il attend de nouveau"
	case "mail_read", "mail_assessed":
		if _, ok := content["state"]; !ok {
			return "Message examiné"
		}
	case "mail_set_aside":
		return "Message mis de côté : " + asideWord(text("reason"))
	case "mail_replayed":
		return "Message mis de côté à relire"
	case "call_set":
		return "Édition réglée : " + text("call")
	case "call_frozen":
		return "Échéance passée pour toute l’édition " + text("call")
	case "pack_set":
		return "Fichier du dossier de candidature : " + text("name")
	case "alarm_began":
		return "Alarme : " + alarmWord(text("kind"))
	case "alarm_ended":
		return "Fin de l’alarme : " + alarmWord(text("kind"))
	case "rescan_asked":
		return "Nouvelle analyse antivirus demandée"
	case "data_folder_made":
		return "Dossier de données créé"
	case "token_key_rotated":
		return "Clé des lettres remplacée"
	case "staff_added":
		return "Compte créé : " + text("name")
	case "staff_disabled":
		return "Compte fermé : " + text("name")
	case "staff_enabled":
		return "Compte rouvert : " + text("name")
	case "staff_password_set":
		return "Mot de passe changé : " + text("name")
	case "staff_link_made":
		return "Lien de connexion créé : " + text("name")
	case "staff_signed_in":
		return "Connexion"
	case "staff_signed_out":
		return "Déconnexion"
	case "task_done":
		return "Tâche terminée : " + taskWord(text("kind"))
	case "task_opened":
		return "Tâche ouverte : " + taskWord(text("kind"))
	case "task_finished":
		return "Tâche faite : " + taskWord(text("kind")) + " ; " + text("word")
	case "task_reopened":
		return "Tâche rouverte : " + taskWord(text("kind"))
	case "note_written":
		return "Note : " + text("text")
	case "case_assigned":
		if text("to") == "" {
			return "Attribué à personne"
		}
		return "Attribué à " + text("to")
	case "case_labelled":
		return "Étiquette posée : " + text("label")
	case "case_unlabelled":
		return "Étiquette retirée : " + text("label")
	case "letter_owed":
		return "Lettre décidée : " + letterWord(cases.LetterKind(text("kind"))) + ", à " + text("to")
	case "letter_worded":
		return "Lettre rédigée"
	case "letter_sent":
		return "Lettre envoyée ; réponse du serveur : " + text("answer")
	case "letter_retrying":
		return "Envoi remis à plus tard ; réponse du serveur : " + text("answer")
	case "letter_refused":
		return "Lettre refusée ; réponse du serveur : " + text("answer")
	case "letter_bounced":
		return "Lettre non remise"
	case "letter_cancelled":
		return "Lettre annulée"
	case "letter_held":
		return "Lettre retenue : une limite d’envoi est atteinte"
	case "complement_asked":
		return "Complément demandé"
	case "complement_prolonged":
		return "Complément prolongé"
	case "complement_withdrawn":
		return "Complément retiré"
	case "complement_met":
		return "Tout ce que le complément demandait est arrivé"
	case "complement_passed":
		return "L’échéance du complément est passée"
	case "address_given":
		return "Adresse donnée par l’équipe : " + text("address")
	case "address_refused":
		return "Adresse refusée par son serveur : plus de rappels à cette adresse"
	}
	if words := stateWords(event, content); words != "" {
		return words
	}
	return "Événement technique (" + event + ")"
}

// stateWords says where an entry left the case; "" of other entries.
func stateWords(event string, content map[string]any) string {
	what := map[string]string{
		"mail_assessed": "Message examiné", "case_reassessed": "Dossier réexaminé", "pieces_rescanned": "Pièces réexaminées après l’antivirus", "deadline_passed": "L’échéance est passée",
		"case_reopened": "Dossier rouvert", "case_merged": "Dossier réuni à un autre", "case_joined": "Un autre dossier est réuni à celui-ci", "case_split": "Messages séparés du dossier",
		"merge_undone": "Réunion annulée", "split_undone": "Séparation annulée", "deposits_arbitrated": "Dépôt arbitré", "arbitration_undone": "Arbitrage annulé",
		"case_derogated": "Dossier admis par dérogation", "derogation_undone": "Dérogation annulée", "phase_decided": "Phase décidée", "phase_set": "Phase fixée",
		"fact_set": "Fait écrit par l’équipe", "fact_confirmed": "Fait confirmé par l’équipe", "fact_unset": "Fait rendu à la machine",
	}[event]
	state, ok := content["state"].(map[string]any)
	if !ok {
		return what
	}
	phase, ok := state["phase"].(string)
	if !ok || cases.Phase(phase).Label() == "" {
		return what
	}
	if state["completeness"] == string(cases.Complete) {
		return what + " ; phase : " + cases.Phase(phase).Label() + ", complet"
	}
	return what + " ; phase : " + cases.Phase(phase).Label()
}

// alarmWord says what an alarm is about.
func alarmWord(kind string) string {
	words := map[string]string{"fetch": "la boîte aux lettres n’est pas lue", "smtp": "les lettres ne partent pas", "outbox": "une lettre aurait dû partir", "disk": "la place manque sur le disque",
		"secret": "le secret de connexion expire", "clamd": "l’antivirus ne répond pas", "assess": "les fichiers ne peuvent pas être examinés",
		"imap_login": "la connexion à la boîte aux lettres est refusée", "imap_connection": "la boîte aux lettres ne répond pas"}
	if w, ok := words[kind]; ok {
		return w
	}
	return "autre (" + kind + ")"
}
