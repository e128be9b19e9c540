package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
)

// BackupReport is what a backup copied.
type BackupReport struct {
	Files int   // of the archive
	Bytes int64 // of those, and of the database

	// Faults says which files of the archive are not as they were written, each
	// a sentence. What is left of such a file is copied all the same.
	Faults []string
}

// Backup copies the data folder into dir, which is made with mode 0700 and must
// be missing or empty. Others may read and write the data folder meanwhile: the
// copy holds the database as it was at one instant, every archived file that the
// database names, and the keys. It is a data folder in its turn.
//
// The database is copied first, since the file of each mail is in the archive
// before the row that names it, and it gets its name last: a copy that was cut
// short is no data folder. When Backup returns nil and there are no Faults, the
// copy is complete and survives a crash of the machine. progress, if not nil, is
// told how much of the work is done.
func (s *Store) Backup(ctx context.Context, dir string, progress func(done, total int)) (BackupReport, error) {
	b := backup{s: s, ctx: ctx, dir: dir}
	if err := b.prepare(); err != nil {
		return b.report, fmt.Errorf("prepare %s: %w", dir, err)
	}
	partial := filepath.Join(b.dir, databaseFile+".partial")
	named, err := b.database(partial)
	if err != nil {
		return b.report, fmt.Errorf("copy the database: %w", err)
	}
	keys, err := s.keys()
	if err != nil {
		return b.report, err
	}
	// A key made meanwhile is unknown to the copy of the database.
	if err := writeFile(filepath.Join(b.dir, keyFile), slices.Concat(keys[:min(b.keys, len(keys))]...)); err != nil {
		return b.report, fmt.Errorf("copy the token key: %w", err)
	}
	if err := b.otherKeys(); err != nil {
		return b.report, fmt.Errorf("copy the other keys: %w", err)
	}
	if err := b.archive(named, progress); err != nil {
		return b.report, fmt.Errorf("copy the archive: %w", err)
	}
	if err := os.Rename(partial, filepath.Join(b.dir, databaseFile)); err != nil {
		return b.report, fmt.Errorf("name the copy of the database: %w", err)
	}
	for _, folder := range []string{b.dir, filepath.Dir(b.dir)} {
		if err := syncFolder(folder); err != nil {
			return b.report, fmt.Errorf("sync %s: %w", folder, err)
		}
	}
	return b.report, nil
}

// backup is one backup under way.
type backup struct {
	s      *Store
	ctx    context.Context
	dir    string
	keys   int // how many the copied database knows
	report BackupReport
}

// prepare makes the folder of the copy. A folder that holds anything is refused,
// and so is one inside the data folder, whose copy it would become part of.
func (b *backup) prepare() error {
	data, err := realPath(b.s.dir)
	if err != nil {
		return err
	}
	if b.dir, err = realPath(b.dir); err != nil {
		return err
	}
	rel, err := filepath.Rel(data, b.dir)
	if err != nil {
		return err
	}
	if filepath.IsLocal(rel) {
		return errors.New("it is inside the data folder: name another one")
	}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return errors.New("it is not empty: name a new folder")
	}
	return os.Chmod(b.dir, 0o700)
}

// otherKeys copies the keys that others keep in the data folder, such as a
// refresh token without which nobody could log in after a restore.
func (b *backup) otherKeys() error {
	entries, err := os.ReadDir(b.s.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == keyFile || !strings.HasSuffix(e.Name(), ".key") || !e.Type().IsRegular() {
			continue
		}
		key, err := os.ReadFile(filepath.Join(b.s.dir, e.Name()))
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(b.dir, e.Name()), key); err != nil {
			return err
		}
	}
	return nil
}

// realPath is a path without symbolic links; its end need not exist yet.
func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(path)
	if !errors.Is(err, fs.ErrNotExist) || path == filepath.Dir(path) {
		return real, err
	}
	parent, err := realPath(filepath.Dir(path))
	return filepath.Join(parent, filepath.Base(path)), err
}

// database copies the database to path as it is at one instant, and gives the
// SHA-256 of the archived files that it names. Writers go on meanwhile: a read
// transaction holds the instant.
func (b *backup) database(path string) (named []string, err error) {
	if err := writeFile(path, nil); err != nil { // SQLite would let others read it
		return nil, err
	}
	from, err := b.s.reader.Conn(b.ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if _, err := from.ExecContext(b.ctx, "BEGIN"); err != nil {
		return nil, err
	}
	defer func() {
		// Also when ctx has ended: the connection goes back to others.
		_, rerr := from.ExecContext(context.WithoutCancel(b.ctx), "ROLLBACK")
		err = errors.Join(err, rerr)
	}()
	named, err = collect(b.ctx, from, one[string], `SELECT raw_sha256 FROM mail UNION SELECT raw_sha256 FROM source WHERE raw_sha256 <> ''
		UNION SELECT sha256 FROM pack UNION SELECT sha256 FROM segment WHERE sha256 <> ''`)
	if err != nil {
		return nil, fmt.Errorf("list the files it names: %w", err)
	}
	said, err := keysSaid(b.ctx, from)
	if err != nil {
		return nil, err
	}
	b.keys = len(said)
	if err := b.copyPages(from, path); err != nil {
		return nil, err
	}
	size, err := syncFile(path)
	b.report.Bytes += size
	return named, err
}

// copyPages copies what a connection reads into the database at path, which must
// be empty.
func (b *backup) copyPages(from *sql.Conn, path string) (err error) {
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	db, err := sql.Open("sqlite3", "file:"+escaped+"?mode=rw&_synchronous=FULL")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	to, err := db.Conn(b.ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	return to.Raw(func(to any) error {
		return from.Raw(func(from any) error {
			dst, ok := to.(*sqlite3.SQLiteConn)
			src, ok2 := from.(*sqlite3.SQLiteConn)
			if !ok || !ok2 {
				return fmt.Errorf("the driver gives a %T", to)
			}
			return b.stepPages(dst, src)
		})
	})
}

// stepPages copies some pages at a time, so that the work can be broken off.
func (b *backup) stepPages(to, from *sqlite3.SQLiteConn) (err error) {
	const pages = 2048
	work, err := to.Backup("main", from, "main")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, work.Finish()) }()
	for {
		if err := b.ctx.Err(); err != nil {
			return err
		}
		before := work.Remaining()
		done, err := work.Step(pages)
		if err != nil || done {
			return err
		}
		if work.Remaining() == before {
			time.Sleep(10 * time.Millisecond) // refused a lock for now
		}
	}
}

// syncFile makes a file that others wrote durable, and gives its size.
func syncFile(path string) (size int64, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), f.Sync()
}
