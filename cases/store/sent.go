package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"greffier/cases"
)

// SentSeen gives the highest UID of the folder of sent mail that was looked at
// under that UIDVALIDITY; 0: none.
func (s *Store) SentSeen(ctx context.Context, mailbox, folder string, uidValidity uint32) (lastUID uint32, err error) {
	err = s.reader.QueryRowContext(ctx, "SELECT last_uid FROM sent_reading WHERE mailbox = ? AND folder = ? AND uidvalidity = ?", mailbox, folder, uidValidity).Scan(&lastUID)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read how far sent mail was looked at: %w", err)
	}
	return lastUID, nil
}

// Speaks reports whether one of the Message-IDs, which a mail in the folder of
// sent mail answers, is that of a mail or a letter of a case.
func (s *Store) Speaks(ctx context.Context, ids []string) (bool, error) {
	for _, id := range ids {
		var n int
		err := s.reader.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM mail WHERE message_id = ? AND case_id IS NOT NULL)
			OR EXISTS (SELECT 1 FROM letter WHERE message_id = ? AND case_id IS NOT NULL)`, id, id).Scan(&n)
		if err != nil {
			return false, fmt.Errorf("look for the mail answered: %w", err)
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, nil
}

// RecordSent records what was found in the folder of sent mail up to a UID: our
// own letters, by token, and mails that staff wrote from a mail client, which
// join the case they speak of as outgoing. A letter of ours that lies there has
// left, whatever the outbox remembers: after a restore it is not sent again.
func (s *Store) RecordSent(ctx context.Context, mailbox, folder string, uidValidity, lastUID uint32, tokens []string, staff []cases.Mail) error {
	return s.write(ctx, func(t *tx) error {
		for _, token := range tokens {
			if err := t.sentCopy(token); err != nil {
				return err
			}
		}
		for i := range staff {
			if err := t.staffWrote(&staff[i]); err != nil {
				return fmt.Errorf("file sent mail %s: %w", staff[i].RawSHA256, err)
			}
		}
		if _, err := t.exec(`INSERT INTO sent_reading (mailbox, folder, uidvalidity, last_uid) VALUES (?, ?, ?, ?)
			ON CONFLICT (mailbox, folder) DO UPDATE SET uidvalidity = excluded.uidvalidity, last_uid = excluded.last_uid`, mailbox, folder, uidValidity, lastUID); err != nil {
			return fmt.Errorf("record reading of sent mail: %w", err)
		}
		return nil
	})
}

func (t *tx) sentCopy(token string) error {
	if _, err := t.exec("INSERT INTO sent_copy (token, seen_at) VALUES (?, ?) ON CONFLICT DO NOTHING", token, instant(t.now)); err != nil {
		return fmt.Errorf("record letter sent: %w", err)
	}
	var id int64
	err := t.row("SELECT id FROM letter WHERE next_at IS NOT NULL AND "+letterOf, []any{token}, &id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for letter sent: %w", err)
	}
	return t.foundSent(id)
}

// foundSent settles a letter that lies in the folder of sent mail.
func (t *tx) foundSent(id int64) error {
	const answer = "found in the folder of sent mail"
	if _, err := t.exec("UPDATE letter SET state = 'sent', sent_at = ?, next_at = NULL, last_answer = ? WHERE id = ?", instant(t.now), answer, id); err != nil {
		return fmt.Errorf("settle letter %d: %w", id, err)
	}
	return t.journalLetter(id, "letter_sent", map[string]any{"answer": answer})
}

// staffWrote files a mail that staff wrote, in the case it speaks of.
func (t *tx) staffWrote(m *cases.Mail) error {
	var known int
	if err := t.row("SELECT COUNT(*) FROM mail WHERE raw_sha256 = ?", []any{m.RawSHA256}, &known); err != nil || known > 0 {
		return err
	}
	var ref *cases.CaseRef
	for _, id := range m.Answered() {
		found, err := t.caseRef(`id = COALESCE((SELECT case_id FROM letter WHERE message_id = ?1 AND case_id IS NOT NULL),
			(SELECT case_id FROM mail WHERE message_id = ?1 AND case_id IS NOT NULL ORDER BY id LIMIT 1))`, id)
		if err == nil {
			ref = found
			break
		}
		if !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("look for its case: %w", err)
		}
	}
	if ref == nil {
		return nil // it speaks of no case: not ours to keep
	}
	route := cases.Route{Place: cases.Joins, Case: ref, Call: t.s.opts.Calls.ByID(ref.CallID), Why: "written by staff from a mail client"}
	m.Kind, m.Answerable = cases.Person, false
	id, err := t.insertMail(m, route, nil)
	if err != nil {
		return err
	}
	if _, err := t.exec("UPDATE mail SET direction = 'out', timeliness = NULL, assessed_at = ? WHERE id = ?", instant(t.now), id); err != nil {
		return err
	}
	if _, err := t.exec("UPDATE part SET role = '' WHERE mail_id = ?", id); err != nil {
		return err
	}
	// What the candidate had written has been answered.
	if err := t.doneTasks("kind = 'message' AND case_id = ?", ref.ID); err != nil {
		return err
	}
	about := []thing{{"mail", id}}
	if len(m.Parts) > 0 {
		about = append(about, thing{"files", id})
	}
	at, clock := m.Clocks.Decision()
	return t.journal("mail_joins", ref.Ref, map[string]any{"mail": id, "raw_sha256": m.RawSHA256, "direction": "out", "why": route.Why, "instant": at.UTC(), "clock": clock, "timeliness": ""}, about...)
}

// LettersToCopy gives letters that left and are not in the folder of sent mail,
// the oldest first.
func (s *Store) LettersToCopy(ctx context.Context, limit int) ([]cases.SentLetter, error) {
	letters, err := collect(ctx, s.reader, func(r rowScanner) (l cases.SentLetter, err error) {
		err = r.Scan(&l.ID, &l.Token, &l.Size, scanTime{&l.SentAt})
		return l, err
	}, `SELECT id, token, size, sent_at FROM letter WHERE state IN ('sent', 'bounced') AND worded_at IS NOT NULL AND sent_at IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM sent_copy c WHERE c.token = letter.token) ORDER BY id LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("list letters to copy: %w", err)
	}
	return letters, nil
}

// Copied records that a letter was copied into the folder of sent mail.
func (s *Store) Copied(ctx context.Context, token string) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec("INSERT INTO sent_copy (token, seen_at) VALUES (?, ?) ON CONFLICT DO NOTHING", token, instant(t.now)); err != nil {
			return fmt.Errorf("record copy: %w", err)
		}
		return nil
	})
}
