package store

import (
	"context"
	"errors"
	"fmt"

	"greffier/cases"
)

// Why a decision about a mail cannot be taken.
var (
	ErrNameCase = errors.New("name the case to attach it to")
	ErrSettled  = errors.New("does not wait to be attached")
	ErrNoUndo   = errors.New("staff decided nothing of it that could be taken back")
)

// Accept attaches a waiting mail, by decision of a member of staff: to the case
// with that reference; without one, to the case it waits beside, or to a new
// case of its sender. Its sender is known to the case from then on. The mail is
// assessed anew, and answered as if it had joined at once. ErrNameCase: it takes
// a reference; ErrNotFound: there is no such case or mail; ErrSettled: the mail
// does not wait, or no longer.
func (s *Store) Accept(ctx context.Context, actor string, mailID int64, ref string) (attached string, err error) {
	err = s.writeAs(ctx, actor, func(t *tx) error {
		m, r, err := t.waiting(mailID)
		if err != nil {
			return err
		}
		// Where it waited, in case the decision is taken back.
		if _, err := t.exec("UPDATE mail SET beside_id = case_id, beside_call = COALESCE(call_id, '') WHERE id = ?", mailID); err != nil {
			return fmt.Errorf("attach mail: %w", err)
		}
		switch {
		case ref != "":
			if r.Case, err = t.liveCase("ref = ?", ref); err != nil {
				return fmt.Errorf("case %s: %w", ref, err)
			}
		case r.Case != nil:
		case r.Call == nil:
			return fmt.Errorf("mail %d belongs to no edition: %w", mailID, ErrNameCase)
		case m.Staff:
			return fmt.Errorf("mail %d was sent by a colleague: %w", mailID, ErrNameCase)
		default:
			var known int
			if err := t.row(`SELECT COUNT(*) FROM sender s JOIN "case" c ON c.id = s.case_id WHERE s.address = ? AND c.call_id = ? AND c.merged_into IS NULL`, []any{m.From.Key(), r.Call.ID}, &known); err != nil {
				return fmt.Errorf("look up sender: %w", err)
			}
			if known > 0 {
				return fmt.Errorf("the sender of mail %d is known in %d cases of the edition: %w", mailID, known, ErrNameCase)
			}
		}
		if r.Case == nil {
			if attached, err = t.openCase(mailID, m, *r); err != nil {
				return err
			}
			if _, err := t.exec("UPDATE mail SET place = 'opens' WHERE id = ?", mailID); err != nil {
				return fmt.Errorf("attach mail: %w", err)
			}
		} else {
			attached = r.Case.Ref
			call := s.opts.Calls.ByID(r.Case.CallID)
			if call == nil {
				return fmt.Errorf("call %s is no longer configured", r.Case.CallID)
			}
			if err := t.reopenCase(r.Case.ID, call); err != nil {
				return err
			}
			if _, err := t.exec("UPDATE mail SET place = 'joins', case_id = ?, call_id = ?, timeliness = ? WHERE id = ?",
				r.Case.ID, call.ID, cases.Judge(call, m.Clocks), mailID); err != nil {
				return fmt.Errorf("attach mail: %w", err)
			}
			// A colleague who forwards does not become a correspondent of the case.
			if m.Kind == cases.Person && !m.Staff {
				if _, err := t.exec("INSERT INTO sender (case_id, address, role) VALUES (?, ?, 'known') ON CONFLICT DO NOTHING", r.Case.ID, m.From.Key()); err != nil {
					return fmt.Errorf("add sender: %w", err)
				}
			}
		}
		// Staff have seen the files: they count, whatever kind of mail brought them.
		if _, err := t.exec("UPDATE part SET role = 'deposit' WHERE mail_id = ? AND furniture = 0 AND role = ''", mailID); err != nil {
			return fmt.Errorf("attach files: %w", err)
		}
		if _, err := t.exec("UPDATE mail SET assessed_at = NULL, why = why || ?, added = 0 WHERE id = ?", "; attached by "+actor, mailID); err != nil {
			return fmt.Errorf("attach mail: %w", err)
		}
		if err := t.doneTasks("kind = 'to_attach' AND mail_id = ?", mailID); err != nil {
			return err
		}
		var timeliness *cases.Timeliness
		if err := t.row("SELECT timeliness FROM mail WHERE id = ?", []any{mailID}, &timeliness); err != nil {
			return fmt.Errorf("attach mail: %w", err)
		}
		return t.journal("mail_attached", attached, map[string]any{"mail": mailID, "timeliness": timeliness},
			thing{"mail", mailID}, thing{"files", mailID}, thing{"case", attached})
	})
	return attached, err
}

// reopenCase lets a case begin again whose only mails had been taken back: what
// is attached to it opens it.
func (t *tx) reopenCase(id int64, call *cases.Call) error {
	c, err := t.loadCase(id)
	if err != nil || c.phase != cases.NotApplication {
		return err
	}
	var mails int
	if err := t.row("SELECT COUNT(*) FROM mail WHERE case_id = ? AND direction = 'in' AND place IN ('opens', 'joins')", []any{id}, &mails); err != nil || mails > 0 {
		return err
	}
	c.phase = cases.NewCase
	if call, _, err = t.askedOf(c, call); err != nil {
		return err
	}
	return t.saveCase(c, call, cases.NewDossier(call, nil), "case_reopened", map[string]any{})
}

// Refuse decides that a waiting mail belongs to no case. It is kept. It
// returns ErrNotFound and ErrSettled as Accept does.
func (s *Store) Refuse(ctx context.Context, actor string, mailID int64) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		if _, _, err := t.waiting(mailID); err != nil {
			return err
		}
		if _, err := t.exec("UPDATE mail SET place = 'refused' WHERE id = ?", mailID); err != nil {
			return fmt.Errorf("refuse mail: %w", err)
		}
		if err := t.doneTasks("kind = 'to_attach' AND mail_id = ?", mailID); err != nil {
			return err
		}
		return t.journal("mail_refused", "", map[string]any{"mail": mailID}, thing{"mail", mailID})
	})
}

// waiting loads a waiting mail and its route.
func (t *tx) waiting(id int64) (*cases.Mail, *cases.Route, error) {
	m := &cases.Mail{}
	r := &cases.Route{}
	var caseID *int64
	var callID *string
	var why string
	err := t.row(`SELECT place, why, from_name, from_address, kind, boundary, internaldate, date, fetched, call_id, case_id FROM mail WHERE id = ?`, []any{id},
		&r.Place, &why, &m.From.Name, &m.From.Address, &m.Kind, scanTime{&m.Clocks.Boundary}, scanTime{&m.Clocks.InternalDate}, scanTime{&m.Clocks.Date},
		scanTime{&m.Clocks.Fetched}, &callID, &caseID)
	if err == nil && r.Place != cases.Waits {
		err = ErrSettled
	}
	if err != nil {
		return nil, nil, fmt.Errorf("mail %d: %w", id, err)
	}
	m.Staff = why == cases.WhyStaff
	if callID != nil {
		r.Call = t.s.opts.Calls.ByID(*callID)
	}
	if caseID != nil {
		if r.Case, err = t.liveCase("id = ?", *caseID); err != nil {
			return nil, nil, fmt.Errorf("mail %d: %w", id, err)
		}
	}
	return m, r, nil
}

// Replay files a mail set aside that was read anew: as Receive does, with the name
// of who asked for it in the journal. ErrNotFound when it is not set aside.
func (s *Store) Replay(ctx context.Context, actor string, id int64, a cases.Arrival) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		var n int
		if err := t.row("SELECT 1 FROM source WHERE id = ? AND mail_id IS NULL", []any{id}, &n); err != nil {
			return fmt.Errorf("replay mail %d: %w", id, err)
		}
		if err := t.journal("mail_replayed", "", map[string]any{"source": id}); err != nil {
			return err
		}
		t.actor = machine // who asks for it files nothing
		if err := t.receive(&a); err != nil {
			return fmt.Errorf("file mail %s: %w", a.Mail.RawSHA256, err)
		}
		return nil
	})
}

// Forget takes a mail set aside off the list, so that the next reading fetches
// it anew.
func (s *Store) Forget(ctx context.Context, actor string, id int64) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		res, err := t.exec("DELETE FROM source WHERE id = ? AND mail_id IS NULL", id)
		if err != nil {
			return fmt.Errorf("replay mail %d: %w", id, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(fmt.Errorf("replay mail %d: %w", id, ErrNotFound), err)
		}
		return t.journal("mail_replayed", "", map[string]any{"source": id})
	})
}
