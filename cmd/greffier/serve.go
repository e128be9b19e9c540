package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"
	"time"
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
	if flags.NArg() > 0 {
		return usagef("greffier serve: %q is one word too many", flags.Arg(0))
	}
	now, err := calendar(start)
	if err != nil {
		return err
	}
	cfg, err := loadConfig(t, config)
	if err != nil {
		return err
	}
	return own(ctx, cfg, now, logger(t.err, verbose), once)
}

// own owns the data folder while the daemon runs, or runs once.
func own(ctx context.Context, cfg *Config, now func() time.Time, log *slog.Logger, once bool) (err error) {
	unlock, err := lock(cfg.DataDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	d, err := newDaemon(ctx, cfg, now, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if once {
		return d.Once(ctx)
	}
	return d.Run(ctx)
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
