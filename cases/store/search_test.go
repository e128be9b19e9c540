package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"greffier/cases"
)

// found lists the references that a query finds, once the index is up to date.
func (d *desk) found(query string) string {
	d.t.Helper()
	d.must(d.UpdateIndex(d.t.Context(), nil))
	return d.foundNow(query)
}

// foundNow lists the references that a query finds in the index as it is.
func (d *desk) foundNow(query string) string {
	d.t.Helper()
	q, err := cases.ParseQuery(query, d.calls, d.calls[0].Location)
	if err != nil {
		d.t.Fatalf("%q: %v", query, err)
	}
	list, err := d.Cases(d.t.Context(), q)
	if err != nil {
		d.t.Fatalf("%q: %v", query, err)
	}
	refs := []string{}
	for _, c := range list {
		refs = append(refs, strings.TrimPrefix(c.Ref, "HUB18-000"))
	}
	return strings.Join(refs, " ")
}

// read are the texts of files by name, as a reader of files would give them.
var read = map[string]string{
	"statuts.pdf": "STATUTS de l’association « La Mêlée », article premier : cœur de ville",
	"budget.pdf":  "Charges et produits prévisionnels",
}

// keepTexts reads the files of all mails to assess, and assesses.
func (d *desk) readAndAssess() {
	d.t.Helper()
	list, err := d.ToAssess(d.t.Context(), 1000)
	d.must(err)
	var all []cases.Assessment
	for _, u := range list {
		looked, err := lookAgain(d.t.Context(), u)
		d.must(err)
		all = append(all, looked)
	}
	d.must(d.KeepTexts(d.t.Context(), all))
	d.must(d.Assess(d.t.Context(), all))
}

func lookAgain(_ context.Context, u cases.Unassessed) (cases.Assessment, error) {
	a := cases.Assessment{MailID: u.MailID}
	for _, p := range u.Parts {
		a.Findings = append(a.Findings, cases.Finding{PartID: p.ID, DetectedType: "application/pdf", State: cases.Present, Reading: cases.Reading{Text: read[p.Filename]}})
	}
	return a, nil
}

// fourCases files 1: an association with budget, statuts, a link and a letter
// that bounced; 2: a complete dossier, deposited late in the day; 3: a first
// contact, with a mail waiting beside it; 4: a late deposit.
func fourCases(t *testing.T) *desk {
	d := newDesk(t)
	receive := func(m *cases.Mail) {
		d.uid++
		d.must(d.Receive(t.Context(), []cases.Arrival{{Source: cases.Source{Mailbox: mailbox, Folder: "INBOX", UIDValidity: 1, UID: d.uid}, Mail: *m}}))
		d.readAndAssess()
	}
	one := d.mail("contact@la-melee.example", "2018-10-01 10:00:00", "budget.pdf", "statuts.pdf")
	one.From.Name, one.Subject, one.Text = "Hélène Œillet", "Réponse de l’association", "Bonjour, voici les pièces du Hub Occitanie. Bien à vous"
	one.Links = []string{"https://wetransfer.example/x"}
	receive(one)
	two := d.mail("projets@ping.example", "2018-11-29 23:30:00", "Budget PING 2019.xlsx", "RIB.pdf", "scan0001.pdf")
	two.From.Name, two.Subject, two.Text = "PING", "Dossier complet", "Projet régional et territorial : Coll'IN, Haute-Loire."
	receive(two)
	three := d.mail("info@mairie.example", "2018-10-05 09:00:00")
	three.From.Name, three.Subject, three.Text = "Mairie", "Candidature", "Nous souhaitons candidater; SELECT * FROM mail"
	receive(three)
	stranger := d.mail("stranger@elsewhere.example", "2018-10-06 09:00:00", "quetzal.pdf")
	stranger.Subject, stranger.Text = "HUB18-0003 suite", "zanzibar"
	receive(stranger)
	receive(d.mail("late@hub.example", "2018-12-03 08:00:00", "budget tardif.pdf"))
	bounce := d.mail("mailer-daemon@la-melee.example", "2018-10-02 09:00:00")
	letters := d.sheet("HUB18-0001").Letters
	bounce.Kind, bounce.About, bounce.Failed = cases.Bounce, letters[0].MessageID, []cases.Failure{{Address: "contact@la-melee.example", Said: "550 no such user"}}
	receive(bounce)
	worded := d.sheet("HUB18-0003").Letters[0]
	d.must(d.Word(t.Context(), worded.ID, cases.Wording{Template: "pack", Subject: "Votre candidature", Segments: []cases.Segment{{Literal: []byte(
		"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nVous trouverez le r=C3=A8glement ci-j=\r\noint.\r\n--b\r\n")}}}))
	return d
}

// TestSearch: each field of the language, by cases that fit and cases that do not.
func TestSearch(t *testing.T) {
	d := fourCases(t)
	for query, want := range map[string]string{
		"":                                 "1 2 3 4",
		"phase:depositing":                 "1",
		"phase:submitted":                  "2",
		"phase:declared":                   "3",
		"-phase:declared":                  "1 2 4",
		"call:hubs-2018":                   "1 2 3 4",
		"call:hub18":                       "1 2 3 4",
		"call:hubs-2020":                   "",
		"ref:hub18-0002":                   "2",
		"ref:HUB18-000":                    "1 2 3 4",
		"ref:0002":                         "",
		"timeliness:late":                  "4",
		"timeliness:on_time":               "1 2",
		"timeliness:none":                  "3",
		"-timeliness:late":                 "1 2 3",
		"completeness:complete":            "2",
		"completeness:incomplete":          "1 3 4",
		"missing:rib":                      "1 3 4",
		"missing:any":                      "1 3 4",
		"-missing:any":                     "2",
		"piece:rib":                        "2",
		"piece:statuts":                    "1",
		"status:missing":                   "1 3 4",
		"status:present":                   "1 2 4",
		"from:la-melee.example":            "1",
		"from:contact@la-melee.example":    "1",
		"from:helene":                      "1",
		"from:œillet":                      "1",
		"from:\"Hélène Œillet\"":           "1",
		"from:example":                     "1 2 3 4",
		"from:elsewhere.example":           "",
		"file:budget":                      "1 2 4",
		"file:\"2019 ping\"":               "2",
		"file:tardifs":                     "4",
		"file:xlsx":                        "2",
		"file:quetzal":                     "",
		"file:melee":                       "", // stands in the file, not in its name
		"task:any":                         "1 2 3",
		"task:to_sort":                     "2",
		"-task:to_sort":                    "1 3 4",
		"letter:pack":                      "3",
		"letter:ack":                       "1 2",
		"letter:late":                      "4",
		"has:link":                         "1",
		"has:file":                         "1 2 4",
		"has:unsorted":                     "2",
		"has:waiting":                      "3",
		"has:bounce":                       "1",
		"has:task":                         "1 2 3",
		"received:2018-10-05":              "3",
		"received:2018-10":                 "1 3",
		"received:>=2018-11-29T23:30":      "2 4",
		"-received:2018":                   "",
		"opened:<2018-10-05":               "1",
		"opened:2018-12-03":                "4",
		"deposited:2018-10-01":             "1",
		"deposited:>2018-10-01":            "2 4",
		"-deposited:2018":                  "3",
		"before:deadline":                  "1 2",
		"after:deadline":                   "4",
		"-before:deadline -after:deadline": "3",
		"has:file missing:rib -has:link":   "4",
		"association":                      "1",
		"ASSOCIATION":                      "1",
		"l'association":                    "1",
		"l’association":                    "1",
		"associations":                     "1",
		"assoc":                            "1",
		"as":                               "", // a word of two letters is no beginning
		"piece":                            "1",
		"pièces":                           "1",
		"territoriaux":                     "2",
		"régionaux":                        "2",
		"régionale":                        "2",
		"coeur":                            "1",
		"cœur":                             "1",
		"oeillet":                          "1",
		"haute-loire":                      "2",
		"loire-haute":                      "",
		"coll'in":                          "2",
		"\"pieces du hub\"":                "1",
		"\"hub du pieces\"":                "",
		"\"piece du hub\"":                 "",
		"les pièces du hub":                "1",
		"les":                              "1 2 3 4",
		"occitanie mêlée":                  "1", // in two documents of the case
		"mêlée ping":                       "",
		"-mêlée":                           "2 3 4",
		"-mêlée has:file":                  "2 4",
		"produits":                         "1", // in the file only
		"règlement":                        "3", // in a letter of ours
		"\"ci joint\"":                     "3",
		"zanzibar":                         "", // what waits beside a case is no part of it
		"HUB18-0003":                       "3",
		"mairie":                           "3",
	} {
		if got := d.found(query); got != want {
			t.Errorf("%s finds %q, want %q", query, got, want)
		}
	}
}

// TestSearchHostile: whatever is typed is only words.
func TestSearchHostile(t *testing.T) {
	d := fourCases(t)
	for query, want := range map[string]string{
		`SELECT * FROM mail`:                     "3",
		`'; DROP TABLE mail; --`:                 "",
		`mairie') OR 1=1 --`:                     "",
		`mairie OR ping`:                         "", // or is a word
		`mairie AND candidature`:                 "",
		`mairie NEAR/9 candidature`:              "",
		`sen*`:                                   "",
		`"mair*"`:                                "",
		`^mairie`:                                "3",
		`(mairie)`:                               "3",
		`mairie*`:                                "3",
		`"(mairie" ")"`:                          "3",
		`"NOT mairie"`:                           "",
		`from:"x' OR sender:ping"`:               "",
		`file:"x OR name:budget"`:                "",
		`%`:                                      "1 2 3 4",
		"\x00\xff":                               "1 2 3 4",
		strings.Repeat("mairie", 50_000):         "",
		strings.Repeat("mairie-", 50_000):        "",
		`"` + strings.Repeat("a ", 50_000) + `"`: "",
		`file:"` + strings.Repeat("x ", 100) + `"`: "",
		strings.Repeat("-has:link ", 100):          "2 3 4",
	} {
		if got := d.found(query); got != want {
			t.Errorf("%.60q finds %q, want %q", query, got, want)
		}
	}
	d.wantSound()
}

// indexFiles are the files of the index.
func (d *desk) indexFiles() []string {
	d.t.Helper()
	names, err := filepath.Glob(filepath.Join(d.dir, "cache", "search-*.db*"))
	d.must(err)
	return names
}

// TestIndexIsACache: deleted or damaged, whether it is open or not, it is made
// again with the same content, the text of files read again.
func TestIndexIsACache(t *testing.T) {
	for name, harm := range map[string]func(d *desk){
		"deleted": func(d *desk) {
			for _, f := range d.indexFiles() {
				d.must(os.Remove(f))
			}
		},
		"cache deleted": func(d *desk) { d.must(os.RemoveAll(filepath.Join(d.dir, "cache"))) },
		"no database": func(d *desk) {
			for _, f := range d.indexFiles() {
				d.must(os.WriteFile(f, []byte(strings.Repeat("x", 20_000)), 0o600))
			}
		},
		"cut short": func(d *desk) {
			for _, f := range d.indexFiles() {
				if strings.HasSuffix(f, ".db") {
					d.must(os.Truncate(f, 5000))
				}
			}
		},
		"random bytes": func(d *desk) {
			for _, f := range d.indexFiles() {
				if !strings.HasSuffix(f, ".db") {
					continue
				}
				b, err := os.ReadFile(f)
				d.must(err)
				for i := 4096; i < len(b); i++ { // all but the first page
					b[i] = byte(i * 7919 >> 3)
				}
				d.must(os.WriteFile(f, b, 0o600))
			}
		},
		"another version": func(d *desk) {
			d.must(d.index.use(d.t.Context(), func(db *sql.DB) error {
				_, err := db.Exec("PRAGMA user_version = 99; DROP TABLE words")
				return err
			}))
		},
		"another journal": func(d *desk) {
			d.must(d.index.use(d.t.Context(), func(db *sql.DB) error {
				_, err := db.Exec("UPDATE mark SET hash = 'x' WHERE stage = 'journal'; DELETE FROM words; DELETE FROM doc")
				return err
			}))
		},
	} {
		for _, open := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/open=%v", name, open), func(t *testing.T) {
				d := fourCases(t)
				d.LookWith(lookAgain)
				if got := d.found("mêlée"); got != "1" {
					t.Fatalf("found %q before", got)
				}
				if !open || name == "another version" && open {
					d.must(d.index.Close())
				}
				harm(d)
				if name == "another version" {
					d.must(d.index.Close())
				}
				d.must(d.CheckIndex(t.Context()))
				for _, query := range []string{"mêlée", "produits", "helene"} {
					if got := d.found(query); got != "1" {
						t.Errorf("%s finds %q after", query, got)
					}
				}
				if got := d.found("règlement"); got != "3" {
					t.Errorf("finds %q after", got)
				}
				d.wantSound()
			})
		}
	}
}

// TestIndexSurvivesKill: ended between any two steps, it goes on where it was,
// and nothing is lost or there twice.
func TestIndexSurvivesKill(t *testing.T) {
	d := fourCases(t)
	d.LookWith(lookAgain)
	for _, f := range d.indexFiles() {
		d.must(os.Remove(f))
	}
	steps := 0
	for more := true; more; steps++ {
		var err error
		more, err = d.updateStep(t.Context(), nil)
		d.must(err)
		d.must(d.index.Close()) // the next step opens it as a new process does
		if steps == 1 {
			d.file(d.mail("new@hub.example", "2018-10-07 09:00:00", "nouveau budget.pdf"))
		}
	}
	if steps < 4 {
		t.Errorf("%d steps", steps)
	}
	for query, want := range map[string]string{"file:budget": "1 2 4 5", "mêlée": "1", "règlement": "3"} {
		if got := d.foundNow(query); got != want {
			t.Errorf("%s finds %q, want %q", query, got, want)
		}
	}
	var words, docs, records int
	d.must(d.index.use(t.Context(), func(db *sql.DB) error {
		return errors.Join(db.QueryRow("SELECT COUNT(*) FROM words").Scan(&words), db.QueryRow("SELECT COUNT(*) FROM doc").Scan(&docs))
	}))
	d.must(d.reader.QueryRow(`SELECT (SELECT COUNT(*) FROM "case") + (SELECT COUNT(*) FROM mail WHERE case_id IS NOT NULL AND place <> 'waiting')
		+ (SELECT COUNT(*) FROM part p JOIN mail m ON m.id = p.mail_id WHERE m.case_id IS NOT NULL AND place <> 'waiting') + (SELECT COUNT(*) FROM letter WHERE worded_at IS NOT NULL)`).Scan(&records))
	if words != records || docs != records {
		t.Errorf("%d documents, %d of them known, for %d records", words, docs, records)
	}
}

// TestIndexFollows: what staff attach, or take back, is found in its new place.
func TestIndexFollows(t *testing.T) {
	d := fourCases(t)
	if got := d.found("zanzibar") + d.found("file:quetzal"); got != "" {
		t.Fatalf("found %q before it is attached", got)
	}
	waiting, err := d.Waiting(t.Context())
	d.must(err)
	_, err = d.Accept(t.Context(), "martin", waiting[0].ID, "HUB18-0004")
	d.must(err)
	d.readAndAssess()
	if got := d.found("zanzibar") + d.found("file:quetzal"); got != "44" {
		t.Errorf("found %q once attached", got)
	}
}

// TestIndexOutOfReach: where no index can be made, words are refused in words,
// and all else is found.
func TestIndexOutOfReach(t *testing.T) {
	d := fourCases(t)
	d.must(d.index.Close())
	cache := filepath.Join(d.dir, "cache")
	d.must(os.RemoveAll(cache))
	d.must(os.WriteFile(cache, nil, 0o600))
	if err := d.UpdateIndex(t.Context(), nil); err == nil {
		t.Error("an index was made in a file")
	}
	if _, err := d.Cases(t.Context(), cases.Query{{Value: "ping"}}); err == nil {
		t.Error("words were searched without an index")
	}
	if got := d.foundNow("phase:declared"); got != "3" {
		t.Errorf("found %q", got)
	}
}

func TestIndexMode(t *testing.T) {
	d := fourCases(t)
	d.found("x")
	for _, f := range append(d.indexFiles(), filepath.Join(d.dir, "cache")) {
		info, err := os.Stat(f)
		d.must(err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", f, info.Mode())
		}
	}
	if !slices.ContainsFunc(d.indexFiles(), func(f string) bool { return strings.HasSuffix(f, ".db") }) {
		t.Error("no index")
	}
}
