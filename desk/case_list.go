package desk

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"greffier/cases"
	"greffier/cases/store"
)

// pageOf is how many rows a page of a list has.
const pageOf = 50

// casesPage is a list of cases. Everything that makes it stands in its address.
type casesPage struct {
	Query   string
	Fault   *cases.QueryError // the query is not understood
	Views   []link
	Saved   savedViews
	Filters []link // what narrows the list beside words; each leads to the list without it
	Columns []column
	Rows    []caseRow
	Total   int
	Pages   pager
	Exports []link // the list in other forms
	All     string // where all its dossiers are had
}

// link leads somewhere; Here: this is where one is.
type link struct {
	Word, Href string
	Here       bool
}

type caseRow struct {
	cases.Summary
	Have, Need int // required pieces
	Open       int // tasks
}

func (d *Desk) listCases(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.showCases(w, r, v, http.StatusOK, r.URL.Query(), savedViews{})
}

// showCases shows a page of the list that an address asks for; saved is what was
// typed into the form that keeps it.
func (d *Desk) showCases(w http.ResponseWriter, r *http.Request, v visit, code int, query url.Values, saved savedViews) error {
	p := casesPage{Saved: saved}
	if err := d.fillSaved(r, v, &p.Saved, query); err != nil {
		return err
	}
	l, err := d.asked(query, v, &p)
	var unread *cases.QueryError
	if errors.As(err, &unread) {
		p.Fault = unread
		return d.show(w, r, v, http.StatusUnprocessableEntity, "cases", "Dossiers", p)
	}
	if err != nil {
		return err
	}
	l.Most, l.Skip = pageOf, (max(1, pageAsked(query))-1)*pageOf
	list, total, err := d.store.List(r.Context(), l)
	if err == nil && len(list) == 0 && total > 0 { // a page past the last
		l.Skip = (total - 1) / pageOf * pageOf
		list, total, err = d.store.List(r.Context(), l)
	}
	if err != nil {
		return err
	}
	for _, c := range list {
		p.Rows = append(p.Rows, newCaseRow(c))
	}
	p.Total, p.Pages = total, pagerOf("/dossiers", query, total)
	for _, form := range []struct{ word, path string }{{"CSV", "/export/dossiers.csv"}, {"Excel", "/export/dossiers.xlsx"}, {"JSON", "/export/dossiers.json"}} {
		p.Exports = append(p.Exports, link{Word: form.word, Href: address(form.path, query, "", "")})
	}
	p.All = address("/export/dossiers.zip", query, "tous", "1")
	return d.show(w, r, v, code, "cases", "Dossiers", p)
}

// asked gives the list that an address asks for, in its order, and tells p what
// it asks for.
func (d *Desk) asked(query url.Values, v visit, p *casesPage) (store.Listing, error) {
	p.Query = query.Get("q")
	terms, err := cases.ParseQuery(p.Query, d.o.Calls, d.o.Location)
	if err != nil {
		return store.Listing{}, err
	}
	l := store.Listing{Query: terms}
	for _, s := range views() {
		here := query.Get("vue") == s.slug
		p.Views = append(p.Views, link{s.word, address("/dossiers", query, "vue", s.slug), here})
		if here {
			l.Query = append(l.Query, s.terms...)
		}
	}
	d.narrow(p, &l, query)
	p.Columns = sortCases(&l, query)
	l.Query = l.Query.By(v.who.Name)
	return l, nil
}

// searched gives all cases that the address of a list asks for, in its order.
func (d *Desk) searched(r *http.Request, v visit) ([]cases.Summary, error) {
	l, err := d.asked(r.URL.Query(), v, new(casesPage))
	if err != nil {
		return nil, err
	}
	list, _, err := d.store.List(r.Context(), l)
	return list, err
}

func newCaseRow(c cases.Summary) caseRow {
	row := caseRow{Summary: c}
	for _, piece := range c.Pieces {
		if piece.Required {
			row.Need++
			if piece.Status.Counts() {
				row.Have++
			}
		}
	}
	for _, k := range c.Tasks {
		if k.DoneAt == nil {
			row.Open++
		}
	}
	return row
}

// Title is who the case is about.
func (c caseRow) Title() string {
	return cmp.Or(c.Candidate.Organisation, c.Candidate.Name, c.Candidate.Address)
}

// address gives the address of a list with one parameter changed, "" dropped; a
// changed list is shown from its first page.
func address(path string, query url.Values, param, value string) string {
	changed := make(url.Values)
	for k, v := range query {
		v = slices.DeleteFunc(slices.Clone(v), func(s string) bool { return s == "" })
		switch {
		case len(v) == 0 || k == "page" || k == "fait":
		case k == "dossier":
			changed[k] = v
		default:
			changed.Set(k, v[0])
		}
	}
	if changed.Del(param); value != "" {
		changed.Set(param, value)
	}
	if len(changed) == 0 {
		return path
	}
	return path + "?" + changed.Encode()
}

// pager tells which page of a list is shown.
type pager struct {
	Page, Of       int
	Previous, Next string // "": there is none
}

func pageAsked(query url.Values) int {
	n, err := strconv.Atoi(query.Get("page"))
	if err != nil || n > 1_000_000 {
		return 1
	}
	return n
}

// pagerOf makes the pager of a list of so many rows.
func pagerOf(path string, query url.Values, total int) pager {
	p := pager{Of: max(1, (total+pageOf-1)/pageOf)}
	p.Page = min(max(1, pageAsked(query)), p.Of)
	if p.Page > 1 {
		p.Previous = address(path, query, "page", strconv.Itoa(p.Page-1))
	}
	if p.Page < p.Of {
		p.Next = address(path, query, "page", strconv.Itoa(p.Page+1))
	}
	return p
}

// skip is how many rows stand on the pages before.
func (p pager) skip() int { return (p.Page - 1) * pageOf }
