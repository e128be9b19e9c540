package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"greffier/cases"
)

// seenEvery is how exactly it is known when a session was last used: not every
// page that is looked at is a write.
const seenEvery = 5 * time.Minute

// hashed is the form in which a token is kept. A token has 256 random bits: a
// plain hash cannot be searched back.
func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// BeginSession signs a member of staff in with a new token. ErrNotFound: there
// is no such account, or it is disabled.
func (s *Store) BeginSession(ctx context.Context, name, token string) error {
	return s.writeAs(ctx, name, func(t *tx) error {
		m, err := t.colleague(name)
		if err == nil && !m.Disabled.IsZero() {
			err = ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("sign in: %w", err)
		}
		t.actor = m.Name
		return t.beginSession(m, token, "password")
	})
}

func (t *tx) beginSession(m cases.Colleague, token, by string) error {
	if _, err := t.exec("DELETE FROM session WHERE seen_at < ? OR began_at < ?", instant(t.now.Add(-cases.SessionIdle)), instant(t.now.Add(-cases.SessionMost))); err != nil {
		return fmt.Errorf("forget old sessions: %w", err)
	}
	if _, err := t.exec("INSERT INTO session (token_sha256, staff_id, began_at, seen_at) VALUES (?, ?, ?, ?)", hashed(token), m.ID, instant(t.now), instant(t.now)); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	return t.journal("staff_signed_in", "", map[string]any{"by": by})
}

// Session gives the account that is signed in with a token, and notes that it
// was seen. ErrNotFound: nobody is, or no longer.
func (s *Store) Session(ctx context.Context, token string) (cases.Colleague, error) {
	now := s.opts.Now().UTC()
	list, err := collect(ctx, s.reader, scanColleague, `SELECT staff.id, staff.name, staff.password, staff.added_at, staff.disabled_at, session.seen_at
		FROM session JOIN staff ON staff.id = session.staff_id
		WHERE token_sha256 = ? AND disabled_at IS NULL AND seen_at >= ? AND began_at >= ?`,
		hashed(token), instant(now.Add(-cases.SessionIdle)), instant(now.Add(-cases.SessionMost)))
	if err != nil {
		return cases.Colleague{}, fmt.Errorf("look up session: %w", err)
	}
	if len(list) == 0 {
		return cases.Colleague{}, ErrNotFound
	}
	if now.Sub(list[0].LastSeen) < seenEvery {
		return list[0], nil
	}
	err = s.write(ctx, func(t *tx) error {
		// Nothing for the other parts of the daemon to look at.
		_, err := t.ExecContext(ctx, "UPDATE session SET seen_at = ? WHERE token_sha256 = ?", instant(t.now), hashed(token))
		return err
	})
	if err != nil {
		return cases.Colleague{}, fmt.Errorf("note session: %w", err)
	}
	return list[0], nil
}

// EndSession signs out. A session that has ended is none to complain about.
func (s *Store) EndSession(ctx context.Context, name, token string) error {
	return s.writeAs(ctx, name, func(t *tx) error {
		res, err := t.exec("DELETE FROM session WHERE token_sha256 = ?", hashed(token))
		if err != nil {
			return fmt.Errorf("sign out: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return t.journal("staff_signed_out", "", map[string]any{})
	})
}

// endSessions ends the sessions of an account but one, and its links.
func (t *tx) endSessions(staffID int64, keep string) error {
	if _, err := t.exec("DELETE FROM session WHERE staff_id = ? AND token_sha256 <> ?", staffID, hashed(keep)); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	if _, err := t.exec("DELETE FROM login_link WHERE staff_id = ?", staffID); err != nil {
		return fmt.Errorf("end links: %w", err)
	}
	return nil
}

// OfferLink lets an account sign in once, with a token, until an instant.
func (s *Store) OfferLink(ctx context.Context, actor, name, token string, until time.Time) error {
	return s.changeStaff(ctx, actor, name, "staff_link_made", func(t *tx, m cases.Colleague) error {
		_, err := t.exec("INSERT INTO login_link (token_sha256, staff_id, expires_at) VALUES (?, ?, ?)", hashed(token), m.ID, instant(until))
		return err
	})
}

// TakeLink uses up the link with a token and signs its account in with another
// one. ErrNotFound: there is no such link, it was used, or it has expired.
func (s *Store) TakeLink(ctx context.Context, link, token string) error {
	err := s.write(ctx, func(t *tx) error {
		found, err := collect(ctx, t, scanColleague, `SELECT staff.id, staff.name, staff.password, staff.added_at, staff.disabled_at, NULL
			FROM login_link JOIN staff ON staff.id = login_link.staff_id
			WHERE token_sha256 = ? AND expires_at > ? AND disabled_at IS NULL`, hashed(link), instant(t.now))
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return ErrNotFound
		}
		if _, err := t.exec("DELETE FROM login_link WHERE token_sha256 = ?", hashed(link)); err != nil {
			return err
		}
		t.actor = found[0].Name
		return t.beginSession(found[0], token, "link")
	})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("sign in by link: %w", err)
	}
	return err
}
