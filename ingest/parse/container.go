package parse

import (
	"bufio"
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
		return m.encodedMessage(p, at)
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

// full tells, once the mail has as many parts as are listed, that no container
// is opened any more: what it holds is not lost with it.
func (m *reader) full() bool {
	if m.total < maxParts {
		return false
	}
	m.warn(fmt.Sprintf(warnPartsPacked, maxParts))
	return true
}

// encodedMessage splits a message/rfc822 that is base64 or quoted-printable,
// which RFC 2046 section 5.2.1 forbids and Exchange does.
func (m *reader) encodedMessage(p *leaf, at int) error {
	r, err := p.open()
	if err != nil {
		return err
	}
	_, err = m.unpack(p, at, r, p.locator()+"/", p.id)
	return err
}

// unpack splits the mail that r gives and reads its leaves; they are members of
// the part named. opened is false for a mail that stays a file.
func (m *reader) unpack(p *leaf, at int, r io.Reader, locator, member string) (opened bool, err error) {
	if m.full() || m.tooPacked(m.packed) {
		return false, nil
	}
	held, err := m.hold(p, at, r)
	if err != nil || held == nil {
		return false, err
	}
	defer func() { err = errors.Join(err, held.Close()) }()
	m.packed++
	defer func() { m.packed-- }()
	src := &source{r: held, size: held.Size(), prefix: locator}
	_, leaves, err := m.split(src, 0, src.size, p.id+"/", member, maxDepth/2)
	if err != nil {
		return false, err
	}
	return true, m.leaves(leaves)
}

// tooPacked tells whether what lies so many containers deep stays closed.
func (m *reader) tooPacked(depth int) bool {
	if depth < maxUnpacked {
		return false
	}
	m.warn(fmt.Sprintf(warnPacked, maxUnpacked))
	return true
}

// signed opens an opaque S/MIME signature (RFC 8551 section 3.5.2): what it
// holds is the mail.
func (m *reader) signed(p *leaf, at int) error {
	r, err := p.open()
	if err != nil {
		return err
	}
	in := bufio.NewReader(r)
	if head, err := in.Peek(32); (err == nil || errors.Is(err, io.EOF)) && cmsEncrypted(head) {
		m.mail.Parts[at].Warnings = append(m.mail.Parts[at].Warnings, warnPartCipher)
		m.warn(warnSMIME)
		return nil
	}
	c, err := readCMS(in)
	if err == nil && !c.opaque { // certificates only, or a signature that lost its content
		m.mail.Parts[at].Signature = true
		return nil
	}
	var content io.Reader
	if err == nil {
		content, err = m.signedContent(p)
	}
	if e := m.src.err.Load(); e != nil {
		return fmt.Errorf("read part %s: %w", p.id, *e)
	}
	if err != nil {
		m.mail.Parts[at].Warnings = append(m.mail.Parts[at].Warnings, warnPartUnopened)
		return nil
	}
	note := c.note()
	m.reportSignature(note, note.agreesWith(content), p, at)
	if content, err = m.signedContent(p); err != nil {
		return err
	}
	if name := strings.TrimSuffix(p.filename, path.Ext(p.filename)); path.Ext(name) != "" { // "statuts.pdf.p7m": a signed file
		m.mail.Parts[at].Signature = true
		return m.signedFile(p, name, content)
	}
	first := len(m.mail.Parts)
	opened, err := m.unpack(p, at, content, p.locator()+"/cms/", p.member)
	if err != nil {
		return err
	}
	m.mail.Parts[at].Signature = opened
	// Its texts are the mail's own, so its leaves had no container until now.
	for i := first; i < len(m.mail.Parts); i++ {
		if m.mail.Parts[i].MemberOf == "" {
			m.mail.Parts[i].MemberOf = p.id
		}
	}
	return nil
}

// signedContent begins to read what p signs, anew.
func (m *reader) signedContent(p *leaf) (io.Reader, error) {
	r, err := p.open()
	if err != nil {
		return nil, err
	}
	return cmsContent(r)
}

// signedFile lists the file that an opaque signature wraps.
func (m *reader) signedFile(p *leaf, name string, content io.Reader) error {
	if m.full() {
		return nil
	}
	part := Part{ID: p.id + "/1", Filename: name, MediaType: "application/octet-stream", MemberOf: p.id, Locator: p.locator() + "/cms"}
	if err := m.digest(&part, content); err != nil {
		return err
	}
	m.total++
	m.mail.Parts = append(m.mail.Parts, part)
	return nil
}

// tnef opens a winmail.dat.
func (m *reader) tnef(p *leaf, at int) error {
	if m.full() {
		return nil
	}
	r, err := p.open()
	if err != nil {
		return err
	}
	of := &tnefPart{Part: m.mail.Parts[at]}
	t, err := m.tnefParts(r, of, 0)
	if err != nil {
		return err
	}
	m.mail.Parts[at] = of.Part
	m.listTNEF(of)
	switch {
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

// tnefPart is a file of a TNEF stream, and the files within it where it is a
// message itself.
type tnefPart struct {
	Part
	att     *tnefAttachment
	members []*tnefPart
}

// tnefParts reads a stream, and those within it as they pass, into the members
// of the part that it is.
func (m *reader) tnefParts(r io.Reader, of *tnefPart, depth int) (*tnefReader, error) {
	t, err := readTNEF(r, func(b tnefBlob) error {
		if m.full() {
			return errStop
		}
		m.total++
		part := &tnefPart{att: b.att, Part: Part{ID: of.ID + "/" + strconv.Itoa(b.n), MemberOf: of.ID, MediaType: "application/octet-stream",
			Locator: of.Locator + "/tnef:" + strconv.Itoa(b.n)}}
		of.members = append(of.members, part)
		h := newHashed(b.data)
		data := bufio.NewReader(h)
		head, err := data.Peek(4)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if isTNEF(head) && !m.tooPacked(depth) { // a message within: its files are files of the mail
			part.MediaType = "application/ms-tnef"
			if _, err := m.tnefParts(data, part, depth+1); err != nil {
				return err
			}
		}
		return m.finish(&part.Part, data, h)
	})
	if e := m.src.err.Load(); e != nil {
		return nil, fmt.Errorf("read part %s: %w", of.ID, *e)
	}
	switch {
	case err == nil:
		of.Signature = true
	case !errors.Is(err, errStop):
		of.Warnings = append(of.Warnings, warnPartOutlook)
	}
	return t, nil
}

// listTNEF lists the members of a part, those of each level before the next.
func (m *reader) listTNEF(of *tnefPart) {
	for _, f := range of.members {
		f.Filename, _ = cutText(f.att.name(), maxName)
		if f.MediaType != "application/ms-tnef" && f.att.mediaType != "" {
			f.MediaType, _ = cutText(f.att.mediaType, maxName)
		}
		m.partCID[f.ID] = f.att.cid
		m.mail.Parts = append(m.mail.Parts, f.Part)
	}
	for _, f := range of.members {
		m.listTNEF(f)
	}
}
