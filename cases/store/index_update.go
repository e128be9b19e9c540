package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"greffier/cases"
)

// Look looks into the files of a mail again, as assessing does.
type Look func(ctx context.Context, m cases.Unassessed) (cases.Assessment, error)

// LookWith has the files whose text is not in the index looked into with look.
// Without it they are found by their names alone. It must be called before the
// index is used.
func (s *Store) LookWith(look Look) { s.index.look = look }

const (
	indexMost  = 500  // records indexed in one transaction
	replayMost = 2000 // journal entries followed in one transaction
	lookMost   = 10   // mails looked into between two transactions
)

// stages are what a new index is made of, each with the query of the records
// after a mark.
var stages = []struct {
	name, after string
	index       func(*indexing, int64) error
}{
	{"case", `SELECT id FROM "case" WHERE id > ? ORDER BY id LIMIT ?`, (*indexing).theCase},
	{"mail", "SELECT id FROM mail WHERE id > ? ORDER BY id LIMIT ?", (*indexing).mail},
	{"letter", "SELECT id FROM letter WHERE id > ? ORDER BY id LIMIT ?", (*indexing).letter},
}

// IndexState is how far the full-text index is.
type IndexState struct {
	Making        bool // it is being made; what is not in it yet is not found
	Done, Records int  // while Making
	Behind        int  // entries of the journal that it has not followed
	Unread        int  // mails with files whose text is not in it
}

// UpdateIndex brings the full-text index up to date, making it where there is
// none, where it is damaged, of another version, or of another data folder. It
// may run in several processes at once and be ended at any time: what was done
// is kept. progress, which may be nil, is told how far the making of an index is.
func (s *Store) UpdateIndex(ctx context.Context, progress func(done, total int)) error {
	anew := 0
	for {
		more, err := s.updateStep(ctx, progress)
		if errors.Is(err, errDamaged) && !errors.Is(err, ErrNoIndex) && ctx.Err() == nil && anew < 2 {
			anew++
			continue
		}
		if err != nil {
			return fmt.Errorf("update the full-text index: %w", err)
		}
		if !more {
			return nil
		}
	}
}

// CheckIndex looks through the full-text index for damage; one that is damaged
// is given up, and made anew by UpdateIndex.
func (s *Store) CheckIndex(ctx context.Context) error {
	if err := s.index.check(ctx); err != nil && !errors.Is(err, errDamaged) {
		return fmt.Errorf("check the full-text index: %w", err)
	}
	return nil
}

// updateStep indexes one batch, in one transaction with the mark of how far the
// index is then.
func (s *Store) updateStep(ctx context.Context, progress func(done, total int)) (more bool, err error) {
	err = s.indexing(ctx, func(x *indexing) error {
		more, err = x.step()
		return err
	})
	if err != nil {
		return false, err
	}
	if progress != nil {
		state, err := s.IndexState(ctx)
		if err != nil {
			return more, err
		}
		if state.Making {
			progress(state.Done, state.Records)
		}
	}
	if more {
		return true, nil
	}
	return s.readLacking(ctx)
}

// step indexes one batch and reports whether there is more.
func (x *indexing) step() (more bool, err error) {
	var seq int64
	var hash, now string
	err = x.QueryRowContext(x.ctx, "SELECT at, hash FROM mark WHERE stage = 'journal'").Scan(&seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		// New: whatever happens from here on is followed in the journal.
		err = x.main.QueryRowContext(x.ctx, "SELECT seq, hash FROM journal_head").Scan(&seq, &hash)
		if errors.Is(err, sql.ErrNoRows) {
			return false, nil // nothing ever happened
		}
		if err == nil {
			err = x.mark("journal", seq, hash)
		}
	}
	if err != nil {
		return false, fmt.Errorf("read how far the index is: %w", err)
	}
	err = x.main.QueryRowContext(x.ctx, "SELECT hash FROM journal WHERE seq = ?", seq).Scan(&now)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("read journal: %w", err)
	}
	if now != hash {
		return false, fmt.Errorf("%w: another journal", errDamaged) // restored from a backup, say
	}
	for _, stage := range stages {
		var at int64
		err := x.QueryRowContext(x.ctx, "SELECT at FROM mark WHERE stage = ?", stage.name).Scan(&at)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return false, fmt.Errorf("read how far the index is: %w", err)
		}
		if at == made {
			continue
		}
		ids, err := collect(x.ctx, x.main, one[int64], stage.after, at, indexMost)
		if err != nil {
			return false, fmt.Errorf("list each %s: %w", stage.name, err)
		}
		for _, id := range ids {
			if err := stage.index(x, id); err != nil {
				return false, err
			}
			at = id
		}
		if len(ids) < indexMost {
			at = made
		}
		return true, x.mark(stage.name, at, "")
	}
	return x.follow(seq)
}

// made marks a stage that is complete.
const made = -1

func (x *indexing) mark(stage string, at int64, hash string) error {
	if err := x.exec("INSERT INTO mark (stage, at, hash) VALUES (?, ?, ?) ON CONFLICT (stage) DO UPDATE SET at = excluded.at, hash = excluded.hash", stage, at, hash); err != nil {
		return fmt.Errorf("mark how far the index is: %w", err)
	}
	return nil
}

// follow indexes anew what the journal says was changed after an entry: every
// change of a mail, its files, a letter, a case is sealed in the entry that tells it.
func (x *indexing) follow(seq int64) (more bool, err error) {
	var last int64
	var n int
	var hash sql.NullString
	if err := x.main.QueryRowContext(x.ctx, "SELECT COALESCE(MAX(seq), 0), COUNT(*) FROM (SELECT seq FROM journal WHERE seq > ? ORDER BY seq LIMIT ?)", seq, replayMost).Scan(&last, &n); err != nil {
		return false, fmt.Errorf("follow the journal: %w", err)
	}
	if n == 0 {
		return false, nil
	}
	if err := x.main.QueryRowContext(x.ctx, "SELECT hash FROM journal WHERE seq = ?", last).Scan(&hash); err != nil {
		return false, fmt.Errorf("follow the journal: %w", err)
	}
	things, err := collect(x.ctx, x.main, one[string], `SELECT s.key FROM journal j, json_each(j.content, '$.seals') s
			WHERE j.seq > ?1 AND j.seq <= ?2 AND (s.key LIKE 'mail %' OR s.key LIKE 'files %' OR s.key LIKE 'letter %')
		UNION SELECT 'case ' || c.id FROM journal j JOIN "case" c ON c.ref = j.case_ref WHERE j.seq > ?1 AND j.seq <= ?2`, seq, last)
	if err != nil {
		return false, fmt.Errorf("follow the journal: %w", err)
	}
	done := make(map[string]bool)
	for _, name := range things {
		kind, number, _ := strings.Cut(name, " ")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return false, fmt.Errorf("follow the journal: %w", err)
		}
		index := (*indexing).mail
		switch kind {
		case "letter":
			index = (*indexing).letter
		case "case":
			index = (*indexing).theCase
		case "files":
			kind = "mail"
		}
		if of := record(kind, id); !done[of] {
			done[of] = true
			if err := index(x, id); err != nil {
				return false, err
			}
		}
	}
	return n == replayMost, x.mark("journal", last, hash.String)
}

// KeepTexts keeps for the index what was read in the files of mails that are
// about to be assessed. What it could not keep is read again later.
func (s *Store) KeepTexts(ctx context.Context, assessments []cases.Assessment) error {
	texts := make(map[string]cases.Reading)
	for _, a := range assessments {
		for _, f := range a.Findings {
			var sum string
			if err := s.reader.QueryRowContext(ctx, "SELECT sha256 FROM part WHERE mail_id = ? AND part = ?", a.MailID, f.PartID).Scan(&sum); err != nil {
				return fmt.Errorf("keep text of file: %w", err)
			}
			texts[sum] = f.Reading
			for _, m := range f.Members {
				texts[m.Part.SHA256] = m.Reading
			}
		}
	}
	if len(texts) == 0 {
		return nil
	}
	deflated := make(map[string][]byte)
	for sum, r := range texts {
		lines := append(r.Sheets[:len(r.Sheets):len(r.Sheets)], r.Text)
		for _, f := range r.Fields {
			lines = append(lines, f.Value)
		}
		var err error
		if deflated[sum], err = deflate(strings.Join(lines, "\n")); err != nil {
			return fmt.Errorf("keep text of file: %w", err)
		}
	}
	return s.indexing(ctx, func(x *indexing) error {
		for sum, text := range deflated {
			if err := x.keepText(sum, text, "UPDATE SET folded = excluded.folded"); err != nil {
				return err
			}
		}
		return nil
	})
}

// readLacking reads the files of some mails whose text is not in the index, and
// indexes these mails anew. It reports whether there are more.
func (s *Store) readLacking(ctx context.Context) (more bool, err error) {
	if s.index.look == nil {
		return false, nil
	}
	var mails []int64
	err = s.index.use(ctx, func(db *sql.DB) error {
		mails, err = collect(ctx, db, one[int64], "SELECT mail FROM lacking ORDER BY mail LIMIT ?", lookMost)
		return err
	})
	if err != nil || len(mails) == 0 {
		return false, err
	}
	var read []cases.Assessment
	for _, id := range mails {
		m := cases.Unassessed{MailID: id}
		if err := s.reader.QueryRowContext(ctx, "SELECT raw_sha256, size FROM mail WHERE id = ?", id).Scan(&m.RawSHA256, &m.Size); err != nil {
			return false, fmt.Errorf("read files of mail %d: %w", id, err)
		}
		if m.Parts, err = s.partsToAssess(ctx, id); err != nil {
			return false, err
		}
		looked, err := s.index.look(ctx, m)
		if err = errors.Join(err, ctx.Err()); err != nil {
			return false, err // what was found may be less than what is there
		}
		read = append(read, looked)
	}
	if err := s.KeepTexts(ctx, read); err != nil {
		return false, err
	}
	none, err := deflate("")
	if err != nil {
		return false, err
	}
	return true, s.indexing(ctx, func(x *indexing) error {
		for _, id := range mails {
			sums, err := collect(ctx, x.main, one[string], "SELECT sha256 FROM part WHERE mail_id = ? AND role <> ''", id)
			if err != nil {
				return fmt.Errorf("list files of mail %d: %w", id, err)
			}
			for _, sum := range sums { // looking again at one that gave no text would give none
				if err := x.keepText(sum, none, "NOTHING"); err != nil {
					return err
				}
			}
			if err := errors.Join(x.mail(id), x.exec("DELETE FROM lacking WHERE mail = ?", id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// keepText keeps the deflated text of a file; where there is one, onConflict says
// what happens.
func (x *indexing) keepText(sum string, deflated []byte, onConflict string) error {
	if err := x.exec("INSERT INTO text (sha256, folded) VALUES (?, ?) ON CONFLICT (sha256) DO "+onConflict, sum, deflated); err != nil {
		return fmt.Errorf("keep text of file: %w", err)
	}
	return nil
}

// IndexState tells how far the full-text index is.
func (s *Store) IndexState(ctx context.Context) (state IndexState, err error) {
	var followed int64
	marks := make(map[string]int64)
	err = s.index.use(ctx, func(db *sql.DB) error {
		_, err := collect(ctx, db, func(r rowScanner) (struct{}, error) {
			var stage string
			var at int64
			err := r.Scan(&stage, &at)
			marks[stage] = at
			return struct{}{}, err
		}, "SELECT stage, at FROM mark")
		if err != nil {
			return err
		}
		followed = marks["journal"]
		return db.QueryRowContext(ctx, "SELECT COUNT(*) FROM lacking").Scan(&state.Unread)
	})
	if err != nil {
		return state, fmt.Errorf("ask how far the index is: %w", err)
	}
	if err := s.reader.QueryRowContext(ctx, "SELECT COALESCE(MAX(seq), 0) - ? FROM journal", followed).Scan(&state.Behind); err != nil {
		return state, fmt.Errorf("ask how far the index is: %w", err)
	}
	for _, stage := range stages {
		var last int
		if err := s.reader.QueryRowContext(ctx, `SELECT COALESCE(MAX(id), 0) FROM "`+stage.name+`"`).Scan(&last); err != nil {
			return state, fmt.Errorf("ask how far the index is: %w", err)
		}
		state.Records += last
		if at := int(marks[stage.name]); at == made {
			state.Done += last
		} else {
			state.Done += at
			state.Making = state.Making || last > 0
		}
	}
	return state, nil
}
