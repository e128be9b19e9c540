package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"greffier/cases"
)

// visit is a page in a state, to be examined.
type visit struct {
	path   string
	nobody bool         // is signed in
	status int          // that the page has; 0: it is fine
	act    func(b *tab) // what brings the page into its state; nil: nothing
}

// visits lists pages of the desk in the states that differ. Those that are reached
// by a link of one of these need not be listed.
func (s *site) visits(t *testing.T) []visit {
	list := []visit{
		{path: "/connexion", nobody: true},
		{path: "/connexion?vers=/dossiers", nobody: true, status: 401, act: func(b *tab) {
			b.fill("Votre nom", "Camille Martin")
			b.fill("Mot de passe", "ce n’est pas lui")
			b.follow("button", "Se connecter")
		}},
		{path: "/entrer/XYZ", nobody: true},
		{path: "/"},
		{path: "/dossiers"},
		{path: "/dossiers?q=" + url.QueryEscape("hub missing:any") + "&tri=-depot"},
		{path: "/dossiers?edition=hubs-2018&phase=admissibility&piece=rib:presente"},
		{path: "/dossiers?q=xyzxyz"},
		{path: "/dossiers?q=missing:", status: 422},
		{path: "/a-rattacher"},
		{path: "/a-rattacher", status: 409, act: func(b *tab) {
			b.fill("Dossier", "HUB18-9999")
			b.follow("button", "Rattacher")
		}},
		{path: "/a-rattacher?fait=ecarte"},
		{path: "/taches"},
		{path: "/taches?nature=arbitrate"},
		{path: "/courrier"},
		{path: "/courrier?etat=refused"},
		{path: "/mis-de-cote"},
		{path: "/compte"},
		{path: "/aide"},
		{path: "/nulle-part", status: 404},
	}
	for _, query := range []string{"phase:admissibility", "timeliness:to_arbitrate", "timeliness:late", "has:bounce", "status:unreadable"} {
		list = append(list, visit{path: "/dossiers/" + s.ref(t, query)})
	}
	return slices.Concat(list, s.fileVisits(t), s.letterVisits(t), s.decideVisits(t))
}

// notPages are the routes that answer GET with something else than a page.
var notPages = []string{"/desk.css", "/desk.js", "/favicon.svg", "/fiche.css", "/dossiers/{ref}/zip", "/export/dossiers.csv", "/export/dossiers.xlsx", "/export/dossiers.json", "/export/dossiers.zip",
	"/messages/{mail}/image/{part...}", "/messages/{mail}/telecharger/{part...}", "/messages/{mail}/brut", "/messages/{mail}/zip"}

// ref is the reference of the first case for which a query holds.
func (s *site) ref(t *testing.T, query string) string {
	t.Helper()
	refs := s.refs(t, query)
	if len(refs) == 0 {
		t.Fatalf("no case of the story is %s", query)
	}
	return refs[0]
}

func (s *site) refs(t *testing.T, query string) (refs []string) {
	t.Helper()
	q, err := cases.ParseQuery(query, nil, demoZone)
	must(t, err)
	list, err := s.r.daemon.store.Cases(t.Context(), q)
	must(t, err)
	for _, c := range list {
		refs = append(refs, c.Ref)
	}
	return refs
}

// testPages examines each page, wide and narrow, light and dark: axe-core finds
// no fault (WCAG 2.2 AA and its own good practice), nothing is refused or comes
// from elsewhere, and the page never moves sideways. Pages that are not listed
// are reached by their links; a route that nobody reaches fails the test.
func (s *site) testPages(t *testing.T) {
	mux := http.NewServeMux()
	routes := s.r.daemon.desk.Patterns()
	for _, pattern := range routes {
		mux.Handle(pattern, http.NotFoundHandler())
	}
	patternOf := func(path string) (pattern, state string) {
		r, err := http.NewRequest("GET", path, nil)
		must(t, err)
		_, pattern = mux.Handler(r)
		return pattern, pattern + fmt.Sprint(slices.Sorted(maps.Keys(r.URL.Query())))
	}
	listed, seen := make(map[string]bool), make(map[string]bool)
	round := s.visits(t)
	for _, v := range round {
		pattern, _ := patternOf(v.path)
		listed[pattern], seen[pattern] = true, true
	}
	for _, path := range notPages {
		listed["GET "+path], seen["GET "+path] = true, true
	}
	for len(round) > 0 {
		links := s.examineAll(t, round)
		round = nil
		for _, link := range links {
			if pattern, state := patternOf(link); !listed[pattern] && !seen[state] {
				seen[pattern], seen[state] = true, true
				round = append(round, visit{path: link})
			}
		}
	}
	for _, pattern := range routes {
		if strings.HasPrefix(pattern, "GET ") && !seen[pattern] {
			t.Errorf("nobody reaches %s: no page that was examined has a link to it; list it among the visits", pattern)
		}
	}
}

// examineAll examines pages, on two cores, and gives the addresses to which they
// lead, sorted.
func (s *site) examineAll(t *testing.T, visits []visit) (links []string) {
	var mu sync.Mutex
	t.Run("round", func(t *testing.T) {
		for half := range 2 {
			t.Run(fmt.Sprint(half), func(t *testing.T) {
				t.Parallel()
				nobody, colleague := s.tab(t, wide), s.colleague(t, wide)
				for i := half; i < len(visits); i += 2 {
					b := colleague
					if visits[i].nobody {
						b = nobody
					}
					found := b.examine(visits[i])
					mu.Lock()
					links = append(links, found...)
					mu.Unlock()
				}
			})
		}
	})
	slices.Sort(links)
	return slices.Compact(links)
}

// examine looks at a page in every way, and gives the addresses to which it leads.
func (b *tab) examine(v visit) (links []string) {
	b.t.Helper()
	b.resize(wide)
	b.expect(v.status)
	b.open(v.path)
	if v.act != nil {
		v.act(b)
	}
	b.inspect(v.path)
	b.expect(0)
	b.quiet(v.path)
	return ask[[]string](b, `[...document.querySelectorAll("main a[href]:not([download])")].filter((a) => a.origin === location.origin).map((a) => a.pathname + a.search)`)
}

// inspect looks at the page that is open in every way, with all that is folded
// open.
func (b *tab) inspect(where string) {
	b.t.Helper()
	ask[bool](b, b.s.axe+"; document.querySelectorAll('details').forEach((d) => { d.open = true; }); true")
	faults := make(map[string][]string)
	for _, width := range []int64{wide, narrow} {
		b.resize(width)
		for _, scheme := range []string{"light", "dark"} {
			b.scheme(scheme)
			how := fmt.Sprintf("%d px, %s", width, scheme)
			if over := ask[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
				faults["too wide"] = append(faults["too wide"], fmt.Sprintf("%s, by %d", how, over))
			}
			for _, f := range b.violations(scheme) {
				faults[f] = append(faults[f], how)
			}
		}
	}
	b.scheme("light")
	for _, f := range slices.Sorted(maps.Keys(faults)) {
		b.t.Errorf("%s: %s (%s)", where, f, strings.Join(faults[f], "; "))
	}
}

// violations are what axe-core finds on the page as it stands. A dark page is a
// light one in other colours: only these are looked at.
func (b *tab) violations(scheme string) []string {
	b.t.Helper()
	rules := `"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"`
	if scheme == "dark" {
		rules = `"cat.color"`
	}
	return ask[[]string](b, `axe.run(document, {
		runOnly: [`+rules+`], resultTypes: ["violations"], preload: false, elementRef: false,
	}).then((r) => r.violations.map((v) => v.id + ", " + v.help + ": " + v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(", ")))`)
}
