package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"greffier/cases"
	"greffier/ingest/content"
)

// AssessStore is where filed mails wait to be assessed.
type AssessStore interface {
	// ToAssess gives the mails to assess in the order in which they were filed.
	ToAssess(ctx context.Context, limit int) ([]cases.Unassessed, error)
	// Assess records opinions in one transaction: all or none.
	Assess(ctx context.Context, assessments []cases.Assessment) error
}

// Assessor looks into the deposited files of filed mails and hands what it found
// to the store. A file that cannot be looked into is doubtful, with the reason,
// and stops nothing; a mail whose assessment the store refuses is tried again
// later. One goroutine may run it at a time; Kick may be called from any.
type Assessor struct {
	store   AssessStore
	archive Archive
	dir     string
	log     *slog.Logger
	kick    chan struct{}
	look    Look
	limit   time.Duration // for looking into one file
	retry   time.Duration // before a refused mail, or a failed store, is tried again
	slots   chan struct{} // taken by each file that is looked into: one a core
	refused map[int64]time.Time
	scanner *Scanner // nil: files are not scanned
}

// Look looks into a file of size bytes named name, declared as declaredType.
type Look func(r io.ReaderAt, size int64, name, declaredType string) (content.File, error)

const (
	assessMost  = 10 // mails assessed in one transaction
	lookFor     = time.Minute
	retryAssess = time.Minute
)

// NewAssessor makes an Assessor that decodes files in the folder dir, which must
// exist, and looks into them with look, from several goroutines. log may be nil.
func NewAssessor(store AssessStore, archive Archive, look Look, dir string, log *slog.Logger) *Assessor {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Assessor{
		store: store, archive: archive, dir: dir, log: log, kick: make(chan struct{}, 1),
		look: look, limit: lookFor, retry: retryAssess, slots: make(chan struct{}, runtime.NumCPU()), refused: make(map[int64]time.Time),
	}
}

// ScanWith has the antivirus judge the files of each mail as it is assessed. It
// must be called before Run and Drain.
func (a *Assessor) ScanWith(s *Scanner) { a.scanner = s }

// Kick tells Run that there may be mails to assess. It does not block.
func (a *Assessor) Kick() { notify(a.kick) }

// Run assesses mails until ctx ends, and then returns nil.
func (a *Assessor) Run(ctx context.Context) error {
	for {
		err := a.Drain(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			a.log.Error("mails could not be assessed, trying again", logError, err, logWait, a.retry)
		}
		sleep(ctx, a.retry, a.kick)
	}
}

// Drain assesses all mails that wait to be. Its error says which could not be;
// the others are done.
func (a *Assessor) Drain(ctx context.Context) error {
	var failed []error
	for {
		mails, err := a.store.ToAssess(ctx, assessMost+len(a.refused))
		if err != nil {
			return err
		}
		var batch []cases.Unassessed
		for _, m := range mails {
			if time.Now().Before(a.refused[m.MailID]) {
				continue
			}
			if batch = append(batch, m); len(batch) == assessMost {
				break
			}
		}
		if len(batch) == 0 {
			return errors.Join(failed...)
		}
		if err := a.assess(ctx, batch); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if failed = append(failed, err); errors.Is(err, errStore) {
				return errors.Join(failed...)
			}
		}
	}
}

// assess looks into the files of a batch and records the opinions
// in the order of the batch.
func (a *Assessor) assess(ctx context.Context, mails []cases.Unassessed) error {
	opinions := make([]cases.Assessment, len(mails))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.NumCPU(), len(mails)) {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(mails) {
					return
				}
				opinions[i] = a.opinion(mails[i])
				if a.scanner != nil {
					a.scanner.judgeNew(ctx, mails[i], opinions[i].Findings)
				}
			}
		})
	}
	workers.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	err := a.store.Assess(ctx, opinions)
	if err == nil {
		for _, m := range mails {
			delete(a.refused, m.MailID)
		}
		return nil
	}
	errs := []error{err}
	if len(opinions) > 1 {
		errs = errs[:0]
		for _, o := range opinions {
			if err := a.store.Assess(ctx, []cases.Assessment{o}); err != nil {
				errs = append(errs, err)
				a.refused[o.MailID] = time.Now().Add(a.retry)
				continue
			}
			delete(a.refused, o.MailID)
		}
		if len(errs) == len(opinions) {
			// A store that takes none is to blame, not the mails.
			clear(a.refused)
			return fmt.Errorf("%w: %w", errStore, errors.Join(errs...))
		}
	} else {
		a.refused[opinions[0].MailID] = time.Now().Add(a.retry)
	}
	return errors.Join(errs...)
}

// LookAgain looks into the deposited files of a mail and records nothing.
func (a *Assessor) LookAgain(_ context.Context, m cases.Unassessed) cases.Assessment {
	return a.opinion(m)
}

// opinion looks into the deposited files of a mail, as many at a time as there
// are slots.
func (a *Assessor) opinion(m cases.Unassessed) cases.Assessment {
	out := cases.Assessment{MailID: m.MailID, Findings: make([]cases.Finding, len(m.Parts))}
	var files sync.WaitGroup
	for i, p := range m.Parts {
		a.slots <- struct{}{}
		files.Go(func() {
			defer func() { <-a.slots }()
			out.Findings[i] = a.findingOf(m, p)
		})
	}
	files.Wait()
	return out
}

func (a *Assessor) findingOf(m cases.Unassessed, p cases.Part) cases.Finding {
	file, err := a.lookInto(m.RawSHA256, p)
	if err != nil {
		a.log.Error("deposited file could not be looked into", logMail, m.MailID, logPart, p.ID, logError, err)
		file = content.File{Type: p.MediaType, Warnings: []string{"The file could not be looked into; a person should open it."}}
		return finding(p, file, cases.Doubtful)
	}
	return finding(p, file, stateOf(file))
}

// lookInto decodes a part into scratch space and looks into it, within a limit
// of time and in spite of panics.
func (a *Assessor) lookInto(rawSHA256 string, p cases.Part) (content.File, error) {
	raw, size, err := openSized(a.archive, rawSHA256)
	if err != nil {
		return content.File{}, err
	}
	return guard(a.limit, a.log, raw, raw.Close, func(raw io.ReaderAt) (file content.File, err error) {
		part, err := OpenPart(raw, size, p.Locator)
		if err != nil {
			return file, err
		}
		sum := sha256.New()
		decoded, err := spoolTo(a.dir, io.TeeReader(part, sum), p.Size)
		if err = errors.Join(err, part.Close()); err != nil {
			return file, err
		}
		defer func() { err = errors.Join(err, decoded.Close()) }()
		if hex.EncodeToString(sum.Sum(nil)) != p.SHA256 {
			return file, errors.New("the archived mail does not give the bytes that were received")
		}
		file, err = a.look(decoded.ReaderAt, decoded.size, p.Filename, p.MediaType) // the file itself where it is one
		if cause := errors.Unwrap(err); cause != nil {
			err = cause // without the file's name, which is not for the log
		}
		return file, err
	})
}
