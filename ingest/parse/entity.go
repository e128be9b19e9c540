package parse

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// leaf is one part found by the splitter: a range of its source.
type leaf struct {
	id, member string
	src        *source
	off, end   int64
	enc        transfer

	mediaType, filename, disposition string
	cid                              string
	charset, format, delsp           string
	alternative, related             bool   // within a multipart of that kind
	container                        bool   // its members are already split
	aside                            bool   // preamble or epilogue
	elsewhere                        string // where the body of a message/external-body lies
	signedOff, signedEnd             int64  // what a detached signature signs, headers included
	warnings                         []string
}

func (p *leaf) locator() string { return p.src.prefix + rangeStep(p.off, p.end, p.enc) }

func (p *leaf) open() (io.Reader, error) {
	return decoder(p.enc, io.NewSectionReader(p.src.r, p.off, p.end-p.off))
}

// entity reads a header and opens what it announces, within f.
func (s *splitter) entity(f *frame, def string, part bool) error {
	start := s.l.pos
	if s.mail.total >= maxParts {
		s.rest(f, start)
		return nil
	}
	limit := maxPartHeader
	if !part && len(s.stack) == 0 {
		limit = maxHeaderBlock
	}
	stop := func(line []byte) bool {
		i, _ := s.match(line)
		return i >= 0
	}
	h, body, err := readHeader(s.l, part, limit, stop)
	if err != nil {
		return err
	}
	if !part && len(s.stack) == 0 {
		s.root = h
	}
	s.lastEOL, s.lastCR = 0, false
	p, ct := s.describe(f, &h, def, body)
	if h.cut && part {
		p.warnings = append(p.warnings, warnPartHeaderCut)
	}
	switch {
	case strings.HasPrefix(p.mediaType, "multipart/"):
		return s.multipart(f, p, ct.raw["boundary"], body)
	case p.mediaType == "message/rfc822" || p.mediaType == "message/global":
		if p.enc == identity {
			return s.message(f, p)
		}
	}
	s.add(p)
	return nil
}

// describe makes a leaf of a part's header; ct is its Content-Type.
func (s *splitter) describe(f *frame, h *header, def string, body int64) (p *leaf, ct structured) {
	p = &leaf{src: s.src, off: body, end: body, member: f.member, alternative: f.alternative, related: f.related}
	p.id = f.prefix + "1"
	if f.count > 0 {
		p.id = f.prefix + strconv.Itoa(f.count)
	}
	p.mediaType = def
	if v := h.get("content-type"); len(bytes.TrimSpace(v)) > 0 {
		ct = parseStructured(v)
		p.mediaType = repairType(ct, def)
		p.charset, p.format, p.delsp = ct.param("charset"), strings.ToLower(ct.param("format")), strings.ToLower(ct.param("delsp"))
		p.filename = ct.param("name")
		if p.mediaType == "message/external-body" { // RFC 2046 section 5.2.3
			p.elsewhere, _ = cutText(collapse(firstOf(ct.param("url"), strings.Join(strings.Fields(ct.param("site")+" "+ct.param("directory")+" "+ct.param("name")), " "), ct.param("access-type"), "?")), 500)
		}
	}
	if v := h.get("content-disposition"); v != nil {
		cd := parseStructured(v)
		if strings.Contains(cd.Value, "=") { // parameters alone, as scripts write them (RFC 2183 section 2 wants a type first)
			cd = parseStructured(append([]byte("attachment;"), v...))
		}
		p.disposition = cd.Value
		for _, n := range []string{cd.param("filename"), p.filename, cd.param("name")} {
			if strings.TrimSpace(n) != "" {
				p.filename = n
				break
			}
		}
	}
	var long bool
	if p.filename, long = cutText(collapse(p.filename), maxName); long {
		p.warnings = append(p.warnings, "The name of this file is too long and is shown cut.")
	}
	for _, s := range []*string{&p.mediaType, &p.charset, &p.format, &p.delsp, &p.disposition} {
		*s, _ = cutText(*s, maxName) // longer than any that means something
	}
	if v := h.get("content-id"); v != nil {
		if ids := parseIDs(v); len(ids) > 0 {
			p.cid = ids[0]
		}
	}
	if f.count > 1 && f.mediaType == "multipart/signed" {
		p.signedOff, p.signedEnd = f.signedOff, f.signedEnd
	}
	var known bool
	if p.enc, known = transferOf(h.get("content-transfer-encoding")); !known {
		p.warnings = append(p.warnings, warnPartEncoding)
	}
	return p, ct
}

// repairType mends a media type that is none: "text", "multipart; boundary=x",
// "application/pdf name=x" (no semicolon).
func repairType(ct structured, def string) string {
	t := ct.Value
	major, minor, ok := strings.Cut(t, "/")
	if ok && major != "" && minor != "" && !strings.ContainsAny(t, " \t,") && !strings.Contains(minor, "/") {
		return t
	}
	if i := strings.IndexAny(t, " \t,"); ok && i > strings.IndexByte(t, '/')+1 && major != "" && !strings.ContainsAny(major, " \t,") {
		return strings.TrimRight(t[:i], ",;")
	}
	if strings.HasPrefix(t, "multipart") && ct.param("boundary") != "" {
		return "multipart/mixed"
	}
	return def
}

// add opens p as the current leaf.
func (s *splitter) add(p *leaf) {
	s.mail.total++
	s.leaves = append(s.leaves, p)
	s.cur = p
}

// message opens a message/rfc822 part: it is kept whole as a leaf, and its
// members are split as they pass.
func (s *splitter) message(f *frame, p *leaf) error {
	s.leaves = append(s.leaves, p)
	s.mail.total++
	if s.depth+len(s.stack) >= maxDepth || s.messages() >= maxMessages {
		s.mail.warn(warnDepth)
		s.cur = p
		return nil
	}
	p.container = true
	inner := &frame{part: p, prefix: p.id + "/", member: p.id}
	s.stack = append(s.stack, inner)
	return s.entity(inner, "text/plain", false)
}

// messages counts the messages that are open.
func (s *splitter) messages() int {
	n := 0
	for _, f := range s.stack {
		if f.boundary == nil {
			n++
		}
	}
	return n
}

// multipart opens a multipart, guessing its boundary if it declares none.
func (s *splitter) multipart(f *frame, p *leaf, boundary string, body int64) error {
	if s.depth+len(s.stack) >= maxDepth {
		s.mail.warn(warnDepth)
		s.add(p)
		return nil
	}
	b := []byte(strings.TrimRight(boundary, " \t"))
	if len(b) == 0 || len(b) > maxBoundaryLine {
		var err error
		if b, err = s.guess(body, s.l.end); err != nil {
			return err
		}
	}
	if len(b) == 0 {
		p.mediaType = "text/plain"
		s.add(p)
		return nil
	}
	s.mail.total++
	inner := &frame{boundary: b, prefix: p.id + ".", mediaType: p.mediaType, body: body, part: p, member: f.member}
	if f.count == 0 { // the outermost multipart of a message adds no level of its own
		inner.prefix = f.prefix
	}
	inner.alternative = f.alternative || p.mediaType == "multipart/alternative"
	inner.related = f.related || p.mediaType == "multipart/related"
	s.stack = append(s.stack, inner)
	return nil
}

// rest keeps all that follows start as one part.
func (s *splitter) rest(f *frame, start int64) {
	s.full = true
	p := &leaf{id: f.prefix + strconv.Itoa(max(f.count, 1)), src: s.src, off: start, end: s.l.end, enc: identity,
		mediaType: "application/octet-stream", member: f.member}
	p.warnings = []string{warnPartRest}
	s.mail.warn(fmt.Sprintf(warnParts, maxParts))
	s.leaves = append(s.leaves, p)
	s.cur = p
}

// guess looks for a line "--x" that a part header or a blank line follows, near
// the beginning of [from,end). It reads at most 64 KiB and is tried a few times
// a mail only.
func (s *splitter) guess(from, end int64) ([]byte, error) {
	if s.mail.guesses++; s.mail.guesses > 20 {
		return nil, nil
	}
	p := make([]byte, min(end-from, 64<<10))
	n, err := readAt(s.src.r, p, from)
	if err != nil {
		return nil, err
	}
	p = p[:n]
	for len(p) > 0 {
		line, rest, _ := bytes.Cut(p, []byte{'\n'})
		p = rest
		t := bytes.TrimRight(trimEOL(line), " \t")
		if len(t) < 4 || len(t) > 200 || t[0] != '-' || t[1] != '-' || bytes.ContainsAny(t, " \t") || len(bytes.Trim(t, "-_=*")) == 0 {
			continue
		}
		next, _, _ := bytes.Cut(rest, []byte{'\n'})
		if len(next) >= 8 && strings.EqualFold(string(next[:8]), "content-") {
			return bytes.Clone(t[2:]), nil
		}
	}
	return nil, nil
}
