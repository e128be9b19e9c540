package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"greffier/cases"
	"greffier/ingest/content"
	"greffier/ingest/parse"
)

// AssessStore is where filed mails wait to be assessed.
type AssessStore interface {
	// ToAssess gives the mails to assess in the order in which they were filed.
	ToAssess(ctx context.Context, limit int) ([]cases.Unassessed, error)
	// Assess records opinions in one transaction: all or none.
	Assess(ctx context.Context, assessments []cases.Assessment) error
}

// Assessor looks into the deposited files of filed mails and hands what it found
// to the store. A file over which looking crashes or takes too long, and one that
// the archive no longer gives, is doubtful, with the reason, and stops nothing. A
// mail with a file that could not be looked into for a reason of ours (a full disk,
// no process, no descriptor), or whose assessment the store refuses, is held: it
// stays to assess, and is tried again after growing pauses, while others go on. One
// goroutine may run it at a time; Kick and Trouble may be called from any.
type Assessor struct {
	store   AssessStore
	archive Archive
	dir     string
	log     *slog.Logger
	kick    chan struct{}
	look    Look
	limit   time.Duration // for looking into one file
	retry   time.Duration // before a failed store, or a mail that is held, is tried again
	slots   chan struct{} // taken by each file that is looked into: one a core
	held    map[int64]*heldMail
	scanner *Scanner // nil: files are not scanned

	mu    sync.Mutex
	fault error // why the last mail was held; nil: none is
}

// heldMail is a mail that could not be assessed.
type heldMail struct {
	again time.Time
	pause backoff
}

// Look looks into a file of size bytes named name, declared as declaredType.
type Look func(r io.ReaderAt, size int64, name, declaredType string) (content.File, error)

const (
	assessMost  = 10              // mails assessed in one transaction
	lookFor     = 3 * time.Minute // what looks into files has closer limits of its own
	retryAssess = time.Minute
	heldAtMost  = 15 // times the first pause of a mail that is held
)

// errSpoilt marks an archived mail that does not give what was received.
var errSpoilt = errors.New("the archived mail does not give the bytes that were received")

// NewAssessor makes an Assessor that decodes files in the folder dir, which must
// exist, and looks into them with look, from several goroutines. log may be nil.
func NewAssessor(store AssessStore, archive Archive, look Look, dir string, log *slog.Logger) *Assessor {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Assessor{
		store: store, archive: archive, dir: dir, log: log, kick: make(chan struct{}, 1),
		look: look, limit: lookFor, retry: retryAssess, slots: make(chan struct{}, runtime.NumCPU()), held: make(map[int64]*heldMail),
	}
}

// ScanWith has the antivirus judge the files of each mail as it is assessed. It
// must be called before Run and Drain.
func (a *Assessor) ScanWith(s *Scanner) { a.scanner = s }

// Kick tells Run that there may be mails to assess. It does not block.
func (a *Assessor) Kick() { notify(a.kick) }

// Trouble tells why mails are held; nil while none is.
func (a *Assessor) Trouble() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.fault
}

func (a *Assessor) setTrouble(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fault = err
}

// hold has a mail wait for its next try.
func (a *Assessor) hold(mailID int64, err error) {
	h := a.held[mailID]
	if h == nil {
		h = &heldMail{pause: backoff{min: a.retry, max: heldAtMost * a.retry}}
		a.held[mailID] = h
	}
	h.again = time.Now().Add(h.pause.pause())
	a.setTrouble(err)
}

// release forgets that mails were held.
func (a *Assessor) release(held func(mailID int64) bool) {
	maps.DeleteFunc(a.held, func(id int64, _ *heldMail) bool { return held(id) })
	if len(a.held) == 0 {
		a.setTrouble(nil)
	}
}

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
		limit := assessMost + len(a.held)
		mails, err := a.store.ToAssess(ctx, limit)
		if err != nil {
			return err
		}
		if len(mails) < limit { // all there are: some that were held may have been assessed by another process
			a.release(func(id int64) bool {
				return !slices.ContainsFunc(mails, func(m cases.Unassessed) bool { return m.MailID == id })
			})
		}
		var batch []cases.Unassessed
		for _, m := range mails {
			if h := a.held[m.MailID]; h != nil && time.Now().Before(h.again) {
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
	opinions, errs := make([]cases.Assessment, len(mails)), make([]error, len(mails))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.NumCPU(), len(mails)) {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(mails) {
					return
				}
				opinions[i], errs[i] = a.opinion(mails[i])
				if a.scanner != nil && errs[i] == nil {
					a.scanner.judgeNew(ctx, mails[i], opinions[i].Findings)
				}
			}
		})
	}
	workers.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var formed []cases.Assessment
	for i, err := range errs {
		if err != nil {
			a.hold(mails[i].MailID, err)
			continue
		}
		formed = append(formed, opinions[i])
	}
	return errors.Join(append(errs, a.record(ctx, formed))...)
}

// record hands opinions to the store, one by one where it refuses them together.
// It fails with errStore when it takes none.
func (a *Assessor) record(ctx context.Context, opinions []cases.Assessment) error {
	if len(opinions) == 0 {
		return nil
	}
	recorded := make(map[int64]bool)
	defer a.release(func(id int64) bool { return recorded[id] })
	err := a.store.Assess(ctx, opinions)
	if err == nil {
		for _, o := range opinions {
			recorded[o.MailID] = true
		}
		return nil
	}
	if len(opinions) == 1 {
		a.hold(opinions[0].MailID, err)
		return err
	}
	var errs []error
	for _, o := range opinions {
		if err := a.store.Assess(ctx, []cases.Assessment{o}); err != nil {
			errs = append(errs, err)
			continue
		}
		recorded[o.MailID] = true
	}
	if len(recorded) == 0 {
		// A store that takes none is to blame, not the mails.
		return fmt.Errorf("%w: %w", errStore, errors.Join(errs...))
	}
	for _, o := range opinions {
		if !recorded[o.MailID] {
			a.hold(o.MailID, errors.Join(errs...))
		}
	}
	return errors.Join(errs...)
}

// LookAgain looks into the deposited files of a mail and records nothing. It
// fails for a reason of ours, whatever the files.
func (a *Assessor) LookAgain(_ context.Context, m cases.Unassessed) (cases.Assessment, error) {
	return a.opinion(m)
}

// opinion looks into the deposited files of a mail, as many at a time as there
// are slots.
func (a *Assessor) opinion(m cases.Unassessed) (cases.Assessment, error) {
	out, errs := cases.Assessment{MailID: m.MailID, Findings: make([]cases.Finding, len(m.Parts))}, make([]error, len(m.Parts))
	var files sync.WaitGroup
	for i, p := range m.Parts {
		a.slots <- struct{}{}
		files.Go(func() {
			defer func() { <-a.slots }()
			out.Findings[i], errs[i] = a.findingOf(m, p)
		})
	}
	files.Wait()
	if err := errors.Join(errs...); err != nil {
		return cases.Assessment{}, fmt.Errorf("look into the files of mail %d: %w", m.MailID, err)
	}
	return out, nil
}

// findingOf tells what a file is. It fails where another time might tell more: for
// what a file does to who looks into it, and for an archive that lost it, there is
// a finding.
func (a *Assessor) findingOf(m cases.Unassessed, p cases.Part) (cases.Finding, error) {
	file, err := a.lookInto(m.RawSHA256, p)
	if err == nil {
		return finding(p, file, stateOf(file)), nil
	}
	if !slices.ContainsFunc([]error{errGaveUp, errCrashed, errSpoilt, errTooMuch, parse.ErrLocator}, func(e error) bool { return errors.Is(err, e) }) {
		return cases.Finding{}, err
	}
	a.log.Error("deposited file could not be looked into", logMail, m.MailID, logPart, p.ID, logError, err)
	file = content.File{Type: p.MediaType, Unread: true, Warnings: []string{"The file could not be looked into; a person should open it."}}
	return finding(p, file, cases.Doubtful), nil
}

// lookInto decodes a part into scratch space and looks into it, within a limit
// of time and in spite of panics.
func (a *Assessor) lookInto(rawSHA256 string, p cases.Part) (content.File, error) {
	raw, size, err := openSized(a.archive, rawSHA256)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: %w", errSpoilt, err)
	}
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
			return file, errSpoilt
		}
		return a.look(decoded.ReaderAt, decoded.size, p.Filename, p.MediaType) // the file itself where it is one
	})
}
