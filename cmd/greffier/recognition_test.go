package main

import (
	"os"
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

// TestRecognitionOfTexts: what documents say of themselves, whatever their names,
// by the patterns of the example configuration.
func TestRecognitionOfTexts(t *testing.T) {
	cfg, err := loadConfigToRead("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("testdata/recognition/texts.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range cfg.rulesToRead() {
		s := score{}
		for line := range strings.Lines(string(b)) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			if len(columns) != 3 {
				t.Fatalf("texts.tsv: %q has not 3 columns", line)
			}
			e := cases.Evidence{Filename: columns[0], Reading: cases.Reading{Text: columns[2]}}
			s.count(t, columns[0], strings.FieldsFunc(columns[1], func(r rune) bool { return r == '|' }), cases.Recognise(call, e))
		}
		s.check(t)
	}
}

// score is a tally that tells each fault.
type score struct{ tally }

func (s *score) count(t *testing.T, name string, want []string, got []cases.Suggestion) {
	t.Helper()
	found, wrong := s.add(want, got)
	if wrong {
		t.Logf("%s: first taken for %s, is %q", name, got[0].Piece, want)
	}
	if !found && len(want) > 0 {
		t.Logf("%s: not recognised as %q", name, want)
	}
}

func (s *score) check(t *testing.T) {
	t.Helper()
	t.Logf("%d files: any-of recall %.1f %%, wrong first claims %.1f %%", s.files, 100*s.recall(), 100*s.wrongFirst())
	if s.recall() < recallAtLeast || s.wrongFirst() > wrongAtMost {
		t.Errorf("recall %.3f, want at least %.2f; wrong first claims %.3f, want at most %.2f", s.recall(), recallAtLeast, s.wrongFirst(), wrongAtMost)
	}
}
