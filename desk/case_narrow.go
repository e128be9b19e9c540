package desk

import (
	"cmp"
	"net/url"
	"strings"

	"greffier/cases"
	"greffier/cases/french"
	"greffier/cases/store"
)

// view is a selection of cases that has a name: what must hold of them beside
// the query.
type view struct {
	slug, word string
	terms      cases.Query
}

func views() []view {
	is := func(field, value string) cases.Term { return cases.Term{Field: field, Op: ":", Value: value} }
	not := func(t cases.Term) cases.Term { t.Not = true; return t }
	deposited := cases.Term{Field: "deposited", Op: ":"} // at any time
	complete := is("completeness", string(cases.Complete))
	return []view{
		{"", "Tous", nil},
		{"complets", "Complets", cases.Query{complete}},
		{"incomplets", "Incomplets", cases.Query{not(complete), deposited}},
		{"sans-depot", "Sans dépôt", cases.Query{not(deposited)}},
		{"a-arbitrer", "À arbitrer", cases.Query{is("task", "arbitrate")}}, // what nobody has decided: the evidence stays
		{"hors-delai", "Hors délai", cases.Query{is("timeliness", string(cases.Late))}},
		{"avec-taches", "Avec des tâches", cases.Query{is("task", cases.AnyValue)}},
		{"a-moi", "À moi", cases.Query{is("assigned", "me")}},
		{"a-personne", "À personne", cases.Query{is("assigned", "nobody")}},
	}
}

// narrow keeps the cases that were chosen, those of an edition, of a phase, or
// with a piece in a state.
func (d *Desk) narrow(p *casesPage, l *store.Listing, query url.Values) {
	filter := func(param, word string) {
		p.Filters = append(p.Filters, link{Word: word, Href: address("/dossiers", query, param, "")})
	}
	if refs := query["dossier"]; len(refs) > 0 {
		l.Refs = make([]string, len(refs))
		for i, ref := range refs {
			l.Refs[i] = strings.ToUpper(ref)
		}
		filter("dossier", "Sélection de "+french.Plural(len(refs), "dossier", "dossiers"))
	}
	if id := query.Get("edition"); id != "" {
		word := id
		if call := d.o.Calls.ByID(id); call != nil {
			word = call.Name
		}
		filter("edition", word)
		l.Query = append(l.Query, cases.Term{Field: "call", Op: ":", Value: id})
	}
	if phase := cases.Phase(query.Get("phase")); phase != "" {
		filter("phase", cmp.Or(phase.Label(), "phase inconnue"))
		l.Query = append(l.Query, cases.Term{Field: "phase", Op: ":", Value: string(phase)})
	}
	if in := query.Get("piece"); in != "" {
		id, state, _ := strings.Cut(in, ":")
		filter("piece", d.pieceLabel(id)+french.NBSP+": "+pieceStates[state])
		l.Piece, l.Statuses = id, statusesOf(state)
		for _, phase := range []cases.Phase{cases.Withdrawn, cases.Duplicate, cases.NotApplication} {
			l.Query = append(l.Query, cases.Term{Not: true, Field: "phase", Op: ":", Value: string(phase)})
		}
	}
}

// pieceLabel gives the label of a piece by its id, in any edition.
func (d *Desk) pieceLabel(id string) string {
	for _, c := range d.o.Calls {
		for _, p := range c.Pieces {
			if p.ID == id {
				return p.Label
			}
		}
	}
	return id
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

// statusesOf are the statuses that make a state of pieceStates.
func statusesOf(state string) []cases.Status {
	list := []cases.Status{}
	for _, s := range []cases.Status{cases.Missing, cases.Present, cases.Doubtful, cases.Unreadable, cases.ByLink, cases.Infected, cases.Refused, cases.NotRequired} {
		if pieceState(s) == state {
			list = append(list, s)
		}
	}
	return list
}

// column is a heading that sorts.
type column struct {
	Word, Href string
	Sort       string // ascending, descending, or none: as aria-sort has it
}

// sortCases asks for the order that a query names, and gives the headings.
func sortCases(l *store.Listing, query url.Values) []column {
	sorted := query.Get("tri")
	var columns []column
	for _, c := range []struct {
		slug, word string
		order      store.Order
	}{
		{"reference", "Référence", store.ByRef}, {"candidat", "Candidat", store.ByCandidate}, {"phase", "Phase", store.ByPhase},
		{"depot", "Dépôt", store.ByDeposit}, {"pieces", "Pièces", store.ByPieces}, {"taches", "Tâches", store.ByTasks},
		{"attribue", "Attribué à", store.ByColleague},
	} {
		heading := column{Word: c.word, Sort: "none"}
		next := c.slug
		switch sorted {
		case c.slug:
			heading.Sort, next = "ascending", "-"+c.slug
			l.Order = c.order
		case "-" + c.slug:
			heading.Sort = "descending"
			l.Order, l.Down = c.order, true
		}
		heading.Href = address("/dossiers", query, "tri", next)
		columns = append(columns, heading)
	}
	return columns
}
