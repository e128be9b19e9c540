// Package ingest takes mail out of one mailbox and files it.
//
// It promises that every mail of the folder ends in the store, filed or set
// aside, exactly once per place where it was found, and that the server is told
// (by a keyword or a move) only after the store has committed. The order is:
// raw bytes streamed into the archive and synced; parsed from there; one
// transaction of the store; then the mark on the server. Cut at any instant, the
// next reading does again whatever was not committed. Nothing is ever deleted on
// the server, and the \Seen flag is neither read nor set: the work list is what
// the store does not know.
//
// What fails, and what then happens:
//
//   - The connection breaks, or the server falls silent: every exchange has a
//     limit of time; the Session connects again, after growing pauses.
//   - The login is refused: the Session tries again every few minutes and tells
//     Trouble. An OAuth 2.0 token that is refused is first replaced by another.
//   - The server lists a mail and does not give it: no reading is complete until
//     it comes, goes or, after an hour, is set aside; the Session tells Trouble.
//   - One mail breaks the connection, or its reading crashes or never ends: it is
//     set aside with the reason, and the others go on.
//   - The disk is full: nothing is filed or marked; the Session goes on when there
//     is room.
//
// Assessing, which opens the deposited files, is done apart by the Assessor, so
// that receiving never waits for a slow document. The Scanner asks the antivirus;
// assessing waits for it a little, and for one that is down not at all.
package ingest

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"os"
	"time"

	"greffier/cases"
)

// Keyword is set on the server on each mail that is filed, where mails are not
// moved. It informs people; nothing depends on it.
const Keyword = "$GreffierFiled"

// Config says which mailbox is read, and what is believed of its mails.
type Config struct {
	Mailbox  string // its address
	Host     string
	Port     int
	Security string // "tls", "starttls" or "none"
	Username string // empty: no login
	// Password gives the password; it is called at each login, so that a new
	// one is taken without a restart.
	Password func() (string, error)
	// Token gives an OAuth 2.0 access token (RFC 6749) to log in with; nil: login
	// by Password. It is called before each login with "", and after a refused
	// one with the token that was refused, to get another. It may block as long
	// as ctx allows. An error counts as a refused login, unless it has a method
	// Temporary() bool that says true.
	Token func(ctx context.Context, refused string) (string, error)

	Folder          string
	ProcessedFolder string        // filed mails are moved there; empty: they stay and get Keyword
	PollEvery       time.Duration // between two readings, beside IDLE; 0: a minute; never more than 5

	ReceivedBy   []string  // our own hosts; see cases.Boundary
	AuthservID   string    // whose Authentication-Results are believed; empty: nobody's
	SpamHeader   string    // the mark of our spam filter; empty: none
	MaxSize      int64     // bytes; of a larger mail only the header is taken; 0: no limit
	AnswerSince  time.Time // earlier mails are filed silently
	StaffDomains []string
	OwnAddresses []string // beside Mailbox: addresses that are never answered
	// OwnLetter tells a letter of ours, or of a program like ours, by its subject
	// and its unquoted text; nil: none is known.
	OwnLetter func(subject, text string) bool

	Scratch   string           // folder for what is decoded while a mail is read; empty: the system's
	TLS       *tls.Config      // nil: the system's roots
	Now       func() time.Time // the calendar clock; nil: time.Now
	Simulated bool             // Now is not the world's time: nothing of the world is compared with it
	Log       *slog.Logger     // nil: silent

	// Trouble is told once when something begins to go wrong and Recovered when
	// it goes well again; both may be nil, and must not block.
	Trouble   func(kind Trouble, err error)
	Recovered func(kind Trouble)
	// Progress is told, while there is mail to file, how much of it a reading has
	// filed or set aside; it may be nil, and must not block.
	Progress func(done, total int)
}

// Store is the memory that mails are filed in. Each method is one transaction:
// it blocks until the whole of it is durable or none of it happened.
type Store interface {
	KnownUIDs(ctx context.Context, mailbox, folder string, uidValidity uint32) (map[uint32]bool, error)
	Receive(ctx context.Context, arrivals []cases.Arrival) error
	SetAside(ctx context.Context, source cases.Source, rawSHA256 string, internalDate, fetched time.Time, reason string) error
	Unmarked(ctx context.Context, mailbox, folder string, uidValidity uint32) ([]uint32, error)
	Marked(ctx context.Context, mailbox, folder string, uidValidity uint32, uids []uint32) error
	ReadingDone(ctx context.Context, mailbox, folder string, uidValidity uint32, begun time.Time) error
}

// Archive keeps raw mails by the SHA-256 of their bytes.
type Archive interface {
	// Create begins a file, which the caller ends with Keep or Drop.
	Create() (Incoming, error)
	// Open opens the file with that SHA-256.
	Open(sha256 string) (*os.File, error)
}

// Incoming is a file on its way into the archive.
type Incoming interface {
	io.Writer
	// Keep makes the file durable and gives its SHA-256; after an error the
	// file is gone.
	Keep() (sha256 string, err error)
	// Drop forgets the file; after Keep it does nothing.
	Drop() error
}

// ArchiveOf makes an Archive of one whose Create gives a type of its own.
func ArchiveOf[I Incoming](a interface {
	Create() (I, error)
	Open(sha256 string) (*os.File, error)
}) Archive {
	return archiveOf[I]{a.Create, a.Open}
}

type archiveOf[I Incoming] struct {
	create func() (I, error)
	open   func(string) (*os.File, error)
}

func (a archiveOf[I]) Create() (Incoming, error) {
	in, err := a.create()
	if err != nil {
		return nil, err
	}
	return in, nil
}

func (a archiveOf[I]) Open(sha256 string) (*os.File, error) { return a.open(sha256) }

// Keys of log attributes.
const (
	logMail   = "mail" // UIDVALIDITY/UID
	logError  = "error"
	logCount  = "count"
	logUIDs   = "uids"
	logFolder = "folder"
	logReason = "reason"
	logWait   = "wait"
	logPart   = "part"
	logStack  = "stack"
)
