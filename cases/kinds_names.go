package cases

import (
	"regexp"
	"strings"
	"sync"
)

// others are how documents and files that are no piece name themselves: whatever
// words of pieces follow, they are none.
var others = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:` + strings.Join([]string{
		`(?:factures?|devis|bon de commande|bordereau d envoi)`, `avis d appel public`, `avenant (?:n |no )?(?:[0-9]+ )?au (?:marche|contrat|bail)`, `(?:contrat|convention) de (?:stage|bail|location)`, `accuses? (?:de )?reception`,
		`reglement (?:\w+ ){0,3}(?:aap|ami|appel|hubs?|candidatures?|consultation)`, `(?:aap|ami|hubs?) reglement`, `cahier des charges`, `liste des pieces (?:a |demandees)\w*(?: \w+)?`,
		`convocation (?:a|au|aux|ag|age|ago)`, `ordre du jour`, `(?:invitation|inscription) (?:a|au|aux)`, `compte rendu (?:\w+ ){0,3}(?:reunion|copil|cotech|comite|entretien|rencontre|seance|atelier|visite)`,
		`cr (?:de )?(?:la |du )?(?:reunion|copil|cotech|comite|bureau|ca|ag|conseil)`, `revue de presse`, `communique de presse`, `article de presse`, `mode d emploi`, `plan d acces`, `bulletin d adhesion`, `foire aux questions`, `faq`,
		`releves? (?:de )?comptes?`, `(?:bulletin|fiche) de (?:paie|salaire)`, `contrat de travail`, `attestation d assurance`, `questionnaire`, `newsletter`, `offre (?:d emploi|de stage)`, `lettre d info\w*`, `mise a disposition de (?:locaux|salle)`,
		`feuille d emargement`, `a (?:completer|fournir|remplir|renvoyer)`, `vierges?`, `check ?lists?`, `gabarits?`, `marches? publics? (?:\w+ )*(?:acte d engagement|cctp|ccap|dce|ae|avis)`, `questions? (?:sur|concernant|relatives?|a propos)`, `^att ?[0-9]{4,}`, `pieces manquantes`, `transmission (?:de |du |des )?(?:notre|nos|mon|mes|pieces|documents|dossier)`, `lettre d invitation`, `releve de (?:decisions|conclusions) (?:\w+ ){0,3}(?:copil|cotech|comite (?:de pilotage|technique|de suivi)|reunion|groupe de travail)`, `programme de (?:la |formation)`,
	}, "|") + `)\b`)
})

// otherNames are words of file names that are no piece, and that a piece may well
// hold in its text. One that heads the name decides; behind a word that is sure,
// it does not ("budget du programme").
var otherNames = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:` + strings.Join([]string{
		`affiches?`, `covid\w*`, `protocoles? sanitaires?`, `flyers?`, `tracts?`, `brochures?`, `depliants?`, `kakemonos?`, `plaquettes? (?:de )?(?:presentation|communication|institutionnelle|commerciale|asso\w*)`, `livrets? d accueil`, `charte graphique`, `dossiers? de presse`,
		`^reunions?`, `reunions? (?:de |du |d |des |la )?(?:equipe|ca|bureau|copil|publique|information|preparatoire|service|travail|lancement|[0-9]+)`, `seminaires?`, `journees?`, `ateliers?`, `formations?`, `visites?`, `rencontres?`, `conferences?`, `evenements?`, `inaugurations?`, `invitations?`, `convocations?`, `stages?`, `enquetes?`, `etudes?`, `diagnostics?`, `cartographies?`,
		`guides?`, `tutos?`, `tutoriels?`, `notices?`, `mentions legales`, `rgpd`, `webinaires?`, `diaporamas?`, `programmes?`, `replay`,
		`annuaires?`, `contacts?`, `(?:listes?|tableaux?) (?:de |des |d )?(?:diffusion|participants?|inscrits?|invites?|presents?|adherents?|contacts?|courses|mails?|e ?mails?)`, `trajets?`, `itineraires?`, `reservations?`, `billets?`, `horaires?`, `menus?`,
		`articles? (?:de |du |d |presse|journal|ouest|la|le|sud)\w*`, `notes? de frais`, `memos?`, `brouillons? mail`, `droits? (?:a l )?image`, `(?:formulaires?|bulletins?|fiches?|dossiers?) (?:d |de )?(?:inscription|adhesion|contact|abonnement|conges?)`,
	}, "|") + `)\b`)
})

// numbering is what stands before the first noun of a file name.
var numbering = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:(?:pj|pieces?|annexes?|doc|documents?|copie|de|la|le|les|scan|v|n|no|aap|ami|hubs?|[0-9]+) )*$`)
})

// pictures are names of what is only to be looked at; photographed, of pictures
// that may be those of a document.
var (
	pictures = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:logos?|visuels?|cartes?|signature)\b`)
	})
	photographed = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:photos?|captures?|images?)\b`) })
)

// aboutProject are the words that stand beside those of the project in the name of
// an application; nameOfCall those that every file of a call may have.
var (
	aboutProject = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:aap|ami|hubs?|projets?|dossiers?|fiches?|notes?|textes?|notre|mon|nos|de|du|des|d|la|le|les|l|en|et|pour|annexes?|pj|pieces?|doc|documents?|descriptifs?|presentation|synth\w*|detail\w*|complet\w*|rempli\w*|signe\w*|final\w*|def\w*|v|vf|vdef|version|scan\w*|copie|principal\w*|global\w*|candidat\w*|appel|france|connectee|numeriques?|inclusi\w+|territoria\w+|region|departement|cd|n|no|num|[0-9]+|[a-z]?[0-9]+)$`)
	})
	nameOfCall = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:aap|ami|hubs?|appel)$`) })
)

// leads reports whether a word of the project is what the name is about, and no
// other noun before it: "fiche projet", not "tableau de marche du projet". The
// name of the call says so only where hardly another word stands in the name:
// "Hub Bretagne", not "hub roadmap 2021".
func leads(name string, m mention) bool {
	if strings.HasPrefix(m.in(name), "dossier") {
		return true
	}
	if unknownWords(name[:m.start]) > 0 {
		return false
	}
	return !nameOfCall().MatchString(m.in(name)) || unknownWords(name[m.end:]) <= 1
}

// unknownWords counts the words that are no territory and say nothing of a project.
func unknownWords(folded string) (n int) {
	for words := strings.Fields(folded); len(words) > 0; {
		if at, _, _ := territoryAt(words); at > 0 {
			words = words[at:]
			continue
		}
		n += boolInt(!aboutProject().MatchString(words[0]))
		words = words[1:]
	}
	return n
}
