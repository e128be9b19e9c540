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

// waitingPage lists the mails that wait to be attached, and what was decided of
// others.
type waitingPage struct {
	Mails   []waitingMail
	Decided []cases.WaitingDecision
	Done    string // what was just done
	Fault   *waitingFault
}

type waitingMail struct {
	cases.WaitingMail
	Content cases.MailContent
	Ref     string // as typed, after a fault
	Fault   string
}

// waitingFault is what could not be done of a mail that is no longer on the list.
type waitingFault struct{ Text string }

// decisionsShown bounds the list of what can be taken back.
const decisionsShown = 20

func (d *Desk) listWaiting(w http.ResponseWriter, r *http.Request, v visit) error {
	p := waitingPage{}
	switch ref := r.FormValue("dossier"); r.FormValue("fait") {
	case "rattache":
		if c, err := d.store.Case(r.Context(), ref); err == nil {
			p.Done = "Le message est rattaché au dossier " + c.Ref + ". La réponse à son expéditeur, s’il en reçoit une, part dès que le message est examiné."
		}
	case "ecarte":
		p.Done = "Le message est écarté : il est conservé et n’appartient à aucun dossier. Aucune lettre ne part."
	case "repris":
		p.Done = "La décision est annulée : le message attend de nouveau."
	}
	return d.showWaiting(w, r, v, http.StatusOK, p, 0)
}

// showWaiting fills the page; fault and ref belong to the mail with the id.
func (d *Desk) showWaiting(w http.ResponseWriter, r *http.Request, v visit, code int, p waitingPage, id int64) error {
	list, err := d.store.Waiting(r.Context())
	if err != nil {
		return err
	}
	var ids []int64
	for _, m := range list {
		ids = append(ids, m.ID)
	}
	contents, err := d.store.Contents(r.Context(), ids)
	if err != nil {
		return err
	}
	for _, m := range list {
		row := waitingMail{WaitingMail: m, Content: contents[m.ID], Ref: m.Beside}
		if m.ID == id && p.Fault != nil {
			row.Fault, row.Ref = p.Fault.Text, r.PostFormValue("dossier")
			p.Fault = nil
		}
		p.Mails = append(p.Mails, row)
	}
	if p.Decided, err = d.store.WaitingDecisions(r.Context(), decisionsShown); err != nil {
		return err
	}
	return d.show(w, r, v, code, "waiting", "Messages à rattacher", p)
}

// mailOf reads the id of a mail in a path.
func mailOf(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("mail"), 10, 64)
	if err != nil || id < 1 {
		return 0, faultNotFound
	}
	return id, nil
}

func (d *Desk) acceptMail(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := mailOf(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return faultForm
	}
	ref := strings.ToUpper(strings.TrimSpace(r.PostFormValue("dossier")))
	attached, err := d.store.Accept(r.Context(), v.who.Name, id, ref)
	switch {
	case errors.Is(err, store.ErrNameCase):
		return d.waitingFault(w, r, v, id, "Écrivez la référence du dossier, par exemple HUB18-0001 : la machine ne peut pas la deviner pour ce message.")
	case errors.Is(err, store.ErrNotFound) && ref != "":
		return d.waitingFault(w, r, v, id, "Il n’y a pas de dossier « "+ref+" ». Vérifiez la référence.")
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrSettled):
		return d.waitingFault(w, r, v, id, settledAlready)
	case err != nil:
		return err
	}
	http.Redirect(w, r, "/a-rattacher?"+url.Values{"fait": {"rattache"}, "dossier": {attached}}.Encode(), http.StatusSeeOther)
	return nil
}

func (d *Desk) refuseMail(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := mailOf(r)
	if err != nil {
		return err
	}
	err = d.store.Refuse(r.Context(), v.who.Name, id)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrSettled) {
		return d.waitingFault(w, r, v, id, settledAlready)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/a-rattacher?fait=ecarte", http.StatusSeeOther)
	return nil
}

func (d *Desk) undoMail(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := mailOf(r)
	if err != nil {
		return err
	}
	_, _, err = d.store.Undo(r.Context(), v.who.Name, id)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrNoUndo) {
		return d.waitingFault(w, r, v, id, "Il n’y a plus rien à annuler pour ce message : quelqu’un l’a déjà fait. Rien n’a été changé.")
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/a-rattacher?fait=repris", http.StatusSeeOther)
	return nil
}

const settledAlready = "Ce message n’attend plus : quelqu’un en a décidé entre-temps. Rien n’a été changé."

func (d *Desk) waitingFault(w http.ResponseWriter, r *http.Request, v visit, id int64, text string) error {
	return d.showWaiting(w, r, v, http.StatusConflict, waitingPage{Fault: &waitingFault{text}}, id)
}
