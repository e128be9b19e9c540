package parse

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A locator is a list of steps joined by "/":
//
//	1024+2048:b64   the bytes [1024,3072) of what the step before gave (first: of
//	                the raw mail), transfer-decoded: id, b64, qp or uu
//	tnef:3          the third attachment of a TNEF stream
//	cms             the content of an opaque CMS signature

// ErrLocator is returned by Open for a locator that this package did not write
// or that does not fit the mail.
var ErrLocator = errors.New("bad part locator")

func rangeStep(off, end int64, t transfer) string {
	return strconv.FormatInt(off, 10) + "+" + strconv.FormatInt(end-off, 10) + ":" + string(t)
}

// Open gives the decoded bytes of the part that locator names in the raw mail
// r of size bytes: the very bytes Part.SHA256 was made of. It returns
// ErrLocator if the locator does not fit, else I/O errors of r. The reader is
// streaming and reads r while it is read.
func Open(r io.ReaderAt, size int64, locator string) (io.ReadCloser, error) {
	src, err := lineEnds(r, size)
	if err != nil {
		return nil, err
	}
	steps := strings.Split(locator, "/")
	if len(steps) > 3*maxDepth {
		return nil, fmt.Errorf("%w: too many steps", ErrLocator)
	}
	var cur io.Reader = io.NewSectionReader(src, 0, size)
	for i, step := range steps {
		if cur, err = openStep(cur, step, i == 0, size); err != nil {
			return nil, err
		}
	}
	return io.NopCloser(cur), nil
}

func openStep(cur io.Reader, step string, first bool, size int64) (io.Reader, error) {
	bad := func() error { return fmt.Errorf("%w: step %q", ErrLocator, step) }
	kind, arg, _ := strings.Cut(step, ":")
	switch {
	case step == "cms" && !first:
		content, err := cmsContent(cur)
		if errors.Is(err, errCMS) {
			return nil, bad()
		}
		return content, err
	case kind == "tnef" && !first:
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 {
			return nil, bad()
		}
		return openTNEF(cur, n)
	}
	from, length, ok := strings.Cut(kind, "+")
	off, err1 := strconv.ParseInt(from, 10, 64)
	n, err2 := strconv.ParseInt(length, 10, 64)
	if !ok || err1 != nil || err2 != nil || off < 0 || n < 0 || off+n < 0 {
		return nil, bad()
	}
	if s, ok := cur.(*io.SectionReader); ok && first {
		if off+n > size {
			return nil, bad()
		}
		cur = io.NewSectionReader(s, off, n)
	} else {
		if _, err := io.CopyN(io.Discard, cur, off); err != nil {
			return nil, fmt.Errorf("%w: step %q: %w", ErrLocator, step, err)
		}
		cur = io.LimitReader(cur, n)
	}
	out, err := decoder(transfer(arg), cur)
	if err != nil {
		return nil, bad()
	}
	return out, nil
}
