package parse

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// uuBlocks lists the files written into a text: uuencoded (RFC 2045 came in
// 1996; some scripts and scanners have not heard of it) or in older ways.
func (m *reader) uuBlocks(p *leaf, text []byte) error {
	n := 0
	for _, b := range findUU(text) {
		if n++; n > maxUU || m.full() {
			m.warn(fmt.Sprintf(warnBlocks, maxUU))
			return nil
		}
		part := Part{ID: p.id + "/uu" + strconv.Itoa(n), Filename: collapse(b.name), MediaType: "application/octet-stream", MemberOf: p.member,
			Locator: p.locator() + "/" + rangeStep(int64(b.off), int64(b.end), uuencodeTE)}
		r, err := decoder(uuencodeTE, bytes.NewReader(text[b.off:b.end]))
		if err != nil {
			return err
		}
		if err := m.digest(&part, r); err != nil {
			return err
		}
		m.total++
		m.mail.Parts = append(m.mail.Parts, part)
	}
	for _, b := range oldBlocks(text) {
		if n++; n > maxUU || m.full() {
			m.warn(fmt.Sprintf(warnBlocks, maxUU))
			return nil
		}
		part := Part{ID: p.id + "/" + strings.ToLower(b.method) + strconv.Itoa(n), Filename: collapse(b.name), MediaType: "application/octet-stream", MemberOf: p.member,
			Locator: p.locator() + "/" + rangeStep(int64(b.off), int64(b.end), identity), Warnings: []string{fmt.Sprintf(warnPartOldEncoded, b.method)}}
		if err := m.digest(&part, bytes.NewReader(text[b.off:b.end])); err != nil {
			return err
		}
		m.total++
		m.mail.Parts = append(m.mail.Parts, part)
	}
	return nil
}

// digest fills Size and SHA256. Bytes that cannot be decoded end the part with
// a warning; only errors of the mail's own reader are returned.
func (m *reader) digest(part *Part, r io.Reader) error {
	h := newHashed(r)
	return m.finish(part, h, h)
}

// finish reads the rest of r, which reads from h, and fills Size and SHA256 of
// all that passed h.
func (m *reader) finish(part *Part, r io.Reader, h *hashed) error {
	if m.buf == nil {
		m.buf = make([]byte, 8<<10)
	}
	for {
		_, err := r.Read(m.buf)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if e := m.src.err.Load(); e != nil {
				return fmt.Errorf("read part %s: %w", part.ID, *e)
			}
			part.Warnings = append(part.Warnings, warnPartDamaged)
			break
		}
	}
	part.Size, part.SHA256 = h.n, hex.EncodeToString(h.sum.Sum(nil))
	return nil
}

// hashed hashes what is read through it.
type hashed struct {
	r   io.Reader
	sum hash.Hash
	n   int64
}

func newHashed(r io.Reader) *hashed { return &hashed{r: r, sum: sha256.New()} }

func (h *hashed) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	h.sum.Write(p[:n]) // never fails, says package hash
	h.n += int64(n)
	return n, err
}

// part lists a leaf, and the members of it if it is a container.
func (m *reader) part(p *leaf) error {
	part := Part{ID: p.id, Filename: p.filename, MediaType: p.mediaType, MemberOf: p.member, Locator: p.locator(), Warnings: p.warnings}
	r, err := p.open()
	if err != nil {
		return err
	}
	if err := m.digest(&part, r); err != nil {
		return err
	}
	if part.Size == 0 && p.end > p.off && (p.enc == base64CTE || p.enc == uuencodeTE) {
		// Said to be base64 and is not at all: the bytes as they came.
		raw := *p
		raw.enc = identity
		b, _, err := m.read(&raw, 4096)
		if err != nil {
			return err
		}
		if strings.TrimSpace(string(b)) != "" {
			p = &raw
			part.Locator = p.locator()
			part.Warnings = append(part.Warnings, warnPartNotEncoded)
			if r, err = p.open(); err != nil {
				return err
			}
			if err := m.digest(&part, r); err != nil {
				return err
			}
		}
	}
	part.Inline = p.inline()
	m.partCID[part.ID] = p.cid
	at := len(m.mail.Parts)
	m.mail.Parts = append(m.mail.Parts, part)
	if p.mediaType == "application/pgp-encrypted" && p.member == "" {
		m.warn(warnPGP)
	}
	if p.mediaType == "application/pgp-signature" && p.member == "" {
		m.mail.Parts[at].Warnings = append(m.mail.Parts[at].Warnings, warnSignedPGP)
	}
	if p.container {
		return nil
	}
	return m.members(p, at)
}

// inline tells whether p is shown within the text, as far as its own header
// says; images the HTML refers to are added in finishParts. "inline" on a
// document means nothing: Apple Mail writes it on every PDF.
func (p *leaf) inline() bool {
	switch {
	case p.aside:
		return true
	case strings.HasPrefix(p.mediaType, "image/"):
		return p.disposition == "inline" || p.related && p.cid != "" && p.disposition != "attachment"
	case strings.HasPrefix(p.mediaType, "text/"):
		return p.filename == "" && p.disposition != "attachment"
	}
	return false
}

// chosenPicture is the size, in bytes, below which an inline picture is an icon
// whatever its name; reGivenName fits the names that programs give to pictures, and
// those of the pictures in signatures.
const chosenPicture = 4 << 10

var reGivenName = regexp.MustCompile(`(?i)^$|^(?:image|img|outlook|pasted|unnamed|inline|att|icone?|logo|signature|sign|banni?[eè]re|bandeau|banner|facebook|linkedin|twitter|instagram|youtube|mail|email|photo|part|noname|untitled|spacer|pixel|emoji|smiley)[^a-z]*\.|(?:logo|signature|banner|banniere|bandeau|icon)|^[^a-z]*\.|^[0-9a-f-]{16,}\.`)

// finishParts marks what is shown in the text and what nobody deposits.
func (m *reader) finishParts() {
	holds := map[string]bool{}
	for i := range m.mail.Parts {
		if of := m.mail.Parts[i].MemberOf; of != "" {
			holds[of] = true
		}
	}
	for i := range m.mail.Parts {
		p := &m.mail.Parts[i]
		cid := m.partCID[p.ID]
		shown := cid != "" && m.cids[cid]
		image := strings.HasPrefix(p.MediaType, "image/")
		if shown && image {
			p.Inline = true
		}
		// A phone marks every photograph inline; one that no text shows, with
		// the size of a scan or a name that somebody gave it, is a file its
		// sender chose.
		chosen := !shown && (p.Size >= 100<<10 && p.Filename != "" || p.Size >= chosenPicture && !reGivenName.MatchString(p.Filename))
		if p.Inline && image && chosen {
			p.Inline = false
		}
		if image && p.Size < 20<<10 && (p.Inline || cid != "" && !chosen) {
			p.Signature = true
		}
		p.Signature = p.Signature || notDeposited(p) || holds[p.ID] && strings.HasPrefix(p.MediaType, "message/")
	}
}

// notDeposited tells types and names that carry no file of the sender's choice.
func notDeposited(p *Part) bool {
	switch p.MediaType {
	case "application/pgp-signature", "application/pgp-encrypted", "application/pgp-keys", "application/pkcs7-signature", "application/x-pkcs7-signature",
		"application/applefile", "text/vcard", "text/x-vcard", "text/directory", "text/calendar", "application/ics",
		"message/delivery-status", "message/global-delivery-status", "message/disposition-notification", "message/feedback-report", "text/rfc822-headers", "message/global-headers":
		return true
	}
	switch strings.ToLower(path.Ext(p.Filename)) {
	case ".vcf", ".ics", ".p7s":
		return true
	}
	return strings.EqualFold(p.Filename, "signature.asc")
}
