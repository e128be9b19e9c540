package content

import (
	"bytes"
	"compress/zlib"
	"io"
	"strings"
)

// Limits of looking for what acts in a PDF.
const (
	pdfObjStreams = 2_000    // object streams that are decompressed
	pdfObjStream  = 4 << 20  // bytes of one, decompressed
	pdfObjAll     = 64 << 20 // bytes of all
)

// pdfActs are the names of what does something when a PDF is opened or clicked
// on (ISO 32000-2 section 12.6.4), and what that makes of the file.
var pdfActs = []struct{ name, danger string }{
	{"/JavaScript", DangerActivePDF},
	{"/Launch", DangerActivePDF},
	{"/ImportData", DangerActivePDF},
	{"/SubmitForm", DangerActivePDF},
	{"/RichMedia", DangerActivePDF},
	{"/EmbeddedFile", DangerEmbedded},
}

// lookActive looks for actions and embedded files in the objects of a PDF, those
// in compressed object streams included (section 7.5.7).
func (l *looker) lookActive(in input, f *File) {
	const overlap = 64
	var streams []int64
	in.chunks(0, overlap, func(b []byte, off int64) bool {
		pdfActive(b, f)
		for from := 0; len(streams) < pdfObjStreams; {
			i := bytes.Index(b[from:], []byte("/ObjStm"))
			if i < 0 {
				break
			}
			from += i + 1
			if at := off + int64(from); len(streams) == 0 || streams[len(streams)-1] < at {
				streams = append(streams, at)
			}
		}
		return true
	})
	left := min(int64(pdfObjAll), max(0, l.budget))
	for _, at := range streams {
		if left <= 0 || l.late() {
			return
		}
		n := pdfObjectStream(in, at, min(pdfObjStream, left), f)
		left -= n
		l.budget -= n
	}
}

// pdfObjectStream looks into the object stream in whose dictionary at lies, and
// returns how many bytes it decompressed.
func pdfObjectStream(in input, at, most int64, f *File) int64 {
	head := in.at(at, 4096)
	i := bytes.Index(head, []byte("stream"))
	if i < 0 {
		return 0
	}
	body := at + int64(i) + int64(len("stream"))
	for _, c := range in.at(body, 2) {
		if c != '\r' && c != '\n' {
			break
		}
		body++
	}
	z, err := zlib.NewReader(io.NewSectionReader(in, body, in.size-body))
	if err != nil {
		return 0 // not compressed, and then seen already, or by another filter
	}
	// A damaged stream gives its beginning.
	b, _ := io.ReadAll(io.LimitReader(z, most))
	pdfActive(b, f)
	return int64(len(b))
}

// pdfActive looks for the names in bytes of objects.
func pdfActive(b []byte, f *File) {
	if bytes.Contains(b, []byte("/#")) || bytes.IndexByte(b, '#') >= 0 {
		b = pdfUnescape(b)
	}
	for _, act := range pdfActs {
		for from := 0; ; {
			i := bytes.Index(b[from:], []byte(act.name))
			if i < 0 {
				break
			}
			from += i + len(act.name)
			// A whole name, or the plural of the name tree of embedded files.
			if from >= len(b) || strings.IndexByte(pdfWhite+pdfDelims, b[from]) >= 0 {
				f.danger(act.danger)
				break
			}
		}
	}
}

// pdfUnescape writes out the bytes that names may hide as "#4A" (section 7.3.5).
func pdfUnescape(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '#' && i+2 < len(b) {
			hi, ok1 := hexDigit(b[i+1])
			lo, ok2 := hexDigit(b[i+2])
			if ok1 && ok2 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}
