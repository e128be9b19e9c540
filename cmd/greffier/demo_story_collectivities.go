package main

// collectivities are invented collectivités and public operators of the
// mainland, and the consultant of two of them.
func collectivities() []player {
	const consultant, allier = "conseil@cabinet-meridien.example", "numerique@syndicat-allier.example"
	return []player{
		{
			stands: "a collectivité that deposits everything at first contact",
			name:   "Métropole des Coteaux", address: "mission.numerique@metropole-coteaux.example",
			mails: []storyMail{
				{at: autumn(11, 19, 17, 55, 0), subject: "Candidature de la métropole", text: "Dossier et délibération.", files: publicBody()},
			},
			ends: received("ack"),
		},
		{
			stands: "its anti-spam service challenges our pack: a task for staff; it asks a question, then deposits",
			name:   "Agence publique Drôme numérique", address: "agence@drome-numerique.example",
			mails: []storyMail{
				{at: autumn(10, 4, 9, 20, 0), subject: "Hub Drôme", text: "L'agence candidate."},
				{from: "validation@mailinblack.example", name: "Mailinblack", at: autumn(10, 4, 9, 20, 30), subject: "Votre message est en attente de validation",
					text: "Cliquez pour vous authentifier : https://app.mailinblack.example/captcha", reply: true},
				{at: autumn(10, 10, 10, 0, 0), subject: "Re: Hub Drôme", text: "Un opérateur public peut-il être chef de file ?", reply: true},
				{at: autumn(10, 29, 11, 0, 0), subject: "Hub Drôme, dossier", text: "Ci-joint.", files: publicBody()},
			},
			ends: received("pack received ack"),
		},
		{
			stands: "a consultant signals a candidacy and deposits for it in reply",
			name:   "Cabinet Méridien pour Creuse Mobile", address: consultant,
			mails: []storyMail{
				{at: autumn(10, 5, 9, 0, 0), subject: "Candidature Creuse Mobile", text: "Pour le compte de la Creuse."},
				{at: autumn(10, 10, 14, 0, 0), subject: "Re: Candidature Creuse Mobile", text: "Dossier complet.", files: publicBody(), reply: true},
			},
			ends:  received("pack ack"),
			hears: "waiting",
		},
		{
			stands: "the same consultant answers our letter to a second candidate: it is known in two cases, and a mail of its that answers no letter waits",
			name:   "Syndicat mixte de l'Allier", address: allier,
			mails: []storyMail{
				{at: autumn(10, 5, 10, 0, 0), subject: "Hub Allier", text: "Nous candidatons avec le cabinet Méridien."},
				{from: consultant, name: "Cabinet Méridien", at: autumn(10, 12, 16, 0, 0), subject: "TR: Hub Allier", text: "Première partie.", files: publicBody()[:3], reply: true},
				{from: consultant, name: "Cabinet Méridien", at: autumn(10, 15, 9, 0, 0), subject: "Suite du dossier", text: "La suite.", files: publicBody()[3:5], waits: true},
				{at: autumn(10, 22, 9, 0, 0), subject: "Hub Allier, fin du dossier", text: "La fin.", files: publicBody()[3:]},
			},
			ends: received("pack ack×2"),
		},
		{
			stands: "a groupement of communes whose lead wrote on the first day",
			name:   "CC du Pays de Caux", address: "dgs@cc-caux.example",
			mails: []storyMail{
				{at: autumn(9, 17, 9, 30, 0), subject: "Hub Normandie littoral", text: "Trois intercommunalités candidatent."},
				{at: autumn(11, 5, 17, 0, 0), subject: "Hub Normandie littoral", text: "Dossier du groupement.", files: append(publicBody(), files("Convention de groupement.pdf")...)},
			},
			ends: received("pack reminder ack"),
		},
	}
}
