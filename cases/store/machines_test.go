package store

import (
	"slices"
	"strings"
	"testing"

	"greffier/cases"
)

// bounceOf is a bounce that says an address failed, and mentions Message-IDs.
func (d *desk) bounceOf(f cases.Failure, mentioned ...string) *cases.Mail {
	m := d.mail("mailer-daemon@else.example", "2018-10-01 10:00:00")
	m.Kind, m.Answerable, m.Failed, m.Mentioned = cases.Bounce, false, []cases.Failure{f}, mentioned
	return m
}

// TestBounceTellsWhy, behaviour 25: the task tells a full mailbox from a dead
// address, and our letter is found among all that a bounce mentions.
func TestBounceTellsWhy(t *testing.T) {
	for _, c := range []struct {
		name string
		f    cases.Failure
		want string
	}{
		{"full", cases.Failure{Address: "A@asso.example", Said: "552 5.2.2 over quota", Full: true}, "did not arrive: the mailbox is full: 552 5.2.2 over quota"},
		{"dead", cases.Failure{Address: "a@asso.example", Said: "550 5.1.1 unknown"}, "did not arrive: 550 5.1.1 unknown"},
		{"silent", cases.Failure{Address: "a@asso.example"}, "did not arrive"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
			id := d.sheet("HUB18-0001").Letters[0].MessageID
			d.file(d.bounceOf(c.f, "gateway-1@else.example", id))
			s := d.sheet("HUB18-0001")
			if len(s.Tasks) != 1 || s.Tasks[0].Kind != "bounce" || !strings.HasSuffix(s.Tasks[0].Detail, c.want) {
				t.Errorf("tasks %+v, want one that ends in %q", s.Tasks, c.want)
			}
			if s.Letters[0].State != cases.LetterBounced || !s.Senders[0].Bounced {
				t.Errorf("letter %s, senders %+v", s.Letters[0].State, s.Senders)
			}
			d.wantSound()
		})
	}
}

// TestForgedBounce, behaviour 25: without a token of ours a bounce changes
// nothing, whatever else of the case it knows.
func TestForgedBounce(t *testing.T) {
	d := newDesk(t)
	first := d.mail("a@asso.example", "2018-10-01 09:00:00")
	d.file(first)
	before := d.sheet("HUB18-0001")
	token := cases.TokenOf(before.Letters[0].MessageID)
	last := "a"
	if strings.HasSuffix(token, "a") {
		last = "b"
	}
	forgeries := map[string]func(*cases.Mail){
		"no id":                      func(*cases.Mail) {},
		"an invented id":             func(m *cases.Mail) { m.About = "greffier.aaaaaaaaaaaaaaaaaaaaaaaaaa@cdc.example" },
		"an id off by one character": func(m *cases.Mail) { m.Mentioned = []string{"greffier." + token[:25] + last + "@cdc.example"} },
		"the candidate's own id":     func(m *cases.Mail) { m.InReplyTo, m.References = []string{first.MessageID}, []string{first.MessageID} },
		"the reference":              func(m *cases.Mail) { m.Subject = "Undelivered: HUB18-0001" },
		"the candidate as sender":    func(m *cases.Mail) { m.From.Address = "a@asso.example" },
		"an invented tag":            func(m *cases.Mail) { m.PlusTags = []string{"hub18-0001", "aaaaaaaaaaaaaaaaaaaaaaaaaa"} },
	}
	for name, forge := range forgeries {
		m := d.bounceOf(cases.Failure{Address: "a@asso.example"})
		forge(m)
		d.file(m)
		after := d.sheet("HUB18-0001")
		if after.Letters[0].State != before.Letters[0].State || len(after.Tasks) != 0 || after.Senders[0].Bounced || len(after.Mails) != len(before.Mails) || after.Phase != before.Phase {
			t.Errorf("%s: letter %s, tasks %+v, senders %+v, %d mails", name, after.Letters[0].State, after.Tasks, after.Senders, len(after.Mails))
		}
	}
	d.wantLetters("pack") // and nobody is answered
	d.wantSound()
}

// TestDelayChangesNothing: a warning that a letter is late fails nobody.
func TestDelayChangesNothing(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	m := d.bounceOf(cases.Failure{}, d.sheet("HUB18-0001").Letters[0].MessageID)
	m.Failed = nil
	d.file(m)
	if s := d.sheet("HUB18-0001"); s.Letters[0].State == cases.LetterBounced || len(s.Tasks) != 0 || s.Senders[0].Bounced {
		t.Errorf("letter %s, tasks %+v", s.Letters[0].State, s.Tasks)
	}
}

// TestChallenge, behaviour 26: the challenge of an anti-spam service is a task
// for staff, in the case whose letter it holds back if it says so; it opens no
// case and gets no answer.
func TestChallenge(t *testing.T) {
	d := newDesk(t)
	d.file(d.mail("a@asso.example", "2018-10-01 09:00:00"))
	challenge := func(from string) *cases.Mail {
		m := d.mail(from, "2018-10-01 10:00:00")
		m.Kind, m.Answerable = cases.Challenge, false
		return m
	}
	d.file(d.reply("HUB18-0001", challenge("contact@antispam.example")))
	s := d.sheet("HUB18-0001")
	if len(s.Tasks) != 1 || s.Tasks[0].Kind != "challenge" {
		t.Errorf("tasks of the case: %+v", s.Tasks)
	}
	d.file(challenge("new@asso.example"))
	list, err := d.Cases(t.Context(), nil)
	d.must(err)
	if len(list) != 1 {
		t.Errorf("%d cases", len(list))
	}
	kinds, err := collect(t.Context(), d.reader, one[string], "SELECT kind FROM task WHERE done_at IS NULL")
	d.must(err)
	if !slices.Equal(kinds, []string{"challenge", "challenge"}) {
		t.Errorf("open tasks: %q", kinds)
	}
	d.wantLetters("pack")
	d.wantSound()
}
