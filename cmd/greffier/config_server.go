package main

import (
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
)

var (
	hostForm   = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.:-]*[A-Za-z0-9_])?$|^::1$`)
	domainForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)
	headerForm = regexp.MustCompile(`^[!-9;-~]+:[ \t]*[^ \t]`) // RFC 5322 section 2.2
	envForm    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// server is what [mailbox] and [smtp] have in common.
type server struct {
	Host     *string
	Port     *int
	Security *string
	Username *string
	Password *SecretRef
}

// server reads how to reach a mail server. usual is what each well-known port
// speaks.
func (r *reader) server(t *table, s server, example string, usual map[int]string) {
	if line := t.needText("host", s.Host, example); line > 0 && !validHost(*s.Host) {
		t.fault(line, t.key("host"), "%q is no host name: write the name alone, such as %s; the port goes to port", *s.Host, example)
	}
	t.whole("port", s.Port, 1, 65535, strconv.Itoa(*s.Port))
	line := t.text("security", s.Security)
	switch {
	case *s.Security == SecurityNone:
		if *s.Host != "" && !loopbackHost(*s.Host) {
			t.fault(line, t.key("security"), `"none" would send passwords and dossiers in clear over the network: write "tls" or "starttls"; "none" is for localhost alone`)
		}
	case *s.Security != SecurityTLS && *s.Security != SecuritySTARTTLS:
		t.fault(line, t.key("security"), `%q is unknown: write "tls", "starttls", or "none" for localhost`, *s.Security)
	case usual[*s.Port] != "" && usual[*s.Port] != *s.Security:
		r.warn(t.lineOf("security"), t.key("security"), "port %d usually speaks %q, not %q: check with the provider", *s.Port, usual[*s.Port], *s.Security)
	}
	t.text("username", s.Username)
	r.password(t, *s.Username, s.Password)
}

// password reads where the password is kept. What stands under a key that is
// no reference is never repeated: it may be the password itself.
func (r *reader) password(t *table, username string, ref *SecretRef) {
	for _, key := range []string{"password", "passwd", "pass", "secret"} {
		if e := t.at.keys[key]; e != nil {
			t.fault(e.line, t.key(key), `has no place in this file: put the password into a file of mode 0600 and write password_file = "…", or into the environment and write password_env = "…"`)
			delete(t.at.keys, key)
		}
	}
	var read SecretRef
	fileLine := t.path("password_file", &read.File)
	envLine := t.text("password_env", &read.Env)
	switch {
	case read.File != "" && read.Env != "":
		t.fault(max(fileLine, envLine), t.key("password_env"), "stands beside password_file: keep one of the two")
		return
	case read.Env != "" && !envForm.MatchString(read.Env):
		t.fault(envLine, t.key("password_env"), `is no name of an environment variable: write its name, such as "GREFFIER_PASSWORD", never the password`)
		return
	case !read.IsSet() && username != "":
		t.missingPassword()
		return
	case read.IsSet() && username == "" && !r.broken:
		t.fault(max(fileLine, envLine), t.key("username"), "is empty beside a password: write username, or remove the password for a server without login")
	}
	*ref = read
	r.checkSecret(t, max(fileLine, envLine), read)
}

func (t *table) missingPassword() {
	if !t.broken {
		t.fault(t.lineOf("username"), t.key("password_file"), `needs a value beside username: write password_file = "…" or password_env = "…"`)
	}
}

// checkSecret looks whether the password can be read here and now.
func (r *reader) checkSecret(t *table, line int, ref SecretRef) {
	key := "password_env"
	if ref.File != "" {
		key = "password_file"
	}
	_, err := ref.Read()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.faultHere(line, t.key(key), "%s does not exist: create it with mode 0600, the password alone in it", ref.File)
	case err != nil && ref.File != "":
		r.faultHere(line, t.key(key), "%v: write the path of a file with the password alone in it", err)
	case err != nil:
		r.faultHere(line, t.key(key), "%v: set it, or write password_file", err)
	case ref.File != "":
		r.warnLoose(line, t.key(key), ref.File)
	}
}

// warnLoose warns when others than the owner may read a file.
func (r *reader) warnLoose(line int, key, path string) {
	info, err := os.Stat(path)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		r.warn(line, key, "%s has mode %04o and can be read by others: run chmod 600 %s", path, info.Mode().Perm(), path)
	}
}

// validHost accepts a host name or an IP address without port.
func validHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return domainForm.MatchString(strings.TrimSuffix(host, "."))
}

// loopbackHost tells whether host is this very machine.
func loopbackHost(host string) bool {
	addr, err := netip.ParseAddr(host)
	if err == nil {
		return addr.Unmap().IsLoopback()
	}
	return strings.EqualFold(host, "localhost")
}
