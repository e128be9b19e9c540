package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"greffier/cases"
)

// caseRow is a case as stored.
type caseRow struct {
	id           int64
	ref, callID  string
	name         string
	address      string
	organisation string
	phase        cases.Phase
	timeliness   cases.Timeliness
	completeness cases.Completeness
	publication  cases.Publication
	openedAt     time.Time
	depositedAt  time.Time
	completed    bool  // it was complete when loaded
	mergedInto   int64 // 0: it was not
}

func (t *tx) loadCase(id int64) (*caseRow, error) {
	c := &caseRow{id: id}
	var timeliness *string
	var mergedInto *int64
	err := t.row(`SELECT ref, call_id, name, address, organisation, phase, timeliness, completeness, publication, opened_at, deposited_at, merged_into FROM "case" WHERE id = ?`, []any{id},
		&c.ref, &c.callID, &c.name, &c.address, &c.organisation, &c.phase, &timeliness, &c.completeness, &c.publication, scanTime{&c.openedAt}, scanTime{&c.depositedAt}, &mergedInto)
	if err != nil {
		return nil, fmt.Errorf("load case %d: %w", id, err)
	}
	c.timeliness = cases.Timeliness(deref(timeliness))
	c.mergedInto = deref(mergedInto)
	c.completed = c.completeness == cases.Complete
	return c, nil
}

// caseState is what the journal says of a case after each change; Verify
// compares the tables with it.
type caseState struct {
	Phase        cases.Phase        `json:"phase"`
	Timeliness   cases.Timeliness   `json:"timeliness"`
	Completeness cases.Completeness `json:"completeness"`
	Publication  cases.Publication  `json:"publication"`
	DepositedAt  time.Time          `json:"deposited_at,omitzero"`
	Pieces       map[string]string  `json:"pieces"`
}

// saveCase writes the facts of a case and its pieces, and journals both.
func (t *tx) saveCase(c *caseRow, call *cases.Call, d cases.Dossier, event string, content map[string]any) error {
	if _, err := t.exec(`UPDATE "case" SET organisation = ?, phase = ?, timeliness = ?, completeness = ?, publication = ?, deposited_at = ? WHERE id = ?`,
		c.organisation, c.phase, nullable(c.timeliness), c.completeness, c.publication, instant(c.depositedAt), c.id); err != nil {
		return fmt.Errorf("save case %s: %w", c.ref, err)
	}
	if _, err := t.exec("DELETE FROM piece WHERE case_id = ?", c.id); err != nil {
		return fmt.Errorf("save pieces of %s: %w", c.ref, err)
	}
	state := caseState{Phase: c.phase, Timeliness: c.timeliness, Completeness: c.completeness, Publication: c.publication,
		DepositedAt: c.depositedAt, Pieces: make(map[string]string)}
	for i, p := range d.Pieces {
		var ids []int64
		for _, f := range p.Files {
			var id int64
			if err := t.row("SELECT id FROM part WHERE mail_id = ? AND part = ?", []any{f.MailID, f.Part}, &id); err != nil {
				return fmt.Errorf("save pieces of %s: %w", c.ref, err)
			}
			ids = append(ids, id)
		}
		if _, err := t.exec("INSERT INTO piece (case_id, position, piece, label, required, status, parts) VALUES (?, ?, ?, ?, ?, ?, ?)",
			c.id, i, p.Piece.ID, p.Piece.Label, p.Piece.Required, p.Status, asJSON{ids}); err != nil {
			return fmt.Errorf("save pieces of %s: %w", c.ref, err)
		}
		state.Pieces[p.Piece.ID] = string(p.Status)
	}
	content["state"] = state
	return t.journal(event, c.ref, content, thing{"case", c.ref})
}

// snapshotContent is a dossier as frozen.
type snapshotContent struct {
	Ref      string          `json:"ref"`
	Version  int             `json:"version"`
	Deadline time.Time       `json:"deadline"`
	Pieces   []snapshotPiece `json:"pieces"`
	Unsorted []snapshotFile  `json:"unsorted"`
	Other    []snapshotFile  `json:"other,omitempty"` // staff said that they are no piece
}

type snapshotPiece struct {
	ID     string         `json:"id"`
	Status cases.Status   `json:"status"`
	Files  []snapshotFile `json:"files"`
}

type snapshotFile struct {
	RawSHA256  string           `json:"raw_sha256"` // of the mail that holds it
	Part       string           `json:"part"`
	Filename   string           `json:"filename"`
	Size       int64            `json:"size"`
	SHA256     string           `json:"sha256"`
	Timeliness cases.Timeliness `json:"timeliness"`        // by the evidence
	Decided    cases.Timeliness `json:"decided,omitempty"` // by staff, where they arbitrated
	// Asked are the pieces for which it counts though late: a complement asked for
	// them, and it came within its due instant.
	Asked []string `json:"asked,omitempty"`
}

// snapshot freezes the dossier of a case as its next version.
func (t *tx) snapshot(c *caseRow, call *cases.Call, d cases.Dossier, why string) error {
	content := snapshotContent{Ref: c.ref, Deadline: call.Deadline.UTC()}
	if err := t.row("SELECT COALESCE(MAX(version), 0) + 1 FROM snapshot WHERE case_id = ?", []any{c.id}, &content.Version); err != nil {
		return fmt.Errorf("snapshot %s: %w", c.ref, err)
	}
	frozen := func(files []cases.File) ([]snapshotFile, error) {
		out := []snapshotFile{}
		for _, f := range files {
			sf := snapshotFile{Part: f.Part, Filename: f.Filename, Size: f.Size, SHA256: f.SHA256, Timeliness: f.Evidence, Asked: f.Asked}
			if f.Timeliness != f.Evidence {
				sf.Decided = f.Timeliness
			}
			if err := t.row("SELECT raw_sha256 FROM mail WHERE id = ?", []any{f.MailID}, &sf.RawSHA256); err != nil {
				return nil, fmt.Errorf("snapshot %s: %w", c.ref, err)
			}
			out = append(out, sf)
		}
		return out, nil
	}
	for _, p := range d.Pieces {
		files, err := frozen(p.Files)
		if err != nil {
			return err
		}
		content.Pieces = append(content.Pieces, snapshotPiece{ID: p.Piece.ID, Status: p.Status, Files: files})
	}
	var err error
	if content.Unsorted, err = frozen(d.Unsorted); err != nil {
		return err
	}
	if content.Other, err = frozen(d.Other); err != nil {
		return err
	}
	b, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("snapshot %s: %w", c.ref, err)
	}
	sum := sha256.Sum256(b)
	digest := hex.EncodeToString(sum[:])
	if _, err := t.exec("INSERT INTO snapshot (case_id, version, taken_at, content, digest) VALUES (?, ?, ?, ?, ?)",
		c.id, content.Version, instant(t.now), string(b), digest); err != nil {
		return fmt.Errorf("snapshot %s: %w", c.ref, err)
	}
	return t.journal("snapshot_taken", c.ref, map[string]any{"version": content.Version, "digest": digest, "why": why})
}
