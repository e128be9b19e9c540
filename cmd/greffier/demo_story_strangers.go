package main

// strangers are people and machines that never get a case, and staff.
func strangers() []player {
	return []player{
		{
			stands: "staff read a digest every Monday",
			name:   "L'équipe", address: demoTeam,
			mails: []storyMail{
				// A colleague forwards what reached her: it waits, she gets no answer.
				{from: "claire@cdc.example", name: "Claire (instruction)", at: autumn(11, 7, 9, 30, 0), subject: "TR: Candidature Hub Berry", text: "Reçu dans ma boîte.", files: files("Dossier Hub Berry.pdf"), waits: true},
			},
			hears: "digest×11",
		},
		{
			stands: "writes before the call opens: filed, not answered",
			name:   "Un curieux", address: "curieux@asso.example",
			mails: []storyMail{
				{at: autumn(9, 12, 18, 0, 0), subject: "Votre futur appel ?", text: "Quand ouvrez-vous ?"},
			},
		},
		{
			stands: "quotes the reference of somebody else: waits, and hears nothing of that case",
			name:   "Un tiers", address: "rival@ailleurs.example",
			mails: []storyMail{
				{at: autumn(11, 15, 12, 0, 0), subject: "Pièce pour HUB18-0001", text: "À joindre.", files: files("Statuts faux.pdf"), waits: true},
			},
			hears: "waiting",
		},
		{
			stands: "forges the address of a candidate (DMARC): waits, counts for nothing, is not answered",
			mails: []storyMail{
				{from: "hub@lamelee.example", name: "La Mêlée", at: autumn(11, 26, 3, 12, 0), subject: "Nouveau RIB", text: "Merci d'utiliser ce RIB.", files: files("RIB nouveau.pdf"),
					header: []string{"Authentication-Results: " + demoHost + "; dmarc=fail header.from=lamelee.example"}, waits: true},
			},
		},
		{
			stands: "marked as spam by our own filter: kept, not answered",
			name:   "Prêt facile", address: "offre@pret-facile.example",
			mails: []storyMail{
				{at: autumn(10, 20, 4, 0, 0), subject: "Financez votre projet", text: "Crédit immédiat.", header: []string{"X-Spam-Flag: YES"}},
			},
		},
		{
			stands: "a newsletter",
			name:   "La lettre", address: "lettre@presse.example",
			mails: []storyMail{
				{at: autumn(11, 16, 7, 0, 0), subject: "Notre lettre de novembre", text: "À la une.", header: []string{"List-Id: <lettre.presse.example>"}},
			},
		},
		{
			stands: "a copier with a file, from an address that reads no answer: waits",
			name:   "Copieur 2e étage", address: "no-reply@mairie-bourg.example",
			mails: []storyMail{
				{at: autumn(11, 12, 8, 20, 0), subject: "Numérisation", text: "Document numérisé.", files: files("scan0042.pdf"), waits: true},
			},
		},
		{
			stands: "reports a mail that never was ours (backscatter): changes nothing",
			name:   "Mail Delivery System", address: "postmaster@backscatter.example",
			mails: []storyMail{
				{at: autumn(10, 23, 5, 0, 0), subject: "Delivery Status Notification (Failure)", text: "Not delivered.", report: bounced, letterOf: "hub@pop.example", header: []string{"Return-Path: <>"}},
			},
		},
	}
}
