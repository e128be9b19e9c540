package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
)

// Sort records what staff say of a deposited file of a case, in the place of what
// they said before, and judges the case anew. What was recognised in the file is
// kept beside it. No letter leaves: staff tell the candidate by a complement
// request. It fails with ErrNotFound for a file that the case does not hold, and
// for a case that has been decided.
func (s *Store) Sort(ctx context.Context, actor, ref string, mailID int64, part string, said cases.Said) error {
	return s.sortAs(ctx, actor, ref, mailID, part, func(t *tx, id int64, call *cases.Call, _ cases.File) (map[string]any, error) {
		return t.say(id, call, said)
	})
}

// Confirm records that a file is what it was recognised as.
func (s *Store) Confirm(ctx context.Context, actor, ref string, mailID int64, part string) error {
	return s.sortAs(ctx, actor, ref, mailID, part, func(t *tx, id int64, call *cases.Call, f cases.File) (map[string]any, error) {
		pieces := f.StandsFor(call)
		if len(pieces) == 0 {
			return nil, refuse(WhyUnrecognised, "it was not recognised as any piece: say which it is")
		}
		return t.say(id, call, cases.Said{Verdict: cases.SaidPieces, Pieces: pieces})
	})
}

// Unsort takes back what staff said of a file: what was recognised in it counts
// again.
func (s *Store) Unsort(ctx context.Context, actor, ref string, mailID int64, part string) error {
	return s.sortAs(ctx, actor, ref, mailID, part, func(t *tx, id int64, _ *cases.Call, f cases.File) (map[string]any, error) {
		if f.Said.Verdict == "" {
			return nil, refuse(WhyNothing, "staff said nothing of it that could be taken back")
		}
		_, err := t.exec("DELETE FROM sorting WHERE part_id = ?", id)
		return map[string]any{"taken_back": f.Said.Verdict}, err
	})
}

// sortAs changes what staff say of a file, journals it with their name and judges
// the case anew.
func (s *Store) sortAs(ctx context.Context, actor, ref string, mailID int64, part string, change func(t *tx, id int64, call *cases.Call, f cases.File) (map[string]any, error)) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		j, err := t.undecided(strings.ToUpper(ref))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(j.files, func(f cases.File) bool { return f.MailID == mailID && f.Part == part })
		if i < 0 {
			return fmt.Errorf("file %d/%s in %s: %w (an archive is sorted by its members)", mailID, part, j.ref, ErrNotFound)
		}
		var id int64
		if err := t.row("SELECT id FROM part WHERE mail_id = ? AND part = ?", []any{mailID, part}, &id); err != nil {
			return fmt.Errorf("look up file %d/%s: %w", mailID, part, err)
		}
		content, err := change(t, id, j.call, j.files[i])
		if err != nil {
			return fmt.Errorf("file %d/%s: %w", mailID, part, err)
		}
		content["mail"], content["part"] = mailID, part
		if err := t.journal("file_sorted", j.ref, content, thing{"files", mailID}); err != nil {
			return err
		}
		if j, err = t.judge(j.id); err != nil {
			return err
		}
		j.stand()
		if err := t.settle(j, "case_reassessed", map[string]any{"sorted": mailID}, "staff sorted a file"); err != nil {
			return err
		}
		return t.sortingTask(j.files, mailID)
	})
}

// say writes down the word of staff on a file.
func (t *tx) say(id int64, call *cases.Call, said cases.Said) (map[string]any, error) {
	switch {
	case said.Verdict == cases.SaidPieces && len(said.Pieces) == 0:
		return nil, refuse(WhyWhichPiece, "which piece is it?")
	case said.Verdict == cases.SaidRefused && strings.TrimSpace(said.Reason) == "":
		return nil, refuse(WhyReason, "a file is refused with a reason")
	}
	for _, p := range said.Pieces {
		if call.Piece(p) == nil {
			return nil, refuse(WhyWhichPiece, "the call has no piece %q", p)
		}
	}
	_, err := t.exec(`INSERT INTO sorting (part_id, verdict, pieces, reason, said_by, said_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (part_id)
		DO UPDATE SET verdict = excluded.verdict, pieces = excluded.pieces, reason = excluded.reason, said_by = excluded.said_by, said_at = excluded.said_at`,
		id, said.Verdict, asJSON{said.Pieces}, said.Reason, t.actor, instant(t.now))
	return map[string]any{"verdict": said.Verdict, "pieces": said.Pieces, "reason": said.Reason}, err
}

// sortingTask closes the task to sort the files of a mail once all are, and opens
// it again when one is not any more.
func (t *tx) sortingTask(files []cases.File, mailID int64) error {
	if slices.ContainsFunc(files, func(f cases.File) bool { return f.MailID == mailID && f.Unsorted() }) {
		return t.reopenTask("to_sort", mailID)
	}
	return t.doneTasks("kind = 'to_sort' AND mail_id = ?", mailID)
}

// Files lists the deposited files of a case in order of arrival, with what was
// recognised in each and what staff said of it; ErrNotFound for no such case.
func (s *Store) Files(ctx context.Context, ref string) (list []cases.SortedFile, err error) {
	sheet, err := s.Case(ctx, ref)
	if err != nil {
		return nil, err
	}
	call := s.opts.Calls.ByID(sheet.Call)
	if call == nil {
		return nil, fmt.Errorf("case %s: its call %q is no longer configured", sheet.Ref, sheet.Call)
	}
	list, err = collect(ctx, s.reader, func(r rowScanner) (f cases.SortedFile, err error) {
		var said cases.Said
		err = r.Scan(&f.Mail, &f.Part, &f.Filename, &f.Size, &f.SHA256, &f.Scan, &f.ScanDetail, &f.State, &f.Fault, asJSON{&f.Suggests}, asJSON{&f.Warnings},
			&said.Verdict, asJSON{&said.Pieces}, &said.Reason, &said.By, scanTime{&said.At})
		if said.Verdict != "" {
			said.At = said.At.In(s.opts.Location)
			f.Said = &said
		}
		if f.Warnings == nil {
			f.Warnings = []string{}
		}
		judged := cases.File{State: f.State, Fault: f.Fault, Suggests: f.Suggests, Said: said}.Judged()
		f.State, f.Fault, f.Pieces = judged.State, judged.Fault, append([]string{}, judged.StandsFor(call)...)
		return f, err
	}, `SELECT m.id, p.part, p.filename, p.size, p.sha256, p.scan, p.scan_detail, `+stateColumns+`, p.suggests, p.warnings,
		COALESCE(k.verdict, ''), COALESCE(k.pieces, '[]'), COALESCE(k.reason, ''), COALESCE(k.said_by, ''), k.said_at
		FROM part p JOIN mail m ON m.id = p.mail_id JOIN "case" c ON c.id = m.case_id LEFT JOIN sorting k ON k.part_id = p.id
		WHERE c.ref = ? AND m.direction = 'in' AND m.place IN ('opens', 'joins') AND m.assessed_at IS NOT NULL AND p.role = 'deposit' ORDER BY m.instant, m.id, p.id`, sheet.Ref)
	if err != nil {
		return nil, fmt.Errorf("list files of %s: %w", sheet.Ref, err)
	}
	return list, nil
}

// Labelled lists the files of which staff said what they are, or that they are no
// piece, the oldest first.
func (s *Store) Labelled(ctx context.Context) ([]cases.LabelledFile, error) {
	list, err := collect(ctx, s.reader, func(r rowScanner) (f cases.LabelledFile, err error) {
		err = r.Scan(&f.Ref, &f.Call, &f.RawSHA256, &f.Words, asJSON{&f.Pieces}, &f.Place, &f.Files,
			&f.Part.ID, &f.Part.Filename, &f.Part.MediaType, &f.Part.Size, &f.Part.SHA256, &f.Part.MemberOf, &f.Part.Locator)
		if strings.Contains(f.Part.ID, memberStep) {
			f.Place, f.Files = 0, 0 // a list in the mail is of its files, not of what is in them
		}
		return f, err
	}, `SELECT c.ref, c.call_id, m.raw_sha256, m.subject || char(10) || m.text, k.pieces,
			(SELECT COUNT(*) FROM part o WHERE o.mail_id = m.id AND o.role <> '' AND o.locator NOT LIKE '%|zip:%' AND o.id <= p.id),
			(SELECT COUNT(*) FROM part o WHERE o.mail_id = m.id AND o.role <> '' AND o.locator NOT LIKE '%|zip:%'),
			p.part, p.filename, p.media_type, p.size, p.sha256, p.member_of, p.locator
		FROM sorting k JOIN part p ON p.id = k.part_id JOIN mail m ON m.id = p.mail_id JOIN "case" c ON c.id = m.case_id
		WHERE k.verdict IN ('pieces', 'none') ORDER BY k.said_at, p.id`)
	if err != nil {
		return nil, fmt.Errorf("list files that staff sorted: %w", err)
	}
	return list, nil
}
