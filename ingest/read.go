package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"

	"greffier/cases"
)

// errLoss marks a connection that was lost over a fetch; errArchive and
// errStore, that the disk and not the mailbox is in trouble.
var (
	errLoss    = errors.New("fetch mails")
	errArchive = errors.New("keep raw mail")
	errStore   = errors.New("file mails")
)

const (
	describeMost = 500      // mails whose sizes are asked for together
	batchMost    = 100      // mails fetched together
	batchBytes   = 20 << 20 // after which a batch is closed
)

// reading is one reading of the folder, over one link. While a batch is
// fetched, the one before is archived, parsed and filed.
type reading struct {
	s       *Session
	l       *link
	ctx     context.Context
	pending <-chan filed // a batch being filed; nil: none
	unfiled error        // why some mails could not be filed
	done    int          // mails filed or set aside
	total   int
	// dates holds the INTERNALDATE of the mails described last.
	dates map[imap.UID]time.Time
	// numbers holds their sequence numbers.
	numbers map[imap.UID]uint32
}

// read reads the folder to its end: when it returns nil, each mail that was in
// it when read began is filed or set aside, and marked where that is possible.
func (s *Session) read(ctx context.Context, l *link) error {
	begun := s.cfg.Now()
	s.lookAtCertificate(l.certificate)
	// Opened anew each time: SEARCH then sees what has come, and a folder that
	// was replaced meanwhile shows its UIDVALIDITY.
	if !l.opened {
		if err := s.open(l); err != nil {
			return err
		}
	}
	l.opened = false
	drain(l.changed) // what is said from here on is about later mail
	found, err := l.search(nil)
	if err != nil {
		return err
	}
	known, err := s.store.KnownUIDs(ctx, s.cfg.Mailbox, s.cfg.Folder, l.uidValidity)
	if err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	work := unknown(found, known)
	if len(work) > 0 {
		s.log.Info("new mail", logFolder, s.cfg.Folder, logCount, len(work))
	}
	if l.uidValidity != s.doubts.uidValidity {
		clear(s.refusals)
		clear(s.missing)
		s.watched = false
	}
	s.doubts.begin(l.uidValidity)
	s.doubts.arrange(work)
	r := &reading{s: s, l: l, ctx: ctx, total: len(work)}
	if err := r.fetchAll(work); err != nil {
		return err
	}
	if r.unfiled != nil {
		return r.unfiled
	}
	missing, err := r.reconcile(found, len(work) > 0)
	if err != nil {
		return err
	}
	s.recovered(TroubleArchive)
	s.recovered(TroubleConnection)
	if err := s.markLeft(ctx, l); err != nil {
		return err
	}
	if len(missing) > 0 {
		err := fmt.Errorf("%w: %d (%s)", errMismatch, len(missing), fewOf(missing))
		s.trouble(TroubleReconciliation, err)
		return err
	}
	s.recovered(TroubleReconciliation)
	s.watched = true
	if err := s.store.ReadingDone(ctx, s.cfg.Mailbox, s.cfg.Folder, l.uidValidity, begun); err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	s.recovered(TroubleStore)
	return nil
}

func drain(c <-chan struct{}) {
	select {
	case <-c:
	default:
	}
}

// fetchAll fetches and files the work, batch by batch.
func (r *reading) fetchAll(work []imap.UID) (err error) {
	defer func() { err = errors.Join(err, r.settle(err == nil)) }()
	for len(work) > 0 {
		n := r.s.doubts.next(work, describeMost)
		uids := work[:n]
		work = work[n:]
		notes, err := r.describe(uids)
		if err != nil {
			return r.lost(uids, err)
		}
		if r.s.watched {
			r.s.lookAtClock(notes)
		}
		for len(notes) > 0 {
			n := batch(notes)
			mails, err := r.fetch(notes[:n])
			if err != nil {
				return r.lost(uidsOf(notes[:n]), err)
			}
			r.s.doubts.fetched(uidsOf(notes[:n]))
			notes = notes[n:]
			if err := r.settle(true); err != nil {
				return errors.Join(err, drop(mails))
			}
			r.file(mails)
		}
	}
	return nil
}

// batch says how many of the mails to fetch together.
func batch(notes []note) int {
	var bytes int64
	for n, m := range notes {
		if bytes += m.size; n > 0 && bytes > batchBytes || n == batchMost {
			return n
		}
	}
	return len(notes)
}

// lost decides what a failed fetch means: that of one mail alone, again and
// again, sets it aside. The reading is over either way.
func (r *reading) lost(uids []imap.UID, err error) error {
	if r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	if errors.Is(err, errArchive) || errors.Is(err, errStore) {
		return err
	}
	err = r.l.blame(err)
	var silent *silence
	if errors.As(err, &silent) {
		uids = silent.uids
	}
	if r.s.doubts.lost(uids) {
		if err := r.setAside(uids[0], fmt.Sprintf("this mail cannot be fetched: %v", err)); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: %w", errLoss, err)
}

// setAside records a mail whose bytes cannot be had.
func (r *reading) setAside(uid imap.UID, reason string) error {
	s := r.s
	source := r.source(uid)
	if err := s.store.SetAside(r.ctx, source, "", r.dates[uid], s.cfg.Now(), reason); err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	s.log.Error("mail set aside, its bytes could not be had", logMail, mailID(source), logReason, reason)
	return nil
}

func (r *reading) source(uid imap.UID) cases.Source {
	return cases.Source{Mailbox: r.s.cfg.Mailbox, Folder: r.s.cfg.Folder, UIDValidity: r.l.uidValidity, UID: uint32(uid)}
}

// mailID names a mail in the log.
func mailID(s cases.Source) string { return fmt.Sprintf("%d/%d", s.UIDValidity, s.UID) }

// file begins to file a batch beside the next fetch.
func (r *reading) file(mails []*mail) {
	done := make(chan filed, 1)
	r.pending = done
	go func() { done <- r.s.file(r.ctx, mails) }()
}

// settle waits until the batch under way is filed and marks it on the server.
// Mails that the store refuses while it takes others are left for the next
// reading.
func (r *reading) settle(mark bool) error {
	if r.pending == nil {
		return nil
	}
	f := <-r.pending
	r.pending = nil
	r.done += f.settled
	r.s.cfg.Progress(r.done, r.total)
	if f.err != nil {
		if f.settled == 0 {
			return f.err
		}
		r.unfiled = f.err
	}
	if !mark || len(f.uids) == 0 {
		return nil
	}
	return r.s.mark(r.ctx, r.l, f.uids)
}
