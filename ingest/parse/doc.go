// Package parse turns the bytes of a mail into what they say: who wrote, the
// text, the files, what kind of mail it is, whether a machine may answer it.
//
// The promise: any bytes are a mail. Read fails on an I/O error of its source
// and on nothing else; whatever a mail breaks, the rest of it is read and a
// warning tells staff what was not. No part is dropped: what cannot be decoded
// is listed with the bytes it came with. Time is linear and memory bounded (see
// limits.go), whatever the size or the malice of the mail.
//
// # How a mail is read
//
// The archived file is read in one pass, line by line, by a splitter of our own
// that keeps offsets only (split.go, header.go). Each leaf is then a range of
// the file and a transfer encoding; go-message decodes it, one at a time,
// through fronts that make canonical base64 and quoted-printable of what was
// sent (transfer.go). Bodies become text (charset.go, text.go, html.go,
// quote.go); all else is hashed as it streams past. Containers are opened where
// their members are files of the mail: message/rfc822, TNEF, opaque S/MIME,
// uuencoded blocks. TNEF is read as it streams by; what must be split after it
// was decoded lies in Options.Spool meanwhile, off the heap. What cannot be
// opened (encrypted mail, pieces of a mail, files left on a server) is shown as
// what it is. A Locator leads back to the decoded bytes of any part, so that
// nothing but the mail itself need be stored (locator.go).
//
// # Where it departs from the RFCs
//
// Always towards what a person would read, and each time because someone sends
// it. The places say so in full; the larger ones are:
//
//   - RFC 5322 section 2.2: header lines without colon, an mbox "From " line, a
//     byte order mark, CR CR LF, bare CR, NUL (relays, import tools, scripts).
//   - RFC 5322 section 3.3: dates in French words (scripts under a French
//     locale), with "+02:00" (JavaScript), ISO 8601 (databases). "CEST" is
//     +0200, not the unknown zone of section 4.3: half of Europe writes it for
//     half the year.
//   - RFC 5322 section 3.4: Outlook's semicolons, names with bare commas,
//     addresses in single quotes or twice (address books).
//   - RFC 5322 section 3.6.4: message ids without "@", with blanks (Exchange).
//   - RFC 2047 section 5: encoded words inside quotes, in parameters, with
//     blanks, cut within a character (Outlook, webmailers).
//   - RFC 2231: charsets other than UTF-8, pieces in any order, file names
//     neither quoted nor encoded (Apple Mail, PHP scripts).
//   - RFC 2045 section 5.1: unquoted values with any character, two parameters
//     of one name, media types that are none (scripts).
//   - RFC 2045 section 6.7: lower-case hexadecimal, blanks after a soft break,
//     bare "=" (form mailers, relays); section 6.8: padding missing or in the
//     middle (senders that encode in chunks), footers of list software behind
//     the base64.
//   - RFC 2046 section 4.1.2: a charset that is not the one declared, or no
//     charset's name. Outlook calls windows-1252 ISO-8859-1, PHP forms call
//     UTF-8 what the visitor's browser sent in Latin-1.
//   - RFC 2046 section 5.1: boundaries never closed (mail cut by a size limit),
//     not the declared one, the same on two levels, parts after the last one;
//     section 5.2.1: message/rfc822 in base64 (Exchange).
//   - RFC 2183 section 2.1: "inline" is not believed on documents and on
//     photographs that no text shows: Apple Mail and iPhones write it on every
//     attachment, and a candidate's statutes are no decoration.
//   - RFC 3464 section 2.3: statuses without Action, "failed" with 4.x.x, groups
//     of recipients without the empty line between them (AOL), statuses in a
//     text or a file (relays); and all the reports in words only (qmail, Exim,
//     Exchange, Orange…).
//
// # What is believed
//
// Nothing in a mail proves who wrote it. DMARC holds the verdict of our own
// server only, and only from its topmost Authentication-Results; Received is
// given as it stands, for the caller to decide which hops are ours. X- fields
// of our own name mean nothing. A signature (S/MIME, PGP) is told, never
// trusted: no issuer is asked, and whoever signs may name himself as he likes.
//
// # What is new in an answer
//
// NewText is what the sender wrote this time: without the history that his
// client quotes and without his signature. The rules (quote.go) read the words
// and bars of the clients in use in France. They err towards too little: a
// quoted word must never count as written, since one word can withdraw a
// candidacy. What is forwarded is no history, and stays.
package parse
