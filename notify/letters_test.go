package notify

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/cases"
)

var update = flag.Bool("update", false, "write the golden files")

func paris(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// hubs2018 is the first edition as it was published.
func hubs2018(t testing.TB) *cases.Call {
	t.Helper()
	loc := paris(t)
	return &cases.Call{
		ID: "hubs-2018", Name: "Appel à projets Hubs France Connectée", Reference: "HUB18",
		Opens: time.Date(2018, 9, 13, 0, 0, 0, 0, loc), Deadline: time.Date(2018, 11, 30, 17, 0, 0, 0, loc), Location: loc,
		Arbitration: time.Minute, Settle: 15 * time.Minute, LateUntil: 30 * 24 * time.Hour, Envelope: 5_000_000,
		Pieces: []cases.Piece{
			{ID: "dossier_candidature", Label: "Dossier de candidature complété et signé", Required: true},
			{ID: "budget", Label: "Budget prévisionnel et plan de financement", Required: true, Formats: []string{"xlsx", "ods", "pdf"}},
			{ID: "lettres_engagement", Label: "Lettres d'engagement des partenaires et cofinanceurs", Required: true},
			{ID: "statuts", Label: "Statuts signés ou convention constitutive", Required: true},
			{ID: "immatriculation", Label: "Kbis, récépissé de déclaration ou avis SIRENE", Required: true},
			{ID: "comptes_annuels", Label: "Bilans et comptes de résultat des derniers exercices", Required: true},
			{ID: "rib", Label: "Relevé d'identité bancaire", Required: true},
			{ID: "accord_consortium", Label: "Accord de groupement, mandat du chef de file"},
			{ID: "deliberation", Label: "Délibération approuvant le projet"},
		},
		Pack: []cases.PackFile{
			{Name: "budget-previsionnel.xlsx", Size: 12_711, SHA256: strings.Repeat("a1", 32)},
			{Name: "dossier-de-candidature.docx", Size: 15_800, SHA256: strings.Repeat("b2", 32)},
			{Name: "règlement.pdf", Size: 115_526, SHA256: strings.Repeat("c3", 32)},
		},
	}
}

// hubs2020 is the second edition.
func hubs2020(t testing.TB) *cases.Call {
	t.Helper()
	c := hubs2018(t)
	c.ID, c.Name, c.Reference = "hubs-2020", "AMI Hubs pour un numérique inclusif", "HUB20"
	c.Opens, c.Deadline = time.Date(2020, 11, 17, 0, 0, 0, 0, c.Location), time.Date(2021, 6, 30, 23, 59, 59, 0, c.Location)
	c.Arbitration, c.Envelope, c.Pack = 0, 2_300_000, nil
	return c
}

func testLetters(t testing.TB, change func(*LettersConfig)) *Letters {
	t.Helper()
	cfg := LettersConfig{
		Calls: cases.Calls{hubs2018(t), hubs2020(t)}, Location: paris(t), MaxSize: 60_000_000,
		Mailbox: cases.Address{Address: "AAP-Hubsinclusifs@caissedesdepots.fr"},
		Service: Service{Name: "Banque des Territoires, Caisse des Dépôts", Address: "72 avenue Pierre-Mendès-France\n75914 Paris Cedex 13",
			Email: "AAP-Hubsinclusifs@caissedesdepots.fr", Phone: "01 58 50 00 00"},
	}
	if change != nil {
		change(&cfg)
	}
	ls, err := NewLetters(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return ls
}

// TestGolden holds every letter in every variant as its reader sees it.
// After a change of wording: go test ./notify -update, then read the difference.
func TestGolden(t *testing.T) {
	ls := testLetters(t, nil)
	told := make(map[cases.LetterKind]bool) // the first of a kind is held as HTML too
	for _, s := range samples(hubs2018(t), hubs2020(t)) {
		t.Run(s.name, func(t *testing.T) {
			p, err := ls.Preview(s.kind, s.facts, s.now)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, s.name+".txt", "Objet\u00a0: "+p.Subject+"\n\n"+p.Text)
			if !told[s.kind] {
				golden(t, s.name+".html", p.HTML)
			}
			told[s.kind] = true
			if p.Calendar != "" {
				golden(t, s.name+".ics", p.Calendar)
			}
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", name, got)
	}
}

// TestTypography reads our own words of every letter, values left out.
func TestTypography(t *testing.T) {
	ls := testLetters(t, nil)
	faults := []struct {
		name string
		re   *regexp.Regexp
	}{
		{"ordinary space before a high mark", regexp.MustCompile(` [:;!?»]`)},
		{"no space before a high mark", regexp.MustCompile(`[\pL0-9)][;!?»]`)},
		{"no space before a colon", regexp.MustCompile(`[\pL)]:( |$)`)},
		{"no no-break space after «", regexp.MustCompile(`«[^\x{00a0}]`)},
		{"straight apostrophe", regexp.MustCompile(`\pL'\pL`)},
		{"two spaces", regexp.MustCompile(`[ \x{00a0}]{2}`)},
		{"space before a comma or full stop", regexp.MustCompile(`[ \x{00a0}][,.]( |$)`)},
		{"ordinary space between a number and its unit", regexp.MustCompile(`[0-9] (h|min|s|o|ko|Mo|€|%|fichiers?|jours?|pièces?)\b`)},
		{"two full stops", regexp.MustCompile(`\.\.`)},
		{"template left over", regexp.MustCompile(`\{\{|<no value>|%!`)},
	}
	for _, s := range samples(hubs2018(t), hubs2020(t)) {
		d := ls.data(s.kind, s.facts, s.now)
		_, subject, blocks, err := ls.execute(s.kind, s.facts.CallID, d)
		if err != nil {
			t.Fatal(err)
		}
		lines := []string{subject}
		if s.kind == cases.LetterReply {
			lines = nil // somebody else's subject
		}
		for _, b := range blocks {
			for _, l := range slices.Concat([]line{b.Heading}, b.Items, b.Lines, slices.Concat(b.Table...)) {
				var words strings.Builder
				for _, r := range l {
					if r.Value {
						words.WriteString("X")
					} else {
						words.WriteString(r.Text)
					}
				}
				lines = append(lines, words.String())
			}
		}
		for _, l := range lines {
			for _, f := range faults {
				if f.re.MatchString(l) {
					t.Errorf("%s: %s: %q", s.name, f.name, l)
				}
			}
		}
	}
}

// TestNoCall: letters about no edition can be told; those that only an edition
// explains are refused rather than sent with holes.
func TestNoCall(t *testing.T) {
	ls := testLetters(t, nil)
	bare := cases.Facts{ReceivedAt: testNow, Phase: cases.Awarded, Complement: &cases.ComplementFact{}, Hearing: &cases.HearingFact{}, Reply: &cases.ReplyFact{Subject: "Re: x", Text: "Oui."}, Result: &cases.ResultFact{}, Alarm: &cases.AlarmFact{Kind: "x", Began: testNow}, Digest: &cases.DigestFact{Since: testNow, Until: testNow}}
	for _, kind := range letterKinds() {
		_, err := ls.Preview(kind, bare, testNow)
		if needed := needsCall(kind, &Data{}); needed != (err != nil) {
			t.Errorf("%s without a call: %v", kind, err)
		}
	}
	if _, err := ls.Preview("postcard", bare, testNow); err == nil {
		t.Error("a kind without template is told")
	}
}

// TestService: what is not configured leaves no trace, and no empty heading.
func TestService(t *testing.T) {
	facts := testLetter().Facts
	for service, want := range map[Service]string{
		{}: "", {Name: "Le service"}: "Le service\n", {Email: "a@b.fr"}: "Courriel\u00a0: a@b.fr\n",
	} {
		ls := testLetters(t, func(c *LettersConfig) { c.Service = service })
		p, err := ls.Preview(cases.LetterReceived, facts, testNow)
		if err != nil {
			t.Fatal(err)
		}
		_, end, found := strings.Cut(p.Text, "Le service en charge\n")
		if found != (want != "") || end != want {
			t.Errorf("%+v: ends with %q", service, end)
		}
	}
}
