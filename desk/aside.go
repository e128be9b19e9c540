package desk

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// asidePage lists the mails that could not be filed.
type asidePage struct {
	Rows  []cases.AsideMail
	Done  string // what was just done
	Fault string // what could not be done
}

func (d *Desk) listAside(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.sendAside(w, r, v, http.StatusOK, asidePage{Done: map[string]string{
		"relu":        "Le message est lu et enregistré. La suite est celle de tout message : il rejoint un dossier, ou attend d’être rattaché, et reçoit sa réponse.",
		"redemandera": "Le message sera demandé de nouveau à la boîte aux lettres à la prochaine lecture ; s’il reste illisible, il reviendra ici.",
	}[r.FormValue("fait")]})
}

func (d *Desk) sendAside(w http.ResponseWriter, r *http.Request, v visit, code int, p asidePage) (err error) {
	if p.Rows, err = d.store.Aside(r.Context()); err != nil {
		return err
	}
	return d.show(w, r, v, code, "aside", "Messages mis de côté", p)
}

// replay has a mail that was set aside read again.
func (d *Desk) replay(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := strconv.ParseInt(r.PathValue("numero"), 10, 64)
	if err != nil {
		return faultNotFound
	}
	again, err := d.o.Replay(r.Context(), v.who.Name, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return d.sendAside(w, r, v, http.StatusConflict, asidePage{Fault: "Ce message n’est plus mis de côté : quelqu’un l’a fait relire entre-temps. Rien n’a été changé."})
	case err != nil:
		d.log.Warn("a mail stays set aside", "id", id, "error", err)
		return d.sendAside(w, r, v, http.StatusConflict, asidePage{Fault: "Le message numéro " + strconv.FormatInt(id, 10) + " reste mis de côté. " + asideWord(err.Error())})
	}
	did := "relu"
	if again {
		did = "redemandera"
	}
	http.Redirect(w, r, "/mis-de-cote?fait="+did, http.StatusSeeOther)
	return nil
}

// asideWord says in French why a mail was set aside.
func asideWord(reason string) string {
	switch {
	case strings.Contains(reason, "cannot be fetched") || strings.Contains(reason, "never be fetched"):
		return "La boîte aux lettres n’a pas pu le donner en entier."
	case strings.Contains(reason, "out of time"):
		return "Sa lecture prend trop de temps."
	case strings.Contains(reason, "crashed"):
		return "Sa lecture fait échouer le programme : l’exploitant doit le signaler."
	case strings.Contains(reason, "archive"):
		return "Ses octets manquent sur le disque."
	}
	return "Il a été lu, mais n’a pas pu être enregistré."
}
