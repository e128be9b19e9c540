package main

import (
	"time"

	"greffier/cases"
)

// associations are invented associations and companies of the mainland.
func associations() []player {
	return []player{
		{
			stands: "signals itself, is reminded on four Mondays, never deposits",
			name:   "Réseau numérique d'Armorique", address: "bureau@armorique-num.example",
			mails: []storyMail{
				{at: autumn(10, 1, 11, 20, 0), subject: "Candidature Bretagne", text: "Nous préparons un dossier pour le 22, le 29 et le 56."},
			},
			ends: ending{phase: cases.NotDeposited, pieces: "0/7", letters: "pack reminder×4 closed"},
		},
		{
			stands: "gives up in one reply",
			name:   "Corse numérique solidaire", address: "cuntattu@corse-num.example", // 2A and 2B
			mails: []storyMail{
				{at: autumn(10, 9, 8, 45, 0), subject: "Hub Corse", text: "Nous candidatons."},
				{at: autumn(11, 8, 8, 30, 0), subject: "Re: Hub Corse", text: "DÉSISTEMENT\n\nNous rejoignons un autre groupement.", reply: true},
			},
			ends: ending{phase: cases.Withdrawn, pieces: "0/7", letters: "pack reminder withdrawal"},
		},
		{
			stands: "its server does not know the address it wrote from (550): a task for staff, no reminder",
			name:   "Passerelles de Loire", address: "contact@passerelles-loire.example", answers: unknown,
			mails: []storyMail{
				{at: autumn(10, 10, 9, 5, 0), subject: "Hub Loire", text: "Nous candidatons."},
			},
			ends: ending{phase: cases.NotDeposited, pieces: "0/7", letters: "pack:refused closed:refused"},
		},
		{
			stands: "its server takes our pack, then reports that it did not arrive: no reminder",
			name:   "Fabrique des Vosges", address: "atelier@fabrique-vosges.example",
			mails: []storyMail{
				{at: autumn(10, 3, 9, 50, 0), subject: "Hub Grand Est", text: "Nous candidatons."},
				{from: "MAILER-DAEMON@fabrique-vosges.example", name: "Mail Delivery System", at: autumn(10, 3, 9, 51, 0), subject: "Undelivered Mail Returned to Sender",
					text: "The mailbox does not exist.", report: bounced, reply: true, header: []string{"Return-Path: <>", "Auto-Submitted: auto-replied"}},
			},
			ends: ending{phase: cases.NotDeposited, pieces: "0/7", letters: "pack:bounced closed"},
		},
		{
			stands: "its server is busy at our first attempt (451): we try again",
			name:   "Clic Ardennes", address: "asso@clic-ardennes.example", answers: busy,
			mails: []storyMail{
				{at: autumn(10, 8, 15, 0, 0), subject: "Hub Ardennes", text: "Nous candidatons."},
				{at: autumn(11, 2, 16, 30, 0), subject: "Re: Hub Ardennes", text: "Le dossier.", files: association(), reply: true},
			},
			ends: received("pack:again ack"),
		},
		{
			stands: "its RIB asks for a password; it sends another",
			name:   "Médiathèques du Jura", address: "mediation@jura-mediatheques.example",
			mails: []storyMail{
				{at: autumn(11, 13, 10, 30, 0), subject: "Hub Jura", text: "Dossier.", files: append(association()[:5], faulty(isLocked, "RIB sécurisé.pdf"), association()[6])},
				{at: autumn(11, 14, 9, 10, 0), subject: "Re: Hub Jura", text: "Sans mot de passe.", files: files("RIB.pdf"), reply: true},
			},
			ends: received("ack×2"),
		},
		{
			stands: "one file is empty, one lacks its end, neither is mended",
			name:   "Lozère Partage", address: "contact@lozere-partage.example",
			mails: []storyMail{
				{at: autumn(11, 20, 22, 14, 0), subject: "Dossier Lozère", text: "Voici.", files: append(files("Réponse AAP.pdf", "Kbis.pdf", "Budget.xlsx", "RIB.pdf", "Lettre de soutien CD48.pdf"),
					faulty(isCut, "Statuts.pdf"), faulty(isEmpty, "Bilan 2017.pdf"))},
			},
			ends: ending{phase: cases.IncompleteAtDeadline, timeliness: cases.OnTime, pieces: "5/7", letters: "ack reminder incomplete"},
		},
		{
			stands: "its scanner named a file: nobody knows which piece it is",
			name:   "Beauvaisis Accueil", address: "secretariat@beauvaisis-accueil.example",
			mails: []storyMail{
				{at: autumn(11, 9, 12, 5, 0), subject: "Candidature", text: "Les pièces.", files: append(association()[:4], files("scan0001.pdf", "RIB.jpg", "Lettres de soutien.pdf")...)},
			},
			ends: ending{phase: cases.IncompleteAtDeadline, timeliness: cases.OnTime, pieces: "6/7", letters: "ack reminder×3 incomplete"},
		},
		{
			stands: "asks twice on one day, hears once that a person will answer",
			name:   "Les Compagnons du clic", address: "bonjour@compagnons-clic.example",
			mails: []storyMail{
				{at: autumn(9, 24, 16, 40, 0), subject: "Hub Normandie", text: "Nous candidatons."},
				{at: autumn(9, 25, 9, 30, 0), subject: "Une question", text: "Le bénévolat est-il un cofinancement ?"},
				{at: autumn(9, 25, 9, 45, 0), subject: "Une autre question", text: "Et le mécénat de compétences ?"},
				{at: autumn(10, 31, 18, 20, 0), subject: "Hub Normandie, dossier", text: "Voici.", files: association()},
			},
			ends: received("pack received ack"),
		},
		{
			stands: "sends a better version before the deadline",
			name:   "Ardèche Services SAS", address: "dg@ardeche-services.example",
			mails: []storyMail{
				{at: autumn(11, 23, 17, 30, 0), subject: "Hub Ardèche Drôme", text: "Notre dossier.", files: company()},
				{at: autumn(11, 28, 10, 0, 0), subject: "Hub Ardèche Drôme, V2", text: "Budget corrigé.", files: files("Plan de financement V2.xlsx", "Réponse V2.docx")},
			},
			ends: received("ack×2"),
		},
		{
			stands: "wants its letters at another address (Reply-To)",
			name:   "Savoie Liens", address: "stagiaire@savoie-liens.example",
			mails: []storyMail{
				{at: autumn(10, 17, 9, 0, 0), subject: "Hub Savoie", text: "Nous candidatons.", header: []string{"Reply-To: <direction@savoie-liens.example>"}},
				{at: autumn(11, 22, 14, 0, 0), subject: "Hub Savoie", text: "Le dossier.", files: association(), header: []string{"Reply-To: <direction@savoie-liens.example>"}},
			},
			ends: received("pack reminder×3 ack"),
		},
		{
			stands: "its mailer gives two mails with different files the same Message-ID: both count",
			name:   "Beauce connectée", address: "info@beauce-connectee.example",
			mails: []storyMail{
				{at: autumn(10, 17, 11, 0, 0), subject: "Hub Beauce (1)", text: "Première partie.", files: association()[:4], id: "<envoi@beauce-connectee.example>"},
				{at: autumn(10, 17, 11, 2, 0), subject: "Hub Beauce (2)", text: "Seconde partie.", files: association()[4:], id: "<envoi@beauce-connectee.example>"},
			},
			ends: received("ack×2"),
		},
		{
			stands: "complete in time; what it adds after the deadline stands beside its dossier",
			name:   "Périgord Lien social", address: "direction@perigord-lien.example",
			mails: []storyMail{
				{at: autumn(10, 26, 15, 15, 0), subject: "Hub Périgord", text: "Notre dossier.", files: association()},
				{at: autumn(11, 30, 20, 5, 0), subject: "Budget corrigé", text: "Une coquille.", files: files("Budget corrigé.xlsx")},
			},
			ends: received("ack late"),
		},
		{
			stands: "its last piece lay an hour in a filter: received in time, found after the dossiers were frozen",
			name:   "Manche Atlantique", address: "hub@manche-atlantique.example",
			mails: []storyMail{
				{at: autumn(11, 21, 11, 11, 0), subject: "Hub Manche", text: "Presque tout.", files: association()[:6]},
				{at: autumn(11, 30, 16, 41, 0), delay: 71 * time.Minute, subject: "Lettre de soutien", text: "La dernière.", files: association()[6:]},
			},
			ends: ending{phase: cases.Admissibility, timeliness: cases.OnTime, pieces: "7/7", letters: "ack reminder incomplete ack", reopened: true},
		},
	}
}
