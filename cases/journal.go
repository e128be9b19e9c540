package cases

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"
)

// Entry is one row of the journal: something that happened, by whom. Its order
// is Seq, never a clock.
type Entry struct {
	Seq     int64
	At      time.Time
	Actor   string // "greffier" or a member of staff
	Event   string
	CaseRef string          // "" where no case is concerned
	Content json.RawMessage // what happened, as a JSON object
	Digest  [32]byte        // SHA-256 of the canonical content
	Hash    [32]byte        // chained
}

// CanonicalDigest is the SHA-256 of the canonical content of an entry: a JSON
// array of instant (RFC 3339, UTC, nanoseconds as needed), actor, event, case
// reference and content.
func (e *Entry) CanonicalDigest() ([32]byte, error) {
	b, err := json.Marshal([]any{e.At.UTC().Format(time.RFC3339Nano), e.Actor, e.Event, e.CaseRef, e.Content})
	if err != nil {
		return [32]byte{}, fmt.Errorf("encode journal entry %d: %w", e.Seq, err)
	}
	return sha256.Sum256(b), nil
}

// Chain gives the hash of an entry: SHA-256(previous hash ‖ seq ‖ digest of the
// content), seq as eight bytes, big endian. Since only the digest goes into
// the chain, the content can be purged later and the chain still verifies.
func Chain(previous [32]byte, seq int64, digest [32]byte) [32]byte {
	b := make([]byte, 0, 32+8+32)
	b = append(b, previous[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(seq))
	b = append(b, digest[:]...)
	return sha256.Sum256(b)
}
