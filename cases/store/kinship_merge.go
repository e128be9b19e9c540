package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
)

// kinOf gives the merges to propose among the cases of an edition.
func kinOf(ctx context.Context, q querier, callID string) (out []proposal, err error) {
	var parties []cases.Party
	index := make(map[int64]int)
	type row struct {
		id    int64
		value string
	}
	scan := func(r rowScanner) (v row, err error) { err = r.Scan(&v.id, &v.value); return v, err }
	refs := make(map[int64]string)
	list, err := collect(ctx, q, scan, `SELECT c.id, c.ref FROM "case" c WHERE c.call_id = ? AND `+live+` ORDER BY c.id`, callID)
	if err != nil {
		return nil, fmt.Errorf("list cases to compare: %w", err)
	}
	for _, v := range list {
		index[v.id], refs[v.id] = len(parties), v.value
		parties = append(parties, cases.Party{CaseID: v.id})
	}
	for _, clue := range []struct {
		query string
		into  func(*cases.Party) *[]string
	}{
		{`SELECT c.id, s.address FROM sender s JOIN "case" c ON c.id = s.case_id WHERE c.call_id = ? AND s.role IN ('candidate', 'known')`, func(p *cases.Party) *[]string { return &p.Addresses }},
		{`SELECT c.id, c.name FROM "case" c WHERE c.call_id = ? AND c.name <> ''`, func(p *cases.Party) *[]string { return &p.Names }},
		{`SELECT DISTINCT c.id, p.sha256 FROM part p JOIN mail m ON m.id = p.mail_id JOIN "case" c ON c.id = m.case_id
			WHERE c.call_id = ? AND p.role = 'deposit' AND p.sha256 <> '' AND p.size > 0 AND m.place IN ('opens', 'joins')`, func(p *cases.Party) *[]string { return &p.Files }},
	} {
		rows, err := collect(ctx, q, scan, clue.query, callID)
		if err != nil {
			return nil, fmt.Errorf("compare cases: %w", err)
		}
		for _, v := range rows {
			if i, ok := index[v.id]; ok {
				list := clue.into(&parties[i])
				*list = append(*list, v.value)
			}
		}
	}
	if err := dossiersOf(ctx, q, callID, parties, index); err != nil {
		return nil, err
	}
	known, err := collect(ctx, q, func(r rowScanner) (pair [2]int64, err error) {
		err = r.Scan(&pair[0], &pair[1])
		return pair, err
	}, "SELECT case_id, other_id FROM task WHERE kind = ?", mergeProposed)
	if err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	for _, k := range cases.Kinships(parties) {
		if slices.Contains(known, [2]int64{k.A, k.B}) {
			continue
		}
		why := strings.Join(k.Reasons, "; ")
		out = append(out, proposal{taskRef{caseID: k.A, otherID: k.B}, mergeProposed, "may be one candidacy with " + refs[k.B] + ": " + why},
			proposal{taskRef{caseID: k.B, otherID: k.A}, mergeProposed, "may be one candidacy with " + refs[k.A] + ": " + why})
	}
	return out, nil
}

// dossiersOf adds to parties what the mails and files of their cases, and staff,
// say of the candidates.
func dossiersOf(ctx context.Context, q querier, callID string, parties []cases.Party, index map[int64]int) error {
	told, err := collect(ctx, q, one[int64], `SELECT c.id FROM "case" c WHERE c.call_id = ? AND `+live+` AND (`+hasFact+`) ORDER BY c.id`, callID)
	if err != nil {
		return fmt.Errorf("list cases that tell of their candidates: %w", err)
	}
	for _, id := range told {
		facts, err := establish(ctx, q, id)
		if err != nil {
			return err
		}
		p := &parties[index[id]]
		for _, f := range facts {
			addFact(p, f)
		}
	}
	type row struct {
		id        int64
		signature string
	}
	signed, err := collect(ctx, q, func(r rowScanner) (v row, err error) {
		err = r.Scan(&v.id, &v.signature)
		return v, err
	}, `SELECT c.id, m.signature FROM mail m JOIN "case" c ON c.id = m.case_id WHERE c.call_id = ? AND `+live+` AND m.signature <> '' AND m.kind = 'person' AND m.direction = 'in'
		AND m.copy_of IS NULL AND m.place IN ('opens', 'joins') AND substr(m.why, 1, length(?2)) <> ?2 ORDER BY m.id`, callID, cases.WhyStaff)
	if err != nil {
		return fmt.Errorf("list signatures: %w", err)
	}
	const linesAtMost = 50 // of one case
	for _, v := range signed {
		p := &parties[index[v.id]]
		for line := range strings.Lines(v.signature) {
			if line = strings.TrimSpace(line); line != "" && len(p.Lines) < linesAtMost && !slices.Contains(p.Lines, line) {
				p.Lines = append(p.Lines, line)
			}
		}
	}
	return nil
}

// addFact adds what a fact says of who stands behind a case. Numbers in mails are
// of who signs them, perhaps of a consultant.
func addFact(p *cases.Party, f cases.Established) {
	values := func(surer bool) (out []string) {
		for _, t := range append([]cases.Tell{f.Tell}, f.Against...) {
			if t.Doubt == "" && (t.Source != cases.FromMail) == surer {
				out = append(out, t.Value)
			}
		}
		return out
	}
	switch f.Name {
	case cases.FactSIREN, cases.FactSIRET:
		if f.Doubt == "" && f.Source != cases.FromMail {
			p.Numbers = append(p.Numbers, f.Value)
		}
		p.Signed = append(p.Signed, values(false)...)
	case cases.FactOrganisation:
		p.Organisations = append(p.Organisations, values(true)...)
	case cases.FactLead:
		p.Organisations = append(p.Organisations, values(true)...)
		p.Partners = append(p.Partners, values(true)...)
	case cases.FactPartner:
		name, siret := cases.SplitPartner(f.Value)
		p.Partners = append(p.Partners, name)
		if siret != "" {
			p.Partners = append(p.Partners, siret)
		}
	}
}
