// Make writes the application packs again: run it as
//
//	go run ./packs/make
//
// from the root of the repository, or name the folder that holds the packs
// with -out. It writes, for each edition, the rules of the call and the list
// of pieces (PDF), the application form (Word, and PDF form with the same
// fields), a model of commitment letter (Word), and the budget (Excel), and
// nothing else.
//
// The texts are first versions in neutral words, true to what the funder has
// published of the two editions. They are meant to be replaced: an operator
// puts the real documents of the call into the folder that the configuration
// names, and every file found there is attached to the letter as it is. Legal
// texts (framework of the aid, appeals, notice on personal data) are the
// funder's own and are not written here.
//
// The rules and the list are made by LibreOffice (Debian packages libreoffice-writer
// and fonts-liberation) from the same document model as the Word files. With
// -keep-pdf the program does without it and leaves these two as they are. The
// PDF form is written by the program itself.
//
// All dates inside the files are those of the edition, so that the same text
// gives the same files. A file is written beside its place
// and then renamed; after an error the files not yet reached are untouched.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	out := flag.String("out", "packs", "`folder` that holds the folders of the packs")
	keepPDF := flag.Bool("keep-pdf", false, "leave the rules and the list of pieces as they are (no LibreOffice needed)")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "make: no arguments expected, see -h")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *out, *keepPDF); err != nil {
		fmt.Fprintln(os.Stderr, "make:", err)
		stop()
		os.Exit(1)
	}
}

// run writes every pack below out.
func run(ctx context.Context, out string, keepPDF bool) error {
	all, err := editions()
	if err != nil {
		return err
	}
	for _, e := range all {
		files, err := packFiles(e)
		if err != nil {
			return fmt.Errorf("%s: %w", e.folder, err)
		}
		if err := os.MkdirAll(filepath.Join(out, e.folder), 0o755); err != nil {
			return fmt.Errorf("make the folder of %s: %w", e.folder, err)
		}
		for _, f := range files {
			data := f.data
			if f.toPDF {
				if keepPDF {
					continue
				}
				if data, err = pdfOf(ctx, f.data, e.opens); err != nil {
					return fmt.Errorf("%s/%s: %w", e.folder, f.name, err)
				}
			}
			if err := replace(filepath.Join(out, e.folder, f.name), data); err != nil {
				return err
			}
		}
	}
	return nil
}

// packFile is one file of a pack. With toPDF, data is the Word file from
// which the PDF is made.
type packFile struct {
	name  string
	data  []byte
	toPDF bool
}

// packFiles makes the files of the pack of e, in the order in which a
// candidate reads them.
func packFiles(e edition) ([]packFile, error) {
	rules, err := reglement(e)
	if err != nil {
		return nil, err
	}
	texts := []struct {
		name  string
		text  document
		toPDF bool
	}{
		{"reglement.pdf", rules, true},
		{"liste-des-pieces.pdf", piecesList(e), true},
		{"dossier-de-candidature.docx", dossier(e, false), false},
		{"modele-lettre-engagement.docx", engagement(e), false},
	}
	var files []packFile
	for _, t := range texts {
		data, err := docx(t.text, e.opens)
		if err != nil {
			return nil, fmt.Errorf("make %s: %w", t.name, err)
		}
		files = append(files, packFile{t.name, data, t.toPDF})
	}
	form, err := pdfForm(dossier(e, true), e.opens)
	if err != nil {
		return nil, fmt.Errorf("make dossier-de-candidature.pdf: %w", err)
	}
	files = append(files, packFile{name: "dossier-de-candidature.pdf", data: form})
	sheet, err := budget(e)
	if err != nil {
		return nil, fmt.Errorf("make budget-previsionnel.xlsx: %w", err)
	}
	return append(files, packFile{name: "budget-previsionnel.xlsx", data: sheet}), nil
}

// replace writes data to path by way of a temporary file in the same folder.
func replace(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".make-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(f.Name()) // after the rename there is nothing to remove
	if _, err := f.Write(data); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := f.Chmod(0o644); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	return nil
}
