package content

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

// Limits of an archive. What passes them is listed as UnreadableBomb, never
// opened in part.
const (
	maxMembers   = 10_000  // entries of one archive's directory
	maxListed    = 1_000   // members told of, nested ones included
	maxDepth     = 3       // archives inside one another, the outermost included
	maxDirectory = 2 << 20 // bytes of a directory

	// Over a file and all archives in it no more is decoded than maxRatio times
	// its size, in any case minDecoded and never more than maxDecoded, in bytes.
	maxRatio   = 250
	minDecoded = 32 << 20
	maxDecoded = 1 << 30
)

var errTooLarge = errors.New("archive passes the limits")

func isZIP(in input) bool {
	head := in.at(0, 4)
	return bytes.Equal(head, []byte("PK\x03\x04")) || bytes.Equal(head, []byte("PK\x05\x06")) || bytes.Equal(head, []byte("PK00"))
}

// openZIP reads an archive's directory. It fails with errTooLarge where that
// would take much memory, else because the archive is damaged.
func openZIP(in input) (*zip.Reader, error) {
	tail := in.at(max(0, in.size-(1<<16+22)), 1<<16+22)
	end := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if end < 0 || len(tail)-end < 22 {
		return nil, io.ErrUnexpectedEOF
	}
	if binary.LittleEndian.Uint16(tail[end+10:]) > maxMembers {
		return nil, errTooLarge
	}
	// The count may lie; the bytes that the directory is read from do not.
	limited := &limitedReaderAt{in: in, left: maxDirectory + 2<<16}
	z, err := zip.NewReader(limited, in.size)
	switch {
	case limited.passed:
		return nil, errTooLarge
	case err != nil && !errors.Is(err, zip.ErrInsecurePath): // such paths are told of, not followed
		return nil, err
	case len(z.File) > maxMembers:
		return nil, errTooLarge
	}
	limited.open = true
	return z, nil
}

// limitedReaderAt fails once more than left bytes were read, until it is open.
type limitedReaderAt struct {
	in     input
	left   int64
	passed bool
	open   bool
}

func (r *limitedReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if !r.open {
		if r.left -= int64(len(p)); r.left < 0 {
			r.passed = true
			return 0, errTooLarge
		}
	}
	return r.in.ReadAt(p, off)
}

// lookZIP looks into a ZIP file: a document in its clothing, or an archive
// whose members are added to f.
func (l *looker) lookZIP(in input, name string, index []int, f *File) {
	z, err := openZIP(in)
	switch {
	case errors.Is(err, errTooLarge):
		f.Type, f.Unreadable = typeZIP, UnreadableBomb
		f.warn(warnZIPMembers, maxMembers)
		return
	case err != nil:
		f.Unreadable = UnreadableTruncated
		f.warn(warnZIPCut)
		return
	}
	document := lookPackage(z.File, name, f)
	var total uint64
	for _, m := range z.File {
		total += min(m.UncompressedSize64, maxDecoded+1)
	}
	tooLarge := total > uint64(max(l.budget, 0))
	if len(index) >= maxDepth && !document {
		f.Unreadable = UnreadableBomb
		f.warn(warnZIPDepth, maxDepth)
		return
	}
	if tooLarge {
		f.Unreadable = UnreadableBomb
		f.warn(warnZIPTooLarge)
	}
	if document {
		l.readPackage(newPackage(l, z.File), f)
		return
	}
	l.lookMembers(z, index, tooLarge, f)
}

// lookMembers adds the members of an archive; when the archive is too large
// they are listed without being decoded.
func (l *looker) lookMembers(z *zip.Reader, index []int, tooLarge bool, f *File) {
	encrypted, files := 0, 0
	for i, m := range z.File {
		name := decodeName(m)
		if ignoredMember(name) {
			continue
		}
		if len(f.Members) >= maxListed {
			f.warn(warnZIPListed, maxListed)
			break
		}
		files++
		member := Member{Path: name, Index: append(slices.Clone(index), i), Size: int64(min(m.UncompressedSize64, 1<<62))}
		nested := []Member(nil)
		switch {
		case tooLarge:
			lookName(name, &member.File)
			member.Type, member.Unreadable = typeUnknown, UnreadableBomb
		case isEncrypted(m):
			lookName(name, &member.File)
			member.Type, member.Unreadable = typeUnknown, UnreadableEncrypted
			encrypted++
		case m.Method != zip.Store && m.Method != zip.Deflate:
			lookName(name, &member.File)
			member.Type, member.Unreadable = typeUnknown, UnreadableArchive
			member.warn(warnZIPMethod, m.Method)
		default:
			l.lookMember(m, name, &member)
			nested, member.Members = member.Members, nil
		}
		if unsafePath(name) {
			member.danger(DangerPath)
			member.warn(warnZIPPath)
		}
		f.Members = append(f.Members, member)
		for _, n := range nested[:min(len(nested), maxListed-len(f.Members))] {
			n.Path = name + "/" + n.Path
			f.Members = append(f.Members, n)
		}
	}
	switch {
	case files == 0:
		f.Blank = true
	case encrypted == files && f.Unreadable == "":
		f.Unreadable = UnreadableEncrypted
	}
}

// lookMember decodes one member into the scratch space of its level, hashing
// it on the way, and looks into the result.
func (l *looker) lookMember(m *zip.File, name string, member *Member) {
	s := l.spool(len(member.Index) - 1)
	hash := sha256.New()
	n, err := decode(m, io.MultiWriter(hash, s), l)
	l.budget -= n
	if l.fail != nil {
		return
	}
	if err != nil {
		lookName(name, &member.File)
		member.Type, member.Unreadable = typeUnknown, UnreadableTruncated
		member.warn(warnZIPDamaged)
		return
	}
	member.Size, member.SHA256 = n, hex.EncodeToString(hash.Sum(nil))
	member.File = l.look(input{r: s.reader(), size: s.size, fail: &l.fail}, name, "", member.Index)
	if s.lost {
		member.Unreadable = UnreadableBomb
		member.warn(warnZIPLarge, maxSpool>>20)
	}
}

// decode copies a member's bytes to w, no more than it claims to have, and
// checks their sum. An error of w goes to l.fail; any other means damage.
func decode(m *zip.File, w io.Writer, l *looker) (int64, error) {
	r, err := m.Open()
	if err != nil {
		return 0, err
	}
	out := &checkedWriter{w: w}
	n, err := io.Copy(out, io.LimitReader(r, int64(min(m.UncompressedSize64, maxDecoded))+1))
	if out.err != nil && l.fail == nil {
		l.fail = out.err
	}
	if closeErr := r.Close(); err == nil {
		err = closeErr
	}
	if err == nil && uint64(n) != m.UncompressedSize64 {
		err = zip.ErrFormat
	}
	return n, err
}

// checkedWriter remembers the error of w, to tell it from one of the source.
type checkedWriter struct {
	w   io.Writer
	err error
}

func (c *checkedWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	if err != nil {
		c.err = err
	}
	return n, err
}

// ignoredMember says whether a member is a folder or something a desktop
// leaves behind, which nobody meant to send.
func ignoredMember(name string) bool {
	base := path.Base(name)
	switch strings.ToLower(base) {
	case ".ds_store", "thumbs.db", "desktop.ini":
		return true
	}
	return isFolder(name) || strings.HasPrefix(base, "._") ||
		strings.HasPrefix(name, "__MACOSX/") || strings.Contains(name, "/__MACOSX/")
}

func isFolder(name string) bool { return strings.HasSuffix(name, "/") }

// isEncrypted reads the general purpose bits (APPNOTE.TXT section 4.4.4):
// encrypted, strongly encrypted, directory encrypted.
func isEncrypted(m *zip.File) bool { return m.Flags&(1|1<<6|1<<13) != 0 }

// unsafePath says whether a path is absolute or climbs by "..".
func unsafePath(name string) bool {
	return strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':' || slices.Contains(strings.Split(name, "/"), "..")
}
