package ingest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"greffier/cases"
)

// Clamd is where a clamd listens: Network is "unix" or "tcp". Each question goes
// over a connection of its own, in the form that ends with NUL (clamd(8),
// COMMANDS).
type Clamd struct {
	Network, Address string
}

const (
	clamdDial   = 5 * time.Second  // to be connected
	clamdSilent = 30 * time.Second // that clamd may take no byte of a file
	clamdChunk  = 64 << 10         // bytes of a file sent together
	clamdAnswer = 4 << 10          // bytes of an answer
)

// errNoClamd marks that clamd cannot be reached; errFile, that the fault is the
// file's and not clamd's.
var (
	errNoClamd = errors.New("connect to clamd")
	errFile    = errors.New("read file for the antivirus")
)

// Version asks clamd who it is: "ClamAV 1.4.6/27836/Sun Nov 22 09:26:00 2026", the
// last two being the number and the date of its signatures. It blocks until the
// answer is here or ctx ends.
func (c Clamd) Version(ctx context.Context) (string, error) {
	answer, err := c.ask(ctx, "VERSION", nil)
	if err == nil && !strings.HasPrefix(answer, "ClamAV ") {
		err = fmt.Errorf("this is no clamd: it answers %q", answer)
	}
	return answer, err
}

// Ping asks whether clamd is there.
func (c Clamd) Ping(ctx context.Context) error {
	answer, err := c.ask(ctx, "PING", nil)
	if err == nil && answer != "PONG" {
		err = fmt.Errorf("clamd answers %q to PING", answer)
	}
	return err
}

// Scan has clamd judge the bytes of r, which it reads once and to the end unless
// clamd has enough before. It blocks until clamd has judged or ctx ends. An error
// means that there is no verdict and that there may be one another time.
func (c Clamd) Scan(ctx context.Context, r io.Reader) (cases.Scan, error) {
	answer, err := c.ask(ctx, "INSTREAM", r)
	if err != nil {
		return cases.Scan{}, err
	}
	return verdict(answer)
}

// verdict reads the answer to INSTREAM. A name of Heuristics.Limits and of
// Heuristics.Encrypted tells no infection: it is how clamd says, where it was set
// up to, that it could not look at everything.
func verdict(answer string) (cases.Scan, error) {
	if strings.HasSuffix(answer, "size limit exceeded. ERROR") {
		return cases.Scan{State: cases.ScanUnavailable, Detail: "too large for the scanner", GaveUp: true}, nil
	}
	said, ok := strings.CutPrefix(answer, "stream: ")
	if !ok {
		return cases.Scan{}, fmt.Errorf("clamd answers %q", answer)
	}
	if said == "OK" {
		return cases.Scan{State: cases.ScanClean}, nil
	}
	name, ok := strings.CutSuffix(said, " FOUND")
	switch {
	case !ok || name == "":
		return cases.Scan{}, fmt.Errorf("clamd answers %q", answer)
	case strings.HasPrefix(name, "Heuristics.Limits.Exceeded"):
		return cases.Scan{State: cases.ScanUnavailable, Detail: "too large for the scanner: " + name, GaveUp: true}, nil
	case strings.HasPrefix(name, "Heuristics.Encrypted"):
		return cases.Scan{State: cases.ScanUnavailable, Detail: "encrypted, closed to the scanner: " + name, GaveUp: true}, nil
	}
	return cases.Scan{State: cases.ScanInfected, Detail: name}, nil
}

// ask sends a command, with a file where r is not nil, and gives the answer.
func (c Clamd) ask(ctx context.Context, command string, r io.Reader) (answer string, err error) {
	dialer := net.Dialer{Timeout: clamdDial}
	conn, err := dialer.DialContext(ctx, c.Network, c.Address)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errNoClamd, err)
	}
	stop := context.AfterFunc(ctx, func() { interrupt(conn) })
	defer stop()
	defer conn.Close() // what matters has been said by then

	// The answer may come before the file is sent: when it is too large.
	type outcome struct {
		answer string
		err    error
	}
	answered := make(chan outcome, 1)
	go func() {
		var o outcome
		o.answer, o.err = readAnswer(conn)
		answered <- o
	}()
	sent := send(conn, command, r)
	if errors.Is(sent, errFile) {
		return "", sent
	}
	o := <-answered
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("clamd did not answer in time: %w", ctx.Err())
	case o.err == nil:
		return o.answer, nil
	case sent != nil:
		return "", fmt.Errorf("send to clamd: %w", sent)
	}
	return "", fmt.Errorf("read answer of clamd: %w", o.err)
}

// interrupt ends every read and write of a connection at once.
func interrupt(conn net.Conn) {
	if err := conn.SetDeadline(time.Unix(1, 0)); err != nil {
		conn.Close() // it is closed already, or closes now
	}
}

// send writes a command and, behind it, a file: chunks that each begin with their
// length, the last one empty.
func send(conn net.Conn, command string, r io.Reader) error {
	if _, err := conn.Write([]byte("z" + command + "\x00")); err != nil || r == nil {
		return err
	}
	buf := make([]byte, 4+clamdChunk)
	for {
		n, err := io.ReadFull(r, buf[4:])
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%w: %w", errFile, err)
		}
		binary.BigEndian.PutUint32(buf, uint32(n))
		if werr := writeWithin(conn, buf[:4+n], clamdSilent); werr != nil || n == 0 {
			return werr
		}
	}
}

// writeWithin writes while the other side takes something within d.
func writeWithin(conn net.Conn, p []byte, d time.Duration) error {
	timer := time.AfterFunc(d, func() { interrupt(conn) })
	defer timer.Stop()
	_, err := conn.Write(p)
	return err
}

// readAnswer reads up to the NUL that ends an answer.
func readAnswer(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, clamdAnswer)).ReadBytes(0)
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("cut after %d bytes: %w", len(line), io.ErrUnexpectedEOF)
	}
	if err != nil {
		return "", err
	}
	line = bytes.ToValidUTF8(line[:len(line)-1], []byte("?"))
	return strings.TrimSpace(string(line)), nil
}
