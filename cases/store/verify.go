package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
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

// Report is what a verification found. It is sound when there are no Faults.
type Report struct {
	Entries, Mails, Files, Letters, Snapshots, Cases int // looked at

	Faults []string // what is wrong, each a sentence
	Notes  []string // what is odd and harms nothing
}

// OpenPart gives the bytes of a part of a raw mail by its locator.
type OpenPart func(raw io.ReaderAt, size int64, locator string) (io.ReadCloser, error)

// Verify checks what the data folder holds against itself: the chain of the
// journal and its head; the cases, mails, letters and editions against what the
// journal says of them; every archived file against its name, every part and
// every letter against its SHA-256, every snapshot against its digest. With a
// reference, only that case and the journal are checked. Nothing is judged
// against today. progress, if not nil, is told how much of the work is done.
func (s *Store) Verify(ctx context.Context, ref string, open OpenPart, progress func(done, total int)) (Report, error) {
	v := verifier{s: s, ctx: ctx, ref: strings.ToUpper(ref), open: open, referenced: make(map[string]bool)}
	err := s.reading(ctx, func(t *sql.Tx) error {
		v.t = t
		if v.ref != "" {
			var id int64
			err := t.QueryRowContext(ctx, `SELECT id FROM "case" WHERE ref = ?`, v.ref).Scan(&id)
			if errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("case %s: %w", ref, ErrNotFound)
			}
			if err != nil {
				return fmt.Errorf("case %s: %w", ref, err)
			}
		}
		for _, step := range []func() error{v.integrity, v.chain, v.cases, v.calls, v.mails, v.snapshots, v.letters, v.sources} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = v.files(progress)
	}
	return v.report, err
}

type verifier struct {
	s    *Store
	ctx  context.Context
	t    *sql.Tx
	ref  string
	open OpenPart

	report     Report
	referenced map[string]bool // SHA-256 of files that some row names
	bad        map[string]bool // of those, known to be missing or altered
	said       journalSays
}

func (v *verifier) fault(format string, args ...any) {
	v.report.Faults = append(v.report.Faults, fmt.Sprintf(format, args...))
}

func (v *verifier) note(format string, args ...any) {
	v.report.Notes = append(v.report.Notes, fmt.Sprintf(format, args...))
}

// integrity lets SQLite check its own pages and references.
func (v *verifier) integrity() error {
	lines, err := collect(v.ctx, v.t, one[string], "PRAGMA quick_check")
	if err != nil {
		return fmt.Errorf("check database: %w", err)
	}
	for _, line := range lines {
		if line != "ok" {
			v.fault("database: %s", line)
		}
	}
	orphans, err := collect(v.ctx, v.t, func(r rowScanner) (text string, err error) {
		var table, parent string
		var row, key any
		err = r.Scan(&table, &row, &parent, &key)
		return fmt.Sprintf("database: row %v of table %s names a row of %s that is not there", row, table, parent), err
	}, "PRAGMA foreign_key_check")
	if err != nil {
		return fmt.Errorf("check database: %w", err)
	}
	v.report.Faults = append(v.report.Faults, orphans...)
	return nil
}

// journalSays is what the journal says last of each thing.
type journalSays struct {
	cases     map[string]caseState
	opened    map[string]bool
	mails     map[int64]mailSaid
	snapshots map[string]string // "HUB18-0001 v1": digest
	worded    map[int64]string  // letter: SHA-256
	letters   map[int64]string  // letter: last state
	calls     map[string]callSaid
}

type mailSaid struct {
	RawSHA256  string           `json:"raw_sha256"`
	Instant    time.Time        `json:"instant"`
	Timeliness cases.Timeliness `json:"timeliness"`
}

type callSaid struct {
	Opens    time.Time `json:"opens"`
	Deadline time.Time `json:"deadline"`
	frozen   bool
}

// chain walks the journal from its first entry to its head.
func (v *verifier) chain() error {
	v.said = journalSays{cases: map[string]caseState{}, opened: map[string]bool{}, mails: map[int64]mailSaid{}, snapshots: map[string]string{},
		worded: map[int64]string{}, letters: map[int64]string{}, calls: map[string]callSaid{}}
	var previous [32]byte
	var seq int64
	_, err := collect(v.ctx, v.t, func(r rowScanner) (struct{}, error) {
		var e cases.Entry
		var content, digest, hash string
		if err := r.Scan(&e.Seq, scanTime{&e.At}, &e.Actor, &e.Event, &e.CaseRef, &content, &digest, &hash); err != nil {
			return struct{}{}, err
		}
		v.report.Entries++
		e.Content = json.RawMessage(content)
		if e.Seq != seq+1 {
			v.fault("journal: entry %d follows entry %d: entries are missing between them", e.Seq, seq)
		}
		seq = e.Seq
		canonical, err := e.CanonicalDigest()
		if err != nil || hex.EncodeToString(canonical[:]) != digest {
			v.fault("journal: entry %d (%s) was altered: its content does not match its digest", e.Seq, e.Event)
		}
		stored, err := unhex(digest)
		if err != nil {
			v.fault("journal: entry %d: digest %v", e.Seq, err)
		}
		chained := cases.Chain(previous, e.Seq, stored)
		if hex.EncodeToString(chained[:]) != hash {
			v.fault("journal: entry %d (%s) does not follow from the entry before it: the chain is broken here", e.Seq, e.Event)
		}
		// Go on from the hash that is written, so that one break is told once.
		if previous, err = unhex(hash); err != nil {
			v.fault("journal: entry %d: hash %v", e.Seq, err)
		}
		if err := v.said.learn(e); err != nil {
			v.fault("journal: entry %d (%s): %v", e.Seq, e.Event, err)
		}
		return struct{}{}, nil
	}, "SELECT seq, at, actor, event, case_ref, content, digest, hash FROM journal ORDER BY seq")
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	var headSeq int64
	var headHash string
	err = v.t.QueryRowContext(v.ctx, "SELECT seq, hash FROM journal_head").Scan(&headSeq, &headHash)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		v.fault("journal: its head is missing")
	case err != nil:
		return fmt.Errorf("read journal head: %w", err)
	case headSeq > seq:
		v.fault("journal: its head is entry %d, the last entry is %d: the end was cut off", headSeq, seq)
	case headSeq < seq:
		v.fault("journal: its head is entry %d, the last entry is %d: entries were added past it", headSeq, seq)
	case headHash != hex.EncodeToString(previous[:]):
		v.fault("journal: the hash of its head is not that of its last entry")
	}
	return nil
}

// learn remembers what an entry says of the state of things.
func (j *journalSays) learn(e cases.Entry) error {
	var c struct {
		mailSaid
		callSaid
		Mail    int64      `json:"mail"`
		State   *caseState `json:"state"`
		Version int        `json:"version"`
		Digest  string     `json:"digest"`
		Letter  int64      `json:"letter"`
		SHA256  string     `json:"sha256"`
		Call    string     `json:"call"`
	}
	if err := json.Unmarshal(e.Content, &c); err != nil {
		return fmt.Errorf("its content is not what this program writes: %w", err)
	}
	if c.State != nil {
		j.cases[e.CaseRef] = *c.State
	}
	switch e.Event {
	case "case_opened":
		j.opened[e.CaseRef] = true
	case "mail_opens", "mail_joins", "mail_waiting", "mail_kept":
		j.mails[c.Mail] = c.mailSaid
	case "snapshot_taken":
		j.snapshots[fmt.Sprintf("%s v%d", e.CaseRef, c.Version)] = c.Digest
	case "letter_worded":
		j.worded[c.Letter] = c.SHA256
	case "call_set":
		j.calls[c.Call] = c.callSaid
	case "call_frozen":
		said := j.calls[c.Call]
		said.frozen = true
		j.calls[c.Call] = said
	case "mail_attached":
		said := j.mails[c.Mail]
		said.Timeliness = c.Timeliness
		j.mails[c.Mail] = said
	}
	// A bounce may be filed before the server's answer to the letter is.
	if state, ok := strings.CutPrefix(e.Event, "letter_"); ok && j.letters[c.Letter] != "bounced" {
		j.letters[c.Letter] = state
	}
	return nil
}

// cases compares each case with what the journal last said of it.
func (v *verifier) cases() error {
	seen := make(map[string]bool)
	_, err := collect(v.ctx, v.t, func(r rowScanner) (struct{}, error) {
		var ref string
		var timeliness *string
		var got caseState
		if err := r.Scan(&ref, &got.Phase, &timeliness, &got.Completeness, &got.Publication, scanTime{&got.DepositedAt}); err != nil {
			return struct{}{}, err
		}
		got.Timeliness = cases.Timeliness(deref(timeliness))
		seen[ref] = true
		if v.ref != "" && ref != v.ref {
			return struct{}{}, nil
		}
		v.report.Cases++
		want, ok := v.said.cases[ref]
		switch {
		case !v.said.opened[ref]:
			v.fault("case %s: the journal does not know it", ref)
		case !ok && got.Phase != cases.NewCase:
			v.fault("case %s: its phase is %q and the journal never said so", ref, got.Phase)
		case ok:
			for _, d := range []struct{ what, got, want string }{
				{"phase", string(got.Phase), string(want.Phase)},
				{"timeliness", string(got.Timeliness), string(want.Timeliness)},
				{"completeness", string(got.Completeness), string(want.Completeness)},
				{"publication", string(got.Publication), string(want.Publication)},
				{"instant of deposit", showTime(got.DepositedAt), showTime(want.DepositedAt)},
			} {
				if d.got != d.want {
					v.fault("case %s: its %s is %q, the journal says %q", ref, d.what, d.got, d.want)
				}
			}
		}
		return struct{}{}, nil
	}, `SELECT ref, phase, timeliness, completeness, publication, deposited_at FROM "case" ORDER BY id`)
	if err != nil {
		return fmt.Errorf("read cases: %w", err)
	}
	for _, ref := range slices.Sorted(maps.Keys(v.said.opened)) {
		if !seen[ref] {
			v.fault("case %s: the journal says that it was opened, it is not there", ref)
		}
	}
	return v.pieces()
}

func (v *verifier) pieces() error {
	got := make(map[string]map[string]string)
	_, err := collect(v.ctx, v.t, func(r rowScanner) (struct{}, error) {
		var ref, piece, status string
		if err := r.Scan(&ref, &piece, &status); err != nil {
			return struct{}{}, err
		}
		if got[ref] == nil {
			got[ref] = make(map[string]string)
		}
		got[ref][piece] = status
		return struct{}{}, nil
	}, `SELECT c.ref, p.piece, p.status FROM piece p JOIN "case" c ON c.id = p.case_id`)
	if err != nil {
		return fmt.Errorf("read pieces: %w", err)
	}
	for _, ref := range slices.Sorted(maps.Keys(v.said.cases)) {
		if (v.ref == "" || ref == v.ref) && !maps.Equal(got[ref], v.said.cases[ref].Pieces) {
			v.fault("case %s: its pieces are not those that the journal says", ref)
		}
	}
	return nil
}

func showTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(instantLayout)
}

// calls compares the editions with the journal.
func (v *verifier) calls() error {
	_, err := collect(v.ctx, v.t, func(r rowScanner) (struct{}, error) {
		var id string
		var opens, deadline, frozen time.Time
		if err := r.Scan(&id, scanTime{&opens}, scanTime{&deadline}, scanTime{&frozen}); err != nil {
			return struct{}{}, err
		}
		said := v.said.calls[id]
		if !said.Opens.Equal(opens) || !said.Deadline.Equal(deadline) {
			v.fault("call %s: its dates are %s to %s, the journal says %s to %s", id, showTime(opens), showTime(deadline), showTime(said.Opens), showTime(said.Deadline))
		}
		if said.frozen != !frozen.IsZero() {
			v.fault("call %s: whether its deadline has passed is not what the journal says", id)
		}
		return struct{}{}, nil
	}, "SELECT id, opens, deadline, frozen_at FROM call ORDER BY id")
	if err != nil {
		return fmt.Errorf("read calls: %w", err)
	}
	return nil
}

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
		return m, r.Scan(&m.id, &m.raw, &m.place, scanTime{&m.instant}, &m.caseRef, &m.timeliness)
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
		if v.open == nil || p.Locator == "" || p.SHA256 == "" {
			continue
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
		return s, r.Scan(&s.ref, &s.version, &s.content, &s.digest)
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
		files := content.Unsorted
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
		return l, r.Scan(&l.id, &l.sum, &l.state, &l.ref)
	}, "SELECT l.id, l.sha256, l.state, COALESCE(c.ref, '')"+letterTable+"ORDER BY l.id")
	if err != nil {
		return fmt.Errorf("read letters: %w", err)
	}
	seen := make(map[int64]bool)
	for _, l := range list {
		seen[l.id] = true
		segments, err := collect(v.ctx, v.t, func(r rowScanner) (seg cases.Segment, err error) {
			return seg, r.Scan(&seg.Literal, &seg.SHA256)
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
