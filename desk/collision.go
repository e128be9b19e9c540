package desk

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// asSeen gives the context under which the store acts on cases only if nobody
// else has changed them since the page was shown. Every form that acts on a case
// says so with {{template "seen" .Sheet}}: the reference and the last entry of the
// journal that the page knew, as the field "vu". A handler passes the context to
// the store and returns the error: fail then shows what happened meanwhile, keeps
// what was typed, and offers to do it all the same.
func asSeen(r *http.Request, refs ...string) (context.Context, error) {
	if err := r.ParseForm(); err != nil {
		return nil, faultForm
	}
	ctx := r.Context()
	for _, ref := range refs {
		i := slices.IndexFunc(r.PostForm["vu"], func(v string) bool { return strings.HasPrefix(v, strings.ToUpper(ref)+":") })
		if i < 0 {
			return nil, faultForm
		}
		seq, err := strconv.ParseInt(r.PostForm["vu"][i][len(ref)+1:], 10, 64)
		if err != nil {
			return nil, faultForm
		}
		ctx = store.IfUnchanged(ctx, ref, seq)
	}
	return ctx, nil
}

// collisionPage tells that a case has changed under the hands of somebody.
type collisionPage struct {
	Ref    string
	Since  []entry
	Typed  []field // in words
	Again  string  // where the form goes
	Fields []field // all of the form; the case as it is now seen
}

// field is a field of a form.
type field struct{ Name, Value string }

// typedFields are the fields in which people write, in words.
var typedFields = map[string]string{"motif": "Motif", "raison": "Raison", "valeur": "Valeur", "texte": "Texte", "note": "Note", "mot": "Mot", "objet": "Objet", "avec": "Dossier", "vers": "Dossier"}

// showCollision shows what happened since, and the form again.
func (d *Desk) showCollision(w http.ResponseWriter, r *http.Request, v visit, changed *store.Changed) error {
	p := collisionPage{Ref: changed.Ref, Again: r.URL.RequestURI()}
	var err error
	if p.Since, err = journal(cases.Sheet{Journal: changed.Since}); err != nil {
		return err
	}
	slices.Reverse(p.Since) // in the order in which it happened
	for name, values := range r.PostForm {
		for _, value := range values {
			if name == "vu" && strings.HasPrefix(value, p.Ref+":") {
				value = fmt.Sprintf("%s:%d", p.Ref, changed.Since[len(changed.Since)-1].Seq)
			}
			p.Fields = append(p.Fields, field{name, value})
			if word := typedFields[name]; word != "" && value != "" {
				p.Typed = append(p.Typed, field{word, value})
			}
		}
	}
	slices.SortStableFunc(p.Fields, func(a, b field) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(p.Typed, func(a, b field) int { return strings.Compare(a.Name, b.Name) })
	return d.show(w, r, v, http.StatusConflict, "collision", "Le dossier "+p.Ref+" a changé", p)
}
