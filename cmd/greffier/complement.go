package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"greffier/cases"
	"greffier/cases/store"
)

// complement asks for pieces, prolongs that, or takes it back.
func complement(ctx context.Context, t terminal, args []string) error {
	var config, pieces, due, file, now string
	var whys []string
	var preview bool
	flags, err := parseFlags(t, "complement", args, func(f *flag.FlagSet) {
		f.StringVar(&config, "config", "", "the configuration `file`")
		f.StringVar(&pieces, "pieces", "", "the `ids` of the pieces asked for, parted by commas")
		f.StringVar(&due, "due", "", "the last good second, a local `instant` such as 2018-12-15T17:00:00 (default: ten days later at 17:00, not on a weekend)")
		f.Func("why", "`ID=REASON` for which a piece is asked, for the candidate; may be repeated (default: what is wrong with what came)", func(s string) error {
			whys = append(whys, s)
			return nil
		})
		f.StringVar(&file, "text", "", "words of your own for the letter, a UTF-8 `file`; -: the input (default: none)")
		f.BoolVar(&preview, "preview", false, "show the letter and send nothing")
		f.StringVar(&now, "now", "", "start the calendar clock at that `instant`, as in 2018-11-30T16:00:00Z (rehearsals, tests)")
	})
	if err != nil {
		return err
	}
	words, verb := refs(flags), flags.Arg(0)
	if verb != "prolong" && verb != "withdraw" {
		verb, words = "ask", append([]string{""}, words...)
	}
	if len(words) != 2 {
		return usagef("greffier complement: write REF -pieces A,B, prolong REF -due INSTANT, or withdraw REF")
	}
	r := cases.ComplementRequest{Ref: words[1]}
	for id := range strings.SplitSeq(pieces, ",") {
		if id = strings.TrimSpace(id); id != "" {
			r.Pieces = append(r.Pieces, cases.Asked{Piece: id})
		}
	}
	for _, why := range whys {
		id, reason, _ := strings.Cut(why, "=")
		found := false
		for i := range r.Pieces {
			if r.Pieces[i].Piece == strings.TrimSpace(id) {
				r.Pieces[i].Why, found = reason, true
			}
		}
		if !found {
			return usagef("greffier complement: -why %q is about no piece of -pieces: write ID=REASON", why)
		}
	}
	if file != "" {
		if r.Message, err = readText(t, file); err != nil {
			return err
		}
	}
	return changeStoreAt(ctx, t, config, now, func(c *Config, s *store.Store) error {
		if verb == "withdraw" {
			if err := s.WithdrawComplement(ctx, actor(), r.Ref); err != nil {
				return err
			}
			fmt.Fprintf(t.err, "%s: the complement is withdrawn; what came before counts, and nobody was written to\n", r.Ref)
			return nil
		}
		if r.Due, err = dueInstant(c, due, now); err != nil {
			return err
		}
		ask, draft := s.AskComplement, s.DraftComplement
		if verb == "prolong" {
			ask = func(ctx context.Context, actor string, r cases.ComplementRequest) (int64, error) {
				return s.ProlongComplement(ctx, actor, r.Ref, r.Due, r.Message, "")
			}
			draft = func(ctx context.Context, actor string, r cases.ComplementRequest) (cases.Letter, error) {
				return s.DraftProlongation(ctx, actor, r.Ref, r.Due, r.Message)
			}
		}
		if preview {
			l, err := draft(ctx, actor(), r)
			if err != nil {
				return err
			}
			letters, err := lettersOf(c)
			if err != nil {
				return err
			}
			return showDraft(t, letters, l)
		}
		id, err := ask(ctx, actor(), r)
		if errors.Is(err, store.ErrDuePast) {
			return fmt.Errorf("%w; in a rehearsal, say with -now when it is asked", err)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(t.err, "%s: asked until %s; letter %d is owed, the daemon sends it\n", r.Ref, showInstant(&r.Due), id)
		return nil
	})
}

// dueInstant reads a due instant in the zone of the configuration.
func dueInstant(c *Config, text, start string) (time.Time, error) {
	if text == "" {
		clock, err := calendar(start)
		if err != nil {
			return time.Time{}, err
		}
		return cases.DefaultDue(clock.now(), c.TimeZone), nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.In(c.TimeZone), nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if at, err := time.ParseInLocation(layout, text, c.TimeZone); err == nil {
			return at, nil
		}
	}
	return time.Time{}, usagef("greffier complement: -due %q is no instant: write one such as 2018-12-15T17:00:00", text)
}
