package content

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
)

func noise(n int) []byte {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(1, 2))
	for i := 0; i+8 <= n; i += 8 {
		binary.LittleEndian.PutUint64(b[i:], r.Uint64())
	}
	return b
}

// manyHeaders builds an archive whose directory has n entries but admits to few.
func manyHeaders(n int) []byte {
	header := append([]byte("PK\x01\x02"), make([]byte, 42)...)
	end := append([]byte("PK\x05\x06"), make([]byte, 18)...)
	binary.LittleEndian.PutUint16(end[10:], 1)
	binary.LittleEndian.PutUint32(end[12:], uint32(len(header)*n))
	binary.LittleEndian.PutUint32(end[16:], 4)
	return append(append([]byte("PK\x03\x04"), bytes.Repeat(header, n)...), end...)
}

// TestHostileCost: files built to cost time or memory cost neither.
// Behaviour 17.
func TestHostileCost(t *testing.T) {
	const size = 8 << 20
	fill := func(head, unit string) []byte {
		return append([]byte(head), bytes.Repeat([]byte(unit), size/len(unit))...)
	}
	loop := cfbOf(cfbStream{name: "WordDocument"})
	binary.LittleEndian.PutUint32(loop[512+4:], 1) // the directory's chain leads to itself
	difat := append(bytes.Clone(loop[:512]), bytes.Repeat([]byte{0}, size)...)
	for i := 76; i < 512; i++ {
		difat[i] = 0xFF
	}
	binary.LittleEndian.PutUint32(difat[68:], 0)        // the table of tables as well
	binary.LittleEndian.PutUint32(difat[48:], 16_000-1) // and the directory far behind it
	bomb := zipOf(t, entry{name: "0", data: make([]byte, minDecoded/2)})
	for _, tt := range []struct {
		rule string
		data []byte
	}{
		{"PDF of dictionaries", fill("%PDF-1.7\n", "<<")},
		{"PDF of trailers", append(fill("%PDF-1.7\n", "trailer<</Encrypt 1 0 R"), "startxref\n1\n%%EOF"...)},
		{"PDF of objects", append(fill("%PDF-1.7\n", "1 0 obj "), "trailer<</Encrypt 1 0 R>>startxref\n1\n%%EOF"...)},
		{"PDF of numbers", append(fill("%PDF-1.7\ntrailer<</Root[", "1 "), "startxref\n1\n%%EOF"...)},
		{"PDF of subsections", append(fill("%PDF-1.7\nxref\n", "0 0\n"), "startxref\n9\n%%EOF"...)},
		{"PDF of zero bytes", fill("%PDF-1.7\n", "\x00")},
		{"compound file in a loop", loop},
		{"compound file of tables", difat},
		{"archive of directory", manyHeaders(size / 46)},
		{"archives of zeros", zipOf(t, entry{name: "1", data: bomb}, entry{name: "2", data: bomb}, entry{name: "3", data: bomb})},
		{"JPEG of markers", fill("\xff\xd8\xff\xe0", "\x00\x02\xff\xe0")},
		{"PNG of chunks", fill("\x89PNG\r\n\x1a\n", "\x00\x00\x00\x00tEXt\x00\x00\x00\x00")},
		{"text of white space", fill("", " ")},
		{"SVG without end", fill("<svg>", " onaaaaaaaaaaaaaa ")},
		{"member as large as is held", zipOf(t, entry{name: "a.pdf", data: fill("%PDF-", "x"), stored: true})},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			runtime.GC()
			var before, now runtime.MemStats
			runtime.ReadMemStats(&before)
			stop, peak := make(chan struct{}), make(chan uint64)
			go func() {
				most := before.HeapInuse
				for {
					select {
					case <-stop:
						peak <- most
						return
					case <-time.After(2 * time.Millisecond):
						runtime.ReadMemStats(&now)
						most = max(most, now.HeapInuse)
					}
				}
			}()
			start := time.Now()
			f := mustLook(t, tt.data, "a", "")
			took := time.Since(start)
			close(stop)
			most := int64(<-peak) - int64(before.HeapInuse)
			t.Logf("%v, %d KB above the input, %s %s", took.Round(time.Millisecond), most>>10, f.Type, f.Unreadable)
			if most > 32<<20 {
				t.Errorf("%d MB above the input", most>>20)
			}
			if took > 10*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func BenchmarkLookPDF(b *testing.B) {
	data := pdfOf("", "5 0 obj\n<</Length 5000000>>stream\n"+string(noise(5_000_000))+"\nendstream\nendobj")
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		mustLook(b, data, "a.pdf", "application/pdf")
	}
}

func BenchmarkLookEncryptedPDF(b *testing.B) {
	data := pdfOf("/Encrypt 9 0 R"+userTooID, "5 0 obj\n<</Length 5000000>>stream\n"+string(noise(5_000_000))+"\nendstream\nendobj\n9 0 obj\n"+userToo+"\nendobj")
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		mustLook(b, data, "a.pdf", "application/pdf")
	}
}

func BenchmarkLookZIP(b *testing.B) {
	entries := make([]entry, 100)
	for i := range entries {
		body := string(noise(20_000)) + strings.Repeat("Budget prévisionnel ", 1_000)
		entries[i] = entry{name: fmt.Sprintf("pièce %d.pdf", i), data: pdfOf("", "5 0 obj\n<</Length 1>>stream\n"+body+"\nendstream\nendobj")}
	}
	data := zipOf(b, entries...)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		mustLook(b, data, "a.zip", "application/zip")
	}
}
