package parse

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxSigner bytes behind the content of a CMS object are read for certificates
// and signer.
const maxSigner = 128 << 10

// cmsMessage is what tells whose a SignedData is (RFC 5652 section 5.1).
type cmsMessage struct {
	opaque bool     // the content is within
	certs  [][]byte // DER
	signer ber      // the first SignerInfo; its tag is 0 if there is none
}

// readCMS passes over the content of a SignedData and reads what follows. It
// returns errCMS for anything else, encrypted mail included, and errors of r.
func readCMS(r *bufio.Reader) (m cmsMessage, err error) {
	b := &berReader{r: r}
	if _, err := b.enter(0x30); err != nil {
		return m, err
	}
	end, err := b.enter(0x06)
	if err != nil {
		return m, err
	}
	if oid, err := b.short(end); err != nil || oid != oidSignedData {
		return m, errors.Join(errCMS, err)
	}
	for _, tag := range []byte{0xa0, 0x30} {
		if _, err := b.enter(tag); err != nil {
			return m, err
		}
	}
	tag, end, err := b.head()
	for ; err == nil && tag != 0x30; tag, end, err = b.head() { // version, digest algorithms
		if tag != 0x02 && tag != 0x31 {
			return m, errCMS
		}
		if err := b.skip(end, 0); err != nil {
			return m, err
		}
	}
	if err != nil {
		return m, err
	}
	contentType, err := b.enter(0x06)
	if err != nil {
		return m, err
	}
	if err := b.skip(contentType, 0); err != nil {
		return m, err
	}
	before := b.pos
	if err := b.skip(end, 0); err != nil {
		return m, err
	}
	m.opaque = b.pos > before && (end >= 0 || b.pos > before+2) // two octets end an indefinite length
	rest, err := io.ReadAll(io.LimitReader(b.r, maxSigner))
	if err != nil {
		return m, err
	}
	for len(rest) > 0 {
		e, after, ok := berNext(rest)
		if !ok {
			break // needed for the signature only
		}
		rest = after
		switch e.tag {
		case 0xa0:
			m.certs = certificates(e.body)
		case 0x31:
			if s, _, ok := berNext(e.body); ok && s.tag == 0x30 {
				m.signer = s
			}
		}
	}
	return m, nil
}

// certificates cuts a CertificateSet; ten are enough to find the signer's.
func certificates(b []byte) [][]byte {
	var out [][]byte
	for len(b) > 0 && len(out) < 10 {
		_, rest, ok := berNext(b)
		if !ok {
			break
		}
		out = append(out, b[:len(b)-len(rest)])
		b = rest
	}
	return out
}

// cmsEncrypted tells whether b begins an EnvelopedData or AuthEnvelopedData.
func cmsEncrypted(b []byte) bool {
	b = b[:min(len(b), 32)]
	return bytes.Contains(b, []byte("\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x03")) ||
		bytes.Contains(b, []byte("\x06\x0b*\x86H\x86\xf7\x0d\x01\x09\x10\x01\x17"))
}

// ber is one element; body is without the end-of-contents octets.
type ber struct {
	tag  byte
	body []byte
}

// berNext reads one element off b.
func berNext(b []byte) (e ber, rest []byte, ok bool) {
	e, n, ok := berAt(b, 0)
	if !ok {
		return ber{}, nil, false
	}
	return e, b[n:], true
}

func berAt(b []byte, depth int) (e ber, size int, ok bool) {
	if len(b) < 2 || depth > 32 || b[0]&0x1f == 0x1f {
		return ber{}, 0, false
	}
	e.tag = b[0]
	n, head := int(b[1]), 2
	switch {
	case n < 0x80:
	case n == 0x80: // indefinite: up to two zero octets at this level
		at := head
		for {
			if at+2 > len(b) {
				return ber{}, 0, false
			}
			if b[at] == 0 && b[at+1] == 0 {
				e.body = b[head:at]
				return e, at + 2, true
			}
			_, n, ok := berAt(b[at:], depth+1)
			if !ok {
				return ber{}, 0, false
			}
			at += n
		}
	case n <= 0x84:
		k := n - 0x80
		if len(b) < head+k {
			return ber{}, 0, false
		}
		n = 0
		for _, c := range b[head : head+k] {
			n = n<<8 | int(c)
		}
		head += k
	default:
		return ber{}, 0, false
	}
	if n < 0 || n > len(b)-head {
		return ber{}, 0, false
	}
	e.body = b[head : head+n]
	return e, head + n, true
}
