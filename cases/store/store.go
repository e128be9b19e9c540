// Package store is the memory of greffier: one SQLite database and an archive
// of raw mails in the data folder. It is the only package that speaks SQL.
//
// Each exported method is one happening in one transaction: either all of it is
// on disk when the method returns nil, or none of it happened. Every happening
// that changes a case, a letter or a setting appends to the journal in the same
// transaction. A raw mail is on disk before the row that names it commits, so a
// crash at any instant leaves at worst an unreferenced file, which Verify notes.
//
// The database is opened by the daemon and by commands beside it; SQLite's own
// locking keeps them apart. Writing waits for at most busyTimeout, then fails
// with an error and changes nothing.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"greffier/cases"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
)

// ErrNotFound is returned when what was asked for does not exist.
var ErrNotFound = errors.New("not found")

// Options are the rules and settings under which mail is filed. Commands that
// only read leave them empty.
type Options struct {
	Mailbox  string   // its address
	Folder   string   // the folder that is read; "": any
	Own      []string // further addresses of ours: never written to in answer
	Plus     bool     // letters go out from tagged addresses
	Calls    cases.Calls
	MaxSize  int64 // of a mail, told in letters about one that is too large
	Scanned  bool  // an antivirus judges deposited files
	AlertsTo []string
	Location *time.Location   // for the day of a letter; nil: UTC
	Now      func() time.Time // the calendar clock
}

// Store is an open data folder. Its methods are safe for concurrent use.
type Store struct {
	Archive *Archive

	dir    string
	opts   Options
	writer *sql.DB // one connection: writes queue up
	reader *sql.DB
	index  index
	kick   atomic.Pointer[func()] // see OnChange
	// remindedUpTo is the reading up to which reminders were looked after.
	remindedUpTo atomic.Pointer[time.Time]
	// proposedUpTo is the journal entry up to which cases were compared.
	proposedUpTo atomic.Int64
}

const (
	databaseFile = "greffier.db"
	keyFile      = "token.key"
	busyTimeout  = 10 * time.Second
)

// Open opens the data folder dir, making it (mode 0700) and its database where
// they are missing. It refuses a database made by a newer program.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	archive, err := openArchive(dir)
	if err != nil {
		return nil, err
	}
	made, err := Exists(dir)
	if err != nil {
		return nil, err
	}
	if err := ensureKeys(filepath.Join(dir, keyFile), !made); err != nil {
		return nil, err
	}
	s := &Store{Archive: archive, dir: dir, opts: o, index: index{dir: filepath.Join(dir, "cache")}}
	if err := touch(filepath.Join(dir, databaseFile)); err != nil {
		return nil, fmt.Errorf("make database: %w", err)
	}
	if s.writer, err = openDB(ctx, filepath.Join(dir, databaseFile), "rwc"); err != nil {
		return nil, err
	}
	s.writer.SetMaxOpenConns(1)
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.writer.Close())
	}
	if s.reader, err = openDB(ctx, filepath.Join(dir, databaseFile), "rw"); err != nil {
		return nil, errors.Join(err, s.writer.Close())
	}
	s.reader.SetMaxOpenConns(4)
	if err := s.begin(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Exists reports whether dir holds a database.
func Exists(dir string) (bool, error) {
	_, err := os.Stat(filepath.Join(dir, databaseFile))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for the database: %w", err)
	}
	return true, nil
}

// Close closes the database.
func (s *Store) Close() error {
	return errors.Join(s.index.Close(), s.reader.Close(), s.writer.Close())
}

// OnChange sets f to be called after each commit that wrote something; it must
// not block.
func (s *Store) OnChange(f func()) { s.kick.Store(&f) }

// openDB opens the database file with durable, strict settings, and reads them
// back: the driver ignores a misspelt one.
func openDB(ctx context.Context, path, mode string) (*sql.DB, error) {
	params := []string{
		"mode=" + mode, "_journal_mode=WAL", "_synchronous=FULL", "_foreign_keys=true",
		"_stmt_cache_size=100", "_busy_timeout=" + strconv.Itoa(int(busyTimeout/time.Millisecond)),
	}
	if mode == "rwc" {
		// A write transaction takes its lock at once, rather than fail when
		// another one writes between its first read and its first write.
		params = append(params, "_txlock=immediate")
	} else {
		params = append(params, "_query_only=true")
	}
	db, err := sql.Open("sqlite3", fileURI(path)+"?"+strings.Join(params, "&"))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		if err := db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil {
			return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), db.Close())
		}
		if !strings.EqualFold(got, want) {
			return nil, errors.Join(fmt.Errorf("open database %s: %s is %q, not %q", path, pragma, got, want), db.Close())
		}
	}
	return db, nil
}

// fileURI is the URI of a database file, to which parameters may be added.
func fileURI(path string) string {
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// begin writes down when the data folder was made, and the editions as they
// are configured; see pinCalls.
func (s *Store) begin(ctx context.Context) error {
	if s.opts.Mailbox == "" {
		return nil // a command that only reads
	}
	return s.write(ctx, func(t *tx) error {
		var mailbox string
		err := t.QueryRowContext(ctx, "SELECT mailbox FROM origin").Scan(&mailbox)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			if _, err := t.ExecContext(ctx, "INSERT INTO origin (id, made_at, mailbox) VALUES (1, ?, ?)", instant(t.now), s.opts.Mailbox); err != nil {
				return fmt.Errorf("record the origin: %w", err)
			}
			keys, err := s.keys()
			if err != nil {
				return err
			}
			if err := t.journal("data_folder_made", "", map[string]any{"mailbox": s.opts.Mailbox, "made_at": showTime(t.now), "keys": fingerprints(keys)}); err != nil {
				return err
			}
		case err != nil:
			return fmt.Errorf("read the origin: %w", err)
		case mailbox != s.opts.Mailbox:
			return otherMailbox(mailbox, s.opts.Mailbox)
		}
		return t.pinCalls(s.opts.Calls)
	})
}
