package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// lock makes this process the owner of a data folder until unlock is called or
// the process ends. A second one is told who holds it.
func lock(dir string) (unlock func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	unlock, holder, err := lockFile(filepath.Join(dir, "greffier.lock"), "")
	if err != nil {
		return nil, fmt.Errorf("lock data folder %s: %w", dir, err)
	}
	if holder != "" {
		return nil, fmt.Errorf("the data folder %s is held by %s: stop it first", dir, holder)
	}
	return unlock, nil
}

// lockMailbox keeps two daemons on one machine from answering one mailbox from
// two data folders. Where the lock cannot be had for another reason than that,
// it is logged and the daemon goes on: the data folder is what must be locked.
func lockMailbox(cfg *Config, log *slog.Logger) (unlock func() error, err error) {
	m := cfg.Mailbox
	sum := sha256.Sum256(fmt.Appendf(nil, "%s:%d %s %s", strings.ToLower(m.Host), m.Port, m.Username, m.Folder))
	path := filepath.Join(os.TempDir(), "greffier-mailbox-"+hex.EncodeToString(sum[:8])+".lock")
	unlock, holder, err := lockFile(path, " with data in "+cfg.DataDir)
	if err != nil {
		log.Warn("the mailbox is not locked against a second daemon", "error", err)
		return func() error { return nil }, nil
	}
	if holder != "" {
		return nil, fmt.Errorf("the mailbox is read by %s: stop it first", holder)
	}
	return unlock, nil
}

// lockFile locks a file until unlock is called or the process ends. holder is
// who holds it already, if somebody does.
func lockFile(path, about string) (unlock func() error, holder string, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, "", err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, "", errors.Join(err, f.Close())
		}
		text, rerr := io.ReadAll(io.LimitReader(f, 512))
		if holder = strings.TrimSpace(string(text)); rerr != nil || holder == "" {
			holder = "another process"
		}
		return nil, holder, f.Close()
	}
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	text := fmt.Sprintf("greffier, process %d on %s, since %s%s\n", os.Getpid(), host, time.Now().Format(time.RFC3339), about)
	if err := errors.Join(f.Truncate(0), writeAt(f, text)); err != nil {
		return nil, "", errors.Join(err, f.Close())
	}
	return f.Close, "", nil
}

func writeAt(f *os.File, text string) error {
	_, err := f.WriteAt([]byte(text), 0)
	return err
}
