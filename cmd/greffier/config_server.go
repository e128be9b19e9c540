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
	Auth     *string
	Username *string
	Password *SecretRef
	OAuth    *OAuth
}

// server reads how to reach a mail server. usual is what each well-known port
// speaks; like is how tokens are had where the section does not say.
func (r *reader) server(t *table, s server, example string, usual map[int]string, like OAuth) {
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
	r.auth(t, s, like)
}

// secretNames are what people call the secrets of the file.
var secretNames = map[string]string{"password": "password", "oauth_client_secret": "client's secret", "oauth_refresh_token": "refresh token"}

// password reads where the password is kept.
func (r *reader) password(t *table, s server) {
	t.noSecretHere("password", "passwd", "pass", "secret")
	line := r.secret(t, "password", s.Password)
	if t.broken {
		return
	}
	ref := *s.Password
	key := "password_env"
	if ref.File != "" {
		key = "password_file"
	}
	switch {
	case ref.IsSet() && *s.Auth == AuthOAuth2:
		t.fault(line, t.key(key), `stands beside auth = "oauth2": remove one of the two`)
	case line == 0 && *s.Username != "" && *s.Auth == AuthPassword:
		t.fault(t.lineOf("username"), t.key("password_file"), `needs a value beside username: write password_file = "…" or password_env = "…"`)
	case ref.IsSet() && *s.Username == "":
		t.fault(line, t.key("username"), "is empty beside a password: write username, or remove the password for a server without login")
	}
}

// secret reads where a secret is kept: a file name_file, or an environment
// variable name_env. What stands under a key that is no reference is never
// repeated: it may be the secret itself. It returns the line of what is set, 0
// when nothing is; ref is left alone where it is at fault.
func (r *reader) secret(t *table, name string, ref *SecretRef) int {
	var read SecretRef
	fileKey, envKey := name+"_file", name+"_env"
	fileLine, envLine := t.path(fileKey, &read.File), t.text(envKey, &read.Env)
	line := max(fileLine, envLine)
	switch {
	case !read.IsSet():
		return 0
	case read.File != "" && read.Env != "":
		t.fault(line, t.key(envKey), "stands beside %s: keep one of the two", fileKey)
		return line
	case read.Env != "" && !envForm.MatchString(read.Env):
		t.fault(envLine, t.key(envKey), `is no name of an environment variable: write its name, such as "GREFFIER_%s", never the secret`, strings.ToUpper(name))
		return line
	case read.File != "":
		line = fileLine
	default:
		line = envLine
	}
	*ref = read
	r.checkSecret(t, line, name, read)
	return line
}

// checkSecret looks whether a secret can be read here and now.
func (r *reader) checkSecret(t *table, line int, name string, ref SecretRef) {
	key := name + "_env"
	if ref.File != "" {
		key = name + "_file"
	}
	_, err := ref.Read()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.faultHere(line, t.key(key), "%s does not exist: create it with mode 0600, the %s alone in it", ref.File, secretNames[name])
	case err != nil && ref.File != "":
		r.faultHere(line, t.key(key), "%v: write the path of a file with the %s alone in it", err, secretNames[name])
	case err != nil:
		r.faultHere(line, t.key(key), "%v: set it, or write %s_file", err, name)
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
