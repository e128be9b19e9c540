// Package notify writes greffier's letters and brings them out.
//
// A letter is owed by the store together with the facts it tells. Letters
// words it, once: from one template, in French, come the subject, the plain
// text and the HTML part, and from these the exact bytes of a mail. Sender
// delivers those bytes over SMTP, within the limits that keep a mistake small.
//
// What is promised: a letter leaves at most once for each answer of the server
// that takes it; an attempt is recorded before it is made; what the server
// said is kept. When the server refuses a letter for good, staff hear of it;
// when it asks for patience, or cannot be reached, the letter is tried again.
// A connection that ends after the whole letter was handed over and before the
// answer came leaves the outcome unknown: the letter is sent again, with the
// same Message-ID, because a letter twice is better than silence. Values that
// come from outside (names, subjects, file names, addresses) are quoted as
// they came, and can add neither a header nor a paragraph to a letter.
//
// # Templates
//
// Each kind of letter is one text/template file, KIND.txt; shared.txt holds
// what several letters share. An operator may replace any of them for a call.
// The first line is "Objet : " and the subject. The rest is the text: a blank
// line parts paragraphs, "- " begins an item of a list, "## " a heading. A
// paragraph is written on one line, however long. Ordinary spaces before : ; !
// ? » and after « become no-break spaces. A template tells the fields and
// methods of Data, with these functions beside those of text/template:
//
//	date T      vendredi 30 novembre 2018 à 17 h 00 (heure de Paris)
//	instant T   the same to the second
//	day T       vendredi 30 novembre 2018
//	span D      4 min 12 s
//	size N      1,2 Mo
//	number N    5 000 000
//	plural N "fichier" "fichiers"   3 fichiers
//	inDays N    aujourd’hui, demain, dans 12 jours
//	join LIST ", "
//	faulty FILES     those that have to be sent again
//	unsorted FILES   whether one of them is à classer
package notify
