package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"greffier/cases"
)

// variable are the headers in which two wordings of one letter differ.
var variable = regexp.MustCompile(`(?m)^(Date|Message-ID): .*\r\n|boundary=[^\r\n]*|^--[0-9a-f]{20,}(--)?\r\n`)

// TestComplementCycle: pieces are asked for by the command; the daemon counts what
// was received by the due instant, whether it ran then or was off, and takes the
// case back to its examination.
func TestComplementCycle(t *testing.T) {
	for name, c := range map[string]struct {
		taken   string
		runs    []string // instants at which the daemon runs once
		phases  []cases.Phase
		letter  string
		outcome cases.ComplementOutcome
	}{
		"all pieces before the due instant":  {"2018-12-10T09:00:00Z", []string{"2018-12-10T10:00:00Z", "2018-12-15T16:20:00Z"}, []cases.Phase{cases.Admissibility, cases.Admissibility}, "ack", cases.ComplementMet},
		"in the last second":                 {"2018-12-15T16:00:00Z", []string{"2018-12-15T16:05:00Z"}, []cases.Phase{cases.Admissibility}, "ack", cases.ComplementMet},
		"off over the due instant":           {"2018-12-15T15:59:58Z", []string{"2018-12-20T09:00:00Z"}, []cases.Phase{cases.Admissibility}, "ack", cases.ComplementMet},
		"late":                               {"2018-12-15T16:00:01Z", []string{"2018-12-15T16:05:00Z", "2018-12-15T16:20:00Z"}, []cases.Phase{cases.CompletionRequested, cases.Admissibility}, "late", cases.ComplementPassed},
		"late, and off over the due instant": {"2018-12-16T08:00:00Z", []string{"2018-12-20T09:00:00Z"}, []cases.Phase{cases.Admissibility}, "late", cases.ComplementPassed},
	} {
		t.Run(name, func(t *testing.T) {
			d, sink := startDovecot(t), startSink(t)
			g := newProgram(t, d, nil, sink, edition2018, "")
			d.Append(candidateMail("asso@asso.example", "Dossier", "2018-11-20T09:00:00Z", "2018-11-20T08:59:00Z", "budget.pdf"), instant(t, "2018-11-20T09:00:01Z"))
			g.once("2018-11-30T16:20:00Z")
			ask := []string{"ESSAI-0001", "-pieces", "rib", "-due", "2018-12-15T17:00:00", "-now", "2018-12-03T09:00:00Z"}
			if out := g.ok("complement", append(ask, "-preview")...); !strings.Contains(out, "- Relevé d'identité bancaire\u00a0: pièce non reçue") {
				t.Errorf("preview:\n%s", out)
			}
			if _, said, code := g.run("complement", ask[:5]...); code != 1 || !strings.Contains(said, "-now") {
				t.Errorf("a due instant in the past: exit code %d, %s", code, said)
			}
			g.ok("complement", ask...)
			g.once("2018-12-03T09:05:00Z")
			if c := g.sheet("ESSAI-0001"); c.Phase != cases.CompletionRequested || g.kinds("ESSAI-0001") != "ack incomplete complement" || c.Letters[2].State != cases.LetterSent {
				t.Errorf("asked: %s, %s, %s", c.Phase, g.kinds("ESSAI-0001"), c.Letters[2].State)
			}
			d.Append(candidateMail("asso@asso.example", "La suite", c.taken, c.taken, "rib.pdf"), instant(t, c.taken))
			for i, at := range c.runs {
				g.once(at)
				if got := g.sheet("ESSAI-0001").Phase; got != c.phases[i] {
					t.Errorf("%s: %s, want %s", at, got, c.phases[i])
				}
			}
			s := g.sheet("ESSAI-0001")
			verdict := cases.Late
			if c.outcome == cases.ComplementMet {
				verdict = cases.OnTime
			}
			if g.kinds("ESSAI-0001") != "ack incomplete complement "+c.letter || s.Complements[0].Outcome != c.outcome || *s.Timeliness != cases.OnTime || len(s.Snapshots) != 2 ||
				*s.Mails[1].Timeliness != cases.Late || s.Mails[1].Complement.Timeliness != verdict {
				t.Errorf("letters %s, complement %+v, %d versions, mail %+v", g.kinds("ESSAI-0001"), s.Complements, len(s.Snapshots), s.Mails[1])
			}
			g.wantSound()
		})
	}
}

// TestReplyCommand: an answer leaves as it was previewed, in the thread of the
// mail; a letter that is refused goes to the address that staff give.
func TestReplyCommand(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	d.Append(candidateMail("asso@asso.example", "Une question", "2018-11-20T09:00:00Z", "2018-11-20T08:59:00Z"), instant(t, "2018-11-20T09:00:01Z"))
	g.once("2018-11-20T09:01:00Z")
	text := filepath.Join(g.dir, "reply.txt")
	g.must(os.WriteFile(text, []byte("\ufeffOui, un groupement peut candidater.\r\n\r\n- un chef de file\r\n- des membres\r\n"), 0o600))
	if out := g.ok("reply", "templates", "ESSAI-0001"); !strings.Contains(out, "precision") {
		t.Errorf("templates:\n%s", out)
	}
	if _, said, code := g.run("reply", "ESSAI-0001", "-template", "precision"); code != 1 || !strings.Contains(said, "place to fill in") {
		t.Errorf("a text with places to fill in: exit code %d, %s", code, said)
	}
	if _, said, code := g.run("reply", "ESSAI-0001", "-text", text, "-to", "press@else.example"); code != 1 || !strings.Contains(said, "does not know this address") {
		t.Errorf("to a stranger: exit code %d, %s", code, said)
	}
	at := []string{"ESSAI-0001", "-text", text, "-now", "2018-11-20T10:00:00Z"}
	preview := g.ok("reply", append(at, "-preview")...)
	sink.Refuse("asso@asso.example", 550, "5.1.1 no such user")
	g.ok("reply", at...)
	g.once("2018-11-20T10:05:00Z")
	c := g.sheet("ESSAI-0001")
	letter := c.Letters[len(c.Letters)-1]
	if letter.Kind != cases.LetterReply || letter.State != cases.LetterRefused || letter.Subject != "Re: Une question" {
		t.Fatalf("letter %+v", letter)
	}
	raw := g.ok("letter", "show", "2")
	if !strings.Contains(raw, "\r\nIn-Reply-To: <"+c.Mails[0].MessageID+">\r\n") || strings.Contains(raw, "Auto-Submitted") {
		t.Errorf("letter\n%s", raw)
	}
	if !strings.Contains(preview, "Objet : Re: Une question\n\nBonjour,\n\nOui, un groupement peut candidater.\n\n- un chef de file\n- des membres\n\nCordialement,\n\nRéférence de votre dossier\u00a0: ESSAI-0001") {
		t.Errorf("preview\n%s", preview)
	}
	g.ok("letter", "again", "2", "-to", "contact@asso.example", "-now", "2018-11-20T11:00:00Z")
	g.once("2018-11-20T11:05:00Z")
	mails := sink.Mails()
	last := mails[len(mails)-1]
	if last.To[0] != "contact@asso.example" {
		t.Errorf("sent again to %v", last.To)
	}
	without := func(raw string) string {
		return strings.Replace(variable.ReplaceAllString(raw, ""), "contact@asso.example", "asso@asso.example", 1)
	}
	if a, b := without(raw), without(string(withoutTrace(t, last.Raw))); a != b {
		t.Errorf("sent again it differs:\n%s\nand\n%s", a, b)
	}
	g.ok("letter", "pack", "ESSAI-0001", "-to", "contact@asso.example", "-now", "2018-11-20T12:00:00Z")
	g.ok("letter", "cancel", "4", "-now", "2018-11-20T12:00:00Z")
	g.once("2018-11-20T12:05:00Z")
	if got := len(sink.Mails()); got != len(mails) {
		t.Errorf("%d letters left, want %d: a cancelled one left", got, len(mails))
	}
	g.wantSound()
}
