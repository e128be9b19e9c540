package ingest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"greffier/cases"
)

// note is what the server says of a mail before its body is fetched.
type note struct {
	uid          imap.UID
	size         int64 // RFC822.SIZE
	internalDate time.Time
	oversize     bool // only its header is fetched
}

// mail is a mail whose raw bytes have come, not yet in the archive.
type mail struct {
	note
	source  cases.Source
	raw     Incoming
	fetched time.Time
}

func uidsOf(notes []note) []imap.UID {
	uids := make([]imap.UID, len(notes))
	for i, n := range notes {
		uids[i] = n.uid
	}
	return uids
}

// drop forgets mails that will be fetched again.
func drop(mails []*mail) error {
	var errs []error
	for _, m := range mails {
		errs = append(errs, m.raw.Drop())
	}
	return errors.Join(errs...)
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
func (r *reading) each(uids []imap.UID, ask func(uids []imap.UID) (answered map[imap.UID]bool, err error)) error {
	for range rounds {
		var answered map[imap.UID]bool
		err := r.l.exchange(func() (err error) {
			answered, err = ask(uids)
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
	err := r.each(uids, func(uids []imap.UID) (map[imap.UID]bool, error) {
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

// fetch streams the bodies of mails into the archive's scratch space, only the
// header of those too large. It gives them in the order of notes; mails that
// have gone are left out.
func (r *reading) fetch(notes []note) (mails []*mail, err error) {
	byUID := make(map[imap.UID]*note, len(notes))
	for i := range notes {
		byUID[notes[i].uid] = &notes[i]
	}
	got := make(map[imap.UID]*mail)
	err = r.each(uidsOf(notes), func(uids []imap.UID) (map[imap.UID]bool, error) {
		answered := make(map[imap.UID]bool)
		var whole, headers []imap.UID
		for _, uid := range uids {
			if byUID[uid].oversize {
				headers = append(headers, uid)
			} else {
				whole = append(whole, uid)
			}
		}
		for _, ask := range []struct {
			uids    []imap.UID
			section imap.FetchItemBodySection
		}{
			{whole, imap.FetchItemBodySection{Peek: true}},
			{headers, imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, Peek: true}},
		} {
			if len(ask.uids) == 0 {
				continue
			}
			if err := r.fetchBodies(ask.uids, &ask.section, byUID, got); err != nil {
				return nil, err
			}
		}
		for uid := range got {
			answered[uid] = true
		}
		return answered, nil
	})
	for i := range notes {
		if m := got[notes[i].uid]; m != nil {
			mails = append(mails, m)
		}
	}
	if err != nil {
		return nil, errors.Join(err, drop(mails))
	}
	return mails, nil
}

// fetchBodies runs one FETCH and reads its answer to the end: nothing else may
// be asked for before that. What came is good only if the command ended well.
func (r *reading) fetchBodies(uids []imap.UID, section *imap.FetchItemBodySection, notes map[imap.UID]*note, got map[imap.UID]*mail) error {
	cmd := r.l.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
	var failure error
reading:
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		var n *note
		for item := msg.Next(); item != nil; item = msg.Next() {
			switch item := item.(type) {
			case imapclient.FetchItemDataUID:
				n = notes[item.UID]
			case imapclient.FetchItemDataBodySection:
				if failure != nil || n == nil || item.Literal == nil || got[n.uid] != nil {
					continue // Next reads past it
				}
				if r.tooLarge(item.Literal.Size()) {
					// The size announced was too small. The next round asks for
					// the header.
					n.oversize, n.size = true, max(n.size, item.Literal.Size())
					continue
				}
				m, err := r.stream(*n, item.Literal)
				switch {
				case errors.Is(err, errCut):
					// The library's reader has gone on, over the very buffer
					// that Next would read the literal from: let it end first.
					r.hangUp()
					<-r.l.client.Closed()
					break reading
				case err != nil:
					failure = err
					r.hangUp() // what is left of the answer is not wanted
				default:
					got[n.uid] = m
				}
			}
		}
	}
	err := cmd.Close()
	if failure != nil {
		return failure
	}
	if err != nil {
		return fmt.Errorf("fetch %d mails: %w", len(uids), err)
	}
	return nil
}

// hangUp cuts the connection while an answer is read: what follows ends at once.
func (r *reading) hangUp() {
	if err := r.l.conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		r.s.log.Debug("close connection", logError, err)
	}
}

// errCut is a literal that ended early; why, the connection knows.
var errCut = errors.New("cut in the middle of a mail")

// stream writes a literal into the archive's scratch space. It fails with errCut,
// or with the error of the archive.
func (r *reading) stream(n note, literal imap.LiteralReader) (*mail, error) {
	raw, err := r.s.filer.archive.Create()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errArchive, err)
	}
	w := &watchedWriter{w: raw}
	size, err := io.Copy(w, literal)
	switch {
	case w.err != nil:
		return nil, errors.Join(fmt.Errorf("%w: %w", errArchive, w.err), raw.Drop())
	case err != nil || size != literal.Size():
		return nil, errors.Join(errCut, raw.Drop())
	}
	return &mail{note: n, source: r.source(n.uid), raw: raw, fetched: r.s.cfg.Now()}, nil
}

// watchedWriter remembers why writing failed, to tell it from a failed read.
type watchedWriter struct {
	w   io.Writer
	err error
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	if err != nil {
		w.err = err
	}
	return n, err
}
