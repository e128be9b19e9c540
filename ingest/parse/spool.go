package parse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// hold keeps the decoded bytes of r, which part p holds, for reading at any
// offset. nil: they are damaged or too many, and p stays a file; that is told.
func (m *reader) hold(p *leaf, at int, r io.Reader) (Spooled, error) {
	spool := m.opts.Spool
	if spool == nil {
		spool = inMemory
	}
	from := &watchedReader{r: r}
	held, err := spool(from)
	switch {
	case err == nil:
		return held, nil
	case m.src.err.Load() != nil:
		return nil, fmt.Errorf("read part %s: %w", p.id, *m.src.err.Load())
	case errors.Is(err, errTooLarge):
		m.warn(fmt.Sprintf(warnInnerLarge, p.filename))
		return nil, nil
	case from.err != nil:
		m.mail.Parts[at].Warnings = append(m.mail.Parts[at].Warnings, warnPartClosed)
		return nil, nil
	}
	return nil, fmt.Errorf("keep part %s while it is read: %w", p.id, err)
}

// watchedReader remembers the error of what is spooled, to tell it from an
// error of the spool.
type watchedReader struct {
	r   io.Reader
	err error
}

func (w *watchedReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// memory is the spool of those who give none.
type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

func inMemory(r io.Reader) (Spooled, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxInMemory+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxInMemory {
		return nil, errTooLarge
	}
	return memory{bytes.NewReader(b)}, nil
}

var errTooLarge = errors.New("larger than the limit")
