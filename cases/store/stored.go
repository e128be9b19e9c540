package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"time"

	"greffier/cases"
)

// ErrAltered is returned at the end of bytes that are not those received.
var ErrAltered = errors.New("the bytes are not those that were received")

// StoredMail gives a mail with all its files; ErrNotFound for no such mail.
func (s *Store) StoredMail(ctx context.Context, id int64) (m cases.StoredMail, err error) {
	err = s.reading(ctx, func(t *sql.Tx) error {
		var at time.Time
		var call, frozen string
		err := t.QueryRowContext(ctx, `SELECT m.id, m.raw_sha256, m.size, m.oversize, m.from_name, m.from_address, m.subject, m.instant, COALESCE(m.call_id, c.call_id, ''), COALESCE(c.ref, ''),
			COALESCE((SELECT group_concat(content) FROM snapshot s WHERE s.case_id = c.id), '')
			FROM mail m LEFT JOIN "case" c ON c.id = m.case_id WHERE m.id = ?`, id).
			Scan(&m.ID, &m.RawSHA256, &m.Size, &m.Oversize, &m.From.Name, &m.From.Address, &m.Subject, scanTime{&at}, &call, &m.Ref, &frozen)
		if errors.Is(err, sql.ErrNoRows) {
			err = ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("read mail %d: %w", id, err)
		}
		m.ReceivedAt = s.local(at)
		sealed, err := sealedFiles(frozen, m.RawSHA256)
		if err != nil {
			return fmt.Errorf("read the frozen versions of %s: %w", m.Ref, err)
		}
		m.Files, err = collect(ctx, t, func(r rowScanner) (f cases.StoredFile, err error) {
			var said cases.Said
			err = r.Scan(&f.Part, &f.Filename, &f.Declared, &f.Detected, &f.Size, &f.SHA256, &f.Deposit, &f.Filed, &f.State, &f.Fault, asJSON{&f.Suggests}, asJSON{&f.Warnings},
				&f.Scan, &f.ScanDetail, &f.MemberOf, &f.Locator, &f.Furniture, &f.ToScan, &said.Verdict, asJSON{&said.Pieces}, &said.Reason, &said.By, scanTime{&said.At})
			if f.Type = f.Detected; f.Type == "" {
				f.Type = f.Declared
			}
			if said.Verdict != "" {
				said.At = said.At.In(s.opts.Location)
				f.Said = &said
			}
			f.Mail, f.RawSHA256, f.Ref, f.Call, f.From, f.Subject, f.ReceivedAt, f.Sealed = m.ID, m.RawSHA256, m.Ref, call, m.From, m.Subject, m.ReceivedAt, sealed[f.Part]
			return f, err
		}, "SELECT p.part, p.filename, p.media_type, p.detected_type, p.size, p.sha256, p.role = 'deposit', p.role <> '', "+stateColumns+`, p.suggests, p.warnings, p.scan, p.scan_detail,
			p.member_of, p.locator, p.furniture, p.to_scan, COALESCE(k.verdict, ''), COALESCE(k.pieces, '[]'), COALESCE(k.reason, ''), COALESCE(k.said_by, ''), k.said_at
			FROM part p LEFT JOIN sorting k ON k.part_id = p.id WHERE p.mail_id = ? ORDER BY p.id`, id)
		if err != nil {
			return fmt.Errorf("list files of mail %d: %w", id, err)
		}
		return nil
	})
	return m, err
}

// sealedFiles gives the parts of a mail that frozen versions of its dossier hold;
// frozen is their contents, with commas between.
func sealedFiles(frozen, rawSHA256 string) (map[string]bool, error) {
	var versions []snapshotContent
	if err := json.Unmarshal([]byte("["+frozen+"]"), &versions); err != nil {
		return nil, err
	}
	sealed := make(map[string]bool)
	for _, v := range versions {
		lists := [][]snapshotFile{v.Unsorted, v.Other}
		for _, p := range v.Pieces {
			lists = append(lists, p.Files)
		}
		for _, list := range lists {
			for _, f := range list {
				if f.RawSHA256 == rawSHA256 {
					sealed[f.Part] = true
				}
			}
		}
	}
	return sealed, nil
}

// OpenFile gives the bytes of a file as they were received, found in the archive
// by open. They are to be trusted only after io.EOF: where they are not those that
// were received, reading ends with ErrAltered. ErrNotFound: the mail is not in the
// archive any more.
func (s *Store) OpenFile(f cases.StoredFile, open OpenPart) (io.ReadCloser, error) {
	raw, err := s.Archive.Open(f.RawSHA256)
	if err != nil {
		return nil, err
	}
	info, err := raw.Stat()
	if err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	part, err := open(raw, info.Size(), f.Locator)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("find part %s of mail %d: %w: %w", f.Part, f.Mail, ErrAltered, err), raw.Close())
	}
	return &checked{part: part, raw: raw, hash: sha256.New(), want: f.SHA256}, nil
}

// OpenMail gives the bytes of a mail, as OpenFile does those of a file.
func (s *Store) OpenMail(m cases.StoredMail) (io.ReadCloser, error) {
	raw, err := s.Archive.Open(m.RawSHA256)
	if err != nil {
		return nil, err
	}
	return &checked{part: raw, hash: sha256.New(), want: m.RawSHA256}, nil
}

// checked compares what was read with its digest, at the end.
type checked struct {
	part io.ReadCloser
	raw  *os.File // what part is found in; nil: itself
	hash hash.Hash
	want string
}

// Read implements io.Reader.
func (c *checked) Read(p []byte) (int, error) {
	n, err := c.part.Read(p)
	c.hash.Write(p[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(c.hash.Sum(nil)) != c.want {
		err = ErrAltered
	}
	return n, err
}

// Close implements io.Closer.
func (c *checked) Close() error {
	err := c.part.Close()
	if c.raw != nil {
		err = errors.Join(err, c.raw.Close())
	}
	return err
}
