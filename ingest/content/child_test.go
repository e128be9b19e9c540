package content

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// childOf is a Child whose processes are this test; trouble is what the first
// one does instead of its job, and the later ones too where always is set.
func childOf(t *testing.T, trouble string, always bool) *Child {
	t.Helper()
	c := NewChild(engineCache(t), t.TempDir(), os.Args[0], "look")
	c.change = func(cmd *exec.Cmd, s setup) {
		if trouble != "" && !s.Prepare && (always || !s.Shallow) {
			cmd.Env = append(cmd.Env, childTrouble+"="+trouble)
		}
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(c.scratch); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
	return c
}

// TestChild: a child tells what a Reader tells, of a file and of bytes in memory.
func TestChild(t *testing.T) {
	c := childOf(t, "", false)
	pdf := pdfReaderOf(t)
	inner := zipOf(t, entry{name: "a.pdf", data: fileOf(t, packFolder+"reglement.pdf")}, entry{name: "grand.txt", data: bytes.Repeat([]byte("0123456789abcdef"), spoolMemory/8)})
	for name, data := range map[string][]byte{
		"a.pdf": fileOf(t, packFolder+"reglement.pdf"), "a.docx": fileOf(t, packFolder+"modele-lettre-engagement.docx"), "a.xlsx": fileOf(t, packFolder+"budget-previsionnel.xlsx"),
		"a.zip": zipOf(t, entry{name: "b.zip", data: inner, stored: true}), "vide.pdf": nil, "a.txt": []byte("Bonjour"),
	} {
		want := lookWith(t, pdf, data, name)
		got, err := c.Look(bytes.NewReader(data), int64(len(data)), name, "")
		if err != nil {
			t.Fatal(err)
		}
		if got.Type != want.Type || got.Text != want.Text || got.Pages != want.Pages || !slices.Equal(got.Fields, want.Fields) ||
			got.Unreadable != want.Unreadable || !slices.Equal(got.Warnings, want.Warnings) || len(got.Members) != len(want.Members) {
			t.Errorf("%s: a child tells %s %q %q %.80q, a Reader %s %q %q %.80q", name, got.Type, got.Unreadable, got.Warnings, got.Text, want.Type, want.Unreadable, want.Warnings, want.Text)
		}
		for i, m := range got.Members {
			if m.SHA256 != want.Members[i].SHA256 || m.Text != want.Members[i].Text {
				t.Errorf("%s: member %s differs", name, m.Path)
			}
		}
	}
	if len(c.waiting) != 1 || c.waiting[0].asked != 6 {
		t.Errorf("%d children wait, want one that served all files", len(c.waiting))
	}
}

// TestChildDies: a file that brings down what reads it costs that file its
// reading and nothing else; it is judged all the same.
func TestChildDies(t *testing.T) {
	for _, trouble := range []string{"crash", "swell", "spin", "sleep", "babble", "nothing"} {
		t.Run(trouble, func(t *testing.T) {
			if trouble == "swell" && (runtime.GOOS != "linux" || raceDetector) {
				t.Skip("no limit of memory on this system, or in this build")
			}
			t.Parallel()
			c := childOf(t, trouble, false)
			if c.limit = time.Minute; trouble == "spin" || trouble == "sleep" {
				c.limit = time.Second
			}
			f, err := c.Look(bytes.NewReader(pdfOf("")), int64(len(pdfOf(""))), "a.pdf", "")
			if err != nil {
				t.Fatal(err)
			}
			if !f.Unread || f.Type != typePDF || !warned(f, "could not be read") {
				t.Errorf("%+v", f)
			}
		})
	}
	t.Run("twice", func(t *testing.T) {
		f := childLook(t, childOf(t, "crash", true), []byte("x"), "a.pdf.exe")
		if !f.Unread || !warned(f, "it crashed what reads it") || !slices.Contains(f.Dangerous, DangerExecutable) {
			t.Errorf("%+v; want what its name tells", f)
		}
	})
	t.Run("scratch space deleted", func(t *testing.T) {
		c := childOf(t, "", false)
		if err := os.RemoveAll(c.scratch); err != nil {
			t.Fatal(err)
		}
		if f, err := c.Look(strings.NewReader("Bonjour"), 7, "a.txt", ""); err != nil || f.Text != "Bonjour" {
			t.Errorf("%+v, %v; the folder is a cache and is made again", f, err)
		}
	})
}

// TestChildCannotLook: what is wrong with the machine is not told of the file.
func TestChildCannotLook(t *testing.T) {
	pdf := pdfPage("", says("Bonjour"))
	look := func(c *Child) error {
		f, err := c.Look(bytes.NewReader(pdf), int64(len(pdf)), "a.pdf", "")
		if err == nil {
			t.Errorf("%s: no error, but %+v", t.Name(), f)
		}
		return err
	}
	t.Run("no program", func(t *testing.T) {
		look(NewChild(t.TempDir(), t.TempDir(), "/nonexistent"))
	})
	t.Run("it does not get ready", func(t *testing.T) {
		look(childOf(t, "early crash", true))
	})
	t.Run("it is killed", func(t *testing.T) {
		if runtime.GOOS != "linux" {
			t.Skip("not told from a crash on this system")
		}
		look(childOf(t, "shortage", true))
	})
	t.Run("no room for the file", func(t *testing.T) {
		c := childOf(t, "", false)
		childLook(t, c, pdf, "a.pdf")
		large, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer large.Close()
		whole := c.waiting[0].file
		c.waiting[0].file = large // that cannot be written to, as a full disk
		defer func() {
			if err := whole.Close(); err != nil {
				t.Error(err)
			}
		}()
		look(c)
	})
}

// TestChildConfined: a child reaches no network, no file, no other process.
func TestChildConfined(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no confinement on this system")
	}
	for _, trouble := range []string{"socket", "dial", "exec", "open", "write", "kill"} {
		c := childOf(t, trouble, true)
		_, err := c.do(strings.NewReader("x"), job{Name: "a.txt", Size: 1})
		var died *childDied
		if !errors.As(err, &died) || !strings.Contains(died.said, "exit status 67: refused") || !strings.Contains(died.said, "operation not permitted") {
			t.Errorf("%s: %v; want a refusal", trouble, err)
		}
	}
}

// TestChildWithoutEngine: where the PDF engine cannot be kept, PDFs are judged.
func TestChildWithoutEngine(t *testing.T) {
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := NewChild(file, t.TempDir(), os.Args[0], "look")
	if err := c.Prepare(); err == nil {
		t.Error("Prepare does not tell that the folder of the engine is a file")
	}
	b := pdfOf("/Encrypt 9 0 R"+userTooID, "9 0 obj\n"+userToo+"\nendobj")
	if f, err := c.Look(bytes.NewReader(b), int64(len(b)), "a.pdf", ""); err != nil || f.Unreadable != UnreadableEncrypted {
		t.Errorf("%+v, %v", f, err)
	}
}
