package store_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/desk"
)

// BenchmarkDesk asks the real handler of the desk for pages, on a store of 10,000
// cases and 100,000 mails; the figure is the median, in milliseconds, from the
// request to the last byte.
func BenchmarkDesk(b *testing.B) {
	s := store.ManyCases(b)
	if err := s.UpdateIndex(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	now := func() time.Time { return time.Date(2018, 12, 1, 9, 0, 0, 0, time.UTC) }
	d, err := desk.New(desk.Options{Store: s, Calls: store.ManyCalls(), Location: time.UTC, Now: now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	handler := d.Handler()
	if err := s.AddStaff(b.Context(), "bench", "Camille Martin", ""); err != nil {
		b.Fatal(err)
	}
	link, err := desk.LoginLink(b.Context(), s, "bench", "Camille Martin", "", now().Add(cases.SessionMost))
	if err != nil {
		b.Fatal(err)
	}
	entered := httptest.NewRecorder()
	handler.ServeHTTP(entered, httptest.NewRequest("POST", link, nil))
	cookie, _, _ := strings.Cut(entered.Header().Get("Set-Cookie"), ";")

	for _, page := range []struct{ name, path string }{
		{"day", "/"},
		{"list", "/dossiers"},
		{"list, last page", "/dossiers?page=200"},
		{"list, by candidate", "/dossiers?tri=candidat"},
		{"list, by phase", "/dossiers?tri=-phase"},
		{"list, by deposit", "/dossiers?tri=-depot"},
		{"list, by pieces", "/dossiers?tri=pieces"},
		{"list, by tasks", "/dossiers?tri=-taches"},
		{"list, of a piece", "/dossiers?edition=hubs&piece=rib:absente"},
		{"list, without deposit", "/dossiers?vue=sans-depot"},
		{"search, a word", "/dossiers?q=mediation"},
		{"search, a rare word", "/dossiers?q=mot4321"},
		{"search, a phrase", "/dossiers?q=" + url.QueryEscape(`"mediation numerique"`)},
		{"search, conditions", "/dossiers?q=" + url.QueryEscape("phase:submitted missing:rib has:task")},
		{"search, a territory", "/dossiers?q=" + url.QueryEscape("dept:Bretagne")},
		{"search, an instant", "/dossiers?q=" + url.QueryEscape("received:2018-10-05 statuts12")},
		{"case", "/dossiers/HUB18-4711"},
		{"tasks", "/taches"},
		{"letters", "/courrier"},
		{"waiting", "/a-rattacher"},
	} {
		b.Run(page.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				r := httptest.NewRequest("GET", page.path, nil)
				r.Header.Set("Cookie", cookie)
				// Each from elsewhere: that a client may not ask without end is not measured.
				r.RemoteAddr = "[2001:db8:" + strconv.FormatInt(int64(len(took)%0xffff), 16) + "::1]:1"
				w := httptest.NewRecorder()
				began := time.Now()
				handler.ServeHTTP(w, r)
				took = append(took, time.Since(began))
				if w.Code != http.StatusOK {
					b.Fatalf("%d %s", w.Code, w.Body)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2])/1e6, "median-ms")
		})
	}
}
