package parse

import "bytes"

// cmsContent finds the content of an opaque signature: ContentInfo →
// SignedData → encapContentInfo → eContent (RFC 5652 sections 3, 5.1, 5.2). The
// signature itself is not checked. It reads BER, since Outlook writes
// indefinite lengths and cuts the content into pieces. ok is false for
// anything else, encrypted mail included. The content lies in b, which is
// overwritten.
func cmsContent(b []byte) (content []byte, ok bool) {
	info, _, ok := berNext(b)
	if !ok || info.tag != 0x30 {
		return nil, false
	}
	oid, rest, ok := berNext(info.body)
	if !ok || oid.tag != 0x06 || !bytes.Equal(oid.body, oidSignedData()) {
		return nil, false
	}
	explicit, _, ok := berNext(rest)
	if !ok || explicit.tag != 0xa0 {
		return nil, false
	}
	signed, _, ok := berNext(explicit.body)
	if !ok || signed.tag != 0x30 {
		return nil, false
	}
	rest = signed.body
	for {
		var e ber
		if e, rest, ok = berNext(rest); !ok {
			return nil, false
		}
		if e.tag != 0x30 {
			continue // version, digest algorithms
		}
		if _, rest, ok = berNext(e.body); !ok { // eContentType
			return nil, false
		}
		if explicit, _, ok = berNext(rest); !ok || explicit.tag != 0xa0 {
			return nil, false
		}
		octets, _, ok := berNext(explicit.body)
		if !ok {
			return nil, false
		}
		return berOctets(octets, 0)
	}
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
