package parse

import (
	"strings"
	"testing"
)

// dsn is a delivery report with the given status part.
func dsn(status string) string {
	return mailWith("Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
		"--b\n\nVotre message...\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"+status+"\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <letter@funder.example>\n--b--")
}

// text is a report in words only.
func textBounce(subject, body string) string {
	return mailWith("Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\nSubject: "+subject, body)
}

const returned = "\n\nReturn-Path: <aap@funder.example>\nTo: someone.else@hub.example\nMessage-ID: <letter@funder.example>\n\nBonjour"

// TestBounce: each recipient that failed for good, no other, and the letter it
// is about.
// Behaviour 25.
func TestBounce(t *testing.T) {
	for _, c := range []struct{ name, raw, failed string }{
		{"failed", dsn("Final-Recipient: rfc822; a@hub.example\nAction: failed\nStatus: 5.1.1"), "a@hub.example"},
		{"failed and delayed", dsn("Final-Recipient: rfc822; a@hub.example\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; b@hub.example\nAction: delayed\nStatus: 4.4.1"), "a@hub.example"},
		{"delayed", dsn("Final-Recipient: rfc822; a@hub.example\nAction: delayed\nStatus: 4.4.1"), ""},
		{"relayed", dsn("Final-Recipient: rfc822; a@hub.example\nAction: relayed\nStatus: 2.1.5"), ""},
		{"delivered", dsn("Final-Recipient: rfc822; a@hub.example\nAction: delivered"), ""},
		{"given up after delays", dsn("Final-Recipient: rfc822; a@hub.example\nAction: failed\nStatus: 4.4.1"), "a@hub.example"},
		{"no action, status 5", dsn("Final-Recipient: rfc822; a@hub.example\nStatus: 5.0.0"), "a@hub.example"},
		{"no action, status 4", dsn("Final-Recipient: rfc822; a@hub.example\nStatus: 4.0.0"), ""},
		{"brackets, comment, no type", dsn("Final-Recipient: <a@hub.example> (Claire)\nAction: failed (bad)"), "a@hub.example"},
		{"an alias led on", dsn("Original-Recipient: rfc822; a@hub.example\nFinal-Recipient: rfc822; b@else.example\nAction: failed\nStatus: 5.1.1"), "b@else.example a@hub.example"},
		{"unusable final, original", dsn("Original-Recipient: rfc822; a@hub.example\nFinal-Recipient: x400; /S=A/O=HUB\nAction: failed"), "a@hub.example"},
		{"two of one", dsn("Final-Recipient: rfc822; a@hub.example\nAction: failed\n\nFinal-Recipient: rfc822; A@hub.example\nAction: failed"), "a@hub.example"},
		{"qmail", textBounce("failure notice", "Hi. This is the qmail-send program at mx.example.\n\n<a@hub.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message."+returned), "a@hub.example"},
		{"Exim", textBounce("Mail delivery failed: returning message to sender", "A message that you sent could not be delivered to one or more of its recipients.\n\n  a@hub.example\n    SMTP error from remote mail server after RCPT TO:<a@hub.example>:\n    550 no such user\n\n------ This is a copy of the message, including all the headers. ------"+returned), "a@hub.example"},
		{"Exim with X-Failed-Recipients", mailWith("Return-Path: <>\nSubject: x\nX-Failed-Recipients: a@hub.example, b@hub.example", "-- This is a copy"+returned), "a@hub.example b@hub.example"},
		{"Postfix", textBounce("Undelivered Mail Returned to Sender", "This is the mail system at host mx.example.\n\nFor further assistance, please send mail to <postmaster@mx.example>.\n\n<a@hub.example>: host mx.hub.example[192.0.2.1] said: 550 5.1.1 unknown user (in reply to RCPT TO command)\n\n--- Original message ---"+returned), "a@hub.example"},
		{"sendmail", textBounce("Returned mail: User unknown", "   ----- The following addresses had permanent fatal errors -----\n<a@hub.example>\n\n   ----- Transcript of session follows -----\n550 5.1.1 <a@hub.example>... User unknown\n\n   ----- Original message follows -----"+returned), "a@hub.example"},
		{"Exchange", textBounce("Undeliverable: dossier", "Your message\n\n  To:      aap@funder.example\n  Subject: dossier\n\ndid not reach the following recipient(s):\n\na@hub.example on Mon, 26 Nov 2018 10:00:00 +0100\n    The recipient name is not recognized\n\nMessage-ID: <letter@funder.example>"), "a@hub.example"},
		{"Orange, in French", textBounce("=?utf-8?Q?=C3=89chec_de_la_remise?=", "Votre message n'a pas pu être remis au destinataire suivant :\n\n<a@hub.example>\nAdresse inconnue\n\n------ Message d'origine ------"+returned), "a@hub.example"},
		{"prose", textBounce("Mail delivery failed", "There was an error delivering your mail to <a@hub.example>.\n\nMessage headers follow."+returned), "a@hub.example"},
		{"a warning in words", textBounce("Warning: message delayed 24 hours", "The message has not yet been delivered to:\n\n  a@hub.example\n\n--- Original message ---"+returned), ""},
		{"a status without its part", textBounce("Undelivered", "Voir.\n\nFinal-Recipient: rfc822; a@hub.example\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; b@hub.example\nAction: delayed\n"+returned), "a@hub.example"},
		{"the id told in a sentence", textBounce("Email Delivery Failure", "Your message with Message-ID letter@funder.example could not be delivered.\n\na@hub.example: 550 no such user"), "a@hub.example"},
		{"a relay that put its own id on the letter", mailWith("Return-Path: <>\nSubject: Undelivered\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
			"--b\n\nx\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@hub.example\nAction: failed\nStatus: 5.1.1\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID:\nX-Original-Message-ID: <letter@funder.example>\n--b--"), "a@hub.example"},
		{"Amazon notification", mailWith("From: no-reply@sns.example", `{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"a@hub.example"}]},"mail":{"messageId":"0-1","commonHeaders":{"messageId":"<letter@funder.example>"}}}`), "a@hub.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := readString(t, c.raw, Options{OwnAddresses: []string{"aap@funder.example"}})
			if m.Kind != KindBounce || m.Answerable {
				t.Errorf("kind %s, answerable %v", m.Kind, m.Answerable)
			}
			if got := strings.Join(m.Failed, " "); got != c.failed {
				t.Errorf("failed %q, want %q", got, c.failed)
			}
			if m.About != "letter@funder.example" {
				t.Errorf("about %q", m.About)
			}
		})
	}
}

// TestReports: what is a report and no bounce.
func TestReports(t *testing.T) {
	if m := fixture(t, "read-receipt", Options{}); m.Kind != KindReport || m.About != "letter-3@funder.example" || len(m.Failed) > 0 {
		t.Errorf("read receipt: %s about %q, failed %q", m.Kind, m.About, m.Failed)
	}
	arf := mailWith("Content-Type: multipart/report; report-type=feedback-report; boundary=b",
		"--b\n\nAbuse.\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <letter@funder.example>\n\nx\n--b--")
	if m := readString(t, arf, Options{}); m.Kind != KindReport || m.About != "letter@funder.example" {
		t.Errorf("abuse report: %s about %q", m.Kind, m.About)
	}
	// A person who forwards a report is still a person.
	fwd := mailWith("Subject: TR: Undelivered Mail Returned to Sender", "Pouvez-vous vérifier ?\n\n> 550 5.1.1 user unknown")
	if m := readString(t, fwd, Options{}); m.Kind != KindPerson || !m.Answerable {
		t.Errorf("forwarded bounce: %s, answerable %v", m.Kind, m.Answerable)
	}
	// So is one whose server writes a null reverse-path, if there is a file.
	null := mailWith("Return-Path: <>\nContent-Type: application/pdf; name=dossier.pdf", "x")
	if m := readString(t, null, Options{}); m.Kind != KindPerson || m.Answerable {
		t.Errorf("deposit with null sender: %s, answerable %v", m.Kind, m.Answerable)
	}
}

// TestChallenge: anti-spam services that ask us to prove ourselves.
// Behaviour 26.
func TestChallenge(t *testing.T) {
	for _, c := range []struct {
		name, fields, body string
		want               Kind
	}{
		{"Mailinblack, from the protected person", "Subject: Votre message est en attente", "Bonjour,\n\nMa messagerie est protégée par Mailinblack. Cliquez sur le lien suivant pour que votre message me parvienne :\nhttps://mib.example/x", KindChallenge},
		{"by name", "From: Vade Secure <contact@filter.example>\nSubject: x", "y", KindChallenge},
		{"by subject", "Subject: =?utf-8?Q?Demande_d'authentification_de_l'exp=C3=A9diteur?=", "https://x.example", KindChallenge},
		{"in English", "Subject: Sender verification required", "Click http://x.example to verify you are human.", KindChallenge},
		{"a subject without a link", "Subject: Merci de vous authentifier", "Nous ne savons pas comment faire.", KindPerson},
		{"a person who asks for a confirmation", "Subject: Confirmation", "Pouvez-vous confirmer la bonne réception de notre message ? https://hub.example", KindPerson},
		{"a person about authentication", "Subject: Hub et identité numérique", "Notre projet aide à s'authentifier avec FranceConnect : https://hub.example", KindPerson},
	} {
		if m := readString(t, mailWith(c.fields, c.body), Options{}); m.Kind != c.want {
			t.Errorf("%s: %s (%q), want %s", c.name, m.Kind, m.Reasons, c.want)
		}
	}
	if m := fixture(t, "challenge", Options{}); m.Kind != KindChallenge || m.Answerable {
		t.Errorf("fixture: %s", m.Kind)
	}
}
