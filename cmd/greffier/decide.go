package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

// arbitrate decides deposits that the evidence leaves to a person, or takes that
// back.
func arbitrate(ctx context.Context, t terminal, args []string) error {
	var config, motive string
	var mail int64
	flags, err := parseFlags(t, "arbitrate", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.StringVar(&motive, "motive", "", "why; it stays with the case")
		f.Int64Var(&mail, "mail", 0, "only the deposit of the mail with this `ID` (default: all that are to arbitrate)")
	})
	if err != nil {
		return err
	}
	words := refs(flags)
	if len(words) != 2 {
		return usagef("greffier arbitrate: write REF on_time, REF late, or undo REF")
	}
	return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
		if flags.Arg(0) == "undo" {
			err := s.UndoArbitration(ctx, actor(), words[1])
			if err == nil {
				fmt.Fprintf(t.err, "%s: its deposits are to arbitrate again\n", words[1])
			}
			return err
		}
		letters, err := owedBy(ctx, s, words[0], func() error {
			return s.Arbitrate(ctx, actor(), words[0], mail, cases.Timeliness(flags.Arg(1)), motive)
		})
		if err == nil {
			fmt.Fprintf(t.err, "%s: its deposits to arbitrate are %s; the evidence stays as it is; %s\n", words[0], flags.Arg(1), whoTells(words[0], letters))
		}
		return err
	})
}

// owedBy gives the kinds of the letters that a decision about a case causes.
func owedBy(ctx context.Context, s *store.Store, ref string, decide func() error) ([]cases.LetterKind, error) {
	before, err := s.Case(ctx, ref)
	if err != nil {
		return nil, err
	}
	if err := decide(); err != nil {
		return nil, err
	}
	after, err := s.Case(ctx, ref)
	if err != nil {
		return nil, err
	}
	var kinds []cases.LetterKind
	for _, l := range after.Letters {
		if !slices.ContainsFunc(before.Letters, func(b cases.LetterSheet) bool { return b.ID == l.ID }) {
			kinds = append(kinds, l.Kind)
		}
	}
	return kinds, nil
}

// whoTells says how the candidate hears of a decision.
func whoTells(ref string, letters []cases.LetterKind) string {
	if len(letters) == 0 {
		return "no letter leaves by itself: write to the candidate (greffier reply " + ref + ")"
	}
	var kinds []string
	for _, k := range letters {
		kinds = append(kinds, string(k))
	}
	return "its candidate is sent: " + strings.Join(kinds, ", ")
}

// derogate admits a late case, or takes that back.
func derogate(ctx context.Context, t terminal, args []string) error {
	var config, motive string
	flags, err := parseFlags(t, "derogate", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.StringVar(&motive, "motive", "", "why; it stays with the case")
	})
	if err != nil {
		return err
	}
	words, undo := refs(flags), flags.Arg(0) == "undo"
	if len(words) != 1 && !undo || len(words) != 2 && undo {
		return usagef("greffier derogate: write REF, or undo REF")
	}
	return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
		if undo {
			err := s.UndoDerogation(ctx, actor(), words[1])
			if err == nil {
				fmt.Fprintf(t.err, "%s is late again\n", words[1])
			}
			return err
		}
		err := s.Derogate(ctx, actor(), words[0], motive)
		if err == nil {
			fmt.Fprintf(t.err, "%s is admitted, though late; %s\n", words[0], whoTells(words[0], nil))
		}
		return err
	})
}

// putCase sets a case aside, or takes one up again.
func putCase(ctx context.Context, t terminal, config, ref string, act cases.Act, motive string) error {
	switch act {
	case cases.ActWithdraw, cases.ActDuplicate, cases.ActOffSubject, cases.ActReinstate:
	default:
		return usagef("greffier case: %q is not withdraw, duplicate, off-subject or reinstate", act)
	}
	return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
		phase, err := s.Put(ctx, actor(), ref, act, motive)
		if err == nil {
			fmt.Fprintf(t.err, "%s is %s (%s); nobody was written to\n", ref, phase, phase.Label())
		}
		return err
	})
}
