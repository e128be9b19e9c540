package parse

import "bytes"

// cmsMessage is a SignedData (RFC 5652 section 5.1), read as far as it takes to
// open it and to tell whose it is. It is BER, since Outlook writes indefinite
// lengths and cuts the content into pieces. Everything lies in the bytes read.
type cmsMessage struct {
	octets ber      // the content signed, if it is within
	opaque bool     // it is
	certs  [][]byte // DER
	signer ber      // the first SignerInfo; its tag is 0 if there is none
}

// readCMS reads ContentInfo → SignedData; ok is false for anything else,
// encrypted mail included.
func readCMS(b []byte) (m cmsMessage, ok bool) {
	info, _, ok := berNext(b)
	if !ok || info.tag != 0x30 {
		return m, false
	}
	oid, rest, ok := berNext(info.body)
	if !ok || oid.tag != 0x06 || !bytes.Equal(oid.body, oidSignedData()) {
		return m, false
	}
	explicit, _, ok := berNext(rest)
	if !ok || explicit.tag != 0xa0 {
		return m, false
	}
	signed, _, ok := berNext(explicit.body)
	if !ok || signed.tag != 0x30 {
		return m, false
	}
	found := false // the content; before it stand version and digest algorithms
	for rest = signed.body; len(rest) > 0; {
		e, after, ok := berNext(rest)
		if !ok {
			break // what follows the content is needed for the signature only
		}
		rest = after
		switch {
		case e.tag == 0x30 && !found:
			found = true
			m.octets, m.opaque = encapsulated(e)
		case e.tag == 0xa0 && found:
			m.certs = certificates(e.body)
		case e.tag == 0x31 && found:
			if s, _, ok := berNext(e.body); ok && s.tag == 0x30 {
				m.signer = s
			}
		}
	}
	return m, found
}

// encapsulated reads EncapsulatedContentInfo (RFC 5652 section 5.2).
func encapsulated(e ber) (octets ber, ok bool) {
	_, rest, ok := berNext(e.body) // eContentType
	if !ok {
		return ber{}, false
	}
	explicit, _, ok := berNext(rest)
	if !ok || explicit.tag != 0xa0 {
		return ber{}, false
	}
	octets, _, ok = berNext(explicit.body)
	return octets, ok
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

// content gives what is signed within, and overwrites the bytes it was read
// from: nothing else of the message may be read afterwards.
func (m cmsMessage) content() ([]byte, bool) {
	if !m.opaque {
		return nil, false
	}
	return berOctets(m.octets, 0)
}

// cmsContent is the content of an opaque signature.
func cmsContent(b []byte) ([]byte, bool) {
	m, ok := readCMS(b)
	if !ok {
		return nil, false
	}
	return m.content()
}

// cmsEncrypted tells whether b begins an EnvelopedData or AuthEnvelopedData.
func cmsEncrypted(b []byte) bool {
	b = b[:min(len(b), 32)]
	return bytes.Contains(b, []byte("\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x03")) ||
		bytes.Contains(b, []byte("\x06\x0b*\x86H\x86\xf7\x0d\x01\x09\x10\x01\x17"))
}

// oidSignedData is 1.2.840.113549.1.7.2.
func oidSignedData() []byte { return []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02} }

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

// berOctets joins an OCTET STRING, whole or in pieces, and overwrites it.
func berOctets(e ber, depth int) ([]byte, bool) {
	switch e.tag {
	case 0x04:
		return e.body, true
	case 0x24:
		if depth > 4 {
			return nil, false
		}
		out := e.body[:0] // the pieces move down in place: contents can be large
		for rest := e.body; len(rest) > 0; {
			var piece ber
			var ok bool
			if piece, rest, ok = berNext(rest); !ok {
				return nil, false
			}
			b, ok := berOctets(piece, depth+1)
			if !ok {
				return nil, false
			}
			out = append(out, b...)
		}
		return out, true
	}
	return nil, false
}
