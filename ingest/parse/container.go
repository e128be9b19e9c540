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
	case p.mediaType == "application/pkcs7-signature" || p.mediaType == "application/x-pkcs7-signature" || path.Ext(name) == ".p7s":
		return m.detached(p, at)
	case p.mediaType == "message/partial":
		m.warn(warnPartial)
		m.mail.Parts[at].Warnings = append(m.mail.Parts[at].Warnings, warnPartPiece)
	case p.mediaType == "message/external-body":
		m.warn(warnExternal)
		m.mail.Parts[at].Warnings = append(m.mail.Parts[at].Warnings, fmt.Sprintf(warnPartElsewhere, p.elsewhere))
		m.mail.Parts[at].Signature = true
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
		m.warn(fmt.Sprintf(warnInnerLarge, p.filename))
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
	part := &m.mail.Parts[at]
	if cmsEncrypted(b) {
		part.Warnings = append(part.Warnings, warnPartCipher)
		m.warn(warnSMIME)
		return nil
	}
	c, ok := readCMS(b)
	if ok && !c.opaque { // certificates only, or a signature that lost its content
		part.Signature = true
		return nil
	}
	note := c.note()
	content, read := c.content() // overwrites only where it lies itself
	if !ok || !read {
		part.Warnings = append(part.Warnings, warnPartUnopened)
		return nil
	}
	m.reportSignature(note, note.agreesWith(content), p, at)
	m.mail.Parts[at].Signature = true
	if name := strings.TrimSuffix(p.filename, path.Ext(p.filename)); path.Ext(name) != "" { // "statuts.pdf.p7m": a signed file
		return m.signedFile(p, name, content)
	}
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

// signedFile lists the file that an opaque signature wraps.
func (m *reader) signedFile(p *leaf, name string, content []byte) error {
	part := Part{ID: p.id + "/1", Filename: name, MediaType: "application/octet-stream", MemberOf: p.id, Locator: p.locator() + "/cms"}
	if err := m.digest(&part, bytes.NewReader(content)); err != nil {
		return err
	}
	m.mail.Parts = append(m.mail.Parts, part)
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
		m.mail.Parts[at].Warnings = append(m.mail.Parts[at].Warnings, warnPartOutlook)
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
			m.warn(warnOutlookInside)
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
