package ingest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"greffier/cases"
)

// mail is a mail whose raw bytes have come, not yet in the archive.
type mail struct {
	note
	source  cases.Source
	raw     Incoming
	fetched time.Time
}

// drop forgets mails that will be fetched again.
func drop(mails []*mail) error {
	var errs []error
	for _, m := range mails {
		errs = append(errs, m.raw.Drop())
	}
	return errors.Join(errs...)
}

// fetch streams the bodies of mails into the archive's scratch space, only the
// header of those too large. It gives them in the order of notes; mails that
// have gone are left out.
func (r *reading) fetch(notes []note) (mails []*mail, err error) {
	byUID := make(map[imap.UID]*note, len(notes))
	for i := range notes {
		byUID[notes[i].uid] = &notes[i]
	}
	got := make(map[imap.UID]*mail)
	err = r.each(uidsOf(notes), func(round int, uids []imap.UID) (map[imap.UID]bool, error) {
		// The library drops a body that comes before the UID, unless mails are
		// asked for by number: what nothing else brings is asked for that way.
		byNumber := r.l.byNumber || round == rounds-1
		before := len(got)
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
			if err := r.fetchBodies(r.set(ask.uids, byNumber), &ask.section, byUID, got); err != nil {
				return nil, err
			}
		}
		if byNumber && len(got) > before {
			r.l.byNumber = true
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

// set names mails by UID or by the number they had when they were described. A
// number may have gone over to another mail since: the UID that comes decides.
func (r *reading) set(uids []imap.UID, byNumber bool) imap.NumSet {
	if !byNumber {
		return imap.UIDSetNum(uids...)
	}
	var numbers imap.SeqSet
	for _, uid := range uids {
		numbers.AddNum(r.numbers[uid])
	}
	return numbers
}

// fetchBodies runs one FETCH and reads its answer to the end: nothing else may
// be asked for before that. What came is good only if the command ended well.
func (r *reading) fetchBodies(set imap.NumSet, section *imap.FetchItemBodySection, notes map[imap.UID]*note, got map[imap.UID]*mail) error {
	cmd := r.l.client.Fetch(set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
	var failure error
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		if failure = r.fetchBody(msg, notes, got); failure != nil {
			break
		}
	}
	if errors.Is(failure, errCut) {
		// The library's reader has gone on, over the very buffer that Next would
		// read the literal from: let it end first.
		r.hangUp()
		<-r.l.client.Closed()
		failure = nil
	} else if failure != nil {
		r.hangUp() // what is left of the answer is not wanted
	}
	err := cmd.Close()
	if failure != nil {
		return failure
	}
	if err != nil {
		return fmt.Errorf("fetch mails: %w", err)
	}
	return nil
}

// fetchBody takes a mail that is among notes and has not come yet from one
// response. Where it fails, msg is not read to its end.
func (r *reading) fetchBody(msg *imapclient.FetchMessageData, notes map[imap.UID]*note, got map[imap.UID]*mail) (err error) {
	var uid imap.UID
	var raw Incoming
	var size int64
	defer func() {
		if raw != nil {
			err = errors.Join(err, raw.Drop())
		}
	}()
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = item.UID
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil || raw != nil || uid != 0 && (notes[uid] == nil || got[uid] != nil) {
				continue // Next reads past it
			}
			size = item.Literal.Size()
			r.l.conn.allow(size)
			if r.tooLarge(size) {
				continue
			}
			if raw, err = r.stream(item.Literal); err != nil {
				return err
			}
		}
	}
	n := notes[uid]
	switch {
	case n == nil || got[uid] != nil:
	case raw != nil:
		got[uid] = &mail{note: *n, source: r.source(uid), raw: raw, fetched: r.s.cfg.Now()}
		raw = nil
	case r.tooLarge(size):
		// The size announced was too small. The next round asks for the header.
		n.oversize, n.size = true, max(n.size, size)
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
func (r *reading) stream(literal imap.LiteralReader) (Incoming, error) {
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
	return raw, nil
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
