package parse

import "testing"

// TestPeopleAreAnswered: mails of people that look like a machine's. None of
// them may wait for staff: their senders count on the acknowledgement.
func TestPeopleAreAnswered(t *testing.T) {
	opts := Options{AuthservID: "mx.funder.example", OwnAddresses: []string{"aap@funder.example"}}
	const body = "Bonjour,\n\nVoici notre dossier de candidature.\n\nCordialement,\nClaire Martin"
	const file = "Content-Type: multipart/mixed; boundary=b"
	attached := func(text string) string {
		return "--b\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\n--b\nContent-Type: application/pdf; name=dossier.pdf\nContent-Disposition: attachment\n\n%PDF-1.4\n--b--"
	}
	for _, c := range []struct{ name, fields, body string }{
		// Names and addresses.
		{"a first name Daemon", "From: Daemon Lefebvre <d.lefebvre@asso.example>", body},
		{"display name Mailer Daemon", "From: Mailer Daemon <claire@asso.example>", body},
		{"display name Postmaster", "From: Postmaster Hub <claire@asso.example>", body},
		{"a domain that begins with no-reply", "From: contact@no-reply-asso.example", body},
		{"a domain that holds bounce", "From: contact@bounce-dance.example", body},
		{"an organisation named Challenge", "From: Challenge Numérique <contact@challenge-numerique.example>\nSubject: Challenge numérique : notre projet", body},
		{"an organisation named Robot", "From: Les Robots <contact@robot-asso.example>", body},
		{"an organisation named Auto", "From: Auto-école solidaire <auto-ecole@asso.example>\nSubject: Auto-école solidaire", body},
		{"an organisation named Sympa", "From: contact@sympa.example", body},
		{"an administrator", "From: Admin <admin@commune.example>", body},
		{"a press officer", "From: presse@asso.example", body},
		{"a person named Noël Reply", "From: Noel Reply <n.reply@asso.example>", body},
		// Fields.
		{"Precedence: normal", "Precedence: normal", body},
		{"Precedence: first-class", "Precedence: first-class", body},
		{"Auto-Submitted: no", "Auto-Submitted: no", body},
		{"sent with a mailing program", "X-Mailer: Sendinblue", body},
		{"a mail merge of Thunderbird", "X-Mailer: Mail Merge\nUser-Agent: Mozilla Thunderbird", body},
		{"asks for a read receipt", "Disposition-Notification-To: claire@asso.example\nReturn-Receipt-To: claire@asso.example", body},
		{"X-Priority", "X-Priority: 1\nImportance: high", body},
		{"X-Auto-Response-Suppress: none", "X-Auto-Response-Suppress: None", body},
		{"X-Autoreply-looking field of another name", "X-Spam-Autolearn: no", body},
		{"a tag of a gateway", "Subject: [EXTERNE] Notre dossier", body},
		// Texts.
		{"a footer with unsubscribe", "", body + "\n\nUnsubscribe: https://asso.example/u"},
		{"a footer with se désabonner", "", body + "\n\nPour se désabonner de nos nouvelles, cliquez ici : https://asso.example"},
		{"a legal notice", "", body + "\n\nThis message is confidential. If you are not the intended recipient, please delete it."},
		{"protected by a filter", "", body + "\n\nProtégé par Mailinblack – https://www.mailinblack.example"},
		{"speaks of a filter", "", "Bonjour,\nNotre antispam Mailinblack vous demandera peut-être de cliquer sur un lien. Merci de valider. Claire"},
		{"speaks of a captcha", "Subject: Atelier captcha", "Bonjour,\nNos ateliers expliquent les captchas et comment prouver que vous n'êtes pas un robot.\nClaire Martin"},
		{"was answered by a machine", "", "Bonjour,\nJ'ai reçu un message automatique, est-ce normal ?\nClaire"},
		{"writes from another account", "", "Bonjour,\nMerci de ne pas répondre à cette adresse mais à claire@asso.example.\nVoici nos pièces."},
		{"does not wish an answer before Monday", "", "Bonjour,\nMerci de ne pas répondre avant lundi, nous déménageons."},
		{"speaks of an old mailbox", "", "Bonjour,\nNotre ancienne boîte n'est plus relevée, merci d'utiliser celle-ci.\nClaire"},
		{"a director has left", "Subject: Départ de notre directrice", "Bonjour,\nNotre directrice a quitté l'association ; je la remplace sur le dossier.\nClaire"},
		{"will be away", "Subject: Mes congés et votre demande de pièces", "Bonjour,\nJe serai absente du 3 au 12 août, ma collègue vous enverra les pièces.\nClaire"},
		{"is away and asks", "Subject: Congés d'été", "Bonjour,\nNous sommes fermés du 1er au 20 août : peut-on déposer après ?\nClaire"},
		{"is away, with its file", "Subject: Absence\n" + file, attached("Je suis absente jusqu'au 12, voici le dossier en avance.")},
		{"received the pack well", "Subject: Re: Votre dossier", "Bonjour,\nNous avons bien reçu votre message et vous enverrons nos pièces dans les meilleurs délais.\nClaire"},
		{"took a request into account", "Subject: Re: HUB18-0012\n" + file, attached("Votre demande de pièces a bien été prise en compte, dossier HUB18-0012.")},
		{"speaks of tickets", "Subject: Notre billetterie", "Bonjour,\nNotre outil gère 3000 demandes et le ticket n° 12345 a été résolu.\nClaire"},
		{"a budget in figures", "", "Le budget est de 450 000 EUR, dont 550 en 5.1.1 du plan, 421 heures."},
		// Subjects.
		{"a director who is absent", "Subject: Notre directrice est absente cette semaine", body},
		{"no answer to my mail", "Subject: Absence de réponse à mon mail", body},
		{"no connection", "Subject: Absence de connexion en zone blanche", body},
		{"away from a meeting", "Subject: Absence à la réunion d'information", body},
		{"an automatic report", "Subject: Bilan automatique de nos ateliers", body},
		{"a reminder", "Subject: Rappel de mon dossier", body},
		{"a reminder with a colon", "Subject: Rappel : dossier envoyé hier", body},
		{"asks for the receipt", "Subject: Accusé de réception de notre candidature ?", body},
		{"asks for the receipt, without a question mark", "Subject: Accusé de réception de notre candidature", "Bonjour,\nNous n'avons pas reçu l'accusé de réception. Pouvez-vous vérifier ?\nClaire"},
		{"solidarity leave", "Subject: Congés solidaires : notre projet", body},
		{"a project named vacation", "Subject: Vacances apprenantes et numérique", body},
		{"a project about absences", "Subject: Absentéisme et illectronisme", body},
		{"closing of counters", "Subject: Fermeture des guichets : notre réponse", body},
		{"unavailability of a service", "Subject: Indisponibilité de votre site", "Bonjour,\nVotre site est indisponible depuis hier, comment faire ?\nClaire"},
		{"change of address", "Subject: Changement d'adresse de notre association", "Bonjour,\nNotre siège a déménagé, voici la nouvelle adresse.\nClaire"},
		{"a confirmation", "Subject: Confirmation", "Bonjour,\nJe vous confirme notre participation.\nClaire"},
		{"answers our acknowledgement", "Subject: RE: Accusé de réception de votre dossier", "Merci, il manque le RIB que voici.\n\nDe : AAP <aap@funder.example>\nEnvoyé : lundi 5 novembre 2018 10:00\nÀ : Claire\nObjet : Accusé de réception de votre dossier\n\nVotre message a été reçu."},
		{"answers an out-of-office", "Subject: RE: Réponse automatique : Hub\nIn-Reply-To: <x@funder.example>", "Merci, je rappelle lundi.\n\n> Je suis absent jusqu'au 12."},
		{"forwards an out-of-office", "Subject: TR: Réponse automatique : Hub", "Bonjour, j'ai reçu ceci, que faire ?\n\nJe suis absent jusqu'au 12."},
		{"asks about automatic answers", "Subject: Réponse automatique reçue, est-ce normal ?", "Bonjour, j'ai reçu une réponse automatique de votre boîte."},
		{"received well", "Subject: Confirmation", "Bonjour,\nJ'ai bien reçu votre message et vous confirme notre participation.\nClaire"},
		{"received well, says so", "Subject: Accusé de réception", "Bonjour,\nJ'accuse réception de votre message, merci.\nClaire"},
		{"answers our receipt", "Subject: RE: [HUB18-0012] Accusé de réception : 2 fichiers reçus\nIn-Reply-To: <x@funder.example>", "Bonjour,\nNous avons bien reçu votre accusé et complétons dans les meilleurs délais.\nClaire"},
		{"is away, and promises", "Subject: Re: Pack\nIn-Reply-To: <x@funder.example>", "Je suis absente jusqu'au 12 août, je vous enverrai le RIB à mon retour."},
		{"a colleague is away", "", "Bonjour, notre directeur est absent jusqu'au 12. Merci de contacter Mme Roux en son absence."},
		{"did not hand over", "Subject: Non remise du RIB ?", "Bonjour, le RIB suivra demain.\nClaire"},
		{"cars", "Subject: Auto : mobilité solidaire et numérique", body},
		{"an answer around something", "Subject: Réponse autour du volet mobilité", body},
		{"takes over", "Subject: Changement d'adresse et de contact", "Bonjour,\nMme Petit a quitté ses fonctions, je la remplace. Merci de contacter désormais cette adresse."},
		{"a platform behind a password", "", "Bonjour,\nPour consulter notre dossier, il faut vous authentifier : cliquez sur https://asso.example/espace\nCordialement"},
		{"refused equipment", "Subject: Message refusé", "Bonjour,\nNotre demande a été rejetée par votre serveur, pourquoi ?"},
		{"delivery of tablets", "Subject: Échec de livraison des tablettes", "Bonjour,\nLe fournisseur n'a pas livré, notre projet a du retard.\nClaire"},
		// Bounces shown by people.
		{"forwards a bounce", "Subject: TR: Undelivered Mail Returned to Sender", "Bonjour,\nMon envoi a échoué, que faire ?\n\n<aap@funder.example>: host mx said: 550 5.7.1 refused"},
		{"answers a bounce", "Subject: Re: Undelivered Mail Returned to Sender", "Bonjour,\nVotre serveur a refusé mon mail :\n> 550 5.1.1 user unknown"},
		{"pastes a bounce", "Subject: Message non délivré, pouvez-vous aider ?", "Bonjour,\nMon message n'a pas pu être remis : 550 5.7.1 refused.\nPourriez-vous vérifier ?\nCordialement"},
		{"asks what failed", "Subject: Échec de l'envoi de notre dossier", "Bonjour,\nMon mail n'a pas pu être remis hier. Que faire ?\nCordialement,\nClaire"},
		{"writes about full mailboxes", "Subject: Boîte pleine", "Bonjour,\nNotre boîte aux lettres est pleine, merci de renvoyer le dossier.\nCordialement"},
		{"delivery of equipment", "Subject: Delivery of equipment", body},
		{"a message about delivery", "Subject: Message de la présidente", body},
		// Calendars.
		{"an invitation", "Content-Type: multipart/mixed; boundary=b", "--b\n\nVoici une invitation.\n--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR\n--b--"},
		{"accepted, in words", "Subject: Accepté : notre partenariat avec la région", body},
		// Files.
		{"a scan, sent by a person", "Subject: Scan du dossier signé\n" + file, attached(body)},
		{"forwards a scan", "Subject: TR: Message from KM_C258\n" + file, attached("Voici le dossier scanné.")},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := readString(t, mailWith(encoded(c.fields), c.body), opts)
			if !m.Answerable || m.Kind != KindPerson {
				t.Errorf("kind %s, answerable %v: %q", m.Kind, m.Answerable, m.Reasons)
			}
		})
	}
}
