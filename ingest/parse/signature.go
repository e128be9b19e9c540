package parse

import (
	"bufio"
	"bytes"
	"crypto/sha1" // old signatures still come with it
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"
)

// maxSignatures are compared with what they sign; each has a part of the mail
// read again.
const maxSignatures = 3

// signatureNote is what an S/MIME signature says of itself. Its certificate is
// read, not verified: there is no list of issuers to believe, and a candidate's
// mail is judged by other means.
type signatureNote struct {
	known  bool // there is a certificate that can be read
	name   string
	emails []string
	issuer string
	at     time.Time        // zero: not said
	digest []byte           // of what was signed; nil: not said
	hash   func() hash.Hash // nil: unknown
}

// note reads the signer of m (RFC 5652 section 5.3).
func (m cmsMessage) note() signatureNote {
	var n signatureNote
	_, rest, ok := berNext(m.signer.body) // version
	if !ok {
		return n
	}
	sid, rest, ok := berNext(rest)
	if !ok {
		return n
	}
	n.setCertificate(m.certs, sid)
	algorithm, rest, ok := berNext(rest)
	if !ok {
		return n
	}
	oid, _, ok := berNext(algorithm.body)
	if !ok {
		return n
	}
	n.hash = digestAlgorithm(oid.body)
	attributes, _, ok := berNext(rest)
	if !ok || attributes.tag != 0xa0 {
		return n
	}
	for rest = attributes.body; len(rest) > 0; {
		var a ber
		if a, rest, ok = berNext(rest); !ok {
			break
		}
		n.attribute(a)
	}
	return n
}

// attribute reads a signed attribute (RFC 5652 sections 11.2 and 11.3).
func (n *signatureNote) attribute(a ber) {
	oid, rest, ok := berNext(a.body)
	if !ok {
		return
	}
	set, _, ok := berNext(rest)
	if !ok {
		return
	}
	value, _, ok := berNext(set.body)
	if !ok {
		return
	}
	switch string(oid.body) {
	case "*\x86H\x86\xf7\x0d\x01\x09\x04": // messageDigest, 1.2.840.113549.1.9.4
		n.digest = value.body
	case "*\x86H\x86\xf7\x0d\x01\x09\x05": // signingTime, 1.2.840.113549.1.9.5
		var t time.Time
		if _, err := asn1.Unmarshal(set.body, &t); err == nil {
			n.at = t.UTC()
		}
	}
}

// setCertificate takes the certificate that sid points to, or the only one.
func (n *signatureNote) setCertificate(certs [][]byte, sid ber) {
	for _, der := range certs {
		c, err := x509.ParseCertificate(der)
		if err != nil || len(certs) > 1 && !pointsTo(sid, c) {
			continue
		}
		n.known = true
		n.name = cutName(firstOf(c.Subject.CommonName, c.Subject.Organization...))
		n.issuer = cutName(firstOf(c.Issuer.CommonName, c.Issuer.Organization...))
		n.emails = c.EmailAddresses
		for _, a := range c.Subject.Names {
			if s, ok := a.Value.(string); ok && a.Type.String() == "1.2.840.113549.1.9.1" {
				n.emails = append(n.emails, s)
			}
		}
		return
	}
}

// pointsTo compares a SignerIdentifier: issuer and number, or the key's id.
func pointsTo(sid ber, c *x509.Certificate) bool {
	if sid.tag != 0x30 {
		return bytes.Equal(sid.body, c.SubjectKeyId)
	}
	_, rest, ok := berNext(sid.body)
	if !ok || !bytes.Equal(sid.body[:len(sid.body)-len(rest)], c.RawIssuer) {
		return false
	}
	number, _, ok := berNext(rest)
	return ok && bytes.Equal(bytes.TrimLeft(number.body, "\x00"), c.SerialNumber.Bytes())
}

func firstOf(a string, more ...string) string {
	for _, s := range append([]string{a}, more...) {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

func cutName(s string) string {
	s, _ = cutText(collapse(strings.ToValidUTF8(s, "\ufffd")), 200)
	return s
}

func digestAlgorithm(oid []byte) func() hash.Hash {
	switch string(oid) {
	case "+\x0e\x03\x02\x1a": // 1.3.14.3.2.26
		return sha1.New
	case "`\x86H\x01e\x03\x04\x02\x01": // 2.16.840.1.101.3.4.2.1
		return sha256.New
	case "`\x86H\x01e\x03\x04\x02\x02":
		return sha512.New384
	case "`\x86H\x01e\x03\x04\x02\x03":
		return sha512.New
	}
	return nil
}

// tell words n for staff. same says whether the content is what was signed, nil
// if that could not be compared; from is the sender, "" if the signature is not
// the mail's own.
func (n signatureNote) tell(same *bool, from string) []string {
	if !n.known {
		return []string{warnSignedUnknown}
	}
	who, issuer := n.name, n.issuer
	if len(n.emails) > 0 {
		who = strings.TrimSpace(who + " <" + cutName(n.emails[0]) + ">")
	}
	out := []string{fmt.Sprintf(warnSigned, firstOf(who, "?"), firstOf(issuer, "?"))}
	if from != "" && len(n.emails) > 0 && !slices.ContainsFunc(n.emails, func(e string) bool { return strings.EqualFold(e, from) }) {
		out = append(out, warnSignedOther)
	}
	if !n.at.IsZero() {
		out = append(out, fmt.Sprintf(warnSignedAt, n.at.Format("2 January 2006, 15:04:05 UTC")))
	}
	switch {
	case same == nil:
		out = append(out, warnSignedAlone)
	case *same:
		out = append(out, warnSignedSame)
	default:
		out = append(out, warnSignedChanged)
	}
	return out
}

// agreesWith compares content with the digest; nil if that is impossible.
func (n signatureNote) agreesWith(content io.Reader) *bool {
	if n.digest == nil || n.hash == nil {
		return nil
	}
	h := n.hash()
	if _, err := io.Copy(h, content); err != nil {
		return nil
	}
	same := bytes.Equal(h.Sum(nil), n.digest)
	return &same
}

// agreesWithPart compares what p signs, the part before it, with the digest;
// nil if that is impossible.
func (n signatureNote) agreesWithPart(p *leaf) (*bool, error) {
	if n.digest == nil || n.hash == nil {
		return nil, nil
	}
	end := p.signedEnd // the line end before a boundary is the boundary's (RFC 2046 section 5.1.1)
	var tail [2]byte
	k, err := readAt(p.src.r, tail[:], end-2)
	if err != nil {
		return nil, err
	}
	if k == 2 && tail[1] == '\n' {
		if end--; tail[0] == '\r' {
			end--
		}
	}
	h := n.hash()
	if err := hashCanonical(h, io.NewSectionReader(p.src.r, p.signedOff, max(end-p.signedOff, 0))); err != nil {
		return nil, err
	}
	same := bytes.Equal(h.Sum(nil), n.digest)
	return &same, nil
}

// hashCanonical writes r to h with CRLF line ends (RFC 8551 section 3.1.1),
// whatever they became where the mail was kept.
func hashCanonical(h hash.Hash, r io.Reader) error {
	in := bufio.NewReader(r)
	cr := false
	for {
		line, err := in.ReadSlice('\n')
		if n := len(line); n > 0 {
			if line[n-1] == '\n' && !(n > 1 && line[n-2] == '\r' || n == 1 && cr) {
				h.Write(line[:n-1]) // a hash never fails
				h.Write([]byte("\r\n"))
			} else {
				h.Write(line)
			}
			cr = line[n-1] == '\r'
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// detached reports the signature of a multipart/signed (RFC 1847), which lies
// in a part of its own behind what it signs.
func (m *reader) detached(p *leaf, at int) error {
	r, err := p.open()
	if err != nil {
		return err
	}
	var note signatureNote
	if c, err := readCMS(bufio.NewReader(r)); err == nil {
		note = c.note()
	}
	if e := m.src.err.Load(); e != nil {
		return fmt.Errorf("read part %s: %w", p.id, *e)
	}
	var same *bool
	if p.signedEnd > p.signedOff && m.signatures < maxSignatures {
		m.signatures++
		same, err = note.agreesWithPart(p)
		if e := m.src.err.Load(); e != nil {
			return fmt.Errorf("read part %s: %w", p.id, *e)
		}
		if err != nil {
			same = nil
		}
	}
	m.reportSignature(note, same, p, at)
	return nil
}

// reportSignature writes down what a signature says, on its part.
func (m *reader) reportSignature(n signatureNote, same *bool, p *leaf, at int) {
	from := ""
	if p.member == "" {
		from = m.mail.From.Address
	}
	part := &m.mail.Parts[at]
	part.Warnings = append(part.Warnings, n.tell(same, from)...)
	if n.known && same != nil && !*same {
		m.warn(warnSignedChanged)
	}
}
