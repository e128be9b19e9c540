package export

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Folder takes files by their path, with slashes. It is written to by one goroutine.
type Folder interface {
	// File makes a file, last changed at an instant, of what write writes.
	File(path string, at time.Time, write func(io.Writer) error) error
}

// Dir is a folder on disk. What stands in a path is made, readable to its owner.
type Dir string

// File implements Folder.
func (d Dir) File(path string, at time.Time, write func(io.Writer) error) (err error) {
	name := filepath.Join(string(d), filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("make file: %w", err)
	}
	out := bufio.NewWriter(f)
	err = write(out)
	if err == nil {
		err = out.Flush()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if at.IsZero() {
		return nil
	}
	if err := os.Chtimes(name, at, at); err != nil {
		return fmt.Errorf("date %s: %w", path, err)
	}
	return nil
}

// Zip is a ZIP archive that is being written. Without Close it has no directory, and
// no program takes it for whole.
type Zip struct{ out *zip.Writer }

// NewZip begins an archive.
func NewZip(w io.Writer) Zip { return Zip{zip.NewWriter(w)} }

// File implements Folder. What candidates send is compressed already, most of it:
// files are stored as they are.
func (z Zip) File(path string, at time.Time, write func(io.Writer) error) error {
	w, err := z.out.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Store, Modified: at})
	if err == nil {
		err = write(w)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// Close writes the directory of the archive.
func (z Zip) Close() error {
	if err := z.out.Close(); err != nil {
		return fmt.Errorf("end the archive: %w", err)
	}
	return nil
}
