package store

import (
	"errors"
	"fmt"

	"greffier/cases"
)

// tokens gives the tokens of a letter under every key, the oldest first: the
// last one is the letter's own.
func (t *tx) tokens(kind cases.LetterKind, occurrence, cause string) ([]string, error) {
	if t.keys == nil {
		keys, err := t.s.keys()
		if err != nil {
			return nil, err
		}
		t.keys = keys
	}
	var out []string
	for _, key := range t.keys {
		out = append(out, cases.Token(key, t.s.opts.Mailbox, kind, occurrence, cause))
	}
	return out, nil
}

// letterOf is a condition for the letter with a token, ?1: its own, or the one
// that it had under an older key before the data folder was restored.
const letterOf = "id = (SELECT id FROM letter WHERE token = ?1 UNION SELECT letter_id FROM former_token WHERE token = ?1 LIMIT 1)"

// ahead finds the case of a letter that is not owed yet: one that a mail will be
// answered with which is filed and not assessed. After a restore the mailbox is
// read again, and answers to letters that the data folder has forgotten are filed
// before those letters are owed anew. nil: there is none.
func (t *tx) ahead(token string) (*cases.CaseRef, error) {
	if t.expected == nil {
		t.expected = make(map[string]int64)
		if err := t.expect("assessed_at IS NULL AND id > ?", 0); err != nil {
			return nil, err
		}
	}
	id, found := t.expected[token]
	if !found {
		return nil, nil
	}
	return t.caseRef("id = ?", id)
}

// expect notes the tokens of the letters about its case that a mail may be
// answered with, reminders left out.
func (t *tx) expect(where string, arg any) error {
	kinds := []cases.LetterKind{cases.LetterPack, cases.LetterAck, cases.LetterReceived, cases.LetterLate, cases.LetterOversize, cases.LetterWithdrawal}
	_, err := collect(t.ctx, t, func(r rowScanner) (struct{}, error) {
		m := &filed{}
		if err := r.Scan(&m.rawSHA256, scanTime{&m.at}, &m.caseID, &m.place, &m.takenBack); err != nil {
			return struct{}{}, err
		}
		note := func(kind cases.LetterKind, occurrence string) error {
			tokens, err := t.tokens(kind, occurrence, m.rawSHA256)
			for _, token := range tokens {
				t.expected[token] = m.caseID
			}
			return err
		}
		for _, kind := range kinds {
			if err := note(kind, m.occurrence(kind, t.s.opts.Location)); err != nil {
				return struct{}{}, err
			}
		}
		if m.place != cases.Opens {
			return struct{}{}, nil
		}
		return struct{}{}, errors.Join(note(cases.LetterClosed, atDeadline), note(cases.LetterIncomplete, atDeadline))
	}, "SELECT raw_sha256, instant, case_id, place, taken_back FROM mail WHERE answer = 1 AND place IN ('opens', 'joins') AND case_id IS NOT NULL AND "+where, arg)
	if err != nil {
		return fmt.Errorf("foresee letters: %w", err)
	}
	return nil
}
