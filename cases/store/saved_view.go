package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"greffier/cases"
)

// Faults of a view's name.
var (
	ErrViewTaken = errors.New("there is a view of that name")
	ErrViewName  = errors.New("the name of a view has a letter or a digit, and at most 60 characters")
)

// SavedViews lists the views of a member of staff and those of everybody, by name;
// with 0, those of everybody.
func (s *Store) SavedViews(ctx context.Context, staffID int64) ([]cases.SavedView, error) {
	list, err := collect(ctx, s.reader, scanSavedView, savedViewColumns+" WHERE v.staff_id IS NULL OR v.staff_id = ? ORDER BY v.key, v.id", staffID)
	if err != nil {
		return nil, fmt.Errorf("list saved views: %w", err)
	}
	return list, nil
}

const savedViewColumns = "SELECT v.id, v.name, v.asks, v.staff_id IS NULL, v.saved_by FROM saved_view v"

func scanSavedView(r rowScanner) (v cases.SavedView, err error) {
	err = r.Scan(&v.ID, &v.Name, &v.Asks, &v.Shared, &v.By)
	return v, err
}

// SaveView keeps what a list of cases asks, under a name, for a member of staff or,
// with 0, for everybody; ErrViewTaken when there is one of that name, ErrViewName
// when it is none.
func (s *Store) SaveView(ctx context.Context, actor string, staffID int64, name, asks string) error {
	name = strings.Join(strings.Fields(name), " ")
	key := cases.Fold(name)
	if key == "" || len([]rune(name)) > 60 || strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("save view: %w", ErrViewName)
	}
	return s.writeAs(ctx, actor, func(t *tx) error {
		var taken int
		if err := t.row("SELECT COUNT(*) FROM saved_view WHERE key = ? AND COALESCE(staff_id, 0) = ?", []any{key, staffID}, &taken); err != nil {
			return fmt.Errorf("save view: %w", err)
		}
		if taken > 0 {
			return fmt.Errorf("save view: %w", ErrViewTaken)
		}
		if _, err := t.exec("INSERT INTO saved_view (staff_id, name, key, asks, saved_by, saved_at) VALUES (?, ?, ?, ?, ?, ?)",
			nullable(staffID), name, key, asks, actor, instant(t.now)); err != nil {
			return fmt.Errorf("save view: %w", err)
		}
		return t.journal("view_saved", "", map[string]any{"name": name, "asks": asks, "shared": staffID == 0})
	})
}

// DropView forgets a view of a member of staff or of everybody; with 0, of
// everybody. It gives what it was; ErrNotFound when there is none.
func (s *Store) DropView(ctx context.Context, actor string, staffID, id int64) (v cases.SavedView, err error) {
	return v, s.writeAs(ctx, actor, func(t *tx) error {
		list, err := collect(ctx, t, scanSavedView, savedViewColumns+" WHERE v.id = ? AND (v.staff_id IS NULL OR v.staff_id = ?)", id, staffID)
		if err != nil {
			return fmt.Errorf("drop view: %w", err)
		}
		if len(list) == 0 {
			return fmt.Errorf("drop view: %w", ErrNotFound)
		}
		v = list[0]
		if _, err := t.exec("DELETE FROM saved_view WHERE id = ?", id); err != nil {
			return fmt.Errorf("drop view: %w", err)
		}
		return t.journal("view_dropped", "", map[string]any{"name": v.Name, "asks": v.Asks, "shared": v.Shared})
	})
}
