package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// errMismatch: the folder holds mails that are neither filed nor set aside after
// all was done to have them.
var errMismatch = errors.New("mails are in the folder and do not come")

// unknown gives the UIDs that are not known, each once.
func unknown(uids []imap.UID, known map[uint32]bool) []imap.UID {
	var out []imap.UID
	for _, uid := range uids {
		if !known[uint32(uid)] {
			out = append(out, uid)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// reconcile compares the UIDs in the folder with those in the store, and gives
// those that the folder has and the store has not: the promise is that there are
// none. found is what SEARCH gave; worked, whether there was something to fetch.
//
// SEARCH is believed while it finds as many mails as the folder holds. Where it
// does not, and now and then, the whole folder is listed in another way, and
// what is unknown is asked for once more.
func (r *reading) reconcile(found []imap.UID, worked bool) ([]imap.UID, error) {
	s := r.s
	missing := []imap.UID(nil)
	var err error
	if worked {
		if missing, err = r.unknown(found); err != nil {
			return nil, err
		}
	}
	trusted := len(missing) == 0 && len(found) >= r.l.exists && len(s.missing) == 0
	if trusted && !s.listed.IsZero() && time.Since(s.listed) < s.limits.reconcile {
		return nil, nil
	}
	for try := 0; ; try++ {
		listed, err := r.l.list()
		if err != nil {
			return nil, err
		}
		if missing, err = r.unknown(listed); err != nil {
			return nil, err
		}
		if len(missing) == 0 || try == 1 {
			break
		}
		s.log.Warn("mails are in the folder that a search did not find, or that did not come", logCount, len(missing), logUIDs, fewOf(missing))
		s.doubts.arrange(missing)
		if err := r.fetchAll(missing); err != nil {
			return nil, err
		}
		if r.unfiled != nil {
			return nil, r.unfiled
		}
	}
	s.listed = time.Now()
	return r.giveUp(missing)
}

// unknown gives those of the UIDs that the store does not know.
func (r *reading) unknown(uids []imap.UID) ([]imap.UID, error) {
	known, err := r.s.store.KnownUIDs(r.ctx, r.s.cfg.Mailbox, r.s.cfg.Folder, r.l.uidValidity)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errStore, err)
	}
	return unknown(uids, known), nil
}

// giveUp sets aside the mails that have been missing for too long, and gives the
// others.
func (r *reading) giveUp(missing []imap.UID) (left []imap.UID, err error) {
	s := r.s
	since := make(map[imap.UID]time.Time, len(missing))
	for _, uid := range missing {
		first, before := s.missing[uid]
		if !before {
			first = time.Now()
		}
		if time.Since(first) > s.limits.missing {
			if err := r.setAside(uid, "the server lists this mail and does not give it"); err != nil {
				return nil, err
			}
			continue
		}
		since[uid] = first
		left = append(left, uid)
	}
	s.missing = since
	return left, nil
}

// fewOf names UIDs, the first of many.
func fewOf(uids []imap.UID) string {
	const most = 10
	words := make([]string, 0, most)
	for _, uid := range uids[:min(most, len(uids))] {
		words = append(words, fmt.Sprint(uid))
	}
	if len(uids) > most {
		return strings.Join(words, ", ") + " …"
	}
	return strings.Join(words, ", ")
}
