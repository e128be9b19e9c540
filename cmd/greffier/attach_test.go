package main

import (
	"strings"
	"testing"
)

// TestDecideByCommand: staff attach a mail and take that back; the operator makes
// a new token key between two letters, and answers to the older one still join
// (behaviours 28 and 29).
func TestDecideByCommand(t *testing.T) {
	s := newSitting(t)
	s.attack(hostileMail(1, "Subject: [ESSAI-0001]\r\n", "Voici.", "rib.pdf"))
	list := s.ok("attach", "list")
	id := strings.Fields(strings.Split(list, "\n")[1])[0]
	s.ok("attach", "accept", id)
	s.once("2018-10-02T11:00:00Z")
	if c := s.sheet("ESSAI-0001"); c.Completeness != "complete" {
		t.Errorf("after accept: %s", c.Completeness)
	}
	s.ok("attach", "undo", id)
	if c := s.sheet("ESSAI-0001"); c.Completeness != "incomplete" || c.Phase != "depositing" {
		t.Errorf("after undo: %s, %s", c.Completeness, c.Phase)
	}
	if _, errs, code := s.run("attach", "undo", id); code != 1 || !strings.Contains(errs, "mail "+id) {
		t.Errorf("a second undo: exit code %d, %s", code, errs)
	}
	s.wantSound()

	if _, _, code := s.run("key"); code != 2 {
		t.Errorf("key without a verb: exit code %d", code)
	}
	s.ok("key", "rotate")
	s.wantSound()
	s.attack(hostileMail(2, "From: <colleague@quetzal.example>\r\nIn-Reply-To: <greffier."+s.token+"@greffier.test>\r\n", "Voici.", "rib.pdf"))
	if n := len(s.sheet("ESSAI-0001").Mails); n != 2 {
		t.Errorf("the answer to an older letter did not join: %d mails", n)
	}
	s.wantSound()
}
