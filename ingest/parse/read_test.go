package parse

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fixture reads testdata/name.eml.
func fixture(t testing.TB, name string, o Options) *Mail {
	t.Helper()
	return readString(t, string(fixtureBytes(t, name)), o)
}

func fixtureBytes(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// fixtures gives the paths of all mails in testdata.
func fixtures(t testing.TB) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"testdata/*.eml", "testdata/read/*.eml"} {
		list, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, list...)
	}
	return files
}

func partList(m *Mail) string {
	var b strings.Builder
	for _, p := range m.Parts {
		b.WriteString(p.ID + " " + p.Filename)
		if p.Inline {
			b.WriteString(" inline")
		}
		if p.Signature {
			b.WriteString(" signature")
		}
		if p.MemberOf != "" {
			b.WriteString(" in " + p.MemberOf)
		}
		b.WriteString("; ")
	}
	return strings.TrimSuffix(b.String(), "; ")
}

// TestLineEnds: LF or CRLF, a mail says the same.
func TestLineEnds(t *testing.T) {
	for _, f := range fixtures(t) {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		lf := strings.ReplaceAll(string(raw), "\r\n", "\n")
		a, b := readString(t, string(raw), Options{}), readString(t, lf, Options{})
		if a.Subject != b.Subject || a.Text != b.Text || partList(a) != partList(b) || a.Kind != b.Kind {
			t.Errorf("%s: %q %q %q %s with CRLF, %q %q %q %s with LF", f, a.Subject, a.Text, partList(a), a.Kind, b.Subject, b.Text, partList(b), b.Kind)
		}
	}
}

// TestUndecodableIsKept: a part that is not what it says stays, as it came,
// with a warning.
// Behaviour 13.
func TestUndecodableIsKept(t *testing.T) {
	for _, c := range []struct{ name, cte, body string }{
		{"unknown encoding", "x-secret", "%PDF-1.4"},
		{"base64 that is none", "base64", "<<<>>>"},
	} {
		m := readString(t, mailWith("Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: "+c.cte, c.body), Options{})
		if len(m.Parts) != 1 || m.Parts[0].Size != int64(len(c.body)+2) || len(m.Parts[0].Warnings) != 1 {
			t.Errorf("%s: parts %+v", c.name, m.Parts)
		}
	}
}

type brokenDisk struct{ good int64 }

func (d brokenDisk) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > d.good {
		return 0, io.ErrClosedPipe
	}
	return copy(p, strings.Repeat("A: b\r\n", len(p)/6+1)), nil
}

// TestIOError: only what the disk says is an error.
func TestIOError(t *testing.T) {
	if _, err := Read(brokenDisk{1 << 20}, 4<<20, Options{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Read of a broken disk: %v, want its error", err)
	}
}

func TestOpenRefusesForeignLocators(t *testing.T) {
	r := strings.NewReader("0123456789")
	for _, l := range []string{"", "x", "0+5", "0+5:zip", "5+6:id", "-1+2:id", "9223372036854775807+1:id", "tnef:1", "cms", "0+5:id/tnef:0", "0+5:id/tnef:1", "0+5:id/cms", "0+5:id/7+1:id"} {
		if _, err := Open(r, 10, l); !errors.Is(err, ErrLocator) {
			t.Errorf("Open(%q) = %v, want ErrLocator", l, err)
		}
	}
}

// TestInline: what is a file and what is decoration.
func TestInline(t *testing.T) {
	big := strings.Repeat("x", 200<<10)
	for _, c := range []struct {
		name, header, body string
		inline, signature  bool
	}{
		{"an attached document", "Content-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf", "x", false, false},
		{"a document Apple Mail calls inline", "Content-Type: application/pdf\nContent-Disposition: inline; filename=a.pdf", "x", false, false},
		{"a small scan that somebody named", "Content-Type: image/jpeg\nContent-Disposition: inline; filename=RIB.jpg", strings.Repeat("x", 9<<10), false, false},
		{"one that its program numbers", "Content-Type: image/jpeg\nContent-Disposition: attachment; filename=RIB.jpg\nContent-ID: <1@x>", strings.Repeat("x", 9<<10), false, false},
		{"a picture with a program's name", "Content-Type: image/png\nContent-Disposition: inline; filename=image001.png", strings.Repeat("x", 9<<10), true, true},
		{"a logo", "Content-Type: image/png\nContent-Disposition: inline; filename=logo-asso.png", strings.Repeat("x", 9<<10), true, true},
		{"an icon", "Content-Type: image/png\nContent-Disposition: inline; filename=telephone.png", "x", true, true},
		{"a photograph a phone calls inline", "Content-Type: image/jpeg\nContent-Disposition: inline; filename=IMG_0042.jpeg", big, false, false},
		{"an attached scan", "Content-Type: image/jpeg\nContent-Disposition: attachment; filename=rib.jpg", "x", false, false},
		{"a logo the text shows", "Content-Type: image/png; name=logo.png\nContent-ID: <logo@x>", "x", true, true},
		{"a large picture the text shows", "Content-Type: image/png; name=logo.png\nContent-ID: <logo@x>", big, true, false},
		{"a visiting card", "Content-Type: text/x-vcard; name=claire.vcf", "x", false, true},
		{"a calendar entry", "Content-Type: text/calendar", "x", true, true},
		{"a signature", "Content-Type: application/pgp-signature; name=signature.asc", "x", false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := readString(t, mailWith("Content-Type: multipart/mixed; boundary=b", "--b\nContent-Type: text/html\n\n<img src=\"cid:logo@x\">\n--b\n"+c.header+"\n\n"+c.body+"\n--b--"), Options{})
			if len(m.Parts) != 1 || m.Parts[0].Inline != c.inline || m.Parts[0].Signature != c.signature {
				t.Errorf("parts %+v, want inline %v, signature %v", m.Parts, c.inline, c.signature)
			}
		})
	}
}
