package content

import (
	"bytes"
	"errors"
	"io"
)

// chunk is how much of a file is held while it is searched, in bytes.
const chunk = 64 << 10

// input is the bytes looked into. A read that fails is kept in *fail and from
// there on reads as the end of the file, so that those who judge the bytes
// need not carry the error; Look returns it instead of their judgement.
type input struct {
	r    io.ReaderAt
	size int64
	fail *error
}

// ReadAt implements io.ReaderAt within the size of the input.
func (in input) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= in.size || *in.fail != nil {
		return 0, io.EOF
	}
	want := min(int64(len(p)), in.size-off)
	n, err := in.r.ReadAt(p[:want], off)
	if err != nil && !errors.Is(err, io.EOF) {
		*in.fail = err
		return n, err
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// at returns up to n bytes from off, fewer at the end of the file.
func (in input) at(off int64, n int) []byte {
	if off < 0 || off >= in.size {
		return nil
	}
	b := make([]byte, min(int64(n), in.size-off))
	got, err := in.ReadAt(b, off)
	if err != nil {
		return b[:got] // the end of the file, or kept in fail
	}
	return b
}

// chunks calls each with consecutive pieces of the file from off, every piece
// repeating the last overlap bytes of the one before, until each returns false.
// The piece is valid during the call only.
func (in input) chunks(off int64, overlap int, each func(b []byte, off int64) bool) {
	buf := make([]byte, chunk+overlap)
	for off = max(off, 0); off < in.size; {
		n, err := in.ReadAt(buf, off)
		if n == 0 || !each(buf[:n], off) || err != nil {
			return // err is the end of the file, or kept in fail
		}
		off += int64(n - overlap)
	}
}

// index returns the offset of the first pattern at or after off, -1 without one.
func (in input) index(off int64, pattern string) int64 {
	found := int64(-1)
	in.chunks(off, len(pattern)-1, func(b []byte, at int64) bool {
		if i := bytes.Index(b, []byte(pattern)); i >= 0 {
			found = at + int64(i)
		}
		return found < 0
	})
	return found
}

// lastIndex returns the offset of the last pattern of the file that accept
// takes (any, when accept is nil), -1 without one.
func (in input) lastIndex(pattern string, accept func(off int64) bool) int64 {
	found := int64(-1)
	in.chunks(0, len(pattern)-1, func(b []byte, at int64) bool {
		for from := 0; ; {
			i := bytes.Index(b[from:], []byte(pattern))
			if i < 0 {
				return true
			}
			if off := at + int64(from+i); accept == nil || accept(off) {
				found = off
			}
			from += i + len(pattern)
		}
	})
	return found
}

// end returns the size without trailing zero bytes and white space, which
// some gateways and disk tools append.
func (in input) end() int64 {
	end := in.size
	for end > 0 {
		from := max(0, end-4096)
		rest := bytes.TrimRight(in.at(from, int(end-from)), "\x00 \t\r\n")
		end = from + int64(len(rest))
		if len(rest) > 0 {
			break
		}
	}
	return end
}

// all says whether every byte of the file is one of those in set.
func (in input) all(set string) bool {
	only := true
	in.chunks(0, 0, func(b []byte, _ int64) bool {
		only = len(bytes.TrimLeft(b, set)) == 0
		return only
	})
	return only
}

func (in input) zeros() bool { return in.all("\x00") }

// blank says whether a text is white space only. Byte order marks, the zero
// bytes of UTF-16 and the no-break space of UTF-8 and windows-1252 are white
// space too.
func (in input) blank() bool {
	const white = " \t\r\n\v\f\x00"
	head := in.at(0, 3)
	skip := int64(0)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		skip = 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		skip = 2
	}
	rest := input{r: io.NewSectionReader(in, skip, in.size-skip), size: in.size - skip, fail: in.fail}
	only := true
	rest.chunks(0, 0, func(b []byte, _ int64) bool {
		for _, c := range b {
			if bytes.IndexByte([]byte(white), c) < 0 && c != 0xC2 && c != 0xA0 {
				only = false
				return false
			}
		}
		return true
	})
	return only
}
