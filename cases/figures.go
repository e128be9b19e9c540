package cases

import "time"

// Pulse is what tells whether the daemon does its work.
type Pulse struct {
	LastReading  time.Time // when the last complete reading of the mailbox began; zero: never
	OldestLetter time.Time // when the oldest letter that should have left was owed; zero: none
	Alarms       []Alarm   // open, the oldest first
}

// Figures is the state of the daemon's work, counted.
type Figures struct {
	Pulse
	Mails    map[Kind]int
	Cases    map[CallPhase]int
	Letters  map[LetterState]int
	Scans    map[ScanState]int // deposited files
	Tasks    int               // open
	Waiting  int               // mails à rattacher
	SetAside int               // mails that could not be filed
	ToAssess int
}

// CallPhase is a phase within an edition.
type CallPhase struct {
	Call  string
	Phase Phase
}

// Alarm is a state of trouble.
type Alarm struct {
	Kind   string    `json:"kind"`
	Detail string    `json:"detail"`
	Began  time.Time `json:"began"`
}
