package ingest_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"greffier/ingest"
)

// Odd answers, each to every connection: all mails are filed, once, whatever a
// server puts around them.
func TestOddAnswers(t *testing.T) {
	bodyOf := func(c *seaConn) { c.body(len(c.mail.raw), 0); c.say(")") }
	first := func(f func(c *seaConn)) func(*seaConn, string) bool {
		var done atomic.Bool
		return func(c *seaConn, at string) bool {
			if at != "body" || c.mail.uid != 3 || !done.CompareAndSwap(false, true) {
				return false
			}
			f(c)
			return true
		}
	}
	for name, on := range map[string]func(c *seaConn, at string) bool{
		"unsolicited data before each answer": func(c *seaConn, at string) bool {
			switch at {
			case "search", "list", "sizes", "bodies", "store":
				c.say("* 5 EXISTS\r\n* 0 RECENT\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* OK [ALERT] the disk is nearly full\r\n* FLAGS (\\Seen $x)\r\n* NO low on memory")
			}
			return false
		},
		"flags with UID before the bodies": func(c *seaConn, at string) bool {
			if at == "bodies" && c.n+c.count("UID FETCH") < 6 {
				for uid := 1; uid <= 5; uid++ {
					c.say("* %d FETCH (FLAGS (\\Seen) UID %d)", uid, uid)
				}
			}
			return false
		},
		"UID after the body": func(c *seaConn, at string) bool {
			if at == "body" {
				fmt.Fprintf(c.w, "* %d FETCH (BODY[] {%d}\r\n%s UID %d)\r\n", c.num, len(c.mail.raw), c.mail.raw, c.mail.uid)
			}
			return at == "body"
		},
		"bodies twice": func(c *seaConn, at string) bool {
			if at == "body" {
				bodyOf(c)
			}
			return false
		},
		"bodies out of order": func(c *seaConn, at string) bool {
			if at == "bodies" {
				c.change(func() { slices.Reverse(c.mails) })
			}
			return false
		},
		"sizes out of order": func(c *seaConn, at string) bool {
			if at == "sizes" {
				c.change(func() { slices.Reverse(c.mails) })
			}
			return false
		},
		"a body left out once":      first(func(c *seaConn) {}),
		"a body as NIL once":        first(func(c *seaConn) { c.say("* %d FETCH (UID 3 BODY[] NIL)", c.num) }),
		"a body of another UID":     first(func(c *seaConn) { c.say("* %d FETCH (UID 77 BODY[] {3}\r\nabc)", c.num) }),
		"a longer body than said":   first(func(c *seaConn) { c.body(len(c.mail.raw)-9, 0); c.say(")") }),
		"a shorter body than said":  first(func(c *seaConn) { c.body(len(c.mail.raw)+9, 0); c.say(")") }),
		"a body that breaks off":    first(func(c *seaConn) { c.body(len(c.mail.raw), 9); c.cut() }),
		"a body refused once":       first(func(c *seaConn) { c.say("%s NO [UNAVAILABLE] try later", c.tag); c.cut() }),
		"sizes that are too small":  sized(1),
		"sizes that are too large":  sized(50_000_000),
		"no SEARCH response at all": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := startSea(t, 5)
			srv.on = on
			if on == nil {
				srv.on = func(c *seaConn, at string) bool {
					if at == "search" && c.n == 1 {
						c.say("%s OK done", c.tag)
						return true
					}
					return false
				}
			}
			b := newBoat(t, srv)
			b.Quick(impatient)
			run(t, b.Session)
			b.arrives(5)
			srv.deliver(letter(6))
			b.arrives(6)
		})
	}
}

// sized makes a server announce sizes that are not those of the bodies.
func sized(n int) func(*seaConn, string) bool {
	return func(c *seaConn, at string) bool {
		if at == "sizes" {
			c.change(func() {
				for _, m := range c.mails {
					m.size = n
				}
			})
		}
		return false
	}
}

// A mail whose announced length is never true, or that never comes, is set aside
// alone.
func TestMailThatNeverComesWhole(t *testing.T) {
	for name, answer := range map[string]func(c *seaConn){
		"longer than said":  func(c *seaConn) { c.body(len(c.mail.raw)-9, 0); c.say(")") },
		"shorter than said": func(c *seaConn) { c.body(len(c.mail.raw)+900, 0); c.say(")"); c.cut() },
		"never":             func(*seaConn) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := startSea(t, 12)
			srv.on = func(c *seaConn, at string) bool {
				if at == "body" && c.mail.uid == 5 {
					answer(c)
					return true
				}
				return false
			}
			b := newBoat(t, srv)
			b.Quick(impatient)
			run(t, b.Session)
			await(t, "the mail to be set aside", func() bool { return len(b.aside()) == 1 })
			await(t, "a complete reading", func() bool { return b.books.readings() > 0 })
			if b.filed() != 11 || b.aside()[0].UID != 5 {
				t.Errorf("%d filed, aside %+v", b.filed(), b.aside())
			}
		})
	}
}

// A server that says what nobody understands, whatever it is asked, is at fault
// itself: no mail is set aside for it within the hour it is given.
func TestBabblingServerCostsNoMail(t *testing.T) {
	srv := startSea(t, 3)
	var well atomic.Bool
	srv.on = func(c *seaConn, at string) bool {
		if at == "bodies" && !well.Load() {
			c.say("* XBABBLE 1")
		}
		return false
	}
	b := newBoat(t, srv)
	run(t, b.Session)
	await(t, "ten connections", func() bool { return srv.count("SELECT") > 10 })
	well.Store(true)
	b.arrives(3)
}

// People read, move and delete mails while we do: what they took away is theirs,
// the rest is filed.
func TestMailsGoUnderOurFeet(t *testing.T) {
	for _, step := range []string{"sizes", "bodies", "store", "list"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			srv := startSea(t, 6)
			srv.change(func() { srv.mails[3].flags = []string{`\Seen`, `\Deleted`} })
			var gone atomic.Bool
			srv.on = func(c *seaConn, at string) bool {
				if at == step && gone.CompareAndSwap(false, true) {
					srv.expunge(2, 6)
					c.say("* 2 EXPUNGE\r\n* 5 EXPUNGE")
				}
				return false
			}
			b := newBoat(t, srv)
			run(t, b.Session)
			want := 4
			if step == "store" || step == "list" {
				want = 6
			}
			b.arrives(want)
			await(t, "marks", func() bool { return srv.flagged(ingest.Keyword) == 4 })
			if told := b.books.troubles(); len(told) != 0 {
				t.Errorf("told %v", told)
			}
			if n := srv.flagged(`\Deleted`) + srv.flagged(`\Seen`); n != 2 {
				t.Errorf("flags of people were changed: %d", n)
			}
		})
	}
}

// A folder that is made anew has other mails under the same UIDs: they are filed,
// be the change between two connections or within one.
func TestFolderReplaced(t *testing.T) {
	replace := func(srv *sea) {
		srv.change(func() { srv.mails, srv.next, srv.uidValidity = nil, 1, srv.uidValidity+1 })
		for n := range 4 {
			srv.deliver(letter(n + 3)) // two old ones, two new
		}
	}
	t.Run("between connections", func(t *testing.T) {
		srv := startSea(t, 4)
		b := newBoat(t, srv)
		for range 2 {
			if err := b.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
			replace(srv)
		}
		b.sound(6)
	})
	t.Run("within a connection", func(t *testing.T) {
		srv := startSea(t, 4)
		b := newBoat(t, srv)
		run(t, b.Session)
		b.arrives(4)
		replace(srv)
		b.arrives(6)
		if n := srv.count("AUTHENTICATE"); n != 1 {
			t.Errorf("%d connections", n)
		}
	})
	t.Run("within a reading", func(t *testing.T) {
		srv := startSea(t, 4)
		var done atomic.Bool
		srv.on = func(c *seaConn, at string) bool {
			if at == "sizes" && done.CompareAndSwap(false, true) {
				replace(srv)
			}
			return false
		}
		b := newBoat(t, srv)
		run(t, b.Session)
		b.arrives(4)
		if n := srv.flagged(ingest.Keyword); n != 4 {
			t.Errorf("%d marked", n)
		}
	})
}
