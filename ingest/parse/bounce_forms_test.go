package parse

import (
	"strings"
	"testing"
)

// TestBounceForms: what each mail system says of the recipient, and behaviour
// 25's link to our letter by its Message-ID, in every form in which the
// original comes back.
func TestBounceForms(t *testing.T) {
	const letter = "greffier.k2j4m6n8p3q5r7s9t2v4w6x8y3@funder.example"
	for _, c := range []struct {
		fixture, address string
		action           Action
		status           string
		full             bool
	}{
		{"microsoft365-french", "claire@hub.example", ActionFailed, "5.1.10", false},
		{"microsoft365-html-only", "claire@hub.example", ActionFailed, "5.2.2", true},
		{"exchange-2003", "claire@hub.example", ActionFailed, "5.1.1", false},
		{"exchange-2010-french", "claire@hub.example", ActionFailed, "5.1.1", false},
		{"exchange-delayed", "claire@hub.example", ActionDelayed, "4.4.7", false},
		{"exim", "claire@hub.example", ActionFailed, "5.2.2", true},
		{"exim-warning", "claire@hub.example", ActionDelayed, "", false},
		{"sendmail", "claire@hub.example", ActionFailed, "5.2.2", true},
		{"courier", "claire@hub.example", ActionFailed, "5.0.0", false},
		{"domino-french", "claire@hub.example", ActionFailed, "5.1.1", false},
		{"groupwise", "claire@hub.example", ActionFailed, "", false},
		{"mdaemon", "claire@hub.example", ActionFailed, "", false},
		{"zimbra-quota", "claire@hub.example", ActionFailed, "4.2.2", true},
		{"icewarp", "claire@hub.example", ActionFailed, "5.1.1", false},
		{"qmail-french", "claire@hub.example", ActionFailed, "5.2.2", true},
		{"orange", "claire@hub.example", ActionFailed, "5.1.1", false},
		{"free", "claire@hub.example", ActionFailed, "5.2.1", true},
		{"laposte", "claire@hub.example", ActionFailed, "5.5.0", false},
		{"sfr-retard", "claire@hub.example", ActionDelayed, "", false},
		{"gmail-full", "claire@hub.example", ActionFailed, "5.2.2", true},
		{"gmail-delay", "claire@hub.example", ActionDelayed, "", false},
		{"yahoo", "claire@hub.example", ActionFailed, "5.1.1", false},
		{"amazon-full", "claire@hub.example", ActionDelayed, "5.2.2", true},
		{"mimecast", "claire@hub.example", ActionFailed, "5.0.0", false},
		{"barracuda", "claire@hub.example", ActionFailed, "5.7.1", false},
		{"utf8-address", "renée@hub.example", ActionFailed, "5.1.1", false},
		{"status-as-text-file", "claire@hub.example", ActionFailed, "5.1.1", false},
		{"groups-without-blank-line", "claire@hub.example", ActionFailed, "5.1.1", false},
		{"original-in-base64", "claire@hub.example", ActionFailed, "5.1.1", false},
		{"original-quoted", "claire@hub.example", ActionFailed, "5.1.1", false},
		{"id-in-a-log-line", "claire@hub.example", ActionFailed, "5.1.1", false},
		{"thread-only", "claire@hub.example", ActionFailed, "5.1.1", false},
		{"within-a-bounce", "claire@hub.example", ActionFailed, "5.1.1", false},
	} {
		t.Run(c.fixture, func(t *testing.T) {
			m := fixture(t, "bounce-"+c.fixture, Options{OwnAddresses: []string{"aap@funder.example"}})
			if m.Kind != KindBounce || m.Answerable {
				t.Errorf("kind %s, answerable %v: %q", m.Kind, m.Answerable, m.Reasons)
			}
			if m.About != letter {
				t.Errorf("about %q, mentioned %q", m.About, m.Mentioned)
			}
			if len(m.Recipients) == 0 {
				t.Fatal("no recipient")
			}
			if r := m.Recipients[0]; r.Address != c.address || r.Action != c.action || r.Status != c.status || r.Full != c.full {
				t.Errorf("recipient %+v", r)
			}
			want := ""
			if c.action == ActionFailed {
				want = c.address
			}
			if got := strings.Join(m.Failed, " "); got != want {
				t.Errorf("failed %q, want %q", got, want)
			}
		})
	}
	for _, name := range []string{"report-abuse", "report-abuse-outlook", "report-read-french"} {
		if m := fixture(t, name, Options{}); m.Kind != KindReport || m.About != letter || m.Answerable || len(m.Failed) > 0 {
			t.Errorf("%s: %s about %q, failed %q", name, m.Kind, m.About, m.Failed)
		}
	}
}

// TestFull: the words of a mailbox that takes no more, against those of an
// address that is dead.
func TestFull(t *testing.T) {
	for text, want := range map[string]bool{
		"552 5.2.2 user over quota":                                                true,
		"452-4.2.2 The recipient's inbox is out of storage space":                  true,
		"550 5.2.1 claire: This mailbox is over quota":                             true,
		"554 delivery error: Sorry your message cannot be delivered: mailbox full": true,
		"552 requested mail action aborted: exceeded storage allocation":           true,
		"552 Quota exceeded":                                   true,
		"550 Boîte aux lettres pleine":                         true,
		"La boîte de réception du destinataire est pleine":     true,
		"Le destinataire a dépassé son quota":                  true,
		"La messagerie est saturée":                            true,
		"550 5.1.1 user unknown":                               false,
		"550 5.2.1 mailbox disabled":                           false,
		"552 5.3.4 message size exceeds fixed limit":           false,
		"550 5.7.1 full of spam":                               false,
		"550 sender has exceeded the hourly quota of messages": false,
	} {
		if got := newRecipient("a@hub.example", ActionFailed, "", text).Full; got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
