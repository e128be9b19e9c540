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
	names   []string // what file names call it, beside the patterns of the call
	hints   []string // names that it often has, and other documents too
	titles  []string // how such a document is headed
	needs   string   // a title is believed only where this stands in the text too
	says    [][]string
	unless  string // what a document of the kind never says
	off     string // subjects of other acts of its kind: it is none of these, unless it speaks of the project too
	iban    bool   // it holds a bank account
	project bool   // its hints are words of the project itself, which every piece may be of
	paper   bool   // a paper of a page or two, of which people send photographs
	// misleading are names that hold the words of the kind and mean another.
	misleading string

	re kindPatterns
}

type kindPatterns struct {
	names, hints            []*regexp.Regexp
	titles                  []*regexp.Regexp
	says                    [][]*regexp.Regexp
	needs, unless, off, not *regexp.Regexp
}

func (k *kind) compile() {
	k.re.names, k.re.hints, k.re.titles = wholeWords(k.names), wholeWords(k.hints), wholeWords(k.titles)
	for _, set := range k.says {
		k.re.says = append(k.re.says, wholeWords(set))
	}
	for _, p := range []struct {
		expr string
		re   **regexp.Regexp
	}{{k.needs, &k.re.needs}, {k.unless, &k.re.unless}, {k.off, &k.re.off}, {k.misleading, &k.re.not}} {
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

// governs reports whether words that mean another thing than the kind lead to the
// word at start: it tells of that other thing ("planning des congés de l'équipe").
func (k *kind) governs(name string, start int) bool {
	if k == nil || k.re.not == nil {
		return false
	}
	at := k.re.not.FindStringIndex(name)
	return at != nil && at[1] <= start && articles().MatchString(name[at[1]:start])
}

// articles are the small words between a noun and its complement.
var articles = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^ (?:(?:de|du|des|d|la|le|les|l) )*$`) })

// photographed reports whether a picture named after the kind may be of it. Of a
// piece of the operator's own one does not know, and believes the name.
func (k *kind) photographed() bool { return k == nil || k.paper }

// others are how documents and files that are no piece name themselves: whatever
// words of pieces follow, they are none.
var others = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:` + strings.Join([]string{
		`(?:factures?|devis|bon de commande|bordereau d envoi)`, `accuses? (?:de )?reception`,
		`reglement (?:\w+ ){0,3}(?:aap|ami|appel|hubs?|candidatures?|consultation)`, `(?:aap|ami|hubs?) reglement`, `cahier des charges`, `liste des pieces (?:a |demandees)\w*(?: \w+)?`,
		`convocation (?:a|au|aux|ag|age|ago)`, `ordre du jour`, `(?:invitation|inscription) (?:a|au|aux)`, `compte rendu (?:\w+ ){0,3}(?:reunion|copil|cotech|comite|entretien|rencontre|seance|atelier|visite)`,
		`cr (?:de )?(?:la |du )?(?:reunion|copil|cotech|comite|bureau|ca|ag|conseil)`, `revue de presse`, `communique de presse`, `article de presse`, `mode d emploi`, `plan d acces`, `bulletin d adhesion`, `foire aux questions`, `faq`,
		`releves? (?:de )?comptes?`, `(?:bulletin|fiche) de (?:paie|salaire)`, `contrat de travail`, `attestation d assurance`, `questionnaire`, `newsletter`, `offre (?:d emploi|de stage)`, `lettre d information`, `mise a disposition de (?:locaux|salle)`,
		`feuille d emargement`, `a (?:completer|fournir|remplir|renvoyer)`, `vierges?`, `check ?lists?`, `gabarits?`, `marches? publics? (?:\w+ )*(?:acte d engagement|cctp|ccap|dce|ae|avis)`, `questions? (?:sur|concernant|relatives?|a propos)`, `covid\w*|protocoles? sanitaires?`, `^att ?[0-9]{4,}`, `pieces manquantes`, `lettre d invitation`, `releve de (?:decisions|conclusions) (?:\w+ ){0,3}(?:copil|cotech|comite (?:de pilotage|technique|de suivi)|reunion|groupe de travail)`, `programme de (?:la |formation)`,
	}, "|") + `)\b`)
})

// otherNames are words of file names that are no piece, and that a piece may well
// hold in its text. One that heads the name decides; behind a word that is sure,
// it does not ("budget du programme").
var otherNames = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:` + strings.Join([]string{
		`affiches?`, `flyers?`, `tracts?`, `brochures?`, `depliants?`, `kakemonos?`, `plaquettes? (?:de )?(?:presentation|communication|institutionnelle|commerciale|asso\w*)`, `livrets? d accueil`, `charte graphique`, `dossiers? de presse`,
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
			names:   []string{`application (?:form|file|package)s?`, `(?:project )?proposal`, `responses? to (?:the )?(?:call|tender)(?: \w+)*`, `tender response`, `project description`, `argumentaires?(?: \w+)*`, `dc (?:hubs?|aap|ami)`, `(?:offre|proposition) (?:technique|de candidature)`, `dossier (?:de |d )?(?:reponse|candidature|technique|presentation|projet|complet)s?`, `notes? (?:technique|synthetique|de cadrage|descriptive)`, `acte d engagement`, `cerfa 12156`},
			hints:   []string{`projets?`, `dossiers?`, `cerfa`},
			project: true,
			titles: []string{
				`fiche d identite (?:de la |du |de l )?(?:candidature|projet|candidat|porteur|operation)`, `(?:document|fiche|piece|volet) de (?:candidature|reponse)`, `dossier candidat`,
				`(?:dossier|formulaire|acte|note|memoire) de (?:candidature|reponse)`, `dossier (?:technique|projet|de presentation|de projet)`,
				`reponse a l (?:appel|ami|aap)`, `memoire technique`, `note (?:de presentation|d intention|descriptive|de synthese)`, `presentation du (?:projet|hub)`,
				`candidature (?:portee|presentee|deposee) par`, `candidature (?:a l |au |de |du |pour )?(?:appel|hub|titre|groupement)`,
			},
			says: [][]string{
				{`(?:presente|notre) candidature|nous (?:candidatons|repondons|deposons)|sollicitons(?: \w+){0,6} (?:banque des territoires|caisse des depots)`, `hubs?`, `recenser|mutualiser|federer|lever des fonds|ambition|objectifs operationnels`, `territoires?|departements?|acteurs|lieux|public`},
				{`objectifs?`, `publics? (?:vises?|cibles?)|beneficiaires|plus value`, `moyens|calendrier|partenaires|gouvernance`, `hubs?`, `mediation|inclusion|mediateurs`},
				{`hubs?`, `gouvernance`, `partenaires|acteurs`, `budget|moyens|missions?`},
				{`(?:presentation|description|descriptif) (?:du|de la|de l|des) (?:candidat|projet|porteur|structure|groupement|hub|consortium)s?`, `territoires?|departements?`, `gouvernance|partenaires|missions?`, `hubs?`},
				{contents, `presentation|contexte|enjeux|candidat`, `gouvernance|partenaires|missions?`, `hubs?|projet`},
			},
			misleading: `recepisse|accuse de reception|memoires? (?:de (?:master|stage|fin|recherche|licence)|master|m[12]|vive|collective)|candidatures? (?:spontanee|(?:au |a un |pour le |pour un )?(?:poste|emploi|stage|service civique|ca|bureau))|reponses? (?:a |aux |au )?(?:vos |votre |la |des )?(?:mails?|questions?|questionnaire|sondage|enquete|courrier)`,
		},
		"budget": {
			names: []string{`modeles? eco\w*`, `(?:financial|funding|financing|finance) plans?`, `(?:cost|expense)s? (?:estimates?|breakdown)`, `financial forecasts?`, `(?:tableaux?|plans?|liste|recap\w*) (?:de |des |du )?cofinancements?`, `annexes? fin(?: \w+)*`, `prev(?:isionnel)?s? (?:de |des )?(?:depenses|charges|recettes)(?: \w+)*`, `(?:depenses|charges) previsionnelles`, `(?:charges|depenses|emplois|couts?)(?: \w+){0,4} (?:recettes|produits|ressources)`, `(?:comptes?|bilans?|resultats?)(?: \w+){0,3} previsionnels?`, `estimat\w+`, `annexes? (?:budgetaires?|financieres?)(?: \w+)*`, `plan (?:de )?fi(?:nancier)?`, `previsionnels?(?: \w+){0,2} 20[0-9]{2}(?: 20[0-9]{2})?`, `prev(?:isionnel)? ?(?:financier|20[0-9]{2})(?: 20[0-9]{2})?`, `(?:tableaux?|fiches?|elements?|volets?|donnees?|simulations?) (?:de )?(?:budgetaires?|financiere?s?|chiffre\w*)`, `chiffrages?(?: \w+)*`, `budgetisation`, `couts? (?:du |de l |previsionnels?|projet)(?: ?\w+)?`},
			hints: []string{`financements?`, `financiere?s?`, `couts?`, `bp`},
			titles: []string{
				`financial plan`, `funding plan`, `detail estimatif`, `bilan financier previsionnel`, `cout (?:total )?du projet`, `tableau de financement`,
				`budgets? (?:du |de l |de la |de |des )?(?:previsionnels?|projet|action|hub|global|detaille|triennal|pluriannuel|20[0-9]{2})`, `plans? de financement`,
				`(?:compte de resultat|compte d exploitation|bilan|tableau de financement)s? previsionnels?`, `annexes? (?:financieres?|budgetaires?)`, `business plan`, `plan d affaires`,
			},
			says: [][]string{
				{`charges|depenses|emplois`, `produits|recettes|ressources`, `subventions?|financeurs?|cofinance\w*|previsionnel\w*|demandes?|sollicites?`},
				{`cout total`, `montant (?:demande|sollicite)|aide (?:demandee|sollicitee)|autofinancement`},
			},
			needs:      `charges|depenses|emplois|couts?|montants?|produits|recettes|ressources|totaux|total|financeurs?`,
			unless:     `exercice clos|commissaires? aux comptes|capitaux propres`,
			misleading: `notification|lettre|attestation|promesse|budgets? (?:participatifs?|temps|familia\w*|des menages)|ateliers? (?:gestion )?budget`,
		},
		"lettres_engagement": {
			names: []string{`partenariats? (?:\w+ )*(?:lettres?|courriers?)(?: \w+)*`, `(?:appuis?|soutiens?|concours|contributions?) (?:au|du|a la|pour le|a un) (?:projet|hub)\w*`, `(?:support|commitment|intent|partner\w*|engagement|endorsement) letters?(?: \w+)*`, `letters? of (?:support|commitment|intent|interest|engagement|endorsement)(?: \w+)*`, `lettres? (?:d )?interets?(?: \w+)*`, `l(?:ettre)? (?:d )?(?:engagements?|intentions?|soutiens?)`, `engagements? [a-z]\w+`, `(?:lettres?|courriers?) (?:de |du |d |des )?(?:un )?(?:partenaires?|cofinanceurs?|financeurs?)`, `partenariats? lettres?(?: \w+)*`, `lettres? (?:de )?(?:cofinance\w*|confirmation|participation)`, `^(?:pj ?)?(?:[0-9]+ )*(?:le signee?s?|l[is] [a-z]\w+)`, `(?:promesses?|accords?|engagements?|notifications?|attributions?|confirmations?|arretes? attributifs?|conventions? attributives?) (?:de |du |d )?(?:principe|(?:co)?financements?|subventions?|participation|aides?)(?: \w+)*`},
			hints: []string{`partenaires?`, `soutiens?`, `engagements?`, `cofinanceurs?`, `^(?:pj ?)?(?:[0-9]+ )*(?:lettres?|courriers?)(?: \w+)*`},
			titles: []string{
				`(?:lettre|courrier|attestation|declaration|certificat)s? (?:d |de |du )?(?:engagements?|intentions?|soutiens?|cofinancement|partenariat|participation|appui)`,
				`objet (?:\w+ ){0,6}(?:soutien|engagement|cofinancement|partenariat|participation|intention)`,
			},
			says: [][]string{
				{`avis (?:\w+ )?favorable|plein (?:et entier )?(?:appui|soutien|accord)|soutien (?:\w+ )?(?:entier|total|sans reserve)`, `projets?|hubs?|candidature`, `monsieur|madame|honneur|agreer|salutations|cordialement|veuillez`},
				{`(?:confirm|reiter|affirm|manifest|exprim|tenons a|tiens a|souhait)\w*(?: \w+){0,8} (?:volonte|interet|soutien|intention|engagement|adhesion)|serions (?:\w+ )?heureux|(?:notre|mon) (?:\w+ )?(?:soutien|appui)|avec (?:\w+ )?interet`, `projets?|hubs?|candidature`, closing},
				{`(?:support|commit\w*|endorse\w*) (?:\w+ ){0,8}(?:project|hub|application)`, `sincerely|regards|faithfully`},
				{`s engage(?:nt|ra|ront)?|m engage|nous engageons|notre engagement|son engagement|son concours financier`, `projets?|hubs?|candidature`, closing + `|(?:je|nous) soussignee?s?`},
				{`soutiens?|soutenir|soutient|soutenons|soutiendra|appui\w*|appuy\w*`, `projets?|hubs?|candidature`, closing + `|(?:je|nous) soussignee?s?`},
				{`cofinanc\w+|participation financiere|contribution financiere`, `hauteur de|euros|eur|montant`, closing},
			},
			unless:     `sur l honneur|donne pouvoir|deliberation|article 5`,
			misleading: `(?:lettres?|courriers?) (?:de |du |d )?(?:felicitations?|condoleances|voeux|consultation|notification|recommandation|information|convocation|bienvenue)|motivation|(?:lettres?|courriers?) (?:de |du |d )?(?:demission|licenciement|resiliation|relance|rappel|reclamation|remerciements?|rupture|embauche|refus)|engagement republicain|appel a projets? engagement|lettres? (?:de |d )?(?:mission|accompagnement|transmission|couverture|candidature|presentation|mandat|convocation|invitation)|courriers? electroniques?`,
		},
		"statuts": {
			names:  []string{`conventions? const\w*`, `articles of (?:association|incorporation)`, `by ?laws`, `statutes`, `status(?: de l)?(?: assoc\w*)?`, `statut (?:de l |de la )?(?:assoc\w*|societe|scic|scop|fondation|coop\w*)`, `arretes? (?:prefectoral )?(?:de |portant )?(?:la )?creation(?: \w+)*`, `contrat constitutif`},
			paper:  true,
			titles: []string{`articles of association`, `statuts`, `convention constitutive`, `acte constitutif`},
			needs:  `(?:article|art|titre) (?:1|1er|i|premier|2|ii|3|iii)`,
			says: [][]string{
				{`assemblee generale|comite syndical|associes`, `dissolution`, `liquidateurs?|devolu\w*|actif net|boni`, `articles?|titre`},
				{`article (?:1|1er|premier|i)`, `article (?:2|ii)`, `article (?:3|iii)`, `denomination|objet|siege`, `assemblee generale|associes|conseil d administration`},
			},
			unless:     `chef de file|membres du groupement`,
			misleading: `stats? (?:\w+ ){0,2}(?:frequentations?|visites?|usages?|sites?|web|facebook|google)|statut (?:du |des |de l |de la )\w+(?:eurs?|rices?|istes?|aires?|ants?)|statuts? juridiques?|statuts? (?:de l |de la |du |de |des |d )?(?:(?:d )?avancement|projet|demande|dossier|candidature|envoi|commande|fonction\w*|agents?|salaries?|personnels?|benevoles?|elus?|stagiaires?|conseillers?|facebook|twitter|linkedin|whatsapp)`,
		},
		"immatriculation": {
			names: []string{`l ?bis`, `(?:company|business|trade|commercial|tax) regist\w+(?: \w+)*`, `certificate of (?:incorporation|registration)`, `registration certificate`, `ridet\w*`, `(?:n |no |numero |attestation (?:de )?(?:n |no |numero )?)tahiti(?: \w+)*`, `ispf`, `jopf(?: \w+)*`, `jonc(?: \w+)*`, `bodacc(?: \w+)*`, `(?:attestation|avis|fiche) (?:d )?(?:identification|immatriculation)(?: \w+)*`, `extraits? (?:du |de )?(?:rcs|registre du commerce|infogreffe)`, `infogreffe`, `rcs`, `(?:fiche|repertoire|inscription|certificat|justificatif) (?:\w+ )?(?:insee|sirene|siret|siren|rna|immatriculation)`, `joafe?`, `recep (?:de )?(?:decl\w*|prefecture|asso\w*)`, `extrait (?:d )?immatriculation`, `extraits? d ?1`, `repertoire (?:des |national (?:des )?)?(?:metiers|entreprises|associations)`, `rne`, `(?:insertion|annonce|declaration|parution) (?:au )?(?:jo|journal officiel)`},
			hints: []string{`^(?:[0-9]+ )*(?:documents? |papiers? |declaration |enregistrement )?(?:sous )?prefecture`, `immatricul\w+`, `^(?:[0-9]+ )*registre`, `greffe`},
			paper: true,
			titles: []string{
				`extrait (?:k ?bis|d immatriculation)(?: \w+){0,6}`, `k ?bis`, `recepisse (?:de )?(?:la )?declaration`, `recepisse (?:\w+ ){0,3}association`,
				`(?:avis de )?situation au repertoire sirene`, `certificat d inscription`, `(?:attestation|justificatif|extrait) d (?:immatriculation|inscription)(?: \w+){0,6}`, `extrait rne`, `repertoire national des associations`, `avis d identification`,
				`insertion au journal officiel`, `journal officiel (?:\w+ ){0,8}associations?`, `extrait du registre (?:national|du commerce|de commerce)`,
			},
			says: [][]string{
				{`inscrite? au (?:repertoire|registre)|identifiee? au (?:repertoire|registre)|immatricul\w+ au`, `ridet|tahiti|sirene|siren|rna|rcs|rne|ispf|isee`, `denomination|raison sociale|designation|siege|adresse|forme|activite`},
				{`certificate of (?:incorporation|registration)|registered under`},
				{`immatriculation|immatriculee?`, `greffe|rcs|registre du commerce`, `denomination|raison sociale|capital|forme juridique`},
				{`siren`, `siret`, `ape|naf|activite principale`, `insee|sirene`},
				{`recepisse`, `prefete?|prefecture|sous prefecture`, `declaration`},
				{`w[0-9]{9}`, `declaration|recepisse`},
				{`declaration a la (?:sous )?prefecture`, `associations?`, `siege social|titre|objet`},
			},
			unless:     `iban|article 7|apres en avoir delibere|budget previsionnel|compte de resultat`,
			misleading: `registres? (?:des |de |d )?(?:traitements?|presences?|accessibilite|activites|securite|personnel)|(?:directeur|comite|projet) de publication|(?:etudes?|enquetes?|chiffres|statistiques?|donnees) (?:\w+ )?insee|recepisse (?:de |du |d )?(?:depot|dossier|envoi|reception|candidature|transmission)(?: (?:de|du|d) \w+)*|recepisse hub\w*`,
		},
		"comptes_annuels": {
			names: []string{`(?:ca|compte) (?:20[0-9]{2} )?budgets? (?:principal|annexe)\w*`, `(?:annual|audited|financial) (?:accounts|statements?|reports?)`, `balance sheets?`, `income statements?`, `profit and loss`, `bcr(?: 20[0-9]{2})?`, `(?:cp?tes?|cpte|compte) (?:administratifs?|de gestion|financiers? uniques?)(?: \w+)*`, `cfu 20[0-9]{2}`, `(?:cpte|cpt)s? (?:de )?res\w*(?: \w+)*`, `comptes? (?:de l |des |d )?exercices?`, `resultats? 20[0-9]{2}`, `compta\w*`, `comptes? (?:arretes?|certifies|consolides?|administratifs?|de gestion|clos|exercice)(?: \w+)*`, `etats? (?:fi|comptables?)`, `situations? comptables?`, `grand livre`, `balance (?:generale|comptable)(?: \w+)*`, `bilan(?:s)? (?:et cr|cr|comptables?|financiers?)`},
			hints: []string{`exercices?(?: clos)? (?:n|20[0-9]{2})`, `comptes`, `resultats?`, `comptables?`},
			titles: []string{
				`compte (?:administratif|financier|de gestion)(?: \w+)*`, `financial statements`, `balance sheet`, `rapport de gestion`,
				`comptes? (?:annuels?|sociaux|consolides?|clos|approuves?|certifies)`, `bilans? (?:et (?:annexe|comptes? de resultats?)|comptables?|simplifie|actif|passif|au 3[01]|detaille|20[0-9]{2}|financiers?)`,
				`comptes? de resultats?`, `rapport (?:general |special )?(?:du|des|de) commissaires? aux comptes`, `liasse fiscale`, `comptes? (?:administratifs?|de gestion)`, `etats? financiers?`, `rapport (?:financier|du tresorier)`,
				`exercice clos (?:le |au )?3[01]`, `balance generale`,
			},
			says: [][]string{
				{`section de fonctionnement`, `section d investissement`, `realise\w*|emis|restes a realiser|execution|resultat de (?:cloture|l exercice)|compte administratif|compte de gestion`},
				{`resultat (?:d exploitation|financier|exceptionnel|net)|excedent|deficit|benefice|perte`, `charges (?:de personnel|externes)|dotations? aux amortissements|chiffre d affaires|produits`, `exercice`, `20[0-9]{2}`},
				{`balance sheet|statement of financial position|income statement`, `assets|revenue`, `liabilities|expenses`},
				{`actif`, `passif`, `immobilisations?|creances|disponibilites|capitaux propres|fonds propres|fonds associatifs|dettes`},
				{`produits d exploitation`, `charges d exploitation`},
			},
			unless:     `budget previsionnel|article 5`,
			misleading: `comptes? (?:rendus?|bancaires?|courants?|ccp|utilisateurs?|ameli|twitter|facebook)|resultats? (?:\w+ ){0,3}(?:enquetes?|questionnaires?|sondages?|elections?|votes?)|bilan (?:covid|numerique|pedagogique|intermediaire)|bilan (?:du |de l |de la |de |des |d )?(?:hubs?|projets?|ateliers?|stages?|animations?|enquetes?|campagnes?|experimentations?|dispositifs?|accompagnements?|competences?|carbone|mediation|territoires?|evaluations?|saison|mi parcours|etapes?|actions?|concertation|atelier|formation|missions?|territorial|social|energetique|numerique)`,
		},
		"rib": {
			names:      []string{`bank (?:details|identity|account)(?: \w+)*`, `bank statement of identity`, `releves? (?:d )?identite(?: banc\w*)?`, `ribs?`, `r i [bp]`, `rips?`, `(?:compte|domiciliation|references?) (?:bancaires?|ccp|postal)`, `releves? (?:d )?identite postale?`, `rib ?20[0-9]{2}`, `bic iban`, `identite bancaire`},
			hints:      []string{`bancaires?`, `banque`},
			paper:      true,
			titles:     []string{`releve d identite (?:bancaire|postal)`, `coordonnees bancaires`, `rib`, `iban international bank account number`, `identifiant (?:national|international) de compte`},
			iban:       true,
			needs:      `iban|bic|[0-9]{5} [0-9]{5} [0-9a-z]{11} [0-9]{2}|code (?:banque|guichet)|domiciliation|titulaire|[a-z]{2}[0-9]{2} ?[0-9a-z]{4}.*`,
			unless:     `facture|devis`,
			misleading: `distrib|contrib`,
		},
		"accord_consortium": {
			names: []string{`chartes? (?:\w+ ){0,4}(?:hubs?|partenaires|partagee|structures|membres)`, `(?:consortium|partnership|cooperation|collaboration|grouping) agreements?`, `memorandum of understanding`, `mou`, `dc ?1(?: \w+)*`, `actes? de groupement(?: \w+)*`, `(?:pouvoirs?|habilitations?|mandats?) (?:donnes? )?(?:au|du|a un|a la|a l|aux) (?:\w+ )?(?:mandataires?|chef\w* de file)(?: \w+)*`, `(?:accord|convention) (?:de )?coop\w*(?: \w+)*`, `conventions? d entente(?: \w+)*`, `entente intercommunale(?: \w+)*`, `protocoles? d accord(?: \w+)*`, `conventions? partenariales?`, `(?:designation|nomination|choix) (?:du |de la |d un )?(?:chef\w* de file|mandataire)`, `groupement (?:\w+ )*(?:accord|convention)(?: \w+)*`, `(?:accord|convention) entre(?: \w+)* groupement`, `conventions? (?:de |d )?(?:cooperation|groupement|consortium|mandat)`, `chartes? (?:partenariale|de partenariat|des partenaires|du hub)`, `mandats? (?:\w+ )?(?:cotraitants?|membres?|representation|partenaires?|groupement)`, `co ?traitance`, `accord (?:de )?(?:cooperation|partenariat)`, `(?:protocole|accord|convention|contrat|pacte)s? (?:\w+ ){0,3}(?:entre|inter|des|multi)(?: les)? ?(?:partenaires?|partenarial\w*|membres|parties|structures|porteurs)`},
			hints: []string{`mandats?`, `groupements?`, `partenariats?`, `chef\w* de file`},
			titles: []string{
				`(?:consortium|partnership|cooperation) agreement`, `memorandum of understanding`, `dc1`, `lettre de candidature`, `(?:habilitation|designation) du mandataire`, `convention d entente`, `acte de groupement`, `protocole d accord`,
				`convention constitutive (?:du |de |d un )(?:consortium|groupement(?: (?:momentane|conjoint|solidaire|hub))+(?: \w+)*)`,
				`(?:accord|convention|contrat|protocole|charte|pacte)s? (?:d accord )?(?:de |du |d |cadre de )?(?:constitution d[eu] )?(?:groupement|consortium|partenariat|cooperation|collaboration)`,
				`mandat (?:au |du |de |donne au )?(?:chef de file|mandataire|representation)`, `lettre de mandat`, `designation du (?:chef de file|mandataire)`,
			},
			says: [][]string{
				{`chef de file|mandataire`, `groupement|consortium`, `reconna\w+|donnent? (?:\w+ ){0,3}pouvoirs?|designe\w*|mandat`, `deposer|representer|signer|candidat\w*|repondre`},
				{`consortium|groupement|cooperation|partenariat`, `parties|membres|partners|partenaires`, `chef de file|coordinateur|coordonnateur|mandataire|lead partner`, `article|s engagent|conviennent|repartition|responsabilites|agree`},
				{`chef de file|mandataire`, `parties|membres du (?:groupement|consortium)|partenaires`, `article (?:1|1er|2|premier)|convien(?:nent|t)|convenons|donn(?:e|ons|ent)(?: \w+)? mandat`},
				{`chef de file|mandataire`, `design(?:e|ons|ent)|donn(?:e|ons|ent)(?: \w+)? mandat|mandat(?:e|ons|ent)`, `groupement|consortium|candidature|reponse`},
			},
			misleading: `sepa|prelevements?|elus?|mandats? (?:20[0-9]{2}|electif|municipal)\w*`,
		},
		"deliberation": {
			names: []string{`(?:cp|cm|cs) 20[0-9]{6} [0-9]+`, `(?:comite|conseil|assemblee|bureau|commission permanente|seance)(?: \w+){0,5} extraits?`, `extraits? (?:\w+ ){0,4}(?:comite|conseil|commission permanente|seance|assemblee)(?: \w+)*`, `controle de legalite`, `dl ?(?:20)?[0-9]{2}(?: [0-9]+)*`, `[0-9]{3} [0-9]{9} 20[0-9]{6} (?:\w+ )+de`, `(?:council|board) (?:resolution|decision)s?`, `dc[mcap] ?(?:n |no )?[0-9]+(?: [0-9]+)*`, `del(?:ib)? ?(?:n |no )?(?:20)?[0-9]{2}(?: ?[0-9]+)*`, `(?:pv|proces verbal|extraits?|decision|releve de decisions)(?: \w+){0,6} (?:approuvant|autorisant|validant)(?: \w+)*`, `(?:proces verbal|pv) (?:du |de |d )?(?:bureau|conseil|ca|cm|cc|comite)(?: \w+)*`, `decisions? (?:du |de la |de l )?(?:bureau|conseil|commission|president|assemblee)(?: \w+)*`},
			hints: []string{`pv`, `proces verbal`, `conseil (?:municipal|communautaire|departemental|regional|metropolitain)`},
			titles: []string{
				`extraits? (?:du |des )?(?:registres? )?(?:des |de )?deliberations?`, `registre des deliberations`, `deliberations? (?:n|no|numero|du|de|portant|relative|[0-9]+)`, `deliberation`,
				`extrait du proces verbal`, `proces verbal (?:\w+ ){0,4}(?:conseil|bureau|comite|commission)`,
			},
			paper:      true,
			needs:      `delibere|decide|approuve|autorise|vote|unanimite|voix`,
			says:       [][]string{{`apres en avoir delibere`}},
			misleading: `deliberations? (?:\w+ ){0,2}(?:tarifs?|tarification|indemnites?|cantines?|plu|plui|voiries?|scolaires?|taxes?|fiscalite|impots|subventions? aux|urbanisme|personnel|emplois|rifseep|budget primitif|dechets|eau|assainissement|cimetieres?|marches? publics?)`,
			unless:     `sont elus|election (?:du|de son|d un) (?:nouveau )?bureau`,
			off:        `tarifs?|redevances?|cantines?|ordures|dechets|plui?|indemnites|regime indemnitaire|tableau des (?:emplois|effectifs)|voirie|taxes?|assainissement|budget primitif|decision modificative|cimetiere|vente|cession|acquisition|bail|marche de travaux|denomination|ouverture dominicale`,
		},
		"pouvoir_signature": {
			names:  []string{`attestations? (?:\w+ )?habilit\w+(?: \w+)*`, `habilit\w+`, `powers? of attorney(?: \w+)*`, `signatory authori\w+`, `(?:delegation|authori[sz]ation) of (?:signature|authority)`, `(?:mandat|autorisation|pouvoir|habilitation|delegation) (?:de |a |pour )?(?:signature|signer)`, `autorisation de signature`, `specimen de signature`, `subdelegation`},
			hints:  []string{`signatures?`, `signer`},
			titles: []string{`delegations? de fonctions?(?: et de signature)?`, `power of attorney`, `arrete portant delegation`, `subdelegation`, `delegations? (?:de |du )?(?:signature|pouvoirs?)`, `procuration`, `habilitation (?:a signer|de signature|du signataire)`, `pouvoir(?:s)?`},
			says: [][]string{
				{`(?:est|sont|etant) (?:dument )?(?:habilitee?s?|autorisee?s?|mandatee?s?)|donne (?:tous )?pouvoirs?`, `signer|signature|engager`, `specimen|signataire|soussignee?|valablement`},
				{`autorise|habilite|mandate|delegue`, `a signer|signer en (?:mon|son|notre) nom`},
				{`(?:donne|delegue|donnons|confere)(?: \w+){0,4} (?:pouvoirs?|delegation|procuration)`, `signer|signature`},
				{`(?:habilitee?|autorisee?) a signer`},
			},
			unless:     `apres en avoir delibere|article 9`,
			paper:      true,
			misleading: `pouvoirs? (?:d |de )?(?:agir|achat)|delegations? (?:regionale|departementale|territoriale|generale|locale|ministerielle|interministerielle|academique|syndicale)`,
		},
		"attestation_regularite": {
			names: []string{`attest\w*(?: \w+){0,3} (?:cotisations?|fournitures?|declarations?)(?: \w+)*`, `tax (?:clearance|compliance|certificates?)(?: \w+)*`, `clearance certificates?`, `quitus(?: fisc\w*| soc\w*)?`, `attest\w* (?:de |d )?(?:situation )?(?:cps|cafat|cgss|css|msa|rsi|ssi|ircantec|agirc|arrco|carsat|pole emploi|tva|impots)(?: \w+)*`, `(?:cps|cafat|cgss|msa) attest\w*(?: \w+)*`, `(?:attest\w*|certificats?) (?:de )?(?:regul\w*|vigilance|fisc\w*|soc\w*|msa|impots)`, `regularites? (?:fiscales?|sociales?)(?: et (?:fiscales?|sociales?))?`, `noti2`, `attestation(?:s)? (?:dgfip|impots)`},
			hints: []string{`attest\w*`, `fiscale?s?`, `impots?`, `cotisations?`},
			titles: []string{
				`noti ?2`, `etat annuel des certificats`,
				`attestations? (?:relative|concernant)(?: \w+){0,3} (?:cotisations|impots|situation|paiement|obligations)`, `tax (?:clearance|compliance)`,
				`attestations? (?:de |d )?(?:vigilance|regularite|fiscales?|sociales?|fourniture|non condamnation)`, `attestation(?:s)? sur l honneur`, `declaration sur l honneur`,
				`attestation urssaf`, `situation fiscale`,
			},
			says: [][]string{
				{`attest\w+|certifi\w+`, `cotisations|contributions|obligations (?:declaratives|fiscales|sociales)|impots`, `acquitte\w*|a jour|en regle|regularite|(?:versement|paiement) (?:de |des |du )?(?:ses |les )?(?:cotisations|contributions|impots)|respecte`},
				{`(?:declare|atteste|certifie) sur l honneur`, `interdiction|condamnation|redressement|liquidation|a jour|exclusion|exactitude`},
				{`a jour de (?:ses|mes|nos) (?:obligations|cotisations|declarations)|en regle au regard`, `sociales?|fiscales?|urssaf|impots?`},
				{`sur l honneur`, `soussignee?`},
			},
			paper:      true,
			misleading: `rc|rc pro|responsabilite civile|decennale|rescrits?|dons?|domicile|employeur|hebergement|emploi|fin de formation|reussite|participation|assurance|presence|formation|stage|engagement|soutien|cofinancement|partenariat|titularite|siret`,
		},
		"rapport_activite": {
			names:  []string{`rapports? d ?activ\w*`, `bilans? moral\w*`, `retour sur (?:\w+ )?(?:annee|activite)`, `(?:annual|activity|impact) reports?(?: \w+)*`, `rapports? d ?(?:act\w*|impact\w*)`, `rapports? act(?:iv\w*)?`, `bilans? (?:des |d )?actions?(?: \w+)*`, `ra (?:\w+ )?(?:20)?1[4-9]`, `ra (?:\w+ )?(?:20)?2[0-2]`, `ra ?20[0-9]{2}`, `rapports? (?:moral|annuel|d activites?)(?: et (?:financier|d activites?))?`, `bilans? qualitatifs?`, `compte rendu d activites?`},
			hints:  []string{`activites?`},
			titles: []string{`annual report`, `activity report`, `rapport d impact`, `(?:rapport|bilan|compte rendu)s? (?:annuel )?(?:d |des )?activites?`, `rapport (?:moral|annuel)`},
			says: [][]string{
				{`temps forts|faits marquants|chiffres cles|en chiffres|bilan (?:de l annee|qualitatif|quantitatif)|annee ecoulee`, `beneficiaires|adherents|ateliers|participants|frequentation|usagers|personnes accompagnees`, `20[0-9]{2}`, `actions?|projets?|activites?|annee`},
			},
		},
		"calendrier": {
			names:      []string{`time ?lines?`, `(?:project |projet )?(?:schedule|timetable|milestones|work ?plan)`, `road ?maps?`, `tableaux? de marche(?: \w+)*`, `feuilles? de route`, `jalonnement`, `echeanciers?`, `phasages?(?: \w+)*`, `chronologie`, `macro ?planning`, `jalons`},
			hints:      []string{`echeances?`},
			misleading: `(?:calendriers?|plannings?) (?:\w+ ){0,2}(?:collectes?|dechets|poubelles|ramassage|electoral|sportif|festivites|menages?|gardes?|astreintes?|entretien|cours|interventions? techniques?)|(?:calendriers?|plannings?) (?:\w+ ){0,2}(?:scolaires?|vacances|ateliers?|permanences?|formations?|evenements?|reunions?|conges?|benevoles?|salles?|auditions?|animations?|ouvertures?|stages?|avent|perpetuel|\w*disponibilites?)`,
			titles:     []string{`feuilles? de route`, `road ?map`, `project (?:schedule|timeline)`, `phasage`, `etapes du projet`, `tableau de marche`, `calendrier`, `(?:retro ?)?planning`, `diagramme de gantt`, `echeancier`, `chronogramme`},
			says: [][]string{
				{`trimestre|semestre|t1|janvier`, `t2|mars|juin`, `phase|etape|jalon|livrable`},
				{`t1`, `t2`, `t3`, `t4`, `recrutement|diagnostic|formations?|copil|evaluation|lancement|phase|etape|actions?|livrables?`},
				{`(?:mois|m) ?1`, `(?:mois|m) ?(?:2|3)`, `(?:mois|m) ?(?:6|12|18|24)`, `lancement|copil|livrables?|jalons?|phase|etape|actions?|recrutement|diagnostic`},
			},
			unless: `charges|depenses|article 3|exercice clos|commissaires? aux comptes`,
		},
		"equipe_cv": {
			names:      []string{`linkedin(?: \w+)*`, `parcours professionnel`, `(?:project )?team(?: \w+)*`, `org(?:anization|anisation|anizational)? charts?`, `track records?`, `organigrammes? (?:\w+ )?(?:services?|techniques?|fonctionnels?|operationnels?|salaries?|equipes?)(?: \w+)*`, `bios?(?: \w+)*`, `etp(?: \w+)*`, `intervenants?`, `(?:equipe|competences) (?:projet|mobilisees?)`, `fiches? (?:de )?postes?(?: \w+)*`, `profils? (?:de )?postes?(?: \w+)*`, `moyens humains`, `organigramme (?:du |de |de l )?(?:equipe|projet equipe)`, `trombinoscope`, `biographies?`},
			misleading: `references? (?:biblio\w*|reglementaires?|juridiques?|produits?|commande|facture|bancaires?)|cadres? de references?|equipes? (?:de )?(?:foot\w*|france|sport\w*)`,
			hints:      []string{`ressources humaines`, `profils?`},
			titles:     []string{`organigramme des services`, `(?:project )?team`, `fiche de poste`, `curriculum vitae`, `cv`, `(?:presentation de l |composition de l )equipe`, `l equipe (?:projet|du hub|dediee)`},
			says: [][]string{
				{`experiences? professionnelles?|parcours professionnel`, `formations?|diplomes?`, `competences|langues|centres d interet`},
				{`organigrammes?`, `poles?|services?|directions?`, `salaries|charge\w* de|assistante?|comptable|responsables?|equivalents? temps plein|etp`},
				{`competences`, `diplomes?|baccalaureat|licence|master|bts|bpjeps|dut|deug|formations?`, `parcours|experiences?`, `[0-9]{4} (?:a ce jour|[0-9]{4})|depuis [0-9]{4}|stage|poste|mediat\w+`},
				{`(?:charge\w* de|coordinat\w+|directeurs?|directrices?|mediateurs?|mediatrices?|chef\w* de projet)`, `etp|equivalents? temps plein|temps plein|quotite`, `equipe|postes?|effectifs?|moyens humains`},
			},
		},
		"dirigeants": {
			names:  []string{`listes? des personnes (?:chargees|habilitees)(?: \w+)*`, `trombi\w* (?:du |des |de la )?(?:ca|bureau|elus|conseil\w*|administrateurs)`, `board (?:members|of directors)(?: \w+)*`, `(?:list of )?(?:directors|officers) list`, `composition(?: \w+){0,3} (?:comite|executif|conseil|assemblee)(?: \w+)*`, `executifs? (?:departemental|regional|municipal|communautaire|metropolitain)`, `tableaux? (?:du |des |de )?(?:conseil(?:lers)?|elus|adjoints)(?: \w+)*`, `listes? (?:des |de )?(?:elus|conseillers|delegues|vice presidents|adjoints)(?: \w+)*`, `pv (?:d |de )?(?:ag |age |ago |ca )?(?:\w+ )?(?:elections?|renouvellement|installation) (?:\w+ )*(?:bureau|ca|conseil|president\w*|comite)(?: \w+)*`, `(?:noms?|identites?) (?:\w+ )?(?:presidente?|dirigeants?|tresoriere?)(?: \w+)*`, `presidente? tresoriere? secretaires?`, `(?:ca|conseil) (?:et )?bureau`, `(?:liste|composition|membres)(?: \w+){0,4} (?:ca|bureau|conseil|dirigeants?|administrateurs?)`, `administrateurs?(?: 20[0-9]{2})?`, `(?:instances|organes)(?: \w+){0,2} (?:dirigeante?s?|direction|gouvernance|decision\w*)`, `representants legaux`, `mandataires sociaux`, `comite (?:directeur|de direction)`},
			hints:  []string{`bureau`, `gouvernance`},
			titles: []string{`organes? de direction`, `beneficiaires? effectifs?`, `mandataires sociaux`, `(?:tableau|liste|composition) des membres (?:de|du)(?: l)? \w+`, `membres de l executif`, `board of directors`, `tableau du conseil municipal`, `listes? des (?:elus|conseillers|representants|mandataires)`, `instances dirigeantes`, `gouvernance de l association`, `listes? des (?:dirigeants|administrateurs|membres)`, `composition (?:du|de la) (?:conseil|bureau|ca|gouvernance)`, `membres du (?:bureau|conseil d administration)`},
			says: [][]string{
				{`vice presidente?s?`, `membres? du (?:bureau|conseil)|adjointe?s?|conseillers?`, `tableau|liste|rang|composition|mandature`},
				{`presidente?`, `tresoriere?`, `secretaire`, `liste|membres|composition|bureau`},
				{`sont elu\w*|est elue?|election (?:du|de son|d un|des membres du) (?:\w+ )?(?:bureau|ca|conseil)|(?:composition|membres) (?:du|de la|des)`, `presidente?`, `tresoriere?|vice presidentes?`, `secretaires?|administrat\w+|conseil\w+|membres`},
			},
			unless:     `article 3|apres en avoir delibere|chers|rapport`,
			misleading: `organigramme (?:du |de |de l |de la )?(?:projet|hub|technique|fonctionnel|equipe|groupement|consortium)`,
		},
	}
}

func (k *kind) ofProject() bool { return k != nil && k.project }

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

// theme is what a call for these projects is about.
var theme = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:hubs?|appel (?:a|aux) (?:projets?|manifestations?)|aap|ami|inclusion|inclusifs?|mediation numerique|candidatures?|groupement|chef de file|banque des territoires|caisse des depots)\b`)
})

// excludes reports whether a text is none of the kind, whatever its title.
func (k *kind) excludes(text string) bool {
	switch {
	case k == nil:
		return false
	case k.re.unless != nil && k.re.unless.MatchString(text):
		return true
	}
	return k.re.off != nil && k.re.off.MatchString(text) && !theme().MatchString(text)
}
