package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
)

// serve is the daemon.
func serve(ctx context.Context, t terminal, args []string) error {
	var config, start string
	var once, verbose bool
	flags, err := parseFlags(t, "serve", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.BoolVar(&once, "once", false, "read the mailbox to its end, do what is due, deliver what can be delivered, and stop")
		f.StringVar(&start, "now", "", "start the calendar clock at that `instant`, as in 2018-11-30T16:00:00Z (rehearsals, tests)")
		f.BoolVar(&verbose, "debug", false, "log more, addresses and subjects too")
	})
	if err != nil {
		return err
	}
	if err := noMore(flags, 0); err != nil {
		return err
	}
	clock, err := calendar(start)
	if err != nil {
		return err
	}
	cfg, err := loadConfig(t, config)
	if err != nil {
		return err
	}
	err = own(ctx, cfg, clock, logger(t.err, verbose), once)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		if once {
			return errors.New("stopped by a signal before the end; what was done is kept, run it again")
		}
		return nil // stopped while starting
	}
	return err
}

// own owns the data folder and the mailbox while the daemon runs, or runs once.
func own(ctx context.Context, cfg *Config, clock clock, log *slog.Logger, once bool) (err error) {
	staySmall()
	unlock, err := lock(cfg.DataDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	free, err := lockMailbox(cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, free()) }()
	d, err := newDaemon(ctx, cfg, clock, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if once {
		return d.Once(ctx)
	}
	return d.Run(ctx)
}

// The heap of a daemon beside which other services live. What it holds at once is
// little, what it throws away is much: collecting more often costs less than the
// memory. The limit is soft: a long list may pass it.
const (
	heapGrowth = 25       // percent over what is in use
	heapLimit  = 32 << 20 // bytes
)

// staySmall keeps the daemon's memory down, unless the environment says how much
// it may take (GOGC, GOMEMLIMIT).
func staySmall() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapLimit)
	}
}

// logger writes structured lines; personal data only when verbose.
func logger(w io.Writer, verbose bool) *slog.Logger {
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
