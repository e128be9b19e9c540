package store

import (
	"context"
	"fmt"
)

// BeginAlarm records that something is wrong, once until it ends.
func (s *Store) BeginAlarm(ctx context.Context, kind, detail string) error {
	return s.write(ctx, func(t *tx) error {
		var n int
		if err := t.row("SELECT COUNT(*) FROM alarm WHERE kind = ? AND ended_at IS NULL", []any{kind}, &n); err != nil {
			return fmt.Errorf("look for alarm %s: %w", kind, err)
		}
		if n > 0 {
			return nil
		}
		if _, err := t.exec("INSERT INTO alarm (kind, began_at, detail) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", kind, instant(t.now), detail); err != nil {
			return fmt.Errorf("begin alarm %s: %w", kind, err)
		}
		return t.journal("alarm_began", "", map[string]any{"kind": kind})
	})
}

// EndAlarm records that it goes well again.
func (s *Store) EndAlarm(ctx context.Context, kind string) error {
	return s.write(ctx, func(t *tx) error {
		res, err := t.exec("UPDATE alarm SET ended_at = ? WHERE kind = ? AND ended_at IS NULL", instant(t.now), kind)
		if err != nil {
			return fmt.Errorf("end alarm %s: %w", kind, err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return t.journal("alarm_ended", "", map[string]any{"kind": kind})
	})
}
