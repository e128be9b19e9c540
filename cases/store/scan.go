package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
)

// ToScan gives the mails, in order and from behind the one with the id after,
// with those of their deposited files that the antivirus is to judge.
func (s *Store) ToScan(ctx context.Context, after int64, limit int) ([]cases.Unassessed, error) {
	mails, err := collect(ctx, s.reader, func(r rowScanner) (u cases.Unassessed, err error) {
		err = r.Scan(&u.MailID, &u.RawSHA256, &u.Size)
		return u, err
	}, "SELECT id, raw_sha256, size FROM mail WHERE id > ? AND id IN (SELECT mail_id FROM part WHERE to_scan = 1) ORDER BY id LIMIT ?", after, limit)
	if err != nil {
		return nil, fmt.Errorf("list mails to scan: %w", err)
	}
	for i := range mails {
		if mails[i].Parts, err = collect(ctx, s.reader, scanPart, "SELECT "+partColumns+" FROM part WHERE mail_id = ? AND to_scan = 1 ORDER BY id", mails[i].MailID); err != nil {
			return nil, fmt.Errorf("list parts to scan: %w", err)
		}
	}
	return mails, nil
}

// Scanned records the word of the antivirus on files of a mail that was assessed
// before, and what follows from it: a piece falls back to infected or comes back,
// staff get a task, and who sent an infected file is asked to send it again. The
// instant at which the file was received stays what it is. A mail that is to be
// assessed anew is passed over: its files are judged again with that.
func (s *Store) Scanned(ctx context.Context, r cases.ScannedMail) error {
	return s.write(ctx, func(t *tx) error {
		m, err := t.filed(r.MailID)
		if err != nil {
			return fmt.Errorf("record scan of mail %d: %w", r.MailID, err)
		}
		if !m.assessed {
			return nil
		}
		var news []cases.ScannedFile
		var found []string
		cleared := false
		for _, f := range r.Files {
			was, err := t.keepScan(m.id, f)
			if err != nil {
				return err
			}
			if f.State == cases.ScanInfected && was.State != cases.ScanInfected {
				found = append(found, f.PartID)
			}
			cleared = cleared || f.State == cases.ScanClean && was.State == cases.ScanInfected
			if was.State != f.State || was.Detail != f.Detail || f.GaveUp {
				news = append(news, f)
			}
		}
		if err := t.sayScanned(m, news); err != nil {
			return err
		}
		if (len(found) == 0 && !cleared) || !m.inCase() {
			return nil
		}
		if err := t.rejudge(m, found, cleared); err != nil {
			return fmt.Errorf("apply scan of mail %d: %w", m.id, err)
		}
		return nil
	})
}

// Rescan has the antivirus judge files again that it has judged before: those of
// the case with that reference, or all. The daemon does it; until then what it
// said before holds. It returns how many files there are.
func (s *Store) Rescan(ctx context.Context, actor, ref string) (n int64, err error) {
	err = s.writeAs(ctx, actor, func(t *tx) error {
		query, args := "UPDATE part SET to_scan = 1 WHERE role <> '' AND locator NOT LIKE '%|zip:%' AND mail_id IN (SELECT id FROM mail WHERE assessed_at IS NOT NULL", []any{}
		if ref != "" {
			c, err := t.caseRef("ref = ?", ref)
			if err != nil {
				return fmt.Errorf("case %s: %w", ref, err)
			}
			query, args = query+" AND case_id = ?", append(args, c.ID)
		}
		res, err := t.exec(query+")", args...)
		if err != nil {
			return fmt.Errorf("mark files to scan: %w", err)
		}
		if n, err = res.RowsAffected(); err != nil {
			return err
		}
		return t.journal("rescan_asked", ref, map[string]any{"files": n})
	})
	return n, err
}

// keepScan writes down the word of the antivirus on a file and on the members
// that stand for it, and gives its word before. An infected file stays so until
// the antivirus says that it is clean.
func (t *tx) keepScan(mailID int64, f cases.ScannedFile) (was cases.Scan, err error) {
	if err := t.row("SELECT scan, scan_detail FROM part WHERE mail_id = ? AND part = ?", []any{mailID, f.PartID}, &was.State, &was.Detail); err != nil {
		return was, fmt.Errorf("look up part %s: %w", f.PartID, err)
	}
	now := f.Scan
	now.State = cmp.Or(now.State, cases.NotScanned)
	if was.State == cases.ScanInfected && now.State != cases.ScanClean && now.State != cases.ScanInfected {
		now.State, now.Detail = was.State, was.Detail
	}
	members := f.PartID + memberStep
	_, err = t.exec(`UPDATE part SET scan = ?, scan_detail = ?, to_scan = (part = ? AND ?) WHERE mail_id = ? AND role <> '' AND (part = ? OR substr(part, 1, length(?)) = ?)`,
		now.State, now.Detail, f.PartID, !f.Settled(), mailID, f.PartID, members, members)
	if err != nil {
		return was, fmt.Errorf("record scan of part %s: %w", f.PartID, err)
	}
	return was, nil
}

// stateColumns are the state of a part and its fault: the antivirus has the last
// word.
const stateColumns = "CASE scan WHEN 'infected' THEN 'infected' ELSE state END, CASE scan WHEN 'infected' THEN '' ELSE fault END"

// memberStep stands between the ID of an archive and what tells its member.
const memberStep = "/zip:"

// sayScanned journals what the antivirus said of files of a mail, and gives staff
// to do what follows from it.
func (t *tx) sayScanned(m *filed, files []cases.ScannedFile) error {
	if len(files) == 0 {
		return nil
	}
	ref := ""
	if m.inCase() {
		if err := t.row(`SELECT ref FROM "case" WHERE id = ?`, []any{m.caseID}, &ref); err != nil {
			return fmt.Errorf("look up case: %w", err)
		}
	}
	said := []map[string]any{}
	for _, f := range files {
		said = append(said, map[string]any{"part": f.PartID, "scan": f.State, "detail": f.Detail})
	}
	if err := t.journal("files_scanned", ref, map[string]any{"mail": m.id, "files": said}, thing{"files", m.id}); err != nil {
		return err
	}
	for _, f := range files {
		var err error
		switch {
		case f.State == cases.ScanInfected:
			err = t.openTask(taskRef{caseID: m.caseID, mailID: m.id}, "infected", "the antivirus found "+f.Detail+" in a file: do not open it")
		case f.GaveUp:
			err = t.openTask(taskRef{caseID: m.caseID, mailID: m.id}, "unscanned", "the antivirus cannot judge a file: "+f.Detail)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inCase reports whether the mail belongs to a case, and does not wait beside one.
func (m *filed) inCase() bool {
	return m.caseID != 0 && (m.place == cases.Opens || m.place == cases.Joins)
}

// rejudge draws up the dossier of a case anew after the antivirus changed its
// mind. A complete dossier that lost a piece keeps its phase: staff decide.
func (t *tx) rejudge(m *filed, found []string, cleared bool) error {
	if t.s.opts.Calls.ByID(m.callID) == nil {
		return nil // nobody knows its pieces any more; the file and the task tell
	}
	j, err := t.judge(m.caseID)
	if err != nil {
		return err
	}
	if cleared && !j.frozen && j.dossier.Complete() {
		j.phase, _ = cases.Next(j.phase, cases.CompleteDeposit)
	}
	if err := t.settle(j, "pieces_rescanned", map[string]any{"mail": m.id}, "the antivirus judged a file anew after the deadline transition"); err != nil {
		return err
	}
	if cleared {
		if err := t.openTask(taskRef{caseID: j.id, mailID: m.id}, "cleared", "the antivirus takes back what it said against a file"); err != nil {
			return err
		}
	}
	if len(found) == 0 || !j.phase.AsksAgain() {
		return nil
	}
	facts := t.caseFacts(m, j.caseRow, j.call, j.dossier)
	for _, part := range found {
		fact, err := t.infectedFact(m, j.call, j.files, part)
		if err != nil {
			return err
		}
		facts.Files = append(facts.Files, fact)
	}
	return t.answer(m, cases.LetterResend, j.ref, facts)
}

// infectedFact tells a file that is asked for again, with every piece that it or
// what is in it stood for.
func (t *tx) infectedFact(m *filed, call *cases.Call, files []cases.File, part string) (cases.FileFact, error) {
	fact := cases.FileFact{State: string(cases.Infected)}
	if err := t.row("SELECT filename, size, sha256 FROM part WHERE mail_id = ? AND part = ?", []any{m.id, part}, &fact.Name, &fact.Size, &fact.SHA256); err != nil {
		return fact, fmt.Errorf("look up part %s: %w", part, err)
	}
	fact.Name = cases.Quote(fact.Name)
	for _, f := range files {
		if f.MailID != m.id || f.Part != part && !strings.HasPrefix(f.Part, part+memberStep) {
			continue
		}
		for _, label := range f.Labels(call) {
			if !slices.Contains(fact.Pieces, label) {
				fact.Pieces = append(fact.Pieces, label)
			}
		}
	}
	return fact, nil
}
