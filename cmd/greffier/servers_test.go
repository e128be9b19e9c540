package main

// The tests of the whole program speak with real servers: Dovecot keeps the
// mailbox, Postfix carries mail in and out, swaks and mutt write as candidates
// do. The files servers_*_test.go start them. What they promise:
//
//   - each server is private to its test: its own folder under /tmp (short, as a
//     socket path holds 108 bytes), its own free ports on 127.0.0.1, no network;
//   - it answers when the function that starts it returns, and it is gone when
//     the test ends, killed or not; when the test failed, its log is printed;
//   - no wait depends on the speed of the machine: each is for a condition, and
//     the test fails with the last reason after serverDeadline;
//   - a program that is not installed fails the test and names `make deps`;
//     nothing is skipped.

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	// serverDeadline bounds each wait for a server: start, answer, delivery, stop.
	serverDeadline = 60 * time.Second

	// Ports are taken below the range from which the kernel gives ports to
	// outgoing connections, so that a restarted server finds its port free.
	firstServerPort, lastServerPort = 20000, 32000
)

// requireProgram returns the path of an installed program. Daemons live in sbin,
// which is not in everybody's PATH.
func requireProgram(t testing.TB, name, debianPackage string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, dir := range []string{"/usr/local/sbin", "/usr/sbin", "/sbin"} {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	t.Fatalf("%s is not installed: run `make deps` (Debian package %s)", name, debianPackage)
	return ""
}

// serverFolder makes a folder with a short path that any local user may enter,
// as servers drop their privileges. It is removed when the test ends.
func serverFolder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "gr")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove server folder: %v", err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// freePorts returns n different loopback ports on which nobody listens.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	var last error
	for try := 0; len(ports) < n && try < 1000; try++ {
		port := firstServerPort + rand.IntN(lastServerPort-firstServerPort)
		listener, err := net.Listen("tcp", loopbackAddr(port))
		if err != nil {
			last = err
			continue
		}
		// Held until all are found, so that none is found twice.
		defer func() {
			if err := listener.Close(); err != nil {
				t.Errorf("release port %d: %v", port, err)
			}
		}()
		ports = append(ports, port)
	}
	if len(ports) < n {
		t.Fatalf("no %d free loopback ports: %v", n, last)
	}
	return ports
}

func loopbackAddr(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// awaitCondition calls check until it returns nil, and fails the test with its
// last error after serverDeadline.
func awaitCondition(t testing.TB, what string, check func() error) {
	t.Helper()
	awaitWithin(t, what, serverDeadline, check)
}

func awaitWithin(t testing.TB, what string, limit time.Duration, check func() error) {
	t.Helper()
	end := time.Now().Add(limit)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: not after %v: %v", what, limit, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// greets checks that the server on a port says something that begins with
// prefix to a new connection.
func greets(port int, prefix string) error {
	conn, err := net.DialTimeout("tcp", loopbackAddr(port), serverDeadline)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(serverDeadline)); err != nil {
		return err
	}
	line := make([]byte, 512)
	n, err := conn.Read(line)
	if err != nil {
		return fmt.Errorf("read greeting: %w", err)
	}
	if !strings.HasPrefix(string(line[:n]), prefix) {
		return fmt.Errorf("greeting is %q, want %q", line[:n], prefix)
	}
	return nil
}
