package content

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// patience is how long one file and its members are read. What is not read by
// then is only looked at, and says so.
const patience = 20 * time.Second

// Reader looks into files and reads what they say. It serves one file at a
// time, and keeps nothing of it for the next. The zero value reads everything but
// PDFs, which it only judges.
type Reader struct {
	pdf     *pdfEngine
	scratch []*os.File // instead of temporary files, where none can be made
	shallow bool       // judge only, read nothing
}

// NewReader makes a Reader that reads PDFs too. The machine code of its PDF
// engine is kept in the folder cache, which is made if missing; the first time
// takes some seconds and 300 MB.
func NewReader(cache string) (*Reader, error) {
	pdf, err := openPDFEngine(context.Background(), cache)
	if err != nil {
		return nil, err
	}
	return &Reader{pdf: pdf}, nil
}

// Close frees the PDF engine.
func (r *Reader) Close() error {
	if r.pdf == nil {
		return nil
	}
	return r.pdf.close()
}

// Look looks into a file as the function Look does, and reads PDFs too.
func (r *Reader) Look(in io.ReaderAt, size int64, name, declaredType string) (File, error) {
	l := r.looker(size)
	if r.pdf != nil {
		defer r.pdf.forget()
	}
	f := l.look(input{r: in, size: size, fail: &l.fail}, name, declaredType, nil)
	if err := errors.Join(l.fail, l.close()); err != nil {
		return File{}, fmt.Errorf("look into a file: %w", err)
	}
	return f, nil
}

// looker begins a call of Look or Show.
func (r *Reader) looker(size int64) *looker {
	l := newLooker(size)
	l.pdf, l.shallow = r.pdf, r.shallow
	for _, file := range r.scratch {
		l.spools = append(l.spools, &spool{file: file, lent: true})
	}
	return l
}

// late says whether there is no time left to read.
func (l *looker) late() bool { return time.Since(l.begun) > patience }

// read reads what a file says, as far as looking into it found it readable. Of
// what is dangerous, documents are read: reading runs nothing in them. Programs,
// scripts and files of two types have no reader.
func (l *looker) read(in input, f *File) {
	if l.shallow || f.Unreadable != "" || f.Text != "" || l.textLeft <= 0 {
		return
	}
	if l.late() {
		f.Unread = true
		f.warn("The file was not read: the files before it took too long.")
		return
	}
	switch t := f.Type; {
	case t == typePDF:
		l.readPDF(in, f)
	case isRTF(t):
		readRTF(in, f)
	case t == typeHTML || t == typeXHTML:
		readHTML(in, f)
	case t == typeEML:
		readEML(in, f)
	case t == typeDOC:
		readDOC(in, f)
	case t == typeXLS:
		readXLS(in, f)
	case isPlain(t):
		readPlain(in, f)
	case isRaster(t):
		readImage(in, f)
	}
}

// readPackage reads an office document in a ZIP file.
func (l *looker) readPackage(p officePackage, f *File) {
	if l.shallow || f.Unreadable != "" || l.textLeft <= 0 {
		return
	}
	if l.late() {
		f.Unread = true
		f.warn("The file was not read: the files before it took too long.")
		return
	}
	switch f.Type {
	case typeDOCX, typeDOCM, typeDOTX:
		readDOCX(p, f)
	case typeXLSX, typeXLSM, typeXLTX:
		readXLSX(p, f)
	case typePPTX, typePPTM, typePOTX, typePPSX:
		readPPTX(p, f)
	case odf + "text", odf + "spreadsheet", odf + "presentation", odf + "graphics", odf + "text-template", odf + "spreadsheet-template":
		readODF(p, f)
	}
}

// spend takes what a file says from what may be said over all members.
func (l *looker) spend(f *File) {
	n := len(f.Text)
	for _, a := range f.Fields {
		n += len(a.Name) + len(a.Value)
	}
	if l.textLeft -= n; l.textLeft < 0 {
		f.Text, f.Fields = "", nil
		f.Unread = true
		f.warn("What the file says is not told: the files before it say too much.")
	}
}

// unreadIn says that a part of a document is damaged.
func (f *File) unreadIn(part string) {
	f.Unreadable = UnreadableTruncated
	f.warn("The document is damaged: its part %s is missing or cut off.", part)
}
