package ingest_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"greffier/ingest"
)

var mismatchAndEnd = []string{"reconciliation", "no more reconciliation"}

// hide makes a server hide a mail from SEARCH and keep back its body while ill.
func hide(srv *sea, uid int, bodyToo bool) (ill *atomic.Bool) {
	ill = new(atomic.Bool)
	ill.Store(true)
	srv.on = func(c *seaConn, at string) bool {
		switch at {
		case "search":
			c.change(func() {
				for _, m := range c.mails {
					m.hidden = ill.Load() && m.uid == uid
				}
			})
		case "body":
			return bodyToo && ill.Load() && c.mail.uid == uid
		}
		return false
	}
	return ill
}

// A mail that a search does not find is found all the same: the folder holds
// more than the search says.
func TestMailHiddenFromSearch(t *testing.T) {
	for _, uid := range []int{1, 3, 5} {
		srv := startSea(t, 5)
		hide(srv, uid, false)
		b := newBoat(t, srv)
		if err := b.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.sound(5)
		if told := b.books.troubles(); len(told) != 0 {
			t.Errorf("told %v", told)
		}
	}
}

// So is one that comes later and that a search does not find.
func TestLaterMailHiddenFromSearch(t *testing.T) {
	srv := startSea(t, 2)
	hide(srv, 3, false)
	b := newBoat(t, srv)
	run(t, b.Session)
	b.arrives(2)
	srv.deliver(letter(3))
	b.arrives(3)
	if told := b.books.troubles(); len(told) != 0 {
		t.Errorf("told %v", told)
	}
}

// A mail that is in the folder and cannot be had is a mismatch: told once, with
// the count; no reading is complete meanwhile, so that no deadline passes over
// it, and all other mail is filed. It is over when the mail comes or goes.
// Behaviour 7.
func TestReconciliation(t *testing.T) {
	for name, end := range map[string]func(*sea, *atomic.Bool) (filed int){
		"the mail comes": func(_ *sea, ill *atomic.Bool) int { ill.Store(false); return 6 },
		"the mail goes":  func(srv *sea, _ *atomic.Bool) int { srv.expunge(3); return 5 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := startSea(t, 5)
			ill := hide(srv, 3, true)
			var said atomic.Value
			b := newBoat(t, srv, func(c *ingest.Config) {
				tell := c.Trouble
				c.Trouble = func(kind ingest.Trouble, err error) { said.Store(err.Error()); tell(kind, err) }
			})
			run(t, b.Session)
			await(t, "the trouble", func() bool { return len(b.books.troubles()) > 0 })
			srv.deliver(letter(6))
			await(t, "the others", func() bool { return b.filed() == 5 })
			lists := srv.count("UID FETCH 1:* (UID)")
			await(t, "more readings", func() bool { return srv.count("UID FETCH 1:* (UID)") > lists+4 })
			if n := b.books.readings(); n != 0 {
				t.Errorf("%d readings are said to be complete", n)
			}
			if text := said.Load().(string); !strings.Contains(text, ": 1 (3)") {
				t.Errorf("told %q", text)
			}
			b.arrives(end(srv, ill))
			if told := b.books.troubles(); !slices.Equal(told, mismatchAndEnd) {
				t.Errorf("told %v", told)
			}
			if n := srv.count("AUTHENTICATE"); n != 1 {
				t.Errorf("%d connections", n)
			}
		})
	}
}

// A mail that the server lists for ever without giving it is set aside at last,
// where people see it.
func TestMismatchIsSetAsideInTheEnd(t *testing.T) {
	srv := startSea(t, 5)
	hide(srv, 3, true)
	b := newBoat(t, srv)
	b.Missing(300 * time.Millisecond)
	if err := b.Once(t.Context()); err == nil {
		t.Error("Once says that the folder was read to its end")
	}
	run(t, b.Session)
	await(t, "the mail to be set aside", func() bool { return len(b.aside()) == 1 })
	await(t, "a complete reading", func() bool { return b.books.readings() > 0 })
	if told := b.books.troubles(); !slices.Equal(told, mismatchAndEnd) || b.aside()[0].UID != 3 || b.filed() != 4 {
		t.Errorf("told %v, aside %+v, %d filed", told, b.aside(), b.filed())
	}
}

// forgetful is a store that does not keep a row it said it kept.
type forgetful struct {
	ingest.Store
	ill *atomic.Bool
}

func (s forgetful) KnownUIDs(ctx context.Context, mailbox, folder string, uidValidity uint32) (map[uint32]bool, error) {
	known, err := s.Store.KnownUIDs(ctx, mailbox, folder, uidValidity)
	if s.ill.Load() {
		delete(known, 2)
	}
	return known, err
}

// What the store says it filed is checked against what it knows.
func TestStoreThatForgets(t *testing.T) {
	srv := startSea(t, 3)
	b := newBoat(t, srv)
	ill := new(atomic.Bool)
	ill.Store(true)
	s := ingest.New(b.cfg, forgetful{b.books, ill}, ingest.ArchiveOf(b.store.Archive))
	s.Quick(5 * time.Second)
	if err := s.Once(t.Context()); err == nil || b.readToEnd() {
		t.Errorf("error %v", err)
	}
	ill.Store(false)
	if err := s.Once(t.Context()); err != nil || b.filed() != 3 {
		t.Errorf("error %v, %d filed", err, b.filed())
	}
	if told := b.books.troubles(); !slices.Equal(told, mismatchAndEnd) {
		t.Errorf("told %v", told)
	}
}

// The clock of the server is compared with ours by mail that comes while we
// watch, unless our calendar is a simulated one.
func TestServerClock(t *testing.T) {
	for name, v := range map[string]struct {
		ahead     time.Duration
		old       bool // it was there before
		simulated bool
		told      []string
	}{
		"ahead":                {ahead: 6 * time.Minute, told: []string{"clock", "no more clock"}},
		"a little ahead":       {ahead: 4 * time.Minute},
		"behind":               {ahead: -72 * time.Hour},
		"ahead, an old mail":   {ahead: 24 * time.Hour, old: true},
		"ahead of a rehearsal": {ahead: 24 * time.Hour, simulated: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := startSea(t, 1)
			b := newBoat(t, srv, func(c *ingest.Config) { c.Simulated = v.simulated })
			odd := &seaMail{raw: letter(2), date: b.cfg.Now().Add(v.ahead).Format("02-Jan-2006 15:04:05 -0700")}
			if v.old {
				srv.deliverAs(odd)
			}
			run(t, b.Session)
			if !v.old {
				b.arrives(1)
				srv.deliverAs(odd)
			}
			b.arrives(2)
			if told := b.books.troubles(); !slices.Equal(told, v.told[:len(v.told)/2]) {
				t.Errorf("told %v", told)
			}
			srv.deliver(letter(3))
			b.arrives(3)
			if told := b.books.troubles(); !slices.Equal(told, v.told) {
				t.Errorf("told %v, want %v", told, v.told)
			}
		})
	}
}
