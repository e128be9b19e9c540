package cases

// Phase is where a case stands; moved by mails, by the deadline, or by people.
type Phase string

const (
	Declared             Phase = "declared"
	Depositing           Phase = "depositing"
	Submitted            Phase = "submitted"
	NotDeposited         Phase = "not_deposited"
	IncompleteAtDeadline Phase = "incomplete_at_deadline"
	PhaseLate            Phase = "late"
	Admissibility        Phase = "admissibility"
	CompletionRequested  Phase = "completion_requested"
	Inadmissible         Phase = "inadmissible"
	Ineligible           Phase = "ineligible"
	Review               Phase = "review"
	Shortlisted          Phase = "shortlisted"
	NotShortlisted       Phase = "not_shortlisted"
	HearingScheduled     Phase = "hearing_scheduled"
	Heard                Phase = "heard"
	HearingMissed        Phase = "hearing_missed"
	Deliberation         Phase = "deliberation"
	Awarded              Phase = "awarded"
	Reserve              Phase = "reserve"
	Rejected             Phase = "rejected"
	Contracted           Phase = "contracted"
	Withdrawn            Phase = "withdrawn"
	Duplicate            Phase = "duplicate"
	NotApplication       Phase = "not_application"
)

// phaseLabels are the words that staff and candidates read.
var phaseLabels = map[Phase]string{
	Declared: "Candidature signalée", Depositing: "Dépôt en cours", Submitted: "Dossier déposé",
	NotDeposited: "Sans dépôt", IncompleteAtDeadline: "Incomplet à l’échéance", PhaseLate: "Hors délai",
	Admissibility: "Examen de recevabilité", CompletionRequested: "Complément demandé",
	Inadmissible: "Irrecevable", Ineligible: "Non éligible", Review: "En instruction",
	Shortlisted: "Présélectionné", NotShortlisted: "Non présélectionné",
	HearingScheduled: "Convoqué en audition", Heard: "Auditionné", HearingMissed: "Absent",
	Deliberation: "En délibération", Awarded: "Lauréat", Reserve: "Liste complémentaire",
	Rejected: "Non retenu", Contracted: "Conventionné", Withdrawn: "Désistement",
	Duplicate: "Doublon", NotApplication: "Hors objet",
}

// Phases lists the phases in the order in which a case may go through them.
func Phases() []Phase {
	return []Phase{
		Declared, Depositing, Submitted, NotDeposited, IncompleteAtDeadline, PhaseLate, Admissibility, CompletionRequested, Inadmissible, Ineligible,
		Review, Shortlisted, NotShortlisted, HearingScheduled, Heard, HearingMissed, Deliberation, Awarded, Reserve, Rejected, Contracted,
		Withdrawn, Duplicate, NotApplication,
	}
}

// Label is the French label of the phase.
func (p Phase) Label() string { return phaseLabels[p] }

// Event is something that may move a case.
type Event string

const (
	Contact         Event = "contact"          // a first mail without a file
	FollowUp        Event = "follow_up"        // a later mail without a file
	Deposit         Event = "deposit"          // files, on time or to arbitrate; the dossier is not complete
	CompleteDeposit Event = "complete_deposit" // the same, and now the dossier is complete
	LateDeposit     Event = "late_deposit"     // files after the deadline
	Withdrawal      Event = "withdrawal"       // the candidate gives up
	FoundComplete   Event = "found_complete"   // before the deadline, what staff say completes the dossier
	FoundIncomplete Event = "found_incomplete" // before the deadline, what staff say asks for more
	DeadlinePassed  Event = "deadline"         // every mail received before the deadline has been read
	FoundOnTime     Event = "found_on_time"    // after that, a deposit turns up that was received in time
	Derogation      Event = "derogation"       // staff admit a late case
	FoundDuplicate  Event = "duplicate"        // staff find that the candidacy has another case
	FoundOffSubject Event = "off_subject"      // staff find that it is no candidacy

	ComplementAsked   Event = "complement_asked"   // staff ask for pieces, until an instant
	ComplementDeposit Event = "complement_deposit" // files received after the deadline and by that instant
	ComplementEnded   Event = "complement_ended"   // all pieces asked for are here, or the instant has passed
)

// NewCase is the phase before a case exists.
const NewCase Phase = ""

// anyPhase matches every phase for which no line of its own stands above it.
const anyPhase Phase = "*"

// same leaves the phase as it is.
const same Phase = "="

// transitions is the life of a case up to and over the deadline. The first
// line that fits decides; an event without a line changes nothing.
var transitions = []struct {
	From   Phase
	Event  Event
	To     Phase
	Letter LetterKind
}{
	{NewCase, Contact, Declared, LetterPack},
	{NewCase, Deposit, Depositing, LetterAck},
	{NewCase, CompleteDeposit, Submitted, LetterAck},
	{NewCase, LateDeposit, PhaseLate, LetterLate},

	{Declared, Deposit, Depositing, LetterAck},
	{Declared, CompleteDeposit, Submitted, LetterAck},
	{Declared, LateDeposit, PhaseLate, LetterLate},
	{Depositing, CompleteDeposit, Submitted, LetterAck},
	{NotDeposited, LateDeposit, PhaseLate, LetterLate},

	{Depositing, FoundComplete, Submitted, NoLetter},
	{Submitted, FoundIncomplete, Depositing, NoLetter},

	{Declared, DeadlinePassed, NotDeposited, LetterClosed},
	{Depositing, DeadlinePassed, IncompleteAtDeadline, LetterIncomplete},
	{Submitted, DeadlinePassed, Admissibility, NoLetter},

	// A deposit received in time but found after the transition: the case goes
	// back to where it stood, takes the deposit, and passes the deadline again.
	{NotDeposited, FoundOnTime, Declared, NoLetter},
	{PhaseLate, FoundOnTime, Declared, NoLetter},
	{IncompleteAtDeadline, FoundOnTime, Depositing, NoLetter},
	{Admissibility, FoundOnTime, Submitted, NoLetter},

	{Declared, Withdrawal, Withdrawn, LetterWithdrawal},
	{Depositing, Withdrawal, Withdrawn, LetterWithdrawal},
	{Submitted, Withdrawal, Withdrawn, LetterWithdrawal},
	{NotDeposited, Withdrawal, Withdrawn, LetterWithdrawal},
	{IncompleteAtDeadline, Withdrawal, Withdrawn, LetterWithdrawal},
	{PhaseLate, Withdrawal, Withdrawn, LetterWithdrawal},
	{Admissibility, Withdrawal, Withdrawn, LetterWithdrawal},
	{CompletionRequested, Withdrawal, Withdrawn, LetterWithdrawal},
	{Review, Withdrawal, Withdrawn, LetterWithdrawal},
	{Shortlisted, Withdrawal, Withdrawn, LetterWithdrawal},
	{HearingScheduled, Withdrawal, Withdrawn, LetterWithdrawal},
	{Heard, Withdrawal, Withdrawn, LetterWithdrawal},
	{Deliberation, Withdrawal, Withdrawn, LetterWithdrawal},

	// Staff ask for pieces of a dossier that they examine. Taking that back puts
	// the case where it would stand without (see Complement).
	{Admissibility, ComplementAsked, CompletionRequested, LetterComplement},
	{IncompleteAtDeadline, ComplementAsked, CompletionRequested, LetterComplement},
	{CompletionRequested, ComplementEnded, Admissibility, NoLetter},

	// By staff, of cases that are not decided (see Decided) nor set aside.
	{PhaseLate, Derogation, Admissibility, NoLetter},
	{anyPhase, FoundDuplicate, Duplicate, NoLetter},
	{anyPhase, FoundOffSubject, NotApplication, NoLetter},

	// In every other phase a mail is kept and answered, and moves nothing.
	{anyPhase, Deposit, same, LetterAck},
	{anyPhase, CompleteDeposit, same, LetterAck},
	{anyPhase, LateDeposit, same, LetterLate},
	{anyPhase, ComplementDeposit, same, LetterAck},
	{anyPhase, FollowUp, same, LetterReceived},
	{anyPhase, Contact, same, LetterReceived},
	{anyPhase, Withdrawal, same, LetterReceived},
}

// Next gives the phase after the event and the letter that it causes.
func Next(from Phase, e Event) (Phase, LetterKind) {
	for _, t := range transitions {
		if t.Event != e || t.From != from && t.From != anyPhase {
			continue
		}
		if t.To == same {
			return from, t.Letter
		}
		return t.To, t.Letter
	}
	return from, NoLetter
}

// Early reports whether the phase is one that mails and dates move, and nobody
// has decided the fate of the case yet.
func (p Phase) Early() bool {
	switch p {
	case Declared, Depositing, Submitted, NotDeposited, IncompleteAtDeadline, PhaseLate, Admissibility, CompletionRequested:
		return true
	}
	return false
}

// SetAside reports whether the case is none any more: withdrawn, a duplicate, or
// no application.
func (p Phase) SetAside() bool {
	return p == Withdrawn || p == Duplicate || p == NotApplication
}

// Decided reports whether the fate of the case has been decided.
func (p Phase) Decided() bool {
	switch p {
	case Inadmissible, Ineligible, NotShortlisted, Awarded, Reserve, Rejected, Contracted:
		return true
	}
	return false
}

// PhaseOf gives the phase of a case that came by these files alone, for one from
// which files were taken; frozen: its deadline transition has been. What staff
// decided since (Derogation, ComplementAsked) is for the caller to apply.
func PhaseOf(c *Call, files []File, frozen bool) Phase {
	event := Deposit
	switch {
	case len(files) == 0:
		event = Contact
	case BestTimeliness(files) == Late:
		event = LateDeposit
	case NewDossier(c, files).Complete():
		event = CompleteDeposit
	}
	phase, _ := Next(NewCase, event)
	if frozen && !Undecided(c, files) {
		phase, _ = Next(phase, DeadlinePassed)
	}
	return phase
}

// Publication is what the candidate has been told of the decision.
type Publication string

// NotDecided is where every case begins.
const NotDecided Publication = "not_decided"
