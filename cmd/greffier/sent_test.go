package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFolderOfSentMail: people see our letters in the mailbox's folder of sent
// mail; what they answer from there joins the case; and a data folder lost but
// for its key does not send again what lies there.
func TestFolderOfSentMail(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, `sent_folder = "Envoyés"`)
	at := "2018-10-01T09:00:00Z"
	d.Append(candidateMail("a@asso.example", "Candidature", at, at), instant(t, at))
	g.once("2018-10-01T10:00:00Z")
	copies := d.List("Envoyés")
	if len(copies) != 1 || len(sink.Mails()) != 1 {
		t.Fatalf("%d copies of %d letters", len(copies), len(sink.Mails()))
	}

	reply := strings.Replace(string(candidateMail("c.martin@cdc.example", "Re: Candidature", "", at)), "MIME-Version",
		"In-Reply-To: "+messageID(t, sink.Mails()[0].Raw)+"\r\nMIME-Version", 1)
	s := d.Session(nil)
	s.append("Envoyés", []byte(reply), nil)
	s.end()
	g.once("2018-10-01T11:00:00Z")
	mails := g.sheet("ESSAI-0001").Mails
	if len(mails) != 2 || mails[1].Direction != "out" || mails[1].From.Address != "c.martin@cdc.example" {
		t.Errorf("mails %+v", mails)
	}
	g.wantSound()

	for _, name := range []string{"greffier.db", "archive", "cache"} {
		g.must(os.RemoveAll(filepath.Join(g.dir, "data", name)))
	}
	g.once("2018-10-01T12:00:00Z")
	letters := g.letters()
	if len(letters) != 1 || letters[0].State != "sent" || len(sink.Mails()) != 1 {
		t.Errorf("%d letters left in all, the outbox says %s", len(sink.Mails()), fmt.Sprint(letters))
	}
	g.wantSound()
}
