package store

import "fmt"

// Why is a reason for which the store does not do what staff ask.
type Why string

const (
	WhyDecided      Why = "decided"        // the case has been decided
	WhySetAside     Why = "set_aside"      // the case was set aside, or is already
	WhyNotAside     Why = "not_aside"      // it was not set aside
	WhyMerged       Why = "merged"         // it went into another one
	WhyEmpty        Why = "empty"          // it has no mail
	WhyGoneOn       Why = "gone_on"        // it is past what mails and the deadline move
	WhyNotLate      Why = "not_late"       // a derogation is for late cases
	WhyNothing      Why = "nothing"        // there is nothing left to decide, or to take back
	WhyLater        Why = "later"          // a later decision stands upon it
	WhyMotive       Why = "motive"         // a motive is missing
	WhySameCase     Why = "same_case"      // one case is named twice
	WhyOtherEdition Why = "other_edition"  // the cases are of different editions
	WhyNoMail       Why = "no_mail"        // no mail is named
	WhyOpener       Why = "opener"         // the mail opened the case
	WhyNotItsMail   Why = "not_its_mail"   // the mail is none of the case
	WhyNoCandidate  Why = "no_candidate"   // the mail was not sent by a candidate
	WhyUnrecognised Why = "not_recognised" // nothing tells what the file is
	WhyWhichPiece   Why = "which_piece"    // no piece is named, or none of the call
	WhyReason       Why = "reason"         // a file is refused with a reason
	WhyDoubtful     Why = "doubtful"       // what was read cannot be right
	WhyUntold       Why = "untold"         // nothing tells the fact
	WhyValue        Why = "value"          // what was written is no value of the fact
	WhyText         Why = "text"           // the text is missing or too long
	WhyComplement   Why = "complement"     // a complement was asked of the case, which stays with it
	WhyNobody       Why = "nobody"         // no colleague of that name may sign in
	WhyByItsAct     Why = "by_its_act"     // a task is done by the decision that it asks for
)

// Refusal is that the store does not do what staff ask, and why: Why for
// programs, the text for people. Nothing was changed.
type Refusal struct {
	Why  Why
	text string
}

func (r *Refusal) Error() string { return r.text }

func refuse(why Why, format string, args ...any) error {
	return &Refusal{why, fmt.Sprintf(format, args...)}
}
