package main

import (
	"fmt"
	"testing"
	"time"
)

// TestEnormousThread: thousands of mails that answer each other in one case are
// filed in it and answered once a day; each costs what the first one did.
func TestEnormousThread(t *testing.T) {
	const mails = 2000
	s := newSitting(t)
	var raws [][]byte
	for i := range mails {
		fields := fmt.Sprintf("From: <%s>\r\nMessage-ID: <t%d@quetzal.example>\r\nIn-Reply-To: <t%d@quetzal.example>\r\nReferences: ", victim, i, i-1)
		for r := max(0, i-200); r < i; r++ {
			fields += fmt.Sprintf("\r\n <t%d@quetzal.example>", r)
		}
		raws = append(raws, hostileMail(i, fields+" <greffier."+s.token+"@greffier.test>\r\n", "Encore un mot."))
	}
	s.d.AppendAll(raws, instant(t, afterDeposit))
	began := time.Now()
	s.once("2018-10-02T10:00:00Z")
	t.Logf("%d mails of a thread in %v", mails, time.Since(began))
	if n := len(s.sheet("ESSAI-0001").Mails); n != mails+1 {
		t.Errorf("%d mails in the case", n)
	}
	if got := s.kinds("ESSAI-0001"); got != "ack received" {
		t.Errorf("letters %s", got)
	}
}
