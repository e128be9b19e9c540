package ingest_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
)

// sea is a small IMAP server that misbehaves where a test tells it to, and
// otherwise does what it must.
type sea struct {
	t         testing.TB
	listener  net.Listener
	port      int
	caps      string // told after the login
	flags     string // PERMANENTFLAGS
	greetCaps string // told in the greeting

	// on is asked before each step; true: it answered in the server's place.
	on func(c *seaConn, step string) bool

	mu          sync.Mutex
	uidValidity int
	next        int // UID of the mail that comes next
	mails       []*seaMail
	folder      bool     // the folder for filed mails is there
	moved       []string // what lies in it
	connections int
	asked       []string
	listening   map[*seaConn]bool // in IDLE
}

type seaMail struct {
	uid    int
	raw    string
	size   int    // RFC822.SIZE; 0: the true one
	date   string // INTERNALDATE; "": that of arrived
	flags  []string
	hidden bool // SEARCH does not find it
}

// seaConn is one connection to it, at one command.
type seaConn struct {
	*sea
	conn net.Conn
	w    *bufio.Writer
	n    int // of the connection, from 1
	tag  string
	cmd  string
	mail *seaMail // of the step "body"
	num  int      // its sequence number
}

const seaCaps = "IMAP4rev1 IDLE UIDPLUS MOVE"

func startSea(t testing.TB, mails int) *sea {
	t.Helper()
	s := &sea{
		t: t, caps: seaCaps, greetCaps: "IMAP4rev1 AUTH=PLAIN SASL-IR", flags: `\Seen \Deleted \*`,
		uidValidity: 7, next: 1, folder: true, listening: make(map[*seaConn]bool),
	}
	for n := range mails {
		s.deliver(letter(n + 1))
	}
	s.listener = listen(t)
	s.port = s.listener.Addr().(*net.TCPAddr).Port
	return s
}

// serve serves until the test ends; the test has set what it will.
func (s *sea) serve() {
	l := s.listener
	var conns sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	conns.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.connections++
			c := &seaConn{sea: s, conn: conn, w: bufio.NewWriter(conn), n: s.connections}
			s.mu.Unlock()
			conns.Go(func() {
				stop := context.AfterFunc(ctx, func() { conn.Close() })
				defer stop()
				defer conn.Close()
				c.talk()
			})
		}
	})
	s.t.Cleanup(func() { cancel(); l.Close(); conns.Wait() })
}

// deliver puts a mail into the folder and tells those in IDLE.
func (s *sea) deliver(raw string) { s.deliverAs(&seaMail{raw: raw}) }

func (s *sea) deliverAs(m *seaMail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.uid = s.next
	s.next++
	s.mails = append(s.mails, m)
	for c := range s.listening {
		c.say("* %d EXISTS", len(s.mails))
		c.w.Flush()
	}
}

// change changes the server's state.
func (s *sea) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// expunge removes mails; the step that is under way tells of it.
func (s *sea) expunge(uids ...int) {
	s.change(func() {
		s.mails = slices.DeleteFunc(s.mails, func(m *seaMail) bool { return slices.Contains(uids, m.uid) })
	})
}

func (s *sea) count(prefix string) (n int) {
	s.change(func() {
		for _, cmd := range s.asked {
			if strings.HasPrefix(cmd, prefix) {
				n++
			}
		}
	})
	return n
}

// kept counts what lies in the folder for filed mails.
func (s *sea) kept() (n int) { s.change(func() { n = len(s.moved) }); return n }

// flagged counts the mails that bear a flag.
func (s *sea) flagged(flag string) (n int) {
	s.change(func() {
		for _, m := range s.mails {
			if slices.Contains(m.flags, flag) {
				n++
			}
		}
	})
	return n
}

func (c *seaConn) say(format string, args ...any) { fmt.Fprintf(c.w, format+"\r\n", args...) }

// cut breaks the connection after what was said.
func (c *seaConn) cut() bool { c.w.Flush(); c.conn.Close(); return true }

// hang says nothing more until the client leaves.
func (c *seaConn) hang() bool {
	c.w.Flush()
	for b := make([]byte, 512); ; {
		if _, err := c.conn.Read(b); err != nil {
			return true
		}
	}
}

// body begins to answer with the mail at hand: so many bytes are announced, and
// of the mail all but the last few are sent.
func (c *seaConn) body(announced, short int) {
	fmt.Fprintf(c.w, "* %d FETCH (UID %d BODY[] {%d}\r\n%s", c.num, c.mail.uid, announced, c.mail.raw[:len(c.mail.raw)-short])
}

// step reports whether the behaviour of the test stood in for the server.
func (c *seaConn) step(name string) bool { return c.on != nil && c.on(c, name) }

func (c *seaConn) talk() {
	if !c.step("greeting") {
		c.say("* OK [CAPABILITY %s] ready", c.greetCaps)
	}
	r := bufio.NewReader(c.conn)
	for c.w.Flush() == nil {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		c.tag, c.cmd, _ = strings.Cut(strings.TrimSpace(line), " ")
		c.change(func() { c.asked = append(c.asked, c.cmd) })
		if step := stepOf(c.cmd); !c.step(step) {
			c.answer(step, r)
		}
	}
}
