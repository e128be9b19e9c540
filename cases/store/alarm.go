package store

import (
	"context"
	"fmt"
	"time"

	"greffier/cases"
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
		if _, err := t.exec("INSERT INTO alarm (kind, began_at, detail) VALUES (?, ?, ?) ON CONFLICT (kind, began_at) DO UPDATE SET ended_at = NULL", kind, instant(t.now), detail); err != nil {
			return fmt.Errorf("begin alarm %s: %w", kind, err)
		}
		return t.journal("alarm_began", "", map[string]any{"kind": kind})
	})
}

// EndAlarm records that it goes well again. Staff who were told of the alarm
// are told of its end.
func (s *Store) EndAlarm(ctx context.Context, kind string) error {
	return s.write(ctx, func(t *tx) error {
		open, err := t.openAlarms("kind = ?", kind)
		if err != nil {
			return err
		}
		for _, a := range open {
			if _, err := t.exec("UPDATE alarm SET ended_at = ? WHERE kind = ? AND ended_at IS NULL", instant(t.now), a.Kind); err != nil {
				return fmt.Errorf("end alarm %s: %w", a.Kind, err)
			}
			if err := t.journal("alarm_ended", "", map[string]any{"kind": a.Kind}); err != nil {
				return err
			}
			var told int
			if err := t.row("SELECT COUNT(*) FROM letter WHERE kind = ? AND occurrence = ?", []any{cases.LetterAlarm, occurrence(a, "began")}, &told); err != nil {
				return fmt.Errorf("look for letters of alarm %s: %w", a.Kind, err)
			}
			if told > 0 {
				if err := t.oweAlarm(a, "ended", t.now); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// OweAlarms owes staff a letter for each alarm that has lasted as long as patient
// says of its kind: what heals alone within that time is not worth a letter.
func (s *Store) OweAlarms(ctx context.Context, patient func(kind string) time.Duration) error {
	p, err := s.Pulse(ctx)
	if err != nil || len(p.Alarms) == 0 || len(s.opts.AlertsTo) == 0 {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		open, err := t.openAlarms("1 = ?", 1)
		if err != nil {
			return err
		}
		for _, a := range open {
			if t.now.Sub(a.Began) < patient(a.Kind) {
				continue
			}
			if err := t.oweAlarm(a, "began", time.Time{}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) openAlarms(where string, arg any) ([]cases.Alarm, error) {
	open, err := collect(t.ctx, t, func(r rowScanner) (a cases.Alarm, err error) {
		err = r.Scan(&a.Kind, &a.Detail, scanTime{&a.Began})
		return a, err
	}, "SELECT kind, detail, began_at FROM alarm WHERE ended_at IS NULL AND "+where, arg)
	if err != nil {
		return nil, fmt.Errorf("list alarms: %w", err)
	}
	return open, nil
}

// occurrence names the letter of an alarm: one when it begins, one when it ends.
func occurrence(a cases.Alarm, what string) string {
	return a.Kind + " " + showTime(a.Began) + " " + what
}

func (t *tx) oweAlarm(a cases.Alarm, what string, ended time.Time) error {
	for _, to := range t.s.opts.AlertsTo {
		about := "alarm " + cases.AddressKey(to)
		var n int
		if err := t.row("SELECT COUNT(*) FROM letter WHERE about_id = ? AND occurrence = ?", []any{about, occurrence(a, what)}, &n); err != nil {
			return fmt.Errorf("look for letters of alarm %s: %w", a.Kind, err)
		}
		if n > 0 {
			continue
		}
		if err := t.owe(owed{about: cases.About{Kind: "schedule", ID: about}, kind: cases.LetterAlarm, occurrence: occurrence(a, what), cause: about,
			to: cases.Address{Address: to}, facts: cases.Facts{Alarm: &cases.AlarmFact{Kind: a.Kind, Detail: a.Detail, Began: a.Began, Ended: ended}}}); err != nil {
			return err
		}
	}
	return nil
}
