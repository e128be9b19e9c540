package parse

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// errCMS says that a CMS object is no opaque signature, or breaks off before its
// content.
var errCMS = errors.New("no signed content")

// cmsContent gives the content of an opaque signature as it passes: ContentInfo →
// SignedData → encapContentInfo → eContent (RFC 5652 sections 3, 5.1, 5.2). The
// signature itself is not checked. It reads BER, since Outlook writes
// indefinite lengths and cuts the content into pieces. It returns errCMS for
// anything else, encrypted mail included, and errors of r.
func cmsContent(r io.Reader) (io.Reader, error) {
	b := &berReader{r: bufio.NewReader(r)}
	if _, err := b.enter(0x30); err != nil {
		return nil, err
	}
	end, err := b.enter(0x06)
	if err != nil {
		return nil, err
	}
	if oid, err := b.short(end); err != nil || oid != oidSignedData {
		return nil, errors.Join(errCMS, err)
	}
	for _, tag := range []byte{0xa0, 0x30} {
		if _, err := b.enter(tag); err != nil {
			return nil, err
		}
	}
	tag, end, err := b.head()
	for ; err == nil && tag != 0x30; tag, end, err = b.head() { // version, digest algorithms
		if tag != 0x02 && tag != 0x31 {
			return nil, errCMS
		}
		if err := b.skip(end, 0); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	contentType, err := b.enter(0x06)
	if err != nil {
		return nil, err
	}
	if err := b.skip(contentType, 0); err != nil {
		return nil, err
	}
	if end >= 0 && b.pos >= end {
		return nil, errCMS // detached: the content is elsewhere
	}
	if _, err := b.enter(0xa0); err != nil {
		return nil, err
	}
	o := &octets{b: b}
	if err := o.element(); err != nil {
		return nil, err
	}
	return o, nil
}

// oidSignedData is 1.2.840.113549.1.7.2.
const oidSignedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"

// berReader reads the elements of BER (X.690) one after the other.
type berReader struct {
	r   *bufio.Reader
	pos int64
}

func (b *berReader) byte() (byte, error) {
	c, err := b.r.ReadByte()
	if err != nil {
		return 0, cut(err)
	}
	b.pos++
	return c, nil
}

// cut makes a break-off within an element of an end.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: %w", errCMS, io.ErrUnexpectedEOF)
	}
	return err
}

// head reads a tag and a length. end is where the element ends, -1 for one of
// indefinite length, which two zero octets end.
func (b *berReader) head() (tag byte, end int64, err error) {
	if tag, err = b.byte(); err != nil {
		return 0, 0, err
	}
	if tag&0x1f == 0x1f { // of several octets: none that signed data has
		return 0, 0, errCMS
	}
	length, err := b.byte()
	switch {
	case err != nil:
		return 0, 0, err
	case length < 0x80:
		return tag, b.pos + int64(length), nil
	case length == 0x80:
		return tag, -1, nil
	case length > 0x84:
		return 0, 0, errCMS
	}
	var n int64
	for range length - 0x80 {
		c, err := b.byte()
		if err != nil {
			return 0, 0, err
		}
		n = n<<8 | int64(c)
	}
	return tag, b.pos + n, nil
}

// enter reads the head of an element that must have that tag.
func (b *berReader) enter(want byte) (end int64, err error) {
	tag, end, err := b.head()
	if err == nil && tag != want {
		err = errCMS
	}
	return end, err
}

// short reads the rest of a small element.
func (b *berReader) short(end int64) (string, error) {
	n := end - b.pos
	if n < 0 || n > 64 {
		return "", errCMS
	}
	p := make([]byte, n)
	if _, err := io.ReadFull(b.r, p); err != nil {
		return "", cut(err)
	}
	b.pos += n
	return string(p), nil
}

// skip reads past an element whose head has been read.
func (b *berReader) skip(end int64, depth int) error {
	if end >= 0 {
		n, err := io.CopyN(io.Discard, b.r, end-b.pos)
		b.pos += n
		return cut(err)
	}
	if depth > 32 {
		return errCMS
	}
	for {
		tag, end, err := b.head()
		if err != nil || tag == 0 && end == b.pos {
			return err
		}
		if err := b.skip(end, depth+1); err != nil {
			return err
		}
	}
}

// octets reads an OCTET STRING, whole or in pieces.
type octets struct {
	b    *berReader
	left int64   // of the piece being read
	open []int64 // ends of the strings in pieces that are open, outermost first
}

// element begins the next piece or string in pieces.
func (o *octets) element() error {
	tag, end, err := o.b.head()
	switch {
	case err != nil:
		return err
	case tag == 0x04 && end >= 0:
		o.left = end - o.b.pos
	case tag == 0x24 && len(o.open) < 5:
		o.open = append(o.open, end)
	case tag == 0 && end == o.b.pos && len(o.open) > 0 && o.open[len(o.open)-1] < 0:
		o.open = o.open[:len(o.open)-1]
	default:
		return errCMS
	}
	return nil
}

func (o *octets) Read(p []byte) (int, error) {
	for o.left == 0 {
		for n := len(o.open); n > 0 && o.open[n-1] >= 0 && o.b.pos >= o.open[n-1]; n-- {
			o.open = o.open[:n-1]
		}
		if len(o.open) == 0 {
			return 0, io.EOF
		}
		if err := o.element(); err != nil {
			return 0, err
		}
	}
	n, err := o.b.r.Read(p[:min(int64(len(p)), o.left)])
	o.left -= int64(n)
	o.b.pos += int64(n)
	if err != nil {
		err = cut(err)
	}
	return n, err
}
