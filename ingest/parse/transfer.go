package parse

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-message"
)

// transfer is a Content-Transfer-Encoding (RFC 2045 section 6) in the spelling
// of locators.
type transfer string

const (
	identity   transfer = "id" // 7bit, 8bit, binary
	base64CTE  transfer = "b64"
	quotedCTE  transfer = "qp"
	uuencodeTE transfer = "uu" // x-uuencode, never registered and never gone
)

// transferOf reads the field. known is false for an encoding nobody knows, for
// which RFC 2045 section 6.4 wants the bytes kept as they are.
func transferOf(v []byte) (t transfer, known bool) {
	s := string(stripComment(unfold(v)))
	s, _, _ = strings.Cut(s, ";")
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), `"'.`))
	switch strings.Map(dropDashes, s) {
	case "", "7bit", "8bit", "binary", "7bits", "8bits", "bit7", "bit8", "none", "plain", "identity":
		return identity, true
	case "base64", "b64", "mimebase64", "xbase64":
		return base64CTE, true
	case "quotedprintable", "qp":
		return quotedCTE, true
	case "xuuencode", "uuencode", "xuue", "uue":
		return uuencodeTE, true
	}
	return identity, false
}

// plainBase64 tells whether a text that is declared to be base64 may be: relays
// and scripts declare it of texts that they send as they are. The first line
// that tells decides, which is one of the alphabet alone and not a mere word,
// or a sentence, with more than a tenth of other characters.
func plainBase64(head []byte) bool {
	for line := range bytes.Lines(head) {
		line = bytes.TrimSpace(line)
		foreign := 0
		for _, c := range line {
			if !isBase64(c) && c != '=' {
				foreign++
			}
		}
		switch {
		case len(line) >= 12 && foreign*10 > len(line):
			return quads(line)
		case len(line) >= 16, bytes.HasSuffix(line, []byte("=")):
			return true
		}
	}
	return true
}

// quads tells base64 written in groups, divided by blanks.
func quads(line []byte) bool {
	for word := range bytes.FieldsSeq(line) {
		if len(word)%4 != 0 || bytes.ContainsFunc(word, func(r rune) bool { return r > '~' || !isBase64(byte(r)) && r != '=' }) {
			return false
		}
	}
	return true
}

func dropDashes(r rune) rune {
	if r == '-' || r == '_' || r == ' ' {
		return -1
	}
	return r
}

// decoder gives the decoded bytes of r. Our own fronts make canonical base64
// and quoted-printable out of what is sent, and go-message decodes that.
func decoder(t transfer, r io.Reader) (io.Reader, error) {
	switch t {
	case base64CTE:
		return &base64Reader{front: &base64Front{src: bufio.NewReader(r)}}, nil
	case quotedCTE:
		return decodeEntity("quoted-printable", &quotedFront{src: bufio.NewReader(r)})
	case uuencodeTE:
		return &uuReader{src: bufio.NewReaderSize(r, 4096)}, nil
	case identity:
		return r, nil
	}
	return nil, fmt.Errorf("unknown transfer encoding %q", string(t))
}

// decodeEntity has go-message decode a body in the given encoding.
func decodeEntity(encoding string, r io.Reader) (io.Reader, error) {
	var h message.Header
	h.Set("Content-Type", "application/octet-stream") // no charset conversion: that is decodeCharset's
	h.Set("Content-Transfer-Encoding", encoding)
	e, err := message.New(h, r)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", encoding, err)
	}
	return e.Body, nil
}
