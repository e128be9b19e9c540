package ingest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"greffier/cases"
	"greffier/ingest/parse"
)

// mail turns what a mail says into what is filed of it. recipients are the
// addresses it was delivered to, as far as servers on its way recorded them.
func (c *Config) mail(m *parse.Mail, recipients []string, internalDate, fetched time.Time) cases.Mail {
	out := cases.Mail{
		MessageID:  m.MessageID,
		From:       cases.Address(m.From),
		ReplyTo:    addresses(m.ReplyTo),
		Subject:    m.Subject,
		InReplyTo:  m.InReplyTo,
		References: m.References,
		PlusTags:   plusTags(c.Mailbox, m, recipients),
		Text:       beginning(m.NewText),
		Signature:  beginning(m.Signature),
		Rest:       beginning(rest(m.Text, m.NewText)),
		Kind:       cases.Kind(m.Kind),
		Answerable: m.Answerable,
		Reasons:    m.Reasons,
		DMARCFail:  strings.EqualFold(m.DMARC, "fail"),
		Spam:       m.Spam,
		Failed:     failures(m.Recipients),
		About:      m.About,
		Mentioned:  m.Mentioned,
		Links:      m.Links,
		Warnings:   slices.Clone(m.Warnings),
		Clocks: cases.Clocks{
			Boundary: cases.Boundary(hops(m.Received), c.ReceivedBy), InternalDate: internalDate, Date: m.Date, Fetched: fetched,
		},
		Parts: parts(m.Parts),
	}
	domain := out.From.Domain()
	out.Staff = domain != "" && slices.ContainsFunc(c.StaffDomains, func(d string) bool { return strings.EqualFold(d, domain) })
	out.Own = cases.IsOurs(out.MessageID, c.Mailbox) ||
		slices.ContainsFunc(append([]string{c.Mailbox}, c.OwnAddresses...), func(own string) bool { return cases.BareKey(own) == cases.BareKey(out.From.Address) })
	unanswerable := func(why string) { out.Answerable, out.Reasons = false, append(slices.Clone(out.Reasons), why) }
	out.Doubtful = m.FromDoubt != ""
	switch {
	case cases.IsOurs(out.MessageID, c.Mailbox):
		unanswerable("it is one of our own letters that came back")
	case out.Kind == cases.Person && c.OwnLetter != nil && c.OwnLetter(m.Subject, m.NewText):
		// RFC 3834 section 2: the fields by which one machine knows another
		// may have been lost on the way.
		unanswerable("it reads as a letter that a program like this one wrote")
	}
	out.Silent = out.Decision().Before(c.AnswerSince)
	for i, a := range out.ReplyTo {
		if a.Domain() == domain {
			continue
		}
		if i >= elsewhereMost {
			out.Warnings = append(out.Warnings, "Answers are wanted at many more addresses.")
			break
		}
		out.Warnings = append(out.Warnings, fmt.Sprintf("Answers are wanted at %s, which is not in the sender's domain.", a.Address))
	}
	return out
}

// elsewhereMost is how many of the addresses that answers are wanted at are
// looked at one by one.
const elsewhereMost = 10

// beginning gives what is kept of a text for searching and for what it says of
// its files; the rest is in the archived mail.
func beginning(text string) string {
	const most = 16 << 10
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}

// rest gives the lines of a text that are not those said anew.
func rest(text, anew string) string {
	said := strings.Split(strings.TrimSpace(anew), "\n")
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if len(said) > 0 && strings.TrimSpace(line) == strings.TrimSpace(said[0]) {
			said = said[1:]
			continue
		}
		lines = append(lines, line)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func addresses(list []parse.Address) []cases.Address {
	out := make([]cases.Address, len(list))
	for i, a := range list {
		out[i] = cases.Address(a)
	}
	return out
}

// failures gives the addresses that failed for good: the one where delivery
// ended and the one the letter was sent to, which may have led on to it.
func failures(list []parse.Recipient) []cases.Failure {
	var out []cases.Failure
	for _, r := range list {
		if r.Action != parse.ActionFailed {
			continue
		}
		for _, address := range []string{r.Address, r.Original} {
			if address != "" {
				out = append(out, cases.Failure{Address: address, Said: r.Diagnostic, Full: r.Full})
			}
		}
	}
	return out
}

func hops(list []parse.Hop) []cases.Hop {
	out := make([]cases.Hop, len(list))
	for i, h := range list {
		out[i] = cases.Hop(h)
	}
	return out
}

// parts keeps every part. Furniture is what the text shows and what nobody
// deposits: inline images, signatures, vCards, calendars.
func parts(list []parse.Part) []cases.Part {
	out := make([]cases.Part, len(list))
	for i, p := range list {
		out[i] = cases.Part{
			ID: p.ID, Filename: p.Filename, MediaType: p.MediaType, Size: p.Size, SHA256: p.SHA256,
			Inline: p.Inline, Furniture: p.Signature || p.Inline, MemberOf: p.MemberOf, Locator: p.Locator, Warnings: p.Warnings,
		}
	}
	return out
}

// plusTags gives what stands after + in the addresses of ours that a mail was
// sent to (RFC 5233), in lower case, each once: in the fields its sender wrote,
// and in those a delivering server did, which is where the envelope recipient of
// a bounce shows.
func plusTags(mailbox string, m *parse.Mail, recipients []string) []string {
	for _, list := range [][]parse.Address{m.To, m.Cc} {
		for _, a := range list {
			recipients = append(recipients, a.Address)
		}
	}
	at := strings.LastIndexByte(mailbox, '@')
	if at < 0 {
		return nil
	}
	local, domain := cases.AddressKey(mailbox[:at]), cases.AddressKey(mailbox[at+1:])
	var tags []string
	for _, r := range recipients {
		key := cases.AddressKey(r)
		at := strings.LastIndexByte(key, '@')
		if at < 0 || key[at+1:] != domain {
			continue
		}
		tag, tagged := strings.CutPrefix(key[:at], local+"+")
		if tagged && tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}
