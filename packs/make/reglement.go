package main

import "strings"

// reglement is the rules of the call in plain words. What only the funder
// may word (legal framework, appeals, personal data notice) is named and left
// to the funder.
func reglement(e edition) (document, error) {
	d := document{
		title:    "Règlement " + e.ofKind,
		subtitle: e.title(),
		subject:  "Qui peut candidater, à quoi, quand et comment",
		short:    "Règlement – " + e.name,
	}
	local, err := localTimesTable(e)
	if err != nil {
		return document{}, err
	}
	for _, part := range [][]block{
		essentials(e), purpose(e), money(e), schedule(e), {local}, deposit(e), admissibility(e), study(e), funderTexts(e),
	} {
		d.blocks = append(d.blocks, part...)
	}
	return d, nil
}

func essentials(e edition) []block {
	return []block{
		table{
			caption: "L'essentiel de l'appel",
			widths:  []int{28, 72},
			head:    []string{"L'essentiel", e.title()},
			rows: [][]cell{
				{words("Qui candidate"), words("Association, collectivité, entreprise ou opérateur public, seul ou en groupement")},
				{words("Périmètre"), words(e.scope)},
				{words("Enveloppe"), words(euros(e.envelope) + " pour l'ensemble des lauréats")},
				{words("Date limite"), words("**" + capital(e.deadlineText()) + "**")},
				{words("Comment"), words("Par courriel à **" + e.mailbox + "**, sans compte à créer")},
				{words("Ce qui compte"), words("L'instant où le message est **reçu** par nos serveurs")},
			},
		},
	}
}

func purpose(e edition) []block {
	missions := make([]string, len(e.missions))
	for i, m := range e.missions {
		missions[i] = "**" + m.title + ".** " + m.text
	}
	count := map[int]string{2: "deux", 4: "quatre"}[len(missions)]
	blocks := []block{
		h1("1. Objet"),
		p("L'%s « %s » est conduit par la Banque des Territoires (Caisse des Dépôts). Il soutient des « hubs » : des organisations ou des groupements qui, à l'échelle d'un territoire large, rassemblent et appuient les acteurs de l'inclusion et de la médiation numériques, pour que chaque habitant trouve près de chez lui l'aide dont il a besoin.", e.kind, e.name),
		p("Dans ce règlement, « le service » désigne le service chargé de l'appel. Son nom, son adresse postale, son adresse électronique et son numéro de téléphone figurent dans chacun de ses courriels."),
		h1("2. Qui peut candidater"),
		p("Peuvent candidater les associations, les collectivités territoriales et leurs groupements, les entreprises et les opérateurs publics, en métropole comme en outre-mer."),
		p("Une candidature est portée par une seule organisation ou par un **groupement**. Un groupement désigne un **chef de file** : il dépose le dossier, il est l'interlocuteur du service et il reçoit les courriels. L'accord de groupement, signé de tous les membres, lui donne mandat."),
		h1("3. Missions d'un hub"),
		p("Le dossier dit comment le candidat remplira chacune des %s missions :", count),
		list{numbered: true, items: missions},
		h1("4. Périmètre"),
	}
	for _, text := range e.perimeter {
		blocks = append(blocks, p("%s", text))
	}
	return blocks
}

func money(e edition) []block {
	blocks := []block{
		h1("5. Montants"),
		p("L'enveloppe de l'édition est de **%s** pour l'ensemble des lauréats.", euros(e.envelope)),
	}
	for _, text := range e.perHub {
		blocks = append(blocks, p("%s", text))
	}
	return append(blocks,
		p("Le candidat indique le montant qu'il demande et précise toujours s'il est **hors taxes (HT)** ou **toutes taxes comprises (TTC)**. Le montant du dossier de candidature et celui du budget prévisionnel sont identiques. Le budget est équilibré : le total des produits égale celui des charges."))
}

func schedule(e edition) []block {
	first := milestone{frenchDate(e.opens), "Ouverture"}
	rows := [][]cell{
		{words(capital(first.when)), words(first.what)},
	}
	if e.priorities {
		rows = append(rows, []cell{words("Jusqu'à la date limite"), words("Envoi du dossier de candidature et de ses pièces, par courriel")})
	} else {
		rows = append(rows, []cell{words("Jusqu'à la date limite"), words("Le candidat se signale par courriel, reçoit le dossier de candidature et la liste des pièces, puis envoie son dossier")})
	}
	rows = append(rows, []cell{words(capital(e.deadlineText())), words("Date limite de réception des dossiers")})
	for _, m := range e.milestones {
		rows = append(rows, []cell{words(m.when), words(m.what)})
	}
	if len(e.milestones) == 0 {
		rows = append(rows, []cell{words("Après la date limite"), words("Examen des dossiers ; les étapes et leurs dates sont communiquées par courriel")})
	}
	return []block{
		h1("6. Calendrier"),
		table{caption: "Calendrier de l'appel", widths: []int{38, 62}, head: []string{"Date", "Étape"}, rows: rows},
		p("Les dates postérieures à la date limite sont prévisionnelles. Si elles changent, les candidats en sont avertis par courriel."),
		h1("7. Date limite"),
		note("Les dossiers doivent être **reçus** au plus tard le **%s**.", e.deadlineText()),
		p("Les heures sont celles de Paris. Outre-mer, la date limite tombe aux heures locales suivantes :"),
	}
}

func localTimesTable(e edition) (table, error) {
	times, err := localTimes(e.deadline)
	if err != nil {
		return table{}, err
	}
	t := table{caption: "Date limite en heure locale", widths: []int{65, 35}, head: []string{"Territoire", "Heure locale"}}
	for _, lt := range times {
		t.rows = append(t.rows, []cell{words(lt[0]), words(lt[1])})
	}
	return t, nil
}

func deposit(e edition) []block {
	blocks := []block{h1("8. Comment déposer")}
	if !e.priorities {
		blocks = append(blocks, p("Un premier courriel, même sans pièce jointe, suffit pour se signaler. Le service y répond en envoyant le dossier de candidature, la liste des pièces et une **référence** propre à votre dossier."))
	} else {
		blocks = append(blocks, p("Au premier courriel reçu de vous, le service attribue une **référence** à votre dossier et la rappelle dans chacun de ses messages."))
	}
	return append(blocks,
		list{numbered: true, items: []string{
			"Remplissez le formulaire, au choix « dossier-de-candidature.docx » ou « dossier-de-candidature.pdf », et le classeur « budget-previsionnel.xlsx ».",
			"Réunissez les pièces : un fichier par pièce, dont le nom dit la pièce. Aucun mot de passe, aucun lien de téléchargement.",
			"Envoyez-les en pièces jointes à **" + e.mailbox + "**, de préférence en répondant à notre courriel, sinon en rappelant votre référence dans l'objet.",
			"Si les fichiers sont trop lourds, envoyez plusieurs messages numérotés 1/3, 2/3, 3/3.",
			"Lisez l'accusé de réception : il énumère les fichiers reçus, les pièces reconnues et celles qui manquent.",
		}},
		p("Jusqu'à la date limite, un nouvel envoi complète le dossier ou remplace une pièce. Envoyez sans attendre les dernières heures : une messagerie peut tarder."),
		p("Pour renoncer, répondez à l'un de nos courriels en écrivant DÉSISTEMENT sur la première ligne, depuis l'adresse du candidat."),
		h1("9. Pièces du dossier"),
		p("Le document « Liste des pièces » décrit chaque pièce, les formats acceptés et les noms de fichier conseillés. Sont obligatoires :"),
		list{items: requiredPieces(e)},
		p("Selon la situation du candidat s'y ajoutent :"),
		list{items: conditionalPieces(e)},
	)
}

func requiredPieces(e edition) []string {
	var out []string
	for _, piece := range pieces(e) {
		if piece.need == always {
			out = append(out, piece.label+" ;")
		}
	}
	return endList(out)
}

func conditionalPieces(e edition) []string {
	var out []string
	for _, piece := range pieces(e) {
		if piece.need == depends {
			out = append(out, piece.label+", si "+uncapital(strings.TrimSuffix(piece.when, "."))+" ;")
		}
	}
	return endList(out)
}

func admissibility(e edition) []block {
	h := frenchHour(e.deadline)
	edge := "Un message reçu à " + h + " précises est dans les délais."
	if e.deadline.Second() == 0 {
		edge = "Un message reçu à " + h + " min 00 s est dans les délais."
	}
	doubt := "Lorsqu'un doute subsiste sur cet instant, une personne du service décide et motive sa décision."
	if e.graceMinute {
		doubt = "Lorsqu'un doute subsiste sur cet instant, et dans la minute qui suit, une personne du service décide et motive sa décision."
	}
	return []block{
		h1("10. Recevabilité"),
		p("Un dossier est recevable s'il est reçu **dans les délais** et s'il est **complet**."),
		h2("Dans les délais"),
		p("L'instant retenu est celui où les serveurs de messagerie du service ont **reçu** le message. L'heure d'envoi affichée par votre messagerie, l'heure de votre ordinateur et l'heure à laquelle le message est lu n'entrent pas en compte. L'accusé de réception indique l'instant retenu, à la seconde, et l'horloge qui le donne."),
		p("%s %s", edge, doubt),
		p("Un message reçu après la date limite est conservé, et le candidat en est averti. Il peut faire connaître tout élément prouvant une réception dans les délais ; le service décide de la suite."),
		h2("Complet"),
		p("Un dossier est complet lorsque chaque pièce obligatoire est présente et lisible. À la date limite, le dossier est figé tel qu'il a été reçu : les fichiers reçus ensuite sont conservés à part et ne remplacent pas ceux reçus à temps."),
		p("Le service peut demander un complément. Sa demande dit ce qui manque ou ce qui est illisible, et jusqu'à quel instant la réponse est attendue."),
		h2("Accusé de réception"),
		p("Chaque envoi de pièces reçoit un accusé de réception automatique, sauf si le message est lui-même automatique. Une personne vérifie ensuite ce qui a été reconnu automatiquement. **Sans accusé de réception au bout d'un jour ouvré, écrivez-nous ou téléphonez** : votre envoi ne nous est peut-être pas parvenu."),
	}
}

func study(e edition) []block {
	blocks := []block{
		h1("11. Examen et décision"),
		p("Le service vérifie la recevabilité, puis l'éligibilité au regard du présent règlement. Les dossiers éligibles sont instruits."),
	}
	if len(e.milestones) > 0 {
		blocks = append(blocks, p("Les candidats éligibles sont entendus par un jury de personnes indépendantes. Chaque membre du jury déclare ses intérêts et ne prend pas part à l'examen d'un dossier auquel il est lié."))
	}
	return append(blocks,
		p("Les critères d'examen et leur poids sont fixés par le financeur."),
		p("Chaque candidat reçoit la décision par courriel. Aucun résultat n'est communiqué avant ce courriel."))
}

func funderTexts(e edition) []block {
	return []block{
		h1("12. Données personnelles"),
		p("Les noms, fonctions et coordonnées figurant dans le dossier servent à l'instruction de la candidature, à la correspondance avec le candidat et au suivi de la décision. Ils sont accessibles au service et aux personnes qui examinent les dossiers. N'envoyez pas de données personnelles qui ne sont pas demandées."),
		p("La notice d'information complète (responsable du traitement, fondement, durée de conservation, exercice de vos droits) est fixée par le financeur. Demandez-la en répondant à l'un de nos courriels."),
		h1("13. Textes fixés par le financeur"),
		p("Le présent règlement expose les règles de dépôt en mots simples. Ne relèvent pas de lui, et sont fixés par le financeur dans ses propres textes :"),
		list{items: []string{
			"le cadre juridique et financier des aides, et la convention proposée aux lauréats ;",
			"les voies et délais de recours, rappelés avec la décision lorsqu'il y a lieu ;",
			"le sens du silence gardé sur une demande ;",
			"les mentions d'information sur les données personnelles.",
		}},
		h1("14. Questions"),
		p("Posez vos questions à %s, de préférence en répondant à l'un de nos courriels. Une personne vous répond.", e.mailbox),
	}
}
