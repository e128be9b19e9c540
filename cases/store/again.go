package store

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"greffier/cases"
)

// Why a letter cannot be sent again, or cancelled.
var (
	ErrNotSent          = errors.New("it has yet to leave: it leaves by itself, or can be cancelled")
	ErrNotAgain         = errors.New("a letter of this kind is not sent again")
	ErrBadAddress       = errors.New("this is no mail address")
	ErrLeft             = errors.New("it is settled: what has left cannot be taken back")
	ErrLeaving          = errors.New("it is being sent right now")
	ErrComplementStands = errors.New("the complement that it asks for would stand: withdraw the complement")
)

// SendPack sends the application pack of its call to the candidate of a case, or
// to another address that the case knows, by a member of staff and however often
// it was sent before. It gives the id of the letter; of a form that was sent
// before, that of its letter. It fails with ErrNotFound or ErrStranger.
func (s *Store) SendPack(ctx context.Context, actor, ref, to, form string) (letter int64, err error) {
	err = s.writeAs(ctx, actor, func(t *tx) error {
		letter, err = t.sendPack(ref, to, form)
		return err
	})
	return letter, err
}

// DraftPack gives the letter that SendPack would owe.
func (s *Store) DraftPack(ctx context.Context, actor, ref, to string) (cases.Letter, error) {
	return s.draft(ctx, actor, func(t *tx) (int64, error) { return t.sendPack(ref, to, "") })
}

func (t *tx) sendPack(ref, to, form string) (int64, error) {
	if before, err := t.formSent(form); err != nil || before != 0 {
		return before, err
	}
	r, err := t.caseRef("ref = ?", strings.ToUpper(ref))
	if err != nil {
		return 0, fmt.Errorf("case %s: %w", ref, err)
	}
	j, err := t.judge(r.ID)
	if err != nil {
		return 0, err
	}
	reader, err := t.reader(j.caseRow, to)
	if err != nil {
		return 0, err
	}
	o, err := t.byStaff(j.caseRow, cases.LetterPack, reader, form)
	if err != nil {
		return 0, err
	}
	o.facts.Pack = true
	if !o.facts.Receipt {
		t.dossierFacts(&o.facts, j.call, j.dossier)
	}
	return t.oweOne(o)
}

// SendAgain owes a letter once more, by a member of staff: to its reader, or to
// another address, which its case knows from then on. It is worded anew from what
// it told. That it had not arrived is done with, and its reader may be reminded
// again. It gives the id of the new letter; of a form that was sent before, that
// of its letter. It fails with ErrNotFound, ErrNotSent for a letter that waits,
// ErrNotAgain for a reminder, a letter to staff, one that was cancelled, one of a
// complement that has ended, and one without a case to another address, and
// ErrBadAddress.
func (s *Store) SendAgain(ctx context.Context, actor string, id int64, to, form string) (letter int64, err error) {
	err = s.writeAs(ctx, actor, func(t *tx) error {
		letter, err = t.sendAgain(id, to, form)
		return err
	})
	return letter, err
}

func (t *tx) sendAgain(id int64, to, form string) (int64, error) {
	if before, err := t.formSent(form); err != nil || before != 0 {
		return before, err
	}
	l, err := t.letter(id)
	if err != nil {
		return 0, err
	}
	switch l.State {
	case cases.LetterOwed, cases.LetterWorded, cases.LetterRetrying, cases.LetterHeld:
		return 0, fmt.Errorf("letter %d: %w", id, ErrNotSent)
	case cases.LetterCancelled:
		return 0, fmt.Errorf("letter %d was cancelled: %w", id, ErrNotAgain)
	}
	reader := l.To
	if key := cases.AddressKey(to); key != "" && key != l.To.Key() {
		parsed, err := mail.ParseAddress(strings.TrimSpace(to))
		if err != nil || parsed.Name != "" || t.s.ours(cases.Address{Address: parsed.Address}) {
			return 0, fmt.Errorf("%q: %w", to, ErrBadAddress)
		}
		if l.CaseID == 0 {
			return 0, fmt.Errorf("letter %d belongs to no case: %w to another address", id, ErrNotAgain)
		}
		reader.Address = parsed.Address
	}
	if l.Kind == cases.LetterReminder || l.Kind == cases.LetterDigest || l.Kind == cases.LetterAlarm {
		return 0, fmt.Errorf("letter %d: %w (%s)", id, ErrNotAgain, l.Kind)
	}
	if l.Kind == cases.LetterComplement {
		complements, err := complementsOf(t.ctx, t, l.CaseID)
		if err != nil {
			return 0, err
		}
		if complements.Open() == nil {
			return 0, fmt.Errorf("letter %d: its complement has ended: %w", id, ErrNotAgain)
		}
	}
	o := owed{kind: l.Kind, cause: l.CallID + " " + showTime(t.now), caseID: l.CaseID, caseRef: l.CaseRef, mailID: l.MailID, to: reader, inReplyTo: l.InReplyTo, refs: l.References,
		facts: l.Facts, author: t.actor, form: form}
	o.facts.Territory = cases.TerritoryOf(reader.Address)
	if err := t.row("SELECT about_kind, about_id FROM letter WHERE id = ?", []any{id}, &o.about.Kind, &o.about.ID); err != nil {
		return 0, fmt.Errorf("read letter %d: %w", id, err)
	}
	var before int
	if err := t.row("SELECT COUNT(*) FROM letter WHERE occurrence LIKE ?", []any{fmt.Sprintf("letter %d again %%", id)}, &before); err != nil {
		return 0, fmt.Errorf("count letters: %w", err)
	}
	o.occurrence = fmt.Sprintf("letter %d again %d", id, before+1)
	if l.CaseID != 0 {
		if err := t.trust(l, reader); err != nil {
			return 0, err
		}
	}
	if err := t.doneTasks("kind IN ('refused', 'bounce', 'bounce_elsewhere') AND letter_id = ?", id); err != nil {
		return 0, err
	}
	return t.oweOne(o)
}

// trust makes an address that staff give known to a case, as one that receives.
func (t *tx) trust(l cases.Letter, reader cases.Address) error {
	if _, err := t.exec(`INSERT INTO sender (case_id, address, role) VALUES (?, ?, 'known') ON CONFLICT DO UPDATE SET bounced = 0,
		role = CASE WHEN sender.role = 'added' AND ? THEN 'known' ELSE sender.role END`, l.CaseID, reader.Key(), reader.Key() != l.To.Key()); err != nil {
		return fmt.Errorf("make an address known: %w", err)
	}
	return t.journal("address_given", l.CaseRef, map[string]any{"letter": l.ID, "address": reader.Address}, thing{"case", l.CaseRef})
}

// CancelLetter keeps a letter that has not left from leaving, by a member of
// staff. What a reply had made done is to be read again. It fails with
// ErrNotFound, ErrLeft for a settled letter, ErrLeaving while it is handed over,
// and ErrComplementStands for the letter of a complement that stands.
func (s *Store) CancelLetter(ctx context.Context, actor string, id int64) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		l, err := t.letter(id)
		if err != nil {
			return err
		}
		var waits, leaving, asks bool
		if err := t.row(`SELECT next_at IS NOT NULL, EXISTS (SELECT 1 FROM attempt WHERE letter_id = ?1 AND ended_at IS NULL),
			EXISTS (SELECT 1 FROM complement c WHERE c.case_id = l.case_id AND c.outcome = '') FROM letter l WHERE id = ?1`, []any{id}, &waits, &leaving, &asks); err != nil {
			return fmt.Errorf("read letter %d: %w", id, err)
		}
		switch {
		case !waits:
			return fmt.Errorf("letter %d is %s: %w", id, l.State, ErrLeft)
		case leaving:
			return fmt.Errorf("letter %d: %w", id, ErrLeaving)
		case l.Kind == cases.LetterComplement && asks:
			return fmt.Errorf("letter %d: %w", id, ErrComplementStands)
		}
		if err := t.cancelLetter(id, "cancelled by "+t.actor); err != nil {
			return err
		}
		if err := t.doneTasks("kind = 'held' AND letter_id = ?", id); err != nil || l.Kind != cases.LetterReply {
			return err
		}
		unread, err := collect(t.ctx, t, one[int64], "SELECT id FROM task WHERE kind = 'message' AND mail_id = ? AND done_at IS NOT NULL AND done_by = ''", l.MailID)
		if err != nil {
			return fmt.Errorf("look for tasks: %w", err)
		}
		return t.reopenTasks(unread)
	})
}

// LetterOf gives the letter with that id as lists show it; ErrNotFound when there
// is none.
func (s *Store) LetterOf(ctx context.Context, id int64) (cases.LetterSheet, error) {
	list, err := s.letters(ctx, s.reader, "l.id = ?", id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("letter %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return cases.LetterSheet{}, err
	}
	return list[0], nil
}
