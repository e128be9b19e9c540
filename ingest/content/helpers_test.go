package content

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

func mustLook(t testing.TB, b []byte, name, declared string) File {
	t.Helper()
	f, err := Look(bytes.NewReader(b), int64(len(b)), name, declared)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func warned(f File, part string) bool {
	return slices.ContainsFunc(f.Warnings, func(w string) bool { return strings.Contains(w, part) })
}

// entry is one member of a ZIP file to build.
type entry struct {
	name   string
	data   []byte
	stored bool
	header zip.FileHeader // further fields
}

func zipOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := e.header
		h.Name = e.name
		if h.Method = zip.Deflate; e.stored {
			h.Method = zip.Store
		}
		w, err := z.CreateHeader(&h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// setFlag sets a general purpose bit in every header of a ZIP file.
func setFlag(b []byte, flag uint16) []byte {
	b = bytes.Clone(b)
	for _, h := range []struct {
		magic string
		off   int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		for i := 0; ; {
			j := bytes.Index(b[i:], []byte(h.magic))
			if j < 0 {
				break
			}
			i += j + h.off
			binary.LittleEndian.PutUint16(b[i:], binary.LittleEndian.Uint16(b[i:])|flag)
		}
	}
	return b
}

// pdfOf builds a small PDF with a cross-reference table and these entries in its trailer.
func pdfOf(trailer string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n")
	for _, o := range objects {
		b.WriteString(o + "\n")
	}
	start := b.Len()
	b.WriteString("xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000056 00000 n \n")
	b.WriteString("trailer\n<</Size 3/Root 1 0 R" + trailer + ">>\nstartxref\n")
	b.WriteString(strconv.Itoa(start) + "\n%%EOF\n")
	return b.Bytes()
}

// cfbStream is a stream or storage of a compound file to build, of one sector or none.
type cfbStream struct {
	name   string
	data   []byte
	nested bool // not directly under the root
}

// cfbOf builds a compound file of 512-byte sectors: header, allocation table,
// directory, then one sector for each stream.
func cfbOf(streams ...cfbStream) []byte {
	dirSectors := (len(streams)+1)*128/512 + 1
	b := make([]byte, 512*(2+dirSectors+len(streams)))
	copy(b, cfbMagic)
	le := binary.LittleEndian
	le.PutUint16(b[30:], 9)
	le.PutUint32(b[44:], 1)
	le.PutUint32(b[48:], 1) // the directory begins in sector 1
	le.PutUint32(b[68:], 0xFFFFFFFE)
	for i := 80; i < 512; i += 4 {
		le.PutUint32(b[i:], 0xFFFFFFFF)
	}
	le.PutUint32(b[76:], 0) // the allocation table is sector 0
	fat := b[512:1024]
	for i := 0; i < 512; i += 4 {
		le.PutUint32(fat[i:], 0xFFFFFFFE)
	}
	for s := 1; s < dirSectors; s++ {
		le.PutUint32(fat[4*s:], uint32(s+1))
	}
	put := func(i int, name string, kind byte, right, child, start, size uint32) {
		e := b[1024+128*i:]
		for j, u := range utf16.Encode([]rune(name)) {
			le.PutUint16(e[2*j:], u)
		}
		le.PutUint16(e[64:], uint16(2*len(name)+2))
		e[66] = kind
		le.PutUint32(e[68:], 0xFFFFFFFF)
		le.PutUint32(e[72:], right)
		le.PutUint32(e[76:], child)
		le.PutUint32(e[116:], start)
		le.PutUint32(e[120:], size)
	}
	outer := uint32(0xFFFFFFFF)
	for i, s := range slices.Backward(streams) {
		sector := uint32(1 + dirSectors + i)
		copy(b[512*(sector+1):], s.data)
		put(i+1, s.name, 2, outer, 0xFFFFFFFF, sector, 4096)
		if !s.nested {
			outer = uint32(i + 1)
		}
	}
	put(0, "Root Entry", 5, 0xFFFFFFFF, outer, 0xFFFFFFFE, 0)
	return b
}

// pngOf builds a PNG of the given chunks, each with four bytes of data.
func pngOf(chunks ...string) []byte {
	b := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range chunks {
		body := c + "data"
		if c == "IEND" {
			body = c
		}
		b = binary.BigEndian.AppendUint32(b, uint32(len(body)-4))
		b = append(b, body...)
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(body)))
	}
	return b
}
