package notify

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// A sea is a raw SMTP server on loopback. It answers as a good server does,
// except at the steps for which a test says otherwise.
type sea struct {
	offers []string    // in the answer to EHLO
	tls    *tls.Config // for STARTTLS, or from the first byte
	direct bool        // TLS from the first byte
	slow   time.Duration
	waves  []wave

	mu       sync.Mutex
	conns    []net.Conn
	commands []string
	mails    []received
	over     bool
}

// A wave is what happens at a step: greeting, a command, "body" (once the
// letter has begun), "end" (after its final dot).
type wave struct {
	at    string
	what  string // bytes to say; or hangUp, stall, endless
	times int    // 0: once; -1: always
}

const (
	hangUp  = "\x00hang up"
	stall   = "\x00stall"
	endless = "\x00endless"
)

func (s *sea) start(t *testing.T) Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns = append(s.conns, conn)
			if s.over {
				conn.Close()
			}
			s.mu.Unlock()
			running.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		s.mu.Lock()
		s.over = true
		for _, c := range s.conns {
			c.Close()
		}
		s.mu.Unlock()
		running.Wait()
	})
	return Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: "none", EHLO: "greffier.example"}
}

var errSunk = errors.New("sunk")

// ship is one connection.
type ship struct {
	*sea
	raw, conn net.Conn
	in        *bufio.Reader
	said      string // last
}

func (s *sea) serve(raw net.Conn) {
	defer raw.Close()
	x := &ship{sea: s, raw: raw, conn: raw, in: bufio.NewReader(raw)}
	if s.direct && x.secure() != nil {
		return
	}
	if x.say("greeting", "220 sea ready") != nil {
		return
	}
	for x.obey() == nil {
	}
}

// obey reads one command and answers it.
func (x *ship) obey() error {
	line, err := x.in.ReadString('\n')
	if err != nil {
		return err
	}
	line = strings.TrimSpace(line)
	verb, rest, _ := strings.Cut(strings.ToUpper(line), " ")
	x.mu.Lock()
	x.commands = append(x.commands, line)
	x.mu.Unlock()
	switch verb {
	case "EHLO":
		lines := append([]string{"sea"}, x.offers...)
		answer := ""
		for _, l := range lines[:len(lines)-1] {
			answer += "250-" + l + "\r\n"
		}
		return x.say(verb, answer+"250 "+lines[len(lines)-1])
	case "STARTTLS":
		if err := x.say(verb, "220 go on"); err != nil || x.tls == nil {
			return err
		}
		return x.secure()
	case "AUTH":
		return x.say(verb, "235 welcome")
	case "DATA":
		if err := x.say(verb, "354 go on"); err != nil || !strings.HasPrefix(x.said, "354") {
			return err
		}
		return x.letter()
	case "QUIT":
		return errors.Join(x.say(verb, "221 farewell"), errSunk)
	case "HELO", "RSET", "MAIL", "RCPT":
		if verb == "RCPT" {
			x.mu.Lock()
			x.mails = append(x.mails, received{to: strings.Trim(rest, "TO:<>")})
			x.mu.Unlock()
		}
		return x.say(verb, "250 well")
	}
	return x.say(verb, "500 what?")
}

func (x *ship) secure() error {
	secured := tls.Server(x.raw, x.tls)
	x.conn, x.in = secured, bufio.NewReader(secured)
	return secured.Handshake()
}

// letter reads a letter with its final dot.
func (x *ship) letter() error {
	var raw strings.Builder
	for first := true; ; first = false {
		line, err := x.in.ReadString('\n')
		switch {
		case err != nil:
			return err
		case line == ".\r\n":
			x.mu.Lock()
			x.mails[len(x.mails)-1].raw = raw.String()
			x.mu.Unlock()
			return x.say("end", "250 taken")
		}
		raw.WriteString(strings.TrimPrefix(line, "."))
		if first {
			if err := x.say("body", ""); err != nil {
				return err
			}
		}
	}
}

// say answers at a step, or does what the wave there wants.
func (x *ship) say(at, answer string) error {
	what := answer
	x.mu.Lock()
	for i := range x.waves {
		if w := &x.waves[i]; w.at == at && w.times >= -1 {
			what = w.what
			switch w.times {
			case 0, 1:
				w.times = -2 // it is over
			case -1:
			default:
				w.times--
			}
			break
		}
	}
	x.mu.Unlock()
	x.said = what
	switch what {
	case "":
		return nil
	case hangUp:
		return errSunk
	case stall:
		// Nothing is read any more; the other side ends it.
		for {
			if _, err := x.raw.Write(nil); err != nil {
				return err
			}
			x.mu.Lock()
			over := x.over
			x.mu.Unlock()
			if over {
				return errSunk
			}
			time.Sleep(10 * time.Millisecond)
		}
	case endless:
		for {
			if _, err := io.WriteString(x.conn, strings.Repeat("250-x ", 10_000)); err != nil {
				return err
			}
		}
	}
	what += "\r\n"
	if x.slow > 0 {
		for i := range what {
			if _, err := io.WriteString(x.conn, what[i:i+1]); err != nil {
				return err
			}
			time.Sleep(x.slow)
		}
		return nil
	}
	_, err := io.WriteString(x.conn, what)
	if strings.HasPrefix(what, "421") {
		return errors.Join(err, errSunk)
	}
	return err
}

// calm ends every wave.
func (s *sea) calm() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waves, s.slow = nil, 0
}

// got gives the letters that arrived whole, to one reader; "": to all.
func (s *sea) got(to string) (out []received) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.mails {
		if r.raw != "" && (to == "" || strings.EqualFold(r.to, to)) {
			out = append(out, r)
		}
	}
	return out
}

// heard counts the commands that begin with a verb.
func (s *sea) heard(verb string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.commands {
		if strings.HasPrefix(strings.ToUpper(c), verb) {
			n++
		}
	}
	return n
}

func (s *sea) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}
