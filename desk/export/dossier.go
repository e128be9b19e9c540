package export

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"greffier/cases"
)

// Source is where dossiers are read from.
type Source interface {
	Case(ctx context.Context, ref string) (cases.Sheet, error)
	StoredMail(ctx context.Context, id int64) (cases.StoredMail, error)
}

// Dossiers writes dossiers.
type Dossiers struct {
	Source Source
	// Open gives the bytes of a file, and an error at their end when they are not
	// those that were received.
	Open func(cases.StoredFile) (io.ReadCloser, error)
	// Sheet writes the sheet of a case as a document that stands by itself.
	Sheet    func(io.Writer, cases.Sheet) error
	Words    Words
	Scanning bool // an antivirus is configured: what it has yet to judge is left out
	Warned   bool // files that could do harm are written too
	Now      time.Time
}

// Names of what stands in each dossier beside its files.
const (
	sheetName   = "fiche.html"
	readmeName  = "LISEZMOI.txt"
	digestsName = "SHA256SUMS"
)

// Folders of files that stand for no piece.
const (
	unsorted = "À classer"
	others   = "Autres fichiers"
)

// FolderName gives the name of the folder of a case: its reference and who it is about.
func FolderName(c cases.Summary) string {
	return SafeName(c.Ref + " " + SafeName(cmp.Or(c.Candidate.Organisation, c.Candidate.Name, c.Candidate.Address)))
}

// Write writes the dossier with that reference into a folder of its own within out:
// its files by piece, its sheet, what is to be read first, and the digests that
// `sha256sum -c` takes. It fails with what Source and Open fail with.
func (d Dossiers) Write(ctx context.Context, out Folder, ref string) error {
	sheet, err := d.Source.Case(ctx, ref)
	if err != nil {
		return err
	}
	w := dossier{Dossiers: d, ctx: ctx, out: out, root: FolderName(sheet.Summary), mails: make(map[int64]cases.StoredMail), in: make(map[string]names), written: make(map[key]bool)}
	if err := w.files(sheet); err != nil {
		return fmt.Errorf("dossier %s: %w", sheet.Ref, err)
	}
	if err := w.texts(sheet); err != nil {
		return fmt.Errorf("dossier %s: %w", sheet.Ref, err)
	}
	return nil
}

// Files writes all files of a mail into out, without folders, and what is to be read
// first about those left out.
func (d Dossiers) Files(ctx context.Context, out Folder, m cases.StoredMail) error {
	w := dossier{Dossiers: d, ctx: ctx, out: out, root: fmt.Sprintf("message %d", m.ID), mails: map[int64]cases.StoredMail{m.ID: m}, in: make(map[string]names), written: make(map[key]bool)}
	for _, f := range m.Files {
		if f.Furniture {
			continue
		}
		if err := w.file("", f.Mail, f.Part); err != nil {
			return fmt.Errorf("files of mail %d: %w", m.ID, err)
		}
	}
	return w.readme("Message de " + cmp.Or(m.From.Name, m.From.Address))
}

// dossier is a dossier being written.
type dossier struct {
	Dossiers
	ctx     context.Context
	out     Folder
	root    string
	mails   map[int64]cases.StoredMail
	in      map[string]names // by folder
	written map[key]bool     // files that stand somewhere, or are told of

	digests []digest
	left    []remark // files left out
	careful []remark // files to open with care
}

type key struct {
	mail int64
	part string
}

type digest struct{ sum, path string }

// remark tells of a file.
type remark struct {
	file cases.StoredFile
	why  string
}

// files writes the files: a folder a piece, numbered as in the call; one that stands
// for several pieces is in each.
func (w *dossier) files(sheet cases.Sheet) error {
	for i, p := range sheet.Pieces {
		folder := SafeName(fmt.Sprintf("%02d %s", i+1, p.Label))
		for _, f := range p.Files {
			if err := w.file(folder, f.Mail, f.Part); err != nil {
				return err
			}
		}
	}
	for _, f := range sheet.Unsorted {
		if err := w.file(unsorted, f.Mail, f.Part); err != nil {
			return err
		}
	}
	for _, mail := range sheet.Mails {
		m, err := w.mail(mail.ID)
		if err != nil {
			return err
		}
		for _, f := range m.Files {
			if !f.Deposit || w.written[key{f.Mail, f.Part}] {
				continue
			}
			if err := w.file(others, f.Mail, f.Part); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *dossier) mail(id int64) (cases.StoredMail, error) {
	if m, ok := w.mails[id]; ok {
		return m, nil
	}
	m, err := w.Source.StoredMail(w.ctx, id)
	w.mails[id] = m
	return m, err
}

// file writes a file into a folder of the dossier, or tells why it is left out.
func (w *dossier) file(folder string, mail int64, part string) error {
	m, err := w.mail(mail)
	if err != nil {
		return err
	}
	for _, f := range m.Files {
		if f.Part != part {
			continue
		}
		first := !w.written[key{mail, part}]
		w.written[key{mail, part}] = true
		handling := m.Handling(part, w.Scanning)
		if handling == cases.HandleFreely || handling == cases.HandleWarned && w.Warned {
			if handling == cases.HandleWarned && first {
				w.careful = append(w.careful, remark{f, w.whyCareful(f)})
			}
			return w.copy(folder, f)
		}
		if first {
			w.left = append(w.left, remark{f, w.whyLeft(f, handling)})
		}
		return nil
	}
	return fmt.Errorf("mail %d has no part %q", mail, part)
}

// copy writes the bytes of a file.
func (w *dossier) copy(folder string, f cases.StoredFile) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.in[folder] == nil {
		w.in[folder] = make(names)
		if folder == "" {
			w.in[folder].take(readmeName)
		}
	}
	path := w.in[folder].take(f.Filename)
	if folder != "" {
		path = folder + "/" + path
	}
	at := w.Now
	if f.ReceivedAt != nil {
		at = *f.ReceivedAt
	}
	return w.put(path, at, func(out io.Writer) error {
		in, err := w.Open(f)
		if err != nil {
			return fmt.Errorf("file %d/%s: %w", f.Mail, f.Part, err)
		}
		if _, err := io.Copy(out, in); err != nil {
			return fmt.Errorf("file %d/%s: %w", f.Mail, f.Part, firstOf(err, in.Close()))
		}
		return in.Close()
	})
}

func firstOf(err, closing error) error {
	if closing != nil {
		return fmt.Errorf("%w; %w", err, closing)
	}
	return err
}

// put makes a file of the dossier and keeps its digest.
func (w *dossier) put(path string, at time.Time, write func(io.Writer) error) error {
	hash := sha256.New()
	err := w.out.File(w.root+"/"+path, at, func(out io.Writer) error { return write(io.MultiWriter(out, hash)) })
	w.digests = append(w.digests, digest{hex.EncodeToString(hash.Sum(nil)), path})
	return err
}
