package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // a machine without a zone database still knows Europe/Paris

	"github.com/pelletier/go-toml/v2/unstable"
)

// maxConfigSize bounds the configuration file, in bytes.
const maxConfigSize = 1 << 20

// LoadConfig reads and checks the configuration file at path, with all
// defaults filled in. It also looks at what the file names on this machine:
// secrets, packs, folders, certificates; it writes nothing and opens no
// connection.
//
// Every fault found is returned, in the order of the lines. The Config is nil
// if the file is at fault; it is usable, apart from what is named, if all
// faults are of this machine (Faults.OnlyHere).
func LoadConfig(path string) (*Config, Faults) {
	data, err := readConfigFile(path)
	if err != nil {
		return nil, Faults{{File: path, Key: "config", Text: fmt.Sprintf("cannot be read (%v): give the path of a TOML file such as config.example.toml", err)}}
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, Faults{{File: path, Key: "config", Text: fmt.Sprintf("has no absolute path (%v): give one", err)}}
	}
	config, faults := parseConfig(path, dir, data)
	if !faults.OnlyHere() {
		return nil, faults
	}
	return config, faults
}

func readConfigFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // opened for reading: closing cannot lose anything
	data, err := io.ReadAll(io.LimitReader(f, maxConfigSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxConfigSize {
		return nil, fmt.Errorf("it is larger than %d bytes", maxConfigSize)
	}
	return data, nil
}

// parseConfig is LoadConfig after the reading: dir is absolute and is what
// relative paths are relative to.
func parseConfig(file, dir string, data []byte) (*Config, Faults) {
	// Editors on Windows begin a file with a byte order mark.
	data = []byte(strings.TrimPrefix(string(data), "\ufeff"))
	root, faults, broken := parseDocument(data)
	r := &reader{file: file, dir: dir, broken: broken, asked: map[string][]string{}}
	for _, f := range faults {
		r.fault(f.line, f.key, "%s", f.text)
	}
	config := r.config(root)
	r.reportUnknown()
	if r.faults.OnlyHere() {
		if f := secondOpinion(data); f != nil {
			r.fault(f.line, f.key, "%s", f.text)
		}
	}
	return config, r.faults.sorted()
}

// config reads the whole file.
func (r *reader) config(root *entry) *Config {
	c := defaultConfig()
	c.File = r.file
	t := &table{reader: r, at: root}
	// Everything with a date or a schedule needs the time zone first.
	r.zone = r.timeZone(t)
	c.TimeZone = r.zone

	t.path("data_dir", &c.DataDir)
	if c.DataDir == "" {
		t.missing("data_dir", `"data"`)
	} else {
		c.DataDir = r.abs(c.DataDir)
		r.checkDataDir(t, c.DataDir)
	}
	r.service(t.sub("service"), &c.Service)
	r.mailbox(t.sub("mailbox"), &c.Mailbox)
	r.smtp(t.sub("smtp"), &c.SMTP, c.Mailbox.OAuth)
	r.desk(t.sub("desk"), &c.Desk)
	r.clamd(t.sub("clamd"), &c.Clamd)
	c.Calls = r.calls(t.subs("call"))
	t.close()
	if len(c.Calls) == 0 && !r.broken {
		r.warn(1, "call", "there is no [[call]]: every mail will be answered that no call is open")
	}
	c.Warnings = r.warnings
	return c
}

func (r *reader) timeZone(t *table) *time.Location {
	name := defaultTimeZone
	line := t.text("time_zone", &name)
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		t.fault(line, "time_zone", `%q is no time zone: write one of the IANA database, such as "Europe/Paris"`, name)
		return time.UTC
	}
	return zone
}

func (r *reader) service(t *table, s *Service) {
	defer t.close()
	t.text("name", &s.Name)
	t.lines("address", &s.Address)
	r.checkEmail(t.text("email", &s.Email), t.key("email"), s.Email)
	t.text("phone", &s.Phone)
	for _, m := range t.members("alerts_to", `"astreinte@example.net"`) {
		r.checkEmail(m.line, m.key, m.text)
		s.AlertsTo = append(s.AlertsTo, m.text)
	}
	if e := t.at.keys["digest"]; e != nil && e.kind == unstable.String && e.text == "" {
		t.take("digest")
		s.DigestText = ""
	} else if t.schedule("digest", &s.Digest, &s.DigestText) == 0 {
		var err error
		if s.Digest, err = parseCron(defaultDigest, r.zone); err != nil {
			t.fault(t.lineOf("digest"), t.key("digest"), "%v", err)
		}
	}
	for _, m := range t.members("staff_domains", `"caissedesdepots.fr"`) {
		if !domainForm.MatchString(m.text) {
			t.fault(m.line, m.key, `%q is no mail domain: write what stands after the @, such as "caissedesdepots.fr"`, m.text)
		}
		s.StaffDomains = append(s.StaffDomains, strings.ToLower(m.text))
	}
}

func (r *reader) mailbox(t *table, m *Mailbox) {
	defer t.close()
	if line := t.needText("address", &m.Address, `"AAP-Hubsinclusifs@caissedesdepots.fr"`); line > 0 {
		r.checkEmail(line, t.key("address"), m.Address)
	}
	s := server{Host: &m.Host, Port: &m.Port, Security: &m.Security, Auth: &m.Auth, Username: &m.Username, Password: &m.Password, OAuth: &m.OAuth}
	r.server(t, s, `"imap.example.net"`, map[int]string{993: SecurityTLS, 143: SecuritySTARTTLS}, OAuth{})
	if line := t.text("folder", &m.Folder); line > 0 && m.Folder == "" {
		t.fault(line, t.key("folder"), `is empty: write "INBOX"`)
	}
	for _, other := range []struct {
		key string
		dst *string
	}{{"processed_folder", &m.ProcessedFolder}, {"sent_folder", &m.SentFolder}} {
		if line := t.text(other.key, other.dst); line > 0 && *other.dst == m.Folder {
			t.fault(line, t.key(other.key), `is the folder that is read: write another one, or "" for none`)
		}
	}
	if line := t.duration("poll_every", &m.PollEvery); line > 0 && m.PollEvery < time.Second {
		t.fault(line, t.key("poll_every"), `%q is too often: write "1s" or more, such as "60s"`, t.at.keys["poll_every"].text)
	}
	for _, h := range t.members("received_by", `"mx.example.net", "*.example.net"`) {
		if !hostForm.MatchString(strings.TrimPrefix(h.text, "*.")) {
			t.fault(h.line, h.key, `%q is no host name: write one as our Received fields do, such as "mx.example.net", or "*.example.net"`, h.text)
		}
		m.ReceivedBy = append(m.ReceivedBy, strings.ToLower(h.text))
	}
	if line := t.text("authserv_id", &m.AuthservID); line > 0 && strings.ContainsAny(m.AuthservID, " \t;\"") {
		t.fault(line, t.key("authserv_id"), `is no authserv-id: write the first word of our own Authentication-Results fields, such as "mx.example.net"`)
	}
	if line := t.text("spam_header", &m.SpamHeader); line > 0 && m.SpamHeader != "" && !headerForm.MatchString(m.SpamHeader) {
		t.fault(line, t.key("spam_header"), `is no header field: write its name and value, such as "X-Spam-Flag: YES"`)
	}
	if line := t.size("max_size", &m.MaxSize); line > 0 && m.MaxSize < 1e6 {
		t.fault(line, t.key("max_size"), `is too small for a dossier: write "1MB" or more, such as "60MB"`)
	}
	if t.instant("answer_since", &m.AnswerSince) == 0 {
		var err error
		if m.AnswerSince, err = parseLocal(defaultAnswerSince, r.zone); err != nil {
			t.fault(t.lineOf("answer_since"), t.key("answer_since"), "%s %v", defaultAnswerSince, err)
		}
	}
}

// smtp reads the submission server; mailbox is how tokens are had for the mailbox.
func (r *reader) smtp(t *table, s *SMTP, mailbox OAuth) {
	defer t.close()
	dst := server{Host: &s.Host, Port: &s.Port, Security: &s.Security, Auth: &s.Auth, Username: &s.Username, Password: &s.Password, OAuth: &s.OAuth}
	r.server(t, dst, `"smtp.example.net"`, map[int]string{465: SecurityTLS, 587: SecuritySTARTTLS}, mailbox)
	t.flag("plus_addressing", &s.PlusAddressing)
	const most = 1_000_000
	t.whole("daily_limit_address", &s.DailyLimitAddress, 1, most, "20")
	t.whole("daily_limit_domain", &s.DailyLimitDomain, 1, most, "200")
	t.whole("breaker_per_hour", &s.BreakerPerHour, 1, most, "2000")
}

func (r *reader) desk(t *table, d *Desk) {
	defer t.close()
	line := t.text("listen", &d.Listen)
	loopback := r.checkListen(line, t.key("listen"), d.Listen)
	if line := t.text("base_url", &d.BaseURL); line > 0 && d.BaseURL != "" {
		d.BaseURL = r.checkBaseURL(line, t.key("base_url"), d.BaseURL)
	}
	t.path("tls_cert", &d.TLSCert)
	t.path("tls_key", &d.TLSKey)
	r.checkCertificate(t, d.TLSCert, d.TLSKey)
	for _, m := range t.members("trusted_proxies", `"10.0.0.1", "10.1.0.0/16"`) {
		if prefix, ok := parseProxy(m.text); ok {
			d.TrustedProxies = append(d.TrustedProxies, prefix)
		} else {
			t.fault(m.line, m.key, `%q is no IP address: write one, such as "10.0.0.1", or a network, "10.1.0.0/16"`, m.text)
		}
	}
	if !loopback && d.TLSCert == "" && len(d.TrustedProxies) == 0 {
		r.warn(t.lineOf("listen"), t.key("listen"),
			"the desk is open to the network without TLS: write tls_cert and tls_key, or listen on 127.0.0.1 behind a proxy")
	}
}

func (r *reader) clamd(t *table, c *Clamd) {
	defer t.close()
	line := t.text("address", &c.Address)
	if line == 0 || c.Address == "" {
		return
	}
	kind, where, _ := strings.Cut(c.Address, ":")
	switch {
	case kind == "unix" && where != "":
		c.Address = "unix:" + r.abs(where)
	case kind == "tcp" && hostPort(where):
	default:
		t.fault(line, t.key("address"), `%q is no place of clamd: write "unix:/run/clamav/clamd.ctl", "tcp:127.0.0.1:3310", or "" for none`, c.Address)
	}
}
