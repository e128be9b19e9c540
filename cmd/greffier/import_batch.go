package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"regexp"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/ingest"
)

// importBatch is how many mails are filed in one transaction.
const importBatch = 100

// importer files mails from files.
type importer struct {
	store    *store.Store
	filer    *ingest.Filer
	by       string // who imports
	progress func(done, total int)

	batch []importing
	seen  map[string]bool // by SHA-256: every mail that was read

	imported, known int
	failed          []string // each with its path
}

// importing is a mail on its way into the store.
type importing struct {
	path string // and its number, in an mbox
	raw  *store.Incoming
	sum  string
	mail cases.Mail
	err  error // why it cannot be read
}

// run files the mails of files in order. Its error is that of the archive or the
// store, or ctx's; then the rest was not tried, and what was filed is known.
func (im *importer) run(ctx context.Context, files []mailFile) (err error) {
	defer func() {
		for _, m := range im.batch {
			err = errors.Join(err, m.raw.Drop())
		}
		im.batch = nil
	}()
	read := &meter{ctx: ctx, progress: im.progress}
	for _, f := range files {
		read.total += f.size
	}
	for _, f := range files {
		read.end = read.done + f.size
		if err := im.file(ctx, f, read); err != nil {
			return err
		}
		read.move(read.end) // also over what could not be read
	}
	return im.flush(ctx)
}

// file takes the mails of one file.
func (im *importer) file(ctx context.Context, f mailFile, read *meter) error {
	file, err := os.Open(f.path)
	if err != nil {
		im.fail(f.path, cause(err))
		return nil
	}
	read.r = file
	if f.mbox {
		err = im.mbox(ctx, f.path, read)
	} else {
		err = im.take(ctx, f.path, func(w io.Writer) error {
			if f.lines {
				w = &wireLines{w: w}
			}
			_, err := io.Copy(w, read)
			return err
		})
	}
	if cerr := file.Close(); cerr != nil && err == nil {
		im.fail(f.path, cerr)
	}
	return err
}

// mbox takes the mails of an mbox file; what follows a fault in it is lost.
func (im *importer) mbox(ctx context.Context, path string, r io.Reader) error {
	box := newMboxReader(r)
	for n := 1; ; n++ {
		err := box.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && ctx.Err() == nil {
			im.fail(path, err)
			return nil
		}
		if err == nil {
			err = im.take(ctx, fmt.Sprintf("%s, mail %d", path, n), func(w io.Writer) error { return box.copyTo(&wireLines{w: w}) })
		}
		if err != nil {
			return err
		}
	}
}

func (im *importer) fail(path string, err error) {
	im.failed = append(im.failed, fmt.Sprintf("%s: %v", path, err))
}

// take archives one mail, which write writes, and files the batch when it is
// full. Its error is the archive's or the store's, or ctx's.
func (im *importer) take(ctx context.Context, path string, write func(io.Writer) error) error {
	raw, err := im.store.Archive.Create()
	if err != nil {
		return err
	}
	in := &intake{w: raw, hash: sha256.New()}
	buffered := bufio.NewWriterSize(in, 64<<10)
	err = errors.Join(write(buffered), buffered.Flush())
	sum := hex.EncodeToString(in.hash.Sum(nil))
	switch {
	case ctx.Err() != nil:
		return errors.Join(ctx.Err(), raw.Drop())
	case in.err != nil:
		return errors.Join(fmt.Errorf("archive mail: %w", in.err), raw.Drop())
	case err == nil && !knownField.Match(in.begin):
		err = errors.New("not a mail: it has no header")
	}
	if err != nil {
		im.fail(path, cause(err))
		return raw.Drop()
	}
	known := im.seen[sum]
	if !known {
		if known, err = im.store.Filed(ctx, sum); err != nil {
			return errors.Join(err, raw.Drop())
		}
	}
	im.seen[sum] = true
	if known {
		im.known++
		return raw.Drop()
	}
	im.batch = append(im.batch, importing{path: path, raw: raw, sum: sum})
	if len(im.batch) == importBatch {
		return im.flush(ctx)
	}
	return nil
}

// flush archives and reads the mails of the batch on all cores and files them in
// one transaction, in their order.
func (im *importer) flush(ctx context.Context) error {
	batch := im.batch
	kept := make([]error, len(batch))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.NumCPU(), len(batch)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(batch) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				kept[i] = im.read(ctx, &batch[i])
			}
		})
	}
	workers.Wait()
	if err := errors.Join(append(kept, ctx.Err())...); err != nil {
		return err
	}
	im.batch = nil
	var arrivals []cases.Arrival
	var paths []string
	for _, m := range batch {
		if m.err != nil {
			im.fail(m.path, m.err)
			continue
		}
		arrivals = append(arrivals, cases.Arrival{Mail: m.mail})
		paths = append(paths, m.path)
	}
	return im.receive(ctx, arrivals, paths)
}

// read puts a mail into the archive and reads it from there. Its error is the
// archive's.
func (im *importer) read(ctx context.Context, m *importing) error {
	if _, err := m.raw.Keep(); err != nil {
		return err
	}
	m.mail, m.err = im.filer.Read(ctx, m.sum, time.Time{}, time.Now())
	m.mail.Silent = true
	m.mail.Warnings = append(m.mail.Warnings, fmt.Sprintf("Imported by %s from %s: no mailbox vouches for an instant of reception.", im.by, m.path))
	return nil
}

// receive files mails in one transaction; where that fails, each in its own, so
// that one the store cannot take stops no other.
func (im *importer) receive(ctx context.Context, arrivals []cases.Arrival, paths []string) error {
	if len(arrivals) == 0 {
		return nil
	}
	err := im.store.Receive(ctx, arrivals)
	if err == nil {
		im.imported += len(arrivals)
		return nil
	}
	if len(arrivals) == 1 || ctx.Err() != nil {
		return err
	}
	errs := make([]error, len(arrivals))
	refused := 0
	for i := range arrivals {
		if errs[i] = im.store.Receive(ctx, arrivals[i:i+1]); errs[i] != nil {
			refused++
		}
	}
	im.imported += len(arrivals) - refused
	if refused == len(arrivals) || ctx.Err() != nil {
		return err // a store that takes none is to blame, not the mails
	}
	for i, err := range errs {
		if err != nil {
			im.fail(paths[i], err)
		}
	}
	return nil
}

// knownField is a header field without which no mail comes through the world.
var knownField = regexp.MustCompile(`(?im)^(From|To|Date|Subject|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|Content-Type)[ \t]*:`)

// intake writes into the archive, and remembers how a mail begins and whether it
// was the archive that failed.
type intake struct {
	w     io.Writer
	hash  hash.Hash
	begin []byte
	err   error
}

// Write implements io.Writer.
func (in *intake) Write(p []byte) (int, error) {
	const enough = 16 << 10
	n, err := in.w.Write(p)
	in.hash.Write(p[:n])
	if len(in.begin) < enough {
		in.begin = append(in.begin, p[:min(n, enough-len(in.begin))]...)
	}
	if err != nil {
		in.err = err
	}
	return n, err
}

// meter reads files one after the other, shows how much is read, and stops when
// ctx ends.
type meter struct {
	ctx         context.Context
	r           io.Reader
	done, total int64 // bytes
	end         int64 // of the file in hand: one that grows meanwhile counts as it was
	progress    func(done, total int)
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(p)
	m.move(m.done + int64(n))
	return n, err
}

// move shows that so many bytes are behind.
func (m *meter) move(done int64) {
	if done = min(done, m.end); done > m.done {
		m.done = done
		m.progress(int(m.done), int(m.total))
	}
}
