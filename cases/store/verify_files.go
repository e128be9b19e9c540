package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"greffier/cases"
)

// mails checks that the raw file of each mail is there and that its parts are
// in it, byte for byte.
func (v *verifier) mails() error {
	type row struct {
		id         int64
		raw        string
		place      cases.Place
		instant    time.Time
		caseRef    string
		timeliness cases.Timeliness
	}
	mails, err := collect(v.ctx, v.t, func(r rowScanner) (m row, err error) {
		err = r.Scan(&m.id, &m.raw, &m.place, scanTime{&m.instant}, &m.caseRef, &m.timeliness)
		return m, err
	}, `SELECT m.id, m.raw_sha256, m.place, m.instant, COALESCE(c.ref, ''), COALESCE(m.timeliness, '') FROM mail m LEFT JOIN "case" c ON c.id = m.case_id ORDER BY m.id`)
	if err != nil {
		return fmt.Errorf("read mails: %w", err)
	}
	v.bad = make(map[string]bool)
	seen := make(map[int64]bool)
	for _, m := range mails {
		v.referenced[m.raw] = true
		seen[m.id] = true
		if v.ref != "" && m.caseRef != v.ref {
			continue
		}
		v.report.Mails++
		said, ok := v.said.mails[m.id]
		switch {
		case !ok:
			v.fault("mail %d: the journal does not know it", m.id)
		case said.RawSHA256 != m.raw || !said.Instant.Equal(m.instant):
			v.fault("mail %d: its bytes or its instant of reception are not those that the journal says", m.id)
		case said.Timeliness != m.timeliness:
			v.fault("mail %d: its verdict is %q, the journal says %q", m.id, m.timeliness, said.Timeliness)
		}
		if err := v.mailParts(m.id, m.raw); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(v.said.mails)) {
		if !seen[id] {
			v.fault("mail %d: the journal says that it was filed, it is not there", id)
		}
	}
	return nil
}

func (v *verifier) mailParts(id int64, raw string) error {
	file, err := v.s.Archive.Open(raw)
	if errors.Is(err, ErrNotFound) {
		v.bad[raw] = true
		v.fault("mail %d: its raw file %s is missing", id, raw)
		return nil
	}
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(err, file.Close())
	}
	parts, err := collect(v.ctx, v.t, scanPart, "SELECT "+partColumns+" FROM part WHERE mail_id = ? ORDER BY id", id)
	if err != nil {
		return errors.Join(fmt.Errorf("read parts of mail %d: %w", id, err), file.Close())
	}
	for _, p := range parts {
		if v.open == nil || p.SHA256 == "" {
			continue // a member that could not be decoded has no digest
		}
		if sum, err := digestPart(v.open, file, info.Size(), p.Locator); err != nil || sum != p.SHA256 {
			v.fault("mail %d: part %s is no longer found in it as it was received", id, p.ID)
		}
	}
	return file.Close()
}

func digestPart(open OpenPart, raw io.ReaderAt, size int64, locator string) (sum string, err error) {
	r, err := open(raw, size, locator)
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	_, err = io.Copy(hash, r)
	return hex.EncodeToString(hash.Sum(nil)), errors.Join(err, r.Close())
}

// snapshots checks each frozen dossier: its digest, the journal's word for it,
// and that the files it lists are those of the mails it names.
func (v *verifier) snapshots() error {
	type row struct {
		ref, content, digest string
		version              int
	}
	list, err := collect(v.ctx, v.t, func(r rowScanner) (s row, err error) {
		err = r.Scan(&s.ref, &s.version, &s.content, &s.digest)
		return s, err
	}, `SELECT c.ref, s.version, s.content, s.digest FROM snapshot s JOIN "case" c ON c.id = s.case_id ORDER BY s.id`)
	if err != nil {
		return fmt.Errorf("read snapshots: %w", err)
	}
	seen := make(map[string]bool)
	for _, s := range list {
		name := fmt.Sprintf("%s v%d", s.ref, s.version)
		seen[name] = true
		if v.ref != "" && s.ref != v.ref {
			continue
		}
		v.report.Snapshots++
		sum := sha256.Sum256([]byte(s.content))
		if got := hex.EncodeToString(sum[:]); got != s.digest || got != v.said.snapshots[name] {
			v.fault("case %s: snapshot %d was altered: its content does not match its digest", s.ref, s.version)
		}
		var content snapshotContent
		if err := json.Unmarshal([]byte(s.content), &content); err != nil {
			v.fault("case %s: snapshot %d cannot be read: %v", s.ref, s.version, err)
			continue
		}
		files := append(content.Unsorted, content.Other...)
		for _, p := range content.Pieces {
			files = append(files, p.Files...)
		}
		for _, f := range files {
			var n int
			err := v.t.QueryRowContext(v.ctx, `SELECT COUNT(*) FROM part p JOIN mail m ON m.id = p.mail_id WHERE m.raw_sha256 = ? AND p.part = ? AND p.sha256 = ? AND p.size = ?`,
				f.RawSHA256, f.Part, f.SHA256, f.Size).Scan(&n)
			if err != nil {
				return fmt.Errorf("look up file of snapshot: %w", err)
			}
			if n == 0 {
				v.fault("case %s: snapshot %d lists a file (part %s, SHA-256 %s…) that is not in the mails", s.ref, s.version, f.Part, f.SHA256[:min(12, len(f.SHA256))])
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.said.snapshots)) {
		if ref, _, _ := strings.Cut(name, " "); !seen[name] && (v.ref == "" || ref == v.ref) {
			v.fault("snapshot %s: the journal says that it was taken, it is not there", name)
		}
	}
	return nil
}

// letters puts each worded letter together again and compares its SHA-256.
func (v *verifier) letters() error {
	type row struct {
		id         int64
		sum, state string
		ref        string
	}
	list, err := collect(v.ctx, v.t, func(r rowScanner) (l row, err error) {
		err = r.Scan(&l.id, &l.sum, &l.state, &l.ref)
		return l, err
	}, "SELECT l.id, l.sha256, l.state, COALESCE(c.ref, '')"+letterTable+"ORDER BY l.id")
	if err != nil {
		return fmt.Errorf("read letters: %w", err)
	}
	seen := make(map[int64]bool)
	for _, l := range list {
		seen[l.id] = true
		segments, err := collect(v.ctx, v.t, func(r rowScanner) (seg cases.Segment, err error) {
			err = r.Scan(&seg.Literal, &seg.SHA256)
			return seg, err
		}, "SELECT literal, sha256 FROM segment WHERE letter_id = ? ORDER BY position", l.id)
		if err != nil {
			return fmt.Errorf("read letter %d: %w", l.id, err)
		}
		for _, seg := range segments {
			v.referenced[seg.SHA256] = true
		}
		if v.ref != "" && l.ref != v.ref {
			continue
		}
		v.report.Letters++
		if said, ok := v.said.letters[l.id]; !ok {
			v.fault("letter %d: the journal does not know it", l.id)
		} else if (said == "sent") != (l.state == "sent") && said != "worded" {
			v.fault("letter %d: it is %q, the journal says %q", l.id, l.state, said)
		}
		if l.sum != v.said.worded[l.id] {
			v.fault("letter %d: its SHA-256 is not the one that the journal says", l.id)
		}
		if l.sum == "" {
			continue // not worded yet
		}
		hash := sha256.New()
		if _, err := io.Copy(hash, v.s.assemble(segments)); err != nil {
			v.fault("letter %d: it cannot be put together again: %v", l.id, err)
		} else if hex.EncodeToString(hash.Sum(nil)) != l.sum {
			v.fault("letter %d: its bytes were altered", l.id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(v.said.letters)) {
		if !seen[id] {
			v.fault("letter %d: the journal says that it was owed, it is not there", id)
		}
	}
	return nil
}

// sources notes the files of mails set aside and of the packs.
func (v *verifier) sources() error {
	sums, err := collect(v.ctx, v.t, one[string], "SELECT raw_sha256 FROM source WHERE raw_sha256 <> '' UNION SELECT sha256 FROM pack")
	if err != nil {
		return fmt.Errorf("read sources: %w", err)
	}
	for _, sum := range sums {
		v.referenced[sum] = true
	}
	for _, sum := range slices.Sorted(maps.Keys(v.said.packs)) {
		if !v.referenced[sum] {
			v.fault("pack: the journal says that file %s belongs to one, no pack names it", sum)
		}
	}
	return nil
}

// files walks the data folder: each archived file must hold the bytes that its
// name promises; what no row names is noted.
func (v *verifier) files(progress func(done, total int)) error {
	var names []string
	err := filepath.WalkDir(v.s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(v.s.dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return nil
		}
		if strings.HasPrefix(rel, "cache"+string(filepath.Separator)) {
			if strings.Contains(rel, "incoming") {
				v.note("%s: a file on its way in, or left by a crash", rel)
			}
			return nil
		}
		base := filepath.Base(rel)
		switch {
		case isDigest(base):
			names = append(names, path)
		case strings.HasPrefix(base, databaseFile), strings.Contains(base, "key"), strings.Contains(base, "lock"), strings.HasSuffix(base, ".db"):
		default:
			v.note("%s: not a file of greffier", rel)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("walk the data folder: %w", err)
	}
	for i, path := range names {
		if progress != nil {
			progress(i, len(names))
		}
		if err := v.ctx.Err(); err != nil {
			return err
		}
		name := filepath.Base(path)
		if v.ref != "" && !v.referenced[name] {
			continue
		}
		v.report.Files++
		sum, err := digestFile(path)
		switch {
		case err != nil:
			v.fault("archive: %s cannot be read: %v", name, err)
		case sum != name:
			v.fault("archive: %s was altered: its SHA-256 is %s", name, sum)
		case !v.referenced[name]:
			v.note("archive: %s is named by nothing: left by a crash before its mail was filed", name)
		}
	}
	if progress != nil {
		progress(len(names), len(names))
	}
	return nil
}

func isDigest(name string) bool {
	b, err := hex.DecodeString(name)
	return err == nil && len(b) == sha256.Size && strings.ToLower(name) == name
}

func digestFile(path string) (sum string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	_, err = io.Copy(hash, f)
	return hex.EncodeToString(hash.Sum(nil)), errors.Join(err, f.Close())
}
