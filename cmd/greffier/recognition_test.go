package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"greffier/cases"
)

// The marks a recogniser must reach on the labelled set.
const (
	recallAtLeast = 0.95 // of the files that are a piece: one of the suggestions is right
	wrongAtMost   = 0.02 // of all files: the first claim is wrong
)

// labelled reads lines of a name, a tab and the pieces it stands for.
func labelled(t *testing.T, file string) (names []string, pieces [][]string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		name, labels, found := strings.Cut(line, "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !found {
			t.Fatalf("%s: %q has no tab", file, line)
		}
		names = append(names, name)
		pieces = append(pieces, strings.FieldsFunc(labels, func(r rune) bool { return r == '|' }))
	}
	return names, pieces
}

// TestRecognitionOfNames: what the file names of candidates say, by the patterns
// of the example configuration.
func TestRecognitionOfNames(t *testing.T) {
	cfg, err := loadConfigToRead("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	names, pieces := labelled(t, "testdata/recognition/names.tsv")
	if len(names) < 150 {
		t.Fatalf("%d names, at least 150 are wanted", len(names))
	}
	for _, call := range cfg.rulesToRead() {
		s := score{}
		for i, name := range names {
			s.count(t, name, pieces[i], cases.Recognise(call, cases.Evidence{Filename: name}))
		}
		s.check(t)
	}
}

// score counts how right suggestions are.
type score struct{ files, arePieces, found, wrong int }

func (s *score) count(t *testing.T, name string, want []string, got []cases.Suggestion) {
	s.files++
	right := func(g cases.Suggestion) bool { return slices.Contains(want, g.Piece) }
	// What is only weakly suggested is no claim unless it is all there is.
	if len(got) > 0 && !right(got[0]) {
		s.wrong++
		t.Logf("%s: first taken for %s, is %q", name, got[0].Piece, want)
	}
	if len(want) == 0 {
		return
	}
	s.arePieces++
	if slices.ContainsFunc(got, right) {
		s.found++
	} else {
		t.Logf("%s: not recognised as %q", name, want)
	}
}

func (s *score) check(t *testing.T) {
	t.Helper()
	recall, wrong := float64(s.found)/float64(s.arePieces), float64(s.wrong)/float64(s.files)
	t.Logf("%d files: any-of recall %.1f %%, wrong first claims %.1f %%", s.files, 100*recall, 100*wrong)
	if recall < recallAtLeast || wrong > wrongAtMost {
		t.Errorf("recall %.3f, want at least %.2f; wrong first claims %.3f, want at most %.2f", recall, recallAtLeast, wrong, wrongAtMost)
	}
}
