package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"greffier/cases"
	"greffier/cases/store"
)

// decidePage is what staff may decide of a case, each on a page of its own.
type decidePage struct {
	caseRow
	Acts []act
}

// act is something that staff may decide.
type act struct{ Word, Says, Href string }

func (d *Desk) showDecide(w http.ResponseWriter, r *http.Request, v visit) error {
	sheet, err := d.store.Case(r.Context(), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return d.show(w, r, v, http.StatusOK, "decide", "Décider de "+sheet.Ref, decidePage{newCaseRow(sheet.Summary), actsOf(sheet)})
}

// actsOf gives what may be decided of a case as it stands.
func actsOf(sheet cases.Sheet) (acts []act) {
	at := "/dossiers/" + sheet.Ref + "/"
	add := func(possible bool, href, word, says string) {
		if possible {
			acts = append(acts, act{word, says, at + href})
		}
	}
	free := !sheet.Phase.Decided() && sheet.Publication == cases.NotDecided
	alive := free && !sheet.Phase.SetAside()
	add(alive && len(toArbitrate(sheet)) > 0, "arbitrer", "Arbitrer un dépôt", "Dire s’il est arrivé dans les délais ou hors délai, quand l’heure seule ne le dit pas.")
	add(alive && sheet.Phase == cases.PhaseLate, "deroger", "Admettre par dérogation", "Examiner le dossier bien qu’il soit hors délai. Ce que disent les horloges reste écrit.")
	add(alive && sheet.Phase.Early(), "reunir", "Réunir à un autre dossier", "Deux dossiers sont une seule candidature : l’un reçoit les messages de l’autre.")
	add(alive && len(leaving(sheet)) > 0, "separer", "Séparer des messages", "Des messages sont d’un autre candidat : ils ouvrent un dossier, ou en rejoignent un.")
	add(alive, "ranger", "Écarter le dossier", "Désistement, doublon ou hors objet. Rien n’est effacé.")
	add(free && sheet.Phase.SetAside() && sheet.MergedInto == "", "reprendre", "Reprendre le dossier", "Il compte de nouveau, là où ses pièces le placent.")
	return acts
}

// leaving are the mails that may leave a case: all but the one that opened it and
// what staff wrote.
func leaving(sheet cases.Sheet) []cases.MailSheet {
	return slices.DeleteFunc(slices.Clone(sheet.Mails), func(m cases.MailSheet) bool { return m.Place != cases.Joins || m.Direction == "out" })
}

// foreseen is what an act would cause, or why it cannot be done.
type foreseen struct {
	store.Foreseen
	Refusal string // "": it can be done
}

// foresee asks the store what an act would cause.
func (d *Desk) foresee(r *http.Request, act func(context.Context) error) (foreseen, error) {
	f, err := d.store.Foresee(r.Context(), act)
	if text, refused := refusalWords(err); refused {
		return foreseen{Refusal: text}, nil
	}
	return foreseen{Foreseen: f}, err
}

// aMotive stands for the one that is not written yet.
const aMotive = "?"

// decision is a form with a motive that decides something of a case.
type decision struct {
	caseRow
	Sheet  cases.Sheet
	Will   foreseen
	Motive string
	Fault  string // at the motive
	// Optional: it may be done without a motive.
	Optional bool
	All      string // what is wrong with the whole
}

// Row is the case as lists show it.
func (p decision) Row() caseRow { return p.caseRow }

// begin reads the case that a form decides upon.
func (d *Desk) begin(r *http.Request) (decision, error) {
	sheet, err := d.store.Case(r.Context(), r.PathValue("ref"))
	return decision{caseRow: newCaseRow(sheet.Summary), Sheet: sheet, Motive: r.PostFormValue("motif")}, err
}

// refused puts a refusal at its field; false for another error.
func (p *decision) refused(err error) bool {
	text, ok := refusalWords(err)
	if !ok {
		return false
	}
	var why *store.Refusal
	if errors.As(err, &why); why.Why == store.WhyMotive {
		p.Fault = text
	} else {
		p.All = text
	}
	return true
}

// decide does what a form decides: once done, it leads back to the case; refused,
// it shows the page again, with what was typed.
func (d *Desk) decide(w http.ResponseWriter, r *http.Request, v visit, did string, act func(ctx context.Context, ref string) error, again func(decision) error) error {
	ctx, err := asSeen(r, r.PathValue("ref"))
	if err != nil {
		return err
	}
	p, err := d.begin(r)
	if err != nil {
		return err
	}
	if err := act(ctx, p.Ref); err != nil {
		if !p.refused(err) {
			return err
		}
		return again(p)
	}
	return backToCase(w, r, p.Ref, did)
}

// Derogation.

func (d *Desk) showDerogate(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.begin(r)
	if err != nil {
		return err
	}
	return d.sendDerogate(w, r, v, http.StatusOK, p)
}

func (d *Desk) sendDerogate(w http.ResponseWriter, r *http.Request, v visit, code int, p decision) (err error) {
	p.Will, err = d.foresee(r, func(ctx context.Context) error { return d.store.Derogate(ctx, v.who.Name, p.Ref, aMotive) })
	if err != nil {
		return err
	}
	return d.show(w, r, v, code, "derogate", "Admettre "+p.Ref+" par dérogation", p)
}

func (d *Desk) derogate(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.decide(w, r, v, "deroge",
		func(ctx context.Context, ref string) error {
			return d.store.Derogate(ctx, v.who.Name, ref, r.PostFormValue("motif"))
		},
		func(p decision) error { return d.sendDerogate(w, r, v, http.StatusUnprocessableEntity, p) })
}

// Setting a case aside, and taking it up again.

// asidePlaces are the ways to set a case aside, as the form says them.
var asidePlaces = map[string]cases.Act{"desistement": cases.ActWithdraw, "doublon": cases.ActDuplicate, "hors-objet": cases.ActOffSubject}

// putPage is the form that sets a case aside.
type putPage struct {
	decision
	Place string // chosen
	Which string // what is wrong with that
}

func (d *Desk) showPut(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.begin(r)
	if err != nil {
		return err
	}
	return d.sendPut(w, r, v, http.StatusOK, putPage{decision: p})
}

func (d *Desk) sendPut(w http.ResponseWriter, r *http.Request, v visit, code int, p putPage) (err error) {
	chosen := asidePlaces[p.Place]
	p.Will, err = d.foresee(r, func(ctx context.Context) error {
		_, err := d.store.Put(ctx, v.who.Name, p.Ref, cmp.Or(chosen, cases.ActOffSubject), aMotive)
		return err
	})
	if err != nil {
		return err
	}
	if chosen == "" {
		p.Will.Cases = nil // where the case goes is what is asked
	}
	return d.show(w, r, v, code, "put", "Écarter "+p.Ref, p)
}

func (d *Desk) put(w http.ResponseWriter, r *http.Request, v visit) error {
	place := r.PostFormValue("place")
	again := func(p decision) error {
		page := putPage{decision: p, Place: place}
		if asidePlaces[place] == "" {
			page.Which, page.All = "Choisissez ce qu’est le dossier.", ""
		}
		return d.sendPut(w, r, v, http.StatusUnprocessableEntity, page)
	}
	if asidePlaces[place] == "" {
		p, err := d.begin(r)
		if err != nil {
			return err
		}
		return again(p)
	}
	return d.decide(w, r, v, "ecarte", func(ctx context.Context, ref string) error {
		_, err := d.store.Put(ctx, v.who.Name, ref, asidePlaces[place], r.PostFormValue("motif"))
		return err
	}, again)
}

func (d *Desk) showReinstate(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.begin(r)
	if err != nil {
		return err
	}
	return d.sendReinstate(w, r, v, http.StatusOK, p)
}

func (d *Desk) sendReinstate(w http.ResponseWriter, r *http.Request, v visit, code int, p decision) (err error) {
	p.Will, err = d.foresee(r, func(ctx context.Context) error {
		_, err := d.store.Put(ctx, v.who.Name, p.Ref, cases.ActReinstate, aMotive)
		return err
	})
	if err != nil {
		return err
	}
	return d.show(w, r, v, code, "reinstate", "Reprendre "+p.Ref, p)
}

func (d *Desk) reinstate(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.decide(w, r, v, "repris",
		func(ctx context.Context, ref string) error {
			_, err := d.store.Put(ctx, v.who.Name, ref, cases.ActReinstate, r.PostFormValue("motif"))
			return err
		},
		func(p decision) error { return d.sendReinstate(w, r, v, http.StatusUnprocessableEntity, p) })
}
