package ingest

import (
	"errors"
	"fmt"
	"time"
)

// Trouble is a kind of trouble with the mailbox.
type Trouble string

// The kinds of trouble. They are stored by those who are told: a kind keeps its
// meaning.
const (
	TroubleConnection     Trouble = "imap_connection" // no connection, or it broke; over with the next complete reading
	TroubleLogin          Trouble = "imap_login"      // the server refuses the login, or there is no password or token
	TroubleFolder         Trouble = "imap_folder"     // the folder cannot be opened
	TroubleMark           Trouble = "imap_mark"       // filed mails cannot be marked or moved on the server
	TroubleArchive        Trouble = "archive"         // raw mails cannot be written
	TroubleStore          Trouble = "store"           // mails cannot be filed
	TroubleReconciliation Trouble = "reconciliation"  // mails of the folder are neither filed nor set aside after a complete reading
	TroubleClock          Trouble = "clock"           // mail comes from our future: the server's clock or ours is wrong; over with the next mail that does not
	TroubleCertificate    Trouble = "certificate"     // the certificate of the server ends soon; over when it shows another
)

// kindOf tells what kind of trouble an error means.
func kindOf(err error) Trouble {
	switch {
	case errors.Is(err, errLogin):
		return TroubleLogin
	case errors.Is(err, errFolder):
		return TroubleFolder
	case errors.Is(err, errArchive):
		return TroubleArchive
	case errors.Is(err, errStore):
		return TroubleStore
	}
	return TroubleConnection
}

func (s *Session) trouble(kind Trouble, err error) {
	if !s.troubles[kind] {
		s.troubles[kind] = true
		s.cfg.Trouble(kind, err)
	}
}

func (s *Session) recovered(kind Trouble) {
	if s.troubles[kind] {
		delete(s.troubles, kind)
		s.cfg.Recovered(kind)
	}
}

// certificateLeft is how long a certificate must still be good for.
const certificateLeft = 14 * 24 * time.Hour

// lookAtCertificate tells of a certificate that ends soon, before it keeps us
// out.
func (s *Session) lookAtCertificate(ends time.Time) {
	switch {
	case ends.IsZero() || s.cfg.Simulated:
	case ends.Sub(s.cfg.Now()) < certificateLeft:
		s.trouble(TroubleCertificate, fmt.Errorf("the certificate of %s ends on %s", s.cfg.Host, ends.UTC().Format(time.RFC3339)))
	default:
		s.recovered(TroubleCertificate)
	}
}

// clockSlack is how far INTERNALDATE may be in our future.
const clockSlack = 5 * time.Minute

// lookAtClock compares our clock with the server's, which wrote INTERNALDATE on
// mails that came while we watched. Mails from the past say nothing: they may
// have waited.
func (s *Session) lookAtClock(notes []note) {
	if s.cfg.Simulated || len(notes) == 0 {
		return
	}
	latest := notes[0].internalDate
	for _, n := range notes {
		if n.internalDate.After(latest) {
			latest = n.internalDate
		}
	}
	if ahead := latest.Sub(s.cfg.Now()); ahead > clockSlack {
		s.trouble(TroubleClock, fmt.Errorf("a mail that just came bears a time %v in the future: the clock of the mailbox or ours is wrong", ahead.Round(time.Second)))
		return
	}
	s.recovered(TroubleClock)
}
