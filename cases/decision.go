package cases

import "time"

// DecisionKind is what a member of staff decided of a case. What the evidence
// says is never edited: a decision stands beside it, with its motive, and can be
// taken back.
type DecisionKind string

const (
	DecideArbitration DecisionKind = "arbitration" // on time or late, of a deposit to arbitrate
	DecideDerogation  DecisionKind = "derogation"  // a late case is admitted
	DecidePhase       DecisionKind = "phase"       // set aside, or taken up again
	DecideMerge       DecisionKind = "merge"       // a case goes into another one
	DecideSplit       DecisionKind = "split"       // mails leave a case
)

// Decision is a decision of staff as outsiders read it.
type Decision struct {
	ID       int64        `json:"id"`
	Kind     DecisionKind `json:"kind"`
	Case     string       `json:"case"`           // reference
	Other    string       `json:"other"`          // merge: into which; split: to which; else ""
	Mail     int64        `json:"mail,omitempty"` // arbitration
	Verdict  string       `json:"verdict"`        // arbitration: on_time or late; phase: the new phase; else ""
	Motive   string       `json:"motive"`
	Actor    string       `json:"actor"`
	At       *time.Time   `json:"at"`
	UndoneAt *time.Time   `json:"undone_at"` // null while it holds
	UndoneBy string       `json:"undone_by,omitempty"`
}

// Act is what staff may do to the phase of a case that is not decided.
type Act string

const (
	ActWithdraw   Act = "withdraw"
	ActDuplicate  Act = "duplicate"
	ActOffSubject Act = "off-subject"
	ActReinstate  Act = "reinstate" // what was set aside counts again
)

// Event is the event of the life of a case that an act is; "" for none.
func (a Act) Event() Event {
	switch a {
	case ActWithdraw:
		return Withdrawal
	case ActDuplicate:
		return FoundDuplicate
	case ActOffSubject:
		return FoundOffSubject
	}
	return ""
}
