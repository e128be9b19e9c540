package notify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"greffier/cases"
)

// odd are names as candidates and their machines write them.
var odd = []string{
	"AAP HUBS - Réponse X VDEF (2).pdf", "De\u0301libe\u0301ration.pdf" /* as macOS decomposes it */, "D\u00e9lib\u00e9ration.pdf", `C:\dossier\RIB.pdf`, `\\serveur\hub\Kbis.pdf`, "pièces/Statuts.pdf", `sta\tuts.pdf`, "deux\nlignes.txt", "retour\rchariot.txt", "#1 Statuts.docx",
	"-", "- liste.pdf", "  blancs .pdf", "Смета.xlsx", "予算 計画.xlsx", "ميزانية.pdf", "ЎĂș ž Œuvre.odt", `\n.pdf`, "a*b?.pdf", "👍.jpg", "'\"$(x)`.sh", "%s.pdf", strings.Repeat("très long ", 22) + ".pdf",
}

// sentWithPath are those of odd that hold the path of a file, by its own name.
var sentWithPath = map[string]string{`C:\dossier\RIB.pdf`: "RIB.pdf", `\\serveur\hub\Kbis.pdf`: "Kbis.pdf", "pièces/Statuts.pdf": "Statuts.pdf"}

// depositOf gives the facts of a deposit whose files are named so and hold their
// own names.
func depositOf(names []string) cases.Facts {
	f := testLetter().Facts
	f.Timeliness, f.Phase, f.Files = cases.OnTime, cases.Depositing, nil
	for _, name := range names {
		sum := sha256.Sum256([]byte(name))
		f.Files = append(f.Files, cases.FileFact{Name: name, Size: int64(len(name)), SHA256: hex.EncodeToString(sum[:])})
	}
	return f
}

func receiptOf(t *testing.T, kind cases.LetterKind, f cases.Facts) []Attachment {
	t.Helper()
	p, err := testLetters(t, nil).Preview(kind, f, testNow)
	if err != nil {
		t.Fatal(err)
	}
	return p.Receipts
}

// TestReceiptChecks: sha256sum itself takes the receipt, in its strictest mode,
// beside the candidate's own files, and sees one that is not what was sent.
func TestReceiptChecks(t *testing.T) {
	f := depositOf(odd)
	zip := f.Files[0]
	zip.Name, zip.Archive = "tout.zip", true
	sum := sha256.Sum256([]byte(zip.Name))
	zip.SHA256 = hex.EncodeToString(sum[:])
	member := f.Files[0]
	member.Name, member.In = "dossier/RIB\n.pdf", zip.Name
	older, nameless, again := f.Files[0], f.Files[1], f.Files[2]
	older.SHA256, nameless.Name = strings.Repeat("0", 64), ""
	f.Files = append([]cases.FileFact{older, zip, member, nameless, again}, f.Files...)
	f.Subject = "objet\nde deux lignes"
	receipts := receiptOf(t, cases.LetterAck, f)
	dir := t.TempDir()
	write := func(name string, content []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range append(odd, zip.Name) {
		own := name
		if short, ok := sentWithPath[name]; ok {
			own = short
		}
		write(own, []byte(name))
	}
	write(receipts[0].Name, receipts[0].Content)
	check := func() (string, error) {
		cmd := exec.Command("sha256sum", "-c", "--strict", receipts[0].Name)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "LC_ALL=C")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := check()
	if err != nil || strings.Count(out, ": OK\n") != len(odd)+1 {
		t.Fatalf("%v\n%s\nof\n%s", err, out, receipts[0].Content)
	}
	write(odd[0], []byte("autre chose"))
	if out, err := check(); err == nil || strings.Count(out, ": FAILED\n") != 1 {
		t.Errorf("a file that was changed: %v\n%s", err, out)
	}
	text := string(receipts[0].Content)
	for _, want := range []string{"# Référence du dossier\u00a0: HUB18-0042\n", "# Instant\u00a0: 2018-", "# Horloge\u00a0: horodatage", "# Service\u00a0: Banque", "# autre fichier du même nom", "RIB\\n.pdf (dans «\u00a0tout.zip\u00a0»)\n", "(sans nom)\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the receipt does not say %q:\n%s", want, text)
		}
	}
	if strings.ContainsRune(text, '\r') {
		t.Error("line ends are not bare")
	}
}

// TestReceiptSent: who sent files has a receipt of these alone, whoever it is; a
// stranger whose mail waits, and a letter about no file, have none.
func TestReceiptSent(t *testing.T) {
	f := depositOf(odd[:1])
	f.Held, f.Missing = []cases.FileFact{{Name: "SECRET.pdf"}}, []string{"SECRET"}
	for _, c := range []struct {
		kind  cases.LetterKind
		facts cases.Facts
		name  string
	}{
		{cases.LetterAck, f, "recepisse-HUB18-0042"}, {cases.LetterLate, f, "recepisse-HUB18-0042"}, {cases.LetterReceived, f, "recepisse-HUB18-0042"},
		{cases.LetterWaiting, f, ""}, {cases.LetterReminder, f, ""}, {cases.LetterIncomplete, f, ""},
	} {
		for _, receipt := range []bool{false, true} {
			c.facts.Receipt = receipt
			want := c.name
			if receipt && want != "" {
				want = "recepisse"
			}
			got := receiptOf(t, c.kind, c.facts)
			switch {
			case want == "" && len(got) == 0:
			case len(got) != 2 || got[0].Name != want+".txt" || got[1].Name != want+".pdf":
				t.Errorf("%s, receipt alone %v: %d files", c.kind, receipt, len(got))
			case bytes.Contains(got[0].Content, []byte("SECRET")) || receipt && bytes.Contains(got[0].Content, []byte("HUB18-0042")):
				t.Errorf("%s, receipt alone %v: tells of the case\n%s", c.kind, receipt, got[0].Content)
			}
		}
	}
	f.Files = nil
	if got := receiptOf(t, cases.LetterLate, f); got != nil {
		t.Error("a receipt of nothing")
	}
}

// TestReceiptPDF reads the PDF as other programs do: its tags, its text, its
// fonts. The same facts give the same bytes, whenever they are worded.
func TestReceiptPDF(t *testing.T) {
	f := depositOf(odd)
	for i := range 120 {
		f.Files = append(f.Files, cases.FileFact{Name: fmt.Sprintf("annexe%03d.pdf", i), Size: 12_345, SHA256: strings.Repeat("ab", 32)})
	}
	receipts := receiptOf(t, cases.LetterAck, f)
	later, err := testLetters(t, nil).Preview(cases.LetterAck, f, testNow.AddDate(0, 0, 3))
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range receipts {
		if !bytes.Equal(r.Content, later.Receipts[i].Content) {
			t.Errorf("%s depends on when it is made", r.Name)
		}
	}
	path := filepath.Join(t.TempDir(), "r.pdf")
	if err := os.WriteFile(path, receipts[1].Content, 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) string {
		t.Helper()
		out, err := exec.Command(name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return string(out)
	}
	info := run("pdfinfo", path)
	for _, want := range []string{"Title:           Récépissé de dépôt électronique HUB18-0042", "Tagged:          yes", "Page size:       595.28 x 841.89 pts (A4)"} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo does not say %q:\n%s", want, info)
		}
	}
	structure := run("pdfinfo", "-struct-text", path)
	if th, td, tr := strings.Count(structure, " TH:"), strings.Count(structure, " TD\n"), strings.Count(structure, " TR\n"); tr != len(f.Files)+1 || th != 3+len(f.Files) || td != 2*len(f.Files) {
		t.Errorf("%d rows, %d headers, %d cells for %d files", tr, th, td, len(f.Files))
	}
	for _, name := range []string{"Syntax Error", "Syntax Warning"} {
		if strings.Contains(info+structure, name) {
			t.Errorf("poppler complains:\n%s", info)
		}
	}
	text := run("pdftotext", "-raw", path, "-")
	for _, want := range []string{"AAP HUBS - Réponse X VDEF (2).pdf", "Délibération.pdf", "Смета.xlsx", "予算 計画.xlsx", "Œuvre", "Banque des Territoires, Caisse des Dépôts"} {
		if !strings.Contains(strings.ReplaceAll(text, "\n", " "), want) {
			t.Errorf("the text does not hold %q", want)
		}
	}
	for line := range strings.Lines(run("pdffonts", path)) {
		if strings.Contains(line, "Go") && !strings.Contains(line, "yes yes yes") {
			t.Errorf("a font is not embedded, cut and readable: %s", line)
		}
	}
	if len(receipts[1].Content) > 100<<10 {
		t.Errorf("%d bytes for %d files", len(receipts[1].Content), len(f.Files))
	}
}

// TestCrowd: a mail of a thousand files has a letter that can be read, and a
// receipt that lists them all.
func TestCrowd(t *testing.T) {
	f := depositOf(nil)
	for i := range 1000 {
		state := ""
		if i == 900 {
			state = "encrypted"
		}
		f.Files = append(f.Files, cases.FileFact{Name: fmt.Sprintf("annexe%03d.pdf", i), Size: 12_345, SHA256: fmt.Sprintf("%064x", i), State: state})
	}
	p, err := testLetters(t, nil).Preview(cases.LetterAck, f, testNow)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(p.Text, "« annexe") + strings.Count(p.Text, "«\u00a0annexe"); n != 100 {
		t.Errorf("%d files told", n)
	}
	for _, want := range []string{"900\u00a0autres fichiers", "annexe900.pdf", "1\u202f000\u00a0fichiers"} {
		if !strings.Contains(p.Subject+p.Text, want) {
			t.Errorf("the letter does not say %q", want)
		}
	}
	if n := strings.Count(string(p.Receipts[0].Content), "  annexe"); n != 1000 {
		t.Errorf("%d files in the receipt", n)
	}
}
