package main

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestConfigExample: the example names every key, and an operator who adds
// the passwords and the packs can start from it.
func TestConfigExample(t *testing.T) {
	source, err := os.ReadFile("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	dir, path := configFolder(t, string(source))
	for _, id := range []string{"hubs-2018", "hubs-2020"} {
		if err := os.CopyFS(filepath.Join(dir, "packs", id), os.DirFS(filepath.Join(dir, "pack-good"))); err != nil {
			t.Fatal(err)
		}
	}
	c, faults := LoadConfig(path)
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	if len(c.Warnings) != 0 {
		t.Errorf("warnings: %v", c.Warnings)
	}

	root, _, _ := parseDocument(source)
	have := map[string][]string{}
	var walk func(section string, e *entry)
	walk = func(section string, e *entry) {
		for key, value := range e.keys {
			if !slices.Contains(have[section], key) {
				have[section] = append(have[section], key)
			}
			walk(joinKey(section, key), value)
		}
		if e.sections {
			for _, item := range e.items {
				walk(section, item)
			}
		}
	}
	walk("", root)
	for section, keys := range knownKeys() {
		for _, key := range keys {
			if !slices.Contains(have[section], key) {
				t.Errorf("%s.%s is not in the example", section, key)
			}
		}
	}

	instants := []string{c.Calls[0].Deadline.UTC().Format(time.RFC3339), c.Calls[1].Deadline.UTC().Format(time.RFC3339)}
	if want := []string{"2018-11-30T16:00:00Z", "2021-06-30T21:59:59Z"}; !slices.Equal(instants, want) {
		t.Errorf("deadlines are %v, want %v", instants, want)
	}
	if got := c.Calls[1].PriorityRegions; len(got) != 4 || len(c.Calls[0].PriorityRegions) != 0 {
		t.Errorf("regions served first: %q, and in the first edition %q", got, c.Calls[0].PriorityRegions)
	}
	asked := map[string]string{}
	for _, p := range c.Calls[0].Pieces {
		for _, w := range p.RequiredIf {
			asked[p.ID] += string(w)
		}
	}
	if want := map[string]string{"accord_consortium": "groupement", "deliberation": "public", "pouvoir_signature": "delegation"}; !maps.Equal(asked, want) {
		t.Errorf("pieces asked for if: %v", asked)
	}
	for _, call := range c.Calls {
		if len(call.Pieces) != 15 || len(call.Reminders) != 2 {
			t.Errorf("%s has %d pieces and %d reminders", call.ID, len(call.Pieces), len(call.Reminders))
		}
	}
	if a, b := c.Calls[0].Pieces, c.Calls[1].Pieces; !reflect.DeepEqual(a, b) {
		t.Error("the two editions list different pieces")
	}
	checkExamplePatterns(t, c.Calls[0].Pieces)
}

// TestConfigExampleInPlace: the example beside the packs it names lacks
// nothing but the passwords.
func TestConfigExampleInPlace(t *testing.T) {
	c, faults := LoadConfig("../../config.example.toml")
	if c == nil {
		t.Fatal(faults)
	}
	for _, f := range faults {
		if !strings.HasSuffix(f.Key, ".password_file") {
			t.Error(f)
		}
	}
}

// checkExamplePatterns: names as candidates write them, folded, with the
// pieces that must be recognised; "weak:" marks a piece that is only guessed.
func checkExamplePatterns(t *testing.T, pieces []Piece) {
	t.Helper()
	for name, want := range map[string]string{
		"aap hubs reponse x vdef 2":                   "dossier_candidature",
		"dossier de candidature signe":                "dossier_candidature",
		"dossier complet":                             "weak:dossier_candidature",
		"bp 2019 2021 hub":                            "budget weak:dossier_candidature",
		"budget2019":                                  "budget",
		"compte de resultat previsionnel 2019":        "budget",
		"pj4 rib 2018":                                "rib",
		"rib2018":                                     "rib",
		"distribution":                                "",
		"lettre soutien cd49":                         "lettres_engagement",
		"statuts association loi 1901":                "statuts",
		"kbis rib statuts":                            "immatriculation rib statuts",
		"recepisse prefecture":                        "immatriculation",
		"bilan 2017":                                  "comptes_annuels",
		"bilan d activite 2017":                       "rapport_activite",
		"bilan carbone":                               "",
		"extrait du registre du commerce":             "immatriculation",
		"extrait du registre des deliberations":       "deliberation",
		"delegation de signature":                     "pouvoir_signature",
		"delegation de service public":                "",
		"accord de consortium signe":                  "accord_consortium",
		"mandat chef de file":                         "accord_consortium",
		"calendrier previsionnel":                     "calendrier weak:budget",
		"cv coordinatrice":                            "equipe_cv",
		"liste des membres du conseil administration": "dirigeants",
		"attestation urssaf 2018":                     "attestation_regularite",
		"scan0001":                                    "",
	} {
		var got []string
		fits := func(patterns []*regexp.Regexp) bool {
			return slices.ContainsFunc(patterns, func(re *regexp.Regexp) bool { return re.MatchString(name) })
		}
		for _, p := range pieces {
			switch {
			case fits(p.Unless):
			case fits(p.Match):
				got = append(got, p.ID)
			case fits(p.Weak):
				got = append(got, "weak:"+p.ID)
			}
		}
		for _, id := range strings.Fields(want) {
			if !slices.Contains(got, id) {
				t.Errorf("%q is recognised as %v, want %s", name, got, id)
			}
		}
		for _, id := range got {
			if !slices.Contains(strings.Fields(want), id) && (want == "" || !strings.HasPrefix(id, "weak:")) {
				t.Errorf("%q is recognised as %v, want %s only", name, got, want)
			}
		}
	}
}

// TestKnownKeys pins the keys operators may rely on.
func TestKnownKeys(t *testing.T) {
	want := map[string]string{
		"":              "call clamd data_dir desk mailbox service smtp time_zone",
		"service":       "address alerts_to digest email name phone staff_domains",
		"mailbox":       "address answer_since auth authserv_id folder host max_size oauth_client_id oauth_client_secret_env oauth_client_secret_file oauth_refresh_token_env oauth_refresh_token_file oauth_scopes oauth_secret_expires oauth_token_url password_env password_file poll_every port processed_folder received_by security sent_folder spam_header username",
		"smtp":          "auth breaker_per_hour daily_limit_address daily_limit_domain host oauth_client_id oauth_client_secret_env oauth_client_secret_file oauth_refresh_token_env oauth_refresh_token_file oauth_scopes oauth_secret_expires oauth_token_url password_env password_file plus_addressing port security username",
		"desk":          "base_url listen tls_cert tls_key trusted_proxies",
		"clamd":         "address",
		"call":          "aliases arbitration deadline envelope id late_until letters name opens pack piece priority_regions reference reminder settle",
		"call.piece":    "content formats id label match required required_if unless weak",
		"call.reminder": "cron from id until",
	}
	got := map[string]string{}
	for section, keys := range knownKeys() {
		got[section] = strings.Join(slices.Sorted(slices.Values(keys)), " ")
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}
