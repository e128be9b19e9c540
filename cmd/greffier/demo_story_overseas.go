package main

import (
	"time"

	"greffier/cases"
)

// overseas are invented candidates of the overseas départements (971–974, 976)
// and collectivités (975, 977, 978, 986–988).
func overseas() []player {
	return []player{
		{
			stands: "971: deposits on a Monday, after the reminder of that morning",
			name:   "Gwada Lyannaj", address: "kontak@gwada-lyannaj.example",
			mails: []storyMail{
				{at: autumn(10, 12, 16, 0, 0), zone: "America/Guadeloupe", subject: "Hub Guadeloupe", text: "Nous candidatons."},
				{at: autumn(11, 5, 15, 0, 0), zone: "America/Guadeloupe", subject: "Hub Guadeloupe", text: "Le dossier.", files: association()},
			},
			ends: received("pack reminder ack"),
		},
		{
			stands: "972: one mail, delivered twice",
			name:   "Péyi Konèk", address: "lantouraj@peyi-konek.example",
			mails: []storyMail{
				{at: autumn(10, 25, 20, 30, 0), twice: 3 * time.Minute, zone: "America/Martinique", subject: "Hub Martinique", text: "Dossier complet.", files: association()},
			},
			ends: received("ack"),
		},
		{
			stands: "973: the same mail again with other bytes, same Message-ID, same files: kept, not answered again",
			name:   "Oyapock Net", address: "asso@oyapock-net.example",
			mails: []storyMail{
				{at: autumn(10, 30, 18, 0, 0), zone: "America/Cayenne", subject: "Hub Guyane", text: "Dossier.", files: association(), id: "<1@oyapock-net.example>"},
				{at: autumn(10, 30, 18, 20, 0), zone: "America/Cayenne", subject: "Hub Guyane", text: "Dossier.", files: association(), id: "<1@oyapock-net.example>", header: []string{"X-Relayed-By: secours"}},
			},
			ends: received("ack"),
		},
		{
			stands: "974: one file for three pieces",
			name:   "Kréol Konekté", address: "lekip@kreol-konekte.example",
			mails: []storyMail{
				{at: autumn(11, 16, 7, 30, 0), zone: "Indian/Reunion", subject: "Hub Réunion", text: "Dossier.", files: files("Kbis+RIB+Statuts.pdf", "Réponse Hub Réunion.pdf", "BP_2019.xlsx", "Comptes annuels.pdf", "Lettres d'engagement.pdf")},
			},
			ends: received("ack"),
		},
		{
			stands: "976: a ZIP with some pieces, the others beside it",
			name:   "Maore Connect", address: "ofisi@maore-connect.example",
			mails: []storyMail{
				{at: autumn(11, 27, 6, 45, 0), zone: "Indian/Mayotte", subject: "Hub Mayotte", text: "Dossier.",
					files: append(zipped("Pièces administratives.zip", "Statuts.pdf", "Récépissé.pdf", "RIB.pdf", "Comptes annuels.pdf"), files("Candidature Mayotte.docx", "Budget.xlsx", "Lettre d'engagement.pdf")...)},
			},
			ends: received("ack"),
		},
		{
			stands: "975: three reminders, then the dossier",
			name:   "Saint-Pierre et Miquelon Numérique", address: "spm@archipel-num.example",
			mails: []storyMail{
				{at: autumn(11, 8, 19, 0, 0), zone: "America/Miquelon", subject: "Hub de l'archipel", text: "Nous candidatons."},
				{at: autumn(11, 29, 20, 0, 0), zone: "America/Miquelon", subject: "Hub de l'archipel", text: "Le dossier.", files: association(), reply: true},
			},
			ends: received("pack reminder×3 ack"),
		},
		{
			stands: "977: a link, never a file",
			name:   "Saint-Barth Services", address: "contact@stbarth-services.example",
			mails: []storyMail{
				{at: autumn(11, 13, 15, 0, 0), zone: "America/St_Barthelemy", subject: "Candidature", text: "Tout est là : https://www.swisstransfer.com/d/2018-hub"},
			},
			ends: ending{phase: cases.NotDeposited, pieces: "0/7", letters: "pack reminder×2 closed"},
		},
		{
			stands: "978: a mail too large, sent again in two",
			name:   "Soualiga Digital", address: "hub@soualiga-digital.example",
			mails: []storyMail{
				{at: autumn(11, 16, 16, 0, 0), zone: "America/Marigot", subject: "Hub Saint-Martin", text: "Tout en un.", files: append(association(), faulty(isBulky, "Annexes.pdf"))},
				{at: autumn(11, 17, 14, 0, 0), zone: "America/Marigot", subject: "Hub Saint-Martin 1/2", text: "En deux fois.", files: association()[:4]},
				{at: autumn(11, 17, 14, 4, 0), zone: "America/Marigot", subject: "Hub Saint-Martin 2/2", text: "La suite.", files: association()[4:]},
			},
			ends: received("oversize ack×2"),
		},
		{
			stands: "986: it is 1 December already where it sends from, and 14 h of the last day in Paris",
			name:   "Uvea Numérique", address: "mouvement@uvea-num.example",
			mails: []storyMail{
				{at: autumn(11, 30, 14, 0, 0), zone: "Pacific/Wallis", subject: "Hub Wallis-et-Futuna", text: "Malo, notre dossier.", files: association()},
			},
			ends: received("ack"),
		},
		{
			stands: "987: half past six in the morning of the last day, and half past five in the afternoon in Paris",
			name:   "Fenua Numérique", address: "fare@fenua-num.example",
			mails: []storyMail{
				{at: autumn(11, 20, 22, 0, 0), zone: "Pacific/Tahiti", subject: "Hub Polynésie", text: "Nous candidatons."},
				{at: autumn(11, 30, 17, 30, 0), zone: "Pacific/Tahiti", subject: "Re: Hub Polynésie", text: "Le dossier, ce matin comme prévu.", files: association(), reply: true},
			},
			ends: ending{phase: cases.PhaseLate, timeliness: cases.Late, pieces: "7/7", letters: "pack reminder closed late"},
		},
		{
			stands: "988: two mails, a reminder between them",
			name:   "Caillou Connecté", address: "contact@caillou-connecte.example",
			mails: []storyMail{
				{at: autumn(11, 14, 23, 30, 0), zone: "Pacific/Noumea", subject: "Hub Nouvelle-Calédonie", text: "Première partie.", files: company()[:5]},
				{at: autumn(11, 20, 1, 15, 0), zone: "Pacific/Noumea", subject: "Re: Hub Nouvelle-Calédonie", text: "Seconde partie.", files: company()[5:], reply: true},
			},
			ends: received("ack reminder ack"),
		},
	}
}
