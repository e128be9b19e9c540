package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"path"
	"slices"
	"time"

	"greffier/cases"
	"greffier/cases/french"
	"greffier/cases/store"
	"greffier/desk/export"
)

// Exports gives what writes lists and dossiers in the words of the desk. Now is for
// the caller of Dossiers to set, and whether files that could do harm are written too.
func Exports(s *store.Store, calls cases.Calls, zone *time.Location, open store.OpenPart, scanning bool) (export.List, export.Dossiers, error) {
	p, err := parsePages(zone)
	if err != nil {
		return export.List{}, export.Dossiers{}, err
	}
	return exports(p, s, calls, zone, open, scanning)
}

func exports(p pages, s *store.Store, calls cases.Calls, zone *time.Location, open store.OpenPart, scanning bool) (export.List, export.Dossiers, error) {
	style, err := files.ReadFile("assets/fiche.css")
	if err != nil {
		return export.List{}, export.Dossiers{}, fmt.Errorf("read the style of sheets: %w", err)
	}
	words := export.Words{
		Timeliness:   func(t *cases.Timeliness) string { return timelinessMark(t).Word },
		Completeness: func(c cases.Completeness) string { return completenessMark(c).Word },
		Status:       func(s cases.Status) string { return statusMark(s).Word },
		Task:         taskWord, Danger: dangerWord,
		Date: func(at time.Time) string {
			at = at.In(zone)
			return french.Day(at) + " à " + french.HourMinute(at) + " (" + french.ZoneName(zone) + ")"
		},
	}
	dossiers := export.Dossiers{
		Source: s, Words: words, Scanning: scanning,
		Open: func(f cases.StoredFile) (io.ReadCloser, error) { return s.OpenFile(f, open) },
		Sheet: func(w io.Writer, sheet cases.Sheet) error {
			return p.sheet(w, caseSheet{Sheet: sheet, Call: calls.ByID(sheet.Call), Style: template.CSS(style)})
		},
	}
	return export.List{Calls: calls, Words: words, Location: zone}, dossiers, nil
}

// caseSheet is a case on paper.
type caseSheet struct {
	cases.Sheet
	Call  *cases.Call
	Style template.CSS // "": the desk's own address of it
}

// Title is who the case is about.
func (c caseSheet) Title() string { return caseRow{Summary: c.Summary}.Title() }

// OpenTasks are the tasks that are not done.
func (c caseSheet) OpenTasks() []cases.Task {
	return slices.DeleteFunc(slices.Clone(c.Tasks), func(k cases.Task) bool { return k.DoneAt != nil })
}

// sheet writes a case on paper, whole or not at all.
func (p pages) sheet(w io.Writer, c caseSheet) error {
	var b bytes.Buffer
	if err := p["fiche"].ExecuteTemplate(&b, "fiche", c); err != nil {
		return fmt.Errorf("render the sheet of %s: %w", c.Ref, err)
	}
	_, err := w.Write(inOrder(b.Bytes()))
	return err
}

func (d *Desk) showCaseSheet(w http.ResponseWriter, r *http.Request, _ visit) error {
	sheet, err := d.store.Case(r.Context(), r.PathValue("ref"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return d.pages.sheet(w, caseSheet{Sheet: sheet, Call: d.o.Calls.ByID(sheet.Call)})
}

// exportList sends the list of cases as it is searched, filtered and sorted.
func (d *Desk) exportList(w http.ResponseWriter, r *http.Request, v visit) error {
	rows, err := d.searched(r, v)
	if err != nil {
		return unreadQuery(err)
	}
	each := func(f func(cases.Summary) error) error {
		for _, row := range rows {
			if err := f(row); err != nil {
				return err
			}
		}
		return nil
	}
	name := "dossiers-" + d.o.Now().In(d.o.Location).Format("2006-01-02-15h04")
	switch path.Ext(r.URL.Path) {
	case ".csv":
		return d.attach(w, name+".csv", "text/csv; charset=utf-8", func(out io.Writer) error { return d.list.CSV(out, each) })
	case ".xlsx":
		return d.attach(w, name+".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", func(out io.Writer) error { return d.list.XLSX(out, each) })
	}
	return d.attach(w, name+".json", "application/json", func(out io.Writer) error { return export.JSON(out, each) })
}

func unreadQuery(err error) error {
	var unread *cases.QueryError
	if errors.As(err, &unread) {
		return fault{http.StatusUnprocessableEntity, "La recherche n’est pas comprise", "Rien n’a été exporté. Corrigez la recherche sur la page des dossiers, puis recommencez."}
	}
	return err
}

// exportDossier sends the dossier of one case.
func (d *Desk) exportDossier(w http.ResponseWriter, r *http.Request, v visit) error {
	sheet, err := d.store.Case(r.Context(), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return d.sendDossiers(w, r.Context(), v, export.FolderName(sheet.Summary)+".zip", []string{sheet.Ref})
}

// exportDossiers sends the dossiers that are ticked, or all of the list.
func (d *Desk) exportDossiers(w http.ResponseWriter, r *http.Request, v visit) error {
	query := r.URL.Query()
	refs := query["dossier"]
	if query.Get("tous") != "" {
		rows, err := d.searched(r, v)
		if err != nil {
			return unreadQuery(err)
		}
		refs = nil
		for _, row := range rows {
			refs = append(refs, row.Ref)
		}
	}
	if len(refs) == 0 {
		return fault{http.StatusUnprocessableEntity, "Aucun dossier n’est coché", "Cochez les dossiers à copier sur la page des dossiers, puis recommencez. Rien n’a été exporté."}
	}
	if len(refs) <= pageOf {
		for _, ref := range refs {
			if _, err := d.store.Case(r.Context(), ref); err != nil {
				return err
			}
		}
	}
	return d.sendDossiers(w, r.Context(), v, "dossiers-"+d.o.Now().In(d.o.Location).Format("2006-01-02-15h04")+".zip", refs)
}

func (d *Desk) sendDossiers(w http.ResponseWriter, ctx context.Context, v visit, name string, refs []string) error {
	if err := d.store.TookDossiers(ctx, v.who.Name, refs); err != nil {
		return err
	}
	dossiers := d.dossiers
	dossiers.Now = d.o.Now()
	return d.whole(d.attach(w, name, "application/zip", func(out io.Writer) error {
		archive := export.NewZip(out)
		for _, ref := range refs {
			if err := dossiers.Write(ctx, archive, ref); err != nil {
				return err
			}
		}
		return archive.Close()
	}))
}

// exportMail sends all files of one mail.
func (d *Desk) exportMail(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := mailOf(r)
	if err != nil {
		return err
	}
	m, err := d.store.StoredMail(r.Context(), id)
	if err != nil {
		return err
	}
	if err := d.store.TookMail(r.Context(), v.who.Name, m); err != nil {
		return err
	}
	dossiers := d.dossiers
	dossiers.Now = d.o.Now()
	return d.whole(d.attach(w, fmt.Sprintf("message-%d.zip", m.ID), "application/zip", func(out io.Writer) error {
		archive := export.NewZip(out)
		if err := dossiers.Files(r.Context(), archive, m); err != nil {
			return err
		}
		return archive.Close()
	}))
}
