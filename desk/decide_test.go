package desk

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"greffier/cases"
	"greffier/cases/french"
	"greffier/cases/store"
)

// form reads a form of a page as a browser would send it untouched: the one whose
// action ends so, in which the fields have those values, as many as are given.
func (b *browser) form(page, action string, with ...string) (to string, values url.Values) {
	b.o.t.Helper()
	got := b.get(page)
	if got.code != 200 {
		b.o.t.Fatalf("%s: %d", page, got.code)
	}
	return formOf(b.o.t, got.body, action, with...)
}

func formOf(t *testing.T, body, action string, with ...string) (to string, values url.Values) {
	t.Helper()
	walk(t, body, func(n *html.Node) {
		if n.Data != "form" || attr(n, "method") != "post" || values != nil || !strings.HasSuffix(attr(n, "action"), action) {
			return
		}
		found := url.Values{}
		for e := range n.Descendants() {
			name := attr(e, "name")
			kind := attr(e, "type")
			switch {
			case name == "":
			case e.Data == "textarea" && e.FirstChild != nil:
				found.Add(name, e.FirstChild.Data)
			case e.Data == "input" && (kind != "radio" && kind != "checkbox" || slices.ContainsFunc(e.Attr, func(a html.Attribute) bool { return a.Key == "checked" })):
				found.Add(name, attr(e, "value"))
			case e.Data == "select":
				for o := range e.Descendants() {
					if slices.ContainsFunc(o.Attr, func(a html.Attribute) bool { return a.Key == "selected" }) {
						found.Add(name, attr(o, "value"))
					}
				}
			}
		}
		for i := 0; i+1 < len(with); i += 2 {
			if !slices.Contains(found[with[i]], with[i+1]) {
				return
			}
		}
		to, values = attr(n, "action"), found
	})
	if values == nil {
		t.Fatalf("there is no form %s %v", action, with)
	}
	return to, values
}

// does sends the form of a page with some fields set, and wants to be led to a
// page that says those words. The journal must say who did it.
func (b *browser) does(page, action string, set url.Values, says string) {
	b.o.t.Helper()
	to, values := b.form(page, action)
	for k, v := range set {
		values[k] = v
	}
	last := func() int64 {
		entries, err := b.o.store.Journal(b.o.t.Context(), store.JournalFilter{Actor: b.who}, 1)
		b.o.must(err)
		return entries[0].Seq
	}
	before := last()
	got := b.post(to, values)
	if last() == before {
		b.o.t.Errorf("%s: the journal does not say that %s did it", to, b.who)
	}
	if got.code != 303 {
		b.o.t.Fatalf("%s: %d %s", to, got.code, textOf(b.o.t, got.body))
	}
	if after := textOf(b.o.t, b.get(got.location()).body); !strings.Contains(after, says) {
		b.o.t.Errorf("%s leads to %s, which does not say %q: %s", to, got.location(), says, after)
	}
}

// textOf is what a page says, in the words of its main part, with plain spaces.
func textOf(t *testing.T, body string) string {
	t.Helper()
	var out strings.Builder
	walk(t, body, func(n *html.Node) {
		if n.Type == html.TextNode {
			for p := n.Parent; p != nil; p = p.Parent {
				if p.Data == "main" {
					out.WriteString(n.Data + " ")
					return
				}
			}
		}
	})
	return strings.Join(strings.Fields(strings.NewReplacer(french.NBSP, " ", french.Thin, " ").Replace(out.String())), " ")
}

func (o *office) sheet(ref string) cases.Sheet {
	o.t.Helper()
	c, err := o.store.Case(o.t.Context(), ref)
	o.must(err)
	return c
}

func (o *office) status(ref, piece string) cases.Status {
	o.t.Helper()
	for _, p := range o.sheet(ref).Pieces {
		if p.ID == piece {
			return p.Status
		}
	}
	return ""
}

// journaled wants the journal of the case to say that the person did those, in
// that order.
func (o *office) journaled(ref, actor string, events ...string) {
	o.t.Helper()
	var did []string
	left := events
	for _, e := range o.sheet(ref).Journal {
		if e.Actor == actor {
			did = append(did, e.Event)
			if len(left) > 0 && e.Event == left[0] {
				left = left[1:]
			}
		}
	}
	if len(left) > 0 {
		o.t.Errorf("the journal of %s says that %s did %v, not %v", ref, actor, did, events)
	}
}

// TestSayWhatAFileIs: what a file is is confirmed, said, refused with a reason,
// and taken back; no letter leaves; what is missing is said at its field.
func TestSayWhatAFileIs(t *testing.T) {
	o := newOffice(t)
	day := func(d int) time.Time { return time.Date(2018, 11, d, 10, 0, 0, 0, o.desk.o.Location) }
	o.mail("alpha@a.example", "Dossier", day(5), "budget.pdf", "rib.pdf", "scan0001.pdf")
	b := o.staff("Camille Martin")
	letters := len(o.sheet("HUB18-0001").Letters)
	page := "/dossiers/HUB18-0001"

	to, values := b.form(page, "/piece/confirmer")
	if values.Get("suite") != "fichier-2" {
		t.Errorf("after the first file one goes on with %q", values.Get("suite"))
	}
	got := b.post(to, values)
	if got.code != 303 || !strings.HasSuffix(got.location(), "?fait=confirme#fichier-2") {
		t.Errorf("confirm: %d %s", got.code, got.location())
	}
	o.journaled("HUB18-0001", "Camille Martin", "file_sorted", "case_reassessed")
	if body := b.get(page).body; !strings.Contains(body, "Camille Martin, ") || !strings.Contains(textOf(t, body), "pièce confirmée") {
		t.Error("not told who confirmed it")
	}

	unsorted := page + "/piece?message=1&partie=4"
	to, values = b.form(unsorted, "/piece?message=1&partie=4")
	values.Set("dire", "pieces")
	if got := b.post(to, values); got.code != 422 || !strings.Contains(got.body, "Cochez au moins une pièce") {
		t.Errorf("no piece: %d", got.code)
	}
	values["piece"] = []string{"statuts", "rib"}
	if got := b.post(to, values); got.code != 303 {
		t.Errorf("two pieces: %d %s", got.code, textOf(t, got.body))
	}
	if got := o.status("HUB18-0001", "statuts"); got != cases.Present {
		t.Errorf("statuts are %s", got)
	}
	b.does(unsorted, "/piece/reprendre", nil, "ce que la machine y a reconnu compte de nouveau")
	if got := o.status("HUB18-0001", "statuts"); got == cases.Present {
		t.Errorf("taken back, statuts are %s", got)
	}

	rib := page + "/piece?message=1&partie=3"
	to, values = b.form(rib, "partie=3")
	values.Set("dire", "refuse")
	values.Set("raison", " ")
	if got := b.post(to, values); got.code != 422 || !strings.Contains(got.body, `id="faute-raison"`) || !strings.Contains(got.body, `value="refuse" checked`) {
		t.Errorf("no reason: %d", got.code)
	}
	values.Set("raison", "c’est celui d’un autre")
	if got := b.post(to, values); got.code != 303 || o.status("HUB18-0001", "rib") != cases.Refused {
		t.Errorf("refuse: %d, %s", got.code, o.status("HUB18-0001", "rib"))
	}
	b.does(rib, "partie=3", url.Values{"dire": {"illisible"}, "raison": {"trop pâle"}}, "illisible : trop pâle")
	b.does(rib, "partie=3", url.Values{"dire": {"aucune"}}, "Autres fichiers ce ne sont pas des pièces rib.pdf")
	if n := len(o.sheet("HUB18-0001").Letters); n != letters {
		t.Errorf("%d letters are owed by that", n-letters)
	}
	if got := b.get(page + "/piece?message=99&partie=3"); got.code != 404 {
		t.Errorf("a file that is not there: %d", got.code)
	}
	if got := b.post(page+"/piece/confirmer", url.Values{"message": {"1"}, "partie": {"2"}}); got.code != 400 {
		t.Errorf("without what was seen: %d", got.code)
	}
}

// TestFacts: what is told of a candidate is confirmed, corrected, chosen among
// what contradicts itself, and taken back.
func TestFacts(t *testing.T) {
	o := newOffice(t)
	day := time.Date(2018, 11, 5, 10, 0, 0, 0, o.desk.o.Location)
	o.mail("alpha@a.example", "Dossier", day, "budget.pdf")
	b := o.staff("Camille Martin")
	page := "/dossiers/HUB18-0001"
	to, values := b.form(page+"/faits/siret", "/faits/siret")
	values.Set("valeur", "418 166 096 00052")
	if got := b.post(to, values); got.code != 422 || !strings.Contains(got.body, "Un SIRET a quatorze chiffres") || !strings.Contains(got.body, `value="418 166 096 00052"`) || !strings.Contains(got.body, `aria-invalid="true"`) {
		t.Errorf("a SIRET that cannot be: %d", got.code)
	}
	b.does(page+"/faits/siret", "/faits/siret", url.Values{"valeur": {"418 166 096 00051"}}, "41816609600051")
	b.does(page+"/faits/grouping", "/faits/grouping", url.Values{"valeur": {"oui"}}, "Groupement oui confirmé")
	b.does(page+"/faits/amount", "/faits/amount", url.Values{"valeur": {"450 000,50"}}, "450 000,50 €")
	b.does(page+"/faits/territory", "/faits/territory", url.Values{"valeur": {"22, Martinique"}}, "972")
	o.journaled("HUB18-0001", "Camille Martin", "fact_set", "fact_set", "fact_set", "fact_set")
	b.does(page+"/faits/siret", "/faits/siret/reprendre", nil, "ce qui a été lu compte de nouveau")
	if facts := o.sheet("HUB18-0001").Facts; slices.ContainsFunc(facts, func(f cases.Fact) bool { return f.Name == cases.FactSIRET }) {
		t.Errorf("taken back, it stands: %+v", facts)
	}
	if got := b.get(page + "/faits/inconnu"); got.code != 404 {
		t.Errorf("a fact that is none: %d", got.code)
	}
	if got := b.get(page + "/faits/autre?nom=siren"); got.code != 200 {
		t.Errorf("a fact chosen from the list: %d", got.code)
	}
}

// tell files a mail of a person that says something.
func (o *office) tell(from, text string, received time.Time) {
	o.t.Helper()
	o.uid++
	m := cases.Mail{MessageID: fmt.Sprintf("m%d@x", o.uid), From: cases.Address{Address: from}, Subject: "Suite", Kind: cases.Person, Answerable: true, Text: text,
		Clocks: cases.Clocks{Boundary: received, InternalDate: received, Date: received, Fetched: received}}
	var err error
	m.RawSHA256, m.Size, err = o.store.Archive.Put(strings.NewReader(text))
	o.must(err)
	o.must(o.store.Receive(o.t.Context(), []cases.Arrival{{Source: cases.Source{Mailbox: "aap@cdc.example", Folder: "INBOX", UIDValidity: 1, UID: o.uid}, Mail: m}}))
	list, err := o.store.ToAssess(o.t.Context(), 10)
	o.must(err)
	for _, u := range list {
		o.must(o.store.Assess(o.t.Context(), []cases.Assessment{{MailID: u.MailID}}))
	}
}

// TestContradiction: values that contradict each other stand side by side, each
// with where it was read, and one is chosen.
func TestContradiction(t *testing.T) {
	o := newOffice(t)
	at := time.Date(2018, 11, 5, 10, 0, 0, 0, o.desk.o.Location)
	o.tell("alpha@a.example", "Notre SIRET : 418 166 096 00051", at)
	o.tell("alpha@a.example", "Notre SIRET : 732 829 320 00074", at.Add(time.Hour))
	b := o.staff("Camille Martin")
	page := "/dossiers/HUB18-0001"
	if body := b.get(page).body; !strings.Contains(body, "contredit") || !strings.Contains(body, "Choisir…") || strings.Contains(body, "/faits/siret/confirmer") {
		t.Error("a contradiction is not shown, or is confirmed unseen")
	}
	if said := textOf(t, b.get(page+"/faits/siret").body); !strings.Contains(said, "73282932000074 message voir le message oui") || !strings.Contains(said, "41816609600051 message voir le message non : elle contredit l’autre") {
		t.Errorf("side by side: %s", said)
	}
	b.does(page+"/faits/siret", "/faits/siret", url.Values{"choix": {"41816609600051"}}, "41816609600051 confirmé ailleurs : 73282932000074")
}

// TestArbitrate: each deposit shows its clocks and what each verdict would cause;
// a motive is required; afterwards the page says where to undo it, and undoing
// says what it causes too.
func TestArbitrate(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	page := "/dossiers/HUB18-0005"
	before := o.sheet("HUB18-0005").Seq()
	said := textOf(t, b.get(page+"/arbitrer").body)
	for _, want := range []string{"17 h 00 min 30 s", "notre serveur, qui compte", "dans les délais Aucune lettre ne part.", "hors délai Une lettre part : Avis de dépôt hors délai , à epsilon@f.example"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in %s", want, said)
		}
	}
	if now := o.sheet("HUB18-0005").Seq(); now != before {
		t.Fatal("looking at it changed it")
	}
	to, values := b.form(page+"/arbitrer", "/arbitrer")
	values.Set("motif", "l’heure du serveur avançait")
	if got := b.post(to, values); got.code != 422 || !strings.Contains(got.body, "Choisissez l’un ou l’autre") || !strings.Contains(got.body, "l’heure du serveur avançait</textarea>") {
		t.Errorf("no verdict: %d", got.code)
	}
	values.Set("verdict", "dans-les-delais")
	values.Set("motif", "")
	if got := b.post(to, values); got.code != 422 || !strings.Contains(got.body, "Écrivez un motif") || !strings.Contains(got.body, `value="dans-les-delais" checked`) {
		t.Errorf("no motive: %d", got.code)
	}
	b.does(page+"/arbitrer", "/arbitrer", url.Values{"verdict": {"hors-delai"}, "motif": {"trente secondes de trop"}}, "Arbitré : hors délai")
	if c := o.sheet("HUB18-0005"); c.Phase != cases.PhaseLate || c.Letters[len(c.Letters)-1].Kind != cases.LetterLate {
		t.Errorf("%s, %+v", c.Phase, c.Letters)
	}
	o.journaled("HUB18-0005", "Camille Martin", "decided", "deposits_arbitrated", "letter_owed")
	undo := regexp.MustCompile(`/dossiers/HUB18-0005/decisions/[0-9]+`).FindString(b.get(page).body)
	if said := textOf(t, b.get(undo).body); !strings.Contains(said, "trente secondes de trop") || !strings.Contains(said, "ne part plus : Avis de dépôt hors délai") {
		t.Errorf("what undoing causes: %s", said)
	}
	b.does(undo, undo, nil, "La décision est annulée")
	if got := b.get(undo); got.code != 409 {
		t.Errorf("undo twice: %d", got.code)
	}
}

// TestDerogateAndSetAside: a late case is admitted and is late again; a case is set
// aside and taken up again, each with a motive.
func TestDerogateAndSetAside(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	late := "/dossiers/HUB18-0006"
	to, values := b.form(late+"/deroger", "/deroger")
	if got := b.post(to, values); got.code != 422 || !strings.Contains(got.body, "Écrivez un motif") {
		t.Errorf("no motive: %d", got.code)
	}
	b.does(late+"/deroger", "/deroger", url.Values{"motif": {"panne de leur fournisseur"}}, "Admis par dérogation")
	if p := o.sheet("HUB18-0006").Phase; p != cases.Admissibility {
		t.Errorf("%s", p)
	}
	undo := regexp.MustCompile(`/dossiers/HUB18-0006/decisions/[0-9]+`).FindString(b.get(late).body)
	b.does(undo, undo, nil, "annulée par Camille Martin")
	if p := o.sheet("HUB18-0006").Phase; p != cases.PhaseLate {
		t.Errorf("%s", p)
	}
	if got := b.get("/dossiers/HUB18-0001/deroger"); got.code != 200 || !strings.Contains(got.body, "n’est pas hors délai") || strings.Contains(got.body, "<textarea") {
		t.Errorf("what cannot be decided: %d", got.code)
	}

	case1 := "/dossiers/HUB18-0001"
	to, values = b.form(case1+"/ranger", "/ranger")
	values.Set("motif", "au téléphone")
	if got := b.post(to, values); got.code != 422 || !strings.Contains(got.body, "Choisissez ce qu’est le dossier") || !strings.Contains(got.body, "au téléphone</textarea>") {
		t.Errorf("no place: %d", got.code)
	}
	b.does(case1+"/ranger", "/ranger", url.Values{"place": {"desistement"}, "motif": {"au téléphone"}}, "Désistement")
	o.journaled("HUB18-0001", "Camille Martin", "decided", "phase_decided")
	b.does(case1+"/reprendre", "/reprendre", url.Values{"motif": {"un malentendu"}}, "Examen de recevabilité")
}

// TestMergeAndSplit: two cases are compared, joined and taken apart; mails leave a
// case and come back; the reference is checked at its field.
func TestMergeAndSplit(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	page := "/dossiers/HUB18-0004/reunir"
	if got := b.get(page + "?avec=HUB18-0099"); got.code != 422 || !strings.Contains(got.body, `id="faute-avec"`) || !strings.Contains(got.body, `value="HUB18-0099"`) {
		t.Errorf("a case that is not there: %d", got.code)
	}
	if got := b.get(page + "?avec=hub18-0004"); got.code != 422 || !strings.Contains(got.body, "C’est le même dossier") {
		t.Errorf("the same case: %d", got.code)
	}
	if said := textOf(t, b.get(page+"?avec=hub18-0003").body); !strings.Contains(said, "gamma@c.example") || !strings.Contains(said, "delta@d.example") || !strings.Contains(said, "Aucune lettre ne part") {
		t.Errorf("side by side: %s", said)
	}
	b.does(page+"?avec=HUB18-0003", "/reunir", url.Values{"motif": {"une seule équipe"}}, "a été réuni à HUB18-0003")
	o.journaled("HUB18-0004", "Camille Martin", "case_merged", "decided")
	undo := regexp.MustCompile(`/dossiers/HUB18-0004/decisions/[0-9]+`).FindString(b.get("/dossiers/HUB18-0004").body)
	b.does(undo, undo, nil, "La décision est annulée")
	if c := o.sheet("HUB18-0004"); c.MergedInto != "" || len(c.Mails) != 1 {
		t.Errorf("%+v", c.Summary)
	}

	split := "/dossiers/HUB18-0002/separer"
	to, values := b.form(split, "/separer")
	if got := b.post(to, values); got.code != 422 || !strings.Contains(got.body, "Cochez au moins un message") {
		t.Errorf("no mail: %d", got.code)
	}
	second := strconv.FormatInt(o.sheet("HUB18-0002").Mails[1].ID, 10)
	values["message"], values["vers"] = []string{second}, []string{"HUB18-0099"}
	if got := b.post(to, values); got.code != 422 || !strings.Contains(got.body, `id="faute-vers"`) || !strings.Contains(got.body, `value="`+second+`" data-row checked`) {
		t.Errorf("to a case that is not there: %d", got.code)
	}
	b.does(split, "/separer", url.Values{"message": {second}, "motif": {"un autre projet"}}, "Ils sont dans HUB18-0007 .")
	undo = regexp.MustCompile(`/dossiers/HUB18-0007/decisions/[0-9]+`).FindString(b.get("/dossiers/HUB18-0007").body)
	b.does(undo, undo, nil, "La décision est annulée")
	if c := o.sheet("HUB18-0002"); len(c.Mails) != 2 {
		t.Errorf("%d mails", len(c.Mails))
	}
}

// TestProposals: a proposed merge is shown with its reason in French, and refused
// once and for all.
func TestProposals(t *testing.T) {
	o := newOffice(t)
	at := time.Date(2018, 11, 5, 10, 0, 0, 0, o.desk.o.Location)
	o.mail("un@asso.example", "Candidature", at)
	o.mail("deux@asso.example", "Candidature", at.Add(time.Hour))
	o.must(o.store.Propose(t.Context()))
	b := o.staff("Camille Martin")
	if said := textOf(t, b.get("/dossiers/HUB18-0001/reunir").body); !strings.Contains(said, "HUB18-0002") || !strings.Contains(said, "adresses du même domaine : asso.example") {
		t.Errorf("proposals: %s", said)
	}
	b.does("/dossiers/HUB18-0001/reunir?avec=HUB18-0002", "/reunir/non", nil, "restent distincts")
	if list, err := o.store.Proposals(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%+v %v", list, err)
	}
}

// TestCollision: of two who decide upon a case at once, the second is shown what
// the first did, loses nothing of what she wrote, and may do it all the same.
func TestCollision(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	camille, dominique := o.staff("Camille Martin"), o.staff("Dominique Petit")
	page := "/dossiers/HUB18-0001/faits/organisation"
	to, hers := camille.form(page, "/faits/organisation")
	_, his := dominique.form(page, "/faits/organisation")
	his.Set("valeur", "La Fabrique du Nord")
	if got := dominique.post(to, his); got.code != 303 {
		t.Fatalf("the first: %d", got.code)
	}
	hers.Set("valeur", "La Fabrique <du> Sud")
	got := camille.post(to, hers)
	said := textOf(t, got.body)
	if got.code != 409 || !strings.Contains(said, "Dominique Petit") || !strings.Contains(said, "Fait écrit par l’équipe") || !strings.Contains(said, "La Fabrique <du> Sud") {
		t.Fatalf("the second: %d %s", got.code, said)
	}
	organisation := func() string { return o.sheet("HUB18-0001").Candidate.Organisation }
	if organisation() != "La Fabrique du Nord" {
		t.Errorf("it is %q", organisation())
	}
	// Meanwhile a mail comes: that is shown too, before it is done all the same.
	again, values := formOf(t, got.body, "/faits/organisation")
	o.mail("alpha@a.example", "Encore", o.now, "rib.pdf")
	if got = camille.post(again, values); got.code != 409 || !strings.Contains(got.body, "Message reçu") || strings.Contains(got.body, "Dominique Petit</strong>") {
		t.Errorf("a new mail: %d", got.code)
	}
	again, values = formOf(t, got.body, "/faits/organisation")
	if got = camille.post(again, values); got.code != 303 || organisation() != "La Fabrique <du> Sud" {
		t.Errorf("all the same: %d, %q", got.code, organisation())
	}
	o.journaled("HUB18-0001", "Camille Martin", "fact_set")

	// Of two cases, either may have changed.
	_, values = camille.form("/dossiers/HUB18-0003/reunir?avec=HUB18-0004", "/reunir")
	values.Set("motif", "une seule équipe")
	o.must(o.store.Note(t.Context(), "Dominique Petit", "HUB18-0004", "surtout ne pas réunir"))
	got = camille.post("/dossiers/HUB18-0003/reunir", values)
	if got.code != 409 || !strings.Contains(textOf(t, got.body), "Le dossier HUB18-0004 a changé") || !strings.Contains(got.body, "une seule équipe") {
		t.Errorf("the other case: %d", got.code)
	}
	again, values = formOf(t, got.body, "/reunir")
	if got = camille.post(again, values); got.code != 303 || o.sheet("HUB18-0003").MergedInto != "HUB18-0004" {
		t.Errorf("all the same: %d", got.code)
	}
}

// TestNothingActsByGET: looking at every page changes nothing.
func TestNothingActsByGET(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	head := func() (seqs []int64) {
		list, err := o.store.Cases(t.Context(), nil)
		o.must(err)
		for _, c := range list {
			for _, e := range o.sheet(c.Ref).Journal {
				// That somebody read a sealed file is noted, and changes nothing.
				if !slices.Contains([]string{"file_viewed", "file_downloaded", "mail_downloaded", "dossier_exported"}, e.Event) {
					seqs = append(seqs, e.Seq)
				}
			}
		}
		return seqs
	}
	before := head()
	for _, r := range o.desk.routes() {
		if method, path := example(r.pattern); method == "GET" && !r.open {
			for n := range 7 {
				b.get(strings.Replace(path, "HUB18-0001", fmt.Sprintf("HUB18-000%d", n), 1))
			}
			b.get(path + "?avec=HUB18-0002")
		}
	}
	if after := head(); !slices.Equal(before, after) {
		t.Errorf("entries %v, before %v", after, before)
	}
	for _, r := range o.desk.routes() {
		method, path := example(r.pattern)
		if method != "POST" || r.open {
			continue
		}
		if got := b.get(path); got.code != 405 && got.code != 404 && !slices.ContainsFunc(o.desk.routes(), func(g route) bool { return g.pattern == "GET "+strings.TrimPrefix(r.pattern, "POST ") }) {
			t.Errorf("GET %s: %d", path, got.code)
		}
	}
}
