package parse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// source is bytes that are split: the raw mail, or a decoded container held in
// memory. prefix leads to it in locators ("" or with a trailing "/").
type source struct {
	r      io.ReaderAt
	size   int64
	prefix string
}

// frame is an open container while its members are split.
type frame struct {
	boundary    []byte // nil for a message
	closed      bool   // its last boundary has been seen
	after       int64  // where its epilogue begins
	asides      int
	prefix      string // of the ids of its children
	count       int
	mediaType   string
	body        int64
	part        *leaf // the container as a part
	alternative bool
	related     bool
	signedOff   int64 // the first part, headers included: what a signature is of
	signedEnd   int64 // of the boundary line behind it
	member      string
}

// splitter cuts a source into leaves in one pass over its lines. Multiparts
// are never held: only offsets are kept.
type splitter struct {
	mail    *reader
	src     *source
	l       *lineReader
	stack   []*frame
	cur     *leaf // the leaf that is open
	lastEOL int64 // length of the line end before the line being read
	lastCR  bool  // the piece before ended in CR
	full    bool  // maxParts met
	leaves  []*leaf
	depth   int // of the source itself
	root    header
}

// split reads the entity that is src[off:end). ids of its leaves begin with
// prefix; member is the container's.
func (m *reader) split(src *source, off, end int64, prefix, member string, depth int) (header, []*leaf, error) {
	s := &splitter{mail: m, src: src, l: newLineReader(src.r, off, end), depth: depth}
	top := &frame{prefix: prefix, member: member}
	if err := s.entity(top, "text/plain", false); err != nil {
		return s.root, nil, err
	}
	if err := s.lines(); err != nil {
		return s.root, nil, err
	}
	if err := s.finish(end); err != nil {
		return s.root, nil, err
	}
	return s.root, s.leaves, nil
}

// lines reads on until the end of the source.
func (s *splitter) lines() error {
	for !s.full {
		line, off, cont, err := s.l.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if !cont && len(line) > 2 && line[0] == '-' && line[1] == '-' && len(s.stack) > 0 {
			if i, last := s.match(trimEOL(line)); i >= 0 {
				if err := s.boundary(i, last, off); err != nil {
					return err
				}
				continue
			}
		}
		s.eol(line)
	}
	return nil
}

// eol notes how the line ended.
func (s *splitter) eol(line []byte) {
	n := len(line)
	switch {
	case line[n-1] != '\n':
		s.lastEOL = 0
		s.lastCR = line[n-1] == '\r'
		return
	case n > 1 && line[n-2] == '\r', n == 1 && s.lastCR:
		s.lastEOL = 2
	default:
		s.lastEOL = 1
	}
	s.lastCR = false
}

// match finds the innermost multipart that line is a boundary of. After the
// boundary RFC 2046 section 5.1.1 allows blanks only; some list software writes
// words there, so those pass when the boundary is long enough to be no text.
func (s *splitter) match(line []byte) (i int, last bool) {
	if len(line) < 3 || len(line) > maxBoundaryLine || line[0] != '-' || line[1] != '-' {
		return -1, false
	}
	for i = len(s.stack) - 1; i >= 0; i-- {
		b := s.stack[i].boundary
		if b == nil || !bytes.HasPrefix(line[2:], b) || s.stack[i].closed && s.sameOutside(i) {
			continue
		}
		rest := line[2+len(b):]
		tail := bytes.TrimRight(rest, " \t")
		switch {
		case len(tail) == 0:
			return i, false
		case string(tail) == "--":
			return i, true
		case len(b) >= 8 && (rest[0] == ' ' || rest[0] == '\t'):
			return i, false
		case len(b) >= 8 && bytes.HasPrefix(rest, []byte("-- ")):
			return i, true
		}
	}
	return -1, false
}

// sameOutside tells whether a multipart around frame i has the same boundary:
// scripts that build mails by hand take one for all levels, which RFC 2046
// section 5.1.2 forbids. Once the inner one is closed, the line is the outer's.
func (s *splitter) sameOutside(i int) bool {
	for j := i - 1; j >= 0; j-- {
		if s.stack[j].boundary != nil {
			return bytes.Equal(s.stack[j].boundary, s.stack[i].boundary)
		}
	}
	return false
}

// boundary ends what is open inside frame i, and begins its next part.
func (s *splitter) boundary(i int, last bool, off int64) error {
	end := off - s.lastEOL
	if s.cur != nil {
		s.cur.end = max(s.cur.off, end)
		s.cur = nil
	}
	for len(s.stack) > i+1 {
		if err := s.pop(max(end, 0)); err != nil {
			return err
		}
	}
	f := s.stack[i]
	switch {
	case f.count == 0 && !f.closed && !last:
		if err := s.aside(f, "preamble", f.body, end); err != nil {
			return err
		}
	case f.closed && !last:
		if err := s.epilogue(f, end); err != nil {
			return err
		}
	}
	if last {
		if !f.closed {
			f.closed, f.after = true, s.l.pos
		}
		s.lastEOL = 0
		return nil
	}
	switch f.count {
	case 0:
		f.signedOff = s.l.pos
	case 1:
		f.signedEnd = off
	}
	f.closed = false // parts after the closing boundary: broken, but there they are
	f.count++
	def := "text/plain"
	if f.mediaType == "multipart/digest" {
		def = "message/rfc822"
	}
	return s.entity(f, def, true)
}

// epilogue keeps what follows the last boundary of f.
func (s *splitter) epilogue(f *frame, end int64) error {
	if !f.closed {
		return nil
	}
	f.asides++
	name := "epilogue"
	if f.asides > 1 {
		name += fmt.Sprint(f.asides)
	}
	return s.aside(f, name, f.after, end)
}

// aside keeps the text before the first or after the last boundary as a part
// when it is more than the few words that mailers and lists write there. RFC
// 2046 section 5.1.1 has it ignored; broken mailers put files there.
func (s *splitter) aside(f *frame, name string, off, end int64) error {
	if end-off < 1024 || s.mail.total >= maxParts {
		return nil
	}
	p := make([]byte, min(end-off, 4096))
	n, err := readAt(s.src.r, p, off)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(p[:n])) == 0 {
		return nil
	}
	s.mail.total++
	s.leaves = append(s.leaves, &leaf{id: f.prefix + name, member: f.member, src: s.src, off: off, end: end, enc: identity,
		mediaType: "text/plain", disposition: "attachment", aside: true,
		warnings: []string{"This text stood outside the parts of the mail, where mail programs do not show it."}})
	return nil
}

// pop closes the innermost frame at offset end.
func (s *splitter) pop(end int64) error {
	f := s.stack[len(s.stack)-1]
	s.stack = s.stack[:len(s.stack)-1]
	switch {
	case f.boundary == nil:
		f.part.end = max(f.part.off, end)
		return nil
	case f.count > 0:
		return s.epilogue(f, end)
	}
	// The declared boundary never came: look for the one that was used.
	p := f.part
	p.end = max(p.off, end)
	b, err := s.guess(f.body, p.end)
	if err != nil {
		return err
	}
	if len(b) == 0 {
		p.mediaType = "text/plain"
		p.container = false
		s.leaves = append(s.leaves, p)
		return nil
	}
	again := &splitter{mail: s.mail, src: s.src, l: newLineReader(s.src.r, f.body, p.end), depth: s.depth + len(s.stack) + 1}
	g := *f
	g.boundary = b
	again.stack = []*frame{&g}
	if err := again.lines(); err != nil {
		return err
	}
	if err := again.finish(p.end); err != nil {
		return err
	}
	s.leaves = append(s.leaves, again.leaves...)
	return nil
}

// finish closes all that is open at the end of the source.
func (s *splitter) finish(end int64) error {
	if s.cur != nil {
		s.cur.end = end
		s.cur = nil
	}
	if len(s.stack) > 0 && s.stack[0].boundary != nil && !s.stack[0].closed && s.stack[0].count > 0 && !s.full {
		s.mail.warn(warnCut)
	}
	for len(s.stack) > 0 {
		if err := s.pop(end); err != nil {
			return err
		}
	}
	return nil
}
