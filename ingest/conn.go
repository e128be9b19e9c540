package ingest

import (
	"net"
	"sync"
	"time"
)

// patientConn is a connection whose reads each end within a limit of time while
// an answer is awaited, and wait for ever while none is.
//
// The IMAP library sets read deadlines of its own: one for a whole literal, which
// a large mail on a slow line overruns, and none at all for an answer that never
// begins. They are ignored here. Closing the connection ends every exchange.
type patientConn struct {
	net.Conn          // the TLS connection, if any
	raw      net.Conn // the connection below: closing it waits for nothing

	mu       sync.Mutex
	patience time.Duration // of each read; 0: no limit
	fault    error         // why the first failed read failed
}

// expect sets how long the server may be silent; 0 is for ever. A read already
// under way is held to it too.
func (c *patientConn) expect(d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.patience = d
	return c.arm()
}

// arm sets the deadline of the next or current read; c.mu is held.
func (c *patientConn) arm() error {
	if c.patience == 0 {
		return c.Conn.SetReadDeadline(time.Time{})
	}
	return c.Conn.SetReadDeadline(time.Now().Add(c.patience))
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
	if err != nil {
		c.mu.Lock()
		if c.fault == nil {
			c.fault = err
		}
		c.mu.Unlock()
	}
	return n, err
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
