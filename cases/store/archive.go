package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Archive keeps files by the SHA-256 of their bytes, never changed and never
// removed: raw mails, and the files of the packs that letters carried.
type Archive struct {
	root     string // archive/ab/abcdef…
	incoming string // cache/incoming: on the same file system, so that a rename is atomic
}

func openArchive(dir string) (*Archive, error) {
	a := &Archive{root: filepath.Join(dir, "archive"), incoming: filepath.Join(dir, "cache", "incoming")}
	for _, d := range []string{a.root, a.incoming} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("make archive: %w", err)
		}
	}
	return a, nil
}

// Incoming is a file on its way into the archive.
type Incoming struct {
	archive *Archive
	file    *os.File
	hash    hash.Hash
	size    int64
	done    bool
}

// Create begins a file. The caller ends it with Keep or Drop. Until then it is
// locked, by which Clean knows it from what a dead process left.
func (a *Archive) Create() (*Incoming, error) {
	for {
		f, err := os.CreateTemp(a.incoming, "mail-")
		if err != nil {
			return nil, fmt.Errorf("create in archive: %w", err)
		}
		var is syscall.Stat_t
		if err := errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_EX), syscall.Fstat(int(f.Fd()), &is)); err != nil {
			return nil, errors.Join(fmt.Errorf("lock in archive: %w", err), f.Close(), os.Remove(f.Name()))
		}
		if is.Nlink > 0 {
			return &Incoming{archive: a, file: f, hash: sha256.New()}, nil
		}
		if err := f.Close(); err != nil { // Clean came before the lock
			return nil, fmt.Errorf("create in archive: %w", err)
		}
	}
}

// Write implements io.Writer.
func (in *Incoming) Write(p []byte) (int, error) {
	n, err := in.file.Write(p)
	in.hash.Write(p[:n])
	in.size += int64(n)
	return n, err
}

// Size is the number of bytes written so far.
func (in *Incoming) Size() int64 { return in.size }

// ReaderAt reads what was written so far.
func (in *Incoming) ReaderAt() io.ReaderAt { return in.file }

// Keep puts the file into the archive, synced, and gives its SHA-256. When it
// returns nil the bytes survive a crash of the machine. Bytes that the archive
// has already are kept once.
func (in *Incoming) Keep() (sum string, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("archive mail: %w", err), in.Drop())
		}
	}()
	sum = hex.EncodeToString(in.hash.Sum(nil))
	if err := in.file.Sync(); err != nil {
		return "", err
	}
	folder := filepath.Join(in.archive.root, sum[:2])
	if err := os.Mkdir(folder, 0o700); err == nil {
		if err := syncFolder(in.archive.root); err != nil {
			return "", err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	if err := os.Rename(in.file.Name(), filepath.Join(folder, sum)); err != nil {
		return "", err
	}
	in.done = true
	return sum, errors.Join(in.file.Close(), syncFolder(folder))
}

// Drop forgets a file that was not kept; after Keep it does nothing.
func (in *Incoming) Drop() error {
	if in.done {
		return nil
	}
	in.done = true
	err := in.file.Close()
	if errors.Is(err, os.ErrClosed) {
		err = nil
	}
	return errors.Join(err, os.Remove(in.file.Name()))
}

// Put archives the bytes of r.
func (a *Archive) Put(r io.Reader) (sum string, size int64, err error) {
	in, err := a.Create()
	if err != nil {
		return "", 0, err
	}
	if _, err := io.Copy(in, r); err != nil {
		return "", 0, errors.Join(fmt.Errorf("archive: %w", err), in.Drop())
	}
	sum, err = in.Keep()
	return sum, in.size, err
}

// Open opens an archived file; one that is not there is
// ErrNotFound, and fs.ErrNotExist.
func (a *Archive) Open(sum string) (*os.File, error) {
	if len(sum) != 64 {
		return nil, fmt.Errorf("open %q in archive: %w", sum, ErrNotFound)
	}
	f, err := os.Open(filepath.Join(a.root, sum[:2], sum))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open %s in archive: %w (%w)", sum, ErrNotFound, fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("open in archive: %w", err)
	}
	return f, nil
}

// Clean removes what dead processes left half written. What a living one writes,
// such as a command beside the daemon, stays.
func (a *Archive) Clean() error {
	entries, err := os.ReadDir(a.incoming)
	if err != nil {
		return fmt.Errorf("clean archive: %w", err)
	}
	for _, e := range entries {
		if err := removeUnlocked(filepath.Join(a.incoming, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("clean archive: %w", err)
		}
	}
	return nil
}

// removeUnlocked removes a file that no process has locked.
func removeUnlocked(path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Remove(path)
}

// writeFile writes a small file durably, mode 0600.
func writeFile(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder durable. A file system that cannot
// sync a folder says EINVAL; its names are as durable as they get.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

// touch makes a file that only its owner may read, if it is missing.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}
