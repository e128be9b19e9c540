package desk

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// savedViews are the lists that staff keep under a name, and the form that keeps
// the one shown.
type savedViews struct {
	Links []savedLink
	Asks  string // of the list shown: what its address says
	Done  string // what was just done

	Name, Fault string // as typed, and why it was not kept
	Shared      bool
}

type savedLink struct {
	link
	cases.SavedView
}

// fillSaved completes what is shown of the views with those of the visitor.
func (d *Desk) fillSaved(r *http.Request, v visit, p *savedViews, query url.Values) error {
	p.Asks = asksOf(query)
	switch query.Get("fait") {
	case "vue-enregistree":
		p.Done = "La vue est enregistrée : elle est dans la liste des vues."
	case "vue-supprimee":
		p.Done = "La vue est supprimée. La liste qu’elle montrait est celle-ci : enregistrez-la pour revenir en arrière."
	}
	list, err := d.store.SavedViews(r.Context(), v.who.ID)
	if err != nil {
		return err
	}
	for _, s := range list {
		p.Links = append(p.Links, savedLink{link{s.Name, listAsked(s.Asks), s.Asks == p.Asks}, s})
	}
	return nil
}

// asksOf keeps of an address what makes a list of cases, in one form.
func asksOf(query url.Values) string {
	kept := make(url.Values)
	for _, param := range []string{"q", "vue", "edition", "phase", "piece", "tri", "dossier"} {
		kept[param] = query[param]
	}
	_, asks, _ := strings.Cut(address("", kept, "", ""), "?")
	return asks
}

// listAsked is the address of a list.
func listAsked(asks string) string {
	if asks == "" {
		return "/dossiers"
	}
	return "/dossiers?" + asks
}

// saveView keeps the list shown under a name.
func (d *Desk) saveView(w http.ResponseWriter, r *http.Request, v visit) error {
	if err := r.ParseForm(); err != nil {
		return faultForm
	}
	query, err := url.ParseQuery(r.PostFormValue("liste"))
	if err != nil || len(r.PostFormValue("liste")) > 4000 {
		return faultForm
	}
	p := savedViews{Name: r.PostFormValue("nom"), Shared: r.PostFormValue("pour") == "tous"}
	owner := v.who.ID
	if p.Shared {
		owner = 0
	}
	asks := asksOf(query)
	err = d.store.SaveView(r.Context(), v.who.Name, owner, p.Name, asks)
	switch {
	case errors.Is(err, store.ErrViewTaken):
		p.Fault = "Il y a déjà une vue de ce nom. Choisissez-en un autre, ou supprimez-la d’abord."
	case errors.Is(err, store.ErrViewName):
		p.Fault = "Donnez à la vue un nom d’au plus 60 caractères."
	case err != nil:
		return err
	default:
		return toList(w, r, asks, "vue-enregistree")
	}
	return d.showCases(w, r, v, http.StatusUnprocessableEntity, query, p)
}

// dropView forgets a view, and shows the list that it was.
func (d *Desk) dropView(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := strconv.ParseInt(r.PathValue("vue"), 10, 64)
	if err != nil {
		return faultNotFound
	}
	dropped, err := d.store.DropView(r.Context(), v.who.Name, v.who.ID, id)
	if err != nil {
		return err
	}
	return toList(w, r, dropped.Asks, "vue-supprimee")
}

// toList leads to a list, which says what was done.
func toList(w http.ResponseWriter, r *http.Request, asks, did string) error {
	if asks != "" {
		asks += "&"
	}
	http.Redirect(w, r, listAsked(asks+url.Values{"fait": {did}}.Encode()), http.StatusSeeOther)
	return nil
}
