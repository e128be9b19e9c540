package cases

import (
	"regexp"
	"strings"
	"sync"
)

// kind is what the world knows of a kind of document: how it is headed and what
// only it says. The kinds carry the ids of the pieces that funders ask for; a
// piece with an id of the operator's own has only the patterns he writes.
//
// All patterns are over folded text (see Fold).
type kind struct {
	names  []string // what file names call it, beside the patterns of the call
	hints  []string // names that it often has, and other documents too
	titles []string // how such a document is headed
	needs  string   // a title is believed only where this stands in the text too
	says   [][]string
	unless string // what a document of the kind never says
	iban   bool   // it holds a bank account
	// misleading are names that hold the words of the kind and mean another.
	misleading string

	re kindPatterns
}

type kindPatterns struct {
	names, hints       []*regexp.Regexp
	titles             []*regexp.Regexp
	says               [][]*regexp.Regexp
	needs, unless, not *regexp.Regexp
}

func (k *kind) compile() {
	k.re.names, k.re.hints, k.re.titles = wholeWords(k.names), wholeWords(k.hints), wholeWords(k.titles)
	for _, set := range k.says {
		k.re.says = append(k.re.says, wholeWords(set))
	}
	for _, p := range []struct {
		expr string
		re   **regexp.Regexp
	}{{k.needs, &k.re.needs}, {k.unless, &k.re.unless}, {k.misleading, &k.re.not}} {
		if p.expr != "" {
			*p.re = regexp.MustCompile(`\b(?:` + p.expr + `)\b`)
		}
	}
}

func wholeWords(exprs []string) (res []*regexp.Regexp) {
	for _, expr := range exprs {
		res = append(res, regexp.MustCompile(`\b(?:`+expr+`)\b`))
	}
	return res
}

func (k *kind) misleads(name string) bool {
	return k != nil && k.re.not != nil && k.re.not.MatchString(name)
}

// others are how documents and files that are no piece name themselves: whatever
// words of pieces follow, they are none.
var others = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:` + strings.Join([]string{
		`(?:factures?|devis|bon de commande|bordereau d envoi)`, `accuses? (?:de )?reception`,
		`reglement (?:\w+ ){0,3}(?:aap|ami|appel|hubs?|candidatures?|consultation)`, `(?:aap|ami|hubs?) reglement`, `cahier des charges`, `liste des pieces (?:a |demandees)\w*(?: \w+)?`,
		`convocation (?:a|au|aux|ag|age|ago)`, `ordre du jour`, `(?:invitation|inscription) (?:a|au|aux)`, `compte rendu (?:de |du |d )?(?:\w+ )?(?:reunion|copil|cotech|comite|entretien|rencontre)`,
		`cr (?:de )?(?:la )?(?:reunion|copil|cotech|comite)`, `revue de presse`, `communique de presse`, `article de presse`, `mode d emploi`, `plan d acces`, `bulletin d adhesion`, `foire aux questions`,
		`releves? (?:de )?comptes?`, `(?:bulletin|fiche) de (?:paie|salaire)`, `contrat de travail`, `attestation d assurance`, `questionnaire`, `newsletter`, `offre (?:d emploi|de stage)`, `lettre d information`, `mise a disposition de (?:locaux|salle)`,
		`feuille d emargement`, `programme de (?:la |formation)`,
	}, "|") + `)\b`)
})

// pictures are names of what is only to be looked at.
var pictures = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:photos?|logos?|captures?|images?|visuels?|affiches?|flyers?|cartes?|signature)\b`)
})

func kindOf(p *Piece) *kind { return kinds()[p.ID] }

// closing is how letters end.
const closing = `agreer|salutations|cordialement|veuillez|je vous prie|fait (?:a|le)|pour valoir ce que de droit`

// contents heads a table of contents: the titles behind it are of chapters.
const contents = `sommaire|table des matieres`

// kinds are by piece id. They are compiled when first asked for: most commands
// never are.
var kinds = sync.OnceValue(func() map[string]*kind {
	all := knownKinds()
	for _, k := range all {
		k.compile()
	}
	return all
})

func knownKinds() map[string]*kind {
	return map[string]*kind{
		"dossier_candidature": {
			names: []string{`dossier (?:de |d )?(?:reponse|candidature|technique|presentation|projet|complet)s?`, `notes? (?:technique|synthetique|de cadrage|descriptive)`, `acte d engagement`, `cerfa(?: [0-9]+)*`},
			hints: []string{`projets?`, `dossiers?`},
			titles: []string{
				`(?:dossier|formulaire|acte|note|memoire) de (?:candidature|reponse)`, `dossier (?:technique|projet|de presentation|de projet)`,
				`reponse a l (?:appel|ami|aap)`, `memoire technique`, `note (?:de presentation|d intention|descriptive|de synthese)`, `presentation du (?:projet|hub)`,
				`candidature (?:portee|presentee|deposee) par`, `candidature (?:a l |au |de |du |pour )?(?:appel|hub|titre|groupement)`,
			},
			says: [][]string{
				{`hubs?`, `gouvernance`, `partenaires|acteurs`, `budget|moyens|missions?`},
				{`(?:presentation|description|descriptif) (?:du|de la|de l|des) (?:candidat|projet|porteur|structure|groupement|hub|consortium)s?`, `territoires?|departements?`, `gouvernance|partenaires|missions?`, `hubs?`},
				{contents, `presentation|contexte|enjeux|candidat`, `gouvernance|partenaires|missions?`, `hubs?|projet`},
			},
			misleading: `recepisse|accuse de reception`,
		},
		"budget": {
			names: []string{`depenses (?:et )?recettes`, `estimat\w+`, `annexes? (?:budgetaires?|financieres?)(?: \w+)*`, `plan (?:de )?fi(?:nancier)?`, `prev(?:isionnel)? ?(?:financier|20[0-9]{2})(?: 20[0-9]{2})?`, `(?:tableaux?|fiches?|elements?|volets?|donnees?|simulations?) (?:de )?(?:budgetaires?|financiere?s?|chiffre\w*)`, `chiffrages?(?: \w+)*`, `budgetisation`, `couts? (?:du |de l |previsionnels?|projet)(?: ?\w+)?`},
			hints: []string{`financements?`, `financiere?s?`, `couts?`},
			titles: []string{
				`budgets? (?:du |de l |de la |de |des )?(?:previsionnels?|projet|action|hub|global|detaille|triennal|pluriannuel|20[0-9]{2})`, `plans? de financement`,
				`(?:compte de resultat|compte d exploitation|bilan|tableau de financement)s? previsionnels?`, `annexes? (?:financieres?|budgetaires?)`, `business plan`, `plan d affaires`,
			},
			says: [][]string{
				{`charges|depenses|emplois`, `produits|recettes|ressources`, `subventions?|financeurs?|cofinance\w*|previsionnel\w*|demandes?|sollicites?`},
				{`cout total`, `montant (?:demande|sollicite)|aide (?:demandee|sollicitee)|autofinancement`},
			},
			needs:      `charges|depenses|emplois|couts?|montants?|produits|recettes|ressources|totaux|total|financeurs?`,
			unless:     `exercice clos|commissaires? aux comptes|capitaux propres`,
			misleading: `notification|lettre|attestation`,
		},
		"lettres_engagement": {
			names: []string{`l(?:ettre)? (?:d )?(?:engagements?|intentions?|soutiens?)`, `engagements? [a-z]\w+`, `(?:lettres?|courriers?) (?:de |du |d |des )?(?:un )?(?:partenaires?|cofinanceurs?|financeurs?)`, `lettres? (?:de )?(?:cofinance\w*|confirmation|participation)`},
			hints: []string{`partenaires?`, `soutiens?`, `engagements?`, `cofinanceurs?`, `^(?:pj ?)?(?:[0-9]+ )*(?:lettres?|courriers?)(?: \w+)*`},
			titles: []string{
				`(?:lettre|courrier|attestation|declaration|certificat)s? (?:d |de |du )?(?:engagements?|intentions?|soutiens?|cofinancement|partenariat|participation|appui)`,
				`objet (?:\w+ ){0,6}(?:soutien|engagement|cofinancement|partenariat|participation|intention)`,
			},
			says: [][]string{
				{`s engage(?:nt|ra|ront)?|m engage|nous engageons|notre engagement|son engagement|son concours financier`, `projets?|hubs?|candidature`, closing},
				{`soutiens?|soutenir|soutient|soutenons|soutiendra|appui\w*|appuy\w*`, `projets?|hubs?|candidature`, closing},
				{`cofinanc\w+|participation financiere|contribution financiere`, `hauteur de|euros|eur|montant`, closing},
			},
			unless:     `sur l honneur|donne pouvoir|deliberation|article 5`,
			misleading: `motivation|engagement republicain|appel a projets? engagement|lettres? (?:de |d )?(?:mission|accompagnement|transmission|couverture|candidature|presentation|mandat|convocation|invitation)|courriers? electroniques?`,
		},
		"statuts": {
			names:  []string{`status(?: de l)?(?: assoc\w*)?`, `statut (?:de l |de la )?(?:assoc\w*|societe|scic|scop|fondation|coop\w*)`, `arrete (?:prefectoral )?(?:de |portant )creation(?: \w+)*`, `contrat constitutif`},
			titles: []string{`statuts`, `convention constitutive`, `acte constitutif`},
			needs:  `(?:article|art|titre) (?:1|1er|i|premier|2|ii|3|iii)`,
			says: [][]string{
				{`article (?:1|1er|premier|i)`, `article (?:2|ii)`, `article (?:3|iii)`, `denomination|objet|siege`, `assemblee generale|associes|conseil d administration`},
			},
			unless:     `chef de file|membres du groupement`,
			misleading: `statuts? juridiques?|statuts? (?:de l |de la |du |de |des |d )?(?:(?:d )?avancement|projet|demande|dossier)`,
		},
		"immatriculation": {
			names: []string{`extraits? (?:du |de )?(?:rcs|registre du commerce|infogreffe)`, `infogreffe`, `rcs`, `(?:fiche|repertoire|inscription|certificat|justificatif) (?:\w+ )?(?:insee|sirene|siret|siren|rna|immatriculation)`, `joafe?`, `extrait (?:d )?immatriculation`},
			hints: []string{`prefecture`, `immatricul\w+`, `registre`, `greffe`},
			titles: []string{
				`extrait (?:k ?bis|d immatriculation)(?: \w+){0,6}`, `k ?bis`, `recepisse (?:de )?(?:la )?declaration`, `recepisse (?:\w+ ){0,3}association`,
				`(?:avis de )?situation au repertoire sirene`, `certificat d inscription`, `(?:attestation|justificatif|extrait) d (?:immatriculation|inscription)(?: \w+){0,6}`, `extrait rne`, `repertoire national des associations`, `avis d identification`,
				`insertion au journal officiel`, `journal officiel (?:\w+ ){0,8}associations?`, `extrait du registre (?:national|du commerce|de commerce)`,
			},
			says: [][]string{
				{`immatriculation|immatriculee?`, `greffe|rcs|registre du commerce`, `denomination|raison sociale|capital|forme juridique`},
				{`siren`, `siret`, `ape|naf|activite principale`, `insee|sirene`},
				{`recepisse`, `prefete?|prefecture|sous prefecture`, `declaration`},
				{`w[0-9]{9}`, `declaration|recepisse`},
				{`declaration a la (?:sous )?prefecture`, `associations?`, `siege social|titre|objet`},
			},
			unless:     `iban|article 5|apres en avoir delibere|budget previsionnel|compte de resultat`,
			misleading: `(?:etudes?|enquetes?|chiffres|statistiques?|donnees) (?:\w+ )?insee|recepisse (?:de |du |d )?(?:depot|dossier|envoi|reception|candidature|transmission)(?: (?:de|du|d) \w+)*|recepisse hub\w*`,
		},
		"comptes_annuels": {
			names: []string{`comptes? (?:de l |des |d )?exercices?`, `resultats? 20[0-9]{2}`, `compta\w*`, `comptes? (?:arretes?|certifies|consolides?|administratifs?|de gestion|clos|exercice)(?: \w+)*`, `etats? (?:fi|comptables?)`, `situations? comptables?`, `grand livre`, `balance (?:generale|comptable)(?: \w+)*`, `bilan(?:s)? (?:et cr|cr|comptables?|financiers?)`},
			hints: []string{`comptes?`, `resultats?`, `comptables?`},
			titles: []string{
				`comptes? (?:annuels?|sociaux|consolides?|clos|approuves?|certifies)`, `bilans? (?:et (?:annexe|comptes? de resultats?)|comptables?|simplifie|actif|passif|au 3[01]|detaille|20[0-9]{2}|financiers?)`,
				`comptes? de resultats?`, `rapport (?:general |special )?(?:du|des|de) commissaires? aux comptes`, `liasse fiscale`, `comptes? (?:administratifs?|de gestion)`, `etats? financiers?`, `rapport (?:financier|du tresorier)`,
				`exercice clos (?:le |au )?3[01]`, `balance generale`,
			},
			says: [][]string{
				{`actif`, `passif`, `immobilisations?|creances|disponibilites|capitaux propres|fonds propres|fonds associatifs|dettes`},
				{`produits d exploitation`, `charges d exploitation`},
			},
			unless:     `budget previsionnel|article 5`,
			misleading: `bilan (?:covid|numerique|pedagogique|intermediaire|moral)|bilan (?:du |de l |de la |de |des |d )?(?:hubs?|projets?|ateliers?|stages?|animations?|enquetes?|campagnes?|experimentations?|dispositifs?|accompagnements?|competences?|carbone|mediation|territoires?|evaluations?|saison|mi parcours|etapes?|actions?|concertation|atelier|formation|missions?|territorial|social|energetique|numerique)`,
		},
		"rib": {
			names:      []string{`releves? (?:d )?identite(?: banc\w*)?`, `ribs?`, `r i b`, `rib ?20[0-9]{2}`, `bic iban`, `identite bancaire`},
			hints:      []string{`bancaires?`, `banque`},
			titles:     []string{`releve d identite bancaire`, `rib`, `iban international bank account number`, `identifiant (?:national|international) de compte`},
			iban:       true,
			needs:      `iban|bic|code (?:banque|guichet)|domiciliation|titulaire|[a-z]{2}[0-9]{2} ?[0-9a-z]{4}.*`,
			unless:     `facture|devis`,
			misleading: `distrib|contrib`,
		},
		"accord_consortium": {
			names: []string{`conventions? partenariales?`, `groupement (?:\w+ )*(?:accord|convention)(?: \w+)*`, `(?:accord|convention) entre(?: \w+)* groupement`, `conventions? (?:de |d )?(?:cooperation|groupement|consortium|mandat)`, `chartes? (?:partenariale|de partenariat|des partenaires|du hub)`, `mandats? (?:\w+ )?(?:cotraitants?|membres?|representation|partenaires?|groupement)`, `co ?traitance`, `accord (?:de )?(?:cooperation|partenariat)`},
			hints: []string{`mandats?`, `groupements?`, `partenariats?`},
			titles: []string{
				`convention constitutive (?:du |de |d un )(?:consortium|groupement(?: (?:momentane|conjoint|solidaire|hub))+(?: \w+)*)`,
				`(?:accord|convention|contrat|protocole|charte|pacte)s? (?:d accord )?(?:de |du |d |cadre de )?(?:constitution d[eu] )?(?:groupement|consortium|partenariat|cooperation|collaboration)`,
				`mandat (?:au |du |de |donne au )?(?:chef de file|mandataire|representation)`, `lettre de mandat`, `designation du (?:chef de file|mandataire)`,
			},
			says: [][]string{
				{`chef de file|mandataire`, `parties|membres du (?:groupement|consortium)|partenaires`, `article (?:1|1er|2|premier)|conviennent|donne(?:nt)? mandat`},
				{`chef de file|mandataire`, `designe(?:nt)?|donne(?:nt)? mandat|mandate(?:nt)?`, `groupement|consortium|candidature|reponse`},
			},
			misleading: `sepa|prelevements?|elus?`,
		},
		"deliberation": {
			names: []string{`dc[mcap] ?(?:n |no )?[0-9]+(?: [0-9]+)*`, `del(?:ib)? ?(?:n |no )?(?:20)?[0-9]{2}(?: ?[0-9]+)*`, `(?:pv|proces verbal|extraits?|decision|releve de decisions)(?: \w+){0,6} (?:approuvant|autorisant|validant)(?: \w+)*`, `(?:proces verbal|pv) (?:du |de |d )?(?:bureau|conseil|ca|cm|cc|comite)(?: \w+)*`, `decisions? (?:du |de la |de l )?(?:bureau|conseil|commission|president|assemblee)(?: \w+)*`},
			hints: []string{`pv`, `proces verbal`, `conseil (?:municipal|communautaire|departemental|regional|metropolitain)`},
			titles: []string{
				`extraits? (?:du |des )?(?:registres? )?(?:des |de )?deliberations?`, `registre des deliberations`, `deliberations? (?:n|no|numero|du|de|portant|relative|[0-9]+)`, `deliberation`,
				`extrait du proces verbal`, `proces verbal (?:\w+ ){0,4}(?:conseil|bureau|comite|commission)`,
			},
			needs: `delibere|decide|approuve|autorise|vote|unanimite|voix`,
			says:  [][]string{{`apres en avoir delibere`}},
		},
		"pouvoir_signature": {
			names:  []string{`(?:mandat|autorisation|pouvoir|habilitation|delegation) (?:de |a |pour )?(?:signature|signer)`, `autorisation de signature`, `specimen de signature`, `subdelegation`},
			hints:  []string{`signatures?`, `signer`},
			titles: []string{`delegations? (?:de |du )?(?:signature|pouvoirs?)`, `procuration`, `habilitation (?:a signer|de signature|du signataire)`, `pouvoir(?:s)?`},
			says: [][]string{
				{`autorise|habilite|mandate|delegue`, `a signer|signer en (?:mon|son|notre) nom`},
				{`(?:donne|delegue|donnons|confere)(?: \w+){0,4} (?:pouvoirs?|delegation|procuration)`, `signer|signature`},
				{`(?:habilitee?|autorisee?) a signer`},
			},
			unless: `apres en avoir delibere|article 9`,
		},
		"attestation_regularite": {
			names: []string{`(?:attest\w*|certificats?) (?:de )?(?:regul\w*|vigilance|fisc\w*|soc\w*|msa|impots)`, `regularites? (?:fiscales?|sociales?)(?: et (?:fiscales?|sociales?))?`, `noti2`, `attestation(?:s)? (?:dgfip|impots)`},
			hints: []string{`attest\w*`, `fiscale?s?`, `impots?`, `cotisations?`},
			titles: []string{
				`attestations? (?:de |d )?(?:vigilance|regularite|fiscales?|sociales?|fourniture|non condamnation)`, `attestation(?:s)? sur l honneur`, `declaration sur l honneur`,
				`attestation urssaf`, `situation fiscale`,
			},
			says: [][]string{
				{`a jour de (?:ses|mes|nos) (?:obligations|cotisations|declarations)|en regle au regard`, `sociales?|fiscales?|urssaf|impots?`},
				{`sur l honneur`, `soussignee?`},
			},
			misleading: `assurance|presence|formation|stage|engagement|soutien|cofinancement|partenariat|titularite|siret`,
		},
		"rapport_activite": {
			names:  []string{`ra ?20[0-9]{2}`, `rapports? (?:moral|annuel|d activites?)(?: et (?:financier|d activites?))?`, `bilans? qualitatifs?`, `compte rendu d activites?`},
			hints:  []string{`activites?`},
			titles: []string{`(?:rapport|bilan|compte rendu)s? (?:annuel )?(?:d |des )?activites?`, `rapport (?:moral|annuel)`},
		},
		"calendrier": {
			names:  []string{`echeanciers?`, `phasages?(?: \w+)*`, `chronologie`, `macro ?planning`, `jalons`},
			hints:  []string{`echeances?`},
			titles: []string{`calendrier`, `(?:retro ?)?planning`, `diagramme de gantt`, `echeancier`, `chronogramme`},
			says:   [][]string{{`trimestre|semestre|t1|janvier`, `t2|mars|juin`, `phase|etape|jalon|livrable`}},
		},
		"equipe_cv": {
			names:  []string{`fiches? (?:de )?postes?(?: \w+)*`, `profils? (?:de )?postes?(?: \w+)*`, `moyens humains`, `organigramme (?:du |de |de l )?(?:equipe|projet equipe)`, `trombinoscope`, `biographies?`},
			hints:  []string{`ressources humaines`, `profils?`},
			titles: []string{`curriculum vitae`, `cv`, `(?:presentation de l |composition de l )equipe`, `l equipe (?:projet|du hub|dediee)`},
			says:   [][]string{{`experiences? professionnelles?|parcours professionnel`, `formations?|diplomes?`, `competences|langues|centres d interet`}},
		},
		"dirigeants": {
			names:      []string{`(?:ca|conseil) (?:et )?bureau`, `(?:liste|composition|membres)(?: \w+){0,4} (?:ca|bureau|conseil|dirigeants?|administrateurs?)`, `administrateurs?(?: 20[0-9]{2})?`, `instances dirigeantes`, `representants legaux`},
			hints:      []string{`bureau`, `gouvernance`},
			titles:     []string{`listes? des (?:dirigeants|administrateurs|membres)`, `composition (?:du|de la) (?:conseil|bureau|ca|gouvernance)`, `membres du (?:bureau|conseil d administration)`},
			says:       [][]string{{`presidente?`, `tresoriere?`, `secretaire`, `liste|membres|composition|bureau`}},
			unless:     `article 3|apres en avoir delibere|chers|rapport`,
			misleading: `organigramme (?:du |de |de l |de la )?(?:projet|hub|technique|fonctionnel|equipe|groupement|consortium)`,
		},
	}
}
