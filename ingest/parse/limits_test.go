package parse

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// readString reads a mail that is a string, and checks what must hold for every
// mail: no I/O error, and each part opened again has the size and hash told.
func readString(t testing.TB, raw string, o Options) *Mail {
	t.Helper()
	r := strings.NewReader(raw)
	m, err := Read(r, int64(len(raw)), o)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	for _, p := range m.Parts {
		checkOpen(t, r, int64(len(raw)), p)
	}
	return m
}

func checkOpen(t testing.TB, r io.ReaderAt, size int64, p Part) {
	t.Helper()
	rc, err := Open(r, size, p.Locator)
	if err != nil {
		t.Fatalf("Open(%q) of part %s: %v", p.Locator, p.ID, err)
	}
	h := sha256.New()
	n, _ := io.Copy(h, rc) // a damaged part ends in an error, as it did in Read
	if err := rc.Close(); err != nil {
		t.Fatalf("close part %s: %v", p.ID, err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != p.SHA256 || n != p.Size {
		t.Errorf("part %s (%s): opened %d bytes, %s; listed %d bytes, %s", p.ID, p.Locator, n, got, p.Size, p.SHA256)
	}
}

// TestLimits: whatever is overdone, the mail is read in linear time, with a
// warning, and its sender and last words are not lost.
func TestLimits(t *testing.T) {
	const head = "From: Claire <claire@hub.example>\r\nSubject: essai\r\n"
	nested := func(n int) string {
		var b strings.Builder
		b.WriteString(head)
		for i := range n {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
		}
		b.WriteString("\r\nau fond\r\n")
		for i := n - 1; i >= 0; i-- {
			fmt.Fprintf(&b, "--b%d--\r\n", i)
		}
		return b.String()
	}
	messages := func(n int) string {
		return head + strings.Repeat("Content-Type: message/rfc822\r\n\r\n", n) + "\r\nau fond\r\n"
	}
	parts := func(n int) string {
		return head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntexte\r\n" +
			strings.Repeat("--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n", n) + "--b--\r\n"
	}
	for _, c := range []struct {
		name, raw, warning string
		parts              int // at least
	}{
		{"10 000 parts", parts(10000), "more than 1000 parts", maxParts},
		{"nested 1 000 deep", nested(1000), "too deeply", 1},
		{"nested 90 deep", nested(90), "", 0},
		{"messages nested 1 000 deep", messages(1000), "too deeply", maxDepth},
		{"header of 3 MB", head + strings.Repeat("X-Junk: "+strings.Repeat("y", 900)+"\r\n", 3400) + "\r\ntexte\r\n", "header of the mail is too long", 0},
		{"one field of 20 MB", head + "X-Junk: " + strings.Repeat("y", 20<<20) + "\r\n\r\ntexte\r\n", "header of the mail is too long", 0},
		{"100 000 recipients", head + "To: " + strings.Repeat("a@b.example,\r\n ", 100000) + "z@b.example\r\n\r\ntexte\r\n", "too many addresses", 0},
		{"References of 1 MB", head + "References: " + strings.Repeat("<0123456789@hub.example>\r\n ", 40000) + "\r\n\r\ntexte\r\n", "refers to too many", 0},
		{"5 000 hops", head + strings.Repeat("Received: from a by b; Mon, 26 Nov 2018 10:00:00 +0100\r\n", 5000) + "\r\ntexte\r\n", "too many servers", 0},
		{"text of 5 MB", head + "\r\n" + strings.Repeat("ligne\r\n", 800000), "too long", 1},
		{"one line of 20 MB", head + "\r\n" + strings.Repeat("x", 20<<20), "too long", 1},
		{"unclosed encoded words", head + "X: " + strings.Repeat("=?utf-8?q?", 20000) + "\r\nTo: " + strings.Repeat("=?utf-8?q?", 20000) + "\r\n\r\ntexte\r\n", "", 0},
		{"open quotes and parens", head + "To: " + strings.Repeat("\"(<", 60000) + "\r\n\r\ntexte\r\n", "", 0},
		{"lines without colon", head + strings.Repeat("du bruit\r\n", 200000) + "X-A: b\r\n\r\ntexte\r\n", "too long", 1},
		{"HTML of open tags", head + "Content-Type: text/html\r\n\r\n" + strings.Repeat("<div><blockquote><a href=x>", 50000) + "fin", "too long", 1},
		{"lines like boundaries", nested(80) + strings.Repeat("--b\r\n", 300000), "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			m, err := Read(strings.NewReader(c.raw), int64(len(c.raw)), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("took %v for %d bytes", d, len(c.raw))
			}
			if m.From.Address != "claire@hub.example" || m.Subject != "essai" {
				t.Errorf("From %v, Subject %q", m.From, m.Subject)
			}
			if c.warning == "" {
				if len(m.Warnings) > 0 {
					t.Errorf("warnings %q, want none", m.Warnings)
				}
			} else if !strings.Contains(strings.Join(m.Warnings, "\n"), c.warning) {
				t.Errorf("warnings %q, want one with %q", m.Warnings, c.warning)
			}
			if len(m.Parts) < c.parts || len(m.Parts) > maxParts+1 {
				t.Errorf("%d parts, want at least %d", len(m.Parts), c.parts)
			}
			if len(m.Text) > maxText {
				t.Errorf("text of %d bytes", len(m.Text))
			}
		})
	}
}

// TestRestOfPartsIsKept: the bytes beyond the last listed part are one part.
func TestRestOfPartsIsKept(t *testing.T) {
	raw := "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		strings.Repeat("--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n", maxParts+200) + "--b\r\nContent-Type: application/zip; name=last.zip\r\n\r\nLAST\r\n--b--\r\n"
	m := readString(t, raw, Options{})
	last := m.Parts[len(m.Parts)-1]
	rc, err := Open(strings.NewReader(raw), int64(len(raw)), last.Locator)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(rc)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b, []byte("last.zip")) || len(last.Warnings) == 0 {
		t.Errorf("rest of %d bytes with warnings %q does not hold the last part", len(b), last.Warnings)
	}
}

// bigMail is a mail of n bytes or so that exists only while it is read: one
// base64 attachment.
type bigMail struct {
	head, line, tail string
	lines            int64
}

func newBigMail(n int64) *bigMail {
	b := &bigMail{
		head: "From: a@b.example\r\nSubject: gros\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntexte\r\n--b\r\n" +
			"Content-Type: application/zip; name=dossier.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n",
		line: strings.Repeat("QUJD", 19) + "\r\n",
		tail: "\r\n--b--\r\n",
	}
	b.lines = n / int64(len(b.line))
	return b
}

func (b *bigMail) size() int64 {
	return int64(len(b.head)) + b.lines*int64(len(b.line)) + int64(len(b.tail))
}

func (b *bigMail) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		at := off + int64(n)
		var from string
		switch body := at - int64(len(b.head)); {
		case at >= b.size():
			return n, io.EOF
		case body < 0:
			from = b.head[at:]
		case body < b.lines*int64(len(b.line)):
			from = b.line[body%int64(len(b.line)):]
		default:
			from = b.tail[body-b.lines*int64(len(b.line)):]
		}
		n += copy(p[n:], from)
	}
	return n, nil
}

// TestMemoryIndependentOfSize: a mail of 50 MB takes no more memory than a
// small one, all allocations counted.
func TestMemoryIndependentOfSize(t *testing.T) {
	measure := func(size int64) uint64 {
		mail := newBigMail(size)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err := Read(mail, mail.size(), Options{})
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		if want := mail.lines * 57; len(m.Parts) != 1 || m.Parts[0].Size != want {
			t.Fatalf("parts %+v, want one of %d bytes", m.Parts, want)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	measure(1 << 20)
	small, large := measure(1<<20), measure(50<<20)
	if large > small+1<<20 {
		t.Errorf("50 MB took %d bytes of memory, 1 MB took %d", large, small)
	}
}
