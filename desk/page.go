package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"greffier/cases/store"
)

//go:embed templates/*.html assets/*
var files embed.FS

// pages are the templates by name, each within the layout.
type pages map[string]*template.Template

// parsePages parses every template; layout.html, parts.html and files that begin
// with parts_ are in all.
func parsePages(zone *time.Location) (pages, error) {
	base, err := template.New("").Funcs(words(zone)).ParseFS(files, "templates/layout.html", "templates/parts*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the pages of the desk: %w", err)
	}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("list the pages of the desk: %w", err)
	}
	all := make(pages)
	for _, name := range names {
		if name == "templates/layout.html" || strings.HasPrefix(name, "templates/parts") {
			continue
		}
		page, err := base.Clone()
		if err == nil {
			page, err = page.ParseFS(files, name)
		}
		if err != nil {
			return nil, fmt.Errorf("parse a page of the desk: %w", err)
		}
		all[strings.TrimSuffix(path.Base(name), ".html")] = page
	}
	return all, nil
}

// layout is what every page has around its own content.
type layout struct {
	Title string
	Here  string // the entry of the menu
	Who   string // "": nobody has signed in
	Query string // in the search box
	Count store.ToDo
	Page  any
}

// show renders a page whole, then sends it.
func (d *Desk) show(w http.ResponseWriter, r *http.Request, v visit, code int, name, title string, page any) error {
	l := layout{Title: title, Here: name, Who: v.who.Name, Page: page}
	if v.signedIn() {
		var err error
		if l.Count, err = d.store.ToDo(r.Context()); err != nil {
			return err
		}
		l.Query = r.FormValue("q")
	}
	return d.send(w, code, name, l)
}

func (d *Desk) send(w http.ResponseWriter, code int, name string, l layout) error {
	t := d.pages[name]
	if t == nil {
		return fmt.Errorf("there is no page %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", l); err != nil {
		return fmt.Errorf("render page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	if _, err := w.Write(inOrder(b.Bytes())); err != nil {
		d.log.Debug("client gone", "error", err)
	}
	return nil
}

// inOrder shows signs that turn the direction of text as dots: what a stranger
// writes into a name or a subject may not reorder the words around it, nor make
// "fdp.exe" read as "exe.pdf".
func inOrder(page []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			return '·'
		}
		return r
	}, page)
}

// asset serves an embedded file, which a browser may keep but asks about: after an
// upgrade no page is shown with the style of the last one.
func (d *Desk) asset(name, media string) handler {
	return func(w http.ResponseWriter, r *http.Request, _ visit) error {
		b, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", media)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(b)))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
		return nil
	}
}

// fault is what a page could not do, in words: what, why, and what is kept.
type fault struct {
	Code        int
	Title, Text string
}

func (f fault) Error() string { return f.Title }

var (
	faultNotFound      = fault{http.StatusNotFound, "Cette page n’existe pas", "L’adresse est incomplète, ou ce qu’elle désigne n’a jamais existé. Rien n’a été changé."}
	faultSignedOut     = fault{http.StatusUnauthorized, "Votre session a pris fin", "L’action n’a pas été faite et rien n’a été changé. Connectez-vous, puis recommencez."}
	faultForeign       = fault{http.StatusForbidden, "Demande refusée", "Cette demande ne vient pas d’une page de greffier. L’action n’a pas été faite et rien n’a été changé."}
	faultForm          = fault{http.StatusBadRequest, "Formulaire illisible", "Le formulaire est incomplet ou trop grand. L’action n’a pas été faite et rien n’a été changé."}
	faultTooMany       = fault{http.StatusTooManyRequests, "Trop de demandes à la fois", "Attendez quelques secondes, puis rechargez la page. Rien n’a été changé."}
	faultStore         = fault{http.StatusServiceUnavailable, "La base de données ne répond pas", "L’action n’a pas été faite. Les messages reçus sont conservés et le traitement reprendra. Réessayez dans un instant ; si cela dure, prévenez l’exploitant."}
	faultInternal      = fault{http.StatusInternalServerError, "La page n’a pas pu être faite", "Une erreur du programme l’a empêché ; elle est notée dans le journal technique. Les messages et les dossiers ne sont pas touchés."}
	faultNothingToUndo = fault{http.StatusConflict, "Cette décision ne s’annule pas ici", "Elle a déjà été annulée, ou une décision plus récente s’appuie sur elle. Rien n’a été changé."}
	faultTaskDone      = fault{http.StatusNotFound, "Cette tâche n’est plus ouverte", "Quelqu’un l’a faite entre-temps, ou ce qu’elle demandait est arrivé. Rien n’a été changé."}
	faultLink          = fault{http.StatusNotFound, "Ce lien ne sert plus", "Un lien de connexion ne sert qu’une fois et pendant une durée limitée. Demandez-en un autre, ou connectez-vous avec votre mot de passe."}
)

// fail shows what went wrong.
func (d *Desk) fail(w http.ResponseWriter, r *http.Request, v visit, err error) {
	var f fault
	var changed *store.Changed
	switch {
	case errors.As(err, &changed):
		if err = d.showCollision(w, r, v, changed); err == nil {
			return
		}
		f = faultStore
		d.log.Error("a page failed", "pattern", r.Pattern, "error", err)
	case errors.As(err, &f):
	case errors.Is(err, store.ErrNotFound):
		f = faultNotFound
	default:
		f = faultStore
		if !errors.Is(err, context.Canceled) {
			d.log.Error("a page failed", "pattern", r.Pattern, "error", err)
		}
	}
	if err := d.show(w, r, v, f.Code, "fault", f.Title, f); err != nil {
		d.sayFault(w, r, f) // without the counts of the menu
	}
}

// sayFault shows a fault to anybody, without asking the store.
func (d *Desk) sayFault(w http.ResponseWriter, _ *http.Request, f fault) {
	if err := d.send(w, f.Code, "fault", layout{Title: f.Title, Here: "fault", Page: f}); err != nil {
		d.log.Error("a page failed", "error", err)
		http.Error(w, f.Title, f.Code)
	}
}

func (d *Desk) notFound(http.ResponseWriter, *http.Request, visit) error { return faultNotFound }
