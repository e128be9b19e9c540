package ingest_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"greffier/ingest"
)

// tiny is an old mail.
func tiny(n int) string {
	return fmt.Sprintf("From: a%d@example.org\r\nTo: %s\r\nSubject: Ancien %d\r\nMessage-ID: <old%d@example.org>\r\n\r\nBonjour\r\n", n, mailbox, n, n)
}

// The first connection to a mailbox full of old mails files them without a word
// to anybody, says how far it is, can be stopped at any time and goes on where
// it was.
func TestOldMailbox(t *testing.T) {
	const mails = 2000
	srv := startSea(t, 0)
	for n := range mails {
		srv.deliver(tiny(n))
	}
	asked := make(map[int]int)
	srv.on = func(c *seaConn, at string) bool {
		if at == "body" {
			c.change(func() { asked[c.mail.uid]++ })
		}
		return false
	}
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	var told [][2]int
	b := newBoat(t, srv, func(c *ingest.Config) {
		c.AnswerSince = arrived.Add(time.Hour)
		c.Progress = func(done, total int) {
			mu.Lock()
			defer mu.Unlock()
			if told = append(told, [2]int{done, total}); done >= mails/3 {
				stop()
			}
		}
	})
	if err := b.Once(ctx); err != ctx.Err() {
		t.Fatalf("Once: %v", err)
	}
	filed := b.filed()
	if filed < mails/3 || filed > mails/2 {
		t.Fatalf("%d filed when stopped at a third", filed)
	}
	told = nil
	if err := b.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.sound(mails)
	left := mails - filed
	if n := len(told); n < 10 || told[n-1] != [2]int{left, left} {
		t.Errorf("progress told as %v, want up to %d", told, left)
	}
	for i := 1; i < len(told); i++ {
		if told[i][0] < told[i-1][0] || told[i][1] != left {
			t.Errorf("progress went from %v to %v", told[i-1], told[i])
		}
	}
	again := 0
	for _, n := range asked {
		again += n - 1
	}
	if again > 200 {
		t.Errorf("%d bodies fetched again, want two batches at most", again)
	}
	if b.books.loud != 0 {
		t.Errorf("%d old mails may be answered", b.books.loud)
	}
}

// BenchmarkOldMailbox is the first connection to a mailbox of 20,000 old mails.
func BenchmarkOldMailbox(b *testing.B) {
	const mails = 20_000
	for b.Loop() {
		b.StopTimer()
		srv := startSea(b, 0)
		for n := range mails {
			srv.deliver(tiny(n))
		}
		srv.serve()
		h := newHouse(b, srv.port)
		h.cfg.AnswerSince = arrived.Add(time.Hour)
		b.StartTimer()
		h.read()
	}
	b.ReportMetric(float64(mails*b.N)/b.Elapsed().Seconds(), "mails/s")
}
