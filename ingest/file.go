package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"

	"greffier/cases"
	"greffier/ingest/parse"
)

// Filer turns archived mails into filed ones.
type Filer struct {
	cfg     Config
	store   Store
	archive Archive
	log     *slog.Logger
	parse   func(r io.ReaderAt, size int64, o parse.Options) (*parse.Mail, error)
	limit   time.Duration // for parsing one mail
}

// NewFiler makes a Filer; of cfg it uses what says how mails are to be read.
func NewFiler(cfg Config, store Store, archive Archive) *Filer {
	cfg = cfg.withDefaults()
	return &Filer{cfg: cfg, store: store, archive: archive, log: cfg.Log, parse: parse.Read, limit: defaultLimits().parse}
}

// Read reads an archived mail as it would be filed. internalDate is zero for a
// mail that never was in a mailbox. It fails when the mail is not in the archive,
// or cannot be read in the time allowed.
func (f *Filer) Read(ctx context.Context, rawSHA256 string, internalDate, fetched time.Time) (cases.Mail, error) {
	if err := ctx.Err(); err != nil {
		return cases.Mail{}, err
	}
	file, size, err := openSized(f.archive, rawSHA256)
	if err != nil {
		return cases.Mail{}, fmt.Errorf("%w: %w", errArchive, err)
	}
	return guard(f.limit, f.log, file, file.Close, func(r io.ReaderAt) (cases.Mail, error) {
		o := f.options()
		o.Spool = Spool(f.cfg.Scratch, size)
		m, err := f.parse(r, size, o)
		if err != nil {
			return cases.Mail{}, err
		}
		out := f.cfg.mail(m, recipients(r, size), internalDate, fetched)
		out.RawSHA256, out.Size = rawSHA256, size
		return out, nil
	})
}

func (f *Filer) options() parse.Options {
	return parse.Options{
		AuthservID: f.cfg.AuthservID, SpamHeader: f.cfg.SpamHeader,
		OwnAddresses: append([]string{f.cfg.Mailbox}, f.cfg.OwnAddresses...),
	}
}

func openSized(a Archive, sha256 string) (*os.File, int64, error) {
	file, err := a.Open(sha256)
	if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("open archived mail: %w", err), file.Close())
	}
	return file, info.Size(), nil
}

// ErrNoBytes means that a mail was set aside because its bytes could not be had:
// there is nothing to read again.
var ErrNoBytes = errors.New("the bytes of this mail could never be fetched")

// Refile reads a mail that was set aside again and files it under the place
// where it was found. When it fails, the mail stays set aside; without bytes it
// fails with ErrNoBytes.
func (f *Filer) Refile(ctx context.Context, rawSHA256 string, source cases.Source, internalDate, fetched time.Time) error {
	if rawSHA256 == "" {
		return ErrNoBytes
	}
	m, err := f.Read(ctx, rawSHA256, internalDate, fetched)
	if err != nil {
		return fmt.Errorf("read mail %s: %w", rawSHA256, err)
	}
	return f.store.Receive(ctx, []cases.Arrival{{Source: source, Mail: m}})
}

// filed is what became of a batch.
type filed struct {
	uids    []imap.UID // filed, in order
	settled int        // filed or set aside
	err     error      // why the others were neither
}

// taken is a mail in the archive: read, or why it could not be read.
type taken struct {
	mail   *mail
	sum    string
	read   cases.Mail
	reason error
}

// file archives and parses a batch on all cores and files it, in the order of
// mails: in one transaction, unless its mails have very many parts. It ends each
// raw file with Keep or Drop.
func (s *Session) file(ctx context.Context, mails []*mail) (out filed) {
	for len(mails) > 0 && out.err == nil {
		list, err := s.take(ctx, mails)
		if err != nil {
			out.err = errors.Join(err, drop(mails))
			return out
		}
		mails = mails[len(list):]
		some := s.fileTaken(ctx, list)
		out.uids = append(out.uids, some.uids...)
		out.settled += some.settled
		out.err = some.err
	}
	out.err = errors.Join(out.err, drop(mails))
	return out
}

// fileTaken files what was read, or sets it aside.
func (s *Session) fileTaken(ctx context.Context, list []taken) (out filed) {
	var arrivals []cases.Arrival
	for _, t := range list {
		if t.reason == nil {
			arrivals = append(arrivals, cases.Arrival{Source: t.mail.source, Mail: t.read})
			continue
		}
		if err := s.putAside(ctx, t.mail.source, t.sum, t.mail.internalDate, t.mail.fetched, t.reason); err != nil {
			out.err = errors.Join(out.err, err)
			continue
		}
		out.settled++
	}
	received := s.receive(ctx, arrivals)
	out.uids = received.uids
	out.settled += received.settled
	out.err = errors.Join(out.err, received.err)
	return out
}

// parseMost bounds how many mails are read at once, and by that the memory that
// the worst of them take; more cores would wait for the disk anyway.
const parseMost = 4

// partsMost is how many parts mails may have together before they are filed: a
// crowd of mails with a thousand parts each must not be in memory at once.
const partsMost = 5000

// take puts mails into the archive and reads them, as far as partsMost allows
// and at least one. Its error is the archive's, or ctx's; then nothing of the
// batch may be filed.
func (s *Session) take(ctx context.Context, mails []*mail) ([]taken, error) {
	list := make([]taken, len(mails))
	errs := make([]error, len(mails))
	var next, parts atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.NumCPU(), parseMost, len(mails)) {
		workers.Go(func() {
			for parts.Load() < partsMost {
				i := int(next.Add(1)) - 1
				if i >= len(mails) {
					return
				}
				if err := ctx.Err(); err != nil {
					errs[i] = errors.Join(err, mails[i].raw.Drop())
					continue
				}
				list[i], errs[i] = s.takeOne(ctx, mails[i])
				parts.Add(int64(len(list[i].read.Parts)))
			}
		})
	}
	workers.Wait()
	return list[:min(int(next.Load()), len(list))], errors.Join(errs...)
}

func (s *Session) takeOne(ctx context.Context, m *mail) (taken, error) {
	sum, err := m.raw.Keep()
	if err != nil {
		return taken{}, fmt.Errorf("%w %s: %w", errArchive, mailID(m.source), err)
	}
	t := taken{mail: m, sum: sum}
	t.read, t.reason = s.filer.Read(ctx, sum, m.internalDate, m.fetched)
	if errors.Is(t.reason, errArchive) {
		return taken{}, t.reason // the disk is to blame, not the mail
	}
	if m.oversize {
		t.read.Oversize, t.read.Size, t.read.Parts = true, m.size, nil
	}
	return t, nil
}

// refusalsAlone is how often the store may refuse a mail alone before the mail
// is set aside.
const refusalsAlone = 3

// receive files mails in one transaction; where that fails, each in its own, so
// that one the store cannot take stops no other.
func (s *Session) receive(ctx context.Context, arrivals []cases.Arrival) (out filed) {
	if len(arrivals) == 0 {
		return out
	}
	err := s.store.Receive(ctx, arrivals)
	if err == nil {
		for _, a := range arrivals {
			out.add(a)
			s.log.Debug("mail filed", logMail, mailID(a.Source))
		}
		return out
	}
	if ctx.Err() != nil {
		return filed{err: ctx.Err()}
	}
	if len(arrivals) == 1 {
		return s.refuse(ctx, arrivals[0], err)
	}
	var refused []cases.Arrival
	var errs []error
	for _, a := range arrivals {
		if err := s.store.Receive(ctx, []cases.Arrival{a}); err != nil {
			refused = append(refused, a)
			errs = append(errs, err)
			continue
		}
		out.add(a)
	}
	if ctx.Err() != nil {
		out.err = ctx.Err()
		return out
	}
	if out.settled == 0 {
		// A store that takes none is to blame, not the mails.
		out.err = fmt.Errorf("%w: %w", errStore, errors.Join(errs...))
		return out
	}
	for i, a := range refused {
		r := s.refuse(ctx, a, errs[i])
		out.settled += r.settled
		out.err = errors.Join(out.err, r.err)
	}
	return out
}

// refuse counts that the store refused a mail alone, and sets it aside when that
// was once too often.
func (s *Session) refuse(ctx context.Context, a cases.Arrival, err error) filed {
	uid := imap.UID(a.Source.UID)
	if s.refusals[uid]++; s.refusals[uid] < refusalsAlone {
		return filed{err: fmt.Errorf("%w: %s: %w", errStore, mailID(a.Source), err)}
	}
	if err := s.putAside(ctx, a.Source, a.Mail.RawSHA256, a.Mail.Clocks.InternalDate, a.Mail.Clocks.Fetched, err); err != nil {
		return filed{err: err}
	}
	delete(s.refusals, uid)
	return filed{settled: 1}
}

func (f *filed) add(a cases.Arrival) {
	f.uids = append(f.uids, imap.UID(a.Source.UID))
	f.settled++
}

// putAside sets an archived mail aside, with the reason in words.
func (s *Session) putAside(ctx context.Context, source cases.Source, sum string, internalDate, fetched time.Time, reason error) error {
	if ctx.Err() != nil {
		return ctx.Err() // reading was broken off: the mail is not to blame
	}
	if err := s.store.SetAside(ctx, source, sum, internalDate, fetched, reason.Error()); err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	s.log.Error("mail set aside", logMail, mailID(source), logReason, reason)
	return nil
}
