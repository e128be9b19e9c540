package content

import (
	"archive/zip"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decodeName returns a member's name as text with slashes. A name that is
// valid UTF-8 is taken as such, whatever its flag says: macOS and many
// libraries forget the flag. Else the Info-ZIP Unicode Path field decides, else
// the code page that reads most like French.
func decodeName(m *zip.File) string {
	name := m.Name
	if !utf8.ValidString(name) {
		var ok bool
		if name, ok = unicodePath(m.Extra, m.Name); !ok {
			name = guessCodePage(m.Name)
		}
	}
	return strings.ReplaceAll(name, `\`, "/") // old Windows programs write backslashes
}

// unicodePath finds the Info-ZIP Unicode Path extra field (APPNOTE.TXT section
// 4.6.9): a version, the checksum of the plain name, the name in UTF-8.
func unicodePath(extra []byte, plain string) (string, bool) {
	for len(extra) >= 4 {
		id, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		extra = extra[4:]
		if size > len(extra) {
			break
		}
		field := extra[:size]
		extra = extra[size:]
		if id == 0x7075 && size > 5 && field[0] == 1 &&
			binary.LittleEndian.Uint32(field[1:]) == crc32.ChecksumIEEE([]byte(plain)) && utf8.Valid(field[5:]) {
			return string(field[5:]), true
		}
	}
	return "", false
}

// guessCodePage decodes a name in the code page that gives the most characters
// of French writing. Windows writes the DOS code page of Western Europe (850),
// the format's own default is 437, and some servers write windows-1252.
func guessCodePage(raw string) string {
	best, most := "", -1
	for _, page := range []*charmap.Charmap{charmap.CodePage850, charmap.CodePage437, charmap.Windows1252} {
		var b strings.Builder
		score := 0
		for i := range len(raw) {
			r := page.DecodeByte(raw[i])
			b.WriteRune(r)
			if r >= utf8.RuneSelf && strings.ContainsRune("éèêëàâäçîïôöùûüÿœæÉÈÊËÀÂÇÎÏÔÙÛÜŒÆ°«»’–€", r) {
				score++
			}
		}
		if score > most {
			best, most = b.String(), score
		}
	}
	return best
}
