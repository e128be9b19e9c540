package store

import (
	"slices"
	"strings"
	"testing"

	"greffier/cases"
)

// proposed lists what is proposed, as "merge HUB18-0001 HUB18-0002".
func (d *desk) proposed() (out []string) {
	d.t.Helper()
	d.must(d.Propose(d.t.Context()))
	list, err := d.Proposals(d.t.Context())
	d.must(err)
	for _, p := range list {
		out = append(out, strings.TrimSpace(p.Kind+" "+p.Case+" "+p.Other))
	}
	return out
}

func (d *desk) wantProposed(want ...string) {
	d.t.Helper()
	if got := d.proposed(); !slices.Equal(got, want) {
		d.t.Errorf("proposed %q, want %q", got, want)
	}
}

// TestThreeMailsAtOnce: one dossier sent in three mails that arrive within
// seconds, out of order and before any letter left: one case, one answer to each,
// the last of which tells the whole.
func TestThreeMailsAtOnce(t *testing.T) {
	d := newDesk(t)
	var batch []cases.Arrival
	for _, m := range []*cases.Mail{d.mail("a@asso.example", "2018-10-01 09:00:03", "statuts.pdf"), d.mail("a@asso.example", "2018-10-01 09:00:01", "budget.xlsx"), d.mail("a@asso.example", "2018-10-01 09:00:02", "rib.pdf")} {
		d.uid++
		batch = append(batch, cases.Arrival{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: d.uid}, Mail: *m})
	}
	d.must(d.Receive(t.Context(), batch))
	d.assess()
	d.wantCase("HUB18-0001", cases.Submitted, cases.OnTime, cases.Complete)
	d.wantLetters("ack", "ack", "ack")
	letters, err := d.DueLetters(t.Context(), 10)
	d.must(err)
	last := letters[2].Facts
	if !last.Complete || len(last.Held) != 3 || len(last.Missing) != 0 {
		t.Errorf("the last letter tells %d files, missing %v", len(last.Held), last.Missing)
	}
	packs := 0
	for _, l := range letters {
		if l.Facts.Pack {
			packs++
		}
	}
	if n := len(d.mustCases()); n != 1 || packs > 1 {
		t.Errorf("%d cases, the pack %d times", n, packs)
	}
	d.wantProposed()
	d.wantSound()
}

// TestProposeMerge: colleagues are never joined alone; staff are asked once, on
// both cases, and what they dismissed or decided does not come back.
func TestProposeMerge(t *testing.T) {
	d := newDesk(t)
	other := d.mail("contact@hubert.example", "2018-10-03 09:00:00", "rib c.pdf")
	other.From.Name = "HubERT"
	spelt := d.mail("contact@ocean.example", "2018-10-03 09:00:00", "rib d.pdf")
	spelt.From.Name = "HubeRT"
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget.xlsx"), d.mail("b@asso.example", "2018-10-02 09:00:00", "rib.pdf"), other, spelt,
		d.mail("e@orange.fr", "2018-10-04 09:00:00", "budget e.xlsx"), d.mail("f@orange.fr", "2018-10-04 09:00:00", "budget f.xlsx"),
		d.mail("g@gmail.com", "2018-10-05 09:00:00", "budget e.xlsx"))
	if n := len(d.mustCases()); n != 7 {
		t.Fatalf("%d cases", n)
	}
	d.wantProposed("merge HUB18-0001 HUB18-0002", "merge HUB18-0003 HUB18-0004", "merge HUB18-0005 HUB18-0007")
	d.wantProposed("merge HUB18-0001 HUB18-0002", "merge HUB18-0003 HUB18-0004", "merge HUB18-0005 HUB18-0007")
	for _, ref := range []string{"HUB18-0001", "HUB18-0002"} {
		i := slices.IndexFunc(d.sheet(ref).Tasks, func(k cases.Task) bool { return k.Kind == mergeProposed })
		if i < 0 || !strings.Contains(d.sheet(ref).Tasks[i].Detail, "asso.example") {
			t.Errorf("tasks of %s: %+v", ref, d.sheet(ref).Tasks)
		}
	}
	d.wantSound()
	d.must(d.DismissMerge(t.Context(), "c.martin", "HUB18-0002", "HUB18-0001"))
	d.must(d.Merge(t.Context(), "c.martin", "HUB18-0004", "HUB18-0003", ""))
	d.file(d.mail("b@asso.example", "2018-10-06 09:00:00", "statuts.pdf"))
	d.wantProposed("merge HUB18-0005 HUB18-0007")
	_, err := d.UndoMerge(t.Context(), "c.martin", "HUB18-0004")
	d.must(err)
	d.wantProposed("merge HUB18-0005 HUB18-0007")
	d.wantSound()

	// Of a case that goes into another one, what was proposed goes with it.
	d.file(d.mail("h@asso.example", "2018-10-07 09:00:00", "budget h.xlsx"))
	d.wantProposed("merge HUB18-0005 HUB18-0007", "merge HUB18-0001 HUB18-0008", "merge HUB18-0002 HUB18-0008")
	d.must(d.Merge(t.Context(), "c.martin", "HUB18-0008", "HUB18-0001", ""))
	d.wantProposed("merge HUB18-0005 HUB18-0007")
	_, err = d.UndoMerge(t.Context(), "c.martin", "HUB18-0008")
	d.must(err)
	d.wantProposed("merge HUB18-0005 HUB18-0007", "merge HUB18-0002 HUB18-0008")
	d.wantSound()
}

// TestProposeSplit: a consultant's second candidacy from one address is shown to
// staff; what follows up the first is not.
func TestProposeSplit(t *testing.T) {
	d := newDesk(t)
	mail := func(at, subject, text string) *cases.Mail {
		m := d.mail("x@conseil.example", at, "scan.pdf")
		m.Subject, m.Text = subject, text
		return m
	}
	d.file(mail("2018-10-01 09:00:00", "Candidature de La Mêlée", ""), mail("2018-10-02 09:00:00", "Candidature de La Mêlée Occitanie, suite", ""),
		mail("2018-10-03 09:00:00", "Pièces complémentaires", "Bonjour, voici la suite."), mail("2018-10-04 09:00:00", "Nouveau dossier", "Bonjour,\nnous déposons la candidature de Coll'in."))
	d.file(d.reply("HUB18-0001", mail("2018-10-05 09:00:00", "Candidature de Zoomacom", "")))
	d.wantProposed("split HUB18-0001")
	list, err := d.Proposals(t.Context())
	d.must(err)
	id := d.sheet("HUB18-0001").Mails[3].ID
	if list[0].Mail != id || !strings.Contains(list[0].Reason, "coll in") || !strings.Contains(list[0].Reason, "melee") {
		t.Errorf("%+v", list[0])
	}
	d.wantSound()
	_, err = d.Split(t.Context(), "c.martin", "HUB18-0001", []int64{id}, "", "")
	d.must(err)
	d.wantProposed() // neither the split nor the merge that would undo it
	d.wantSound()

	d = newDesk(t)
	d.file(mail("2018-10-01 09:00:00", "Candidature de La Mêlée", ""), mail("2018-10-04 09:00:00", "Candidature de Coll'in", ""))
	d.wantProposed("split HUB18-0001")
	id = d.sheet("HUB18-0001").Mails[1].ID
	d.must(d.DismissSplit(t.Context(), "c.martin", id))
	d.wantRefusal(d.DismissSplit(t.Context(), "c.martin", id), "nobody proposes")
	d.file(mail("2018-10-06 09:00:00", "suite", ""))
	d.wantProposed()
	d.wantSound()
}

// TestProposeByFacts: two cases whose dossiers are of one body are proposed to be
// one; those of two bodies are not, whatever a bank, a consultant or a commune has
// to do with both.
func TestProposeByFacts(t *testing.T) {
	d := newDesk(t)
	const consultant = "Marie Martin\nCabinet Conseil\nSIRET 356 000 000 09075"
	read := map[string]cases.Reading{
		"a.docx": {Fields: form("organisation", "HubERT", "siret", "732 829 320 00074")}, "b.docx": {Fields: form("organisation", "Ocean Living Lab", "siret", "732 829 320 00074")},
		"c.docx": {Fields: form("organisation", "Zoomacom", "siret", "356 000 000 00048")}, "d.docx": {Fields: form("organisation", "SIILAB", "siret", "552 081 317 66522")},
		"e.docx": {Fields: form("organisation", "Solidarnum", "siret", "")}, "f.docx": {Fields: form("organisation", "Fréquence Écoles", "siret", "")},
		"rib.pdf": {Text: "Banque, RCS Paris 775 672 272"}, "lettre.pdf": {Text: "La commune soutient"},
	}
	for i, name := range strings.Fields("a@un.example b@deux.example c@conseil.example d@conseil.example e@agence.example f@agence.example") {
		m := d.mail(name, "2018-10-01 09:00:00", string(name[0])+".docx", "rib.pdf", "lettre.pdf")
		m.Text = "Notre commune, Nantes, en Loire-Atlantique"
		if i >= 2 {
			m.Signature = consultant
		}
		d.arrive(m)
	}
	signed := d.mail("g@orange.fr", "2018-10-02 09:00:00")
	signed.Signature = "Paul Durand\nSILLAB\n59000 Lille"
	d.arrive(signed)
	d.assessRead(read)
	d.wantProposed("merge HUB18-0001 HUB18-0002", "merge HUB18-0004 HUB18-0007")
	reasons := d.reasons()
	if !strings.Contains(reasons[0], "number in the register: 732829320") || !strings.Contains(reasons[1], "siilab, sillab") {
		t.Errorf("reasons %q", reasons)
	}
	if n := len(d.mustCases()); n != 7 {
		t.Errorf("%d cases: something was done alone", n)
	}
	d.wantSound()

	// What staff say of a candidate tells as much.
	d.must(d.SetFact(t.Context(), "staff", "HUB18-0005", cases.FactSIREN, "552 081 317"))
	d.wantProposed("merge HUB18-0001 HUB18-0002", "merge HUB18-0004 HUB18-0007", "merge HUB18-0004 HUB18-0005")
	d.wantSound()
}

// reasons gives why each thing is proposed.
func (d *desk) reasons() (out []string) {
	list, err := d.Proposals(d.t.Context())
	d.must(err)
	for _, p := range list {
		out = append(out, p.Reason)
	}
	return out
}

// TestProposeSplitByForms: a consultant sends the dossiers of two candidates from
// one address, without a word; the forms tell them apart. Those of the partners of
// one grouping, and a form sent again, do not.
func TestProposeSplitByForms(t *testing.T) {
	d := newDesk(t)
	read := map[string]cases.Reading{
		"un.docx":    {Fields: form("organisation", "La Mêlée", "partenaire_1_nom", "Coll'in", "partenaire_1_siret", "356 000 000 00048", "mode_candidature", "Groupement")},
		"bis.docx":   {Fields: form("organisation", "La Mélée", "siret", "775 672 272 00017")},
		"coll.docx":  {Fields: form("organisation", "Coll’IN", "siret", "356 000 000 00048")},
		"deux.docx":  {Fields: form("organisation", "Zoomacom", "siret", "552 081 317 66522")},
		"budget.ods": {Fields: []cases.Field{{Name: "organisation", Value: "PING"}, {Name: "regime_tva"}, {Name: "total_charges"}, {Name: "total_produits"}, {Name: "total_plan"}}},
	}
	for i, name := range []string{"un.docx", "bis.docx", "coll.docx", "deux.docx", "budget.ods"} {
		d.arrive(d.mail("x@conseil.example", "2018-10-0"+string(rune('1'+i))+" 09:00:00", name))
	}
	d.assessRead(read)
	d.wantProposed("split HUB18-0001", "split HUB18-0001")
	list, err := d.Proposals(t.Context())
	d.must(err)
	mails := d.sheet("HUB18-0001").Mails
	if list[0].Mail != mails[3].ID || !strings.Contains(list[0].Reason, `"Zoomacom"`) || !strings.Contains(list[0].Reason, `"La Mêlée"`) || list[1].Mail != mails[4].ID {
		t.Errorf("%+v", list)
	}
	if n := len(d.mustCases()); n != 1 {
		t.Errorf("%d cases: something was done alone", n)
	}
	d.wantSound()
	other, err := d.Split(t.Context(), "staff", "HUB18-0001", []int64{mails[3].ID}, "", "")
	d.must(err)
	d.wantFacts(other, "organisation=Zoomacom", "siren=552081317", "siret=55208131766522")
	d.wantProposed("split HUB18-0001")
	d.wantSound()
}
