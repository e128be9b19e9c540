package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
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

// visits lists every page of the desk in the states that differ. A new page has
// to be listed here.
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
		{path: "/?edition=hubs-2018"},
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
		path := "/dossiers/" + s.ref(t, query)
		list = append(list, visit{path: path}, visit{path: path + "/decider"})
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
// from elsewhere, and the page never moves sideways. No route is left out.
func (s *site) testPages(t *testing.T) {
	visits := s.visits(t)
	s.testRoutes(t, visits)
	nobody, colleague := s.tab(t, wide), s.colleague(t, wide)
	for _, v := range visits {
		b := colleague
		if v.nobody {
			b = nobody
		}
		b.examine(v)
	}
}

// testRoutes: there is a visit to each page that the desk has.
func (s *site) testRoutes(t *testing.T, visits []visit) {
	mux := http.NewServeMux()
	missing := make(map[string]bool)
	for _, pattern := range s.r.daemon.desk.Patterns() {
		mux.Handle(pattern, http.NotFoundHandler())
		missing[pattern] = strings.HasPrefix(pattern, "GET ")
	}
	for _, v := range visits {
		r, err := http.NewRequest("GET", v.path, nil)
		must(t, err)
		_, pattern := mux.Handler(r)
		delete(missing, pattern)
	}
	for _, path := range notPages {
		delete(missing, "GET "+path)
	}
	for pattern, is := range missing {
		if is {
			t.Errorf("nobody visits %s: add it to the visits", pattern)
		}
	}
}

func (b *tab) examine(v visit) {
	b.t.Helper()
	b.resize(wide)
	b.expect(v.status)
	b.open(v.path)
	if v.act != nil {
		v.act(b)
	}
	ask[bool](b, b.s.axe+"; document.querySelectorAll('details').forEach((d) => { d.open = true; }); true")
	for _, width := range []int64{wide, narrow} {
		b.resize(width)
		for _, scheme := range []string{"light", "dark"} {
			b.scheme(scheme)
			where := fmt.Sprintf("%s at %d px, %s", v.path, width, scheme)
			if over := ask[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); over > 0 {
				b.t.Errorf("%s: %d px too wide", where, over)
			}
			b.axe(where)
		}
	}
	b.expect(0)
	b.quiet(v.path)
}

// axe lets axe-core examine the page as it stands.
func (b *tab) axe(where string) {
	b.t.Helper()
	found := ask[string](b, `axe.run(document, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"], preload: false,
	}).then((r) => JSON.stringify(r.violations.map((v) => ({ID: v.id, Help: v.help, Nodes: v.nodes.map((n) => n.target.join(" ") + " — " + n.failureSummary)}))))`)
	var violations []struct {
		ID, Help string
		Nodes    []string
	}
	must(b.t, json.Unmarshal([]byte(found), &violations))
	for _, v := range violations {
		b.t.Errorf("%s: %s, %s\n%s", where, v.ID, v.Help, strings.Join(v.Nodes[:min(3, len(v.Nodes))], "\n"))
	}
}
