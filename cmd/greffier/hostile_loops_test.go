package main

import (
	"bytes"
	"fmt"
	"net/mail"
	"os"
	"strings"
	"testing"

	"greffier/cases"
)

// stripped is a letter as a poor gateway hands it on: of its fields only From,
// To, Subject and those of MIME are left, Date and Message-ID are new.
func stripped(t *testing.T, raw []byte, n int, taken string) []byte {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "Received: from gw.example (gw.example [203.0.113.80]) by mx.greffier.test; %s\r\n", rfc5322(taken))
	for _, name := range []string{"From", "To", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"} {
		if v := m.Header.Get(name); v != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, v)
		}
	}
	fmt.Fprintf(&b, "Date: %s\r\nMessage-ID: <g%d@gw.example>\r\n\r\n", rfc5322(taken), n)
	if _, err := b.ReadFrom(m.Body); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestTwoGreffiers: two daemons that write to each other through a gateway which
// drops every mark of automatic mail fall silent within three letters, whether
// their packs are the same or not, and whoever began (behaviours 22 and 23).
func TestTwoGreffiers(t *testing.T) {
	for name, files := range map[string][]string{"a first contact": nil, "a deposit": {"budget.pdf"}} {
		for _, samePack := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, same pack %v", name, samePack), func(t *testing.T) {
				type clerk struct {
					*program
					d    *dovecotServer
					sink *smtpSink
					read int
				}
				var clerks []*clerk
				for _, user := range []string{"aap@greffier.test", "hub@autre.test"} {
					d := startDovecot(t, func(o *dovecotOptions) { o.User = user })
					c := &clerk{d: d, sink: startSink(t)}
					c.program = newProgram(t, d, nil, c.sink, edition2018, "")
					if !samePack && user != "aap@greffier.test" {
						c.must(os.WriteFile(c.dir+"/pack/reglement.pdf", []byte("%PDF-1.4 un autre\n%%EOF\n"), 0o644))
					}
					clerks = append(clerks, c)
				}
				// Somebody writes to the first in the name of the second.
				clerks[0].d.Append(candidateMail(clerks[1].d.User, "Candidature", deposited, deposited, files...), instant(t, deposited))
				letters := 0
				for round := range 8 {
					c, other := clerks[round%2], clerks[(round+1)%2]
					now := fmt.Sprintf("2018-10-0%dT10:00:00Z", round+1)
					c.once(now)
					for _, l := range c.sink.Mails()[c.read:] {
						if l.To[0] != other.d.User {
							t.Fatalf("a letter to %s", l.To)
						}
						letters++
						other.d.Append(stripped(t, l.Raw, letters, now), instant(t, now))
					}
					c.read = len(c.sink.Mails())
				}
				if letters == 0 || letters > 3 {
					t.Errorf("%d letters went to and fro", letters)
				}
			})
		}
	}
}

// TestOwnLettersComeBack: a letter of ours that is sent back, as it was, from
// our address or under another name, is answered to nobody and changes nothing.
func TestOwnLettersComeBack(t *testing.T) {
	s := newSitting(t)
	letter := s.sink.Mails()[0].Raw
	before := s.state("ESSAI-0001")
	hop := "Received: from x.example (x.example [203.0.113.80]) by mx.greffier.test; " + rfc5322(afterDeposit) + "\r\n"
	s.d.Append([]byte(hop+string(letter)), instant(t, afterDeposit)) // as it was
	s.d.Append(stripped(t, letter, 1, afterDeposit), instant(t, afterDeposit))
	renamed := bytes.Replace(stripped(t, letter, 2, afterDeposit), []byte("aap@greffier.test"), []byte("liste@else.example"), 1)
	s.d.Append(renamed, instant(t, afterDeposit))
	id := cases.MessageID(s.token, "aap@greffier.test")
	s.d.Append(bytes.Replace(renamed, []byte("g2@gw.example"), []byte(id), 1), instant(t, afterDeposit))
	s.once("2018-10-02T10:00:00Z")
	s.once("2018-10-02T10:00:00Z")
	if n := len(s.sink.Mails()); n != 2 {
		t.Errorf("%d letters in all", n)
	}
	if after := s.state("ESSAI-0001"); after != before || len(s.cases()) != 2 {
		t.Errorf("the case is %s; %d cases", after, len(s.cases()))
	}
}

// TestShiftingResponder: a machine that answers each letter from a new address,
// and reads as a person, is held by the limit of its domain; nothing is dropped
// and staff are told (behaviour 24). A free-mail domain has no such limit, the
// hourly breaker holds for all.
func TestShiftingResponder(t *testing.T) {
	for _, tc := range []struct {
		domain, limits string
		left           int
		next           int // after a day
	}{
		{"robot.example", "daily_limit_domain = 5", 5, 10},
		{"sub.robot.example", "daily_limit_domain = 5", 5, 10},
		{"orange.fr", "daily_limit_domain = 5", 12, 12},
		{"orange.fr", "breaker_per_hour = 7", 7, 12},
	} {
		t.Run(tc.domain+" "+tc.limits, func(t *testing.T) {
			d, sink := startDovecot(t), startSink(t)
			g := newProgram(t, d, nil, sink, edition2018, "")
			config, err := os.ReadFile(g.config)
			g.must(err)
			g.must(os.WriteFile(g.config, bytes.Replace(config, []byte("[smtp]\n"), []byte("[smtp]\n"+tc.limits+"\n"), 1), 0o600))
			for i := range 12 {
				at := fmt.Sprintf("2018-10-01T09:%02d:00Z", i)
				d.Append(candidateMail(fmt.Sprintf("r%d@%s", i, tc.domain), fmt.Sprintf("Re: %d", i), at, at), instant(t, at))
				g.once(fmt.Sprintf("2018-10-01T09:%02d:30Z", i))
			}
			if n := len(sink.Mails()); n != tc.left {
				t.Errorf("%d letters left, want %d", n, tc.left)
			}
			held := 0
			for _, l := range g.letters() {
				if l.State == cases.LetterHeld {
					held++
				} else if l.State != cases.LetterSent {
					t.Errorf("a letter is %s", l.State)
				}
			}
			if len(g.cases()) != 12 || held != 12-tc.left {
				t.Errorf("%d cases, %d letters held", len(g.cases()), held)
			}
			if held > 0 {
				if out := g.ok("outbox"); !strings.Contains(out, "limit") {
					t.Errorf("the outbox does not say why:\n%s", out)
				}
			}
			g.once("2018-10-02T10:00:00Z")
			if n := len(sink.Mails()); n != tc.next {
				t.Errorf("a day later %d letters had left, want %d", n, tc.next)
			}
		})
	}
}
