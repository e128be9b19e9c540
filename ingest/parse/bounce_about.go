package parse

import (
	"html"
	"slices"
)

// mentioned gives the Message-IDs of the mail a report speaks of, the likeliest
// first: from the mail that came back or its header, fields of the report, the
// text, files that hold what came back, and the thread. Gateways rewrite,
// cut and wrap what they return, so the caller looks for an id of its own in
// all of them.
func (m *reader) mentioned(h *header, r report) ([]string, error) {
	var out []string
	add := func(ids ...string) {
		for _, id := range ids {
			if len(out) < maxMentioned && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	scan := func(b []byte, own string) {
		for _, x := range reOriginalMID.FindAllSubmatch(b, maxMentioned) {
			if id := cleanID(slices.Concat(x[1], x[2])); id != own {
				add(id)
			}
		}
	}
	for _, o := range r.originals {
		// Relays that give a mail an id of their own keep the first one aside.
		for _, n := range []string{"message-id", "x-original-message-id", "original-message-id"} {
			for _, v := range o.all(n) {
				add(parseIDs(v)...)
			}
		}
	}
	for _, b := range r.blocks {
		for _, n := range []string{"original-message-id", "x-original-message-id"} {
			if b[n] != "" {
				add(parseIDs([]byte(b[n]))...)
			}
		}
	}
	for _, n := range []string{"x-ms-exchange-parent-message-id", "original-message-id", "x-original-message-id"} {
		for _, v := range h.all(n) {
			add(parseIDs(v)...)
		}
	}
	text, _ := cutText(m.mail.Text, maxLoose)
	scan([]byte(text), "")
	for _, b := range r.loose {
		scan([]byte(html.UnescapeString(string(b))), "")
	}
	if len(out) == 0 {
		raw := make([]byte, min(m.size, 1<<20))
		n, err := readAt(m.src, raw, 0)
		if err != nil {
			return nil, err
		}
		scan(raw[:n], m.mail.MessageID)
	}
	for _, list := range [][]string{m.mail.InReplyTo, m.mail.References} {
		for i := len(list) - 1; i >= 0; i-- {
			add(list[i])
		}
	}
	return out, nil
}
