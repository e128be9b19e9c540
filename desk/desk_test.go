package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/notify"
)

var quiet = slog.New(slog.DiscardHandler)

const password = "une phrase de passe"

// passwordHash is its hash, made once: that takes long on purpose.
var passwordHash = sync.OnceValues(func() (string, error) { return HashPassword(password) })

// office is a desk under test on a real store, served over real HTTP.
type office struct {
	t     *testing.T
	store *store.Store
	desk  *Desk
	url   string
	now   time.Time
	uid   uint32
}

func newOffice(t *testing.T, change ...func(*Options)) *office {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at := func(month time.Month, day, hour int) time.Time {
		return time.Date(2018, month, day, hour, 0, 0, 0, zone)
	}
	match := func(s string) []*regexp.Regexp { return []*regexp.Regexp{regexp.MustCompile(s)} }
	calls := cases.Calls{{ID: "hubs-2018", Name: "Appel Hubs", Reference: "HUB18", Location: zone, Opens: at(9, 13, 0), Deadline: at(11, 30, 17),
		Arbitration: time.Minute, Settle: 15 * time.Minute, LateUntil: 30 * 24 * time.Hour,
		Pieces: []cases.Piece{{ID: "budget", Label: "Budget prévisionnel", Required: true, Match: match(`\bbudget\b`)}, {ID: "rib", Label: "RIB", Required: true, Match: match(`\brib\b`)},
			{ID: "statuts", Label: "Statuts", Match: match(`\bstatuts\b`)}}}}
	o := &office{t: t, now: at(11, 29, 12)}
	clock := func() time.Time { return o.now }
	o.store, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "data"), store.Options{Mailbox: "aap@cdc.example", Calls: calls, Location: zone, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.store.Close(); err != nil {
			t.Error(err)
		}
	})
	letters, err := notify.NewLetters(notify.LettersConfig{Calls: calls, Location: zone, Mailbox: cases.Address{Address: "aap@cdc.example"}, Service: notify.Service{Name: "Service des appels"}, Log: quiet})
	o.must(err)
	options := Options{Store: o.store, Calls: calls, Letters: letters, Location: zone, Now: clock, Log: quiet, Cache: filepath.Join(t.TempDir(), "previews"),
		OpenPart: func(_ io.ReaderAt, _ int64, locator string) (io.ReadCloser, error) { // a file's bytes are its name
			return io.NopCloser(strings.NewReader(strings.TrimPrefix(locator, "raw:"))), nil
		}}
	for _, c := range change {
		c(&options)
	}
	if o.desk, err = New(options); err != nil {
		t.Fatal(err)
	}
	o.desk.requests = newThrottle(1_000_000, time.Nanosecond) // tests ask faster than people
	server := httptest.NewServer(o.desk.Handler())
	t.Cleanup(server.Close)
	o.url = server.URL
	return o
}

// mail files a mail of a person, with files by name, and has it examined.
func (o *office) mail(from, subject string, received time.Time, files ...string) {
	o.t.Helper()
	o.uid++
	m := cases.Mail{MessageID: fmt.Sprintf("m%d@x", o.uid), From: cases.Address{Name: "Nom de " + from, Address: from}, Subject: subject, Kind: cases.Person, Answerable: true,
		Text: "Bonjour,\nvoici <b>la suite</b>.", Rest: "> cité <b>\n\n-- \nCamille", Clocks: cases.Clocks{Boundary: received, InternalDate: received.Add(time.Second), Date: received.Add(-time.Minute), Fetched: received.Add(time.Minute)}}
	for i, f := range files {
		sum := sha256.Sum256([]byte(f))
		m.Parts = append(m.Parts, cases.Part{ID: fmt.Sprint(i + 2), Filename: f, MediaType: "application/pdf", Size: 1234, SHA256: hex.EncodeToString(sum[:]), Locator: "raw:" + f})
	}
	var err error
	m.RawSHA256, m.Size, err = o.store.Archive.Put(strings.NewReader(fmt.Sprint("raw ", o.uid, from)))
	o.must(err)
	o.must(o.store.Receive(o.t.Context(), []cases.Arrival{{Source: cases.Source{Mailbox: "aap@cdc.example", Folder: "INBOX", UIDValidity: 1, UID: o.uid}, Mail: m}}))
	list, err := o.store.ToAssess(o.t.Context(), 100)
	o.must(err)
	for _, u := range list {
		a := cases.Assessment{MailID: u.MailID}
		for _, p := range u.Parts {
			f := cases.Finding{PartID: p.ID, DetectedType: "application/pdf", State: cases.Present}
			if strings.Contains(p.Filename, "protege") {
				f.State, f.Fault = cases.Unreadable, "encrypted"
			}
			a.Findings = append(a.Findings, f)
		}
		o.must(o.store.Assess(o.t.Context(), []cases.Assessment{a}))
	}
	o.must(o.store.UpdateIndex(o.t.Context(), nil))
}

// furnish files what a call receives: complete, incomplete, unreadable, to sort,
// to arbitrate, late, waiting.
func (o *office) furnish() {
	o.t.Helper()
	day := func(d, h, m, s int) time.Time { return time.Date(2018, 11, d, h, m, s, 0, o.desk.o.Location) }
	o.mail("alpha@a.example", "Notre <script>alert(1)</script> dossier", day(5, 10, 0, 0), "budget.pdf", "rib.pdf", "statuts.pdf")
	o.mail("beta@b.example", "Candidature", day(6, 10, 0, 0))
	o.mail("beta@b.example", "Une question", day(7, 10, 0, 0))
	o.mail("gamma@c.example", "Pièces", day(7, 11, 0, 0), "rib protege.pdf", "budget.pdf")
	o.mail("delta@d.example", "Suite", day(8, 9, 0, 0), "scan0001.pdf")
	o.mail("tiers@e.example", "Pour HUB18-0001", day(9, 9, 0, 0), "rib.pdf")
	o.mail("autre@e.example", "Pour HUB18-0001 aussi", day(9, 9, 30, 0), "statuts.pdf")
	o.mail("epsilon@f.example", "Juste après", day(30, 17, 0, 30), "budget.pdf", "rib.pdf")
	o.mail("zeta@g.example", "Trop tard", day(30, 18, 0, 0), "budget.pdf", "rib.pdf")
	o.now = day(30, 18, 30, 0)
	o.must(o.store.ReadingDone(o.t.Context(), "aap@cdc.example", "INBOX", 1, o.now))
	_, err := o.store.FreezeDue(o.t.Context())
	o.must(err)
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// browser is somebody at the desk. It follows no redirection by itself.
type browser struct {
	o *office
	*http.Client
	who string // has signed in
}

func (o *office) browser() *browser {
	o.t.Helper()
	jar, err := cookiejar.New(nil)
	o.must(err)
	return &browser{o: o, Client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// staff is somebody with an account who has signed in.
func (o *office) staff(name string) *browser {
	o.t.Helper()
	hash, err := passwordHash()
	o.must(err)
	o.must(o.store.AddStaff(o.t.Context(), "operator", name, hash))
	b := o.browser()
	b.who = name
	if got := b.post("/connexion", url.Values{"nom": {name}, "mot_de_passe": {password}}); got.code != 303 {
		o.t.Fatalf("sign in: %d", got.code)
	}
	return b
}

// answer is what a browser got.
type answer struct {
	code   int
	header http.Header
	body   string
}

func (a answer) location() string { return a.header.Get("Location") }

func (b *browser) do(method, path string, form url.Values, header ...string) answer {
	b.o.t.Helper()
	r, err := http.NewRequestWithContext(b.o.t.Context(), method, b.o.url+path, strings.NewReader(form.Encode()))
	b.o.must(err)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := b.Do(r)
	b.o.must(err)
	body, err := io.ReadAll(resp.Body)
	b.o.must(err)
	b.o.must(resp.Body.Close())
	return answer{resp.StatusCode, resp.Header, string(body)}
}

func (b *browser) get(path string) answer { b.o.t.Helper(); return b.do("GET", path, nil) }

func (b *browser) post(path string, form url.Values) answer {
	b.o.t.Helper()
	return b.do("POST", path, form, "Origin", b.o.url, "Sec-Fetch-Site", "same-origin")
}

// TestRun: it serves until its context ends, and an address in use stops nothing.
func TestRun(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	o := newOffice(t, func(o *Options) { o.Listen = address })
	o.must(o.store.ReadingDone(t.Context(), "aap@cdc.example", "INBOX", 1, o.now))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- o.desk.Run(ctx) }() // in use
	cancel()
	if err := <-done; err != nil {
		t.Errorf("an address in use: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	go func() { done <- o.desk.serve(ctx, listener) }()
	resp, err := http.Get("http://" + address + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 {
		t.Errorf("%d %s %v", resp.StatusCode, body, err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("stopping: %v", err)
	}
}
