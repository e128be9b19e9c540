package main

import (
	"fmt"
	"strings"
)

// need says when a piece is asked for.
type need int

const (
	always need = iota
	depends
	optional
)

// piece is one document of a deposit. Its id is the one of the default
// configuration, its label the one the letters quote.
type piece struct {
	id      string
	label   string
	need    need
	when    string // for a piece that depends: in which case
	what    string
	formats string
	files   string // name to give to the file, several separated by " ; "
}

const (
	scanned = "PDF ; à défaut JPEG ou PNG lisible"
	asPDF   = "PDF"
)

// pieces lists the documents of a deposit. The last closed year before the
// edition dates the examples of file names.
func pieces(e edition) []piece {
	year := e.opens.Year() - 1
	return []piece{
		{"dossier_candidature", "Dossier de candidature complété et signé", always, "", "Le formulaire joint, rempli dans toutes ses rubriques et signé : au choix « dossier-de-candidature.docx » (Word) ou « dossier-de-candidature.pdf » (formulaire PDF). Les questions sont les mêmes ; un seul des deux suffit.", "Formulaire rempli (PDF, DOCX ou ODT), et PDF du document signé à la main", "dossier-de-candidature-NOM.pdf"},
		{"budget", "Budget prévisionnel et plan de financement", always, "", "Le classeur joint « budget-previsionnel.xlsx », complété et équilibré. Gardez-le sous forme de classeur : les calculs doivent rester lisibles.", "XLSX ou ODS", "budget-previsionnel-NOM.xlsx"},
		{"lettres_engagement", "Lettres d'engagement des partenaires et cofinanceurs", always, "", "Une lettre datée et signée par partenaire ou cofinanceur, un fichier par lettre. Le modèle joint peut servir ; il n'est pas obligatoire.", scanned, "lettre-engagement-PARTENAIRE.pdf"},
		{"statuts", "Statuts signés ou convention constitutive", always, "", "Les statuts en vigueur, datés et signés ; pour un groupement d'intérêt public, la convention constitutive.", scanned, "statuts-NOM.pdf"},
		{"immatriculation", "Kbis, récépissé de déclaration ou avis SIRENE", always, "", "Le document qui prouve l'existence de l'organisation : extrait Kbis pour une société, récépissé de déclaration pour une association, avis de situation au répertoire SIRENE pour les autres.", scanned, "kbis-NOM.pdf ; recepisse-NOM.pdf ; avis-sirene-NOM.pdf"},
		{"comptes_annuels", "Bilans et comptes de résultat des derniers exercices", always, "", "Le bilan et le compte de résultat des derniers exercices clos, un fichier par exercice.", "PDF ; XLSX ou ODS accepté", fmt.Sprintf("comptes-annuels-%d-NOM.pdf", year)},
		{"rib", "Relevé d'identité bancaire", always, "", "Le relevé du compte sur lequel une aide serait versée, au nom exact du candidat ou du chef de file.", scanned, "rib-NOM.pdf"},
		{"accord_consortium", "Accord de groupement, mandat du chef de file", depends, "La candidature est portée par plusieurs organisations.", "L'accord signé de tous les membres, qui désigne le chef de file et lui donne mandat.", scanned, "accord-de-groupement-NOM.pdf"},
		{"deliberation", "Délibération approuvant le projet", depends, "Le candidat, ou un membre du groupement, est un organisme public.", "La délibération de l'organe compétent qui approuve le projet.", scanned, "deliberation-NOM.pdf"},
		{"pouvoir_signature", "Délégation de signature", depends, "La personne qui signe n'est pas le représentant légal.", "L'acte daté et signé qui donne pouvoir au signataire.", scanned, "delegation-de-signature-NOM.pdf"},
		{"dirigeants", "Liste des dirigeants", optional, "", "Noms et fonctions des membres des organes de direction.", asPDF, "liste-des-dirigeants-NOM.pdf"},
		{"attestation_regularite", "Attestations fiscale et sociale", optional, "", "Attestations de régularité délivrées par les organismes compétents.", asPDF, "attestation-fiscale-NOM.pdf ; attestation-sociale-NOM.pdf"},
		{"rapport_activite", "Rapport d'activité", optional, "", "Le dernier rapport d'activité.", asPDF, fmt.Sprintf("rapport-activite-%d-NOM.pdf", year)},
		{"calendrier", "Calendrier prévisionnel", optional, "", "Le calendrier détaillé du projet, s'il dépasse celui du dossier.", "PDF, XLSX ou ODS", "calendrier-NOM.pdf"},
		{"equipe_cv", "Équipe et références", optional, "", "Présentation de l'équipe, curriculum vitæ, références.", asPDF, "equipe-NOM.pdf"},
	}
}

// piecesList is the document « Liste des pièces ».
func piecesList(e edition) document {
	d := document{
		title:    "Liste des pièces",
		subtitle: e.title(),
		subject:  "Pièces à joindre à une candidature, formats et noms de fichier",
		short:    "Liste des pièces – " + e.name,
		wide:     true,
	}
	d.blocks = append(d.blocks,
		note("**Envoyez vos fichiers à %s au plus tard le %s.** Un fichier par pièce ; le nom du fichier dit la pièce ; ni mot de passe, ni lien de téléchargement.", e.mailbox, e.deadlineText()),
		p("Dans les noms conseillés, remplacez NOM par le nom court de votre organisation, sans accent ni espace. Ces noms aident à reconnaître vos pièces ; un fichier nommé autrement est reçu et examiné comme les autres."),
		h1("Pièces obligatoires pour tous"),
		piecesTable(e, always, "Pièces obligatoires pour tous les candidats"),
		h1("Pièces obligatoires selon votre situation"),
		piecesTable(e, depends, "Pièces obligatoires selon la situation du candidat"),
		h1("Pièces facultatives"),
		p("Leur absence ne rend pas le dossier incomplet."),
		piecesTable(e, optional, "Pièces facultatives"),
		h1("Préparer les fichiers"),
		list{items: []string{
			"**Un fichier par pièce.** Ne réunissez pas plusieurs pièces dans un même fichier.",
			"**Pas de mot de passe**, ni sur un PDF, ni sur un classeur, ni sur une archive : un fichier protégé ne peut pas être lu et la pièce serait déclarée illisible.",
			"**Pas de lien** vers un service de transfert ou de partage : un lien n'est pas un dépôt, il n'est jamais suivi. Joignez le fichier au message.",
			"**Des documents lisibles** : pages droites, complètes et dans l'ordre. Relisez chaque fichier avant l'envoi.",
			"**Pas de macros** dans les classeurs et les documents.",
			"Une archive ZIP est acceptée si elle n'est pas protégée ; les règles ci-dessus valent pour chaque fichier qu'elle contient.",
		}},
		h1("Envoyer en plusieurs messages"),
		p("Le courriel auquel cette liste est jointe indique la taille maximale d'un message. Votre propre messagerie peut imposer une limite plus basse. Si vos fichiers sont trop lourds :"),
		list{numbered: true, items: []string{
			"répartissez-les en plusieurs messages, sans couper un fichier ;",
			"numérotez l'objet : « Dossier de candidature (1/3) », « (2/3) », « (3/3) » ;",
			"envoyez chaque message en **réponse** à notre courriel, ou rappelez dans l'objet la référence de votre dossier ;",
			"vérifiez que chaque message a reçu son accusé de réception.",
		}},
		p("C'est l'instant de réception de **chaque message** qui compte : le dernier doit lui aussi être reçu dans les délais."),
		h1("Corriger ou compléter"),
		p("Jusqu'à la date limite, vous pouvez compléter votre dossier ou remplacer une pièce par un nouvel envoi. Gardez le même nom de fichier et ajoutez un numéro de version, par exemple « budget-previsionnel-NOM-v2.xlsx »."))
	return d
}

// piecesTable is the table of the pieces asked for as wanted says.
func piecesTable(e edition, wanted need, caption string) table {
	t := table{
		caption: caption,
		widths:  []int{24, 42, 17, 25},
		head:    []string{"Pièce", "Ce que c'est", "Formats acceptés", "Nom de fichier conseillé"},
	}
	if wanted == depends {
		t.widths = []int{22, 24, 28, 13, 22}
		t.head = []string{"Pièce", "Quand", "Ce que c'est", "Formats acceptés", "Nom de fichier conseillé"}
	}
	for _, piece := range pieces(e) {
		if piece.need != wanted {
			continue
		}
		row := []cell{words(piece.label)}
		if wanted == depends {
			row = append(row, words(piece.when))
		}
		t.rows = append(t.rows, append(row, words(piece.what), words(piece.formats), fileNames(piece.files)))
	}
	return t
}

// fileNames shows each name on its own line.
func fileNames(names string) cell {
	var c cell
	for _, n := range strings.Split(names, " ; ") {
		c = append(c, paragraph{text: n})
	}
	return c
}
