package desk

import (
	"bytes"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"greffier/cases"
)

// formIn gives the fields of the form of a page that goes to action.
func formIn(t *testing.T, body, action string) url.Values {
	t.Helper()
	_, form := formOf(t, body, action)
	return form
}

// press sends the form of a page by one of its buttons, with what is typed.
func (b *browser) press(page answer, action, step string, typed ...string) answer {
	b.o.t.Helper()
	form := formIn(b.o.t, page.body, action)
	if step != "" {
		form.Set("faire", step)
	}
	for i := 0; i+1 < len(typed); i += 2 {
		form.Set(typed[i], typed[i+1])
	}
	return b.post(action, form)
}

// shown gives the letter that a page shows: its text and its HTML.
func shown(t *testing.T, body string) (text, page string) {
	t.Helper()
	walk(t, body, func(n *html.Node) {
		if n.Data == "iframe" {
			if attr(n, "sandbox") != "" || attr(n, "src") != "" {
				t.Errorf("the frame may do %q", attr(n, "sandbox"))
			}
			page = attr(n, "srcdoc")
		}
		if n.Data == "div" && attr(n, "class") == "text lettertext" && n.FirstChild != nil {
			text = n.FirstChild.Data
		}
	})
	return text, page
}

// letters are the kinds of the letters of a case, in order.
func (o *office) letters(ref string) (kinds []string) {
	o.t.Helper()
	c, err := o.store.Case(o.t.Context(), ref)
	o.must(err)
	for _, l := range c.Letters {
		kinds = append(kinds, string(l.Kind))
	}
	return kinds
}

func (o *office) wantLetters(ref string, want ...string) {
	o.t.Helper()
	if got := o.letters(ref); !slices.Equal(got, want) {
		o.t.Errorf("letters of %s: %v, want %v", ref, got, want)
	}
}

// deliver words and sends every letter that is due, as the daemon does, and gives
// the last one.
func (o *office) deliver(outcome cases.Outcome) (last cases.Letter) {
	o.t.Helper()
	due, err := o.store.DueLetters(o.t.Context(), 100)
	o.must(err)
	for _, l := range due {
		w, err := o.desk.o.Letters.Word(l, o.now)
		o.must(err)
		o.must(o.store.Word(o.t.Context(), l.ID, w))
		n, err := o.store.BeginAttempt(o.t.Context(), l.ID, o.now.Add(time.Hour))
		o.must(err)
		o.must(o.store.SettleAttempt(o.t.Context(), l.ID, n, outcome, "250 or not", time.Time{}))
		last = l
	}
	return last
}

// variable are the headers in which two wordings of one letter differ.
var variable = regexp.MustCompile(`(?m)^(Date|Message-ID): .*\r\n|boundary=[^\r\n]*|^--[0-9a-f]{20,}(--)?\r\n`)

const replies = "/dossiers/HUB18-0002/repondre"

// TestReply: what is written is looked at as it will leave, and leaves so, once;
// the mail then shows as answered.
func TestReply(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	before := o.letters("HUB18-0002")
	page := b.get(replies + "?message=3")
	if page.code != 200 || !strings.Contains(page.body, "Une question") {
		t.Fatalf("%d", page.code)
	}
	if empty := b.press(page, replies, "apercu", "texte", "\r\n "); empty.code != 422 || !strings.Contains(empty.body, "Écrivez un texte.") {
		t.Errorf("without a text: %d", empty.code)
	}
	inserted := b.press(page, replies, "inserer", "texte", "Déjà écrit.", "modele", "precision")
	written := formIn(t, inserted.body, replies).Get("texte")
	if !strings.HasPrefix(strings.TrimSpace(written), "Déjà écrit.\n\nBonjour,") || !strings.Contains(written, "HUB18-0002") {
		t.Errorf("inserted %q", written)
	}
	if blank := b.press(inserted, replies, "apercu"); blank.code != 422 || !strings.Contains(blank.body, "à remplir") || !strings.Contains(blank.body, "Déjà écrit.") {
		t.Errorf("with a place to fill in: %d", blank.code)
	}
	if got := b.get(replies + "?message=3&modele=renvoyer"); !strings.Contains(formIn(t, got.body, replies).Get("texte"), "Budget prévisionnel") {
		t.Error("a ready-made text does not tell what is missing")
	}

	const text = "Oui, c’est possible :\r\n- pour <b>tous</b> ;\r\n- jusqu’à l’échéance."
	look := b.press(page, replies, "apercu", "texte", text)
	told, frame := shown(t, look.body)
	if look.code != 200 || !strings.Contains(told, "Bonjour,\n\nOui, c’est possible :\n\n- pour <b>tous</b> ;\n- jusqu’à l’échéance.\n\nCordialement,") || !strings.Contains(frame, "&lt;b&gt;tous") {
		t.Fatalf("%d, the preview says\n%s", look.code, told)
	}
	if csp := look.header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "style-src 'self' 'sha256-") {
		t.Errorf("policy %q", csp)
	}
	o.wantLetters("HUB18-0002", before...)
	draft, err := o.store.DraftReply(t.Context(), "Camille Martin", cases.Reply{Ref: "HUB18-0002", Mail: 3, Text: strings.ReplaceAll(text, "\r\n", "\n")})
	o.must(err)
	wording, err := o.desk.o.Letters.Word(draft, o.now)
	o.must(err)
	foreseen, err := io.ReadAll(o.store.Compose(wording))
	o.must(err)

	back := b.press(look, replies, "modifier")
	if got := formIn(t, back.body, replies).Get("texte"); strings.TrimPrefix(got, "\n") != text && strings.TrimPrefix(got, "\n") != strings.ReplaceAll(text, "\r\n", "\n") {
		t.Errorf("to change it, the text is %q", got)
	}
	sent, again := b.press(look, replies, "envoyer"), b.press(look, replies, "envoyer")
	if sent.code != 303 || again.code != 303 {
		t.Fatalf("sent: %d, sent twice: %d", sent.code, again.code)
	}
	o.wantLetters("HUB18-0002", append(before, "reply")...)
	body := b.get(sent.location()).body
	if !strings.Contains(body, "La réponse va partir") || !strings.Contains(body, "répondu par Camille Martin") {
		t.Error("the case does not show that the mail is answered")
	}
	l := o.deliver(cases.Delivered)
	raw, err := o.store.OpenLetter(t.Context(), l.ID)
	o.must(err)
	left, err := io.ReadAll(raw)
	o.must(err)
	if a, b := variable.ReplaceAll(foreseen, nil), variable.ReplaceAll(left, nil); !bytes.Equal(a, b) {
		t.Errorf("foreseen\n%s\nleft\n%s", a, b)
	}
	kept := b.get("/courrier/" + strconv.FormatInt(l.ID, 10))
	if a, p := shown(t, kept.body); a != told || p != frame || !strings.Contains(kept.body, "In-Reply-To") {
		t.Errorf("the letter that left is shown as\n%s", a)
	}
}

// TestReplyIsNotLost: what was typed survives the end of a session, somebody
// else's decision, and an address that the case does not know.
func TestReplyIsNotLost(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	b := o.staff("Camille Martin")
	page := b.get(replies)
	before := o.letters("HUB18-0002")
	if got := b.press(page, replies, "apercu", "texte", "Mon texte.", "a", "press@else.example"); got.code != 422 || !strings.Contains(got.body, "ne connaît pas cette adresse") || !strings.Contains(got.body, "Mon texte.") {
		t.Errorf("to a stranger: %d", got.code)
	}
	look := b.press(page, replies, "apercu", "texte", "Mon texte.")
	o.must(o.store.EndSession(t.Context(), "Camille Martin", sessionOf(t, b)))
	out := b.press(look, replies, "envoyer")
	if out.code != 401 || !strings.Contains(out.body, "Mon texte.") || !strings.Contains(out.body, "ce que vous avez écrit est gardé") {
		t.Fatalf("after the session: %d", out.code)
	}
	wrong := b.press(out, "/connexion", "", "nom", "Camille Martin", "mot_de_passe", "non")
	if wrong.code != 401 || !strings.Contains(wrong.body, "Mon texte.") {
		t.Errorf("a wrong password loses the text: %d", wrong.code)
	}
	in := b.press(wrong, "/connexion", "", "nom", "Camille Martin", "mot_de_passe", password)
	if in.code != 200 || !strings.Contains(in.body, "Mon texte.") || strings.Contains(in.body, password) {
		t.Fatalf("signed in again: %d", in.code)
	}
	look = b.press(in, replies, "")
	if told, _ := shown(t, look.body); look.code != 200 || !strings.Contains(told, "Mon texte.") {
		t.Errorf("it goes on with the preview: %d", look.code)
	}
	o.wantLetters("HUB18-0002", before...)

	o.must(o.store.Sort(t.Context(), "Dominique", "HUB18-0003", 4, "2", cases.Said{Verdict: cases.SaidNone}))
	_, err := o.store.Put(t.Context(), "Dominique", "HUB18-0002", cases.ActOffSubject, "publicité")
	o.must(err)
	clash := b.press(look, replies, "envoyer")
	if clash.code != 409 || !strings.Contains(clash.body, "Mon texte.") || !strings.Contains(clash.body, "Dominique") {
		t.Fatalf("somebody decided meanwhile: %d", clash.code)
	}
	if done := b.press(clash, replies, ""); done.code != 303 {
		t.Errorf("all the same: %d", done.code)
	}
	o.wantLetters("HUB18-0002", append(before, "reply")...)
}

// sessionOf gives the token of a browser's session.
func sessionOf(t *testing.T, b *browser) string {
	t.Helper()
	u, err := url.Parse(b.o.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range b.Jar.Cookies(u) {
		if c.Name == "greffier" {
			return c.Value
		}
	}
	t.Fatal("nobody is signed in")
	return ""
}

// TestTaskLeadsToLetter: from what there is to do, staff come to the letter that
// does it.
func TestTaskLeadsToLetter(t *testing.T) {
	o := newOffice(t)
	o.furnish()
	o.deliver(cases.Permanent)
	b := o.staff("Camille Martin")
	tasks, err := o.store.OpenTasks(t.Context())
	o.must(err)
	led := make(map[string]bool)
	for _, k := range tasks {
		if k.Kind != "message" && k.Kind != "refused" {
			continue
		}
		want := replyTo(k.Ref, k.MailID)
		if k.Kind == "refused" {
			want = "/courrier/" + strconv.FormatInt(k.LetterID, 10)
		}
		led[k.Kind] = true
		if got := b.get("/taches/" + strconv.FormatInt(k.ID, 10)); !strings.Contains(got.body, `href="`+want+`"`) {
			t.Errorf("%s: %d, nothing leads to %s", k.Kind, got.code, want)
		}
	}
	if len(led) != 2 {
		t.Errorf("led from %v", led)
	}
}
