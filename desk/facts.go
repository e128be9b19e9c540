package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"greffier/cases"
	"greffier/cases/french"
	"greffier/cases/store"
)

// factPage is a fact of a case, on which staff say what it is.
type factPage struct {
	caseRow
	Sheet   cases.Sheet
	Name    cases.FactName
	Values  []factRow // that stand, then those that contradict them
	Said    bool      // staff said what it is
	Sure    bool      // what stands can be confirmed
	Options []string  // the only values; nil: any
	Typed   string
	Fault   string
}

// factRow is a value of a fact and where it was read.
type factRow struct {
	Value  string
	Source cases.FactSource
	Doubt  string
	Mail   int64 // 0: nowhere
	File   string
	Of     string // the case of which staff said it
	Stands bool
}

// factCard is a fact of a case with all its values.
type factCard struct {
	Name     cases.FactName
	Stand    []factRow
	Against  []factRow
	Said     bool
	Sure     bool
	Disputed bool // values contradict each other, and nobody has said which is right
}

// factCards gathers the values of each fact.
func factCards(sheet cases.Sheet) []factCard {
	var cards []factCard
	for _, f := range sheet.Facts {
		i := slices.IndexFunc(cards, func(c factCard) bool { return c.Name == f.Name })
		if i < 0 {
			i = len(cards)
			cards = append(cards, factCard{Name: f.Name, Sure: true})
		}
		c := &cards[i]
		c.Stand = append(c.Stand, factRow{f.Value, f.Source, f.Doubt, f.Mail, fileOfFact(sheet, f.Mail, f.Part), f.Of, true})
		for _, a := range f.Against {
			c.Against = append(c.Against, factRow{Value: a.Value, Source: a.Source, Mail: a.Mail, File: fileOfFact(sheet, a.Mail, a.Part), Of: a.Of})
		}
		c.Said = c.Said || f.Confirmed
		c.Sure = c.Sure && !f.Confirmed && f.Doubt == ""
		c.Disputed = c.Disputed || len(f.Against) > 0 && !f.Confirmed
	}
	return cards
}

// fileOfFact names the file in which a fact was read; "": the mail itself.
func fileOfFact(sheet cases.Sheet, mail int64, part string) string {
	for _, p := range sheet.Pieces {
		for _, f := range p.Files {
			if f.Mail == mail && f.Part == part {
				return f.Filename
			}
		}
	}
	for _, f := range sheet.Unsorted {
		if f.Mail == mail && f.Part == part {
			return f.Filename
		}
	}
	return ""
}

// untold are the facts that nothing tells yet.
func untold(cards []factCard) (names []cases.FactName) {
	for _, name := range cases.FactNames() {
		if !slices.ContainsFunc(cards, func(c factCard) bool { return c.Name == name }) {
			names = append(names, name)
		}
	}
	return names
}

// factAsked gives the fact of a case that a request names.
func (d *Desk) factAsked(r *http.Request) (factPage, error) {
	name := cases.FactName(r.PathValue("fait"))
	if r.PathValue("fait") == "autre" {
		name = cases.FactName(r.FormValue("nom")) // chosen from a list
	}
	if !slices.Contains(cases.FactNames(), name) {
		return factPage{}, faultNotFound
	}
	sheet, err := d.store.Case(r.Context(), r.PathValue("ref"))
	if err != nil {
		return factPage{}, err
	}
	p := factPage{caseRow: newCaseRow(sheet.Summary), Sheet: sheet, Name: name}
	for _, c := range factCards(sheet) {
		if c.Name != name {
			continue
		}
		p.Values, p.Said, p.Sure = slices.Concat(c.Stand, c.Against), c.Said, c.Sure
		var stand []string
		for _, v := range c.Stand {
			typed := strings.TrimSuffix(factValue(name, v.Value), french.NBSP+"€")
			if name == cases.FactTerritory {
				typed = v.Value // its code, as staff type it
			}
			stand = append(stand, typed)
		}
		p.Typed = strings.Join(stand, between(name))
	}
	switch name {
	case cases.FactGrouping, cases.FactQPV, cases.FactTownCentre:
		p.Options = []string{"oui", "non"}
	case cases.FactTax:
		p.Options = []string{"HT", "TTC"}
	}
	return p, nil
}

// between separates the values of a fact that has many.
func between(name cases.FactName) string {
	if name == cases.FactPartner {
		return "\u00a0; "
	}
	return ", "
}

func (d *Desk) showFact(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.factAsked(r)
	if err != nil {
		return err
	}
	return d.sendFact(w, r, v, http.StatusOK, p)
}

func (d *Desk) sendFact(w http.ResponseWriter, r *http.Request, v visit, code int, p factPage) error {
	return d.show(w, r, v, code, "fact", factWord(p.Name)+" de "+p.Ref, p)
}

func (d *Desk) setFact(w http.ResponseWriter, r *http.Request, v visit) error {
	written := r.PostFormValue("valeur")
	if choice := r.PostFormValue("choix"); choice != "" && choice != "autre" {
		written = choice
	}
	return d.sayOfFact(w, r, v, "fait-ecrit", func(ctx context.Context, ref string, name cases.FactName) error {
		return d.store.SetFact(ctx, v.who.Name, ref, name, strings.NewReplacer(french.NBSP, " ", french.Thin, " ").Replace(written))
	})
}

func (d *Desk) confirmFact(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.sayOfFact(w, r, v, "fait-confirme", func(ctx context.Context, ref string, name cases.FactName) error {
		return d.store.ConfirmFact(ctx, v.who.Name, ref, name)
	})
}

func (d *Desk) unsetFact(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.sayOfFact(w, r, v, "fait-rendu", func(ctx context.Context, ref string, name cases.FactName) error {
		return d.store.UnsetFact(ctx, v.who.Name, ref, name)
	})
}

func (d *Desk) sayOfFact(w http.ResponseWriter, r *http.Request, v visit, did string, say func(ctx context.Context, ref string, name cases.FactName) error) error {
	ctx, err := asSeen(r, r.PathValue("ref"))
	if err != nil {
		return err
	}
	p, err := d.factAsked(r)
	if err != nil {
		return err
	}
	err = say(ctx, p.Ref, p.Name)
	if err == nil {
		return backToCase(w, r, p.Ref, did)
	}
	text, refused := refusalWords(err)
	if !refused {
		return err
	}
	var why *store.Refusal
	if errors.As(err, &why); why.Why == store.WhyValue {
		text += " " + valueWords(p.Name)
	}
	p.Fault = text
	if r.PostForm.Has("valeur") {
		p.Typed = r.PostFormValue("valeur")
	}
	return d.sendFact(w, r, v, http.StatusUnprocessableEntity, p)
}
