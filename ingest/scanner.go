package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"greffier/cases"
)

// ScanStore is where deposited files wait to be judged by the antivirus.
type ScanStore interface {
	// ToScan gives mails with files to judge, in order, behind the one with the id after.
	ToScan(ctx context.Context, after int64, limit int) ([]cases.Unassessed, error)
	// Scanned records the verdicts on files of one mail in one transaction.
	Scanned(ctx context.Context, mail cases.ScannedMail) error
}

// Scanner has clamd judge deposited files. The files of a new mail are judged
// while it is assessed, if clamd is quick; letters never wait long for it. What
// it could not judge then, Drain takes up again, whenever clamd answers. A file
// is never called clean unless clamd said so of its very bytes. One that clamd
// fails on three times while it answers otherwise is given up, which is a task
// for staff.
type Scanner struct {
	clamd   Clamd
	store   ScanStore
	archive Archive
	log     *slog.Logger
	limits  scanLimits

	failures map[scanFile]failure // of Drain alone

	mu     sync.Mutex
	fault  error     // why clamd was not to be asked when last tried; nil: it answers
	paused time.Time // until when assessing does not ask it
}

// scanLimits are limits of time.
type scanLimits struct {
	letter time.Duration // that the files of a mail may hold up its letter
	file   time.Duration // for one file, when nothing waits for it
	ping   time.Duration // to answer PING
	pause  time.Duration // that assessing leaves clamd alone after a failure
	every  time.Duration // between two looks for files to judge
	retry  time.Duration // before a file that clamd failed on is tried again; then twice that
}

type scanFile struct {
	mail int64
	part string
}

// failure is how often clamd failed on a file, and when it is to be asked again.
type failure struct {
	times int
	again time.Time
}

const (
	scanMost     = 10 // mails listed together
	giveUpAfter  = 3  // failures on one file
	scanGrace    = 5 * time.Second
	logSignature = "signature"
)

// NewScanner makes a Scanner. log may be nil.
func NewScanner(clamd Clamd, store ScanStore, archive Archive, log *slog.Logger) *Scanner {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Scanner{clamd: clamd, store: store, archive: archive, log: log, failures: make(map[scanFile]failure), limits: scanLimits{
		letter: 20 * time.Second, file: 10 * time.Minute, ping: 10 * time.Second, pause: 30 * time.Second, every: 15 * time.Second, retry: time.Minute}}
}

// Trouble tells why clamd cannot be asked, as found when Drain last tried; nil
// while it answers.
func (s *Scanner) Trouble() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault
}

// Run drains again and again until ctx ends, and then returns nil.
func (s *Scanner) Run(ctx context.Context) error {
	for {
		if err := s.Drain(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("verdicts of the antivirus could not be kept, trying again", logError, err)
		}
		if ctx.Err() != nil {
			return nil
		}
		sleep(ctx, s.limits.every, nil)
	}
}

// Drain has every file that waits for it judged, if clamd can be asked; see
// Trouble if not. Its errors are those of the store.
func (s *Scanner) Drain(ctx context.Context) error {
	if !s.reach(ctx) {
		return ctx.Err()
	}
	var failed []error
	for after := int64(0); ; {
		mails, err := s.store.ToScan(ctx, after, scanMost)
		if err != nil {
			return errors.Join(append(failed, err)...)
		}
		if len(mails) == 0 {
			return errors.Join(failed...)
		}
		for _, m := range mails {
			after = m.MailID
			verdicts, there := s.judgeAll(ctx, m)
			if len(verdicts.Files) > 0 {
				if err := s.store.Scanned(ctx, verdicts); err != nil {
					failed = append(failed, err)
				}
			}
			if !there {
				return errors.Join(append(failed, ctx.Err())...)
			}
		}
	}
}

// judgeAll has the files of a mail judged, but for those whose time has not come
// again. It stops, and there is false, when clamd is gone or ctx ends.
func (s *Scanner) judgeAll(ctx context.Context, m cases.Unassessed) (verdicts cases.ScannedMail, there bool) {
	verdicts.MailID = m.MailID
	for _, p := range m.Parts {
		file := scanFile{m.MailID, p.ID}
		failed := s.failures[file]
		if time.Now().Before(failed.again) {
			continue
		}
		scan, err := s.judge(ctx, m, p, s.limits.file)
		if ctx.Err() != nil || err != nil && !errors.Is(err, errFile) && !s.reach(ctx) {
			return verdicts, false
		}
		delete(s.failures, file)
		if err != nil {
			failed.times++
			failed.again = time.Now().Add(time.Duration(failed.times) * s.limits.retry)
			scan.GaveUp = failed.times == giveUpAfter
			if !scan.GaveUp {
				s.failures[file] = failed
			}
		}
		verdicts.Files = append(verdicts.Files, cases.ScannedFile{PartID: p.ID, Scan: scan})
	}
	return verdicts, true
}

// judgeNew has the files of a mail that is being assessed judged, within the
// little time for which its letter can wait. findings are those of its parts.
func (s *Scanner) judgeNew(ctx context.Context, m cases.Unassessed, findings []cases.Finding) {
	end := time.Now().Add(s.limits.letter)
	for i, p := range m.Parts {
		left := time.Until(end)
		switch {
		case left <= 0:
			findings[i].Scan = cases.Scan{State: cases.ScanPending}
			continue
		case s.isPaused():
			findings[i].Scan = cases.Scan{State: cases.ScanUnavailable, Detail: detailUnreachable}
			continue
		}
		scan, err := s.judge(ctx, m, p, left)
		if err != nil && !errors.Is(err, errFile) && ctx.Err() == nil {
			s.mu.Lock()
			s.paused = time.Now().Add(s.limits.pause)
			s.mu.Unlock()
		}
		findings[i].Scan = scan
	}
}

func (s *Scanner) isPaused() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(s.paused)
}

// What is said of a file without a verdict.
const (
	detailUnreachable = "the antivirus does not answer"
	detailSlow        = "the antivirus did not judge it in time"
	detailFailed      = "the antivirus failed on it"
	detailFile        = "the file could not be read"
)

// judge streams a file to clamd, within a limit of time. With an error the
// verdict is ScanUnavailable.
func (s *Scanner) judge(ctx context.Context, m cases.Unassessed, p cases.Part, limit time.Duration) (cases.Scan, error) {
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	scan, err := s.stream(bounded, m.RawSHA256, p, limit)
	if err == nil {
		if scan.State == cases.ScanInfected {
			s.log.Warn("infected file", logMail, m.MailID, logPart, p.ID, logSignature, scan.Detail)
		}
		return scan, nil
	}
	scan = cases.Scan{State: cases.ScanUnavailable, Detail: detailFailed}
	switch {
	case errors.Is(err, errFile):
		scan.Detail = detailFile
	case errors.Is(err, errNoClamd):
		scan.Detail = detailUnreachable
	case bounded.Err() != nil:
		scan.Detail = detailSlow
	}
	if ctx.Err() == nil {
		s.log.Warn("file not judged by the antivirus", logMail, m.MailID, logPart, p.ID, logError, err)
	}
	return scan, err
}

func (s *Scanner) stream(ctx context.Context, rawSHA256 string, p cases.Part, limit time.Duration) (cases.Scan, error) {
	raw, size, err := openSized(s.archive, rawSHA256)
	if err != nil {
		return cases.Scan{}, fmt.Errorf("%w: %w", errFile, err)
	}
	return guard(limit+scanGrace, s.log, raw, raw.Close, func(raw io.ReaderAt) (scan cases.Scan, err error) {
		part, err := OpenPart(raw, size, p.Locator)
		if err != nil {
			return scan, fmt.Errorf("%w: %w", errFile, err)
		}
		defer func() { err = errors.Join(err, part.Close()) }()
		sum := sha256.New()
		scan, err = s.clamd.Scan(ctx, io.TeeReader(part, sum))
		if err == nil && scan.State == cases.ScanClean && hex.EncodeToString(sum.Sum(nil)) != p.SHA256 {
			err = fmt.Errorf("%w: the archived mail does not give the bytes that were received", errFile)
		}
		return scan, err
	})
}

// reach asks whether clamd is there, and remembers it.
func (s *Scanner) reach(ctx context.Context) bool {
	bounded, cancel := context.WithTimeout(ctx, s.limits.ping)
	defer cancel()
	err := s.clamd.Ping(bounded)
	if ctx.Err() != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil && s.fault == nil:
		s.log.Error("the antivirus cannot be asked", logError, err)
	case err == nil && s.fault != nil:
		s.log.Info("the antivirus answers again")
	}
	if s.fault = err; err == nil {
		s.paused = time.Time{}
	}
	return err == nil
}
