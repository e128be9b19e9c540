package store

import (
	"context"
	"fmt"

	"greffier/cases"
)

// readFacts writes down what a file of a mail tells of the candidate: the answers
// of a form, also where it was printed, and the first register numbers of a document
// of its own.
func (t *tx) readFacts(m *filed, f cases.Finding, suggests []cases.Suggestion) error {
	if m.copyOf != 0 {
		return nil
	}
	proposals := cases.ReadForm(f.Reading.Fields)
	if cases.OwnDocument(suggests) {
		if len(proposals) == 0 {
			proposals = cases.ReadPrinted(f.Reading.Text)
		}
		proposals = append(proposals, cases.ReadText(f.Reading.Text, cases.FromText)...)
	}
	return t.keepFacts(m.id, f.PartID, proposals)
}

// readMailFacts writes down what a mail itself tells of the candidate: what its
// sender wrote, its signature first, not a colleague who forwards. What was read in it before is
// forgotten: it is assessed anew after staff attached it.
func (t *tx) readMailFacts(m *filed) error {
	if _, err := t.exec("DELETE FROM fact WHERE mail_id = ?", m.id); err != nil {
		return fmt.Errorf("forget facts: %w", err)
	}
	if m.kind != cases.Person || m.byStaff() || m.copyOf != 0 {
		return nil
	}
	return t.keepFacts(m.id, "", cases.ReadText(m.signature+"\n"+m.text, cases.FromMail))
}

func (t *tx) keepFacts(mailID int64, part string, proposals []cases.Proposal) error {
	for _, p := range proposals {
		if _, err := t.exec("INSERT INTO fact (mail_id, part, name, value, doubt, source) VALUES (?, ?, ?, ?, ?, ?)",
			mailID, part, p.Name, p.Value, p.Doubt, p.Source); err != nil {
			return fmt.Errorf("keep fact %s: %w", p.Name, err)
		}
	}
	return nil
}

// mergedInto gives the ids of the case ?1 and of those that went into it, or
// into one of these.
const mergedInto = `WITH RECURSIVE merged(id) AS (SELECT ?1 UNION SELECT c.id FROM "case" c JOIN merged m ON c.merged_into = m.id) SELECT id FROM merged`

// establish gives what stands of a case: of what the mails that belong to it tell
// with their files, infected ones left out, and of what staff say. What staff said
// of a case stays with it: it counts for the one that the case went into, as long
// as that holds, and it does not follow mails that are split off.
func establish(ctx context.Context, q querier, caseID int64) ([]cases.Established, error) {
	tells, err := collect(ctx, q, func(r rowScanner) (v cases.Tell, err error) {
		err = r.Scan(&v.MailID, &v.Part, &v.Name, &v.Value, &v.Doubt, &v.Source, &v.Late, &v.Added)
		return v, err
	}, `SELECT m.id, f.part, f.name, f.value, f.doubt, f.source, COALESCE(m.timeliness = 'late' AND NOT c.late, 0), m.added
		FROM mail m JOIN fact f ON f.mail_id = m.id LEFT JOIN part p ON p.mail_id = f.mail_id AND p.part = f.part
			JOIN (SELECT NOT EXISTS (SELECT 1 FROM mail d JOIN part dp ON dp.mail_id = d.id WHERE d.case_id = ?1 AND d.place IN ('opens', 'joins') AND d.carries = 1
				AND d.timeliness <> 'late' AND dp.role = 'deposit') AS late) c
		WHERE m.case_id = ?1 AND m.tells = 1 AND m.direction = 'in' AND m.place IN ('opens', 'joins') AND COALESCE(p.scan, '') <> 'infected' AND COALESCE(p.role, '') <> 'container'
		ORDER BY m.instant, m.id, f.id`, caseID)
	if err != nil {
		return nil, fmt.Errorf("list facts: %w", err)
	}
	said, err := collect(ctx, q, func(r rowScanner) (v cases.Tell, err error) {
		err = r.Scan(&v.Name, &v.Value, &v.Source, &v.Of)
		return v, err
	}, `SELECT f.name, f.value, f.source, CASE c.id WHEN ?1 THEN '' ELSE c.ref END FROM fact f JOIN "case" c ON c.id = f.case_id
		WHERE f.case_id IN (`+mergedInto+`) ORDER BY f.id`, caseID)
	if err != nil {
		return nil, fmt.Errorf("list facts said by staff: %w", err)
	}
	return cases.Establish(append(tells, said...)), nil
}

// askedOf gives what a case is judged by: the call as it asks pieces of a
// candidate in its circumstances, and its files in order of arrival. It takes
// down the name of the organisation, for the next saveCase.
func (t *tx) askedOf(c *caseRow, call *cases.Call) (*cases.Call, []cases.File, error) {
	files, err := t.files(c.id)
	if err != nil {
		return nil, nil, err
	}
	facts, err := establish(t.ctx, t, c.id)
	if err != nil {
		return nil, nil, err
	}
	c.organisation = ""
	for _, name := range cases.ValuesOf(facts, cases.FactOrganisation) {
		c.organisation = name
	}
	return call.For(cases.Circumstances(facts)), files, nil
}

// addFacts completes a case as it is shown with what it tells of its candidate.
func (s *Store) addFacts(ctx context.Context, q querier, c *cases.Summary, id int64) error {
	facts, err := establish(ctx, q, id)
	if err != nil {
		return fmt.Errorf("read facts of %s: %w", c.Ref, err)
	}
	for _, f := range facts {
		c.Facts = append(c.Facts, f.Sheet())
	}
	if call := s.opts.Calls.ByID(c.Call); call != nil {
		if p, ok := call.JudgePerimeter(cases.ValuesOf(facts, cases.FactTerritory)); ok {
			c.Perimeter = &p
		}
	}
	return nil
}
