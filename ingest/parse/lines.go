package parse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

const lineBuffer = 64 << 10

// lineReader yields the lines of r[pos:end) with their offsets. A line longer
// than its buffer comes in pieces, so that memory does not depend on the mail.
type lineReader struct {
	r     io.ReaderAt
	pos   int64 // offset of the next line
	end   int64
	buf   []byte
	start int // unread bytes are buf[start:fill]
	fill  int
	cont  bool // the last piece had no line end
}

func newLineReader(r io.ReaderAt, pos, end int64) *lineReader {
	size := int64(lineBuffer)
	if n := end - pos; n < size {
		size = max(n, 1)
	}
	return &lineReader{r: r, pos: pos, end: end, buf: make([]byte, size)}
}

// next gives the next line with its line end, its offset, and whether it goes
// on from the piece before. The slice is valid until the next call. It returns
// io.EOF at the end.
func (l *lineReader) next() (line []byte, off int64, cont bool, err error) {
	i := bytes.IndexByte(l.buf[l.start:l.fill], '\n')
	if i < 0 {
		if err := l.more(); err != nil {
			return nil, 0, false, err
		}
		i = bytes.IndexByte(l.buf[l.start:l.fill], '\n')
	}
	n := i + 1
	if i < 0 {
		n = l.fill - l.start
	}
	if n == 0 {
		return nil, 0, false, io.EOF
	}
	line, off, cont = l.buf[l.start:l.start+n], l.pos, l.cont
	l.start += n
	l.pos += int64(n)
	l.cont = i < 0
	return line, off, cont, nil
}

// more fills the buffer, keeping what is unread.
func (l *lineReader) more() error {
	l.fill = copy(l.buf, l.buf[l.start:l.fill])
	l.start = 0
	at := l.pos + int64(l.fill)
	want := min(int64(len(l.buf)-l.fill), l.end-at)
	if want <= 0 {
		return nil
	}
	n, err := readAt(l.r, l.buf[l.fill:l.fill+int(want)], at)
	l.fill += n
	return err
}

// readAt reads what there is at off; a short file is not an error.
func readAt(r io.ReaderAt, p []byte, off int64) (int, error) {
	n, err := r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, fmt.Errorf("read mail at byte %d: %w", off, err)
	}
	return n, nil
}

// bareCR reads a mail whose only line ends are CR (classic Mac OS mailers and
// some gateways wrote such) as if they were LF. Every offset stays the same.
type bareCR struct{ r io.ReaderAt }

func (b bareCR) ReadAt(p []byte, off int64) (int, error) {
	n, err := b.r.ReadAt(p, off)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// lineEnds wraps r if its lines end in bare CR. The first 64 KiB decide, so
// that Read and Open always agree; nearly always the first line does.
func lineEnds(r io.ReaderAt, size int64) (io.ReaderAt, error) {
	var chunk [1024]byte
	cr := false
	for off := int64(0); off < min(size, 64<<10); off += int64(len(chunk)) {
		n, err := readAt(r, chunk[:min(size-off, int64(len(chunk)))], off)
		if err != nil {
			return nil, err
		}
		if bytes.IndexByte(chunk[:n], '\n') >= 0 {
			return r, nil
		}
		cr = cr || bytes.IndexByte(chunk[:n], '\r') >= 0
	}
	if cr {
		return bareCR{r}, nil
	}
	return r, nil
}

// trimEOL removes the line end; also the CR CR LF that careless gateways make.
func trimEOL(line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte{'\n'})
	for len(line) > 0 && line[len(line)-1] == '\r' {
		line = line[:len(line)-1]
	}
	return line
}
