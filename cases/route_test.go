package cases

import (
	"testing"
	"time"
)

func TestDecide(t *testing.T) {
	e1, e2 := edition1(t), edition2(t)
	calls := Calls{e1, e2}
	during1, gap, during2 := "2018-10-10T09:00:00Z", "2019-05-02T09:00:00Z", "2021-01-05T09:00:00Z"
	justAfter, arbitrated, afterLate := "2018-12-04T09:00:00Z", "2018-11-30T16:00:30Z", "2019-01-15T09:00:00Z"
	case1 := CaseRef{ID: 1, Ref: "HUB18-0001", CallID: "hubs-2018"}
	other1 := CaseRef{ID: 2, Ref: "HUB18-0002", CallID: "hubs-2018"}
	case2 := CaseRef{ID: 3, Ref: "HUB20-0001", CallID: "hubs-2020"}

	person := func(m *Mail) { m.Kind, m.Answerable = Person, true }
	files := func(m *Mail) { m.Parts = []Part{{ID: "1", Filename: "rib.pdf", SHA256: "x"}} }
	noAnswer := func(m *Mail) { m.Answerable = false; m.Reasons = []string{"X-Auto-Response-Suppress"} }
	kind := func(k Kind) func(*Mail) { return func(m *Mail) { m.Kind = k; m.Answerable = false } }
	dmarc := func(m *Mail) { m.DMARCFail = true; m.Answerable = false }
	spam := func(m *Mail) { m.Spam = true; m.Answerable = false }
	staff := func(m *Mail) { m.Staff = true }
	silent := func(m *Mail) { m.Silent = true }
	type change = func(*Mail)

	for _, tc := range []struct {
		name   string
		at     string
		mail   []change
		known  Known
		place  Place
		call   string
		inCase string
		answer bool
		closed bool
		added  bool
		linked string
	}{
		{name: "first contact", at: during1, place: Opens, call: "hubs-2018", answer: true},
		{name: "first contact with a deposit", at: during1, mail: []change{files}, place: Opens, call: "hubs-2018", answer: true},
		{name: "filed silently", at: during1, mail: []change{silent}, place: Opens, call: "hubs-2018"},
		{name: "answers our letter from its own address", at: during1, known: Known{Token: &case1, Sender: []CaseRef{case1}}, place: Joins, call: "hubs-2018", inCase: "HUB18-0001", answer: true},
		{name: "answers our letter from an unknown address", at: during1, known: Known{Token: &case1}, place: Joins, call: "hubs-2018", inCase: "HUB18-0001", answer: true, added: true},
		{name: "answers our letter, may not be answered", at: during1, mail: []change{noAnswer, files}, known: Known{Token: &case1}, place: Joins, call: "hubs-2018", inCase: "HUB18-0001", added: true},
		{name: "answers our letter, DMARC fails", at: during1, mail: []change{dmarc, files}, known: Known{Token: &case1, Sender: []CaseRef{case1}}, place: Waits, call: "hubs-2018", inCase: "HUB18-0001"},
		{name: "answers our letter, spam", at: during1, mail: []change{spam, files}, known: Known{Token: &case1}, place: Waits, call: "hubs-2018", inCase: "HUB18-0001"},
		{name: "answers our letter, DMARC fails, no file", at: during1, mail: []change{dmarc}, known: Known{Token: &case1}, place: Keeps, call: "hubs-2018"},
		{name: "known sender", at: during1, known: Known{Sender: []CaseRef{case1}}, place: Joins, call: "hubs-2018", inCase: "HUB18-0001", answer: true},
		{name: "a sender that came by a token writes again without one", at: during1, known: Known{Sender: []CaseRef{{ID: 1, Ref: "HUB18-0001", CallID: "hubs-2018", Added: true}}}, place: Joins, call: "hubs-2018", inCase: "HUB18-0001", answer: true, added: true},
		{name: "known sender in two cases", at: during1, known: Known{Sender: []CaseRef{case1, other1}}, place: Waits, call: "hubs-2018", answer: true},
		{name: "two cases, but answers a letter", at: during1, known: Known{Token: &other1, Sender: []CaseRef{case1, other1}}, place: Joins, call: "hubs-2018", inCase: "HUB18-0002", answer: true},
		{name: "a stranger quotes a reference", at: during1, mail: []change{files}, known: Known{Named: &case1}, place: Waits, call: "hubs-2018", inCase: "HUB18-0001", answer: true},
		{name: "a colleague forwards", at: during1, mail: []change{staff, files}, known: Known{Token: &case1}, place: Waits, call: "hubs-2018", inCase: "HUB18-0001"},
		{name: "out of office", at: during1, mail: []change{kind(AutoReply)}, known: Known{Token: &case1}, place: Keeps, call: "hubs-2018"},
		{name: "an automatic mail with a file", at: during1, mail: []change{kind(AutoReply), files}, place: Waits, call: "hubs-2018"},
		{name: "a newsletter", at: during1, mail: []change{kind(List)}, place: Keeps, call: "hubs-2018"},
		{name: "a bounce", at: during1, mail: []change{kind(Bounce), files}, known: Known{Token: &case1}, place: Keeps, call: "hubs-2018", inCase: "HUB18-0001"},

		{name: "first deposit in the minute after", at: arbitrated, mail: []change{files}, place: Opens, call: "hubs-2018", answer: true},
		{name: "first contact without a file in the minute after", at: arbitrated, place: Keeps, answer: true, closed: true},
		{name: "first deposit after the deadline", at: justAfter, mail: []change{files}, place: Opens, call: "hubs-2018", answer: true},
		{name: "first contact after the deadline", at: justAfter, place: Keeps, answer: true, closed: true},
		{name: "known sender after the deadline", at: justAfter, mail: []change{files}, known: Known{Sender: []CaseRef{case1}}, place: Joins, call: "hubs-2018", inCase: "HUB18-0001", answer: true},
		{name: "known sender long after", at: gap, known: Known{Sender: []CaseRef{case1}}, place: Joins, call: "hubs-2018", inCase: "HUB18-0001", answer: true},
		{name: "first deposit too long after", at: afterLate, mail: []change{files}, place: Keeps, answer: true, closed: true},
		{name: "between editions", at: gap, place: Keeps, answer: true, closed: true},
		{name: "before every edition", at: "2018-09-01T09:00:00Z", place: Keeps, answer: true, closed: true},

		{name: "a thread of a closed edition goes on in an open one", at: during2, known: Known{Token: &case1, Sender: []CaseRef{case1}}, place: Opens, call: "hubs-2020", answer: true, linked: "HUB18-0001"},
		{name: "the same, and has a case already", at: during2, known: Known{Token: &case1, Sender: []CaseRef{case1, case2}}, place: Joins, call: "hubs-2020", inCase: "HUB20-0001", answer: true},
		{name: "a sender of edition 1 writes anew in edition 2", at: during2, known: Known{Sender: []CaseRef{case1}}, place: Opens, call: "hubs-2020", answer: true},
		{name: "a reference of a closed edition opens nothing and hinders nothing", at: during2, known: Known{Named: &case1}, place: Opens, call: "hubs-2020", answer: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			instant, err := time.Parse(time.RFC3339, tc.at)
			if err != nil {
				t.Fatal(err)
			}
			m := &Mail{From: Address{Address: "a@asso.example"}, Clocks: Clocks{Boundary: instant, InternalDate: instant, Fetched: instant}}
			person(m)
			for _, c := range tc.mail {
				c(m)
			}
			r := Decide(calls, m, tc.known)
			call, inCase, linked := "", "", ""
			if r.Call != nil {
				call = r.Call.ID
			}
			if r.Case != nil {
				inCase = r.Case.Ref
			}
			if r.Linked != nil {
				linked = r.Linked.Ref
			}
			if r.Place != tc.place || call != tc.call && tc.place != Keeps || inCase != tc.inCase || r.Answer != tc.answer || r.Closed != tc.closed || r.Added != tc.added || linked != tc.linked {
				t.Errorf("got %+v (call %q, case %q, linked %q)", r, call, inCase, linked)
			}
			if r.Why == "" {
				t.Error("no reason is given to staff")
			}
		})
	}
}

func TestReferences(t *testing.T) {
	calls := Calls{edition1(t), edition2(t)}
	for subject, want := range map[string]string{
		"Re: [HUB18-0042] Votre dossier": "HUB18-0042",
		"hub20-0007 suite":               "HUB20-0007",
		"XHUB18-0042":                    "",
		"HUB18-42":                       "",
		"rien":                           "",
	} {
		got := ""
		if refs := References(subject, calls); len(refs) > 0 {
			got = refs[0]
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", subject, got, want)
		}
	}
}

func TestGivesUp(t *testing.T) {
	for text, want := range map[string]bool{
		"DÉSISTEMENT\n":                     true,
		"\n\n  désistement.  \nBien à vous": true,
		"De\u0301sistement":                 true,
		"Nous ne nous désistons pas":        false,
		"Désistement ? Non !":               false,
		"":                                  false,
	} {
		if got := GivesUp(FirstLine(text)); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// TestToken: the same letter has the same token, any other letter another, and
// the token is found again in its Message-ID only.
func TestToken(t *testing.T) {
	key := []byte("0123456789abcdef0123456789abcdef")
	base := Token(key, "aap@cdc.example", LetterAck, "", "aa")
	for name, other := range map[string]string{
		"key":        Token([]byte("x"), "aap@cdc.example", LetterAck, "", "aa"),
		"mailbox":    Token(key, "b@cdc.example", LetterAck, "", "aa"),
		"kind":       Token(key, "aap@cdc.example", LetterPack, "", "aa"),
		"occurrence": Token(key, "aap@cdc.example", LetterAck, "1", "aa"),
		"cause":      Token(key, "aap@cdc.example", LetterAck, "", "ab"),
		"border":     Token(key, "aap@cdc.example", LetterAck, "a", "a"),
	} {
		if other == base {
			t.Errorf("another %s gives the same token", name)
		}
	}
	id := MessageID(base, "aap@cdc.example")
	if TokenOf(id) != base {
		t.Errorf("token of %s is %q, want %q", id, TokenOf(id), base)
	}
	for _, forged := range []string{"", "x@y", "greffier.short@cdc.example", base + "@cdc.example", "greffier." + base} {
		if TokenOf(forged) != "" {
			t.Errorf("%q gives a token", forged)
		}
	}
}

func TestBareKey(t *testing.T) {
	for in, want := range map[string]string{
		"AAP+abc@CDC.example": "aap@cdc.example", "aap@cdc.example": "aap@cdc.example", "a+b+c@d.example": "a@d.example", "nobody": "nobody", "": "",
	} {
		if got := BareKey(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
