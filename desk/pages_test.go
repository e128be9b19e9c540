package desk

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"greffier/cases"
	"greffier/cases/french"
)

// walk calls f with each node of a page.
func walk(t *testing.T, body string, f func(*html.Node)) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		f(n)
	}
}

func attr(n *html.Node, key string) string {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
	if i < 0 {
		return ""
	}
	return n.Attr[i].Val
}

// breakable is a space that French wants unbroken.
var breakable = regexp.MustCompile(`« | [:;!?»](\s|$)|[a-zé][:!?](\s|$)`)

// TestEveryLink follows every link of every page: none is dead; each page is
// whole, in French, and holds nothing that the policy forbids.
func TestEveryLink(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	seen := map[string]bool{"/": true, "/compte?fait=mot-de-passe": true, "/a-rattacher?fait=ecarte": true, "/connexion": true}
	queue := []string{"/", "/compte?fait=mot-de-passe", "/a-rattacher?fait=ecarte"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		got := b.get(path)
		if got.code != 200 {
			t.Errorf("%s: %d", path, got.code)
			continue
		}
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			continue
		}
		ids, fragments, headings := make(map[string]int), []string(nil), 0
		walk(t, got.body, func(n *html.Node) {
			if n.Type == html.TextNode && n.Parent.Data != "script" && attr(n.Parent, "lang") != "en" && n.Parent.Data != "div" && n.Parent.Data != "bdi" { // bdi: in the words of others
				if s := breakable.FindString(n.Data); s != "" && !strings.Contains(n.Data, "script>") {
					t.Errorf("%s: %q in %q may break", path, s, strings.TrimSpace(n.Data))
				}
			}
			if n.Type != html.ElementNode {
				return
			}
			if n.Data == "h1" {
				headings++
			}
			if id := attr(n, "id"); id != "" {
				ids[id]++
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: <%s %s>", path, n.Data, a.Key)
				}
			}
			if n.Data == "style" || n.Data == "script" && attr(n, "src") != "/desk.js" {
				t.Errorf("%s: <%s>", path, n.Data)
			}
			to := attr(n, "href") + attr(n, "src")
			if to == "" {
				return
			}
			u, err := url.Parse(to)
			if err != nil || u.Host != "" {
				t.Errorf("%s leads to %s: %v", path, to, err)
				return
			}
			if u.Path == "" {
				fragments = append(fragments, u.Fragment)
				return
			}
			// Sorting, narrowing and views multiply; their links are seen from one list.
			if path != "/" && len(u.Query()) > 1 {
				return
			}
			if next := u.RequestURI(); !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		})
		for _, f := range fragments {
			if ids[f] == 0 {
				t.Errorf("%s: nothing is called #%s", path, f)
			}
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("%s: %d things are called %s", path, n, id)
			}
		}
		if headings != 1 {
			t.Errorf("%s: %d first headings", path, headings)
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d links were followed", len(seen))
	}
}

// rowsOf counts the rows of the table of a page, or the mails that wait.
func rowsOf(t *testing.T, body string) (n int) {
	t.Helper()
	walk(t, body, func(e *html.Node) {
		if e.Data == "tr" && e.Parent != nil && e.Parent.Data == "tbody" || e.Data == "article" {
			n++
		}
	})
	return n
}

// TestCountsLeadToWhatTheyCount: every number of the order of the day that is a
// link leads to exactly so many rows.
func TestCountsLeadToWhatTheyCount(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	number := regexp.MustCompile(`^[0-9]+`)
	followed := 0
	walk(t, b.get("/").body, func(n *html.Node) {
		if n.Type != html.ElementNode || n.Data != "a" || n.FirstChild == nil {
			return
		}
		var text string
		for c := range n.Descendants() {
			if c.Type == html.TextNode {
				text += c.Data
			}
		}
		want := number.FindString(strings.TrimSpace(text))
		if want == "" {
			return
		}
		followed++
		if got := rowsOf(t, b.get(attr(n, "href")).body); fmt.Sprint(got) != want {
			t.Errorf("%s leads to %d rows, not %s", attr(n, "href"), got, want)
		}
	})
	if followed < 15 {
		t.Errorf("only %d numbers were followed", followed)
	}
}

func TestCasePage(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	body := b.get("/dossiers/hub18-0001").body
	for _, want := range []string{
		"Notre &lt;script&gt;alert(1)&lt;/script&gt; dossier", "voici &lt;b&gt;la suite&lt;/b&gt;.", // what a candidate writes is text
		"10\u00a0h\u00a000\u00a0min\u00a000\u00a0s</time> <span>notre serveur, qui compte", "9\u00a0h\u00a059\u00a0min\u00a000\u00a0s</time> <span>selon l’expéditeur",
		"le nom du fichier dit «\u00a0budget\u00a0»", "Accusé de réception", "Version 1", "Dossier ouvert pour alpha@a.example", "À côté du dossier",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(body, "<script>alert") {
		t.Error("what a candidate writes is run")
	}
	if got := b.get("/dossiers/HUB18-9999"); got.code != 404 || !strings.Contains(got.body, "n’existe pas") {
		t.Errorf("a case that is not there: %d", got.code)
	}
}

// TestCaseList: words, views, sorting and pages stand in the address.
func TestCaseList(t *testing.T) {
	o := newOffice(t)
	for i := range pageOf + 5 {
		o.mail(fmt.Sprintf("c%02d@x.example", i), "Candidature", o.now.Add(time.Duration(i)*time.Minute))
	}
	b := o.staff("Camille Martin")
	for path, want := range map[string]int{"/dossiers": pageOf, "/dossiers?page=2": 5, "/dossiers?page=99": 5, "/dossiers?page=x": pageOf, "/dossiers?q=c07": 1, "/dossiers?q=rien": 0,
		"/dossiers?vue=sans-depot&page=2": 5, "/dossiers?vue=complets": 0, "/dossiers?phase=declared": pageOf, "/dossiers?phase=nonsense": 0, "/dossiers?edition=hubs-2018": pageOf, "/dossiers?edition=x": 0} {
		got := b.get(path)
		if n := rowsOf(t, got.body); got.code != 200 || n != want {
			t.Errorf("%s: %d, %d rows, want %d", path, got.code, n, want)
		}
	}
	if got := b.get("/dossiers?q=phase:nulle-part"); got.code != 422 || !strings.Contains(got.body, "à partir du caractère 7") || !strings.Contains(got.body, `value="phase:nulle-part"`) {
		t.Errorf("a query that is not understood: %d", got.code)
	}
	body := b.get("/dossiers?tri=-reference").body
	if first, last := strings.Index(body, "HUB18-0055"), strings.Index(body, "HUB18-0006"); first < 0 || last < 0 || first > last || !strings.Contains(body, `aria-sort="descending"`) {
		t.Error("not sorted")
	}
	if next := "/dossiers?page=2&amp;tri=-reference"; !strings.Contains(body, next) {
		t.Error("the next page forgets the order")
	}
}

// TestSelection: the cases that are ticked make a list that has an address.
func TestSelection(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	got := b.get("/dossiers?dossier=HUB18-0002&dossier=hub18-0001&tri=-reference")
	if n := rowsOf(t, got.body); n != 2 || !strings.Contains(got.body, "Sélection de 2"+french.NBSP+"dossiers") {
		t.Errorf("%d rows", n)
	}
	if !strings.Contains(got.body, `href="/dossiers?tri=-reference">ne plus filtrer`) || !strings.Contains(got.body, "dossier=HUB18-0002&amp;dossier=hub18-0001&amp;tri=reference") {
		t.Error("the selection is lost, or cannot be left")
	}
	if n := strings.Count(got.body, `name="dossier" value="HUB18-000`); n != 2 {
		t.Errorf("%d boxes to tick", n)
	}
}

// TestSavedViews: a list is kept under a name, found again, and forgotten; what
// cannot be kept is said at the field, with what was typed.
func TestSavedViews(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b, other := o.staff("Camille Martin"), o.staff("Dominique Roux")
	save := func(name, who string) answer {
		return b.post("/vues", url.Values{"liste": {"vue=incomplets&tri=-depot&page=2&evil=1"}, "nom": {name}, "pour": {who}})
	}
	if got := save("À relancer", ""); got.code != 303 || got.location() != "/dossiers?tri=-depot&vue=incomplets&fait=vue-enregistree" {
		t.Fatalf("%d %s", got.code, got.location())
	}
	if got := b.get("/dossiers"); !strings.Contains(got.body, `<a href="/dossiers?tri=-depot&amp;vue=incomplets">À relancer`) {
		t.Error("the view is not on the list")
	}
	if got := other.get("/dossiers"); strings.Contains(got.body, "À relancer") {
		t.Error("the view of a colleague is shown")
	}
	if got := save("à relancer", ""); got.code != 422 || !strings.Contains(got.body, "déjà une vue de ce nom") || !strings.Contains(got.body, `value="à relancer"`) {
		t.Errorf("a name twice: %d", got.code)
	}
	if got := save("À relancer", "tous"); got.code != 303 {
		t.Errorf("for everybody: %d", got.code)
	}
	page := other.get("/dossiers").body
	at := strings.Index(page, "/vues/")
	if at < 0 {
		t.Fatal("the view of everybody is not shown")
	}
	drop, _, _ := strings.Cut(page[at:], `"`)
	if got := b.post("/vues/1/supprimer", url.Values{}); got.code != 303 {
		t.Errorf("drop: %d", got.code)
	}
	if got := other.post(drop, url.Values{}); got.code != 303 || !strings.Contains(other.get(got.location()).body, "La vue est supprimée") {
		t.Errorf("drop: %d %s", got.code, got.location())
	}
	if got := other.post(drop, url.Values{}); got.code != 404 {
		t.Errorf("drop again: %d", got.code)
	}
}

// TestAttach: a mail is attached, set aside, and both are taken back, each under
// the name of who did it; what cannot be done says why and changes nothing.
func TestAttach(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	waiting, err := o.store.Waiting(t.Context())
	o.must(err)
	act := func(i int, verb string, form url.Values) answer {
		t.Helper()
		return b.post(fmt.Sprintf("/a-rattacher/%d/%s", waiting[i].ID, verb), form)
	}
	left := func(want int) {
		t.Helper()
		list, err := o.store.Waiting(t.Context())
		o.must(err)
		if len(list) != want {
			t.Errorf("%d mails wait, want %d", len(list), want)
		}
	}
	if got := act(0, "rattacher", url.Values{"dossier": {"HUB18-9999"}}); got.code != 409 || !strings.Contains(got.body, "pas de dossier «\u00a0HUB18-9999\u00a0»") || !strings.Contains(got.body, `value="HUB18-9999"`) {
		t.Errorf("a case that is not there: %d", got.code)
	}
	left(2)
	got := act(0, "rattacher", url.Values{"dossier": {" hub18-0001 "}})
	if got.code != 303 {
		t.Fatalf("attach: %d %s", got.code, got.body)
	}
	if done := b.get(got.location()); !strings.Contains(done.body, "rattaché au dossier HUB18-0001") || !strings.Contains(done.body, "Décidés récemment") {
		t.Error("not told what was done, or how to take it back")
	}
	if got := act(1, "ecarter", nil); got.code != 303 {
		t.Errorf("set aside: %d", got.code)
	}
	left(0)
	for _, verb := range []string{"rattacher", "ecarter"} {
		if got := act(1, verb, nil); got.code != 409 || !strings.Contains(got.body, "n’attend plus") {
			t.Errorf("%s twice: %d", verb, got.code)
		}
	}
	for i := range waiting {
		if got := act(i, "annuler", nil); got.code != 303 {
			t.Errorf("undo: %d", got.code)
		}
	}
	left(2)
	if got := act(0, "annuler", nil); got.code != 409 || !strings.Contains(got.body, "plus rien à annuler") {
		t.Errorf("undo twice: %d", got.code)
	}
	if got := b.post("/a-rattacher/999/ecarter", nil); got.code != 409 {
		t.Errorf("a mail that is not there: %d", got.code)
	}
	if got := b.post("/a-rattacher/x/ecarter", nil); got.code != 404 {
		t.Errorf("no mail at all: %d", got.code)
	}
	sheet, err := o.store.Case(t.Context(), "HUB18-0001")
	o.must(err)
	if !slices.ContainsFunc(sheet.Journal, func(e cases.EntrySheet) bool { return e.Event == "mail_attached" && e.Actor == "Camille Martin" }) {
		t.Error("the journal does not say who attached it")
	}
}

func TestDepositChart(t *testing.T) {
	zone := time.FixedZone("+1", 3600)
	at := func(day, hour int) time.Time { return time.Date(2018, 11, day, hour, 0, 0, 0, zone) }
	call := &cases.Call{Opens: at(1, 0), Deadline: at(10, 17)}
	c := depositChart(call, zone, at(20, 0), []cases.DepositCount{{First: at(3, 0), Mails: 1}, {First: at(3, 23), Mails: 1}, {First: at(4, 0), Mails: 1}, {First: at(12, 9), Mails: 1}})
	if len(c.Bars) != 12 || c.Most != 2 || c.Total != 4 || c.Width != 12*dayWidth || c.Bars[2].N != 2 || c.Bars[2].H != chartHeight || c.Bars[2].Y != 0 ||
		c.Bars[3].H != chartHeight/2 || !c.Bars[11].Late || c.Bars[9].Late || c.Deadline != c.Bars[9].X+dayWidth-1 {
		t.Errorf("%+v", c)
	}
	if c := depositChart(call, zone, at(2, 12), nil); len(c.Bars) != 2 || c.Total != 0 || c.Deadline != -1 {
		t.Errorf("before any deposit: %+v", c)
	}
}

// TestJournalWords: no entry that a case may have is told as technical.
func TestJournalWords(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	for _, decide := range []error{
		o.store.Arbitrate(t.Context(), "Camille Martin", "HUB18-0005", 0, cases.OnTime, "Un motif"),
		o.store.Derogate(t.Context(), "Camille Martin", "HUB18-0006", "Un motif"),
		o.store.Merge(t.Context(), "Camille Martin", "HUB18-0004", "HUB18-0003", "Un motif"),
	} {
		o.must(decide)
	}
	b := o.staff("Camille Martin")
	for ref, want := range map[string]string{"HUB18-0005": "Arbitré\u00a0: dans les délais", "HUB18-0006": "Admis par dérogation", "HUB18-0004": "a été réuni à"} {
		if body := b.get("/dossiers/" + ref).body; !strings.Contains(body, want) {
			t.Errorf("%s: no %q", ref, want)
		}
	}
	list, err := o.store.Cases(t.Context(), nil)
	o.must(err)
	for _, c := range list {
		if body := b.get("/dossiers/" + c.Ref).body; strings.Contains(body, "Événement technique") {
			t.Errorf("%s: %s", c.Ref, body[strings.Index(body, "Événement technique"):][:60])
		}
	}
}

func TestFrench(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{french.Size(812), "812 octets"}, {french.Size(1), "1 octet"}, {french.Size(12_700), "12,7 ko"}, {french.Size(1_000_000), "1 Mo"}, {french.Size(999_999), "1 Mo"},
		{french.Number(1234567), "1 234 567"}, {french.Number(12), "12"}, {french.Plural(0, "fichier", "fichiers"), "0 fichier"}, {french.Plural(2, "fichier", "fichiers"), "2 fichiers"},
		{span(6*24*time.Hour + 4*time.Hour + time.Minute), "6 jours et 4 heures"}, {span(-90 * time.Minute), "1 heure et 30 minutes"}, {span(24 * time.Hour), "1 jour"}, {span(16 * time.Hour), "16 heures"},
		{span(5 * time.Minute), "5 minutes"}, {span(time.Second), "moins d’une minute"},
		{french.Day(time.Date(2018, 12, 1, 0, 0, 0, 0, time.UTC)), "samedi 1er décembre 2018"}, {french.ExactHour(time.Date(2018, 11, 30, 17, 0, 3, 0, time.UTC)), "17 h 00 min 03 s"},
	} {
		plain := strings.NewReplacer(french.NBSP, " ", french.Thin, " ").Replace(tc.got)
		if plain != tc.want {
			t.Errorf("%q, want %q", plain, tc.want)
		}
	}
}
