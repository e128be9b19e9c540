package ingest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/cases"
	"greffier/ingest"
)

// infection is what the scripted clamd takes for one.
const infection = "X-TEST-INFECTION"

// scriptedClamd answers as clamd does, or as a test says.
type scriptedClamd struct {
	ingest.Clamd
	t        *testing.T
	listener net.Listener
	conns    sync.WaitGroup

	mu      sync.Mutex
	behave  func(c net.Conn, r *bufio.Reader) bool // instead of answering INSTREAM; false: as usual
	streams int                                    // INSTREAM commands
}

// startClamd starts a clamd on a socket with a short path.
func startClamd(t *testing.T) *scriptedClamd {
	t.Helper()
	dir, err := os.MkdirTemp("", "clamd")
	if err != nil {
		t.Fatal(err)
	}
	s := &scriptedClamd{t: t, Clamd: ingest.Clamd{Network: "unix", Address: filepath.Join(dir, "s")}}
	s.up()
	t.Cleanup(func() {
		s.down()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *scriptedClamd) up() {
	s.t.Helper()
	listener, err := net.Listen(s.Network, s.Address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.listener = listener
	s.conns.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			s.conns.Go(func() {
				defer c.Close()
				s.serve(c)
			})
		}
	})
}

func (s *scriptedClamd) down() {
	s.listener.Close()
	s.conns.Wait()
}

func (s *scriptedClamd) set(behave func(c net.Conn, r *bufio.Reader) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behave = behave
}

// asked is how often it was asked to judge a file.
func (s *scriptedClamd) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.streams
}

func (s *scriptedClamd) serve(c net.Conn) {
	r := bufio.NewReader(c)
	command, err := r.ReadString(0)
	if err != nil {
		return
	}
	switch command {
	case "zPING\x00":
		io.WriteString(c, "PONG\x00")
	case "zVERSION\x00":
		io.WriteString(c, "ClamAV 1.4.6/27836/Sun Nov 22 09:26:00 2026\x00")
	case "zINSTREAM\x00":
		s.mu.Lock()
		s.streams++
		behave := s.behave
		s.mu.Unlock()
		if behave != nil && behave(c, r) {
			return
		}
		file, err := readChunks(r)
		switch {
		case err != nil:
		case bytes.Contains(file, []byte(infection)):
			io.WriteString(c, "stream: Test.Infection FOUND\x00")
		default:
			io.WriteString(c, "stream: OK\x00")
		}
	default:
		io.WriteString(c, "UNKNOWN COMMAND\x00")
	}
}

// readChunks reads a file as INSTREAM sends it.
func readChunks(r io.Reader) ([]byte, error) {
	var file []byte
	for {
		var n uint32
		if err := binary.Read(r, binary.BigEndian, &n); err != nil || n == 0 {
			return file, err
		}
		chunk := make([]byte, n)
		if _, err := io.ReadFull(r, chunk); err != nil {
			return file, err
		}
		file = append(file, chunk...)
	}
}

// says answers with a text once the file is here.
func says(text string) func(net.Conn, *bufio.Reader) bool {
	return func(c net.Conn, r *bufio.Reader) bool {
		if _, err := readChunks(r); err == nil {
			io.WriteString(c, text)
		}
		return true
	}
}

// saysAtOnce answers before the file is here, and hangs up.
func saysAtOnce(text string) func(net.Conn, *bufio.Reader) bool {
	return func(c net.Conn, r *bufio.Reader) bool {
		io.CopyN(io.Discard, r, 4)
		io.WriteString(c, text)
		return true
	}
}

func TestClamdVerdicts(t *testing.T) {
	for _, c := range []struct {
		name   string
		behave func(net.Conn, *bufio.Reader) bool
		want   cases.Scan // the zero Scan: an error
	}{
		{"clean", says("stream: OK\x00"), cases.Scan{State: cases.ScanClean}},
		{"infected", says("stream: Win.Test.EICAR_HDB-1 FOUND\x00"), cases.Scan{State: cases.ScanInfected, Detail: "Win.Test.EICAR_HDB-1"}},
		{"too large", saysAtOnce("INSTREAM size limit exceeded. ERROR\x00"), cases.Scan{State: cases.ScanUnavailable, Detail: "too large for the scanner", GaveUp: true}},
		{"too large to be looked at whole", says("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\x00"),
			cases.Scan{State: cases.ScanUnavailable, Detail: "too large for the scanner: Heuristics.Limits.Exceeded.MaxFileSize", GaveUp: true}},
		{"encrypted", says("stream: Heuristics.Encrypted.Zip FOUND\x00"),
			cases.Scan{State: cases.ScanUnavailable, Detail: "encrypted, closed to the scanner: Heuristics.Encrypted.Zip", GaveUp: true}},
		{"an error", says("Can't allocate memory ERROR\x00"), cases.Scan{}},
		{"an error about the file", says("stream: Can't create new file ERROR\x00"), cases.Scan{}},
		{"a find without a name", says("stream:  FOUND\x00"), cases.Scan{}},
		{"cut in the answer", says("stream: O"), cases.Scan{}},
		{"cut before the NUL", says("stream: OK"), cases.Scan{}},
		{"no answer", says(""), cases.Scan{}},
		{"hung up at once", saysAtOnce(""), cases.Scan{}},
		{"garbage", says("\xff\xfeHTTP/1.1 200 OK\x00"), cases.Scan{}},
		{"an endless answer", says(strings.Repeat("stream: OK", 10_000)), cases.Scan{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := startClamd(t)
			s.set(c.behave)
			got, err := s.Scan(t.Context(), bytes.NewReader(make([]byte, 300_000)))
			if got != c.want || (err != nil) != (c.want == cases.Scan{}) {
				t.Errorf("got %+v, %v, want %+v", got, err, c.want)
			}
		})
	}
}

// TestClamdGetsEveryByte: whatever the size, clamd judges the file as it is.
func TestClamdGetsEveryByte(t *testing.T) {
	s := startClamd(t)
	for _, size := range []int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 1 << 20} {
		var got []byte
		s.set(func(c net.Conn, r *bufio.Reader) bool {
			var err error
			if got, err = readChunks(r); err == nil {
				io.WriteString(c, "stream: OK\x00")
			}
			return true
		})
		want := bytes.Repeat([]byte{7}, size)
		if _, err := s.Scan(t.Context(), bytes.NewReader(want)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("of %d bytes, clamd got %d: %v", size, len(got), err)
		}
	}
}

// TestClamdSilent: a clamd that takes a file and says nothing, or does not even
// take it, holds nobody up for longer than its time.
func TestClamdSilent(t *testing.T) {
	for name, takes := range map[string]bool{"takes": true, "takes nothing": false} {
		t.Run(name, func(t *testing.T) {
			s := startClamd(t)
			release := make(chan struct{})
			s.set(func(_ net.Conn, r *bufio.Reader) bool {
				if takes {
					readChunks(r)
				}
				<-release
				return true
			})
			defer close(release)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if _, err := s.Scan(ctx, bytes.NewReader(make([]byte, 4<<20))); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestClamdFileFault: a file that cannot be read is no fault of clamd, and never
// judged by what of it could be.
func TestClamdFileFault(t *testing.T) {
	s := startClamd(t)
	broken := io.MultiReader(strings.NewReader("half"), &faultyReader{})
	if scan, err := s.Scan(t.Context(), broken); !errors.Is(err, ingest.ErrFile) || scan.State != "" {
		t.Errorf("got %+v, %v", scan, err)
	}
}

type faultyReader struct{}

func (*faultyReader) Read([]byte) (int, error) { return 0, errors.New("bad sector") }

func TestClamdVersion(t *testing.T) {
	s := startClamd(t)
	if v, err := s.Version(t.Context()); err != nil || !strings.HasPrefix(v, "ClamAV 1.4.6/27836/") {
		t.Errorf("version %q, %v", v, err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	s.down()
	if _, err := s.Version(t.Context()); err == nil {
		t.Error("nobody listens, and no error")
	}
	s.up()
}
