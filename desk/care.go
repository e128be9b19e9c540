package desk

import (
	"errors"
	"net/http"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// care is what staff keep on a case, with the forms to change it.
type care struct {
	Colleagues []string // to whom the case can be assigned
	Labels     []string // in use on any case, but not on this one
	Note       string   // as typed, after a fault
	Label      string
	Fault      careFault
}

// careFault is what is wrong, by field.
type careFault struct{ Note, Label, Assign string }

// careOf gives what the forms of a case need.
func (d *Desk) careOf(r *http.Request, sheet cases.Sheet) (c care, err error) {
	staff, err := d.store.Staff(r.Context())
	if err != nil {
		return c, err
	}
	for _, m := range staff {
		if m.Disabled.IsZero() || m.Name == sheet.Assigned {
			c.Colleagues = append(c.Colleagues, m.Name)
		}
	}
	has := make(map[string]bool)
	for _, word := range sheet.Labels {
		has[cases.Fold(word)] = true
	}
	labels, err := d.store.Labels(r.Context())
	for _, word := range labels {
		if !has[cases.Fold(word)] {
			c.Labels = append(c.Labels, word)
		}
	}
	return c, err
}

// A note, a label: they are added to what others keep and overwrite nothing, so
// they are taken whatever happened meanwhile.

func (d *Desk) writeNote(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.keep(w, r, v, "note", d.store.Note(r.Context(), v.who.Name, r.PathValue("ref"), r.PostFormValue("note")), func(c *care, text string) {
		c.Note, c.Fault.Note = r.PostFormValue("note"), text
	})
}

func (d *Desk) addLabel(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.keep(w, r, v, "etiquette", d.store.Label(r.Context(), v.who.Name, r.PathValue("ref"), r.PostFormValue("mot")), func(c *care, text string) {
		c.Label, c.Fault.Label = r.PostFormValue("mot"), text
	})
}

func (d *Desk) removeLabel(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.keep(w, r, v, "sans-etiquette", d.store.Unlabel(r.Context(), v.who.Name, r.PathValue("ref"), r.PostFormValue("mot")), func(c *care, text string) {
		c.Fault.Label = text
	})
}

func (d *Desk) assign(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, err := asSeen(r, r.PathValue("ref"))
	if err != nil {
		return err
	}
	return d.keep(w, r, v, "attribue", d.store.Assign(ctx, v.who.Name, r.PathValue("ref"), r.PostFormValue("collegue")), func(c *care, text string) {
		c.Fault.Assign = text
	})
}

// keep leads back to the case after err; a refusal is shown there, at its field.
func (d *Desk) keep(w http.ResponseWriter, r *http.Request, v visit, did string, err error, fault func(c *care, text string)) error {
	if err == nil {
		return backToCase(w, r, strings.ToUpper(r.PathValue("ref")), did)
	}
	var why *store.Refusal
	text, refused := refusalWords(err)
	if !refused || !errors.As(err, &why) {
		return err
	}
	return d.sendCase(w, r, v, http.StatusUnprocessableEntity, func(c *casePage) { fault(&c.Care, text) })
}
