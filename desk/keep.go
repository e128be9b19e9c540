package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Whoever sends a form after the session has ended signs in on the page that
// answers it, and then goes on: nothing that was typed is lost. The fields of the
// form travel in that page as hidden fields; the action itself is not repeated by
// signing in, the person goes on with a button.

// keptPrefix begins the names of the fields that are kept.
const keptPrefix = "garde."

// askAgain answers an action of somebody whose session has ended.
func (d *Desk) askAgain(w http.ResponseWriter, r *http.Request) error {
	p := signInPage{To: "/", Fault: faultSignedOut.Title + ". L’action n’a pas été faite et rien n’a été changé. Connectez-vous, puis recommencez."}
	if err := r.ParseForm(); err == nil && len(r.PostForm) > 0 {
		p.To, p.Kept = r.URL.RequestURI(), carry(fieldsOf(r.PostForm))
		p.Fault = faultSignedOut.Title + ". L’action n’a pas été faite, mais ce que vous avez écrit est gardé : connectez-vous pour continuer."
	}
	return d.show(w, r, visit{}, http.StatusUnauthorized, "signin", "Connexion", p)
}

// fieldsOf lists the fields of a form. The button that was pressed is left out: a
// form of several steps goes on with its first.
func fieldsOf(form url.Values) (list []field) {
	for name, values := range form {
		for _, v := range values {
			if name != "faire" {
				list = append(list, field{name, v})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b field) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// carry names fields as kept ones, and kept gives them back from a sign-in.
func carry(fields []field) (list []field) {
	for _, f := range fields {
		list = append(list, field{keptPrefix + f.Name, f.Value})
	}
	return list
}

func kept(form url.Values) (list []field) {
	for _, f := range fieldsOf(form) {
		if name, found := strings.CutPrefix(f.Name, keptPrefix); found {
			list = append(list, field{name, f.Value})
		}
	}
	return list
}

// resumePage goes on with a form.
type resumePage struct {
	To     string
	Fields []field
	Typed  []field // in words
}

// resume shows, to somebody who has just signed in, the form that was sent before.
func (d *Desk) resume(w http.ResponseWriter, r *http.Request, token, to string, fields []field) error {
	who, err := d.store.Session(r.Context(), token)
	if err != nil {
		return err
	}
	p := resumePage{To: to, Fields: fields}
	for _, f := range fields {
		if word := typedFields[f.Name]; word != "" && f.Value != "" {
			p.Typed = append(p.Typed, field{word, f.Value})
		}
	}
	return d.show(w, r, visit{who: who, token: token}, http.StatusOK, "resume", "Continuer", p)
}
