package main

import "time"

// laureates are the eleven hubs that edition 1 chose, with the names of their
// bearers. That they deposited in time is history; how, is invented.
func laureates() []player {
	return []player{
		{
			stands: "signals itself, receives the pack, deposits at once; a read receipt and a late look at the first letter change nothing",
			name:   "La Mêlée", address: "hub@lamelee.example", // with Coll'in
			mails: []storyMail{
				{at: autumn(9, 14, 10, 4, 12), subject: "Candidature Hub Occitanie", text: "Bonjour, La Mêlée et Coll'in souhaitent candidater ensemble."},
				{at: autumn(9, 14, 11, 30, 0), subject: "Lu : votre dossier de candidature", text: "Votre message a été lu.", report: seen, letterOf: "hub@lamelee.example"},
				{at: autumn(10, 22, 16, 30, 0), subject: "Dossier Hub Occitanie", text: "Voici notre dossier.", files: append(association(), files("Accord de groupement.pdf")...), reply: true},
			},
			ends: received("pack ack"),
		},
		{
			stands: "deposits in three mails, 1/3 2/3 3/3",
			name:   "PING", address: "numerique@ping.example", // with the centres sociaux 49 and 53 and the Ligue de l'enseignement
			mails: []storyMail{
				{at: autumn(9, 20, 9, 12, 40), subject: "Hub Pays de la Loire", text: "Nous sommes intéressés."},
				{at: autumn(11, 6, 11, 0, 0), subject: "Hub Pays de la Loire 1/3", text: "1/3", files: association()[:3]},
				{at: autumn(11, 6, 11, 3, 0), subject: "Hub Pays de la Loire 2/3", text: "2/3", files: association()[3:6]},
				{at: autumn(11, 6, 11, 6, 0), subject: "Hub Pays de la Loire 3/3", text: "3/3", files: association()[6:]},
			},
			ends: received("pack reminder ack×3"),
		},
		{
			stands: "deposits without a word before; the last piece two seconds before the deadline, four minutes later in the mailbox",
			name:   "POP", address: "hub@pop.example", // with the région Hauts-de-France and SIILAB
			mails: []storyMail{
				{at: autumn(11, 12, 17, 45, 0), subject: "Hub Hauts-de-France", text: "Notre dossier.", files: company()[:6]},
				{at: autumn(11, 30, 16, 59, 58), delay: 4 * time.Minute, subject: "Lettres d'engagement", text: "Les voici.", files: company()[6:]},
			},
			ends: received("ack reminder×2 ack"),
		},
		{
			stands: "forgets pieces, is reminded on two Mondays, adds them",
			name:   "Urban Prod", address: "contact@urbanprod.example", // with IRTS PACA et Corse, ADRETS, Arsenic and The Camp
			mails: []storyMail{
				{at: autumn(10, 30, 14, 0, 0), subject: "Hub du Sud", text: "Dossier joint.", files: association()[:3]},
				{at: autumn(11, 15, 9, 40, 0), subject: "Re: Hub du Sud", text: "Le reste.", files: association()[3:], reply: true},
			},
			ends: received("ack reminder×2 ack"),
		},
		{
			stands: "deposits from Tahiti, where it is 5 h 40 in the morning",
			name:   "Solidarnum", address: "info@solidarnum.example", // with FACE Polynésie française
			mails: []storyMail{
				{at: autumn(10, 2, 21, 15, 0), zone: "Pacific/Tahiti", subject: "Hub Ultranumérique", text: "Ia ora na, nous candidatons."},
				{at: autumn(11, 30, 16, 40, 0), zone: "Pacific/Tahiti", subject: "Re: Hub Ultranumérique", text: "Notre dossier.", files: association(), reply: true},
			},
			ends: received("pack reminder×4 ack"),
		},
		{
			stands: "sends a ZIP with all pieces in folders",
			name:   "Médias Cité", address: "hub@mediascite.example", // with ATIS
			mails: []storyMail{
				{at: autumn(11, 8, 15, 20, 0), subject: "Hubiquité", text: "Dossier complet.", files: zipped("DOSSIER COMPLET.zip",
					"Hubiquité/1 Dossier de candidature.docx", "Hubiquité/2 Budget.xlsx", "Hubiquité/Juridique/Statuts.pdf", "Hubiquité/Juridique/Récépissé.pdf",
					"Hubiquité/Juridique/RIB.pdf", "Hubiquité/Comptes annuels 2017.pdf", "Hubiquité/Lettres d'engagement.pdf", "Hubiquité/Thumbs.db")},
			},
			ends: received("ack"),
		},
		{
			stands: "a public body on a Mac: its file names spell accents decomposed (NFD)",
			name:   "Territoires numériques Bourgogne-Franche-Comté", address: "hub@mednumbfc.example",
			mails: []storyMail{
				{at: autumn(9, 27, 8, 55, 0), subject: "#MednumBFC", text: "Bonjour, nous candidatons."},
				{at: autumn(10, 25, 17, 10, 0), subject: "#MednumBFC : dossier", text: "Dossier ci-joint.", files: decomposed(publicBody())},
			},
			ends: received("pack ack"),
		},
		{
			stands: "a partner of the groupement answers our letter from another address, with the whole dossier",
			name:   "AGATE Territoires", address: "accueil@agate.example", // with Fréquence Écoles, the Ligue de l'enseignement de la Loire and Zoomacom
			mails: []storyMail{
				{at: autumn(10, 9, 8, 30, 0), subject: "Hub AURA", text: "Nous candidatons."},
				{from: "medias@zoomacom.example", name: "Zoomacom", at: autumn(11, 7, 18, 5, 0), subject: "TR: Rappel", text: "AGATE m'a transmis votre rappel, voici tout.", files: association(), reply: true},
			},
			ends: received("pack reminder ack"),
		},
		{
			stands: "sends the form back untouched first: that is no deposit",
			name:   "CC de Montesquieu", address: "numerique@cc-montesquieu.example", // with Ocean Living Lab
			mails: []storyMail{
				{at: autumn(10, 11, 10, 0, 0), subject: "HubERT", text: "Nous candidatons."},
				{at: autumn(10, 18, 9, 25, 0), subject: "Re: HubERT", text: "Voici le formulaire.", files: []storyFile{faulty(isUntouched, "dossier-de-candidature.docx")}, reply: true},
				{at: autumn(11, 20, 16, 0, 0), subject: "HubERT, dossier complet", text: "Avec nos excuses.", files: publicBody()},
			},
			ends: received("pack received reminder×3 ack"),
		},
		{
			stands: "sends a link to a transfer service, learns that nothing was received, sends files",
			name:   "ICI", address: "hub-idf@ici.example", // with ASTS and Les Entreprises pour la Cité
			mails: []storyMail{
				{at: autumn(10, 16, 14, 45, 0), subject: "Hub Île-de-France", text: "Notre dossier est là : https://we.tl/t-Hub2018idf"},
				{at: autumn(10, 24, 10, 15, 0), subject: "Re: Hub Île-de-France", text: "Cette fois en pièces jointes.", files: association(), reply: true},
			},
			ends: received("pack ack"),
		},
		{
			stands: "its machine answers our pack (out of office); a colleague deposits in reply",
			name:   "Guyaclic", address: "direction@guyaclic.example", // with BioDésir, ANIS St-Martin and Up & Space
			mails: []storyMail{
				{at: autumn(10, 15, 19, 0, 0), zone: "America/Cayenne", subject: "Hub Antilles-Guyane", text: "Bonjour, nous candidatons."},
				{at: autumn(10, 15, 19, 0, 5), zone: "America/Cayenne", subject: "Absence du bureau", text: "De retour lundi.", reply: true, header: []string{"Auto-Submitted: auto-replied"}},
				{from: "projets@guyaclic.example", name: "Projets Guyaclic", at: autumn(11, 21, 20, 0, 0), zone: "America/Cayenne", subject: "Re: Hub Antilles-Guyane",
					text: "Dossier ci-joint.", files: association(), reply: true},
			},
			ends: received("pack reminder×3 ack"),
		},
	}
}
