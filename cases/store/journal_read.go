package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"greffier/cases"
)

// JournalFilter chooses entries of the journal; zero fields choose all.
type JournalFilter struct {
	Ref    string // of the case
	Actor  string
	People bool  // of anybody but the machine
	Before int64 // entries before this one
}

// Journal lists the entries that a filter chooses, the latest first, at most limit.
func (s *Store) Journal(ctx context.Context, f JournalFilter, limit int) ([]cases.JournalEntry, error) {
	var conditions []string
	var args []any
	add := func(condition string, arg any) {
		conditions, args = append(conditions, condition), append(args, arg)
	}
	if f.Ref != "" {
		add("case_ref = ?", strings.ToUpper(f.Ref))
	}
	if f.Actor != "" {
		add("actor = ?", f.Actor)
	}
	if f.People {
		add("actor <> ?", machine)
	}
	if f.Before > 0 {
		add("seq < ?", f.Before)
	}
	where := ""
	if conditions != nil {
		where = " WHERE " + strings.Join(conditions, " AND ")
	}
	list, err := collect(ctx, s.reader, func(r rowScanner) (e cases.JournalEntry, err error) {
		var at time.Time
		var content string
		err = r.Scan(&e.Seq, scanTime{&at}, &e.Actor, &e.Event, &content, &e.Hash, &e.Ref, &e.LetterKind, &e.LetterTo)
		e.At, e.Content = s.local(at), json.RawMessage(content)
		return e, err
	}, "SELECT "+entryColumns+`, case_ref, COALESCE((SELECT l.kind FROM letter l WHERE l.id = json_extract(content, '$.letter')), ''),
		COALESCE((SELECT l.to_address FROM letter l WHERE l.id = json_extract(content, '$.letter')), '') FROM journal`+where+" ORDER BY seq DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	return list, nil
}
