package notify

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"greffier/cases"
	"greffier/cases/french"
)

// calendarName is the file that puts a hearing into the reader's calendar.
const calendarName = "audition.ics"

// calendar makes the calendar file of a hearing (RFC 5545). It is published
// (RFC 5546 section 3.2.1): a request would have calendars answer by mails that
// no person wrote, and the letter asks for a person's answer anyway. Instants
// are in UTC, so that every calendar shows its owner's own time. A changed
// hearing keeps its UID, under a higher SEQUENCE.
func calendar(f cases.Facts, call *cases.Call, mailbox cases.Address, now time.Time) string {
	h := f.Hearing
	const utc = "20060102T150405Z"
	var b strings.Builder
	line := func(name, value string) { writeFolded(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//greffier//FR")
	line("METHOD", "PUBLISH")
	line("BEGIN", "VEVENT")
	line("UID", calendarText(f.Ref+".audition@"+mailbox.Domain()))
	line("SEQUENCE", fmt.Sprint(h.Sequence))
	line("DTSTAMP", now.UTC().Format(utc))
	line("DTSTART", h.Begins.UTC().Format(utc))
	line("DTEND", h.Begins.Add(time.Duration(h.Minutes)*time.Minute).UTC().Format(utc))
	line("ORGANIZER", "mailto:"+flatten(mailbox.Address))
	line("SUMMARY", calendarText("Audition "+f.Ref+french.NBSP+": "+call.Name))
	if h.Place != "" || h.Link != "" {
		place := h.Place
		if place == "" {
			place = h.Link
		}
		line("LOCATION", calendarText(place))
	}
	if h.Link != "" {
		line("DESCRIPTION", calendarText("Visioconférence"+french.NBSP+": "+h.Link))
	}
	line("END", "VEVENT")
	line("END", "VCALENDAR")
	return b.String()
}

// calendarText escapes a text (RFC 5545 section 3.3.11) on one line.
func calendarText(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`).Replace(flatten(s))
}

// writeFolded writes a content line, folded so that none is longer than 75
// bytes and no character is cut (RFC 5545 section 3.1).
func writeFolded(b *strings.Builder, line string) {
	room := 75
	for _, r := range line {
		if n := utf8.RuneLen(r); n > room {
			b.WriteString("\r\n ")
			room = 74 - n
		} else {
			room -= n
		}
		b.WriteRune(r)
	}
	b.WriteString("\r\n")
}
