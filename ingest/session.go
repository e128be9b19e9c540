package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Session reads one folder of one mailbox. One goroutine may run it at a time;
// Kick may be called from any.
type Session struct {
	cfg    Config
	store  Store
	filer  *Filer
	log    *slog.Logger
	limits limits
	kick   chan struct{}

	doubts   doubts
	refusals map[imap.UID]int // how often the store refused that mail alone
	troubles map[Trouble]bool
	watched  bool                   // a reading under this UIDVALIDITY was complete: what comes is fresh
	listed   time.Time              // when the whole folder was listed last
	missing  map[imap.UID]time.Time // mails listed and not given, and since when
}

// New makes a Session. It does no I/O.
func New(cfg Config, store Store, archive Archive) *Session {
	filer := NewFiler(cfg, store, archive)
	cfg = filer.cfg
	if cfg.PollEvery <= 0 {
		cfg.PollEvery = time.Minute
	}
	if strings.EqualFold(cfg.ProcessedFolder, cfg.Folder) {
		cfg.ProcessedFolder = "" // moving a mail to where it is would file it for ever
	}
	return &Session{
		cfg: cfg, store: store, filer: filer, log: cfg.Log, limits: defaultLimits(),
		kick: make(chan struct{}, 1), refusals: make(map[imap.UID]int), troubles: make(map[Trouble]bool),
		missing: make(map[imap.UID]time.Time),
	}
}

// withDefaults fills in what may be left empty.
func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if c.Trouble == nil {
		c.Trouble = func(Trouble, error) {}
	}
	if c.Recovered == nil {
		c.Recovered = func(Trouble) {}
	}
	if c.Progress == nil {
		c.Progress = func(int, int) {}
	}
	return c
}

// Kick makes Run look into the mailbox now, or connect now. It does not block.
func (s *Session) Kick() { notify(s.kick) }

// Run reads the mailbox whenever there is something new, until ctx ends, and
// then returns nil. What goes wrong is logged and told to Trouble; it never ends
// Run.
func (s *Session) Run(ctx context.Context) error {
	wait := backoff{min: s.limits.retryMin, max: s.limits.retryMax}
	for ctx.Err() == nil {
		begun, complete := time.Now(), false
		err := s.visit(ctx, func(l *link) error {
			for {
				if err := s.read(ctx, l); err != nil && !errors.Is(err, errMismatch) {
					return err
				}
				complete = true
				if time.Since(begun) > s.limits.session {
					return nil // certificates and capabilities are shown anew
				}
				if err := s.watch(ctx, l); err != nil {
					return err
				}
			}
		})
		if ctx.Err() != nil {
			return nil
		}
		if complete && time.Since(begun) > s.limits.steady || s.doubts.progress() {
			wait.reset()
		}
		if err == nil {
			continue
		}
		// A connection that breaks after it served is no trouble if the next serves.
		if kind := kindOf(err); kind != TroubleConnection || !complete {
			s.trouble(kind, err)
		}
		pause := wait.pause()
		if errors.Is(err, errLogin) {
			// Not more often: servers lock accounts that knock too hard.
			pause = s.limits.retryLogin
		}
		s.log.Warn("mailbox left, trying again", logError, err, logWait, pause.Round(time.Millisecond))
		sleep(ctx, pause, s.kick)
	}
	return nil
}

// maxIdleLosses is how many connections in a row Once may lose without getting
// a single mail out of the way in between. Halving a batch takes ten at most.
const maxIdleLosses = 12

// Once reads the mailbox to its end: each mail in it is filed or set aside and
// marked when it returns nil. It connects again only to find out which mail a
// connection breaks over; any other trouble is its error.
func (s *Session) Once(ctx context.Context) error {
	wait := backoff{min: s.limits.retryMin, max: 5 * s.limits.retryMin}
	for losses := 1; ; losses++ {
		err := s.visit(ctx, func(l *link) error { return s.read(ctx, l) })
		if err == nil || ctx.Err() != nil {
			return err
		}
		if !errors.Is(err, errMismatch) {
			s.trouble(kindOf(err), err)
		}
		if !errors.Is(err, errLoss) {
			return err
		}
		if s.doubts.progress() {
			losses = 0
			wait.reset()
		}
		if losses >= maxIdleLosses {
			return err
		}
		s.log.Warn("connection lost while fetching, trying again", logError, err)
		sleep(ctx, wait.pause(), nil)
	}
}

// Check tries to log in and to open the folder.
func (s *Session) Check(ctx context.Context) error {
	return s.visit(ctx, func(*link) error { return nil })
}

// visit connects, does f and leaves: politely when all went well, at once when
// not. It gives ctx's error when ctx ended.
func (s *Session) visit(ctx context.Context, f func(*link) error) error {
	l, err := s.connect(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}
	s.recovered(TroubleLogin)
	s.recovered(TroubleFolder)
	if err = f(l); err != nil {
		err = errors.Join(l.blame(err), l.cut())
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}
	if err := l.logout(); err != nil {
		// All is done; that the server did not say goodbye harms nobody.
		s.log.Debug("leave mailbox", logError, err)
	}
	return nil
}

// watch waits until there may be something new: the server says so (IDLE, RFC
// 2177), the time to poll has come, or Kick was called.
func (s *Session) watch(ctx context.Context, l *link) error {
	// An IDLE over a line that died silently would wait for ever: the poll that
	// follows, under the limit of an exchange, tries the line.
	t := time.NewTimer(min(s.cfg.PollEvery, s.limits.keepAlive))
	defer t.Stop()
	if l.noIdle || !l.client.Caps().Has(imap.CapIdle) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.client.Closed():
			return errors.New("watch folder: connection lost")
		case <-s.kick:
		case <-t.C:
		}
		return nil
	}
	if err := l.conn.expect(l.answer); err != nil {
		return fmt.Errorf("watch folder: %w", err)
	}
	idle, err := l.client.Idle()
	if refused(err) {
		s.log.Warn("the server refuses to tell of new mail, asking it now and then", logError, err)
		l.noIdle = true
		return s.watch(ctx, l)
	}
	if err != nil {
		return fmt.Errorf("watch folder: %w", err)
	}
	if err := l.conn.expect(0); err != nil {
		return errors.Join(fmt.Errorf("watch folder: %w", err), idle.Close())
	}
	select {
	case <-ctx.Done():
	case <-l.client.Closed():
	case <-l.changed:
	case <-s.kick:
	case <-t.C:
	}
	err = l.exchange(func() error { return errors.Join(idle.Close(), idle.Wait()) })
	if err != nil {
		return fmt.Errorf("watch folder: %w", err)
	}
	return ctx.Err()
}
