package parse

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// TNEF (MS-OXTNEF), the winmail.dat that Outlook and Exchange send to people
// without Outlook: a stream of attributes, read here once and in order. Data of
// attachments is handed on as it passes and never held.

const (
	tnefSignature = 0x223e9f78

	attAttachRend   = 0x00069002 // begins an attachment
	attAttachTitle  = 0x00018010
	attAttachData   = 0x0006800f
	attAttachProps  = 0x00069005
	attMessageProps = 0x00069003
	attBody         = 0x0002800c
	attCodepage     = 0x00069007

	propBody      = 0x1000
	propBodyHTML  = 0x1013
	propRTF       = 0x1009
	propData      = 0x3701
	propFilename  = 0x3704
	propLongName  = 0x3707
	propMimeTag   = 0x370e
	propContentID = 0x3712
	propDisplay   = 0x3001
	maxTNEFProps  = 10000
	maxTNEFString = 4096
)

// errTNEF says that the stream breaks off or is not what it says; what was
// found before stands.
var errTNEF = errors.New("damaged TNEF")

var errStop = errors.New("stop")

// tnefBlob is the data of an attachment; n counts them from 1 within a stream.
type tnefBlob struct {
	n    int
	data io.Reader // valid while visited
	att  *tnefAttachment
}

type tnefAttachment struct {
	title, filename, longName, display, mediaType, cid string
}

func (a *tnefAttachment) name() string {
	for _, n := range []string{a.longName, a.filename, a.title, a.display} {
		if n = collapse(n); n != "" {
			return n
		}
	}
	return ""
}

type tnefReader struct {
	r       *bufio.Reader
	left    int64 // bytes left of the attribute
	charset string
	blobs   int
	att     *tnefAttachment
	visit   func(tnefBlob) error
	body    string
	html    []byte
	rtf     []byte
}

// readTNEF walks the stream. visit reads the data of each attachment; the name
// may come later, in the same *tnefAttachment.
func readTNEF(r io.Reader, visit func(tnefBlob) error) (*tnefReader, error) {
	t := &tnefReader{r: bufio.NewReader(r), visit: visit, charset: "windows-1252"}
	var head [6]byte
	if _, err := io.ReadFull(t.r, head[:]); err != nil || !isTNEF(head[:]) {
		return t, errTNEF
	}
	for {
		level, err := t.r.ReadByte()
		if err != nil || level != 1 && level != 2 {
			return t, nil // the end, or the garbage some gateways append
		}
		var a [8]byte
		if _, err := io.ReadFull(t.r, a[:]); err != nil {
			return t, errTNEF
		}
		t.left = int64(binary.LittleEndian.Uint32(a[4:]))
		if err := t.attribute(binary.LittleEndian.Uint32(a[:])); err != nil {
			return t, err
		}
		if _, err := io.CopyN(io.Discard, t.r, t.left+2); err != nil { // and the checksum
			return t, errTNEF
		}
	}
}

func (t *tnefReader) attribute(id uint32) error {
	switch id {
	case attCodepage:
		if b, err := t.bytes(4, 4); err == nil && len(b) == 4 {
			t.charset = "windows-" + fmt.Sprint(binary.LittleEndian.Uint32(b))
		}
	case attAttachRend:
		t.att = &tnefAttachment{}
	case attAttachTitle:
		b, err := t.bytes(t.left, maxTNEFString)
		if err != nil {
			return err
		}
		t.attachment().title = t.string8(b)
	case attAttachData:
		return t.blob(t.left)
	case attBody:
		b, err := t.bytes(t.left, maxBody)
		if err != nil {
			return err
		}
		if t.body == "" {
			t.body = t.string8(b)
		}
	case attMessageProps, attAttachProps:
		return t.props(id == attAttachProps)
	}
	return nil
}

func (t *tnefReader) attachment() *tnefAttachment {
	if t.att == nil {
		t.att = &tnefAttachment{}
	}
	return t.att
}

// blob hands n bytes of data on.
func (t *tnefReader) blob(n int64) error {
	if n == 0 {
		return nil
	}
	t.blobs++
	lr := &io.LimitedReader{R: t.r, N: n}
	err := t.visit(tnefBlob{t.blobs, lr, t.attachment()})
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, lr); err != nil {
		return err
	}
	if lr.N > 0 {
		return errTNEF
	}
	t.left -= n
	return nil
}

// bytes reads n bytes of the attribute and keeps at most keep of them.
func (t *tnefReader) bytes(n, keep int64) ([]byte, error) {
	if n < 0 || n > t.left {
		return nil, errTNEF
	}
	b, err := io.ReadAll(io.LimitReader(t.r, min(n, keep)))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) < min(n, keep) {
		return nil, errTNEF
	}
	if n > keep {
		if _, err := io.CopyN(io.Discard, t.r, n-keep); err != nil {
			return nil, errTNEF
		}
	}
	t.left -= n
	return b, nil
}

func (t *tnefReader) skip(n int64) error {
	_, err := t.bytes(n, 0)
	return err
}

func (t *tnefReader) uint32() (uint32, error) {
	b, err := t.bytes(4, 4)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint32(b), nil
}

// isTNEF tells whether b begins a TNEF stream.
func isTNEF(b []byte) bool { return len(b) >= 4 && binary.LittleEndian.Uint32(b) == tnefSignature }

// openTNEF gives the data of the nth attachment of the stream r.
func openTNEF(r io.Reader, n int) (io.Reader, error) {
	var found io.Reader
	_, err := readTNEF(r, func(b tnefBlob) error {
		if b.n == n {
			found = b.data
			return errStop
		}
		return nil
	})
	if found != nil {
		return found, nil
	}
	if err == nil || errors.Is(err, errTNEF) {
		err = ErrLocator
	}
	return nil, fmt.Errorf("tnef attachment %d: %w", n, err)
}
