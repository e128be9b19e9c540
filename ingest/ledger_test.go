package ingest_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"greffier/cases"
	"greffier/ingest"
)

// ledger is a store that remembers what happened, to prove that nothing is filed
// twice.
type ledger struct {
	ingest.Store
	mu    sync.Mutex
	filed map[cases.Source]int
	aside map[cases.Source]int
	read  int // complete readings
	loud  int // mails filed that may be answered
	told  []string
}

func (l *ledger) Receive(ctx context.Context, arrivals []cases.Arrival) error {
	err := l.Store.Receive(ctx, arrivals)
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, a := range arrivals {
			l.filed[a.Source]++
			if !a.Mail.Silent {
				l.loud++
			}
		}
	}
	return err
}

func (l *ledger) SetAside(ctx context.Context, source cases.Source, sum string, internalDate, fetched time.Time, reason string) error {
	err := l.Store.SetAside(ctx, source, sum, internalDate, fetched, reason)
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.aside[source]++
	}
	return err
}

func (l *ledger) ReadingDone(ctx context.Context, mailbox, folder string, uidValidity uint32, begun time.Time) error {
	l.mu.Lock()
	l.read++
	l.mu.Unlock()
	return l.Store.ReadingDone(ctx, mailbox, folder, uidValidity, begun)
}

func (l *ledger) readings() int { l.mu.Lock(); defer l.mu.Unlock(); return l.read }

// troubles gives what was told of troubles and their end.
func (l *ledger) troubles() []string { l.mu.Lock(); defer l.mu.Unlock(); return slices.Clone(l.told) }

// boat is a Session at sea, with the books of what it does.
type boat struct {
	*house
	*ingest.Session
	books *ledger
}

// newBoat makes a Session whose limits of time are short.
func newBoat(t *testing.T, srv *sea, change ...func(*ingest.Config)) *boat {
	t.Helper()
	srv.serve()
	h := newHouse(t, srv.port)
	h.cfg.PollEvery = 50 * time.Millisecond
	books := &ledger{Store: h.store, filed: make(map[cases.Source]int), aside: make(map[cases.Source]int)}
	tell := func(what string) { books.mu.Lock(); defer books.mu.Unlock(); books.told = append(books.told, what) }
	h.cfg.Trouble = func(kind ingest.Trouble, _ error) { tell(string(kind)) }
	h.cfg.Recovered = func(kind ingest.Trouble) { tell("no more " + string(kind)) }
	for _, f := range change {
		f(&h.cfg)
	}
	s := ingest.New(h.cfg, books, ingest.ArchiveOf(h.store.Archive))
	s.Quick(5 * time.Second)
	return &boat{house: h, Session: s, books: books}
}

// impatient is how long a server may be silent where a test waits for that.
const impatient = 150 * time.Millisecond

// arrives waits until so many mails are filed and a reading was complete after
// that, and checks that none was filed twice or set aside.
func (b *boat) arrives(mails int) {
	b.t.Helper()
	await(b.t, "the mails to be filed", func() bool { return b.filed() >= mails })
	before := b.books.readings()
	await(b.t, "a complete reading", func() bool { return b.books.readings() > before })
	b.sound(mails)
}

// sound checks that so many mails are filed, each once, and none set aside.
func (b *boat) sound(mails int) {
	b.t.Helper()
	if n := b.filed(); n != mails {
		b.t.Errorf("%d mails filed, want %d", n, mails)
	}
	b.books.mu.Lock()
	defer b.books.mu.Unlock()
	for source, n := range b.books.filed {
		if n != 1 {
			b.t.Errorf("%v filed %d times", source, n)
		}
	}
	for source := range b.books.aside {
		b.t.Errorf("%v set aside", source)
	}
}
