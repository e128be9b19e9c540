package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"greffier/cases"
	"greffier/cases/store"
	"greffier/ingest"
	"greffier/ingest/content"
)

// recognition tells how right the rules by which pieces are recognised now are
// about the files of which staff said what they are. It changes nothing.
func recognition(ctx context.Context, t terminal, args []string) error {
	var config string
	flags, err := parseFlags(t, "recognition", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
	})
	if err != nil {
		return err
	}
	if flags.NArg() != 1 || flags.Arg(0) != "score" {
		return usagef("greffier recognition: write score")
	}
	return readStore(ctx, config, func(c *Config, s *store.Store) error { return scoreRecognition(ctx, t, c, s) })
}

// tally counts how right suggestions are.
type tally struct{ files, arePieces, found, wrong int }

// add counts the suggestions of a file that is any of the pieces in want, or no
// piece. It tells whether one of them is right, and whether the first is wrong:
// what is only weakly suggested is a claim too where it is all there is.
func (y *tally) add(want []string, got []cases.Suggestion) (found, wrong bool) {
	right := func(g cases.Suggestion) bool { return slices.Contains(want, g.Piece) }
	found, wrong = slices.ContainsFunc(got, right), len(got) > 0 && !right(got[0])
	y.files++
	if wrong {
		y.wrong++
	}
	if len(want) > 0 {
		y.arePieces++
		if found {
			y.found++
		}
	}
	return found, wrong
}

// recall is the share of pieces for which one of the suggestions is right.
func (y *tally) recall() float64 { return share(y.found, y.arePieces) }

// wrongFirst is the share of files whose first suggestion is wrong.
func (y *tally) wrongFirst() float64 { return share(y.wrong, y.files) }

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

func scoreRecognition(ctx context.Context, t terminal, c *Config, s *store.Store) (err error) {
	list, err := s.Labelled(ctx)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "greffier-recognition-")
	if err != nil {
		return fmt.Errorf("make scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	looker, err := newLooker(filepath.Join(scratch, "cache"), scratch)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, looker.Close()) }()
	calls := c.rulesToRead()
	var y tally
	var rows [][]string
	for _, f := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		call := calls.ByID(f.Call)
		if call == nil {
			return fmt.Errorf("case %s: its call %q is no longer configured", f.Ref, f.Call)
		}
		found, err := lookAgain(s, looker, scratch, f)
		if err != nil {
			return fmt.Errorf("%s, file %s: %w", f.Ref, f.Part.ID, err)
		}
		got := cases.Recognise(call, cases.Evidence{Filename: f.Part.Filename, Reading: ingest.ReadingOf(found), Words: f.Words, Place: f.Place, Files: f.Files})
		right, wrong := y.add(f.Pieces, got)
		if wrong || !right && len(f.Pieces) > 0 {
			first, why := "", ""
			if len(got) > 0 {
				first, why = got[0].Piece, got[0].Reason()
			}
			rows = append(rows, []string{f.Ref, f.Part.Filename, orDash(strings.Join(f.Pieces, ", ")), orDash(first), orDash(why)})
		}
	}
	if len(rows) > 0 {
		if err := printTable(t.out, []string{"REF", "FILE", "STAFF SAY", "TAKEN FOR", "WHY"}, rows); err != nil {
			return err
		}
	}
	fmt.Fprintf(t.out, "%d files that staff sorted, %d of them pieces: recognised %.1f %%, first suggestion wrong %.1f %%\n", y.files, y.arePieces, 100*y.recall(), 100*y.wrongFirst())
	return nil
}

// lookAgain looks into an archived file as it was when it was assessed.
func lookAgain(s *store.Store, looker *content.Child, scratch string, f cases.LabelledFile) (found content.File, err error) {
	raw, err := s.Archive.Open(f.RawSHA256)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, raw.Close()) }()
	info, err := raw.Stat()
	if err != nil {
		return found, err
	}
	part, err := ingest.OpenPart(raw, info.Size(), f.Part.Locator)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, part.Close()) }()
	spool, err := os.CreateTemp(scratch, "part-")
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, spool.Close(), os.Remove(spool.Name())) }()
	n, err := spool.ReadFrom(part)
	if err != nil {
		return found, err
	}
	return looker.Look(spool, n, f.Part.Filename, f.Part.MediaType)
}
