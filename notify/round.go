package notify

import (
	"context"
	"errors"
	"fmt"
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
	err = s.attempt(ctx, l, now, func() result { return s.deliver(ctx, l) })
	if _, trouble := s.Trouble(); trouble != nil || err != nil {
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
	again := now.Add(backoff(l.Attempts + 1))
	n, err := s.outbox.BeginAttempt(ctx, l.ID, again)
	if err != nil {
		return err
	}
	r := make()
	switch {
	case ctx.Err() != nil:
		if r.outcome == cases.Temporary {
			r.answer, again = "broken off: we stopped", now
		}
	case r.early:
		s.note(r)
		again = s.cfg.Now().Add(max(s.untilRetry(), 0))
	default:
		s.note(r)
	}
	switch {
	case r.early || ctx.Err() != nil:
	case r.outcome != cases.Delivered && r.outcome != cases.Permanent && n >= giveUpAttempts && s.cfg.Now().Sub(l.OwedAt) >= giveUpAfter:
		r.outcome, r.answer = cases.Permanent, fmt.Sprintf("gave up after %d attempts; the last answer: %s", n, r.answer)
	}
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
	s.retryAt = time.Now().Add(reconnect(s.failures))
	s.cfg.Log.Error("letters cannot leave", keyError, r.trouble, "failures", s.failures)
}

// deliver hands a letter over, on the connection of the last one if it still
// stands.
func (s *Sender) deliver(ctx context.Context, l cases.Letter) result {
	from, fromUTF8, err := envelopePath(l.EnvelopeFrom)
	if err != nil {
		return result{outcome: cases.Temporary, answer: oneLine("our own address: " + err.Error())}
	}
	to, toUTF8, err := envelopePath(l.To.Address)
	if err != nil {
		return result{outcome: cases.Permanent, answer: oneLine(err.Error())}
	}
	for {
		if err := s.connect(ctx); err != nil {
			return result{outcome: cases.Temporary, answer: "no connection: " + answerOf(err), trouble: err, early: true}
		}
		body, err := s.outbox.OpenLetter(ctx, l.ID)
		if err != nil {
			return result{outcome: cases.Temporary, answer: oneLine(err.Error())}
		}
		stop := context.AfterFunc(ctx, s.session.conn.abort)
		r := s.session.send(envelope{from: from, to: to, utf8: fromUTF8 || toUTF8, body: body})
		stop()
		r.reached = r.trouble == nil
		if r.trouble != nil {
			s.hangUp()
		}
		if !r.stale || ctx.Err() != nil {
			return r
		}
		// The server had hung up between two letters: once more, on a new
		// connection, which cannot be stale.
	}
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
