package content

import (
	"bytes"
	"compress/zlib"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// childLook has a Child look into bytes.
func childLook(t *testing.T, c *Child, b []byte, name string) File {
	t.Helper()
	f, err := c.Look(bytes.NewReader(b), int64(len(b)), name, "")
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

// swollenPDF draws what takes n bytes of memory to be read.
func swollenPDF(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write(bytes.Repeat([]byte("0 0 m\n"), n/6)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return pdfObjectsOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
		pdfStream("/Filter/FlateDecode", b.String()))
}

// TestChildAfterHostile: a file that brings down what reads it changes nothing for
// those before and after it.
func TestChildAfterHostile(t *testing.T) {
	pdf := pdfPage("", says("Bonjour"))
	for _, trouble := range []string{"crash", "spin", "sleep", "babble", "nothing"} {
		t.Run(trouble, func(t *testing.T) {
			t.Parallel()
			c := childOf(t, "later "+trouble, false)
			if trouble == "spin" || trouble == "sleep" {
				c.limit = 2 * time.Second
			}
			before := childLook(t, c, pdf, "a.pdf")
			if f := childLook(t, c, pdf, "hostile.pdf"); !f.Unread || f.Text != "" || f.Type != typePDF || !warned(f, "could not be read") {
				t.Errorf("hostile: %+v", f)
			}
			if after := childLook(t, c, pdf, "a.pdf"); after.Text != "Bonjour" || after.Unread || after.Text != before.Text {
				t.Errorf("before: %+v; after: %+v", before, after)
			}
		})
	}
	t.Run("PDFium crashes", func(t *testing.T) {
		c := childOf(t, "", false)
		if f := childLook(t, c, swollenPDF(t, 200<<20), "a.pdf"); !f.Unread {
			t.Errorf("%+v", f)
		}
		if len(c.waiting) > 0 {
			t.Error("the child in which PDFium crashed is to serve again")
		}
		if f := childLook(t, c, pdf, "a.pdf"); f.Text != "Bonjour" {
			t.Errorf("%+v", f)
		}
	})
}

// TestChildTriesOnceMore: a file does not pay for a child that died of another's.
func TestChildTriesOnceMore(t *testing.T) {
	c := childOf(t, "", false)
	started := 0
	c.change = func(cmd *exec.Cmd, s setup) {
		if s.Prepare {
			return
		}
		if started++; started == 1 {
			cmd.Env = append(cmd.Env, childTrouble+"=later crash")
		}
	}
	pdf := pdfPage("", says("Bonjour"))
	for _, name := range []string{"a.pdf", "hostile.pdf", "b.pdf"} {
		if f := childLook(t, c, pdf, name); f.Text != "Bonjour" || f.Unread {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if started != 2 {
		t.Errorf("%d children were started, want 2", started)
	}
}

// TestChildForgets: nothing of a file is seen by the next.
func TestChildForgets(t *testing.T) {
	c := childOf(t, "", false)
	secret := strings.Repeat("le budget secret ", 1<<17) // more than is kept in memory
	text := "Bonjour"
	for name, b := range map[string][]byte{
		"a.zip": zipOf(t, entry{name: "b.zip", data: zipOf(t, entry{name: "secret.txt", data: []byte(secret)}), stored: true}),
		"a.txt": []byte(secret),
		"a.pdf": pdfPage("/AcroForm<</Fields[6 0 R]>>", says("secret"), "<</Type/Annot/Subtype/Widget/FT/Tx/T(secret)/V(secret)/Rect[0 0 9 9]>>"),
	} {
		childLook(t, c, b, name)
		// Shorter than it is said to be, as a file on a failing disk.
		f, err := c.Look(strings.NewReader(text), 1<<16, "b.txt", "")
		if err != nil || f.Text != text {
			t.Errorf("after %s: %.80q, %v", name, f.Text, err)
		}
		for after, b := range map[string][]byte{
			"b.pdf": pdfPage("", says(text)), "b.zip": zipOf(t, entry{name: "c.zip", data: zipOf(t, entry{name: "c.txt", data: []byte(text)}), stored: true}),
		} {
			f := childLook(t, c, b, after)
			said := f.Text
			for _, m := range f.Members {
				said += m.Text
			}
			if said != text || len(f.Fields) > 0 {
				t.Errorf("%s after %s: %.80q, %+v", after, name, said, f.Fields)
			}
		}
	}
	if len(c.waiting) != 1 || c.waiting[0].asked != 12 {
		t.Errorf("%d children wait, want one that served all files", len(c.waiting))
	}
	r := pdfReaderOf(t)
	if lookWith(t, r, pdfPage("", says(text)), "a.pdf"); r.pdf.pdf != nil {
		t.Error("the PDFium that served a file is there for the next")
	}
}

// TestChildEnds: a child ends when it is idle, when it has served enough files,
// and with its Child.
func TestChildEnds(t *testing.T) {
	c := childOf(t, "", false)
	one := func() *process {
		t.Helper()
		childLook(t, c, []byte("Bonjour"), "a.txt")
		if len(c.waiting) != 1 {
			t.Fatalf("%d children wait, want 1", len(c.waiting))
		}
		return c.waiting[0]
	}
	c.idle = time.Hour
	idle := one()
	idle.timer.Reset(0)
	<-idle.done

	first := one()
	for range retireFiles - 2 {
		if one() != first {
			t.Fatal("another child served before the first had served enough")
		}
	}
	childLook(t, c, []byte("Bonjour"), "a.txt")
	<-first.done
	last := one()
	if last == first {
		t.Error("a child serves on")
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	<-last.done
	if childLook(t, c, []byte("Bonjour"), "a.txt"); len(c.waiting) > 0 {
		t.Error("a child waits after Close")
	}
}
