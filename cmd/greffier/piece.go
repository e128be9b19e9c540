package main

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
)

const pieceUsage = "write REF to list, or REF MAIL/PART and one of: set PIECE[,PIECE], confirm, none, unreadable, refuse REASON, undo"

// piece shows what the files of a case are taken for, and why, and records what
// staff say of one.
func piece(ctx context.Context, t terminal, args []string) error {
	var config string
	var asJSON bool
	flags, err := parseFlags(t, "piece", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.BoolVar(&asJSON, "json", false, "list: print an array of JSON objects")
	})
	if err != nil {
		return err
	}
	ref := strings.ToUpper(flags.Arg(0))
	switch {
	case flags.NArg() == 1:
		return readStore(ctx, config, func(c *Config, s *store.Store) error { return listFiles(ctx, t, c, s, ref, asJSON) })
	case flags.NArg() < 3:
		return usagef("greffier piece: %s", pieceUsage)
	}
	mail, part, found := strings.Cut(flags.Arg(1), "/")
	id, err := strconv.ParseInt(mail, 10, 64)
	if err != nil || !found {
		return usagef("greffier piece: %q is not a file: write MAIL/PART, as the list shows it", flags.Arg(1))
	}
	change, err := sortingOf(flags.Arg(2), flags.Args()[3:])
	if err != nil {
		return err
	}
	return changeStore(ctx, t, config, func(_ *Config, s *store.Store) error {
		if err := change(ctx, s, ref, id, part); err != nil {
			return err
		}
		sheet, err := s.Case(ctx, ref)
		if err != nil {
			return err
		}
		fmt.Fprintf(t.err, "noted; %s is %s (%s), %s required pieces; the candidate is not told\n", ref, sheet.Phase, sheet.Completeness, pieces(sheet.Summary))
		return nil
	})
}

// sortingOf reads what staff say of a file.
func sortingOf(verb string, words []string) (func(ctx context.Context, s *store.Store, ref string, mail int64, part string) error, error) {
	said := cases.Said{Reason: strings.Join(words, " ")}
	switch verb {
	case "set":
		said.Verdict, said.Reason = cases.SaidPieces, ""
		said.Pieces = strings.FieldsFunc(strings.Join(words, ","), func(r rune) bool { return r == ',' || r == ' ' })
		if len(said.Pieces) == 0 {
			return nil, usagef("greffier piece: which piece is it? write set PIECE, or set PIECE,PIECE")
		}
		words = nil
	case "none":
		said.Verdict = cases.SaidNone
	case "unreadable":
		said.Verdict = cases.SaidUnreadable
	case "refuse":
		if said.Reason == "" {
			return nil, usagef("greffier piece: why? write refuse REASON")
		}
		said.Verdict, words = cases.SaidRefused, nil
	case "confirm", "undo":
	default:
		return nil, usagef("greffier piece: %q is no verb: %s", verb, pieceUsage)
	}
	if len(words) > 0 {
		return nil, usagef("greffier piece: %s takes nothing behind it, not %q", verb, strings.Join(words, " "))
	}
	return func(ctx context.Context, s *store.Store, ref string, mail int64, part string) error {
		switch verb {
		case "confirm":
			return s.Confirm(ctx, actor(), ref, mail, part)
		case "undo":
			return s.Unsort(ctx, actor(), ref, mail, part)
		}
		return s.Sort(ctx, actor(), ref, mail, part, said)
	}, nil
}

func listFiles(ctx context.Context, t terminal, c *Config, s *store.Store, ref string, asJSON bool) error {
	files, err := s.Files(ctx, ref)
	if err != nil {
		return err
	}
	if asJSON {
		if files == nil {
			files = []cases.SortedFile{}
		}
		return printJSON(t.out, files)
	}
	var rows [][]string
	for _, f := range files {
		state := string(f.State)
		if f.Fault != "" {
			state += " (" + f.Fault + ")"
		}
		rows = append(rows, []string{fmt.Sprintf("%d/%s", f.Mail, f.Part), scannedName(f.FileSheet), state, orDash(strings.Join(f.Pieces, ", ")), orDash(saidOf(f.Said, c))})
		for _, why := range f.Suggests {
			what := why.Piece
			if why.Weak {
				what += " (weak)"
			}
			rows = append(rows, []string{"", "", "", "  " + what, why.Reason()})
		}
		for _, w := range f.Warnings {
			rows = append(rows, []string{"", "", "", "  !", w})
		}
	}
	return printTable(t.out, []string{"FILE", "NAME", "STATE", "PIECES", "WHY"}, rows)
}

// saidOf tells in words what staff said of a file.
func saidOf(s *cases.Said, c *Config) string {
	if s == nil {
		return ""
	}
	what := map[cases.Verdict]string{
		cases.SaidPieces: "said what it is", cases.SaidNone: "said that it is no piece", cases.SaidUnreadable: "could not read it", cases.SaidRefused: "refused it: " + s.Reason,
	}[s.Verdict]
	return fmt.Sprintf("%s, %s: %s", s.By, s.At.In(c.TimeZone).Format("2 Jan 2006 15:04"), what)
}
