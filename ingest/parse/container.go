package parse

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// members opens a container that had to be decoded first.
func (m *reader) members(p *leaf, at int) error {
	name := strings.ToLower(p.filename)
	switch {
	case p.mediaType == "message/rfc822" || p.mediaType == "message/global":
		return m.encodedMessage(p)
	case p.mediaType == "application/ms-tnef" || p.mediaType == "application/vnd.ms-tnef" || name == "winmail.dat" || name == "win.dat":
		return m.tnef(p, at)
	case (p.mediaType == "application/pkcs7-mime" || p.mediaType == "application/x-pkcs7-mime" || path.Ext(name) == ".p7m"):
		return m.signed(p, at)
	}
	return nil
}

// encodedMessage splits a message/rfc822 that is base64 or quoted-printable,
// which RFC 2046 section 5.2.1 forbids and Exchange does.
func (m *reader) encodedMessage(p *leaf) error {
	b, ok, err := m.hold(p)
	if err != nil || !ok {
		return err
	}
	src := &source{r: bytes.NewReader(b), size: int64(len(b)), prefix: p.locator() + "/"}
	_, leaves, err := m.split(src, 0, src.size, p.id+"/", p.id, maxDepth/2)
	if err != nil {
		return err
	}
	return m.leaves(leaves)
}

// hold decodes a container into memory, within the budget of the mail.
func (m *reader) hold(p *leaf) (b []byte, ok bool, err error) {
	r, err := p.open()
	if err != nil {
		return nil, false, err
	}
	b, err = readLimited(r, maxInMemory-m.memory, p.end-p.off)
	if e := m.src.err.Load(); e != nil {
		return nil, false, fmt.Errorf("read part %s: %w", p.id, *e)
	}
	if errors.Is(err, errTooLarge) {
		m.warn("A message within the mail is too large to be opened; it is kept as a file.")
		return nil, false, nil
	}
	if err != nil {
		return nil, false, nil // damaged; the part itself says so
	}
	m.memory += int64(len(b))
	return b, true, nil
}

// signed opens an opaque S/MIME signature (RFC 8551 section 3.5.2): what it
// holds is the mail.
func (m *reader) signed(p *leaf, at int) error {
	b, ok, err := m.hold(p)
	if err != nil || !ok {
		return err
	}
	content, ok := cmsContent(b)
	if !ok {
		m.mail.Parts[at].Warnings = append(m.mail.Parts[at].Warnings, "This part is encrypted or cannot be opened.")
		m.warn("The mail is encrypted (S/MIME) or cannot be opened.")
		return nil
	}
	m.mail.Parts[at].Signature = true
	src := &source{r: bytes.NewReader(content), size: int64(len(content)), prefix: p.locator() + "/cms/"}
	_, leaves, err := m.split(src, 0, src.size, p.id+"/", p.member, maxDepth/2)
	if err != nil {
		return err
	}
	first := len(m.mail.Parts)
	if err := m.leaves(leaves); err != nil {
		return err
	}
	// Its texts are the mail's own, so its leaves have no container until now.
	for i := first; i < len(m.mail.Parts); i++ {
		if m.mail.Parts[i].MemberOf == "" {
			m.mail.Parts[i].MemberOf = p.id
		}
	}
	return nil
}

// tnef opens a winmail.dat.
func (m *reader) tnef(p *leaf, at int) error {
	r, err := p.open()
	if err != nil {
		return err
	}
	return m.tnefStream(r, p.id, p.locator(), at, 0)
}

func (m *reader) tnefStream(r io.Reader, id, locator string, at, depth int) error {
	type found struct {
		part Part
		att  *tnefAttachment
	}
	var list []found
	t, err := readTNEF(r, func(b tnefBlob) error {
		part := Part{ID: id + "/" + strconv.Itoa(b.n), MemberOf: id, MediaType: "application/octet-stream",
			Locator: locator + "/tnef:" + strconv.Itoa(b.n)}
		data := bufio.NewReader(b.data)
		head, err := data.Peek(4)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if depth < 5 && isTNEF(head) { // a message within: its files are files of the mail
			part.MediaType = "application/ms-tnef"
		}
		if err := m.digest(&part, data); err != nil {
			return err
		}
		list = append(list, found{part, b.att})
		return nil
	})
	if e := m.src.err.Load(); e != nil {
		return fmt.Errorf("read part %s: %w", id, *e)
	}
	if err != nil {
		m.mail.Parts[at].Warnings = append(m.mail.Parts[at].Warnings, "This Outlook container (winmail.dat) is damaged; it was opened as far as it goes.")
	}
	var inner []int // the members that are messages themselves
	for _, f := range list {
		f.part.Filename = f.att.name()
		if f.part.MediaType == "application/ms-tnef" {
			inner = append(inner, len(m.mail.Parts))
		} else if f.att.mediaType != "" {
			f.part.MediaType = f.att.mediaType
		}
		m.partCID[f.part.ID] = f.att.cid
		m.mail.Parts = append(m.mail.Parts, f.part)
	}
	for i, at := range inner {
		if i >= 10 {
			m.warn("The mail holds too many messages within an Outlook container; the first ones were opened.")
			break
		}
		part := m.mail.Parts[at]
		rc, err := Open(m.src, m.size, part.Locator)
		if err != nil {
			return err
		}
		if err := m.tnefStream(rc, part.ID, part.Locator, at, depth+1); err != nil {
			return err
		}
	}
	if err == nil {
		m.mail.Parts[at].Signature = true
	}
	switch {
	case depth > 0:
	case strings.TrimSpace(t.body) != "":
		m.bodies.tnef = append(m.bodies.tnef, normalizeText(t.body))
	case len(t.html) > 0:
		s, _ := decodeCharset(t.html, t.charset)
		m.bodies.tnef = append(m.bodies.tnef, readHTML(s).text)
	case len(t.rtf) > 0:
		m.bodies.tnef = append(m.bodies.tnef, normalizeText(rtfText(inflateRTF(t.rtf))))
	}
	return nil
}
