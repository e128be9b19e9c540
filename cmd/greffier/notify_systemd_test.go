package main

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"testing"
	"time"
)

// TestServiceManager: the daemon tells when it is ready, that it lives as long
// as its store answers, and when it stops.
func TestServiceManager(t *testing.T) {
	socket := filepath.Join(serverFolder(t), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	told := func() string {
		t.Helper()
		if err := conn.SetReadDeadline(time.Now().Add(serverDeadline)); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 100)
		n, err := conn.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
	d, sink := startDovecot(t), startSink(t)
	g := newProgram(t, d, nil, sink, edition2018, "")
	g.env = append(g.env, "NOTIFY_SOCKET="+socket, "WATCHDOG_USEC=200000")
	p := g.serve()
	if got := told(); got != "READY=1" {
		t.Errorf("first %q", got)
	}
	if got := told(); got != "WATCHDOG=1" {
		t.Errorf("then %q", got)
	}
	p.stop()
	for got := told(); got != "STOPPING=1"; got = told() {
		if got != "WATCHDOG=1" {
			t.Fatalf("then %q", got)
		}
	}
}

// TestWatchdogIsHonest: a store that does not answer is not reported alive.
func TestWatchdogIsHonest(t *testing.T) {
	t.Setenv("WATCHDOG_USEC", "2000")
	t.Setenv("NOTIFY_SOCKET", filepath.Join(t.TempDir(), "nobody-may-be-told"))
	ctx, cancel := context.WithCancel(t.Context())
	dead := errors.New("no answer")
	watchdog(ctx, func(context.Context) error { return dead }, func(err error) {
		if !errors.Is(err, dead) {
			t.Errorf("told the service manager all the same: %v", err)
		}
		cancel()
	})
}
