package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

// TestSignIn: the right password lets in; of a wrong one, of an account that is
// not there and of a disabled one the same is said.
func TestSignIn(t *testing.T) {
	o := newOffice(t)
	o.staff("Camille Martin")
	o.staff("Dominique Durand")
	o.must(o.store.DisableStaff(t.Context(), "operator", "Dominique Durand"))
	said := make(map[string]bool)
	for name, pass := range map[string]string{"Camille Martin": "autre phrase de passe", "Dominique Durand": password, "Personne": password} {
		got := o.browser().post("/connexion", url.Values{"nom": {name}, "mot_de_passe": {pass}})
		if got.code != 401 || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %s", name, got.code, got.header.Get("Set-Cookie"))
		}
		said[strings.ReplaceAll(got.body, name, "")] = true
	}
	if len(said) != 1 {
		t.Error("what is said tells whether the account exists")
	}
	b := o.browser()
	got := b.post("/connexion", url.Values{"nom": {"camille martin"}, "mot_de_passe": {password}, "vers": {"/dossiers?q=a"}})
	if got.code != 303 || got.location() != "/dossiers?q=a" {
		t.Errorf("%d %s", got.code, got.location())
	}
	if got := b.get("/"); got.code != 200 || !strings.Contains(got.body, "Camille Martin") {
		t.Errorf("%d", got.code)
	}
	if got := b.post("/sortie", nil); got.code != 303 {
		t.Errorf("sign out: %d", got.code)
	}
	if got := b.get("/"); got.code != 303 {
		t.Errorf("after signing out: %d", got.code)
	}
}

// TestCookie: over TLS only this host may set it; scripts never read it.
func TestCookie(t *testing.T) {
	for base, want := range map[string]string{"": "greffier", "https://greffe.example.net": "__Host-greffier"} {
		o := newOffice(t, func(o *Options) { o.BaseURL = base })
		hash, err := passwordHash()
		o.must(err)
		o.must(o.store.AddStaff(t.Context(), "operator", "Camille", hash))
		got := o.browser().post("/connexion", url.Values{"nom": {"Camille"}, "mot_de_passe": {password}})
		c, err := http.ParseSetCookie(got.header.Get("Set-Cookie"))
		o.must(err)
		if c.Name != want || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != (base != "") || len(c.Value) < 43 {
			t.Errorf("%+v", c)
		}
	}
}

// TestGuesses: passwords cannot be tried without end, neither of one account nor
// by one client, and who knows the password is not counted.
func TestGuesses(t *testing.T) {
	o := newOffice(t)
	o.staff("Camille")
	o.desk.guesses = newThrottle(3, time.Hour)
	b := o.browser()
	try := func(name, pass string) int {
		return b.post("/connexion", url.Values{"nom": {name}, "mot_de_passe": {pass}}).code
	}
	for range 5 {
		if code := try("Camille", password); code != 303 {
			t.Fatalf("the right one: %d", code)
		}
		b = o.browser()
	}
	for i, want := range []int{401, 401, 401, 429} {
		if code := try("Camille", "fausse phrase de passe"); code != want {
			t.Errorf("guess %d: %d, want %d", i+1, code, want)
		}
	}
	if code := try("Un autre compte", password); code != 429 {
		t.Errorf("the same client, another account: %d", code)
	}
	o.desk.guesses = newThrottle(1, time.Hour)
	o.desk.guesses.take("account camille")
	if code := try("  CAMILLE ", password); code != 429 {
		t.Errorf("the same account, spelt in another way: %d", code)
	}
}

func TestLink(t *testing.T) {
	o := newOffice(t)
	o.must(o.store.AddStaff(t.Context(), "operator", "Camille", ""))
	link, err := LoginLink(t.Context(), o.store, "operator", "Camille", "", o.now.Add(time.Hour))
	o.must(err)
	b := o.browser()
	for range 2 { // looking at it uses nothing up
		if got := b.get(link); got.code != 200 {
			t.Fatalf("%d", got.code)
		}
	}
	if got := b.post(link, nil); got.code != 303 || b.get("/").code != 200 {
		t.Errorf("%d", got.code)
	}
	if got := o.browser().post(link, nil); got.code != 404 || !strings.Contains(got.body, "ne sert plus") {
		t.Errorf("used twice: %d", got.code)
	}
	if got := o.browser().post("/connexion", url.Values{"nom": {"Camille"}, "mot_de_passe": {""}}); got.code != 401 {
		t.Errorf("no password is a password: %d", got.code)
	}
}

// TestChangePassword: it takes the old one, and ends the other sessions.
func TestChangePassword(t *testing.T) {
	o := newOffice(t)
	b := o.staff("Camille")
	other := o.browser()
	other.post("/connexion", url.Values{"nom": {"Camille"}, "mot_de_passe": {password}})
	const next = "une tout autre phrase"
	for _, tc := range []struct{ name, old, new, again, says string }{
		{"a wrong old one", "fausse phrase de passe", next, next, "pas votre mot de passe actuel"},
		{"a short one", password, "court", "court", "au moins 12"},
		{"two that differ", password, next, next + "s", "diffèrent"},
		{"the name", password, "camillecamille", "camillecamille", "facile à deviner"},
	} {
		got := b.post("/compte/mot-de-passe", url.Values{"actuel": {tc.old}, "nouveau": {tc.new}, "encore": {tc.again}})
		if got.code != 422 || !strings.Contains(got.body, tc.says) {
			t.Errorf("%s: %d", tc.name, got.code)
		}
	}
	if other.get("/").code != 200 {
		t.Fatal("the other session ended too early")
	}
	if got := b.post("/compte/mot-de-passe", url.Values{"actuel": {password}, "nouveau": {next}, "encore": {next}}); got.code != 303 {
		t.Errorf("%d", got.code)
	}
	if b.get("/").code != 200 || other.get("/").code != 303 {
		t.Error("the other session goes on, or this one ended")
	}
	if got := o.browser().post("/connexion", url.Values{"nom": {"Camille"}, "mot_de_passe": {next}}); got.code != 303 {
		t.Errorf("the new one: %d", got.code)
	}
}

func TestSessionIdle(t *testing.T) {
	o := newOffice(t)
	b := o.staff("Camille")
	o.now = o.now.Add(cases.SessionIdle + time.Second)
	if got := b.get("/dossiers?q=a"); got.code != 303 || got.location() != "/connexion?vers=%2Fdossiers%3Fq%3Da" {
		t.Errorf("%d %s", got.code, got.location())
	}
}

func TestLocalPath(t *testing.T) {
	for to, want := range map[string]string{"/dossiers?q=a#b": "/dossiers?q=a#b", "": "/", "//evil.example": "/", "https://evil.example/": "/", "/\\evil.example": "/",
		"javascript:alert(1)": "/", "dossiers": "/", "/\t/evil.example": "/", "/%2F/evil": "/"} {
		if got := localPath(to); got != want {
			t.Errorf("%q: %q, want %q", to, got, want)
		}
	}
}

func TestPassword(t *testing.T) {
	hash, err := HashPassword(password)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Fatalf("%s, %v", hash, err)
	}
	for _, tc := range []struct {
		password, hash string
		fits, faulty   bool
	}{
		{password, hash, true, false},
		{password + " ", hash, false, false},
		{"", hash, false, false},
		{password, "", false, true},
		{password, strings.Replace(hash, "argon2id", "argon2i", 1), false, true},
		{password, strings.Replace(hash, "m=65536", "m=99999999", 1), false, true},
		{password, hash[:len(hash)-43], false, true}, // no key: everything would fit
	} {
		got, err := fits(tc.password, tc.hash)
		if got != tc.fits || (err != nil) != tc.faulty {
			t.Errorf("%q %s: %v, %v", tc.password, tc.hash, got, err)
		}
	}
}
