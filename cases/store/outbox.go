package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"greffier/cases"
)

const letterColumns = `l.id, l.kind, COALESCE(l.case_id, 0), COALESCE(c.ref, ''), COALESCE(l.mail_id, 0), COALESCE(l.call_id, ''), l.to_name, l.to_address, l.token, l.message_id,
	l.in_reply_to, l.refs, l.facts, l.state, l.owed_at, l.attempts`

const letterTable = ` FROM letter l LEFT JOIN "case" c ON c.id = l.case_id `

func (s *Store) scanLetter(r rowScanner) (l cases.Letter, err error) {
	var token string
	err = r.Scan(&l.ID, &l.Kind, &l.CaseID, &l.CaseRef, &l.MailID, &l.CallID, &l.To.Name, &l.To.Address, &token, &l.MessageID,
		&l.InReplyTo, asJSON{&l.References}, asJSON{&l.Facts}, &l.State, scanTime{&l.OwedAt}, &l.Attempts)
	l.EnvelopeFrom = s.envelopeFrom(l, token)
	return l, err
}

// envelopeFrom is where bounces of a letter go: a tagged address where the
// mailbox takes those, else the mailbox. Only the answer to a mail without a
// case has the null sender: a bounce of it would tell nobody anything.
func (s *Store) envelopeFrom(l cases.Letter, token string) string {
	toStaff := l.Kind == cases.LetterDigest || l.Kind == cases.LetterAlarm
	if l.CaseID == 0 && !toStaff {
		return ""
	}
	if local, domain, found := cut(s.opts.Mailbox); found && s.opts.Plus {
		return local + "+" + token + "@" + domain
	}
	return s.opts.Mailbox
}

func cut(address string) (local, domain string, found bool) {
	for i := len(address) - 1; i >= 0; i-- {
		if address[i] == '@' {
			return address[:i], address[i+1:], true
		}
	}
	return address, "", false
}

// DueLetters gives letters that may be tried now, the longest due first: at least
// one, if any is due, at most limit, and no more once they tell of
// cases.FilesAtMost files together.
func (s *Store) DueLetters(ctx context.Context, limit int) (letters []cases.Letter, err error) {
	rows, err := s.reader.QueryContext(ctx, "SELECT "+letterColumns+letterTable+`WHERE l.next_at <= ?1 AND l.state IN ('owed', 'worded', 'retrying', 'held') AND NOT (l.kind = 'reminder' AND ?1 > (SELECT deadline FROM call WHERE id = l.call_id))
		ORDER BY l.next_at, l.id LIMIT ?2`, instant(s.opts.Now()), limit)
	if err != nil {
		return nil, fmt.Errorf("list letters due: %w", err)
	}
	defer func() {
		if cerr := rows.Close(); cerr != nil && err == nil {
			err = fmt.Errorf("list letters due: %w", cerr)
		}
	}()
	for files := 0; files < cases.FilesAtMost && rows.Next(); {
		l, err := s.scanLetter(rows)
		if err != nil {
			return nil, fmt.Errorf("list letters due: %w", err)
		}
		letters = append(letters, l)
		files += len(l.Facts.Files) + len(l.Facts.Held)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list letters due: %w", err)
	}
	return letters, nil
}

// NextLetter gives when the next letter may be tried; zero: none waits.
func (s *Store) NextLetter(ctx context.Context) (next time.Time, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT MIN(next_at) FROM letter l WHERE next_at IS NOT NULL AND state IN ('owed', 'worded', 'retrying', 'held')
		AND NOT (l.kind = 'reminder' AND ? > (SELECT deadline FROM call WHERE id = l.call_id))`, instant(s.opts.Now())).Scan(scanTime{&next})
	if err != nil {
		err = fmt.Errorf("look for the next letter: %w", err)
	}
	return next, err
}

// Word keeps the wording of a letter, once: a letter that has been worded keeps
// its first wording. Files named by segments must be in the archive.
func (s *Store) Word(ctx context.Context, id int64, w cases.Wording) error {
	hash := sha256.New()
	size, err := io.Copy(hash, s.assemble(w.Segments))
	if err != nil {
		return fmt.Errorf("put letter %d together: %w", id, err)
	}
	sum := hex.EncodeToString(hash.Sum(nil))
	return s.write(ctx, func(t *tx) error {
		res, err := t.exec("UPDATE letter SET template = ?, subject = ?, worded_at = ?, sha256 = ?, size = ?, state = 'worded' WHERE id = ? AND worded_at IS NULL AND next_at IS NOT NULL",
			w.Template, w.Subject, instant(t.now), sum, size, id)
		if err != nil {
			return fmt.Errorf("word letter %d: %w", id, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		for i, seg := range w.Segments {
			if _, err := t.exec("INSERT INTO segment (letter_id, position, literal, sha256) VALUES (?, ?, ?, ?)", id, i, seg.Literal, seg.SHA256); err != nil {
				return fmt.Errorf("keep letter %d: %w", id, err)
			}
		}
		return t.journalLetter(id, "letter_worded", map[string]any{"sha256": sum, "size": size, "template": w.Template})
	})
}

// journalLetter journals something that happened to a letter.
func (t *tx) journalLetter(id int64, event string, content map[string]any) error {
	var ref string
	if err := t.row("SELECT COALESCE(c.ref, '')"+letterTable+"WHERE l.id = ?", []any{id}, &ref); err != nil {
		return fmt.Errorf("journal letter %d: %w", id, err)
	}
	content["letter"] = id
	return t.journal(event, ref, content, thing{"letter", id})
}

// BeginAttempt records that a letter is about to be tried, and when it is to be
// tried again should nothing be heard of the attempt. n is the number of the
// attempt; 0: the letter waits no more, as one that staff have just cancelled.
func (s *Store) BeginAttempt(ctx context.Context, id int64, again time.Time) (n int, err error) {
	err = s.write(ctx, func(t *tx) error {
		n = 0
		err := t.row("UPDATE letter SET attempts = attempts + 1, next_at = ? WHERE id = ? AND next_at IS NOT NULL RETURNING attempts", []any{instant(again), id}, &n)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("begin attempt at letter %d: %w", id, err)
		}
		if _, err := t.exec("INSERT INTO attempt (letter_id, n, began_at) VALUES (?, ?, ?)", id, n, instant(t.now)); err != nil {
			return fmt.Errorf("begin attempt at letter %d: %w", id, err)
		}
		return nil
	})
	return n, err
}

// SettleAttempt records how an attempt ended and what the server said. A letter
// refused for good becomes a task for staff.
func (s *Store) SettleAttempt(ctx context.Context, id int64, n int, outcome cases.Outcome, answer string, again time.Time) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec("UPDATE attempt SET ended_at = ?, outcome = ?, answer = ? WHERE letter_id = ? AND n = ?", instant(t.now), outcome, answer, id, n); err != nil {
			return fmt.Errorf("settle attempt at letter %d: %w", id, err)
		}
		state, sentAt, next := cases.LetterRetrying, time.Time{}, again
		switch outcome {
		case cases.Delivered:
			state, sentAt, next = cases.LetterSent, t.now, time.Time{}
		case cases.Permanent:
			state, next = cases.LetterRefused, time.Time{}
		}
		if _, err := t.exec("UPDATE letter SET state = ?, sent_at = ?, next_at = ?, last_answer = ? WHERE id = ? AND state <> 'bounced'", state, instant(sentAt), instant(next), answer, id); err != nil {
			return fmt.Errorf("settle letter %d: %w", id, err)
		}
		if outcome == cases.Permanent {
			if err := t.refused(id, answer); err != nil {
				return err
			}
		}
		return t.journalLetter(id, "letter_"+string(state), map[string]any{"attempt": n, "outcome": outcome, "answer": answer})
	})
}

// refused makes a refusal for good a task for staff, and stops reminders to the
// address, as a bounce does.
func (t *tx) refused(id int64, answer string) error {
	var caseID int64
	var to, toKey string
	if err := t.row("SELECT COALESCE(case_id, 0), to_address, to_key FROM letter WHERE id = ?", []any{id}, &caseID, &to, &toKey); err != nil {
		return fmt.Errorf("read letter %d: %w", id, err)
	}
	if caseID != 0 {
		if _, err := t.exec("UPDATE sender SET bounced = 1 WHERE case_id = ? AND address = ?", caseID, toKey); err != nil {
			return fmt.Errorf("record refusal: %w", err)
		}
		var ref string
		if err := t.row(`SELECT ref FROM "case" WHERE id = ?`, []any{caseID}, &ref); err != nil {
			return fmt.Errorf("record refusal: %w", err)
		}
		if err := t.journal("address_refused", ref, map[string]any{"letter": id}, thing{"case", ref}); err != nil {
			return err
		}
	}
	return t.openTask(taskRef{caseID: caseID, letterID: id}, "refused", "our letter to "+to+" was refused: "+answer)
}

// Hold makes a letter wait over a limit.
func (s *Store) Hold(ctx context.Context, id int64, until time.Time, why string) error {
	return s.write(ctx, func(t *tx) error {
		var before cases.LetterState
		if err := t.row("SELECT state FROM letter WHERE id = ?", []any{id}, &before); err != nil {
			return fmt.Errorf("hold letter %d: %w", id, err)
		}
		res, err := t.exec("UPDATE letter SET state = 'held', next_at = ?, last_answer = ? WHERE id = ? AND next_at IS NOT NULL", instant(until), why, id)
		if err != nil {
			return fmt.Errorf("hold letter %d: %w", id, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 || before == cases.LetterHeld {
			return err
		}
		if err := t.openTask(taskRef{letterID: id}, "held", why); err != nil {
			return err
		}
		return t.journalLetter(id, "letter_held", map[string]any{"why": why})
	})
}

// MergeHeld lets the newest acknowledgement that waits for a reader in a case
// tell the files of the older ones that wait with it, which are cancelled. It
// reports whether the letter itself was cancelled in favour of a newer one.
func (s *Store) MergeHeld(ctx context.Context, l cases.Letter) (cancelled bool, err error) {
	if l.Kind != cases.LetterAck || l.CaseID == 0 {
		return false, nil
	}
	err = s.write(ctx, func(t *tx) error {
		// The caller's list may be older than the last merge.
		if err := t.row("SELECT state = 'cancelled' FROM letter WHERE id = ?", []any{l.ID}, &cancelled); err != nil || cancelled {
			return err
		}
		waiting, err := collect(ctx, t, one[int64], "SELECT l.id"+letterTable+
			"WHERE l.case_id = ? AND l.to_key = ? AND l.kind = 'ack' AND l.worded_at IS NULL AND l.next_at IS NOT NULL AND l.attempts = 0 AND COALESCE(json_extract(l.facts, '$.timeliness'), '') = ? ORDER BY l.id", l.CaseID, l.To.Key(), l.Facts.Timeliness)
		if err != nil {
			return fmt.Errorf("list waiting acknowledgements: %w", err)
		}
		if len(waiting) < 2 {
			return nil
		}
		last := len(waiting) - 1
		newest, err := t.letter(waiting[last])
		if err != nil {
			return err
		}
		var files []cases.FileFact
		more := 0
		for _, id := range waiting { // one by one: each may tell of many files
			w := newest
			if id != newest.ID {
				if w, err = t.letter(id); err != nil {
					return err
				}
			}
			for _, f := range w.Facts.Files {
				if f.ReceivedAt.IsZero() && w.ID != newest.ID {
					f.ReceivedAt = w.Facts.ReceivedAt
				}
				files = append(files, f)
			}
			var cut int
			files, cut = cases.Bounded(files, cases.FilesAtMost)
			more += w.Facts.FilesMore + cut
			newest.Facts.Pack = newest.Facts.Pack || w.Facts.Pack
			if w.ID == newest.ID {
				continue
			}
			cancelled = cancelled || w.ID == l.ID
			if _, err := t.exec("UPDATE letter SET state = 'cancelled', next_at = NULL, last_answer = ? WHERE id = ?", fmt.Sprintf("told in letter %d", newest.ID), w.ID); err != nil {
				return fmt.Errorf("merge letter %d: %w", w.ID, err)
			}
			if err := t.journalLetter(w.ID, "letter_cancelled", map[string]any{"told_in": newest.ID}); err != nil {
				return err
			}
		}
		newest.Facts.Files, newest.Facts.FilesMore = files, more
		if _, err := t.exec("UPDATE letter SET facts = ? WHERE id = ?", asJSON{newest.Facts}, newest.ID); err != nil {
			return fmt.Errorf("merge letters: %w", err)
		}
		return t.journalLetter(newest.ID, "letters_merged", map[string]any{"files": len(files)})
	})
	return cancelled, err
}

// letter reads a letter.
func (t *tx) letter(id int64) (cases.Letter, error) {
	found, err := collect(t.ctx, t, t.s.scanLetter, "SELECT "+letterColumns+letterTable+"WHERE l.id = ?", id)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return cases.Letter{}, fmt.Errorf("read letter %d: %w", id, err)
	}
	return found[0], nil
}

// SentSince counts the letters sent after an instant and until now: to an
// address in all its tagged forms, to a domain, and in all. Letters to staff do not count.
func (s *Store) SentSince(ctx context.Context, to cases.Address, since time.Time) (address, domain, all int, err error) {
	from, until := instant(since), instant(s.opts.Now())
	const counted = "sent_at > ? AND sent_at <= ? AND kind NOT IN ('digest', 'alarm')"
	err = s.reader.QueryRowContext(ctx, "SELECT (SELECT COUNT(*) FROM letter WHERE to_bare = ? AND "+counted+"), (SELECT COUNT(*) FROM letter WHERE to_domain = ? AND "+counted+
		"), (SELECT COUNT(*) FROM letter WHERE "+counted+")", cases.BareKey(to.Address), from, until, to.Domain(), from, until, from, until).Scan(&address, &domain, &all)
	if err != nil {
		err = fmt.Errorf("count letters sent: %w", err)
	}
	return address, domain, all, err
}

// longestWait is more than any letter waits for its next attempt.
const longestWait = 3 * time.Hour

// ReopenAttempts makes the letters whose attempt a dead daemon left open due
// now, and those that a calendar set back would put off.
// Only the owner of the data folder may call it.
func (s *Store) ReopenAttempts(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec("UPDATE letter SET next_at = ? WHERE next_at > ? AND (state IN ('owed', 'worded') OR next_at > ?)", instant(t.now), instant(t.now), instant(t.now.Add(longestWait))); err != nil {
			return fmt.Errorf("make letters due: %w", err)
		}
		open, err := collect(ctx, t, one[int64], "SELECT DISTINCT letter_id FROM attempt WHERE ended_at IS NULL")
		if err != nil {
			return fmt.Errorf("list open attempts: %w", err)
		}
		for _, id := range open {
			if _, err := t.exec("UPDATE attempt SET ended_at = ?, outcome = ?, answer = 'the daemon stopped' WHERE letter_id = ? AND ended_at IS NULL", instant(t.now), cases.Unknown, id); err != nil {
				return fmt.Errorf("close attempt at letter %d: %w", id, err)
			}
			if _, err := t.exec("UPDATE letter SET next_at = ?, state = 'retrying' WHERE id = ? AND next_at IS NOT NULL", instant(t.now), id); err != nil {
				return fmt.Errorf("make letter %d due: %w", id, err)
			}
			if err := t.journalLetter(id, "attempt_left_open", map[string]any{}); err != nil {
				return err
			}
		}
		return nil
	})
}
