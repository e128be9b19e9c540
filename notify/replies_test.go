package notify

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"greffier/cases"
)

// TestReplies holds every ready-made text as staff get it: filled, in good
// French, and of use.
func TestReplies(t *testing.T) {
	ls := testLetters(t, nil)
	facts := testLetter().Facts
	facts.Missing = []string{"Relevé d'identité bancaire"}
	list := ls.Replies("hubs-2018")
	if len(list) < 6 {
		t.Errorf("%d ready-made texts", len(list))
	}
	for _, r := range list {
		text, err := ls.ReplyText(r.Name, facts, testNow)
		if err != nil {
			t.Errorf("%s: %v", r.Name, err)
			continue
		}
		golden(t, "replies-"+r.Name+".txt", r.Title+"\n\n"+text+"\n")
		if strings.ContainsAny(text, "\x02\x03{") || strings.Contains(text, " :") || strings.Contains(text, "\n\n\n") || !strings.HasPrefix(text, "Bonjour,") {
			t.Errorf("%s: %q", r.Name, text)
		}
		bare, err := ls.ReplyText(r.Name, cases.Facts{}, testNow)
		if err != nil || strings.Contains(bare, "«\u00a0\u00a0»") {
			t.Errorf("%s, without a case: %q, %v", r.Name, bare, err)
		}
	}
	if _, err := ls.ReplyText("../reply", facts, testNow); !errors.Is(err, ErrNoReply) {
		t.Errorf("a text that is not there: %v", err)
	}
}

// TestRepliesOfOperator: beside the letter templates an operator replaces texts
// and adds some; what is wrong with one is told with file and line.
func TestRepliesOfOperator(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, repliesFolder), 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, repliesFolder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("precision.txt", "Titre : Autre précision\nDossier {{.Ref}} : quoi ?\n")
	write("visite.txt", "Titre : Visite\nVenez le {{day .Call.Deadline}}.\n")
	if faults := CheckTemplates(dir, hubs2018(t)); faults != nil {
		t.Errorf("faults %v", faults)
	}
	own := func(c *LettersConfig) { c.Templates = map[string]string{"hubs-2018": dir} }
	ls := testLetters(t, own)
	facts := testLetter().Facts
	for name, want := range map[string]string{"precision": "Dossier HUB18-0042\u00a0: quoi\u00a0?", "visite": "Venez le vendredi 30\u00a0novembre 2018."} {
		if got, err := ls.ReplyText(name, facts, testNow); got != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if got := len(ls.Replies("hubs-2018")) - len(ls.Replies("hubs-2020")); got != 1 {
		t.Errorf("%d more texts", got)
	}
	for text, want := range map[string]string{"Bonjour\n": "visite.txt:1: the first line must be the title", "Titre : x\n\n{{.Nothing}}\n": "visite.txt:3: ", "Titre : x\n{{if}}\n": "visite.txt:2: "} {
		write("visite.txt", text)
		faults := CheckTemplates(dir, hubs2018(t))
		if len(faults) == 0 || !strings.Contains(faults[0].Error(), want) || !strings.HasPrefix(faults[0].Error(), filepath.Join(dir, repliesFolder)) {
			t.Errorf("%q: %v", text, faults)
		}
	}
}

// TestReplyIsAPersons: what a person wrote is not marked as automatic.
func TestReplyIsAPersons(t *testing.T) {
	l := testLetter()
	l.Kind, l.Facts.Reply = cases.LetterReply, &cases.ReplyFact{Subject: "Re: Candidature", Text: "Oui.\n- un\n- deux"}
	_, r := wordAndRead(t, testLetters(t, nil), l, nil)
	if r.Header.Get("Auto-Submitted") != "" || r.Header.Get("X-Auto-Response-Suppress") != "" || r.Header.Get("In-Reply-To") != "<1@lamelee.example>" || r.Header.Get("Subject") != "Re: Candidature" {
		t.Errorf("headers %+v", r.Header.Map())
	}
}
