package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"greffier/cases"
)

// Why a complement cannot be asked, prolonged or withdrawn.
var (
	ErrNoPieces     = errors.New("no piece is asked for")
	ErrUnknownPiece = errors.New("the call has no such piece")
	ErrDuePast      = errors.New("the due instant must be in the future")
	ErrDueEarlier   = errors.New("the new due instant must be later than the one that stands")
	ErrNoComplement = errors.New("no complement is asked of it")
	ErrNotExamined  = errors.New("a complement is asked of a dossier under examination, and one at a time")
)

// AskComplement asks, by a member of staff, the candidate of a case for pieces by
// a due instant: the case is completion_requested until all are here or that
// instant has passed, and the candidate is written to. It gives the id of the
// letter; of a form that was sent before, that of its letter. It fails with
// ErrNotExamined, ErrNoPieces, ErrUnknownPiece, ErrDuePast, ErrNotFound, or as
// cases.CheckText does.
func (s *Store) AskComplement(ctx context.Context, actor string, r cases.ComplementRequest) (letter int64, err error) {
	err = s.writeAs(ctx, actor, func(t *tx) error {
		letter, err = t.askComplement(r)
		return err
	})
	return letter, err
}

// Askable gives the pieces that a complement may ask a case for, and which of them
// it would by default; ErrNotFound when there is no such case.
func (s *Store) Askable(ctx context.Context, ref string) (list []cases.AskablePiece, err error) {
	err = s.write(ctx, func(t *tx) error {
		r, err := t.caseRef("ref = ?", strings.ToUpper(ref))
		if err != nil {
			return fmt.Errorf("case %s: %w", ref, err)
		}
		j, err := t.judge(r.ID)
		if err != nil {
			return err
		}
		list = j.dossier.Askable()
		return nil
	})
	return list, err
}

// DraftComplement gives the letter that AskComplement would owe; nothing is
// changed.
func (s *Store) DraftComplement(ctx context.Context, actor string, r cases.ComplementRequest) (cases.Letter, error) {
	return s.draft(ctx, actor, func(t *tx) (int64, error) { return t.askComplement(r) })
}

func (t *tx) askComplement(r cases.ComplementRequest) (int64, error) {
	if before, err := t.formSent(r.Form); err != nil || before != 0 {
		return before, err
	}
	j, err := t.alive(r.Ref)
	if err != nil {
		return 0, err
	}
	phase, letter := cases.Next(j.phase, cases.ComplementAsked)
	if letter == cases.NoLetter {
		return 0, fmt.Errorf("case %s is %s: %w", j.ref, j.phase, ErrNotExamined)
	}
	c := cases.Complement{AskedAt: t.now, AskedBy: t.actor, Due: r.Due.Truncate(time.Second)}
	if c.Message, err = ownWords(r.Message); err != nil {
		return 0, err
	}
	if c.Pieces, err = asked(j, r.Pieces); err != nil {
		return 0, err
	}
	if !c.Due.After(t.now) {
		return 0, fmt.Errorf("%w: %s is not after %s", ErrDuePast, showTime(c.Due), showTime(t.now))
	}
	if err := t.row("INSERT INTO complement (case_id, pieces, message, asked_at, asked_by, due) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
		[]any{j.id, asJSON{c.Pieces}, c.Message, instant(c.AskedAt), c.AskedBy, instant(c.Due)}, &c.ID); err != nil {
		return 0, fmt.Errorf("ask a complement of %s: %w", j.ref, err)
	}
	if err := t.noteComplement("complement_asked", j.ref, &c); err != nil {
		return 0, err
	}
	if j, err = t.judge(j.id); err != nil {
		return 0, err
	}
	j.phase = phase
	if err := t.settle(j, "case_reassessed", map[string]any{"complement": c.ID}, ""); err != nil {
		return 0, err
	}
	return t.oweComplement(j, &c, false, r.Form)
}

// ownWords checks what staff add to a letter; they need not.
func ownWords(text string) (string, error) {
	text, err := cases.CheckText(text)
	if errors.Is(err, cases.ErrNoText) {
		return "", nil
	}
	return text, err
}

// asked checks the pieces that staff ask for, and gives each a reason.
func asked(j *judgement, pieces []cases.Asked) ([]cases.Asked, error) {
	var out []cases.Asked
	askable := j.dossier.Askable()
	for _, a := range pieces {
		a.Piece, a.Why = strings.TrimSpace(a.Piece), cases.Quote(strings.Join(strings.Fields(a.Why), " "))
		i := slices.IndexFunc(askable, func(p cases.AskablePiece) bool { return p.ID == a.Piece })
		if i < 0 {
			return nil, fmt.Errorf("%w: %q", ErrUnknownPiece, a.Piece)
		}
		if a.Why == "" {
			a.Why = askable[i].Why
		}
		if !slices.ContainsFunc(out, func(o cases.Asked) bool { return o.Piece == a.Piece }) {
			out = append(out, a)
		}
	}
	if len(out) == 0 {
		return nil, ErrNoPieces
	}
	return out, nil
}

// oweComplement writes to the candidate.
func (t *tx) oweComplement(j *judgement, c *cases.Complement, prolonged bool, form string) (int64, error) {
	o, err := t.byStaff(j.caseRow, cases.LetterComplement, cases.Address{Name: j.name, Address: j.address}, form)
	if err != nil {
		return 0, err
	}
	told := c.Pieces
	if prolonged {
		told = c.Missing(j.call, j.files)
	}
	o.facts.Complement = &cases.ComplementFact{Pieces: j.askedFacts(told), Due: c.Due, Message: c.Message, Prolonged: prolonged}
	return t.oweOne(o)
}

// askedFacts tells pieces asked for by their labels.
func (j *judgement) askedFacts(pieces []cases.Asked) []cases.AskedFact {
	out := []cases.AskedFact{}
	for _, a := range pieces {
		out = append(out, cases.AskedFact{Label: labelOf(j.call, a.Piece), Why: a.Why})
	}
	return out
}

func labelOf(call *cases.Call, id string) string {
	if call != nil {
		if p := call.Piece(id); p != nil {
			return p.Label
		}
	}
	return id
}

// complementFacts tells the answer to a late deposit what it is to a complement,
// if one had been asked: whether it came in time, and what is still missing.
func (j *judgement) complementFacts(facts *cases.Facts, at time.Time) {
	c, verdict := j.complements.Answered(at)
	if c == nil || facts.Receipt {
		return
	}
	facts.Complement = &cases.ComplementFact{Pieces: j.askedFacts(c.Missing(j.call, j.files)), Due: c.Due, OnTime: verdict == cases.OnTime}
}

// ProlongComplement gives the candidate of a case more time for the complement
// that stands, by a member of staff, and tells so by letter. Files received
// meanwhile count as if it had been so from the beginning. It fails with
// ErrNoComplement, ErrDuePast, ErrDueEarlier, or as cases.CheckText does.
func (s *Store) ProlongComplement(ctx context.Context, actor, ref string, due time.Time, message, form string) (letter int64, err error) {
	err = s.writeAs(ctx, actor, func(t *tx) error {
		letter, err = t.prolongComplement(ref, due, message, form)
		return err
	})
	return letter, err
}

// DraftProlongation gives the letter that ProlongComplement would owe.
func (s *Store) DraftProlongation(ctx context.Context, actor, ref string, due time.Time, message string) (cases.Letter, error) {
	return s.draft(ctx, actor, func(t *tx) (int64, error) { return t.prolongComplement(ref, due, message, "") })
}

func (t *tx) prolongComplement(ref string, due time.Time, message, form string) (int64, error) {
	if before, err := t.formSent(form); err != nil || before != 0 {
		return before, err
	}
	j, c, err := t.standing(ref)
	if err != nil {
		return 0, err
	}
	due = due.Truncate(time.Second)
	switch {
	case !due.After(t.now):
		return 0, fmt.Errorf("%w: %s is not after %s", ErrDuePast, showTime(due), showTime(t.now))
	case !due.After(c.Due):
		return 0, fmt.Errorf("%w: %s", ErrDueEarlier, showTime(c.Due))
	}
	c.Due = due
	if c.Message, err = ownWords(message); err != nil {
		return 0, err
	}
	if _, err := t.exec("UPDATE complement SET due = ?, prolonged = prolonged + 1 WHERE id = ?", instant(due), c.ID); err != nil {
		return 0, fmt.Errorf("prolong the complement of %s: %w", ref, err)
	}
	if err := t.noteComplement("complement_prolonged", j.ref, c); err != nil {
		return 0, err
	}
	// What had come after the due instant may be in time now.
	if j, err = t.judge(j.id); err != nil {
		return 0, err
	}
	if err := t.settle(j, "case_reassessed", map[string]any{"complement": c.ID}, ""); err != nil {
		return 0, err
	}
	return t.oweComplement(j, c, true, form)
}

// WithdrawComplement takes the complement that stands back, by a member of staff:
// the case goes to where it would stand without it, files that came before count,
// and its letter never leaves if it has not. Nobody is written to. It fails with
// ErrNoComplement.
func (s *Store) WithdrawComplement(ctx context.Context, actor, ref string) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		j, c, err := t.standing(ref)
		if err != nil {
			return err
		}
		if err := t.endComplement(j, c, cases.ComplementWithdrawn); err != nil {
			return err
		}
		letters, err := collect(t.ctx, t, one[int64], "SELECT id FROM letter WHERE case_id = ? AND kind = ? AND next_at IS NOT NULL AND attempts = 0", j.id, cases.LetterComplement)
		if err != nil {
			return fmt.Errorf("look for letters of %s: %w", ref, err)
		}
		for _, id := range letters {
			if err := t.cancelLetter(id, "the complement was withdrawn"); err != nil {
				return err
			}
		}
		if j, err = t.judge(j.id); err != nil {
			return err
		}
		j.stand()
		return t.settle(j, "case_reassessed", map[string]any{"complement": c.ID}, "staff withdrew a complement")
	})
}

// standing gives a case and the complement that stands of it.
func (t *tx) standing(ref string) (*judgement, *cases.Complement, error) {
	j, err := t.alive(ref)
	if err != nil {
		return nil, nil, err
	}
	c := j.complements.Open()
	if c == nil {
		return nil, nil, fmt.Errorf("case %s: %w", j.ref, ErrNoComplement)
	}
	return j, c, nil
}

func (t *tx) noteComplement(event, ref string, c *cases.Complement) error {
	return t.journal(event, ref, map[string]any{"complement": c.ID, "pieces": c.Pieces, "due": c.Due.UTC()}, thing{"complement", c.ID})
}
