package content

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
)

// pdfPad completes a password to 32 bytes (ISO 32000-2 section 7.6.4.3.2).
const pdfPad = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// pdfOpensWithoutPassword says whether the empty user password opens the PDF:
// many registers and banks lock their documents against changes only, and any
// viewer shows those without asking. A method it does not know does not open.
func pdfOpensWithoutPassword(enc pdfDict, id []byte) bool {
	filter, _ := enc["Filter"].(pdfName)
	user, _ := enc["U"].([]byte)
	if filter != "Standard" || len(user) < 32 {
		return false
	}
	switch revision, _ := enc["R"].(int64); revision {
	case 2, 3, 4:
		return pdfEmptyUserKey(enc, revision, user, id)
	case 5: // Adobe extension level 3: one SHA-256 over the validation salt
		sum := sha256.Sum256(user[32:min(40, len(user))])
		return len(user) >= 40 && bytes.Equal(sum[:], user[:32])
	case 6:
		return len(user) >= 40 && bytes.Equal(pdfHash(user[32:40]), user[:32])
	}
	return false
}

// pdfEmptyUserKey checks the empty password against U by algorithms 2, 4 and 5
// of ISO 32000-2 section 7.6.4.
func pdfEmptyUserKey(enc pdfDict, revision int64, user, id []byte) bool {
	owner, _ := enc["O"].([]byte)
	permissions, _ := enc["P"].(int64)
	length, ok := enc["Length"].(int64)
	version, _ := enc["V"].(int64)
	switch {
	case revision == 2:
		length = 40
	case version == 4:
		length = 128
	case !ok:
		length = 40
	}
	n := int(length / 8)
	if len(owner) < 32 || n < 5 || n > 16 {
		return false
	}
	h := md5.New()
	h.Write([]byte(pdfPad))
	h.Write(owner[:32])
	h.Write(binary.LittleEndian.AppendUint32(nil, uint32(permissions)))
	h.Write(id)
	if plain, ok := enc["EncryptMetadata"].(bool); revision == 4 && ok && !plain {
		h.Write([]byte{0xFF, 0xFF, 0xFF, 0xFF})
	}
	key := h.Sum(nil)[:n]
	if revision == 2 {
		return bytes.Equal(pdfRC4(key, 0, []byte(pdfPad)), user[:32])
	}
	for range 50 {
		sum := md5.Sum(key)
		key = sum[:n]
	}
	sum := md5.Sum(append([]byte(pdfPad), id...))
	check := sum[:]
	for i := range 20 {
		check = pdfRC4(key, byte(i), check)
	}
	return bytes.Equal(check, user[:16])
}

// pdfRC4 encrypts with every byte of the key changed by mask.
func pdfRC4(key []byte, mask byte, b []byte) []byte {
	masked := bytes.Clone(key)
	for i := range masked {
		masked[i] ^= mask
	}
	c, err := rc4.NewCipher(masked)
	if err != nil {
		return nil // no key of this length; equal to nothing
	}
	out := make([]byte, len(b))
	c.XORKeyStream(out, b)
	return out
}

// pdfHash is algorithm 2.B of ISO 32000-2 section 7.6.4.3.4 for the empty user
// password. It ends after at most 288 rounds, since the byte compared is at most 255.
func pdfHash(salt []byte) []byte {
	sum := sha256.Sum256(salt)
	k := sum[:]
	for i, last := 0, 0; i < 64 || last > i-32; i++ {
		e := bytes.Repeat(k, 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, e)
		remainder := 0
		for _, b := range e[:16] { // 256 is 1 modulo 3: the sum of the digits decides
			remainder += int(b)
		}
		switch remainder % 3 {
		case 0:
			s := sha256.Sum256(e)
			k = s[:]
		case 1:
			s := sha512.Sum384(e)
			k = s[:]
		case 2:
			s := sha512.Sum512(e)
			k = s[:]
		}
		last = int(e[len(e)-1])
	}
	return k[:32]
}
