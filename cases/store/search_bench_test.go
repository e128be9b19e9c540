package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/cases"
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
