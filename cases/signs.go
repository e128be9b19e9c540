package cases

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// kind is what the world knows of a kind of document: how it is headed and what
// only it says. The kinds carry the ids of the pieces that funders ask for; a
// piece with an id of the operator's own has only the patterns he writes.
//
// All patterns are over folded text (see Fold).
type kind struct {
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
	titles             []*regexp.Regexp
	says               [][]*regexp.Regexp
	needs, unless, not *regexp.Regexp
}

func (k *kind) compile() {
	for _, expr := range k.titles {
		k.re.titles = append(k.re.titles, regexp.MustCompile(`\b(?:`+expr+`)\b`))
	}
	for _, set := range k.says {
		var all []*regexp.Regexp
		for _, expr := range set {
			all = append(all, regexp.MustCompile(`\b(?:`+expr+`)\b`))
		}
		k.re.says = append(k.re.says, all)
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

func (k *kind) misleads(name string) bool {
	return k != nil && k.re.not != nil && k.re.not.MatchString(name)
}

func kindOf(p *Piece) *kind { return kinds()[p.ID] }

// closing is how letters end.
const closing = `agreer|salutations|cordialement|veuillez|je vous prie|fait (?:a|le)|pour valoir ce que de droit`

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
			titles: []string{
				`(?:dossier|formulaire|acte|note|memoire) de (?:candidature|reponse)`, `dossier (?:technique|projet|de presentation|de projet)`,
				`reponse a l (?:appel|ami|aap)`, `memoire technique`, `note (?:de presentation|d intention|descriptive|de synthese)`, `presentation du (?:projet|hub)`,
				`candidature (?:a l |au |de |du |pour )?(?:appel|hub|titre|groupement)`,
			},
			says: [][]string{
				{`(?:presentation|description|descriptif) (?:du|de la|de l|des) (?:candidat|projet|porteur|structure|groupement|hub|consortium)s?`, `territoires?|departements?`, `gouvernance|partenaires|missions?`, `hubs?`},
			},
			misleading: `recepisse|accuse de reception`,
		},
		"budget": {
			titles: []string{
				`budgets? (?:du |de l |de la |de |des )?(?:previsionnels?|projet|action|hub|global|detaille|triennal|pluriannuel|20[0-9]{2})`, `plans? de financement`,
				`(?:compte de resultat|compte d exploitation|bilan|tableau de financement)s? previsionnels?`, `annexes? (?:financieres?|budgetaires?)`, `business plan`, `plan d affaires`,
			},
			says: [][]string{
				{`charges|depenses|emplois`, `produits|recettes|ressources`, `subventions?|financeurs?|cofinance\w*|previsionnel\w*|demandes?|sollicites?`},
				{`cout total`, `montant (?:demande|sollicite)|aide (?:demandee|sollicitee)|autofinancement`},
			},
			unless:     `exercice clos|commissaires? aux comptes|capitaux propres`,
			misleading: `notification|lettre|attestation`,
		},
		"lettres_engagement": {
			titles: []string{
				`(?:lettre|courrier|attestation|declaration|certificat)s? (?:d |de |du )?(?:engagements?|intentions?|soutiens?|cofinancement|partenariat|participation|appui)`,
				`objet (?:\w+ ){0,6}(?:soutien|engagement|cofinancement|partenariat|participation|intention)`,
			},
			says: [][]string{
				{`s engage(?:nt|ra|ront)?|m engage|nous engageons|notre engagement|son engagement|son concours financier`, `projets?|hubs?|candidature`, closing},
				{`soutiens?|soutenir|soutient|soutenons|appui|appuyer`, `projets?|hubs?|candidature`, closing},
				{`cofinanc\w+|participation financiere|contribution financiere`, `hauteur de|euros|eur|montant`, closing},
			},
			unless:     `sur l honneur|donne pouvoir|deliberation|article 5`,
			misleading: `motivation|appel a projets? engagement`,
		},
		"statuts": {
			titles: []string{`statuts`, `convention constitutive`, `acte constitutif`},
			needs:  `(?:article|art|titre) (?:1|1er|i|premier|2|ii|3|iii)`,
			says: [][]string{
				{`article (?:1|1er|premier|i)`, `article (?:2|ii)`, `article (?:3|iii)`, `denomination|objet|siege`, `assemblee generale|associes|conseil d administration`},
			},
			unless:     `chef de file|membres du groupement`,
			misleading: `statuts? juridiques?|statut (?:de l |du |des )?(?:avancement|projet|demande|dossier)`,
		},
		"immatriculation": {
			titles: []string{
				`extrait (?:k ?bis|d immatriculation)(?: \w+){0,6}`, `k ?bis`, `recepisse (?:de )?(?:la )?declaration`, `recepisse (?:\w+ ){0,3}association`,
				`(?:avis de )?situation au repertoire sirene`, `certificat d inscription`, `repertoire national des associations`, `avis d identification`,
				`insertion au journal officiel`, `journal officiel (?:\w+ ){0,8}associations?`, `extrait du registre (?:national|du commerce|de commerce)`,
			},
			says: [][]string{
				{`immatriculation|immatriculee?`, `greffe|rcs|registre du commerce`, `denomination|raison sociale|capital|forme juridique`},
				{`siren`, `siret`, `ape|naf|activite principale`, `insee|sirene`},
				{`recepisse`, `prefete?|prefecture|sous prefecture`, `declaration`},
				{`w[0-9]{9}`, `declaration|recepisse`},
			},
			unless:     `iban|article 5|apres en avoir delibere|budget previsionnel|compte de resultat`,
			misleading: `recepisse (?:de |du )?(?:depot|dossier|envoi|reception|candidature|transmission)(?: (?:de|du|d) \w+)*|recepisse hub\w*`,
		},
		"comptes_annuels": {
			titles: []string{
				`comptes? (?:annuels?|sociaux|consolides?|clos|approuves?|certifies)`, `bilans? (?:et (?:annexe|comptes? de resultats?)|comptables?|simplifie|actif|passif|au 3[01]|detaille|20[0-9]{2}|financiers?)`,
				`comptes? de resultats?`, `rapport (?:general |special )?(?:du|des|de) commissaires? aux comptes`, `liasse fiscale`, `etats? financiers?`, `rapport (?:financier|du tresorier)`,
				`exercice clos (?:le |au )?3[01]`, `balance generale`,
			},
			says: [][]string{
				{`actif`, `passif`, `immobilisations?|creances|disponibilites|capitaux propres|fonds propres|fonds associatifs|dettes`},
				{`produits d exploitation`, `charges d exploitation`},
			},
			unless:     `budget previsionnel|article 5`,
			misleading: `bilan (?:du |de l |de la |de |des )?(?:hubs?|projets?|mi parcours|actions?|concertation|atelier|formation|missions?|territorial|social|energetique|numerique)`,
		},
		"rib": {
			titles:     []string{`releve d identite bancaire`, `rib`, `iban international bank account number`, `identifiant (?:national|international) de compte`},
			iban:       true,
			needs:      `iban|bic|code (?:banque|guichet)|domiciliation|titulaire|[a-z]{2}[0-9]{2} ?[0-9a-z]{4}.*`,
			unless:     `facture|devis`,
			misleading: `distrib|contrib`,
		},
		"accord_consortium": {
			titles: []string{
				`(?:accord|convention|contrat|protocole|charte|pacte)s? (?:d accord )?(?:de |du |d |cadre de )?(?:constitution d[eu] )?(?:groupement|consortium|partenariat|cooperation|collaboration)`,
				`mandat (?:au |du |de |donne au )?(?:chef de file|mandataire|representation)`, `lettre de mandat`, `designation du (?:chef de file|mandataire)`,
			},
			says: [][]string{
				{`chef de file|mandataire`, `parties|membres du (?:groupement|consortium)|partenaires`, `article (?:1|1er|2|premier)|conviennent|donnent? mandat`},
			},
		},
		"deliberation": {
			titles: []string{
				`extraits? (?:du |des )?(?:registres? )?(?:des |de )?deliberations?`, `registre des deliberations`, `deliberations? (?:n|no|numero|du|de|portant|relative|[0-9]+)`, `deliberation`,
				`extrait du proces verbal`,
			},
			needs: `delibere|decide|approuve|autorise|vote|unanimite|voix`,
			says:  [][]string{{`apres en avoir delibere`}},
		},
		"pouvoir_signature": {
			titles: []string{`delegations? (?:de |du )?(?:signature|pouvoirs?)`, `procuration`, `habilitation (?:a signer|de signature|du signataire)`, `pouvoir(?:s)?`},
			says: [][]string{
				{`(?:donne|delegue|donnons|confere)(?: \w+){0,4} (?:pouvoirs?|delegation|procuration)`, `signer|signature`},
				{`(?:habilitee?|autorisee?) a signer`},
			},
			unless: `apres en avoir delibere|article 9`,
		},
		"attestation_regularite": {
			titles: []string{
				`attestations? (?:de |d )?(?:vigilance|regularite|fiscales?|sociales?|fourniture|non condamnation)`, `attestation(?:s)? sur l honneur`, `declaration sur l honneur`,
				`attestation urssaf`, `situation fiscale`,
			},
			says: [][]string{
				{`a jour de (?:ses|mes|nos) (?:obligations|cotisations|declarations)|en regle au regard`, `sociales?|fiscales?|urssaf|impots?`},
				{`sur l honneur`, `soussignee?`},
			},
		},
		"rapport_activite": {
			titles: []string{`(?:rapport|bilan|compte rendu)s? (?:annuel )?(?:d |des )?activites?`, `rapport (?:moral|annuel)`},
		},
		"calendrier": {
			titles: []string{`calendrier`, `(?:retro ?)?planning`, `diagramme de gantt`, `echeancier`, `chronogramme`},
			says:   [][]string{{`trimestre|semestre|t1|janvier`, `t2|mars|juin`, `phase|etape|jalon|livrable`}},
		},
		"equipe_cv": {
			titles: []string{`curriculum vitae`, `cv`, `(?:presentation de l |composition de l )equipe`, `l equipe (?:projet|du hub|dediee)`},
			says:   [][]string{{`experiences? professionnelles?|parcours professionnel`, `formations?|diplomes?`, `competences|langues|centres d interet`}},
		},
		"dirigeants": {
			titles:     []string{`listes? des (?:dirigeants|administrateurs|membres)`, `composition (?:du|de la) (?:conseil|bureau|ca|gouvernance)`, `membres du (?:bureau|conseil d administration)`},
			says:       [][]string{{`presidente?`, `tresoriere?`, `secretaire`, `liste|membres|composition|bureau`}},
			unless:     `article 3|apres en avoir delibere|chers|rapport`,
			misleading: `organigramme (?:du |de |de l |de la )?(?:projet|hub|technique|fonctionnel|equipe|groupement|consortium)`,
		},
	}
}

const (
	titleZone = 450   // of the folded text: where a document says what it is
	shortText = 6000  // folded bytes: a document of a few pages, about one thing
	readText  = 64000 // folded bytes that are looked at
)

// readDocument asks what stands in a file what it is.
func readDocument(c *Call, e Evidence) []claim {
	var out []claim
	if piece := formPiece(c, e.Reading.Fields); piece != "" {
		out = append(out, claim{piece: piece, weight: weighsForm, by: ByForm})
	}
	text := Fold(strings.Join(append(slices.Clone(e.Reading.Sheets), e.Reading.Text), "\n"))
	if len(text) > readText {
		text = text[:readText]
	}
	if text == "" {
		return out
	}
	titles := titleClaims(c, text)
	out = append(out, titles...)
	sure := weighsText
	if len(text) <= shortText {
		sure = weighsSure
	}
	for i := range c.Pieces {
		p := &c.Pieces[i]
		if quote := says(p, text); quote != "" {
			out = append(out, claim{p.ID, sure, ByText, quote, strings.Index(text, quote)})
		}
	}
	return out
}

// titleClaims finds the titles in the head of a text. The first is the title of
// the document; a later one may be a line of a table of contents.
func titleClaims(c *Call, text string) []claim {
	head := text[:min(len(text), titleZone)]
	var found []mention
	for i := range c.Pieces {
		p := &c.Pieces[i]
		best := mention{piece: p, start: len(head)}
		for _, re := range titlesOf(p) {
			if at := re.FindStringIndex(head); at != nil && (at[0] < best.start || at[0] == best.start && at[1] > best.end) {
				best.start, best.end = at[0], at[1]
			}
		}
		k := kindOf(p)
		if best.start == len(head) || k != nil && (k.re.needs != nil && !k.re.needs.MatchString(text) || k.re.unless != nil && k.re.unless.MatchString(text)) {
			continue
		}
		found = append(found, best)
	}
	var out []claim
	for _, m := range found {
		if slices.ContainsFunc(found, m.within) {
			continue
		}
		weight := weighsTitle
		if slices.ContainsFunc(found, func(o mention) bool { return o.start < m.start && !o.within(m) }) {
			weight = weighsText - 1
		}
		out = append(out, claim{m.piece.ID, weight, ByTitle, head[m.start:m.end], m.start})
	}
	return out
}

func titlesOf(p *Piece) []*regexp.Regexp {
	if k := kindOf(p); k != nil {
		return append(slices.Clip(k.re.titles), p.Content...)
	}
	return p.Content
}

// says gives the words in a text that only a document of the piece's kind has.
func says(p *Piece, text string) string {
	for _, re := range p.Content {
		if quote := re.FindString(text); quote != "" {
			return quote
		}
	}
	k := kindOf(p)
	if k == nil || k.re.unless != nil && k.re.unless.MatchString(text) {
		return ""
	}
	if k.iban {
		if n := ibans(text); n == 1 || n > 1 && len(text) <= shortText {
			return "iban"
		}
	}
	for _, set := range k.re.says {
		quote := ""
		for i, re := range set {
			words := re.FindString(text)
			if words == "" {
				quote = ""
				break
			}
			if i == 0 {
				quote = words
			}
		}
		if quote != "" {
			return quote
		}
	}
	return ""
}

// ibanForm is an account number with its country and check digits, in groups or
// not, as Fold leaves it; ibanLength is its length in the countries of the euro
// from which candidates bank (ISO 13616).
var (
	ibanForm   = regexp.MustCompile(`\b(?:fr|mc|be|lu|de|es|it|pt|nl|ie|at)[0-9]{2}(?: ?[0-9a-z]){11,30}`)
	ibanLength = map[string]int{"fr": 27, "mc": 27, "be": 16, "lu": 20, "de": 22, "es": 24, "it": 27, "pt": 25, "nl": 18, "ie": 22, "at": 20}
)

// ibans counts the valid account numbers in a folded text.
func ibans(text string) int {
	seen := make(map[string]bool)
	for _, found := range ibanForm.FindAllString(text, 100) {
		iban := strings.ReplaceAll(found, " ", "")
		if n := ibanLength[iban[:2]]; len(iban) >= n && validIBAN(iban[:n]) {
			seen[iban[:n]] = true
		}
	}
	return len(seen)
}

// validIBAN checks the two check digits (ISO 7064 MOD 97-10).
func validIBAN(iban string) bool {
	rest := 0
	for _, c := range []byte(iban[4:] + iban[:4]) {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'a' && c <= 'z':
			rest = (rest*100 + int(c-'a') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// formPiece tells which of our forms the fields are of, if it was filled in at
// least in part: the dossier by the tags of its questions, the budget by the
// names of its cells.
func formPiece(c *Call, fields []Field) string {
	dossier, budget, answers := 0, 0, 0
	for _, f := range fields {
		answered := strings.TrimSpace(f.Value) != ""
		switch f.Name {
		case "siret", "representant_legal", "mode_candidature", "projet_titre", "contact_courriel":
			dossier++
		case "regime_tva", "total_charges", "total_produits", "total_plan":
			budget++
			answered = answered && f.Value != "0"
		default:
			answered = false
		}
		if answered {
			answers++
		}
	}
	switch {
	case answers == 0:
	case dossier >= 3 && c.Piece("dossier_candidature") != nil:
		return "dossier_candidature"
	case budget >= 3 && c.Piece("budget") != nil:
		return "budget"
	}
	return ""
}
