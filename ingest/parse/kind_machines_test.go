package parse

import (
	"mime"
	"strings"
	"testing"
)

// encoded gives Subject and From as RFC 2047 wants them, so that the tables
// show what a reader sees.
func encoded(fields string) string {
	lines := strings.Split(fields, "\n")
	for i, l := range lines {
		if v, ok := strings.CutPrefix(l, "Subject: "); ok {
			lines[i] = "Subject: " + mime.BEncoding.Encode("utf-8", v)
		} else if v, ok := strings.CutPrefix(l, "From: "); ok {
			if name, addr, ok := strings.Cut(v, " <"); ok {
				lines[i] = "From: " + mime.BEncoding.Encode("utf-8", name) + " <" + addr
			}
		}
	}
	return strings.Join(lines, "\n")
}

// TestMachinesAreNotAnswered: machines by the classes in which they come, with
// no more in the header than each of them writes. A loop between two of them
// is worse than a letter that a person must send.
func TestMachinesAreNotAnswered(t *testing.T) {
	opts := Options{AuthservID: "mx.funder.example", OwnAddresses: []string{"aap@funder.example"}}
	const file = "Content-Type: multipart/mixed; boundary=b"
	attached := func(text string) string {
		return "--b\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\n--b\nContent-Type: application/pdf; name=scan0001.pdf\nContent-Disposition: attachment\n\n%PDF-1.4\n--b--"
	}
	reply := func(subject string) string { return "Subject: " + subject + "\nIn-Reply-To: <x@funder.example>" }
	for _, c := range []struct {
		name, fields, body string
		kind               Kind
	}{
		// Responders, by their subject.
		{"Exchange, Turkish", reply("Otomatik yanıt: Votre dossier"), "Ofis dışındayım", KindAutoReply},
		{"Exchange, Bulgarian", reply("Автоматичен отговор: Votre dossier"), "Няма ме", KindAutoReply},
		{"Exchange, Hebrew", reply("מענה אוטומטי: Votre dossier"), "x", KindAutoReply},
		{"Exchange, Arabic", reply("رد تلقائي: Votre dossier"), "x", KindAutoReply},
		{"Exchange, Estonian", reply("Automaatvastus: Votre dossier"), "x", KindAutoReply},
		{"Exchange, Lithuanian", reply("Automatinis atsakymas: Votre dossier"), "x", KindAutoReply},
		{"Exchange, Latvian", reply("Automātiska atbilde: Votre dossier"), "x", KindAutoReply},
		{"Notes", "Subject: Claire Martin is out of the office (returning 12/03/2018)", "I will respond when I return.", KindAutoReply},
		{"Notes, French", "Subject: Claire Martin est absent(e) du bureau. (retour 03/12/2018)", "Je répondrai dès mon retour.", KindAutoReply},
		{"absence behind the subject", reply("Votre dossier : message automatique d'absence"), "En congés", KindAutoReply},
		{"Spanish absence", reply("Ausencia: Votre dossier"), "Fuera hasta el lunes.", KindAutoReply},
		{"travelling, by its text", reply("Re: Votre dossier"), "Bonjour,\nJe suis actuellement en déplacement avec un accès limité à ma messagerie. En cas d'urgence, appelez le 06.", KindAutoReply},
		{"at present on leave, by its text", reply("RE: Votre dossier"), "Actuellement en congés, je prendrai connaissance de votre message à mon retour. En cas d'urgence, merci de contacter Paul.", KindAutoReply},
		{"Exchange, French", reply("Réponse automatique : Votre dossier"), "Je suis en congés.", KindAutoReply},
		{"Exchange, French, no accents, no blank", reply("Reponse automatique: Votre dossier"), "x", KindAutoReply},
		{"Exchange, behind a gateway's tag", reply("[EXTERNE] Réponse automatique : Votre dossier"), "x", KindAutoReply},
		{"Exchange, with a spam tag", reply("***SPAM*** Automatic reply: x"), "x", KindAutoReply},
		{"Exchange, German", reply("Automatische Antwort: x"), "x", KindAutoReply},
		{"Exchange, Italian", reply("Risposta automatica: x"), "x", KindAutoReply},
		{"Exchange, Polish", reply("Odpowiedź automatyczna: x"), "x", KindAutoReply},
		{"Exchange, Japanese", reply("自動応答: x"), "x", KindAutoReply},
		{"brackets", "Subject: [Réponse automatique] Hub", "x", KindAutoReply},
		{"Absente du bureau", "Subject: Absente du bureau", "x", KindAutoReply},
		{"Absent(e) du bureau", "Subject: Absent(e) du bureau : Re: Hub", "x", KindAutoReply},
		{"Absence with dates", "Subject: Absence du 3 au 12 août", "x", KindAutoReply},
		{"Absence jusqu'au", "Subject: Absence jusqu’au 12 août", "x", KindAutoReply},
		{"Message d'absence", "Subject: Message d'absence Re: Hub", "x", KindAutoReply},
		{"Je suis absente", reply("Je suis absente jusqu'au 12 mai Re: Hub"), "x", KindAutoReply},
		{"En congés", "Subject: En congés jusqu'au 20 août", "x", KindAutoReply},
		{"Notes", "Subject: Claire Martin is out of the office.", "I will be out of the office starting 26/11/2018 and will not return until 03/12/2018. This is an automatic reply.", KindAutoReply},
		{"Auto:", reply("Auto: Votre dossier"), "x", KindAutoReply},
		{"Re: and its own words", reply("Re: Absence du bureau"), "Je suis absent.", KindAutoReply},
		// Responders, by subject and text together.
		{"congés and a text", "Subject: Congés", "Bonjour,\nJe suis en congés jusqu'au 20 août. En cas d'urgence, contactez l'accueil.", KindAutoReply},
		{"indisponible", "Subject: Indisponible", "Je suis actuellement en déplacement, je prendrai connaissance de votre message à mon retour.", KindAutoReply},
		{"fermeture", "Subject: Fermeture annuelle", "Nos bureaux sont fermés du 24 décembre au 2 janvier.", KindAutoReply},
		{"départ de la structure", "Subject: Départ de la structure", "Bonjour,\nClaire Martin n'exerce plus au sein de notre structure. Merci de contacter l'accueil.", KindAutoReply},
		{"has left", "Subject: Claire Martin a quitté la structure", "Claire Martin ne fait plus partie de la structure. Merci de contacter accueil@asso.example.", KindAutoReply},
		{"changement d'adresse", "Subject: Changement d'adresse mail", "Cette adresse n'est plus utilisée, merci d'écrire à accueil@asso.example.", KindAutoReply},
		{"accusé de réception", "Subject: Accusé de réception", "Nous accusons réception de votre message et y répondrons dans les meilleurs délais.", KindAutoReply},
		{"mark behind the subject", reply("Re: Votre dossier (Réponse automatique)"), "x", KindAutoReply},
		// Responders, by their text alone.
		{"Re: and an absence", reply("Re: Votre dossier"), "Bonjour,\nJe suis absente jusqu'au 12 août. Pour toute urgence, contactez ma collègue.", KindAutoReply},
		{"in English", reply("Re: Votre dossier"), "Hello,\nI am out of the office until 12 August. For urgent matters please contact Ann.", KindAutoReply},
		{"message automatique", reply("Votre dossier"), "Bonjour,\nCeci est un message automatique, nous reviendrons vers vous.", KindAutoReply},
		{"ne pas répondre", "Subject: Information", "Votre dossier a été consulté.\nMerci de ne pas répondre à ce message.", KindAutoReply},
		{"boîte non suivie", reply("Re: Votre dossier"), "Bonjour,\nCette boîte mail n’est plus relevée. Merci d'écrire à accueil@asso.example.", KindAutoReply},
		{"unmonitored", reply("Re: Votre dossier"), "This mailbox is not monitored.", KindAutoReply},
		// Ticket systems and administrations.
		{"GLPI without fields", "Subject: [GLPI #0012345] Votre dossier", "Bonjour,\nVotre demande a bien été enregistrée.\nTicket : 0012345", KindAutoReply},
		{"ticket number", "Subject: Hub", "Bonjour,\nVotre message a bien été pris en compte sous le ticket #48213.", KindAutoReply},
		{"subject of a portal", "Subject: Votre demande a bien été enregistrée", "x", KindAutoReply},
		{"administration", "Subject: Accusé de réception électronique", "x", KindAutoReply},
		{"English help desk", "Subject: Hub", "Hi,\nYour request has been received and is being reviewed. Request #12345.", KindAutoReply},
		{"help desk line", reply("Re: Votre dossier"), "##- Veuillez saisir votre réponse au-dessus de cette ligne -##\nVotre demande est en cours d'étude.", KindAutoReply},
		{"administration, by its promise", "Subject: Confirmation de réception", "Madame, Monsieur,\nNous avons bien reçu votre courriel. Une réponse vous sera apportée dans les meilleurs délais.", KindAutoReply},
		{"with a question for show", reply("Re: Votre dossier"), "Ceci est un message automatique. Une question ? Appelez le 01 02 03 04 05.", KindAutoReply},
		{"voice mail", "From: voicemail@telephone.example\n" + file, attached("Nouveau message vocal"), KindAutoReply},
		{"OTRS", "X-OTRS-Loop: True", "x", KindAutoReply},
		// Calendars.
		{"Outlook, accepted", "Subject: Accepté : Audition\n" + file, "--b\n\n\n--b\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n--b--", KindAutoReply},
		{"Google, declined, with words", "Subject: Declined: Audition\n" + file, "--b\n\nClaire has declined this invitation.\n--b\nContent-Type: application/ics; name=invite.ics\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n--b--", KindAutoReply},
		{"without a calendar part", "Subject: Décliné : Audition", "", KindAutoReply},
		{"new time proposed", "Subject: Nouvelle heure proposée : Audition", "", KindAutoReply},
		{"Outlook recall", "Subject: Rappel : Votre dossier", "Claire Martin souhaite rappeler le message « Votre dossier ».", KindAutoReply},
		{"Outlook recall, English", "Subject: Recall: Votre dossier", `Martin, Claire would like to recall the message, "Votre dossier".`, KindAutoReply},
		// Copiers: their scans wait for staff.
		{"Konica", "From: copieur@mairie.example\nSubject: Message from KM_C258\n" + file, attached(""), KindAutoReply},
		{"Xerox", "From: accueil@mairie.example\nSubject: Scan from a Xerox WorkCentre\n" + file, attached("Please open the attached document. It was scanned and sent to you using a Xerox WorkCentre."), KindAutoReply},
		{"Ricoh", "Subject: Message from \"RNP002673\"\n" + file, attached("This E-mail was sent from \"RNP002673\" (MP C3003)."), KindAutoReply},
		{"scanner by name", "From: scan-accueil@mairie.example\nSubject: Document\n" + file, attached(""), KindAutoReply},
		{"Canon by its program", "X-Mailer: Canon iR-ADV C3530\n" + file, attached(""), KindAutoReply},
		// Lists, newsletters, notifications.
		{"newsletter", "List-Unsubscribe: <https://x.example/u>", "Nos actualités", KindList},
		{"campaign", "X-Mailin-Campaign: 12", "Nos actualités", KindList},
		{"social network", "X-LinkedIn-Class: EMAIL-DEFAULT\nFrom: invitations@social.example", "Claire vous invite", KindList},
		{"notification", "From: notification@social.example", "Claire vous invite", KindPerson},
		{"invoicing robot", "From: facturation-noreply@outil.example\n" + file, attached("Votre facture"), KindPerson},
		{"invoicing robot, by its text", "From: facturation@outil.example\n" + file, attached("Votre facture. Ce courriel a été envoyé automatiquement, merci de ne pas y répondre."), KindAutoReply},
		{"survey", "From: ne-pas-repondre@sondage.example", "Donnez votre avis", KindPerson},
		{"no-reply host", "From: hub@noreply.portail.example", "x", KindPerson},
		{"cron", "X-Cron-Env: <SHELL=/bin/sh>", "x", KindAutoReply},
		// Reports.
		{"DMARC report", "From: reports@mx.example\nSubject: Report domain: funder.example Submitter: mx.example Report-ID: <1>\nContent-Type: application/gzip; name=mx.example!funder.example!1!2.xml.gz", "x", KindReport},
		{"TLS report", "From: tls@mx.example\nTLS-Report-Domain: funder.example\nContent-Type: application/tlsrpt+gzip; name=x.json.gz", "x", KindReport},
		{"read receipt in words", "Subject: Lu : Votre dossier", "Votre message a été lu le lundi 26 novembre 2018 à 10:00.", KindReport},
		{"unread, in words", "Subject: Non lu : Votre dossier", "Votre message a été supprimé sans avoir été lu.", KindReport},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := readString(t, mailWith(encoded(c.fields), c.body), opts)
			if m.Answerable || m.Kind != c.kind {
				t.Errorf("kind %s, answerable %v (%q); want %s", m.Kind, m.Answerable, m.Reasons, c.kind)
			}
		})
	}
}

// TestChallengeServices, behaviour 26: in the words of several generations of
// services.
func TestChallengeServices(t *testing.T) {
	for _, c := range []struct{ name, fields, body string }{
		{"Mailinblack, first generation", "From: Claire Martin <claire@asso.example>\nSubject: Re: Votre dossier [Demande d'authentification]", "Bonjour,\nJe suis protégée par MailInBlack contre les spams. Pour que votre message me parvienne, cliquez sur le lien ci-dessous :\nhttp://mib.example/a"},
		{"Mailinblack, later", "From: Claire Martin <claire@asso.example>\nSubject: Votre e-mail est en attente de validation", "Votre e-mail est en attente. Cliquez ici pour vous authentifier : https://app.mib.example/x"},
		{"Mailinblack, by its own name", "From: MAILINBLACK <noreply@invite.mailinblack.example>\nSubject: Votre message à Claire", "x"},
		{"Mailinblack, in a tag", "Subject: [MailInBlack] Authentification", "Cliquez sur https://x.example"},
		{"Vade", "From: Vade Secure <q@filter.example>\nSubject: Validation de votre adresse", "Cliquez sur le lien suivant https://x.example"},
		{"AltoSpam", "Subject: Demande de confirmation de votre message", "Votre message a été mis en quarantaine par AltoSpam. Pour le délivrer, cliquez sur http://x.example"},
		{"e-securemail", "From: e-securemail <gestion@filter.example>\nSubject: Votre mail pour Claire", "Merci de confirmer votre envoi : http://x.example"},
		{"Protecmail", "Subject: Authentification requise", "Bonjour, afin que votre message soit remis, merci de cliquer sur ce lien : http://x.example"},
		{"Spamenmoins", "Subject: Re: Votre dossier", "Je n'accepte que les expéditeurs connus (SpamEnMoins). Pour que votre message me parvienne, répondez simplement à ce message."},
		{"unknown, French captcha", "Subject: Votre message à claire@asso.example", "Votre message est en attente. Merci de cliquer sur https://x.example et de recopier le captcha pour confirmer votre envoi."},
		{"Boxbe", "From: Claire Martin via Boxbe <claire@boxbe.example>\nSubject: Re: Votre dossier (Action Required)", "Your message is on the waiting list. Please verify your email: http://x.example"},
		{"SpamArrest", "Subject: Re: Votre dossier (verification)", "I use SpamArrest. Click the link below to verify that you are human: http://x.example"},
		{"Sendio", "Subject: [SENDER VERIFICATION] Votre dossier", "Simply reply to this message to be added to my list: http://x.example"},
		{"TMDA", "Subject: Please confirm your message", "This message was created automatically by mail delivery software (TMDA). To release your message, simply reply to this e-mail."},
		{"TMDA, by an empty message", "Subject: Please confirm your message", "Your message attached below is being held because its sender has not been verified. To release it, please send an empty message to the following address."},
		{"EarthLink", "Subject: Re: Votre dossier", "I apologize for this automatic reply. To control spam, I now allow incoming messages only from senders I have approved beforehand. Please fill out the short request form (see link below): http://x.example"},
		{"its name in the link alone", "Subject: Demande de confirmation de votre envoi", "Votre message adressé à claire@asso.example a été retenu. Pour le libérer, cliquez sur le lien : http://vaderetro.example/1"},
		{"Hornet", "Subject: Message held", "Your email is being held. Please confirm your message by clicking the following link http://x.example"},
		{"Cleanmail", "From: Cleanmail <robot@cleanmail.example>\nSubject: Validation de votre e-mail", "Validez votre e-mail : http://x.example"},
	} {
		if m := readString(t, mailWith(encoded(c.fields), c.body), Options{}); m.Kind != KindChallenge || m.Answerable {
			t.Errorf("%s: %s (%q)", c.name, m.Kind, m.Reasons)
		}
	}
}
