package store

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

const (
	manyCases = 10_000
	manyMails = 100_000
)

// Both for tests outside of the package.
var (
	ManyCases = manyCasesStore
	ManyCalls = manyCalls
)

// manyCalls is the edition of the many cases.
func manyCalls() cases.Calls {
	c := &cases.Call{ID: "hubs", Name: "Hubs", Reference: "HUB18", Location: time.UTC, Opens: time.Date(2018, 9, 13, 0, 0, 0, 0, time.UTC), Deadline: time.Date(2018, 11, 30, 16, 0, 0, 0, time.UTC)}
	for _, id := range []string{"budget", "rib", "statuts", "comptes", "dossier", "lettres", "kbis"} {
		c.Pieces = append(c.Pieces, cases.Piece{ID: id, Label: "Pièce " + id, Required: true})
	}
	return cases.Calls{c}
}

// manyCasesStore fills a store by SQL, as filing 100,000 mails is not what is
// measured: 10,000 cases with 70,000 pieces, 70,000 files, 50,000 facts, 30,000
// letters, 8,000 open tasks and 200,000 entries of the journal.
func manyCasesStore(b *testing.B) *Store {
	s, err := Open(b.Context(), b.TempDir(), Options{Calls: manyCalls(), Location: time.UTC, Now: func() time.Time { return time.Date(2018, 12, 1, 9, 0, 0, 0, time.UTC) }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("bonjour veuillez trouver notre dossier de candidature pour le hub territorial accompagnement publics éloignés réseau partenaires région département budget prévisionnel statuts association collectivité projet mutualiser évaluer")
	for i := range 5000 {
		words = append(words, fmt.Sprintf("mot%d", i))
	}
	text := func(n int) string {
		var t []string
		for range n {
			t = append(t, words[min(r.IntN(len(words)), r.IntN(len(words)))])
		}
		return strings.Join(t, " ")
	}
	t, err := s.writer.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	exec := func(query string, args ...any) {
		if _, err := t.ExecContext(b.Context(), query, args...); err != nil {
			b.Fatal(err)
		}
	}
	minute := func(n int) instant { return instant(time.Date(2018, 10, 1, 0, n, 0, 0, time.UTC)) }
	seq := 0
	if err := t.QueryRowContext(b.Context(), "SELECT COALESCE(MAX(seq), 0) FROM journal").Scan(&seq); err != nil {
		b.Fatal(err)
	}
	journal := func(at instant, event, ref, content string) {
		seq++
		exec("INSERT INTO journal (seq, at, actor, event, case_ref, content, digest, hash) VALUES (?, ?, 'greffier', ?, ?, ?, '', '')", seq, at, event, ref, content)
	}
	exec("INSERT INTO call (id, name, reference, opens, deadline) VALUES ('hubs', 'Hubs', 'HUB18', ?, ?) ON CONFLICT DO NOTHING", instant(manyCalls()[0].Opens), instant(manyCalls()[0].Deadline))
	ref := func(id int) string { return fmt.Sprintf("HUB18-%04d", id) }
	for id := 1; id <= manyCases; id++ {
		org := fmt.Sprintf("org%d.example", id%1000)
		phase := []cases.Phase{cases.Declared, cases.Depositing, cases.Submitted}[id%3]
		exec(`INSERT INTO "case" (id, ref, call_id, opened_by, name, address, organisation, phase, completeness, publication, opened_at, deposited_at) VALUES (?, ?, 'hubs', ?, ?, ?, ?, ?, 'incomplete', 'not_decided', ?, ?)`,
			id, ref(id), id, fmt.Sprintf("Hub%d", id), "contact@"+org, []string{"", "Éveil numérique de l’arrondissement " + org}[id%2], phase, minute(id), minute(id+5))
		exec("INSERT INTO sender (case_id, address, role) VALUES (?, ?, 'candidate')", id, "contact@"+org)
		for i, p := range manyCalls()[0].Pieces {
			exec("INSERT INTO piece (case_id, position, piece, label, required, status, parts) VALUES (?, ?, ?, ?, 1, ?, ?)", id, i, p.ID, p.Label, []cases.Status{cases.Missing, cases.Present}[(id/(i+3))%2], fmt.Sprintf("[%d]", id+i*manyCases))
		}
		for i := range 3 {
			exec(`INSERT INTO letter (about_kind, about_id, kind, occurrence, case_id, call_id, to_name, to_address, to_key, to_bare, to_domain, token, message_id, in_reply_to, refs, facts, state, owed_at, attempts, subject, sent_at)
				VALUES ('case', ?1, ?2, '', ?3, 'hubs', '', ?4, ?4, ?4, ?4, ?1 || ?2, ?1 || ?2, '', '[]', '{}', 'sent', ?5, 1, 'Votre dossier', ?5)`,
				ref(id), []cases.LetterKind{cases.LetterPack, cases.LetterAck, cases.LetterReminder}[i], id, "contact@"+org, minute(id+i))
		}
		journal(minute(id), "case_opened", ref(id), `{"address":"contact@`+org+`"}`)
	}
	for id := 1; id <= manyMails; id++ {
		of := (id-1)%manyCases + 1
		exec(`INSERT INTO mail (id, raw_sha256, size, oversize, message_id, from_name, from_address, from_key, reply_to, subject, refs, tokens, text, kind, answerable, reasons, warnings, links, failed, about,
				boundary, internaldate, fetched, instant, clock, call_id, timeliness, case_id, place, why, by_token, added, answer, closed, carries, tells, assessed_at)
			VALUES (?1, ?1, 1, 0, ?1, ?2, ?3, ?3, '[]', 'Dossier', '[]', '[]', ?4, 'person', 1, '[]', '[]', '[]', '[]', '', ?5, ?5, ?5, ?5, 'boundary', 'hubs', 'on_time', ?6, 'joins', '', 0, 0, 0, 0, 1, ?7, ?5)`,
			id, fmt.Sprintf("Personne %d", of), fmt.Sprintf("p%d@org%d.example", id%7, of%1000), "Médiation numérique, "+text(60), minute(id%100_000), of, id <= manyCases)
		if id <= 70_000 {
			exec(`INSERT INTO part (mail_id, part, filename, media_type, size, sha256, inline, furniture, member_of, locator, role, suggests) VALUES (?, '2', ?, '', 1, ?, 0, 0, '', '', 'deposit', '[{"piece":"rib"}]')`,
				id, fmt.Sprintf("%s%d.pdf", []string{"budget", "statuts", "rib"}[id%3], id%500), fmt.Sprint(id))
		}
		if id <= manyCases {
			if id%5 != 0 {
				exec("INSERT INTO task (case_id, mail_id, kind, detail, opened_at) VALUES (?, ?, ?, '', ?)", id, id, []string{"to_sort", "message", "unreadable"}[id%3], minute(id))
			}
			for _, f := range [][2]string{{string(cases.FactOrganisation), fmt.Sprintf("Organisme %d", id)}, {string(cases.FactTerritory), fmt.Sprintf("%02d", 21+id%70)}, {string(cases.FactTerritory), fmt.Sprint(971 + id%4)},
				{string(cases.FactAmount), fmt.Sprint(id)}, {string(cases.FactContact), "Personne"}} {
				exec("INSERT INTO fact (mail_id, part, name, value, source) VALUES (?, '2', ?, ?, 'form')", id, f[0], f[1])
			}
		}
		journal(minute(id), "mail_joins", ref(of), fmt.Sprintf(`{"mail":%d,"why":"its sender is known to the case"}`, id))
		journal(minute(id), "mail_assessed", ref(of), fmt.Sprintf(`{"mail":%d,"state":{"phase":"depositing"}}`, id))
	}
	exec("INSERT INTO journal_head (id, seq, hash) VALUES (1, ?, '') ON CONFLICT (id) DO UPDATE SET seq = excluded.seq", seq)
	if err := t.Commit(); err != nil {
		b.Fatal(err)
	}
	return s
}
