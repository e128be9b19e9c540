package ingest

import (
	"io"
	"time"

	"greffier/cases"
	"greffier/ingest/content"
	"greffier/ingest/parse"
)

// Quick shortens the limits of time, so that tests need not wait for them.
func (s *Session) Quick(answer time.Duration) {
	s.limits.dial, s.limits.answer = answer, answer
	s.limits.retryMin, s.limits.retryMax, s.limits.retryLogin = 5*time.Millisecond, 20*time.Millisecond, 50*time.Millisecond
}

// Bounds sets how long an exchange may last, and how many bytes may come in it
// beside bodies.
func (s *Session) Bounds(d time.Duration, bytes int64) { s.limits.exchange, s.limits.bytes = d, bytes }

// Missing sets after how long a mail that is listed and never given is set aside.
func (s *Session) Missing(d time.Duration) { s.limits.missing = d }

// Renew sets after how long a connection is given up for another.
func (s *Session) Renew(d time.Duration) { s.limits.session = d }

// KeepAlive sets how long an IDLE lasts at most.
func (s *Session) KeepAlive(d time.Duration) { s.limits.keepAlive = d }

// RetryLogin sets the pause after a refused login.
func (s *Session) RetryLogin(d time.Duration) { s.limits.retryLogin = d }

// Parse replaces the parser of a Session, and the time it has for a mail.
func (s *Session) Parse(limit time.Duration, f func(r io.ReaderAt, size int64, o parse.Options) (*parse.Mail, error)) {
	s.filer.limit, s.filer.parse = limit, f
}

// Look replaces what an Assessor looks into files with.
func (a *Assessor) Look(limit time.Duration, f func(r io.ReaderAt, size int64, name, declaredType string) (content.File, error)) {
	a.limit, a.look = limit, f
}

// Map maps a parsed mail.
func Map(c Config, m *parse.Mail, recipients []string, internalDate, fetched time.Time) cases.Mail {
	return c.mail(m, recipients, internalDate, fetched)
}

// Recipients gives the recipients recorded in a raw mail.
var Recipients = recipients

// Retry sets how long mails are held, those that are held already included.
func (a *Assessor) Retry(d time.Duration) {
	a.retry = d
	for _, h := range a.held {
		h.again = time.Time{}
	}
}

// ErrFile marks a fault of a file to be scanned.
var ErrFile = errFile

// Quick sets how long a mail waits for its files to be judged, and shortens the
// pauses between two tries.
func (s *Scanner) Quick(letter time.Duration) {
	s.limits.letter, s.limits.pause, s.limits.retry, s.limits.every = letter, time.Hour, 0, 5*time.Millisecond
}
