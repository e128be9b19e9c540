package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestVerifyFindsTampering: whatever is changed behind greffier's back shows,
// in words that name it.
func TestVerifyFindsTampering(t *testing.T) {
	for _, tc := range []struct{ name, sql, says string }{
		{"an entry is altered", "UPDATE journal SET content = '{}' WHERE seq = 3", "entry 3"},
		{"its digest too", "UPDATE journal SET content = '{}', digest = '" + digest("x") + "' WHERE seq = 3", "entry 3"},
		{"an actor is altered", "UPDATE journal SET actor = 'somebody' WHERE seq = 4", "entry 4"},
		{"an instant is altered", "UPDATE journal SET at = '2018-01-01T00:00:00.000Z' WHERE seq = 4", "entry 4"},
		{"an entry is taken out", "DELETE FROM journal WHERE seq = 5", "missing"},
		{"the first entry is taken out", "DELETE FROM journal WHERE seq = 1", "missing"},
		{"the end is cut off", "DELETE FROM journal WHERE seq = (SELECT MAX(seq) FROM journal)", "cut off"},
		{"the head is taken away", "DELETE FROM journal_head", "head is missing"},
		{"the head is altered", "UPDATE journal_head SET hash = '" + digest("x") + "'", "head"},
		{"a phase is altered", `UPDATE "case" SET phase = 'awarded'`, "HUB18-0001: its phase"},
		{"a verdict is altered", `UPDATE "case" SET timeliness = 'late'`, "HUB18-0001: its timeliness"},
		{"a piece is altered", "UPDATE piece SET status = 'missing' WHERE piece = 'rib'", "HUB18-0001: its pieces"},
		{"the instant of a mail is altered", "UPDATE mail SET instant = '2018-12-24T00:00:00.000Z'", "mail 1"},
		{"the verdict of a mail is altered", "UPDATE mail SET timeliness = 'late'", "mail 1"},
		{"a deadline is altered", "UPDATE call SET deadline = '2018-12-24T00:00:00.000Z' WHERE id = 'hubs-2018'", "call hubs-2018"},
		{"a snapshot is altered", "UPDATE snapshot SET content = replace(content, 'rib', 'bir')", "HUB18-0001: snapshot 1"},
		{"a snapshot is taken away", "DELETE FROM snapshot", "HUB18-0001 v1"},
		{"the digest of a file is altered", "UPDATE part SET sha256 = '" + digest("x") + "'", "part 2"},
		{"a letter is altered", "UPDATE segment SET literal = 'x' WHERE position = 0", "letter 1"},
		{"a letter is taken away", "DELETE FROM segment; DELETE FROM letter", "letter 1"},
		{"a mail is moved to another case", "UPDATE mail SET case_id = NULL", "mail 1: it was altered"},
		{"a mail is called waiting", "UPDATE mail SET place = 'waiting'", "mail 1: it was altered"},
		{"a clock is altered", "UPDATE mail SET boundary = '2018-10-01T00:00:00.000Z'", "mail 1: it was altered"},
		{"a sender is altered", "UPDATE mail SET from_address = 'x@y.example'", "mail 1: it was altered"},
		{"a file is taken out of the dossier", "UPDATE part SET role = ''", "files 1: it was altered"},
		{"a file name is altered", "UPDATE part SET filename = 'x.pdf'", "files 1: it was altered"},
		{"a file is slipped in", "INSERT INTO part (mail_id, part, filename, media_type, size, sha256, inline, furniture, member_of, locator, role) VALUES (1, '9', 'rib.pdf', '', 1, '', 0, 0, '', '', 'deposit')", "files 1: it was altered"},
		{"a candidate is altered", "UPDATE \"case\" SET address = 'x@y.example'", "case HUB18-0001: it was altered"},
		{"a correspondent is slipped in", "INSERT INTO sender (case_id, address, role) VALUES (1, 'x@y.example', 'known')", "case HUB18-0001: it was altered"},
		{"the files of a piece are altered", "UPDATE piece SET parts = '[]'", "case HUB18-0001: it was altered"},
		{"a letter's reader is altered", "UPDATE letter SET to_address = 'x@y.example'", "letter 1: it was altered"},
		{"a task is done behind our back", "UPDATE task SET done_at = opened_at", "task 1: it was altered"},
		{"a task is taken away", "DELETE FROM task", "task 1: the journal says that it is there"},
		{"the origin is altered", "UPDATE origin SET made_at = '2018-01-01T00:00:00.000Z'", "origin"},
		{"a mail is to be assessed again", "UPDATE mail SET assessed_at = NULL", "mail 1: it was altered"},
		{"the numbers of cases begin anew", "UPDATE call SET last_case = 0", "call hubs-2018: it was altered"},
		{"a letter that never left is called sent", "UPDATE letter SET state = 'sent'", "letter 1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := newDesk(t)
			d.file(d.mail("a@asso.example", "2018-10-01 09:00:00", "budget rib.pdf", "scan.pdf"))
			d.word()
			n, err := d.BeginAttempt(t.Context(), 1, d.now)
			d.must(err)
			d.must(d.SettleAttempt(t.Context(), 1, n, "temporary", "450", d.now))
			d.read("2018-12-01 08:00:00")
			d.wantSound()
			if _, err := d.writer.ExecContext(t.Context(), "PRAGMA foreign_keys = OFF; "+tc.sql); err != nil {
				t.Fatal(err)
			}
			r, err := d.Verify(t.Context(), "", openRaw, nil)
			d.must(err)
			if all := strings.Join(r.Faults, "\n"); !strings.Contains(all, tc.says) {
				t.Errorf("nothing says %q in:\n%s", tc.says, all)
			}
		})
	}
}

func TestVerifyArchive(t *testing.T) {
	d := newDesk(t)
	m := d.mail("a@asso.example", "2018-10-01 09:00:00", "rib.pdf")
	d.file(m)
	path := filepath.Join(d.dir, "archive", m.RawSHA256[:2], m.RawSHA256)
	if _, _, err := d.Archive.Put(strings.NewReader("left by a crash")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Archive.Create(); err != nil { // never kept
		t.Fatal(err)
	}
	r, err := d.Verify(t.Context(), "", openRaw, nil)
	d.must(err)
	if len(r.Faults) != 0 || len(r.Notes) != 2 {
		t.Errorf("what a crash leaves is a note: faults %q, notes %q", r.Faults, r.Notes)
	}
	if err := os.WriteFile(path, []byte("altered"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err = d.Verify(t.Context(), "", openRaw, nil)
	d.must(err)
	if !strings.Contains(strings.Join(r.Faults, "\n"), "was altered") {
		t.Errorf("faults %q", r.Faults)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	r, err = d.Verify(t.Context(), "HUB18-0001", openRaw, nil)
	d.must(err)
	if !strings.Contains(strings.Join(r.Faults, "\n"), "missing") {
		t.Errorf("faults %q", r.Faults)
	}
	if _, err := d.Verify(t.Context(), "HUB18-9999", openRaw, nil); err == nil {
		t.Error("an unknown reference is no error")
	}
}

// TestTokenKeyIsKept: without its key a data folder is not opened, with another
// one it is not sound.
func TestTokenKeyIsKept(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	path := filepath.Join(d.dir, keyFile)
	if err := os.WriteFile(path, make([]byte, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	other, err := Open(t.Context(), d.dir, Options{})
	d.must(err)
	r, err := other.Verify(t.Context(), "", openRaw, nil)
	d.must(err)
	if !strings.Contains(strings.Join(r.Faults, "\n"), "token key") {
		t.Errorf("faults %q", r.Faults)
	}
	d.must(other.Close())
	d.must(os.Remove(path))
	if _, err := Open(t.Context(), d.dir, Options{}); err == nil || !strings.Contains(err.Error(), "token key") {
		t.Errorf("opened without its key: %v", err)
	}
}
