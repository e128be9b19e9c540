package content

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	spoolMemory = 1 << 20   // bytes kept in memory before a temporary file is made
	maxSpool    = 256 << 20 // bytes of one member that are kept to be looked into
)

// spool holds the decoded bytes of a member for random access: in memory, and
// from spoolMemory on in a temporary file. It is reused from member to member.
type spool struct {
	mem  []byte
	file *os.File
	size int64
	lost bool // more than maxSpool bytes came: only the first are held
	lent bool // file is another's, who wants it back empty
}

func (s *spool) reset() { s.mem, s.size, s.lost = s.mem[:0], 0, false }

// Write implements io.Writer; its errors are those of the temporary file. What
// comes after maxSpool bytes is counted and dropped.
func (s *spool) Write(p []byte) (int, error) {
	if s.lost = s.lost || s.size+int64(len(p)) > maxSpool; s.lost {
		return len(p), nil
	}
	if s.size+int64(len(p)) <= spoolMemory {
		s.mem = append(s.mem, p...)
		s.size += int64(len(p))
		return len(p), nil
	}
	if s.file == nil {
		file, err := os.CreateTemp("", "greffier-member-*")
		if err != nil {
			return 0, fmt.Errorf("create temporary file: %w", err)
		}
		s.file = file
		if err := os.Remove(file.Name()); err != nil { // who dies leaves nothing behind
			return 0, fmt.Errorf("take the name off a temporary file: %w", err)
		}
	}
	if n := len(s.mem); n > 0 && s.size == int64(n) {
		if _, err := s.file.WriteAt(s.mem, 0); err != nil {
			return 0, fmt.Errorf("write temporary file: %w", err)
		}
		s.mem = s.mem[:0]
	}
	n, err := s.file.WriteAt(p, s.size)
	s.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("write temporary file: %w", err)
	}
	return n, nil
}

// reader gives the bytes written since the last reset.
func (s *spool) reader() io.ReaderAt {
	if s.size == int64(len(s.mem)) {
		return bytes.NewReader(s.mem)
	}
	return s.file
}

// Close ends the temporary file, which has no name, or empties one that was lent.
func (s *spool) Close() error {
	if s.file == nil {
		return nil
	}
	if s.lent {
		return s.file.Truncate(0)
	}
	return s.file.Close()
}

// spool returns the scratch space of one level of nesting, emptied.
func (l *looker) spool(level int) *spool {
	for len(l.spools) <= level {
		l.spools = append(l.spools, &spool{})
	}
	l.spools[level].reset()
	return l.spools[level]
}

func (l *looker) close() error {
	var errs []error
	for _, s := range l.spools {
		errs = append(errs, s.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("remove temporary file: %w", err)
	}
	return nil
}
