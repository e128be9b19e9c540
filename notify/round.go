package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"greffier/cases"
)

// batch is how many letters are looked up at once.
const batch = 50

// DeliverDue tries every letter that is due, each once, and returns when none
// is left or when the connection is in trouble (see Trouble), which is not an
// error: letters wait. It blocks as long as that takes, and ends with ctx.
func (s *Sender) DeliverDue(ctx context.Context) error {
	s.round.Lock()
	defer s.round.Unlock()
	tried := make(map[int64]bool)
	for {
		letters, err := s.outbox.DueLetters(ctx, batch)
		if err != nil {
			return err
		}
		fresh := false
		for _, l := range letters {
			if tried[l.ID] {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			tried[l.ID], fresh = true, true
			step, err := s.try(ctx, l)
			if err != nil {
				return err
			}
			if step == stopRound {
				return nil
			}
			if step == lookAgain {
				break
			}
		}
		if !fresh {
			return nil
		}
	}
}

type step int

const (
	goOn      step = iota
	lookAgain      // other letters have changed in the outbox
	stopRound      // no other letter would fare better
)

// try brings one letter as far as it goes.
func (s *Sender) try(ctx context.Context, l cases.Letter) (step, error) {
	now := s.cfg.Now()
	why, until, err := s.over(ctx, l, now)
	if err != nil {
		return stopRound, err
	}
	if why != "" {
		return s.hold(ctx, l, why, until)
	}
	if err := s.word(ctx, l, now); err != nil {
		// Each attempt shows on the letter, this one too.
		outcome := cases.Temporary
		if errors.Is(err, ErrAddress) {
			outcome = cases.Permanent
		} else {
			s.cfg.Log.Error("letter cannot be worded", keyLetter, l.ID, keyCase, l.CaseRef, keyError, err)
		}
		return goOn, s.attempt(ctx, l, now, func() result { return result{outcome: outcome, answer: oneLine(err.Error())} })
	}
	var r result
	err = s.attempt(ctx, l, now, func() result {
		r = s.deliver(ctx, l)
		return r
	})
	if r.trouble != nil || err != nil {
		return stopRound, err
	}
	return goOn, nil
}

// hold makes a letter wait. Acknowledgements of one case that wait together
// become one: what was looked up of them before is then out of date.
func (s *Sender) hold(ctx context.Context, l cases.Letter, why string, until time.Time) (step, error) {
	cancelled, err := s.outbox.MergeHeld(ctx, l)
	if err != nil {
		return stopRound, err
	}
	if !cancelled {
		if err := s.outbox.Hold(ctx, l.ID, until, why); err != nil {
			return stopRound, err
		}
		s.cfg.Log.Warn("letter held", keyLetter, l.ID, keyCase, l.CaseRef, "why", why)
	}
	if l.Kind == cases.LetterAck {
		return lookAgain, nil
	}
	return goOn, nil
}

// word words a letter that was not worded before.
func (s *Sender) word(ctx context.Context, l cases.Letter, now time.Time) error {
	if l.State == cases.LetterWorded || l.State == cases.LetterRetrying {
		// An attempt at a letter that could not be worded leaves none.
		if _, err := s.outbox.OpenLetter(ctx, l.ID); err == nil {
			return nil
		}
	}
	w, err := s.words.Word(l, now)
	if err != nil {
		return err
	}
	return s.outbox.Word(ctx, l.ID, w)
}

// attempt records an attempt, makes it, and records how it ended, even when ctx
// ended meanwhile.
func (s *Sender) attempt(ctx context.Context, l cases.Letter, now time.Time, make func() result) error {
	n, err := s.outbox.BeginAttempt(ctx, l.ID, now.Add(backoff(l.Attempts+1)))
	if err != nil || n == 0 {
		return err // it waits no more
	}
	r := make()
	if !r.stopped {
		s.note(r)
	}
	again := s.again(&r, n, l.OwedAt)
	settling, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := s.outbox.SettleAttempt(settling, l.ID, n, r.outcome, r.answer, again); err != nil {
		return err
	}
	s.cfg.Log.Info("letter tried", keyLetter, l.ID, keyCase, l.CaseRef, keyAttempt, n, keyOutcome, r.outcome)
	s.cfg.Log.Debug("server said", keyLetter, l.ID, "answer", r.answer)
	if s.cfg.Settled != nil {
		s.cfg.Settled(l, r.outcome, r.answer)
	}
	return ctx.Err()
}

// again gives when a letter is to be tried again after its nth attempt, if ever:
// one tried in vain for too long is given up.
func (s *Sender) again(r *result, n int, owed time.Time) time.Time {
	now := s.cfg.Now()
	switch {
	case r.stopped && r.outcome == cases.Temporary:
		r.answer = "broken off: we stopped"
		return now
	case r.early:
		return now.Add(max(s.untilRetry(), 0))
	case r.ours:
		return now.Add(min(backoff(n), oursPause))
	case r.outcome == cases.Delivered, r.outcome == cases.Permanent:
	case !r.stopped && n >= giveUpAttempts && now.Sub(owed) >= giveUpAfter:
		r.outcome, r.answer = cases.Permanent, fmt.Sprintf("gave up after %d attempts; the last answer: %s", n, r.answer)
	case r.outcome == cases.Unknown:
		return now.Add(unheard(n))
	}
	return now.Add(backoff(n))
}

// note keeps whether the connection is in trouble.
func (s *Sender) note(r result) {
	if r.trouble == nil && !r.reached {
		return // nobody was spoken to
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.trouble == nil {
		if s.trouble != nil {
			s.cfg.Log.Info("letters leave again")
		}
		s.trouble, s.since, s.failures, s.retryAt = nil, time.Time{}, 0, time.Time{}
		return
	}
	if s.trouble == nil {
		s.since = s.cfg.Now()
	}
	s.trouble = r.trouble
	s.failures++
	s.retryAt = time.Now().Add(s.cfg.Pause(s.failures))
	s.cfg.Log.Error("letters cannot leave", keyError, r.trouble, "failures", s.failures)
}

// deliver hands a letter over, on the connection of the last one if it still
// stands. When ctx ends, a letter that is being handed over has Grace to arrive;
// one that is not yet waits for another day.
func (s *Sender) deliver(ctx context.Context, l cases.Letter) result {
	from, fromUTF8, err := envelopePath(l.EnvelopeFrom)
	if err != nil {
		return result{outcome: cases.Temporary, answer: oneLine("our own address: " + err.Error())}
	}
	to, toUTF8, err := envelopePath(l.To.Address)
	if err != nil {
		return result{outcome: cases.Permanent, answer: oneLine(err.Error())}
	}
	size, err := s.measure(ctx, l.ID)
	if err != nil {
		return result{outcome: cases.Temporary, answer: oneLine("our copy cannot be read: " + err.Error()), stopped: ctx.Err() != nil}
	}
	inHand, done := s.grace(ctx)
	defer done()
	for {
		if err := s.connect(ctx); err != nil {
			return result{outcome: cases.Temporary, answer: "no connection: " + answerOf(err), trouble: err, early: true, stopped: ctx.Err() != nil}
		}
		body, err := s.outbox.OpenLetter(inHand, l.ID)
		if err != nil {
			return result{outcome: cases.Temporary, answer: oneLine("our copy cannot be read: " + err.Error()), stopped: inHand.Err() != nil}
		}
		stop := context.AfterFunc(inHand, s.session.conn.abort)
		r := s.session.send(envelope{from: from, to: to, utf8: fromUTF8 || toUTF8, size: size, body: body})
		stop()
		r.reached = r.trouble == nil
		r.stopped = r.trouble != nil && inHand.Err() != nil
		if r.trouble != nil || s.session.dead {
			s.hangUp()
		}
		if !r.stale || ctx.Err() != nil {
			return r
		}
		// The server had hung up between two letters: once more, on a new
		// connection, which cannot be stale.
	}
}

// measure gives the size of a letter. It reads the letter to its end, so that a
// file that is lost shows before the server hears of the letter.
func (s *Sender) measure(ctx context.Context, id int64) (int64, error) {
	body, err := s.outbox.OpenLetter(ctx, id)
	if err != nil {
		return 0, err
	}
	return io.Copy(io.Discard, body)
}

// grace gives a context that ends Grace after ctx does.
func (s *Sender) grace(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.cfg.Grace <= 0 {
		return context.WithCancel(ctx)
	}
	inHand, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(s.cfg.Grace, cancel)
		context.AfterFunc(inHand, func() { timer.Stop() })
	})
	return inHand, func() { stop(); cancel() }
}

// connect makes sure of a session, the last one if it still stands.
func (s *Sender) connect(ctx context.Context) error {
	if s.session != nil {
		stop := context.AfterFunc(ctx, s.session.conn.abort)
		ready := s.session.ready()
		stop()
		if ready {
			return nil
		}
		s.hangUp()
	}
	session, err := s.cfg.Server.dial(ctx)
	if err != nil {
		return err
	}
	s.session = session
	return nil
}
