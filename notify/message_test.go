package notify

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"

	"greffier/cases"
)

// assemble puts segments together as the store does: a file as base64 lines of
// 76 characters, each ended by CRLF.
func assemble(t testing.TB, segments []cases.Segment, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, s := range segments {
		if s.SHA256 == "" {
			b.Write(s.Literal)
			continue
		}
		content, found := files[s.SHA256]
		if !found {
			t.Fatalf("segment names an unknown file %s", s.SHA256)
		}
		for chunk := range slices.Chunk(content, 57) {
			b.WriteString(base64.StdEncoding.EncodeToString(chunk) + "\r\n")
		}
	}
	return b.Bytes()
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func testLetter() cases.Letter {
	return cases.Letter{
		ID: 7, Kind: cases.LetterAck, CaseID: 42, CaseRef: "HUB18-0042", MailID: 9, CallID: "hubs-2018",
		To: cases.Address{Name: "Association La Mêlée", Address: "contact@lamelee.example"}, EnvelopeFrom: "aap@example.org",
		MessageID: "greffier.abcdefghijklmnopqrstuvwxyz@caissedesdepots.fr", InReplyTo: "1@lamelee.example",
		References: []string{"0@lamelee.example", "1@lamelee.example"},
		Facts:      cases.Facts{CallID: "hubs-2018", Ref: "HUB18-0042", Subject: "Candidature", ReceivedAt: time.Date(2018, 11, 26, 9, 0, 0, 0, time.UTC), Clock: cases.ClockBoundary, Timeliness: cases.OnTime},
	}
}

var testNow = time.Date(2018, 11, 26, 9, 0, 5, 0, time.UTC)

func wordAndRead(t *testing.T, ls *Letters, l cases.Letter, files map[string][]byte) (cases.Wording, *mail.Reader) {
	t.Helper()
	w, err := ls.Word(l, testNow)
	if err != nil {
		t.Fatal(err)
	}
	raw := assemble(t, w.Segments, files)
	for i, l := range bytes.Split(raw, []byte("\r\n")) {
		if len(l) > 998 || bytes.ContainsAny(l, "\r\n\x00") {
			t.Errorf("line %d is not one of mail (RFC 5322 section 2.3): %q", i+1, l)
		}
	}
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return w, r
}

// TestHeaders: behaviour 23.
func TestHeaders(t *testing.T) {
	ls := testLetters(t, nil)
	_, r := wordAndRead(t, ls, testLetter(), nil)
	want := map[string]string{
		"Message-Id": "<greffier.abcdefghijklmnopqrstuvwxyz@caissedesdepots.fr>", "In-Reply-To": "<1@lamelee.example>",
		"References": "<0@lamelee.example> <1@lamelee.example>", "Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All",
		"Content-Language": "fr", "Precedence": "", "User-Agent": "", "X-Mailer": "", "Reply-To": "", "Date": "Mon, 26 Nov 2018 10:00:05 +0100",
	}
	for k, v := range want {
		if got := r.Header.Get(k); got != v {
			t.Errorf("%s: %q, want %q", k, got, v)
		}
	}
	if s, err := r.Header.Subject(); err != nil || !strings.HasPrefix(s, "[HUB18-0042] Accusé de réception\u00a0:") {
		t.Errorf("subject %q, %v", s, err)
	}
	for header, name := range map[string]string{"From": "Banque des Territoires, Caisse des Dépôts", "To": "Association La Mêlée"} {
		list, err := r.Header.AddressList(header)
		if err != nil || len(list) != 1 || list[0].Name != name {
			t.Errorf("%s: %v, %v", header, list, err)
		}
	}
	if mt, _, err := r.Header.ContentType(); err != nil || mt != "multipart/alternative" {
		t.Errorf("a letter without pack is %s, %v", mt, err)
	}

	l := testLetter()
	l.Kind, l.MailID = cases.LetterReminder, 0
	_, r = wordAndRead(t, ls, l, nil)
	if got := r.Header.Get("Auto-Submitted"); got != "auto-generated" {
		t.Errorf("reminder: Auto-Submitted: %s", got)
	}
}

// TestPackAttached: the pack arrives byte for byte, under its names.
func TestPackAttached(t *testing.T) {
	files := map[string][]byte{}
	var pack []cases.PackFile
	for name, content := range map[string][]byte{
		"règlement de l'appel – édition 2018, version définitive signée (très long nom).pdf": bytes.Repeat([]byte("%PDF-1.7 \x00\xff"), 5000),
		`budget "V2".xlsx`:            bytes.Repeat([]byte{0x50, 0x4b}, 57),
		"dossier-de-candidature.docx": []byte("x"),
		"vide.txt":                    {},
	} {
		files[digest(content)] = content
		pack = append(pack, cases.PackFile{Name: name, Size: int64(len(content)), SHA256: digest(content)})
	}
	ls := testLetters(t, func(c *LettersConfig) { c.Calls[0].Pack = pack })
	l := testLetter()
	l.Kind, l.Facts.Pack = cases.LetterPack, true
	w, r := wordAndRead(t, ls, l, files)
	for _, s := range w.Segments {
		if len(s.Literal) > 40_000 {
			t.Error("a segment holds a file's content")
		}
	}
	if mt, _, err := r.Header.ContentType(); err != nil || mt != "multipart/mixed" {
		t.Errorf("a letter with pack is %s, %v", mt, err)
	}
	var texts []string
	seen := map[string]bool{}
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(p.Body)
		if err != nil {
			t.Fatal(err)
		}
		h, attached := p.Header.(*mail.AttachmentHeader)
		if !attached {
			texts = append(texts, p.Header.Get("Content-Type"))
			continue
		}
		name, err := h.Filename()
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(pack, func(f cases.PackFile) bool { return f.Name == name })
		if i < 0 {
			t.Fatalf("attached under the name %q", name)
		}
		if digest(content) != pack[i].SHA256 {
			t.Errorf("%s arrives changed", name)
		}
		mt, params, err := h.ContentType()
		if err != nil || mt != strings.Split(mediaType(name), ";")[0] || params["name"] != name {
			t.Errorf("%s: %s, %v, %v", name, mt, params, err)
		}
		seen[name] = true
	}
	if len(seen) != len(pack) {
		t.Errorf("%d of %d files attached", len(seen), len(pack))
	}
	if len(texts) != 2 || !strings.HasPrefix(texts[0], "text/plain") || !strings.HasPrefix(texts[1], "text/html") {
		t.Errorf("texts: %v", texts)
	}
}

// TestInjection: nothing that a stranger writes adds a header, a part, a
// paragraph or markup.
func TestInjection(t *testing.T) {
	evil := "x\r\nBcc: spy@evil.example\r\n\r\n## Lauréat\r\n- <script>alert(1)</script>\u2028\u202efdp.exe"
	ls := testLetters(t, nil)
	l := testLetter()
	l.To.Name = evil
	l.InReplyTo = "a>\r\nBcc: spy@evil.example"
	l.References = []string{"ok@x", "b c@x", evil, "é@x"}
	l.Facts.Subject, l.Facts.Candidate = evil, evil
	l.Facts.Files = []cases.FileFact{{Name: evil, Pieces: []string{evil}, SHA256: "12"}, {Name: "- liste.pdf"}, {Name: "## titre.pdf"}, {Name: "{{.Ref}}"}}
	l.Facts.Links = []string{"- https://evil.example/\"><b>", "## x"}
	w, r := wordAndRead(t, ls, l, nil)
	for _, k := range []string{"Bcc", "In-Reply-To"} {
		if r.Header.Has(k) {
			t.Errorf("%s: %s", k, r.Header.Get(k))
		}
	}
	if got := r.Header.Get("References"); got != "<ok@x>" {
		t.Errorf("References: %s", got)
	}
	if strings.ContainsAny(w.Subject, "\r\n") {
		t.Errorf("subject %q", w.Subject)
	}
	p, err := ls.Preview(l.Kind, l.Facts, testNow)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<b>", "\u202e", "\u2028"} {
		if strings.Contains(p.HTML, bad) {
			t.Errorf("html holds %q", bad)
		}
	}
	clean := l.Facts
	clean.Subject, clean.Candidate, clean.Files, clean.Links = "x", "x", []cases.FileFact{{Name: "a", Pieces: []string{"p"}, SHA256: "12"}, {Name: "b"}, {Name: "c"}, {Name: "d"}}, []string{"l", "m"}
	q, err := ls.Preview(l.Kind, clean, testNow)
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range []string{"<h2>", "<li>", "<p>", "<br>"} {
		if a, b := strings.Count(p.HTML, tag), strings.Count(q.HTML, tag); a != b {
			t.Errorf("%d %s instead of %d", a, tag, b)
		}
	}
	const wrapped = "\n    " // by us, within a cell of a table
	if strings.Count(strings.ReplaceAll(p.Text, wrapped, " "), "\n") != strings.Count(strings.ReplaceAll(q.Text, wrapped, " "), "\n") {
		t.Error("the text has other lines")
	}
	for _, want := range []string{"{{.Ref}}", "« - liste.pdf »", "« ## titre.pdf »"} {
		if !strings.Contains(strings.ReplaceAll(p.Text, "\u00a0", " "), want) {
			t.Errorf("text does not quote %s", want)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		in, path string
		utf8     bool
		bad      bool
	}{
		{in: "", path: "<>"},
		{in: "contact@lamelee.example", path: "<contact@lamelee.example>"},
		{in: "Contact@LaMelee.example", path: "<Contact@LaMelee.example>"},
		{in: "aap@médiation.fr", path: "<aap@xn--mdiation-b1a.fr>"},
		{in: "rené@lamelee.example", path: "<rené@lamelee.example>", utf8: true},
		{in: `"jean dupont"@x.fr`, path: `<"jean dupont"@x.fr>`},
		{in: "a..b@x.fr", path: `<"a..b"@x.fr>`},
		{in: "a@x.fr>\r\nRCPT TO:<b@y.fr", bad: true},
		{in: "a\r\n@x.fr", bad: true},
		{in: "a@x.fr, b@y.fr", path: `<"a@x.fr, b"@y.fr>`}, // one odd address, never two
		{in: "a@", bad: true}, {in: "@x.fr", bad: true}, {in: "nobody", bad: true}, {in: "a@x fr", bad: true},
	} {
		path, utf8, err := envelopePath(c.in)
		if c.bad {
			if !errors.Is(err, ErrAddress) {
				t.Errorf("%q: %s, %v", c.in, path, err)
			}
			continue
		}
		if err != nil || path != c.path || utf8 != c.utf8 {
			t.Errorf("%q: %s %v %v, want %s", c.in, path, utf8, err, c.path)
		}
	}
}

// TestReplacedTemplates: an operator's template is used for its call alone, and
// its version says so.
func TestReplacedTemplates(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "ack.txt", "Objet : [{{.Ref}}] Bien reçu !\n\nBonjour {{.Candidate}}, merci.\n\n{{template \"service\" .}}\n")
	ls := testLetters(t, func(c *LettersConfig) { c.Templates = map[string]string{"hubs-2018": dir} })
	facts := testLetter().Facts
	facts.Candidate = "Guyaclic"
	p, err := ls.Preview(cases.LetterAck, facts, testNow)
	if err != nil {
		t.Fatal(err)
	}
	if p.Subject != "[HUB18-0042] Bien reçu\u00a0!" || !strings.Contains(p.Text, "Bonjour Guyaclic, merci.") || !strings.Contains(p.Text, "75914 Paris") {
		t.Errorf("%s\n%s", p.Subject, p.Text)
	}
	facts.CallID = "hubs-2020"
	q, err := ls.Preview(cases.LetterAck, facts, testNow)
	if err != nil {
		t.Fatal(err)
	}
	if p.Template == q.Template || !strings.HasPrefix(q.Template, "ack@") || strings.Contains(q.Text, "Guyaclic, merci") {
		t.Errorf("versions %s and %s", p.Template, q.Template)
	}
	if faults := CheckTemplates(dir, hubs2018(t)); len(faults) > 0 {
		t.Errorf("sound templates: %v", faults)
	}
}

func TestCheckTemplates(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"unknown name", "acknowledge.txt", "x", "acknowledge.txt:1: no letter has that name"},
		{"unreadable", "late.txt", "Objet : x\n\nBonjour\n{{if .Ref}}\nx\n", "late.txt:6: unexpected EOF"},
		{"unknown function", "late.txt", "Objet : x\n\n{{heure .Now}}\n", `late.txt:3: function "heure" not defined`},
		{"no subject line", "late.txt", "Bonjour\n", "late.txt:1: the first line must be the subject"},
		{"no text", "late.txt", "Objet : x\n\n \n", "late.txt:2: the letter has no text"},
		{"unknown fact", "late.txt", "Objet : x\n\nBonjour\n\n{{.Deadline}}\n", "late.txt:5: "},
		{"fails in one variant only", "closed.txt", "Objet : x\n\nAppel {{.Call.Name}}\n", "closed.txt:3: "},
		{"fault in what is shared", "shared.txt", `{{define "service"}}` + "\n{{.Nothing}}{{end}}", "shared.txt:2: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, c.file, c.text)
			faults := CheckTemplates(dir, hubs2018(t))
			if !slices.ContainsFunc(faults, func(err error) bool { return strings.HasPrefix(err.Error(), filepath.Join(dir, c.want)) }) {
				t.Errorf("faults: %v", faults)
			}
		})
	}
	if faults := CheckTemplates(filepath.Join(t.TempDir(), "none"), hubs2018(t)); len(faults) != 1 {
		t.Errorf("missing folder: %v", faults)
	}
}

// TestReplacedPart: an operator may replace one part that letters share, and the
// others stay ours.
func TestReplacedPart(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "shared.txt", `{{define "service"}}`+"\nLe greffe\n{{end}}")
	if faults := CheckTemplates(dir, hubs2018(t)); len(faults) > 0 {
		t.Fatalf("sound templates: %v", faults)
	}
	ls := testLetters(t, func(c *LettersConfig) { c.Templates = map[string]string{"hubs-2018": dir} })
	p, err := ls.Preview(cases.LetterReceived, testLetter().Facts, testNow)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(p.Text, "\nLe greffe\n") || !strings.Contains(p.Text, "a été reçu le ") || strings.Contains(p.Text, "75914 Paris") {
		t.Errorf("%s", p.Text)
	}
}

// TestFailingTemplate: the reader is answered all the same.
func TestFailingTemplate(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "closed.txt", "Objet : x\n\nAppel {{.NextCall.Name}}\n")
	ls := testLetters(t, func(c *LettersConfig) { c.Templates = map[string]string{"hubs-2018": dir} })
	p, err := ls.Preview(cases.LetterClosed, cases.Facts{CallID: "hubs-2018", ReceivedAt: testNow}, testNow)
	if err != nil || !strings.Contains(p.Text, "aucun appel n’est ouvert") {
		t.Errorf("%v\n%s", err, p.Text)
	}
}

// TestSecrets: whoever is not the candidate learns nothing of a dossier, even
// if facts and a replaced template would tell it.
func TestSecrets(t *testing.T) {
	dir := t.TempDir()
	leak := "Objet : [{{.Ref}}] x\n\nx {{range .Missing}}{{.}}{{end}}{{range .Present}}{{.}}{{end}}{{range .Held}}{{.Name}}{{end}}{{.Complete}}\n"
	write(t, dir, "ack.txt", leak)
	write(t, dir, "waiting.txt", leak)
	ls := testLetters(t, func(c *LettersConfig) { c.Templates = map[string]string{"hubs-2018": dir} })
	facts := cases.Facts{CallID: "hubs-2018", Ref: "HUB18-0042", Complete: true, Receipt: true, Missing: []string{"SECRET"}, Present: []string{"SECRET"}, Held: []cases.FileFact{{Name: "SECRET"}}}
	for _, kind := range []cases.LetterKind{cases.LetterAck, cases.LetterWaiting} {
		p, err := ls.Preview(kind, facts, testNow)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(p.Text, "SECRET") || strings.Contains(p.Text, "true") || strings.Contains(p.Subject, "HUB18") {
			t.Errorf("%s tells: %s\n%s", kind, p.Subject, p.Text)
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
