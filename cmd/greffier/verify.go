package main

import (
	"context"
	"flag"
	"fmt"

	"greffier/cases/store"
	"greffier/ingest"
)

// verify checks the data folder against itself.
func verify(ctx context.Context, t terminal, args []string) error {
	var config string
	flags, err := parseFlags(t, "verify", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
	})
	if err != nil {
		return err
	}
	if flags.NArg() > 1 {
		return usagef("greffier verify: one reference at a time")
	}
	return readStore(ctx, config, func(_ *Config, s *store.Store) error {
		r, err := s.Verify(ctx, flags.Arg(0), ingest.OpenPart, progressBar(t.err, "reading the archive"))
		if err != nil {
			return err
		}
		for _, note := range r.Notes {
			fmt.Fprintln(t.out, "note:", note)
		}
		for _, fault := range r.Faults {
			fmt.Fprintln(t.out, "WRONG:", fault)
		}
		fmt.Fprintf(t.out, "%d journal entries, %d cases, %d mails, %d files, %d snapshots, %d letters: ", r.Entries, r.Cases, r.Mails, r.Files, r.Snapshots, r.Letters)
		if len(r.Faults) > 0 {
			fmt.Fprintf(t.out, "%d wrong\n", len(r.Faults))
			return fmt.Errorf("%d things are not as they were written", len(r.Faults))
		}
		fmt.Fprintln(t.out, "all as written")
		return nil
	})
}
