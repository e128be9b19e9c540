package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"greffier/cases"
)

// addSource records where a mail was found; a mail set aside there before is
// now filed.
func (t *tx) addSource(a *cases.Arrival, mailID int64) error {
	if a.Source.UID == 0 {
		return nil
	}
	_, err := t.exec(`INSERT INTO source (mailbox, folder, uidvalidity, uid, mail_id, raw_sha256, internaldate, fetched) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (mailbox, folder, uidvalidity, uid) DO UPDATE SET mail_id = excluded.mail_id, raw_sha256 = excluded.raw_sha256, error = ''`,
		a.Source.Mailbox, a.Source.Folder, a.Source.UIDValidity, a.Source.UID, mailID, a.Mail.RawSHA256,
		instant(a.Mail.Clocks.InternalDate), instant(a.Mail.Clocks.Fetched))
	if err != nil {
		return fmt.Errorf("record source: %w", err)
	}
	return nil
}

// SetAside records a mail that could not be filed, with the reason; its bytes
// are in the archive under rawSHA256 where they could be had at all. It stays
// in the list of mails set aside until it is replayed.
func (s *Store) SetAside(ctx context.Context, source cases.Source, rawSHA256 string, internalDate, fetched time.Time, reason string) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO source (mailbox, folder, uidvalidity, uid, raw_sha256, internaldate, fetched, error, tries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
			ON CONFLICT (mailbox, folder, uidvalidity, uid) DO UPDATE SET raw_sha256 = excluded.raw_sha256, error = excluded.error, tries = tries + 1, fetched = excluded.fetched`,
			source.Mailbox, source.Folder, source.UIDValidity, source.UID, rawSHA256, instant(internalDate), instant(fetched), reason); err != nil {
			return fmt.Errorf("set mail aside: %w", err)
		}
		return t.journal("mail_set_aside", "", map[string]any{"folder": source.Folder, "uidvalidity": source.UIDValidity, "uid": source.UID, "raw_sha256": rawSHA256, "reason": reason})
	})
}

// KnownUIDs gives the UIDs of a folder that have been filed or set aside under
// that UIDVALIDITY.
func (s *Store) KnownUIDs(ctx context.Context, mailbox, folder string, uidValidity uint32) (map[uint32]bool, error) {
	uids, err := collect(ctx, s.reader, one[uint32], "SELECT uid FROM source WHERE mailbox = ? AND folder = ? AND uidvalidity = ?", mailbox, folder, uidValidity)
	if err != nil {
		return nil, fmt.Errorf("list known UIDs: %w", err)
	}
	known := make(map[uint32]bool, len(uids))
	for _, uid := range uids {
		known[uid] = true
	}
	return known, nil
}

// Unmarked gives the UIDs of a folder that are filed and not yet marked as
// such on the server, in ascending order.
func (s *Store) Unmarked(ctx context.Context, mailbox, folder string, uidValidity uint32) ([]uint32, error) {
	uids, err := collect(ctx, s.reader, one[uint32],
		"SELECT uid FROM source WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND marked_at IS NULL AND mail_id IS NOT NULL ORDER BY uid", mailbox, folder, uidValidity)
	if err != nil {
		return nil, fmt.Errorf("list unmarked UIDs: %w", err)
	}
	return uids, nil
}

// Marked records that UIDs bear our mark on the server, or are gone from it.
func (s *Store) Marked(ctx context.Context, mailbox, folder string, uidValidity uint32, uids []uint32) error {
	return s.write(ctx, func(t *tx) error {
		for chunk := range slices.Chunk(uids, 500) {
			for _, uid := range chunk {
				if _, err := t.exec("UPDATE source SET marked_at = ? WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?",
					instant(t.now), mailbox, folder, uidValidity, uid); err != nil {
					return fmt.Errorf("record mark: %w", err)
				}
			}
		}
		return nil
	})
}

// ReadingDone records that a folder was read to its end by a reading begun at
// that instant of the calendar clock: all mail that was in it then is filed.
func (s *Store) ReadingDone(ctx context.Context, mailbox, folder string, uidValidity uint32, begun time.Time) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO reading (mailbox, folder, uidvalidity, begun_at, ended_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (mailbox, folder) DO UPDATE SET uidvalidity = excluded.uidvalidity, begun_at = excluded.begun_at, ended_at = excluded.ended_at`,
			mailbox, folder, uidValidity, instant(begun), instant(t.now)); err != nil {
			return fmt.Errorf("record reading: %w", err)
		}
		return nil
	})
}
