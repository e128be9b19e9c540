package notify

import (
	"strings"
	"testing"
	"time"

	"greffier/cases"
	"greffier/cases/french"
)

// TestOwnTime: both times are told to readers overseas, as far as something
// tells where they are and no further.
func TestOwnTime(t *testing.T) {
	ls := testLetters(t, nil)
	for _, c := range []struct {
		call      *cases.Call
		territory string
		sent      string
		want      string
	}{
		{hubs2018(t), "971", "", ", soit 12 h 00 en Guadeloupe"},
		{hubs2018(t), "975", "", ", soit 13 h 00 à Saint-Pierre-et-Miquelon"},
		{hubs2018(t), "987", "2018-11-20T09:00:00+01:00", ", soit 6 h 00 à Tahiti"},
		{hubs2018(t), "", "2018-11-20T09:00:00-04:00", ", soit 12 h 00 à l’heure de votre messagerie (UTC\u22124)"},
		{hubs2018(t), "", "2018-11-20T09:00:00+04:00", ", soit 20 h 00 à l’heure de votre messagerie (UTC+4)"},
		{hubs2018(t), "", "2018-11-20T09:00:00+11:00", ", soit 3 h 00 le lendemain à l’heure de votre messagerie (UTC+11)"},
		{hubs2018(t), "", "2018-11-20T09:00:00+01:00", ""},
		{hubs2018(t), "", "2018-11-20T09:00:00Z", ""},
		{hubs2018(t), "", "", ""},
		{hubs2018(t), "75", "", ""},
		{hubs2020(t), "971", "", ", soit 17 h 59 min 59 s en Guadeloupe"},
		{hubs2020(t), "974", "", ", soit 1 h 59 min 59 s le lendemain à La Réunion"},
		{hubs2020(t), "975", "", ", soit 19 h 59 min 59 s à Saint-Pierre-et-Miquelon"},
		{hubs2020(t), "", "2021-06-20T09:00:00+02:00", ""},
		{hubs2020(t), "", "2021-06-20T09:00:00-10:00", ", soit 11 h 59 min 59 s à l’heure de votre messagerie (UTC\u221210)"},
	} {
		f := cases.Facts{CallID: c.call.ID, Territory: c.territory, ReceivedAt: c.call.Deadline}
		if c.sent != "" {
			var err error
			if f.SentAt, err = time.Parse(time.RFC3339, c.sent); err != nil {
				t.Fatal(err)
			}
		}
		d := ls.data(cases.LetterAck, f, testNow)
		if got := strings.ReplaceAll(d.There(d.Call.Deadline), french.NBSP, " "); got != c.want {
			t.Errorf("%s, territory %q, sent %q: %q, want %q", c.call.ID, c.territory, c.sent, got, c.want)
		}
	}
}

// TestOwnCase: nobody reads the reference of somebody else's case, whatever the
// facts hold.
func TestOwnCase(t *testing.T) {
	ls := testLetters(t, nil)
	for _, s := range samples(hubs2018(t), hubs2020(t)) {
		p, err := ls.Preview(s.kind, s.facts, s.now)
		if err != nil {
			t.Fatal(err)
		}
		others := s.facts.Receipt || s.kind == cases.LetterWaiting
		if tells := strings.Contains(p.Subject+p.Text+p.HTML, "HUB18-0042"); others && tells {
			t.Errorf("%s tells a stranger the reference", s.name)
		} else if !others && s.facts.Ref != "" && !tells {
			t.Errorf("%s does not tell its reader the reference", s.name)
		}
	}
}

// TestResult: a decision stands in the first sentence, and what is no decision is
// not sent as one.
func TestResult(t *testing.T) {
	ls := testLetters(t, nil)
	facts := cases.Facts{CallID: "hubs-2018", Ref: "HUB18-0007", Result: &cases.ResultFact{Body: "le jury", On: testNow, Author: "A. B."}}
	for phase, want := range map[cases.Phase]string{
		cases.Awarded: "est lauréate.", cases.Reserve: "liste complémentaire.", cases.Rejected: "n’est pas retenue.",
		cases.NotShortlisted: "n’est pas présélectionnée.", cases.Ineligible: "non éligible.", cases.Inadmissible: "irrecevable.",
		cases.Deliberation: "", cases.Submitted: "", "": "",
	} {
		facts.Phase = phase
		p, err := ls.Preview(cases.LetterResult, facts, testNow)
		if want == "" {
			if err == nil {
				t.Errorf("%q is told as a decision", phase)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(strings.TrimPrefix(p.Text, "Bonjour,\n\n"), "\n")
		if !strings.HasSuffix(first, want) {
			t.Errorf("%q begins with %q", phase, first)
		}
		if strings.Contains(p.Text, "recours") {
			t.Errorf("%q: words of appeal that nobody gave", phase)
		}
	}
}

// TestCalendar: whatever staff write, the calendar file keeps its lines, none
// longer than 75 bytes.
func TestCalendar(t *testing.T) {
	f := cases.Facts{Ref: "HUB18-0042", Hearing: &cases.HearingFact{Begins: testNow, Minutes: 45, Sequence: 2,
		Place: "Salle « " + strings.Repeat("é", 90) + " », 2e étage; entrée B\r\nATTENDEE:mailto:x@y", Link: `https://visio.example.fr/a\b`}}
	got := calendar(f, hubs2018(t), cases.Address{Address: "aap@example.fr"}, testNow)
	for l := range strings.SplitSeq(strings.TrimSuffix(got, "\r\n"), "\r\n") {
		if len(l) > 75 || strings.ContainsAny(l, "\r\n") || strings.HasPrefix(l, "ATTENDEE") || strings.ToValidUTF8(l, "?") != l {
			t.Errorf("line %q", l)
		}
	}
	unfolded := strings.ReplaceAll(got, "\r\n ", "")
	for _, want := range []string{
		"\r\nMETHOD:PUBLISH\r\n", "\r\nUID:HUB18-0042.audition@example.fr\r\n", "\r\nSEQUENCE:2\r\n", "\r\nDTSTART:" + testNow.UTC().Format("20060102T150405Z") + "\r\n",
		"\r\nDTEND:" + testNow.Add(45*time.Minute).UTC().Format("20060102T150405Z") + "\r\n", `»\, 2e étage\; entrée B  ATTENDEE:mailto:x@y`, `https://visio.example.fr/a\\b`,
	} {
		if !strings.Contains(unfolded, want) {
			t.Errorf("no %q in\n%s", want, unfolded)
		}
	}
}

// TestHearingMail: the calendar file goes with the letter.
func TestHearingMail(t *testing.T) {
	ls := testLetters(t, nil)
	l := testLetter()
	l.Kind, l.Facts = cases.LetterHearing, cases.Facts{CallID: "hubs-2018", Ref: "HUB18-0042", Hearing: &cases.HearingFact{Begins: testNow, Minutes: 30}}
	w, err := ls.Word(l, testNow)
	if err != nil {
		t.Fatal(err)
	}
	var raw strings.Builder
	for _, s := range w.Segments {
		raw.Write(s.Literal)
	}
	for _, want := range []string{"Content-Type: text/calendar; charset=utf-8; method=PUBLISH;\r\n name=\"audition.ics\"\r\n", "Content-Disposition: attachment;\r\n filename=audition.ics\r\n", "multipart/mixed"} {
		if !strings.Contains(raw.String(), want) {
			t.Errorf("no %q in\n%s", want, raw.String())
		}
	}
}
