package desk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// taskPage is a task, of which staff say what became of it, or what they do
// instead.
type taskPage struct {
	Task  cases.OpenTask
	Does  string // what is to be done about it
	Act   link   // the decision that it asks for; empty: it is done by hand
	Mail  link   // the letter by which it may be done, or the one that it is about; empty: none
	Word  string
	Fault string
}

// actOn is the page of the decision that ends a task; empty for one that is done
// by hand.
func actOn(k cases.OpenTask) link {
	switch k.Kind {
	case "arbitrate":
		return link{Word: "Arbitrer le dépôt", Href: "/dossiers/" + k.Ref + "/arbitrer"}
	case "merge_proposed":
		return link{Word: "Comparer les deux dossiers", Href: "/dossiers/" + k.Ref + "/reunir?" + url.Values{"avec": {k.Other}}.Encode()}
	case "split_proposed":
		return link{Word: "Séparer le message, ou le garder", Href: "/dossiers/" + k.Ref + "/separer"}
	case "to_attach":
		return link{Word: "Rattacher le message, ou l’écarter", Href: "/a-rattacher"}
	}
	return link{}
}

// letterOn is where staff write the letter that a task calls for, or do something
// about the letter that did not arrive.
func letterOn(k cases.OpenTask) link {
	switch {
	case k.LetterID != 0 && k.Kind != "complement":
		return link{Word: "Voir la lettre, la renvoyer ou l’annuler", Href: "/courrier/" + strconv.FormatInt(k.LetterID, 10)}
	case k.Kind == "message" && k.Ref != "" && k.Place != cases.Waits:
		return link{Word: "Répondre", Href: replyTo(k.Ref, k.MailID)}
	case k.Kind == "complement":
		return link{Word: "Reprendre l’examen du dossier", Href: "/dossiers/" + k.Ref}
	}
	return link{}
}

func taskDoes(kind string) string {
	i := slices.IndexFunc(taskWords, func(w struct{ Kind, Word, Does string }) bool { return w.Kind == kind })
	if i < 0 {
		return ""
	}
	return taskWords[i].Does
}

// taskAsked gives the id of the task that a request names.
func taskAsked(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("tache"), 10, 64)
	if err != nil || id < 1 {
		return 0, faultNotFound
	}
	return id, nil
}

func (d *Desk) showTask(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := taskAsked(r)
	if err != nil {
		return err
	}
	return d.sendTask(w, r, v, http.StatusOK, id, taskPage{})
}

func (d *Desk) sendTask(w http.ResponseWriter, r *http.Request, v visit, code int, id int64, p taskPage) (err error) {
	if p.Task, err = d.store.OpenTask(r.Context(), id); errors.Is(err, store.ErrNotFound) {
		return faultTaskDone
	}
	if err != nil {
		return err
	}
	p.Does, p.Act, p.Mail = taskDoes(p.Task.Kind), actOn(p.Task), letterOn(p.Task)
	return d.show(w, r, v, code, "task", taskWord(p.Task.Kind), p)
}

func (d *Desk) finishTask(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := taskAsked(r)
	if err != nil {
		return err
	}
	err = d.store.FinishTask(r.Context(), v.who.Name, id, r.PostFormValue("mot"))
	if text, refused := refusalWords(err); refused {
		var why *store.Refusal
		if errors.As(err, &why); why.Why == store.WhyText {
			text = "Écrivez en quelques mots ce qu’il en est."
		}
		return d.sendTask(w, r, v, http.StatusUnprocessableEntity, id, taskPage{Word: r.PostFormValue("mot"), Fault: text})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/taches?fait=faite", http.StatusSeeOther)
	return nil
}

func (d *Desk) reopenTask(w http.ResponseWriter, r *http.Request, v visit) error {
	id, err := taskAsked(r)
	if err != nil {
		return err
	}
	err = d.store.ReopenTask(r.Context(), v.who.Name, id)
	if text, refused := refusalWords(err); refused {
		return fault{http.StatusConflict, "La tâche n’a pas été rouverte", text + " Rien n’a été changé."}
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/taches?fait=rouverte", http.StatusSeeOther)
	return nil
}

// doneOf says what was just done to a task.
func doneOf(r *http.Request) string {
	return map[string]string{"faite": "La tâche est faite ; elle se rouvre sous « Faites à la main ».", "rouverte": "La tâche est rouverte."}[strings.TrimSpace(r.FormValue("fait"))]
}
