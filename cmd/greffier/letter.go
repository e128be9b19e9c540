package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"greffier/cases/store"
)

// letter shows one letter, sends it again, keeps it from leaving, or sends the
// pack of a case again.
func letter(ctx context.Context, t terminal, args []string) error {
	var config, to, now string
	flags, err := parseFlags(t, "letter", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.StringVar(&to, "to", "", "again: a corrected `address`, which the case knows from then on; pack: one that it knows (default: the same, the candidate)")
		f.StringVar(&now, "now", "", "start the calendar clock at that `instant`, as in 2018-11-30T16:00:00Z (rehearsals, tests)")
	})
	if err != nil {
		return err
	}
	if flags.Arg(0) == "pack" {
		words := refs(flags)
		if len(words) != 2 {
			return usagef("greffier letter pack: which case? write one reference")
		}
		return changeStoreAt(ctx, t, config, now, func(_ *Config, s *store.Store) error {
			id, err := s.SendPack(ctx, actor(), words[1], to, "")
			if err == nil {
				fmt.Fprintf(t.err, "letter %d is owed, the daemon sends it\n", id)
			}
			return err
		})
	}
	verb := flags.Arg(0)
	if verb != "show" && verb != "again" && verb != "cancel" {
		return usagef("greffier letter: %q is not show, again, cancel or pack", verb)
	}
	id, err := idArgument(flags, "letter")
	if err != nil {
		return err
	}
	if verb == "show" {
		return readStore(ctx, config, func(_ *Config, s *store.Store) error { return printLetter(ctx, t, s, id) })
	}
	return changeStoreAt(ctx, t, config, now, func(_ *Config, s *store.Store) error {
		if verb == "cancel" {
			err := s.CancelLetter(ctx, actor(), id)
			if err == nil {
				fmt.Fprintf(t.err, "letter %d never leaves\n", id)
			}
			return err
		}
		again, err := s.SendAgain(ctx, actor(), id, to, "")
		if err == nil {
			fmt.Fprintf(t.err, "letter %d is owed once more as letter %d, the daemon sends it\n", id, again)
		}
		return err
	})
}

// printLetter prints the exact bytes of a letter.
func printLetter(ctx context.Context, t terminal, s *store.Store, id int64) error {
	l, err := s.LetterOf(ctx, id)
	if err != nil {
		return err
	}
	if l.SHA256 == "" {
		return fmt.Errorf("letter %d (%s, to %s, %s) has not been worded yet", id, l.Kind, l.To, l.State)
	}
	body, err := s.OpenLetter(ctx, id)
	if err != nil {
		return err
	}
	if _, err := io.Copy(t.out, body); err != nil {
		return fmt.Errorf("print letter %d: %w", id, err)
	}
	return nil
}
