package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"greffier/cases"
)

// TestRotateKey: after a rotation letters are signed with the new key, answers to
// older ones are recognised (behaviour 28), and the data folder is sound.
func TestRotateKey(t *testing.T) {
	d := newDesk(t)
	first := d.mail("a@asso.example", "2018-10-01 09:00:00")
	d.file(first)
	old := d.sheet("HUB18-0001").Letters[0].MessageID
	d.must(d.RotateKey(t.Context(), "operator"))
	d.wantSound()
	d.file(d.mail("b@asso.example", "2018-10-02 09:00:00"))
	signed := cases.TokenOf(d.sheet("HUB18-0002").Letters[0].MessageID)
	keys, err := d.keys()
	d.must(err)
	if len(keys) != 2 {
		t.Fatalf("%d keys", len(keys))
	}
	cause := d.sheet("HUB18-0002").Mails[0].RawSHA256
	if signed != cases.Token(keys[1], mailbox, cases.LetterPack, "", cause) {
		t.Error("the new key did not sign")
	}
	answer := d.mail("c@else.example", "2018-10-03 09:00:00", "rib.pdf")
	answer.InReplyTo = []string{old}
	d.file(answer)
	if n := len(d.sheet("HUB18-0001").Mails); n != 2 {
		t.Errorf("an answer to a letter of the old key did not join: %d mails", n)
	}
	d.wantSound()

	// A copy is a data folder with both keys.
	copied := filepath.Join(t.TempDir(), "copy")
	_, err = d.Backup(t.Context(), copied, nil)
	d.must(err)
	s, err := Open(t.Context(), copied, Options{})
	d.must(err)
	r, err := s.Verify(t.Context(), "", openRaw, nil)
	if err != nil || len(r.Faults)+len(r.Notes) > 0 {
		t.Errorf("the copy: %q %q, %v", r.Faults, r.Notes, err)
	}
	d.must(s.Close())

	// All lost but the keys: the letter that the old key had signed is owed
	// again, and the answer to it is known by its old token.
	restored := newDeskWithKey(t, d.tokenKey())
	again := *first
	restored.archive(&again, "raw 1 from a@asso.example")
	restored.file(&again)
	answer.Subject = ""
	restored.archive(answer, "raw 9 from c@else.example")
	restored.file(answer)
	if n := len(restored.sheet("HUB18-0001").Mails); n != 2 {
		t.Errorf("after a restore the answer did not join: %d mails", n)
	}
	restored.wantSound()
}

// TestKeyFaults: a lost key is a fault, one too many is told.
func TestKeyFaults(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	one := d.tokenKey()
	d.must(d.RotateKey(t.Context(), "operator"))
	both := d.tokenKey()
	path := filepath.Join(d.dir, keyFile)
	for _, tc := range []struct {
		name          string
		file          []byte
		faults, notes string
	}{
		{"both", both, "", ""},
		{"the new one lost", one, "token key", ""},
		{"one too many", append(both[:64:64], make([]byte, 32)...), "", "token key"},
		{"other order", append(both[32:64:64], one...), "token key", ""},
	} {
		d.must(os.WriteFile(path, tc.file, 0o600))
		r, err := d.Verify(t.Context(), "", openRaw, nil)
		d.must(err)
		faults, notes := strings.Join(r.Faults, "\n"), strings.Join(r.Notes, "\n")
		if (faults == "") != (tc.faults == "") || !strings.Contains(faults, tc.faults) || (notes == "") != (tc.notes == "") || !strings.Contains(notes, tc.notes) {
			t.Errorf("%s: faults %q, notes %q", tc.name, faults, notes)
		}
	}
	d.must(os.WriteFile(path, append(both[:64:64], make([]byte, 32)...), 0o600))
	d.must(d.RotateKey(t.Context(), "operator")) // takes in what was left
	d.wantSound()
	d.must(os.WriteFile(path, one[:31], 0o600))
	if _, err := Open(t.Context(), d.dir, Options{}); err == nil {
		t.Error("half a key is taken for one")
	}
}

// TestAnswerToAForgottenLetter: after a restore, mails and the answers to the
// letters that they caused are read in one go; the answer joins, whoever writes
// (behaviours 28 and 29).
func TestAnswerToAForgottenLetter(t *testing.T) {
	d := newDesk(t)
	mails := []*cases.Mail{d.mail("a@asso.example", "2018-10-01 09:00:00"), d.mail("b@asso.example", "2018-10-01 09:00:00", "rib.pdf")}
	d.file(mails...)
	late := d.mail("x@else.example", "2018-10-03 09:00:00", "budget.pdf")
	late.InReplyTo = []string{d.sheet("HUB18-0002").Letters[0].MessageID}
	restored := newDeskWithKey(t, d.tokenKey())
	var batch []cases.Arrival
	restored.archive(mails[0], "raw 1 from a@asso.example")
	restored.archive(mails[1], "raw 2 from b@asso.example")
	restored.archive(late, "raw 3 from x@else.example")
	for i, m := range append(mails, late) {
		batch = append(batch, cases.Arrival{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: uint32(i + 1)}, Mail: *m})
	}
	restored.must(restored.Receive(t.Context(), batch))
	restored.assess()
	if n := len(restored.sheet("HUB18-0002").Mails); n != 2 {
		t.Errorf("the answer did not join: %d mails", n)
	}
	if list, err := restored.Cases(t.Context(), nil); err != nil || len(list) != 2 {
		t.Errorf("%d cases, %v", len(list), err)
	}
	restored.wantSound()
}
