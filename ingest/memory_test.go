package ingest_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// A large mail goes from the line to the disk, and is parsed from there, without
// ever being in memory.
func TestLargeMailIsStreamed(t *testing.T) {
	head := crlf("From: a@example.org\nTo: " + mailbox + "\nSubject: Dossier\nMessage-ID: <big@example.org>\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/mixed; boundary=B\n\n--B\n\nBonjour\n--B\nContent-Type: application/pdf; name=dossier.pdf\n" +
		"Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=dossier.pdf\n\n")
	tail := "--B--\r\n"
	line := strings.Repeat("QUJD", 19) + "\r\n"
	lines := 50_000_000 / len(line)
	size := len(head) + lines*len(line) + len(tail)
	srv := startScripted(t, &scripted{greet: true, mails: map[uint32]string{1: ""}, bodies: func(b *body) bool {
		fmt.Fprintf(b.w, "* 1 FETCH (UID 1 BODY[] {%d}\r\n%s", size, head)
		for range lines {
			b.w.WriteString(line)
		}
		b.w.WriteString(tail + ")\r\n")
		return true
	}})
	h := newHouse(t, srv.port)

	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var peak uint64
	ctx, cancel := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() {
		for ; ctx.Err() == nil; time.Sleep(2 * time.Millisecond) {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapInuse)
		}
	})
	h.read()
	cancel()
	watching.Wait()
	if grown := int64(peak) - int64(before.HeapInuse); grown > 20<<20 {
		t.Errorf("the heap grew by %d MB for a mail of 50 MB", grown>>20)
	}
	mails := h.unassessed()
	if len(mails) != 1 || len(mails[0].Parts) != 1 || mails[0].Parts[0].Size != int64(lines*19*3) {
		t.Errorf("filed as %+v", mails)
	}
}
