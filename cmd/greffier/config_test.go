package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// minimal is the least an operator must write.
const minimal = `
[mailbox]
address = "greffe@example.net"
host = "imap.example.net"
[smtp]
host = "smtp.example.net"
[[call]]
id = "hubs"
name = "Hubs"
reference = "HUB"
opens = 2018-09-13T00:00:00
deadline = 2018-11-30T17:00:00
pack = "pack-good"
`

// configFolder makes a folder with packs in every state and a config file.
func configFolder(t testing.TB, config string) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range map[string]string{
		"a-file":                        "x",
		"cert.pem":                      "x",
		"pack-good/Dossier.txt":         "x",
		"pack-broken/.hidden":           "x",
		"pack-with-folder/inner/a.txt":  "x",
		"pack-with-folder/notice.txt":   "x",
		"secrets/imap":                  "hunter2\n",
		"secrets/smtp":                  "hunter2\n",
		"greffier.toml":                 config,
		"pack-empty/to-be-removed.file": "",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "pack-empty/to-be-removed.file")); err != nil {
		t.Fatal(err)
	}
	return dir, filepath.Join(dir, "greffier.toml")
}

// mustLoad loads a config that has no fault.
func mustLoad(t *testing.T, config string) *Config {
	t.Helper()
	_, path := configFolder(t, config)
	c, faults := LoadConfig(path)
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	return c
}

func paris(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestConfigDefaults: what is not written has the value of the documentation.
func TestConfigDefaults(t *testing.T) {
	c := mustLoad(t, minimal)
	dir := filepath.Dir(c.File)
	zone := paris(t)
	for _, test := range []struct {
		key       string
		got, want any
	}{
		{"data_dir", c.DataDir, filepath.Join(dir, "data")},
		{"time_zone", c.TimeZone.String(), "Europe/Paris"},
		{"service.name", c.Service.Name, ""},
		{"service.address", c.Service.Address, ""},
		{"service.email", c.Service.Email, ""},
		{"service.phone", c.Service.Phone, ""},
		{"service.alerts_to", len(c.Service.AlertsTo), 0},
		{"service.digest", c.Service.DigestText, "0 8 * * MON-FRI"},
		{"service.digest runs", c.Service.Digest.Next(time.Date(2018, 9, 14, 12, 0, 0, 0, zone)).Format(time.RFC3339), "2018-09-17T08:00:00+02:00"},
		{"service.staff_domains", len(c.Service.StaffDomains), 0},
		{"mailbox.port", c.Mailbox.Port, 993},
		{"mailbox.security", c.Mailbox.Security, "tls"},
		{"mailbox.username", c.Mailbox.Username, ""},
		{"mailbox.password_file", c.Mailbox.Password, SecretRef{}},
		{"mailbox.auth", c.Mailbox.Auth, "password"},
		{"mailbox.oauth", c.Mailbox.OAuth, OAuth{}},
		{"mailbox.folder", c.Mailbox.Folder, "INBOX"},
		{"mailbox.processed_folder", c.Mailbox.ProcessedFolder, ""},
		{"mailbox.sent_folder", c.Mailbox.SentFolder, ""},
		{"mailbox.poll_every", c.Mailbox.PollEvery, 60 * time.Second},
		{"mailbox.received_by", len(c.Mailbox.ReceivedBy), 0},
		{"mailbox.authserv_id", c.Mailbox.AuthservID, ""},
		{"mailbox.spam_header", c.Mailbox.SpamHeader, ""},
		{"mailbox.max_size", c.Mailbox.MaxSize, int64(60_000_000)},
		{"mailbox.answer_since", c.Mailbox.AnswerSince.Format(time.RFC3339), "2018-09-13T00:00:00+02:00"},
		{"smtp.port", c.SMTP.Port, 587},
		{"smtp.security", c.SMTP.Security, "starttls"},
		{"smtp.username", c.SMTP.Username, ""},
		{"smtp.password_file", c.SMTP.Password, SecretRef{}},
		{"smtp.auth", c.SMTP.Auth, "password"},
		{"smtp.oauth", c.SMTP.OAuth, OAuth{}},
		{"smtp.plus_addressing", c.SMTP.PlusAddressing, false},
		{"smtp.daily_limit_address", c.SMTP.DailyLimitAddress, 20},
		{"smtp.daily_limit_domain", c.SMTP.DailyLimitDomain, 200},
		{"smtp.breaker_per_hour", c.SMTP.BreakerPerHour, 2000},
		{"desk.listen", c.Desk.Listen, "127.0.0.1:8080"},
		{"desk.base_url", c.Desk.BaseURL, ""},
		{"desk.tls_cert", c.Desk.TLSCert + c.Desk.TLSKey, ""},
		{"desk.trusted_proxies", len(c.Desk.TrustedProxies), 0},
		{"clamd.address", c.Clamd.Address, ""},
		{"call.opens", c.Calls[0].Opens.UTC().Format(time.RFC3339), "2018-09-12T22:00:00Z"},
		{"call.deadline", c.Calls[0].Deadline.UTC().Format(time.RFC3339), "2018-11-30T16:00:00Z"},
		{"call.aliases", len(c.Calls[0].Aliases), 0},
		{"call.arbitration", c.Calls[0].Arbitration, 60 * time.Second},
		{"call.settle", c.Calls[0].Settle, 15 * time.Minute},
		{"call.late_until", c.Calls[0].LateUntil, 30 * 24 * time.Hour},
		{"call.pack", c.Calls[0].Pack, filepath.Join(dir, "pack-good")},
		{"call.letters", c.Calls[0].Letters, ""},
		{"call.envelope", c.Calls[0].Envelope, int64(0)},
		{"call.piece", len(c.Calls[0].Pieces), 0},
		{"call.reminder", len(c.Calls[0].Reminders), 0},
		{"warnings", len(c.Warnings), 0},
	} {
		if !reflect.DeepEqual(test.got, test.want) {
			t.Errorf("%s is %v, want %v", test.key, test.got, test.want)
		}
	}

	c = mustLoad(t, minimal+"[[call.piece]]\nid = \"rib\"\nlabel = \"RIB\"\n[[call.reminder]]\nid = \"w\"\ncron = \"0 9 * * MON\"\n")
	p, r := c.Calls[0].Pieces[0], c.Calls[0].Reminders[0]
	if !p.Required || len(p.Formats)+len(p.Match)+len(p.Unless)+len(p.Weak) != 0 {
		t.Errorf("defaults of a piece: %+v", p)
	}
	if r.FromDays != 30 || r.UntilDays != 0 || r.CronText != "0 9 * * MON" {
		t.Errorf("defaults of a reminder: %+v", r)
	}
}

// TestConfigValues: what is written is what is read.
func TestConfigValues(t *testing.T) {
	t.Setenv("GREFFIER_TEST_PASSWORD", "hunter2")
	c := mustLoad(t, "\ufeff"+`time_zone = "America/Guadeloupe"
[service]
digest = ""
staff_domains = ["CaisseDesDepots.fr"]
[mailbox]
address = "greffe@example.net"
host = "127.0.0.1"
security = "none"
username = "greffe"
password_env = "GREFFIER_TEST_PASSWORD"
max_size = "60MiB"
poll_every = "1h30m"
answer_since = 2018-09-13 08:00:00Z
[smtp]
host = "localhost"
security = "none"
[desk]
base_url = "https://greffe.example.net/"
trusted_proxies = ["10.0.0.1", "10.1.2.3/16"]
[clamd]
address = "tcp:127.0.0.1:3310"
[[call]]
id = "hubs"
name = "Hubs"
reference = "HUB"
opens = 2018-09-13T00:00:00
deadline = 2018-11-30T17:00:00+01:00
pack = "pack-good"
late_until = "1d12h"
[[call.reminder]]
id = "w"
cron = "0 9 * * MON"
from = "10d"
until = "2d"
`)
	monday := c.Calls[0].Reminders[0].Cron.Next(time.Date(2018, 11, 24, 0, 0, 0, 0, time.UTC))
	password, err := c.Mailbox.Password.Read()
	if err != nil {
		t.Fatal(err)
	}
	network, address := c.Clamd.Endpoint()
	for _, test := range []struct {
		key       string
		got, want any
	}{
		{"service.digest", c.Service.Digest == nil, true},
		{"service.staff_domains", c.Service.StaffDomains[0], "caissedesdepots.fr"},
		{"mailbox.password_env", password.Reveal(), "hunter2"},
		{"mailbox.max_size", c.Mailbox.MaxSize, int64(60 << 20)},
		{"mailbox.poll_every", c.Mailbox.PollEvery, 90 * time.Minute},
		{"mailbox.answer_since", c.Mailbox.AnswerSince.UTC().Format(time.RFC3339), "2018-09-13T08:00:00Z"},
		{"desk.base_url", c.Desk.BaseURL, "https://greffe.example.net"},
		{"desk.trusted_proxies", c.Desk.TrustedProxies[0].String() + " " + c.Desk.TrustedProxies[1].String(), "10.0.0.1/32 10.1.0.0/16"},
		{"clamd.address", network + " " + address, "tcp 127.0.0.1:3310"},
		{"call.opens", c.Calls[0].Opens.UTC().Format(time.RFC3339), "2018-09-13T04:00:00Z"},
		{"call.deadline", c.Calls[0].Deadline.UTC().Format(time.RFC3339), "2018-11-30T16:00:00Z"},
		{"call.late_until", c.Calls[0].LateUntil, 36 * time.Hour},
		{"call.reminder.cron", monday.UTC().Format(time.RFC3339), "2018-11-26T13:00:00Z"},
		{"call.reminder.from", c.Calls[0].Reminders[0].FromDays, 10},
		{"call.reminder.until", c.Calls[0].Reminders[0].UntilDays, 2},
	} {
		if !reflect.DeepEqual(test.got, test.want) {
			t.Errorf("%s is %v, want %v", test.key, test.got, test.want)
		}
	}
}

// TestConfigHere: what this machine lacks is told apart from what is badly
// written, and leaves a Config to commands that can do without.
func TestConfigHere(t *testing.T) {
	_, path := configFolder(t, strings.Replace(minimal, "pack-good", "nowhere", 1))
	c, faults := LoadConfig(path)
	if c == nil || len(faults) != 1 || !faults.OnlyHere() {
		t.Errorf("got %v, %v", c, faults)
	}
	c, faults = LoadConfig(filepath.Join(t.TempDir(), "none.toml"))
	if c != nil || len(faults) != 1 || !strings.Contains(faults.Error(), "cannot be read") {
		t.Errorf("got %v, %v", c, faults)
	}
}

// FuzzConfig: whatever the file holds, reading it ends with faults or a
// Config, and every fault has a line of the file.
func FuzzConfig(f *testing.F) {
	for _, path := range []string{"testdata/config/faults.toml", "../../config.example.toml"} {
		source, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	f.Add([]byte(minimal))
	f.Add([]byte("[a\n[b]\na=1\n[[b]]\nb.c=2\r\n[b.c]\nx={y={z=1},y.w=2}"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, source []byte) {
		_, faults := parseConfig("f.toml", dir, source)
		lines := strings.Count(string(source), "\n") + 1
		for _, fault := range faults {
			if fault.Line < 1 || fault.Line > lines || fault.Key == "" || fault.Text == "" {
				t.Fatalf("fault %+v of a file of %d lines", fault, lines)
			}
		}
	})
}
