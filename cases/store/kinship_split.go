package store

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"greffier/cases"
)

// othersOf gives the mails to propose to split off their case: those that name
// another candidate than the mails before them, in words or in a form of ours, and
// were put there for no other reason than who sent them. Cases of which the journal says nothing since that
// entry are passed over.
func othersOf(ctx context.Context, q querier, call *cases.Call, since int64) (out []proposal, err error) {
	type row struct {
		caseID, mailID int64
		subject, text  string
		opens, alone   bool // alone: nothing but its sender brought it here
	}
	rows, err := collect(ctx, q, func(r rowScanner) (v row, err error) {
		err = r.Scan(&v.caseID, &v.mailID, &v.subject, &v.text, &v.opens, &v.alone)
		return v, err
	}, `SELECT c.id, m.id, m.subject, substr(m.text, 1, 1000), m.id = c.opened_by, m.place = 'joins' AND m.by_token = 0 AND m.beside_call IS NULL
			AND NOT EXISTS (SELECT 1 FROM task k WHERE k.kind = ? AND k.mail_id = m.id)
			AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.kind IN ('merge', 'split') AND c.id IN (d.case_id, d.other_id))
		FROM mail m JOIN "case" c ON c.id = m.case_id
		WHERE c.call_id = ? AND c.ref IN (SELECT case_ref FROM journal WHERE seq > ?) AND `+live+` AND m.kind = 'person' AND m.direction = 'in' AND m.copy_of IS NULL AND m.place IN ('opens', 'joins') ORDER BY c.id, m.instant, m.id`, splitProposed, call.ID, since)
	if err != nil {
		return nil, fmt.Errorf("list mails to compare: %w", err)
	}
	told, err := claimed(ctx, q, call.ID, since)
	if err != nil {
		return nil, err
	}
	var caseID int64
	var named []cases.Claimant
	for _, m := range rows {
		if m.caseID != caseID {
			caseID, named = m.caseID, nil
		}
		name := told[m.mailID]
		if words := cases.NamedCandidate(call, m.subject, m.text); words != nil {
			name.Names = append(name.Names, strings.Join(words, " "))
		}
		if len(name.Names) == 0 && name.Number == "" {
			continue
		}
		another := len(named) > 0 && !m.opens && m.alone
		for _, before := range named {
			another = another && before.Another(name)
		}
		if another {
			out = append(out, proposal{taskRef{caseID: m.caseID, mailID: m.mailID}, splitProposed,
				fmt.Sprintf("may be another candidacy: the mail names %q, earlier ones %q", name.Words(), named[0].Words())})
		}
		named = append(named, name)
	}
	return out, nil
}

// claimed gives for whom mails candidate by the forms in them, those that can be
// read and believed; infected ones left out.
func claimed(ctx context.Context, q querier, callID string, since int64) (map[int64]cases.Claimant, error) {
	type row struct {
		mailID int64
		name   cases.FactName
		value  string
	}
	rows, err := collect(ctx, q, func(r rowScanner) (v row, err error) {
		err = r.Scan(&v.mailID, &v.name, &v.value)
		return v, err
	}, `SELECT m.id, f.name, f.value FROM mail m JOIN "case" c ON c.id = m.case_id JOIN fact f ON f.mail_id = m.id LEFT JOIN part p ON p.mail_id = f.mail_id AND p.part = f.part
		WHERE c.call_id = ? AND c.ref IN (SELECT case_ref FROM journal WHERE seq > ?) AND m.tells = 1 AND f.source IN ('form', 'budget') AND f.doubt = ''
			AND f.name IN ('organisation', 'siren', 'siret', 'lead', 'partner') AND COALESCE(p.scan, '') <> 'infected' ORDER BY f.id`, callID, since)
	if err != nil {
		return nil, fmt.Errorf("list whom forms name: %w", err)
	}
	out := make(map[int64]cases.Claimant)
	for _, v := range rows {
		c := out[v.mailID]
		switch v.name {
		case cases.FactOrganisation:
			c.Names = append(c.Names, v.value)
		case cases.FactSIREN, cases.FactSIRET:
			c.Number = cmp.Or(c.Number, v.value)
		default:
			name, siret := cases.SplitPartner(v.value)
			if c.Partners = append(c.Partners, name); siret != "" {
				c.Partners = append(c.Partners, siret)
			}
		}
		out[v.mailID] = c
	}
	return out, nil
}
