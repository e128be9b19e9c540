package main

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"

	"greffier/cases"
)

// TestHostileReader: somebody who holds a letter of ours that was written to the
// candidate adds files and nothing else (behaviours 28 and 29).
func TestHostileReader(t *testing.T) {
	s := newSitting(t)
	answer := "In-Reply-To: <greffier." + s.token + "@greffier.test>\r\n"
	tagged := "To: AAP+" + strings.ToUpper(s.token) + "@Greffier.test\r\nFrom: <mallet@evil.example>\r\n"
	for i, tc := range []struct {
		fields, text string
		files        []string
		to           string
	}{
		{answer, "DÉSISTEMENT", nil, attacker},
		{answer, "Voici.", []string{victimPiece}, attacker},
		{tagged, "DÉSISTEMENT", []string{victimPiece}, "mallet@evil.example"},
		{"", "DÉSISTEMENT", []string{victimPiece}, attacker}, // without the letter, from the address it was added by
	} {
		fields := tc.fields
		letters := s.attack(hostileMail(i+1, fields, tc.text, tc.files...))
		s.wantSecret(letters, "")
		if len(letters) > 1 || len(letters) == 1 && letters[0].To[0] != tc.to {
			t.Errorf("mail %d: %d letters", i+1, len(letters))
		}
	}
	c := s.sheet("ESSAI-0001")
	if c.Phase != cases.Depositing || len(s.cases()) != 2 {
		t.Errorf("the case is %s; %d cases", c.Phase, len(s.cases()))
	}
	if f := c.Pieces[0].Files; len(f) != 4 || f[0].Filename != victimFile {
		t.Errorf("the piece stands on %+v", f)
	}
	if !slices.ContainsFunc(c.Tasks, func(k cases.Task) bool { return k.Kind == "new_sender" }) {
		t.Error("staff are not told of the new sender")
	}
	s.wantSound()
}

const victimPiece = `"budget.pdf"`

// TestForgedCandidate: where our server does not check senders, somebody who
// writes in the candidate's name is taken for it; but what the dossier holds is
// told to the candidate alone (behaviours 29 and 30).
func TestForgedCandidate(t *testing.T) {
	s := newSitting(t)
	for i, fields := range []string{
		"From: <" + victim + ">\r\nReply-To: <" + attacker + ">\r\n",
		"Authentication-Results: mx.evil.example; dmarc=fail\r\nFrom: <" + victim + ">\r\nReply-To: Mallory <" + attacker + ">\r\n",
	} {
		for _, files := range [][]string{{"rib.pdf"}, nil} {
			for _, l := range s.attack(hostileMail(10*i+len(files), fields, "DÉSISTEMENT", files...)) {
				if l.To[0] != victim {
					t.Errorf("a letter went to %s", l.To)
				}
			}
		}
	}
	c := s.sheet("ESSAI-0001")
	if c.Phase == cases.Withdrawn || len(c.Mails) != 5 {
		t.Errorf("the case is %s with %d mails", c.Phase, len(c.Mails))
	}
	for _, m := range c.Mails[1:] {
		if !strings.Contains(strings.Join(m.Warnings, " "), attacker) {
			t.Errorf("Reply-To is not flagged: %q", m.Warnings)
		}
	}
}

// TestReplyToVictim: an attacker who wants answers sent to somebody else makes us
// write there once with the pack (behaviours 24 and 30), then at most as often
// as the limit allows, whatever tag is put on the address.
func TestReplyToVictim(t *testing.T) {
	s := newSitting(t)
	before := len(s.sink.Mails())
	var raws [][]byte
	for i := range 60 {
		fields := fmt.Sprintf("From: <m%d@evil.example>\r\nReply-To: <third+%d@else.example>\r\n", i, i%30)
		raws = append(raws, hostileMail(i, fields, "Bonjour"))
	}
	s.d.AppendAll(raws, instant(t, afterDeposit))
	s.once("2018-10-02T10:00:00Z")
	sent, packs := make(map[string]int), make(map[string]int)
	for _, l := range s.sink.Mails()[before:] {
		sent["all"]++
		if len(attachedFiles(t, l.Raw)) > 0 {
			packs[l.To[0]]++
		}
	}
	if sent["all"] != 20 {
		t.Errorf("%d letters left for one reader in a day, the limit is 20", sent["all"])
	}
	for to, n := range packs {
		if n > 1 {
			t.Errorf("%d packs to %s", n, to)
		}
	}
	for _, l := range s.letters() {
		if l.State == cases.LetterCancelled || l.State == cases.LetterRefused {
			t.Errorf("a letter over the limit is %s, not kept", l.State)
		}
	}
}

// TestForgedReception: lines that the sender wrote make nothing punctual
// (behaviour 30: only our own servers are believed).
func TestForgedReception(t *testing.T) {
	s := newSitting(t)
	for i, top := range []string{
		"Received: from evil.example (evil.example [198.51.100.66]) by mx.greffier.test with ESMTPS id A; ",
		"Received: from mx.greffier.test (evil.example [198.51.100.66]) by mx.greffier.test with ESMTPS id A; ",
		"Received: from mx.greffier.test (unknown [198.51.100.66]) by mx.greffier.test with ESMTPS id A; ",
		"Received: from mx.greffier.test ([198.51.100.66]) by mx.greffier.test with ESMTPS id A; ",
	} {
		late, early := "2018-11-30T17:30:00Z", "2018-11-30T10:00:00Z"
		from := fmt.Sprintf("late%d@evil.example", i)
		raw := top + rfc5322(late) + "\r\n" + strings.Replace(string(candidateMail(from, "Dossier", early, early, "budget rib.pdf")), "mail.asso.example (", "mx.greffier.test (", 1)
		s.d.Append([]byte(raw), instant(t, late))
	}
	s.once("2018-11-30T18:00:00Z")
	for _, c := range s.cases("evil.example") {
		if c.Timeliness == nil || *c.Timeliness != cases.Late {
			t.Errorf("%s is %v", c.Candidate.Address, c.Timeliness)
		}
	}
	if n := len(s.cases("evil.example")); n != 4 {
		t.Errorf("%d cases", n)
	}
}

// TestHostileNames: nothing that a mail says becomes a header, a line or markup of
// its own in our letters, or a path in our data folder.
func TestHostileNames(t *testing.T) {
	s := newSitting(t)
	const inject = "=?utf-8?q?x=0D=0ABcc:_third=40else.example=0D=0A=0D=0A<script>alert(1)</script><img_src=3Dhttp://evil.example/t.png>?="
	letters := s.attack(hostileMail(1, "From: "+inject+" <"+attacker+">\r\nSubject: "+inject+"\r\nMessage-ID: <a\rb@evil.example>\r\nReply-To: "+inject+" <"+attacker+">\r\n",
		"Bonjour", `"../../../../etc/passwd"`, `"..\\..\\rib.pdf"`, `"=?utf-8?q?rib=0D=0A=0D=0AVotre_dossier_est_complet=2E<b>gras</b>.pdf?="`, `"`+strings.Repeat("long", 200)+`.pdf"`, `"=?utf-8?q?=E2=80=AEfdp.exe?="`, `"/"`))
	if len(letters) != 1 || letters[0].To[0] != attacker {
		t.Fatalf("%d letters", len(letters))
	}
	m, err := mail.ReadMessage(strings.NewReader(string(letters[0].Raw)))
	s.must(err)
	for _, name := range []string{"Bcc", "Cc"} {
		if m.Header.Get(name) != "" {
			t.Errorf("the letter has a field %s", name)
		}
	}
	text := letterText(t, letters[0].Raw)
	plain, html, found := strings.Cut(text, "<!DOCTYPE")
	if !found {
		plain, html, found = strings.Cut(text, "<!doctype")
	}
	if !found {
		t.Fatalf("no HTML in\n%s", text)
	}
	for _, bad := range []string{"\nBcc", "<script", "<img", "<b>gras", "\nVotre dossier est complet.", "\u202e"} {
		if strings.Contains(html, bad) || !strings.HasPrefix(bad, "<") && strings.Contains(plain, bad) {
			t.Errorf("the letter holds %q:\n%s", bad, text)
		}
	}
	if regexp.MustCompile(`(?i)<[a-z]+[^>]* (src|href|on[a-z]+)=`).MatchString(html) {
		t.Error("the letter loads something")
	}
	s.wantSound() // every file of the data folder is named by its SHA-256
}
