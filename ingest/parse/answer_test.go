package parse

import (
	"strings"
	"testing"
)

// mailWith is a plain mail with some fields more, or others instead.
func mailWith(fields, body string) string {
	h := "Return-Path: <claire@hub.example>\nFrom: Claire Martin <claire@hub.example>\nTo: aap@funder.example\nSubject: Notre dossier\nDate: Mon, 26 Nov 2018 10:03:58 +0100\nMessage-ID: <1@hub.example>\n"
	for _, f := range strings.Split(strings.TrimSuffix(fields, "\n"), "\n") {
		name, _, ok := strings.Cut(f, ":")
		if ok && f[0] != ' ' {
			if i := strings.Index("\n"+h, "\n"+name+":"); i >= 0 {
				end := i + strings.IndexByte(h[i:], '\n') + 1
				h = h[:i] + h[end:]
			}
		}
		if f != "" {
			h += f + "\n"
		}
	}
	return strings.ReplaceAll(h+"\n"+body+"\n", "\n", "\r\n")
}

// TestAnswerable, behaviour 22: the table of mails that a machine may answer,
// row by row. The classes behind the rows are in kind_machines_test.go and
// kind_people_test.go.
func TestAnswerable(t *testing.T) {
	opts := Options{AuthservID: "mx.funder.example", SpamHeader: "X-Spam-Flag: YES", OwnAddresses: []string{"aap@funder.example"}}
	const body = "Bonjour, voici notre dossier."
	for _, c := range []struct {
		name, fields, body string
		want               bool
		kind               Kind
	}{
		{"a plain mail", "", body, true, KindPerson},
		// Auto-Submitted: anything but "no".
		{"Auto-Submitted: no", "Auto-Submitted: no", body, true, KindPerson},
		{"Auto-Submitted: No (comment)", "Auto-Submitted: No (comment)", body, true, KindPerson},
		{"Auto-Submitted: auto-replied", "Auto-Submitted: auto-replied", body, false, KindAutoReply},
		{"Auto-Submitted in capitals, with a parameter", "AUTO-SUBMITTED: Auto-Generated; owner-email=x@y.example", body, false, KindAutoReply},
		{"Auto-Submitted with a comment first", "Auto-Submitted: (robot) auto-notified", body, false, KindAutoReply},
		// X-Auto-Response-Suppress.
		{"suppress All", "X-Auto-Response-Suppress: All", body, false, KindPerson},
		{"suppress OOF among others", "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", body, false, KindPerson},
		{"suppress delivery reports only", "X-Auto-Response-Suppress: DR", body, false, KindPerson},
		{"suppress None", "X-Auto-Response-Suppress: None", body, true, KindPerson},
		// Precedence.
		{"Precedence: bulk", "Precedence: bulk", body, false, KindList},
		{"Precedence: LIST", "Precedence: LIST", body, false, KindList},
		{"Precedence: junk", "precedence: Junk", body, false, KindList},
		{"Precedence: auto_reply", "Precedence: auto_reply", body, false, KindAutoReply},
		{"Precedence: auto-reply", "Precedence: Auto-Reply", body, false, KindAutoReply},
		{"Precedence: first-class", "Precedence: first-class", body, true, KindPerson},
		{"Precedence: normal", "Precedence: normal", body, true, KindPerson},
		// Fields of lists and responders.
		{"List-Id", "List-Id: <hubs.example>", body, false, KindList},
		{"any List-* field", "List-Owner: <mailto:x@y.example>", body, false, KindList},
		{"List-Unsubscribe", "List-Unsubscribe: <mailto:x@y.example>", body, false, KindList},
		{"Mailing-List", "Mailing-List: contact x@y.example", body, false, KindList},
		{"Feedback-ID", "Feedback-ID: 1:2:3:x", body, false, KindList},
		{"X-Loop", "X-Loop: x@y.example", body, false, KindPerson},
		{"X-Autoreply", "X-Autoreply: yes", body, false, KindAutoReply},
		{"X-Autorespond", "X-Autorespond: on vacation", body, false, KindAutoReply},
		{"X-Autoreply-Type", "X-Autoreply-Type: holiday", body, false, KindAutoReply},
		// No valid address in From; any null Return-Path.
		{"no From", "From: ", body, false, KindPerson},
		{"From without address", "From: Claire Martin", body, false, KindPerson},
		{"From with a broken address", "From: <claire@>", body, false, KindPerson},
		{"null sender", "Return-Path: <>", body, false, KindAutoReply},
		{"null sender below another", "Return-Path: <x@y.example>\nX-A: b\nreturn-path: <>", body, false, KindAutoReply},
		// Reports.
		{"multipart/report", "Content-Type: multipart/report; report-type=x; boundary=b", "--b\r\n\r\nx\r\n--b--", false, KindReport},
		{"message/delivery-status", "Content-Type: message/delivery-status", "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: delayed", false, KindBounce},
		{"message/disposition-notification", "Content-Type: message/disposition-notification", "Disposition: x", false, KindReport},
		{"message/feedback-report", "Content-Type: message/feedback-report", "Feedback-Type: abuse", false, KindReport},
		// Senders that read no answer.
		{"From mailer-daemon", "From: MAILER-DAEMON@hub.example", body, false, KindBounce},
		{"From postmaster", "From: Postmaster <postmaster@hub.example>", body, false, KindBounce},
		{"From postmaster, with a file", "From: postmaster@asso.example\nContent-Type: application/pdf; name=statuts.pdf", "x", false, KindPerson},
		{"From noreply", "From: Hub <noreply@hub.example>", body, false, KindPerson},
		{"From no-reply with a tag", "From: no-reply+42@hub.example", body, false, KindPerson},
		{"From ne-pas-repondre", "From: ne-pas-repondre@hub.example", body, false, KindPerson},
		{"From nepasrepondre", "From: nepasrepondre@hub.example", body, false, KindPerson},
		{"From noreponse", "From: noreponse@hub.example", body, false, KindPerson},
		{"From do_not_reply", "From: do_not_reply@hub.example", body, false, KindPerson},
		{"From service-noreply", "From: service-noreply@hub.example", body, false, KindPerson},
		{"From ourselves", "From: AAP <AAP@Funder.example>", body, false, KindPerson},
		{"From ourselves, tagged", "From: aap+hub18-0001@funder.example", body, false, KindPerson},
		// People whom a word makes look like a machine.
		{"a person named Daemon", "From: Mail Daemon Lefebvre <m.lefebvre@hub.example>", body, true, KindPerson},
		{"a person named Reply", "From: Norbert Eply <noreplica@hub.example>", body, true, KindPerson},
		{"a body with unsubscribe", "", body + "\nTo unsubscribe click here. Se désabonner.", true, KindPerson},
		{"a body that quotes a bounce", "Subject: Re: Undelivered Mail Returned to Sender", "Votre serveur a refusé mon mail :\n> 550 5.1.1 user unknown", true, KindPerson},
		{"a person whose deposit failed", "Subject: =?utf-8?Q?=C3=89chec_du_d=C3=A9p=C3=B4t?=", "Mon dossier n'a pas pu être remis, budget 450 000 euros.", true, KindPerson},
		{"a person with a budget", "", "Le budget est de 450 000 EUR, dont 550 en 5.1.1 du plan.", true, KindPerson},
		// Subjects, and nothing else automatic.
		{"subject Réponse automatique", "Subject: =?utf-8?Q?R=C3=A9ponse_automatique_:_dossier?=", body, false, KindAutoReply},
		{"subject Absence du bureau", "Subject: Absence du bureau : dossier", body, false, KindAutoReply},
		{"subject Out of office", "Subject: Out of Office: dossier", body, false, KindAutoReply},
		{"subject Automatic reply", "Subject: Automatic reply: dossier", body, false, KindAutoReply},
		{"subject Abwesenheit", "Subject: Abwesenheitsnotiz: dossier", body, false, KindAutoReply},
		{"subject Respuesta automática", "Subject: =?utf-8?Q?Respuesta_autom=C3=A1tica:_x?=", body, false, KindAutoReply},
		{"subject Undelivered", "Subject: Undelivered Mail Returned to Sender", "x", false, KindPerson},
		{"subject Non remis", "Subject: Non remis : dossier", "x", false, KindPerson},
		{"subject about automation", "Subject: Dossier Hub : accueil automatique", body, true, KindPerson},
		{"subject Absente du bureau", "Subject: Absente du bureau", body, false, KindAutoReply},
		{"subject about an office", "Subject: Absence de bureau de poste, notre Hub", body, true, KindPerson},
		{"subject about absence", "Subject: Hub et absence de connexion", body, true, KindPerson},
		// What our own server says.
		{"DMARC fail", "Authentication-Results: mx.funder.example; spf=pass; dmarc=fail (p=none) header.from=hub.example", body, false, KindPerson},
		{"DMARC fail said by a stranger", "Authentication-Results: mx.other.example; dmarc=fail", body, true, KindPerson},
		{"DMARC fail under our pass", "Authentication-Results: mx.funder.example; dmarc=pass\nX-A: b\nAuthentication-results: mx.funder.example; dmarc=fail", body, true, KindPerson},
		{"DMARC none", "Authentication-Results: mx.funder.example 1; dmarc=none", body, true, KindPerson},
		{"spam", "X-Spam-Flag: yes", body, false, KindPerson},
		{"no spam", "X-Spam-Flag: NO", body, true, KindPerson},
		// Kinds other than person, however recognised.
		{"challenge", "From: Mailinblack <contact@mib.example>\nSubject: Authentification de votre message", "Cliquez ici http://mib.example", false, KindChallenge},
		{"a person who mentions Mailinblack", "", "Notre antispam Mailinblack bloque parfois, voir https://hub.example", true, KindPerson},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := readString(t, mailWith(c.fields, c.body), opts)
			if m.Answerable != c.want || m.Kind != c.kind {
				t.Errorf("answerable %v, kind %s (%q); want %v, %s", m.Answerable, m.Kind, m.Reasons, c.want, c.kind)
			}
			if !m.Answerable && len(m.Reasons) == 0 {
				t.Error("no reason given")
			}
		})
	}
}
