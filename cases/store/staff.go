package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"greffier/cases"
)

// Faults of an account.
var (
	ErrNameTaken = errors.New("there is an account of that name")
	ErrBadName   = errors.New("a name has 2 to 60 characters, letters among them, and is not that of the machine")
)

// AddStaff makes an account. Its name, folded, must be new. password is a hash;
// "" for an account that signs in by link only.
func (s *Store) AddStaff(ctx context.Context, actor, name, password string) error {
	name = strings.Join(strings.Fields(name), " ")
	key := cases.Fold(name)
	if n := len([]rune(name)); n < 2 || n > 60 || key == "" || key == machine || strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("account %q: %w", name, ErrBadName)
	}
	return s.writeAs(ctx, actor, func(t *tx) error {
		_, err := t.colleague(name)
		if err == nil {
			err = ErrNameTaken
		}
		if !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("account %q: %w", name, err)
		}
		var id int64
		if err := t.row("INSERT INTO staff (name, key, password, added_at) VALUES (?, ?, ?, ?) RETURNING id", []any{name, key, password, instant(t.now)}, &id); err != nil {
			return fmt.Errorf("add account: %w", err)
		}
		t.dirty = true
		return t.journal("staff_added", "", map[string]any{"name": name}, thing{"staff", id})
	})
}

// SetPassword gives an account a new password, as a hash, and ends its sessions
// but the one with the token keep, and its links.
func (s *Store) SetPassword(ctx context.Context, actor, name, password, keep string) error {
	return s.changeStaff(ctx, actor, name, "staff_password_set", func(t *tx, m cases.Colleague) error {
		if _, err := t.exec("UPDATE staff SET password = ? WHERE id = ?", password, m.ID); err != nil {
			return err
		}
		return t.endSessions(m.ID, keep)
	})
}

// DisableStaff keeps an account from signing in and ends its sessions and links.
func (s *Store) DisableStaff(ctx context.Context, actor, name string) error {
	return s.changeStaff(ctx, actor, name, "staff_disabled", func(t *tx, m cases.Colleague) error {
		if _, err := t.exec("UPDATE staff SET disabled_at = COALESCE(disabled_at, ?) WHERE id = ?", instant(t.now), m.ID); err != nil {
			return err
		}
		return t.endSessions(m.ID, "")
	})
}

// EnableStaff lets a disabled account sign in again.
func (s *Store) EnableStaff(ctx context.Context, actor, name string) error {
	return s.changeStaff(ctx, actor, name, "staff_enabled", func(t *tx, m cases.Colleague) error {
		_, err := t.exec("UPDATE staff SET disabled_at = NULL WHERE id = ?", m.ID)
		return err
	})
}

// changeStaff changes the account of a name; ErrNotFound when there is none.
func (s *Store) changeStaff(ctx context.Context, actor, name, event string, change func(*tx, cases.Colleague) error) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		m, err := t.colleague(name)
		if err == nil {
			err = change(t, m)
		}
		if err != nil {
			return fmt.Errorf("account %q: %w", name, err)
		}
		return t.journal(event, "", map[string]any{"name": m.Name}, thing{"staff", m.ID})
	})
}

const colleagueColumns = "SELECT id, name, password, added_at, disabled_at, (SELECT MAX(seen_at) FROM session WHERE staff_id = staff.id) FROM staff "

func scanColleague(r rowScanner) (m cases.Colleague, err error) {
	err = r.Scan(&m.ID, &m.Name, &m.Password, scanTime{&m.AddedAt}, scanTime{&m.Disabled}, scanTime{&m.LastSeen})
	return m, err
}

// Staff lists the accounts by name.
func (s *Store) Staff(ctx context.Context) ([]cases.Colleague, error) {
	list, err := collect(ctx, s.reader, scanColleague, colleagueColumns+"ORDER BY key")
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return list, nil
}

// Colleague gives the account of a name, however it is spelt; ErrNotFound when
// there is none.
func (s *Store) Colleague(ctx context.Context, name string) (cases.Colleague, error) {
	return colleague(ctx, s.reader, name)
}

func (t *tx) colleague(name string) (cases.Colleague, error) { return colleague(t.ctx, t, name) }

func colleague(ctx context.Context, q querier, name string) (cases.Colleague, error) {
	list, err := collect(ctx, q, scanColleague, colleagueColumns+"WHERE key = ?", cases.Fold(name))
	if err != nil {
		return cases.Colleague{}, fmt.Errorf("look up account: %w", err)
	}
	if len(list) == 0 {
		return cases.Colleague{}, ErrNotFound
	}
	return list[0], nil
}

// inZone gives a stored instant in the zone of the store; zero stays zero.
func (s *Store) inZone(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.In(s.opts.Location)
}
