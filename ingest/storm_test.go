package ingest_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"greffier/ingest"
)

// storms are the ways in which a server leaves us at a step.
var storms = map[string]func(c *seaConn) bool{
	"silent": (*seaConn).hang,
	"cut":    (*seaConn).cut,
	"BYE": func(c *seaConn) bool {
		c.say("* BYE going down for maintenance")
		return c.cut()
	},
	"BYE and silent": func(c *seaConn) bool {
		c.say("* BYE going down for maintenance")
		return c.hang()
	},
	"garbage": func(c *seaConn) bool {
		c.say("\x00\xff %%%% <html>502 Bad Gateway</html>")
		return c.hang()
	},
	"unknown response": func(c *seaConn) bool {
		c.say("* VANISHED (EARLIER) 1:3")
		return c.hang()
	},
	"endless line": func(c *seaConn) bool {
		for c.w.Flush() == nil {
			c.w.WriteString("* OK " + strings.Repeat("x", 64<<10))
		}
		return true
	},
	"dribble": func(c *seaConn) bool {
		for c.w.Flush() == nil {
			c.say("* OK still here")
			time.Sleep(50 * time.Millisecond)
		}
		return true
	},
}

// Whatever happens at whatever step, the next connections bring everything, once,
// and mail that comes later too.
func TestStorms(t *testing.T) {
	for _, step := range []string{"greeting", "login", "select", "search", "list", "sizes", "bodies", "in a body", "second body", "store", "idle"} {
		for name, storm := range storms {
			if step == "idle" && strings.HasPrefix(name, "dribble") {
				continue // a line that dribbles is what an IDLE is
			}
			t.Run(step+"/"+name, func(t *testing.T) {
				t.Parallel()
				srv := startSea(t, 5)
				var struck atomic.Bool
				srv.on = func(c *seaConn, at string) bool {
					here := at == step
					if at == "body" {
						here = step == "in a body" || step == "second body" && c.mail.uid == 2
					}
					if !here || !struck.CompareAndSwap(false, true) {
						return false
					}
					if step == "in a body" {
						c.body(len(c.mail.raw), 20)
					}
					return storm(c)
				}
				b := newBoat(t, srv)
				b.Quick(impatient)
				b.Bounds(2*impatient, 256<<10)
				stop := run(t, b.Session)
				b.arrives(5)
				await(t, "all to be marked", func() bool { return srv.flagged(ingest.Keyword) == 5 })
				await(t, "the storm", struck.Load)
				srv.deliver(letter(6))
				b.arrives(6)
				stop()
			})
		}
	}
}

// A server that does not say goodbye as it should spoils nothing.
func TestStormsAtLogout(t *testing.T) {
	for name, storm := range storms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := startSea(t, 2)
			srv.on = func(c *seaConn, at string) bool { return at == "logout" && storm(c) }
			b := newBoat(t, srv)
			b.Quick(impatient)
			b.Bounds(2*impatient, 256<<10)
			if err := b.Once(t.Context()); err != nil {
				t.Error(err)
			}
			b.sound(2)
		})
	}
}

// Run ends with its context, wherever a server has fallen silent.
func TestContextEndsAtEveryStep(t *testing.T) {
	for _, step := range []string{"greeting", "login", "select", "search", "list", "sizes", "bodies", "body", "store", "move", "idle"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			srv := startSea(t, 2)
			reached := make(chan struct{}, 100)
			srv.on = func(c *seaConn, at string) bool {
				if at != step {
					return false
				}
				if at == "body" {
					c.body(len(c.mail.raw), 20)
				}
				reached <- struct{}{}
				return c.hang()
			}
			b := newBoat(t, srv, func(c *ingest.Config) {
				if step == "move" {
					c.ProcessedFolder = "Traités"
				}
			})
			b.Quick(time.Hour)
			stop := run(t, b.Session)
			<-reached
			stop() // fails if it takes long
		})
	}
}

// A server that shows us out after each reading is read all the same: with
// growing pauses, and without an alarm that comes and goes each time.
func TestShownOutAfterEachReading(t *testing.T) {
	srv := startSea(t, 2)
	srv.on = func(c *seaConn, at string) bool {
		if at == "idle" {
			c.say("* BYE too many connections")
			return c.cut()
		}
		return false
	}
	b := newBoat(t, srv)
	run(t, b.Session)
	await(t, "several connections", func() bool { return srv.count("SELECT") > 5 })
	srv.deliver(letter(3))
	b.arrives(3)
	if told := b.books.troubles(); len(told) != 0 {
		t.Errorf("told %v", told)
	}
}

// A connection is given up now and then for another, politely and unnoticed.
func TestConnectionIsRenewed(t *testing.T) {
	srv := startSea(t, 2)
	b := newBoat(t, srv)
	b.Renew(100 * time.Millisecond)
	run(t, b.Session)
	await(t, "several connections", func() bool { return srv.count("LOGOUT") > 2 })
	srv.deliver(letter(3))
	b.arrives(3)
	if told := b.books.troubles(); len(told) != 0 {
		t.Errorf("told %v", told)
	}
}

// What a server says in leaving reaches the operator.
func TestFarewellIsTold(t *testing.T) {
	for _, step := range []string{"login", "select", "search", "sizes", "body"} {
		t.Run(step, func(t *testing.T) {
			srv := startSea(t, 1)
			srv.on = func(c *seaConn, at string) bool {
				if at == step {
					c.say("* BYE down for maintenance until noon")
					return c.cut()
				}
				return false
			}
			b := newBoat(t, srv)
			if err := b.Once(t.Context()); err == nil || !strings.Contains(err.Error(), "down for maintenance until noon") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// A login that takes its time is waited for.
func TestSlowLogin(t *testing.T) {
	srv := startSea(t, 2)
	srv.on = func(c *seaConn, at string) bool {
		if at == "login" {
			for range 5 {
				time.Sleep(impatient / 2)
				c.say("* OK still looking you up")
				c.w.Flush()
			}
		}
		return false
	}
	b := newBoat(t, srv)
	b.Quick(impatient)
	if err := b.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.sound(2)
}
