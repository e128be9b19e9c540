package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// keptToken is a refresh token that the endpoint gave in place of another, as it
// stands in its file.
type keptToken struct {
	// Origin tells the configured refresh token from which this one descends: once
	// another is configured, this one counts no more.
	Origin       string `json:"origin"`
	RefreshToken string `json:"refresh_token"`
}

// origin is a digest of a configured refresh token, of its client and of its
// endpoint.
func (o OAuth) origin(configured Secret) string {
	sum := sha256.Sum256([]byte(o.TokenURL + "\x00" + o.ClientID + "\x00" + configured.Reveal()))
	return hex.EncodeToString(sum[:])
}

// lastRefreshToken gives the refresh token that descends from an origin; "": none
// was given yet.
func (t *tokens) lastRefreshToken(origin string) (string, error) {
	if t.unsaved != nil {
		if t.unsaved.Origin == origin {
			return t.unsaved.RefreshToken, nil
		}
		t.unsaved = nil
	}
	content, err := os.ReadFile(t.kept)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the last refresh token: %w", err)
	}
	var kept keptToken
	if json.Unmarshal(content, &kept) != nil || kept.RefreshToken == "" {
		return "", fmt.Errorf("read the last refresh token: %s cannot be understood: remove it, then the configured one counts", t.kept)
	}
	if kept.Origin != origin {
		return "", nil
	}
	return kept.RefreshToken, nil
}

// save writes the refresh token that replaces the last one: it is there as a whole
// or not at all, and only its owner may read it.
func (t *tokens) save() (err error) {
	content, err := json.Marshal(t.unsaved)
	if err != nil {
		return err
	}
	partial := t.kept + ".partial"
	if err := os.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(partial, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(content, '\n'))
	if err == nil {
		err = giveToOwner(f)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(partial))
	}
	if err := os.Rename(partial, t.kept); err != nil {
		return errors.Join(err, os.Remove(partial))
	}
	t.unsaved = nil
	folder, err := os.Open(filepath.Dir(t.kept))
	if err != nil {
		return err
	}
	err = folder.Sync()
	if errors.Is(err, syscall.EINVAL) {
		err = nil // a file system without it: its names are as durable as they get
	}
	return errors.Join(err, folder.Close())
}

// giveToOwner gives a file to whom the folder around it belongs, so that the
// daemon can read what root wrote by a command.
func giveToOwner(f *os.File) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(filepath.Dir(f.Name()))
	if err != nil {
		return err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok {
		return f.Chown(int(owner.Uid), int(owner.Gid))
	}
	return nil
}

// lockFolder makes this process the only one that uses the folder of a file, made
// if it is missing, until unlock is called. It waits for another as long as ctx
// lasts. It is not the lock of the daemon, which holds a file of its own.
func lockFolder(ctx context.Context, path string) (unlock func() error, err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	f, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f.Close, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock data folder %s: %w", dir, err), f.Close())
		}
		select {
		case <-ctx.Done():
			return nil, passingError{errors.Join(fmt.Errorf("another process is at it: %w", ctx.Err()), f.Close())}
		case <-time.After(50 * time.Millisecond):
		}
	}
}
