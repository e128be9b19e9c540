package ingest_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"greffier/ingest"
)

func processed(c *ingest.Config) { c.ProcessedFolder = "Traités" }

// once makes a behaviour of a step happen the first time only.
func once(step string, f func(c *seaConn) bool) func(*seaConn, string) bool {
	var done atomic.Bool
	return func(c *seaConn, at string) bool {
		return at == step && done.CompareAndSwap(false, true) && f(c)
	}
}

// A connection that breaks while mails are marked, before or after the server did
// it: all end marked, none is filed again, none is lost from sight.
func TestCutWhileMarking(t *testing.T) {
	after := func(c *seaConn) bool { c.answer(stepOf(c.cmd), nil); return c.cutSilently() }
	for name, v := range map[string]struct {
		caps string
		on   func(*seaConn, string) bool
		move bool
		most int // copies in the other folder
	}{
		"STORE, not done": {caps: seaCaps, on: once("store", (*seaConn).cut)},
		"STORE, done":     {caps: seaCaps, on: once("store", after)},
		"MOVE, not done":  {caps: seaCaps, on: once("move", (*seaConn).cut), move: true, most: 4},
		"MOVE, done":      {caps: seaCaps, on: once("move", after), move: true, most: 4},
		"MOVE, half done": {caps: seaCaps, on: once("move", func(c *seaConn) bool { c.keep("1:2", true); return c.cut() }), move: true, most: 4},
		"COPY, not done":  {caps: "IMAP4rev1 UIDPLUS", on: once("copy", (*seaConn).cut), move: true, most: 4},
		// The protocol cannot tell whether a copy was made: a second one is the
		// price of never losing a mail.
		"COPY, done":    {caps: "IMAP4rev1 UIDPLUS", on: once("copy", after), move: true, most: 8},
		"deleted":       {caps: "IMAP4rev1 UIDPLUS", on: once("store", after), move: true, most: 8},
		"EXPUNGE, done": {caps: "IMAP4rev1 UIDPLUS", on: once("expunge", after), move: true, most: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := startSea(t, 4)
			srv.caps, srv.on = v.caps, v.on
			b := newBoat(t, srv, func(c *ingest.Config) {
				if v.move {
					processed(c)
				}
			})
			run(t, b.Session)
			b.arrives(4)
			await(t, "all marked", func() bool {
				left, err := b.store.Unmarked(t.Context(), mailbox, "INBOX", 7)
				return err == nil && len(left) == 0
			})
			b.sound(4)
			srv.change(func() {
				if v.move && (len(srv.mails) != 0 || len(srv.moved) < 4 || len(srv.moved) > v.most) {
					t.Errorf("%d left, %d moved", len(srv.mails), len(srv.moved))
				}
			})
		})
	}
}

// cutSilently breaks the connection and leaves what was said unsent.
func (c *seaConn) cutSilently() bool { c.conn.Close(); return true }

// A server that refuses the mark has its mails filed all the same, tells us once,
// and gets the mark when it takes it.
// Behaviour 9.
func TestMarkRefused(t *testing.T) {
	for name, v := range map[string]struct{ caps, step, answer string }{
		"STORE":           {seaCaps, "store", "NO no permission"},
		"STORE, limit":    {seaCaps, "store", "NO [LIMIT] too many keywords"},
		"MOVE":            {seaCaps, "move", "NO [OVERQUOTA] no room"},
		"MOVE not known":  {seaCaps, "move", "BAD unknown command"},
		"COPY":            {"IMAP4rev1 UIDPLUS", "copy", "NO [NOPERM] not there"},
		"flag for delete": {"IMAP4rev1 UIDPLUS", "store", "NO no permission"},
		"EXPUNGE":         {"IMAP4rev1 UIDPLUS", "expunge", "NO no permission"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := startSea(t, 3)
			srv.caps = v.caps
			var well atomic.Bool
			srv.on = func(c *seaConn, at string) bool {
				if at == v.step && !well.Load() {
					c.say("%s %s", c.tag, v.answer)
					return true
				}
				return false
			}
			b := newBoat(t, srv, func(c *ingest.Config) {
				if v.step != "store" || v.caps != seaCaps {
					processed(c)
				}
			})
			run(t, b.Session)
			b.arrives(3)
			srv.deliver(letter(4))
			b.arrives(4)
			if n := len(srv.uids("1:*")); n != 4 {
				t.Errorf("%d mails in the folder, want 4: nothing may be taken away", n)
			}
			well.Store(true)
			await(t, "the end of the trouble", func() bool {
				return slices.Equal(b.books.troubles(), []string{"imap_mark", "no more imap_mark"})
			})
			await(t, "all marked", func() bool {
				left, err := b.store.Unmarked(t.Context(), mailbox, "INBOX", 7)
				return err == nil && len(left) == 0
			})
			b.sound(4)
		})
	}
}

// A folder for filed mails that is not there is made, also where the server does
// not say that this is why it refuses.
// Behaviour 9.
func TestProcessedFolderMissing(t *testing.T) {
	for _, answer := range []string{"NO [TRYCREATE] no such folder", "NO [NONEXISTENT] no such folder", "NO no such folder"} {
		t.Run(answer, func(t *testing.T) {
			srv := startSea(t, 3)
			srv.folder = false
			srv.on = func(c *seaConn, at string) bool {
				there := false
				c.change(func() { there = c.folder })
				if at != "move" || there {
					return false
				}
				c.say("%s %s", c.tag, answer)
				return true
			}
			b := newBoat(t, srv, processed)
			if err := b.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
			b.sound(3)
			if told := b.books.troubles(); srv.kept() != 3 || len(told) != 0 {
				t.Errorf("%d moved, told %v", srv.kept(), told)
			}
		})
	}
}

// What a server cannot do is done without.
func TestPoorServers(t *testing.T) {
	for name, v := range map[string]struct {
		caps, flags string
		move        bool
		flagged     int
		left        int
		told        []string
	}{
		"without IDLE":               {caps: "IMAP4rev1 UIDPLUS MOVE", flags: `\*`, flagged: 3, left: 3},
		"without MOVE":               {caps: "IMAP4rev1 IDLE UIDPLUS", flags: `\*`, move: true},
		"without UIDPLUS":            {caps: "IMAP4rev1 IDLE MOVE", flags: `\*`, move: true},
		"without MOVE nor UIDPLUS":   {caps: "IMAP4rev1 IDLE", flags: `\*`, move: true, left: 3, told: []string{"imap_mark"}},
		"without keywords":           {caps: seaCaps, flags: `\Seen \Deleted`, left: 3},
		"without any flag":           {caps: seaCaps, flags: ``, left: 3},
		"with our keyword, no other": {caps: seaCaps, flags: ingest.Keyword, flagged: 3, left: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := startSea(t, 2)
			srv.caps, srv.flags = v.caps, v.flags
			b := newBoat(t, srv, func(c *ingest.Config) {
				if v.move {
					processed(c)
				}
			})
			run(t, b.Session)
			b.arrives(2)
			srv.deliver(letter(3))
			b.arrives(3)
			await(t, "marks", func() bool { return srv.flagged(ingest.Keyword) == v.flagged && len(srv.uids("1:*")) == v.left })
			if told := b.books.troubles(); !slices.Equal(told, v.told) {
				t.Errorf("told %v, want %v", told, v.told)
			}
		})
	}
}

// Capabilities are those after the login, as they are at the time.
func TestCapabilitiesChange(t *testing.T) {
	t.Run("more after the login", func(t *testing.T) {
		srv := startSea(t, 2)
		b := newBoat(t, srv, processed)
		if err := b.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		if srv.kept() != 2 {
			t.Errorf("%d moved", srv.kept())
		}
	})
	t.Run("not told with the login", func(t *testing.T) {
		srv := startSea(t, 2)
		srv.on = func(c *seaConn, at string) bool {
			if at == "login" {
				c.say("%s OK logged in", c.tag)
			}
			return at == "login"
		}
		b := newBoat(t, srv, processed)
		if err := b.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		if srv.kept() != 2 || srv.count("CAPABILITY") != 1 {
			t.Errorf("%d moved", srv.kept())
		}
	})
	t.Run("IDLE goes in mid-session", func(t *testing.T) {
		srv := startSea(t, 2)
		srv.on = func(c *seaConn, at string) bool {
			if at == "search" {
				c.say("* CAPABILITY IMAP4rev1")
			}
			return false
		}
		b := newBoat(t, srv)
		run(t, b.Session)
		b.arrives(2)
		srv.deliver(letter(3))
		b.arrives(3)
		if n := srv.count("IDLE"); n != 0 {
			t.Errorf("IDLE asked for %d times", n)
		}
	})
}

// A server that refuses the IDLE it offers is polled, over one connection.
func TestIdleRefused(t *testing.T) {
	for _, answer := range []string{"NO not now", "BAD what"} {
		t.Run(answer, func(t *testing.T) {
			srv := startSea(t, 2)
			srv.on = func(c *seaConn, at string) bool {
				if at == "idle" {
					c.say("%s %s", c.tag, answer)
				}
				return at == "idle"
			}
			b := newBoat(t, srv, func(c *ingest.Config) { c.PollEvery = 20 * time.Millisecond })
			run(t, b.Session)
			b.arrives(2)
			srv.deliver(letter(3))
			b.arrives(3)
			if n, idles := srv.count("AUTHENTICATE"), srv.count("IDLE"); n != 1 || idles != 1 {
				t.Errorf("%d connections, %d times IDLE", n, idles)
			}
		})
	}
}
