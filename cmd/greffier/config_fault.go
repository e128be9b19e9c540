package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing wrong with the configuration, with where it stands and
// what to write instead.
type Fault struct {
	// File is the path of the configuration file as it was given.
	File string
	// Line counts from 1; 0 when the file could not be read at all.
	Line int
	// Key is the dotted path of the key; members of lists count from 1, as
	// in call[1].piece[2].match[1].
	Key string
	// Text says what is wrong and what to write. It never holds a secret.
	Text string
	// Here is true when the file is well written but this machine lacks what
	// it names: a secret, a folder, a certificate. Commands that need none
	// of it may go on.
	Here bool
}

// String is the fault as people read it: file:line: key: text.
func (f Fault) String() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s: %s", f.File, f.Key, f.Text)
	}
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Key, f.Text)
}

// Faults are all faults of one file in the order of its lines. As an error
// it has one line a fault.
type Faults []Fault

// Error implements error.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

// Err is f as an error, nil when there is no fault.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// OnlyHere tells whether every fault is one of this machine and none of the
// file: LoadConfig then returns a Config beside the faults.
func (f Faults) OnlyHere() bool {
	return !slices.ContainsFunc(f, func(fault Fault) bool { return !fault.Here })
}

// sorted orders faults by line, faults of one line as they were found.
func (f Faults) sorted() Faults {
	slices.SortStableFunc(f, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
	return f
}
