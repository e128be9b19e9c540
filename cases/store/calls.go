package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"greffier/cases"
)

// pinCalls records the editions as configured. Until a case exists their dates
// may change; from then on another value is refused, since candidates have been
// told the first one.
func (t *tx) pinCalls(calls cases.Calls) error {
	if err := missing(t.ctx, t, calls); err != nil {
		return err
	}
	for _, c := range calls {
		if same, err := pinned(t.ctx, t, c); err != nil || same {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := t.exec(`INSERT INTO call (id, name, reference, opens, deadline) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, reference = excluded.reference, opens = excluded.opens, deadline = excluded.deadline`,
			c.ID, c.Name, c.Reference, instant(c.Opens), instant(c.Deadline)); err != nil {
			return fmt.Errorf("record call %s: %w", c.ID, err)
		}
		if err := t.journal("call_set", "", callContent(c), thing{"call", c.ID}); err != nil {
			return err
		}
	}
	return nil
}

// pinned reports whether an edition is recorded as it is configured. Where a
// case was opened under other values, the error is a *PinnedError.
func pinned(ctx context.Context, q querier, c *cases.Call) (same bool, err error) {
	var opens, deadline time.Time
	var reference string
	var lastCase int
	err = q.QueryRowContext(ctx, "SELECT reference, opens, deadline, last_case FROM call WHERE id = ?", c.ID).
		Scan(&reference, scanTime{&opens}, scanTime{&deadline}, &lastCase)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("read call %s: %w", c.ID, err)
	case opens.Equal(c.Opens) && deadline.Equal(c.Deadline) && reference == c.Reference:
		return true, nil
	case lastCase > 0:
		return false, &PinnedError{Call: c.ID, Reference: reference, Opens: opens, Deadline: deadline}
	}
	return false, nil
}

// missing tells with a *PinnedError of an edition that has cases and is not
// configured any more.
func missing(ctx context.Context, q querier, calls cases.Calls) error {
	recorded, err := collect(ctx, q, func(r rowScanner) (e PinnedError, err error) {
		err = r.Scan(&e.Call, &e.Reference, scanTime{&e.Opens}, scanTime{&e.Deadline})
		return e, err
	}, "SELECT id, reference, opens, deadline FROM call WHERE last_case > 0 ORDER BY id")
	if err != nil {
		return fmt.Errorf("list calls: %w", err)
	}
	for _, e := range recorded {
		if calls.ByID(e.Call) == nil {
			e.Gone = true
			return &e
		}
	}
	return nil
}

// CheckCalls tells with a *PinnedError when the configuration says other things
// than those under which cases were opened: of an edition's dates, of its being
// there at all, or of the mailbox. It changes nothing.
func (s *Store) CheckCalls(ctx context.Context, mailbox string, calls cases.Calls) error {
	var recorded string
	err := s.reader.QueryRowContext(ctx, "SELECT mailbox FROM origin").Scan(&recorded)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read the origin: %w", err)
	}
	if err == nil && recorded != mailbox {
		return otherMailbox(recorded, mailbox)
	}
	if err := missing(ctx, s.reader, calls); err != nil {
		return err
	}
	for _, c := range calls {
		if _, err := pinned(ctx, s.reader, c); err != nil {
			return err
		}
	}
	return nil
}

func otherMailbox(recorded, configured string) error {
	return &PinnedError{Mailbox: recorded, Other: configured}
}

func callContent(c *cases.Call) map[string]any {
	return map[string]any{"call": c.ID, "reference": c.Reference, "opens": c.Opens.UTC(), "deadline": c.Deadline.UTC()}
}

// PinnedError says that the configuration differs from what binds a data folder:
// what candidates have been told.
type PinnedError struct {
	Call, Reference string
	Opens, Deadline time.Time
	Gone            bool // the call is not configured any more

	Mailbox, Other string // recorded and configured, where they differ
}

func (e *PinnedError) Error() string {
	switch {
	case e.Mailbox != "":
		return fmt.Sprintf("the data folder belongs to the mailbox %s, not %s: write that address again, or another data_dir", e.Mailbox, e.Other)
	case e.Gone:
		return fmt.Sprintf("call %s has cases and is not configured any more: write it again, with its id, reference %s, opening %s and deadline %s",
			e.Call, e.Reference, e.Opens.Format(time.RFC3339), e.Deadline.Format(time.RFC3339))
	}
	return fmt.Sprintf("call %s already has cases: write again its reference %s, opening %s and deadline %s",
		e.Call, e.Reference, e.Opens.Format(time.RFC3339), e.Deadline.Format(time.RFC3339))
}

// KeepPack archives the files of an edition's pack, so that a letter can be put
// together again long after the pack has changed.
func (s *Store) KeepPack(ctx context.Context, call *cases.Call, folder fs.FS) error {
	for _, f := range call.Pack {
		if err := s.keepPackFile(ctx, call, f, folder); err != nil {
			return fmt.Errorf("keep pack of %s: %s: %w", call.ID, f.Name, err)
		}
	}
	return nil
}

func (s *Store) keepPackFile(ctx context.Context, call *cases.Call, f cases.PackFile, folder fs.FS) (err error) {
	var n int
	if err := s.reader.QueryRowContext(ctx, "SELECT COUNT(*) FROM pack WHERE call_id = ? AND name = ? AND sha256 = ?", call.ID, f.Name, f.SHA256).Scan(&n); err != nil || n > 0 {
		return err
	}
	file, err := folder.Open(f.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	sum, size, err := s.Archive.Put(file)
	if err != nil {
		return err
	}
	if sum != f.SHA256 {
		return errors.New("the file changed while it was read: start again")
	}
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec("INSERT INTO pack (call_id, name, size, sha256) VALUES (?, ?, ?, ?)", call.ID, f.Name, size, sum); err != nil {
			return err
		}
		return t.journal("pack_set", "", map[string]any{"call": call.ID, "name": f.Name, "size": size, "file_sha256": sum})
	})
}
