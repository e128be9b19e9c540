package notify

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/cases"
)

// memory is an outbox in memory, with a clock that tests move.
type memory struct {
	t       testing.TB
	mu      sync.Mutex
	now     time.Time
	letters []*stored
}

type stored struct {
	cases.Letter
	next    time.Time // zero: never again
	wording *cases.Wording
	worded  int // how often
	sentAt  time.Time
	log     []string // outcome and answer of each attempt
	begun   int
	why     string
}

func newMemory(t testing.TB) *memory {
	return &memory{t: t, now: time.Date(2018, 11, 26, 9, 0, 0, 0, time.UTC)}
}

func (m *memory) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

func (m *memory) pass(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
}

func (m *memory) owe(to string, change func(*cases.Letter)) *stored {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := testLetter()
	l.ID, l.To, l.State, l.OwedAt = int64(len(m.letters)+1), cases.Address{Address: to}, cases.LetterOwed, m.now
	l.MessageID = "greffier." + strings.Repeat(string(rune('a'+len(m.letters)%26)), 26) + "@example.org"
	if change != nil {
		change(&l)
	}
	s := &stored{Letter: l, next: m.now}
	m.letters = append(m.letters, s)
	return s
}

// read gives a copy of a letter as it stands.
func (m *memory) read(s *stored) stored {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := *s
	c.log = slices.Clone(s.log)
	return c
}

func (m *memory) find(id int64) *stored { return m.letters[id-1] }

func (m *memory) DueLetters(_ context.Context, limit int) ([]cases.Letter, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []*stored
	for _, s := range m.letters {
		if !s.next.IsZero() && !s.next.After(m.now) {
			due = append(due, s)
		}
	}
	slices.SortStableFunc(due, func(a, b *stored) int { return a.next.Compare(b.next) })
	var out []cases.Letter
	for _, s := range due[:min(limit, len(due))] {
		out = append(out, s.Letter)
	}
	return out, nil
}

func (m *memory) NextLetter(context.Context) (next time.Time, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.letters {
		if !s.next.IsZero() && (next.IsZero() || s.next.Before(next)) {
			next = s.next
		}
	}
	return next, nil
}

func (m *memory) Word(_ context.Context, id int64, w cases.Wording) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.find(id)
	s.worded++
	if s.wording == nil {
		s.wording, s.State = &w, cases.LetterWorded
	}
	return nil
}

func (m *memory) OpenLetter(_ context.Context, id int64) (io.Reader, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.find(id)
	if s.wording == nil {
		return nil, errors.New("not worded")
	}
	return bytes.NewReader(assemble(m.t, s.wording.Segments, nil)), nil
}

func (m *memory) BeginAttempt(_ context.Context, id int64, again time.Time) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.find(id)
	if s.next.IsZero() {
		m.t.Errorf("letter %d is tried though it is %s", id, s.State)
	}
	s.Attempts, s.next, s.begun = s.Attempts+1, again, s.begun+1
	return s.Attempts, nil
}

func (m *memory) SettleAttempt(ctx context.Context, id int64, n int, o cases.Outcome, answer string, again time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.find(id)
	s.log = append(s.log, string(o)+" "+answer)
	s.State, s.next = cases.LetterRetrying, again
	switch o {
	case cases.Delivered:
		s.State, s.next, s.sentAt = cases.LetterSent, time.Time{}, m.now
	case cases.Permanent:
		s.State, s.next = cases.LetterRefused, time.Time{}
	}
	return nil
}

func (m *memory) Hold(_ context.Context, id int64, until time.Time, why string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.find(id)
	if s.next.IsZero() {
		m.t.Errorf("letter %d is held though it is %s", id, s.State)
	}
	s.State, s.next, s.why = cases.LetterHeld, until, why
	return nil
}

func (m *memory) MergeHeld(_ context.Context, l cases.Letter) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var waiting []*stored
	for _, s := range m.letters {
		if l.Kind == cases.LetterAck && s.Kind == cases.LetterAck && l.CaseID != 0 && s.CaseID == l.CaseID && s.To.Key() == l.To.Key() && !s.next.IsZero() && s.wording == nil {
			waiting = append(waiting, s)
		}
	}
	cancelled := false
	for i, s := range waiting {
		if i == len(waiting)-1 {
			break
		}
		newest := waiting[len(waiting)-1]
		newest.Facts.Files = append(slices.Clone(s.Facts.Files), newest.Facts.Files...)
		s.State, s.next = cases.LetterCancelled, time.Time{}
		cancelled = cancelled || s.ID == l.ID
	}
	return cancelled, nil
}

func (m *memory) SentSince(_ context.Context, to cases.Address, since time.Time) (address, domain, all int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.letters {
		if s.sentAt.After(since) && s.Kind != cases.LetterDigest && s.Kind != cases.LetterAlarm {
			all++
			if s.To.Key() == to.Key() {
				address++
			}
			if s.To.Domain() == to.Domain() {
				domain++
			}
		}
	}
	return address, domain, all, nil
}
