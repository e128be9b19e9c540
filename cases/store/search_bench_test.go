package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

const (
	manyCases = 10_000
	manyMails = 100_000
)

// BenchmarkSearch asks a store of 10,000 cases, 100,000 mails and 70,000 files
// what staff ask, in turn with a plain SELECT that looks for the query in the text
// of the mails; the figures are the median, in milliseconds, and its ratio to that
// of the SELECT.
func BenchmarkSearch(b *testing.B) {
	s := manyCasesStore(b)
	began := time.Now()
	if err := s.UpdateIndex(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(began).Seconds(), "making-s")
	for _, query := range []string{"hub7", "mediation", "\"mediation numerique\"", "-mediation", "phase:submitted missing:rib", "from:org42.example", "file:budget9", "received:2018-10-05 statuts12"} {
		b.Run(strings.ReplaceAll(query, " ", "_"), func(b *testing.B) {
			q, err := cases.ParseQuery(query, nil, time.UTC)
			if err != nil {
				b.Fatal(err)
			}
			var search, plain []time.Duration
			found := 0
			for b.Loop() {
				began := time.Now()
				list, err := s.Cases(b.Context(), q)
				if err != nil {
					b.Fatal(err)
				}
				search, found = append(search, time.Since(began)), len(list)
				began = time.Now()
				if _, err := collect(b.Context(), s.reader, one[int64], "SELECT id FROM mail WHERE text LIKE ?", "%"+query+"%"); err != nil {
					b.Fatal(err)
				}
				plain = append(plain, time.Since(began))
			}
			slices.Sort(search)
			slices.Sort(plain)
			s, p := search[len(search)/2], plain[len(plain)/2]
			b.ReportMetric(float64(s)/1e6, "median-ms")
			b.ReportMetric(float64(s)/float64(p), "/select")
			b.ReportMetric(float64(found), "found")
		})
	}
}

// manyCasesStore fills a store by SQL: filing 100,000 mails is not what is measured.
func manyCasesStore(b *testing.B) *Store {
	s, err := Open(b.Context(), b.TempDir(), Options{})
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
	exec("INSERT INTO call (id, name, reference, opens, deadline) VALUES ('hubs', 'Hubs', 'HUB18', '2018-09-13T00:00:00.000Z', '2018-11-30T16:00:00.000Z')")
	exec("INSERT INTO journal (seq, at, actor, event, content, digest, hash) VALUES (1, '', '', '', '{}', '', 'h')")
	exec("INSERT INTO journal_head (id, seq, hash) VALUES (1, 1, 'h')")
	for id := 1; id <= manyCases; id++ {
		org := fmt.Sprintf("org%d.example", id%1000)
		phase := []cases.Phase{cases.Declared, cases.Depositing, cases.Submitted}[id%3]
		exec(`INSERT INTO "case" (id, ref, call_id, opened_by, name, address, phase, completeness, publication, opened_at) VALUES (?, ?, 'hubs', ?, ?, ?, ?, 'incomplete', 'not_decided', ?)`,
			id, fmt.Sprintf("HUB18-%04d", id), id, fmt.Sprintf("Hub%d", id), "contact@"+org, phase, instant(time.Date(2018, 10, 1, 0, id%10000, 0, 0, time.UTC)))
		for i, piece := range []string{"budget", "rib", "statuts", "comptes", "dossier", "lettres", "kbis"} {
			exec("INSERT INTO piece (case_id, position, piece, label, required, status, parts) VALUES (?, ?, ?, ?, 1, ?, '[]')", id, i, piece, piece, []cases.Status{cases.Missing, cases.Present}[(id/(i+3))%2])
		}
	}
	for id := 1; id <= manyMails; id++ {
		of := (id-1)%manyCases + 1
		exec(`INSERT INTO mail (id, raw_sha256, size, oversize, message_id, from_name, from_address, from_key, reply_to, subject, refs, tokens, text, kind, answerable, reasons, warnings, links, failed, about,
				fetched, instant, clock, case_id, place, why, by_token, added, answer, closed, carries)
			VALUES (?1, ?1, 1, 0, ?1, ?2, ?3, ?3, '[]', 'Dossier', '[]', '[]', ?4, 'person', 1, '[]', '[]', '[]', '[]', '', '', ?5, '', ?6, 'joins', '', 0, 0, 0, 0, 1)`,
			id, fmt.Sprintf("Personne %d", of), fmt.Sprintf("p%d@org%d.example", id%7, of%1000), "Médiation numérique, "+text(60), instant(time.Date(2018, 10, 1, 0, id%100_000, 0, 0, time.UTC)), of)
		if id <= 70_000 {
			exec("INSERT INTO part (mail_id, part, filename, media_type, size, sha256, inline, furniture, member_of, locator, role) VALUES (?, '2', ?, '', 1, ?, 0, 0, '', '', 'deposit')",
				id, fmt.Sprintf("%s%d.pdf", []string{"budget", "statuts", "rib"}[id%3], id%500), fmt.Sprint(id))
		}
	}
	if err := t.Commit(); err != nil {
		b.Fatal(err)
	}
	return s
}
