package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"greffier/cases"
)

// Receive files mails in one transaction, in the order given: where each was
// found, the mail with its clocks and parts, the case it opens, joins or waits
// beside, its verdict, and the journal. What the mails mean for their cases is
// left to Assess. A mail that is known by its bytes gets a further source and
// nothing else.
func (s *Store) Receive(ctx context.Context, arrivals []cases.Arrival) error {
	return s.write(ctx, func(t *tx) error {
		for i := range arrivals {
			if err := t.receive(&arrivals[i]); err != nil {
				return fmt.Errorf("file mail %s: %w", arrivals[i].Mail.RawSHA256, err)
			}
		}
		return nil
	})
}

func (t *tx) receive(a *cases.Arrival) error {
	m := &a.Mail
	var id int64
	err := t.row("SELECT id FROM mail WHERE raw_sha256 = ?", []any{m.RawSHA256}, &id)
	if err == nil {
		return t.addSource(a, id)
	}
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	copyOf, err := t.copyOf(m)
	if err != nil {
		return fmt.Errorf("look for copies: %w", err)
	}
	route, err := t.route(m)
	if err != nil {
		return err
	}
	if copyOf != nil && verdict(m, route).Better(copyOf.timeliness) && route.Place != cases.Keeps {
		// It came earlier by another way: its evidence is the better one.
		m.Warnings = slices.DeleteFunc(m.Warnings, func(w string) bool { return w == copyOf.warning })
		m.Warnings = append(m.Warnings, fmt.Sprintf("received earlier than mail %d, which it repeats: counted", copyOf.id))
		copyOf = nil
	}
	if copyOf != nil && (route.Place == cases.Opens || route.Place == cases.Joins) && copyOf.place != cases.Opens && copyOf.place != cases.Joins {
		// What repeats a mail that was not believed, or outside every edition, is
		// no copy of it: else a forger who comes first would silence the sender.
		copyOf = nil
	}
	if copyOf != nil {
		route = cases.Route{Place: copyOf.place, Call: route.Call, Case: copyOf.ref, Why: "a copy: same Message-ID, same files"}
		switch route.Place {
		case cases.Opens:
			route.Place = cases.Joins
		case cases.Waits:
			route.Place, route.Case = cases.Keeps, nil // one is enough to decide upon
		}
	}
	if id, err = t.insertMail(m, route, copyOf); err != nil {
		return fmt.Errorf("insert mail: %w", err)
	}
	if err := t.addSource(a, id); err != nil {
		return err
	}
	ref := ""
	switch {
	case route.Place == cases.Opens:
		if ref, err = t.openCase(id, m, route); err != nil {
			return err
		}
	case route.Case != nil:
		ref = route.Case.Ref
	}
	if route.Place == cases.Joins && route.Added {
		if _, err := t.exec("INSERT INTO sender (case_id, address, role) VALUES (?, ?, 'added') ON CONFLICT DO NOTHING", route.Case.ID, m.From.Key()); err != nil {
			return fmt.Errorf("add sender: %w", err)
		}
		if err := t.openTask(taskRef{caseID: route.Case.ID, mailID: id}, "new_sender", "an address unknown to the case answers one of our letters"); err != nil {
			return err
		}
	}
	if t.expected != nil {
		if err := t.expect("id = ?", id); err != nil {
			return err
		}
	}
	at, clock := m.Clocks.Decision()
	about := []thing{{"mail", id}}
	if len(m.Parts) > 0 {
		about = append(about, thing{"files", id})
	}
	if route.Place == cases.Opens || route.Place == cases.Joins {
		about = append(about, thing{"case", ref})
	}
	return t.journal("mail_"+string(route.Place), ref, map[string]any{
		"mail": id, "raw_sha256": m.RawSHA256, "place": route.Place, "why": route.Why,
		"instant": at.UTC(), "clock": clock, "timeliness": verdict(m, route),
	}, about...)
}

// original is a mail that another one repeats.
type original struct {
	id    int64
	place cases.Place
	ref   *cases.CaseRef

	timeliness cases.Timeliness
	warning    string // what the repeating mail is marked with
}

// copyOf finds a mail of the same sender with the same Message-ID and the same
// files: sent again, or delivered twice by different ways.
func (t *tx) copyOf(m *cases.Mail) (*original, error) {
	if m.MessageID == "" {
		return nil, nil // an unnamed mail is never a copy
	}
	ids, err := collect(t.ctx, t, one[int64], "SELECT id FROM mail WHERE message_id = ? AND from_key = ? AND copy_of IS NULL ORDER BY id", m.MessageID, m.From.Key())
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		parts, err := t.parts(id)
		if err != nil {
			return nil, err
		}
		if !cases.SameFiles(parts, m.Parts) {
			continue
		}
		o := &original{id: id}
		var caseID *int64
		if err := t.row("SELECT place, case_id, COALESCE(timeliness, '') FROM mail WHERE id = ?", []any{id}, &o.place, &caseID, &o.timeliness); err != nil {
			return nil, err
		}
		if caseID != nil {
			if o.ref, err = t.caseRef("id = ?", *caseID); err != nil {
				return nil, err
			}
		}
		o.warning = fmt.Sprintf("same Message-ID and files as mail %d, other bytes: kept, not counted again", id)
		m.Warnings = append(m.Warnings, o.warning)
		return o, nil
	}
	if len(ids) > 0 {
		m.Warnings = append(m.Warnings, fmt.Sprintf("same Message-ID as mail %d, other files", ids[0]))
	}
	return nil, nil
}

// parts gives the parts of a filed mail, as they were found in it.
func (t *tx) parts(mailID int64) ([]cases.Part, error) {
	return collect(t.ctx, t, scanPart, "SELECT "+partColumns+" FROM part WHERE mail_id = ? AND locator NOT LIKE '%|zip:%' ORDER BY id", mailID)
}

// route looks up what is known of the mail's origin and decides its way.
func (t *tx) route(m *cases.Mail) (cases.Route, error) {
	var k cases.Known
	var err error
	for _, token := range m.Tokens() {
		if k.Token == nil {
			if k.Token, err = t.tokenCase(token); err != nil {
				return cases.Route{}, err
			}
		}
	}
	k.Sender, err = collect(t.ctx, t, func(r rowScanner) (c cases.CaseRef, err error) {
		err = r.Scan(&c.ID, &c.Ref, &c.CallID, &c.Candidate, &c.Added)
		return c, err
	}, `SELECT c.id, c.ref, c.call_id, c.address, s.role = 'added' FROM "case" c JOIN sender s ON s.case_id = c.id WHERE s.address = ? AND c.merged_into IS NULL ORDER BY c.id`, m.From.Key())
	if err != nil {
		return cases.Route{}, fmt.Errorf("look up sender: %w", err)
	}
	for _, ref := range cases.References(m.Subject, t.s.opts.Calls) {
		if k.Named, err = t.liveCase("ref = ?", ref); err == nil {
			break
		}
		if !errors.Is(err, ErrNotFound) {
			return cases.Route{}, fmt.Errorf("look up reference: %w", err)
		}
	}
	return cases.Decide(t.s.opts.Calls, m, k), nil
}

// tokenCase gives the case of the letter with that token, nil when there is
// none.
func (t *tx) tokenCase(token string) (*cases.CaseRef, error) {
	ref, err := t.caseRef("id = (SELECT case_id FROM letter WHERE "+letterOf+")", token)
	if errors.Is(err, ErrNotFound) {
		return t.ahead(token)
	}
	if err != nil {
		return nil, fmt.Errorf("look up token: %w", err)
	}
	return ref, nil
}

func (t *tx) insertMail(m *cases.Mail, r cases.Route, copyOf *original) (int64, error) {
	at, clock := m.Clocks.Decision()
	var callID string
	if r.Call != nil {
		callID = r.Call.ID
	}
	var caseID, copyID int64
	if r.Case != nil {
		caseID = r.Case.ID
	}
	if copyOf != nil {
		copyID = copyOf.id
	}
	linked := ""
	if r.Linked != nil {
		linked = r.Linked.Ref
	}
	var id int64
	err := t.row(`INSERT INTO mail (raw_sha256, size, oversize, message_id, from_name, from_address, from_key, reply_to, subject, refs, tokens, text, signature, rest,
			kind, answerable, reasons, warnings, links, failed, about, boundary, internaldate, date, date_offset, fetched, instant, clock, call_id, timeliness, case_id,
			place, why, linked_ref, by_token, added, answer, closed, carries, copy_of)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		[]any{m.RawSHA256, m.Size, m.Oversize, m.MessageID, m.From.Name, m.From.Address, m.From.Key(), asJSON{m.ReplyTo}, m.Subject, asJSON{m.Answered()}, asJSON{m.Tokens()}, m.Text, m.Signature, m.Rest,
			m.Kind, m.Answerable, asJSON{m.Reasons}, asJSON{m.Warnings}, asJSON{m.Links}, asJSON{m.Failed}, m.About,
			instant(m.Clocks.Boundary), instant(m.Clocks.InternalDate), instant(m.Clocks.Date), dateOffset(m.Clocks.Date), instant(m.Clocks.Fetched), instant(at), clock,
			nullable(callID), nullable(verdict(m, r)), nullable(caseID),
			r.Place, r.Why, linked, r.Token, r.Added, r.Answer && copyOf == nil, r.Closed && copyOf == nil, m.Carries(nil), nullable(copyID)}, &id)
	if err != nil {
		return 0, err
	}
	for _, p := range m.Parts {
		role := ""
		if copyOf == nil && r.Place != cases.Keeps && m.Deposits(r.Call, p) {
			role = roleDeposit
		}
		scan := cases.NotScanned
		if role == roleDeposit && t.s.opts.Scanned {
			scan = cases.ScanPending
		}
		if _, err := t.exec(`INSERT INTO part (mail_id, part, filename, media_type, size, sha256, inline, furniture, member_of, locator, role, warnings, scan)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			id, p.ID, p.Filename, p.MediaType, p.Size, p.SHA256, p.Inline, p.Furniture, p.MemberOf, p.Locator, role, asJSON{p.Warnings}, scan); err != nil {
			return 0, fmt.Errorf("insert part %s: %w", p.ID, err)
		}
	}
	return id, nil
}

// dateOffset gives the offset from UTC with which a sender dated its mail, in
// seconds, or nil.
func dateOffset(date time.Time) any {
	if date.IsZero() {
		return nil
	}
	_, offset := date.Zone()
	return offset
}

// verdict judges a mail against the deadline of its edition; none outside.
func verdict(m *cases.Mail, r cases.Route) cases.Timeliness {
	if r.Call == nil {
		return ""
	}
	return cases.Judge(r.Call, m.Clocks)
}

// openCase opens a case for the mail's sender under the next number of the
// edition and gives its reference.
func (t *tx) openCase(mailID int64, m *cases.Mail, r cases.Route) (string, error) {
	var number int
	if err := t.row("UPDATE call SET last_case = last_case + 1 WHERE id = ? RETURNING last_case", []any{r.Call.ID}, &number); err != nil {
		return "", fmt.Errorf("number a case of %s: %w", r.Call.ID, err)
	}
	ref := fmt.Sprintf("%s-%04d", r.Call.Reference, number)
	linked := ""
	if r.Linked != nil {
		linked = r.Linked.Ref
	}
	var id int64
	if err := t.row(`INSERT INTO "case" (ref, call_id, opened_by, linked_ref, name, address, phase, completeness, publication, opened_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		[]any{ref, r.Call.ID, mailID, linked, m.From.Name, m.From.Address, cases.NewCase, cases.Incomplete, cases.NotDecided, instant(m.Decision())}, &id); err != nil {
		return "", fmt.Errorf("open case %s: %w", ref, err)
	}
	if _, err := t.exec("UPDATE mail SET case_id = ? WHERE id = ?", id, mailID); err != nil {
		return "", fmt.Errorf("open case %s: %w", ref, err)
	}
	if _, err := t.exec("INSERT INTO sender (case_id, address, role) VALUES (?, ?, 'candidate')", id, m.From.Key()); err != nil {
		return "", fmt.Errorf("open case %s: %w", ref, err)
	}
	return ref, t.journal("case_opened", ref, map[string]any{"mail": mailID, "address": m.From.Address, "name": m.From.Name, "linked": linked}, thing{"case", ref}, thing{"call", r.Call.ID})
}

const caseRefColumns = "id, ref, call_id, address"

func scanCaseRef(rows rowScanner) (cases.CaseRef, error) {
	var r cases.CaseRef
	err := rows.Scan(&r.ID, &r.Ref, &r.CallID, &r.Candidate)
	r.Candidate = cases.AddressKey(r.Candidate)
	return r, err
}

// liveCase is caseRef, but that a case which went into another one stands for
// that one.
func (t *tx) liveCase(where string, arg any) (*cases.CaseRef, error) {
	return t.caseRef(`id = (WITH RECURSIVE live(id, merged_into) AS (SELECT id, merged_into FROM "case" WHERE `+where+`
		UNION SELECT c.id, c.merged_into FROM "case" c JOIN live l ON c.id = l.merged_into) SELECT id FROM live WHERE merged_into IS NULL)`, arg)
}

// caseRef finds one case; none is ErrNotFound.
func (t *tx) caseRef(where string, arg any) (*cases.CaseRef, error) {
	refs, err := collect(t.ctx, t, scanCaseRef, "SELECT "+caseRefColumns+` FROM "case" WHERE `+where, arg)
	if err != nil {
		return nil, err
	}
	if len(refs) == 0 {
		return nil, ErrNotFound
	}
	return &refs[0], nil
}
