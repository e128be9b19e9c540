package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"greffier/cases"
	"greffier/cases/store"
)

// complementPage asks for pieces, or shows the complement that stands. What was
// typed stands in it whatever happens.
type complementPage struct {
	caseRow
	Sheet   cases.Sheet
	Open    *cases.ComplementSheet // that stands; nil: one may be asked
	Refused string                 // why none may be asked
	Bounced bool                   // our letters do not reach the candidate
	Pieces  []askedPiece
	View    *letterView // the letter as it will be
	Draft   cases.Letter

	Due, Text, Form                  string // as typed
	FaultPieces, FaultDue, FaultText string
}

// askedPiece is a piece that may be asked for, as typed.
type askedPiece struct {
	cases.AskablePiece
	Chosen bool
}

// dueLayout is how a browser writes a local date and time; it leaves seconds out
// where there are none.
const dueLayout = "2006-01-02T15:04"

// complementPage fills the page for a case as it stands.
func (d *Desk) complementPage(r *http.Request) (*complementPage, error) {
	sheet, err := d.store.Case(r.Context(), r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	p := &complementPage{caseRow: newCaseRow(sheet.Summary), Sheet: sheet, Form: newToken()}
	p.Open = openComplement(sheet)
	p.Bounced = slices.ContainsFunc(sheet.Senders, func(s cases.Sender) bool { return s.Role == "candidate" && s.Bounced })
	base := time.Time{}
	if p.Open != nil && p.Open.Due != nil {
		base = *p.Open.Due
	}
	if now := d.o.Now(); base.Before(now) {
		base = now
	}
	p.Due = cases.DefaultDue(base, d.o.Location).Format(dueLayout)
	if p.Open == nil && !maySupplement(sheet) {
		p.Refused = "Un complément se demande quand le dossier est examiné : après l’échéance, pour un dossier complet ou incomplet reçu dans les délais, ou admis par dérogation. Celui-ci est dans la phase « " + sheet.Phase.Label() + " »."
	}
	pieces, err := d.store.Askable(r.Context(), sheet.Ref)
	if err != nil {
		return nil, err
	}
	for _, piece := range pieces {
		p.Pieces = append(p.Pieces, askedPiece{AskablePiece: piece, Chosen: piece.Proposed})
	}
	return p, nil
}

// openComplement gives the complement of a case that stands, or nil.
func openComplement(sheet cases.Sheet) *cases.ComplementSheet {
	i := slices.IndexFunc(sheet.Complements, func(c cases.ComplementSheet) bool { return c.Outcome == "" })
	if i < 0 {
		return nil
	}
	return &sheet.Complements[i]
}

// maySupplement reports whether a complement may be asked of a case.
func maySupplement(sheet cases.Sheet) bool {
	_, letter := cases.Next(sheet.Phase, cases.ComplementAsked)
	return letter == cases.LetterComplement && sheet.Publication == cases.NotDecided
}

func (d *Desk) showComplement(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.complementPage(r)
	if err != nil {
		return err
	}
	return d.writeComplement(w, r, v, http.StatusOK, p)
}

func (d *Desk) writeComplement(w http.ResponseWriter, r *http.Request, v visit, code int, p *complementPage) error {
	title := "Demander un complément, " + p.Ref
	if p.Open != nil {
		title = "Complément demandé, " + p.Ref
	}
	return d.show(w, r, v, code, "complement", title, p)
}

// typed takes over what the form says.
func (d *Desk) typed(r *http.Request, p *complementPage) (due time.Time, err error) {
	if err := r.ParseForm(); err != nil {
		return due, faultForm
	}
	p.Due, p.Text = r.PostForm.Get("echeance"), r.PostForm.Get("texte")
	if form := r.PostForm.Get("formulaire"); form != "" {
		p.Form = form
	}
	for i := range p.Pieces {
		id := p.Pieces[i].ID
		p.Pieces[i].Chosen = slices.Contains(r.PostForm["piece"], id)
		if r.PostForm.Has("raison." + id) {
			p.Pieces[i].Why = r.PostForm.Get("raison." + id)
		}
	}
	for _, layout := range []string{dueLayout, "2006-01-02T15:04:05"} {
		if due, err = time.ParseInLocation(layout, p.Due, d.o.Location); err == nil {
			return due, nil
		}
	}
	p.FaultDue = "Écrivez une date et une heure."
	return due, nil
}

// faults puts what the store refused beside the field that it is about, and
// reports whether it is about one.
func (p *complementPage) faults(err error) bool {
	switch {
	case errors.Is(err, store.ErrNoPieces), errors.Is(err, store.ErrUnknownPiece):
		p.FaultPieces = "Cochez au moins une pièce."
	case errors.Is(err, store.ErrDuePast):
		p.FaultDue = "L’échéance doit être à venir."
	case errors.Is(err, store.ErrDueEarlier):
		p.FaultDue = "La nouvelle échéance doit être plus tardive que celle qui court."
	case errors.Is(err, cases.ErrLongText), errors.Is(err, cases.ErrBlank):
		p.FaultText = textFault(err)
	case errors.Is(err, store.ErrNotExamined):
		p.Refused = "Le dossier n’est plus dans une phase où un complément se demande, ou un autre court déjà. Rien n’a été envoyé."
	case errors.Is(err, store.ErrNoComplement):
		p.Refused = "Aucun complément ne court plus pour ce dossier. Rien n’a été envoyé."
	default:
		var refusal *store.Refusal
		if !errors.As(err, &refusal) {
			return false
		}
		p.Refused = "Le dossier a été décidé ou écarté : rien ne peut lui être demandé. Rien n’a été envoyé."
	}
	return true
}

func (d *Desk) askComplement(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.complementPage(r)
	if err != nil {
		return err
	}
	request := cases.ComplementRequest{Ref: p.Ref}
	if request.Due, err = d.typed(r, p); err != nil {
		return err
	}
	request.Message, request.Form = p.Text, p.Form
	for _, piece := range p.Pieces {
		if piece.Chosen {
			request.Pieces = append(request.Pieces, cases.Asked{Piece: piece.ID, Why: strings.TrimSpace(piece.Why)})
		}
	}
	return d.complementSteps(w, r, v, p, "complement",
		func(ctx context.Context) error { _, err := d.store.AskComplement(ctx, v.who.Name, request); return err },
		func(ctx context.Context) (cases.Letter, error) {
			return d.store.DraftComplement(ctx, v.who.Name, request)
		})
}

func (d *Desk) prolongComplement(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.complementPage(r)
	if err != nil {
		return err
	}
	due, err := d.typed(r, p)
	if err != nil {
		return err
	}
	return d.complementSteps(w, r, v, p, "prolongation",
		func(ctx context.Context) error {
			_, err := d.store.ProlongComplement(ctx, v.who.Name, p.Ref, due, p.Text, p.Form)
			return err
		},
		func(ctx context.Context) (cases.Letter, error) {
			return d.store.DraftProlongation(ctx, v.who.Name, p.Ref, due, p.Text)
		})
}

// complementSteps goes from one step of a form to the next: look, then send.
func (d *Desk) complementSteps(w http.ResponseWriter, r *http.Request, v visit, p *complementPage, did string, send func(context.Context) error, draft func(context.Context) (cases.Letter, error)) error {
	step := r.PostForm.Get("faire")
	if step == stepChange {
		return d.writeComplement(w, r, v, http.StatusOK, p)
	}
	var err error
	if p.FaultDue == "" && step == stepSend {
		var ctx context.Context
		if ctx, err = asSeen(r, p.Ref); err != nil {
			return err
		}
		if err = send(ctx); err == nil {
			return backToCase(w, r, p.Ref, did)
		}
	} else if p.FaultDue == "" {
		p.Draft, err = draft(r.Context())
	}
	if p.FaultDue != "" || err != nil && p.faults(err) {
		return d.writeComplement(w, r, v, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	if p.View, err = d.draftView(p.Draft); err != nil {
		return err
	}
	p.View.allowLook(w)
	return d.writeComplement(w, r, v, http.StatusOK, p)
}

func (d *Desk) withdrawComplement(w http.ResponseWriter, r *http.Request, v visit) error {
	ref := strings.ToUpper(r.PathValue("ref"))
	ctx, err := asSeen(r, ref)
	if err != nil {
		return err
	}
	err = d.store.WithdrawComplement(ctx, v.who.Name, ref)
	p := &complementPage{}
	if err != nil && p.faults(err) {
		page, perr := d.complementPage(r)
		if perr != nil {
			return perr
		}
		page.Refused = p.Refused
		return d.writeComplement(w, r, v, http.StatusConflict, page)
	}
	if err != nil {
		return err
	}
	return backToCase(w, r, ref, "complement-retire")
}
