package parse

// The warnings of a mail and of its parts, for staff who know nothing of mail:
// each says what is wrong, where, and what to do if there is anything to do.
// Those of a part stand with it and call it "this file". Their wording is their
// identity, %-verbs being the only thing that varies: whoever shows them in
// another language looks them up by it.
const (
	// Above the text.
	warnHeaderCut      = "The header of the mail is too long (sender, subject, path…); a part of it was left out."
	warnNoSender       = "The mail names no sender (From): nobody can be answered."
	warnSenders        = "The mail names several senders; the first one with an address is taken."
	warnSubjectCut     = "The subject of the mail is too long; its beginning is shown."
	warnDate           = "The date that the sender gave cannot be read; the time of reception is not concerned."
	warnReferences     = "The mail refers to too many earlier mails; the first and the last ones are kept."
	warnHops           = "The mail passed through too many servers; the last %d are kept."
	warnAddresses      = "The mail has too many addresses in its field %q; the first %d are kept."
	warnTextDamaged    = "The text of the mail is damaged; it is shown as far as it could be read."
	warnTextCut        = "The text of the mail is too long and is shown cut; the whole is in the archived mail."
	warnTextKept       = "The text of the mail is too long; its beginning is shown, and the whole is kept as a file."
	warnCharacters     = "Some characters of the text could not be read; \ufffd stands in their place."
	warnBlocks         = "The text of the mail holds too many encoded files, written into it; the first %d are listed."
	warnPGPText        = "The text of the mail is encrypted (PGP) and cannot be read here. Ask the sender to send it again without encryption."
	warnPGP            = "The mail is encrypted (PGP): its text and files cannot be read here. Ask the sender to send them again without encryption."
	warnSMIME          = "The mail is encrypted (S/MIME): its text and files cannot be read here. Ask the sender to send them again without encryption."
	warnPartial        = "The mail is only one piece of a mail that the sender's program cut up: it cannot be read alone. Ask the sender to send the files again in several ordinary mails."
	warnExternal       = "A file of the mail did not come: the sender's program sent a note of where it lies instead. Ask the sender to attach the file itself."
	warnDepth          = "The mail has messages within messages, too deeply nested to be opened; what lies deeper is kept as one file."
	warnParts          = "The mail has more than %d parts (files and texts); those that follow are kept as one file."
	warnCut            = "The mail ends too early: it may have been cut on its way. If its last file does not open, ask the sender to send it again."
	warnInnerLarge     = "A message or a signed mail within the mail (%q) is too large to be opened here; it is kept as a file, to be opened with a mail program."
	warnPartsPacked    = "The mail has more than %d parts (files and texts); those that follow are kept within the files they came in."
	warnPacked         = "The mail holds messages packed within each other more than %d times; the innermost is kept as a file, to be opened by hand."
	warnPartClosed     = "This file is damaged and could not be opened; it is kept as it came. Ask the sender to send it again."
	warnPartHeaderCut  = "The description of this file in the mail is too long and was cut; its name may be missing."
	warnPartEncoding   = "This file was sent in an unknown encoding; its bytes are kept as they came and may not open. If so, ask the sender to send it again."
	warnTextNotEncoded = "The text is not encoded as the mail says; it is read as it came."
	warnPartNotEncoded = "This file is not encoded as the mail says; its bytes are kept as they came."
	warnPartDamaged    = "This file is damaged; it was read as far as it goes. Ask the sender to send it again."
	warnPartRest       = "This is all that follows in the mail, undecoded: the mail has too many files and texts."
	warnPartCipher     = "This is the encrypted mail (S/MIME): only the key of the one it was meant for opens it."
	warnPartUnopened   = "This signed mail (S/MIME) is damaged and cannot be opened. Ask the sender to send it again without a signature."
	warnPartOutlook    = "This Outlook container (winmail.dat) is damaged; it was opened as far as it goes. If a file is missing, ask the sender to send it again."
	warnPartOldEncoded = "This file was written into the text by an old method (%s) that is not opened here. Ask the sender to attach it."
	warnPartPiece      = "This is one piece of a mail that the sender's program cut up; alone it cannot be read."
	warnPartElsewhere  = "This is only a note of where a file lies (%s); the file did not come and is not fetched."

	// What a signature says (S/MIME, PGP). None of it proves who wrote.
	warnSigned        = "The signature (S/MIME) is in the name of %s, by a certificate that names %s as its issuer. Neither was verified: it is no proof of who wrote."
	warnSignedUnknown = "The signature (S/MIME) has no certificate that can be read; it was not checked."
	warnSignedOther   = "The signature is not in the name of the sender's address."
	warnSignedAt      = "The signature says that it was made on %s."
	warnSignedSame    = "What was signed has not been changed since."
	warnSignedChanged = "What was signed has been changed since, on its way or by someone. If in doubt, ask the sender to send the files again."
	warnSignedAlone   = "Whether what was signed has been changed since could not be checked."
	warnSignedPGP     = "The mail is signed (PGP); the signature was not checked."
)
