package main

import (
	"context"
	"flag"
	"fmt"
	"os/user"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// attach decides upon the mails that wait beside a case.
func attach(ctx context.Context, t terminal, args []string) error {
	var config, ref string
	var asJSON bool
	flags, err := parseFlags(t, "attach", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.StringVar(&ref, "case", "", "accept: the `reference` of the case to attach to (default: the case it waits beside, else a new one)")
		f.BoolVar(&asJSON, "json", false, "list: print an array of JSON objects")
	})
	if err != nil {
		return err
	}
	switch verb := flags.Arg(0); verb {
	case "", "list":
		if err := noMore(flags, 1); err != nil {
			return err
		}
		return readStore(ctx, config, func(_ *Config, s *store.Store) error { return listWaiting(ctx, t, s, asJSON) })
	case "accept", "refuse", "undo":
		id, err := idArgument(flags, "attach")
		if err != nil {
			return err
		}
		return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
			if verb == "undo" {
				ref, mails, err := s.Undo(ctx, actor(), id)
				if err != nil {
					return err
				}
				if ref == "" {
					fmt.Fprintf(t.err, "mail %d waits again\n", id)
					return nil
				}
				fmt.Fprintf(t.err, "mail %d is taken back from %s, which is assessed without it; mails that wait again: %d\n", id, ref, mails)
				return nil
			}
			if verb == "refuse" {
				if err := s.Refuse(ctx, actor(), id); err != nil {
					return err
				}
				fmt.Fprintf(t.err, "mail %d is kept and belongs to no case\n", id)
				return nil
			}
			attached, err := s.Accept(ctx, actor(), id, strings.ToUpper(ref))
			if err != nil {
				return err
			}
			fmt.Fprintf(t.err, "mail %d is attached to %s; the daemon assesses and answers it\n", id, attached)
			return nil
		})
	default:
		return usagef("greffier attach: %q is not list, accept, refuse or undo", verb)
	}
}

func listWaiting(ctx context.Context, t terminal, s *store.Store, asJSON bool) error {
	mails, err := s.Waiting(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		if mails == nil {
			mails = []cases.WaitingMail{}
		}
		return printJSON(t.out, mails)
	}
	var rows [][]string
	for _, m := range mails {
		rows = append(rows, []string{strconv.FormatInt(m.ID, 10), showInstant(m.ReceivedAt), orDash(m.Beside), m.From.Address, m.Subject, strconv.Itoa(len(m.Files)), m.Why})
	}
	return printTable(t.out, []string{"ID", "RECEIVED", "BESIDE", "FROM", "SUBJECT", "FILES", "WHY IT WAITS"}, rows)
}

// idArgument reads the ID after a verb; flags may stand behind it too.
func idArgument(flags *flag.FlagSet, command string) (int64, error) {
	if flags.NArg() < 2 {
		return 0, usagef("greffier %s %s: which one? write its ID, as the list shows it", command, flags.Arg(0))
	}
	id, err := strconv.ParseInt(flags.Arg(1), 10, 64)
	if err != nil {
		return 0, usagef("greffier %s %s: %q is not an ID: write a number from the list", command, flags.Arg(0), flags.Arg(1))
	}
	if flags.NArg() > 2 {
		return 0, usagef("greffier %s %s: one ID at a time", command, flags.Arg(0))
	}
	return id, nil
}

// actor names the person at the keyboard, for the journal.
func actor() string {
	u, err := user.Current()
	if err != nil {
		return "command line"
	}
	return u.Username + " (command line)"
}
