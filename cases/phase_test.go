package cases

import "testing"

// TestLife tells the life of a case up to and over the deadline.
func TestLife(t *testing.T) {
	type step struct {
		event  Event
		phase  Phase
		letter LetterKind
	}
	for name, steps := range map[string][]step{
		"signals, deposits in two mails": {{Contact, Declared, LetterPack}, {Deposit, Depositing, LetterAck}, {CompleteDeposit, Submitted, LetterAck}, {DeadlinePassed, Admissibility, NoLetter}},
		"deposits at once":               {{CompleteDeposit, Submitted, LetterAck}, {Deposit, Submitted, LetterAck}, {FollowUp, Submitted, LetterReceived}},
		"never deposits":                 {{Contact, Declared, LetterPack}, {FollowUp, Declared, LetterReceived}, {DeadlinePassed, NotDeposited, LetterClosed}},
		"forgets a piece":                {{Deposit, Depositing, LetterAck}, {DeadlinePassed, IncompleteAtDeadline, LetterIncomplete}, {LateDeposit, IncompleteAtDeadline, LetterLate}},
		"comes late":                     {{LateDeposit, PhaseLate, LetterLate}, {DeadlinePassed, PhaseLate, NoLetter}, {LateDeposit, PhaseLate, LetterLate}},
		"signals, then comes late":       {{Contact, Declared, LetterPack}, {DeadlinePassed, NotDeposited, LetterClosed}, {LateDeposit, PhaseLate, LetterLate}},
		"adds after the deadline":        {{CompleteDeposit, Submitted, LetterAck}, {DeadlinePassed, Admissibility, NoLetter}, {LateDeposit, Admissibility, LetterLate}},
		"gives up":                       {{Contact, Declared, LetterPack}, {Withdrawal, Withdrawn, LetterWithdrawal}, {DeadlinePassed, Withdrawn, NoLetter}, {Deposit, Withdrawn, LetterAck}},
		"is asked for a piece": {{Deposit, Depositing, LetterAck}, {DeadlinePassed, IncompleteAtDeadline, LetterIncomplete}, {ComplementAsked, CompletionRequested, LetterComplement},
			{ComplementAsked, CompletionRequested, NoLetter}, {ComplementDeposit, CompletionRequested, LetterAck}, {LateDeposit, CompletionRequested, LetterLate},
			{ComplementEnded, Admissibility, NoLetter}, {ComplementDeposit, Admissibility, LetterAck}, {ComplementAsked, CompletionRequested, LetterComplement}},
		"is late, and asked for nothing": {{LateDeposit, PhaseLate, LetterLate}, {ComplementAsked, PhaseLate, NoLetter}},
		"in time, but found later": {{Contact, Declared, LetterPack}, {DeadlinePassed, NotDeposited, LetterClosed}, {FoundOnTime, Declared, NoLetter},
			{CompleteDeposit, Submitted, LetterAck}, {DeadlinePassed, Admissibility, NoLetter}},
	} {
		t.Run(name, func(t *testing.T) {
			phase := NewCase
			for i, s := range steps {
				var letter LetterKind
				phase, letter = Next(phase, s.event)
				if phase != s.phase || letter != s.letter {
					t.Fatalf("step %d, %s: got %s and letter %q, want %s and %q", i+1, s.event, phase, letter, s.phase, s.letter)
				}
			}
		})
	}
}

// TestSubmittedNeverFallsBack: before the deadline only staff can take a
// complete dossier back.
func TestSubmittedNeverFallsBack(t *testing.T) {
	for _, e := range []Event{Contact, FollowUp, Deposit, CompleteDeposit, LateDeposit, FoundOnTime} {
		if got, _ := Next(Submitted, e); got != Submitted {
			t.Errorf("%s moves a submitted case to %s", e, got)
		}
	}
}

// TestPhasesHaveLabels: staff never read a code.
func TestPhasesHaveLabels(t *testing.T) {
	for _, line := range transitions {
		for _, p := range []Phase{line.From, line.To} {
			if p != NewCase && p != anyPhase && p != same && p.Label() == "" {
				t.Errorf("phase %s has no label", p)
			}
		}
	}
}
