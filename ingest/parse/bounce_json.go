package parse

import (
	"encoding/json"
	"strings"
)

// sesNotification is what Amazon SES writes, as a mail of its own, when it
// tells of a delivery by notification instead of by a delivery status.
type sesNotification struct {
	NotificationType, EventType string
	Message                     string // the notification itself, in the envelope of Amazon SNS
	Bounce                      struct {
		BounceType, BounceSubType string
		BouncedRecipients         []sesRecipient
	}
	DeliveryDelay struct{ DelayedRecipients []sesRecipient }
	Mail          struct {
		MessageID     string
		CommonHeaders struct{ MessageID string }
	}
}

type sesRecipient struct{ EmailAddress, Status, DiagnosticCode string }

// readNotification reads such a text. The JSON ends where the service's own
// footer begins.
func readNotification(text string) (n sesNotification, ok bool) {
	if !strings.HasPrefix(text, "{") || !strings.Contains(text, "otificationType") && !strings.Contains(text, "eventType") {
		return n, false
	}
	// The one long line was broken on its way, within strings too ("!" and a
	// line end are what old sendmail leaves there).
	text = strings.NewReplacer("!\n ", "", "\n", "").Replace(text)
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&n); err != nil {
		return n, false
	}
	if n.Message != "" {
		var inner sesNotification
		if err := json.Unmarshal([]byte(n.Message), &inner); err != nil {
			return n, false
		}
		n = inner
	}
	return n, n.kind() != ""
}

// kind is "bounce", "complaint", "delivery" or "deliverydelay"; "" for none of
// them.
func (n sesNotification) kind() string {
	k := strings.ToLower(n.NotificationType)
	if k == "" {
		k = strings.ToLower(n.EventType)
	}
	switch k {
	case "bounce", "complaint", "delivery", "deliverydelay":
		return k
	}
	return ""
}

func (n sesNotification) complaint() bool { return n.kind() == "complaint" }

// recipients gives the recipients of a bounce or a delay. A transient bounce is
// one that the service no longer tries, for a reason that may pass: nobody is
// to be held unreachable for it.
func (n sesNotification) recipients() []Recipient {
	action := ActionDelayed
	if strings.EqualFold(n.Bounce.BounceType, "Permanent") {
		action = ActionFailed
	}
	var out []Recipient
	for _, r := range append(n.Bounce.BouncedRecipients, n.DeliveryDelay.DelayedRecipients...) {
		if validAddress(r.EmailAddress) && len(out) < maxFailed {
			x := newRecipient(r.EmailAddress, action, r.Status, r.DiagnosticCode)
			x.Full = x.Full || strings.EqualFold(n.Bounce.BounceSubType, "MailboxFull")
			out = append(out, x)
		}
	}
	return out
}

func (n sesNotification) about() string {
	if id := n.Mail.CommonHeaders.MessageID; id != "" {
		return strings.Trim(id, "<>")
	}
	return n.Mail.MessageID
}
