package main

import (
	"fmt"

	"greffier/cases"
)

// dossier is the application form. The tags of its fields are ASCII, in
// lower case with underscores, and the same in both editions where the
// question is the same.
//
// The form exists as a Word file and, with pdf set, as a PDF form; they
// differ only in how they are filled.
func dossier(e edition, pdf bool) document {
	fill := p("Remplissez les champs, imprimez ou exportez en PDF pour signer, puis envoyez le fichier Word **et** le PDF signé. Un champ resté vide garde son texte d'aide entre crochets ; écrivez « sans objet » si la question ne vous concerne pas. N'ajoutez pas de mot de passe. Ce formulaire existe aussi en PDF, avec les mêmes questions : remplissez l'un **ou** l'autre.")
	if pdf {
		fill = p("Remplissez les champs avec un lecteur de PDF, enregistrez, puis signez par signature électronique, ou imprimez, signez et numérisez ; dans ce cas envoyez le PDF rempli **et** le PDF signé. Les champs marqués * sont obligatoires ; écrivez « sans objet » si une autre question ne vous concerne pas. Les dates s'écrivent jj/mm/aaaa. Si la place manque, prenez le formulaire Word, qui pose les mêmes questions et dont les champs s'agrandissent : remplissez l'un **ou** l'autre. N'ajoutez pas de mot de passe.")
	}
	d := document{
		title:    "Dossier de candidature",
		subtitle: e.title(),
		subject:  "Formulaire de candidature à compléter et à signer",
		short:    "Dossier de candidature – " + e.name,
		locked:   true,
	}
	d.blocks = append(d.blocks,
		note("À recevoir à **%s** au plus tard le **%s**.", e.mailbox, e.deadlineText()),
		fill)
	n := 0
	section := func(title string, blocks ...block) {
		n++
		d.blocks = append(append(d.blocks, h1(fmt.Sprintf("%d. %s", n, title))), blocks...)
	}
	section("Le candidat", candidate()...)
	section("Candidature seule ou en groupement", grouping()...)
	section("Territoires", territoriesForm(e)...)
	section("Le projet", project()...)
	section("Missions", missionsForm(e)...)
	section("Public", longField{text("public", "Public visé", "Qui sont les personnes et les structures accompagnées, combien, et comment elles sont touchées").high(14)})
	section("Gouvernance et équipe", longField{text("gouvernance", "Gouvernance", "Qui décide, qui fait, avec quels moyens humains ; place des collectivités et des acteurs locaux").high(18)})
	section("Calendrier du projet", calendar())
	section("Budget et montant demandé", amounts(e)...)
	if e.priorities {
		section("Quartiers prioritaires et Action cœur de ville", priorities()...)
	}
	section("Pièces jointes", attachments(e)...)
	section("Engagement et signature", signature()...)
	return d
}

// form is a table of questions with one field each.
func form(caption string, fields ...field) table {
	t := table{caption: caption, widths: []int{36, 64}, head: []string{"Rubrique", "Votre réponse"}}
	for _, f := range fields {
		f.context = caption
		t.rows = append(t.rows, []cell{words(f.label), answer(f)})
	}
	return t
}

func candidate() []block {
	return []block{
		p("En groupement, cette rubrique décrit le chef de file."),
		h2("Organisation"),
		form("Organisation candidate",
			text("organisation", "Nom de l'organisation", "Nom exact, tel que dans les statuts").needed(),
			text("sigle", "Nom court ou sigle", "Nom court"),
			choice("forme_juridique", "Forme juridique", "Association", "Collectivité territoriale ou groupement de collectivités", "Établissement public", "Groupement d'intérêt public", "Société", "Société coopérative", "Fondation ou fonds de dotation", "Autre").needed(),
			text("siren", "Numéro SIREN", "9 chiffres"),
			text("siret", "Numéro SIRET du siège", "14 chiffres"),
			text("adresse", "Adresse postale", "Numéro et voie").high(2),
			text("code_postal", "Code postal", "5 chiffres"),
			text("commune", "Commune", "Commune"),
			text("site_web", "Site internet", "Adresse du site, s'il existe")),
		h2("Représentant légal"),
		form("Représentant légal",
			text("representant_legal", "Prénom et nom", "Prénom et nom").needed(),
			text("representant_fonction", "Fonction", "Par exemple : présidente, maire, directeur général")),
		h2("Personne à contacter"),
		form("Personne à contacter",
			text("contact_nom", "Prénom et nom", "Prénom et nom").needed(),
			text("contact_fonction", "Fonction", "Fonction"),
			text("contact_courriel", "Adresse électronique", "nom@exemple.fr").needed(),
			text("contact_telephone", "Téléphone", "Numéro, avec l'indicatif outre-mer s'il y a lieu")),
	}
}

func grouping() []block {
	const rows = 8
	partners := table{
		caption: "Membres du groupement et partenaires",
		widths:  []int{10, 32, 20, 38},
		head:    []string{"Rang", "Organisation", "SIRET", "Rôle et apport"},
	}
	for i := 1; i <= rows; i++ {
		partners.rows = append(partners.rows, []cell{
			words(fmt.Sprint(i)),
			answer(text(fmt.Sprintf("partenaire_%d_nom", i), fmt.Sprintf("Partenaire %d : organisation", i), "Nom exact").high(2)),
			answer(text(fmt.Sprintf("partenaire_%d_siret", i), fmt.Sprintf("Partenaire %d : SIRET", i), "14 chiffres")),
			answer(text(fmt.Sprintf("partenaire_%d_role", i), fmt.Sprintf("Partenaire %d : rôle et apport", i), "Membre, partenaire ou cofinanceur ; apport").high(2)),
		})
	}
	return []block{
		form("Mode de candidature",
			choice("mode_candidature", "Mode de candidature", "Candidature seule", "Groupement").needed(),
			text("chef_de_file", "Chef de file du groupement", "Nom exact du chef de file")),
		p("Indiquez chaque membre du groupement, partenaire et cofinanceur. Une lettre d'engagement est jointe pour chacun ; un groupement joint aussi l'accord signé de ses membres."),
		partners,
	}
}

func territoriesForm(e edition) []block {
	t := table{
		caption: "Territoires du périmètre, par région",
		widths:  []int{26, 37, 37},
		head:    []string{"Région", "Territoires à cocher", "Territoires à cocher (suite)"},
	}
	for _, r := range cases.Regions() {
		var left, right cell
		for i, place := range r.Territories {
			box := line("{}", check("territoire_"+place.Code, place.Code+" – "+place.Name))
			if i < (len(r.Territories)+1)/2 {
				left = append(left, box)
			} else {
				right = append(right, box)
			}
		}
		t.rows = append(t.rows, []cell{words(r.Name), left, right})
	}
	blocks := []block{p("Cochez chaque département ou collectivité d'outre-mer du périmètre proposé."), t}
	label, hint := "Précisions sur le périmètre", "Pourquoi ce périmètre ; parties de territoire concernées ou exclues ; besoins et acteurs présents."
	if e.priorities {
		hint = "Pourquoi ce périmètre ; besoins et acteurs présents. Si la région est déjà couverte par un hub : en quoi le périmètre est plus large, et comment vous travaillerez avec ce hub."
	}
	return append(blocks, h2(label), longField{text("perimetre", label, hint).high(16)})
}

func project() []block {
	return []block{
		form("Le projet en bref",
			text("projet_titre", "Nom du hub", "Nom du projet").needed(),
			text("projet_resume", "Résumé en cinq lignes", "Le projet, pour quelqu'un qui ne le connaît pas").high(5)),
		h2("Présentation du projet"),
		longField{text("projet_presentation", "Présentation du projet", "Constat de départ, ambition, actions prévues, résultats attendus, et ce que le hub ajoute à ce qui existe").high(34)},
		h2("Expérience du candidat"),
		longField{text("projet_experience", "Expérience du candidat", "Actions déjà menées dans l'inclusion numérique, seul ou ensemble").high(18)},
	}
}

func missionsForm(e edition) []block {
	blocks := []block{p("Pour chaque mission, dites ce que vous ferez, avec qui, et comment vous saurez que c'est réussi.")}
	for _, m := range e.missions {
		blocks = append(blocks, h2(m.title), p("%s", m.text),
			longField{text(m.id, "Mission : "+m.title, "Actions prévues, partenaires, moyens, et comment vous saurez que c'est réussi").high(18)})
	}
	return blocks
}

func calendar() block {
	const rows = 8
	t := table{caption: "Étapes du projet", widths: []int{10, 34, 17, 17, 22},
		head: []string{"Rang", "Étape", "Début", "Fin", "Résultat attendu"}}
	for i := 1; i <= rows; i++ {
		tag := fmt.Sprintf("etape_%d_", i)
		label := fmt.Sprintf("Étape %d : ", i)
		t.rows = append(t.rows, []cell{
			words(fmt.Sprint(i)),
			answer(text(tag+"nom", label+"intitulé", "Intitulé").high(2)),
			answer(date(tag+"debut", label+"début")),
			answer(date(tag+"fin", label+"fin")),
			answer(text(tag+"resultat", label+"résultat attendu", "Résultat").high(2)),
		})
	}
	return t
}

func amounts(e edition) []block {
	blocks := []block{p("Reportez ici les montants du classeur « budget-previsionnel.xlsx ». Le montant demandé est le même dans les deux documents.")}
	for _, s := range e.perHub {
		blocks = append(blocks, p("%s", s))
	}
	request := "Montant demandé, en euros"
	if e.priorities {
		request = "Montant demandé, bonifications comprises, en euros"
	}
	return append(blocks,
		form("Montants",
			text("cout_total", "Coût total du projet, en euros", "Montant en euros"),
			text("montant_demande", request, "Montant en euros").needed(),
			choice("montant_regime", "Ces montants sont exprimés", "Hors taxes (HT)", "Toutes taxes comprises (TTC)").needed(),
			text("cofinancements_acquis", "Cofinancements acquis, en euros", "Montant en euros"),
			text("cofinancements_sollicites", "Cofinancements sollicités, en euros", "Montant en euros"),
			text("annees", "Années couvertes", fmt.Sprintf("Par exemple : %d à %d", e.firstYear, e.firstYear+2))),
		h2("Après le soutien"),
		longField{text("modele_economique", "Modèle économique", "Comment le hub vivra après la fin du soutien").high(12)})
}

func priorities() []block {
	return []block{
		p("Cochez ce que le projet prévoit et précisez les lieux et les actions."),
		line("{}", check("bonus_qpv", "Le projet agit dans des quartiers prioritaires de la politique de la ville (QPV).")),
		longField{text("qpv_liste", "Quartiers prioritaires concernés", "Quartiers et communes concernés, actions prévues dans ces quartiers").high(8)},
		line("{}", check("bonus_action_coeur_de_ville", "Le projet agit dans des communes du programme Action cœur de ville.")),
		longField{text("action_coeur_de_ville_liste", "Communes Action cœur de ville concernées", "Communes concernées, actions prévues dans ces communes").high(8)},
	}
}

func attachments(e edition) []block {
	blocks := []block{p("Cochez les pièces que vous envoyez. Leur description figure dans le document « Liste des pièces ».")}
	titles := map[need]string{always: "Obligatoires pour tous", depends: "Obligatoires selon la situation", optional: "Facultatives"}
	for _, wanted := range []need{always, depends, optional} {
		blocks = append(blocks, h2(titles[wanted]))
		for _, piece := range pieces(e) {
			if piece.need == wanted {
				blocks = append(blocks, paragraph{text: "{}", style: "ListParagraph", fields: []field{check("piece_"+piece.id, piece.label)}})
			}
		}
	}
	return blocks
}

func signature() []block {
	sign := form("Signature",
		text("signataire_nom", "Prénom et nom du signataire", "Prénom et nom").needed(),
		text("signataire_qualite", "Qualité du signataire", "Représentant légal, ou fonction et délégation jointe"),
		text("signature_lieu", "Fait à", "Commune"),
		date("signature_date", "Le").needed(),
		text("signature", "Signature (et cachet s'il existe)", "Signez ici, à la main ou par signature électronique.").high(6).needed())
	last := sign.rows[len(sign.rows)-1]
	last[1] = append(last[1], paragraph{}, paragraph{}, paragraph{}) // room for a hand
	return []block{
		p("Je certifie que les renseignements portés dans ce dossier et dans ses pièces sont exacts, que j'ai pris connaissance du règlement, et que j'ai pouvoir d'engager l'organisation candidate et, le cas échéant, le groupement."),
		sign,
	}
}
