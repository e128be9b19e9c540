package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"greffier/cases/store"
)

// rescan has the antivirus judge files again, as after new signatures or a new
// size limit. The daemon does the work; until it has, the old verdicts hold.
func rescan(ctx context.Context, t terminal, args []string) error {
	var config string
	flags, err := parseFlags(t, "rescan", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
	})
	if err != nil {
		return err
	}
	if err := noMore(flags, 1); err != nil {
		return err
	}
	return changeStore(ctx, t, config, func(c *Config, s *store.Store) error {
		if c.Clamd.Address == "" {
			return usagef("greffier rescan: there is no antivirus to ask: write address under [clamd] in %s", c.File)
		}
		n, err := s.Rescan(ctx, actor(), strings.ToUpper(flags.Arg(0)))
		if err != nil {
			return err
		}
		fmt.Fprintf(t.err, "%d files wait for the antivirus; the daemon has them judged within a minute of its answering\n", n)
		return nil
	})
}
