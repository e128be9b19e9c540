package desk

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"greffier/cases"
)

// undoPage asks whether a decision is to be taken back.
type undoPage struct {
	decision
	Decision cases.Decision
}

// standing gives the newest decision of each kind that can be taken back from the
// page of a case, by its id.
func standing(sheet cases.Sheet) map[int64]bool {
	newest := make(map[cases.DecisionKind]cases.Decision)
	for _, d := range sheet.Decisions {
		mine := d.Case == sheet.Ref || d.Kind == cases.DecideSplit
		if d.UndoneAt == nil && mine && d.Kind != cases.DecidePhase {
			newest[d.Kind] = d
		}
	}
	out := make(map[int64]bool)
	for _, d := range newest {
		out[d.ID] = true
	}
	return out
}

// undo takes a decision back.
func (d *Desk) undo(ctx context.Context, actor, ref string, kind cases.DecisionKind) (err error) {
	switch kind {
	case cases.DecideArbitration:
		return d.store.UndoArbitration(ctx, actor, ref)
	case cases.DecideDerogation:
		return d.store.UndoDerogation(ctx, actor, ref)
	case cases.DecideMerge:
		_, err = d.store.UndoMerge(ctx, actor, ref)
		return err
	case cases.DecideSplit:
		_, err = d.store.UndoSplit(ctx, actor, ref)
		return err
	}
	return fmt.Errorf("a decision of kind %q is not taken back like that", kind)
}

// decisionAsked gives the decision that a request names, if it can be taken back.
func (d *Desk) decisionAsked(r *http.Request) (undoPage, error) {
	base, err := d.begin(r)
	if err != nil {
		return undoPage{}, err
	}
	p := undoPage{decision: base}
	id, err := strconv.ParseInt(r.PathValue("decision"), 10, 64)
	if err != nil || !standing(base.Sheet)[id] {
		return p, faultNothingToUndo
	}
	for _, decided := range base.Sheet.Decisions {
		if decided.ID == id {
			p.Decision = decided
		}
	}
	return p, nil
}

func (d *Desk) showUndo(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := d.decisionAsked(r)
	if err != nil {
		return err
	}
	return d.sendUndo(w, r, v, http.StatusOK, p)
}

func (d *Desk) sendUndo(w http.ResponseWriter, r *http.Request, v visit, code int, p undoPage) (err error) {
	p.Will, err = d.foresee(r, func(ctx context.Context) error { return d.undo(ctx, v.who.Name, p.Ref, p.Decision.Kind) })
	if err != nil {
		return err
	}
	return d.show(w, r, v, code, "undo", "Annuler une décision sur "+p.Ref, p)
}

func (d *Desk) undoDecision(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, err := asSeen(r, r.PathValue("ref"))
	if err != nil {
		return err
	}
	p, err := d.decisionAsked(r)
	if err != nil {
		return err
	}
	if err := d.undo(ctx, v.who.Name, p.Ref, p.Decision.Kind); err != nil {
		if !p.refused(err) {
			return err
		}
		return d.sendUndo(w, r, v, http.StatusUnprocessableEntity, p)
	}
	return backToCase(w, r, p.Ref, "annule")
}
