package desk

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/cases"
	"greffier/cases/store"
)

// sent is a file of a mail and what was found in it. Its bytes are its name.
type sent struct {
	name, media string
	dangers     []string
	scan        cases.ScanState
}

// send files a mail of a person with files, and what looking into them told.
func (o *office) send(from string, received time.Time, files ...sent) (mail int64) {
	o.t.Helper()
	o.uid++
	m := cases.Mail{MessageID: fmt.Sprintf("s%d@x", o.uid), From: cases.Address{Address: from}, Subject: "Pièces", Kind: cases.Person, Answerable: true,
		Clocks: cases.Clocks{Boundary: received, InternalDate: received, Fetched: received}}
	for i, f := range files {
		sum := sha256.Sum256([]byte(f.name))
		m.Parts = append(m.Parts, cases.Part{ID: fmt.Sprint(i + 2), Filename: f.name, MediaType: "application/x-said", Size: int64(len(f.name)), SHA256: hex.EncodeToString(sum[:]), Locator: "raw:" + f.name})
	}
	var err error
	m.RawSHA256, m.Size, err = o.store.Archive.Put(strings.NewReader(fmt.Sprint("From: x\r\n\r\nraw ", o.uid)))
	o.must(err)
	o.must(o.store.Receive(o.t.Context(), []cases.Arrival{{Source: cases.Source{Mailbox: "aap@cdc.example", Folder: "INBOX", UIDValidity: 1, UID: o.uid}, Mail: m}}))
	list, err := o.store.ToAssess(o.t.Context(), 100)
	o.must(err)
	for _, u := range list {
		a := cases.Assessment{MailID: u.MailID}
		for i, p := range u.Parts {
			f := cases.Finding{PartID: p.ID, DetectedType: files[i].media, State: cases.Present, Scan: cases.Scan{State: files[i].scan}}
			for _, code := range files[i].dangers {
				f.Warnings = append(f.Warnings, "dangerous: "+code)
			}
			a.Findings = append(a.Findings, f)
		}
		o.must(o.store.Assess(o.t.Context(), []cases.Assessment{a}))
		mail = u.MailID
	}
	return mail
}

// shows is a PreviewFile that counts, and shows by the name of a file.
type shows struct{ asked int }

func (s *shows) preview(r io.ReaderAt, size int64, name, _ string, page int) (Preview, error) {
	s.asked++
	b, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil || string(b) != name {
		return Preview{}, fmt.Errorf("other bytes: %q, %w", b, err)
	}
	switch {
	case strings.Contains(name, "pdf"):
		p := Preview{Pages: 3}
		if page <= 3 {
			p.Picture = fmt.Appendf(nil, "picture of page %d", page)
		}
		return p, nil
	case strings.Contains(name, "xlsx"):
		return Preview{Sheets: []PreviewSheet{{Name: "Budget <b>", Rows: [][]string{{"=1+1", "<script>alert(1)</script>"}}, Cut: true}}}, nil
	case strings.Contains(name, "casse"):
		return Preview{Unreadable: "encrypted"}, nil
	case strings.Contains(name, "vide"):
		return Preview{}, nil
	}
	return Preview{Text: "Le texte de <b>" + name + "</b>"}, nil
}

func filesOffice(t *testing.T, change ...func(*Options)) (*office, *shows, *browser) {
	s := new(shows)
	o := newOffice(t, append([]func(*Options){func(o *Options) { o.Preview, o.Scanning = s.preview, true }}, change...)...)
	return o, s, o.staff("Camille Martin")
}

func (o *office) day(d, h int) time.Time {
	return time.Date(2018, 11, d, h, 0, 0, 0, o.desk.o.Location)
}

// TestFileHandling: who gets what of a file, by all ways there are.
func TestFileHandling(t *testing.T) {
	o, _, b := filesOffice(t)
	files := []struct {
		sent
		says        string // on its page
		shown       bool   // there is something of it on the page
		get, post   int    // of the download
		image, page int    // of its picture, of page 1
	}{
		{sent{"rib.pdf", "application/pdf", nil, cases.ScanClean}, "Page 1 sur 3", true, 200, 200, 404, 200},
		{sent{"photo.png", "image/png", nil, cases.ScanClean}, "<img", true, 200, 200, 200, 200},
		{sent{"lettre.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", nil, cases.ScanClean}, "Le texte de &lt;b&gt;lettre.docx", true, 200, 200, 404, 404},
		{sent{"budget.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", nil, cases.ScanClean}, "&lt;script&gt;alert(1)", true, 200, 200, 404, 404},
		{sent{"casse.doc", "application/msword", nil, cases.ScanClean}, "protégé par un mot de passe", false, 200, 200, 404, 404},
		{sent{"vide.txt", "text/plain", nil, cases.ScanClean}, "aucun texte qui puisse être montré", false, 200, 200, 404, 404},
		{sent{"dessin.svg", "image/svg+xml", nil, cases.ScanClean}, "ne se montre pas dans un navigateur", false, 200, 200, 403, 403},
		{sent{"scan.tiff", "image/tiff", nil, cases.ScanClean}, "ne se montre pas dans un navigateur", false, 200, 200, 403, 403},
		{sent{"page.html", "text/html", []string{"html"}, cases.ScanClean}, "Le texte de &lt;b&gt;page.html", true, 200, 200, 404, 404},
		{sent{"virus.pdf", "application/pdf", nil, cases.ScanInfected}, "a trouvé un virus", false, 403, 403, 403, 403},
		{sent{"virus.exe", "application/x-msdownload", []string{"executable"}, cases.ScanInfected}, "a trouvé un virus", false, 403, 403, 403, 403},
		{sent{"attente.pdf", "application/pdf", nil, cases.ScanPending}, "En attente de l’antivirus", false, 403, 403, 403, 403},
		{sent{"attente.png", "image/png", nil, cases.ScanPending}, "En attente de l’antivirus", false, 403, 403, 403, 403},
		{sent{"programme.exe", "application/x-msdownload", []string{"executable"}, cases.ScanClean}, "c’est un programme", false, 200, 200, 403, 403},
		{sent{"macros.xlsm", "application/vnd.ms-excel.sheet.macroenabled.12", []string{"macros"}, cases.ScanClean}, "il contient des macros", false, 200, 200, 403, 403},
		{sent{"double.pdf", "application/pdf", []string{"polyglot"}, cases.ScanClean}, "de deux types à la fois", false, 200, 200, 403, 403},
		{sent{"image.png", "image/png", []string{"bidi_name"}, cases.ScanClean}, "signes invisibles", false, 200, 200, 403, 403},
	}
	for i, tc := range files {
		mail := o.send(fmt.Sprintf("c%d@a%d.example", i, i), o.day(5, 10), tc.sent)
		at := func(verb string) string { return fmt.Sprintf("/messages/%d/%s/2", mail, verb) }
		page := b.get(at("fichiers"))
		if page.code != 200 || !strings.Contains(page.body, tc.says) {
			t.Errorf("%s: %d, its page does not say %q", tc.name, page.code, tc.says)
		}
		if shown := strings.Contains(page.body, "<img") || strings.Contains(page.body, "Le texte de") || strings.Contains(page.body, `class="small cells"`); shown != tc.shown {
			t.Errorf("%s: shown %v", tc.name, shown)
		}
		if strings.Contains(page.body, "<script>alert") {
			t.Errorf("%s is run", tc.name)
		}
		got := b.get(at("telecharger"))
		asks := strings.Contains(got.body, "malgré l’avertissement")
		if got.code != tc.get || asks != (len(tc.dangers) > 0 && tc.get == 200) || asks == (got.body == tc.name) && tc.get == 200 {
			t.Errorf("%s: GET of the download %d %.80q", tc.name, got.code, got.body)
		}
		if got := b.post(at("telecharger"), nil); got.code != tc.post || (got.code == 200) != (got.body == tc.name) {
			t.Errorf("%s: POST of the download %d %.80q", tc.name, got.code, got.body)
		}
		if got := b.get(at("image")); got.code != tc.image {
			t.Errorf("%s: its picture %d", tc.name, got.code)
		}
		if got := b.get(at("image") + "?page=1"); got.code != tc.page {
			t.Errorf("%s: its first page %d", tc.name, got.code)
		}
	}
	for _, path := range []string{"/messages/1/fichiers/9", "/messages/99/fichiers/2", "/messages/x/fichiers/2", "/messages/1/fichiers/", "/messages/1/image/2?page=0", "/messages/1/image/2?page=4", "/messages/1/fichiers/2?page=4"} {
		if got := b.get(path); got.code != 404 {
			t.Errorf("%s: %d", path, got.code)
		}
	}
}

// TestFileHeaders: what strangers sent leaves under headers that let nothing in it
// act, with a name that any browser takes as it is meant.
func TestFileHeaders(t *testing.T) {
	o, _, b := filesOffice(t)
	hostile := "Réponse\"; x=\"é\r\nSet-Cookie: a=b\u202efdp.png"
	mail := o.send("alpha@a.example", o.day(5, 10), sent{hostile, "image/png", nil, cases.ScanClean}, sent{"rib.pdf", "application/pdf", nil, cases.ScanClean})
	for path, want := range map[string]struct{ media, name string }{
		"/messages/%d/telecharger/2":  {"application/octet-stream", hostile},
		"/messages/%d/telecharger/3":  {"application/octet-stream", "rib.pdf"},
		"/messages/%d/brut":           {"message/rfc822", fmt.Sprintf("message-%d.eml", mail)},
		"/messages/%d/zip":            {"application/zip", fmt.Sprintf("message-%d.zip", mail)},
		"/messages/%d/image/2":        {"image/png", ""},
		"/messages/%d/image/3?page=2": {"image/jpeg", ""},
	} {
		if strings.Contains(path, "%d") {
			path = fmt.Sprintf(path, mail)
		}
		got := b.get(path)
		for name, value := range map[string]string{"Content-Type": want.media, "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff",
			"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "private, no-store", "Set-Cookie": ""} {
			if got.header.Get(name) != value {
				t.Errorf("%s: %s is %q", path, name, got.header.Get(name))
			}
		}
		disposition := got.header.Get("Content-Disposition")
		if want.name == "" {
			if disposition != "" {
				t.Errorf("%s: %q", path, disposition)
			}
			continue
		}
		kind, params, err := mime.ParseMediaType(disposition)
		if got.code != 200 || err != nil || kind != "attachment" || params["filename"] != want.name {
			t.Errorf("%s: %d %q, %q %v", path, got.code, disposition, params["filename"], err)
		}
		if strings.ContainsFunc(disposition, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%s: %q", path, disposition)
		}
	}
}

// TestRawMail: byte for byte, unless a file in it is not to be handed out.
func TestRawMail(t *testing.T) {
	o, _, b := filesOffice(t)
	pdf := sent{"rib.pdf", "application/pdf", nil, cases.ScanClean}
	for i, tc := range []struct {
		with      sent
		get, post int
		says      string
	}{
		{pdf, 200, 200, ""},
		{sent{"virus.pdf", "application/pdf", nil, cases.ScanInfected}, 403, 403, "virus"},
		{sent{"attente.pdf", "application/pdf", nil, cases.ScanPending}, 403, 403, "en attente de l’antivirus"},
		{sent{"macros.docm", "application/msword", []string{"macros"}, cases.ScanClean}, 200, 200, "macros"},
	} {
		mail := o.send(fmt.Sprintf("r%d@r%d.example", i, i), o.day(6, 10), pdf, tc.with)
		path := fmt.Sprintf("/messages/%d/brut", mail)
		raw := fmt.Sprint("From: x\r\n\r\nraw ", o.uid)
		if got := b.get(path); got.code != tc.get || tc.says == "" && got.body != raw || !strings.Contains(got.body, tc.says) {
			t.Errorf("%s: %d %.80q", tc.with.name, got.code, got.body)
		}
		if got := b.post(path, nil); got.code != tc.post || (got.code == 200) != (got.body == raw) {
			t.Errorf("%s confirmed: %d %.80q", tc.with.name, got.code, got.body)
		}
	}
	if got := b.get("/messages/99/brut"); got.code != 404 {
		t.Errorf("a mail that is not there: %d", got.code)
	}
}

// TestFileAltered: bytes that are not those received leave by no way, and an
// archive that would hold them breaks off.
func TestFileAltered(t *testing.T) {
	o, _, b := filesOffice(t, func(o *Options) {
		o.OpenPart = func(_ io.ReaderAt, _ int64, locator string) (io.ReadCloser, error) {
			if strings.Contains(locator, "altere") {
				return io.NopCloser(strings.NewReader("other bytes")), nil
			}
			return io.NopCloser(strings.NewReader(strings.TrimPrefix(locator, "raw:"))), nil
		}
	})
	big := strings.Repeat("a", 300_000) // more than is held back before the first bytes leave
	mail := o.send("alpha@a.example", o.day(5, 10), sent{big, "application/octet-stream", nil, cases.ScanClean}, sent{"altere.pdf", "application/pdf", nil, cases.ScanClean}, sent{"altere.png", "image/png", nil, cases.ScanClean})
	for _, path := range []string{"telecharger/3", "fichiers/3", "image/4"} {
		if got := b.get(fmt.Sprintf("/messages/%d/%s", mail, path)); got.code != 500 || !strings.Contains(got.body, "n’est plus tel qu’il a été reçu") || strings.Contains(got.body, "other bytes") ||
			got.header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d %.80q", path, got.code, got.body)
		}
	}
	for _, path := range []string{fmt.Sprintf("/messages/%d/zip", mail), "/dossiers/HUB18-0001/zip", "/export/dossiers.zip?dossier=HUB18-0001"} {
		resp, err := b.Get(o.url + path)
		o.must(err)
		if body, err := io.ReadAll(resp.Body); err == nil {
			t.Errorf("%s ends as if it were whole: %d, %d bytes", path, resp.StatusCode, len(body))
		}
		o.must(resp.Body.Close())
	}
}

// TestPreviewKept: a page is drawn once; turning pages is a link.
func TestPreviewKept(t *testing.T) {
	o, s, b := filesOffice(t)
	mail := o.send("alpha@a.example", o.day(5, 10), sent{"rib.pdf", "application/pdf", nil, cases.ScanClean})
	page := fmt.Sprintf("/messages/%d/fichiers/2", mail)
	for range 3 {
		if got := b.get(page + "?page=2"); !strings.Contains(got.body, "?page=1\"") || !strings.Contains(got.body, "?page=3\"") || !strings.Contains(got.body, "Page 2 sur 3") {
			t.Errorf("no way to the other pages")
		}
		if got := b.get(fmt.Sprintf("/messages/%d/image/2?page=2", mail)); got.body != "picture of page 2" {
			t.Errorf("%d %q", got.code, got.body)
		}
	}
	if s.asked != 1 {
		t.Errorf("drawn %d times", s.asked)
	}
	o.must(os.RemoveAll(o.desk.o.Cache))
	if got := b.get(page); got.code != 200 || s.asked != 2 {
		t.Errorf("without its cache: %d, drawn %d times", got.code, s.asked)
	}
}

func TestPreviewCache(t *testing.T) {
	c := &previewCache{dir: t.TempDir(), most: 10_000}
	for i := range 40 {
		if err := c.put(fmt.Sprint("k", i), Preview{Text: strings.Repeat("x", 1000)}); err != nil {
			t.Fatal(err)
		}
		at := time.Unix(int64(1e9+i), 0)
		if err := os.Chtimes(filepath.Join(c.dir, previewVersion+fmt.Sprint("k", i)), at, at); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size > c.most+2000 || len(entries) < 5 {
		t.Errorf("%d bytes in %d previews are kept", size, len(entries))
	}
	if p, ok := c.get("k39"); !ok || len(p.Text) != 1000 {
		t.Error("the newest is gone")
	}
	if _, ok := c.get("k0"); ok {
		t.Error("the oldest is there")
	}
}

// TestSealedReading: looking at a sealed file and taking it is journaled under the
// name of who did, looking once an hour; of other files nothing is.
func TestSealedReading(t *testing.T) {
	o, _, b := filesOffice(t)
	pdf := sent{"rib.pdf", "application/pdf", nil, cases.ScanClean}
	mail := o.send("alpha@a.example", o.day(5, 10), pdf, sent{"budget.pdf", "application/pdf", nil, cases.ScanClean})
	read := func() (events []string) {
		sheet, err := o.store.Case(t.Context(), "HUB18-0001")
		o.must(err)
		for _, e := range sheet.Journal {
			if e.Actor == "Camille Martin" {
				events = append(events, e.Event)
			}
		}
		return events
	}
	all := []string{"/messages/%d/fichiers/2", "/messages/%d/fichiers/2?page=2", "/messages/%d/image/2?page=3", "/messages/%d/telecharger/2", "/messages/%d/brut", "/messages/%d/zip", "/dossiers/HUB18-0001/zip"}
	look := func() {
		for _, path := range all {
			if strings.Contains(path, "%d") {
				path = fmt.Sprintf(path, mail)
			}
			if got := b.get(path); got.code != 200 {
				t.Fatalf("%s: %d", path, got.code)
			}
		}
	}
	look()
	if got := read(); got != nil {
		t.Errorf("before the deadline: %v", got)
	}
	o.now = o.day(30, 18)
	o.must(o.store.ReadingDone(t.Context(), "aap@cdc.example", "INBOX", 1, o.now))
	_, err := o.store.FreezeDue(t.Context())
	o.must(err)
	if got := b.post("/connexion", url.Values{"nom": {"Camille Martin"}, "mot_de_passe": {password}}); got.code != 303 { // the session has ended meanwhile
		t.Fatalf("sign in: %d", got.code)
	}
	look()
	if got, want := read(), []string{"file_viewed", "file_downloaded", "mail_downloaded", "mail_downloaded", "dossier_exported"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	o.now = o.now.Add(61 * time.Minute)
	b.get(fmt.Sprintf(all[0], mail))
	if got := read(); len(got) != 6 {
		t.Errorf("an hour later: %v", got)
	}
	if body := b.get("/dossiers/HUB18-0001").body; !strings.Contains(body, "Fichier scellé téléchargé") || strings.Contains(body, "Événement technique") {
		t.Error("the journal of the case does not tell it in words")
	}
	report, err := o.store.Verify(t.Context(), "", store.OpenPart(o.desk.o.OpenPart), nil)
	o.must(err)
	if len(report.Faults) > 0 {
		t.Errorf("%q", report.Faults)
	}
}

// TestExports: the list as it is searched, in each form, and ticked dossiers.
func TestExports(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	for path, want := range map[string]int{"csv": 6, "csv?q=ref:HUB18-0001": 1, "csv?vue=complets&tri=-reference": 3, "csv?q=rien-de-tel": 0, "csv?phase=late": 1} {
		got := b.get("/export/dossiers." + path)
		if n := strings.Count(got.body, "\r\nHUB18-"); got.code != 200 || n != want || !strings.HasPrefix(got.body, "\ufeffRéférence;") {
			t.Errorf("%s: %d, %d cases, want %d", path, got.code, n, want)
		}
	}
	if body := b.get("/export/dossiers.csv?tri=-reference").body; strings.Index(body, "HUB18-0006") > strings.Index(body, "HUB18-0001") {
		t.Error("not in the order of the list")
	}
	if got := b.get("/export/dossiers.json?q=ref:HUB18-0001"); got.code != 200 || !strings.Contains(got.body, `"ref":"HUB18-0001"`) {
		t.Errorf("JSON: %d", got.code)
	}
	if got := b.get("/export/dossiers.xlsx"); got.code != 200 || !strings.HasPrefix(got.body, "PK") {
		t.Errorf("XLSX: %d", got.code)
	}
	for path, code := range map[string]int{"/export/dossiers.csv?q=phase:nulle-part": 422, "/export/dossiers.zip": 422, "/export/dossiers.zip?dossier=HUB18-9999": 404, "/dossiers/HUB18-9999/zip": 404, "/dossiers/HUB18-9999/fiche": 404} {
		if got := b.get(path); got.code != code || got.header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d", path, got.code)
		}
	}
	for path, want := range map[string]int{"/dossiers/hub18-0001/zip": 1, "/export/dossiers.zip?" + url.Values{"dossier": {"HUB18-0001", "HUB18-0003"}}.Encode(): 2, "/export/dossiers.zip?tous=1&vue=complets": 3} {
		got := b.get(path)
		r, err := zip.NewReader(bytes.NewReader([]byte(got.body)), int64(len(got.body)))
		if err != nil {
			t.Errorf("%s: %d, %v", path, got.code, err)
			continue
		}
		sheets := 0
		for _, f := range r.File {
			if strings.HasSuffix(f.Name, "/fiche.html") {
				sheets++
			}
		}
		if sheets != want {
			t.Errorf("%s: %d dossiers, want %d", path, sheets, want)
		}
	}
}

// TestCaseSheet: on the desk it obeys the policy of every page; as a file it
// stands by itself. What a candidate writes is text in both.
func TestCaseSheet(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	// All that a sheet may tell.
	for _, said := range []error{
		o.store.SetFact(t.Context(), "Camille Martin", "HUB18-0001", cases.FactAmount, "450000"),
		o.store.SetFact(t.Context(), "Camille Martin", "HUB18-0001", cases.FactGrouping, "yes"),
		o.store.Label(t.Context(), "Camille Martin", "HUB18-0001", "à relire"),
		o.store.Assign(t.Context(), "Camille Martin", "HUB18-0001", "Camille Martin"),
		o.store.Arbitrate(t.Context(), "Camille Martin", "HUB18-0005", 0, cases.OnTime, "Un motif"),
	} {
		o.must(said)
	}
	list, err := o.store.Cases(t.Context(), nil)
	o.must(err)
	for _, c := range list {
		if got := b.get("/dossiers/" + c.Ref + "/fiche"); got.code != 200 || !strings.Contains(got.body, c.Ref) {
			t.Errorf("%s: %d", c.Ref, got.code)
		}
	}
	got := b.get("/dossiers/HUB18-0001/fiche")
	for _, want := range []string{"Montant demandé", "450", "Groupement", "oui", "à relire", "Suivi par", "Dossier figé"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("no %q", want)
		}
	}
	if got.code != http.StatusOK || strings.Contains(got.body, "<style") || !strings.Contains(got.body, `href="/fiche.css"`) || !strings.Contains(got.body, "Notre &lt;script&gt;") {
		t.Errorf("%d %.300s", got.code, got.body)
	}
	_, dossiers, err := Exports(o.store, o.desk.o.Calls, o.desk.o.Location, o.desk.o.OpenPart, false)
	o.must(err)
	sheet, err := o.store.Case(t.Context(), "HUB18-0001")
	o.must(err)
	var file bytes.Buffer
	o.must(dossiers.Sheet(&file, sheet))
	if text := file.String(); !strings.Contains(text, "@page { size: A4") || strings.Contains(text, "/fiche.css") || strings.Contains(text, "<script") || strings.Contains(text, "http") {
		t.Errorf("%.600s", text)
	}
}
