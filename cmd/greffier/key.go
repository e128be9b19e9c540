package main

import (
	"context"
	"flag"
	"fmt"

	"greffier/cases/store"
)

// rotateKey makes a new token key, safely beside the daemon, which signs with it
// from its next letter on.
func rotateKey(ctx context.Context, t terminal, args []string) error {
	var config string
	flags, err := parseFlags(t, "key", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
	})
	if err != nil {
		return err
	}
	if flags.Arg(0) != "rotate" {
		return usagef("greffier key: write rotate to make a new key")
	}
	if err := noMore(flags, 1); err != nil {
		return err
	}
	return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
		if err := s.RotateKey(ctx, actor()); err != nil {
			return err
		}
		fmt.Fprintln(t.err, "letters are signed with a new key from now on; answers to older ones are recognised as before; make a backup")
		return nil
	})
}
