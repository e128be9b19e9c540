package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/french"
	"greffier/cases/store"
)

// filePage is a file of a mail: what is known of it, and what can be shown of it.
type filePage struct {
	cases.StoredFile
	Call     *cases.Call // nil: of none that is configured
	Handling cases.Handling
	Why      string // it is not to be had, or not without a warning
	Dangers  []string
	Remarks  []string // of the machine
	Beside   []cases.StoredFile

	Image   string // address of a picture
	Preview Preview
	Page    int
	Pager   pager
	None    string // why nothing is shown
}

// imageMost is how many bytes a picture may have that is shown as it came.
const imageMost = 30 << 20

// fileOf finds the file that a request names.
func (d *Desk) fileOf(r *http.Request) (cases.StoredMail, cases.StoredFile, error) {
	id, err := mailOf(r)
	if err != nil {
		return cases.StoredMail{}, cases.StoredFile{}, err
	}
	m, err := d.store.StoredMail(r.Context(), id)
	if err != nil {
		return m, cases.StoredFile{}, err
	}
	i := slices.IndexFunc(m.Files, func(f cases.StoredFile) bool { return f.Part == r.PathValue("part") })
	if i < 0 {
		return m, cases.StoredFile{}, faultNotFound
	}
	return m, m.Files[i], nil
}

func (d *Desk) showFile(w http.ResponseWriter, r *http.Request, v visit) error {
	m, f, err := d.fileOf(r)
	if err != nil {
		return err
	}
	p := filePage{StoredFile: f, Call: d.o.Calls.ByID(f.Call), Handling: m.Handling(f.Part, d.o.Scanning), Page: 1}
	p.Why = handlingWords(f, p.Handling)
	for _, code := range f.Dangers() {
		p.Dangers = append(p.Dangers, dangerWord(code))
	}
	p.Remarks = f.Warnings
	for _, other := range m.Files {
		if other.Part != f.Part && !other.Furniture {
			p.Beside = append(p.Beside, other)
		}
	}
	if n, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil {
		p.Page = max(1, n)
	}
	if err := d.fillPreview(&p, r); err != nil {
		return err
	}
	if p.None == "" {
		if err := d.store.SawFile(r.Context(), v.who.Name, f); err != nil {
			return err
		}
	}
	return d.show(w, r, v, http.StatusOK, "file", nameOf(f.Filename), p)
}

// fillPreview puts what can be shown of a file onto its page, or why nothing is.
func (d *Desk) fillPreview(p *filePage, r *http.Request) error {
	switch p.None = d.notShown(p.StoredFile, p.Handling); {
	case p.None != "":
		return nil
	case isPicture(p.Type):
		p.Image = fileHref("image", p.FileContent)
		return nil
	}
	var err error
	p.Preview, err = d.preview(p.StoredFile, p.Page)
	switch {
	case errors.Is(err, store.ErrAltered), errors.Is(err, store.ErrNotFound):
		return d.whole(err)
	case err != nil:
		d.log.Error("a file could not be shown", "mail", p.Mail, "part", p.Part, "error", err)
		p.None = "L’aperçu n’a pas pu être fait."
		return nil
	}
	p.None = nothingWords(p.Preview)
	if n := p.Preview.Pages; n > 0 {
		if p.Page > n {
			return faultNotFound
		}
		here := fileHref("fichiers", p.FileContent)
		p.Pager = pager{Page: p.Page, Of: n}
		if p.Page > 1 {
			p.Pager.Previous = here + "?page=" + strconv.Itoa(p.Page-1)
		}
		if p.Page < n {
			p.Pager.Next = here + "?page=" + strconv.Itoa(p.Page+1)
		}
		p.Image = fileHref("image", p.FileContent) + "?page=" + strconv.Itoa(p.Page)
	}
	return nil
}

// notShown says why a file is not shown at all; "" for one that may be.
func (d *Desk) notShown(f cases.StoredFile, h cases.Handling) string {
	onlyHTML := h == cases.HandleWarned && slices.Equal(f.Dangers(), []string{"html"}) && f.Detected != "" && (!d.o.Scanning || f.Scan == cases.ScanClean)
	switch {
	case h == cases.HandleWarned && !onlyHTML: // of a web page the text is shown
		return "Un fichier qui peut être dangereux n’est jamais ouvert ici."
	case h != cases.HandleFreely && h != cases.HandleWarned:
		return "Ce fichier n’est pas montré."
	case isPicture(f.Type) && f.Size > imageMost:
		return "L’image est trop grande pour être montrée ici" + french.NBSP + ": téléchargez-la."
	case isPicture(f.Type):
		return ""
	case d.o.Preview == nil:
		return "Ce poste ne montre pas les fichiers" + french.NBSP + ": téléchargez-le."
	case f.Type == "application/zip":
		return "C’est une archive" + french.NBSP + ": ses fichiers ont chacun leur page."
	case strings.HasPrefix(f.Type, "image/"):
		return "Ce format d’image ne se montre pas dans un navigateur" + french.NBSP + ": téléchargez-la."
	case strings.HasPrefix(f.Type, "video/"), strings.HasPrefix(f.Type, "audio/"):
		return "Les sons et les films ne sont pas lus ici" + french.NBSP + ": téléchargez-le."
	}
	return ""
}

// nothingWords says why a preview is empty; "" where it is not.
func nothingWords(p Preview) string {
	switch {
	case len(p.Picture) > 0 || len(p.Sheets) > 0 || p.Text != "":
		return ""
	case p.Unreadable != "":
		return "Le fichier ne s’ouvre pas" + french.NBSP + ": " + faultWord(p.Unreadable) + "."
	case p.Unread:
		return "Le fichier demande plus de temps ou de mémoire qu’il n’en est donné à un aperçu" + french.NBSP + ": téléchargez-le."
	}
	return "Ce fichier ne contient aucun texte qui puisse être montré ici" + french.NBSP + ": téléchargez-le."
}

// isPicture reports whether browsers show that type by themselves.
func isPicture(media string) bool {
	return slices.Contains([]string{"image/jpeg", "image/png", "image/gif", "image/webp"}, media)
}

// showImage sends a picture as it came, or a page of a PDF drawn by us.
func (d *Desk) showImage(w http.ResponseWriter, r *http.Request, v visit) error {
	m, f, err := d.fileOf(r)
	if err != nil {
		return err
	}
	if d.notShown(f, m.Handling(f.Part, d.o.Scanning)) != "" {
		return fault{http.StatusForbidden, "Ce fichier n’est pas montré", "Sa page en dit la raison. Rien n’a été changé."}
	}
	if err := d.store.SawFile(r.Context(), v.who.Name, f); err != nil {
		return err
	}
	if isPicture(f.Type) {
		return d.sendFile(w, f.Type, "", d.openFile(f))
	}
	page, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || page < 1 || f.Type != "application/pdf" {
		return faultNotFound
	}
	p, err := d.preview(f, page)
	if err != nil {
		return d.whole(err)
	}
	if len(p.Picture) == 0 {
		return faultNotFound
	}
	foreignFile(w.Header(), "image/jpeg")
	if _, err := w.Write(p.Picture); err != nil {
		d.log.Debug("client gone", "error", err)
	}
	return nil
}

// fileHref gives the address of a file: verb is fichiers, image or telecharger.
func fileHref(verb string, f cases.FileContent) string {
	u := url.URL{Path: fmt.Sprintf("/messages/%d/%s/%s", f.Mail, verb, f.Part)}
	return u.EscapedPath()
}

func nameOf(filename string) string {
	if strings.TrimSpace(filename) == "" {
		return "(fichier sans nom)"
	}
	return filename
}
