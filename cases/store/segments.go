package store

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"greffier/cases"
)

// OpenLetter gives the exact bytes of a worded letter.
func (s *Store) OpenLetter(ctx context.Context, id int64) (io.Reader, error) {
	segments, err := collect(ctx, s.reader, func(r rowScanner) (seg cases.Segment, err error) {
		err = r.Scan(&seg.Literal, &seg.SHA256)
		return seg, err
	}, "SELECT literal, sha256 FROM segment WHERE letter_id = ? ORDER BY position", id)
	if err != nil {
		return nil, fmt.Errorf("read letter %d: %w", id, err)
	}
	if len(segments) == 0 {
		return nil, fmt.Errorf("read letter %d: %w", id, ErrNotFound)
	}
	return s.assemble(segments), nil
}

// Compose gives the exact bytes of a wording, as they would be kept.
func (s *Store) Compose(w cases.Wording) io.Reader { return s.assemble(w.Segments) }

// assemble puts the bytes of a letter together.
func (s *Store) assemble(segments []cases.Segment) io.Reader {
	var readers []io.Reader
	for _, seg := range segments {
		if seg.SHA256 == "" {
			readers = append(readers, &literal{data: seg.Literal})
		} else {
			readers = append(readers, &encodedFile{open: func() (io.ReadCloser, error) { return s.Archive.Open(seg.SHA256) }})
		}
	}
	return io.MultiReader(readers...)
}

type literal struct{ data []byte }

func (l *literal) Read(p []byte) (int, error) {
	if len(l.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, l.data)
	l.data = l.data[n:]
	return n, nil
}

// encodedFile reads an archived file as base64 lines; it is opened at the first
// read and closed at its end.
type encodedFile struct {
	open func() (io.ReadCloser, error)
	file io.ReadCloser
	out  []byte
	done bool
}

func (e *encodedFile) Read(p []byte) (int, error) {
	if len(e.out) == 0 && !e.done {
		if err := e.fill(); err != nil {
			return 0, err
		}
	}
	if len(e.out) == 0 {
		return 0, io.EOF
	}
	n := copy(p, e.out)
	e.out = e.out[n:]
	return n, nil
}

// lineBytes is what one line of 76 characters encodes.
const lineBytes = 57

func (e *encodedFile) fill() (err error) {
	if e.file == nil {
		if e.file, err = e.open(); err != nil {
			return err
		}
	}
	raw := make([]byte, 512*lineBytes)
	n, err := io.ReadFull(e.file, raw)
	if err != nil {
		e.done = true
		if cerr := e.file.Close(); cerr != nil {
			return cerr
		}
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
	}
	for raw = raw[:n]; len(raw) > 0; {
		line := raw[:min(lineBytes, len(raw))]
		raw = raw[len(line):]
		e.out = base64.StdEncoding.AppendEncode(e.out, line)
		e.out = append(e.out, "\r\n"...)
	}
	return nil
}
