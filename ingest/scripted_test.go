package ingest_test

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// scripted is an IMAP server that does what a test tells it to.
type scripted struct {
	t       *testing.T
	port    int
	greet   bool                  // false: it accepts and says nothing
	mails   map[uint32]string     // bodies by UID
	bodies  func(b *body) bool    // answers a body itself; false: as usual
	silence func(cmd string) bool // commands that get no answer

	caps  string                                                     // beside IMAP4rev1, before login; "": by password
	login func(cmd string, ask func(challenge string) string) string // answers AUTHENTICATE, without the tag; "": it hangs up

	mu    sync.Mutex
	asked []string // commands, without tag
}

// body is a body asked for.
type body struct {
	w   *bufio.Writer
	uid uint32
	all []uint32 // asked for together
	cut func()   // cuts the connection
}

func startScripted(t *testing.T, s *scripted) *scripted {
	t.Helper()
	s.t = t
	l := listen(t)
	s.port = l.Addr().(*net.TCPAddr).Port
	var conns sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() {
				stop := context.AfterFunc(ctx, func() { c.Close() })
				defer stop()
				defer c.Close()
				s.serve(c)
			})
		}
	})
	t.Cleanup(func() { cancel(); l.Close(); conns.Wait() })
	return s
}

func (s *scripted) serve(c net.Conn) {
	r, w := bufio.NewReader(c), bufio.NewWriter(c)
	say := func(format string, args ...any) { fmt.Fprintf(w, format+"\r\n", args...) }
	if s.greet {
		say("* OK [CAPABILITY IMAP4rev1 %s] ready", cmp.Or(s.caps, "AUTH=PLAIN SASL-IR"))
	}
	for w.Flush() == nil {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		tag, cmd, _ := strings.Cut(strings.TrimSpace(line), " ")
		s.mu.Lock()
		s.asked = append(s.asked, cmd)
		s.mu.Unlock()
		if !s.greet || s.silence != nil && s.silence(cmd) {
			continue
		}
		word := strings.Fields(cmd)
		switch {
		case strings.HasPrefix(cmd, "AUTHENTICATE") && s.login != nil:
			answer := s.login(cmd, func(challenge string) string {
				say("+ %s", challenge)
				w.Flush()
				line, err := r.ReadString('\n')
				if err != nil {
					return "hung up"
				}
				return strings.TrimSpace(line)
			})
			if answer == "" {
				return
			}
			say("%s %s", tag, answer)
		case strings.HasPrefix(cmd, "AUTHENTICATE"):
			say("%s OK [CAPABILITY IMAP4rev1 UIDPLUS] logged in", tag)
		case strings.HasPrefix(cmd, "SELECT"):
			say("* %d EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [PERMANENTFLAGS (\\*)] ok\r\n* FLAGS (\\Seen)\r\n%s OK [READ-WRITE] selected", len(s.mails), tag)
		case strings.HasPrefix(cmd, "UID SEARCH"):
			var found []string
			for _, uid := range s.uids("1:*") {
				if len(word) < 4 || slices.Contains(s.uids(word[3]), uid) {
					found = append(found, strconv.Itoa(int(uid)))
				}
			}
			say("* SEARCH %s\r\n%s OK done", strings.Join(found, " "), tag)
		case strings.HasPrefix(cmd, "UID FETCH") && strings.Contains(cmd, "BODY.PEEK"):
			uids := s.uids(word[2])
			for _, uid := range uids {
				b := &body{w: w, uid: uid, all: uids, cut: func() { w.Flush(); c.Close() }}
				if s.bodies == nil || !s.bodies(b) {
					say("* %d FETCH (UID %d BODY[] {%d}\r\n%s)", uid, uid, len(s.mails[uid]), s.mails[uid])
				}
			}
			say("%s OK done", tag)
		case strings.HasPrefix(cmd, "UID FETCH"):
			for _, uid := range s.uids(word[2]) {
				say(`* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE "20-Nov-2018 10:00:00 +0000")`, uid, uid, len(s.mails[uid]))
			}
			say("%s OK done", tag)
		default:
			say("%s OK done", tag)
		}
	}
}

// uids gives the UIDs of the folder in a set such as "1:3,5".
func (s *scripted) uids(set string) []uint32 {
	var out []uint32
	for uid := range s.mails {
		for part := range strings.SplitSeq(set, ",") {
			from, to, ranged := strings.Cut(part, ":")
			low, _ := strconv.Atoi(from)
			high, err := strconv.Atoi(to)
			switch {
			case !ranged:
				high = low
			case err != nil:
				high = 1 << 31
			}
			if int(uid) >= low && int(uid) <= high {
				out = append(out, uid)
				break
			}
		}
	}
	slices.Sort(out)
	return out
}

func (s *scripted) count(prefix string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, cmd := range s.asked {
		if strings.HasPrefix(cmd, prefix) {
			n++
		}
	}
	return n
}
