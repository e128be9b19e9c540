package content

import (
	"errors"
	"fmt"
	"image"
	"io"
	"strings"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// Limits of one PDF.
const (
	pdfTextPages = 12         // pages whose text is told
	pdfFormPages = 60         // pages whose form fields are told
	pdfLookPages = 10         // pages that are looked at for being blank
	pdfLookWidth = 300        // pixels of such a look
	pdfNames     = 20         // names of embedded files that are told
	pdfObjects   = 200        // objects of a page that may be blank
	pdfPixels    = 12_000_000 // of a picture on such a page
)

// readPDF reads the pages and the form of a PDF. What PDFium cannot do within
// its memory leaves f.Unread, and ends the use of PDFium for this file.
func (l *looker) readPDF(in input, f *File) {
	if l.pdf == nil || l.pdf.dead {
		f.Unread = l.pdf != nil
		return
	}
	err := l.tryPDF(in, f)
	if err == nil || l.fail != nil {
		return
	}
	if unreadable, why := pdfRefusal(err); unreadable != "" {
		f.Unreadable = unreadable
		if why != "" {
			f.warn("%s", why)
		}
		return
	}
	l.pdf.dead = true
	f.Unread = true
	f.warn("The PDF could not be read: it asks for more than a reader gives it, or crashes it.")
}

func (l *looker) tryPDF(in input, f *File) error {
	return l.withPDF(in, func(doc references.FPDF_DOCUMENT) error { return (&pdfReader{l: l, doc: doc, f: f}).read() })
}

// withPDF opens a PDF for what do does with it.
func (l *looker) withPDF(in input, do func(references.FPDF_DOCUMENT) error) (err error) {
	defer func() {
		if v := recover(); v != nil { // of the library around PDFium, over what a stranger wrote
			err = fmt.Errorf("crashed: %v", v)
		}
	}()
	if err := l.pdf.start(); err != nil {
		return err
	}
	doc, err := l.pdf.pdf.OpenDocument(&requests.OpenDocument{FileReader: io.NewSectionReader(in, 0, in.size), FileReaderSize: in.size})
	if err != nil {
		return err
	}
	err = do(doc.Document)
	if _, closeErr := l.pdf.pdf.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: doc.Document}); err == nil {
		err = closeErr
	}
	return err
}

type pdfReader struct {
	l   *looker
	doc references.FPDF_DOCUMENT
	f   *File
}

func (r *pdfReader) page(i int) requests.Page {
	return requests.Page{ByIndex: &requests.PageByIndex{Document: r.doc, Index: i}}
}

func (r *pdfReader) read() error {
	pdf, f := r.l.pdf.pdf, r.f
	count, err := pdf.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: r.doc})
	if err != nil {
		return fmt.Errorf("count pages: %w", err)
	}
	if f.Pages = count.PageCount; f.Pages == 0 {
		f.Unreadable = UnreadableNoPages
		f.warn("The PDF has no pages.")
		return nil
	}
	text := newProse(maxText)
	damaged := 0
	for i := range min(f.Pages, pdfTextPages) {
		if text.full() || r.l.late() {
			break
		}
		said, err := pdf.GetPageText(&requests.GetPageText{Page: r.page(i)})
		if err != nil {
			if damaged++; !isPageFault(err) {
				return fmt.Errorf("read page %d: %w", i+1, err)
			}
			continue
		}
		text.text(said.Text)
		text.end()
	}
	f.Text = text.String()
	if damaged == f.Pages {
		f.Unreadable = UnreadableTruncated
		f.warn("The PDF is damaged: none of its pages can be shown.")
		return nil
	}
	if damaged > 0 {
		f.warn("The PDF is damaged: %d of its first pages cannot be shown.", damaged)
	}
	if err := r.form(); err != nil {
		return err
	}
	if err := r.attachments(); err != nil {
		return err
	}
	if f.Text == "" && !f.answered() {
		return r.blank()
	}
	return nil
}

// isPageFault tells a page that PDFium refuses from PDFium in trouble.
func isPageFault(err error) bool {
	_, why := pdfRefusal(err)
	return why != "" || strings.Contains(err.Error(), "page")
}

// answered says whether a form holds an answer.
func (f *File) answered() bool {
	for _, a := range f.Fields {
		if a.Value != "" {
			return true
		}
	}
	return false
}

// form reads the interactive form (ISO 32000-2 section 12.7): a field once,
// whatever the number of its widgets.
func (r *pdfReader) form() error {
	kind, err := r.l.pdf.pdf.FPDF_GetFormType(&requests.FPDF_GetFormType{Document: r.doc})
	if err != nil {
		return fmt.Errorf("look for a form: %w", err)
	}
	switch kind.FormType {
	case enums.FPDF_FORMTYPE_NONE:
		return nil
	case enums.FPDF_FORMTYPE_XFA_FULL:
		r.f.warn("The PDF is a form of an old kind (XFA) that only Adobe's programs show.")
	}
	at := map[string]int{}
	for i := range min(r.f.Pages, pdfFormPages) {
		if r.l.late() {
			break
		}
		form, err := r.l.pdf.pdf.GetForm(&requests.GetForm{Page: r.page(i)})
		if err != nil {
			if isPageFault(err) {
				continue
			}
			return fmt.Errorf("read the form on page %d: %w", i+1, err)
		}
		for _, field := range form.Fields {
			value := ""
			switch field.Type {
			case enums.FPDF_FORMFIELD_TYPE_PUSHBUTTON:
				continue
			case enums.FPDF_FORMFIELD_TYPE_CHECKBOX:
				if field.IsChecked != nil && *field.IsChecked {
					value = ticked
				}
			case enums.FPDF_FORMFIELD_TYPE_COMBOBOX, enums.FPDF_FORMFIELD_TYPE_LISTBOX:
				value = strings.Join(field.Values, ", ")
			default:
				if field.Value != nil && (field.IsChecked == nil || *field.IsChecked) {
					value = *field.Value
				}
			}
			if n, seen := at[field.Name]; seen {
				if r.f.Fields[n].Value == "" {
					r.f.Fields[n].Value = tidy(value)
				}
				continue
			}
			before := len(r.f.Fields)
			if r.f.field(field.Name, field.ToolTip, value); len(r.f.Fields) > before {
				at[field.Name] = before
			}
		}
	}
	return nil
}

// attachments names the files that a PDF carries; they are not opened.
func (r *pdfReader) attachments() error {
	count, err := r.l.pdf.pdf.FPDFDoc_GetAttachmentCount(&requests.FPDFDoc_GetAttachmentCount{Document: r.doc})
	if err != nil {
		return fmt.Errorf("count embedded files: %w", err)
	}
	if count.AttachmentCount == 0 {
		return nil
	}
	var names []string
	for i := range min(count.AttachmentCount, pdfNames) {
		a, err := r.l.pdf.pdf.FPDFDoc_GetAttachment(&requests.FPDFDoc_GetAttachment{Document: r.doc, Index: i})
		if err != nil {
			continue // named in the document, not there
		}
		name, err := r.l.pdf.pdf.FPDFAttachment_GetName(&requests.FPDFAttachment_GetName{Attachment: a.Attachment})
		if err == nil {
			names = append(names, tidy(name.Name))
		}
	}
	r.f.danger(DangerEmbedded)
	r.f.warn("The PDF carries %d files that are not looked into: %s.", count.AttachmentCount, strings.Join(names, ", "))
	return nil
}

// blank looks at the pages of a PDF without text: a scan shows something, a
// sheet fed the wrong way does not.
func (r *pdfReader) blank() error {
	for i := range min(r.f.Pages, pdfLookPages) {
		if r.l.late() {
			return nil
		}
		white, err := r.shown(i)
		if white && err == nil {
			white, err = r.white(i)
		}
		if err != nil {
			if isPageFault(err) {
				return nil
			}
			return fmt.Errorf("look at page %d: %w", i+1, err)
		}
		if !white {
			return nil
		}
	}
	if r.f.Pages > pdfLookPages {
		r.f.warn("The first %d pages are blank.", pdfLookPages)
		return nil
	}
	r.f.Blank = true
	return nil
}

// shown says whether all that stands on a page can be shown here: a picture too
// large for the reader's memory leaves its place white.
func (r *pdfReader) shown(i int) (bool, error) {
	pdf := r.l.pdf.pdf
	count, err := pdf.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: r.page(i)})
	if err != nil {
		return false, err
	}
	if count.Count > pdfObjects {
		return false, nil
	}
	for n := range count.Count {
		object, err := pdf.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: r.page(i), Index: n})
		if err != nil {
			return false, err
		}
		kind, err := pdf.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: object.PageObject})
		if err != nil {
			return false, err
		}
		switch kind.Type {
		case enums.FPDF_PAGEOBJ_FORM:
			return false, nil // holds other objects
		case enums.FPDF_PAGEOBJ_IMAGE:
			size, err := pdf.FPDFImageObj_GetImagePixelSize(&requests.FPDFImageObj_GetImagePixelSize{ImageObject: object.PageObject})
			if err != nil {
				return false, err
			}
			if int64(size.Width)*int64(size.Height) > pdfPixels {
				return false, nil
			}
		}
	}
	return true, nil
}

func (r *pdfReader) white(i int) (white bool, err error) {
	shown, err := r.l.pdf.pdf.RenderPageInPixels(&requests.RenderPageInPixels{
		Page: r.page(i), Width: pdfLookWidth, Height: 2 * pdfLookWidth,
		RenderFlags: enums.FPDF_RENDER_FLAG_ANNOT, ImageFormat: requests.RenderImageFormatGrayscale,
	})
	if err != nil {
		return false, err
	}
	defer shown.Cleanup()
	gray, ok := shown.Result.RenderedImage.(*image.Gray)
	if !ok {
		return false, errors.New("no picture of the page")
	}
	b := gray.Bounds()
	return whitePixels(b.Dx(), b.Dy(), func(x, y int) uint8 { return gray.Pix[y*gray.Stride+x] }), nil
}

// Below ink a pixel is a mark, be it the thin stroke of a letter made smaller;
// more marks than specks in a million are more than the dust of a scan.
const (
	ink    = 210
	specks = 60
)

func whitePixels(w, h int, at func(x, y int) uint8) bool {
	// The edge, a thirtieth on each side, shows the shadow of the sheet.
	mx, my := w/30, h/30
	marks, most := 0, max(4, w*h/1_000_000*specks+w*h%1_000_000*specks/1_000_000)
	for y := my; y < h-my; y++ {
		for x := mx; x < w-mx; x++ {
			if at(x, y) < ink {
				if marks++; marks > most {
					return false
				}
			}
		}
	}
	return true
}
