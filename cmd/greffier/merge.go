package main

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"greffier/cases/store"
)

// merge joins two cases that are one candidacy, takes that back, or decides upon
// what was proposed.
func merge(ctx context.Context, t terminal, args []string) error {
	var config, motive string
	var asJSON bool
	flags, err := parseFlags(t, "merge", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.StringVar(&motive, "motive", "", "why, for the journal")
		f.BoolVar(&asJSON, "json", false, "list: print an array of JSON objects")
	})
	if err != nil {
		return err
	}
	words, verb := refs(flags), flags.Arg(0)
	switch {
	case len(words) == 0, verb == "list":
		if err := noMore(flags, 1); err != nil {
			return err
		}
		return readStore(ctx, config, func(_ *Config, s *store.Store) error { return listProposals(ctx, t, s, asJSON) })
	case verb == "undo" && len(words) == 2:
		return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
			other, err := s.UndoMerge(ctx, actor(), words[1])
			if err == nil {
				fmt.Fprintf(t.err, "%s stands for itself again, with its mails; %s is judged without them\n", words[1], other)
			}
			return err
		})
	case verb == "dismiss" && len(words) == 3:
		return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
			err := s.DismissMerge(ctx, actor(), words[1], words[2])
			if err == nil {
				fmt.Fprintf(t.err, "%s and %s stay apart; it is not proposed again\n", words[1], words[2])
			}
			return err
		})
	case verb != "undo" && verb != "dismiss" && len(words) == 2:
		return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
			err := s.Merge(ctx, actor(), words[0], words[1], motive)
			if err == nil {
				fmt.Fprintf(t.err, "%s went into %s, which is judged with its mails; nobody was written to\n", words[0], words[1])
			}
			return err
		})
	}
	return usagef("greffier merge: write REF INTO, undo REF, dismiss REF OTHER, or list")
}

// listProposals shows what is proposed to staff.
func listProposals(ctx context.Context, t terminal, s *store.Store, asJSON bool) error {
	list, err := s.Proposals(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(t.out, list)
	}
	var rows [][]string
	for _, p := range list {
		mail := ""
		if p.Mail != 0 {
			mail = strconv.FormatInt(p.Mail, 10)
		}
		rows = append(rows, []string{p.Kind, p.Case, orDash(p.Other), orDash(mail), showInstant(p.ProposedAt), p.Reason})
	}
	return printTable(t.out, []string{"PROPOSED", "CASE", "WITH", "MAIL", "SINCE", "WHY"}, rows)
}

// split takes mails out of a case, or takes that back.
func split(ctx context.Context, t terminal, args []string) error {
	var config, into, motive string
	flags, err := parseFlags(t, "split", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.StringVar(&into, "into", "", "the `reference` of the case that takes the mails (default: a new one)")
		f.StringVar(&motive, "motive", "", "why, for the journal")
	})
	if err != nil {
		return err
	}
	words := refs(flags)
	if flags.Arg(0) == "undo" && len(words) == 2 {
		return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
			other, err := s.UndoSplit(ctx, actor(), words[1])
			if err == nil {
				fmt.Fprintf(t.err, "the mails that had gone to %s are back\n", other)
			}
			return err
		})
	}
	if flags.Arg(0) == "dismiss" && len(words) == 2 {
		id, err := idArgument(flags, "split")
		if err != nil {
			return err
		}
		return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
			err := s.DismissSplit(ctx, actor(), id)
			if err == nil {
				fmt.Fprintf(t.err, "mail %d stays in its case; it is not proposed again\n", id)
			}
			return err
		})
	}
	if flags.Arg(0) == "undo" || flags.Arg(0) == "dismiss" || len(words) < 2 {
		return usagef("greffier split: write the case and the IDs of the mails that leave it, as in: greffier split HUB18-0042 17 18; undo REF, or dismiss MAIL")
	}
	var mails []int64
	for _, w := range words[1:] {
		id, err := strconv.ParseInt(w, 10, 64)
		if err != nil {
			return usagef("greffier split: %q is not the ID of a mail: write a number, as greffier case shows it", w)
		}
		mails = append(mails, id)
	}
	return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
		other, err := s.Split(ctx, actor(), words[0], mails, strings.ToUpper(into), motive)
		if err == nil {
			fmt.Fprintf(t.err, "mails that left %s are in %s; both are judged anew, nobody was written to\n", words[0], other)
		}
		return err
	})
}

// refs gives the words of a command as references are written.
func refs(flags *flag.FlagSet) []string {
	out := make([]string, flags.NArg())
	for i, w := range flags.Args() {
		out[i] = strings.ToUpper(w)
	}
	return out
}
