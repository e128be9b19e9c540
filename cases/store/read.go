package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"greffier/cases"
)

// local gives a stored instant in the store's zone, nil when unknown.
func (s *Store) local(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(s.opts.Location)
	return &t
}

const caseColumns = `c.id, c.ref, c.call_id, c.phase, c.timeliness, c.completeness, c.publication, c.name, c.address, c.organisation, c.linked_ref, COALESCE((SELECT o.ref FROM "case" o WHERE o.id = c.merged_into), ''), c.opened_at, c.deposited_at, COALESCE((SELECT f.name FROM staff f WHERE f.id = c.assigned_to), '')`

// reading is a consistent view for one command: one read transaction.
func (s *Store) reading(ctx context.Context, f func(*sql.Tx) error) error {
	t, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin reading: %w", err)
	}
	err = f(t)
	if rerr := t.Rollback(); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) {
		err = errors.Join(err, rerr)
	}
	return err
}

func (s *Store) summaries(ctx context.Context, q querier, ids map[string]int64, query string, args ...any) ([]cases.Summary, error) {
	return collect(ctx, q, func(r rowScanner) (c cases.Summary, err error) {
		var id int64
		var opened, deposited time.Time
		err = r.Scan(&id, &c.Ref, &c.Call, &c.Phase, &c.Timeliness, &c.Completeness, &c.Publication,
			&c.Candidate.Name, &c.Candidate.Address, &c.Candidate.Organisation, &c.Linked, &c.MergedInto, scanTime{&opened}, scanTime{&deposited}, &c.Assigned)
		c.OpenedAt, c.DepositedAt = s.local(opened), s.local(deposited)
		c.Facts = []cases.Fact{}
		ids[c.Ref] = id
		return c, err
	}, query, args...)
}

// completeAll adds the pieces and tasks of cases.
func (s *Store) completeAll(ctx context.Context, q querier, list []cases.Summary, ids map[string]int64) error {
	of := make(map[int64]*cases.Summary, len(list))
	var all []int64
	for i := range list {
		c := &list[i]
		c.Pieces, c.Tasks, c.Labels = []cases.PieceSheet{}, []cases.Task{}, []string{}
		of[ids[c.Ref]] = c
		all = append(all, ids[c.Ref])
	}
	type row struct {
		caseID int64
		cases.PieceSheet
		parts []int64
	}
	pieces, err := collect(ctx, q, func(r rowScanner) (p row, err error) {
		err = r.Scan(&p.caseID, &p.ID, &p.Label, &p.Required, &p.Status, asJSON{&p.parts})
		return p, err
	}, "SELECT case_id, piece, label, required, status, parts FROM piece WHERE case_id IN (SELECT value FROM json_each(?)) ORDER BY case_id, position", asJSON{all})
	if err != nil {
		return fmt.Errorf("list pieces: %w", err)
	}
	var parts []int64
	for _, p := range pieces {
		parts = append(parts, p.parts...)
	}
	files := make(map[int64]cases.FileSheet)
	if _, err := collect(ctx, q, func(r rowScanner) (struct{}, error) {
		var id int64
		var f cases.FileSheet
		err := r.Scan(&id, &f.Mail, &f.Part, &f.Filename, &f.Size, &f.SHA256, &f.Scan, &f.ScanDetail)
		files[id] = f
		return struct{}{}, err
	}, "SELECT id, mail_id, part, filename, size, sha256, scan, scan_detail FROM part WHERE id IN (SELECT value FROM json_each(?))", asJSON{parts}); err != nil {
		return fmt.Errorf("list files of pieces: %w", err)
	}
	for _, p := range pieces {
		p.Files = []cases.FileSheet{}
		for _, id := range p.parts {
			p.Files = append(p.Files, files[id])
		}
		of[p.caseID].Pieces = append(of[p.caseID].Pieces, p.PieceSheet)
	}
	for i := range list {
		if err := s.addFacts(ctx, q, &list[i], ids[list[i].Ref]); err != nil {
			return err
		}
	}
	if err := addCare(ctx, q, of, all); err != nil {
		return err
	}
	type task struct {
		caseID int64
		cases.Task
	}
	tasks, err := collect(ctx, q, func(r rowScanner) (k task, err error) {
		var opened, done time.Time
		err = r.Scan(&k.caseID, &k.ID, &k.Kind, &k.Detail, scanTime{&opened}, scanTime{&done}, &k.DoneBy, &k.Word)
		k.OpenedAt, k.DoneAt = s.local(opened), s.local(done)
		return k, err
	}, "SELECT case_id, id, kind, detail, opened_at, done_at, done_by, word FROM task WHERE case_id IN (SELECT value FROM json_each(?)) ORDER BY id", asJSON{all})
	if err != nil {
		return fmt.Errorf("list tasks: %w", err)
	}
	for _, k := range tasks {
		of[k.caseID].Tasks = append(of[k.caseID].Tasks, k.Task)
	}
	return nil
}

// Case gives everything about the case with that reference; ErrNotFound when
// there is none.
func (s *Store) Case(ctx context.Context, ref string) (sheet cases.Sheet, err error) {
	err = s.reading(ctx, func(t *sql.Tx) error {
		ids := make(map[string]int64)
		found, err := s.summaries(ctx, t, ids, `SELECT `+caseColumns+` FROM "case" c WHERE c.ref = ?`, strings.ToUpper(ref))
		if err != nil {
			return fmt.Errorf("read case %s: %w", ref, err)
		}
		if len(found) == 0 {
			return fmt.Errorf("case %s: %w", ref, ErrNotFound)
		}
		if err := s.completeAll(ctx, t, found, ids); err != nil {
			return err
		}
		sheet.Summary = found[0]
		return s.fillSheet(ctx, t, &sheet, ids[sheet.Ref])
	})
	return sheet, err
}

func (s *Store) fillSheet(ctx context.Context, t *sql.Tx, sheet *cases.Sheet, id int64) (err error) {
	if sheet.Senders, err = collect(ctx, t, func(r rowScanner) (v cases.Sender, err error) {
		err = r.Scan(&v.Address, &v.Role, &v.Bounced)
		return v, err
	}, "SELECT address, role, bounced FROM sender WHERE case_id = ? ORDER BY role, address", id); err != nil {
		return fmt.Errorf("list senders: %w", err)
	}
	if sheet.Unsorted, err = collect(ctx, t, func(r rowScanner) (f cases.FileSheet, err error) {
		err = r.Scan(&f.Mail, &f.Part, &f.Filename, &f.Size, &f.SHA256, &f.Scan, &f.ScanDetail)
		return f, err
	}, `SELECT p.mail_id, p.part, p.filename, p.size, p.sha256, p.scan, p.scan_detail FROM part p JOIN mail m ON m.id = p.mail_id
		WHERE m.case_id = ? AND m.place IN ('opens', 'joins') AND p.role = 'deposit' AND `+unsorted+` ORDER BY p.id`, id); err != nil {
		return fmt.Errorf("list files: %w", err)
	}
	if sheet.Mails, err = s.mails(ctx, t, "case_id = ? AND place NOT IN ('waiting', 'refused')", id); err != nil {
		return err
	}
	if sheet.Beside, err = s.mails(ctx, t, "case_id = ? AND place IN ('waiting', 'refused')", id); err != nil {
		return err
	}
	if sheet.Letters, err = s.letters(ctx, t, "l.case_id = ?", id); err != nil {
		return err
	}
	if sheet.Notes, err = s.notes(ctx, t, id); err != nil {
		return err
	}
	if sheet.Decisions, err = s.decisions(ctx, t, id); err != nil {
		return err
	}
	if err := s.addComplements(ctx, t, sheet, id); err != nil {
		return err
	}
	if sheet.Snapshots, err = collect(ctx, t, func(r rowScanner) (v cases.SnapshotSheet, err error) {
		var at time.Time
		var content string
		err = r.Scan(&v.Version, scanTime{&at}, &v.Digest, &content)
		v.TakenAt, v.Content = s.local(at), json.RawMessage(content)
		return v, err
	}, "SELECT version, taken_at, digest, content FROM snapshot WHERE case_id = ? ORDER BY version", id); err != nil {
		return fmt.Errorf("list snapshots: %w", err)
	}
	if sheet.Journal, err = collect(ctx, t, s.scanEntry, "SELECT "+entryColumns+" FROM journal WHERE case_ref = ? ORDER BY seq", sheet.Ref); err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	if sheet.Unsorted == nil {
		sheet.Unsorted = []cases.FileSheet{}
	}
	if sheet.Snapshots == nil {
		sheet.Snapshots = []cases.SnapshotSheet{}
	}
	return nil
}

func (s *Store) mails(ctx context.Context, q querier, where string, args ...any) ([]cases.MailSheet, error) {
	mails, err := collect(ctx, q, func(r rowScanner) (m cases.MailSheet, err error) {
		var at time.Time
		var k cases.Clocks
		err = r.Scan(&m.ID, &m.Direction, &m.Kind, &m.Place, &m.From.Name, &m.From.Address, &m.MessageID, &m.Subject, scanTime{&at}, &m.Clock,
			scanTime{&k.Boundary}, scanTime{&k.InternalDate}, scanTime{&k.Date}, scanTime{&k.Fetched},
			&m.Timeliness, &m.RawSHA256, &m.Answerable, asJSON{&m.Reasons}, asJSON{&m.Warnings}, &m.Why)
		m.ReceivedAt = s.local(at)
		m.Clocks = cases.ClockSheet{Boundary: s.local(k.Boundary), InternalDate: s.local(k.InternalDate), Date: s.local(k.Date), Fetched: s.local(k.Fetched)}
		return m, err
	}, `SELECT id, direction, kind, place, from_name, from_address, message_id, subject, instant, clock, boundary, internaldate, date, fetched,
		timeliness, raw_sha256, answerable, reasons, warnings, why FROM mail WHERE `+where+" ORDER BY instant, id", args...)
	if err != nil {
		return nil, fmt.Errorf("list mails: %w", err)
	}
	if mails == nil {
		mails = []cases.MailSheet{}
	}
	return mails, nil
}

func (s *Store) letters(ctx context.Context, q querier, where string, args ...any) ([]cases.LetterSheet, error) {
	letters, err := collect(ctx, q, func(r rowScanner) (l cases.LetterSheet, err error) {
		var owed, next, sent time.Time
		err = r.Scan(&l.ID, &l.Ref, &l.Mail, &l.Author, &l.Kind, &l.To, &l.Subject, &l.State, &l.MessageID, &l.Attempts, scanTime{&owed}, scanTime{&next}, scanTime{&sent}, &l.LastAnswer, &l.SHA256)
		l.OwedAt, l.NextAt, l.SentAt = s.local(owed), s.local(next), s.local(sent)
		return l, err
	}, "SELECT l.id, COALESCE(c.ref, ''), COALESCE(l.mail_id, 0), l.author, l.kind, l.to_address, l.subject, l.state, l.message_id, l.attempts, l.owed_at, l.next_at, l.sent_at, l.last_answer, l.sha256"+
		letterTable+"WHERE "+where+" ORDER BY l.id", args...)
	if err != nil {
		return nil, fmt.Errorf("list letters: %w", err)
	}
	if letters == nil {
		letters = []cases.LetterSheet{}
	}
	return letters, nil
}

// Outbox lists every letter, the oldest first.
func (s *Store) Outbox(ctx context.Context) ([]cases.LetterSheet, error) {
	return s.letters(ctx, s.reader, "1 = 1")
}

// LettersIn gives a part of the letters in some states, the latest first: at most
// most, those after skip. What it costs depends on the part.
func (s *Store) LettersIn(ctx context.Context, states []cases.LetterState, skip, most int) ([]cases.LetterSheet, error) {
	letters, err := s.letters(ctx, s.reader, "l.id IN (SELECT id FROM letter WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT ? OFFSET ?)", asJSON{states}, most, skip)
	slices.Reverse(letters)
	return letters, err
}

// LetterCounts counts the letters in each state. It is cheap however much is stored.
func (s *Store) LetterCounts(ctx context.Context) (map[cases.LetterState]int, error) {
	n := make(map[cases.LetterState]int)
	err := s.count(ctx, []counting{countLetters(n)})
	return n, err
}

// Waiting lists the mails à rattacher, the oldest first.
func (s *Store) Waiting(ctx context.Context) ([]cases.WaitingMail, error) {
	mails, err := collect(ctx, s.reader, func(r rowScanner) (w cases.WaitingMail, err error) {
		var at time.Time
		err = r.Scan(&w.ID, &w.From.Name, &w.From.Address, &w.Subject, scanTime{&at}, &w.Beside, &w.Why, &w.RawSHA256)
		w.ReceivedAt = s.local(at)
		return w, err
	}, `SELECT m.id, m.from_name, m.from_address, m.subject, m.instant, COALESCE(c.ref, ''), m.why, m.raw_sha256
		FROM mail m LEFT JOIN "case" c ON c.id = m.case_id WHERE m.place = 'waiting' ORDER BY m.instant, m.id`)
	if err != nil {
		return nil, fmt.Errorf("list waiting mails: %w", err)
	}
	for i := range mails {
		if mails[i].Files, err = collect(ctx, s.reader, one[string], "SELECT filename FROM part WHERE mail_id = ? AND furniture = 0 ORDER BY id", mails[i].ID); err != nil {
			return nil, fmt.Errorf("list files of waiting mail: %w", err)
		}
		if mails[i].Files == nil {
			mails[i].Files = []string{}
		}
	}
	return mails, nil
}

// Aside lists the mails set aside, the oldest first.
func (s *Store) Aside(ctx context.Context) ([]cases.AsideMail, error) {
	mails, err := collect(ctx, s.reader, s.scanAside, "SELECT "+asideColumns+" FROM source WHERE mail_id IS NULL ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("list mails set aside: %w", err)
	}
	return mails, nil
}

const asideColumns = "id, folder, uidvalidity, uid, raw_sha256, internaldate, fetched, tries, error"

func (s *Store) scanAside(r rowScanner) (m cases.AsideMail, err error) {
	var internal, fetched time.Time
	err = r.Scan(&m.ID, &m.Folder, &m.UIDValidity, &m.UID, &m.RawSHA256, scanTime{&internal}, scanTime{&fetched}, &m.Tries, &m.Reason)
	m.Internal, m.Fetched = s.local(internal), s.local(fetched)
	return m, err
}

// AsideMail gives one mail set aside; ErrNotFound when there is none.
func (s *Store) AsideMail(ctx context.Context, id int64) (cases.AsideMail, error) {
	m, err := s.scanAside(s.reader.QueryRowContext(ctx, "SELECT "+asideColumns+" FROM source WHERE mail_id IS NULL AND id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return m, fmt.Errorf("mail set aside %d: %w", id, err)
	}
	return m, nil
}
