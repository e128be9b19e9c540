package desk

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// example makes a request of a route's pattern.
func example(pattern string) (method, path string) {
	method, path, found := strings.Cut(pattern, " ")
	if !found {
		method, path = "GET", pattern+"nulle-part"
	}
	return method, strings.NewReplacer("{$}", "", "{ref}", "HUB18-0001", "{mail}", "6", "{vue}", "1", "{letter}", "1", "{fait}", "siret", "{decision}", "1", "{tache}", "2", "{numero}", "1", "{token}", "XYZ", "{part...}", "2").Replace(path)
}

// TestNobody walks every route as somebody who has not signed in: what is not
// open leads to the sign-in page, and nothing is changed.
func TestNobody(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	nobody := o.browser()
	for _, r := range o.desk.routes() {
		method, path := example(r.pattern)
		got := nobody.do(method, path, nil)
		told := strings.Contains(got.body, "alpha@") || strings.Contains(got.body, "HUB18-0001</")
		if told {
			t.Errorf("%s tells of a case", r.pattern)
		}
		switch open := []string{"GET /connexion", "POST /connexion", "GET /entrer/{token}", "POST /entrer/{token}", "GET /desk.css", "GET /desk.js", "GET /favicon.svg", "GET /fiche.css", "/"}; {
		case slices.Contains(open, r.pattern):
		case method == "GET" && (got.code != 303 || !strings.HasPrefix(got.location(), "/connexion")), method != "GET" && got.code != 401:
			t.Errorf("%s lets anybody in: %d %s", r.pattern, got.code, got.location())
		}
	}
	if waiting, err := o.store.Waiting(t.Context()); err != nil || len(waiting) != 2 {
		t.Errorf("mails that wait: %d, %v", len(waiting), err)
	}
	if got := nobody.do("GET", "/", nil, "Cookie", "greffier=XYZ"); got.code != 303 {
		t.Errorf("an invented token: %d", got.code)
	}
}

// TestForeignOrigin walks every action as somebody signed in whose browser was
// made to act by another site: none is done.
func TestForeignOrigin(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	actions := 0
	for _, r := range o.desk.routes() {
		method, path := example(r.pattern)
		if method == "GET" {
			continue
		}
		actions++
		for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
			if got := b.do(method, path, url.Values{}, header...); got.code != 403 {
				t.Errorf("%s with %v: %d", r.pattern, header, got.code)
			}
		}
	}
	if actions == 0 {
		t.Error("no action was tried")
	}
	if got := b.get("/"); got.code != 200 {
		t.Errorf("signed out by another site: %d", got.code)
	}
}

// TestHeaders: every answer keeps a browser from being used against us.
func TestHeaders(t *testing.T) {
	o := newOffice(t)
	b := o.staff("Camille Martin")
	for _, path := range []string{"/", "/dossiers", "/connexion", "/desk.css", "/nulle-part"} {
		h := b.get(path).header
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		policy := h.Get("Content-Security-Policy")
		if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if path != "/desk.css" && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %q", path, h.Get("Cache-Control"))
		}
	}
	if h := b.get("/").header; h.Get("Strict-Transport-Security") != "" {
		t.Error("TLS is asked for although there is none")
	}
	secure := newOffice(t, func(o *Options) { o.BaseURL = "https://greffe.example.net" })
	if h := secure.browser().get("/connexion").header; h.Get("Strict-Transport-Security") == "" {
		t.Error("TLS is not asked for")
	}
}

func TestPanic(t *testing.T) {
	o := newOffice(t)
	w := httptest.NewRecorder()
	o.desk.guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("alpha@a.example") })).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || !strings.Contains(w.Body.String(), "n’a pas pu être faite") || strings.Contains(w.Body.String(), "alpha@") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestStoreGone: without its store the desk says so on a page.
func TestStoreGone(t *testing.T) {
	o := newOffice(t)
	b := o.staff("Camille Martin")
	o.must(o.store.Close())
	if got := b.get("/dossiers"); got.code != 503 || !strings.Contains(got.body, "ne répond pas") || strings.Contains(got.body, "sql") {
		t.Errorf("%d %s", got.code, got.body)
	}
}

func TestBodyLimit(t *testing.T) {
	o := newOffice(t)
	if got := o.browser().post("/connexion", url.Values{"nom": {strings.Repeat("a", bodyMost+1)}}); got.code != 400 {
		t.Errorf("%d", got.code)
	}
}

// TestRequestLimit: a client that asks without end is told to wait.
func TestRequestLimit(t *testing.T) {
	o := newOffice(t)
	o.desk.requests = newThrottle(3, time.Hour)
	b := o.browser()
	var codes []int
	for range 4 {
		codes = append(codes, b.get("/connexion").code)
	}
	if !slices.Equal(codes, []int{200, 200, 200, 429}) {
		t.Error(codes)
	}
}

func TestClient(t *testing.T) {
	d := &Desk{o: Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, tc := range []struct{ remote, forwarded, want string }{
		{"192.0.2.7:1234", "", "192.0.2.7"},
		{"192.0.2.7:1234", "203.0.113.1", "192.0.2.7"}, // no proxy of ours said it
		{"10.0.0.1:1234", "203.0.113.1", "203.0.113.1"},
		{"10.0.0.1:1234", "198.51.100.9, 203.0.113.1", "203.0.113.1"}, // the first is the client's own word
		{"10.0.0.1:1234", "203.0.113.1, 10.2.3.4", "203.0.113.1"},
		{"10.0.0.1:1234", "nonsense", "10.0.0.1"},
		{"10.0.0.1:1234", "", "10.0.0.1"},
		{"[2001:db8:1:2:3:4:5:6]:1234", "", "2001:db8:1:2::/64"},
		{"[::ffff:192.0.2.7]:1234", "", "192.0.2.7"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tc.remote
		if tc.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tc.forwarded)
		}
		if got := d.client(r); got != tc.want {
			t.Errorf("%s %s: %s, want %s", tc.remote, tc.forwarded, got, tc.want)
		}
	}
}

func TestThrottle(t *testing.T) {
	th := newThrottle(2, time.Minute)
	now := time.Unix(1e9, 0)
	th.now = func() time.Time { return now }
	take := func(key string, want bool) {
		t.Helper()
		if got := th.take(key); got != want {
			t.Errorf("take %s: %v", key, got)
		}
	}
	take("a", true)
	take("a", true)
	take("a", false)
	take("b", true)
	now = now.Add(time.Minute)
	take("a", true)
	take("a", false)
	th.giveBack("a")
	take("a", true)
	now = now.Add(24 * time.Hour)
	take("a", true)
	take("a", true)
	take("a", false) // rest gathers no more than the allowance
	for i := range throttleKeys * 2 {
		th.take(string(rune(i + 1000)))
	}
	if len(th.free) > throttleKeys+1 {
		t.Errorf("%d keys are kept", len(th.free))
	}
}
