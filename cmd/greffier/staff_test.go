package main

import (
	"bytes"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// staffConfig writes a configuration for commands that speak with no server.
func staffConfig(t *testing.T) string {
	t.Helper()
	dir := lay(t, map[string][]byte{"password": []byte("x\n"), "pack/reglement.pdf": []byte("r"), "greffier.toml": []byte(`data_dir = "data"
[service]
name = "Service"
[mailbox]
address = "aap@greffier.test"
host = "127.0.0.1"
security = "none"
username = "u"
password_file = "password"
[smtp]
host = "127.0.0.1"
security = "none"
[[call]]
id = "essai"
name = "Essai"
reference = "ESSAI"
opens = 2018-09-13T00:00:00
deadline = 2018-11-30T17:00:00
pack = "pack"
`)})
	return filepath.Join(dir, "greffier.toml")
}

// TestStaff: accounts are kept from the command line; a password comes from the
// input and is shown nowhere.
func TestStaff(t *testing.T) {
	path := staffConfig(t)
	const password = "une phrase de passe"
	run := func(code int, input string, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if got := runCommand(t.Context(), terminal{in: strings.NewReader(input), out: &out, err: &errs}, append([]string{"staff", "-config", path}, args...)); got != code {
			t.Fatalf("%v: exit code %d, want %d: %s", args, got, code, errs.String())
		}
		if strings.Contains(out.String()+errs.String(), password) {
			t.Errorf("%v shows the password", args)
		}
		return out.String() + errs.String()
	}
	run(0, password+"\n", "add", "Camille Martin")
	if said := run(1, password, "add", "camille MARTIN"); !strings.Contains(said, "there is an account of that name") {
		t.Error(said)
	}
	if said := run(1, "court\n", "add", "Dominique"); !strings.Contains(said, "au moins 12") {
		t.Error(said)
	}
	run(1, "", "password", "Personne")
	run(0, password+"s\r\n", "password", "Camille Martin")
	run(0, "", "disable", "Camille Martin")
	if said := run(0, "", "list"); !strings.Contains(said, "Camille Martin") || !strings.Contains(said, "disabled") {
		t.Error(said)
	}
	run(0, "", "enable", "Camille Martin")
	if said := run(0, ""); !strings.Contains(said, "active") {
		t.Error(said)
	}
	run(2, "", "add")
	run(2, "", "add", "Camille", "Martin")
	run(2, "", "promote", "Camille")
}

// TestStaffTerminal: at a terminal the password is asked for twice and not shown.
func TestStaffTerminal(t *testing.T) {
	script, err := exec.LookPath("script")
	if err != nil {
		t.Fatalf("script(1), which makes a terminal, is missing: install bsdutils: %v", err)
	}
	path := staffConfig(t)
	binary, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	const password = "une phrase de passe"
	cmd := exec.CommandContext(t.Context(), script, "-qec", binary+" staff -config "+path+" add Camille", "/dev/null")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// One types when asked: a terminal shows what comes before.
	var said []byte
	prompts, asked := []string{"characters): ", "again: "}, 0
	for b := make([]byte, 1); ; {
		if _, err := out.Read(b); err != nil {
			break
		}
		said = append(said, b[0])
		if asked < len(prompts) && strings.HasSuffix(string(said), prompts[asked]) {
			asked++
			if _, err := io.WriteString(in, password+"\n"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if strings.Contains(string(said), password) || asked != 2 || !strings.Contains(string(said), "may sign in") {
		t.Errorf("%s", said)
	}
}
