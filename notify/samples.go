package notify

import (
	"fmt"
	"time"

	"greffier/cases"
)

// A sample is a letter that may have to be told, for trying templates out.
type sample struct {
	name  string
	kind  cases.LetterKind
	facts cases.Facts
	now   time.Time
}

// samples gives every kind of letter in every variant, in a given call
// that another one follows.
func samples(call, next *cases.Call) []sample {
	before, after := call.Deadline.Add(-4*24*time.Hour), call.Deadline.Add(20*time.Minute)
	var required []string
	for _, p := range call.Pieces {
		if p.Required {
			required = append(required, p.Label)
		}
	}
	if len(required) == 0 {
		required = []string{"Dossier de candidature"}
	}
	sum := func(digit string) string {
		s := ""
		for len(s) < 64 {
			s += digit
		}
		return s[:64]
	}
	half := len(required) / 2
	present, missing := required[:half], required[half:]
	files := []cases.FileFact{
		{Name: "AAP HUBS - Réponse Hub Occitanie VDEF (2).pdf", Size: 2_413_876, SHA256: sum("a83f09c1"), Pieces: required[:1]},
		{Name: "BP_2019_2021_HUB.xlsx", Size: 48_212, SHA256: sum("0d51b7e2"), Pieces: required[min(1, len(required)-1):][:1]},
		{Name: "Kbis+RIB+Statuts.pdf", Size: 1_200_000, SHA256: sum("c7719e44"), Pieces: required[half:]},
		{Name: "scan0001.pdf", Size: 98_304, SHA256: sum("5e20aa96")},
		{Name: "PJ4_RIB-2018.jpg", Size: 734, SHA256: sum("91d3f5b8"), Pieces: required[len(required)-1:], State: "doubtful"},
		{Name: "comptes 2016 2017.pdf", Size: 310_000, SHA256: sum("e6c4028d"), Pieces: required[len(required)-1:], State: "unreadable"},
	}
	// Every state in which a file may be, in an archive and beside it.
	faults := []cases.FileFact{{Name: "DOSSIER COMPLET.zip", Size: 7_400_000, SHA256: sum("7b1e"), Archive: true}}
	for i, state := range []string{"", "doubtful", "blank", cases.FaultUnread, cases.FaultUnknown, cases.FaultEmbedded, cases.FaultFormat, cases.FaultBlankForm, "encrypted", "empty", "truncated", "no_pages", "shortcut", "redirect", "link", "archive", "split", "bomb", "disk_image", "foreign", "program", "infected", "refused", "by_link", "another"} {
		f := cases.FileFact{Name: fmt.Sprintf("PJ%d.pdf", i+1), Size: int64(i) * 1200, SHA256: sum(fmt.Sprintf("%02x", i)), Pieces: required[:i%2], State: state}
		if i < 4 {
			f.In = "DOSSIER COMPLET.zip"
		}
		faults = append(faults, f)
	}
	links := []string{"https://we.tl/t-Qx81bNf3"}
	base := cases.Facts{CallID: call.ID, Ref: call.Reference + "-0042", Candidate: "Association La Mêlée", Subject: "Candidature Hub Occitanie",
		ReceivedAt: before.Add(-25*time.Minute - 13*time.Second), Clock: cases.ClockBoundary, SentAt: before.Add(-26 * time.Minute), DaysLeft: 4}
	with := func(change func(*cases.Facts)) cases.Facts {
		f := base
		change(&f)
		return f
	}
	deposit := func(change func(*cases.Facts)) cases.Facts {
		return with(func(f *cases.Facts) {
			f.Timeliness, f.Phase, f.Files, f.Held, f.Present, f.Missing = cases.OnTime, cases.Depositing, files, files, present, missing
			change(f)
		})
	}
	late := func(f *cases.Facts) {
		f.Timeliness, f.ReceivedAt = cases.Late, call.Deadline.Add(4*time.Minute+12*time.Second)
		f.Files, f.Clock = files[:2], cases.ClockInternalDate
	}
	decided := func(phase cases.Phase, r cases.ResultFact) cases.Facts {
		r.Body, r.On, r.Author = "le comité d’engagement", after.Add(200*24*time.Hour), "Claire Martin, directrice de programme"
		return with(func(f *cases.Facts) { f.Phase, f.Result = phase, &r })
	}
	refusal := cases.ResultFact{Motive: "Le périmètre proposé est déjà couvert par un autre hub.\nLe plan de financement ne présente pas de cofinancement.",
		Appeal: "Texte du financeur sur les voies de recours.\n\nTexte du financeur sur leurs délais."}
	hearing := cases.HearingFact{Begins: after.Add(12*24*time.Hour - 150*time.Minute).Truncate(time.Hour), Minutes: 45, Place: "72 avenue Pierre-Mendès-France, 75013 Paris, salle Seine",
		Attends: []string{"Trois personnes au plus pour votre candidature", "Cinq membres du jury", "Une personne du service"}}
	asked := []cases.AskedFact{{Label: required[0], Why: "la dernière page n’est pas signée"}, {Label: required[len(required)-1], Why: "le fichier reçu est illisible"}}
	complemented := func(received time.Duration, missing []cases.AskedFact) cases.Facts {
		return deposit(func(f *cases.Facts) {
			f.Timeliness, f.ReceivedAt, f.Files, f.Phase = cases.Late, call.Deadline.Add(received), files[:1], cases.CompletionRequested
			due := call.Deadline.Add(14 * 24 * time.Hour)
			f.Complement = &cases.ComplementFact{Pieces: missing, Due: due, OnTime: !f.ReceivedAt.After(due)}
			if missing == nil {
				f.Complete, f.Present, f.Missing, f.Phase = true, required, nil, cases.Admissibility
			}
		})
	}
	digest := &cases.DigestFact{Since: before.Add(-24 * time.Hour), Until: before, Received: 31, Answered: 29, OldestOpen: before.Add(-50 * time.Hour), Stuck: 1, Tasks: 7, Waiting: 2, SetAside: 1,
		Calls: []cases.DigestCall{{Name: call.Name, DaysLeft: 4, Phases: []cases.DigestPhase{
			{Label: cases.Declared.Label(), Cases: 12}, {Label: cases.Depositing.Label(), Cases: 17}, {Label: cases.Submitted.Label(), Cases: 9}}},
			{Name: call.Name, DaysLeft: -200, Phases: []cases.DigestPhase{{Label: cases.Admissibility.Label(), Cases: 1}}}},
		Alarms: []string{"La boîte aux lettres refuse notre mot de passe."}}

	return []sample{
		{"pack", cases.LetterPack, with(func(f *cases.Facts) { f.Pack, f.Missing, f.Phase = true, required, cases.Declared }), before},
		{"pack-links", cases.LetterPack, with(func(f *cases.Facts) { f.Pack, f.Missing, f.Links = true, required, links }), before},
		{"pack-announced", cases.LetterPack, with(func(f *cases.Facts) { f.Pack, f.Missing, f.Announced = true, required, true }), before},
		{"pack-ours", cases.LetterPack, with(func(f *cases.Facts) {
			f.Pack, f.Missing, f.Ours, f.Pictured = true, required, []string{"dossier-de-candidature.docx", "budget-previsionnel.xlsx"}, true
		}), before},
		{"pack-after", cases.LetterPack, with(func(f *cases.Facts) { f.Missing = required }), after},
		{"ack-incomplete", cases.LetterAck, deposit(func(*cases.Facts) {}), before},
		{"ack-pack-links", cases.LetterAck, deposit(func(f *cases.Facts) {
			f.Pack, f.Links, f.Files, f.ByLink = true, links, files[:1], required[len(required)-1:]
		}), before},
		{"ack-complete", cases.LetterAck, deposit(func(f *cases.Facts) {
			f.Complete, f.Present, f.Missing, f.Phase, f.Files = true, required, nil, cases.Submitted, files[:3]
			f.ReceivedAt = call.Deadline.Add(-2 * time.Second)
		}), after},
		{"ack-arbitrate", cases.LetterAck, deposit(func(f *cases.Facts) {
			f.Timeliness, f.ReceivedAt = cases.ToArbitrate, call.Deadline.Add(30*time.Second)
		}), after},
		{"ack-arbitrate-transit", cases.LetterAck, deposit(func(f *cases.Facts) {
			f.Timeliness, f.Clock, f.ReceivedAt, f.SentAt = cases.ToArbitrate, cases.ClockInternalDate, call.Deadline.Add(10*time.Minute), call.Deadline.Add(-5*time.Minute)
		}), after},
		{"ack-arbitrate-no-clock", cases.LetterAck, deposit(func(f *cases.Facts) { f.Timeliness, f.Clock = cases.ToArbitrate, cases.ClockNone }), before},
		{"ack-receipt", cases.LetterAck, deposit(func(f *cases.Facts) { f.Receipt, f.Files = true, files[:1] }), before},
		{"ack-archive", cases.LetterAck, deposit(func(f *cases.Facts) { f.Files = faults[:4] }), before},
		{"ack-unreadable", cases.LetterAck, deposit(func(f *cases.Facts) { f.Files = faults }), before},
		{"ack-complete-unreadable", cases.LetterAck, deposit(func(f *cases.Facts) {
			f.Complete, f.Present, f.Missing, f.Phase, f.Files = true, required, nil, cases.Submitted, files[5:]
		}), before},
		{"ack-unfilled", cases.LetterAck, deposit(func(f *cases.Facts) {
			f.Complete, f.Present, f.Missing, f.Unfilled, f.Phase, f.Files, f.Pictured = true, required, nil, required[:1], cases.Submitted, files[1:2], true
		}), before},
		{"ack-asks-more", cases.LetterAck, deposit(func(f *cases.Facts) {
			f.Files, f.Present, f.Missing, f.Phase = files[:1], required, []string{"Accord de groupement, mandat du chef de file"}, cases.Submitted
			f.Because = map[string]cases.Circumstance{f.Missing[0]: cases.IfGrouping}
		}), before},
		{"ack-one", cases.LetterAck, deposit(func(f *cases.Facts) { f.Files, f.Present, f.Missing = files[:1], required[:1], missing[:1] }), before},
		{"ack-after", cases.LetterAck, deposit(func(*cases.Facts) {}), after},
		{"ack-merged", cases.LetterAck, deposit(func(f *cases.Facts) {
			earlier := files[0]
			earlier.ReceivedAt = f.ReceivedAt.Add(-7 * time.Minute)
			f.Files = []cases.FileFact{earlier, files[1]}
		}), before},
		{"ack-overseas", cases.LetterAck, deposit(func(f *cases.Facts) { f.Territory, f.Files = "971", files[:1] }), before},
		{"ack-overseas-clock", cases.LetterAck, deposit(func(f *cases.Facts) {
			f.SentAt, f.Files = f.SentAt.In(time.FixedZone("", -4*3600)), files[:1]
		}), before},
		{"ack-receipt-unreadable", cases.LetterAck, deposit(func(f *cases.Facts) { f.Receipt, f.Files = true, files[5:] }), before},
		{"ack-withdrawn", cases.LetterAck, deposit(func(f *cases.Facts) { f.Phase = cases.Withdrawn }), before},
		{"received", cases.LetterReceived, with(func(f *cases.Facts) { f.Phase, f.Missing = cases.Depositing, missing }), before},
		{"received-links", cases.LetterReceived, with(func(f *cases.Facts) { f.Links = append(links, "https://francetransfert.numerique.gouv.fr/d/1") }), before},
		{"received-receipt", cases.LetterReceived, with(func(f *cases.Facts) { f.Receipt = true }), before},
		{"received-decided", cases.LetterReceived, with(func(f *cases.Facts) { f.Phase = cases.Rejected }), after},
		{"waiting", cases.LetterWaiting, with(func(f *cases.Facts) { f.Files, f.Held, f.Missing = files[:1], files, missing }), before},
		{"waiting-archive", cases.LetterWaiting, with(func(f *cases.Facts) { f.Files = faults[:4] }), before},
		{"waiting-bare", cases.LetterWaiting, cases.Facts{CallID: call.ID, ReceivedAt: before, Clock: cases.ClockInternalDate, Links: links}, before},
		{"reminder-nothing", cases.LetterReminder, with(func(f *cases.Facts) { f.Missing, f.DaysLeft, f.Phase = required, 18, cases.Declared }), before},
		{"reminder-some", cases.LetterReminder, deposit(func(f *cases.Facts) { f.Missing = missing[:1]; f.DaysLeft = 1 }), before},
		{"reminder-overseas", cases.LetterReminder, deposit(func(f *cases.Facts) { f.Territory = "988" }), before},
		{"reminder-today", cases.LetterReminder, deposit(func(f *cases.Facts) { f.DaysLeft = 0 }), call.Deadline.Add(-8 * time.Hour)},
		{"incomplete", cases.LetterIncomplete, deposit(func(f *cases.Facts) { f.Files, f.Phase = nil, cases.IncompleteAtDeadline }), after},
		{"incomplete-one", cases.LetterIncomplete, deposit(func(f *cases.Facts) {
			f.Files, f.Phase, f.Held, f.Missing = nil, cases.IncompleteAtDeadline, files[:1], missing[:1]
		}), after},
		{"incomplete-unreadable", cases.LetterIncomplete, deposit(func(f *cases.Facts) { f.Files, f.Held, f.Phase = nil, faults, cases.IncompleteAtDeadline }), after},
		{"late-one", cases.LetterLate, with(func(f *cases.Facts) {
			late(f)
			f.Phase, f.Files, f.Links, f.Territory = cases.PhaseLate, files[:1], links, "974"
		}), after},
		{"late-first", cases.LetterLate, with(func(f *cases.Facts) { late(f); f.Phase, f.Held = cases.PhaseLate, f.Files }), after},
		{"late-beside", cases.LetterLate, deposit(func(f *cases.Facts) { late(f); f.Phase, f.Clock = cases.Admissibility, cases.ClockBoundary }), after},
		{"late-receipt", cases.LetterLate, with(func(f *cases.Facts) { late(f); f.Receipt, f.Phase = true, cases.Admissibility }), after},
		{"closed-gap", cases.LetterClosed, cases.Facts{CallID: call.ID, NextCall: next.ID, Subject: "Demande d’information", ReceivedAt: call.Deadline.Add(90 * 24 * time.Hour), Clock: cases.ClockBoundary}, call.Deadline.Add(90 * 24 * time.Hour)},
		{"closed-last", cases.LetterClosed, cases.Facts{CallID: call.ID, ReceivedAt: call.Deadline.Add(90 * 24 * time.Hour), Clock: cases.ClockInternalDate}, call.Deadline.Add(90 * 24 * time.Hour)},
		{"closed-before", cases.LetterClosed, cases.Facts{NextCall: call.ID, ReceivedAt: call.Opens.Add(-10 * 24 * time.Hour), Clock: cases.ClockBoundary}, call.Opens.Add(-10 * 24 * time.Hour)},
		{"closed-no-deposit", cases.LetterClosed, with(func(f *cases.Facts) { f.Missing, f.Phase = required, cases.NotDeposited }), after},
		{"oversize", cases.LetterOversize, with(func(f *cases.Facts) { f.Size = 84_300_000 }), before},
		{"oversize-after", cases.LetterOversize, with(func(f *cases.Facts) { f.Size, f.Receipt = 84_300_000, true }), after},
		{"withdrawal", cases.LetterWithdrawal, with(func(f *cases.Facts) { f.Phase, f.Subject = cases.Withdrawn, "" }), before},
		{"complement", cases.LetterComplement, with(func(f *cases.Facts) {
			f.Phase, f.Complement = cases.CompletionRequested, &cases.ComplementFact{Pieces: asked, Due: call.Deadline.Add(14 * 24 * time.Hour)}
		}), after},
		{"complement-one", cases.LetterComplement, with(func(f *cases.Facts) {
			f.Territory, f.Complement = "973", &cases.ComplementFact{Pieces: asked[:1], Due: call.Deadline.Add(14 * 24 * time.Hour), Message: "Votre dossier est clair.\nMerci de vérifier aussi la date."}
		}), after},
		{"complement-prolonged", cases.LetterComplement, with(func(f *cases.Facts) {
			f.Complement = &cases.ComplementFact{Pieces: asked[1:], Due: call.Deadline.Add(21 * 24 * time.Hour), Prolonged: true}
		}), after},
		{"complement-prolonged-met", cases.LetterComplement, with(func(f *cases.Facts) {
			f.Complement = &cases.ComplementFact{Due: call.Deadline.Add(21 * 24 * time.Hour), Prolonged: true}
		}), after},
		{"ack-complement", cases.LetterAck, complemented(10*24*time.Hour, asked[1:]), call.Deadline.Add(10 * 24 * time.Hour)},
		{"ack-complement-met", cases.LetterAck, complemented(14*24*time.Hour, nil), call.Deadline.Add(15 * 24 * time.Hour)},
		{"late-complement", cases.LetterLate, complemented(14*24*time.Hour+3*time.Minute, asked), call.Deadline.Add(15 * 24 * time.Hour)},
		{"reply", cases.LetterReply, with(func(f *cases.Facts) {
			f.Missing, f.Reply = missing, &cases.ReplyFact{Subject: "Re: Candidature Hub Occitanie", Text: "Oui, un groupement peut candidater :\n- le chef de file signe le dossier ;\n- chaque membre signe l’accord.\n\nLe dépôt reste ouvert jusqu’à la date limite."}
		}), before},
		{"reply-receipt", cases.LetterReply, with(func(f *cases.Facts) {
			f.Receipt, f.Reply = true, &cases.ReplyFact{Subject: "Re: votre message", Text: "Madame,\n\nVotre lettre a été versée au dossier.\n\nBien cordialement,\nCamille Martin"}
		}), after},
		{"resend", cases.LetterResend, with(func(f *cases.Facts) { f.Files = files[1:2] }), before},
		{"resend-after", cases.LetterResend, with(func(f *cases.Facts) { f.Files = files[:2] }), after},
		{"hearing", cases.LetterHearing, with(func(f *cases.Facts) { f.Phase, f.Hearing = cases.HearingScheduled, &hearing }), after},
		{"hearing-changed", cases.LetterHearing, with(func(f *cases.Facts) {
			h := hearing
			h.Begins, h.Place, h.Link, h.Sequence, h.Message = h.Begins.Add(24*time.Hour), "", "https://visio.example.fr/jury-hub18", 1, "La salle prévue n’est plus disponible."
			f.Territory, f.Hearing = "988", &h
		}), after},
		{"result-awarded", cases.LetterResult, decided(cases.Awarded, cases.ResultFact{Amount: "450 000 EUR TTC"}), after},
		{"result-reserve", cases.LetterResult, decided(cases.Reserve, refusal), after},
		{"result-rejected", cases.LetterResult, decided(cases.Rejected, refusal), after},
		{"result-not-shortlisted", cases.LetterResult, decided(cases.NotShortlisted, refusal), after},
		{"result-ineligible", cases.LetterResult, decided(cases.Ineligible, refusal), after},
		{"result-inadmissible", cases.LetterResult, decided(cases.Inadmissible, refusal), after},
		{"digest", cases.LetterDigest, cases.Facts{Digest: digest}, before},
		{"digest-quiet", cases.LetterDigest, cases.Facts{Digest: &cases.DigestFact{Since: before.Add(-24 * time.Hour), Until: before}}, before},
		{"alarm", cases.LetterAlarm, cases.Facts{Alarm: &cases.AlarmFact{Kind: "login", Detail: "La boîte aux lettres refuse notre mot de passe.", Began: before}}, before},
		{"alarm-end", cases.LetterAlarm, cases.Facts{Alarm: &cases.AlarmFact{Kind: "login", Detail: "La boîte aux lettres refuse notre mot de passe.", Began: before, Ended: before.Add(42 * time.Minute)}}, before.Add(time.Hour)},
	}
}
