package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// thing is a record whose state the journal vouches for: each entry about it
// holds the seal that it has from then on.
type thing struct {
	kind string // a key of seals
	id   any    // of the row; the reference of a case
}

func (v thing) String() string { return fmt.Sprintf("%s %v", v.kind, v.id) }

// seals are the queries of what is sealed of each kind of thing, and of the ids
// of all. What changes at each attempt (when it is tried next, how often it was)
// is left out: the attempts have rows of their own.
var seals = map[string]struct {
	all  string
	rows []string
}{
	"mail": {"SELECT id FROM mail", []string{`SELECT m.direction, m.raw_sha256, m.size, m.oversize, m.message_id, m.from_name, m.from_address, m.from_key, m.reply_to, m.subject, m.refs, m.tokens,
		m.text, m.signature, m.kind, m.answerable, m.reasons, m.warnings, m.links, m.failed, m.about, m.boundary, m.internaldate, m.date, m.date_offset, m.fetched, m.instant, m.clock, m.call_id,
		m.timeliness, c.ref, m.place, m.why, m.linked_ref, m.by_token, m.added, m.answer, m.closed, m.tells, m.copy_of, m.assessed_at, b.ref, m.beside_call, m.taken_back FROM mail m LEFT JOIN "case" c ON c.id = m.case_id LEFT JOIN "case" b ON b.id = m.beside_id WHERE m.id = ?`,
		"SELECT part, name, value, doubt, source FROM fact WHERE mail_id = ? ORDER BY id"}},
	"files": {"SELECT DISTINCT mail_id FROM part", []string{`SELECT part, filename, media_type, detected_type, size, sha256, inline, furniture, member_of, locator, role, state, fault, suggests, warnings, scan, scan_detail
		FROM part WHERE mail_id = ? ORDER BY id`,
		`SELECT p.part, k.verdict, k.pieces, k.reason, k.said_by, k.said_at FROM sorting k JOIN part p ON p.id = k.part_id WHERE p.mail_id = ? ORDER BY p.id`}},
	"case": {`SELECT ref FROM "case"`, []string{`SELECT * FROM "case" WHERE ref = ?`,
		`SELECT s.address, s.role, s.bounced FROM sender s JOIN "case" c ON c.id = s.case_id WHERE c.ref = ? ORDER BY s.address`,
		`SELECT f.name, f.value, f.doubt, f.source, f.actor, f.at FROM fact f JOIN "case" c ON c.id = f.case_id WHERE c.ref = ? ORDER BY f.id`,
		`SELECT l.key, l.word FROM label l JOIN "case" c ON c.id = l.case_id WHERE c.ref = ? ORDER BY l.key`,
		`SELECT p.position, p.piece, p.label, p.required, p.status, p.parts FROM piece p JOIN "case" c ON c.id = p.case_id WHERE c.ref = ? ORDER BY p.position`}},
	"letter": {"SELECT id FROM letter", []string{`SELECT about_kind, about_id, kind, occurrence, case_id, mail_id, call_id, to_name, to_address, to_key, to_domain, token, message_id,
		in_reply_to, refs, facts, state, owed_at, template, subject, worded_at, sha256, size, sent_at, author, form FROM letter WHERE id = ?`}},
	"complement": {"SELECT id FROM complement", []string{"SELECT * FROM complement WHERE id = ?"}},
	"call":       {"SELECT id FROM call", []string{"SELECT name, reference, opens, deadline, last_case, frozen_at FROM call WHERE id = ?"}},
	"decision":   {"SELECT id FROM decision", []string{"SELECT * FROM decision WHERE id = ?"}},
	"task":       {"SELECT id FROM task", []string{"SELECT case_id, mail_id, letter_id, other_id, kind, detail, opened_at, done_at, done_by, word FROM task WHERE id = ?"}},
	"note":       {"SELECT id FROM note", []string{`SELECT c.ref, n.text, n.actor, n.at FROM note n JOIN "case" c ON c.id = n.case_id WHERE n.id = ?`}},
	"staff":      {"SELECT id FROM staff", []string{"SELECT name, key, password, added_at, disabled_at FROM staff WHERE id = ?"}},
}

// seal is the SHA-256 of all that is sealed of a thing: each row as a JSON array.
func seal(ctx context.Context, q querier, v thing) (string, error) {
	hash := sha256.New()
	for _, query := range seals[v.kind].rows {
		_, err := collect(ctx, q, func(r rowScanner) (struct{}, error) {
			columns, err := r.(*sql.Rows).Columns()
			if err != nil {
				return struct{}{}, err
			}
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := r.Scan(into...); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, json.NewEncoder(hash).Encode(values)
		}, query, v.id)
		if err != nil {
			return "", fmt.Errorf("seal %s: %w", v, err)
		}
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// seals compares each thing with the seal that the journal holds of it.
func (v *verifier) seals() error {
	seen := make(map[string]bool)
	for _, kind := range slices.Sorted(maps.Keys(seals)) {
		ids, err := collect(v.ctx, v.t, one[any], seals[kind].all)
		if err != nil {
			return fmt.Errorf("list things of kind %s: %w", kind, err)
		}
		for _, id := range ids {
			name := thing{kind, id}.String()
			seen[name] = true
			if v.ref != "" && (kind != "case" || id != v.ref) {
				continue
			}
			got, err := seal(v.ctx, v.t, thing{kind, id})
			if err != nil {
				return err
			}
			switch said := v.said.seals[name]; {
			case said == "":
				v.fault("%s: the journal does not know it", name)
			case said != got:
				v.fault("%s: it was altered: it is not as the journal says", name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.said.seals)) {
		if !seen[name] && v.ref == "" && !strings.HasPrefix(name, "files ") {
			v.fault("%s: the journal says that it is there, it is not", name)
		}
	}
	return nil
}

// origin checks when, and for which mailbox, the data folder was made.
func (v *verifier) origin() error {
	var made, mailbox string
	err := v.t.QueryRowContext(v.ctx, "SELECT made_at, mailbox FROM origin").Scan(&made, &mailbox)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		v.fault("origin: the data folder does not say when it was made")
	case err != nil:
		return fmt.Errorf("read the origin: %w", err)
	case made != v.said.made || mailbox != v.said.mailbox:
		v.fault("origin: when the data folder was made, or for which mailbox, is not what the journal says")
	}
	return nil
}
