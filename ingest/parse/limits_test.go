package parse

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
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

// cost is what reading a mail took.
type cost struct {
	peak      int64 // bytes of heap in use at once, above those before
	allocated int64 // bytes, all told
	read      int64 // bytes of the mail, as often as they were read
}

// spoolToFile is an Options.Spool as the daemon gives.
func spoolToFile(t testing.TB) func(io.Reader) (Spooled, error) {
	dir := t.TempDir()
	return func(r io.Reader) (Spooled, error) {
		f, err := os.CreateTemp(dir, "")
		if err != nil {
			return nil, err
		}
		n, err := io.Copy(f, r)
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		return onDisk{f, n}, nil
	}
}

type onDisk struct {
	*os.File
	size int64
}

func (o onDisk) Size() int64 { return o.size }

// countedReads counts the bytes that are read.
type countedReads struct {
	r    io.ReaderAt
	read int64
}

func (c *countedReads) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.read += int64(n)
	return n, err
}

// measure reads a mail and tells what that took. The heap is looked at again
// and again meanwhile, and collected so often that it holds little but what is
// in use.
func measure(t *testing.T, r io.ReaderAt, size int64) (*Mail, cost) {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	inUse := func() int64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(s)
		return int64(s[0].Value.Uint64())
	}
	spool := spoolToFile(t)
	src := &countedReads{r: r}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var peak int64
	done := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		for {
			peak = max(peak, inUse())
			select {
			case <-done:
				return
			case <-time.After(200 * time.Microsecond):
			}
		}
	})
	m, err := Read(src, size, Options{AuthservID: "mx.funder.example", Spool: spool})
	close(done)
	watch.Wait()
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	return m, cost{max(peak-int64(before.HeapAlloc), 0), int64(after.TotalAlloc - before.TotalAlloc), src.read}
}

// TestMonsters: whatever is overdone, the mail is read in bounded memory and
// linear time, with a warning, and its sender and last words are not lost.
// Each is read from a file, once and twice as large.
// Behaviour 17.
func TestMonsters(t *testing.T) {
	const most = 12 << 20 // bytes of heap, whatever the mail
	for _, c := range monsters() {
		t.Run(c.name, func(t *testing.T) {
			once, mail := readMonster(t, c, c.n)
			checkMonster(t, c, mail)
			twice, mail := readMonster(t, c, 2*c.n)
			checkMonster(t, c, mail)
			if once.peak > most || twice.peak > most {
				t.Errorf("%d KB of memory, and %d KB for twice as much", once.peak>>10, twice.peak>>10)
			}
			if more := once.allocated*5/2 + 1<<20; twice.allocated > more {
				t.Errorf("%d KB allocated in all, and %d KB for twice as much", once.allocated>>10, twice.allocated>>10)
			}
			if more := once.read*5/2 + 1<<20; twice.read > more {
				t.Errorf("%d KB read in all, and %d KB for twice as much", once.read>>10, twice.read>>10)
			}
		})
	}
}

func readMonster(t *testing.T, c monster, n int) (cost, *Mail) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "mail.eml")
	if err := os.WriteFile(name, []byte(c.make(n)), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	mail, took := measure(t, f, info.Size())
	for i, p := range mail.Parts { // all of them would be slow
		if i < 3 || i > len(mail.Parts)-3 {
			checkOpen(t, f, info.Size(), p)
		}
	}
	return took, mail
}

func checkMonster(t *testing.T, c monster, m *Mail) {
	t.Helper()
	if m.From.Address != "claire@hub.example" || m.Subject != "essai" && !strings.Contains(c.name, "subject") {
		t.Errorf("From %v, Subject of %d bytes", m.From, len(m.Subject))
	}
	if c.warning == "" {
		if len(m.Warnings) > 0 {
			t.Errorf("warnings %q, want none", m.Warnings)
		}
	} else if !strings.Contains(strings.Join(m.Warnings, "\n"), c.warning) {
		t.Errorf("warnings %.500q, want one with %q", m.Warnings, c.warning)
	}
	if len(m.Parts) < c.parts || len(m.Parts) > 3*maxParts {
		t.Errorf("%d parts, want at least %d", len(m.Parts), c.parts)
	}
	said := len(m.Text) + len(m.NewText) + len(m.Subject)
	for _, p := range m.Parts {
		if said += len(p.Filename) + len(p.MediaType) + len(p.Locator) + len(p.ID); len(p.Filename) > maxName || len(p.MediaType) > maxName {
			t.Errorf("part %s has a name of %d bytes", p.ID, len(p.Filename))
		}
	}
	for _, list := range [][]Address{m.To, m.Cc, m.ReplyTo} {
		if len(list) > maxAddresses {
			t.Errorf("%d addresses", len(list))
		}
		for _, a := range list {
			said += len(a.Name) + len(a.Address)
		}
	}
	for _, list := range [][]string{m.References, m.InReplyTo, m.Links, m.Warnings, m.Reasons, m.Failed} {
		for _, s := range list {
			said += len(s)
		}
	}
	if len(m.Text) > maxText || said > 4<<20 {
		t.Errorf("text of %d bytes, %d in all", len(m.Text), said)
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
