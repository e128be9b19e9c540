package desk

import (
	"context"
	"errors"
	"net/http"
	"time"

	"greffier/cases"
	"greffier/cases/store"
)

// signInPage asks for name and password.
type signInPage struct {
	Name, To string
	Fault    string
	Kept     []field // of a form that was sent after the session had ended
}

func (d *Desk) showSignIn(w http.ResponseWriter, r *http.Request, v visit) error {
	to := localPath(r.FormValue("vers"))
	if v.signedIn() {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	return d.show(w, r, v, http.StatusOK, "signin", "Connexion", signInPage{To: to})
}

// signIn signs in with name and password. Whether the account does not exist, is
// disabled, or has another password, it says the same and takes the same time.
func (d *Desk) signIn(w http.ResponseWriter, r *http.Request, v visit) error {
	if err := r.ParseForm(); err != nil {
		return faultForm
	}
	name, password, to := r.PostFormValue("nom"), r.PostFormValue("mot_de_passe"), localPath(r.PostFormValue("vers"))
	again := func(code int, fault string) error {
		return d.show(w, r, visit{}, code, "signin", "Connexion", signInPage{Name: name, To: to, Fault: fault, Kept: carry(kept(r.PostForm))})
	}
	if len(name) > 200 || len(password) > passwordLongest {
		return again(http.StatusUnauthorized, wrongSignIn)
	}
	keys := []string{"account " + cases.Fold(name), "client " + d.client(r)}
	if !d.guesses.take(keys[0]) || !d.guesses.take(keys[1]) {
		w.Header().Set("Retry-After", "60")
		return again(http.StatusTooManyRequests, "Trop d’essais. Attendez une minute, puis réessayez.")
	}
	right, err := d.isPassword(r.Context(), name, password)
	if err != nil {
		return err
	}
	if !right {
		d.log.Warn("a sign-in was refused")
		d.log.Debug("a sign-in was refused", "client", d.client(r))
		return again(http.StatusUnauthorized, wrongSignIn)
	}
	for _, key := range keys {
		d.guesses.giveBack(key)
	}
	token := newToken()
	if err := d.store.BeginSession(r.Context(), name, token); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			return again(http.StatusUnauthorized, wrongSignIn) // disabled
		}
		return err
	}
	d.setCookie(w, token)
	if fields := kept(r.PostForm); len(fields) > 0 {
		return d.resume(w, r, token, to, fields)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

const wrongSignIn = "Ce nom et ce mot de passe ne vont pas ensemble. Vérifiez l’un et l’autre."

// isPassword reports whether an account has that password.
func (d *Desk) isPassword(ctx context.Context, name, password string) (bool, error) {
	select {
	case d.passwords <- struct{}{}:
		defer func() { <-d.passwords }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	hash := d.stranger
	m, err := d.store.Colleague(ctx, name)
	switch {
	case err == nil && m.Password != "":
		hash = m.Password
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return false, err
	}
	return fits(password, hash)
}

func (d *Desk) signOut(w http.ResponseWriter, r *http.Request, v visit) error {
	if err := d.store.EndSession(r.Context(), v.who.Name, v.token); err != nil {
		return err
	}
	d.setCookie(w, "")
	http.Redirect(w, r, "/connexion", http.StatusSeeOther)
	return nil
}

// linkPage asks to confirm: a program that looks at every link (a preview, a
// scanner of mails) must not use this one up.
type linkPage struct{ Token string }

func (d *Desk) showLink(w http.ResponseWriter, r *http.Request, _ visit) error {
	return d.show(w, r, visit{}, http.StatusOK, "link", "Entrer", linkPage{r.PathValue("token")})
}

func (d *Desk) enterByLink(w http.ResponseWriter, r *http.Request, _ visit) error {
	token := newToken()
	err := d.store.TakeLink(r.Context(), r.PathValue("token"), token)
	if errors.Is(err, store.ErrNotFound) {
		return faultLink
	}
	if err != nil {
		return err
	}
	d.setCookie(w, token)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// LoginLink gives a link with which an account signs in once, until an instant.
// base is how staff reach the desk.
func LoginLink(ctx context.Context, s *store.Store, actor, name, base string, until time.Time) (string, error) {
	token := newToken()
	if err := s.OfferLink(ctx, actor, name, token, until); err != nil {
		return "", err
	}
	return base + "/entrer/" + token, nil
}
