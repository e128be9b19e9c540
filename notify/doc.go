// Package notify writes greffier's letters and brings them out.
//
// A letter is owed by the store together with the facts it tells. Letters
// words it, once: from one template, in French, come the subject, the plain
// text and the HTML part, and from these the exact bytes of a mail. Sender
// delivers those bytes over SMTP, within the limits that keep a mistake small.
//
// What is promised: a letter that the server took is never sent again; an
// attempt is recorded before it is made; what the server said is kept. When the
// server refuses a letter for good, staff hear of it and it is not tried again;
// when it asks for patience, or cannot be reached, the letter is tried again,
// later and later, for five days. A connection that ends after the whole letter
// was handed over and before the answer came leaves the outcome unknown: the
// letter is sent again, with the same Message-ID and the same bytes, because a
// letter twice is better than silence; each such wait is four times the last
// one, so that a reader is not flooded.
//
// A server is believed only where its words fit: RCPT, the letter itself and its
// size are the letter's fault; all else (the connection, TLS, our login, our
// sender address, an answer out of place, without end or without sense) stops
// the round, and letters wait until the server is tried again, after 5 seconds
// to 2 minutes. No letter is given up because the server does not want us.
// Each step is bounded by Patience; when the context ends, the letter in hand
// has Grace. Values that
// come from outside (names, subjects, file names, addresses) are quoted as
// they came, and can add neither a header nor a paragraph to a letter.
//
// # Templates
//
// Each kind of letter is one text/template file, KIND.txt; shared.txt holds
// what several letters share. An operator may replace any of them for a call,
// and of shared.txt any part. The first line is "Objet : " and the subject.
// The rest is the text: a blank line parts paragraphs, "- " begins an item of
// a list, "| " a row of a table, whose cells are parted by "|" and whose first
// row heads the columns, "## " a heading. A paragraph is written on one line, however long.
// Ordinary spaces before : ; ! ? » — and after « become no-break spaces. A
// template tells the fields and methods of Data, with these functions beside
// those of text/template:
//
//	date T      vendredi 30 novembre 2018 à 17 h 00 (heure de Paris)
//	instant T   the same to the second
//	day T       vendredi 30 novembre 2018
//	span D      4 min 12 s
//	size N      1,2 Mo
//	number N    5 000 000
//	plural N "fichier" "fichiers"   3 fichiers
//	agree N "le fichier" "les fichiers"   without the number
//	inDays N    aujourd’hui, demain, dans 12 jours
//	join LIST ", "
//	faulty FILES     those that have to be sent again
//	listed FILES     the first 100, those that have to be sent again before others
//	unlisted FILES   how many that leaves out
//	unsorted FILES   whether one of them is à classer
package notify
