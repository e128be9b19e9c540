package desk

import "net/http"

// accountPage is one's own account.
type accountPage struct {
	Name                   string
	HasPassword            bool
	WrongOld, WrongNew, Ok string
}

func (d *Desk) showAccount(w http.ResponseWriter, r *http.Request, v visit) error {
	p := accountPage{Name: v.who.Name, HasPassword: v.who.Password != ""}
	if r.FormValue("fait") == "mot-de-passe" {
		p.Ok = "Votre mot de passe est changé. Vos autres sessions sont fermées."
	}
	return d.show(w, r, v, http.StatusOK, "account", "Mon compte", p)
}

// changePassword takes the old password too: a desk left open is not an account
// given away.
func (d *Desk) changePassword(w http.ResponseWriter, r *http.Request, v visit) error {
	if err := r.ParseForm(); err != nil {
		return faultForm
	}
	p := accountPage{Name: v.who.Name, HasPassword: v.who.Password != ""}
	key := "account " + v.who.Name
	next := r.PostFormValue("nouveau")
	if p.HasPassword {
		if !d.guesses.take(key) {
			return faultTooMany
		}
		right, err := d.isPassword(r.Context(), v.who.Name, r.PostFormValue("actuel"))
		if err != nil {
			return err
		}
		if right {
			d.guesses.giveBack(key)
		} else {
			p.WrongOld = "Ce n’est pas votre mot de passe actuel."
		}
	}
	if p.WrongNew = PasswordFault(v.who.Name, next); p.WrongNew == "" && next != r.PostFormValue("encore") {
		p.WrongNew = "Les deux saisies du nouveau mot de passe diffèrent."
	}
	if p.WrongOld != "" || p.WrongNew != "" {
		return d.show(w, r, v, http.StatusUnprocessableEntity, "account", "Mon compte", p)
	}
	hash, err := HashPassword(next)
	if err != nil {
		return err
	}
	if err := d.store.SetPassword(r.Context(), v.who.Name, v.who.Name, hash, v.token); err != nil {
		return err
	}
	http.Redirect(w, r, "/compte?fait=mot-de-passe", http.StatusSeeOther)
	return nil
}
