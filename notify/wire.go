package notify

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// maxAnswer is how much a server may say at once, in bytes: the library would
// keep in memory whatever comes. The certificates of a TLS handshake count too.
const maxAnswer = 256 << 10

var errAnswerTooLong = errors.New("the server's answer has no end")

// watchedConn bounds each write and each answer, and remembers a failed write:
// a letter whose end was never written cannot have arrived.
type watchedConn struct {
	net.Conn
	block time.Duration // for one write
	until time.Time     // for all of them; zero: no such bound
	heard int           // bytes since the last write
	cut   atomic.Bool
}

func (c *watchedConn) Write(p []byte) (int, error) {
	c.heard = 0
	by := time.Now().Add(c.block)
	if !c.until.IsZero() && c.until.Before(by) {
		by = c.until
	}
	if err := c.SetWriteDeadline(by); err != nil {
		c.cut.Store(true)
		return 0, err
	}
	n, err := c.Conn.Write(p)
	if err != nil {
		c.cut.Store(true)
	}
	return n, err
}

func (c *watchedConn) Read(p []byte) (int, error) {
	if c.heard >= maxAnswer {
		return 0, errAnswerTooLong
	}
	n, err := c.Conn.Read(p[:min(len(p), maxAnswer-c.heard)])
	c.heard += n
	return n, err
}

// abort makes whatever waits on the connection end with an error, which says
// all there is to say; that of closing is dropped.
func (c *watchedConn) abort() { c.Close() }

// shut closes a connection; one that is closed already is fine.
func shut(conn net.Conn) error {
	if err := conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close connection: %w", err)
	}
	return nil
}

// bareCodes reads what a server says, line by line. A reply may be a code
// without any text (RFC 5321 section 4.2), which the library does not
// understand: a space is put behind it. A line that comes in pieces, with
// timeouts between them, is not lost.
type bareCodes struct {
	from *bufio.Reader
	part []byte // of a line
	line []byte // to be given out
}

func (b *bareCodes) Read(p []byte) (int, error) {
	for len(b.line) == 0 {
		more, err := b.from.ReadSlice('\n')
		b.part = append(b.part, more...)
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil && !(err == io.EOF && len(b.part) > 0) {
			return 0, err
		}
		b.line, b.part = b.part, nil
		if code, end := b.line[:min(3, len(b.line))], b.line[min(3, len(b.line)):]; isCode(code) && (string(end) == "\r\n" || string(end) == "\n") {
			b.line = append(append(make([]byte, 0, 6), code...), " \r\n"...)
		}
	}
	n := copy(p, b.line)
	b.line = b.line[n:]
	return n, nil
}

// waiting reports whether something was said that nobody has read.
func (b *bareCodes) waiting() bool {
	return len(b.line) > 0 || len(b.part) > 0 || b.from.Buffered() > 0
}

func isCode(s []byte) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) == 3
}
