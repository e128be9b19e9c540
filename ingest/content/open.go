package content

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
)

// ErrNoMember means that an index leads to no file of the archive, or to one
// that cannot be decoded: encrypted, compressed by an unknown method, damaged,
// or past the limits.
var ErrNoMember = errors.New("no such archive member")

// OpenMember gives the decoded bytes of the ZIP member at index, as Look told
// it in Member.Index. A nested archive is first decoded into a temporary file,
// which Close of the returned reader removes; memory stays bounded.
//
// It fails with ErrNoMember, or with the error of r. Reading fails when the
// member turns out damaged, at the latest at its end, so that bytes are only to
// be trusted after io.EOF; never are more given than the archive claims. Close
// may repeat the error of a failed read.
func OpenMember(r io.ReaderAt, size int64, index []int) (io.ReadCloser, error) {
	l := newLooker(size)
	member, err := l.open(input{r: r, size: size, fail: &l.fail}, index)
	if err != nil {
		if l.fail != nil {
			err = l.fail
		}
		return nil, fmt.Errorf("open archive member %v: %w", index, errors.Join(err, l.close()))
	}
	return &memberReader{r: member, l: l}, nil
}

// open follows index through the archives.
func (l *looker) open(in input, index []int) (*decodedMember, error) {
	if len(index) == 0 || len(index) > maxDepth {
		return nil, ErrNoMember
	}
	for level := 0; ; level++ {
		m, err := memberAt(in, index[level])
		if err != nil {
			return nil, err
		}
		if m.UncompressedSize64 > uint64(max(l.budget, 0)) {
			return nil, fmt.Errorf("%w: past the limits", ErrNoMember)
		}
		if level == len(index)-1 {
			r, err := m.Open()
			if err != nil {
				return nil, fmt.Errorf("%w: %w", ErrNoMember, err)
			}
			return &decodedMember{r: r, left: int64(m.UncompressedSize64)}, nil
		}
		s := l.spool(level)
		n, err := decode(m, s, l)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoMember, err)
		}
		if s.lost {
			return nil, fmt.Errorf("%w: past the limits", ErrNoMember)
		}
		l.budget -= n
		in = input{r: s.reader(), size: s.size, fail: &l.fail}
	}
}

func memberAt(in input, i int) (*zip.File, error) {
	if !isZIP(in) {
		return nil, ErrNoMember
	}
	z, err := openZIP(in)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoMember, err)
	}
	if i < 0 || i >= len(z.File) || isFolder(decodeName(z.File[i])) || isEncrypted(z.File[i]) {
		return nil, ErrNoMember
	}
	return z.File[i], nil
}

// decodedMember reads no more than left bytes and fails when there are more.
type decodedMember struct {
	r    io.ReadCloser
	left int64
}

func (d *decodedMember) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if int64(n) > d.left {
		n, err = int(d.left), zip.ErrFormat
	}
	d.left -= int64(n)
	return n, err
}

// memberReader is an open member and what is to be cleaned up after it.
type memberReader struct {
	r *decodedMember
	l *looker
}

func (m *memberReader) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if m.l.fail != nil {
		err = m.l.fail // the archive could not be read: not damage
	}
	return n, err
}

func (m *memberReader) Close() error {
	return errors.Join(m.r.r.Close(), m.l.close())
}
