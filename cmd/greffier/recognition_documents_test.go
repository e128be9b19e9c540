package main

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"greffier/cases"
	"greffier/ingest"
	"greffier/ingest/content"
)

// Of the documents that cannot be read, how many must be told with the right
// reason. Of those that can do harm, all must be flagged.
const unreadableAtLeast = 0.97

// labelledFile is a file as a candidate sends it, and what is to be found out of it.
type labelledFile struct {
	name, file string
	pieces     []string
	fault      string // "" opens
	danger     string // "" harmless
}

func labelledDocuments(t *testing.T) []labelledFile {
	t.Helper()
	b, err := os.ReadFile("testdata/recognition/documents.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var list []labelledFile
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 4 {
			t.Fatalf("documents.tsv: %q has not 4 columns", line)
		}
		d := labelledFile{name: columns[0], file: columns[1], fault: columns[3], pieces: strings.FieldsFunc(columns[2], func(r rune) bool { return r == '|' })}
		if danger, found := strings.CutPrefix(d.fault, "dangerous "); found {
			d.fault, d.danger = "", danger
		}
		list = append(list, d)
	}
	return list
}

// TestRecognitionOfDocuments: what documents are taken for, and whether they can
// be read, by the example configuration.
func TestRecognitionOfDocuments(t *testing.T) {
	cfg, err := loadConfigToRead("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	look, err := newLooker(t.TempDir(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := look.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := look.Prepare(); err != nil {
		t.Fatal(err)
	}
	list := labelledDocuments(t)
	if len(list) < 60 {
		t.Fatalf("%d documents, at least 60 are wanted", len(list))
	}
	var s score
	unreadable, told := 0, 0
	for _, d := range list {
		found := lookAt(t, look, d)
		s.count(t, d.name+" ("+d.file+")", d.pieces, cases.Recognise(cfg.rulesToRead()[0], cases.Evidence{Filename: d.name, Reading: ingest.ReadingOf(found)}))
		fault := found.Unreadable
		if fault == "" && found.Blank {
			fault = "blank"
		}
		if d.danger == "" && d.fault == "" && fault != "" {
			t.Errorf("%s (%s) opens, but is taken for %q", d.name, d.file, fault)
		}
		if d.danger != "" && !slices.Contains(found.Dangerous, d.danger) {
			t.Errorf("%s (%s) is not flagged as %q: %q", d.name, d.file, d.danger, found.Dangerous)
		}
		if d.danger == "" && len(found.Dangerous) > 0 && d.fault == "" {
			t.Errorf("%s (%s) is harmless, flagged as %q", d.name, d.file, found.Dangerous)
		}
		if d.fault != "" {
			unreadable++
			if fault == d.fault {
				told++
			} else {
				t.Logf("%s (%s) cannot be read: %q, want %q", d.name, d.file, fault, d.fault)
			}
		}
	}
	s.check(t)
	if share := float64(told) / float64(unreadable); share < unreadableAtLeast {
		t.Errorf("of %d documents that cannot be read, %.3f are told with the reason, want at least %.2f", unreadable, share, unreadableAtLeast)
	}
}

func lookAt(t *testing.T, look *content.Child, d labelledFile) content.File {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata/recognition/documents", d.file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	found, err := look.Look(file, info.Size(), d.name, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range found.Members { // an archive is what is in it
		found.Dangerous = append(found.Dangerous, m.Dangerous...)
		found.Unreadable = cmp.Or(found.Unreadable, m.Unreadable)
	}
	return found
}
