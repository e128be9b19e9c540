package export

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

// shelf is a source of one dossier. The bytes of a file are "bytes of NAME".
type shelf struct {
	sheet   cases.Sheet
	mail    cases.StoredMail
	altered string // a file whose bytes are not those received
}

func (s *shelf) Case(context.Context, string) (cases.Sheet, error)           { return s.sheet, nil }
func (s *shelf) StoredMail(context.Context, int64) (cases.StoredMail, error) { return s.mail, nil }

var errAltered = errors.New("altered")

func (s *shelf) open(f cases.StoredFile) (io.ReadCloser, error) {
	if f.Filename == s.altered {
		return io.NopCloser(io.MultiReader(strings.NewReader("other"), broken{})), nil
	}
	return io.NopCloser(strings.NewReader("bytes of " + f.Filename)), nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errAltered }

// add puts a file into the mail, and into pieces by their place: -1 is unsorted.
func (s *shelf) add(name string, change func(*cases.StoredFile), pieces ...int) {
	sum := sha256.Sum256([]byte("bytes of " + name))
	at := time.Date(2018, 11, 26, 9, 0, 0, 0, time.UTC)
	f := cases.StoredFile{FileContent: cases.FileContent{Mail: 7, Part: string(rune('a' + len(s.mail.Files))), Filename: name, SHA256: hex.EncodeToString(sum[:]), Deposit: true, Scan: cases.ScanClean},
		Detected: "application/pdf", Filed: true, ReceivedAt: &at}
	if change != nil {
		change(&f)
	}
	s.mail.Files = append(s.mail.Files, f)
	for _, i := range pieces {
		if i < 0 {
			s.sheet.Unsorted = append(s.sheet.Unsorted, cases.FileSheet{Mail: 7, Part: f.Part})
			continue
		}
		s.sheet.Pieces[i].Files = append(s.sheet.Pieces[i].Files, cases.FileSheet{Mail: 7, Part: f.Part})
	}
}

func newShelf() *shelf {
	s := &shelf{mail: cases.StoredMail{ID: 7}}
	s.sheet.Ref, s.sheet.Candidate.Organisation = "HUB18-0042", "Hub / Bretagne: « La Fabrique »."
	s.sheet.Mails = []cases.MailSheet{{ID: 7}}
	s.sheet.Pieces = []cases.PieceSheet{{ID: "dossier", Label: "Dossier de candidature"}, {ID: "rib", Label: "Relevé d'identité bancaire"}, {ID: "statuts", Label: "Statuts signés ou convention"}}
	s.add("Dossier VF.pdf", nil, 0)
	s.add("Kbis+RIB+Statuts.pdf", nil, 1, 2)
	s.add("rib.pdf", nil, 1)
	s.add("RIB.pdf", nil, 1)
	s.add("../../evil.pdf", nil, -1)
	s.add("tardif\nsha256.pdf", nil)
	s.add("virus.pdf", func(f *cases.StoredFile) { f.Scan, f.ScanDetail = cases.ScanInfected, "Eicar-Test" }, 0)
	s.add("attente.pdf", func(f *cases.StoredFile) { f.Scan = cases.ScanPending }, 0)
	s.add("macros.xlsm", func(f *cases.StoredFile) { f.Warnings = []string{"dangerous: macros"} }, 0)
	s.add("signature.png", func(f *cases.StoredFile) { f.Deposit = false })
	return s
}

func (s *shelf) dossiers() Dossiers {
	return Dossiers{Source: s, Open: s.open, Words: plainWords, Scanning: true, Now: time.Date(2018, 12, 1, 8, 0, 0, 0, time.UTC),
		Sheet: func(w io.Writer, c cases.Sheet) error { _, err := io.WriteString(w, "<title>"+c.Ref); return err }}
}

const root = "HUB18-0042 Hub _ Bretagne_ « La Fabrique »"

var written = []string{
	"01 Dossier de candidature/Dossier VF.pdf", "02 Relevé d'identité bancaire/Kbis+RIB+Statuts.pdf", "02 Relevé d'identité bancaire/rib.pdf", "02 Relevé d'identité bancaire/RIB (2).pdf",
	"03 Statuts signés ou convention/Kbis+RIB+Statuts.pdf", "À classer/__.._evil.pdf", "Autres fichiers/tardif sha256.pdf", "fiche.html", "LISEZMOI.txt", "SHA256SUMS",
}

// TestDossierFolder: files stand by piece under safe and unique names, what may not
// be handed out is named and left out, and sha256sum accepts the folder.
func TestDossierFolder(t *testing.T) {
	dir := t.TempDir()
	s := newShelf()
	if err := s.dossiers().Write(t.Context(), Dir(dir), "HUB18-0042"); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, rerr := filepath.Rel(filepath.Join(dir, root), path)
			got, err = append(got, filepath.ToSlash(rel)), rerr
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	want := slices.Sorted(slices.Values(written))
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	readme, err := os.ReadFile(filepath.Join(dir, root, "LISEZMOI.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"virus.pdf", "Eicar-Test", "attente.pdf", "en attente de l’antivirus", "macros.xlsm", "macros"} {
		if !strings.Contains(string(readme), part) {
			t.Errorf("LISEZMOI.txt says nothing of %s:\n%s", part, readme)
		}
	}
	if strings.Contains(string(readme), "signature.png") {
		t.Error("LISEZMOI.txt tells of what was not deposited")
	}
	if _, err := exec.LookPath("sha256sum"); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sha256sum", "--strict", "-c", "SHA256SUMS")
	cmd.Dir = filepath.Join(dir, root)
	if out, err := cmd.CombinedOutput(); err != nil || bytes.Count(out, []byte(": OK\n"))+bytes.Count(out, []byte("Réussi")) != len(written)-1 {
		t.Errorf("sha256sum: %v\n%s", err, out)
	}
}

// TestDossierDangerous: with a warning, what could do harm is written; what is
// infected or not judged never.
func TestDossierDangerous(t *testing.T) {
	d := newShelf().dossiers()
	d.Warned = true
	var b bytes.Buffer
	z := NewZip(&b)
	if err := errors.Join(d.Write(t.Context(), z, "HUB18-0042"), z.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.File {
		got = append(got, strings.TrimPrefix(f.Name, root+"/"))
	}
	want := append(slices.Clone(written), "01 Dossier de candidature/macros.xlsm")
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	readme, err := r.Open(root + "/LISEZMOI.txt")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(readme)
	if err != nil || !strings.Contains(string(text), "PRUDENCE") {
		t.Errorf("no warning: %s, %v", text, err)
	}
}

// TestDossierAltered: bytes that are not those received end an export, and the
// archive has no end.
func TestDossierAltered(t *testing.T) {
	s := newShelf()
	s.altered = "rib.pdf"
	var b bytes.Buffer
	if err := s.dossiers().Write(t.Context(), NewZip(&b), "HUB18-0042"); !errors.Is(err, errAltered) {
		t.Errorf("%v", err)
	}
	if _, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len())); err == nil {
		t.Error("the archive looks whole")
	}
}

// TestFiles: the files of one mail, without those that nobody deposited.
func TestFiles(t *testing.T) {
	s := newShelf()
	s.mail.Files[9].Furniture = true
	var b bytes.Buffer
	z := NewZip(&b)
	if err := errors.Join(s.dossiers().Files(t.Context(), z, s.mail), z.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.File) != 7 || r.File[6].Name != "message 7/LISEZMOI.txt" || r.File[4].Name != "message 7/__.._evil.pdf" {
		t.Errorf("%d files", len(r.File))
	}
}
