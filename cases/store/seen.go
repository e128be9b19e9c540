package store

import (
	"context"
	"fmt"
	"time"

	"greffier/cases"
)

// What is journaled of reading: a dossier that was frozen at the deadline is
// sealed, and so is each file that a frozen version of it holds. Who looks at a
// sealed file, takes it, takes the mail that it is in or the dossier, by the desk or
// by command, stands in the journal; before the deadline, and for files that no
// frozen version holds, nothing does.

// readEvents are the entries of reading: they change nothing.
const readEvents = "('file_viewed', 'file_downloaded', 'mail_downloaded', 'dossier_exported')"

// seenWithin is how long looking at a file again is the same look: its pages are
// asked for one by one.
const seenWithin = time.Hour

// SawFile journals that a member of staff looked at a file, if it is sealed; once
// an hour for one person and file.
func (s *Store) SawFile(ctx context.Context, actor string, f cases.StoredFile) error {
	if !f.Sealed {
		return nil
	}
	since := instant(s.opts.Now().Add(-seenWithin))
	var seen bool
	err := s.reader.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM journal WHERE case_ref = ? AND event = 'file_viewed' AND actor = ? AND at > ?
		AND content ->> '$.mail' = ? AND content ->> '$.part' = ?)`, f.Ref, actor, since, f.Mail, f.Part).Scan(&seen)
	if err != nil {
		return fmt.Errorf("look for an earlier view: %w", err)
	}
	if seen {
		return nil
	}
	return s.writeAs(ctx, actor, func(t *tx) error {
		return t.journal("file_viewed", f.Ref, map[string]any{"mail": f.Mail, "part": f.Part, "file": f.Filename})
	})
}

// TookFile journals that somebody took a copy of a file, if it is sealed.
func (s *Store) TookFile(ctx context.Context, actor string, f cases.StoredFile) error {
	if !f.Sealed {
		return nil
	}
	return s.writeAs(ctx, actor, func(t *tx) error {
		return t.journal("file_downloaded", f.Ref, map[string]any{"mail": f.Mail, "part": f.Part, "file": f.Filename})
	})
}

// TookMail journals that somebody took a copy of a mail or of all its files, if one
// of them is sealed.
func (s *Store) TookMail(ctx context.Context, actor string, m cases.StoredMail) error {
	for _, f := range m.Files {
		if f.Sealed {
			return s.writeAs(ctx, actor, func(t *tx) error {
				return t.journal("mail_downloaded", m.Ref, map[string]any{"mail": m.ID})
			})
		}
	}
	return nil
}

// TookDossiers journals that somebody took copies of whole dossiers, of those that
// are sealed, in one transaction.
func (s *Store) TookDossiers(ctx context.Context, actor string, refs []string) error {
	sealed, err := collect(ctx, s.reader, one[string], `SELECT c.ref FROM "case" c WHERE c.ref IN (SELECT value FROM json_each(?))
		AND EXISTS (SELECT 1 FROM snapshot s WHERE s.case_id = c.id) ORDER BY c.id`, asJSON{refs})
	if err != nil {
		return fmt.Errorf("look for frozen dossiers: %w", err)
	}
	if len(sealed) == 0 {
		return nil
	}
	return s.writeAs(ctx, actor, func(t *tx) error {
		for _, ref := range sealed {
			if err := t.journal("dossier_exported", ref, map[string]any{}); err != nil {
				return err
			}
		}
		return nil
	})
}
