package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// keySize is the length of one token key. The key file holds one key or several,
// end to end, the newest last: that one signs, the tokens of all are recognised.
const keySize = 32

// ensureKeys sees that the secrets which make tokens unguessable are there. They
// are made with a new data folder only: with others, no answer to a letter sent
// before would be known as such.
func ensureKeys(path string, fresh bool) error {
	_, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist) && fresh:
		if err := writeFile(path, newKey()); err != nil {
			return fmt.Errorf("write token key: %w", err)
		}
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("token key %s is missing beside its database: restore it from the backup", path)
	case err != nil:
		return fmt.Errorf("read token key: %w", err)
	}
	_, err = readKeys(path)
	return err
}

func newKey() []byte {
	key := make([]byte, keySize)
	rand.Read(key) // never fails since Go 1.24
	return key
}

// readKeys reads the keys, the oldest first.
func readKeys(path string) ([][]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read token key: %w", err)
	}
	if len(b) == 0 || len(b)%keySize != 0 {
		return nil, fmt.Errorf("token key %s: %d bytes instead of %d for each key: restore it from the backup", path, len(b), keySize)
	}
	return slices.Collect(slices.Chunk(b, keySize)), nil
}

// keys gives the keys as they are now: a command beside the daemon may have
// added one.
func (s *Store) keys() ([][]byte, error) { return readKeys(filepath.Join(s.dir, keyFile)) }

// RotateKey makes a new token key, by which letters are signed from now on.
// Letters signed before keep their tokens, and answers to them are recognised.
func (s *Store) RotateKey(ctx context.Context, actor string) error {
	return s.writeAs(ctx, actor, func(t *tx) error {
		keys, err := s.keys()
		if err != nil {
			return err
		}
		said, err := keysSaid(ctx, t)
		if err != nil {
			return err
		}
		// A key that the journal does not know is left of a rotation that was
		// broken off, and has its place.
		for _, k := range keys[min(len(said), len(keys)):] {
			if err := t.journal("token_key_rotated", "", map[string]any{"key": fingerprint(k), "why": "found in the key file"}); err != nil {
				return err
			}
		}
		key := newKey()
		if err := t.journal("token_key_rotated", "", map[string]any{"key": fingerprint(key)}); err != nil {
			return err
		}
		// The file first: a key too many harms nothing, one too few would.
		return replaceFile(filepath.Join(s.dir, keyFile), slices.Concat(append(keys, key)...))
	})
}

// keysSaid gives the fingerprints of the keys that the journal knows.
func keysSaid(ctx context.Context, q querier) (said []string, err error) {
	contents, err := collect(ctx, q, one[string], "SELECT content FROM journal WHERE event IN ('data_folder_made', 'token_key_rotated') ORDER BY seq")
	if err != nil {
		return nil, fmt.Errorf("look for token keys: %w", err)
	}
	for _, content := range contents {
		var c keySaid
		if err := json.Unmarshal([]byte(content), &c); err != nil {
			return nil, fmt.Errorf("look for token keys: %w", err)
		}
		said = append(said, c.all()...)
	}
	return said, nil
}

// keySaid is what a journal entry says of token keys: those that a data folder
// was made with, or a new one.
type keySaid struct {
	Key  string   `json:"key,omitempty"`
	Keys []string `json:"keys,omitempty"`
}

func (k keySaid) all() []string {
	if k.Key != "" {
		return append(k.Keys, k.Key)
	}
	return k.Keys
}

func fingerprints(keys [][]byte) []string {
	var out []string
	for _, k := range keys {
		out = append(out, fingerprint(k))
	}
	return out
}

// fingerprint tells keys apart without telling the key.
func fingerprint(key []byte) string {
	sum := sha256.Sum256(append([]byte("greffier token key "), key...))
	return hex.EncodeToString(sum[:8])
}

// replaceFile writes a file anew, at once and durably.
func replaceFile(path string, data []byte) error {
	partial := path + ".new"
	if err := os.Remove(partial); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := writeFile(partial, data); err != nil {
		return err
	}
	if err := os.Rename(partial, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// key checks that the token keys are those that the journal knows.
func (v *verifier) key() error {
	keys, err := v.s.keys()
	if err != nil {
		return err
	}
	got := fingerprints(keys)
	switch said := v.said.keys; {
	case len(got) < len(said) || !slices.Equal(got[:len(said)], said):
		v.fault("token key: the key file does not hold the keys that the data folder was made with and was given since")
	case len(got) > len(said) && len(said) > 0:
		v.note("token key: the key file holds a key that the journal does not know: a rotation was broken off, or the database is older than the key file")
	}
	return nil
}
