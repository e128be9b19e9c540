package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"
)

// index is the full-text index: a database of its own in the cache, made out of
// the store and the archive, that may be deleted at any time.
//
// Each making of it is a new file, and the newest counts: so a damaged index, or
// one of another version, is replaced beside processes that have it open, which
// turn to the new one at their next use.
type index struct {
	dir  string // the cache
	mu   sync.RWMutex
	path string
	db   *sql.DB // nil: not open
	look Look    // nil: files are not read
}

// indexVersion is the version of what stands in the index and of how words are
// folded: another one is made again.
const indexVersion = 1

const indexPrefix, indexSuffix = "search-", ".db"

// indexSchema: a document is found by its words in one of four columns; its
// docid tells the case (see docid). doc says which documents came of which
// record. text is what was read in files, kept deflated by their SHA-256; lacking
// are mails with files that are yet to be read. mark is how far the index is.
const indexSchema = `
CREATE VIRTUAL TABLE words USING fts4(sender, name, territory, body, tokenize=simple, matchinfo=fts3);
CREATE TABLE doc (docid INTEGER PRIMARY KEY, record TEXT NOT NULL);
CREATE INDEX doc_record ON doc(record);
CREATE TABLE text (sha256 TEXT PRIMARY KEY, folded BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE lacking (mail INTEGER PRIMARY KEY);
CREATE TABLE mark (stage TEXT PRIMARY KEY, at INTEGER NOT NULL, hash TEXT NOT NULL DEFAULT '');`

// ErrNoIndex is returned by a search for words where the full-text index can
// neither be read nor made.
var ErrNoIndex = errors.New("the full-text index cannot be used")

// use runs f on the index, the newest there is or a new one. Where the index
// turns out to be damaged it is given up, for the next use to make a new one,
// and the error is errDamaged.
func (x *index) use(ctx context.Context, f func(*sql.DB) error) error {
	for {
		newest, err := x.newest()
		if err != nil {
			return err
		}
		x.mu.RLock()
		if x.db != nil && x.path == newest {
			err := f(x.db)
			path := x.path
			x.mu.RUnlock()
			if isDamage(err) {
				return errors.Join(fmt.Errorf("%w: %w", errDamaged, err), x.discard(path))
			}
			return err
		}
		x.mu.RUnlock()
		if err := x.open(ctx, newest); err != nil {
			return err
		}
	}
}

// errDamaged says that the index was given up and can be made again at once.
var errDamaged = errors.New("the full-text index is damaged or does not fit the data folder: it is made again")

// isDamage tells errors of the file's content from those of the disk.
func isDamage(err error) bool {
	if errors.Is(err, errDamaged) {
		return true
	}
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrNotADB || e.Code == sqlite3.ErrFormat || e.ExtendedCode == sqlite3.ErrIoErrShortRead
}

// newest is the path of the index that counts, "" where there is none.
func (x *index) newest() (string, error) {
	entries, err := os.ReadDir(x.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("look for the full-text index: %w", err)
	}
	newest := ""
	for _, e := range entries { // sorted by name
		if name := e.Name(); strings.HasPrefix(name, indexPrefix) && strings.HasSuffix(name, indexSuffix) {
			newest = filepath.Join(x.dir, name)
		}
	}
	return newest, nil
}

// open opens the index at path, or makes one: where path is "", and where what
// lies there is of another version or no index at all.
func (x *index) open(ctx context.Context, path string) (err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.db != nil {
		if x.path == path && path != "" {
			return nil // by another goroutine, meanwhile
		}
		if err := x.close(); err != nil {
			return err
		}
	}
	if path == "" {
		path = filepath.Join(x.dir, indexPrefix+strconv.FormatInt(time.Now().UnixNano(), 10)+indexSuffix)
		if err := os.MkdirAll(x.dir, 0o700); err != nil {
			return fmt.Errorf("%w: make the cache: %w", ErrNoIndex, err)
		}
		if err := touch(path); err != nil {
			return fmt.Errorf("%w: make it: %w", ErrNoIndex, err)
		}
	}
	db, err := openIndex(ctx, path)
	if isDamage(err) {
		return x.remove(path)
	}
	if _, gone := os.Stat(path); errors.Is(gone, fs.ErrNotExist) {
		if db != nil {
			err = db.Close()
		}
		return err // deleted meanwhile: use makes another
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoIndex, err)
	}
	x.db, x.path = db, path
	return x.removeOlder()
}

// removeOlder deletes what processes left that made an index at the same time,
// or were killed.
func (x *index) removeOlder() error {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return fmt.Errorf("look for old indexes: %w", err)
	}
	for _, e := range entries {
		name := filepath.Join(x.dir, e.Name())
		if strings.HasPrefix(e.Name(), indexPrefix) && !strings.HasPrefix(name, x.path) && name < x.path {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
				return fmt.Errorf("remove an old index: %w", err)
			}
		}
	}
	return nil
}

// openIndex opens an index, and gives it its tables where it is new.
func openIndex(ctx context.Context, path string) (*sql.DB, error) {
	mode := "rw"
	if f, err := os.OpenFile(path, os.O_RDWR, 0); err == nil {
		if err := f.Close(); err != nil {
			return nil, err
		}
	} else {
		mode = "ro&immutable=1" // what is there can be searched
	}
	// What a crash of the machine takes from the index is read again: the mark
	// of how far it is lies in it.
	db, err := sql.Open("sqlite3", fileURI(path)+"?mode="+mode+"&_synchronous=NORMAL&_txlock=immediate&_stmt_cache_size=50&_busy_timeout="+
		strconv.Itoa(int(busyTimeout/time.Millisecond)))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	var version int
	if err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err == nil && version == 0 && mode == "rw" {
		version, err = makeIndex(ctx, db)
	}
	if err == nil && version != indexVersion {
		err = errDamaged
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func makeIndex(ctx context.Context, db *sql.DB) (version int, err error) {
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode=WAL").Scan(new(string)); err != nil {
		return 0, err
	}
	t, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, t.Rollback())
		}
	}()
	// Another process may have made the tables while this one waited for the lock.
	if err := t.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, err
	}
	if version == 0 {
		version = indexVersion
		if _, err := t.ExecContext(ctx, indexSchema+"PRAGMA user_version = "+strconv.Itoa(version)); err != nil {
			return 0, err
		}
	}
	return version, t.Commit()
}

// discard gives up the index at path.
func (x *index) discard(path string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.path == path && x.db != nil {
		if err := x.close(); err != nil {
			return err
		}
	}
	return x.remove(path)
}

// remove deletes an index with its journals. Its name never comes back, so
// nobody who still has it open meets another under it.
func (x *index) remove(path string) error {
	for _, name := range []string{path, path + "-wal", path + "-shm", path + "-journal"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: remove the damaged one: %w", ErrNoIndex, err)
		}
	}
	return nil
}

func (x *index) close() error {
	db := x.db
	x.db, x.path = nil, ""
	if err := db.Close(); err != nil && !isDamage(err) {
		return fmt.Errorf("close the full-text index: %w", err)
	}
	return nil
}

// Close closes the index, if it is open.
func (x *index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.db == nil {
		return nil
	}
	return x.close()
}

// check looks through the whole file for damage, which shows else only where a
// search meets it.
func (x *index) check(ctx context.Context) error {
	return x.use(ctx, func(db *sql.DB) error {
		var said string
		if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&said); err != nil {
			return err
		}
		if said != "ok" {
			return fmt.Errorf("%w: %s", errDamaged, said)
		}
		return nil
	})
}
