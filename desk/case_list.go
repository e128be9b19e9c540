package desk

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"greffier/cases"
)

// pageOf is how many rows a page of a list has.
const pageOf = 50

// casesPage is a list of cases. Everything that makes it stands in its address.
type casesPage struct {
	Query   string
	Fault   *cases.QueryError // the query is not understood
	Views   []link
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

// column is a heading that sorts.
type column struct {
	Word, Href string
	Sort       string // ascending, descending, or none: as aria-sort has it
}

type caseRow struct {
	cases.Summary
	Have, Need int // required pieces
	Open       int // tasks
}

// view is a selection of cases that has a name.
type view struct {
	slug, word string
	in         func(c caseRow) bool
}

func views(who string) []view {
	return []view{
		{"", "Tous", func(caseRow) bool { return true }},
		{"complets", "Complets", func(c caseRow) bool { return c.Completeness == cases.Complete }},
		{"incomplets", "Incomplets", func(c caseRow) bool { return c.Completeness != cases.Complete && c.DepositedAt != nil }},
		{"sans-depot", "Sans dépôt", func(c caseRow) bool { return c.DepositedAt == nil }},
		{"a-arbitrer", "À arbitrer", func(c caseRow) bool { return c.Timeliness != nil && *c.Timeliness == cases.ToArbitrate }},
		{"hors-delai", "Hors délai", func(c caseRow) bool { return c.Timeliness != nil && *c.Timeliness == cases.Late }},
		{"avec-taches", "Avec des tâches", func(c caseRow) bool { return c.Open > 0 }},
		{"a-moi", "À moi", func(c caseRow) bool { return c.Assigned == who }},
		{"a-personne", "À personne", func(c caseRow) bool { return c.Assigned == "" }},
	}
}

func (d *Desk) listCases(w http.ResponseWriter, r *http.Request, v visit) error {
	var p casesPage
	rows, err := d.searched(r, v, &p)
	var unread *cases.QueryError
	if errors.As(err, &unread) {
		p.Fault = unread
		return d.show(w, r, v, http.StatusUnprocessableEntity, "cases", "Dossiers", p)
	}
	if err != nil {
		return err
	}
	p.Total = len(rows)
	p.Pages, p.Rows = paged("/dossiers", r.URL.Query(), rows)
	for _, form := range []struct{ word, path string }{{"CSV", "/export/dossiers.csv"}, {"Excel", "/export/dossiers.xlsx"}, {"JSON", "/export/dossiers.json"}} {
		p.Exports = append(p.Exports, link{Word: form.word, Href: address(form.path, r.URL.Query(), "", "")})
	}
	p.All = address("/export/dossiers.zip", r.URL.Query(), "tous", "1")
	return d.show(w, r, v, http.StatusOK, "cases", "Dossiers", p)
}

// searched gives the cases that the address of a list asks for, in its order, and
// tells p what it asks for.
func (d *Desk) searched(r *http.Request, v visit, p *casesPage) ([]caseRow, error) {
	query := r.URL.Query()
	p.Query = query.Get("q")
	terms, err := cases.ParseQuery(p.Query, d.o.Calls, d.o.Location)
	if err != nil {
		return nil, err
	}
	list, err := d.store.Cases(r.Context(), terms.By(v.who.Name))
	if err != nil {
		return nil, err
	}
	rows := make([]caseRow, 0, len(list))
	for _, c := range list {
		rows = append(rows, newCaseRow(c))
	}
	for _, s := range views(v.who.Name) {
		p.Views = append(p.Views, link{s.word, address("/dossiers", query, "vue", s.slug), query.Get("vue") == s.slug})
		if query.Get("vue") == s.slug {
			rows = slices.DeleteFunc(rows, func(c caseRow) bool { return !s.in(c) })
		}
	}
	rows = d.narrow(p, query, rows)
	p.Columns = sortCases(query, rows)
	return rows, nil
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

// narrow keeps the cases of an edition, of a phase, or with a piece in a state.
func (d *Desk) narrow(p *casesPage, query url.Values, rows []caseRow) []caseRow {
	keep := func(param, word string, in func(caseRow) bool) {
		p.Filters = append(p.Filters, link{Word: word, Href: address("/dossiers", query, param, "")})
		rows = slices.DeleteFunc(rows, func(c caseRow) bool { return !in(c) })
	}
	if id := query.Get("edition"); id != "" {
		word := id
		if call := d.o.Calls.ByID(id); call != nil {
			word = call.Name
		}
		keep("edition", word, func(c caseRow) bool { return c.Call == id })
	}
	if phase := cases.Phase(query.Get("phase")); phase != "" {
		keep("phase", cmp.Or(phase.Label(), "phase inconnue"), func(c caseRow) bool { return c.Phase == phase })
	}
	if in := query.Get("piece"); in != "" {
		id, state, _ := strings.Cut(in, ":")
		label := id
		for _, c := range rows {
			for _, piece := range c.Pieces {
				if piece.ID == id {
					label = piece.Label
				}
			}
		}
		keep("piece", label+" : "+pieceStates[state], func(c caseRow) bool {
			if c.Phase == cases.Withdrawn || c.Phase == cases.Duplicate || c.Phase == cases.NotApplication {
				return false
			}
			return slices.ContainsFunc(c.Pieces, func(piece cases.PieceSheet) bool { return piece.ID == id && pieceState(piece.Status) == state })
		})
	}
	return rows
}

// pieceStates are the columns of the pieces over all cases.
var pieceStates = map[string]string{"presente": "présente", "a-verifier": "à vérifier", "inutilisable": "reçue, inutilisable", "absente": "absente"}

func pieceState(s cases.Status) string {
	switch s {
	case cases.Present:
		return "presente"
	case cases.Doubtful:
		return "a-verifier"
	case cases.Missing, cases.NotRequired:
		return "absente"
	}
	return "inutilisable"
}

// sortCases sorts by the column asked for, and gives the headings.
func sortCases(query url.Values, rows []caseRow) []column {
	sorted := query.Get("tri")
	instant := func(t *time.Time) int64 {
		if t == nil {
			return 0
		}
		return t.UnixMilli()
	}
	phases := cases.Phases()
	var columns []column
	for _, c := range []struct {
		slug, word string
		compare    func(a, b caseRow) int
	}{
		{"reference", "Référence", func(a, b caseRow) int { return cmp.Compare(a.Ref, b.Ref) }},
		{"candidat", "Candidat", func(a, b caseRow) int { return cmp.Compare(cases.Fold(a.Title()), cases.Fold(b.Title())) }},
		{"phase", "Phase", func(a, b caseRow) int {
			return cmp.Compare(slices.Index(phases, a.Phase), slices.Index(phases, b.Phase))
		}},
		{"depot", "Dépôt", func(a, b caseRow) int { return cmp.Compare(instant(a.DepositedAt), instant(b.DepositedAt)) }},
		{"pieces", "Pièces", func(a, b caseRow) int { return cmp.Compare(a.Have-a.Need, b.Have-b.Need) }},
		{"taches", "Tâches", func(a, b caseRow) int { return cmp.Compare(a.Open, b.Open) }},
		{"attribue", "Attribué à", func(a, b caseRow) int { return cmp.Compare(cases.Fold(a.Assigned), cases.Fold(b.Assigned)) }},
	} {
		heading := column{Word: c.word, Sort: "none"}
		next := c.slug
		switch sorted {
		case c.slug:
			heading.Sort, next = "ascending", "-"+c.slug
			slices.SortStableFunc(rows, c.compare)
		case "-" + c.slug:
			heading.Sort = "descending"
			slices.SortStableFunc(rows, func(a, b caseRow) int { return c.compare(b, a) })
		}
		heading.Href = address("/dossiers", query, "tri", next)
		columns = append(columns, heading)
	}
	return columns
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
		if len(v) > 0 && v[0] != "" && k != "page" && k != "dossier" {
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

// paged gives the page of a list that a query asks for.
func paged[T any](path string, query url.Values, rows []T) (pager, []T) {
	p := pager{Of: max(1, (len(rows)+pageOf-1)/pageOf)}
	n, err := strconv.Atoi(query.Get("page"))
	if err != nil {
		n = 1
	}
	p.Page = min(max(1, n), p.Of)
	if p.Page > 1 {
		p.Previous = address(path, query, "page", strconv.Itoa(p.Page-1))
	}
	if p.Page < p.Of {
		p.Next = address(path, query, "page", strconv.Itoa(p.Page+1))
	}
	return p, rows[(p.Page-1)*pageOf : min(p.Page*pageOf, len(rows))]
}
