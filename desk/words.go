package desk

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"greffier/cases"
	"greffier/cases/french"
)

// mark is a state shown by a word, a sign and a colour.
type mark struct {
	Tone string // right, todo, wrong, calm
	Sign string
	Word string
}

func right(word string) mark { return mark{"right", "✔", word} }
func todo(word string) mark  { return mark{"todo", "?", word} }
func wrong(word string) mark { return mark{"wrong", "✘", word} }
func calm(word string) mark  { return mark{"calm", "·", word} }

// words are the functions of the templates: every state in the words of the desk.
func words(zone *time.Location) template.FuncMap {
	at := func(v any) time.Time {
		switch v := v.(type) {
		case time.Time:
			if !v.IsZero() {
				return v.In(zone)
			}
		case *time.Time:
			if v != nil {
				return v.In(zone)
			}
		}
		return time.Time{}
	}
	return template.FuncMap{
		"when": func(v any) template.HTML {
			t := at(v)
			return timeElement(t, french.ShortDay(t)+", "+french.HourMinute(t))
		},
		"exact": func(v any) template.HTML {
			t := at(v)
			return timeElement(t, french.ShortDay(t)+", "+french.ExactHour(t))
		},
		"clock":    func(v any) template.HTML { t := at(v); return timeElement(t, french.ExactHour(t)) },
		"day":      func(v any) template.HTML { t := at(v); return timeElement(t, french.ShortDay(t)) },
		"date":     func(v any) template.HTML { t := at(v); return timeElement(t, french.Day(t)+" à "+french.ExactHour(t)) },
		"plainDay": func(v any) string { return french.ShortDay(at(v)) },
		"city":     func() string { return french.ZoneName(zone) },

		"size": french.Size, "plural": french.Plural, "number": french.Number[int],
		"timeliness": timelinessMark, "completeness": completenessMark, "status": statusMark, "letterState": letterMark,
		"letter": letterWord, "kind": kindWord, "clockName": clockWord, "task": taskWord, "scan": scanMark, "suggestion": suggestionWord,
		"fileFault": faultWord, "fact": factWord, "factSource": factSourceWord, "factValue": factValue, "senderRole": roleWord, "decision": decisionWord, "queryAt": func(at int) int { return at + 1 }, "undone": func(by string) mark { return calm("annulée par " + by) }, "why": whyWords, "short": func(sha string) string { return sha[:min(len(sha), 12)] },
		"person": person, "remarks": remarkWords, "queryFault": queryFaultWord, "said": saidWords(at), "sortAddress": func(ref string, f cases.FileSheet) string { return sortAddress(ref, f, "") },
		"doubt": doubtWord, "todoMark": todo, "arbitration": shortSpan, "euros": euros, "asked": askedWords, "journalOf": journalOf, "asideReason": asideWord, "labelQuery": labelQuery, "clip": clip, "phaseMeans": phaseMeans, "senderQuery": senderQuery, "manyValued": cases.FactName.ManyValued, "valueWords": valueWords, "kinship": kinshipWords,
		"fileHref": fileHref, "held": heldBack, "filename": nameOf, "typeWord": typeWord, "number64": func(n int64) string { return french.Number(int(n)) },
		"complementState": complementMark, "complementVerdict": complementVerdict, "askedState": askedMark, "replied": func(by string) mark { return right("répondu par " + by) },
	}
}

// subjectMost is how much of a subject is shown, in characters.
const subjectMost = 300

// clip shortens a subject that would fill a page; the raw mail has all of it.
func clip(subject string) string {
	if r := []rune(subject); len(r) > subjectMost {
		return string(r[:subjectMost]) + "…"
	}
	return subject
}

// person names a sender: the name it gives, else its address.
func person(a cases.Address) string {
	if a.Name != "" {
		return a.Name
	}
	return a.Address
}

func timelinessMark(t *cases.Timeliness) mark {
	if t == nil {
		return calm("aucun dépôt")
	}
	return timelinessMarks[*t]
}

var timelinessMarks = map[cases.Timeliness]mark{cases.OnTime: right("dans les délais"), cases.ToArbitrate: todo("à arbitrer"), cases.Late: wrong("hors délai")}

// complementMark says where a complement stands.
func complementMark(c cases.ComplementSheet) mark {
	switch c.Outcome {
	case cases.ComplementMet:
		return right("complet")
	case cases.ComplementPassed:
		return calm("échu")
	case cases.ComplementWithdrawn:
		return calm("retiré")
	}
	return todo("attendu")
}

// complementVerdict says whether a mail came in time for a complement.
func complementVerdict(c *cases.ComplementVerdict) mark {
	if c.Timeliness == cases.OnTime {
		return right("complément : dans les délais")
	}
	return wrong("complément : hors délai")
}

func askedMark(here bool) mark {
	if here {
		return right("arrivée")
	}
	return wrong("attendue")
}

func completenessMark(c cases.Completeness) mark {
	if c == cases.Complete {
		return right("complet")
	}
	return todo("incomplet")
}

func statusMark(s cases.Status) mark {
	switch s {
	case cases.Present:
		return right("présente")
	case cases.Doubtful:
		return todo("à vérifier")
	case cases.Missing:
		return wrong("manquante")
	case cases.Unreadable:
		return mark{"wrong", "!", "illisible"}
	case cases.ByLink:
		return mark{"wrong", "!", "lien sans fichier"}
	case cases.Infected:
		return mark{"wrong", "!", "infectée"}
	case cases.Refused:
		return wrong("refusée")
	}
	return calm("facultative")
}

func scanMark(s cases.ScanState) mark {
	switch s {
	case cases.ScanClean:
		return right("aucun virus trouvé")
	case cases.ScanInfected:
		return mark{"wrong", "!", "virus : ne pas ouvrir"}
	case cases.ScanPending:
		return todo("analyse antivirus à venir")
	case cases.ScanUnavailable:
		return todo("antivirus sans réponse")
	}
	return calm("non analysé par un antivirus")
}

func letterMark(s cases.LetterState) mark {
	switch s {
	case cases.LetterOwed:
		return calm("à écrire")
	case cases.LetterWorded:
		return calm("prêt à partir")
	case cases.LetterRetrying:
		return todo("nouvel essai prévu")
	case cases.LetterHeld:
		return todo("retenu : limite atteinte")
	case cases.LetterSent:
		return right("envoyé")
	case cases.LetterRefused:
		return wrong("refusé par le serveur du destinataire")
	case cases.LetterBounced:
		return wrong("non remis")
	}
	return calm("annulé")
}

func letterWord(k cases.LetterKind) string {
	words := map[cases.LetterKind]string{
		cases.LetterPack: "Envoi du dossier de candidature", cases.LetterAck: "Accusé de réception", cases.LetterReceived: "Message bien reçu",
		cases.LetterWaiting: "Message en attente", cases.LetterReminder: "Rappel", cases.LetterIncomplete: "Dossier incomplet à l’échéance",
		cases.LetterLate: "Avis de dépôt hors délai", cases.LetterClosed: "Appel clos", cases.LetterOversize: "Message trop volumineux",
		cases.LetterWithdrawal: "Désistement enregistré", cases.LetterReply: "Réponse de l’équipe", cases.LetterComplement: "Demande de complément", cases.LetterResend: "Demande de nouvel envoi",
		cases.LetterHearing: "Convocation à l’audition", cases.LetterResult: "Décision", cases.LetterDigest: "Résumé pour l’équipe", cases.LetterAlarm: "Alarme pour l’équipe",
	}
	return words[k]
}

func kindWord(k cases.Kind) string {
	words := map[cases.Kind]string{cases.Person: "une personne", cases.AutoReply: "réponse automatique", cases.Bounce: "avis de non-remise",
		cases.Report: "rapport de machine", cases.List: "liste de diffusion", cases.Challenge: "demande d’un antispam"}
	return words[k]
}

func clockWord(c cases.Clock) string {
	words := map[cases.Clock]string{cases.ClockBoundary: "notre serveur", cases.ClockInternalDate: "la boîte aux lettres", cases.ClockNone: "aucun serveur n’en répond"}
	return words[c]
}

// taskWords are the kinds of tasks: what staff do about each.
var taskWords = []struct{ Kind, Word, Does string }{
	{"arbitrate", "Dépôt à arbitrer", "Reçu dans la minute qui suit l’échéance ou sans horloge sûre : une personne décide, avec un motif."},
	{"unreadable", "Fichier illisible", "Un fichier ne s’ouvre pas ; le candidat en est averti par l’accusé de réception."},
	{"to_sort", "Fichier à classer", "Aucune pièce n’a été reconnue dans un fichier : dire laquelle c’est."},
	{"message", "Message à lire", "Un candidat a écrit, sans fichier : lire, et répondre s’il le faut."},
	{"complement", "Complément arrivé ou échu", "Tout ce qui était demandé est arrivé, ou l’échéance du complément est passée : reprendre l’examen."},
	{"asks_more", "Pièces demandées en plus", "Le dossier était complet ; ce qu’il dit maintenant fait demander d’autres pièces : vérifier le fait qui les demande."},
	{"by_link", "Lien à la place d’un fichier", "Le message renvoie à un service de transfert : rien n’a été reçu, le candidat en est averti."},
	{"merge_proposed", "Dossiers peut-être identiques", "Deux dossiers semblent être une seule candidature : les réunir ou non."},
	{"split_proposed", "Message peut-être d’un autre candidat", "Un message du dossier nomme un autre candidat : le séparer ou non."},
	{"withdrawal", "Désistement", "Le candidat renonce ; c’est enregistré et confirmé."},
	{"new_sender", "Nouvelle adresse", "Une adresse inconnue du dossier a répondu à l’une de nos lettres : elle peut ajouter des fichiers, pas en remplacer."},
	{"bounce", "Lettre non remise", "L’adresse ne reçoit pas nos lettres : joindre le candidat autrement."},
	{"bounce_elsewhere", "Lettre réexpédiée, non remise", "La lettre a été réexpédiée à une adresse qui ne répond pas ; le destinataire l’a peut-être."},
	{"refused", "Lettre refusée", "Le serveur du destinataire refuse la lettre : vérifier l’adresse."},
	{"held", "Lettre retenue", "Une limite d’envoi est atteinte : la lettre partira plus tard, rien n’est perdu."},
	{"challenge", "Demande d’un antispam", "Un service antispam demande qu’une personne confirme l’envoi : suivre son lien."},
	{"oversize", "Message trop volumineux", "Seul l’en-tête est conservé ; l’expéditeur en est averti."},
	{"found_on_time", "Dépôt retrouvé à temps", "Reçu avant l’échéance et lu après : le dossier a été rouvert, puis figé à nouveau."},
	{"infected", "Fichier infecté", "L’antivirus a trouvé un virus : ne pas ouvrir. Le candidat est invité à renvoyer le fichier."},
	{"dangerous", "Fichier dangereux", "Un fichier pourrait agir sur l’ordinateur qui l’ouvre (programme, script, raccourci, image de disque, macros, page web) : ne pas l’ouvrir avant d’en avoir parlé avec le candidat."},
	{"unscanned", "Fichier non analysé", "L’antivirus ne peut pas juger ce fichier : l’ouvrir avec prudence."},
	{"cleared", "Fichier blanchi", "L’antivirus est revenu sur son avis : vérifier la pièce."},
	{"to_attach", "Message à rattacher", "Un message attend à côté d’un dossier : le rattacher ou l’écarter."},
}

func taskWord(kind string) string {
	for _, w := range taskWords {
		if w.Kind == kind {
			return w.Word
		}
	}
	return "Autre tâche"
}

// suggestionWord says why a file is taken for a piece.
func suggestionWord(s cases.Suggestion) string {
	quote := "« " + s.Quote + " »"
	switch s.By {
	case cases.ByTitle:
		return "le document s’intitule " + quote
	case cases.ByText:
		return "le document dit " + quote
	case cases.ByForm:
		return "c’est notre formulaire, rempli"
	case cases.ByMail:
		return "le message dit " + quote
	case cases.ByPerson:
		return "une personne de l’équipe l’a dit"
	}
	return "le nom du fichier dit " + quote
}

// faultWord says why a file is not as it should be.
func faultWord(code string) string {
	words := map[string]string{"": "", "encrypted": "protégé par un mot de passe", "empty": "vide", "truncated": "incomplet ou abîmé", "format": "format non demandé",
		"blank": "document vide", "unread": "lecture interrompue : à ouvrir avec prudence", "blank_form": "formulaire sans réponse", "no_pages": "sans aucune page", "shortcut": "raccourci sans le document",
		"redirect": "page qui mène ailleurs", "link": "lien sans le document", "program": "programme, et non document", "archive": "archive non ouverte", "split": "morceau d’un envoi découpé", "embedded": "PDF qui porte d’autres fichiers", "unknown": "format inconnu", "disk_image": "image de disque, non ouverte", "foreign": "format propre à un logiciel", "bomb": "archive démesurée"}
	if w, ok := words[code]; ok {
		return w
	}
	return "à vérifier"
}

func roleWord(role string) string {
	switch role {
	case "candidate":
		return "candidat"
	case "added":
		return "ajoute des fichiers seulement"
	}
	return "connue du dossier"
}

// decisionWord says what staff decided of a case.
func decisionWord(kind cases.DecisionKind, verdict string) string {
	switch kind {
	case cases.DecideArbitration:
		if cases.Timeliness(verdict) == cases.OnTime {
			return "Arbitré : dans les délais"
		}
		return "Arbitré : hors délai"
	case cases.DecideDerogation:
		return "Admis par dérogation"
	case cases.DecidePhase:
		return "Phase décidée : " + cases.Phase(verdict).Label()
	case cases.DecideMerge:
		return "Réuni à un autre dossier"
	case cases.DecideSplit:
		return "Messages séparés du dossier"
	}
	return "Décision"
}

func factWord(name cases.FactName) string {
	words := map[cases.FactName]string{cases.FactOrganisation: "Organisme", cases.FactLegalForm: "Forme juridique", cases.FactSIREN: "SIREN", cases.FactSIRET: "SIRET",
		cases.FactGrouping: "Groupement", cases.FactLead: "Chef de file", cases.FactPartner: "Partenaire", cases.FactTerritory: "Territoire", cases.FactAmount: "Montant demandé",
		cases.FactCost: "Coût du projet", cases.FactTax: "Taxe", cases.FactQPV: "Quartiers politique de la ville", cases.FactTownCentre: "Action cœur de ville",
		cases.FactContact: "Contact", cases.FactEmail: "Courriel", cases.FactPhone: "Téléphone", cases.FactLegalRep: "Représentant légal", cases.FactSignatory: "Signataire", cases.FactProject: "Projet"}
	if w := words[name]; w != "" {
		return w
	}
	return string(name)
}

// factValue gives a value in French: the stored one is for comparison.
func factValue(name cases.FactName, value string) string {
	switch name {
	case cases.FactGrouping, cases.FactQPV, cases.FactTownCentre:
		switch value {
		case "yes":
			return "oui"
		case "no":
			return "non"
		}
	case cases.FactTerritory:
		if name := cases.TerritoryName(value); name != value {
			return name + french.NBSP + "(" + value + ")"
		}
	case cases.FactAmount, cases.FactCost:
		euros, cents, found := strings.Cut(value, ".")
		n, err := strconv.Atoi(euros)
		if err != nil || !found {
			return value
		}
		if cents == "00" {
			return french.Number(n) + french.NBSP + "€"
		}
		return french.Number(n) + "," + cents + french.NBSP + "€"
	}
	return value
}

func factSourceWord(source cases.FactSource) string {
	words := map[cases.FactSource]string{cases.FromPerson: "confirmé", cases.FromForm: "formulaire", cases.FromBudget: "budget", cases.FromText: "document", cases.FromMail: "message"}
	if w := words[source]; w != "" {
		return w
	}
	return string(source)
}

// whyWords says in French why a mail went where it did, and who decided since.
func whyWords(why string) string {
	words := map[string]string{
		"a machine speaks of a letter":                                       "une machine parle d’une de nos lettres",
		"our own mail":                                                       "notre propre courrier",
		cases.WhyStaff:                                                       "envoyé par un collègue",
		"received before any edition opened":                                 "reçu avant l’ouverture de tout appel",
		"received outside every edition":                                     "reçu en dehors de tout appel",
		"its sender is known to the case":                                    "l’expéditeur est connu du dossier",
		"its sender is known in several cases of the edition":                "l’expéditeur est connu de plusieurs dossiers de l’édition",
		"its subject quotes a reference, its sender is unknown to that case": "l’objet cite une référence, mais ce dossier ne connaît pas l’expéditeur",
		"first contact":                                                      "premier contact",
		"first deposit, to arbitrate against the deadline":                   "premier dépôt, à arbitrer",
		"first deposit, after the deadline":                                  "premier dépôt, après l’échéance",
		"answers a letter of ours":                                           "répond à l’une de nos lettres",
		"answers a letter of a closed edition":                               "répond à une lettre d’une édition close",
		"answers a letter of a closed edition; its sender has a case in the open one": "répond à une lettre d’une édition close ; l’expéditeur a un dossier dans celle qui est ouverte",
		"a copy: same Message-ID, same files":                                         "copie d’un message déjà reçu, avec les mêmes fichiers",
		"cannot be answered: its sender reads no answers":                             "l’expéditeur ne lit pas les réponses",
		"cannot be answered: our server says that the sender is forged (DMARC)":       "notre serveur dit que l’expéditeur est usurpé (DMARC)",
		"cannot be answered: our server says that it is spam":                         "notre serveur le tient pour indésirable",
		"written by staff from a mail client":                                         "écrit par l’équipe depuis une messagerie",
	}
	first, rest, decided := strings.Cut(why, "; attached by ")
	if !decided {
		first, rest, _ = strings.Cut(why, "; taken back by ")
	}
	said := words[first]
	switch {
	case said != "":
	case strings.HasPrefix(first, "cannot be answered: "):
		said = "une machine ou une liste l’a envoyé : il ne peut pas recevoir de réponse"
	default:
		said = "décision de la machine"
	}
	if rest != "" {
		said += " ; puis l’équipe en a décidé"
	}
	return said
}
