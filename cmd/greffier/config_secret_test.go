package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecretNeverShows: no way of printing, logging or encoding a secret, or
// what holds one, shows its value.
func TestSecretNeverShows(t *testing.T) {
	secret := NewSecret("hunter2")
	type holder struct {
		Public  Secret
		private Secret
	}
	h := holder{secret, secret}
	var out bytes.Buffer
	for _, value := range []any{secret, &secret, h, &h, []Secret{secret}, map[string]Secret{"k": secret}, h.private} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
		slog.New(slog.NewTextHandler(&out, nil)).Info("login", "value", value)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("login", "value", value)
	}
	for _, spelling := range []string{"hunter2", fmt.Sprintf("%x", "hunter2"), fmt.Sprintf("%X", "hunter2")} {
		if strings.Contains(out.String(), spelling) {
			t.Errorf("%s shows in\n%s", spelling, out.String())
		}
	}
	if secret.Reveal() != "hunter2" {
		t.Errorf("Reveal gives %q", secret.Reveal())
	}
}

// TestSecretFile: one last newline is dropped and nothing else; what cannot
// be a password is an error that does not show it.
func TestSecretFile(t *testing.T) {
	for _, test := range []struct {
		name, content, want string
		fails               bool
	}{
		{"no newline", "hunter2", "hunter2", false},
		{"newline", "hunter2\n", "hunter2", false},
		{"Windows newline", "hunter2\r\n", "hunter2", false},
		{"two newlines", "hunter2\n\n", "hunter2\n", false},
		{"spaces", " hunter2 \n", " hunter2 ", false},
		{"empty", "", "", true},
		{"newline alone", "\n", "", true},
		{"too large", strings.Repeat("hunter2", maxSecretSize), "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "secret")
			if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := SecretRef{File: path}.Read()
			if got.Reveal() != test.want || (err != nil) != test.fails {
				t.Errorf("got %q, %v", got.Reveal(), err)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}

// TestSecretRef: an unset or empty variable is an error, no reference is not.
func TestSecretRef(t *testing.T) {
	t.Setenv("GREFFIER_TEST_EMPTY", "")
	t.Setenv("GREFFIER_TEST_SET", "hunter2")
	for env, fails := range map[string]bool{"GREFFIER_TEST_EMPTY": true, "GREFFIER_TEST_UNSET": true, "GREFFIER_TEST_SET": false} {
		if _, err := (SecretRef{Env: env}).Read(); (err != nil) != fails {
			t.Errorf("%s: %v", env, err)
		}
	}
	none, err := SecretRef{}.Read()
	if err != nil || none.Reveal() != "" || (SecretRef{}).IsSet() {
		t.Errorf("no reference gives %q, %v", none.Reveal(), err)
	}
}

// TestSecretPermissions: a password that others can read is warned about,
// with the line, and the warning does not show it.
func TestSecretPermissions(t *testing.T) {
	dir, path := configFolder(t, strings.Replace(minimal, "[smtp]\n", "[smtp]\nusername = \"x\"\npassword_file = \"secrets/smtp\"\n", 1))
	for mode, warned := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o640: true, 0o604: true, 0o644: true} {
		if err := os.Chmod(filepath.Join(dir, "secrets/smtp"), mode); err != nil {
			t.Fatal(err)
		}
		c, faults := LoadConfig(path)
		if err := faults.Err(); err != nil {
			t.Fatal(err)
		}
		if warned != (len(c.Warnings) == 1) {
			t.Errorf("mode %o gives %v", mode, c.Warnings)
		}
		if warned && (!strings.HasPrefix(c.Warnings[0], path+":7: smtp.password_file: ") || strings.Contains(c.Warnings[0], "hunter2")) {
			t.Errorf("warning %s", c.Warnings[0])
		}
	}
}
