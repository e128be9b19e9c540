package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"greffier/ingest/content"
	"greffier/ingest/parse"
)

// zipStep stands in a locator between that of an archive and the index path of a
// member in it: "1024+2048:b64|zip:3,0".
const zipStep = "|zip:"

// OpenPart gives the decoded bytes of a part of the raw mail: the part that
// locator names, or the member of an archive that it leads to. A member is
// decoded by way of a temporary file, which ends with Close. It fails with
// parse.ErrLocator or content.ErrNoMember when the locator leads nowhere, else
// with the I/O errors of raw; bytes are to be trusted only after io.EOF.
func OpenPart(raw io.ReaderAt, size int64, locator string) (io.ReadCloser, error) {
	at, path, inArchive := strings.Cut(locator, zipStep)
	part, err := parse.Open(raw, size, at)
	if err != nil || !inArchive {
		return part, err
	}
	index, err := indexOf(path)
	if err != nil {
		return nil, errors.Join(err, part.Close())
	}
	archive, err := spoolTo("", part, size)
	if err = errors.Join(err, part.Close()); err != nil {
		return nil, err
	}
	member, err := content.OpenMember(archive, archive.size, index)
	if err != nil {
		return nil, errors.Join(err, archive.Close())
	}
	return &spooledMember{ReadCloser: member, archive: archive}, nil
}

// spooledMember is an open archive member and the archive it is in.
type spooledMember struct {
	io.ReadCloser
	archive *spool
}

func (m *spooledMember) Close() error { return errors.Join(m.ReadCloser.Close(), m.archive.Close()) }

// indexOf reads an index path: "3,0".
func indexOf(path string) ([]int, error) {
	var index []int
	for step := range strings.SplitSeq(path, ",") {
		i, err := strconv.Atoi(step)
		if err != nil || i < 0 {
			return nil, fmt.Errorf("%w: archive member %q", parse.ErrLocator, path)
		}
		index = append(index, i)
	}
	return index, nil
}

// indexPath writes an index path.
func indexPath(index []int) string {
	steps := make([]string, len(index))
	for i, n := range index {
		steps[i] = strconv.Itoa(n)
	}
	return strings.Join(steps, ",")
}

// errTooMuch says that a part gives more bytes than were announced.
var errTooMuch = errors.New("more")

// inMemory is up to which size a part is held in memory instead of a file.
const inMemory = 256 << 10

// spool is a decoded part, to be read at any offset.
type spool struct {
	io.ReaderAt
	size int64
	file *os.File // nil: held in memory
}

// spoolTo reads all of r, at most limit bytes, into memory if it is small, else
// into a temporary file without a name in the folder dir ("": the system's).
func spoolTo(dir string, r io.Reader, limit int64) (*spool, error) {
	head := new(bytes.Buffer)
	n, err := io.CopyN(head, r, min(limit, inMemory)+1)
	if errors.Is(err, io.EOF) && n <= limit {
		return &spool{ReaderAt: bytes.NewReader(head.Bytes()), size: n}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("decode part: %w", err)
	}
	if dir != "" { // a cache, which may be deleted at any time
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("decode part: %w", err)
		}
	}
	file, err := os.CreateTemp(dir, "part-")
	if err != nil {
		return nil, fmt.Errorf("decode part: %w", err)
	}
	s := &spool{ReaderAt: file, file: file}
	if err := os.Remove(file.Name()); err != nil { // who dies leaves nothing behind
		return nil, errors.Join(fmt.Errorf("decode part: %w", err), file.Close())
	}
	s.size, err = io.Copy(file, io.LimitReader(io.MultiReader(head, r), limit+1))
	if err == nil && s.size > limit {
		err = fmt.Errorf("%w than %d bytes", errTooMuch, limit)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("decode part: %w", err), s.Close())
	}
	return s, nil
}

// Spool gives a parse.Options.Spool that keeps what is large in the folder dir
// ("": the system's), for a mail of size bytes.
func Spool(dir string, size int64) func(io.Reader) (parse.Spooled, error) {
	return func(r io.Reader) (parse.Spooled, error) {
		s, err := spoolTo(dir, r, size)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errArchive, err) // the disk's, where it is not the mail's
		}
		return s, nil
	}
}

// Size is how many bytes there are.
func (s *spool) Size() int64 { return s.size }

// Close ends the temporary file, which has no name.
func (s *spool) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
