package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// slowest is how many bytes a second prolong an exchange.
const slowest = 2000

// errFlood is a server that sends more than any answer needs.
var errFlood = errors.New("the server sends more than any answer needs")

// patientConn is a connection whose reads each end within a limit of time while
// an answer is awaited, and wait for ever while none is. An exchange as a whole
// has limits too, of time and of bytes, so that a server that dribbles or floods
// holds up nothing for ever.
//
// The IMAP library sets read deadlines of its own: one for a whole literal, which
// a large mail on a slow line overruns, and none at all for an answer that never
// begins. They are ignored here. Closing the connection ends every exchange.
type patientConn struct {
	net.Conn               // the TLS connection, if any
	raw      net.Conn      // the connection below: closing it waits for nothing
	exchange time.Duration // how long an exchange may last; what comes prolongs it
	bytes    int64         // how much may come in one, beside what is allowed: the library holds a whole line in memory

	emptyLines bool // a "=" alone is written as an empty line; see Write

	mu       sync.Mutex
	patience time.Duration // of each read; 0: no limit
	until    time.Time     // when the exchange ends
	left     int64         // bytes that may still come in it
	tail     []byte        // what came last
	fault    error         // why the first failed read failed
}

// expect begins an exchange and sets how long the server may be silent in it; 0
// is for ever. A read already under way is held to it too.
func (c *patientConn) expect(d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.patience, c.left, c.until = d, c.bytes, time.Now().Add(c.exchange)
	return c.arm()
}

// allow lets a literal of n bytes come in this exchange.
func (c *patientConn) allow(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left += n
}

// arm sets the deadline of the next or current read; c.mu is held.
func (c *patientConn) arm() error {
	if c.patience == 0 {
		return c.Conn.SetReadDeadline(time.Time{})
	}
	deadline := time.Now().Add(c.patience)
	if deadline.After(c.until) {
		deadline = c.until
	}
	return c.Conn.SetReadDeadline(deadline)
}

// Read implements net.Conn. After one failure it fails at once: the library asks
// several times.
func (c *patientConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	err := c.fault
	if err == nil {
		err = c.arm()
	}
	c.mu.Unlock()
	if err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = c.until.Add(time.Duration(n) * time.Second / slowest)
	c.tail = append(c.tail, p[max(0, n-tailMost):n]...)
	c.tail = c.tail[max(0, len(c.tail)-tailMost):]
	if c.left -= int64(n); c.left < 0 {
		n, err = 0, errFlood
	}
	if err != nil && c.fault == nil {
		c.fault = c.reason(err)
	}
	return n, err
}

// Write implements net.Conn. The library answers a challenge with "=" where the
// answer is empty, which RFC 4959 has for the first word of a login alone: the
// XOAUTH2 servers of Google and Microsoft wait for an empty line.
func (c *patientConn) Write(p []byte) (int, error) {
	if !c.emptyLines || string(p) != "=\r\n" {
		return c.Conn.Write(p)
	}
	if _, err := c.Conn.Write([]byte("\r\n")); err != nil {
		return 0, err
	}
	return len(p), nil
}

// reason puts into words why a read failed; c.mu is held.
func (c *patientConn) reason(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		if time.Now().Before(c.until) {
			return fmt.Errorf("no answer for %v: %w", c.patience, err)
		}
		return fmt.Errorf("the answer comes too slowly: %w", err)
	}
	if text := farewell(c.tail); text != "" {
		return fmt.Errorf("the server took leave: %s: %w", text, err)
	}
	return err
}

// tailMost is how much of what came last is kept, for a server's last words.
const tailMost = 300

// farewell gives the text of a BYE (RFC 3501 section 7.1.5) that is the last
// line, which the library does not tell.
func farewell(tail []byte) string {
	line := bytes.TrimSuffix(tail, []byte("\r\n"))
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	text, ok := bytes.CutPrefix(line, []byte("* BYE "))
	if !ok {
		return ""
	}
	return string(bytes.ToValidUTF8(text, []byte("?")))
}

// SetReadDeadline does nothing; see expect.
func (c *patientConn) SetReadDeadline(time.Time) error { return nil }

// Close cuts the connection at once.
func (c *patientConn) Close() error { return c.raw.Close() }

// broken gives the error with which the line failed, nil when the line was
// sound and what came over it could not be understood.
func (c *patientConn) broken() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fault
}
