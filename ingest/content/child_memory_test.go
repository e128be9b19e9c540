package content

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// childMemory is what a child may hold at most, in resident bytes: what the
// README promises.
const childMemory = 256_000_000

// peakOfChildren tells, once stopped, the most resident memory in bytes that a
// process which looks into files has held since.
func peakOfChildren(t *testing.T) (stop func() int64) {
	t.Helper()
	done, peak := make(chan struct{}), make(chan int64)
	go func() {
		var most int64
		for {
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(2 * time.Millisecond):
				most = max(most, childrenHold())
			}
		}
	}()
	return func() int64 {
		close(done)
		return <-peak
	}
}

// childrenHold is the most that a child of this process has held until now. What
// has not begun its program yet is still a copy of this process.
func childrenHold() (most int64) {
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		return 0
	}
	for _, list := range lists {
		pids, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended
		}
		for pid := range strings.FieldsSeq(string(pids)) {
			command, err := os.ReadFile("/proc/" + pid + "/cmdline")
			if err != nil || !bytes.HasSuffix(command, []byte("\x00look\x00")) {
				continue
			}
			status, err := os.ReadFile("/proc/" + pid + "/status")
			if err != nil {
				continue
			}
			_, after, _ := strings.Cut(string(status), "VmHWM:")
			size, _, _ := strings.Cut(after, "kB")
			if kib, err := strconv.ParseInt(strings.TrimSpace(size), 10, 64); err == nil {
				most = max(most, kib<<10)
			}
		}
	}
	return most
}

// pagesPDF builds a PDF of n pages, each drawing this, with these resources and
// further objects, numbered from 3 on; the pages follow.
func pagesPDF(n int, draws, resources string, more ...string) []byte {
	first := len(more) + 4
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", ""}
	objects = append(append(objects, more...), pdfStream("", draws))
	var kids strings.Builder
	for i := range n {
		fmt.Fprintf(&kids, "%d 0 R ", first+i)
		objects = append(objects, fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<<%s>>>>", first-1, resources))
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", kids.String(), n)
	return pdfObjectsOf(objects...)
}

// pictureOf is a picture of w by h pixels, as JPEG or PNG.
func pictureOf(t *testing.T, w, h int, kind string) []byte {
	t.Helper()
	im := image.NewGray(image.Rect(0, 0, w, h))
	for i := range im.Pix {
		im.Pix[i] = uint8(i * i >> 9)
	}
	var b bytes.Buffer
	var err error
	if kind == "jpeg" {
		err = jpeg.Encode(&b, im, nil)
	} else {
		err = png.Encode(&b, im)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestChildMemory: no file makes a child hold more memory than is promised, be it
// built to, or only large.
func TestChildMemory(t *testing.T) {
	if _, err := os.Stat("/proc/self/task"); err != nil || raceDetector {
		t.Skip("memory is not told on this system, or not ours in this build")
	}
	const word = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
	page := strings.Repeat(says("Le hub accompagne les structures du territoire")+"\n", 60)
	picture := func(w, h int, kind, filter string, body string) []byte {
		return pagesPDF(12, "q 595 0 0 842 0 0 cm /I Do Q", "/XObject<</I 3 0 R>>",
			pdfStream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/%s/Filter/%s", w, h, kind, filter), body))
	}
	var form, widgets strings.Builder
	var fields []string
	for i := range 5000 {
		fmt.Fprintf(&widgets, "%d 0 R ", 7+i)
		fields = append(fields, fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Tx/T(champ %d)/V(%s)/Rect[0 0 9 9]/P 3 0 R>>", i, strings.Repeat("réponse ", 40)))
	}
	fmt.Fprintf(&form, "/AcroForm<</Fields[%s]>>", widgets.String())
	deep := strings.Repeat("q ", 1<<20) + says("x")
	nested := []string{"<</Type/Catalog/Pages 2 0 R>>"}
	for i := range 5000 {
		nested = append(nested, fmt.Sprintf("<</Type/Pages/Kids[%d 0 R]/Count 1>>", i+3))
	}
	nested = append(nested, "<</Type/Page/MediaBox[0 0 595 842]>>")
	many := make([]entry, 0, 6)
	for i := range 6 {
		many = append(many, entry{name: fmt.Sprintf("%d.pdf", i), data: swollenPDF(t, 20<<20)})
	}
	files := []struct {
		rule string
		name string
		data []byte
	}{
		{"a PDF", "a.pdf", pdfPage("", says("Bonjour"))},
		{"draws a little much", "a.pdf", swollenPDF(t, 20<<20)},
		{"draws much", "a.pdf", swollenPDF(t, 60<<20)},
		{"draws more than there is memory for", "a.pdf", swollenPDF(t, 200<<20)},
		{"6000 pages", "a.pdf", pagesPDF(6000, page, "/Font<</F 3 0 R>>", word)},
		{"a page of a million levels", "a.pdf", pagesPDF(1, deep, "/Font<</F 3 0 R>>", word)},
		{"pages nested 5000 deep", "a.pdf", pdfObjectsOf(nested...)},
		{"5000 fields", "a.pdf", pdfPage(form.String(), says("x"), append([]string{"null"}, fields...)...)},
		{"scans of 12 megapixels", "a.pdf", picture(4000, 3000, "DeviceGray", "DCTDecode", string(pictureOf(t, 4000, 3000, "jpeg")))},
		{"scans of 36 megapixels", "a.pdf", picture(6000, 6000, "DeviceGray", "DCTDecode", string(pictureOf(t, 6000, 6000, "jpeg")))},
		{"colours of 12 megapixels", "a.pdf", picture(4000, 3000, "DeviceRGB", "FlateDecode", compressed(t, strings.Repeat("\xff\xff\xfe", 12_000_000)))},
		{"50 MB that say nothing", "a.pdf", pdfPage("", says("x"), pdfStream("", strings.Repeat("x", 50<<20)))},
		{"objects in a compressed stream", "a.pdf", pdfPage("", says("x"), "null", pdfStream("/Type/ObjStm/N 1000000/First 8/Filter/FlateDecode", compressed(t, strings.Repeat("8 0 <</A 1>> ", 1<<20))))},
		{"archive of PDFs that draw much", "a.zip", zipOf(t, many...)},
		{"JPEG of 36 megapixels", "a.jpg", pictureOf(t, 6000, 6000, "jpeg")},
		{"PNG of 36 megapixels", "a.png", pictureOf(t, 6000, 6000, "png")},
	}
	t.Run("a reader that takes all it can", func(t *testing.T) {
		for _, trouble := range []string{"swell", "later swell"} { // the latter with PDFium loaded
			c := childOf(t, trouble, false)
			if err := c.Prepare(); err != nil {
				t.Fatal(err)
			}
			stop := peakOfChildren(t)
			f := childLook(t, c, pdfPage("", says("Bonjour")), "hostile.pdf")
			peak := stop()
			t.Logf("%s: %d MB held; unread %v %q", trouble, peak/1e6, f.Unread, f.Warnings)
			if peak > childMemory {
				t.Errorf("%s: a child held %d MB", trouble, peak/1e6)
			}
		}
	})
	c := childOf(t, "", false)
	if err := c.Prepare(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range files {
		t.Run(tt.rule, func(t *testing.T) {
			stop := peakOfChildren(t)
			begun := time.Now()
			f := childLook(t, c, tt.data, tt.name)
			took := time.Since(begun)
			peak := stop()
			t.Logf("%d MB of file: %d MB held, %v; %s, %d pages, %d bytes of text, unread %v %q", len(tt.data)/1e6, peak/1e6, took.Round(time.Millisecond), f.Type, f.Pages, len(f.Text), f.Unread, f.Warnings)
			if peak > childMemory {
				t.Errorf("a child held %d MB", peak/1e6)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			c.closed = false
		})
	}
}
