package ingest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/cases"
	"greffier/ingest"
	"greffier/ingest/parse"
)

func TestPlusTags(t *testing.T) {
	to := func(list ...string) (out []parse.Address) {
		for _, a := range list {
			out = append(out, parse.Address{Address: a})
		}
		return out
	}
	for name, c := range map[string]struct {
		mail      parse.Mail
		delivered []string
		want      []string
	}{
		"in To":                 {mail: parse.Mail{To: to("aap-hubsinclusifs+abc@caissedesdepots.fr")}, want: []string{"abc"}},
		"in Cc, other case":     {mail: parse.Mail{Cc: to("AAP-HUBSINCLUSIFS+ABC@CaisseDesDepots.FR")}, want: []string{"abc"}},
		"recorded at delivery":  {delivered: []string{"AAP-Hubsinclusifs+abc@caissedesdepots.fr"}, want: []string{"abc"}},
		"once":                  {mail: parse.Mail{To: to(mailbox, "AAP-Hubsinclusifs+abc@caissedesdepots.fr")}, delivered: []string{"AAP-Hubsinclusifs+abc@caissedesdepots.fr"}, want: []string{"abc"}},
		"a plus within the tag": {mail: parse.Mail{To: to("AAP-Hubsinclusifs+a+b@caissedesdepots.fr")}, want: []string{"a+b"}},
		"no tag":                {mail: parse.Mail{To: to(mailbox, "AAP-Hubsinclusifs+@caissedesdepots.fr")}},
		"somebody else's":       {mail: parse.Mail{To: to("direction+abc@caissedesdepots.fr")}},
		"another domain":        {mail: parse.Mail{To: to("AAP-Hubsinclusifs+abc@example.org")}},
		"not an address":        {mail: parse.Mail{To: to("", "AAP-Hubsinclusifs+abc")}},
	} {
		got := ingest.Map(ingest.Config{Mailbox: mailbox}, &c.mail, c.delivered, arrived, arrived)
		if !slices.Equal(got.PlusTags, c.want) {
			t.Errorf("%s: tags %q, want %q", name, got.PlusTags, c.want)
		}
	}
}

func TestRecipients(t *testing.T) {
	raw := crlf("Return-Path: <>\nDelivered-To: <a+1@example.org>\nX-Original-To: b@example.org\nX-Long: " + strings.Repeat("y", 9000) +
		"\nenvelope-to: c@example.org\n\nDelivered-To: body@example.org\n")
	want := []string{"a+1@example.org", "b@example.org", "c@example.org"}
	if got := ingest.Recipients(strings.NewReader(raw), int64(len(raw))); !slices.Equal(got, want) {
		t.Errorf("recipients %q, want %q", got, want)
	}
}

func TestStaffMail(t *testing.T) {
	cfg := ingest.Config{Mailbox: mailbox, StaffDomains: []string{"caissedesdepots.fr", "banquedesterritoires.fr"}}
	for from, want := range map[string]bool{
		"agent@caissedesdepots.fr":      true,
		"Agent@BanqueDesTerritoires.FR": true,
		"agent@mail.caissedesdepots.fr": false,
		"asso@example.org":              false,
		"caissedesdepots.fr@evil.org":   false,
		"":                              false,
	} {
		m := &parse.Mail{From: parse.Address{Address: from}}
		if got := ingest.Map(cfg, m, nil, arrived, arrived).Staff; got != want {
			t.Errorf("%q is staff: %v, want %v", from, got, want)
		}
	}
}

// Silence goes by the instant of reception that counts, never by the Date field.
func TestSilent(t *testing.T) {
	since := time.Date(2018, 9, 13, 0, 0, 0, 0, time.UTC)
	cfg := ingest.Config{Mailbox: mailbox, AnswerSince: since, ReceivedBy: []string{"mx.caissedesdepots.fr"}}
	hop := func(at time.Time) []parse.Hop {
		return []parse.Hop{{By: "mx.caissedesdepots.fr", FromClaimed: "x.example", At: at}}
	}
	for name, c := range map[string]struct {
		hops         []parse.Hop
		date         time.Time
		internalDate time.Time
		want         bool
	}{
		"taken in before":                         {hop(since.Add(-time.Second)), since, since.Add(time.Hour), true},
		"taken in at that instant":                {hop(since), since, since.Add(time.Hour), false},
		"no hop, INTERNALDATE before":             {nil, since.Add(time.Hour), since.Add(-time.Second), true},
		"no hop, INTERNALDATE after, Date before": {nil, since.Add(-time.Hour), since, false},
	} {
		got := ingest.Map(cfg, &parse.Mail{Received: c.hops, Date: c.date}, nil, c.internalDate, since.Add(time.Hour))
		if got.Silent != c.want {
			t.Errorf("%s: silent %v, want %v", name, got.Silent, c.want)
		}
	}
}

func TestFurniture(t *testing.T) {
	m := &parse.Mail{Parts: []parse.Part{
		{ID: "1", Filename: "statuts.pdf", MediaType: "application/pdf", Locator: "1+2:b64", SHA256: "ab", Size: 3, MemberOf: "2", Warnings: []string{"w"}},
		{ID: "2", Filename: "logo.png", MediaType: "image/png", Signature: true},
		{ID: "3", Filename: "image001.png", MediaType: "image/png", Inline: true},
		{ID: "4", Filename: "carte.vcf", MediaType: "text/vcard", Signature: true},
		{ID: "5", Filename: "scan.jpg", MediaType: "image/jpeg"},
	}}
	got := ingest.Map(ingest.Config{}, m, nil, arrived, arrived)
	var deposits []string
	for _, p := range got.Parts {
		if !p.Furniture {
			deposits = append(deposits, p.Filename)
		}
	}
	if want := []string{"statuts.pdf", "scan.jpg"}; !slices.Equal(deposits, want) {
		t.Errorf("deposits %q, want %q", deposits, want)
	}
	want := cases.Part{ID: "1", Filename: "statuts.pdf", MediaType: "application/pdf", Locator: "1+2:b64", SHA256: "ab", Size: 3, MemberOf: "2"}
	got.Parts[0].Warnings = nil
	if p := got.Parts[0]; p.ID != want.ID || p.Locator != want.Locator || p.SHA256 != want.SHA256 || p.Size != want.Size || p.MemberOf != want.MemberOf {
		t.Errorf("part %+v, want %+v", p, want)
	}
}

// TestMapping: behaviour 30.
func TestMapping(t *testing.T) {
	internal, fetched, date := arrived, arrived.Add(time.Minute), arrived.Add(-time.Minute)
	m := &parse.Mail{
		MessageID: "m@example.org", From: parse.Address{Name: "Asso", Address: "a@example.org"},
		ReplyTo: []parse.Address{{Address: "x@other.example"}}, Subject: "Sujet", Date: date,
		InReplyTo: []string{"r@x"}, References: []string{"q@x"}, Text: "\nBonjour\n> cité", NewText: "\n Bonjour \n",
		DMARC: "fail", Spam: true, Kind: parse.KindBounce, Reasons: []string{"DSN"}, About: "l@x", Mentioned: []string{"l@x", "k@x"},
		Recipients: []parse.Recipient{{Address: "z@x", Original: "y@x", Action: parse.ActionFailed, Diagnostic: "552 full", Full: true}, {Address: "w@x", Action: parse.ActionDelayed}},
		Links:      []string{"https://wetransfer.com/abc"}, Warnings: []string{"odd"},
	}
	got := ingest.Map(ingest.Config{Mailbox: mailbox}, m, nil, internal, fetched)
	if got.Clocks != (cases.Clocks{InternalDate: internal, Date: date, Fetched: fetched}) {
		t.Errorf("clocks %+v", got.Clocks)
	}
	if got.Rest != "> cité" {
		t.Errorf("the rest of the text is %q", got.Rest)
	}
	if cases.FirstLine(got.Text) != "Bonjour" || got.Kind != cases.Bounce || !got.DMARCFail || !got.Spam || got.About != "l@x" || got.Mentioned[1] != "k@x" ||
		!slices.Equal(got.Failed, []cases.Failure{{Address: "z@x", Said: "552 full", Full: true}, {Address: "y@x", Said: "552 full", Full: true}}) ||
		got.From.Name != "Asso" || got.Answerable {
		t.Errorf("mapped to %+v", got)
	}
	if !slices.Equal(got.Links, m.Links) {
		t.Errorf("links %q", got.Links)
	}
	if len(got.Warnings) != 2 || len(m.Warnings) != 1 {
		t.Errorf("warnings %q; want the parser's and one for Reply-To", got.Warnings)
	}
}
