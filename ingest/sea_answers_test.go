package ingest_test

import (
	"bufio"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// stepOf names what a command is for.
func stepOf(cmd string) string {
	for _, s := range []struct{ prefix, step string }{
		{"AUTHENTICATE", "login"}, {"LOGIN", "login"}, {"UID FETCH 1:* (UID)", "list"}, {"UID SEARCH", "search"},
		{"UID STORE", "store"}, {"UID MOVE", "move"}, {"UID COPY", "copy"}, {"UID EXPUNGE", "expunge"},
	} {
		if strings.HasPrefix(cmd, s.prefix) {
			return s.step
		}
	}
	switch {
	case strings.Contains(cmd, "RFC822.SIZE"):
		return "sizes"
	case strings.Contains(cmd, "BODY.PEEK"):
		return "bodies"
	}
	return strings.ToLower(strings.Fields(cmd + " ?")[0])
}

// answer does what a server must.
func (c *seaConn) answer(step string, r *bufio.Reader) {
	word := strings.Fields(c.cmd)
	done := "OK done"
	switch step {
	case "login":
		done = "OK [CAPABILITY " + c.caps + "] logged in"
	case "capability":
		c.say("* CAPABILITY %s", c.caps)
	case "select":
		c.change(func() {
			c.say("* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n* OK [UIDNEXT %d] ok\r\n* OK [PERMANENTFLAGS (%s)] ok\r\n* FLAGS (\\Seen)", len(c.mails), c.uidValidity, c.next, c.flags)
		})
	case "search":
		found := "* SEARCH"
		for _, m := range c.among(append(word, "1:*")[min(3, len(word))]) {
			if !m.hidden {
				found += fmt.Sprint(" ", m.uid)
			}
		}
		c.say("%s", found)
	case "list", "sizes":
		for _, m := range c.among(word[2]) {
			c.describe(m)
		}
	case "bodies":
		if !c.bodies(word) {
			return
		}
	case "store":
		c.change(func() { c.mark(word[2], strings.Trim(c.cmd[strings.IndexByte(c.cmd, '('):], "()")) })
	case "move", "copy":
		c.keep(word[2], step == "move")
	case "expunge":
		c.expunge(c.uids(word[2])...)
	case "create":
		c.change(func() { c.folder = true })
	case "idle":
		c.change(func() {
			c.say("+ idling")
			c.w.Flush()
			c.listening[c] = true
		})
		_, err := r.ReadString('\n')
		c.change(func() { delete(c.listening, c) })
		if err != nil {
			return
		}
	}
	c.say("%s %s", c.tag, done)
}

// describe says of a mail what is asked before its body.
func (c *seaConn) describe(m *seaMail) {
	size, date := m.size, m.date
	if size == 0 {
		size = len(m.raw)
	}
	if date == "" {
		date = arrived.Format("02-Jan-2006 15:04:05 -0700")
	}
	if stepOf(c.cmd) == "list" {
		c.say("* %d FETCH (UID %d)", c.number(m), m.uid)
		return
	}
	c.say(`* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE "%s")`, c.number(m), m.uid, size, date)
}

// bodies answers with bodies; false: a behaviour ended the answer.
func (c *seaConn) bodies(word []string) bool {
	list := c.among(word[min(2, len(word)-1)])
	if word[0] == "FETCH" {
		list = nil
		c.change(func() {
			in := inSet(word[1])
			for n, m := range c.mails {
				if in(n + 1) {
					list = append(list, m)
				}
			}
		})
	}
	for _, m := range list {
		c.mail, c.num = m, c.number(m)
		if !c.step("body") {
			c.body(len(m.raw), 0)
			c.say(")")
		}
		if c.w.Flush() != nil {
			return false
		}
	}
	return true
}

// mark adds flags.
func (c *seaConn) mark(set, flags string) {
	in := inSet(set)
	for _, m := range c.mails {
		if in(m.uid) {
			m.flags = append(m.flags, strings.Fields(flags)...)
		}
	}
}

// keep copies mails to the folder for filed ones, and removes them in a move.
func (c *seaConn) keep(set string, move bool) {
	for _, m := range c.among(set) {
		c.change(func() { c.moved = append(c.moved, m.raw) })
		if move {
			c.expunge(m.uid)
		}
	}
}

// among gives the mails in a set of UIDs.
func (s *sea) among(set string) (list []*seaMail) {
	in := inSet(set)
	s.change(func() {
		for _, m := range s.mails {
			if in(m.uid) {
				list = append(list, m)
			}
		}
	})
	return list
}

func (s *sea) uids(set string) (uids []int) {
	for _, m := range s.among(set) {
		uids = append(uids, m.uid)
	}
	return uids
}

// number gives the sequence number of a mail.
func (s *sea) number(m *seaMail) (n int) {
	s.change(func() { n = slices.Index(s.mails, m) + 1 })
	return n
}

// inSet gives what reports whether a set such as "1:3,5,7:*" holds a number.
func inSet(set string) func(n int) bool {
	var ranges [][2]int
	for part := range strings.SplitSeq(set, ",") {
		from, to, ranged := strings.Cut(part, ":")
		low, _ := strconv.Atoi(from)
		high, err := strconv.Atoi(to)
		if !ranged {
			high = low
		} else if err != nil {
			high = 1 << 31
		}
		ranges = append(ranges, [2]int{low, high})
	}
	return func(n int) bool {
		return slices.ContainsFunc(ranges, func(r [2]int) bool { return r[0] <= n && n <= r[1] })
	}
}
