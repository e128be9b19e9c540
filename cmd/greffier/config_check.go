package main

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// checkEmail wants a bare address, or nothing.
func (r *reader) checkEmail(line int, key, address string) {
	if line == 0 || address == "" {
		return
	}
	parsed, err := mail.ParseAddress(address)
	if err == nil && parsed.Address == address && parsed.Name == "" {
		_, domain, _ := strings.Cut(address, "@")
		if domainForm.MatchString(domain) && isASCII(address) {
			return
		}
	}
	r.fault(line, key, `%q is no mail address: write it alone, such as "nom@example.net"`, address)
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 126 })
}

// hostPort tells whether s is host:port with a port from 1 to 65535.
func hostPort(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil || !validHost(host) {
		return false
	}
	n, err := strconv.Atoi(port)
	return err == nil && n > 0 && n < 65536
}

// checkListen wants host:port, where the host may be left out for all
// interfaces and port 0 means any free one. It tells whether only this
// machine can connect.
func (r *reader) checkListen(line int, key, listen string) (loopback bool) {
	host, port, err := net.SplitHostPort(listen)
	n, numErr := strconv.Atoi(port)
	if err != nil || numErr != nil || n < 0 || n > 65535 || host != "" && !validHost(host) {
		r.fault(line, key, `%q is no place to listen: write host:port, such as "127.0.0.1:8080"`, listen)
		return true
	}
	return loopbackHost(host)
}

// checkBaseURL wants http(s)://host[:port] and drops a final slash.
func (r *reader) checkBaseURL(line int, key, base string) string {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		r.fault(line, key, `is no web address: write it whole, such as "https://greffe.example.net"`)
	case u.User != nil:
		r.fault(line, key, `holds a login: write it without, such as "https://greffe.example.net"`)
	case u.RawQuery != "" || u.Fragment != "":
		r.fault(line, key, `holds a query or fragment: write what stands before ? and #`)
	case strings.Trim(u.Path, "/") != "":
		r.fault(line, key, `holds a path: the desk needs a host name of its own, such as "https://greffe.example.net"`)
	}
	return strings.TrimRight(base, "/")
}

// parseProxy reads an IP address or a network.
func parseProxy(s string) (netip.Prefix, bool) {
	if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" {
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	prefix, err := netip.ParsePrefix(s)
	return prefix.Masked(), err == nil
}

// checkCertificate wants both files or none, and that they fit.
func (r *reader) checkCertificate(t *table, cert, key string) {
	switch {
	case cert == "" && key == "":
		return
	case key == "":
		t.fault(t.lineOf("tls_cert"), t.key("tls_cert"), `stands without its key: write tls_key = "…" too`)
		return
	case cert == "":
		t.fault(t.lineOf("tls_key"), t.key("tls_key"), `stands without its certificate: write tls_cert = "…" too`)
		return
	}
	for _, f := range []struct{ key, path string }{{"tls_cert", cert}, {"tls_key", key}} {
		if info, err := os.Stat(f.path); err != nil || !info.Mode().IsRegular() {
			r.faultHere(t.lineOf(f.key), t.key(f.key), "%s cannot be read%s: write the path of a PEM file", f.path, because(err))
			return
		}
	}
	if _, err := tls.LoadX509KeyPair(cert, key); err != nil {
		r.faultHere(t.lineOf("tls_cert"), t.key("tls_cert"), "cannot be used with tls_key (%v): write PEM files that belong together", err)
		return
	}
	r.warnLoose(t.lineOf("tls_key"), t.key("tls_key"), key)
}

// because is the reason of a failed file operation, without the path.
func because(err error) string {
	var pathErr *fs.PathError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &pathErr):
		return " (" + pathErr.Err.Error() + ")"
	}
	return " (" + err.Error() + ")"
}

// checkDataDir wants a folder that can be written, or that can be made.
func (r *reader) checkDataDir(t *table, dir string) {
	for at := dir; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if errors.Is(err, fs.ErrNotExist) && at != filepath.Dir(at) {
			continue
		}
		switch {
		case err != nil:
			r.faultHere(t.lineOf("data_dir"), "data_dir", "%s cannot be used%s: write a folder that this user may write", dir, because(err))
		case !info.IsDir():
			r.faultHere(t.lineOf("data_dir"), "data_dir", "%s is a file: write a folder that this user may write", at)
		case !mayWrite(at):
			r.faultHere(t.lineOf("data_dir"), "data_dir", "%s may not be written by this user: write another folder, or change its owner", at)
		}
		return
	}
}

// checkFolder wants a folder that exists.
func (r *reader) checkFolder(line int, key, path, want string) bool {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		r.faultHere(line, key, "%s cannot be read%s: %s", path, because(err), want)
	case !info.IsDir():
		r.faultHere(line, key, "%s is a file: %s", path, want)
	default:
		return true
	}
	return false
}

// largePack is the size, in bytes, above which a letter with the whole pack
// is refused by many servers: they stop at 20 to 25 MB, and base64 adds a third.
const largePack = 15_000_000

// checkPack wants a folder of readable files and nothing else, since every
// file in it is sent to every candidate.
func (r *reader) checkPack(line int, key, path string) {
	if !r.checkFolder(line, key, path, "write the folder of the files to send") {
		return
	}
	files, err := os.ReadDir(path)
	if err != nil {
		r.faultHere(line, key, "%s cannot be listed%s: let this user read it", path, because(err))
		return
	}
	if len(files) == 0 {
		r.faultHere(line, key, "%s is empty: put the files to send into it", path)
		return
	}
	var total int64
	for _, f := range files {
		total += r.checkPackFile(line, key, filepath.Join(path, f.Name()))
	}
	if total > largePack {
		r.warn(line, key, "%s holds %d MB, which many mail servers refuse: keep it below %d MB", path, total/1e6, int64(largePack/1e6))
	}
}

// checkPackFile checks one file of a pack and gives its size.
func (r *reader) checkPackFile(line int, key, path string) int64 {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		r.faultHere(line, key, "%s cannot be read%s: repair or remove it", path, because(err))
	case info.IsDir():
		r.faultHere(line, key, "%s is a folder, and only files can be attached: move its files up, or zip them", path)
	case !info.Mode().IsRegular():
		r.faultHere(line, key, "%s is no regular file: remove it", path)
	case strings.HasPrefix(filepath.Base(path), "."):
		r.faultHere(line, key, "%s is hidden and would be sent to every candidate: remove it", path)
	case info.Size() == 0:
		r.faultHere(line, key, "%s is empty: fill or remove it", path)
	default:
		f, err := os.Open(path)
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			r.faultHere(line, key, "%s cannot be read%s: let this user read it", path, because(err))
		}
		return info.Size()
	}
	return 0
}
