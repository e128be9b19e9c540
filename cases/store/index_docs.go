package store

import (
	"bytes"
	"compress/flate"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"

	"greffier/cases"
)

// Kinds of documents.
const (
	docMail = iota
	docFile
	docLetter
	docCase
)

// docid gives a document its number, which tells its case by itself: a search
// need not look the case of each document up.
func docid(caseID int64, kind int, id int64) int64 {
	return caseID<<caseBits | int64(kind)<<kindBits | id
}

// caseBits and kindBits leave room for 8 million cases and 2^38 records of each kind.
const caseBits, kindBits = 40, 38

// Bounds on the text of one document: a mailbox of novels stays searchable.
const mostFolded = 1 << 20 // bytes

// record names what documents come of, as the seals of the journal do.
func record(kind string, id int64) string { return thing{kind, id}.String() }

// indexing writes documents into the index in one transaction, from what the
// store holds now.
type indexing struct {
	*sql.Tx
	ctx  context.Context
	main querier // the store, as it is once the index is locked
}

// indexing runs f in one write transaction of the index.
func (s *Store) indexing(ctx context.Context, f func(*indexing) error) error {
	return s.index.use(ctx, func(db *sql.DB) error {
		return s.reading(ctx, func(main *sql.Tx) (err error) {
			t, err := db.BeginTx(ctx, nil)
			if err != nil {
				return fmt.Errorf("begin indexing: %w", err)
			}
			defer func() {
				if rerr := t.Rollback(); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) {
					err = errors.Join(err, rerr)
				}
			}()
			if err := f(&indexing{Tx: t, ctx: ctx, main: main}); err != nil {
				return err
			}
			if err := t.Commit(); err != nil {
				return fmt.Errorf("commit to the index: %w", err)
			}
			return nil
		})
	})
}

func (x *indexing) exec(query string, args ...any) error {
	_, err := x.ExecContext(x.ctx, query, args...)
	return err
}

// forget removes the documents of a record.
func (x *indexing) forget(of string) error {
	ids, err := collect(x.ctx, x.Tx, one[int64], "SELECT docid FROM doc WHERE record = ?", of)
	if err != nil {
		return fmt.Errorf("forget %s: %w", of, err)
	}
	for _, id := range ids {
		if err := errors.Join(x.exec("DELETE FROM words WHERE docid = ?", id), x.exec("DELETE FROM doc WHERE docid = ?", id)); err != nil {
			return fmt.Errorf("forget %s: %w", of, err)
		}
	}
	return nil
}

// document is what stands of a record in the index, folded.
type document struct{ sender, name, territory, body string }

// add adds a document of a record.
func (x *indexing) add(id int64, of string, d document) error {
	if err := x.exec("INSERT INTO words (docid, sender, name, territory, body) VALUES (?, ?, ?, ?, ?)", id, d.sender, d.name, d.territory, d.body[:min(len(d.body), mostFolded)]); err != nil {
		return fmt.Errorf("index %s: %w", of, err)
	}
	if err := x.exec("INSERT INTO doc (docid, record) VALUES (?, ?)", id, of); err != nil {
		return fmt.Errorf("index %s: %w", of, err)
	}
	return nil
}

// inCase is the condition under which a mail is part of its case: what waits
// beside it, or was refused, says nothing of it.
const inCase = "place NOT IN ('waiting', 'refused')"

// mail indexes a mail and each of its files anew.
func (x *indexing) mail(id int64) error {
	of := record("mail", id)
	if err := x.forget(of); err != nil {
		return err
	}
	var caseID int64
	var assessed bool
	var from cases.Address
	var subject, text string
	err := x.main.QueryRowContext(x.ctx, "SELECT case_id, assessed_at IS NOT NULL, from_name, from_address, subject, text FROM mail WHERE id = ? AND case_id IS NOT NULL AND "+inCase, id).
		Scan(&caseID, &assessed, &from.Name, &from.Address, &subject, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", of, err)
	}
	if err := x.add(docid(caseID, docMail, id), of, document{sender: cases.Fold(from.Name + " " + from.Address), body: cases.Fold(subject + "\n" + text)}); err != nil {
		return err
	}
	type file struct {
		id           int64
		name, sha256 string
		deposit      bool
	}
	files, err := collect(x.ctx, x.main, func(r rowScanner) (f file, err error) {
		err = r.Scan(&f.id, &f.name, &f.sha256, &f.deposit)
		return f, err
	}, "SELECT id, filename, sha256, role <> '' FROM part WHERE mail_id = ? AND furniture = 0 ORDER BY id", id)
	if err != nil {
		return fmt.Errorf("read files of %s: %w", of, err)
	}
	for _, f := range files {
		text, read, err := x.text(f.sha256)
		if err != nil {
			return err
		}
		if f.deposit && assessed && !read {
			if err := x.exec("INSERT INTO lacking (mail) VALUES (?) ON CONFLICT DO NOTHING", id); err != nil {
				return fmt.Errorf("index %s: %w", of, err)
			}
		}
		if err := x.add(docid(caseID, docFile, f.id), of, document{name: cases.Fold(f.name), body: text}); err != nil {
			return err
		}
	}
	return nil
}

// text gives what was read in a file, if it was.
func (x *indexing) text(sha256 string) (text string, read bool, err error) {
	var deflated []byte
	err = x.QueryRowContext(x.ctx, "SELECT folded FROM text WHERE sha256 = ?", sha256).Scan(&deflated)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err == nil {
		var b []byte
		b, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(deflated)), mostFolded))
		text = string(b)
	}
	if err != nil {
		return "", false, fmt.Errorf("%w: text of %s: %w", errDamaged, sha256, err)
	}
	return text, true, nil
}

// deflate folds a text and makes it small.
func deflate(text string) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	folded := cases.Fold(text)
	if _, err := io.WriteString(w, folded[:min(len(folded), mostFolded)]); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// theCase indexes a case anew: its reference, its candidate, its facts, what staff keep on
// it.
func (x *indexing) theCase(id int64) error {
	of := record("case", id)
	if err := x.forget(of); err != nil {
		return err
	}
	var ref, name, address, organisation string
	if err := x.main.QueryRowContext(x.ctx, `SELECT ref, name, address, organisation FROM "case" WHERE id = ?`, id).Scan(&ref, &name, &address, &organisation); err != nil {
		return fmt.Errorf("read %s: %w", of, err)
	}
	facts, territories, err := factsToFind(x.ctx, x.main, id)
	if err != nil {
		return err
	}
	kept, err := collect(x.ctx, x.main, one[string], "SELECT word FROM label WHERE case_id = ?1 UNION ALL SELECT text FROM note WHERE case_id = ?1", id)
	if err != nil {
		return fmt.Errorf("read notes of %s: %w", of, err)
	}
	return x.add(docid(id, docCase, id), of, document{
		territory: cases.Fold(strings.Join(territories, " ")),
		body:      cases.Fold(strings.Join(slices.Concat([]string{ref, name, address, organisation}, facts, kept), "\n")),
	})
}

// letter indexes a worded letter of a case anew: its subject and its text.
func (x *indexing) letter(id int64) error {
	of := record("letter", id)
	if err := x.forget(of); err != nil {
		return err
	}
	var caseID int64
	var subject, to string
	err := x.main.QueryRowContext(x.ctx, "SELECT case_id, subject, to_name || ' ' || to_address FROM letter WHERE id = ? AND case_id IS NOT NULL AND worded_at IS NOT NULL", id).Scan(&caseID, &subject, &to)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", of, err)
	}
	literals, err := collect(x.ctx, x.main, one[[]byte], "SELECT literal FROM segment WHERE letter_id = ? AND sha256 = '' ORDER BY position", id)
	if err != nil {
		return fmt.Errorf("read %s: %w", of, err)
	}
	text := letterText(bytes.NewReader(bytes.Join(literals, nil)))
	return x.add(docid(caseID, docLetter, id), of, document{body: cases.Fold(strings.Join([]string{subject, to, text}, "\n"))})
}

// letterText gives the plain text of a letter of ours, "" where it has none that
// can be read.
func letterText(r io.Reader) string {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return ""
	}
	return plainText(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body, 0)
}

func plainText(contentType, encoding string, body io.Reader, depth int) string {
	media, params, err := mime.ParseMediaType(contentType)
	switch {
	case err != nil || depth > 5:
		return ""
	case strings.HasPrefix(media, "multipart/"):
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err != nil {
				return ""
			}
			if text := plainText(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p, depth+1); text != "" {
				return text
			}
		}
	case media != "text/plain":
		return ""
	case strings.EqualFold(encoding, "quoted-printable"):
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(io.LimitReader(body, mostFolded))
	if err != nil {
		return ""
	}
	return string(text)
}
