package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"greffier/cases"
)

// Preview is what can be shown of a file without any program of its own being run.
type Preview struct {
	Unreadable string // why it cannot be read, as a stable code
	Unread     bool   // it could not be shown within its limits
	Pages      int    // of a PDF
	Picture    []byte // the page asked for, as JPEG
	Sheets     []PreviewSheet
	Text       string
	Cut        bool // the file says more
}

// PreviewSheet is the beginning of a sheet of a workbook.
type PreviewSheet struct {
	Name string
	Rows [][]string
	Cut  bool // there is more
}

// PreviewFile shows a file of size bytes; of a PDF the page with that number, from
// 1. It runs nothing that is in the file, and reads it where it can do no harm.
type PreviewFile func(r io.ReaderAt, size int64, name, declaredType string, page int) (Preview, error)

const (
	drawnAtOnce  = 2
	previewsMost = 200 << 20 // bytes of previews that are kept
)

// preview shows a file, from the cache where it was shown before. It blocks until
// it is its turn and the file has been read, at the latest some minutes.
func (d *Desk) preview(f cases.StoredFile, page int) (p Preview, err error) {
	key := f.SHA256 + "-" + strconv.Itoa(page)
	if p, ok := d.previews.get(key); ok {
		return p, nil
	}
	d.drawing <- struct{}{}
	defer func() { <-d.drawing }()
	file, size, err := d.spool(func() (io.ReadCloser, error) { return d.store.OpenFile(f, d.o.OpenPart) })
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if p, err = d.o.Preview(file, size, f.Filename, f.Type, page); err != nil {
		return p, fmt.Errorf("show part %s of mail %d: %w", f.Part, f.Mail, err)
	}
	if !p.Unread { // else another time may be better
		if err := d.previews.put(key, p); err != nil {
			d.log.Warn("a preview could not be kept", "error", err)
		}
	}
	return p, nil
}

// spool copies bytes into a file without a name, and so makes sure that they are
// those that were received before any of them is used.
func (d *Desk) spool(open func() (io.ReadCloser, error)) (_ *os.File, size int64, err error) {
	in, err := open()
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if d.o.Cache != "" {
		if err := os.MkdirAll(d.o.Cache, 0o700); err != nil {
			return nil, 0, fmt.Errorf("make the cache: %w", err)
		}
	}
	file, err := os.CreateTemp(d.o.Cache, "file-")
	if err != nil {
		return nil, 0, fmt.Errorf("spool a file: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, 0, errors.Join(fmt.Errorf("spool a file: %w", err), file.Close())
	}
	size, err = io.Copy(file, in)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("spool a file: %w", err), file.Close())
	}
	return file, size, nil
}

// previewCache keeps previews in a folder, which may be deleted at any time. When
// there is too much in it, those that were made first go.
type previewCache struct {
	dir  string // "": nothing is kept
	most int64  // bytes

	mu   sync.Mutex
	held int64 // bytes, at least; 0: not counted yet
}

// version is that of what is kept: other versions are not read.
const previewVersion = "v1-"

func (c *previewCache) get(key string) (p Preview, ok bool) {
	if c.dir == "" {
		return p, false
	}
	b, err := os.ReadFile(filepath.Join(c.dir, previewVersion+key))
	if err != nil {
		return p, false
	}
	return p, json.Unmarshal(b, &p) == nil
}

func (c *previewCache) put(key string, p Preview) error {
	if c.dir == "" {
		return nil
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(c.dir, "preview-")
	if err != nil {
		return err
	}
	_, err = file.Write(b)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), filepath.Join(c.dir, previewVersion+key))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held += int64(len(b)); c.held > c.most || c.held == int64(len(b)) {
		return c.prune()
	}
	return nil
}

// prune counts what is held, and removes the oldest until a fifth is free where
// that is too much.
func (c *previewCache) prune() error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	type kept struct {
		name string
		size int64
		at   time.Time
	}
	var list []kept
	c.held = 0
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		list = append(list, kept{e.Name(), info.Size(), info.ModTime()})
		c.held += info.Size()
	}
	if c.held <= c.most {
		return nil
	}
	slices.SortFunc(list, func(a, b kept) int { return a.at.Compare(b.at) })
	for _, k := range list {
		if c.held <= c.most/5*4 {
			break
		}
		if err := os.Remove(filepath.Join(c.dir, k.name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		c.held -= k.size
	}
	return nil
}
