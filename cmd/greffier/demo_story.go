package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"greffier/cases"
)

// demoAt is an instant of autumn 2018, Paris time.
func demoAt(month time.Month, day, hour, minute, second int) time.Time {
	return time.Date(2018, month, day, hour, minute, second, 0, demoZone)
}

// demoZone is the time of Paris: two hours ahead of UTC until 28 October 2018 at
// 3 h, one hour from then on.
var demoZone = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err) // cannot happen: the zones are compiled in
	}
	return zone
}()

func demoBegins() time.Time { return demoAt(time.September, 12, 9, 0, 0) }
func demoEnds() time.Time   { return demoAt(time.December, 1, 9, 0, 0) }

// demoUnknown is an address that the candidate's own server does not know.
const demoUnknown = "contact@ocean-living-lab.example"

// storyMail is a mail of the story.
type storyMail struct {
	from, name    string
	at            time.Time     // when our server took it from outside
	delay         time.Duration // until it lay in the mailbox
	claims        time.Duration // what its Date header is off by
	subject, text string
	files         []string
	answers       string            // it answers our last letter to that address
	header        map[string]string // further header lines
}

func (m storyMail) inMailbox() time.Time { return m.at.Add(m.delay) }

// compose writes the mail as our server would hand it on: with the Received
// line of the host that took it from outside. letter is the Message-ID of the
// letter that it answers.
func (m storyMail) compose(letter string) ([]byte, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(m.name, m.from); err != nil {
		return nil, err
	}
	if err := msg.To(demoMailbox); err != nil {
		return nil, err
	}
	msg.Subject(m.subject)
	msg.SetDateWithValue(m.at.Add(m.claims))
	msg.SetMessageIDWithValue(fmt.Sprintf("%d.%d@%s", m.at.Unix(), len(m.subject), m.from[strings.IndexByte(m.from, '@')+1:]))
	if letter != "" {
		msg.SetGenHeader(mail.HeaderInReplyTo, letter)
		msg.SetGenHeader(mail.HeaderReferences, letter)
	}
	for name, value := range m.header {
		msg.SetGenHeader(mail.Header(name), value)
	}
	msg.SetBodyString(mail.TypeTextPlain, m.text)
	for _, name := range m.files {
		content := fmt.Sprintf("%%PDF-1.4\n%% %s, %s\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%%%EOF\n", m.name, name)
		if err := msg.AttachReader(name, strings.NewReader(content), mail.WithFileContentType("application/pdf")); err != nil {
			return nil, err
		}
	}
	domain := m.from[strings.IndexByte(m.from, '@')+1:]
	var raw bytes.Buffer
	fmt.Fprintf(&raw, "Received: from mail.%s (mail.%s [203.0.113.7])\r\n\tby mx.cdc.example with ESMTPS; %s\r\n", domain, domain, m.at.Format(time.RFC1123Z))
	_, err := msg.WriteTo(&raw)
	return raw.Bytes(), err
}

// The pieces as people name them.
var (
	demoDossier = []string{"Dossier de candidature signé.pdf", "Statuts signés 2017.pdf", "Récépissé préfecture.pdf"}
	demoMoney   = []string{"BP_2019_2021_HUB.pdf", "Bilan et compte de résultat 2017.pdf", "PJ4_RIB-2018.pdf"}
	demoLetters = []string{"Lettre_soutien_CD49.pdf", "Lettre d'engagement région.pdf"}
)

func all(lists ...[]string) []string {
	var out []string
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// demoStory is what happens in the mailbox, with what it stands for.
func demoStory() []storyMail {
	complete := all(demoDossier, demoMoney, demoLetters)
	return []storyMail{
		// Before the call opens: filed, not answered.
		{from: "curieux@asso.example", name: "Un curieux", at: demoAt(9, 12, 18, 0, 0), subject: "Votre futur appel ?", text: "Quand ouvrez-vous ?"},

		// Signals itself, receives the pack, deposits at once.
		{from: "hub@lamelee.example", name: "La Mêlée", at: demoAt(9, 14, 10, 4, 12), subject: "Candidature Hub Occitanie", text: "Bonjour, nous souhaitons candidater avec Coll'in."},
		{from: "hub@lamelee.example", name: "La Mêlée", at: demoAt(10, 22, 16, 30, 0), subject: "Dossier Hub Occitanie", text: "Voici notre dossier.", files: complete, answers: "hub@lamelee.example"},

		// Three mails: 1/3, 2/3, 3/3.
		{from: "numerique@ping.example", name: "PING", at: demoAt(9, 20, 9, 12, 40), subject: "Hub Pays de la Loire", text: "Nous sommes intéressés."},
		{from: "numerique@ping.example", name: "PING", at: demoAt(11, 6, 11, 0, 0), subject: "Hub Pays de la Loire 1/3", text: "1/3", files: demoDossier},
		{from: "numerique@ping.example", name: "PING", at: demoAt(11, 6, 11, 3, 0), subject: "Hub Pays de la Loire 2/3", text: "2/3", files: demoMoney},
		{from: "numerique@ping.example", name: "PING", at: demoAt(11, 6, 11, 6, 0), subject: "Hub Pays de la Loire 3/3", text: "3/3", files: demoLetters},

		// Deposits without a word before; the last piece two seconds before the
		// deadline, four minutes later in the mailbox.
		{from: "hub@pop.example", name: "POP", at: demoAt(11, 12, 17, 45, 0), subject: "Hub Hauts-de-France", text: "Notre dossier.", files: all(demoDossier, demoLetters, demoMoney[:2])},
		{from: "hub@pop.example", name: "POP", at: demoAt(11, 30, 16, 59, 58), delay: 4 * time.Minute, subject: "RIB manquant", text: "Le voici.", files: demoMoney[2:]},

		// Forgets pieces, is reminded, adds them too late.
		{from: "contact@urbanprod.example", name: "Urban Prod", at: demoAt(10, 30, 14, 0, 0), subject: "Hub du Sud", text: "Dossier joint.", files: demoDossier},
		{from: "contact@urbanprod.example", name: "Urban Prod", at: demoAt(11, 30, 19, 12, 0), subject: "Pièces oubliées", text: "Désolés.", files: demoMoney},

		// Signals itself from Tahiti and never deposits.
		{from: "info@solidarnum.example", name: "Solidarnum", at: demoAt(10, 2, 21, 15, 0), subject: "Hub Ultranumérique", text: "Ia ora na, nous candidatons."},

		// Half a minute after the deadline: a person decides.
		{from: "hub@mediascite.example", name: "Médias Cité", at: demoAt(11, 30, 17, 0, 30), subject: "Hubiquité", text: "Dossier complet.", files: complete},

		// Four minutes after, whatever its clock claims.
		{from: "hub@mednumbfc.example", name: "MedNum BFC", at: demoAt(11, 30, 17, 4, 0), claims: -20 * time.Minute, subject: "Hub BFC", text: "Envoyé à 16 h 44 !", files: complete},

		// Gives up in one reply.
		{from: "accueil@agate.example", name: "AGATE Territoires", at: demoAt(10, 9, 8, 30, 0), subject: "Hub AURA", text: "Nous candidatons."},
		{from: "accueil@agate.example", name: "AGATE Territoires", at: demoAt(11, 8, 8, 30, 0), subject: "Re: Hub AURA", text: "DÉSISTEMENT\n\nNous rejoignons un autre groupement.", answers: "accueil@agate.example"},

		// The address does not exist: no reminder, a task.
		{from: demoUnknown, name: "Ocean Living Lab", at: demoAt(10, 11, 10, 0, 0), subject: "HubERT", text: "Nous candidatons."},

		// Out of office answers our pack; a colleague deposits in reply.
		{from: "direction@guyaclic.example", name: "Guyaclic", at: demoAt(10, 15, 19, 0, 0), subject: "Hub Antilles-Guyane", text: "Bonjour, nous candidatons."},
		{from: "direction@guyaclic.example", name: "Guyaclic", at: demoAt(10, 15, 19, 0, 5), subject: "Absence du bureau", text: "De retour lundi.", answers: "direction@guyaclic.example",
			header: map[string]string{"Auto-Submitted": "auto-replied"}},
		{from: "projets@guyaclic.example", name: "Projets Guyaclic", at: demoAt(11, 21, 20, 0, 0), subject: "Re: Hub Antilles-Guyane", text: "Dossier ci-joint.", files: complete, answers: "direction@guyaclic.example"},

		// Strangers and machines.
		{from: "rival@ailleurs.example", name: "Un tiers", at: demoAt(11, 15, 12, 0, 0), subject: "Pièce pour HUB18-0001", text: "À joindre.", files: []string{"Statuts faux.pdf"}},
		{from: "lettre@presse.example", name: "La lettre", at: demoAt(11, 16, 7, 0, 0), subject: "Notre lettre de novembre", text: "À la une.", header: map[string]string{"List-Id": "<lettre.presse.example>"}},
	}
}

// ending is what becomes of a candidate.
type ending struct {
	phase        cases.Phase
	timeliness   string
	completeness cases.Completeness
	letters      string
}

// demoEnd is how the story ends for each who has a case.
var demoEnd = map[string]ending{
	"hub@lamelee.example":        {cases.Admissibility, "on_time", cases.Complete, "pack ack"},
	"numerique@ping.example":     {cases.Admissibility, "on_time", cases.Complete, "pack reminder ack ack ack"},
	"hub@pop.example":            {cases.Admissibility, "on_time", cases.Complete, "ack reminder reminder ack"},
	"contact@urbanprod.example":  {cases.IncompleteAtDeadline, "on_time", cases.Incomplete, "ack reminder reminder reminder reminder incomplete late"},
	"info@solidarnum.example":    {cases.NotDeposited, "", cases.Incomplete, "pack reminder reminder reminder reminder closed"},
	"hub@mediascite.example":     {cases.Submitted, "to_arbitrate", cases.Complete, "ack"},
	"hub@mednumbfc.example":      {cases.PhaseLate, "late", cases.Complete, "late"},
	"accueil@agate.example":      {cases.Withdrawn, "", cases.Incomplete, "pack reminder withdrawal"},
	demoUnknown:                  {cases.NotDeposited, "", cases.Incomplete, "pack closed"},
	"direction@guyaclic.example": {cases.Admissibility, "on_time", cases.Complete, "pack reminder reminder reminder ack"},
}
