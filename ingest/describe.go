package ingest

import (
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// note is what the server says of a mail before its body is fetched.
type note struct {
	uid          imap.UID
	size         int64 // RFC822.SIZE
	internalDate time.Time
	oversize     bool // only its header is fetched
}

func uidsOf(notes []note) []imap.UID {
	uids := make([]imap.UID, len(notes))
	for i, n := range notes {
		uids[i] = n.uid
	}
	return uids
}

// rounds is how often an answer is asked for that does not come.
const rounds = 3

// silence is mails that the server does not give.
type silence struct{ uids []imap.UID }

// Error implements error.
func (s *silence) Error() string {
	return fmt.Sprintf("the server did not give %d of the mails asked for, in %d rounds", len(s.uids), rounds)
}

// each asks for UIDs until each that is still in the folder has been answered:
// a server may answer for a mail with less than was asked for, and the library
// gives a mail's first answer alone. UIDs without answer after some rounds are a
// *silence.
func (r *reading) each(uids []imap.UID, ask func(round int, uids []imap.UID) (answered map[imap.UID]bool, err error)) error {
	for round := range rounds {
		var answered map[imap.UID]bool
		err := r.l.exchange(func() (err error) {
			answered, err = ask(round, uids)
			return err
		})
		if err != nil {
			return err
		}
		missing := slices.DeleteFunc(slices.Clone(uids), func(uid imap.UID) bool { return answered[uid] })
		if len(missing) == 0 {
			return nil
		}
		if uids, err = r.l.search(imap.UIDSetNum(missing...)); err != nil || len(uids) == 0 {
			return err
		}
	}
	return &silence{uids}
}

// describe asks for size and INTERNALDATE. The notes come in the order of uids;
// mails that have gone are left out.
func (r *reading) describe(uids []imap.UID) ([]note, error) {
	found := make(map[imap.UID]note)
	r.numbers = make(map[imap.UID]uint32)
	err := r.each(uids, func(_ int, uids []imap.UID) (map[imap.UID]bool, error) {
		answered := make(map[imap.UID]bool)
		cmd := r.l.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			var n note
			sized, dated := false, false
			for item := msg.Next(); item != nil; item = msg.Next() {
				switch item := item.(type) {
				case imapclient.FetchItemDataUID:
					n.uid = item.UID
				case imapclient.FetchItemDataRFC822Size:
					n.size, sized = item.Size, true
				case imapclient.FetchItemDataInternalDate:
					n.internalDate, dated = item.Time, true
				}
			}
			if n.uid != 0 && sized && dated {
				n.oversize = r.tooLarge(n.size)
				found[n.uid] = n
				answered[n.uid] = true
				r.numbers[n.uid] = msg.SeqNum
			}
		}
		if err := cmd.Close(); err != nil {
			return nil, fmt.Errorf("fetch sizes: %w", err)
		}
		return answered, nil
	})
	if err != nil {
		return nil, err
	}
	var notes []note
	r.dates = make(map[imap.UID]time.Time, len(found))
	for _, uid := range uids {
		if n, ok := found[uid]; ok {
			notes = append(notes, n)
			r.dates[uid] = n.internalDate
		}
	}
	return notes, nil
}

func (r *reading) tooLarge(size int64) bool { return r.s.cfg.MaxSize > 0 && size > r.s.cfg.MaxSize }
