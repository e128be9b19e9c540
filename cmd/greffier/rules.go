package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"greffier/cases"
	"greffier/cases/store"
)

// loadConfig reads the config file of a command that needs everything the file
// names to be there.
func loadConfig(t terminal, path string) (*Config, error) {
	if path == "" {
		return nil, usagef("which configuration? write -config FILE")
	}
	cfg, faults := LoadConfig(path)
	if len(faults) > 0 {
		return nil, usageError{faults}
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintln(t.err, "warning:", w)
	}
	return cfg, nil
}

// loadConfigToRead reads the config file of a command that reads the data
// folder: secrets, packs and the like may be out of reach.
func loadConfigToRead(path string) (*Config, error) {
	if path == "" {
		return nil, usagef("which configuration? write -config FILE")
	}
	cfg, faults := LoadConfig(path)
	if cfg == nil {
		return nil, usageError{faults}
	}
	return cfg, nil
}

// rules turns the configured calls into those of the rules package. Packs that
// cannot be read are an error.
func (c *Config) rules() (cases.Calls, error) {
	var calls cases.Calls
	for i := range c.Calls {
		from := &c.Calls[i]
		call := from.rules(c.TimeZone)
		var err error
		if call.Pack, err = packFiles(os.DirFS(from.Pack)); err != nil {
			return nil, fmt.Errorf("read pack of %s: %w", from.ID, err)
		}
		calls = append(calls, call)
	}
	return calls, nil
}

// rulesToRead is rules for commands to which the bytes of the packs are all
// the same.
func (c *Config) rulesToRead() cases.Calls {
	var calls cases.Calls
	for i := range c.Calls {
		calls = append(calls, c.Calls[i].rules(c.TimeZone))
	}
	return calls
}

func (c *Call) rules(zone *time.Location) *cases.Call {
	call := &cases.Call{ID: c.ID, Name: c.Name, Aliases: c.Aliases, Reference: c.Reference, Opens: c.Opens, Deadline: c.Deadline,
		Location: zone, Arbitration: c.Arbitration, Settle: c.Settle, LateUntil: c.LateUntil, Envelope: c.Envelope, PriorityRegions: c.PriorityRegions}
	for _, p := range c.Pieces {
		call.Pieces = append(call.Pieces, cases.Piece{ID: p.ID, Label: p.Label, Required: p.Required, RequiredIf: p.RequiredIf, Formats: p.Formats,
			Match: p.Match, Unless: p.Unless, Weak: p.Weak, Content: p.Content})
	}
	for _, r := range c.Reminders {
		call.Reminders = append(call.Reminders, cases.Reminder{ID: r.ID, Schedule: zoned{r.Cron, zone}, FromDays: r.FromDays, UntilDays: r.UntilDays})
	}
	return call
}

// zoned evaluates a cron schedule in a time zone, whatever zone an instant is
// given in.
type zoned struct {
	schedule cases.Schedule
	zone     *time.Location
}

// Next implements cases.Schedule.
func (z zoned) Next(t time.Time) time.Time { return z.schedule.Next(t.In(z.zone)) }

// packFiles lists the files of a pack folder with size and SHA-256.
func packFiles(folder fs.FS) ([]cases.PackFile, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	var files []cases.PackFile
	for _, e := range entries {
		f, err := packFile(folder, e.Name())
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func packFile(folder fs.FS, name string) (f cases.PackFile, err error) {
	file, err := folder.Open(name)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	hash := sha256.New()
	f.Name = name
	f.Size, err = io.Copy(hash, file)
	f.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return f, err
}

// openStore opens the data folder with the rules of the configuration.
func openStore(ctx context.Context, c *Config, calls cases.Calls, now func() time.Time) (*store.Store, error) {
	s, err := store.Open(ctx, c.DataDir, store.Options{Mailbox: c.Mailbox.Address, Folder: c.Mailbox.Folder, Own: c.ownAddresses(), Plus: c.SMTP.PlusAddressing, Calls: calls,
		Scanned: c.Clamd.Address != "", AlertsTo: c.Service.AlertsTo, Location: c.TimeZone, Now: now})
	return s, wrongDates(c, err)
}

// wrongDates makes a fault of the configuration of other dates than those under
// which cases were opened; any other error stays what it is.
func wrongDates(c *Config, err error) error {
	var pinned *store.PinnedError
	if errors.As(err, &pinned) {
		return usagef("%s: %w", c.where(pinned.Call), err)
	}
	return err
}

// openStoreToRead opens an existing data folder for a command that changes
// nothing.
func openStoreToRead(ctx context.Context, c *Config) (*store.Store, error) {
	exists, err := store.Exists(c.DataDir)
	if err != nil {
		return nil, err
	}
	if !exists {
		return nil, fmt.Errorf("there is no data in %s yet: run greffier serve first", c.DataDir)
	}
	return store.Open(ctx, c.DataDir, store.Options{Location: c.TimeZone, Calls: c.rulesToRead()})
}

// readStore runs a command that only reads the data folder named by the config.
func readStore(ctx context.Context, path string, f func(*Config, *store.Store) error) (err error) {
	cfg, err := loadConfigToRead(path)
	if err != nil {
		return err
	}
	s, err := openStoreToRead(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return f(cfg, s)
}

// changeStore runs a command that changes the data folder, safely beside the
// daemon.
func changeStore(ctx context.Context, t terminal, path string, f func(*Config, *store.Store) error) error {
	return changeStoreAt(ctx, t, path, "", f)
}

// changeStoreAt is changeStore with a calendar that starts at the instant given
// by -now; "": the machine's.
func changeStoreAt(ctx context.Context, t terminal, path, start string, f func(*Config, *store.Store) error) (err error) {
	clock, err := calendar(start)
	if err != nil {
		return err
	}
	cfg, err := loadConfig(t, path)
	if err != nil {
		return err
	}
	calls, err := cfg.rules()
	if err != nil {
		return err
	}
	s, err := openStore(ctx, cfg, calls, clock.now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return f(cfg, s)
}

// ownAddresses are the addresses greffier writes from: it never answers them.
func (c *Config) ownAddresses() []string {
	var own []string
	for _, a := range []string{c.Mailbox.Address, c.Service.Email} {
		if strings.Contains(a, "@") {
			own = append(own, a)
		}
	}
	return own
}

// where names the place of a call in the configuration: file:line: call.
func (c *Config) where(callID string) string {
	for _, call := range c.Calls {
		if call.ID == callID {
			return fmt.Sprintf("%s:%d: call", c.File, call.Line)
		}
	}
	return c.File
}
