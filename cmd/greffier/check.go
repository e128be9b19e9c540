package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/notify"
)

// check validates the configuration: the file, what it names on this machine,
// the letter templates, the dates under which cases were opened and, with
// -connect, both logins and the antivirus.
func check(ctx context.Context, t terminal, args []string) error {
	var config string
	var connect bool
	flags, err := parseFlags(t, "check", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.BoolVar(&connect, "connect", false, "try to log in to the mailbox and to the submission server, and ask the antivirus for its version")
	})
	if err != nil {
		return err
	}
	if err := noMore(flags, 0); err != nil {
		return err
	}
	cfg, err := loadConfig(t, config)
	if err != nil {
		return err
	}
	if err := checkTemplates(cfg); err != nil {
		return err
	}
	calls, err := cfg.rules()
	if err != nil {
		return usageError{err}
	}
	exists, err := store.Exists(cfg.DataDir)
	if err != nil {
		return err
	}
	if exists {
		if err := checkPinned(ctx, cfg, calls); err != nil {
			return err
		}
	}
	if ends := cfg.secretEnds(); !ends.IsZero() && time.Until(ends) < secretLeft {
		fmt.Fprintf(t.err, "warning: oauth_secret_expires: the secret ends on %s: have a new one made, then write its day\n", ends.Format(time.DateOnly))
	}
	if connect {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if err := tryLogins(ctx, t, cfg); err != nil {
			return err
		}
	}
	for _, line := range conditions(calls) {
		fmt.Fprintln(t.err, line)
	}
	fmt.Fprintf(t.err, "%s: fine\n", cfg.File)
	return nil
}

// conditions says in words what of the calls depends on the candidate: when each
// conditional piece is asked for, and which regions are served first.
func conditions(calls cases.Calls) []string {
	var lines []string
	for _, c := range calls {
		for _, p := range c.Pieces {
			var when []string
			for _, w := range p.RequiredIf {
				when = append(when, w.When())
			}
			if len(when) > 0 {
				lines = append(lines, fmt.Sprintf("%s: %s is asked for if %s", c.ID, p.ID, strings.Join(when, ", or ")))
			}
		}
		if len(c.PriorityRegions) > 0 {
			lines = append(lines, fmt.Sprintf("%s: served first: %s", c.ID, strings.Join(c.PriorityRegions, ", ")))
		}
	}
	return lines
}

// checkPinned refuses other dates than those under which cases were opened.
func checkPinned(ctx context.Context, cfg *Config, calls cases.Calls) (err error) {
	s, err := openStoreToRead(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return wrongDates(cfg, s.CheckCalls(ctx, cfg.Mailbox.Address, calls))
}

// checkTemplates tells every fault of the templates that replace ours.
func checkTemplates(cfg *Config) error {
	var faults []error
	for i := range cfg.Calls {
		if c := &cfg.Calls[i]; c.Letters != "" {
			faults = append(faults, notify.CheckTemplates(c.Letters, c.rules(cfg.TimeZone))...)
		}
	}
	if len(faults) > 0 {
		return usageError{errors.Join(faults...)}
	}
	return nil
}

// tryLogins logs in to both servers, asks the antivirus, and tells how it went;
// the first failure does not hide the others.
func tryLogins(ctx context.Context, t terminal, cfg *Config) error {
	var failed []error
	access := newAccesses(cfg, logger(t.err, false))
	for _, server := range []struct {
		name string
		try  func(context.Context) error
	}{
		{"mailbox", newSession(cfg, access, clock{now: time.Now}, nil, nil, quiet(), nil, nil).Check},
		{"submission server", smtpServer(cfg, access).Check},
	} {
		if err := server.try(ctx); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", server.name, err))
			continue
		}
		fmt.Fprintf(t.err, "%s: logged in\n", server.name)
	}
	if cfg.Clamd.Address != "" {
		version, err := clamd(cfg).Version(ctx)
		if err != nil {
			failed = append(failed, fmt.Errorf("antivirus: %w", err))
		} else {
			fmt.Fprintf(t.err, "antivirus: %s\n", printable(version))
		}
	}
	return errors.Join(failed...)
}
