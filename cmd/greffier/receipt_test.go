package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"mime"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"

	"greffier/cases"
)

// sevenFiles are the files of a whole dossier, of some size bytes together: PDFs,
// a Word and an Excel file, a photo, an archive.
func sevenFiles(t testing.TB, size int) map[string][]byte {
	t.Helper()
	must := func(content []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	random := rand.New(rand.NewPCG(7, 7))
	scan := func(share int) []byte { return must(picturedPDF(random, size*share*3/200)) } // noise of three bytes makes a photo of two
	inside := scan(15)
	var archive bytes.Buffer
	zw := zip.NewWriter(&archive)
	w, err := zw.CreateHeader(&zip.FileHeader{Name: "pièces/Lettre_soutien_CD49.pdf", Method: zip.Store})
	if err == nil {
		_, err = w.Write(inside)
	}
	if err == nil {
		err = zw.Close()
	}
	must(nil, err)
	photo := must(scanOf("rib"))
	return map[string][]byte{
		"AAP HUBS - Réponse VDEF (2).docx": must(filledForm("dossier-de-candidature.docx", "Hub")),
		"Budget prévisionnel.xlsx":         must(filledForm("budget-previsionnel.xlsx", "Hub")),
		"PJ4_RIB-2018.jpg":                 append(photo, bytes.Repeat([]byte{0}, size*5/100)...),
		"DOSSIER COMPLET.zip":              archive.Bytes(),
		"De\u0301libe\u0301ration.pdf":     scan(20),
		"Statuts \\ signés.pdf":            scan(20),
		"comptes#2017.pdf":                 scan(40),
	}
}

// picturedPDF is a PDF of one page with a line of text and a photo of some size
// bytes, as a telephone makes it.
func picturedPDF(random *rand.Rand, size int) ([]byte, error) {
	width := min(2480, max(64, size/64))
	picture := image.NewGray(image.Rect(0, 0, width, max(1, size/width)))
	for i := range picture.Pix {
		picture.Pix[i] = byte(random.Uint32())
	}
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, picture, &jpeg.Options{Quality: 85}); err != nil {
		return nil, err
	}
	draws := "BT /F 12 Tf 72 780 Td (Piece du dossier) Tj ET q 450 0 0 600 72 100 cm /I Do Q"
	var pdf bytes.Buffer
	fmt.Fprintf(&pdf, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"+
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</I 6 0 R>>>>>>endobj\n"+
		"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"+
		"6 0 obj<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode/Length %d>>stream\n", len(draws), draws, width, picture.Rect.Dy(), photo.Len())
	pdf.Write(photo.Bytes())
	pdf.WriteString("\nendstream endobj\ntrailer<</Root 1 0 R/Size 7>>\n%%EOF\n")
	return pdf.Bytes(), nil
}

// mailOfFiles is a mail that carries files under names of any kind.
func mailOfFiles(from string, sent time.Time, files map[string][]byte) []byte {
	var m bytes.Buffer
	fmt.Fprintf(&m, "Received: from mail.asso.example (mail.asso.example [203.0.113.9])\r\n\tby mx.greffier.test with ESMTPS id X; %[1]s\r\nFrom: Asso <%[2]s>\r\nTo: aap@greffier.test\r\nSubject: Candidature\r\n"+
		"Message-ID: <%[3]d.%[2]s>\r\nDate: %[1]s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nBonjour,\r\nvoici notre dossier.\r\n", sent.Format(time.RFC1123Z), from, sent.UnixNano())
	for name, content := range files {
		fmt.Fprintf(&m, "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*=utf-8''%s\r\n\r\n", url.PathEscape(name))
		text := base64.StdEncoding.EncodeToString(content)
		for ; len(text) > 76; text = text[76:] {
			m.WriteString(text[:76] + "\r\n")
		}
		m.WriteString(text + "\r\n")
	}
	m.WriteString("--b--\r\n")
	return m.Bytes()
}

// attached gives the files of a letter by name, and its plain text under "".
func attached(t testing.TB, raw []byte) map[string][]byte {
	t.Helper()
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string][]byte)
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(part.Body)
		if err != nil {
			t.Fatal(err)
		}
		name := ""
		if disposition := part.Header.Get("Content-Disposition"); disposition != "" {
			_, params, err := mime.ParseMediaType(disposition)
			if err != nil {
				t.Fatal(err)
			}
			name = params["filename"]
		} else if !strings.HasPrefix(part.Header.Get("Content-Type"), "text/plain") {
			continue
		}
		out[name] = content
	}
}

// TestReceiptOfADossier: whoever deposits hears of each file by name, and
// sha256sum takes the receipt for the files as they were before they were sent.
func TestReceiptOfADossier(t *testing.T) {
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	taken := instant(t, "2018-10-01T09:00:00Z")
	files := sevenFiles(t, 200_000)
	d.Append(mailOfFiles("contact@asso.example", taken, files), taken)
	d.Append(mailOfFiles("lien@asso.example", taken, map[string][]byte{
		"RIB.url": []byte("[InternetShortcut]\r\nURL=https://we.tl/t-1\r\n"), "Budget.pdf": []byte(pdfSaying("Budget"))}), taken)
	g.once("2018-10-01T09:10:00Z")

	letters := make(map[string]map[string][]byte)
	for _, m := range sink.Delivered(t, 2, serverDeadline) {
		letters[m.To[0]] = attached(t, m.Raw)
	}
	letter := letters["contact@asso.example"]
	receipt := "recepisse-" + g.cases("contact@asso.example")[0].Ref + ".txt"
	dir := t.TempDir()
	for name, content := range files {
		g.must(os.WriteFile(filepath.Join(dir, name), content, 0o600))
		if !strings.Contains(string(letter[""]), name) {
			t.Errorf("the letter does not tell of %s", name)
		}
	}
	g.must(os.WriteFile(filepath.Join(dir, receipt), letter[receipt], 0o600))
	check := exec.Command("sha256sum", "-c", "--strict", receipt)
	check.Dir = dir
	if out, err := check.CombinedOutput(); err != nil || strings.Count(string(out), "\n") != len(files) {
		t.Errorf("sha256sum: %v\n%s\n%s", err, out, letter[receipt])
	}
	if !bytes.HasPrefix(letter[strings.TrimSuffix(receipt, "txt")+"pdf"], []byte("%PDF-1.7")) {
		t.Error("no receipt to read")
	}

	ref := g.cases("lien@asso.example")[0].Ref
	for _, p := range g.sheet(ref).Pieces {
		if want := map[string]cases.Status{"rib": cases.ByLink, "budget": cases.Present}[p.ID]; p.Status != want {
			t.Errorf("%s is %s, want %s", p.ID, p.Status, want)
		}
	}
	if text := string(letters["lien@asso.example"][""]); !strings.Contains(text, "raccourci est venu à la place du fichier") {
		t.Errorf("the letter does not say that a link came:\n%s", text)
	}
	g.wantSound()
}

// BenchmarkDossier is how long a candidate waits for the acknowledgement of seven
// files, 20 MB together, by a daemon that has nothing else to do:
//
//   - acknowledged-ms: from the moment at which the server has taken the mail, the
//     median; slowest-ms the slowest;
//   - daemon-peak-MiB, child-peak-MiB: the most memory held by the daemon and by
//     the processes that look into files.
func BenchmarkDossier(b *testing.B) {
	const dossiers = 5
	d, sink := startDovecot(b), startSink(b)
	g := newProgram(b, d, nil, sink, editionNow, "")
	daemon := g.serve()
	// The first file that is ever looked into compiles its reader.
	d.Deliver(mailOfFiles("premier@asso.example", time.Now(), map[string][]byte{"RIB.pdf": []byte(pdfSaying("RIB"))}))
	sink.Delivered(b, 1, serverDeadline)

	files := sevenFiles(b, 20_000_000)
	var size, daemonPeak, childPeak int64
	for _, content := range files {
		size += int64(len(content))
	}
	look := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for {
			select {
			case <-look:
				return
			case <-time.After(5 * time.Millisecond):
			}
			daemonPeak = max(daemonPeak, peakSoFar(daemon.cmd.Process.Pid))
			for _, pid := range childrenOf(daemon.cmd.Process.Pid) {
				childPeak = max(childPeak, peakSoFar(pid))
			}
		}
	}()
	var waits []float64 // milliseconds
	for b.Loop() {
		for range dossiers {
			n := len(waits) + 1
			d.Deliver(mailOfFiles(fmt.Sprintf("contact@asso%d.example", n), time.Now(), files))
			taken := time.Now()
			waits = append(waits, sink.Delivered(b, n+1, serverDeadline)[n].At.Sub(taken).Seconds()*1e3)
		}
	}
	close(look)
	<-watched
	for _, l := range g.letters() {
		if l.State != cases.LetterSent || l.Kind != cases.LetterAck {
			b.Fatalf("a letter %s is %s", l.Kind, l.State)
		}
	}
	g.wantSound()
	b.Logf("ms from delivery %.0f, %.1f MB each", waits, float64(size)/1e6)
	b.ReportMetric(median(waits), "acknowledged-ms")
	slowest := 0.0
	for _, w := range waits {
		slowest = max(slowest, w)
	}
	b.ReportMetric(slowest, "slowest-ms")
	b.ReportMetric(float64(daemonPeak)/(1<<20), "daemon-peak-MiB")
	b.ReportMetric(float64(childPeak)/(1<<20), "child-peak-MiB")
	b.ReportMetric(0, "ns/op")
}

// childrenOf gives the processes that a process has started and that still run.
func childrenOf(pid int) []int {
	var out []int
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return nil
	}
	for _, task := range tasks {
		list, err := os.ReadFile(task)
		if err != nil {
			continue // a thread that has ended
		}
		for _, word := range strings.Fields(string(list)) {
			var child int
			if _, err := fmt.Sscan(word, &child); err == nil {
				out = append(out, child)
			}
		}
	}
	return out
}
