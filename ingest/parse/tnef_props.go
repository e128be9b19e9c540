package parse

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// props reads a block of MAPI properties (MS-OXTNEF section 2.1.3.4).
func (t *tnefReader) props(attachment bool) error {
	count, err := t.uint32()
	if err != nil {
		return err
	}
	for i := uint32(0); i < count && i < maxTNEFProps; i++ {
		tag, err := t.uint32()
		if err != nil {
			return err
		}
		if err := t.prop(uint16(tag), uint16(tag>>16), attachment); err != nil {
			return err
		}
	}
	return nil
}

func (t *tnefReader) prop(typ, id uint16, attachment bool) error {
	if id >= 0x8000 { // named property
		if err := t.skip(16); err != nil {
			return err
		}
		kind, err := t.uint32()
		if err != nil {
			return err
		}
		n := int64(4)
		if kind == 1 {
			l, err := t.uint32()
			if err != nil {
				return err
			}
			n = pad4(int64(l))
		}
		if err := t.skip(n); err != nil {
			return err
		}
	}
	values := uint32(1)
	multi := typ&0x1000 != 0
	typ &^= 0x1000
	variable := typ == 0x1e || typ == 0x1f || typ == 0x102 || typ == 0x0d
	if multi || variable {
		var err error
		if values, err = t.uint32(); err != nil {
			return err
		}
	}
	for v := uint32(0); v < values; v++ {
		if !variable {
			n, ok := fixedSize(typ)
			if !ok {
				return errTNEF
			}
			if err := t.skip(n); err != nil {
				return err
			}
			continue
		}
		l, err := t.uint32()
		if err != nil {
			return err
		}
		if err := t.value(typ, id, int64(l), attachment && v == 0); err != nil {
			return err
		}
		if err := t.skip(pad4(int64(l)) - int64(l)); err != nil {
			return err
		}
	}
	return nil
}

// value reads one variable-sized value of n bytes.
func (t *tnefReader) value(typ, id uint16, n int64, attachment bool) error {
	if attachment && id == propData {
		if typ == 0x0d { // an object: 16 bytes of interface id first
			if err := t.skip(16); err != nil {
				return err
			}
			n -= 16
		}
		if n > t.left {
			return errTNEF
		}
		return t.blob(n)
	}
	keep := int64(0)
	switch {
	case attachment && (id == propFilename || id == propLongName || id == propMimeTag || id == propContentID || id == propDisplay):
		keep = maxTNEFString
	case id == propBody || id == propBodyHTML || id == propRTF:
		keep = maxBody
	}
	b, err := t.bytes(n, keep)
	if err != nil || keep == 0 {
		return err
	}
	text := func() string {
		if typ == 0x1f {
			return utf16Text(b)
		}
		return t.string8(b)
	}
	switch id {
	case propBody:
		if s := text(); strings.TrimSpace(s) != "" {
			t.body = s
		}
	case propBodyHTML:
		if typ == 0x102 {
			t.html = b
		} else {
			t.html = []byte(text())
		}
	case propRTF:
		t.rtf = b
	case propFilename:
		t.attachment().filename = text()
	case propLongName:
		t.attachment().longName = text()
	case propMimeTag:
		t.attachment().mediaType = strings.ToLower(collapse(text()))
	case propContentID:
		t.attachment().cid = strings.Trim(collapse(text()), "<>")
	case propDisplay:
		t.attachment().display = text()
	}
	return nil
}

func (t *tnefReader) string8(b []byte) string {
	s, _ := decodeCharset([]byte(strings.TrimRight(string(b), "\x00")), t.charset)
	return s
}

func utf16Text(b []byte) string {
	u := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		u = append(u, binary.LittleEndian.Uint16(b[i:]))
	}
	return strings.TrimRight(string(utf16.Decode(u)), "\x00")
}

func pad4(n int64) int64 { return (n + 3) &^ 3 }

func fixedSize(typ uint16) (int64, bool) {
	switch typ {
	case 0x00, 0x01, 0x02, 0x03, 0x04, 0x0a, 0x0b:
		return 4, true
	case 0x05, 0x06, 0x07, 0x14, 0x40:
		return 8, true
	case 0x48:
		return 16, true
	}
	return 0, false
}
