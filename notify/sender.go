package notify

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"greffier/cases"
)

// Outbox is what the sender needs of the store. Instants are those of the
// calendar clock.
type Outbox interface {
	// DueLetters gives letters that may be tried now, the longest due first.
	DueLetters(ctx context.Context, limit int) ([]cases.Letter, error)
	// NextLetter gives when the next letter may be tried; zero: none waits.
	NextLetter(ctx context.Context) (time.Time, error)
	// Word keeps the wording of a letter; a first wording is never replaced.
	Word(ctx context.Context, id int64, w cases.Wording) error
	// OpenLetter gives the exact bytes of a worded letter.
	OpenLetter(ctx context.Context, id int64) (io.Reader, error)
	// BeginAttempt records an attempt about to be made, and when to try again
	// should nothing be heard of it. It gives the attempt's number; 0: the letter
	// was cancelled meanwhile.
	BeginAttempt(ctx context.Context, id int64, again time.Time) (int, error)
	SettleAttempt(ctx context.Context, id int64, n int, outcome cases.Outcome, answer string, again time.Time) error
	// Hold makes a letter wait over a limit; MergeHeld first lets the newest
	// waiting acknowledgement of a case tell the others.
	Hold(ctx context.Context, id int64, until time.Time, why string) error
	MergeHeld(ctx context.Context, l cases.Letter) (cancelled bool, err error)
	// SentSince counts letters sent to an address, to its domain, and in all.
	SentSince(ctx context.Context, to cases.Address, since time.Time) (address, domain, all int, err error)
}

// Worder words letters; Letters does.
type Worder interface {
	Word(l cases.Letter, now time.Time) (cases.Wording, error)
}

// SenderConfig is how letters leave.
type SenderConfig struct {
	Server Server
	Limits Limits
	Now    func() time.Time // the calendar clock; nil: time.Now
	Log    *slog.Logger     // nil: slog.Default()
	// Grace is how long the letter in hand may still take once the context
	// ends; 0: it is broken off.
	Grace time.Duration
	// Pause is how long to wait after the nth failure of the connection in a
	// row, the first being 1; nil: from 5 seconds to 2 minutes, with a jitter.
	Pause func(n int) time.Duration
	// Settled, if not nil, is told of every attempt once it is recorded.
	Settled func(l cases.Letter, outcome cases.Outcome, answer string)
}

// Sender brings letters out, one at a time, over one connection.
type Sender struct {
	outbox Outbox
	words  Worder
	cfg    SenderConfig
	kick   chan struct{}

	round   sync.Mutex // held while letters are tried; guards session
	session *session

	mu       sync.Mutex // guards the rest
	trouble  error
	since    time.Time // of the trouble, by the calendar
	failures int       // in a row
	retryAt  time.Time // by the monotonic clock
}

// Attribute keys of the log. It names no address and no subject.
const (
	keyLetter  = "letter"
	keyCase    = "case"
	keyOutcome = "outcome"
	keyAttempt = "attempt"
	keyError   = "error"
)

// NewSender checks the configuration; it does not connect.
func NewSender(outbox Outbox, words Worder, cfg SenderConfig) (*Sender, error) {
	srv := &cfg.Server
	switch srv.Security {
	case "tls", "starttls":
	case "none":
		if srv.Host != "localhost" && srv.Host != "::1" && !strings.HasPrefix(srv.Host, "127.") {
			return nil, fmt.Errorf("smtp server %s: security \"none\" is for a server on this machine", srv.Host)
		}
	default:
		return nil, fmt.Errorf("smtp server %s: unknown security %q", srv.Host, srv.Security)
	}
	if srv.EHLO == "" {
		srv.EHLO = ownName()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Pause == nil {
		cfg.Pause = reconnect
	}
	srv.Patience = srv.Patience.orDefaults()
	return &Sender{outbox: outbox, words: words, cfg: cfg, kick: make(chan struct{}, 1)}, nil
}

// ownName is the name of this machine if it is a whole one, else an address
// literal (RFC 5321 section 4.1.4).
func ownName() string {
	if name, err := os.Hostname(); err == nil && strings.Contains(name, ".") && !strings.ContainsAny(name, " _\r\n") {
		return name
	}
	return "[127.0.0.1]"
}

// Kick says that a letter may have become due. It never blocks.
func (s *Sender) Kick() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// Trouble tells since when letters cannot leave for a reason that is not
// theirs (the connection, our login), and why; nil: they can.
func (s *Sender) Trouble() (since time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.since, s.trouble
}

// longestSleep bounds the wait for the next letter: the calendar clock may
// step, and an unused connection is to be closed.
const longestSleep = 30 * time.Second

// Run delivers letters as they fall due until ctx ends; the letter in hand then
// has Grace to arrive. Errors of the outbox are logged, and it is asked again.
func (s *Sender) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if s.untilRetry() <= 0 {
			if err := s.DeliverDue(ctx); err != nil && ctx.Err() == nil {
				s.cfg.Log.Error("outbox fails", keyError, err)
				s.rest(5 * time.Second)
			}
		}
		timer := time.NewTimer(s.sleep(ctx))
		select {
		case <-ctx.Done():
		case <-s.kick:
		case <-timer.C:
		}
		timer.Stop()
		s.closeIdle(false)
	}
	s.closeIdle(true)
	return nil
}

// sleep is how long nothing is to be done.
func (s *Sender) sleep(ctx context.Context) time.Duration {
	wait := s.untilRetry()
	if wait > 0 {
		return min(wait, longestSleep)
	}
	next, err := s.outbox.NextLetter(ctx)
	switch {
	case err != nil:
		if ctx.Err() == nil {
			s.cfg.Log.Error("outbox fails", keyError, err)
		}
		return longestSleep
	case next.IsZero():
		return longestSleep
	}
	// A letter that is due and was passed over waits for a moment at least.
	return min(max(next.Sub(s.cfg.Now()), time.Second), longestSleep)
}

func (s *Sender) untilRetry() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Until(s.retryAt)
}

func (s *Sender) rest(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retryAt = time.Now().Add(d)
}

func (s *Sender) closeIdle(now bool) {
	s.round.Lock()
	defer s.round.Unlock()
	if s.session != nil && (now || time.Since(s.session.idle) >= s.cfg.Server.Patience.Idle) {
		s.hangUp()
	}
}

// hangUp ends the session; the caller holds round.
func (s *Sender) hangUp() {
	if s.session == nil {
		return
	}
	if err := s.session.quit(); err != nil {
		s.cfg.Log.Debug("close connection", keyError, err)
	}
	s.session = nil
}
