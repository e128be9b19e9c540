package desk

import "greffier/cases"

// phaseMeans says what a phase means, and who moves a case into it.
func phaseMeans(p cases.Phase) string {
	return map[cases.Phase]string{
		cases.Declared:             "un premier message est arrivé, sans fichier ; le dossier type est parti",
		cases.Depositing:           "des fichiers sont arrivés, il manque des pièces requises",
		cases.Submitted:            "toutes les pièces requises sont là, ou un dépôt attend un arbitrage",
		cases.NotDeposited:         "l’échéance est passée sans aucun fichier",
		cases.IncompleteAtDeadline: "l’échéance est passée et des pièces requises manquent",
		cases.PhaseLate:            "le premier dépôt est arrivé après l’échéance ; une dérogation peut l’admettre",
		cases.Admissibility:        "le dossier est figé : une personne vérifie qu’il est complet et dans les délais",
		cases.CompletionRequested:  "des pièces ont été demandées par lettre, avec une échéance à elles",
		cases.Inadmissible:         "le dossier ne remplit pas les conditions de forme",
		cases.Ineligible:           "le candidat ou le projet n’entre pas dans l’appel",
		cases.Review:               "le dossier est éligible : il est étudié sur le fond",
		cases.Shortlisted:          "le comité retient le dossier pour une audition",
		cases.NotShortlisted:       "le comité ne retient pas le dossier pour une audition",
		cases.HearingScheduled:     "l’heure et le lieu de l’audition sont fixés",
		cases.Heard:                "l’audition a eu lieu",
		cases.HearingMissed:        "le candidat n’est pas venu à l’audition",
		cases.Deliberation:         "le jury délibère",
		cases.Awarded:              "le jury a choisi le projet",
		cases.Reserve:              "le projet est retenu si un lauréat renonce",
		cases.Rejected:             "le jury n’a pas choisi le projet",
		cases.Contracted:           "la convention est signée",
		cases.Withdrawn:            "le candidat renonce ; c’est réversible",
		cases.Duplicate:            "la candidature est dans un autre dossier ; c’est réversible",
		cases.NotApplication:       "ce n’est pas une candidature ; c’est réversible",
	}[p]
}
