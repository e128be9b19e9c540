package store

import (
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"greffier/cases"
)

// journalSays is what the journal says last of each thing.
type journalSays struct {
	cases     map[string]caseState
	opened    map[string]bool
	mails     map[int64]mailSaid
	snapshots map[string]string // "HUB18-0001 v1": digest
	worded    map[int64]string  // letter: SHA-256
	letters   map[int64]string  // letter: last state
	calls     map[string]callSaid
	seals     map[string]string // of things, as last journaled
	packs     map[string]bool   // SHA-256 of pack files

	keys          []string // fingerprints
	made, mailbox string   // of the data folder
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
		worded: map[int64]string{}, letters: map[int64]string{}, calls: map[string]callSaid{}, seals: map[string]string{}, packs: map[string]bool{}}
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
		Mail    int64             `json:"mail"`
		State   *caseState        `json:"state"`
		Version int               `json:"version"`
		Digest  string            `json:"digest"`
		Letter  int64             `json:"letter"`
		SHA256  string            `json:"sha256"`
		Call    string            `json:"call"`
		Seals   map[string]string `json:"seals"`
		keySaid
		Made    string `json:"made_at"`
		Mailbox string `json:"mailbox"`
		Pack    string `json:"file_sha256"`
	}
	if err := json.Unmarshal(e.Content, &c); err != nil {
		return fmt.Errorf("its content is not what this program writes: %w", err)
	}
	if c.State != nil {
		j.cases[e.CaseRef] = *c.State
	}
	maps.Copy(j.seals, c.Seals)
	switch e.Event {
	case "data_folder_made":
		j.keys, j.made, j.mailbox = c.all(), c.Made, c.Mailbox
	case "token_key_rotated":
		j.keys = append(j.keys, c.all()...)
	case "pack_set":
		j.packs[c.Pack] = true
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
	case "mail_attached", "mail_taken_back":
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
