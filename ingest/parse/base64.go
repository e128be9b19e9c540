package parse

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
)

// base64Reader decodes one padded run of base64 after the other: senders that
// encode in chunks leave padding in the middle. go-message decodes the first
// run, which nearly always is the only one; those after it, perhaps millions of
// four characters each, are too small to set up a decoder for.
type base64Reader struct {
	front *base64Front
	first io.Reader // nil once read
	begun bool
	buf   []byte
	out   []byte // decoded and not yet read
}

func (b *base64Reader) Read(p []byte) (int, error) {
	if !b.begun {
		b.begun = true
		if !b.front.nextRun() {
			return 0, b.front.err()
		}
		first, err := decodeEntity("base64", b.front)
		if err != nil {
			return 0, err
		}
		b.first = first
	}
	if b.first != nil {
		n, err := b.first.Read(p)
		if errors.Is(err, io.EOF) {
			b.first, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
	for len(b.out) == 0 {
		if b.front.ended && !b.front.nextRun() {
			return 0, b.front.err()
		}
		if err := b.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.out)
	b.out = b.out[n:]
	return n, nil
}

// next decodes a buffer's worth of a later run.
func (b *base64Reader) next() error {
	b.front.fill()
	if b.buf == nil {
		b.buf = make([]byte, 4096)
	}
	n, err := base64.StdEncoding.Decode(b.buf, b.front.out)
	b.out = b.buf[:n]
	if err != nil {
		return fmt.Errorf("decode base64: %w", err)
	}
	return nil
}

// base64Front passes the alphabet only, in whole padded quads, up to the end
// of a run. RFC 2045 section 6.8 has all foreign characters ignored; mail
// relays that append a footer to the part (Mailman) force us to stop at padding
// or an empty line followed by a line that is no base64.
type base64Front struct {
	src     *bufio.Reader
	quad    [4]byte
	n       int // bytes in quad
	buf     []byte
	out     []byte // what of buf is not yet read
	started bool
	begun   bool // something was passed
	breaks  int  // line ends since
	ended   bool // this run is over
	done    bool // nothing more will come
	failed  error
}

// nextRun arms the front for the next run; false at the end of the part.
func (f *base64Front) nextRun() bool {
	if f.done {
		return false
	}
	if f.started && !f.plausible() {
		f.done = true
		return false
	}
	f.started, f.ended = true, false
	return true
}

func (f *base64Front) err() error {
	if f.failed != nil {
		return f.failed
	}
	return io.EOF
}

// plausible looks at the next line: is it base64?
func (f *base64Front) plausible() bool {
	for {
		c, err := f.src.ReadByte()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				f.failed = err
			}
			return false
		}
		if c == '\r' || c == '\n' || c == ' ' || c == '\t' || c == '=' {
			continue
		}
		if err := f.src.UnreadByte(); err != nil {
			f.failed = err
			return false
		}
		break
	}
	line, err := f.src.Peek(80)
	if err != nil && !errors.Is(err, io.EOF) {
		f.failed = err
		return false
	}
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	for _, c := range bytes.TrimSpace(line) {
		if !isBase64(c) && c != '=' {
			return false
		}
	}
	return true
}

func (f *base64Front) Read(p []byte) (int, error) {
	for len(f.out) == 0 {
		if f.ended {
			return 0, f.err()
		}
		f.fill()
	}
	n := copy(p, f.out)
	f.out = f.out[n:]
	return n, nil
}

// fill reads a buffer's worth of input.
func (f *base64Front) fill() {
	if f.buf == nil {
		f.buf = make([]byte, 0, 4096+8)
	}
	f.out = append(f.buf[:0], f.quad[:f.n]...)
	if _, err := f.src.Peek(1); err != nil {
		if !errors.Is(err, io.EOF) {
			f.failed = err
		}
		f.pad()
		f.ended, f.done = true, true
		return
	}
	in, err := f.src.Peek(min(f.src.Buffered(), 4096))
	if err != nil {
		f.failed = err
		f.ended, f.done = true, true
		return
	}
	used, from, gap := len(in), 0, false
	for i, c := range in {
		if isBase64(c) {
			continue
		}
		if i > from {
			f.begun, f.breaks = true, 0
		}
		f.out = append(f.out, in[from:i]...)
		if from = i + 1; c == '=' && len(f.out)%4 > 0 {
			f.ended = true
			used = from
			break
		} else if c == '\n' {
			if f.breaks++; f.breaks == 2 && len(f.out)%4 == 0 && f.begun {
				used, gap = from, true
				break
			}
		}
	}
	if used > from {
		f.begun, f.breaks = true, 0
	}
	f.out = append(f.out, in[min(from, used):used]...)
	f.n = copy(f.quad[:], f.out[len(f.out)&^3:])
	if f.ended {
		f.pad()
	} else {
		f.out = f.out[:len(f.out)&^3]
	}
	if _, err := f.src.Discard(used); err != nil {
		f.failed = err
		f.ended, f.done = true, true
		return
	}
	if gap && !f.plausible() { // a footer behind base64 that needed no padding
		f.ended, f.done = true, true
	}
}

// pad ends a run. A lone character holds less than a byte and goes.
func (f *base64Front) pad() {
	switch len(f.out) % 4 {
	case 1:
		f.out = f.out[:len(f.out)-1]
	case 2:
		f.out = append(f.out, '=', '=')
	case 3:
		f.out = append(f.out, '=')
	}
	f.n = 0
}

// looseBase64 decodes what base64 there is in s: foreign bytes are skipped,
// padding may be missing or stand in the middle.
func looseBase64(s []byte) []byte {
	var out []byte
	run := make([]byte, 0, len(s))
	flush := func() {
		if len(run)%4 == 1 {
			run = run[:len(run)-1]
		}
		d := make([]byte, base64.RawStdEncoding.DecodedLen(len(run)))
		n, err := base64.RawStdEncoding.Decode(d, run)
		if err == nil || n > 0 {
			out = append(out, d[:n]...)
		}
		run = run[:0]
	}
	for _, c := range s {
		switch {
		case isBase64(c):
			run = append(run, c)
		case c == '=':
			flush()
		}
	}
	flush()
	return out
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}
