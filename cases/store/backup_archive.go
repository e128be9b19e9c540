package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// archive copies every archived file, checking each against its name on the way.
func (b *backup) archive(named []string, progress func(done, total int)) error {
	root := filepath.Join(b.dir, "archive")
	if err := os.Mkdir(root, 0o700); err != nil {
		return err
	}
	names, err := b.s.Archive.names()
	if err != nil {
		return err
	}
	for i, name := range names {
		if progress != nil {
			progress(i, len(names))
		}
		if err := b.ctx.Err(); err != nil {
			return err
		}
		if err := b.file(root, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := syncFolders(root); err != nil {
		return err
	}
	for _, name := range named {
		if _, found := slices.BinarySearch(names, name); !found {
			b.fault("archive: %s is missing", name)
		}
	}
	if progress != nil {
		progress(len(names), len(names))
	}
	return nil
}

// file copies one archived file. One that cannot be read, or holds other bytes
// than its name promises, is a fault; one that cannot be written is an error.
func (b *backup) file(root, name string) (err error) {
	from, err := b.s.Archive.Open(name)
	if err != nil {
		b.fault("archive: %s cannot be read: %v", name, err)
		return nil
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	folder := filepath.Join(root, name[:2])
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	to, err := os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	hash := sha256.New()
	read := &remembering{r: from}
	n, err := io.Copy(io.MultiWriter(to, hash), read)
	b.report.Files++
	b.report.Bytes += n
	switch sum := hex.EncodeToString(hash.Sum(nil)); {
	case read.err != nil:
		b.fault("archive: %s cannot be read: %v", name, read.err)
	case err != nil:
		return errors.Join(err, to.Close())
	case sum != name:
		b.fault("archive: %s was altered: its SHA-256 is %s", name, sum)
	}
	return errors.Join(to.Sync(), to.Close())
}

func (b *backup) fault(format string, args ...any) {
	b.report.Faults = append(b.report.Faults, fmt.Sprintf(format, args...))
}

// remembering tells afterwards whether it was the reading that failed.
type remembering struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (r *remembering) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// names gives the SHA-256 of all archived files, sorted.
func (a *Archive) names() (names []string, err error) {
	err = filepath.WalkDir(a.root, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && isDigest(d.Name()) {
			names = append(names, d.Name())
		}
		return err
	})
	return names, err
}

// syncFolders makes the names in a folder and in those below it durable.
func syncFolders(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = syncFolder(path)
		}
		return err
	})
}
