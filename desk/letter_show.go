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

// letterPage is one letter: the bytes that left, or how it will be.
type letterPage struct {
	cases.LetterSheet
	View *letterView // nil: it has not been worded yet
	Done string

	MayCancel, MayAgain, MayRedirect bool
	Form, To                         string // as typed
	Fault                            string
}

func (d *Desk) showLetter(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.letterPage(r)
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("fait") {
	case "annulee":
		p.Done = "La lettre est annulée : elle ne partira pas."
	case "renvoyee":
		p.Done = "La lettre repart : voici celle qui est à envoyer."
	}
	return d.writeLetter(w, r, v, http.StatusOK, p)
}

func (d *Desk) letterPage(r *http.Request) (*letterPage, error) {
	id, err := strconv.ParseInt(r.PathValue("letter"), 10, 64)
	if err != nil {
		return nil, faultNotFound
	}
	p := &letterPage{Form: newToken()}
	if p.LetterSheet, err = d.store.LetterOf(r.Context(), id); err != nil {
		return nil, err
	}
	switch p.State {
	case cases.LetterSent, cases.LetterRefused, cases.LetterBounced:
		p.MayAgain = p.Kind != cases.LetterReminder && p.Kind != cases.LetterDigest && p.Kind != cases.LetterAlarm
		p.MayRedirect = p.MayAgain && p.Ref != ""
	case cases.LetterCancelled:
	default:
		p.MayCancel = true
	}
	if p.SHA256 == "" {
		return p, nil
	}
	raw, err := d.store.OpenLetter(r.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	p.View, err = viewLetter(raw)
	return p, err
}

func (d *Desk) writeLetter(w http.ResponseWriter, r *http.Request, v visit, code int, p *letterPage) error {
	if p.View != nil {
		p.View.allowLook(w)
	}
	return d.show(w, r, v, code, "letter", letterWord(p.Kind)+", à "+p.LetterSheet.To, p)
}

func (d *Desk) sendLetterAgain(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.letterPage(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return faultForm
	}
	p.To, p.Form = strings.TrimSpace(r.PostForm.Get("a")), r.PostForm.Get("formulaire")
	id, err := d.store.SendAgain(r.Context(), v.who.Name, p.ID, p.To, p.Form)
	switch {
	case errors.Is(err, store.ErrBadAddress):
		p.Fault = "Ce n’est pas une adresse de courriel : écrivez une seule adresse, sans nom."
	case errors.Is(err, store.ErrNotSent):
		p.Fault = "Cette lettre n’est pas encore partie : elle part d’elle-même."
	case errors.Is(err, store.ErrNotAgain):
		p.Fault = "Cette lettre ne se renvoie pas, ou pas à une autre adresse."
	case err != nil:
		return err
	default:
		return toLetter(w, r, id, "renvoyee")
	}
	return d.writeLetter(w, r, v, http.StatusUnprocessableEntity, p)
}

func (d *Desk) cancelLetter(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.letterPage(r)
	if err != nil {
		return err
	}
	err = d.store.CancelLetter(r.Context(), v.who.Name, p.ID)
	switch {
	case errors.Is(err, store.ErrLeft):
		p.Fault = "Trop tard : la lettre est partie, ou ne partira plus. Rien n’a été changé."
	case errors.Is(err, store.ErrLeaving):
		p.Fault = "La lettre est en train de partir : rechargez la page dans un instant. Rien n’a été changé."
	case errors.Is(err, store.ErrComplementStands):
		p.Fault = "Cette lettre demande un complément, qui resterait demandé : retirez plutôt la demande, à la page du dossier."
	case err != nil:
		return err
	default:
		return toLetter(w, r, p.ID, "annulee")
	}
	return d.writeLetter(w, r, v, http.StatusConflict, p)
}

func toLetter(w http.ResponseWriter, r *http.Request, id int64, did string) error {
	http.Redirect(w, r, "/courrier/"+strconv.FormatInt(id, 10)+"?"+url.Values{"fait": {did}}.Encode(), http.StatusSeeOther)
	return nil
}

// packPage sends the pack again.
type packPage struct {
	caseRow
	Sheet   cases.Sheet
	Readers []reader
	Draft   cases.Letter
	View    *letterView
	Form    string
	Fault   string
	Closed  bool // the deadline has passed: who gets the pack may no longer apply
}

func (d *Desk) showPack(w http.ResponseWriter, r *http.Request, v visit) error {
	if err := r.ParseForm(); err != nil {
		return faultForm
	}
	return d.writePack(w, r, v, http.StatusOK, r.Form.Get("a"), newToken(), "")
}

func (d *Desk) writePack(w http.ResponseWriter, r *http.Request, v visit, code int, to, form, fault string) error {
	sheet, err := d.store.Case(r.Context(), r.PathValue("ref"))
	if err != nil {
		return err
	}
	p := packPage{caseRow: newCaseRow(sheet.Summary), Sheet: sheet, Form: form, Fault: fault}
	if call := d.o.Calls.ByID(sheet.Call); call != nil {
		p.Closed = d.o.Now().After(call.Deadline)
	}
	p.Draft, err = d.store.DraftPack(r.Context(), v.who.Name, sheet.Ref, to)
	if errors.Is(err, store.ErrStranger) {
		code, p.Fault = http.StatusUnprocessableEntity, "Ce dossier ne connaît pas cette adresse : choisissez-en une de la liste."
		p.Draft, err = d.store.DraftPack(r.Context(), v.who.Name, sheet.Ref, "")
	}
	if err != nil {
		return err
	}
	for _, s := range sheet.Senders {
		p.Readers = append(p.Readers, reader{s, s.Address == p.Draft.To.Key()})
	}
	if p.View, err = d.draftView(p.Draft); err != nil {
		return err
	}
	p.View.allowLook(w)
	return d.show(w, r, v, code, "pack", "Renvoyer le dossier type, "+p.Ref, p)
}

func (d *Desk) sendPack(w http.ResponseWriter, r *http.Request, v visit) error {
	ref := strings.ToUpper(r.PathValue("ref"))
	ctx, err := asSeen(r, ref)
	if err != nil {
		return err
	}
	to, form := r.PostForm.Get("a"), r.PostForm.Get("formulaire")
	_, err = d.store.SendPack(ctx, v.who.Name, ref, to, form)
	if errors.Is(err, store.ErrStranger) {
		return d.writePack(w, r, v, http.StatusUnprocessableEntity, to, form, "")
	}
	if err != nil {
		return err
	}
	return backToCase(w, r, ref, "dossier-type")
}
