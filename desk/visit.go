package desk

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// visit is who asks. The zero visit is nobody.
type visit struct {
	who   cases.Colleague
	token string
}

// signedIn reports whether somebody is there.
func (v visit) signedIn() bool { return v.token != "" }

// visited lets in whom a route is open to.
func (d *Desk) visited(route route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := d.visitOf(r)
		if err == nil && !v.signedIn() && !route.open {
			if r.Method == http.MethodGet || r.Method == http.MethodHead {
				to := "/connexion"
				if r.URL.Path != "/" {
					to += "?" + url.Values{"vers": {r.URL.RequestURI()}}.Encode()
				}
				http.Redirect(w, r, to, http.StatusSeeOther)
				return
			}
			if err = d.askAgain(w, r); err == nil {
				return
			}
		}
		if err == nil {
			err = route.handle(w, r, v)
		}
		if err != nil {
			d.fail(w, r, v, err)
		}
	})
}

// visitOf tells who asks, by the cookie.
func (d *Desk) visitOf(r *http.Request) (visit, error) {
	cookie, err := r.Cookie(d.cookieName())
	if err != nil || cookie.Value == "" {
		return visit{}, nil // no cookie
	}
	who, err := d.store.Session(r.Context(), cookie.Value)
	if errors.Is(err, store.ErrNotFound) {
		return visit{}, nil
	}
	if err != nil {
		return visit{}, err
	}
	return visit{who: who, token: cookie.Value}, nil
}

// cookieName: over TLS the browser itself sees to it that only this host, over
// TLS, sets and gets a cookie whose name begins with __Host- (RFC 6265bis
// section 4.1.3.2).
func (d *Desk) cookieName() string {
	if d.secure {
		return "__Host-greffier"
	}
	return "greffier"
}

// setCookie gives the browser a token until it is closed; "" takes it back.
func (d *Desk) setCookie(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: d.cookieName(), Value: token, Path: "/", Secure: d.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// localPath gives where to go on, if that is a page of the desk; else "/".
func localPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}
