package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"greffier/cases/store"
)

// backup copies the data folder while the daemon goes on. The copy is a data
// folder: one takes it back by naming it, or a copy of it, as data_dir. The
// daemon then reads from the mailbox what came since; where filed mails are moved
// (processed_folder), those that came since have to be moved back first. Letters
// sent since are owed again, each with the Message-ID of the first time.
func backup(ctx context.Context, t terminal, args []string) error {
	var config string
	flags, err := parseFlags(t, "backup", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
	})
	if err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return usagef("greffier backup: name one folder, missing or empty, for the copy")
	}
	dir := flags.Arg(0)
	return readStore(ctx, config, func(_ *Config, s *store.Store) error {
		r, err := s.Backup(ctx, dir, progressBar(t.err, "copying the archive"))
		if errors.Is(err, context.Canceled) {
			return fmt.Errorf("interrupted: what is in %s is no backup, remove it", dir)
		}
		if err != nil {
			return err
		}
		for _, fault := range r.Faults {
			fmt.Fprintln(t.err, "WRONG:", fault)
		}
		fmt.Fprintf(t.err, "%d files and the database, %.1f MB, copied to %s\n", r.Files, float64(r.Bytes)/1e6, dir)
		if len(r.Faults) > 0 {
			return fmt.Errorf("%d files are not as they were written; all else is copied", len(r.Faults))
		}
		return nil
	})
}
