package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

var updateGolden = flag.Bool("update-config-golden", false, "rewrite testdata/config/faults.golden")

// TestConfigFaults: all faults come at once, each with its own line, its key,
// and what to write instead.
func TestConfigFaults(t *testing.T) {
	source, err := os.ReadFile("testdata/config/faults.toml")
	if err != nil {
		t.Fatal(err)
	}
	dir, path := configFolder(t, string(source))
	if _, ok := os.LookupEnv("GREFFIER_TEST_UNSET"); ok {
		t.Fatal("GREFFIER_TEST_UNSET is set")
	}
	c, faults := LoadConfig(path)
	if c != nil {
		t.Error("a file at fault gives a Config")
	}

	type place struct {
		line int
		key  string
	}
	want := map[place]bool{}
	for i, line := range strings.Split(string(source), "\n") {
		if _, keys, ok := strings.Cut(line, " # FAULT "); ok {
			for _, key := range strings.Fields(keys) {
				want[place{i + 1, key}] = true
			}
		}
	}
	got := map[place]bool{}
	for _, f := range faults {
		got[place{f.Line, f.Key}] = true
	}
	for p := range want {
		if !got[p] {
			t.Errorf("line %d: %s is not reported", p.line, p.key)
		}
	}
	for p := range got {
		if !want[p] {
			t.Errorf("line %d: %s is reported", p.line, p.key)
		}
	}
	if strings.Contains(faults.Error(), "hunter2") {
		t.Error("a fault shows the password")
	}

	const golden = "testdata/config/faults.golden"
	text := strings.ReplaceAll(faults.Error(), dir+string(filepath.Separator), "") + "\n"
	if *updateGolden {
		if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	wantText, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(wantText) {
		t.Errorf("the texts of the faults changed; got\n%s", text)
	}
}

// TestConfigSyntaxFaults: a line that is not TOML does not hide what is
// wrong elsewhere, and no key is called missing when part of the file was
// not understood.
func TestConfigSyntaxFaults(t *testing.T) {
	_, path := configFolder(t, `time_zone = "Nowhere"
[mailbox]
address = greffe@example.net
port = "993"
[smtp
host = "smtp.example.net"
[desk]
listen = "8080"
trusted_proxies = [
  "10.0.0.1",
[clamd]
address = "nothing"
`)
	_, faults := LoadConfig(path)
	var got []string
	for _, f := range faults {
		got = append(got, strings.TrimPrefix(f.String(), path+":"))
	}
	want := []string{"1: time_zone:", "3: mailbox:", "5: mailbox:", "8: desk.listen:", "11: desk:", "12: clamd.address:"}
	if len(got) != len(want) {
		t.Fatalf("got %d faults, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("got %s, want %s", got[i], want[i])
		}
	}
}

// TestConfigOneFault: single changes to a good config, each with the one
// fault it must give.
func TestConfigOneFault(t *testing.T) {
	edit := func(old, new string) string { return strings.Replace(minimal, old, new, 1) }
	for _, test := range []struct {
		name, config, want string
	}{
		{"no smtp section", edit("[smtp]\nhost = \"smtp.example.net\"\n", ""), "1: smtp.host: needs a value"},
		{"swapped letters", edit("host =", "hsot = \"x\"\nhost ="), "4: mailbox.hsot: is unknown: write host"},
		{"wrong case", edit("[[call]]", "Port = 1\n[[call]]"), "7: smtp.Port: is unknown: write port"},
		{"key of another section", edit("[smtp]", "deadline = 1\n[smtp]"), "5: mailbox.deadline: is unknown: it belongs to [[call]]"},
		{"single brackets", edit("[[call]]", "[call]"), "7: call: wants double brackets"},
		{"plain afar", edit("[smtp]\n", "[smtp]\nsecurity = \"none\"\n"), "6: smtp.security: \"none\" would send"},
		{"username alone", edit("[smtp]\n", "[smtp]\nusername = \"x\"\n"), "6: smtp.password_file: needs a value beside username"},
		{"password alone", edit("[smtp]\n", "[smtp]\npassword_file = \"secrets/smtp\"\n"), "6: smtp.username: is empty beside a password"},
		{"not an env name", edit("[smtp]\n", "[smtp]\nusername = \"x\"\npassword_env = \"hunter2!\"\n"), "7: smtp.password_env: is no name"},
		{"moves in place", edit("[smtp]", "processed_folder = \"INBOX\"\n[smtp]"), "5: mailbox.processed_folder: is the folder that is read"},
		{"key without certificate", "[desk]\ntls_key = \"k\"\n" + minimal, "2: desk.tls_key: stands without its certificate"},
		{"no certificate inside", "[desk]\ntls_cert = \"cert.pem\"\ntls_key = \"cert.pem\"\n" + minimal, "2: desk.tls_cert: cannot be used with tls_key"},
		{"data below a file", "data_dir = \"a-file/data\"\n" + minimal, "1: data_dir: "},
		{"login in URL", "[desk]\nbase_url = \"https://u:hunter2@x.example\"\n" + minimal, "2: desk.base_url: holds a login"},
		{"skipped hour", edit("2018-11-30T17:00:00", "2019-03-31T02:30:00"), "12: call[1].deadline: 2019-03-31T02:30:00 does not exist in Europe/Paris"},
		{"double hour", edit("2018-11-30T17:00:00", "2018-10-28T02:30:00"), "12: call[1].deadline: 2018-10-28T02:30:00 comes twice in Europe/Paris"},
		{"same deadline", edit("2018-11-30T17:00:00", "2018-09-13T00:00:00"), "12: call[1].deadline: is not after opens"},
		{"octal number", edit("[smtp]", "port = 0993\n[smtp]"), "5: mailbox: is not TOML"},
		{"dotted key", "smtp.poll_every = \"0s\"\nmailbox.address = \"greffe@example.net\"\nmailbox.host = \"h\"\nsmtp.host = \"h\"\n" + minimal[strings.Index(minimal, "[[call]]"):], "1: smtp.poll_every: is unknown: it belongs to [mailbox]"},
		{"circumstance misspelt", minimal + "[[call.piece]]\nid = \"rib\"\nlabel = \"RIB\"\nrequired = false\nrequired_if = [\"groupe\"]\n",
			"18: call[1].piece[1].required_if[1]: \"groupe\" is no circumstance: write \"groupement\", \"public\" or \"delegation\""},
		{"always required", minimal + "[[call.piece]]\nid = \"rib\"\nlabel = \"RIB\"\nrequired_if = [\"public\"]\n", "17: call[1].piece[1].required_if: says when"},
		{"region misspelt", edit("reference =", "priority_regions = [\"normandie\", \"Bretagn\"]\nreference ="), "10: call[1].priority_regions[2]: \"Bretagn\" is no region: write \"Bretagne\""},
		{"overlap on one second", minimal + strings.NewReplacer(`"hubs"`, `"b"`, `"HUB"`, `"HUBB"`, "2018-09-13T00:00:00", "2018-11-30T17:00:00",
			"2018-11-30T17:00:00", "2019-11-30T17:00:00").Replace(minimal[strings.Index(minimal, "[[call]]"):]), "18: call[2].opens: the call is open while hubs"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, path := configFolder(t, test.config)
			_, faults := LoadConfig(path)
			if len(faults) != 1 || !strings.HasPrefix(faults.Error(), path+":"+test.want) {
				t.Errorf("got %v\nwant one fault %s", faults, test.want)
			}
			if strings.Contains(faults.Error(), "hunter2") {
				t.Error("the fault shows the password")
			}
		})
	}
}

// TestConfigWarnings: what works but will surprise is told with its line,
// and is no fault.
func TestConfigWarnings(t *testing.T) {
	for _, test := range []struct {
		name, config, want string
	}{
		{"port of the other security", strings.Replace(minimal, "[smtp]\n", "[smtp]\nport = 465\n", 1), "5: smtp.security: port 465 usually speaks \"tls\""},
		{"desk open to all", "[desk]\nlisten = \":8080\"\n" + minimal, "2: desk.listen: the desk is open to the network without TLS"},
		{"accent in a pattern", minimal + "[[call.piece]]\nid = \"d\"\nlabel = \"D\"\nmatch = [\n'delib',\n'délibération']\n", "19: call[1].piece[1].match[2]: \"délibération\" looks for 'é'"},
		{"no label", minimal + "[[call.piece]]\nid = \"d\"\n", "14: call[1].piece[1].label: is empty, candidates will read \"d\""},
		{"no call", minimal[:strings.Index(minimal, "[[call]]")], "1: call: there is no [[call]]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := mustLoad(t, test.config)
			if len(c.Warnings) != 1 || !strings.HasPrefix(c.Warnings[0], c.File+":"+test.want) {
				t.Errorf("got %q\nwant one warning %s", c.Warnings, test.want)
			}
		})
	}
}

// TestConfigUnreadable: files this user may not read or folders it may not
// write are named before the daemon needs them.
func TestConfigUnreadable(t *testing.T) {
	if os.Getuid() == 0 {
		asNobody(t)
		return
	}
	dir, path := configFolder(t, "data_dir = \"locked/data\"\n"+minimal)
	if err := os.Mkdir(filepath.Join(dir, "locked"), 0o500); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "pack-good/Dossier.txt"), 0); err != nil {
		t.Fatal(err)
	}
	_, faults := LoadConfig(path)
	if len(faults) != 2 || !faults.OnlyHere() || faults[0].Key != "data_dir" || !strings.Contains(faults[1].Text, "Dossier.txt") {
		t.Errorf("got %v", faults)
	}
}

// asNobody runs the test that calls it again as a user who may read and write
// little: root may read and write everything.
func asNobody(t *testing.T) {
	t.Helper()
	dir := serverFolder(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "test")
	if err := os.WriteFile(binary, program, 0o755); err != nil {
		t.Fatal(err)
	}
	const nobody = 65534
	cmd := exec.Command(binary, "-test.run", "^"+t.Name()+"$", "-test.v")
	cmd.Dir, cmd.Env = "/", []string{"TMPDIR=/tmp"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("as nobody: %v\n%s", err, out)
	}
}
