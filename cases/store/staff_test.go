package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

// withStaff is a store with an account of the name.
func withStaff(t *testing.T, name string) *desk {
	t.Helper()
	d := newDesk(t)
	d.must(d.AddStaff(t.Context(), "operator", name, "hash"))
	return d
}

func TestAccounts(t *testing.T) {
	d := withStaff(t, "  Chloé   Martin ")
	m, err := d.Colleague(t.Context(), "chloe martin")
	if err != nil || m.Name != "Chloé Martin" || m.Password != "hash" || !m.Disabled.IsZero() {
		t.Errorf("%+v, %v", m, err)
	}
	for name, want := range map[string]error{"chloé MARTIN": ErrNameTaken, "Greffier": ErrBadName, "": ErrBadName, "x": ErrBadName, "—?!": ErrBadName,
		"a\x1bb": ErrBadName, strings.Repeat("a", 61): ErrBadName} {
		if err := d.AddStaff(t.Context(), "operator", name, "hash"); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", name, err, want)
		}
	}
	if err := d.DisableStaff(t.Context(), "operator", "nobody"); !errors.Is(err, ErrNotFound) {
		t.Errorf("disable nobody: %v", err)
	}
}

// TestSessionEnds: by idleness, by age, by signing out, with the account; another
// session of the same person goes on.
func TestSessionEnds(t *testing.T) {
	for _, tc := range []struct {
		name  string
		do    func(d *desk) error
		other bool // the other session goes on
	}{
		{"idle", func(d *desk) error { d.now = d.now.Add(cases.SessionIdle + time.Second); return nil }, false},
		{"signed out", func(d *desk) error { return d.EndSession(d.t.Context(), "Chloé", "one") }, true},
		{"disabled", func(d *desk) error { return d.DisableStaff(d.t.Context(), "operator", "Chloé") }, false},
		{"password set by the operator", func(d *desk) error { return d.SetPassword(d.t.Context(), "operator", "Chloé", "new", "") }, false},
		{"password changed in the other session", func(d *desk) error { return d.SetPassword(d.t.Context(), "Chloé", "Chloé", "new", "two") }, true},
		{"old, though used all the time", func(d *desk) error {
			for range 2 * int(cases.SessionMost/cases.SessionIdle) {
				d.now = d.now.Add(cases.SessionIdle/2 + time.Minute)
				if _, err := d.Session(d.t.Context(), "one"); err != nil && !errors.Is(err, ErrNotFound) {
					return err
				}
			}
			return nil
		}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := withStaff(t, "Chloé")
			d.t = t
			for _, token := range []string{"one", "two"} {
				d.must(d.BeginSession(t.Context(), "chloe", token))
			}
			d.now = d.now.Add(cases.SessionIdle - time.Minute)
			for _, token := range []string{"one", "two"} { // seen: the idle time begins anew
				if m, err := d.Session(t.Context(), token); err != nil || m.Name != "Chloé" {
					t.Fatalf("%+v, %v", m, err)
				}
			}
			d.must(tc.do(d))
			if _, err := d.Session(t.Context(), "one"); !errors.Is(err, ErrNotFound) {
				t.Errorf("it goes on: %v", err)
			}
			if _, err := d.Session(t.Context(), "two"); (err == nil) != tc.other {
				t.Errorf("the other session: %v", err)
			}
		})
	}
	d := withStaff(t, "Chloé")
	d.must(d.DisableStaff(t.Context(), "operator", "Chloé"))
	if err := d.BeginSession(t.Context(), "Chloé", "one"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a disabled account signs in: %v", err)
	}
	d.must(d.EnableStaff(t.Context(), "operator", "Chloé"))
	d.must(d.BeginSession(t.Context(), "Chloé", "one"))
}

func TestLoginLink(t *testing.T) {
	d := withStaff(t, "Chloé")
	d.must(d.OfferLink(t.Context(), "operator", "Chloé", "link", d.now.Add(time.Hour)))
	d.must(d.TakeLink(t.Context(), "link", "one"))
	if m, err := d.Session(t.Context(), "one"); err != nil || m.Name != "Chloé" {
		t.Errorf("%+v, %v", m, err)
	}
	if err := d.TakeLink(t.Context(), "link", "two"); !errors.Is(err, ErrNotFound) {
		t.Errorf("used twice: %v", err)
	}
	d.must(d.OfferLink(t.Context(), "operator", "Chloé", "late", d.now.Add(time.Hour)))
	d.now = d.now.Add(time.Hour)
	if err := d.TakeLink(t.Context(), "late", "three"); !errors.Is(err, ErrNotFound) {
		t.Errorf("used after its end: %v", err)
	}
	d.must(d.OfferLink(t.Context(), "operator", "Chloé", "ended", d.now.Add(time.Hour)))
	d.must(d.DisableStaff(t.Context(), "operator", "Chloé"))
	d.must(d.EnableStaff(t.Context(), "operator", "Chloé"))
	if err := d.TakeLink(t.Context(), "ended", "four"); !errors.Is(err, ErrNotFound) {
		t.Errorf("outlived its account: %v", err)
	}
}

// TestNoSecrets: neither the journal nor the database holds what signs in; and an
// account altered behind the journal's back shows.
func TestNoSecrets(t *testing.T) {
	d := withStaff(t, "Chloé")
	d.must(d.SetPassword(t.Context(), "operator", "Chloé", "the-hash", ""))
	d.must(d.OfferLink(t.Context(), "operator", "Chloé", "the-link", d.now.Add(time.Hour)))
	d.must(d.BeginSession(t.Context(), "Chloé", "the-token"))
	var journal, sessions string
	d.must(d.reader.QueryRow("SELECT group_concat(content || event) FROM journal").Scan(&journal))
	d.must(d.reader.QueryRow("SELECT group_concat(token_sha256) FROM (SELECT token_sha256 FROM session UNION SELECT token_sha256 FROM login_link)").Scan(&sessions))
	for _, secret := range []string{"the-hash", "the-link", "the-token"} {
		if strings.Contains(journal+sessions, secret) {
			t.Errorf("%s is told in %s %s", secret, journal, sessions)
		}
	}
	for _, event := range []string{"staff_added", "staff_password_set", "staff_link_made", "staff_signed_in"} {
		if !strings.Contains(journal, event) {
			t.Errorf("%s is not in the journal", event)
		}
	}
	check := func() []string {
		t.Helper()
		r, err := d.Verify(t.Context(), "", nil, nil)
		d.must(err)
		return r.Faults
	}
	if faults := check(); len(faults) > 0 {
		t.Errorf("faults: %v", faults)
	}
	if _, err := d.writer.Exec("UPDATE staff SET password = 'planted'"); err != nil {
		t.Fatal(err)
	}
	if faults := check(); len(faults) != 1 || !strings.Contains(faults[0], "staff 1") {
		t.Errorf("a planted password: %v", faults)
	}
}
