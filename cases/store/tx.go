package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// tx is a write transaction: one happening, at one instant, by one actor.
type tx struct {
	*sql.Tx
	ctx   context.Context
	s     *Store
	now   time.Time
	actor string
	dirty bool // something was written

	keys     [][]byte         // once read; see tokens
	expected map[string]int64 // once asked for; see ahead
}

// machine is the actor of what nobody asked for.
const machine = "greffier"

// write runs f in one write transaction of greffier itself.
func (s *Store) write(ctx context.Context, f func(*tx) error) error {
	return s.writeAs(ctx, machine, f)
}

func (s *Store) writeAs(ctx context.Context, actor string, f func(*tx) error) (err error) {
	t, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer func() {
		if err != nil {
			// After a cancelled context the rollback has been done already.
			if rerr := t.Rollback(); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) {
				err = errors.Join(err, rerr)
			}
		}
	}()
	happening := &tx{Tx: t, ctx: ctx, s: s, now: s.opts.Now().UTC(), actor: actor}
	if err := happening.unchanged(); err != nil {
		return err
	}
	if foreseen, _ := ctx.Value(foreseeKey{}).(*Foreseen); foreseen != nil {
		return happening.foresee(foreseen, f)
	}
	if err := f(happening); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if kick := s.kick.Load(); kick != nil && happening.dirty {
		(*kick)()
	}
	return nil
}

// exec runs one statement.
func (t *tx) exec(query string, args ...any) (sql.Result, error) {
	t.dirty = true
	return t.ExecContext(t.ctx, query, args...)
}

// row runs a query for one row; no row is ErrNotFound.
func (t *tx) row(query string, args []any, dest ...any) error {
	err := t.QueryRowContext(t.ctx, query, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// collect runs a query and scans each row.
func collect[T any](ctx context.Context, q querier, scan func(rowScanner) (T, error), query string, args ...any) (list []T, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// one scans a single column.
func one[T any](rows rowScanner) (v T, err error) { err = rows.Scan(&v); return v, err }

// instant is the one form in which times are stored: sorted as text they are
// sorted in time. The zero time is NULL.
type instant time.Time

const instantLayout = "2006-01-02T15:04:05.000Z"

// Value implements driver.Valuer.
func (i instant) Value() (driver.Value, error) {
	t := time.Time(i)
	if t.IsZero() {
		return nil, nil
	}
	return t.UTC().Format(instantLayout), nil
}

// scanTime scans an instant column into a time.
type scanTime struct{ t *time.Time }

// Scan implements sql.Scanner.
func (s scanTime) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*s.t = time.Time{}
		return nil
	case string:
		t, err := time.Parse(instantLayout, v)
		*s.t = t
		return err
	case time.Time: // the driver parses what looks like a time in columns declared so
		*s.t = v.UTC()
		return nil
	}
	return fmt.Errorf("scan instant: %T", v)
}

// asJSON is a value stored as JSON text.
type asJSON struct{ v any }

// Value implements driver.Valuer.
func (j asJSON) Value() (driver.Value, error) {
	b, err := json.Marshal(j.v)
	if err != nil {
		return nil, err
	}
	if string(b) == "null" {
		return "[]", nil
	}
	return string(b), nil
}

// Scan implements sql.Scanner.
func (j asJSON) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("scan JSON: %T", v)
	}
	return json.Unmarshal([]byte(text), j.v)
}

// nullable turns an empty text or a zero id into NULL.
func nullable[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// rowScanner is a row of a result.
type rowScanner interface{ Scan(dest ...any) error }
