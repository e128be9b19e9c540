package store

import (
	"errors"
	"testing"

	"greffier/cases"
)

// TestReplay: a mail that was set aside is filed anew once, by the name of who
// asked for it.
func TestReplay(t *testing.T) {
	d := newDesk(t)
	m := d.mail("a@a.example", "2018-10-02 10:00:00", "budget.pdf")
	source := cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: 77}
	d.must(d.SetAside(t.Context(), source, m.RawSHA256, m.Clocks.InternalDate, m.Clocks.Fetched, "out of time"))
	list, err := d.Aside(t.Context())
	d.must(err)
	d.must(d.Replay(t.Context(), "Camille", list[0].ID, cases.Arrival{Source: source, Mail: *m}))
	if err := d.Replay(t.Context(), "Camille", list[0].ID, cases.Arrival{Source: source, Mail: *m}); !errors.Is(err, ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
	if list, err := d.Aside(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("still aside: %+v %v", list, err)
	}
	var actor string
	d.must(d.reader.QueryRowContext(t.Context(), "SELECT actor FROM journal WHERE event = 'mail_replayed'").Scan(&actor))
	if actor != "Camille" || d.sheet("HUB18-0001").Journal[0].Actor != machine {
		t.Errorf("replayed by %s, opened by %s", actor, d.sheet("HUB18-0001").Journal[0].Actor)
	}
	d.assess()
	d.wantSound()
}
