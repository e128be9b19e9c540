package main

import (
	"strings"
	"testing"
)

// TestSortByCommand: staff see why a file is taken for a piece, say what another
// is, and measure recognition by what they said.
func TestSortByCommand(t *testing.T) {
	s := newSitting(t)
	list := s.ok("piece", "ESSAI-0001")
	t.Log(list)
	rows := strings.Split(list, "\n")
	file := strings.Fields(rows[1])[0]
	if !strings.Contains(list, "the file name says") {
		t.Errorf("the list gives no reason:\n%s", list)
	}
	s.ok("piece", "ESSAI-0001", file, "set", "rib")
	if c := s.sheet("ESSAI-0001"); c.Completeness != "incomplete" {
		t.Errorf("a file that staff say is another piece still counts as the first: %s", c.Completeness)
	}
	if list := s.ok("piece", "ESSAI-0001"); !strings.Contains(list, "said what it is") || !strings.Contains(list, "the file name says") {
		t.Errorf("the word of staff and the reason of the machine do not both stand:\n%s", list)
	}
	score := s.ok("recognition", "score")
	if !strings.Contains(score, "1 files that staff sorted, 1 of them pieces: recognised 0.0 %, first suggestion wrong 100.0 %") {
		t.Errorf("score:\n%s", score)
	}
	s.ok("piece", "ESSAI-0001", file, "undo")
	s.ok("piece", "ESSAI-0001", file, "confirm")
	if score := s.ok("recognition", "score"); !strings.Contains(score, "recognised 100.0 %") {
		t.Errorf("score after confirm:\n%s", score)
	}
	for _, wrong := range [][]string{{"ESSAI-0001", file}, {"ESSAI-0001", "9", "none"}, {"ESSAI-0001", file, "set"}, {"ESSAI-0001", file, "refuse"}, {"ESSAI-0001", file, "none", "x"}, {}} {
		if _, _, code := s.run("piece", wrong...); code != 2 {
			t.Errorf("piece %v: exit code %d, want 2", wrong, code)
		}
	}
	if _, errs, code := s.run("piece", "ESSAI-0001", file, "set", "nonsense"); code != 1 || !strings.Contains(errs, "nonsense") {
		t.Errorf("an unknown piece: exit code %d, %s", code, errs)
	}
	s.wantSound()
}
