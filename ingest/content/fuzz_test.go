package content

import (
	"bytes"
	"io"
	"testing"
)

func seeds(t testing.TB) [][]byte {
	rib := pdfOf("/Encrypt 9 0 R"+userTooID, "9 0 obj\n"+userToo+"\nendobj")
	inner := zipOf(t, entry{name: "Kbis.pdf", data: rib})
	return [][]byte{
		nil, rib, pdfOf(""), inner, setFlag(inner, 1), inner[:len(inner)-30],
		zipOf(t, entry{name: "a.zip", data: inner}, entry{name: "b.txt", data: []byte(" ")}),
		zipOf(t, entry{name: "[Content_Types].xml", data: []byte(typeDOCX)}, entry{name: "word/vbaProject.bin"}),
		zipOf(t, entry{name: "mimetype", data: []byte(odf + "text"), stored: true}, entry{name: "META-INF/manifest.xml", data: []byte("encryption-data")}),
		cfbOf(cfbStream{name: "WordDocument"}, cfbStream{name: "Workbook"}, cfbStream{name: "EncryptedPackage"}),
		pngOf("IHDR", "IDAT", "IEND"),
		[]byte("\xff\xd8\xff\xe0\x00\x04ab\xff\xda\x00\x02\xff\xd9"),
		[]byte("II*\x00\x08\x00\x00\x00\x01\x00"),
		[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic\x00\x00\x00\x00"),
		[]byte("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01"),
		[]byte("BEGIN:VCALENDAR"), []byte("<svg onload="),
	}
}

// FuzzLook: any bytes have an answer that keeps the promises of File.
func FuzzLook(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s, "a.pdf", "application/pdf")
	}
	f.Fuzz(func(t *testing.T, b []byte, name, declared string) {
		file := mustLook(t, b, name, declared)
		if file.Type == "" || len(file.Members) > maxListed {
			t.Errorf("type %q, %d members", file.Type, len(file.Members))
		}
		for _, m := range file.Members {
			if m.SHA256 == "" && m.Unreadable == "" || m.Members != nil || len(m.Index) == 0 || len(m.Index) > maxDepth || m.Size < 0 {
				t.Errorf("member %+v", m)
			}
		}
	})
}

// FuzzOpenMember: an index leads to an error or to no more bytes than Look
// announces, and to all of them when Look could hash them.
func FuzzOpenMember(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s, 0, 0)
	}
	f.Fuzz(func(t *testing.T, b []byte, first, second int) {
		for _, index := range [][]int{{first}, {first, second}} {
			r, err := OpenMember(bytes.NewReader(b), int64(len(b)), index)
			if err != nil {
				continue
			}
			_, err = io.Copy(io.Discard, r)
			if closeErr := r.Close(); closeErr != nil && err == nil {
				t.Error(closeErr)
			}
		}
		for _, m := range mustLook(t, b, "a.zip", "").Members {
			if m.SHA256 == "" {
				continue
			}
			r, err := OpenMember(bytes.NewReader(b), int64(len(b)), m.Index)
			if err != nil {
				t.Fatalf("%v: %v", m.Index, err)
			}
			if n, err := io.Copy(io.Discard, r); err != nil || n != m.Size {
				t.Errorf("%v: %d bytes of %d, %v", m.Index, n, m.Size, err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}
