// Package cases holds the rules of a call for projects received by mail: which
// call a mail belongs to, whose case it joins, what the files are as pieces,
// whether a deposit was on time, how a case moves, which letter is owed, when a
// reminder is due, and how the journal is chained.
//
// The package promises to be pure: no SQL, no network, no file, no clock of its
// own. Every function gives the same answer for the same arguments, so that the
// verdict of today can be checked again in ten years from the evidence kept.
// Nothing here fails on what a stranger wrote: an input that proves nothing
// leads to a cautious answer (a mail waits, a verdict is left to a person),
// never to an error.
package cases
