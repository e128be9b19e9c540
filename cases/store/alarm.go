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

// EndAlarm records that it goes well again; every alarm ends with kind "".
func (s *Store) EndAlarm(ctx context.Context, kind string) error {
	return s.write(ctx, func(t *tx) error {
		open, err := collect(ctx, t, one[string], "SELECT DISTINCT kind FROM alarm WHERE ended_at IS NULL AND ? IN ('', kind)", kind)
		if err != nil {
			return fmt.Errorf("list alarms: %w", err)
		}
		for _, kind := range open {
			if _, err := t.exec("UPDATE alarm SET ended_at = ? WHERE kind = ? AND ended_at IS NULL", instant(t.now), kind); err != nil {
				return fmt.Errorf("end alarm %s: %w", kind, err)
			}
			if err := t.journal("alarm_ended", "", map[string]any{"kind": kind}); err != nil {
				return err
			}
		}
		return nil
	})
}
