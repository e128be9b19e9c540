package store

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"greffier/cases"
)

// journal appends one entry, with the seals of the things that it is about as
// they are now.
func (t *tx) journal(event, caseRef string, content map[string]any, about ...thing) error {
	if len(about) > 0 {
		sealed := make(map[string]string)
		for _, v := range about {
			var err error
			if sealed[v.String()], err = seal(t.ctx, t, v); err != nil {
				return err
			}
		}
		content["seals"] = sealed
	}
	b, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("journal %s: %w", event, err)
	}
	var seq int64
	var head string
	if err := t.row("SELECT seq, hash FROM journal_head", nil, &seq, &head); err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("read journal head: %w", err)
	}
	previous, err := unhex(head)
	if err != nil {
		return fmt.Errorf("read journal head: %w", err)
	}
	// The stored instant has milliseconds: hash what is stored.
	e := cases.Entry{Seq: seq + 1, At: t.now.Truncate(time.Millisecond), Actor: t.actor, Event: event, CaseRef: caseRef, Content: b}
	if e.Digest, err = e.CanonicalDigest(); err != nil {
		return err
	}
	e.Hash = cases.Chain(previous, e.Seq, e.Digest)
	if _, err := t.exec("INSERT INTO journal (seq, at, actor, event, case_ref, content, digest, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		e.Seq, instant(e.At), e.Actor, e.Event, e.CaseRef, string(e.Content), hex.EncodeToString(e.Digest[:]), hex.EncodeToString(e.Hash[:])); err != nil {
		return fmt.Errorf("append to journal: %w", err)
	}
	if _, err := t.exec("INSERT INTO journal_head (id, seq, hash) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
		e.Seq, hex.EncodeToString(e.Hash[:])); err != nil {
		return fmt.Errorf("move journal head: %w", err)
	}
	return nil
}

// unhex decodes a stored SHA-256; "" is 32 zero bytes, the hash before the first entry.
func unhex(s string) (sum [32]byte, err error) {
	if s == "" {
		return sum, nil
	}
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 32 {
		return sum, fmt.Errorf("%q is not a SHA-256", s)
	}
	copy(sum[:], b)
	return sum, nil
}
