package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
)

// ErrStranger is returned for a letter to an address that the case does not know.
var ErrStranger = errors.New("the case does not know this address: letters go to its candidate and to addresses that it knows")

// byStaff makes a letter about a case by a member of staff, with what every such
// letter tells. Its token hangs on the call and the instant: no mail caused it.
func (t *tx) byStaff(c *caseRow, kind cases.LetterKind, to cases.Address, form string) (owed, error) {
	var n int
	if err := t.row("SELECT COUNT(*) FROM letter WHERE about_kind = 'case' AND about_id = ? AND author <> ''", []any{c.ref}, &n); err != nil {
		return owed{}, fmt.Errorf("count letters of %s: %w", c.ref, err)
	}
	o := owed{about: cases.About{Kind: "case", ID: c.ref}, kind: kind, occurrence: fmt.Sprintf("%s by staff %d", c.ref, n+1), cause: c.callID + " " + showTime(t.now),
		caseID: c.id, caseRef: c.ref, to: to, author: t.actor, form: form}
	var messageID string
	if err := t.row("SELECT message_id, subject FROM mail WHERE id = (SELECT opened_by FROM \"case\" WHERE id = ?)", []any{c.id}, &messageID, &o.facts.Subject); err != nil {
		return owed{}, fmt.Errorf("load opening mail of %s: %w", c.ref, err)
	}
	o.refs = lastUnique([]string{messageID}, 1)
	o.facts.CallID, o.facts.Candidate, o.facts.Territory, o.facts.Subject = c.callID, cases.Quote(to.Name), cases.TerritoryOf(to.Address), cases.Quote(o.facts.Subject)
	if o.facts.Receipt = to.Key() != cases.AddressKey(c.address); !o.facts.Receipt { // else the case is not its reader's
		o.facts.Ref, o.facts.Phase = c.ref, c.phase
	}
	return o, nil
}

// reader gives an address that a case knows as it writes itself; "" is the
// candidate's. It fails with ErrStranger.
func (t *tx) reader(c *caseRow, to string) (cases.Address, error) {
	key := cases.AddressKey(to)
	if key == "" || key == cases.AddressKey(c.address) {
		return cases.Address{Name: c.name, Address: c.address}, nil
	}
	a := cases.Address{Address: key}
	var known int
	if err := t.row("SELECT COUNT(*) FROM sender WHERE case_id = ? AND address = ?", []any{c.id, key}, &known); err != nil {
		return a, fmt.Errorf("look for known addresses of %s: %w", c.ref, err)
	}
	if known == 0 || t.s.ours(a) {
		return a, fmt.Errorf("case %s, %s: %w", c.ref, to, ErrStranger)
	}
	err := t.row("SELECT from_name, from_address FROM mail WHERE case_id = ? AND from_key = ? ORDER BY id DESC LIMIT 1", []any{c.id, key}, &a.Name, &a.Address)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return a, fmt.Errorf("look for mails of an address: %w", err)
	}
	return a, nil
}

// formSent gives the letter that a form has owed before; 0: none.
func (t *tx) formSent(form string) (id int64, err error) {
	if form == "" {
		return 0, nil
	}
	err = t.row("SELECT id FROM letter WHERE form = ?", []any{form}, &id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return 0, fmt.Errorf("look for the form: %w", err)
	}
	return id, nil
}

// errDrafted takes back a transaction that made a draft.
var errDrafted = errors.New("only a draft")

// draft gives the letter that a happening would owe; nothing of it happens.
func (s *Store) draft(ctx context.Context, actor string, f func(*tx) (int64, error)) (l cases.Letter, err error) {
	err = s.writeAs(ctx, actor, func(t *tx) error {
		id, err := f(t)
		if err != nil {
			return err
		}
		if l, err = t.letter(id); err != nil {
			return err
		}
		return errDrafted
	})
	if errors.Is(err, errDrafted) {
		err = nil
	}
	return l, err
}

// Reply answers a mail of a case in the words of a member of staff: the newest
// one of its reader, where none is named. The reader is the sender of that mail,
// or another address that the case knows, never a stranger. What was there to
// read of that sender, up to that mail, is done. It gives the id of the letter;
// of a form that was sent before, that of its letter. It fails with ErrNotFound,
// ErrStranger, or as cases.CheckText does.
func (s *Store) Reply(ctx context.Context, actor string, r cases.Reply) (letter int64, err error) {
	if r.Text, err = cases.CheckText(r.Text); err != nil {
		return 0, err
	}
	err = s.writeAs(ctx, actor, func(t *tx) error {
		letter, err = t.reply(r)
		return err
	})
	return letter, err
}

// DraftReply gives the letter that Reply would owe, whatever the text is; nothing
// is changed.
func (s *Store) DraftReply(ctx context.Context, actor string, r cases.Reply) (cases.Letter, error) {
	r.Form = ""
	return s.draft(ctx, actor, func(t *tx) (int64, error) { return t.reply(r) })
}

func (t *tx) reply(r cases.Reply) (int64, error) {
	if before, err := t.formSent(r.Form); err != nil || before != 0 {
		return before, err
	}
	ref, err := t.caseRef("ref = ?", strings.ToUpper(r.Ref))
	if err != nil {
		return 0, fmt.Errorf("case %s: %w", r.Ref, err)
	}
	j, err := t.judge(ref.ID)
	if err != nil {
		return 0, err
	}
	m, err := t.answered(j.caseRow, r)
	if err != nil {
		return 0, err
	}
	to, err := t.reader(j.caseRow, r.To)
	if r.To == "" && err == nil {
		// A colleague's mail that was attached does not make a correspondent.
		if sender, unknown := t.reader(j.caseRow, m.from.Address); unknown == nil {
			to = sender
		}
	}
	if err != nil {
		return 0, err
	}
	o, err := t.byStaff(j.caseRow, cases.LetterReply, to, r.Form)
	if err != nil {
		return 0, err
	}
	o.mailID, o.inReplyTo = m.id, m.messageID
	o.refs = slices.Clone(m.refs)
	slices.Reverse(o.refs)
	o.refs = lastUnique(append(o.refs, m.messageID), 20)
	o.facts.Subject, o.facts.Reply = cases.Quote(m.subject), &cases.ReplyFact{Subject: cases.ReplySubject(m.subject), Text: r.Text}
	o.facts.ReceivedAt, o.facts.Clock = m.clocks.Decision()
	o.facts.SentAt, o.facts.Timeliness = m.clocks.Date, m.timeliness
	if !o.facts.Receipt {
		o.facts.Complete, o.facts.Present, o.facts.Missing = j.dossier.Complete(), j.dossier.Present(), j.dossier.Missing()
	}
	id, err := t.oweOne(o)
	if err != nil {
		return 0, err
	}
	return id, t.doneTasks(`kind = 'message' AND mail_id IN (SELECT o.id FROM mail o JOIN mail m ON m.id = ? WHERE o.case_id = m.case_id AND o.from_key = m.from_key AND o.instant <= m.instant)`, m.id)
}

// answered gives the mail that a reply answers: a person's, of the case.
func (t *tx) answered(c *caseRow, r cases.Reply) (*filed, error) {
	id := r.Mail
	if id == 0 {
		err := t.row(`SELECT id FROM mail WHERE case_id = ?1 AND direction = 'in' AND kind = 'person' AND place IN ('opens', 'joins')
			ORDER BY from_key = ?2 DESC, instant DESC, id DESC LIMIT 1`, []any{c.id, cases.AddressKey(r.To)}, &id)
		if err != nil {
			return nil, fmt.Errorf("case %s has no mail to answer: %w", c.ref, err)
		}
	}
	m, err := t.filed(id)
	var direction string
	if err == nil {
		err = t.row("SELECT direction FROM mail WHERE id = ?", []any{id}, &direction)
	}
	if err == nil && (m.caseID != c.id || !m.inCase() || direction != "in" || m.kind != cases.Person) {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("mail %d of %s: %w", id, c.ref, err)
	}
	return m, nil
}
